// Message-only windows: classes, procedures, posting, filters, waiting, sending between threads.
import { describe, expect, test } from 'vitest';
import {
  ERROR_ACCESS_DENIED,
  ERROR_INVALID_PARAMETER,
  ERROR_INVALID_WINDOW_HANDLE,
  ERROR_NOACCESS,
  ERROR_NOT_SUPPORTED,
  NULL_HANDLE,
  WM_APP,
  WM_QUIT,
  WM_USER,
  type HWND,
} from '../../src/abi/index.js';
import * as win32 from '../../src/win32/index.js';
import { FakeClock } from './fake-clock.js';
import { outcome, settle } from './turns.js';

const JUNK = 0xcccc;
const NO_WINDOW = NULL_HANDLE as HWND;
const ERROR_CANNOT_FIND_WND_CLASS = 1407;
const ERROR_CLASS_ALREADY_EXISTS = 1410;
const WM_KEYDOWN = 0x100;

function inProcess<R>(body: (process: win32.Process, clock: FakeClock) => R): R {
  const clock = new FakeClock();
  const process = new win32.Process({ clock });
  return win32.runIn(process, () => body(process, clock));
}

function create(name: string | number | null = 'Message', parent: HWND | null = win32.HWND_MESSAGE): HWND {
  return win32.CreateWindowExW(0, name, null, 0, 0, 0, 0, 0, parent, null, null, null);
}

/** A window whose procedure notes each message number and answers as told. */
function recorder(answer: (message: number) => number | Promise<number> = () => 1): { hwnd: HWND; log: number[] } {
  const log: number[] = [];
  const lpfnWndProc: win32.WNDPROC = (_hwnd, message) => {
    log.push(message);
    return answer(message);
  };
  // A class per window: the first name that is free.
  let atom = 0;
  for (let number = 1; atom === 0; number++) {
    atom = win32.RegisterClassW({ lpfnWndProc, lpszClassName: `recorder ${String(number)}` });
  }
  return { hwnd: create(atom), log };
}

const junk = (): win32.MSG => ({ hwnd: JUNK as HWND, message: JUNK, wParam: JUNK, lParam: JUNK, time: JUNK });

/** Everything that PeekMessage takes out, as message numbers. */
function drain(hwnd: HWND | null = null, min = 0, max = 0): number[] {
  const taken: number[] = [];
  for (const message = junk(); win32.PeekMessageW(message, hwnd, min, max, win32.PM_REMOVE) !== 0; ) taken.push(message.message);
  return taken;
}

describe('classes', () => {
  test('are known by name, whatever its case, and by atom; a name is given once', () =>
    inProcess(() => {
      const lpfnWndProc = win32.DefWindowProcW;
      const atom = win32.RegisterClassA({ lpfnWndProc, lpszClassName: 'Name' });
      expect(atom).toBeGreaterThanOrEqual(0xc000);
      expect(create('nAME')).not.toBe(0);
      expect(create(atom)).not.toBe(0);
      expect(win32.RegisterClassW({ lpfnWndProc, lpszClassName: 'NAME' })).toBe(0);
      expect(win32.GetLastError()).toBe(ERROR_CLASS_ALREADY_EXISTS);
    }));

  test.each([
    ['NULL', null, ERROR_NOACCESS],
    ['no procedure', { lpfnWndProc: null, lpszClassName: 'x' }, ERROR_INVALID_PARAMETER],
    ['no name', { lpfnWndProc: () => 0, lpszClassName: null }, ERROR_INVALID_PARAMETER],
    ['an empty name', { lpfnWndProc: () => 0, lpszClassName: '' }, ERROR_INVALID_PARAMETER],
    ['a long name', { lpfnWndProc: () => 0, lpszClassName: 'x'.repeat(257) }, ERROR_INVALID_PARAMETER],
  ])('refused: %s', (_name, lpWndClass, error) => {
    inProcess(() => {
      expect(win32.RegisterClassW(lpWndClass)).toBe(0);
      expect(win32.GetLastError()).toBe(error);
    });
  });
});

