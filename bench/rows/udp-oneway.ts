// Datagrams one way, in bursts small enough for the receiver's buffer: the next one starts when the last has arrived whole,
// so that both sides move the same datagrams and none is lost.
import dgram from 'node:dgram';
import { once } from 'node:events';
import type { WorkRow } from '../row.js';
import * as ours from './ours.js';

const size = 512;
/** Datagrams in a burst. */
export const BURST = 64;
const message = new Uint8Array(size).fill(0x66);

export const udpOneWay: WorkRow = {
  name: 'udp-oneway',
  title: `UDP, ${size} bytes one way, bursts of ${BURST}`,
  unit: 'datagrams/s',
  perCount: BURST,
  count: 2_000,
  warmup: 400,
  pinned: false,
  memory: false,

  raw: async () => {
    const receiver = dgram.createSocket('udp4');
    receiver.bind(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address();
    const sender = dgram.createSocket('udp4');
    sender.bind(0, '127.0.0.1');
    await once(sender, 'listening');
    const send = (): void => {
      for (let i = 0; i < BURST; i += 1) sender.send(message, port, '127.0.0.1');
    };
    let left = 0;
    let done: () => void;
    receiver.on('message', () => {
      left -= 1;
      if (left === 0) done();
      else if (left % BURST === 0) send();
    });
    return {
      run: (count) =>
        new Promise<void>((resolve) => {
          done = resolve;
          left = count * BURST;
          send();
        }),
      close: () => {
        sender.close();
        receiver.close();
      },
    };
  },

  ours: (api) => {
    const receiver = ours.boundSocket(api, api.SOCK_DGRAM, api.IPPROTO_UDP);
    const sender = ours.boundSocket(api, api.SOCK_DGRAM, api.IPPROTO_UDP);
    const nameSize: number = api.sockaddr_in.size;
    const to = ours.loopback(api, receiver.port);
    const buffer = new Uint8Array(size);
    const from = new api.sockaddr_in();
    const fromLength = api.ref(nameSize);
    return {
      run: async (count: number) => {
        for (let i = 0; i < count; i += 1) {
          const sent: Promise<number>[] = [];
          for (let j = 0; j < BURST; j += 1) sent.push(api.sendto(sender.s, message, size, 0, to, nameSize));
          for (let j = 0; j < BURST; j += 1) {
            ours.check(api, 'recvfrom', await api.recvfrom(receiver.s, buffer, size, 0, from, fromLength));
          }
          await Promise.all(sent);
        }
      },
      close: async () => {
        await api.closesocket(sender.s);
        await api.closesocket(receiver.s);
      },
    };
  },
};
