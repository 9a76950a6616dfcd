// Owns: the cases about overlapped transfers and control codes, for every function that can be one: told by event or
// routine, at once or later, once in any case; ended by closing and by CancelIoEx.
// Does not own: what else overlapped receives of WSPRecv do (transfer.ts), the extension functions over connections.

import {
  AF_INET,
  CancelIoEx,
  ERROR_INVALID_HANDLE,
  ERROR_NOT_FOUND,
  FALSE,
  FIONREAD,
  GetLastError,
  OVERLAPPED,
  SIO_ADDRESS_LIST_CHANGE,
  SOCK_DGRAM,
  TRUE,
  WSAEFAULT,
  WSAMSG,
  WSA_INVALID_HANDLE,
  WSA_IO_INCOMPLETE,
  WSA_OPERATION_ABORTED,
  ref,
  runIn,
  type HANDLE,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type Ref,
  type SOCKET,
  type WSATHREADID,
} from '../../../index.js';
import type { MaybePending } from '../../../spi/index.js';
import { ended, lookAt, resultOf, succeeded, withEvent } from './connection-steps.js';
import { extension } from './features.js';
import { JUNK, bytes, loopback, portIn, wsabufs, type Case, type Entries, type Outcome, type TransportNeed } from './host.js';
import { close, connect, done, failed, pending, sendTo, waiting } from './steps.js';

/** How the end of an operation is to be told. */
interface How {
  readonly overlapped: OVERLAPPED;
  readonly routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;
  readonly thread: WSATHREADID | null;
}

type Start = (entries: Entries, s: SOCKET, memory: Uint8Array | null, how: How, lpErrno: Ref) => MaybePending<number>;

/** A function that receives overlapped. Where it tells the sender, this is written into `from`. */
interface Receiving {
  readonly name: string;
  readonly needs: readonly TransportNeed[];
  readonly start: (from: Uint8Array, length: Ref) => Start;
  readonly tellsSender: boolean;
}

const buffersOf = (memory: Uint8Array | null): ReturnType<typeof wsabufs> | null => (memory === null ? null : wsabufs(memory));

const RECEIVING: readonly Receiving[] = [
  {
    name: 'WSPRecv',
    needs: [],
    tellsSender: false,
    start: () => (entries, s, memory, { overlapped, routine, thread }, e) =>
      entries.table.lpWSPRecv(s, buffersOf(memory), 1, null, ref(0), overlapped, routine, thread, e),
  },
  {
    name: 'WSPRecvFrom',
    needs: [],
    tellsSender: true,
    start: (from, length) => (entries, s, memory, { overlapped, routine, thread }, e) =>
      entries.table.lpWSPRecvFrom(s, buffersOf(memory), 1, null, ref(0), from, length, overlapped, routine, thread, e),
  },
  {
    name: 'WSARecvMsg',
    needs: ['WSARecvMsg'],
    tellsSender: true,
    start: (from) => (entries, s, memory, { overlapped, routine, thread }, e) => {
      const message = new WSAMSG({ name: from, namelen: 16, lpBuffers: buffersOf(memory), dwBufferCount: 1 });
      return extension(entries, 'WSARecvMsg')(s, message, null, overlapped, routine, thread, e);
    },
  },
];

/** A function that sends overlapped, on a datagram socket that is connected. */
interface Sending {
  readonly name: string;
  readonly needs: readonly TransportNeed[];
  readonly start: (port: number) => Start;
}

const SENDING: readonly Sending[] = [
  {
    name: 'WSPSend',
    needs: [],
    start: () => (entries, s, memory, { overlapped, routine, thread }, e) =>
      entries.table.lpWSPSend(s, buffersOf(memory), 1, null, 0, overlapped, routine, thread, e),
  },
  {
    name: 'WSPSendTo',
    needs: [],
    start: (port) => (entries, s, memory, { overlapped, routine, thread }, e) =>
      entries.table.lpWSPSendTo(s, buffersOf(memory), 1, null, 0, loopback(port), 16, overlapped, routine, thread, e),
  },
  {
    name: 'WSASendMsg',
    needs: ['WSASendMsg'],
    start: () => (entries, s, memory, { overlapped, routine, thread }, e) => {
      const message = new WSAMSG({ lpBuffers: buffersOf(memory), dwBufferCount: 1 });
      return extension(entries, 'WSASendMsg')(s, message, 0, null, overlapped, routine, thread, e);
    },
  },
];

