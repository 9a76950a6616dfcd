// Registered I/O refuses what it cannot do: every function's errors as a table, the limits of queues, notifications by event
// and by port, and the table of functions that a control code gives out.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  INFINITE,
  INVALID_SOCKET,
  OVERLAPPED,
  RIORESULT,
  type RIO_BUF,
  RIO_EVENT_COMPLETION,
  RIO_EXTENSION_FUNCTION_TABLE,
  RIO_IOCP_COMPLETION,
  RIO_MAX_CQ_SIZE,
  RIO_MSG_COMMIT_ONLY,
  RIO_MSG_DEFER,
  RIO_MSG_DONT_NOTIFY,
  RIO_MSG_WAITALL,
  RIO_NOTIFICATION_COMPLETION,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  SOCK_STREAM,
  WAIT_OBJECT_0,
  WAIT_TIMEOUT,
  WSAID_ACCEPTEX,
  WSAID_MULTIPLE_RIO,
  errorName,
  ref,
  type HANDLE,
} from '../../src/abi/index.js';
import { RegisteredIo } from '../../src/providers/msafd/rio/registered-io.js';
import { FunctionPointers, readRioTable } from '../../src/spi/index.js';
import { udp } from '../api/world.js';
import { AT, DRIVERS, RioWorld } from './rio-world.js';

let rio: RioWorld;
let cq: HANDLE;
let rq: HANDLE;
const start = async (driver: (typeof DRIVERS)[number]): Promise<void> => {
  rio = await RioWorld.on(driver);
  cq = rio.cq(64);
  rq = rio.rq(rio.bound().s, cq);
};

const data = (offset: number, length: number): RIO_BUF[] => [rio.slice(offset, length)];
const event = (handle: HANDLE, NotifyReset = 0): RIO_NOTIFICATION_COMPLETION =>
  new RIO_NOTIFICATION_COMPLETION({ Type: RIO_EVENT_COMPLETION, Event: { EventHandle: handle, NotifyReset } });
const port = (IocpHandle: HANDLE, Overlapped: unknown, CompletionKey: unknown = 5): RIO_NOTIFICATION_COMPLETION =>
  new RIO_NOTIFICATION_COMPLETION({ Type: RIO_IOCP_COMPLETION, Iocp: { IocpHandle, CompletionKey, Overlapped } });
const open = (...args: [number, number, number, number]): HANDLE =>
  rio.ws.RIOCreateRequestQueue(rio.bound().s, args[0], args[1], args[2], args[3], cq, cq, 0);

/** What a call returns when it fails, and the call. */
type Row = readonly [what: string, error: string, failure: number, call: () => number];