describe('windows', () => {
  test('tell their procedure of their making and their end', () =>
    inProcess(() => {
      const { hwnd, log } = recorder();
      expect(log).toEqual([win32.WM_NCCREATE, win32.WM_CREATE]);
      expect(win32.DestroyWindow(hwnd)).toBe(1);
      expect(log.slice(2)).toEqual([win32.WM_DESTROY, win32.WM_NCDESTROY]);
    }));

  test.each([
    ['WM_NCCREATE', win32.WM_NCCREATE, 0, [win32.WM_NCCREATE, win32.WM_NCDESTROY]],
    ['WM_CREATE', win32.WM_CREATE, -1, [win32.WM_NCCREATE, win32.WM_CREATE, win32.WM_DESTROY, win32.WM_NCDESTROY]],
  ])('are not made if %s is refused', (_name, refused, answer, told) =>
    inProcess((process) => {
      const { hwnd, log } = recorder((message) => (message === refused ? answer : 1));
      expect(hwnd).toBe(0);
      expect(log).toEqual(told);
      expect(process.handles.size).toBe(0);
    }),
  );

  test.each<[string, string | null, (known: HWND) => HWND | null, number]>([
    ['no such class', 'nobody', () => win32.HWND_MESSAGE, ERROR_CANNOT_FIND_WND_CLASS],
    ['no class', null, () => win32.HWND_MESSAGE, ERROR_CANNOT_FIND_WND_CLASS],
    ['the desktop as parent', 'Message', () => null, ERROR_NOT_SUPPORTED],
    ['a window as parent', 'Message', (known) => known, ERROR_NOT_SUPPORTED],
    ['nothing as parent', 'Message', () => 0xdead as HWND, ERROR_INVALID_WINDOW_HANDLE],
  ])('refused: %s', (_name, name, parent, error) => {
    inProcess(() => {
      expect(create(name, parent(create()))).toBe(0);
      expect(win32.GetLastError()).toBe(error);
    });
  });

  test('are destroyed once, and by their own thread only', () =>
    inProcess(async () => {
      const { hwnd, log } = recorder((message) => (message === win32.WM_DESTROY ? win32.DestroyWindow(hwnd) : 1));
      const refused = new Promise<number[]>((resolve) => {
        win32.CreateThread(null, 0, () => resolve([win32.DestroyWindow(hwnd), win32.GetLastError()]), null, 0, null);
      });
      expect(await refused).toEqual([0, ERROR_ACCESS_DENIED]);
      expect(win32.DestroyWindow(hwnd)).toBe(1);
      expect(log.filter((message) => message === win32.WM_DESTROY).length).toBe(1);
      expect(win32.DestroyWindow(hwnd)).toBe(0);
      expect(win32.GetLastError()).toBe(ERROR_INVALID_WINDOW_HANDLE);
    }));

  test('end with their thread', () =>
    inProcess(async () => {
      const hwnd = await new Promise<HWND>((resolve) => {
        win32.CreateThread(null, 0, () => resolve(create()), null, 0, null);
      });
      await settle();
      expect(win32.PostMessageW(hwnd, WM_USER, 0, 0)).toBe(0);
      expect(win32.GetLastError()).toBe(ERROR_INVALID_WINDOW_HANDLE);
    }));

  test('the system class destroys itself on WM_CLOSE', () =>
    inProcess(async () => {
      const hwnd = create();
      expect(await win32.SendMessageW(hwnd, WM_USER, 0, 0)).toBe(0);
      expect(await win32.SendMessageW(hwnd, win32.WM_CLOSE, 0, 0)).toBe(0);
      expect(win32.PostMessageW(hwnd, WM_USER, 0, 0)).toBe(0);
    }));
});

