// One connection, blocks of 64 KiB both ways at the same time.
import type { Socket } from 'node:net';
import type { SOCKET } from '../../src/abi/handles.js';
import type { WorkRow, Winsock } from '../row.js';
import * as ours from './ours.js';
import * as raw from './raw.js';

const size = 65_536;
const block = new Uint8Array(size).fill(0x62);

/** Writes `count` blocks, each as soon as the stream takes more. */
function rawSend(socket: Socket, count: number): void {
  let left = count;
  const more = (): void => {
    while (left > 0) {
      left -= 1;
      if (!socket.write(block)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

/** Resolves when `count` blocks came. */
function rawReceive(socket: Socket, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count * size;
    const take = (data: Uint8Array): void => {
      left -= data.length;
      if (left > 0) return;
      socket.off('data', take);
      resolve();
    };
    socket.on('data', take);
  });
}

async function send(api: Winsock, s: SOCKET, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) ours.check(api, 'send', await api.send(s, block, size, 0));
}

async function receive(api: Winsock, s: SOCKET, count: number): Promise<void> {
  const buffer = new Uint8Array(size);
  for (let left = count * size; left > 0; ) {
    left -= ours.some(api, await api.recv(s, buffer, size, 0));
  }
}

export const tcpBulk: WorkRow = {
  name: 'tcp-bulk',
  title: 'TCP, 64 KiB blocks, both ways at once',
  unit: 'MiB/s',
  perCount: (2 * size) / 2 ** 20,
  count: 8_000,
  warmup: 1_000,
  pinned: false,
  memory: false,

  raw: async () => {
    const accepted: Socket[] = [];
    const { server, port } = await raw.listening((socket) => accepted.push(socket));
    const one = await raw.connected(port);
    while (accepted.length === 0) await new Promise(setImmediate);
    const ends = [one, accepted[0]!];
    return {
      run: async (count) => {
        const received = ends.map((end) => rawReceive(end, count));
        for (const end of ends) rawSend(end, count);
        await Promise.all(received);
      },
      close: () => {
        for (const end of ends) end.end();
        server.close();
      },
    };
  },

  ours: async (api) => {
    const { s: listener, port } = ours.listening(api);
    const accepting = api.accept(listener, null, null);
    const ends = [await ours.connected(api, port), await accepting];
    return {
      run: async (count) => {
        await Promise.all(ends.flatMap((end) => [receive(api, end, count), send(api, end, count)]));
      },
      close: async () => {
        for (const s of [...ends, listener]) await api.closesocket(s);
      },
    };
  },
};
