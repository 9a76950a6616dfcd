// Thread pool I/O over sockets: callbacks on pool threads, announced operations only, waiting, giving up, nothing left.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_OPERATION_ABORTED,
  NULL_HANDLE,
  OVERLAPPED,
  STATUS_INVALID_HANDLE,
  STATUS_INVALID_PARAMETER,
  WSABUF,
  ref,
  type HANDLE,
  type SOCKET,
} from '../../src/abi/index.js';
import { GetCurrentThreadId, type PTP_IO } from '../../src/index.js';
import { currentThread } from '../../src/win32/index.js';
import { connectedPair, startedWorld, turn, type World } from './world.js';

let world: World;
let a: SOCKET;
let b: SOCKET;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());
beforeEach(async () => {
  ({ a, b } = await connectedPair(world));
});

function receive(overlapped = new OVERLAPPED(), size = 4): OVERLAPPED {
  world.ws.WSARecv(a, [new WSABUF(size, new Uint8Array(size))], 1, null, ref(0), overlapped, null);
  expect(world.lastError()).toBe('WSA_IO_PENDING');
  return overlapped;
}

const send = (...bytes: number[]): Promise<number> => world.ws.send(b, Uint8Array.from(bytes), bytes.length, 0);

function open(callback: Parameters<typeof world.ws.CreateThreadpoolIo>[1], context: unknown = null): PTP_IO {
  const io = world.ws.CreateThreadpoolIo(a as number as HANDLE, callback, context, null);
  if (io === null) throw new Error('no object');
  return io;
}

