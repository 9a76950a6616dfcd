// Owns: the cases about registered I/O, by the table of pointers: buffers, queues, transfers, notifications and results.
// Does not own: how the table is asked for, nor what it means that there is none (features.ts).

import {
  AF_INET,
  FALSE,
  RIORESULT,
  RIO_BUF,
  RIO_CORRUPT_CQ,
  RIO_EVENT_COMPLETION,
  RIO_INVALID_BUFFERID,
  RIO_INVALID_CQ,
  RIO_INVALID_RQ,
  RIO_MAX_CQ_SIZE,
  RIO_MSG_COMMIT_ONLY,
  RIO_MSG_DEFER,
  RIO_NOTIFICATION_COMPLETION,
  SOCKADDR_INET,
  SOCK_DGRAM,
  SOCK_STREAM,
  TRUE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOBUFS,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAETOOMANYREFS,
  WSA_FLAG_OVERLAPPED,
  WSA_FLAG_REGISTERED_IO,
  type HANDLE,
  type Ref,
  type SOCKET,
} from '../../../index.js';
import type { RioFunctions } from '../../../spi/index.js';
import { registeredIo } from './features.js';
import { JUNK, bytes, loopback, portIn, type Case, type Entries, type EventObject, type Outcome } from './host.js';
import { close, done, failed, sendTo } from './steps.js';

const FLAGS = WSA_FLAG_REGISTERED_IO | WSA_FLAG_OVERLAPPED;
const succeeded: Outcome = { value: TRUE, error: JUNK };
const refusal = (error: number): Outcome => failed(error, FALSE);

/** A result as cases compare it. */
interface Result {
  readonly status: number;
  readonly bytes: number;
  readonly socket: number;
  readonly request: number;
}

/** One registered buffer, one completion queue with an event. */
class Scene {
  readonly entries: Entries;
  readonly rio: RioFunctions;
  readonly memory = new Uint8Array(256).fill(0xcc);
  readonly buffer: HANDLE;
  readonly queue: HANDLE;
  readonly event: { readonly handle: HANDLE; readonly object: EventObject };

  constructor(entries: Entries) {
    this.entries = entries;
    this.rio = registeredIo(entries);
    this.event = entries.event();
    this.buffer = this.made((e) => this.rio.RIORegisterBuffer(this.memory, this.memory.length, e), RIO_INVALID_BUFFERID);
    const notification = new RIO_NOTIFICATION_COMPLETION({
      Type: RIO_EVENT_COMPLETION,
      Event: { EventHandle: this.event.handle, NotifyReset: TRUE },
    });
    this.queue = this.made((e) => this.rio.RIOCreateCompletionQueue(16, notification, e), RIO_INVALID_CQ);
  }

  /** What a function makes, and that it made it. */
  made(call: (lpErrno: Ref) => HANDLE, invalid: number): HANDLE {
    const { value, error } = this.entries.now(call);
    this.entries.expect([value === invalid, error]).toEqual([false, JUNK]);
    return value;
  }

  requestQueue(s: SOCKET, context: number, most = 4): HANDLE {
    const { rio, queue } = this;
    return this.made((e) => rio.RIOCreateRequestQueue(s, most, 1, most, 1, queue, queue, context, e), RIO_INVALID_RQ);
  }

  slice(offset: number, length: number, buffer: HANDLE = this.buffer): RIO_BUF {
    const slice = new RIO_BUF();
    slice.BufferId = buffer;
    slice.Offset = offset;
    slice.Length = length;
    return slice;
  }

  put(text: string, offset: number): RIO_BUF {
    this.memory.set(bytes(text), offset);
    return this.slice(offset, text.length);
  }

  text(offset: number, length: number): string {
    return new TextDecoder().decode(this.memory.subarray(offset, offset + length));
  }

  send(requests: HANDLE, data: RIO_BUF, context: number, flags = 0): Outcome {
    return this.entries.now((e) => this.rio.RIOSend(requests, [data], 1, flags, context, e));
  }