function begin(entries: Entries, start: Start, s: SOCKET, memory: Uint8Array | null, how: How): Outcome {
  return entries.now((e) => start(entries, s, memory, how, e));
}

const byEvent = (entries: Entries): How => ({ overlapped: withEvent(entries), routine: null, thread: null });

interface ByRoutine extends How {
  /** What the routine was called with. */
  readonly told: unknown[][];
}

/** APCs are kept from here on, and run by `runApcs`: nothing else may call the routine. */
function byRoutine(entries: Entries): ByRoutine {
  entries.upcalls.apcs ??= [];
  const told: unknown[][] = [];
  const routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE = (...args) => {
    told.push(args);
  };
  return { overlapped: new OVERLAPPED(), routine, thread: entries.thread(), told };
}

/** Waits for an APC, and runs those that are queued. */
async function runApcs({ upcalls }: Entries): Promise<void> {
  await upcalls.until(() => upcalls.apcs !== null && upcalls.apcs.length > 0);
  for (const apc of upcalls.apcs?.splice(0) ?? []) apc();
}

function isSet({ process }: Entries, { overlapped }: How): boolean {
  const object = process.handles.get(overlapped.hEvent) as unknown as { readonly isSignaled: () => boolean };
  return object.isSignaled();
}

const LETTERS = 'datagram';

/** What a case about a receiving function works with. */
interface Scene {
  readonly entries: Entries;
  readonly start: Start;
  /** Where it receives, and from whom. */
  readonly s: SOCKET;
  readonly memory: Uint8Array;
  /** Sends what it receives, and waits until it is there if nobody takes it. */
  readonly arrive: (taken: boolean) => Promise<void>;
  /** Expects that it has come, with its sender. */
  readonly hasCome: () => void;
}

function receivingCase(what: string, body: (scene: Scene) => Promise<void>, more: readonly TransportNeed[] = []): Case[] {
  return RECEIVING.map(({ name, needs, start, tellsSender }) => ({
    name: `overlapped ${name}: ${what}`,
    needs: [...needs, ...more],
    async run(entries) {
      const { expect } = entries;
      const [from, to] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      const [memory, sender, length] = [new Uint8Array(12).fill(0xcc), new Uint8Array(16).fill(0xcc), ref(16)];
      await body({
        entries,
        start: start(sender, length),
        s: to.s,
        memory,
        arrive: async (taken) => {
          expect(await sendTo(entries, from.s, to.port, LETTERS)).toEqual(done);
          if (!taken) await entries.readable(to.s);
        },
        hasCome: () => {
          expect([...memory]).toEqual([...bytes(LETTERS), 0xcc, 0xcc, 0xcc, 0xcc]);
          if (tellsSender) expect([sender[0], portIn(sender), length.value]).toEqual([AF_INET, from.port, 16]);
        },
      });
    },
  }));
}

