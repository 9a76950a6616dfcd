// CreateThread and its company: isolation, exit codes, ends.
import { describe, expect, test } from 'vitest';
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_NOACCESS,
  INFINITE,
  ref,
  WAIT_IO_COMPLETION,
  WAIT_OBJECT_0,
  WAIT_TIMEOUT,
  type HANDLE,
} from '../../src/abi/index.js';
import * as win32 from '../../src/win32/index.js';
import { settle } from './turns.js';

const STILL_ACTIVE = 259;
const CREATE_SUSPENDED = 4;
const ERROR_GEN_FAILURE = 31;

/** Runs `body` in a process of its own. */
function inProcess<R>(body: (process: win32.Process) => R): R {
  const process = new win32.Process({ id: 1234 });
  return win32.runIn(process, () => body(process));
}

function start(body: () => unknown, flags = 0): HANDLE {
  return win32.CreateThread(null, 0, body, null, flags, null);
}

function exitCode(thread: HANDLE): number {
  const code = ref(0xcccc);
  expect(win32.GetExitCodeThread(thread, code)).toBe(1);
  return code.value;
}

test('a thread gets its parameter, runs after its creator, and tells its exit code', () =>
  inProcess(async () => {
    const id = ref(0xcccc);
    const log: unknown[] = [];
    const body = (parameter: { text: string }): number => {
      log.push(parameter.text, win32.GetCurrentThreadId(), win32.GetCurrentProcessId());
      return -1;
    };
    const thread = win32.CreateThread(null, 0, body, { text: 'hello' }, 0, id);
    expect(log).toEqual([]);
    expect(exitCode(thread)).toBe(STILL_ACTIVE);
    expect(await win32.WaitForSingleObject(thread, 0)).toBe(WAIT_TIMEOUT);
    expect(await win32.WaitForSingleObject(thread, INFINITE)).toBe(WAIT_OBJECT_0);
    expect(log).toEqual(['hello', id.value, 1234]);
    expect(id.value % 4).toBe(0);
    expect(id.value).not.toBe(win32.GetCurrentThreadId());
    expect(exitCode(thread)).toBe(0xffffffff);
    expect(await win32.WaitForSingleObject(thread, 0)).toBe(WAIT_OBJECT_0);
  }));

test('threads have their own last error, whatever the others do meanwhile', () =>
  inProcess(async () => {
    win32.SetLastError(99);
    const body = async (code: number): Promise<number> => {
      win32.SetLastError(code);
      const seen: number[] = [];
      for (let turn = 0; turn < 5; turn++) {
        await Promise.resolve();
        seen.push(win32.GetLastError());
      }
      return seen.every((value) => value === code) ? code : 0;
    };
    const codes = Array.from({ length: 50 }, (_, index) => index + 1);
    const threads = codes.map((code) => win32.CreateThread(null, 0, body, code, 0, null));
    await win32.WaitForMultipleObjects(threads.length, threads, true, INFINITE);
    expect(threads.map(exitCode)).toEqual(codes);
    const ids = new Set<number>();
    for (const thread of [1, 2, 3].map(() => start(() => ids.add(win32.GetCurrentThreadId())))) {
      await win32.WaitForSingleObject(thread, INFINITE);
    }
    expect(ids.size).toBe(3);
  }));

test('a thread belongs to the process it was made in', () => {
  const [one, two] = [new win32.Process({ id: 1 }), new win32.Process({ id: 2 })];
  const run = (process: win32.Process): Promise<number> =>
    win32.runIn(process, async () => {
      const thread = start(win32.GetCurrentProcessId);
      await win32.WaitForSingleObject(thread, INFINITE);
      return exitCode(thread);
    });
  return expect(Promise.all([run(one), run(two)])).resolves.toEqual([1, 2]);
});

test('the thread lives on without a handle', () =>
  inProcess(async () => {
    const log: string[] = [];
    win32.CloseHandle(start(() => log.push('ran')));
    await settle();
    expect(log).toEqual(['ran']);
  }));

describe('how threads end', () => {
  test.each([
    ['nothing', () => undefined, 0],
    ['a number', () => 7, 7],
    ['a promise of a number', () => Promise.resolve(8), 8],
    ['text', () => 'nine', 0],
    ['an exception', () => { throw new Error('mine'); }, 0xe06d7363],
    ['a rejection', () => Promise.reject(new Error('mine')), 0xe06d7363],
    ['a null function', null as unknown as () => unknown, 0xe06d7363],
    ['ExitThread', () => win32.ExitThread(5), 5],
  ])('%s', (_name, body, code) =>
    inProcess(async () => {
      const thread = start(body);
      expect(await win32.WaitForSingleObject(thread, INFINITE)).toBe(WAIT_OBJECT_0);
      expect(exitCode(thread)).toBe(code);
    }),
  );

  test('an exception is told to the trace', () =>
    inProcess(async (process) => {
      const reports: win32.TraceReport[] = [];
      process.trace.listen((report) => reports.push(report));
      const mine = new Error('mine');
      const id = ref(0);
      win32.CreateThread(null, 0, () => { throw mine; }, null, 0, id);
      await settle();
      expect(reports).toMatchObject([{ phase: 'note', layer: 'win32', args: [id.value, mine] }]);
    }));

  test('nothing runs behind an awaited ExitThread, and only the first end counts', () =>
    inProcess(async () => {
      const log: string[] = [];
      const awaiting = start(async () => {
        await win32.ExitThread(5);
        log.push('behind');
      });
      const returning = start(() => {
        void win32.ExitThread(6);
        return 7;
      });
      await settle();
      expect([exitCode(awaiting), exitCode(returning), log]).toEqual([5, 6, []]);
    }));
});

