// What an overlapped call fills in when: the counts and flags of the call itself only if it returns with its result, as is
// documented; the sender's address and the fields of a WSAMSG whenever the datagram comes.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MSG_PARTIAL, OVERLAPPED, WSABUF, WSAMSG, WSA_OPERATION_ABORTED, ref, sockaddr_in, type SOCKET } from '../../src/abi/index.js';
import { FakeDriver } from '../afd/fake-driver.js';
import { boundUdp, connectedPair, nameOf, startedWorld, type World } from './world.js';

const fake = new FakeDriver();
const STALE = 4242;
let world: World;
beforeAll(async () => {
  fake.net.auto = true;
  world = await startedWorld({ driver: fake });
});
afterAll(() => world.host.dispose());

async function settled(): Promise<void> {
  await Promise.resolve();
  fake.net.pump();
}

const said = (result: number): string => (result === 0 ? 'done' : world.lastError());

/** The bytes and flags that WSAGetOverlappedResult tells. */
async function told(s: SOCKET, o: OVERLAPPED): Promise<unknown[]> {
  const [bytes, flags] = [ref(0), ref(0)];
  const ok = await world.ws.WSAGetOverlappedResult(s, o, bytes, 0, flags);
  return ok === 1 ? [bytes.value, flags.value] : [world.lastError(), bytes.value];
}

describe('a stream', () => {
  let a: SOCKET;
  let b: SOCKET;
  beforeEach(async () => {
    ({ a, b } = await connectedPair(world));
  });

  it('tells the count of a receive that is done at once, and not of one that waits', async () => {
    const o = new OVERLAPPED();
    for (let round = 0; round < 2; round += 1) {
      const [count, flags] = [ref(STALE), ref(0)];
      expect(said(world.ws.WSARecv(a, [new WSABUF(4, new Uint8Array(4))], 1, count, flags, o, null))).toBe('WSA_IO_PENDING');
      flags.value = STALE;
      await world.ws.send(b, new Uint8Array(3), 3, 0);
      await settled();
      expect([count.value, flags.value, await told(a, o)]).toEqual([STALE, STALE, [3, 0]]);

      await world.ws.send(b, new Uint8Array(2), 2, 0);
      await settled();
      flags.value = 0;
      expect(said(world.ws.WSARecv(a, [new WSABUF(4, new Uint8Array(4))], 1, count, flags, o, null))).toBe('done');
      expect([count.value, flags.value, await told(a, o)]).toEqual([2, 0, [2, 0]]);
    }
  });

  it('tells the count of a send that is done at once, and not of one that waits', async () => {
    const o = new OVERLAPPED();
    for (let round = 0; round < 2; round += 1) {
      const count = ref(STALE);
      fake.net.holding = true;
      expect(said(world.ws.WSASend(a, [new WSABUF(3, new Uint8Array(3))], 1, count, 0, o, null))).toBe('WSA_IO_PENDING');
      fake.net.release();
      await settled();
      expect([count.value, await told(a, o)]).toEqual([STALE, [3, 0]]);
      expect(said(world.ws.WSASend(a, [new WSABUF(2, new Uint8Array(2))], 1, count, 0, o, null))).toBe('done');
      expect([count.value, await told(a, o)]).toEqual([2, [2, 0]]);
    }
  });

  it('leaves the last error alone when an operation ends badly later', async () => {
    const o = new OVERLAPPED();
    world.ws.WSARecv(a, [new WSABUF(4, new Uint8Array(4))], 1, null, ref(0), o, null);
    world.ws.WSASetLastError(STALE);
    expect(world.ws.CancelIoEx(a, o)).toBe(1);
    await settled();
    expect([world.ws.WSAGetLastError(), o.Internal]).toEqual([STALE, WSA_OPERATION_ABORTED]);
  });
});

