// The functions that receive messages: taking them from the thread's queue and handing them to window procedures.
import { ERROR_NOACCESS, FALSE, TRUE, WM_QUIT, type HWND } from '../../abi/index.js';
import { currentCell, enterCall } from '../current.js';
import { MessageQueue, QS_ALLINPUT } from '../message-queue.js';
import { WM_TIMER, type MSG } from '../window-messages.js';
import { filterOf, isNull, ownWindowOf } from './window-arguments.js';

/** PeekMessage: the message stays in the queue. */
export const PM_NOREMOVE = 0;
/** PeekMessage: the message is taken out of the queue. */
export const PM_REMOVE = 1;
/** PeekMessage: nobody waits for the thread to be idle; changes nothing. */
export const PM_NOYIELD = 2;

/** The PM_QS_* bits: which kinds of message PeekMessage looks at. */
const QUEUE_KINDS_SHIFT = 16;
const KEYSTROKES: readonly number[] = [0x100, 0x101, 0x104, 0x105];

/**
 * Takes the next message of the calling thread that is wanted. Blocks until there is one; meanwhile the procedures of the
 * thread's windows answer what other threads send.
 * @param lpMsg receives the message.
 * @param hWnd the window whose messages are wanted; NULL for all, -1 for those to the thread itself.
 * @param wMsgFilterMin the smallest message number wanted.
 * @param wMsgFilterMax the largest; 0 and 0 for all. WM_QUIT comes in any case.
 * @returns TRUE; 0 for WM_QUIT; or -1 with the last error:
 *   ERROR_NOACCESS: lpMsg is NULL;
 *   ERROR_INVALID_WINDOW_HANDLE: hWnd is no window of the calling thread.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-getmessagew
 */
export async function GetMessageW(
  lpMsg: MSG | null,
  hWnd: HWND | null,
  wMsgFilterMin: number,
  wMsgFilterMax: number,
): Promise<number> {
  const cell = enterCall();
  if (lpMsg === null) return cell.fail(ERROR_NOACCESS, -1);
  const filter = filterOf(cell, hWnd, wMsgFilterMin, wMsgFilterMax);
  if (filter === null) return -1;
  const message = await MessageQueue.of(cell.thread).get(filter);
  Object.assign(lpMsg, message);
  return await cell.thread.process.turns.answer(message.message === WM_QUIT ? FALSE : TRUE, false);
}

/**
 * GetMessageW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-getmessagea
 */
export function GetMessageA(...args: Parameters<typeof GetMessageW>): Promise<number> {
  return GetMessageW(...args);
}

/**
 * Looks for a message of the calling thread without waiting. What other threads have sent is given to the windows'
 * procedures first. Never blocks.
 *
 * A loop of it and nothing else stops the event loop, and with it everything that could post a message: this function
 * returns a number and cannot let anybody have a turn. A program that polls awaits something in every round:
 * `MsgWaitForMultipleObjects(0, null, FALSE, 10, QS_ALLINPUT)`, which comes back early for a message, or `Sleep(0)`.
 * @param lpMsg receives the message; not written when there is none.
 * @param hWnd, wMsgFilterMin, wMsgFilterMax which messages, as in GetMessageW.
 * @param wRemoveMsg PM_REMOVE or PM_NOREMOVE, with PM_NOYIELD and PM_QS_* bits: which kinds are
 *   looked at, posted messages or timers.
 * @returns TRUE for a message, WM_QUIT too; FALSE for none, or with the last error:
 *   ERROR_NOACCESS: lpMsg is NULL;
 *   ERROR_INVALID_WINDOW_HANDLE: hWnd is no window of the calling thread.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-peekmessagew
 */
export function PeekMessageW(
  lpMsg: MSG | null,
  hWnd: HWND | null,
  wMsgFilterMin: number,
  wMsgFilterMax: number,
  wRemoveMsg: number,
): number {
  const cell = currentCell();
  if (lpMsg === null) return cell.fail(ERROR_NOACCESS, FALSE);
  const filter = filterOf(cell, hWnd, wMsgFilterMin, wMsgFilterMax);
  if (filter === null) return FALSE;
  const queue = MessageQueue.of(cell.thread);
  void queue.deliverSent();
  queue.looked();
  const kinds = wRemoveMsg >>> QUEUE_KINDS_SHIFT;
  const message = queue.peek(filter, (wRemoveMsg & PM_REMOVE) !== 0, kinds === 0 ? QS_ALLINPUT : kinds);
  if (message === null) return FALSE;
  Object.assign(lpMsg, message);
  return TRUE;
}

/**
 * PeekMessageW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-peekmessagea
 */
export function PeekMessageA(...args: Parameters<typeof PeekMessageW>): number {
  return PeekMessageW(...args);
}

/**
 * Gives a message that was received to its window's procedure, a timer's to the timer's own if it has one. Blocks for as
 * long as that does.
 * @param lpMsg the message. One to the thread itself has no procedure: nothing happens.
 * @returns the procedure's answer; 0 when none was called, with the last error for:
 *   ERROR_NOACCESS: lpMsg is NULL;
 *   ERROR_INVALID_WINDOW_HANDLE: the message's window is none of the calling thread.
 *   An exception of the procedure comes out.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-dispatchmessagew
 */
export async function DispatchMessageW(lpMsg: MSG | null): Promise<number> {
  const cell = enterCall();
  if (lpMsg === null) return cell.fail(ERROR_NOACCESS, 0);
  const timer = lpMsg.message === WM_TIMER ? MessageQueue.of(cell.thread).timerProcedure(lpMsg.hwnd, lpMsg.wParam) : null;
  if (timer !== null) {
    timer(lpMsg.hwnd, WM_TIMER, lpMsg.wParam, lpMsg.time);
    return 0;
  }
  if (isNull(lpMsg.hwnd)) return 0;
  const window = ownWindowOf(cell, lpMsg.hwnd);
  return window === null ? 0 : await window.call(lpMsg.message, lpMsg.wParam, lpMsg.lParam);
}

/**
 * DispatchMessageW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-dispatchmessagea
 */
export function DispatchMessageA(lpMsg: MSG | null): Promise<number> {
  return DispatchMessageW(lpMsg);
}

/**
 * Would make characters of keystrokes; there is no keyboard, and nothing is posted. Never blocks.
 * @param lpMsg the message.
 * @returns TRUE for the four key messages (WM_KEYDOWN, WM_KEYUP and the two of the system), else FALSE.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-translatemessage
 */
export function TranslateMessage(lpMsg: MSG): number {
  return KEYSTROKES.includes(lpMsg.message) ? TRUE : FALSE;
}
