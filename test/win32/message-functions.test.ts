// What programs do with message-only windows beside posting and receiving: classes taken back, data and procedures kept with a
// window, messages to threads, timers, and waits for messages and objects together.
import { describe, expect, test } from 'vitest';
import {
  ERROR_ACCESS_DENIED,
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_INVALID_WINDOW_HANDLE,
  ERROR_NOACCESS,
  INFINITE,
  NULL_HANDLE,
  WAIT_FAILED,
  WAIT_IO_COMPLETION,
  WAIT_TIMEOUT,
  WM_APP,
  WM_QUIT,
  WM_USER,
  type HANDLE,
  type HWND,
} from '../../src/abi/index.js';
import * as win32 from '../../src/win32/index.js';
import { FakeClock } from './fake-clock.js';
import { outcome, settle } from './turns.js';

const NO_WINDOW = NULL_HANDLE as HWND;
const ERROR_INVALID_INDEX = 1413;
const ERROR_CLASS_DOES_NOT_EXIST = 1411;
const ERROR_CLASS_HAS_WINDOWS = 1412;
const ERROR_INVALID_THREAD_ID = 1444;

function inProcess<R>(body: (process: win32.Process, clock: FakeClock) => R): R {
  const clock = new FakeClock();
  const process = new win32.Process({ clock });
  return win32.runIn(process, () => body(process, clock));
}

const create = (name: string | number = 'Message'): HWND =>
  win32.CreateWindowExW(0, name, null, 0, 0, 0, 0, 0, win32.HWND_MESSAGE, null, null, null);

const message = (): win32.MSG => ({ hwnd: NO_WINDOW, message: 0, wParam: 0, lParam: 0, time: 0 });

function next(kinds = 0): win32.MSG | null {
  const taken = message();
  return win32.PeekMessageW(taken, null, 0, 0, win32.PM_REMOVE | (kinds << 16)) === 0 ? null : taken;
}

const failed = <T>(result: T): [T, number] => [result, win32.GetLastError()];

/** A thread that does `body`, and what it gave. */
function onThread<R>(body: () => R | Promise<R>, stay = false): Promise<{ id: number; result: R }> {
  return new Promise((resolve) => {
    const start = async (): Promise<unknown> => {
      const result = await body();
      resolve({ id: win32.GetCurrentThreadId(), result });
      return stay ? new Promise(() => undefined) : 0;
    };
    win32.CreateThread(null, 0, start, null, 0, null);
  });
}

describe('window classes', () => {
  test.each(['RegisterClassExW', 'RegisterClassExA'] as const)('%s wants the size', (name) =>
    inProcess(() => {
      const wrong = new win32.WNDCLASSEXW({ cbSize: 79, lpfnWndProc: win32.DefWindowProcW, lpszClassName: 'x' });
      expect(failed(win32[name](wrong))).toEqual([0, ERROR_INVALID_PARAMETER]);
      expect(failed(win32[name](null))).toEqual([0, ERROR_NOACCESS]);
      expect(failed(win32[name](new win32.WNDCLASSEXA({ lpszClassName: 'x' })))).toEqual([0, ERROR_INVALID_PARAMETER]);
      const right = new win32.WNDCLASSEXW({ lpfnWndProc: win32.DefWindowProcW, lpszClassName: 'x' });
      expect(create(win32[name](right))).not.toBe(0);
      expect(create('X')).not.toBe(0);
    }),
  );

  test('are taken back once they have no windows', () =>
    inProcess(() => {
      const register = (): number => win32.RegisterClassW({ lpfnWndProc: win32.DefWindowProcW, lpszClassName: 'x' });
      const atom = register();
      const hwnd = create('x');
      expect(failed(win32.UnregisterClassW('X', null))).toEqual([0, ERROR_CLASS_HAS_WINDOWS]);
      win32.DestroyWindow(hwnd);
      expect(win32.UnregisterClassA(atom, null)).toBe(1);
      expect(create('x')).toBe(0);
      expect(failed(win32.UnregisterClassW('x', null))).toEqual([0, ERROR_CLASS_DOES_NOT_EXIST]);
      expect(failed(win32.UnregisterClassW('Message', null))).toEqual([0, ERROR_CLASS_DOES_NOT_EXIST]);
      expect(failed(win32.UnregisterClassW(null, null))).toEqual([0, ERROR_CLASS_DOES_NOT_EXIST]);
      // The atom of a class that is gone is nobody else's.
      expect(register()).not.toBe(atom);
    }));

  test('a window that refused to be made does not count', () =>
    inProcess(() => {
      win32.RegisterClassW({ lpfnWndProc: () => 0, lpszClassName: 'x' });
      expect(create('x')).toBe(0);
      expect(win32.UnregisterClassW('x', null)).toBe(1);
    }));
});

