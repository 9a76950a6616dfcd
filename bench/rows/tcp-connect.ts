// Connect, one echoed message, close: one connection after the other.
import net from 'node:net';
import type { WorkRow } from '../row.js';
import * as ours from './ours.js';
import * as raw from './raw.js';

const size = 64;
const message = new Uint8Array(size).fill(0x63);

function rawExchange(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let have = 0;
    const socket = net.connect(port, '127.0.0.1', () => socket.write(message));
    socket.on('data', (data) => {
      have += data.length;
      if (have === size) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      resolve();
    });
  });
}

export const tcpConnect: WorkRow = {
  name: 'tcp-connect-echo-close',
  title: `TCP, connect, ${size} bytes there and back, close`,
  unit: 'connections/s',
  perCount: 1,
  count: 2_000,
  warmup: 500,
  pinned: true,
  memory: false,

  raw: async () => {
    const { server, port } = await raw.listening(raw.echo);
    return {
      run: async (count) => {
        for (let i = 0; i < count; i += 1) await rawExchange(port);
      },
      close: () => {
        server.close();
      },
    };
  },

  ours: (api) => {
    const { s: listener, port } = ours.listening(api);
    void ours.acceptAll(api, listener, (s) => ours.echo(api, s, size));
    const buffer = new Uint8Array(size);
    return {
      run: async (count) => {
        for (let i = 0; i < count; i += 1) {
          const s = await ours.connected(api, port);
          await api.send(s, message, size, 0);
          for (let have = 0; have < size; ) have += ours.some(api, await api.recv(s, buffer, size - have, 0));
          // The raw side waits for the end of the connection in both directions, so this one does too.
          api.shutdown(s, api.SD_SEND);
          ours.check(api, 'recv', await api.recv(s, buffer, size, 0));
          await api.closesocket(s);
        }
      },
      close: async () => {
        await api.closesocket(listener);
      },
    };
  },
};
