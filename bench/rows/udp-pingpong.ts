// Two datagram sockets, one small message there and back, again and again.
import dgram from 'node:dgram';
import { once } from 'node:events';
import type { WorkRow } from '../row.js';
import * as ours from './ours.js';

const size = 64;
const message = new Uint8Array(size).fill(0x65);

export const udpPingPong: WorkRow = {
  name: 'udp-pingpong',
  title: `UDP, ${size} bytes there and back`,
  unit: 'round trips/s',
  perCount: 1,
  count: 40_000,
  warmup: 10_000,
  pinned: true,
  memory: false,

  raw: async () => {
    const server = dgram.createSocket('udp4');
    server.on('message', (data, from) => {
      server.send(data, from.port, from.address);
    });
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    const client = dgram.createSocket('udp4');
    client.bind(0, '127.0.0.1');
    await once(client, 'listening');
    let left = 0;
    let done: () => void;
    client.on('message', () => {
      left -= 1;
      if (left === 0) done();
      else client.send(message, port, '127.0.0.1');
    });
    return {
      run: (count) =>
        new Promise<void>((resolve) => {
          done = resolve;
          left = count;
          client.send(message, port, '127.0.0.1');
        }),
      close: () => {
        client.close();
        server.close();
      },
    };
  },

  ours: (api) => {
    const server = ours.boundSocket(api, api.SOCK_DGRAM, api.IPPROTO_UDP);
    const client = ours.boundSocket(api, api.SOCK_DGRAM, api.IPPROTO_UDP);
    const nameSize: number = api.sockaddr_in.size;
    const echo = async (): Promise<void> => {
      const buffer = new Uint8Array(size);
      const from = new api.sockaddr_in();
      const fromLength = api.ref(nameSize);
      for (;;) {
        const length = await api.recvfrom(server.s, buffer, size, 0, from, fromLength);
        if (length < 0) return;
        await api.sendto(server.s, buffer, length, 0, from, fromLength.value);
      }
    };
    void echo();
    const to = ours.loopback(api, server.port);
    const buffer = new Uint8Array(size);
    const from = new api.sockaddr_in();
    const fromLength = api.ref(nameSize);
    return {
      run: async (count: number) => {
        for (let i = 0; i < count; i += 1) {
          await api.sendto(client.s, message, size, 0, to, nameSize);
          ours.check(api, 'recvfrom', await api.recvfrom(client.s, buffer, size, 0, from, fromLength));
        }
      },
      close: async () => {
        await api.closesocket(client.s);
        await api.closesocket(server.s);
      },
    };
  },
};