describe('what is kept with a window', () => {
  test('user data is the program\'s own, of any type', () =>
    inProcess(() => {
      const hwnd = create();
      const mine = { any: 'thing' };
      expect(win32.GetWindowLongPtrW(hwnd, win32.GWLP_USERDATA)).toBe(0);
      expect(win32.SetWindowLongPtrA(hwnd, win32.GWLP_USERDATA, mine)).toBe(0);
      expect(win32.GetWindowLongPtrA(hwnd, win32.GWLP_USERDATA)).toBe(mine);
      expect(win32.SetWindowLongPtrW(hwnd, win32.GWLP_USERDATA, 5)).toBe(mine);
    }));

  test('a procedure put before the old one sees everything first', () =>
    inProcess(async () => {
      const seen: string[] = [];
      const old: win32.WNDPROC = (_hwnd, number) => (seen.push(`old ${String(number)}`), 1);
      win32.RegisterClassW({ lpfnWndProc: old, lpszClassName: 'x' });
      const hwnd = create('x');
      seen.length = 0;
      const fresh: win32.WNDPROC = async (...args) => {
        seen.push(`new ${String(args[1])}`);
        return (await win32.CallWindowProcW(old, ...args)) + 10;
      };
      expect(win32.SetWindowLongPtrW(hwnd, win32.GWLP_WNDPROC, fresh)).toBe(old);
      expect(win32.GetWindowLongPtrW(hwnd, win32.GWLP_WNDPROC)).toBe(fresh);
      expect(await win32.SendMessageA(hwnd, WM_USER, 0, 0)).toBe(11);
      expect(seen).toEqual([`new ${String(WM_USER)}`, `old ${String(WM_USER)}`]);
      expect(win32.CallWindowProcA(null, hwnd, WM_USER, 0, 0)).toBe(0);
    }));

  test.each<[string, (hwnd: HWND) => unknown, number]>([
    ['reading an index there is not', (hwnd) => win32.GetWindowLongPtrW(hwnd, -16), ERROR_INVALID_INDEX],
    ['writing an index there is not', (hwnd) => win32.SetWindowLongPtrW(hwnd, 0, 1), ERROR_INVALID_INDEX],
    ['a procedure that is none', (hwnd) => win32.SetWindowLongPtrW(hwnd, win32.GWLP_WNDPROC, 1), ERROR_ACCESS_DENIED],
    ['reading from no window', () => win32.GetWindowLongPtrW(4 as HWND, -21), ERROR_INVALID_WINDOW_HANDLE],
    ['writing to no window', () => win32.SetWindowLongPtrW(4 as HWND, -21, 1), ERROR_INVALID_WINDOW_HANDLE],
  ])('refused: %s', (_name, call, error) => {
    inProcess(() => {
      expect(failed(call(create()))).toEqual([0, error]);
    });
  });

  test('IsWindow knows windows and nothing else', () =>
    inProcess(async () => {
      const hwnd = create();
      const event = win32.CreateEventW(null, 1, 0, null);
      expect([hwnd, event, null, 0xdead].map((handle) => win32.IsWindow(handle as HWND | null))).toEqual([1, 0, 0, 0]);
      const { result } = await onThread(() => [create(), win32.IsWindow(hwnd)]);
      expect(result[1]).toBe(1);
      await settle();
      expect(win32.IsWindow(result[0] as HWND)).toBe(0);
      win32.DestroyWindow(hwnd);
      expect(win32.IsWindow(hwnd)).toBe(0);
    }));
});

describe('messages to threads', () => {
  test('reach the thread that has a queue', () =>
    inProcess(async () => {
      const got: number[] = [];
      const { id } = await onThread(() => {
        const taken = message();
        win32.PeekMessageW(taken, null, WM_USER, WM_USER, win32.PM_NOREMOVE);
        void win32.GetMessageW(taken, null, 0, 0).then(() => got.push(taken.message, taken.hwnd));
      }, true);
      expect(win32.PostThreadMessageW(id, WM_APP, 1, 2)).toBe(1);
      await settle();
      expect(got).toEqual([WM_APP, 0]);
      win32.PeekMessageW(message(), null, 0, 0, win32.PM_NOREMOVE);
      expect(win32.PostThreadMessageA(win32.GetCurrentThreadId(), WM_QUIT, 0, 0)).toBe(1);
      expect(next()?.message).toBe(WM_QUIT);
    }));

  test('reach no thread without a queue, and none that is not or has ended', () =>
    inProcess(async () => {
      const plain = await onThread(() => 0, true);
      const ended = await onThread(() => create());
      await settle();
      for (const id of [plain.id, ended.id, 0, 0xdead]) {
        expect(failed(win32.PostThreadMessageW(id, WM_USER, 0, 0))).toEqual([0, ERROR_INVALID_THREAD_ID]);
      }
    }));

  test('still reach a thread after many others have ended', () =>
    inProcess(async () => {
      const last = await onThread(() => create(), true);
      for (let i = 0; i < 200; i++) await onThread(() => create());
      expect(win32.PostThreadMessageW(last.id, WM_USER, 0, 0)).toBe(1);
    }));

  test('a full queue takes no more', () =>
    inProcess(() => {
      next();
      const id = win32.GetCurrentThreadId();
      for (let i = 0; i < 10_000; i++) win32.PostThreadMessageW(id, WM_USER, 0, 0);
      expect(failed(win32.PostThreadMessageW(id, WM_USER, 0, 0))).toEqual([0, win32.ERROR_NOT_ENOUGH_QUOTA]);
    }));
});

