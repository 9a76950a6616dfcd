// Cancelling overlapped operations, and how they end when Winsock is shut down: exactly once, by what was asked for, and
// without a byte getting lost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ERROR_CONNECTION_ABORTED,
  ERROR_INVALID_HANDLE,
  ERROR_IO_INCOMPLETE,
  ERROR_NETNAME_DELETED,
  ERROR_NOACCESS,
  ERROR_NOT_FOUND,
  ERROR_OPERATION_ABORTED,
  INFINITE,
  INVALID_HANDLE_VALUE,
  MSG_WAITALL,
  NULL_HANDLE,
  OVERLAPPED,
  SIO_ADDRESS_LIST_CHANGE,
  STATUS_PENDING,
  WAIT_IO_COMPLETION,
  WAIT_TIMEOUT,
  WSABUF,
  WSAECONNABORTED,
  WSA_OPERATION_ABORTED,
  linger,
  ref,
  type HANDLE,
  type SOCKET,
  type WSAEVENT,
} from '../../src/abi/index.js';
import { WSARecv } from '../../src/index.js';
import { boundUdp, connectedPair, selfConnectedUdp, startedWorld, streamOf, turn, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

interface Receive {
  readonly overlapped: OVERLAPPED;
  readonly buffer: Uint8Array;
}

/** Starts a receive that goes on. */
function receive(s: SOCKET, size: number, flags = 0, hEvent: HANDLE = NULL_HANDLE): Receive {
  const overlapped = new OVERLAPPED({ hEvent });
  const buffer = new Uint8Array(size).fill(0xa5);
  expect(world.ws.WSARecv(s, [new WSABUF(size, buffer)], 1, null, ref(flags), overlapped, null)).toBe(-1);
  expect(world.lastError()).toBe('WSA_IO_PENDING');
  return { overlapped, buffer };
}

async function result(s: SOCKET, overlapped: OVERLAPPED, wait = 0): Promise<string | number> {
  const bytes = ref(0xa5a5);
  const ok = await world.ws.WSAGetOverlappedResult(s, overlapped, bytes, wait, ref(0xa5));
  return ok === 1 ? bytes.value : world.lastError();
}

const isSet = async (event: WSAEVENT): Promise<boolean> =>
  (await world.ws.WSAWaitForMultipleEvents(1, [event], 1, 0, 0)) === 0;

async function take(s: SOCKET, size: number): Promise<number[]> {
  const buffer = new Uint8Array(size);
  const count = await world.ws.recv(s, buffer, size, 0);
  return [...buffer.subarray(0, count)];
}

describe('CancelIoEx', () => {
  it('ends one operation, sets its event once and leaves the others and the socket alone', async () => {
    const { a, b } = await connectedPair(world);
    const event = world.ws.WSACreateEvent();
    const [first, second] = [receive(a, 4), receive(a, 4, 0, event)];
    expect(world.ws.CancelIoEx(a, second.overlapped)).toBe(1);
    expect([second.overlapped.Internal, first.overlapped.Internal]).toEqual([WSA_OPERATION_ABORTED, STATUS_PENDING]);
    expect(await isSet(event)).toBe(true);
    expect(await result(a, second.overlapped)).toBe('WSA_OPERATION_ABORTED');
    expect([world.ws.CancelIoEx(a, second.overlapped), world.ws.GetLastError()]).toEqual([0, ERROR_NOT_FOUND]);
    await world.ws.send(b, Uint8Array.of(1, 2), 2, 0);
    expect(await result(a, first.overlapped, 1)).toBe(2);
    expect([...first.buffer.subarray(0, 2)]).toEqual([1, 2]);
  });

  it.each([
    ['no handle', (): HANDLE => 0xdead as HANDLE],
    ['an event', (): HANDLE => world.ws.WSACreateEvent()],
    ['a port', (): HANDLE => world.ws.CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL_HANDLE, 0, 0)],
  ])('refuses %s', (_name, handle) => {
    const one = handle();
    expect([world.ws.CancelIoEx(one, null), world.ws.GetLastError()]).toEqual([0, ERROR_INVALID_HANDLE]);
    expect([world.ws.CancelIo(one), world.ws.GetLastError()]).toEqual([0, ERROR_INVALID_HANDLE]);
  });

  it('finds nothing on an idle socket, where CancelIo is content', async () => {
    const { a } = await connectedPair(world);
    expect([world.ws.CancelIoEx(a, null), world.ws.GetLastError()]).toEqual([0, ERROR_NOT_FOUND]);
    expect(world.ws.CancelIo(a)).toBe(1);
  });

  it('does not touch a call that blocks', async () => {
    const { a, b } = await connectedPair(world);
    const blocked = take(a, 4);
    expect(world.ws.CancelIoEx(a, null)).toBe(0);
    await world.ws.send(b, Uint8Array.of(9), 1, 0);
    expect(await blocked).toEqual([9]);
  });

  it('gives back what a MSG_WAITALL receive had got already', async () => {
    const { a, b } = await connectedPair(world);
    const all = receive(a, 8, MSG_WAITALL);
    await world.ws.send(b, Uint8Array.of(1, 2, 3), 3, 0);
    while (all.buffer[2] !== 3) await turn();
    expect(world.ws.CancelIoEx(a, all.overlapped)).toBe(1);
    expect([all.overlapped.Internal, all.overlapped.InternalHigh]).toEqual([WSA_OPERATION_ABORTED, 0]);
    await world.ws.send(b, Uint8Array.of(4), 1, 0);
    expect(await take(a, 2)).toEqual([1, 2]);
    expect([...(await take(a, 1)), ...(await take(a, 8))]).toEqual([3, 4]);
  });

  it('gives it to the receive that is next in line, unless that is cancelled as well', async () => {
    const { a, b } = await connectedPair(world);
    const [all, next] = [receive(a, 8, MSG_WAITALL), receive(a, 8)];
    await world.ws.send(b, Uint8Array.of(1, 2, 3), 3, 0);
    while (all.buffer[2] !== 3) await turn();
    world.ws.CancelIoEx(a, all.overlapped);
    expect([await result(a, next.overlapped), ...next.buffer.subarray(0, 3)]).toEqual([3, 1, 2, 3]);

    const [again, last] = [receive(a, 8, MSG_WAITALL), receive(a, 8)];
    await world.ws.send(b, Uint8Array.of(4), 1, 0);
    while (again.buffer[0] !== 4) await turn();
    expect(world.ws.CancelIoEx(a, null)).toBe(1);
    expect([await result(a, again.overlapped), await result(a, last.overlapped)]).toEqual([
      'WSA_OPERATION_ABORTED', 'WSA_OPERATION_ABORTED',
    ]);
    expect(await take(a, 8)).toEqual([4]);
  });

  it('of a send that is under way ends it and cuts the connection', async () => {
    const { a, b } = await connectedPair(world);
    const size = 20_000_000;
    const data = new Uint8Array(size).fill(3);
    const [first, second] = [new OVERLAPPED(), new OVERLAPPED()];
    for (const one of [first, second]) {
      expect(world.ws.WSASend(a, [new WSABUF(size, data)], 1, null, 0, one, null)).toBe(-1);
    }
    const waiting = receive(a, 1);
    expect(world.ws.CancelIoEx(a, first)).toBe(1);
    expect([first.Internal, second.Internal, waiting.overlapped.Internal]).toEqual([
      WSA_OPERATION_ABORTED, WSAECONNABORTED, WSAECONNABORTED,
    ]);
    // The buffer is the program's again, and the peer never sees what it does with it.
    data.fill(4);
    const part = new Uint8Array(65536);
    let total = 0;
    for (let count = await world.ws.recv(b, part, part.length, 0); count > 0; total += count) {
      expect(part.subarray(0, count).every((byte) => byte === 3)).toBe(true);
      count = await world.ws.recv(b, part, part.length, 0);
    }
    expect(total).toBeLessThan(size);
    expect([await world.ws.send(a, part, 1, 0), world.ws.WSAGetLastError()]).toEqual([-1, WSAECONNABORTED]);
  });

  it('ends receives of datagrams and control codes that wait; what arrives next is not lost', async () => {
    const s = await selfConnectedUdp(world);
    const waiting = receive(s, 16);
    const change = new OVERLAPPED();
    expect(world.ws.WSAIoctl(s, SIO_ADDRESS_LIST_CHANGE, null, 0, null, 0, ref(0), change, null)).toBe(-1);
    expect([...(streamOrDatagram(s))].map(({ kind, bytesAsked, reportsTo }) => [kind, bytesAsked, reportsTo])).toEqual([
      ['receive', 16, 'nobody'], ['control', 0, 'nobody'],
    ]);
    expect(world.ws.CancelIo(s)).toBe(1);
    expect([waiting.overlapped.Internal, change.Internal]).toEqual([WSA_OPERATION_ABORTED, WSA_OPERATION_ABORTED]);
    await world.ws.send(s, Uint8Array.of(5), 1, 0);
    expect(await take(s, 16)).toEqual([5]);
  });
});

