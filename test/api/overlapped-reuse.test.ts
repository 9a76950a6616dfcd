// One OVERLAPPED used again and again, as programs do: each use is an operation of its own, whatever the last one was and
// however it ended.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ERROR_IO_INCOMPLETE,
  ERROR_OPERATION_ABORTED,
  NULL_HANDLE,
  OVERLAPPED,
  STATUS_PENDING,
  TF_REUSE_SOCKET,
  WAIT_IO_COMPLETION,
  WSABUF,
  WSA_INFINITE,
  ref,
  sockaddr_in,
  type HANDLE,
  type SOCKET,
} from '../../src/abi/index.js';
import type { Driver, StreamTransport } from '../../src/drivers/contract.js';
import { FakeDriver } from '../afd/fake-driver.js';
import { boundUdp, connectedPair, listener, nameOf, startedWorld, type World } from './world.js';

type Routine = (error: number, bytes: number, overlapped: OVERLAPPED, flags: number) => void;

const fake = new FakeDriver();
/** Answers of transports that come only when the test lets them. */
const late: (() => void)[] = [];
let answersLate = false;

/** The in-memory driver, whose streams may be made to answer late to what they were given to write. */
const driver: Driver = new Proxy<Driver>(fake, {
  get: (target, key) => {
    if (key !== 'openStream') return Reflect.get(target, key) as unknown;
    const open: Driver['openStream'] = (family, sink) => {
      const transport = target.openStream(family, sink);
      return typeof transport === 'string' ? transport : slow(transport);
    };
    return open;
  },
});

function slow(transport: StreamTransport): StreamTransport {
  const write = transport.write.bind(transport);
  transport.write = (chunks, done) =>
    write(chunks, (error) => {
      if (answersLate) late.push(() => { done(error); });
      else done(error);
    });
  return transport;
}

function answer(): void {
  answersLate = false;
  for (const one of late.splice(0)) one();
}

let world: World;
let a: SOCKET;
let b: SOCKET;
let o: OVERLAPPED;
beforeAll(async () => {
  fake.net.auto = true;
  world = await startedWorld({ driver });
});
beforeEach(async () => {
  fake.net.release();
  answer();
  ({ a, b } = await connectedPair(world));
  o = new OVERLAPPED();
});
afterAll(() => world.host.dispose());

const said = (result: number): string => (result === 0 ? 'done' : world.lastError());
const buffersOf = (memory: Uint8Array): WSABUF[] => [new WSABUF(memory.length, memory)];

function receive(s: SOCKET, memory: Uint8Array | WSABUF[], routine: Routine | null = null): string {
  const buffers = memory instanceof Uint8Array ? buffersOf(memory) : memory;
  return said(world.ws.WSARecv(s, buffers, buffers.length, null, ref(0), o, routine));
}

function send(s: SOCKET, memory: Uint8Array | WSABUF[], routine: Routine | null = null): string {
  const buffers = memory instanceof Uint8Array ? buffersOf(memory) : memory;
  return said(world.ws.WSASend(s, buffers, buffers.length, null, 0, o, routine));
}

/** What both functions that ask for a result have to tell: the bytes, or the names of the errors. */
async function results(s: SOCKET): Promise<(number | string)[]> {
  const bytes = ref(0xa5a5);
  const winsock = (await world.ws.WSAGetOverlappedResult(s, o, bytes, 0, ref(0))) === 1 ? bytes.value : world.lastError();
  const windows = (await world.ws.GetOverlappedResult(s, o, bytes, 0)) === 1 ? bytes.value : world.ws.GetLastError();
  return [winsock, windows];
}

const UNDER_WAY = ['WSA_IO_INCOMPLETE', ERROR_IO_INCOMPLETE];
const PENDING = 'WSA_IO_PENDING';

/** Sends from the other end, and waits until it is there. */
async function arrive(s: SOCKET, ...bytes: number[]): Promise<void> {
  await world.ws.send(s, Uint8Array.from(bytes), bytes.length, 0);
  await settled();
}

/** All that is on its way has come. */
async function settled(): Promise<void> {
  await Promise.resolve();
  fake.net.pump();
}

async function isSet(event: HANDLE): Promise<boolean> {
  return (await world.ws.WSAWaitForMultipleEvents(1, [event], 1, 0, 0)) === 0;
}