describe('RegisterWindowMessage', () => {
  test('gives the same text the same number', () =>
    inProcess(() => {
      const one = win32.RegisterWindowMessageW('one');
      expect(one).toBeGreaterThanOrEqual(0xc000);
      expect(win32.RegisterWindowMessageA('ONE')).toBe(one);
      const two = win32.RegisterWindowMessageW('two');
      expect(two).not.toBe(one);
      expect(two).toBeLessThanOrEqual(0xffff);
      for (const none of [null, '']) expect(failed(win32.RegisterWindowMessageW(none))).toEqual([0, ERROR_INVALID_PARAMETER]);
    }));
});

describe('timers', () => {
  test('give out WM_TIMER when nothing else is there, one at a time, until they are killed', () =>
    inProcess((_process, clock) => {
      const hwnd = create();
      expect(win32.SetTimer(hwnd, 7, 50, null)).toBe(7);
      clock.advance(49);
      expect(next()).toBeNull();
      clock.advance(500);
      win32.PostMessageW(hwnd, WM_USER, 0, 0);
      win32.PostQuitMessage(0);
      expect([next()?.message, next()?.message]).toEqual([WM_USER, WM_QUIT]);
      expect(next()).toEqual({ hwnd, message: win32.WM_TIMER, wParam: 7, lParam: 0, time: 1549 });
      expect(next()).toBeNull();
      clock.advance(50);
      expect(next(win32.QS_POSTMESSAGE)).toBeNull();
      expect(next(win32.QS_TIMER)?.wParam).toBe(7);
      clock.advance(50);
      expect(win32.KillTimer(hwnd, 7)).toBe(1);
      expect(next()).toBeNull();
      expect(failed(win32.KillTimer(hwnd, 7))).toEqual([0, ERROR_INVALID_PARAMETER]);
      expect(clock.pending).toBe(0);
    }));

  test('wake GetMessage, and DispatchMessage calls their own procedure', () =>
    inProcess(async (_process, clock) => {
      const calls: unknown[] = [];
      const id = win32.SetTimer(null, 99, 1, (...args) => calls.push(args));
      const taken = message();
      const waiting = win32.GetMessageW(taken, null, win32.WM_TIMER, win32.WM_TIMER);
      clock.advance(9);
      expect(await outcome(waiting)).toBe('waiting');
      clock.advance(1);
      expect(await waiting).toBe(1);
      expect(await win32.DispatchMessageW(taken)).toBe(0);
      expect(calls).toEqual([[0, win32.WM_TIMER, id, 1010]]);
      expect(win32.SetTimer(null, id, 20, null)).toBe(id);
      const other = win32.SetTimer(null, 0, 20, null);
      expect(other).not.toBe(id);
      expect([win32.KillTimer(null, id), win32.KillTimer(null, other), clock.pending]).toEqual([1, 1, 0]);
    }));

  test('end with their window', () =>
    inProcess((_process, clock) => {
      const hwnd = create();
      win32.SetTimer(hwnd, 1, 10, null);
      win32.SetTimer(hwnd, 2, 10, null);
      clock.advance(10);
      win32.DestroyWindow(hwnd);
      expect(next()).toBeNull();
      expect(clock.pending).toBe(0);
    }));

  test('are refused for other windows', () =>
    inProcess(async () => {
      const { result } = await onThread(() => create(), true);
      expect(failed(win32.SetTimer(result, 1, 10, null))).toEqual([0, ERROR_ACCESS_DENIED]);
      expect(failed(win32.SetTimer(4 as HWND, 1, 10, null))).toEqual([0, ERROR_INVALID_WINDOW_HANDLE]);
      expect(failed(win32.KillTimer(4 as HWND, 1))).toEqual([0, ERROR_INVALID_WINDOW_HANDLE]);
      expect(failed(win32.SetTimer(create(), 0, 10, null))).toEqual([0, ERROR_INVALID_PARAMETER]);
    }));
});

