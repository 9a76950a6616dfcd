// Owns: the cases about bytes: plain and overlapped transfers, and how the end of an overlapped one is told.
// Does not own: wrong arguments (arguments.ts), connections (sockets.ts).

import {
  AF_INET,
  FALSE,
  FIONREAD,
  INVALID_SOCKET,
  MSG_PEEK,
  OVERLAPPED,
  SOCK_DGRAM,
  SOCKET_ERROR,
  TRUE,
  WSA_IO_INCOMPLETE,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  WSABUF,
  WSAEINTR,
  WSAEMSGSIZE,
  WSAESHUTDOWN,
  ref,
  type Ref,
  type SOCKET,
  type WSATHREADID,
} from '../../../index.js';
import { bytes, JUNK, loopback, portIn, wsabufs, type Case, type Entries, type Outcome } from './host.js';
import { done, pending } from './steps.js';

interface Started extends Outcome {
  readonly memory: Uint8Array;
  readonly overlapped: OVERLAPPED;
  readonly flags: Ref;
}

/** Starts an overlapped receive of 8 bytes. */
function start(
  entries: Entries,
  s: SOCKET,
  overlapped: OVERLAPPED,
  routine: ((error: number, count: number) => void) | null = null,
  thread: WSATHREADID | null = null,
): Started {
  const [memory, flags] = [new Uint8Array(8).fill(0xcc), ref(0)];
  const outcome = entries.now((e) =>
    entries.table.lpWSPRecv(s, wsabufs(memory), 1, null, flags, overlapped, routine, thread, e),
  );
  return { ...outcome, memory, overlapped, flags };
}

function result(entries: Entries, s: SOCKET, overlapped: OVERLAPPED): Outcome & { readonly count: number } {
  const count = ref(JUNK);
  const outcome = entries.now((e) => entries.table.lpWSPGetOverlappedResult(s, overlapped, count, FALSE, ref(JUNK), e));
  return { ...outcome, count: count.value };
}

/** Lets `count` bytes arrive without reading them. */
async function arrive(entries: Entries, from: SOCKET, to: SOCKET, text: string): Promise<void> {
  entries.expect(await entries.send(from, text)).toEqual(done);
  await entries.readable(to);
}