const BAD = 0x4444 as HANDLE;
const rows: readonly Row[] = [
  ['RIORegisterBuffer: null', 'WSAEFAULT', 0xffffffff, () => rio.ws.RIORegisterBuffer(null, 4)],
  ['RIORegisterBuffer: more than there is', 'WSAEFAULT', 0xffffffff, () => rio.ws.RIORegisterBuffer(new Uint8Array(3), 4)],
  ['RIORegisterBuffer: nothing', 'WSAEINVAL', 0xffffffff, () => rio.ws.RIORegisterBuffer(new Uint8Array(3), 0)],
  ['RIOCreateCompletionQueue: no room', 'WSAEINVAL', 0, () => rio.ws.RIOCreateCompletionQueue(0, null)],
  ['RIOCreateCompletionQueue: too much room', 'WSAEINVAL', 0, () => rio.ws.RIOCreateCompletionQueue(RIO_MAX_CQ_SIZE + 1, null)],
  ['RIOCreateCompletionQueue: no event', 'WSAEINVAL', 0, () => rio.cq(1, event(BAD))],
  ['RIOCreateCompletionQueue: no port', 'WSAEINVAL', 0, () => rio.cq(1, port(BAD, new OVERLAPPED()))],
  ['RIOCreateCompletionQueue: no OVERLAPPED', 'WSAEFAULT', 0, () => rio.cq(1, port(newPort(), null))],
  ['RIOCreateCompletionQueue: a key that is no number', 'WSAEINVAL', 0, () => rio.cq(1, port(newPort(), new OVERLAPPED(), {}))],
  ['RIOCreateCompletionQueue: an unknown type', 'WSAEINVAL', 0, () => rio.cq(1, new RIO_NOTIFICATION_COMPLETION({ Type: 3 }))],
  ['RIOResizeCompletionQueue: no queue', 'WSAEINVAL', 0, () => rio.ws.RIOResizeCompletionQueue(rq, 4)],
  ['RIOResizeCompletionQueue: no room', 'WSAEINVAL', 0, () => rio.ws.RIOResizeCompletionQueue(cq, 0)],
  ['RIOResizeCompletionQueue: too small', 'WSAETOOMANYREFS', 0, () => rio.ws.RIOResizeCompletionQueue(cq, 7)],
  ['RIOCreateRequestQueue: no socket', 'WSAENOTSOCK', 0, () => rio.rq(INVALID_SOCKET, cq)],
  ['RIOCreateRequestQueue: without the flag', 'WSAEOPNOTSUPP', 0, () => rio.rq(udp(rio.world), cq)],
  ['RIOCreateRequestQueue: no completion queue', 'WSAEINVAL', 0, () => rio.rq(rio.bound().s, 0 as HANDLE)],
  ['RIOCreateRequestQueue: a buffer for a queue', 'WSAEINVAL', 0, () => rio.rq(rio.bound().s, rio.bufferId)],
  ['RIOCreateRequestQueue: no requests', 'WSAEINVAL', 0, () => open(0, 1, 0, 1)],
  ['RIOCreateRequestQueue: two receive buffers', 'WSAEINVAL', 0, () => open(1, 2, 1, 1)],
  ['RIOCreateRequestQueue: no send buffer', 'WSAEINVAL', 0, () => open(1, 1, 1, 0)],
  ['RIOCreateRequestQueue: more than fits', 'WSAENOBUFS', 0, () => open(50, 1, 7, 1)],
  ['RIOCreateRequestQueue: a number beyond all', 'WSAENOBUFS', 0, () => open(-1, 1, -1, 1)],
  ['RIOCreateRequestQueue: twice', 'WSAEINVAL', 0, () => [rio.bound()].map(({ s }) => (rio.rq(s, cq), rio.rq(s, cq)))[0] ?? -1],
  ['RIOResizeRequestQueue: no queue', 'WSAEINVAL', 0, () => rio.ws.RIOResizeRequestQueue(cq, 1, 1)],
  ['RIOResizeRequestQueue: no requests', 'WSAEINVAL', 0, () => rio.ws.RIOResizeRequestQueue(rq, 0, 0)],
  ['RIOResizeRequestQueue: more than fits', 'WSAENOBUFS', 0, () => rio.ws.RIOResizeRequestQueue(rq, 61, 4)],
  ['RIOResizeRequestQueue: too small', 'WSAETOOMANYREFS', 0, () => (rio.receive(rq, 0, 4), rio.ws.RIOResizeRequestQueue(rq, 0, 4))],
  ['RIODequeueCompletion: no queue', 'WSAEINVAL', 0xffffffff, () => rio.ws.RIODequeueCompletion(rq, [new RIORESULT()], 1)],
  ['RIODequeueCompletion: null', 'WSAEFAULT', 0xffffffff, () => rio.ws.RIODequeueCompletion(cq, null, 1)],
  ['RIODequeueCompletion: too few', 'WSAEFAULT', 0xffffffff, () => rio.ws.RIODequeueCompletion(cq, [new RIORESULT()], 2)],
  ['RIOSend: no queue', 'WSAEINVAL', 0, () => rio.ws.RIOSend(cq, data(0, 4), 1, 0, 0)],
  ['RIOSend: RIO_MSG_WAITALL', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, data(0, 4), 1, RIO_MSG_WAITALL, 0)],
  ['RIOSend: an unknown flag', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, data(0, 4), 1, 16, 0)],
  ['RIOSend: null and a count', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, null, 1, 0, 0)],
  ['RIOSend: a slice and no count', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, data(0, 4), 0, 0, 0)],
  ['RIOSend: two slices', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, [...data(0, 4), ...data(4, 4)], 2, 0, 0)],
  ['RIOSend: no slice', 'WSAEFAULT', 0, () => rio.ws.RIOSend(rq, [], 1, 0, 0)],
  ['RIOSend: beyond the buffer', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, data(4090, 7), 1, 0, 0)],
  ['RIOSend: an offset beyond all', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, data(0xffffffff, 1), 1, 0, 0)],
  ['RIOSend: no buffer', 'WSAEFAULT', 0, () => rio.ws.RIOSend(rq, [rio.slice(0, 1, cq)], 1, 0, 0)],
  ['RIOSend: RIO_INVALID_BUFFERID', 'WSAEFAULT', 0, () => rio.ws.RIOSend(rq, [rio.slice(0, 1, 0xffffffff)], 1, 0, 0)],
  ['RIOSend: commit with data', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, data(0, 4), 1, RIO_MSG_COMMIT_ONLY, 0)],
  ['RIOSend: commit with a context', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, null, 0, RIO_MSG_COMMIT_ONLY, 1)],
  ['RIOSend: commit and another flag', 'WSAEINVAL', 0, () => rio.ws.RIOSend(rq, null, 0, RIO_MSG_COMMIT_ONLY | RIO_MSG_DEFER, 0)],
  ['RIOSendEx: a local address', 'WSAEINVAL', 0, () => sendEx(rio.slice(AT.local, 28), null, null, null)],
  ['RIOSendEx: a short remote address', 'WSAEINVAL', 0, () => sendEx(null, rio.slice(AT.address, 16), null, null)],
  ['RIOSendEx: short control', 'WSAEINVAL', 0, () => sendEx(null, null, rio.slice(AT.control, 7), null)],
  ['RIOSendEx: short flags', 'WSAEINVAL', 0, () => sendEx(null, null, null, rio.slice(AT.flags, 3))],
  ['RIOSendEx: an address in no buffer', 'WSAEFAULT', 0, () => sendEx(null, rio.slice(0, 28, 12), null, null)],
  ['RIOReceive: no queue', 'WSAEINVAL', 0, () => rio.receive(BAD, 0, 4)],
  ['RIOReceive: RIO_MSG_WAITALL on datagrams', 'WSAEINVAL', 0, () => rio.receive(rq, 0, 4, 0, RIO_MSG_WAITALL)],
  ['RIOReceive: no data on a stream', 'WSAEINVAL', 0, () => rio.ws.RIOReceive(rio.rq(rio.socket(SOCK_STREAM), cq), null, 0, 0, 0)],
  ['RIOReceive: beyond the buffer', 'WSAEINVAL', 0, () => rio.receive(rq, 4096, 1)],
  ['RIOReceive: one too many', 'WSAENOBUFS', 0, () => [0, 1, 2, 3, 4].map((i) => rio.receive(rq, i, 1)).at(-1) ?? -1],
  ['RIOReceive: none at all', 'WSAENOBUFS', 0, () => rio.receive(open(0, 1, 1, 1), 0, 1)],
  ['RIOReceiveEx: a short local address', 'WSAEINVAL', 0, () => receiveEx(rio.slice(AT.local, 27), null)],
  ['RIOReceiveEx: flags in no buffer', 'WSAEFAULT', 0, () => receiveEx(null, rio.slice(AT.flags, 4, 0))],
  ['RIOReceiveEx: commit with an address', 'WSAEINVAL', 0, () => rio.ws.RIOReceiveEx(rq, null, 0, rio.slice(AT.local, 28), null, null, null, RIO_MSG_COMMIT_ONLY, 0)],
];