describe('posted messages', () => {
  test('come out in order, whole and with their time', () =>
    inProcess((_process, clock) => {
      const hwnd = create();
      expect(win32.PostMessageW(hwnd, WM_USER, 1, 2)).toBe(1);
      clock.advance(5);
      expect(win32.PostMessageA(null, WM_APP, 3, -4)).toBe(1);
      const message = junk();
      expect(win32.PeekMessageW(message, null, 0, 0, win32.PM_NOREMOVE)).toBe(1);
      expect(message).toEqual({ hwnd, message: WM_USER, wParam: 1, lParam: 2, time: 1000 });
      expect(win32.PeekMessageA(message, null, 0, 0, win32.PM_REMOVE)).toBe(1);
      expect(win32.PeekMessageW(message, null, 0, 0, win32.PM_REMOVE)).toBe(1);
      expect(message).toEqual({ hwnd: 0, message: WM_APP, wParam: 3, lParam: -4, time: 1005 });
      const untouched = junk();
      expect(win32.PeekMessageW(untouched, null, 0, 0, win32.PM_REMOVE)).toBe(0);
      expect(untouched).toEqual(junk());
    }));

  test.each<[string, (one: HWND, two: HWND) => HWND | null, number, number, number[]]>([
    ['everything', () => null, 0, 0, [10, 20, 30, 40]],
    ['one window', (one) => one, 0, 0, [10, 30]],
    ['the thread', () => -1 as HWND, 0, 0, [40]],
    ['a range', () => null, 20, 30, [20, 30]],
    ['one number', () => null, 30, 30, [30]],
    ['an upper end only', () => null, 0, 20, [10, 20]],
    ['no number', () => null, 30, 0, []],
    ['a window and a range', (_one, two) => two, 15, 25, [20]],
    ['a window without any in the range', (one) => one, 15, 25, []],
  ])('filter: %s', (_name, window, min, max, expected) =>
    inProcess(() => {
      const [one, two] = [create(), create()];
      win32.PostMessageW(one, 10, 0, 0);
      win32.PostMessageW(two, 20, 0, 0);
      win32.PostMessageW(one, 30, 0, 0);
      win32.PostMessageW(null, 40, 0, 0);
      expect(drain(window(one, two), min, max)).toEqual(expected);
      expect(drain().length).toBe(4 - expected.length);
    }),
  );

  test('PM_QS_* bits leave posted messages alone unless they are asked for', () =>
    inProcess(() => {
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(win32.PeekMessageW(junk(), null, 0, 0, win32.PM_REMOVE | (0x40 << 16))).toBe(0);
      expect(win32.PeekMessageW(junk(), null, 0, 0, win32.PM_REMOVE | (0x98 << 16))).toBe(1);
    }));

  test('go with their window, others stay', () =>
    inProcess(() => {
      const [one, two] = [create(), create()];
      win32.PostMessageW(one, 1, 0, 0);
      win32.PostMessageW(two, 2, 0, 0);
      win32.DestroyWindow(one);
      expect(drain()).toEqual([2]);
    }));

  test('a queue holds 10,000', () =>
    inProcess(() => {
      const hwnd = create();
      for (let i = 0; i < 10_000; i++) win32.PostMessageW(hwnd, WM_USER, i, 0);
      expect(win32.PostMessageW(hwnd, WM_USER, 0, 0)).toBe(0);
      expect(win32.GetLastError()).toBe(win32.ERROR_NOT_ENOUGH_QUOTA);
      expect(drain().length).toBe(10_000);
    }));

  test('a broadcast reaches no message-only window', () =>
    inProcess(() => {
      create();
      expect(win32.PostMessageW(win32.HWND_BROADCAST, WM_USER, 0, 0)).toBe(1);
      expect(drain()).toEqual([]);
    }));
});

