// The event, handle and wait functions: argument rules, handles, last errors.
import { describe, expect, test } from 'vitest';
import {
  ERROR_ALREADY_EXISTS,
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_NOACCESS,
  ERROR_PATH_NOT_FOUND,
  INFINITE,
  WAIT_FAILED,
  WAIT_IO_COMPLETION,
  WAIT_OBJECT_0,
  WAIT_TIMEOUT,
  type HANDLE,
} from '../../src/abi/index.js';
import * as win32 from '../../src/win32/index.js';
import { FakeClock } from './fake-clock.js';
import { outcome } from './turns.js';

const JUNK = 0xcccc;
const ERROR_FILENAME_EXCED_RANGE = 206;

function inProcess<R>(body: (process: win32.Process, clock: FakeClock) => R): R {
  const clock = new FakeClock();
  const process = new win32.Process({ clock });
  return win32.runIn(process, () => body(process, clock));
}

function event(manualReset = false, signaled = false): HANDLE {
  return win32.CreateEventW(null, manualReset, signaled, null);
}

describe('events', () => {
  test.each([
    ['manual reset', 1, [WAIT_OBJECT_0, WAIT_OBJECT_0]],
    ['auto reset', 0, [WAIT_OBJECT_0, WAIT_TIMEOUT]],
  ])('%s', (_name, manualReset, results) =>
    inProcess(async () => {
      const handle = win32.CreateEventW(null, manualReset, 1, null);
      expect(await win32.WaitForSingleObject(handle, 0)).toBe(results[0]);
      expect(await win32.WaitForSingleObject(handle, 0)).toBe(results[1]);
      expect(win32.SetEvent(handle)).toBe(1);
      expect(await win32.WaitForSingleObject(handle, 0)).toBe(WAIT_OBJECT_0);
      expect(win32.SetEvent(handle)).toBe(1);
      expect(win32.ResetEvent(handle)).toBe(1);
      expect(await win32.WaitForSingleObject(handle, 0)).toBe(WAIT_TIMEOUT);
      expect(win32.SetEvent(handle)).toBe(1);
      expect(win32.PulseEvent(handle)).toBe(1);
      expect(await win32.WaitForSingleObject(handle, 0)).toBe(WAIT_TIMEOUT);
    }),
  );

  test.each([
    ['SetEvent', win32.SetEvent],
    ['ResetEvent', win32.ResetEvent],
    ['PulseEvent', win32.PulseEvent],
    ['CloseHandle', win32.CloseHandle],
  ])('%s refuses what is no event, or no handle', (name, call) => {
    inProcess(() => {
      const closed = event();
      expect(win32.CloseHandle(closed)).toBe(1);
      const thread = win32.CreateThread(null, 0, () => 0, null, 0, null);
      for (const handle of [closed, 0 as HANDLE, -1 as HANDLE, ...(name === 'CloseHandle' ? [] : [thread])]) {
        win32.SetLastError(JUNK);
        expect(call(handle)).toBe(0);
        expect(win32.GetLastError()).toBe(ERROR_INVALID_HANDLE);
      }
    });
  });

  test('what succeeds leaves the last error alone', () => {
    inProcess(() => {
      const handle = event();
      win32.SetLastError(JUNK);
      win32.SetEvent(handle);
      win32.ResetEvent(handle);
      win32.PulseEvent(handle);
      win32.CloseHandle(win32.GetCurrentThread());
      win32.CloseHandle(handle);
      expect(win32.GetLastError()).toBe(JUNK);
    });
  });
});

describe('named events', () => {
  test('the same name is the same event, until its last handle is closed', () =>
    inProcess(async () => {
      const first = win32.CreateEventA(null, true, false, 'name');
      expect(win32.GetLastError()).toBe(0);
      const second = win32.CreateEventW(null, false, true, 'name');
      expect(win32.GetLastError()).toBe(ERROR_ALREADY_EXISTS);
      expect(second).not.toBe(first);
      expect(await win32.WaitForSingleObject(second, 0)).toBe(WAIT_TIMEOUT);
      win32.SetEvent(first);
      win32.CloseHandle(first);
      expect(await win32.WaitForSingleObject(second, 0)).toBe(WAIT_OBJECT_0);
      win32.CreateEvent(null, true, false, 'name');
      expect(win32.GetLastError()).toBe(ERROR_ALREADY_EXISTS);
      inProcess(() => {
        win32.CreateEvent(null, true, false, 'name');
        expect(win32.GetLastError()).toBe(0);
      });
    }));

  test('after that the name is free', () => {
    inProcess((process) => {
      for (let round = 0; round < 2; round++) {
        const handles = [1, 2].map(() => win32.CreateEventW(null, true, false, 'name'));
        handles.forEach(win32.CloseHandle);
        expect(process.handles.size).toBe(0);
      }
      win32.CreateEventW(null, true, false, 'name');
      expect(win32.GetLastError()).toBe(0);
    });
  });

  test.each([
    ['name', 'NAME', 0],
    ['name', 'Local\\name', ERROR_ALREADY_EXISTS],
    ['name', 'Global\\name', 0],
    ['', '', 0],
    ['name', 'back\\slash', ERROR_PATH_NOT_FOUND],
    ['name', 'Local\\back\\slash', ERROR_PATH_NOT_FOUND],
    ['name', 'x'.repeat(260), 0],
    ['name', 'x'.repeat(261), ERROR_FILENAME_EXCED_RANGE],
  ])('%j then %j: %i', (before, name, code) => {
    inProcess(() => {
      win32.CreateEventW(null, true, false, before);
      win32.SetLastError(JUNK);
      const handle = win32.CreateEventW(null, true, false, name);
      expect(win32.GetLastError()).toBe(code);
      expect(handle !== 0).toBe(code === 0 || code === ERROR_ALREADY_EXISTS);
    });
  });
});