function streamOrDatagram(s: SOCKET): Iterable<{ kind: string; bytesAsked: number; reportsTo: string }> {
  const object = world.host.handles.get(s);
  if (object === null || !('pending' in object)) throw new Error('no socket');
  return object.pending as Iterable<{ kind: string; bytesAsked: number; reportsTo: string }>;
}

describe('CancelIo', () => {
  it('cancels what the calling thread has started, and nothing else', async () => {
    const { a } = await connectedPair(world);
    const mine = receive(a, 4);
    const theirs = new OVERLAPPED();
    const buffers = [new WSABUF(4, new Uint8Array(4))];
    const thread = world.ws.CreateThread(null, 0, () => WSARecv(a, buffers, 1, null, ref(0), theirs, null), null, 0, null);
    expect(await world.ws.WaitForSingleObject(thread, INFINITE)).toBe(0);
    expect(world.ws.CancelIo(a)).toBe(1);
    expect([mine.overlapped.Internal, theirs.Internal]).toEqual([WSA_OPERATION_ABORTED, STATUS_PENDING]);
    expect(world.ws.CancelIoEx(a, null)).toBe(1);
    expect(theirs.Internal).toBe(WSA_OPERATION_ABORTED);
  });

  it('is told to the routine once, in an alertable wait', async () => {
    const { a } = await connectedPair(world);
    const told: unknown[] = [];
    const overlapped = new OVERLAPPED();
    world.ws.WSARecv(a, [new WSABUF(1, new Uint8Array(1))], 1, null, ref(0), overlapped, (error, bytes) => {
      told.push(error, bytes);
    });
    world.ws.CancelIo(a);
    expect(told).toEqual([]);
    expect(await world.ws.SleepEx(INFINITE, 1)).toBe(WAIT_IO_COMPLETION);
    expect(told).toEqual([WSA_OPERATION_ABORTED, 0]);
    expect(await world.ws.SleepEx(0, 1)).toBe(0);
  });
});