describe('WM_QUIT', () => {
  test('of PostQuitMessage comes after what is posted, also what is posted later', () =>
    inProcess(async () => {
      win32.PostQuitMessage(7);
      win32.PostMessageW(null, WM_USER, 0, 0);
      const message = junk();
      expect(await win32.GetMessageW(message, null, 0, 0)).toBe(1);
      expect(win32.PeekMessageW(message, null, 0, 0, win32.PM_NOREMOVE)).toBe(1);
      expect(await win32.GetMessageW(message, null, 0, 0)).toBe(0);
      expect(message).toEqual({ hwnd: 0, message: WM_QUIT, wParam: 7, lParam: 0, time: 1000 });
      expect(drain()).toEqual([]);
    }));

  test('passes every filter, posted or asked for', () =>
    inProcess(() => {
      const [one, two] = [create(), create()];
      win32.PostMessageW(one, WM_QUIT, 0, 0);
      expect(drain(two, WM_USER, WM_USER)).toEqual([WM_QUIT]);
      win32.PostQuitMessage(0);
      win32.PostMessageW(one, WM_APP, 0, 0);
      expect(drain(two, WM_USER, WM_USER)).toEqual([WM_QUIT]);
    }));
});

describe('GetMessage', () => {
  test('waits for what it wants and leaves the rest', () =>
    inProcess(async (_process, clock) => {
      const hwnd = create();
      const message = junk();
      const waiting = win32.GetMessageW(message, hwnd, WM_USER, WM_USER + 1);
      win32.PostMessageW(null, WM_USER, 0, 0);
      win32.PostMessageW(hwnd, WM_APP, 0, 0);
      expect(await outcome(waiting)).toBe('waiting');
      win32.PostMessageW(hwnd, WM_USER + 1, 8, 9);
      expect(await waiting).toBe(1);
      expect(message).toEqual({ hwnd, message: WM_USER + 1, wParam: 8, lParam: 9, time: 1000 });
      expect(drain()).toEqual([WM_USER, WM_APP]);
      expect(clock.pending).toBe(0);
    }));

  test('two waits of one thread share one message', () =>
    inProcess(async () => {
      const waits = [win32.GetMessageW(junk(), null, 0, 0), win32.GetMessageW(junk(), null, 0, 0)];
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await Promise.all(waits.map(outcome))).toEqual([1, 'waiting']);
      win32.PostMessageW(null, WM_USER, 0, 0);
      expect(await Promise.all(waits)).toEqual([1, 1]);
    }));

  test('threads have queues of their own', () =>
    inProcess(async () => {
      const got: number[] = [];
      const ready = new Promise<HWND>((resolve) => {
        const body = async (): Promise<void> => {
          resolve(create());
          const message = junk();
          await win32.GetMessageW(message, null, 0, 0);
          got.push(message.message);
        };
        win32.CreateThread(null, 0, body, null, 0, null);
      });
      win32.PostMessageW(await ready, WM_USER, 0, 0);
      expect(drain()).toEqual([]);
      await settle();
      expect(got).toEqual([WM_USER]);
    }));

  const other = async (): Promise<HWND> => {
    const keep = (): Promise<never> => new Promise(() => undefined);
    return await new Promise((resolve) => {
      win32.CreateThread(null, 0, () => (resolve(create()), keep()), null, 0, null);
    });
  };

  test.each<[string, win32.MSG | null, () => HWND | Promise<HWND>, number]>([
    ['no message', null, () => NO_WINDOW, ERROR_NOACCESS],
    ['no window', junk(), () => 0xdead as HWND, ERROR_INVALID_WINDOW_HANDLE],
    ['a window of another thread', junk(), other, ERROR_INVALID_WINDOW_HANDLE],
  ])('refused, as PeekMessage: %s', (_name, message, window, error) =>
    inProcess(async () => {
      const hwnd = await window();
      expect(await win32.GetMessageW(message, hwnd, 0, 0)).toBe(-1);
      expect(win32.GetLastError()).toBe(error);
      win32.SetLastError(0);
      expect(win32.PeekMessageW(message, hwnd, 0, 0, win32.PM_REMOVE)).toBe(0);
      expect(win32.GetLastError()).toBe(error);
    }),
  );
});