const newPort = (): HANDLE => rio.ws.CreateIoCompletionPort(-1 as HANDLE, null, 0, 0);
const sendEx = (local: RIO_BUF | null, remote: RIO_BUF | null, control: RIO_BUF | null, flags: RIO_BUF | null): number =>
  rio.ws.RIOSendEx(rq, data(0, 4), 1, local, remote, control, flags, 0, 0);
const receiveEx = (local: RIO_BUF | null, flags: RIO_BUF | null): number =>
  rio.ws.RIOReceiveEx(rq, data(0, 4), 1, local, null, null, flags, 0, 0);

describe('errors', () => {
  beforeEach(() => start('sim'));
  afterEach(() => rio.world.host.dispose());

  it.each(rows)('%s is %s', (_what, error, failure, call) => {
    rio.ws.WSASetLastError(4242);
    expect(call()).toBe(failure);
    expect(rio.world.lastError()).toBe(error);
    // Nothing of it has begun: what the queue had to give, it still has.
    expect(rio.take(cq)).toEqual([]);
  });

  it('are returned by RIONotify', () => {
    const asked = rio.cq(4, event(rio.ws.WSACreateEvent()));
    expect([BAD, 0 as HANDLE, cq].map((queue) => errorName(rio.ws.RIONotify(queue)))).toEqual(['WSAEINVAL', 'WSAEINVAL', 'WSAEINVAL']);
    expect([rio.ws.RIONotify(asked), errorName(rio.ws.RIONotify(asked))]).toEqual([0, 'WSAEALREADY']);
  });

  it('are none for closing and deregistering what is not there', () => {
    rio.ws.WSASetLastError(4242);
    for (const wrong of [0, 0xffffffff, rq, 1]) {
      rio.ws.RIOCloseCompletionQueue(wrong as HANDLE);
      rio.ws.RIODeregisterBuffer(wrong as HANDLE);
    }
    expect(rio.ws.WSAGetLastError()).toBe(4242);
    expect(rio.receive(rq, 0, 4)).toBe(1);
  });

  it('of a type that no pointer holds are TypeErrors', () => {
    expect(() => rio.ws.RIOReceive(rq, data(0, 4), 1, 0, {} as never)).toThrow(TypeError);
  });
});