describe('GetOverlappedResult', () => {
  const bytes = ref(0);
  const get = async (s: SOCKET, overlapped: OVERLAPPED, ms: number, alertable = 0): Promise<unknown[]> => {
    bytes.value = 0xa5;
    const ok = await world.ws.GetOverlappedResultEx(s, overlapped, bytes, ms, alertable);
    return ok === 1 ? [1, bytes.value] : [0, world.ws.GetLastError()];
  };

  it('looks, waits for the event or the end, and tells errors as Windows knows them', async () => {
    const { a, b } = await connectedPair(world);
    for (const hEvent of [NULL_HANDLE, world.ws.WSACreateEvent()]) {
      const { overlapped } = receive(a, 4, 0, hEvent);
      expect(await get(a, overlapped, 0)).toEqual([0, ERROR_IO_INCOMPLETE]);
      expect([await world.ws.GetOverlappedResult(a, overlapped, bytes, 0), world.ws.GetLastError()]).toEqual([
        0, ERROR_IO_INCOMPLETE,
      ]);
      expect(await get(a, overlapped, 1)).toEqual([0, WAIT_TIMEOUT]);
      const waited = get(a, overlapped, INFINITE);
      await world.ws.send(b, Uint8Array.of(1, 2), 2, 0);
      expect(await waited).toEqual([1, 2]);
      expect([await world.ws.GetOverlappedResult(a, overlapped, bytes, 1), bytes.value]).toEqual([1, 2]);
    }
    const aborted = receive(a, 4);
    world.ws.CancelIo(a);
    expect(await get(a, aborted.overlapped, INFINITE)).toEqual([0, ERROR_OPERATION_ABORTED]);
    const lost = receive(a, 4);
    const hard = new linger();
    hard.l_onoff = 1;
    world.ws.setsockopt(b, 0xffff, 0x80, hard, 4);
    await world.ws.closesocket(b);
    expect(await get(a, lost.overlapped, INFINITE)).toEqual([0, ERROR_NETNAME_DELETED]);
    expect(await result(a, lost.overlapped)).toBe('WSAECONNRESET');
  });

  it('says so when somebody else has set the event', async () => {
    const { a } = await connectedPair(world);
    const event = world.ws.WSACreateEvent();
    const { overlapped } = receive(a, 4, 0, event);
    world.ws.WSASetEvent(event);
    const bytes = ref(0xa5a5);
    expect([await world.ws.GetOverlappedResult(a, overlapped, bytes, 1), world.ws.GetLastError()]).toEqual([0, ERROR_IO_INCOMPLETE]);
    expect(bytes.value).toBe(0xa5a5);
  });

  it('lets routines run if the wait is alertable', async () => {
    const { a } = await connectedPair(world);
    const { overlapped } = receive(a, 4);
    const waited = get(a, overlapped, INFINITE, 1);
    world.ws.QueueUserAPC(() => undefined, world.ws.GetCurrentThread(), 0);
    expect(await waited).toEqual([0, WAIT_IO_COMPLETION]);
    world.ws.CancelIo(a);
  });

  it('refuses null pointers and handles that are of no use', async () => {
    const { a } = await connectedPair(world);
    const { overlapped } = receive(a, 4);
    expect([await world.ws.GetOverlappedResult(a, null, bytes, 0), world.ws.GetLastError()]).toEqual([0, ERROR_NOACCESS]);
    expect([await world.ws.GetOverlappedResult(a, overlapped, null, 0), world.ws.GetLastError()]).toEqual([0, ERROR_NOACCESS]);
    expect(await get(0xdead as SOCKET, overlapped, INFINITE)).toEqual([0, ERROR_INVALID_HANDLE]);
    overlapped.hEvent = 0xdead as HANDLE;
    expect(await get(a, overlapped, INFINITE)).toEqual([0, ERROR_INVALID_HANDLE]);
    expect(await result(a, overlapped, 1)).toBe('WSA_INVALID_HANDLE');
    world.ws.CancelIo(a);
  });
});