const receivingCases: readonly Case[] = [
  ...receivingCase('pending, it resets the event, and signals it at its end', async ({ entries, start, s, memory, arrive, hasCome }) => {
    const { expect } = entries;
    const how = byEvent(entries);
    expect(begin(entries, start, s, memory, how)).toEqual(pending);
    expect([isSet(entries, how), lookAt(entries, s, how.overlapped)]).toEqual([false, ended(WSA_IO_INCOMPLETE)]);
    await arrive(true);
    await entries.signaled(how.overlapped.hEvent);
    expect(lookAt(entries, s, how.overlapped)).toEqual(succeeded(8));
    hasCome();
  }),
  ...receivingCase('done at once, it signals the event all the same', async ({ entries, start, s, memory, arrive, hasCome }) => {
    const { expect } = entries;
    await arrive(false);
    const how: How = { overlapped: new OVERLAPPED({ hEvent: entries.event().handle }), routine: null, thread: null };
    expect(begin(entries, start, s, memory, how)).toEqual(done);
    expect([isSet(entries, how), lookAt(entries, s, how.overlapped)]).toEqual([true, succeeded(8)]);
    hasCome();
  }),
  ...receivingCase('pending, it queues its routine once', async ({ entries, start, s, memory, arrive, hasCome }) => {
    const { expect, upcalls } = entries;
    const how = byRoutine(entries);
    expect(begin(entries, start, s, memory, how)).toEqual(pending);
    expect(upcalls.queuedTo).toEqual([]);
    await arrive(true);
    await upcalls.until(() => upcalls.queuedTo.length > 0);
    expect(how.told).toEqual([]);
    await runApcs(entries);
    expect(how.told).toEqual([[0, 8, how.overlapped, 0]]);
    expect([upcalls.queuedTo, upcalls.apcs]).toEqual([[how.thread?.ThreadHandle], []]);
    expect(lookAt(entries, s, how.overlapped)).toEqual(succeeded(8));
    hasCome();
  }),
  ...receivingCase('done at once, it queues its routine once all the same', async ({ entries, start, s, memory, arrive, hasCome }) => {
    const { expect, upcalls } = entries;
    await arrive(false);
    const how = byRoutine(entries);
    expect(begin(entries, start, s, memory, how)).toEqual(done);
    expect(how.told).toEqual([]);
    await runApcs(entries);
    expect([how.told, upcalls.queuedTo]).toEqual([[[0, 8, how.overlapped, 0]], [how.thread?.ThreadHandle]]);
    hasCome();
  }),
  ...receivingCase('refused, it tells nobody, and its OVERLAPPED serves another one', async ({ entries, start, s, memory, arrive }) => {
    const { expect, upcalls } = entries;
    const [event, routine] = [byEvent(entries), byRoutine(entries)];
    for (const how of [event, routine]) expect(begin(entries, start, s, null, how)).toEqual(failed(WSAEFAULT));
    expect([upcalls.queuedTo, routine.told]).toEqual([[], []]);
    expect(begin(entries, start, s, memory, event)).toEqual(pending);
    await arrive(true);
    expect(await resultOf(entries, s, event.overlapped)).toEqual(succeeded(8));
  }),
  ...receivingCase('closing the socket aborts it, and tells event and routine', async ({ entries, start, s, memory }) => {
    const { expect } = entries;
    const [event, routine] = [byEvent(entries), byRoutine(entries)];
    for (const how of [event, routine]) expect(begin(entries, start, s, memory, how)).toEqual(pending);
    expect(await close(entries, s)).toEqual(done);
    await entries.signaled(event.overlapped.hEvent);
    await runApcs(entries);
    expect(routine.told).toEqual([[WSA_OPERATION_ABORTED, 0, routine.overlapped, 0]]);
    expect(entries.upcalls.apcs).toEqual([]);
    expect([...memory].every((byte) => byte === 0xcc)).toBe(true);
  }),
  ...receivingCase('CancelIoEx aborts that one, and loses nothing', async ({ entries, start, s, memory, arrive, hasCome }) => {
    const { expect } = entries;
    const cancelled = byRoutine(entries);
    const kept = byEvent(entries);
    expect(begin(entries, start, s, new Uint8Array(12), cancelled)).toEqual(pending);
    expect(begin(entries, start, s, memory, kept)).toEqual(pending);
    expect(cancel(entries, s, cancelled.overlapped)).toEqual([TRUE, 0]);
    await runApcs(entries);
    expect(cancelled.told).toEqual([[WSA_OPERATION_ABORTED, 0, cancelled.overlapped, 0]]);
    expect(lookAt(entries, s, cancelled.overlapped)).toEqual(ended(WSA_OPERATION_ABORTED));
    expect(lookAt(entries, s, kept.overlapped)).toEqual(ended(WSA_IO_INCOMPLETE));
    await arrive(true);
    expect(await resultOf(entries, s, kept.overlapped)).toEqual(succeeded(8));
    hasCome();
    expect(cancel(entries, s, kept.overlapped)).toEqual([FALSE, ERROR_NOT_FOUND]);
  }, ['CancelIoEx']),
];

/** Calls CancelIoEx: its result, and the last error if it failed. */
function cancel({ process }: Entries, s: SOCKET, overlapped: OVERLAPPED | null): [number, number] {
  return runIn(process, () => {
    const result = CancelIoEx(s as number as HANDLE, overlapped);
    return [result, result === FALSE ? GetLastError() : 0];
  });
}

function sendingCase(what: string, body: (entries: Entries, start: Start, s: SOCKET, to: SOCKET) => Promise<void>): Case[] {
  return SENDING.map(({ name, needs, start }) => ({
    name: `overlapped ${name}: ${what}`,
    needs,
    async run(entries) {
      const [from, to] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      entries.expect(await connect(entries, from.s, to.port)).toEqual(done);
      await body(entries, start(to.port), from.s, to.s);
    },
  }));
}