describe('a suspended thread', () => {
  test('runs after ResumeThread, once', () =>
    inProcess(async () => {
      const log: string[] = [];
      const thread = start(() => log.push('ran'), CREATE_SUSPENDED);
      await settle();
      expect(log).toEqual([]);
      expect(win32.ResumeThread(thread)).toBe(1);
      expect(win32.ResumeThread(thread)).toBe(0);
      await settle();
      expect(log).toEqual(['ran']);
    }));

  test('begins with the APCs it was sent', () =>
    inProcess(async () => {
      const log: string[] = [];
      const thread = start(() => log.push('body'), CREATE_SUSPENDED);
      win32.QueueUserAPC((text: string) => log.push(text), thread, 'apc');
      win32.ResumeThread(thread);
      await settle();
      expect(log).toEqual(['apc', 'body']);
    }));
});

describe('QueueUserAPC', () => {
  test('to a thread that waits alertably: it runs there and ends the wait', () =>
    inProcess(async () => {
      const log: number[] = [];
      const id = ref(0);
      const thread = win32.CreateThread(null, 0, () => win32.SleepEx(INFINITE, true), null, 0, id);
      await settle();
      expect(win32.QueueUserAPC(() => log.push(win32.GetCurrentThreadId()), thread, 0)).not.toBe(0);
      await win32.WaitForSingleObject(thread, INFINITE);
      expect(exitCode(thread)).toBe(WAIT_IO_COMPLETION);
      expect(log).toEqual([id.value]);
    }));

  test('to a thread that has ended: ERROR_GEN_FAILURE', () =>
    inProcess(async () => {
      const thread = start(() => 0);
      await settle();
      expect(win32.QueueUserAPC(() => undefined, thread, 0)).toBe(0);
      expect(win32.GetLastError()).toBe(ERROR_GEN_FAILURE);
    }));

  test('what was queued when a thread ended is lost, also for a flow that it left behind', () =>
    inProcess(async () => {
      const log: string[] = [];
      const goOn = win32.CreateEventW(null, true, false, null);
      const left: Promise<number>[] = [];
      const thread = start(() => {
        win32.QueueUserAPC(() => log.push('ran'), win32.GetCurrentThread(), 0);
        left.push(win32.WaitForSingleObject(goOn, INFINITE).then(() => win32.WaitForSingleObjectEx(goOn, 0, true)));
      });
      await win32.WaitForSingleObject(thread, INFINITE);
      win32.SetEvent(goOn);
      win32.ResetEvent(goOn);
      expect(await Promise.all(left)).toEqual([WAIT_TIMEOUT]);
      expect(log).toEqual([]);
    }));
});

test.each([
  ['GetExitCodeThread', (handle: HANDLE) => win32.GetExitCodeThread(handle, ref(0)), 0],
  ['ResumeThread', win32.ResumeThread, 0xffffffff],
  ['QueueUserAPC', (handle: HANDLE) => win32.QueueUserAPC(() => undefined, handle, 0), 0],
])('%s refuses what is no thread', (_name, call, failure) => {
  inProcess(() => {
    const event = win32.CreateEventW(null, false, false, null);
    const closed = win32.CreateEventW(null, false, false, null);
    win32.CloseHandle(closed);
    for (const handle of [event, closed, 0 as HANDLE, -1 as HANDLE]) {
      win32.SetLastError(0xcccc);
      expect(call(handle)).toBe(failure);
      expect(win32.GetLastError()).toBe(ERROR_INVALID_HANDLE);
    }
  });
});

test('other refusals', () => {
  inProcess(() => {
    expect(start(() => 0, 0x2)).toBe(0);
    expect(win32.GetLastError()).toBe(ERROR_INVALID_PARAMETER);
    expect(win32.GetExitCodeThread(win32.GetCurrentThread(), null)).toBe(0);
    expect(win32.GetLastError()).toBe(ERROR_NOACCESS);
    expect(exitCode(win32.GetCurrentThread())).toBe(STILL_ACTIVE);
  });
});