describe('CreateThreadpoolIo', () => {
  it('calls back once for each announced operation, on a thread of the pool, with everything it needs', async () => {
    const told: unknown[][] = [];
    const context = { of: 'mine' };
    const io = open((_instance, ...rest) => {
      told.push([...rest, GetCurrentThreadId() === world.host.mainThread.id]);
    }, context);
    world.ws.StartThreadpoolIo(io);
    const first = receive();
    await send(1, 2);
    await world.ws.WaitForThreadpoolIoCallbacks(io, 0);
    world.ws.StartThreadpoolIo(io);
    const second = receive();
    world.ws.CancelIoEx(a, null);
    expect(told).toHaveLength(1);
    await world.ws.WaitForThreadpoolIoCallbacks(io, 0);
    expect(told).toEqual([
      [context, first, 0, 2, io, false],
      [context, second, ERROR_OPERATION_ABORTED, 0, io, false],
    ]);
    expect([told[0]?.[1] === first, told[1]?.[1] === second]).toEqual([true, true]);
  });

  it('ignores what was not announced, and what was taken back', async () => {
    let calls = 0;
    const io = open(() => (calls += 1));
    const unannounced = receive();
    world.ws.StartThreadpoolIo(io);
    world.ws.CancelThreadpoolIo(io);
    await send(1);
    while (unannounced.Internal !== 0) await turn();
    await world.ws.WaitForThreadpoolIoCallbacks(io, 0);
    await turn();
    expect(calls).toBe(0);
  });

  it('waits for callbacks that wait themselves, and runs others meanwhile', async () => {
    const order: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const io = open(async (_instance, _context, overlapped) => {
      order.push(`begin ${String(overlapped?.Pointer)}`);
      if (overlapped?.Pointer === 1) await held;
      order.push(`end ${String(overlapped?.Pointer)}`);
    });
    for (const Pointer of [1, 2]) {
      world.ws.StartThreadpoolIo(io);
      receive(new OVERLAPPED({ Pointer }), 1);
    }
    await send(1, 2);
    const waited = world.ws.WaitForThreadpoolIoCallbacks(io, 0).then(() => order.push('waited'));
    while (order.length < 3) await turn();
    expect(order).toEqual(['begin 1', 'begin 2', 'end 2']);
    release();
    await waited;
    expect(order.slice(3)).toEqual(['end 1', 'waited']);
  });

  it('can drop callbacks that have not begun, without touching the operations', async () => {
    let calls = 0;
    const io = open(() => (calls += 1));
    world.ws.StartThreadpoolIo(io);
    const overlapped = receive();
    await world.ws.WaitForThreadpoolIoCallbacks(io, 1);
    await send(1);
    while (overlapped.Internal !== 0) await turn();
    await turn();
    expect(calls).toBe(0);
    world.ws.StartThreadpoolIo(io);
    receive();
    await send(1);
    await world.ws.WaitForThreadpoolIoCallbacks(io, 0);
    expect(calls).toBe(1);
  });

  it('is silent once closed; a callback that throws harms nobody', async () => {
    let calls = 0;
    const io = open(() => {
      calls += 1;
      throw new Error('broken callback');
    });
    for (let i = 0; i < 2; i++) {
      world.ws.StartThreadpoolIo(io);
      receive();
      await send(1);
      await world.ws.WaitForThreadpoolIoCallbacks(io, 0);
    }
    world.ws.StartThreadpoolIo(io);
    const last = receive();
    world.ws.CloseThreadpoolIo(io);
    await send(1);
    while (last.Internal !== 0) await turn();
    await turn();
    expect(calls).toBe(2);
  });

  it('refuses what is no socket, and a socket that is tied already', () => {
    const nothing = (): null => null;
    expect([world.ws.CreateThreadpoolIo(0xdead as HANDLE, nothing, null, null), world.ws.GetLastError()]).toEqual([
      null, ERROR_INVALID_HANDLE,
    ]);
    expect([world.ws.CreateThreadpoolIo(a as number as HANDLE, null, null, null), world.ws.GetLastError()]).toEqual([
      null, ERROR_INVALID_PARAMETER,
    ]);
    open(nothing);
    expect([world.ws.CreateThreadpoolIo(a as number as HANDLE, nothing, null, null), world.ws.GetLastError()]).toEqual([
      null, ERROR_INVALID_PARAMETER,
    ]);
    expect([world.ws.CreateIoCompletionPort(a as number as HANDLE, NULL_HANDLE, 0, 0), world.ws.GetLastError()]).toEqual([
      0, ERROR_INVALID_PARAMETER,
    ]);
  });

  it('lets go of what belongs to the threads that it no longer needs', async () => {
    const THREADS = 8;
    let [ended, running] = [0, 0];
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const io = open(async () => {
      currentThread().atEnd.push(() => (ended += 1));
      running += 1;
      await gate;
    });
    for (let i = 0; i < THREADS; i++) {
      world.ws.StartThreadpoolIo(io);
      receive(new OVERLAPPED(), 1);
    }
    await world.ws.send(b, new Uint8Array(THREADS), THREADS, 0);
    while (running < THREADS) await turn();
    go();
    await world.ws.WaitForThreadpoolIoCallbacks(io, 0);
    for (let i = 0; i < THREADS; i++) await turn();
    expect(ended).toBeGreaterThan(0);
  });

  it('keeps few threads and no handles after a thousand callbacks at once', async () => {
    const before = world.host.handles.size;
    const threads = new Set<number>();
    const io = open(() => threads.add(GetCurrentThreadId()));
    for (let i = 0; i < 1000; i++) {
      world.ws.StartThreadpoolIo(io);
      receive(new OVERLAPPED(), 1);
    }
    await world.ws.send(b, new Uint8Array(1000), 1000, 0);
    await world.ws.WaitForThreadpoolIoCallbacks(io, 0);
    world.ws.CloseThreadpoolIo(io);
    expect(threads.size).toBe(1);
    expect(world.host.handles.size).toBe(before);
  });
});

describe('BindIoCompletionCallback', () => {
  const bind = binder();
  it('calls back for every operation of the socket', async () => {
    const told: unknown[] = [];
    expect(bind(a, (...args) => told.push(...args), 0)).toBe(1);
    const overlapped = receive();
    await send(1, 2, 3);
    while (told.length === 0) await turn();
    expect(told.slice(0, 2)).toEqual([0, 3]);
    expect(told[2]).toBe(overlapped);
    expect([bind(a, () => null, 0), world.ws.GetLastError()]).toEqual([0, STATUS_INVALID_PARAMETER]);
  });

  it.each([
    ['flags', (): number => bind(a, () => null, 1), STATUS_INVALID_PARAMETER],
    ['no function', (): number => bind(a, null, 0), STATUS_INVALID_PARAMETER],
    ['no handle', (): number => bind(0xdead as SOCKET, () => null, 0), STATUS_INVALID_HANDLE],
  ])('refuses %s', (_what, call, error) => {
    expect([call(), world.ws.GetLastError()]).toEqual([0, error]);
  });
});

function binder(): (s: SOCKET, routine: Parameters<World['ws']['BindIoCompletionCallback']>[1], flags: number) => number {
  return (s, routine, flags) => world.ws.BindIoCompletionCallback(s as number as HANDLE, routine, flags);
}