describe('limits', () => {
  beforeEach(() => start('sim'));
  afterEach(() => rio.world.host.dispose());

  it('a request counts until its result is taken', async () => {
    const { s } = rio.bound();
    const one = rio.rq(s, cq, 1);
    expect(rio.receive(one, 0, 4, 1)).toBe(1);
    await rio.sendTo(s, 'a');
    await rio.ws.Sleep(5);
    expect(rio.receive(one, 0, 4, 2)).toBe(0);
    expect(rio.take(cq, 1)).toHaveLength(1);
    expect(rio.receive(one, 0, 4, 3)).toBe(1);
  });

  it('queues grow and shrink as far as what they hold allows', () => {
    const { ws } = rio;
    expect(ws.RIOResizeCompletionQueue(cq, 8)).toBe(1);
    expect(ws.RIOResizeRequestQueue(rq, 5, 4)).toBe(0);
    expect(rio.world.lastError()).toBe('WSAENOBUFS');
    expect(ws.RIOResizeRequestQueue(rq, 7, 1)).toBe(1);
    for (let i = 0; i < 7; i++) expect(rio.receive(rq, i, 1, i)).toBe(1);
    expect(ws.RIOResizeRequestQueue(rq, 6, 1)).toBe(0);
    expect(rio.world.lastError()).toBe('WSAETOOMANYREFS');
    expect(ws.RIOResizeCompletionQueue(cq, 9)).toBe(1);
    expect(ws.RIOResizeRequestQueue(rq, 8, 1)).toBe(1);
    expect(rio.receive(rq, 8, 1, 8)).toBe(1);
  });

  it('results wait in their order while a queue grows', async () => {
    const queue = rio.cq(400);
    const { s } = rio.bound();
    const many = rio.rq(s, queue, 200);
    let next = 0;
    const taken: number[] = [];
    for (const step of [50, 130, 199]) {
      for (let i = 0; i < step; i++) rio.ws.RIOSend(many, data(0, 1), 1, 0, next++);
      const some = rio.take(queue, step - 7);
      if (typeof some !== 'number') taken.push(...some.map(({ request }) => request));
      const rest = rio.take(queue, 400);
      if (typeof rest !== 'number') taken.push(...rest.map(({ request }) => request));
    }
    expect(taken).toEqual(Array.from({ length: 379 }, (_, i) => i));
    await rio.ws.closesocket(s);
  });
});

