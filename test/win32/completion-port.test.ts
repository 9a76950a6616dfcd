// Completion ports: what is queued, who gets it, how a wait ends, and the tie between an object and its port.
import { describe, expect, test } from 'vitest';
import {
  ERROR_ABANDONED_WAIT_0,
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_NETNAME_DELETED,
  ERROR_NOACCESS,
  INFINITE,
  INVALID_HANDLE_VALUE,
  NULL_HANDLE,
  OVERLAPPED,
  OVERLAPPED_ENTRY,
  ref,
  WAIT_IO_COMPLETION,
  WAIT_TIMEOUT,
  type HANDLE,
} from '../../src/abi/index.js';
import * as win32 from '../../src/win32/index.js';
import { FakeClock } from './fake-clock.js';
import { outcome, settle } from './turns.js';

const JUNK = 0xcccc;

function inProcess<R>(body: (process: win32.Process, clock: FakeClock) => R): R {
  const clock = new FakeClock();
  const process = new win32.Process({ clock });
  return win32.runIn(process, () => body(process, clock));
}

/** Something with a port, as a socket is. */
class File implements win32.Associable {
  readonly kind = 'socket';
  readonly completion = new win32.CompletionTarget();

  lastHandleClosed(): void {
    // Nothing to end.
  }
}

const newPort = (): HANDLE => win32.CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL_HANDLE, 0, 0);

/** GetQueuedCompletionStatus as one line: what it returned, the last error of a failure, and every out-parameter. */
async function get(port: HANDLE, milliseconds: number): Promise<unknown[]> {
  const [bytes, key, overlapped] = [ref(JUNK), ref(JUNK), ref<OVERLAPPED | null>(new OVERLAPPED({ Offset: JUNK }))];
  const result = await win32.GetQueuedCompletionStatus(port, bytes, key, overlapped, milliseconds);
  return [result, result === 0 ? win32.GetLastError() : 0, bytes.value, key.value, overlapped.value];
}

const nothing = (error: number): unknown[] => [0, error, JUNK, JUNK, null];

describe('packets', () => {
  test('come out in the order they went in, with everything they carry', () =>
    inProcess(async () => {
      const port = newPort();
      const own = new OVERLAPPED();
      expect(win32.PostQueuedCompletionStatus(port, 1, 10, own)).toBe(1);
      expect(win32.PostQueuedCompletionStatus(port, -1, 20, null)).toBe(1);
      expect(await get(port, 0)).toEqual([1, 0, 1, 10, own]);
      expect(await get(port, 0)).toEqual([1, 0, 0xffffffff, 20, null]);
      expect(await get(port, 0)).toEqual(nothing(WAIT_TIMEOUT));
    }));

  test('by the thousand are handed out once each, however long the queue is', () =>
    inProcess(async () => {
      const port = newPort();
      const COUNT = 3000;
      for (let i = 0; i < COUNT; i++) win32.PostQueuedCompletionStatus(port, i, 0, null);
      const seen: unknown[] = [];
      const entries = Array.from({ length: 7 }, () => new OVERLAPPED_ENTRY());
      const count = ref(0);
      while ((await win32.GetQueuedCompletionStatusEx(port, entries, entries.length, count, 0, 0)) === 1) {
        for (const entry of entries.slice(0, count.value)) seen.push(entry.dwNumberOfBytesTransferred);
      }
      expect(seen).toEqual(Array.from({ length: COUNT }, (_none, i) => i));
    }));

  test('of a failed operation give FALSE and its error, with the OVERLAPPED set', () =>
    inProcess(async (process) => {
      const port = newPort();
      const file = new File();
      win32.CreateIoCompletionPort(process.handles.open(file), port, 7, 0);
      const own = new OVERLAPPED();
      file.completion.report(own, 3, ERROR_NETNAME_DELETED, false);
      const [result, error, bytes, key, overlapped] = await get(port, 0);
      expect([result, error, bytes, key]).toEqual([0, ERROR_NETNAME_DELETED, 3, 7]);
      expect(overlapped).toBe(own);
    }));

  test('are taken together by the Ex function, which succeeds even for failed operations', () =>
    inProcess(async (process) => {
      const port = newPort();
      const file = new File();
      win32.CreateIoCompletionPort(process.handles.open(file), port, 7, 0);
      const own = new OVERLAPPED();
      file.completion.report(own, 3, ERROR_NETNAME_DELETED, false);
      win32.PostQueuedCompletionStatus(port, 2, 20, null);
      win32.PostQueuedCompletionStatus(port, 3, 30, null);
      const junk = { lpCompletionKey: JUNK, lpOverlapped: own, Internal: JUNK, dwNumberOfBytesTransferred: JUNK };
      const entries = [0, 0, 0].map(() => new OVERLAPPED_ENTRY(junk));
      const count = ref(JUNK);
      expect(await win32.GetQueuedCompletionStatusEx(port, entries, 2, count, 0, false)).toBe(1);
      expect(count.value).toBe(2);
      expect(entries).toEqual([
        { lpCompletionKey: 7, lpOverlapped: own, Internal: ERROR_NETNAME_DELETED, dwNumberOfBytesTransferred: 3 },
        { lpCompletionKey: 20, lpOverlapped: null, Internal: 0, dwNumberOfBytesTransferred: 2 },
        junk,
      ]);
      expect(await win32.GetQueuedCompletionStatusEx(port, entries, 3, count, 0, false)).toBe(1);
      expect([count.value, entries[0]?.lpCompletionKey]).toEqual([1, 30]);
      expect(await win32.GetQueuedCompletionStatusEx(port, entries, 3, count, 0, false)).toBe(0);
      expect([win32.GetLastError(), count.value]).toEqual([WAIT_TIMEOUT, 0]);
    }));
});