describe('WaitForMultipleObjects refuses', () => {
  test.each([
    ['no handles', 0, (): HANDLE[] => [event()], ERROR_INVALID_PARAMETER],
    ['too many', 65, () => Array.from({ length: 65 }, () => event(true, true)), ERROR_INVALID_PARAMETER],
    ['a negative count', -1, () => [event()], ERROR_INVALID_PARAMETER],
    ['a null array', 1, () => null, ERROR_NOACCESS],
    ['a short array', 2, () => [event(true, true)], ERROR_INVALID_HANDLE],
    ['a bad handle', 2, () => [event(true, true), 0x8888 as HANDLE], ERROR_INVALID_HANDLE],
    ['a handle twice', 3, () => [event(true, true)].flatMap((one) => [one, event(), one]), ERROR_INVALID_PARAMETER],
  ])('%s', (_name, count, handles, code) =>
    inProcess(async () => {
      for (const all of [false, true]) {
        expect(await win32.WaitForMultipleObjects(count, handles(), all, 0)).toBe(WAIT_FAILED);
        expect(win32.GetLastError()).toBe(code);
      }
    }),
  );
});

test('64 handles are served, and what lies behind the count is not looked at', () =>
  inProcess(async () => {
    const handles = Array.from({ length: 64 }, () => event());
    win32.SetEvent(handles[63] ?? (0 as HANDLE));
    expect(await win32.WaitForMultipleObjects(64, [...handles, 0x8888 as HANDLE], false, 0)).toBe(WAIT_OBJECT_0 + 63);
    expect(await win32.WaitForMultipleObjects(64, handles, false, 0)).toBe(WAIT_TIMEOUT);
  }));

test('a wait for events and a thread together', () =>
  inProcess(async () => {
    const ready = event();
    const thread = win32.CreateThread(null, 0, () => win32.SetEvent(ready), null, 0, null);
    expect(await win32.WaitForMultipleObjects(2, [ready, thread], true, INFINITE)).toBe(WAIT_OBJECT_0);
  }));

test('waits time out by the clock of their process; -1 is INFINITE', () =>
  inProcess(async (_process, clock) => {
    const short = win32.WaitForSingleObject(event(), 20);
    const endless = win32.WaitForSingleObject(event(), -1);
    clock.advance(19);
    expect(await outcome(short)).toBe('waiting');
    clock.advance(1);
    expect(await outcome(short)).toBe(WAIT_TIMEOUT);
    clock.advance(0x7fffffff);
    expect(await outcome(endless)).toBe('waiting');
  }));

test.each([
  ['WaitForSingleObjectEx', (handle: HANDLE, alertable: boolean) => win32.WaitForSingleObjectEx(handle, 9, alertable)],
  [
    'WaitForMultipleObjectsEx',
    (handle: HANDLE, alertable: boolean) => win32.WaitForMultipleObjectsEx(1, [handle], false, 9, alertable),
  ],
])('%s is alertable only if asked', (_name, wait) =>
  inProcess(async (process, clock) => {
    const handle = event();
    const ran: number[] = [];
    const deaf = wait(handle, false);
    win32.QueueUserAPC((data: number) => ran.push(data), win32.GetCurrentThread(), 1);
    clock.advance(9);
    expect(await deaf).toBe(WAIT_TIMEOUT);
    expect(ran).toEqual([]);
    expect(await wait(handle, true)).toBe(WAIT_IO_COMPLETION);
    expect(ran).toEqual([1]);
    expect(process.mainThread.apcQueue).toEqual([]);
  }),
);

test('a thousand failing and succeeding waits at once: each flow reads its own last error', () =>
  inProcess(async () => {
    const gate = event(true);
    const flow = async (id: number): Promise<number> => {
      if (id % 2 === 0) await win32.WaitForSingleObject(gate, INFINITE);
      else await win32.WaitForSingleObject(0 as HANDLE, INFINITE);
      await Promise.resolve();
      return win32.GetLastError();
    };
    const flows = Array.from({ length: 1000 }, (_, id) => flow(id));
    win32.SetEvent(gate);
    const errors = await Promise.all(flows);
    expect(errors.every((error, id) => error === (id % 2 === 0 ? 0 : ERROR_INVALID_HANDLE))).toBe(true);
  }));