  receive(requests: HANDLE, data: RIO_BUF, context: number, flags = 0): Outcome {
    return this.entries.now((e) => this.rio.RIOReceive(requests, [data], 1, flags, context, e));
  }

  /** Takes what is in the queue. */
  take(): Result[] {
    const results = Array.from({ length: 8 }, () => new RIORESULT());
    const { value, error } = this.entries.now((e) => this.rio.RIODequeueCompletion(this.queue, results, 8, e));
    this.entries.expect(error).toBe(JUNK);
    return results.slice(0, value).map(({ Status, BytesTransferred, SocketContext, RequestContext }) => ({
      status: Status,
      bytes: BytesTransferred,
      socket: Number(SocketContext),
      request: Number(RequestContext),
    }));
  }

  /** Has itself notified until there are so many results, in the order of their request contexts. */
  async results(count: number): Promise<Result[]> {
    const { expect } = this.entries;
    const all = this.take();
    while (all.length < count) {
      expect(this.rio.RIONotify(this.queue)).toBe(0);
      await this.entries.signaled(this.event.handle);
      all.push(...this.take());
    }
    return all.sort((a, b) => a.request - b.request);
  }
}

const result = (request: number, count: number, socket = 0, status = 0): Result => ({ status, bytes: count, socket, request });

const registeredCase = (name: string, run: (scene: Scene, entries: Entries) => void | Promise<void>): Case => ({
  name: `registered I/O: ${name}`,
  needs: ['RIO'],
  run: (entries) => run(new Scene(entries), entries),
});

const transferCases: readonly Case[] = [
  registeredCase('bytes travel on a connection, with the contexts of socket and request', async (scene, entries) => {
    const { expect } = entries;
    const { client, server } = await entries.pair(FLAGS);
    const [from, to] = [scene.requestQueue(client, 11), scene.requestQueue(server, 22)];
    expect(scene.receive(to, scene.slice(100, 8), 2)).toEqual(succeeded);
    expect(scene.send(from, scene.put('hello', 0), 1)).toEqual(succeeded);
    expect(await scene.results(2)).toEqual([result(1, 5, 11), result(2, 5, 22)]);
    expect([scene.text(100, 5), scene.memory[105]]).toEqual(['hello', 0xcc]);
  }),
  registeredCase('a connection that has ended gives no bytes', async (scene, entries) => {
    const { expect } = entries;
    const { client, server } = await entries.pair(FLAGS);
    expect(scene.receive(scene.requestQueue(server, 0), scene.slice(0, 8), 1)).toEqual(succeeded);
    expect(await close(entries, client)).toEqual(done);
    expect(await scene.results(1)).toEqual([result(1, 0)]);
  }),
  registeredCase('datagrams travel to the address that is named, and tell their sender', async (scene, entries) => {
    const { expect } = entries;
    const [a, b] = [entries.bound(SOCK_DGRAM, FLAGS), entries.bound(SOCK_DGRAM, FLAGS)];
    const [from, to] = [scene.requestQueue(a.s, 0), scene.requestQueue(b.s, 0)];
    const { rio } = scene;
    const sender = scene.slice(200, SOCKADDR_INET.size);
    const receiving = entries.now((e) =>
      rio.RIOReceiveEx(to, [scene.slice(100, 8)], 1, null, sender, null, null, 0, 2, e),
    );
    expect(receiving).toEqual(succeeded);
    scene.memory.set(loopback(b.port).bytes, 50);
    const target = scene.slice(50, SOCKADDR_INET.size);
    const sending = entries.now((e) => rio.RIOSendEx(from, [scene.put('datagram', 0)], 1, null, target, null, null, 0, 1, e));
    expect(sending).toEqual(succeeded);
    expect(await scene.results(2)).toEqual([result(1, 8), result(2, 8)]);
    const told = scene.memory.subarray(200);
    expect([scene.text(100, 8), told[0], portIn(told)]).toEqual(['datagram', AF_INET, a.port]);
  }),
  registeredCase('what is held back starts when it is committed', async (scene, entries) => {
    const { expect } = entries;
    const { client, server } = await entries.pair(FLAGS);
    const from = scene.requestQueue(client, 0);
    for (const [index, text] of ['ab', 'cd'].entries()) {
      expect(scene.send(from, scene.put(text, 2 * index), index + 1, RIO_MSG_DEFER)).toEqual(succeeded);
    }
    expect(scene.take()).toEqual([]);
    expect(entries.now((e) => scene.rio.RIOSend(from, null, 0, RIO_MSG_COMMIT_ONLY, 0, e))).toEqual(succeeded);
    expect(await scene.results(2)).toEqual([result(1, 2), result(2, 2)]);
    let got = '';
    while (got.length < 4) got += (await entries.recv(server)).text ?? '....';
    expect(got).toBe('abcd');
  }),
  registeredCase('closing the socket ends what is under way on it', async (scene, entries) => {
    const { expect } = entries;
    const { s } = entries.bound(SOCK_DGRAM, FLAGS);
    const requests = scene.requestQueue(s, 0);
    expect(scene.receive(requests, scene.slice(0, 8), 1)).toEqual(succeeded);
    expect(await close(entries, s)).toEqual(done);
    for (const { status } of await scene.results(1)) expect(status).not.toBe(0);
    expect(scene.receive(requests, scene.slice(0, 8), 2)).toEqual(refusal(WSAEINVAL));
  }),
];