const sendingCases: readonly Case[] = [
  ...sendingCase('at once or later, it signals the event and tells its count', async (entries, start, s, to) => {
    const { expect } = entries;
    const [how, memory] = [byEvent(entries), bytes(LETTERS)];
    expect([done, pending]).toContainEqual(begin(entries, start, s, memory, how));
    expect(await resultOf(entries, s, how.overlapped)).toEqual(succeeded(8));
    expect(isSet(entries, how)).toBe(true);
    memory.fill(0);
    expect((await entries.recv(to)).text).toBe(LETTERS);
  }),
  ...sendingCase('at once or later, it queues its routine once', async (entries, start, s, to) => {
    const { expect, upcalls } = entries;
    const how = byRoutine(entries);
    expect([done, pending]).toContainEqual(begin(entries, start, s, bytes(LETTERS), how));
    expect(how.told).toEqual([]);
    await runApcs(entries);
    expect((await entries.recv(to)).text).toBe(LETTERS);
    expect(how.told).toEqual([[0, 8, how.overlapped, 0]]);
    expect([upcalls.queuedTo, upcalls.apcs]).toEqual([[how.thread?.ThreadHandle], []]);
  }),
  ...sendingCase('refused, it tells nobody', async (entries, start, s) => {
    const { expect, upcalls } = entries;
    const [routine, event] = [byRoutine(entries), entries.event()];
    const how: How = { overlapped: new OVERLAPPED({ hEvent: event.handle }), routine: null, thread: null };
    for (const each of [routine, how]) expect(begin(entries, start, s, null, each)).toEqual(failed(WSAEFAULT));
    await entries.readable(await somethingElse(entries));
    expect([event.object.isSignaled(), upcalls.queuedTo, routine.told]).toEqual([false, [], []]);
  }),
];

/** A socket to which something is on its way: when it is there, what was under way before has had its time. */
async function somethingElse(entries: Entries): Promise<SOCKET> {
  const { client, server } = await entries.pair();
  await entries.send(client, 'later');
  return server;
}

/** The most that a provider may take without the peer's reading. */
const MOST_SENDS = 64;

const controlOf = (code: number, output: Uint8Array | null): Start => (entries, s, _memory, how, e) => {
  const { overlapped, routine, thread } = how;
  const size = output?.length ?? 0;
  return entries.table.lpWSPIoctl(s, code, null, 0, output, size, ref(JUNK), overlapped, routine, thread, e);
};

const changing = controlOf(SIO_ADDRESS_LIST_CHANGE, null);

