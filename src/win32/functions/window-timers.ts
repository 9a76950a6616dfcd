// SetTimer, KillTimer and RegisterWindowMessage: numbers and times that go with messages.
import {
  ERROR_ACCESS_DENIED,
  ERROR_INVALID_PARAMETER,
  ERROR_NOT_ENOUGH_MEMORY,
  FALSE,
  TRUE,
  type HWND,
} from '../../abi/index.js';
import { currentCell } from '../current.js';
import { MessageQueue } from '../message-queue.js';
import type { TIMERPROC } from '../window-timer.js';
import { isNull, NO_WINDOW, windowOf } from './window-arguments.js';

export type { TIMERPROC } from '../window-timer.js';

/** The shortest period, in milliseconds; less is taken for it. */
export const USER_TIMER_MINIMUM = 0x0000000a;
/** The longest period; more is taken for it. */
export const USER_TIMER_MAXIMUM = 0x7fffffff;

const FIRST_MESSAGE = 0xc000;
const LAST_MESSAGE = 0xffff;
const MESSAGES = Symbol('registered messages');

/**
 * Has WM_TIMER given out again and again: whenever the period is over and no other message waits. Only one waits at a
 * time, and the next period begins when it is taken. Never blocks.
 * @param hWnd a window of the calling thread, with which the timer ends; NULL for none.
 * @param nIDEvent the timer's id, not 0; the timer of this window that has it is replaced. Without a window it matters only
 *   if a timer has it already: else the system chooses one.
 * @param uElapse the period in milliseconds, 10 to 2,147,483,647; values beyond are taken for these.
 * @param lpTimerFunc called by DispatchMessage in place of the window procedure; NULL for none. The message's lParam is 0.
 * @returns the id; or 0 with the last error:
 *   ERROR_INVALID_WINDOW_HANDLE: there is no such window;
 *   ERROR_ACCESS_DENIED: another thread made it;
 *   ERROR_INVALID_PARAMETER: the id of a window's timer is 0.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-settimer
 */
export function SetTimer(hWnd: HWND | null, nIDEvent: number, uElapse: number, lpTimerFunc: TIMERPROC | null): number {
  const cell = currentCell();
  const owner = isNull(hWnd) ? null : windowOf(cell, hWnd);
  if (!isNull(hWnd) && owner === null) return 0;
  if (owner !== null && owner.thread !== cell.thread) return cell.fail(ERROR_ACCESS_DENIED, 0);
  if (owner !== null && nIDEvent === 0) return cell.fail(ERROR_INVALID_PARAMETER, 0);
  const period = Math.min(Math.max(uElapse >>> 0, USER_TIMER_MINIMUM), USER_TIMER_MAXIMUM);
  return MessageQueue.of(cell.thread).setTimer(owner?.handle ?? NO_WINDOW, nIDEvent, period, lpTimerFunc);
}

/**
 * Ends a timer. A message of it that was not taken yet is lost. Never blocks.
 * @param hWnd the window given to SetTimer; NULL for none.
 * @param uIDEvent its id.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_WINDOW_HANDLE: there is no such window;
 *   ERROR_INVALID_PARAMETER: there is no such timer of the calling thread.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-killtimer
 */
export function KillTimer(hWnd: HWND | null, uIDEvent: number): number {
  const cell = currentCell();
  if (!isNull(hWnd) && windowOf(cell, hWnd) === null) return FALSE;
  const killed = MessageQueue.of(cell.thread).killTimer(hWnd ?? NO_WINDOW, uIDEvent);
  return killed ? TRUE : cell.fail(ERROR_INVALID_PARAMETER, FALSE);
}

/**
 * Gives a text a message number of its own, the same for everybody in the process who asks with it. Never blocks.
 * @param lpString the text; case does not count.
 * @returns the number, 0xC000 to 0xFFFF; or 0 with the last error:
 *   ERROR_INVALID_PARAMETER: NULL or empty;
 *   ERROR_NOT_ENOUGH_MEMORY: no number is left.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerwindowmessagew
 */
export function RegisterWindowMessageW(lpString: string | null): number {
  const cell = currentCell();
  if (lpString === null || lpString === '') return cell.fail(ERROR_INVALID_PARAMETER, 0);
  const numbers = cell.thread.process.moduleData(MESSAGES, () => new Map<string, number>());
  const key = lpString.toLowerCase();
  const number = numbers.get(key) ?? FIRST_MESSAGE + numbers.size;
  if (number > LAST_MESSAGE) return cell.fail(ERROR_NOT_ENOUGH_MEMORY, 0);
  numbers.set(key, number);
  return number;
}

/**
 * RegisterWindowMessageW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerwindowmessagea
 */
export function RegisterWindowMessageA(lpString: string | null): number {
  return RegisterWindowMessageW(lpString);
}