describe('waiting', () => {
  test('the thread that came last is served first, and only one per packet', () =>
    inProcess(async () => {
      const port = newPort();
      const served: string[] = [];
      for (const name of ['first', 'second', 'third']) {
        void get(port, INFINITE).then(([, , bytes]) => served.push(`${name} ${String(bytes)}`));
      }
      await settle();
      win32.PostQueuedCompletionStatus(port, 1, 0, null);
      await settle();
      expect(served).toEqual(['third 1']);
      win32.PostQueuedCompletionStatus(port, 2, 0, null);
      win32.PostQueuedCompletionStatus(port, 3, 0, null);
      await settle();
      expect(served).toEqual(['third 1', 'second 2', 'first 3']);
    }));

  test('ends with the time, and a packet that comes then is not lost with it', () =>
    inProcess(async (_process, clock) => {
      const port = newPort();
      const waiting = get(port, 50);
      clock.advance(49);
      expect(await outcome(waiting)).toBe('waiting');
      clock.advance(1);
      // The wait is over, though its caller has not heard of it.
      win32.PostQueuedCompletionStatus(port, 5, 6, null);
      expect(await waiting).toEqual(nothing(WAIT_TIMEOUT));
      expect(clock.pending).toBe(0);
      expect(await get(port, 0)).toEqual([1, 0, 5, 6, null]);
    }));

  test('a packet ends it, and no timer stays behind', () =>
    inProcess(async (_process, clock) => {
      const port = newPort();
      const waiting = get(port, 50);
      win32.PostQueuedCompletionStatus(port, 5, 6, null);
      expect(await waiting).toEqual([1, 0, 5, 6, null]);
      expect(clock.pending).toBe(0);
    }));

  test('closing the port wakes everybody with ERROR_ABANDONED_WAIT_0', () =>
    inProcess(async () => {
      const port = newPort();
      const count = ref(JUNK);
      const one = get(port, INFINITE);
      const several = win32.GetQueuedCompletionStatusEx(port, [new OVERLAPPED_ENTRY()], 1, count, INFINITE, false);
      expect(win32.CloseHandle(port)).toBe(1);
      expect(await one).toEqual(nothing(ERROR_ABANDONED_WAIT_0));
      expect(await several).toBe(0);
      expect([win32.GetLastError(), count.value]).toEqual([ERROR_ABANDONED_WAIT_0, 0]);
      expect(await get(port, INFINITE)).toEqual(nothing(ERROR_INVALID_HANDLE));
    }));

  test('another handle keeps the port open', () =>
    inProcess(async (process) => {
      const port = newPort();
      const second = process.handles.duplicate(port) as HANDLE;
      const waiting = get(port, INFINITE);
      win32.CloseHandle(port);
      expect(await outcome(waiting)).toBe('waiting');
      win32.PostQueuedCompletionStatus(second, 1, 2, null);
      expect(await waiting).toEqual([1, 0, 1, 2, null]);
    }));

  test.each([
    ['alertable: the APC runs and ends the wait', true, 0, WAIT_IO_COMPLETION, ['apc']],
    ['not alertable: the APC stays queued', false, 0, WAIT_TIMEOUT, []],
  ])('%s', (_name, alertable, result, error, ran) =>
    inProcess(async (_process, clock) => {
      const port = newPort();
      const log: string[] = [];
      const entries = [new OVERLAPPED_ENTRY()];
      const waiting = win32.GetQueuedCompletionStatusEx(port, entries, 1, ref(JUNK), 9, alertable);
      win32.QueueUserAPC(() => log.push('apc'), win32.GetCurrentThread(), 0);
      await settle();
      clock.advance(9);
      expect(await waiting).toBe(result);
      expect(win32.GetLastError()).toBe(error);
      expect(log).toEqual(ran);
    }),
  );

  test('a packet counts before an APC that is queued already', () =>
    inProcess(async (process) => {
      const port = newPort();
      win32.PostQueuedCompletionStatus(port, 1, 2, null);
      win32.QueueUserAPC(() => undefined, win32.GetCurrentThread(), 0);
      expect(await win32.GetQueuedCompletionStatusEx(port, [new OVERLAPPED_ENTRY()], 1, ref(JUNK), 0, true)).toBe(1);
      expect(process.mainThread.apcQueue.length).toBe(1);
    }));

  test('a loop of calls that all find something leaves others a turn', () =>
    inProcess(async (_process, clock) => {
      let turns = 0;
      const nextTurn = clock.nextTurn.bind(clock);
      clock.nextTurn = (turn) => {
        turns += 1;
        nextTurn(turn);
      };
      const port = newPort();
      for (let i = 0; i < 200; i++) win32.PostQueuedCompletionStatus(port, i, 0, null);
      for (let i = 0; i < 200; i++) await get(port, 0);
      expect(turns).toBe(3);
    }));
});