describe('a datagram', () => {
  let s: SOCKET;
  let from: SOCKET;
  beforeEach(() => {
    s = boundUdp(world);
    from = boundUdp(world);
  });

  async function arrive(length: number): Promise<void> {
    await world.ws.sendto(from, new Uint8Array(length), length, 0, nameOf(world, s), sockaddr_in.size);
    await settled();
  }

  it.each([['that fits', 3, [3, 0]], ['that does not', 9, ['WSAEMSGSIZE', 0]]] as const)(
    '%s tells its sender when it comes, and its count and flags to those who ask',
    async (_name, length, result) => {
      const o = new OVERLAPPED();
      for (let round = 0; round < 2; round += 1) {
        const [count, flags, name, namelen] = [ref(STALE), ref(0), new sockaddr_in(), ref<number>(sockaddr_in.size + 4)];
        const room = new Uint8Array(sockaddr_in.size + 4);
        const into = round === 0 ? name : room;
        if (round === 0) namelen.value = sockaddr_in.size;
        const buffers = [new WSABUF(4, new Uint8Array(4))];
        expect(said(world.ws.WSARecvFrom(s, buffers, 1, count, flags, into, namelen, o, null))).toBe('WSA_IO_PENDING');
        flags.value = STALE;
        await arrive(length);
        const bytes = round === 0 ? name.bytes : room.subarray(0, sockaddr_in.size);
        expect([...bytes]).toEqual([...nameOf(world, from).bytes]);
        expect([namelen.value, count.value, flags.value, await told(s, o)]).toEqual([sockaddr_in.size, STALE, STALE, result]);
      }
    },
  );

  it('that is there already tells all of it at once', async () => {
    const o = new OVERLAPPED();
    for (let round = 0; round < 2; round += 1) {
      await arrive(3);
      const [count, flags, name, namelen] = [ref(STALE), ref(0), new sockaddr_in(), ref<number>(sockaddr_in.size)];
      const buffers = [new WSABUF(4, new Uint8Array(4))];
      expect(said(world.ws.WSARecvFrom(s, buffers, 1, count, flags, name, namelen, o, null))).toBe('done');
      expect([count.value, flags.value, namelen.value, name.sin_port]).toEqual([3, 0, 16, nameOf(world, from).sin_port]);
    }
  });

  it('tells no sender to a WSARecv that uses the OVERLAPPED of a WSARecvFrom', async () => {
    const o = new OVERLAPPED();
    const [name, namelen] = [new sockaddr_in(), ref<number>(sockaddr_in.size)];
    const buffers = [new WSABUF(4, new Uint8Array(4))];
    world.ws.WSARecvFrom(s, buffers, 1, null, ref(0), name, namelen, o, null);
    await arrive(1);
    name.bytes.fill(0);
    world.ws.WSARecv(s, buffers, 1, null, ref(0), o, null);
    await arrive(2);
    expect([await told(s, o), ...name.bytes]).toEqual([[2, 0], ...new Uint8Array(16)]);
  });

  it('tells of a receive that it was cut, by its flags, only to those who ask', async () => {
    const [o, flags] = [new OVERLAPPED(), ref(0)];
    world.ws.WSARecv(s, [new WSABUF(2, new Uint8Array(2))], 1, null, flags, o, null);
    await arrive(5);
    expect([flags.value, o.Offset & ~MSG_PARTIAL, (await told(s, o))[0]]).toEqual([0, 0, 'WSAEMSGSIZE']);
  });

  it('fills in a WSAMSG when it comes, with an OVERLAPPED of before, and leaves the count of the call alone', async () => {
    const o = new OVERLAPPED();
    const buffers = [new WSABUF(4, new Uint8Array(4))];
    for (const length of [3, 2]) {
      const message = new WSAMSG({
        name: new Uint8Array(32), namelen: 32, lpBuffers: buffers, dwBufferCount: 1, Control: new WSABUF(0, null), dwFlags: 0,
      });
      const count = ref(STALE);
      expect(said(world.ws.WSARecvMsg(s, message, count, o, null))).toBe('WSA_IO_PENDING');
      await arrive(length);
      expect([message.namelen, count.value, await told(s, o)]).toEqual([16, STALE, [length, 0]]);
      expect([...(message.name as Uint8Array).subarray(0, 16)]).toEqual([...nameOf(world, from).bytes]);
      // And a plain receive after it leaves the message alone.
      [message.namelen, message.dwFlags] = [STALE, STALE];
      world.ws.WSARecv(s, buffers, 1, null, ref(0), o, null);
      await arrive(1);
      expect([message.namelen, message.dwFlags, await told(s, o)]).toEqual([STALE, STALE, [1, 0]]);
    }
  });
});
