// A thousand connections at once, each echoing small messages: throughput, and what they weigh.
import type { Socket } from 'node:net';
import type { WorkRow } from '../row.js';
import * as ours from './ours.js';
import * as raw from './raw.js';

const connections = 1_000;
const size = 64;
const message = new Uint8Array(size).fill(0x64);

/** `rounds` messages there and back on one connection. */
function rawRounds(socket: Socket, rounds: number): Promise<void> {
  return new Promise((resolve) => {
    let left = rounds;
    let have = 0;
    const take = (data: Uint8Array): void => {
      have += data.length;
      if (have < size) return;
      have -= size;
      left -= 1;
      if (left > 0) {
        socket.write(message);
        return;
      }
      socket.off('data', take);
      resolve();
    };
    socket.on('data', take);
    socket.write(message);
  });
}

export const tcpMany: WorkRow = {
  name: 'tcp-1000',
  title: `TCP, ${connections} connections at once, ${size} bytes there and back`,
  unit: 'messages/s',
  perCount: connections,
  count: 100,
  warmup: 20,
  pinned: false,
  memory: true,

  raw: async () => {
    const { server, port } = await raw.listening(raw.echo);
    const sockets = await Promise.all(Array.from({ length: connections }, () => raw.connected(port)));
    return {
      run: async (count) => {
        await Promise.all(sockets.map((socket) => rawRounds(socket, count)));
      },
      close: () => {
        for (const socket of sockets) socket.end();
        server.close();
      },
    };
  },

  ours: async (api) => {
    const { s: listener, port } = ours.listening(api);
    void ours.acceptAll(api, listener, (s) => ours.echo(api, s, size));
    const sockets = await Promise.all(Array.from({ length: connections }, () => ours.connected(api, port)));
    const buffers = sockets.map(() => new Uint8Array(size));
    return {
      run: async (count) => {
        const rounds = async (index: number): Promise<void> => {
          const s = sockets[index]!;
          const buffer = buffers[index]!;
          for (let i = 0; i < count; i += 1) {
            await api.send(s, message, size, 0);
            for (let have = 0; have < size; ) have += ours.some(api, await api.recv(s, buffer, size - have, 0));
          }
        };
        await Promise.all(sockets.map((_, index) => rounds(index)));
      },
      close: async () => {
        for (const s of [...sockets, listener]) await api.closesocket(s);
      },
    };
  },
};