describe('association', () => {
  test('a new port for a file, an existing port for a file, and one port for several', () =>
    inProcess(async (process) => {
      const [first, second] = [new File(), new File()];
      const port = win32.CreateIoCompletionPort(process.handles.open(first), NULL_HANDLE, 1, 3);
      expect((process.handles.get(port) as win32.CompletionPort).concurrency).toBe(3);
      expect(win32.CreateIoCompletionPort(process.handles.open(second), port, 2, 9)).toBe(port);
      expect((process.handles.get(port) as win32.CompletionPort).concurrency).toBe(3);
      const own = new OVERLAPPED();
      second.completion.report(own, 0, 0, false);
      first.completion.report(own, 0, 0, false);
      expect((await get(port, 0))[3]).toBe(2);
      expect((await get(port, 0))[3]).toBe(1);
    }));

  test('is made once: the first port keeps the file', () =>
    inProcess(async (process) => {
      const file = new File();
      const handle = process.handles.open(file);
      const [first, second] = [newPort(), newPort()];
      win32.CreateIoCompletionPort(handle, first, 1, 0);
      const open = process.handles.size;
      for (const port of [first, second, NULL_HANDLE]) {
        expect(win32.CreateIoCompletionPort(handle, port, 2, 0)).toBe(0);
        expect(win32.GetLastError()).toBe(ERROR_INVALID_PARAMETER);
      }
      expect(process.handles.size).toBe(open);
      file.completion.report(new OVERLAPPED(), 0, 0, false);
      expect((await get(first, 0))[3]).toBe(1);
    }));

  test('outlives the port: what is reported to a closed one is dropped', () =>
    inProcess((process) => {
      const file = new File();
      const port = win32.CreateIoCompletionPort(process.handles.open(file), NULL_HANDLE, 1, 0);
      const object = process.handles.get(port) as win32.CompletionPort;
      win32.CloseHandle(port);
      file.completion.report(new OVERLAPPED(), 0, 0, false);
      expect(object.hasPackets).toBe(false);
    }));

  test.each([
    ['success at once is skipped', true, true, 0, false],
    ['success later is told', true, false, 0, true],
    ['a failure is told', true, true, 5, true],
    ['without the mode success at once is told', false, true, 0, true],
  ])('FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: %s', (_name, mode, atOnce, error, told) =>
    inProcess((process) => {
      const file = new File();
      const handle = process.handles.open(file);
      if (mode) expect(win32.SetFileCompletionNotificationModes(handle, 1)).toBe(1);
      // Neither of these takes the mode back.
      expect(win32.SetFileCompletionNotificationModes(handle, 2)).toBe(1);
      expect(win32.SetFileCompletionNotificationModes(handle, 0)).toBe(1);
      const port = win32.CreateIoCompletionPort(handle, NULL_HANDLE, 1, 0);
      file.completion.report(new OVERLAPPED(), 0, error, atOnce);
      expect((process.handles.get(port) as win32.CompletionPort).hasPackets).toBe(told);
    }),
  );
});

