// One connection, one small message there and back, again and again.
import type { WorkRow } from '../row.js';
import * as ours from './ours.js';
import * as raw from './raw.js';

const size = 64;
const message = new Uint8Array(size).fill(0x61);

export const tcpPingPong: WorkRow = {
  name: 'tcp-pingpong',
  title: `TCP, ${size} bytes there and back`,
  unit: 'round trips/s',
  perCount: 1,
  count: 40_000,
  warmup: 10_000,
  pinned: true,
  memory: false,

  raw: async () => {
    const { server, port } = await raw.listening(raw.echo);
    const socket = await raw.connected(port);
    let left = 0;
    let have = 0;
    let done: () => void;
    socket.on('data', (data) => {
      have += data.length;
      if (have < size) return;
      have -= size;
      left -= 1;
      if (left === 0) done();
      else socket.write(message);
    });
    return {
      run: (count) =>
        new Promise<void>((resolve) => {
          done = resolve;
          left = count;
          socket.write(message);
        }),
      close: () => {
        socket.end();
        server.close();
      },
    };
  },

  ours: async (api) => {
    const { s: listener, port } = ours.listening(api);
    void ours.acceptAll(api, listener, (s) => ours.echo(api, s, size));
    const s = await ours.connected(api, port);
    const buffer = new Uint8Array(size);
    return {
      run: async (count) => {
        for (let i = 0; i < count; i += 1) {
          await api.send(s, message, size, 0);
          for (let have = 0; have < size; ) have += ours.some(api, await api.recv(s, buffer, size - have, 0));
        }
      },
      close: async () => {
        await api.closesocket(s);
        await api.closesocket(listener);
      },
    };
  },
};
