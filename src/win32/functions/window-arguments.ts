// What the window and message functions share: reading window handles and filters, with the errors for bad ones.
import { ERROR_INVALID_WINDOW_HANDLE, NULL_HANDLE, type HWND } from '../../abi/index.js';
import type { LastErrorCell } from '../last-error.js';
import type { MessageFilter } from '../message-queue.js';
import { Window } from '../window.js';

export const NO_WINDOW = NULL_HANDLE as HWND;

/** Whether a program means no window. */
export function isNull(hwnd: HWND | null): hwnd is null {
  return hwnd === null || hwnd === NO_WINDOW;
}

/** The window, or null with ERROR_INVALID_WINDOW_HANDLE. */
export function windowOf(cell: LastErrorCell, hwnd: HWND): Window | null {
  return Window.of(cell.thread.process, hwnd) ?? cell.fail(ERROR_INVALID_WINDOW_HANDLE, null);
}

/** The same for windows of the calling thread only. */
export function ownWindowOf(cell: LastErrorCell, hwnd: HWND): Window | null {
  const window = windowOf(cell, hwnd);
  if (window === null || window.thread === cell.thread) return window;
  return cell.fail(ERROR_INVALID_WINDOW_HANDLE, null);
}

/** Which messages are asked for; null with ERROR_INVALID_WINDOW_HANDLE. */
export function filterOf(cell: LastErrorCell, hwnd: HWND | null, min: number, max: number): MessageFilter | null {
  const range = { min: min >>> 0, max: max >>> 0 };
  if (isNull(hwnd)) return { hwnd: null, ...range };
  if ((hwnd as number) === -1) return { hwnd: NO_WINDOW, ...range };
  return ownWindowOf(cell, hwnd) === null ? null : { hwnd, ...range };
}