async function packet(port: HANDLE): Promise<unknown> {
  const [bytes, key, which] = [ref(0), ref(0), ref<OVERLAPPED | null>(null)];
  const ok = await world.ws.GetQueuedCompletionStatus(port, bytes, key, which, 0);
  return which.value === null ? null : [ok, bytes.value, key.value, which.value === o];
}

describe('on one socket', () => {
  it('is told in turn by an event, a routine, nobody, and the port', async () => {
    const memory = new Uint8Array(4);
    const told: number[][] = [];
    const routine: Routine = (error, bytes, which, flags) => told.push([error, bytes, which === o ? 1 : 0, flags]);
    const event = world.ws.WSACreateEvent();
    for (const round of [1, 2]) {
      o.hEvent = event;
      expect(receive(a, memory)).toBe(PENDING);
      expect([await isSet(event), await results(a)]).toEqual([false, UNDER_WAY]);
      await arrive(b, 10, 11);
      expect([await isSet(event), await results(a), told.length]).toEqual([true, [2, 2], round - 1]);

      expect(receive(a, memory, routine)).toBe(PENDING);
      world.ws.WSAResetEvent(event);
      await arrive(b, 12, 13, 14);
      expect([await isSet(event), await results(a)]).toEqual([false, [3, 3]]);
      expect(await world.ws.SleepEx(WSA_INFINITE, 1)).toBe(WAIT_IO_COMPLETION);
      expect(told.length).toBe(round);
      expect(told.at(-1)).toEqual([0, 3, 1, 0]);

      o.hEvent = NULL_HANDLE;
      expect(receive(a, memory)).toBe(PENDING);
      await arrive(b, 15);
      expect([await results(a), told.length]).toEqual([[1, 1], round]);
    }
    const port = world.ws.CreateIoCompletionPort(a, NULL_HANDLE, 7, 0);
    for (const count of [4, 2]) {
      expect(receive(a, memory)).toBe(PENDING);
      expect(await packet(port)).toBeNull();
      await arrive(b, ...new Array<number>(count).fill(9));
      expect([await packet(port), await packet(port), await results(a)]).toEqual([[1, count, 7, true], null, [count, count]]);
    }
    expect(await world.ws.SleepEx(0, 1)).toBe(0);
  });

  it('serves a send after a receive and a receive after a send', async () => {
    const peer = new Uint8Array(8);
    for (const round of [1, 2, 3]) {
      const got = new Uint8Array(2);
      expect(receive(a, got)).toBe(PENDING);
      await arrive(b, round, round + 1);
      expect([await results(a), ...got]).toEqual([[2, 2], round, round + 1]);
      expect(send(a, Uint8Array.of(round, 0, 0))).toBe('done');
      expect([await results(a), await world.ws.recv(b, peer, 8, 0), peer[0]]).toEqual([[3, 3], 3, round]);
    }
  });

  it('tells sends that have to wait by themselves', async () => {
    for (const length of [5, 6]) {
      fake.net.holding = true;
      expect(send(a, new Uint8Array(length))).toBe(PENDING);
      expect(await results(a)).toEqual(UNDER_WAY);
      fake.net.release();
      await settled();
      expect([await results(a), await world.ws.recv(b, new Uint8Array(16), 16, 0)]).toEqual([[length, length], length]);
    }
  });

  it('that wait for the end of each wait for that one', async () => {
    const memory = new Uint8Array(4);
    for (const count of [1, 2, 3]) {
      receive(a, memory);
      const bytes = ref(0);
      const waits = [
        world.ws.WSAGetOverlappedResult(a, o, bytes, 1, ref(0)),
        world.ws.GetOverlappedResult(a, o, ref(0), 1),
      ];
      await arrive(b, ...new Array<number>(count).fill(1));
      expect([await Promise.all(waits), bytes.value]).toEqual([[1, 1], count]);
    }
  });
});

it('serves another socket, and the first one again', async () => {
  const other = await connectedPair(world);
  const memory = new Uint8Array(4);
  for (const [here, there] of [[a, b], [other.a, other.b], [a, b], [a, b], [other.b, other.a]] as const) {
    expect(receive(here, memory)).toBe(PENDING);
    await arrive(there, 1, 2);
    expect(await results(here)).toEqual([2, 2]);
    expect(send(here, memory.subarray(0, 3))).toBe('done');
    expect(await world.ws.recv(there, new Uint8Array(9), 9, 0)).toBe(3);
  }
});

