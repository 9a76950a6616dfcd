// Overlapped calls as an application uses them: events, completion routines, results, buffers that stay the caller's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  OVERLAPPED,
  STATUS_PENDING,
  WAIT_IO_COMPLETION,
  WSABUF,
  WSA_INFINITE,
  ref,
  type SOCKET,
  type WSAEVENT,
} from '../../src/abi/index.js';
import { connectedPair, startedWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

function withEvent(): { overlapped: OVERLAPPED; event: WSAEVENT } {
  const overlapped = new OVERLAPPED();
  const event = world.ws.WSACreateEvent();
  overlapped.hEvent = event;
  return { overlapped, event };
}

async function result(s: SOCKET, overlapped: OVERLAPPED, wait: number): Promise<string | number> {
  const bytes = ref(0xa5a5);
  const ok = await world.ws.WSAGetOverlappedResult(s, overlapped, bytes, wait, ref(0xa5));
  return ok === 1 ? bytes.value : world.lastError();
}

const signaled = async (event: WSAEVENT): Promise<boolean> =>
  (await world.ws.WSAWaitForMultipleEvents(1, [event], 1, 0, 0)) === 0;

describe('an event', () => {
  it('tells when a receive is done', async () => {
    const { a, b } = await connectedPair(world);
    const { overlapped, event } = withEvent();
    world.ws.WSASetEvent(event);
    const part = new Uint8Array(8).fill(0xa5);
    const started: number = world.ws.WSARecv(a, [new WSABUF(8, part)], 1, null, ref(0), overlapped, null);
    expect([started, world.lastError()]).toEqual([-1, 'WSA_IO_PENDING']);
    expect([overlapped.Internal, await signaled(event)]).toEqual([STATUS_PENDING, false]);
    expect(await result(a, overlapped, 0)).toBe('WSA_IO_INCOMPLETE');
    await world.ws.send(b, Uint8Array.of(1, 2, 3), 3, 0);
    expect(await world.ws.WSAWaitForMultipleEvents(1, [event], 1, WSA_INFINITE, 0)).toBe(0);
    expect(await result(a, overlapped, 0)).toBe(3);
    expect([...part.subarray(0, 4)]).toEqual([1, 2, 3, 0xa5]);
  });

  it('is set also when the call is done at once', async () => {
    const { a } = await connectedPair(world);
    const { overlapped, event } = withEvent();
    const sent = ref(0);
    expect(world.ws.WSASend(a, [new WSABUF(5, new Uint8Array(5))], 1, sent, 0, overlapped, null)).toBe(0);
    expect(sent.value).toBe(5);
    expect(await signaled(event)).toBe(true);
    expect(await result(a, overlapped, 0)).toBe(5);
  });
});

it('several receives are served in the order of the calls', async () => {
  const { a, b } = await connectedPair(world);
  const parts = [new Uint8Array(2), new Uint8Array(2), new Uint8Array(2)];
  const all = parts.map((part) => {
    const overlapped = new OVERLAPPED();
    world.ws.WSARecv(a, [new WSABUF(2, part)], 1, null, ref(0), overlapped, null);
    return overlapped;
  });
  await world.ws.send(b, Uint8Array.of(1, 2, 3, 4, 5, 6), 6, 0);
  expect(await Promise.all(all.map((overlapped) => result(a, overlapped, 1)))).toEqual([2, 2, 2]);
  expect(parts.map((part) => [...part])).toEqual([[1, 2], [3, 4], [5, 6]]);
});

it('closing the socket ends a receive that is under way', async () => {
  const { a } = await connectedPair(world);
  const { overlapped, event } = withEvent();
  world.ws.WSARecv(a, [new WSABUF(1, new Uint8Array(1))], 1, null, ref(0), overlapped, null);
  await world.ws.closesocket(a);
  expect(await signaled(event)).toBe(true);
  expect(overlapped.Internal).not.toBe(0);
  expect(overlapped.Internal).not.toBe(STATUS_PENDING);
});

describe('a completion routine', () => {
  it('runs in an alertable wait, not before, with what the call gave', async () => {
    const { a, b } = await connectedPair(world);
    const overlapped = new OVERLAPPED();
    const told: unknown[] = [];
    const routine = (error: number, bytes: number, which: OVERLAPPED, flags: number): void => {
      told.push(error, bytes, which === overlapped, flags);
    };
    const received = ref(0);
    world.ws.WSARecv(a, [new WSABUF(8, new Uint8Array(8))], 1, received, ref(0), overlapped, routine);
    expect(world.lastError()).toBe('WSA_IO_PENDING');
    await world.ws.send(b, new Uint8Array(4), 4, 0);
    expect(await result(a, overlapped, 1)).toBe(4);
    expect(told).toEqual([]);
    expect(await world.ws.SleepEx(WSA_INFINITE, 1)).toBe(WAIT_IO_COMPLETION);
    expect(told).toEqual([0, 4, true, 0]);
  });

  it('may start the next operation', async () => {
    const { a, b } = await connectedPair(world);
    const got: number[] = [];
    const part = new Uint8Array(1);
    const next = (): void => {
      world.ws.WSARecv(a, [new WSABUF(1, part)], 1, null, ref(0), new OVERLAPPED(), (error, bytes) => {
        if (error === 0 && bytes === 1) got.push(part[0] ?? 0);
        if (got.length < 5) next();
      });
    };
    next();
    await world.ws.send(b, Uint8Array.of(1, 2, 3, 4, 5), 5, 0);
    while (got.length < 5) expect(await world.ws.SleepEx(WSA_INFINITE, 1)).toBe(WAIT_IO_COMPLETION);
    expect(got).toEqual([1, 2, 3, 4, 5]);
  });

  it('that throws is noted and harms nobody', async () => {
    const { a, b } = await connectedPair(world);
    world.ws.WSASend(a, [new WSABUF(1, new Uint8Array(1))], 1, null, 0, new OVERLAPPED(), () => {
      throw new Error('broken routine');
    });
    const buffer = new Uint8Array(1);
    expect(await world.ws.recv(b, buffer, 1, 0)).toBe(1);
    expect(await world.ws.send(a, buffer, 1, 0)).toBe(1);
  });
});

it('a zero-length receive waits for data and takes none', async () => {
  const { a, b } = await connectedPair(world);
  const { overlapped } = withEvent();
  world.ws.WSARecv(a, [new WSABUF(0, null)], 1, null, ref(0), overlapped, null);
  await world.ws.send(b, Uint8Array.of(7), 1, 0);
  expect(await result(a, overlapped, 1)).toBe(0);
  const buffer = new Uint8Array(2);
  expect(await world.ws.recv(a, buffer, 2, 0)).toBe(1);
  expect(buffer[0]).toBe(7);
});

it('a large overlapped send is done when the peer has taken it', async () => {
  const { a, b } = await connectedPair(world);
  const size = 10_000_000;
  const data = new Uint8Array(size).fill(3);
  const { overlapped } = withEvent();
  expect(world.ws.WSASend(a, [new WSABUF(size, data)], 1, null, 0, overlapped, null)).toBe(-1);
  expect(world.lastError()).toBe('WSA_IO_PENDING');
  const received = new Uint8Array(size);
  expect(await world.ws.recv(b, received, size, 8)).toBe(size);
  expect(await result(a, overlapped, 1)).toBe(size);
  expect(Buffer.compare(data, received)).toBe(0);
});
