// The functions that send messages on their way: to windows, to threads, and the wish to quit.
import { FALSE, NO_ERROR, TRUE, type HWND } from '../../abi/index.js';
import { currentCell, enterCall } from '../current.js';
import { MessageQueue } from '../message-queue.js';
import { postMessage, Window } from '../window.js';
import { ERROR_NOT_ENOUGH_QUOTA, HWND_BROADCAST } from '../window-messages.js';
import { isNull, NO_WINDOW, windowOf } from './window-arguments.js';

const ERROR_INVALID_THREAD_ID = 1444;

/**
 * Appends a message to the queue of the thread that made a window, or to the caller's own. Never blocks.
 * @param hWnd the window; NULL for a message to the calling thread itself; HWND_BROADCAST reaches top-level windows only,
 *   of which there are none.
 * @param Msg the message number, 32 bits.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_WINDOW_HANDLE: there is no such window;
 *   ERROR_NOT_ENOUGH_QUOTA (1816): the queue holds 10,000 messages already.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-postmessagew
 */
export function PostMessageW(hWnd: HWND | null, Msg: number, wParam: number, lParam: number): number {
  const cell = currentCell();
  if (hWnd === HWND_BROADCAST) return TRUE;
  if (isNull(hWnd)) {
    const posted = MessageQueue.of(cell.thread).post(NO_WINDOW, Msg, wParam, lParam);
    return posted ? TRUE : cell.fail(ERROR_NOT_ENOUGH_QUOTA, FALSE);
  }
  const error = postMessage(cell.thread.process, hWnd, Msg, wParam, lParam);
  return error === NO_ERROR ? TRUE : cell.fail(error, FALSE);
}

/**
 * PostMessageW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-postmessagea
 */
export function PostMessageA(hWnd: HWND | null, Msg: number, wParam: number, lParam: number): number {
  return PostMessageW(hWnd, Msg, wParam, lParam);
}

/**
 * Gives a message to a window's procedure and waits for its answer. The procedure of a window of the calling thread is
 * called at once; another thread calls it when it next looks for messages, and the call blocks for so long.
 * @param hWnd the window; HWND_BROADCAST reaches none, as in PostMessageW.
 * @param Msg the message number, 32 bits.
 * @returns the procedure's answer; or 0 with the last error:
 *   ERROR_INVALID_WINDOW_HANDLE: there is no such window.
 *   0 also when the window is gone before its thread has looked. An exception of the procedure comes out on the thread
 *   that ran it.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-sendmessagew
 */
export async function SendMessageW(hWnd: HWND, Msg: number, wParam: number, lParam: number): Promise<number> {
  const cell = enterCall();
  if (hWnd === HWND_BROADCAST) return 0;
  const window = windowOf(cell, hWnd);
  if (window === null) return 0;
  if (window.thread === cell.thread) return await window.call(Msg >>> 0, wParam, lParam);
  return await MessageQueue.of(cell.thread).send(MessageQueue.of(window.thread), () =>
    // The window may be gone by the time its thread looks.
    Window.of(cell.thread.process, hWnd) === null ? 0 : window.call(Msg >>> 0, wParam, lParam),
  );
}

/**
 * SendMessageW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-sendmessagea
 */
export function SendMessageA(...args: Parameters<typeof SendMessageW>): Promise<number> {
  return SendMessageW(...args);
}

/**
 * Appends a message to a thread's queue, for no window. Never blocks.
 * @param idThread the thread's id, as CreateThread and GetCurrentThreadId give it.
 * @param Msg the message number, 32 bits.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_THREAD_ID (1444): there is no such thread, or it has no message queue: it gets one with its first call
 *   of a message function (PeekMessage does) or with its first window;
 *   ERROR_NOT_ENOUGH_QUOTA (1816): the queue holds 10,000 messages already.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-postthreadmessagew
 */
export function PostThreadMessageW(idThread: number, Msg: number, wParam: number, lParam: number): number {
  const cell = currentCell();
  const queue = MessageQueue.ofThreadId(cell.thread.process, idThread);
  if (queue === null) return cell.fail(ERROR_INVALID_THREAD_ID, FALSE);
  return queue.post(NO_WINDOW, Msg, wParam, lParam) ? TRUE : cell.fail(ERROR_NOT_ENOUGH_QUOTA, FALSE);
}

/**
 * PostThreadMessageW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-postthreadmessagea
 */
export function PostThreadMessageA(...args: Parameters<typeof PostThreadMessageW>): number {
  return PostThreadMessageW(...args);
}

/**
 * Asks the calling thread's message loop to end: once no other message is there, it receives WM_QUIT. Never blocks,
 * cannot fail.
 * @param nExitCode WM_QUIT's wParam.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-postquitmessage
 */
export function PostQuitMessage(nExitCode: number): void {
  MessageQueue.of(currentCell().thread).postQuit(nExitCode);
}