const queueCases: readonly Case[] = [
  registeredCase('a notification comes once, when it is asked for, and resets the event before', async (scene, entries) => {
    const { expect } = entries;
    const { rio, queue, event } = scene;
    const [a, b] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM, FLAGS)];
    const requests = scene.requestQueue(b.s, 0);
    for (const index of [1, 2]) expect(scene.receive(requests, scene.slice(8 * index, 8), index)).toEqual(succeeded);
    event.object.set();
    expect([rio.RIONotify(queue), event.object.isSignaled()]).toEqual([0, false]);
    expect(await sendTo(entries, a.s, b.port, 'one')).toEqual(done);
    await entries.signaled(event.handle);
    event.object.reset();
    expect(await sendTo(entries, a.s, b.port, 'two')).toEqual(done);
    const seen: Result[] = [];
    while (seen.length < 2) {
      seen.push(...scene.take());
      await new Promise<void>((resolve) => { entries.process.clock.nextTurn(resolve); });
    }
    expect([seen.map(({ request }) => request), event.object.isSignaled()]).toEqual([[1, 2], false]);
  }),
  registeredCase('a request queue takes as many requests as it was made for, and more when it is resized', (scene, entries) => {
    const { expect } = entries;
    const requests = scene.requestQueue(entries.bound(SOCK_DGRAM, FLAGS).s, 0, 1);
    expect(scene.receive(requests, scene.slice(0, 8), 1)).toEqual(succeeded);
    expect(scene.receive(requests, scene.slice(8, 8), 2)).toEqual(refusal(WSAENOBUFS));
    expect(entries.now((e) => scene.rio.RIOResizeRequestQueue(requests, 2, 1, e))).toEqual(succeeded);
    expect(scene.receive(requests, scene.slice(8, 8), 2)).toEqual(succeeded);
  }),
  registeredCase('a completion queue has room for all requests that its sockets may have', (scene, entries) => {
    const { expect } = entries;
    const { rio, queue } = scene;
    const socket = (): SOCKET => entries.socket(SOCK_DGRAM, FLAGS);
    scene.requestQueue(socket(), 0, 8);
    const full = entries.now((e) => rio.RIOCreateRequestQueue(socket(), 1, 1, 0, 1, queue, queue, 0, e));
    expect(full).toEqual(failed(WSAENOBUFS, RIO_INVALID_RQ));
    expect(entries.now((e) => rio.RIOResizeCompletionQueue(queue, 15, e))).toEqual(refusal(WSAETOOMANYREFS));
    expect(entries.now((e) => rio.RIOResizeCompletionQueue(queue, 32, e))).toEqual(succeeded);
    scene.requestQueue(socket(), 0, 8);
  }),
  registeredCase('buffers and slices that are none are refused', (scene, entries) => {
    const { expect } = entries;
    const { rio, memory, buffer } = scene;
    const register = (data: Uint8Array | null, length: number): Outcome =>
      entries.now((e) => rio.RIORegisterBuffer(data, length, e));
    expect(register(null, 1)).toEqual(failed(WSAEFAULT, RIO_INVALID_BUFFERID));
    expect(register(memory, 0)).toEqual(failed(WSAEINVAL, RIO_INVALID_BUFFERID));
    expect(register(memory, memory.length + 1)).toEqual(failed(WSAEFAULT, RIO_INVALID_BUFFERID));
    const requests = scene.requestQueue(entries.bound(SOCK_DGRAM, FLAGS).s, 0);
    expect(scene.receive(requests, scene.slice(memory.length - 1, 2), 0)).toEqual(refusal(WSAEINVAL));
    expect(scene.receive(requests, scene.slice(0, 1), 0, 0x4000)).toEqual(refusal(WSAEINVAL));
    rio.RIODeregisterBuffer(buffer);
    expect(scene.receive(requests, scene.slice(0, 1), 0)).toEqual(refusal(WSAEFAULT));
  }),
  registeredCase('queues that are none are refused', (scene, entries) => {
    const { expect } = entries;
    const { rio, queue } = scene;
    const none = RIO_INVALID_CQ as HANDLE;
    for (const size of [0, RIO_MAX_CQ_SIZE + 1]) {
      expect(entries.now((e) => rio.RIOCreateCompletionQueue(size, null, e))).toEqual(failed(WSAEINVAL, RIO_INVALID_CQ));
    }
    const create = (s: SOCKET, cq: HANDLE, dataBuffers = 1): Outcome =>
      entries.now((e) => rio.RIOCreateRequestQueue(s, 1, dataBuffers, 1, 1, cq, queue, 0, e));
    const s = entries.socket(SOCK_STREAM, FLAGS);
    expect(create(entries.event().handle as number as SOCKET, queue)).toEqual(failed(WSAENOTSOCK, RIO_INVALID_RQ));
    expect(create(entries.socket(), queue)).toEqual(failed(WSAEOPNOTSUPP, RIO_INVALID_RQ));
    expect(create(s, none)).toEqual(failed(WSAEINVAL, RIO_INVALID_RQ));
    expect(create(s, queue, 2)).toEqual(failed(WSAEINVAL, RIO_INVALID_RQ));
    expect(scene.send(none, scene.slice(0, 1), 0)).toEqual(refusal(WSAEINVAL));
    expect(rio.RIONotify(none)).toBe(WSAEINVAL);
    const room = [new RIORESULT()];
    const dequeue = (cq: HANDLE, array: readonly RIORESULT[] | null, size: number): Outcome =>
      entries.now((e) => rio.RIODequeueCompletion(cq, array, size, e));
    expect(dequeue(none, room, 1)).toEqual(failed(WSAEINVAL, RIO_CORRUPT_CQ));
    expect(dequeue(queue, null, 1)).toEqual(failed(WSAEFAULT, RIO_CORRUPT_CQ));
    expect(dequeue(queue, room, 2)).toEqual(failed(WSAEFAULT, RIO_CORRUPT_CQ));
    rio.RIOCloseCompletionQueue(queue);
    expect(rio.RIONotify(queue)).toBe(WSAEINVAL);
  }),
];

export const registeredCases: readonly Case[] = [...transferCases, ...queueCases];