describe.each(DRIVERS)('notification on %s', (driver) => {
  beforeEach(() => start(driver));
  afterEach(() => rio.world.host.dispose());
  const isSet = async (handle: HANDLE): Promise<boolean> => (await rio.ws.WaitForSingleObject(handle, 0)) === WAIT_OBJECT_0;

  it.each([['stays set', 0], ['is reset by RIONotify', 1]] as const)('by an event that %s', async (_name, reset) => {
    const { ws } = rio;
    const handle = ws.WSACreateEvent();
    const queue = rio.cq(8, event(handle, reset));
    const { s } = rio.bound();
    const to = rio.rq(s, queue);
    rio.receive(to, 0, 4, 1);
    rio.receive(to, 0, 4, 2);
    expect(ws.RIONotify(queue)).toBe(0);
    await rio.sendTo(s, 'a');
    expect(await ws.WaitForSingleObject(handle, INFINITE)).toBe(WAIT_OBJECT_0);
    // There is a result already: told of at once.
    expect([ws.RIONotify(queue), await isSet(handle)]).toEqual([0, true]);
    expect(rio.take(queue)).toHaveLength(1);
    expect([ws.RIONotify(queue), await isSet(handle)]).toEqual([0, reset === 0]);
    expect(errorName(ws.RIONotify(queue))).toBe('WSAEALREADY');
    await rio.sendTo(s, 'b');
    expect(await ws.WaitForSingleObject(handle, INFINITE)).toBe(WAIT_OBJECT_0);
  });

  it('by one packet at a port for each RIONotify', async () => {
    const { ws } = rio;
    const handle = newPort();
    const overlapped = new OVERLAPPED();
    const queue = rio.cq(8, port(handle, overlapped, 99));
    const { s } = rio.bound();
    const to = rio.rq(s, queue);
    for (const context of [1, 2]) rio.receive(to, 0, 4, context);
    expect(ws.RIONotify(queue)).toBe(0);
    for (const text of ['a', 'b']) await rio.sendTo(s, text);
    await ws.Sleep(20);
    const [bytes, key, which] = [ref(77), ref(0), ref<OVERLAPPED | null>(null)];
    expect(await ws.GetQueuedCompletionStatus(handle, bytes, key, which, INFINITE)).toBe(1);
    expect([bytes.value, key.value, which.value === overlapped]).toEqual([0, 99, true]);
    expect(await ws.GetQueuedCompletionStatus(handle, bytes, key, which, 0)).toBe(0);
    expect(ws.GetLastError()).toBe(WAIT_TIMEOUT);
    expect(rio.take(queue)).toHaveLength(2);
  });

  it('is not for results of RIO_MSG_DONT_NOTIFY', async () => {
    const { ws } = rio;
    const handle = ws.WSACreateEvent();
    const queue = rio.cq(8, event(handle, 1));
    const { s } = rio.bound();
    const to = rio.rq(s, queue);
    rio.receive(to, 0, 4, 1, RIO_MSG_DONT_NOTIFY);
    rio.receive(to, 0, 4, 2);
    ws.RIONotify(queue);
    await rio.sendTo(s, 'a');
    await ws.Sleep(20);
    expect(await isSet(handle)).toBe(false);
    await rio.sendTo(s, 'b');
    expect(await ws.WaitForSingleObject(handle, INFINITE)).toBe(WAIT_OBJECT_0);
    expect(rio.take(queue)).toHaveLength(2);
  });

  it('is over when the queue is closed', async () => {
    const { ws } = rio;
    const handle = ws.WSACreateEvent();
    const queue = rio.cq(8, event(handle));
    const { s } = rio.bound();
    rio.receive(rio.rq(s, queue), 0, 4, 1);
    ws.RIONotify(queue);
    ws.RIOCloseCompletionQueue(queue);
    await ws.closesocket(s);
    expect([await isSet(handle), errorName(ws.RIONotify(queue))]).toEqual([false, 'WSAEINVAL']);
  });
});