describe('waiting for messages', () => {
  test('and objects: whichever comes first', () =>
    inProcess(async () => {
      const event = win32.CreateEventW(null, 0, 0, null);
      const wait = (): Promise<number> => win32.MsgWaitForMultipleObjects(1, [event], 0, INFINITE, win32.QS_ALLINPUT);
      const first = wait();
      expect(await outcome(first)).toBe('waiting');
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await first).toBe(1);
      expect(next()?.message).toBe(WM_USER);
      const second = wait();
      win32.SetEvent(event);
      expect(await second).toBe(0);
    }));

  test('that were seen and left count only if asked for', () =>
    inProcess(async () => {
      const look = (flags: number): Promise<number> =>
        win32.MsgWaitForMultipleObjectsEx(0, null, 0, win32.QS_POSTMESSAGE, flags);
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await look(0)).toBe(0);
      win32.PeekMessageW(message(), null, 0, 0, win32.PM_NOREMOVE);
      expect(await look(0)).toBe(WAIT_TIMEOUT);
      expect(await look(win32.MWMO_INPUTAVAILABLE)).toBe(0);
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await look(0)).toBe(0);
    }));

  test('of other kinds goes on', () =>
    inProcess(async (_process, clock) => {
      const timers = win32.MsgWaitForMultipleObjectsEx(0, null, 100, win32.QS_TIMER, 0);
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await outcome(timers)).toBe('waiting');
      win32.SetTimer(null, 0, 10, null);
      clock.advance(10);
      expect(await timers).toBe(0);
    }));

  test('for all objects and a message together', () =>
    inProcess(async () => {
      const event = win32.CreateEventW(null, 0, 1, null);
      const both = win32.MsgWaitForMultipleObjects(1, [event], 1, INFINITE, win32.QS_ALLINPUT);
      expect(await outcome(both)).toBe('waiting');
      expect(await win32.WaitForSingleObject(event, 0)).toBe(0);
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await outcome(both)).toBe('waiting');
      win32.SetEvent(event);
      expect(await both).toBe(0);
    }));

  test('alertably', () =>
    inProcess(async (process) => {
      const look = (flags: number): Promise<number> => win32.MsgWaitForMultipleObjectsEx(0, null, 0, win32.QS_ALLINPUT, flags);
      win32.queueApc(process.mainThread, () => undefined);
      expect(await look(0)).toBe(WAIT_TIMEOUT);
      expect(await look(win32.MWMO_ALERTABLE)).toBe(WAIT_IO_COMPLETION);
    }));

  test('what another thread sends ends the wait and is answered by PeekMessage', () =>
    inProcess(async () => {
      const hwnd = create();
      const waiting = win32.MsgWaitForMultipleObjects(0, null, 0, INFINITE, win32.QS_SENDMESSAGE);
      const sending = onThread(() => win32.SendMessageW(hwnd, WM_USER, 0, 0));
      expect(await waiting).toBe(0);
      expect(await outcome(sending)).toBe('waiting');
      expect(next()).toBeNull();
      expect((await sending).result).toBe(0);
    }));

  test.each<[string, number, readonly unknown[] | null, number, number]>([
    ['unknown flags', 0, null, 8, ERROR_INVALID_PARAMETER],
    ['too many', 64, [], 0, ERROR_INVALID_PARAMETER],
    ['a negative count', -1, [], 0, ERROR_INVALID_PARAMETER],
    ['no array', 1, null, 0, ERROR_NOACCESS],
    ['no handle', 1, [0xdead], 0, ERROR_INVALID_HANDLE],
    ['a handle missing', 1, [], 0, ERROR_INVALID_HANDLE],
    ['one twice', 2, ['event', 'event'], 0, ERROR_INVALID_PARAMETER],
  ])('refused: %s', (_name, count, handles, flags, error) =>
    inProcess(async () => {
      const event = win32.CreateEventW(null, 0, 0, null);
      const named = handles?.map((handle) => (handle === 'event' ? event : handle)) as HANDLE[] | undefined;
      const result = win32.MsgWaitForMultipleObjectsEx(count, named ?? null, 0, win32.QS_ALLINPUT, flags);
      expect([await result, win32.GetLastError()]).toEqual([WAIT_FAILED, error]);
    }),
  );

  test('WaitMessage waits for one that has not been seen', () =>
    inProcess(async () => {
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await win32.WaitMessage()).toBe(1);
      const again = win32.WaitMessage();
      expect(await outcome(again)).toBe('waiting');
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await again).toBe(1);
    }));

  test('GetQueueStatus tells what is there and what is new', () =>
    inProcess(() => {
      expect(win32.GetQueueStatus(win32.QS_ALLINPUT)).toBe(0);
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(win32.GetQueueStatus(win32.QS_POSTMESSAGE)).toBe(0x80008);
      expect(win32.GetQueueStatus(win32.QS_POSTMESSAGE)).toBe(0x80000);
      expect(win32.GetQueueStatus(win32.QS_TIMER)).toBe(0);
    }));
});
