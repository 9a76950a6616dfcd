// What one call of the C face costs by itself. There is nothing to compare these with; they are watched over time.
import type { WorkRow } from '../row.js';
import * as ours from './ours.js';

function micro(name: string, title: string, count: number, open: WorkRow['ours']): WorkRow {
  return {
    name: `micro-${name}`,
    title,
    unit: 'ns/call',
    perCount: 1,
    count,
    warmup: count >> 1,
    pinned: true,
    memory: false,
    raw: null,
    ours: open,
  };
}

const htons = micro('htons', 'htons', 5_000_000, (api) => {
  let sum = 0;
  return {
    run: (count: number) => {
      for (let i = 0; i < count; i += 1) sum += api.htons(i & 0xffff);
    },
    close: () => {
      // Used, so that the loop cannot be optimized away.
      if (sum === 0) throw new Error('htons did nothing');
    },
  };
});

const getsockopt = micro('getsockopt', 'getsockopt(SO_RCVBUF)', 500_000, (api) => {
  const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
  const value = new Uint8Array(4);
  const length = api.ref(4);
  return {
    run: (count: number) => {
      for (let i = 0; i < count; i += 1) {
        length.value = 4;
        ours.check(api, 'getsockopt', api.getsockopt(s, api.SOL_SOCKET, api.SO_RCVBUF, value, length));
      }
    },
    close: async () => {
      await api.closesocket(s);
    },
  };
});

const wouldBlock = micro('recv-wouldblock', 'recv on a non-blocking socket, WSAEWOULDBLOCK', 200_000, async (api) => {
  const { s: listener, port } = ours.listening(api);
  const accepting = api.accept(listener, null, null);
  const s = await ours.connected(api, port);
  const peer = await accepting;
  ours.check(api, 'ioctlsocket', api.ioctlsocket(s, api.FIONBIO, api.ref(1)));
  const buffer = new Uint8Array(64);
  return {
    run: async (count) => {
      for (let i = 0; i < count; i += 1) {
        if ((await api.recv(s, buffer, 64, 0)) !== api.SOCKET_ERROR) throw new Error('recv did not fail');
      }
    },
    close: async () => {
      for (const one of [s, peer, listener]) await api.closesocket(one);
    },
  };
});

const sendWouldBlock = micro('send-wouldblock', 'send on a full non-blocking socket, WSAEWOULDBLOCK', 200_000, async (api) => {
  const { s: listener, port } = ours.listening(api);
  const accepting = api.accept(listener, null, null);
  const s = await ours.connected(api, port);
  const peer = await accepting;
  ours.check(api, 'ioctlsocket', api.ioctlsocket(s, api.FIONBIO, api.ref(1)));
  const block = new Uint8Array(65_536);
  // The peer never reads: once its buffers and ours are full for several turns of the loop, they stay so.
  for (let refusals = 0; refusals < 10; ) {
    refusals = (await api.send(s, block, block.length, 0)) === api.SOCKET_ERROR ? refusals + 1 : 0;
    await new Promise(setImmediate);
  }
  return {
    run: async (count) => {
      for (let i = 0; i < count; i += 1) {
        if ((await api.send(s, block, block.length, 0)) !== api.SOCKET_ERROR) throw new Error('send did not fail');
      }
      const error = api.WSAGetLastError();
      if (error !== api.WSAEWOULDBLOCK) throw new Error(`send: ${error}`);
    },
    close: async () => {
      for (const one of [peer, s, listener]) await api.closesocket(one);
    },
  };
});

export const microRows: readonly WorkRow[] = [htons, getsockopt, wouldBlock, sendWouldBlock];