it('tells the port of the socket that it serves, and is cancelled with that socket', async () => {
  const other = await connectedPair(world);
  const memory = new Uint8Array(4);
  const ports = [a, other.a].map((s, key) => world.ws.CreateIoCompletionPort(s, NULL_HANDLE, key, 0));
  for (const [key, s, there] of [[0, a, b], [1, other.a, other.b], [0, a, b]] as const) {
    expect(receive(s, memory)).toBe(PENDING);
    await arrive(there, 1, 2);
    const told = await Promise.all(ports.map((port) => packet(port)));
    expect(told).toEqual(ports.map((_port, index) => (index === key ? [1, 2, key, true] : null)));
  }
  expect(receive(other.a, memory)).toBe(PENDING);
  expect([world.ws.CancelIoEx(a, o), await results(other.a)]).toEqual([0, UNDER_WAY]);
  expect([world.ws.CancelIoEx(other.a, o), (await results(other.a))[0]]).toEqual([1, 'WSA_OPERATION_ABORTED']);
});

describe('after a failure', () => {
  it('of the connection, serves another socket', async () => {
    const other = await connectedPair(world);
    const memory = new Uint8Array(4);
    receive(a, memory);
    await arrive(b, 1);
    receive(a, memory);
    world.ws.setsockopt(b, 0xffff, 0x80, Uint8Array.of(1, 0, 0, 0), 4);
    await world.ws.closesocket(b);
    await settled();
    expect((await results(a))[0]).toBe('WSAECONNRESET');
    expect(receive(a, memory)).toBe('WSAECONNRESET');
    expect(receive(other.a, memory)).toBe(PENDING);
    await arrive(other.b, 5, 6);
    expect([await results(other.a), ...memory.subarray(0, 2)]).toEqual([[2, 2], 5, 6]);
  });

  it('of one datagram that did not fit, tells the next one whole', async () => {
    const s = boundUdp(world);
    await world.ws.connect(s, nameOf(world, s), sockaddr_in.size);
    const memory = new Uint8Array(2);
    for (let round = 0; round < 2; round += 1) {
      expect(receive(s, memory)).toBe(PENDING);
      await arrive(s, 1, 2, 3);
      expect((await results(s))[0]).toBe('WSAEMSGSIZE');
      expect(receive(s, memory)).toBe(PENDING);
      await arrive(s, 4, 5);
      expect([await results(s), ...memory]).toEqual([[2, 2], 4, 5]);
    }
  });

  it('by cancelling, receives what comes next', async () => {
    const memory = new Uint8Array(4);
    for (const count of [1, 2]) {
      expect(receive(a, memory)).toBe(PENDING);
      expect(world.ws.CancelIoEx(a, o)).toBe(1);
      expect(await results(a)).toEqual(['WSA_OPERATION_ABORTED', ERROR_OPERATION_ABORTED]);
      expect(receive(a, memory)).toBe(PENDING);
      expect([o.Internal, await results(a)]).toEqual([STATUS_PENDING, UNDER_WAY]);
      await arrive(b, ...new Array<number>(count).fill(3));
      expect(await results(a)).toEqual([count, count]);
    }
  });
});

describe('the late answer to a write does not end the next operation', () => {
  it.each([
    ['after the send was cancelled', (): unknown => world.ws.CancelIoEx(a, o)],
    ['after the socket was closed', (): unknown => world.ws.closesocket(a)],
  ])('%s', async (_name, end) => {
    const other = await connectedPair(world);
    // Once well before, so that there is something to use again.
    expect(send(a, new Uint8Array(1))).toBe('done');
    [fake.net.holding, answersLate] = [true, true];
    expect(send(a, new Uint8Array(5))).toBe(PENDING);
    await end();
    expect(o.Internal).not.toBe(STATUS_PENDING);
    fake.net.release();
    fake.net.holding = true;
    expect(send(other.a, new Uint8Array(6))).toBe(PENDING);
    await settled();
    answer();
    await settled();
    expect([o.Internal, await results(other.a)]).toEqual([STATUS_PENDING, UNDER_WAY]);
    fake.net.release();
    await settled();
    expect(await results(other.a)).toEqual([6, 6]);
  });

  it('after the same socket was connected again', async () => {
    const server = listener(world);
    expect(send(a, new Uint8Array(1))).toBe('done');
    [fake.net.holding, answersLate] = [true, true];
    expect(send(a, new Uint8Array(5))).toBe(PENDING);
    world.ws.CancelIoEx(a, o);
    fake.net.release();
    expect(await world.ws.DisconnectEx(a, null, TF_REUSE_SOCKET, 0)).toBe(1);
    expect(await world.ws.connect(a, server.name, sockaddr_in.size)).toBe(0);
    await settled();
    expect(late.length).toBeGreaterThan(0);
    fake.net.holding = true;
    expect(send(a, new Uint8Array(6))).toBe(PENDING);
    const mine = late.splice(0, 1);
    for (const one of mine) one();
    await settled();
    expect([o.Internal, await results(a)]).toEqual([STATUS_PENDING, UNDER_WAY]);
    answersLate = false;
    fake.net.release();
    await settled();
    answer();
    expect(await results(a)).toEqual([6, 6]);
  });
});