describe('dispatching', () => {
  test('calls the procedure with everything and waits for its answer', () =>
    inProcess(async () => {
      const seen: unknown[] = [];
      const lpfnWndProc: win32.WNDPROC = (...args) => {
        seen.push(args);
        return Promise.resolve(42);
      };
      win32.RegisterClassW({ lpfnWndProc, lpszClassName: 'x' });
      const hwnd = create('x');
      seen.length = 0;
      expect(await win32.DispatchMessageW({ hwnd, message: WM_USER, wParam: 1, lParam: 2, time: 0 })).toBe(42);
      expect(seen).toEqual([[hwnd, WM_USER, 1, 2]]);
    }));

  test('the procedure runs in the process of its window, also after it has waited', () =>
    inProcess(async () => {
      const other = new win32.Process({ clock: new FakeClock() });
      const seen: boolean[] = [];
      const lpfnWndProc: win32.WNDPROC = async () => {
        seen.push(win32.currentThread().process === other);
        await Promise.resolve();
        seen.push(win32.currentThread().process === other);
        return 1;
      };
      await win32.withBinding(other, () => {
        win32.RegisterClassW({ lpfnWndProc, lpszClassName: 'x' });
        return win32.SendMessageW(create('x'), WM_USER, 0, 0);
      });
      // WM_NCCREATE, WM_CREATE and the message sent.
      expect(seen).toEqual([true, true, true, true, true, true]);
    }));

  test('a message to the thread goes nowhere; a window that is gone is an error', () =>
    inProcess(async () => {
      win32.SetLastError(JUNK);
      expect(await win32.DispatchMessageW({ ...junk(), hwnd: NO_WINDOW })).toBe(0);
      expect(await win32.DispatchMessageW(junk())).toBe(0);
      expect(win32.GetLastError()).toBe(ERROR_INVALID_WINDOW_HANDLE);
      expect(await win32.DispatchMessageA(null)).toBe(0);
      expect(win32.GetLastError()).toBe(ERROR_NOACCESS);
    }));

  test('TranslateMessage knows keystrokes and posts nothing', () =>
    inProcess(() => {
      expect(win32.TranslateMessage({ ...junk(), message: WM_KEYDOWN })).toBe(1);
      expect(win32.TranslateMessage({ ...junk(), message: WM_USER })).toBe(0);
      expect(drain()).toEqual([]);
    }));

  test('the loop of every program: until the window is closed', () =>
    inProcess(async () => {
      const log: number[] = [];
      const lpfnWndProc: win32.WNDPROC = (hwnd, message, wParam, lParam) => {
        log.push(message);
        if (message === win32.WM_DESTROY) win32.PostQuitMessage(3);
        return win32.DefWindowProcW(hwnd, message, wParam, lParam);
      };
      win32.RegisterClassW({ lpfnWndProc, lpszClassName: 'x' });
      const hwnd = create('x');
      win32.PostMessageW(hwnd, WM_USER, 0, 0);
      win32.PostMessageW(hwnd, win32.WM_CLOSE, 0, 0);
      const message = junk();
      while ((await win32.GetMessageW(message, null, 0, 0)) !== 0) await win32.DispatchMessageW(message);
      expect(message.wParam).toBe(3);
      expect(log.slice(2)).toEqual([WM_USER, win32.WM_CLOSE, win32.WM_DESTROY, win32.WM_NCDESTROY]);
    }));
});

