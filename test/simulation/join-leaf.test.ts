// Owns: WSAJoinLeaf on the wire: who hears a session, what IGMP says, what closing ends.
import { afterEach, expect, test } from 'vitest';
import { factsOf } from './messages.js';
import { api, endpoint, must, start, World } from './world.js';

const GROUP = '239.7.7.7';
const PORT = 7;

let world: World | null = null;
afterEach(() => {
  world?.end();
  world = null;
});

function leaf(): api.SOCKET {
  const flags = api.WSA_FLAG_MULTIPOINT_C_LEAF | api.WSA_FLAG_MULTIPOINT_D_LEAF | api.WSA_FLAG_OVERLAPPED;
  const s = api.WSASocketW(api.AF_INET, api.SOCK_DGRAM, 0, null, 0, flags);
  must('bind', api.bind(s, endpoint('0.0.0.0', PORT), api.sockaddr_in.size));
  return s;
}

test('receivers hear the session, a mere sender does not, and leaving is told to the router', async () => {
  const net = (world = new World({ seed: 1 }, 'a', 'b', 'c'));
  const reports: string[] = [];
  net.network.tap((packet) => {
    const { transport, source } = factsOf(packet);
    if (transport.kind !== 'igmp' || transport.name !== 'report') return;
    reports.push(...transport.records.map(({ type, group }) => `${source} ${type} ${group}`));
  });
  const sockets = new Map<string, api.SOCKET>();
  for (const [name, direction] of [['a', api.JL_SENDER_ONLY], ['b', api.JL_RECEIVER_ONLY], ['c', api.JL_BOTH]] as const) {
    await net.machine(name).run(async () => {
      await start();
      const s = leaf();
      expect(await api.WSAJoinLeaf(s, endpoint(GROUP, PORT), 16, null, null, null, null, direction)).toBe(s);
      sockets.set(name, s);
    });
  }
  const socketOf = (name: string): api.SOCKET => sockets.get(name) ?? api.INVALID_SOCKET;
  const heard = (name: string): Promise<number> =>
    net.machine(name).run(() => api.recv(socketOf(name), new Uint8Array(16), 16, 0));
  const waiting = Promise.all([heard('b'), heard('c')]);
  await net.machine('a').run(async () => {
    must('sendto', await api.sendto(socketOf('a'), Uint8Array.of(1, 2, 3), 3, 0, endpoint(GROUP, PORT), 16));
  });
  expect(await net.until(waiting, 5000)).toEqual([3, 3]);
  net.machine('a').run(() => {
    const bytes = api.ref(0);
    expect([api.ioctlsocket(socketOf('a'), api.FIONREAD, bytes), bytes.value]).toEqual([0, 0]);
  });
  await net.machine('b').run(() => api.closesocket(socketOf('b')));
  await net.sleep(20_000);
  const [a, b, c] = net.machines.map(({ address }) => address);
  const said = (address = ''): string[] => [...new Set(reports.filter((report) => report.startsWith(`${address} `)))];
  expect(said(a)).toEqual([]);
  expect(said(b)).toEqual([`${b} to-exclude ${GROUP}`, `${b} to-include ${GROUP}`]);
  expect(said(c)).toEqual([`${c} to-exclude ${GROUP}`]);
});
