// The last error belongs to the call: whoever awaits one finds its error, however many are under way and whatever other
// calls were made meanwhile.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MSG_PARTIAL,
  SD_RECEIVE,
  SOL_SOCKET,
  SO_RCVTIMEO,
  errorName,
  type SOCKET,
} from '../../src/abi/index.js';
import * as plain from '../../src/index.js';
import type { Winsock } from '../../src/winsock.js';
import { FakeClock } from '../win32/fake-clock.js';
import { settle } from '../win32/turns.js';
import { boundUdp, connectedPair, listener, setNonBlocking, startedWorld, tcp, udp, type World } from './world.js';

const CALLS = 1000;

/** A receive that fails, and with what. */
interface Failing {
  readonly error: string;
  readonly s: SOCKET;
  readonly buffer: Uint8Array | null;
  readonly flags: number;
}

/** One socket for each way to fail. Those that wait are freed by `free`. */
async function failures(world: World, clock: FakeClock): Promise<{ list: Failing[]; free: () => Promise<void> }> {
  const { ws } = world;
  const buffer = new Uint8Array(8);
  const from = listener(world);
  const closed = udp(world);
  await ws.closesocket(closed);
  const nonBlocking = boundUdp(world);
  setNonBlocking(world, nonBlocking);
  const shut = (await connectedPair(world, from)).a;
  ws.shutdown(shut, SD_RECEIVE);
  const slow = (await connectedPair(world, from)).a;
  ws.setsockopt(slow, SOL_SOCKET, SO_RCVTIMEO, Uint8Array.of(50, 0, 0, 0), 4);
  const closing = (await connectedPair(world, from)).a;
  const list: Failing[] = [
    { error: 'WSAENOTSOCK', s: closed, buffer, flags: 0 },
    { error: 'WSAENOTCONN', s: tcp(world), buffer, flags: 0 },
    { error: 'WSAEWOULDBLOCK', s: nonBlocking, buffer, flags: 0 },
    { error: 'WSAESHUTDOWN', s: shut, buffer, flags: 0 },
    { error: 'WSAETIMEDOUT', s: slow, buffer, flags: 0 },
    { error: 'WSAEINTR', s: closing, buffer, flags: 0 },
    { error: 'WSAEINVAL', s: udp(world), buffer, flags: 0 },
    { error: 'WSAEFAULT', s: nonBlocking, buffer: null, flags: 0 },
    { error: 'WSAEOPNOTSUPP', s: nonBlocking, buffer, flags: 0x4000 },
  ];
  const free = async (): Promise<void> => {
    await settle();
    clock.advance(50);
    await ws.closesocket(closing);
  };
  return { list, free };
}

describe.each([
  ['bound to a process', (world: World): Winsock => world.ws],
  ['current in the flow', (): Winsock => plain as unknown as Winsock],
])('functions %s', (_name, faceOf) => {
  const clock = new FakeClock();
  let world: World;
  beforeAll(async () => {
    world = await startedWorld({ clock });
  });
  afterAll(() => world.host.dispose());

  it(`tell each of ${String(CALLS)} receives its own error`, () =>
    world.host.run(async () => {
      const ws = faceOf(world);
      const { list, free } = await failures(world, clock);
      const receive = async ({ s, buffer, flags }: Failing): Promise<string> => {
        const result = await ws.recv(s, buffer, 8, flags);
        return result === -1 ? errorName(ws.WSAGetLastError()) : `received ${String(result)}`;
      };
      const chosen = Array.from({ length: CALLS }, (_, i) => list[(i * 7) % list.length] as Failing);
      const running = chosen.map(receive);
      await free();
      const told = await Promise.all(running);
      expect(told).toEqual(chosen.map(({ error }) => error));
      expect(new Set(told).size).toBe(list.length);
    }));

  it('are not disturbed by calls that return at once', () =>
    world.host.run(async () => {
      const ws = faceOf(world);
      const s = tcp(world);
      const flow = async (own: number): Promise<number[]> => {
        const seen: number[] = [];
        for (let i = 0; i < 20; i++) {
          ws.WSASetLastError(own);
          await Promise.resolve();
          seen.push(ws.WSAGetLastError());
          await ws.recv(s, new Uint8Array(1), 1, 0);
          seen.push(ws.WSAGetLastError());
          ws.getsockname(s, null, null);
          seen.push(ws.WSAGetLastError());
        }
        return seen;
      };
      // A thread's own last error is one cell until a call is awaited: flows are told apart by what they await.
      const results = await Promise.all([1, 2, 3].map(async (own) => {
        await ws.recv(s, new Uint8Array(1), 1, 0);
        return flow(own);
      }));
      for (const [index, seen] of results.entries()) {
        expect(seen.map(errorName).slice(0, 3)).toEqual([errorName(index + 1), 'WSAENOTCONN', 'WSAEINVAL']);
        expect(seen).toEqual(Array.from({ length: 20 }, () => seen.slice(0, 3)).flat());
      }
    }));

  it('leave an error in place until the next call, and clear it on success', () =>
    world.host.run(async () => {
      const ws = faceOf(world);
      ws.WSASetLastError(1234);
      expect(ws.WSAGetLastError()).toBe(1234);
      expect(ws.WSAGetLastError()).toBe(1234);
      const s = boundUdp(world);
      await ws.closesocket(s);
      expect(ws.WSAGetLastError()).toBe(0);
      await ws.closesocket(s);
      expect(errorName(ws.WSAGetLastError())).toBe('WSAENOTSOCK');
    }));

  it('keep an error given to the code after await, while others go on', () =>
    world.host.run(async () => {
      const ws = faceOf(world);
      const { a, b } = await connectedPair(world);
      const waiting = ws.recv(a, new Uint8Array(4), 4, 0);
      expect(await ws.recv(b, null, 4, 0)).toBe(-1);
      expect(errorName(ws.WSAGetLastError())).toBe('WSAEFAULT');
      expect(ws.listen(b, 1)).toBe(-1);
      expect(errorName(ws.WSAGetLastError())).toBe('WSAEISCONN');
      await ws.send(b, Uint8Array.of(1, 2), 2, MSG_PARTIAL);
      expect(await waiting).toBe(2);
    }));
});

describe('two processes in one flow', () => {
  it('have a last error each', async () => {
    const [one, two] = await Promise.all([startedWorld(), startedWorld()]);
    const s = tcp(one);
    await one.ws.recv(s, new Uint8Array(1), 1, 0);
    await two.ws.recv(s, new Uint8Array(1), 1, 0);
    expect([one.lastError(), two.lastError()]).toEqual(['WSAENOTCONN', 'WSAENOTSOCK']);
    two.ws.WSASetLastError(7);
    expect([one.lastError(), two.ws.WSAGetLastError()]).toEqual(['WSAENOTCONN', 7]);
    await Promise.all([one.host.dispose(), two.host.dispose()]);
  });

  it('have sockets, startup counts and endpoints each', async () => {
    const one = await startedWorld();
    const two = await startedWorld();
    const s = udp(one);
    expect(two.ws.getsockname(s, null, null)).toBe(-1);
    expect(two.lastError()).toBe('WSAENOTSOCK');
    expect([one.afd.endpoints.size, two.afd.endpoints.size]).toEqual([1, 0]);
    await two.ws.WSACleanup();
    expect(two.ws.socket(2, 1, 0)).toBe(-1);
    expect(two.lastError()).toBe('WSANOTINITIALISED');
    expect(tcp(one)).toBeGreaterThan(0);
    await one.host.dispose();
  });
});
