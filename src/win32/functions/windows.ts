// The functions for message-only windows: making and ending them, and what is kept with them. Windows themselves are
// window.ts's. Text is the same for the A and the W functions.
import {
  ERROR_ACCESS_DENIED,
  ERROR_INVALID_WINDOW_HANDLE,
  ERROR_NOT_SUPPORTED,
  FALSE,
  TRUE,
  type HANDLE,
  type HWND,
} from '../../abi/index.js';
import { currentCell } from '../current.js';
import type { Process } from '../process.js';
import { WindowClasses, type WindowClass } from '../window-class.js';
import { defaultProcedure, systemClass, Window } from '../window.js';
import { HWND_MESSAGE, type WNDPROC } from '../window-messages.js';
import { isNull, NO_WINDOW, ownWindowOf, windowOf } from './window-arguments.js';

/** GetWindowLongPtr: the window procedure. */
export const GWLP_WNDPROC = -4;
/** GetWindowLongPtr: whatever the program keeps with the window. */
export const GWLP_USERDATA = -21;

const ERROR_CANNOT_FIND_WND_CLASS = 1407;
const ERROR_INVALID_INDEX = 1413;

function classNamed(process: Process, name: string | number): WindowClass | null {
  const registered = WindowClasses.of(process).find(name);
  return registered ?? (typeof name === 'string' && name.toLowerCase() === 'message' ? systemClass : null);
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
  const windowClass = lpClassName === null ? null : classNamed(process, lpClassName);
  if (windowClass === null) return cell.fail(ERROR_CANNOT_FIND_WND_CLASS, NO_WINDOW);
  if (hWndParent !== HWND_MESSAGE) {
    const known = isNull(hWndParent) || Window.of(process, hWndParent) !== null;
    return cell.fail(known ? ERROR_NOT_SUPPORTED : ERROR_INVALID_WINDOW_HANDLE, NO_WINDOW);
  }
  return Window.create(cell.thread, windowClass)?.handle ?? NO_WINDOW;
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
 * Whether a handle stands for a window. Never blocks, cannot fail.
 * @param hWnd the handle.
 * @returns TRUE or FALSE.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-iswindow
 */
export function IsWindow(hWnd: HWND | null): number {
  return hWnd !== null && Window.of(currentCell().thread.process, hWnd) !== null ? TRUE : FALSE;
}

/**
 * Reads what is kept with a window. Never blocks.
 * @param hWnd the window.
 * @param nIndex GWLP_USERDATA, 0 until it is set; or GWLP_WNDPROC.
 * @returns the value; or 0 with the last error:
 *   ERROR_INVALID_WINDOW_HANDLE: there is no such window;
 *   ERROR_INVALID_INDEX (1413): any other index: a window that is never shown has nothing else.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-getwindowlongptrw
 */
export function GetWindowLongPtrW(hWnd: HWND, nIndex: number): unknown {
  const cell = currentCell();
  const window = windowOf(cell, hWnd);
  if (window === null) return 0;
  if (nIndex === GWLP_USERDATA) return window.userData;
  return nIndex === GWLP_WNDPROC ? window.procedure : cell.fail(ERROR_INVALID_INDEX, 0);
}

/**
 * GetWindowLongPtrW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-getwindowlongptra
 */
export function GetWindowLongPtrA(hWnd: HWND, nIndex: number): unknown {
  return GetWindowLongPtrW(hWnd, nIndex);
}

/**
 * Changes what is kept with a window. Never blocks.
 * @param hWnd the window.
 * @param nIndex GWLP_USERDATA or GWLP_WNDPROC.
 * @param dwNewLong the new value: anything for GWLP_USERDATA, a function for GWLP_WNDPROC, which gets every message from
 *   now on and hands on what it leaves alone with CallWindowProc.
 * @returns the value before; or 0 with the last error (set it to 0 before, to tell a value of 0 from an error):
 *   ERROR_INVALID_WINDOW_HANDLE: there is no such window;
 *   ERROR_INVALID_INDEX (1413): any other index;
 *   ERROR_ACCESS_DENIED: a procedure that is no function.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-setwindowlongptrw
 */
export function SetWindowLongPtrW(hWnd: HWND, nIndex: number, dwNewLong: unknown): unknown {
  const cell = currentCell();
  const window = windowOf(cell, hWnd);
  if (window === null) return 0;
  const before = GetWindowLongPtrW(hWnd, nIndex);
  if (nIndex === GWLP_USERDATA) window.userData = dwNewLong;
  if (nIndex !== GWLP_WNDPROC) return before;
  if (typeof dwNewLong !== 'function') return cell.fail(ERROR_ACCESS_DENIED, 0);
  window.procedure = dwNewLong as WNDPROC;
  return before;
}

/**
 * SetWindowLongPtrW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-setwindowlongptra
 */
export function SetWindowLongPtrA(hWnd: HWND, nIndex: number, dwNewLong: unknown): unknown {
  return SetWindowLongPtrW(hWnd, nIndex, dwNewLong);
}

/**
 * Hands a message to the procedure that a window had before SetWindowLongPtr. Blocks for as long as that does.
 * @param lpPrevWndFunc what SetWindowLongPtr or GetWindowLongPtr returned for GWLP_WNDPROC.
 * @returns the procedure's answer; 0 for NULL.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-callwindowprocw
 */
export function CallWindowProcW(
  lpPrevWndFunc: WNDPROC | null,
  hWnd: HWND,
  Msg: number,
  wParam: number,
  lParam: number,
): number | Promise<number> {
  return lpPrevWndFunc === null ? 0 : lpPrevWndFunc(hWnd, Msg, wParam, lParam);
}

/**
 * CallWindowProcW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-callwindowproca
 */
export function CallWindowProcA(...args: Parameters<typeof CallWindowProcW>): number | Promise<number> {
  return CallWindowProcW(...args);
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
