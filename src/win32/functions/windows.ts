// The window and message functions of Windows, for message-only windows: arguments, handles, last errors. Windows and
// queues themselves are window.ts's. Text is the same for the A and the W functions.
import {
  ERROR_ACCESS_DENIED,
  ERROR_INVALID_PARAMETER,
  ERROR_INVALID_WINDOW_HANDLE,
  ERROR_NOACCESS,
  ERROR_NOT_SUPPORTED,
  FALSE,
  NO_ERROR,
  NULL_HANDLE,
  TRUE,
  WM_QUIT,
  type HANDLE,
  type HWND,
} from '../../abi/index.js';
import { currentCell, enterCall } from '../current.js';
import type { LastErrorCell } from '../last-error.js';
import {
  defaultProcedure,
  ERROR_NOT_ENOUGH_QUOTA,
  HWND_BROADCAST,
  HWND_MESSAGE,
  MessageQueue,
  postMessage,
  Window,
  WindowClasses,
  type MessageFilter,
  type MSG,
  type WNDPROC,
} from '../window.js';

export { HWND_BROADCAST, HWND_MESSAGE, WM_CLOSE, WM_CREATE, WM_DESTROY, WM_NCCREATE, WM_NCDESTROY } from '../window.js';
export type { MSG, WNDPROC } from '../window.js';

/** PeekMessage: the message stays in the queue. */
export const PM_NOREMOVE = 0;
/** PeekMessage: the message is taken out of the queue. */
export const PM_REMOVE = 1;
/** PeekMessage: nobody waits for the thread to be idle; changes nothing. */
export const PM_NOYIELD = 2;

const NO_WINDOW = NULL_HANDLE as HWND;
const CLASS_NAME_LIMIT = 256;
const ERROR_CANNOT_FIND_WND_CLASS = 1407;
const ERROR_CLASS_ALREADY_EXISTS = 1410;
/** The PM_QS_* bits: which kinds of message PeekMessage looks at. */
const QUEUE_KINDS_SHIFT = 16;
const QS_POSTMESSAGE = 0x8;
const KEYSTROKES: readonly number[] = [0x100, 0x101, 0x104, 0x105];

/** WNDCLASSW, as far as a window that is never shown has use for it; other members are ignored. */
export interface WNDCLASSW {
  lpfnWndProc: WNDPROC | null;
  /** 1 to 256 characters. */
  lpszClassName: string | null;
}

/**
 * Registers a window class for the process. Never blocks.
 * @param lpWndClass the class: its name (case does not count) and window procedure.
 * @returns the class's atom, or 0 with the last error:
 *   ERROR_NOACCESS: lpWndClass is NULL;
 *   ERROR_INVALID_PARAMETER: no procedure, or the name is missing, empty or too long;
 *   ERROR_CLASS_ALREADY_EXISTS (1410): the name is taken.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerclassw
 */
export function RegisterClassW(lpWndClass: WNDCLASSW | null): number {
  const cell = currentCell();
  if (lpWndClass === null) return cell.fail(ERROR_NOACCESS, 0);
  const { lpfnWndProc: procedure, lpszClassName } = lpWndClass;
  const name = lpszClassName ?? '';
  if (procedure === null || name === '' || name.length > CLASS_NAME_LIMIT) return cell.fail(ERROR_INVALID_PARAMETER, 0);
  const atom = WindowClasses.of(cell.thread.process).register(name, procedure);
  return atom ?? cell.fail(ERROR_CLASS_ALREADY_EXISTS, 0);
}

/**
 * RegisterClassW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerclassa
 */
export function RegisterClassA(lpWndClass: WNDCLASSW | null): number {
  return RegisterClassW(lpWndClass);
}

/**
 * Makes a message-only window, whose messages go to the calling thread. Its procedure is told WM_NCCREATE and WM_CREATE,
 * both with lParam 0, and can refuse by answering 0 or -1; a promise is no refusal. Never blocks.
 * @param _dwExStyle ignored, as are the other looks: the window is never shown.
 * @param lpClassName the class by name or atom; 'Message' is there without being registered.
 * @param hWndParent HWND_MESSAGE. Other windows need a desktop, and there is none.
 * @param _lpParam NULL: there is no CREATESTRUCT to hand it on in.
 * @returns the window, or NULL with the last error:
 *   ERROR_CANNOT_FIND_WND_CLASS (1407): no such class;
 *   ERROR_NOT_SUPPORTED: hWndParent is NULL or a window;
 *   ERROR_INVALID_WINDOW_HANDLE: hWndParent is something else.
 *   When the procedure refused, the last error is left alone.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-createwindowexw
 */