export const transferCases: readonly Case[] = [
  {
    name: 'bytes travel both ways, with their count, and lpErrno is left alone',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      expect(await entries.send(client, 'question')).toEqual(done);
      expect(await entries.recv(server)).toEqual({ ...done, text: 'question' });
      expect(await entries.send(server, 'answer')).toEqual(done);
      expect(await entries.recv(client)).toEqual({ ...done, text: 'answer' });
    },
  },
  {
    name: 'only as many buffers are looked at as said, and of each only its length',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const memory = bytes('abcdef');
      const list = [new WSABUF(2, memory), new WSABUF(3, memory.subarray(3)), new WSABUF(99, null)];
      const sent = ref(JUNK);
      expect(await entries.either((e) => entries.table.lpWSPSend(client, list, 2, sent, 0, null, null, null, e))).toEqual(done);
      await entries.readable(server);
      const [first, second] = [new Uint8Array(4).fill(0xcc), new Uint8Array(9).fill(0xcc)];
      const into = [new WSABUF(1, first), new WSABUF(9, second), new WSABUF(99, null)];
      const count = ref(JUNK);
      expect(entries.now((e) => entries.table.lpWSPRecv(server, into, 2, count, ref(0), null, null, null, e))).toEqual(done);
      expect([sent.value, count.value]).toEqual([5, 5]);
      expect([[...first], [...second.subarray(0, 5)]]).toEqual([[0x61, 0xcc, 0xcc, 0xcc], [...bytes('bdef'), 0xcc]]);
    },
  },
  {
    name: 'a receive answers at once when something is there, and waits when nothing is',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      await arrive(entries, client, server, 'ab');
      const take = (flags: number, size: number) => (e: Ref) =>
        entries.table.lpWSPRecv(server, wsabufs(new Uint8Array(size)), 1, ref(JUNK), ref(flags), null, null, null, e);
      for (const flags of [MSG_PEEK, 0]) expect(entries.now(take(flags, 8))).toEqual(done);
      const waiting = entries.later(take(0, 8));
      expect(await entries.send(client, 'c')).toEqual(done);
      expect(await waiting).toEqual(done);
    },
  },
  {
    name: 'how much waits is told, and stays',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      await arrive(entries, client, server, 'abc');
      const [out, count] = [new Uint8Array(4).fill(0xcc), ref(JUNK)];
      expect(entries.now((e) => entries.table.lpWSPIoctl(server, FIONREAD, null, 0, out, 4, count, null, null, null, e))).toEqual(done);
      expect([[...out], count.value]).toEqual([[3, 0, 0, 0], 4]);
      expect((await entries.recv(server)).text).toBe('abc');
    },
  },
  {
    name: 'sending after shutdown fails with WSAESHUTDOWN',
    async run(entries) {
      const { client } = await entries.pair();
      entries.now((e) => entries.table.lpWSPShutdown(client, 1, e));
      entries.expect(await entries.send(client, 'x')).toEqual({ value: SOCKET_ERROR, error: WSAESHUTDOWN });
    },
  },
  {
    name: 'closing ends whoever waits',
    async run(entries) {
      const { expect } = entries;
      const { client } = await entries.pair();
      const waiting = entries.recv(client);
      expect(await entries.either((e) => entries.table.lpWSPCloseSocket(client, e))).toEqual(done);
      const { value, error } = await waiting;
      expect(value).toBe(SOCKET_ERROR);
      expect([WSAEINTR, WSA_OPERATION_ABORTED]).toContain(error);
    },
  },
  {
    name: 'a datagram is told with its sender; what does not fit is lost, and said to be',
    async run(entries) {
      const { expect } = entries;
      const [a, b] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      for (const size of [8, 2]) {
        const memory = bytes('datagram');
        const sent = entries.either((e) =>
          entries.table.lpWSPSendTo(a.s, wsabufs(memory), 1, ref(JUNK), 0, loopback(b.port), 16, null, null, null, e),
        );
        expect(await sent).toEqual(done);
        const [into, from, length, count] = [new Uint8Array(size), new Uint8Array(28).fill(0xcc), ref(28), ref(JUNK)];
        const outcome = await entries.either((e) =>
          entries.table.lpWSPRecvFrom(b.s, wsabufs(into), 1, count, ref(0), from, length, null, null, null, e),
        );
        expect(outcome).toEqual(size === 8 ? done : { value: SOCKET_ERROR, error: WSAEMSGSIZE });
        expect(new TextDecoder().decode(into)).toBe('datagram'.slice(0, size));
        expect([from[0], portIn(from), length.value]).toEqual([AF_INET, a.port, 16]);
      }
    },
  },
  {
    name: 'an overlapped receive is pending, never a promise, and its event tells of its end',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const { handle, object } = entries.event();
      object.set();
      const started = start(entries, server, new OVERLAPPED({ hEvent: handle }));
      expect([started.value, started.error, object.isSignaled()]).toEqual([SOCKET_ERROR, WSA_IO_PENDING, false]);
      expect(result(entries, server, started.overlapped)).toEqual({ value: FALSE, error: WSA_IO_INCOMPLETE, count: JUNK });
      const [count, flags] = [ref(JUNK), ref(JUNK)];
      const ended = entries.later((e) =>
        entries.table.lpWSPGetOverlappedResult(server, started.overlapped, count, TRUE, flags, e),
      );
      await entries.send(client, 'late');
      expect(await ended).toEqual({ value: TRUE, error: JUNK });
      expect([count.value, flags.value, object.isSignaled()]).toEqual([4, 0, true]);
      expect([...started.memory]).toEqual([...bytes('late'), 0xcc, 0xcc, 0xcc, 0xcc]);
    },
  },
  {
    name: 'an overlapped receive with something there is done at once, and its event tells of it all the same',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      await arrive(entries, client, server, 'here');
      const { handle, object } = entries.event();
      const started = start(entries, server, new OVERLAPPED({ hEvent: handle }));
      expect([started.value, started.error, object.isSignaled()]).toEqual([0, JUNK, true]);
      expect(result(entries, server, started.overlapped)).toEqual({ value: TRUE, error: JUNK, count: 4 });
    },
  },
  {
    name: 'overlapped receives are served in the order in which they were started',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const begin = (): Started => start(entries, server, new OVERLAPPED({ hEvent: entries.event().handle }));
      const [first, second] = [begin(), begin()];
      for (const { value, error } of [first, second]) expect({ value, error }).toEqual(pending);
      await entries.send(client, '12345678');
      await entries.send(client, 'abcdefgh');
      await entries.either((e) => entries.table.lpWSPGetOverlappedResult(server, second.overlapped, ref(0), TRUE, ref(0), e));
      expect([first, second].map(({ memory }) => new TextDecoder().decode(memory))).toEqual(['12345678', 'abcdefgh']);
    },
  },
  {
    name: 'a completion routine is queued to the thread that was named, once, also when the end came at once',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const thread = entries.thread();
      const told: [number, number][] = [];
      const routine = (error: number, count: number): void => {
        told.push([error, count]);
      };
      await arrive(entries, client, server, 'now');
      expect(start(entries, server, new OVERLAPPED(), routine, thread).value).toBe(0);
      expect(told).toEqual([[0, 3]]);
      const later = start(entries, server, new OVERLAPPED(), routine, thread);
      expect({ value: later.value, error: later.error }).toEqual(pending);
      await entries.send(client, 'later');
      await entries.either((e) => entries.table.lpWSPGetOverlappedResult(server, later.overlapped, ref(0), TRUE, ref(0), e));
      expect(told).toEqual([[0, 3], [0, 5]]);
      expect(entries.upcalls.queuedTo).toEqual([thread.ThreadHandle, thread.ThreadHandle]);
    },
  },
  {
    name: 'closing ends pending overlapped operations with WSA_OPERATION_ABORTED',
    async run(entries) {
      const { expect } = entries;
      const { server } = await entries.pair();
      const { handle, object } = entries.event();
      const told: number[] = [];
      start(entries, server, new OVERLAPPED({ hEvent: handle }));
      start(entries, server, new OVERLAPPED(), (error) => told.push(error), entries.thread());
      expect(await entries.either((e) => entries.table.lpWSPCloseSocket(server, e))).toEqual(done);
      expect([object.isSignaled(), told]).toEqual([true, [WSA_OPERATION_ABORTED]]);
    },
  },
  {
    name: 'an overlapped send is done with the memory when it says so',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const { handle } = entries.event();
      const [memory, overlapped] = [bytes('overlapped'), new OVERLAPPED({ hEvent: handle })];
      const outcome = entries.now((e) => entries.table.lpWSPSend(client, wsabufs(memory), 1, null, 0, overlapped, null, null, e));
      expect([done, pending]).toContainEqual(outcome);
      const count = ref(JUNK);
      const ended = await entries.either((e) => entries.table.lpWSPGetOverlappedResult(client, overlapped, count, TRUE, ref(0), e));
      expect([ended.value, count.value]).toEqual([TRUE, 10]);
      memory.fill(0);
      expect((await entries.recv(server)).text).toBe('overlapped');
    },
  },
  {
    name: 'the array of buffers may be used again while an operation is pending',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const [memory, other] = [new Uint8Array(8), new Uint8Array(8)];
      const [buffer, overlapped] = [new WSABUF(8, memory), new OVERLAPPED({ hEvent: entries.event().handle })];
      const outcome = entries.now((e) => entries.table.lpWSPRecv(server, [buffer], 1, null, ref(0), overlapped, null, null, e));
      expect(outcome).toEqual(pending);
      Object.assign(buffer, { len: 8, buf: other });
      await entries.send(client, 'mine');
      await entries.either((e) => entries.table.lpWSPGetOverlappedResult(server, overlapped, ref(0), TRUE, ref(0), e));
      expect([new TextDecoder().decode(memory.subarray(0, 4)), other.every((byte) => byte === 0)]).toEqual(['mine', true]);
    },
  },
  {
    name: 'addresses are written as text and read back',
    run(entries) {
      const { expect } = entries;
      const [units, length] = [new Uint16Array(30), ref(30)];
      expect(entries.now((e) => entries.table.lpWSPAddressToString(loopback(80), 16, null, units, length, e))).toEqual(done);
      const text = String.fromCharCode(...units.subarray(0, length.value - 1));
      expect([text, units[length.value - 1]]).toEqual(['127.0.0.1:80', 0]);
      const [back, size] = [new Uint8Array(28).fill(0xcc), ref(28)];
      expect(entries.now((e) => entries.table.lpWSPStringToAddress(text, AF_INET, null, back, size, e))).toEqual(done);
      expect([[...back.subarray(0, 16)], size.value]).toEqual([[...loopback(80).bytes], 16]);
    },
  },
  {
    name: 'a socket is not the invalid one, and is a multiple of four',
    run(entries) {
      const s = entries.socket();
      entries.expect([s === INVALID_SOCKET, s % 4]).toEqual([false, 0]);
    },
  },
];