describe('sending', () => {
  test('to a window of the own thread calls it before anything else happens', () =>
    inProcess(async () => {
      const { hwnd, log } = recorder(() => 5);
      const sending = win32.SendMessageW(hwnd, WM_USER, 0, 0);
      expect(log.at(-1)).toBe(WM_USER);
      expect(await sending).toBe(5);
    }));

  test('to nobody fails', () =>
    inProcess(async () => {
      expect(await win32.SendMessageW(0xdead as HWND, WM_USER, 0, 0)).toBe(0);
      expect(win32.GetLastError()).toBe(ERROR_INVALID_WINDOW_HANDLE);
    }));

  /** A thread that makes a recorder, then does as `body` says. */
  async function onThread(
    answer: (message: number) => number | Promise<number>,
    body: (own: { hwnd: HWND; log: number[] }) => unknown,
  ): Promise<{ hwnd: HWND; log: number[] }> {
    return await new Promise((resolve) => {
      const start = (): unknown => {
        const own = recorder(answer);
        resolve(own);
        return body(own);
      };
      win32.CreateThread(null, 0, start, null, 0, null);
    });
  }

  test('to another thread is answered there when it waits for messages, before posted ones', () =>
    inProcess(async () => {
      const got: number[] = [];
      let go = (): void => undefined;
      const gate = new Promise<void>((resolve) => (go = resolve));
      const runsOn: number[] = [];
      const { hwnd, log } = await onThread(
        (message) => (runsOn.push(win32.GetCurrentThreadId()), message === WM_USER ? Promise.resolve(9) : 1),
        async () => {
          await gate;
          const message = junk();
          await win32.GetMessageW(message, null, 0, 0);
          got.push(message.message);
        },
      );
      win32.PostMessageW(hwnd, WM_APP, 0, 0);
      const sending = win32.SendMessageW(hwnd, WM_USER, 0, 0);
      expect(await outcome(sending)).toBe('waiting');
      expect(log).not.toContain(WM_USER);
      go();
      expect(await sending).toBe(9);
      expect(log).toContain(WM_USER);
      expect(new Set(runsOn).size).toBe(1);
      expect(runsOn[0]).not.toBe(win32.GetCurrentThreadId());
      await settle();
      expect(got).toEqual([WM_APP]);
    }));

  test('a thread in GetMessage answers and goes on waiting; PeekMessage answers too', () =>
    inProcess(async () => {
      const waiting = await onThread(() => 1, () => win32.GetMessageW(junk(), null, 0, 0));
      expect(await win32.SendMessageW(waiting.hwnd, WM_USER, 0, 0)).toBe(1);
      expect(await win32.SendMessageW(waiting.hwnd, WM_USER, 0, 0)).toBe(1);
      const own = recorder(() => 6);
      const asked = new Promise<number>((resolve) => {
        win32.CreateThread(null, 0, async () => resolve(await win32.SendMessageW(own.hwnd, WM_USER, 0, 0)), null, 0, null);
      });
      await settle();
      expect(drain()).toEqual([]);
      expect(await asked).toBe(6);
    }));

  test('a thread that waits for its answer answers others: two can send to each other', () =>
    inProcess(async () => {
      const own = recorder(() => 11);
      const { hwnd } = await onThread(
        async (message) => (message === WM_USER ? (await win32.SendMessageW(own.hwnd, WM_APP, 0, 0)) + 1 : 1),
        () => win32.GetMessageW(junk(), null, 0, 0),
      );
      expect(await win32.SendMessageW(hwnd, WM_USER, 0, 0)).toBe(12);
      expect(own.log).toContain(WM_APP);
    }));

  test('a window that is gone before its thread looks answers 0', () =>
    inProcess(async () => {
      let go = (): void => undefined;
      const gate = new Promise<void>((resolve) => (go = resolve));
      const { hwnd, log } = await onThread(() => 1, async (own) => {
        await gate;
        win32.DestroyWindow(own.hwnd);
        await win32.GetMessageW(junk(), null, 0, 0);
      });
      const sending = win32.SendMessageW(hwnd, WM_USER, 0, 0);
      go();
      expect(await sending).toBe(0);
      expect(log).not.toContain(WM_USER);
    }));
});