export function CreateWindowExW(
  _dwExStyle: number,
  lpClassName: string | number | null,
  _lpWindowName: string | null,
  _dwStyle: number,
  _X: number,
  _Y: number,
  _nWidth: number,
  _nHeight: number,
  hWndParent: HWND | null,
  _hMenu: HANDLE | null,
  _hInstance: HANDLE | null,
  _lpParam: null,
): HWND {
  const cell = currentCell();
  const { process } = cell.thread;
  const procedure = lpClassName === null ? null : WindowClasses.of(process).find(lpClassName);
  if (procedure === null) return cell.fail(ERROR_CANNOT_FIND_WND_CLASS, NO_WINDOW);
  if (hWndParent !== HWND_MESSAGE) {
    const known = isNull(hWndParent) || Window.of(process, hWndParent) !== null;
    return cell.fail(known ? ERROR_NOT_SUPPORTED : ERROR_INVALID_WINDOW_HANDLE, NO_WINDOW);
  }
  return Window.create(cell.thread, procedure)?.handle ?? NO_WINDOW;
}

/**
 * CreateWindowExW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-createwindowexa
 */
export function CreateWindowExA(...args: Parameters<typeof CreateWindowExW>): HWND {
  return CreateWindowExW(...args);
}

/**
 * Ends a window: its procedure is told WM_DESTROY and WM_NCDESTROY, and its posted messages are lost. Never blocks; a
 * promise of the procedure is not waited for.
 * @param hWnd the window.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_WINDOW_HANDLE: there is no such window;
 *   ERROR_ACCESS_DENIED: another thread made it.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-destroywindow
 */
export function DestroyWindow(hWnd: HWND): number {
  const cell = currentCell();
  const window = windowOf(cell, hWnd);
  if (window === null) return FALSE;
  if (window.thread !== cell.thread) return cell.fail(ERROR_ACCESS_DENIED, FALSE);
  window.destroy();
  return TRUE;
}

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
  return await MessageQueue.of(cell.thread).send(window, Msg >>> 0, wParam, lParam);
}

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
 * procedures first. Never blocks, so a loop of it must itself let others have their turn.
 * @param lpMsg receives the message; not written when there is none.
 * @param hWnd, wMsgFilterMin, wMsgFilterMax which messages, as in GetMessageW.
 * @param wRemoveMsg PM_REMOVE or PM_NOREMOVE, with PM_NOYIELD and PM_QS_* bits; of those kinds only posted ones exist.
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
  const kinds = wRemoveMsg >>> QUEUE_KINDS_SHIFT;
  if (kinds !== 0 && (kinds & QS_POSTMESSAGE) === 0) return FALSE;
  const message = queue.peek(filter, (wRemoveMsg & PM_REMOVE) !== 0);
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
 * Gives a message that was received to its window's procedure. Blocks for as long as that does.
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

/**
 * Asks the calling thread's message loop to end: once no other message is there, it receives WM_QUIT. Never blocks,
 * cannot fail.
 * @param nExitCode WM_QUIT's wParam.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-postquitmessage
 */
export function PostQuitMessage(nExitCode: number): void {
  MessageQueue.of(currentCell().thread).postQuit(nExitCode);
}

/**
 * What the system does with a message that a window procedure leaves alone: WM_NCCREATE is allowed, WM_CLOSE destroys the
 * window, nothing else has an effect. Never blocks.
 * @param hWnd the window.
 * @returns 1 for WM_NCCREATE, else 0; or 0 with the last error:
 *   ERROR_INVALID_WINDOW_HANDLE: it is no window of the calling thread.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-defwindowprocw
 */
export function DefWindowProcW(hWnd: HWND, Msg: number, _wParam: number, _lParam: number): number {
  const window = ownWindowOf(currentCell(), hWnd);
  return window === null ? 0 : defaultProcedure(window, Msg);
}

/**
 * DefWindowProcW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-defwindowproca
 */
export function DefWindowProcA(hWnd: HWND, Msg: number, wParam: number, lParam: number): number {
  return DefWindowProcW(hWnd, Msg, wParam, lParam);
}

function isNull(hwnd: HWND | null): hwnd is null {
  return hwnd === null || hwnd === NO_WINDOW;
}

function windowOf(cell: LastErrorCell, hwnd: HWND): Window | null {
  return Window.of(cell.thread.process, hwnd) ?? cell.fail(ERROR_INVALID_WINDOW_HANDLE, null);
}

function ownWindowOf(cell: LastErrorCell, hwnd: HWND): Window | null {
  const window = windowOf(cell, hwnd);
  if (window === null || window.thread === cell.thread) return window;
  return cell.fail(ERROR_INVALID_WINDOW_HANDLE, null);
}

function filterOf(cell: LastErrorCell, hwnd: HWND | null, min: number, max: number): MessageFilter | null {
  const range = { min: min >>> 0, max: max >>> 0 };
  if (isNull(hwnd)) return { hwnd: null, ...range };
  if ((hwnd as number) === -1) return { hwnd: NO_WINDOW, ...range };
  return ownWindowOf(cell, hwnd) === null ? null : { hwnd, ...range };
}