describe('a start that is refused', () => {
  it('for its routine on a socket with a port leaves the last result, and the next start is good', async () => {
    const port = world.ws.CreateIoCompletionPort(a, NULL_HANDLE, 7, 0);
    const memory = new Uint8Array(4);
    const told: number[] = [];
    receive(a, memory);
    await arrive(b, 1, 2, 3);
    expect(await packet(port)).toEqual([1, 3, 7, true]);
    for (const start of [receive, send, receive]) {
      expect(start(a, memory, () => told.push(1))).toBe('WSAEINVAL');
      expect([await results(a), await packet(port)]).toEqual([[3, 3], null]);
    }
    expect(receive(a, memory)).toBe(PENDING);
    await arrive(b, 4);
    expect([await packet(port), await results(a), memory[0]]).toEqual([[1, 1, 7, true], [1, 1], 4]);
    expect(receive(a, memory, () => told.push(1))).toBe('WSAEINVAL');
    expect(send(a, memory)).toBe('done');
    expect([await packet(port), await results(a)]).toEqual([[1, 4, 7, true], [4, 4]]);
    expect([await world.ws.SleepEx(0, 1), told]).toEqual([0, []]);
  });

  it.each<[string, () => string, string]>([
    ['by memory that is not there', () => receive(a, [new WSABUF(5, new Uint8Array(4))]), 'WSAEFAULT'],
    ['by having no buffer', () => receive(a, []), 'WSAEINVAL'],
    ['by the flags of a send', () => said(world.ws.WSASend(a, buffersOf(new Uint8Array(1)), 1, null, 0x4000, o, null)), 'WSAEOPNOTSUPP'],
    ['by the flags of a receive', () => said(world.ws.WSARecv(a, buffersOf(new Uint8Array(1)), 1, null, ref(0x4000), o, null)), 'WSAEOPNOTSUPP'],
  ])('%s leaves the last result, and the next start is good', async (_name, start, error) => {
    const memory = new Uint8Array(4);
    receive(a, memory);
    await arrive(b, 1, 2, 3);
    expect([start(), await results(a)]).toEqual([error, [3, 3]]);
    expect(receive(a, memory)).toBe(PENDING);
    await arrive(b, 4);
    expect([await results(a), memory[0]]).toEqual([[1, 1], 4]);
  });

  it('because it is pending leaves it as it is', async () => {
    const other = await connectedPair(world);
    const event = world.ws.WSACreateEvent();
    o.hEvent = event;
    const [mine, theirs] = [new Uint8Array(4), new Uint8Array(4)];
    receive(a, mine);
    await arrive(b, 1);
    expect(receive(a, mine)).toBe(PENDING);
    const told: number[] = [];
    for (const s of [a, b, other.a]) {
      expect([receive(s, theirs), send(s, theirs), receive(s, theirs, () => told.push(1))]).toEqual([
        'WSAEINVAL', 'WSAEINVAL', 'WSAEINVAL',
      ]);
      expect([o.Internal, await isSet(event), await results(a)]).toEqual([STATUS_PENDING, false, UNDER_WAY]);
    }
    await arrive(b, 7, 8);
    expect([await isSet(event), await results(a), [...mine], [...theirs]]).toEqual([true, [2, 2], [7, 8, 0, 0], [0, 0, 0, 0]]);
    expect([await world.ws.SleepEx(0, 1), told]).toEqual([0, []]);
  });
});