describe('WSAGetOverlappedResult', () => {
  it('waits for the event, and says so when somebody else has set it', async () => {
    const { a } = await connectedPair(world);
    const event = world.ws.WSACreateEvent();
    const { overlapped } = receive(a, 4, 0, event);
    const waited = result(a, overlapped, 1);
    world.ws.WSASetEvent(event);
    expect(await waited).toBe('WSA_IO_INCOMPLETE');
    world.ws.CancelIo(a);
  });

  it('leaves the count alone when the operation failed', async () => {
    const { a } = await connectedPair(world);
    const { overlapped } = receive(a, 4);
    world.ws.CancelIo(a);
    const bytes = ref(0xa5a5);
    expect(await world.ws.WSAGetOverlappedResult(a, overlapped, bytes, 0, ref(0))).toBe(0);
    expect(bytes.value).toBe(0xa5a5);
  });
});

describe('an OVERLAPPED', () => {
  it('is refused while its operation goes on, which is not disturbed, and free when it is over or was refused', async () => {
    const { a, b } = await connectedPair(world);
    const { overlapped } = receive(a, 4);
    const start = (s: SOCKET): number =>
      world.ws.WSARecv(s, [new WSABUF(1, new Uint8Array(1))], 1, null, ref(0), overlapped, null);
    expect([start(b), world.lastError(), start(a), world.lastError()]).toEqual([-1, 'WSAEINVAL', -1, 'WSAEINVAL']);
    await world.ws.send(b, Uint8Array.of(1), 1, 0);
    expect(await result(a, overlapped, 1)).toBe(1);
    const unbound = world.ws.socket(2, 1, 6);
    expect([start(unbound), world.lastError()]).toEqual([-1, 'WSAENOTCONN']);
    expect([start(a), world.lastError()]).toEqual([-1, 'WSA_IO_PENDING']);
    world.ws.CancelIo(a);
  });

  it('shows nothing of its operation', async () => {
    const { a } = await connectedPair(world);
    const { overlapped } = receive(a, 4);
    const fields = ['Internal', 'InternalHigh', 'Offset', 'OffsetHigh', 'Pointer', 'hEvent'];
    expect(Reflect.ownKeys(overlapped)).toEqual(fields);
    expect(world.ws.CancelIoEx(a, Object.assign(new OVERLAPPED(), overlapped))).toBe(0);
    world.ws.CancelIo(a);
  });

  it('with a routine is refused on a socket that has a port; a second port is refused too', async () => {
    const { a } = await connectedPair(world);
    const port = world.ws.CreateIoCompletionPort(a, NULL_HANDLE, 1, 0);
    const routine = (): undefined => undefined;
    const buffers = [new WSABUF(1, new Uint8Array(1))];
    expect([world.ws.WSARecv(a, buffers, 1, null, ref(0), new OVERLAPPED(), routine), world.lastError()]).toEqual([
      -1, 'WSAEINVAL',
    ]);
    expect([world.ws.CreateIoCompletionPort(a, port, 2, 0), world.lastError()]).toEqual([0, 'WSA_INVALID_PARAMETER']);
  });
});

