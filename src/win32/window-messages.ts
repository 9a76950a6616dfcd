// What the headers name of windows and messages: special handles, message numbers, errors. Values only.
import type { HWND } from '../abi/index.js';

/** As a parent: the new window receives messages and is nothing else. */
export const HWND_MESSAGE = -3 as HWND;
/** Every top-level window; message-only windows are none. */
export const HWND_BROADCAST = 0xffff as HWND;
export const WM_CREATE = 0x0001;
export const WM_DESTROY = 0x0002;
export const WM_CLOSE = 0x0010;
export const WM_NCCREATE = 0x0081;
export const WM_NCDESTROY = 0x0082;
export const WM_TIMER = 0x0113;
/** The queue is full. */
export const ERROR_NOT_ENOUGH_QUOTA = 1816;

/** A message as a program receives it; `hwnd` 0 is a message to the thread. */
export interface MSG {
  hwnd: HWND;
  message: number;
  wParam: number;
  lParam: number;
  /** When it was posted: milliseconds of the process's clock, 32 bits. */
  time: number;
}

/** A window procedure. A promise it returns is waited for by DispatchMessage and SendMessage. */
export type WNDPROC = (hWnd: HWND, Msg: number, wParam: number, lParam: number) => number | Promise<number>;