const otherCases: readonly Case[] = [
  {
    name: 'overlapped sends of a stream arrive in order, however long they are pending, each told once',
    async run(entries) {
      const { expect, upcalls } = entries;
      const { client, server } = await entries.pair();
      const start: Start = (_entries, s, memory, how, e) =>
        entries.table.lpWSPSend(s, buffersOf(memory), 1, null, 0, how.overlapped, how.routine, how.thread, e);
      const size = 1 << 18;
      const sent: ByRoutine[] = [];
      for (let later = 0; later < 3 && sent.length < MOST_SENDS; ) {
        const how = byRoutine(entries);
        const outcome = begin(entries, start, client, new Uint8Array(size).fill(sent.length), how);
        expect([done, pending]).toContainEqual(outcome);
        sent.push(how);
        if (outcome.value !== 0) later += 1;
      }
      const [memory, total] = [new Uint8Array(size), sent.length * size];
      let wrong = 0;
      for (let got = 0; got < total; ) {
        const count = ref(JUNK);
        const received = await entries.either((e) =>
          entries.table.lpWSPRecv(server, wsabufs(memory), 1, count, ref(0), null, null, null, e),
        );
        expect(received).toEqual(done);
        for (let i = 0; i < count.value; i++) if (memory[i] !== Math.floor((got + i) / size)) wrong += 1;
        got += count.value;
      }
      await upcalls.until(() => upcalls.queuedTo.length >= sent.length);
      await runApcs(entries);
      expect([wrong, upcalls.queuedTo.length]).toEqual([0, sent.length]);
      for (const { told, overlapped } of sent) expect(told).toEqual([[0, size, overlapped, 0]]);
    },
  },
  {
    name: 'overlapped WSPIoctl: done at once, it tells event and routine',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      await entries.send(client, 'abc');
      await entries.readable(server);
      for (const how of [byEvent(entries), byRoutine(entries)]) {
        const output = new Uint8Array(4).fill(0xcc);
        expect(begin(entries, controlOf(FIONREAD, output), server, null, how)).toEqual(done);
        expect([[...output], waiting(entries, server)]).toEqual([[3, 0, 0, 0], 3]);
        if (how.routine === null) expect(isSet(entries, how)).toBe(true);
        else await runApcs(entries);
      }
      expect(entries.upcalls.queuedTo.length).toBe(1);
    },
  },
  {
    name: 'overlapped WSPIoctl: a change is waited for, and closing the socket aborts it',
    async run(entries) {
      const { expect } = entries;
      const s = entries.socket();
      const [event, routine] = [byEvent(entries), byRoutine(entries)];
      for (const how of [event, routine]) expect(begin(entries, changing, s, null, how)).toEqual(pending);
      expect([isSet(entries, event), lookAt(entries, s, event.overlapped)]).toEqual([false, ended(WSA_IO_INCOMPLETE)]);
      expect(await close(entries, s)).toEqual(done);
      await entries.signaled(event.overlapped.hEvent);
      await runApcs(entries);
      expect(routine.told).toEqual([[WSA_OPERATION_ABORTED, 0, routine.overlapped, 0]]);
    },
  },
  {
    name: 'CancelIoEx without an OVERLAPPED aborts all that is under way on the socket, and nothing on another',
    needs: ['CancelIoEx'],
    async run(entries) {
      const { expect } = entries;
      const [s, other] = [entries.socket(), entries.socket()];
      const all = [byEvent(entries), byEvent(entries)];
      for (const how of all) expect(begin(entries, changing, s, null, how)).toEqual(pending);
      const elsewhere = byEvent(entries);
      expect(begin(entries, changing, other, null, elsewhere)).toEqual(pending);
      expect(cancel(entries, s, null)).toEqual([TRUE, 0]);
      for (const { overlapped } of all) expect(await resultOf(entries, s, overlapped)).toEqual(ended(WSA_OPERATION_ABORTED));
      expect(lookAt(entries, other, elsewhere.overlapped)).toEqual(ended(WSA_IO_INCOMPLETE));
      expect(cancel(entries, s, null)).toEqual([FALSE, ERROR_NOT_FOUND]);
    },
  },
  {
    name: 'CancelIoEx knows the socket, or refuses it and leaves its operations alone',
    async run(entries) {
      const { expect } = entries;
      const s = entries.socket();
      const how = byEvent(entries);
      expect(begin(entries, changing, s, null, how)).toEqual(pending);
      const lacks = entries.lacks.includes('CancelIoEx');
      const [result, error] = cancel(entries, s, how.overlapped);
      expect(result).toBe(lacks ? FALSE : TRUE);
      // The handle may be known where its operations are not.
      if (lacks) expect([ERROR_INVALID_HANDLE, ERROR_NOT_FOUND]).toContain(error);
      if (lacks) expect(lookAt(entries, s, how.overlapped)).toEqual(ended(WSA_IO_INCOMPLETE));
      else expect(await resultOf(entries, s, how.overlapped)).toEqual(ended(WSA_OPERATION_ABORTED));
    },
  },
  {
    name: 'WSPGetOverlappedResult refuses null pointers, and a wait for an event that is none',
    run(entries) {
      const { expect, table } = entries;
      const s = entries.socket();
      const how = byEvent(entries);
      expect(begin(entries, changing, s, null, how)).toEqual(pending);
      const ask = (count: Ref | null, flags: Ref | null, wait: number): Outcome =>
        entries.now((e) => table.lpWSPGetOverlappedResult(s, how.overlapped, count, wait, flags, e));
      expect(ask(null, ref(JUNK), FALSE)).toEqual(failed(WSAEFAULT, FALSE));
      expect(ask(ref(JUNK), null, FALSE)).toEqual(failed(WSAEFAULT, FALSE));
      how.overlapped.hEvent = s as number as HANDLE;
      expect(ask(ref(JUNK), ref(JUNK), TRUE)).toEqual(failed(WSA_INVALID_HANDLE, FALSE));
    },
  },
];

export const overlappedCases: readonly Case[] = [...receivingCases, ...sendingCases, ...otherCases];