describe('SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER', () => {
  beforeEach(() => start('node'));
  afterEach(() => rio.world.host.dispose());
  const size = RIO_EXTENSION_FUNCTION_TABLE.size;
  const ask = (identifier: Uint8Array | null, room: number, bytes = ref(0)): [number | Promise<number>, Uint8Array, number] => {
    const output = new Uint8Array(size + 8).fill(0xcc);
    const code = SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
    const status = rio.ws.WSAIoctl(udp(rio.world), code, identifier, identifier?.length ?? 0, output, room, bytes, new OVERLAPPED(), null);
    return [status, output, bytes.value];
  };

  it('fills the table with pointers that lead to the functions', () => {
    const [status, output, bytes] = ask(WSAID_MULTIPLE_RIO.bytes, size);
    expect([status, bytes, new DataView(output.buffer).getUint32(0, true)]).toEqual([0, size, size]);
    expect([...output.subarray(size)]).toEqual(new Array(8).fill(0xcc));
    const functions = readRioTable(output, FunctionPointers.of(rio.world.host));
    const lpErrno = ref(0);
    const id = functions?.RIORegisterBuffer(new Uint8Array(8), 8, lpErrno) ?? (0 as HANDLE);
    // A buffer is the process's: the functions by name know it too.
    expect(rio.ws.RIOReceive(rq, [rio.slice(0, 8, id)], 1, 0, 0)).toBe(1);
    expect([functions?.RIORegisterBuffer(null, 8, lpErrno), errorName(lpErrno.value)]).toEqual([0xffffffff, 'WSAEFAULT']);
  });

  it.each([
    ['no identifier', 'WSAEFAULT', () => ask(null, size)],
    ['another identifier', 'WSAEINVAL', () => ask(WSAID_ACCEPTEX.bytes, size)],
    ['too little room', 'WSAEFAULT', () => ask(WSAID_MULTIPLE_RIO.bytes, size - 1)],
  ] as const)('%s is %s', (_name, error, call) => {
    const [status, output] = call();
    expect([status, rio.world.lastError()]).toEqual([-1, error]);
    expect(new Set(output)).toEqual(new Set([0xcc]));
  });
});

describe('opening and closing in bulk', () => {
  it('leaves nothing behind but what the program made', async () => {
    await start('node');
    const { world, ws } = rio;
    const kept = RegisteredIo.of(world.host);
    const sizes = (): number[] => [
      ...[world.host.handles.size, world.afd.endpoints.size],
      ...[kept.buffers.size, kept.completionQueues.size, kept.socketQueues.size],
    ];
    const before = sizes();
    for (let i = 0; i < 200; i++) {
      const { s } = rio.bound();
      const queue = rio.cq(8);
      const to = rio.rq(s, queue);
      const id = ws.RIORegisterBuffer(new Uint8Array(8), 8);
      ws.RIOReceive(to, [rio.slice(0, 8, id)], 1, i % 2 === 0 ? 0 : RIO_MSG_DEFER, i);
      await ws.closesocket(s);
      ws.RIOCloseCompletionQueue(queue);
      ws.RIODeregisterBuffer(id);
    }
    expect(sizes()).toEqual(before);
    await ws.WSACleanup();
    expect(sizes().slice(2)).toEqual([0, 0, 0]);
    await world.host.dispose();
  });
});