it('more than 64 events, or one twice in a wait for all, are refused; up to 64 may repeat in a wait for one', async () => {
  const event = world.ws.WSACreateEvent();
  const wait = async (count: number, all: number): Promise<unknown[]> => {
    const ended = await world.ws.WSAWaitForMultipleEvents(count, new Array<HANDLE>(count).fill(event), all, 0, 0);
    return ended === 0xffffffff ? [world.lastError()] : [ended];
  };
  expect([await wait(65, 0), await wait(0, 0), await wait(64, 1)]).toEqual([
    ['WSA_INVALID_PARAMETER'], ['WSA_INVALID_PARAMETER'], ['WSA_INVALID_PARAMETER'],
  ]);
  expect(await wait(64, 0)).toEqual([WAIT_TIMEOUT]);
  world.ws.WSASetEvent(event);
  expect(await wait(64, 0)).toEqual([0]);
});

describe('WSACleanup', () => {
  it('ends what is pending with WSA_OPERATION_ABORTED, without an event or a routine', async () => {
    const other = await startedWorld();
    const { ws } = other;
    const { a, b } = await connectedPair(other);
    const u = boundUdp(other);
    const event = ws.WSACreateEvent();
    const told: number[] = [];
    const overlappeds = [new OVERLAPPED({ hEvent: event }), new OVERLAPPED(), new OVERLAPPED({ hEvent: event })];
    const [first, second, third] = overlappeds as [OVERLAPPED, OVERLAPPED, OVERLAPPED];
    const buffers = [new WSABUF(4, new Uint8Array(4))];
    ws.WSARecv(a, buffers, 1, null, ref(0), first, null);
    ws.WSARecv(b, buffers, 1, null, ref(0), second, (error) => told.push(error));
    ws.WSARecvFrom(u, buffers, 1, null, ref(0), null, null, third, null);
    const waited = (async (): Promise<unknown[]> => [await ws.GetOverlappedResult(a, first, ref(0), 1), ws.GetLastError()])();
    const before = other.host.handles.size;
    expect(await ws.WSACleanup()).toBe(0);
    expect(overlappeds.map(({ Internal }) => Internal)).toEqual([995, 995, 995]);
    expect(await ws.WaitForSingleObject(event, 0)).toBe(WAIT_TIMEOUT);
    expect(await ws.SleepEx(0, 1)).toBe(0);
    expect(told).toEqual([]);
    // A call that waits for one of them ends all the same.
    expect(await waited).toEqual([0, ERROR_CONNECTION_ABORTED]);
    // The three sockets, the listener, and the thread that had a routine.
    expect(before - other.host.handles.size).toBe(5);
    await other.host.dispose();
  });
});

it('the id of a thread that used routines goes with the thread', async () => {
  const { a } = await connectedPair(world);
  const before = world.host.handles.size;
  const thread = world.ws.CreateThread(null, 0, () => {
    WSARecv(a, [new WSABUF(1, new Uint8Array(1))], 1, null, ref(0), new OVERLAPPED(), () => undefined);
  }, null, 0, null);
  await world.ws.WaitForSingleObject(thread, INFINITE);
  world.ws.CloseHandle(thread);
  world.ws.CancelIoEx(a, null);
  expect(world.host.handles.size).toBe(before);
  expect([...streamOf(world, a).pending]).toEqual([]);
});