describe('wrong arguments', () => {
  const entries = [new OVERLAPPED_ENTRY()];
  const any = ref(JUNK);
  const overlapped = ref<OVERLAPPED | null>(null);
  const wrong: readonly [string, number, (port: HANDLE, event: HANDLE) => unknown][] = [
    ['create: a port and no file', ERROR_INVALID_PARAMETER, (port) => win32.CreateIoCompletionPort(INVALID_HANDLE_VALUE, port, 0, 0)],
    ['create: no handle', ERROR_INVALID_HANDLE, () => win32.CreateIoCompletionPort(NULL_HANDLE, NULL_HANDLE, 0, 0)],
    ['create: an event as file', ERROR_INVALID_HANDLE, (port, event) => win32.CreateIoCompletionPort(event, port, 0, 0)],
    ['create: an event as port', ERROR_INVALID_HANDLE, (port, event) => win32.CreateIoCompletionPort(port, event, 0, 0)],
    ['get: an event', ERROR_INVALID_HANDLE, (_port, event) => win32.GetQueuedCompletionStatus(event, any, any, overlapped, 0)],
    ['get: no bytes', ERROR_NOACCESS, (port) => win32.GetQueuedCompletionStatus(port, null, any, overlapped, 0)],
    ['get: no key', ERROR_NOACCESS, (port) => win32.GetQueuedCompletionStatus(port, any, null, overlapped, 0)],
    ['get: no overlapped', ERROR_NOACCESS, (port) => win32.GetQueuedCompletionStatus(port, any, any, null, 0)],
    ['getex: an event', ERROR_INVALID_HANDLE, (_port, event) => win32.GetQueuedCompletionStatusEx(event, entries, 1, any, 0, 0)],
    ['getex: count 0', ERROR_INVALID_PARAMETER, (port) => win32.GetQueuedCompletionStatusEx(port, entries, 0, any, 0, 0)],
    ['getex: no array', ERROR_NOACCESS, (port) => win32.GetQueuedCompletionStatusEx(port, null, 1, any, 0, 0)],
    ['getex: a short array', ERROR_NOACCESS, (port) => win32.GetQueuedCompletionStatusEx(port, entries, 2, any, 0, 0)],
    ['getex: no number', ERROR_NOACCESS, (port) => win32.GetQueuedCompletionStatusEx(port, entries, 1, null, 0, 0)],
    ['post: an event', ERROR_INVALID_HANDLE, (_port, event) => win32.PostQueuedCompletionStatus(event, 0, 0, null)],
    ['modes: a port', ERROR_INVALID_HANDLE, (port) => win32.SetFileCompletionNotificationModes(port, 1)],
    ['modes: an unknown flag', ERROR_INVALID_PARAMETER, (port) => win32.SetFileCompletionNotificationModes(port, 4)],
  ];

  test.each(wrong)('%s', (_name, error, call) =>
    inProcess(async (process) => {
      const port = newPort();
      const event = win32.CreateEventW(null, true, false, null);
      win32.PostQueuedCompletionStatus(port, 1, 1, null);
      win32.SetLastError(JUNK);
      expect(await call(port, event)).toBe(0);
      expect(win32.GetLastError()).toBe(error);
      expect((process.handles.get(port) as win32.CompletionPort).hasPackets).toBe(true);
    }),
  );
});
