// A message-only window: its procedure, its beginning and its end. Nothing is ever shown, so there is no other kind of
// window, no input and no painting. Its messages wait in its thread's queue (message-queue.ts).
import { ERROR_INVALID_WINDOW_HANDLE, NO_ERROR, type HWND } from '../abi/index.js';
import { ThreadObject } from './create-thread.js';
import { currentThread, runOn } from './current.js';
import type { KernelObject } from './handle-table.js';
import { MessageQueue } from './message-queue.js';
import type { Process } from './process.js';
import type { Thread } from './thread.js';
import type { WindowClass } from './window-class.js';
import {
  ERROR_NOT_ENOUGH_QUOTA,
  WM_CLOSE,
  WM_CREATE,
  WM_DESTROY,
  WM_NCCREATE,
  WM_NCDESTROY,
  type WNDPROC,
} from './window-messages.js';

/** A window: messages for it go to the thread that made it. */
export class Window implements KernelObject {
  readonly kind = 'window';
  readonly thread: Thread;
  readonly handle: HWND;
  /** GWLP_WNDPROC. */
  procedure: WNDPROC;
  /** GWLP_USERDATA, the program's own. */
  userData: unknown = 0;
  readonly #class: WindowClass;
  #destroying = false;

  constructor(thread: Thread, windowClass: WindowClass) {
    this.thread = thread;
    this.#class = windowClass;
    this.procedure = windowClass.procedure;
    windowClass.windows += 1;
    // From its first window on a thread has a queue, which others can post to.
    MessageQueue.of(thread);
    this.handle = thread.process.handles.open(this) as HWND;
  }

  /** The window behind a handle of `process`, or null. The windows of a thread end with it. */
  static of(process: Process, handle: number): Window | null {
    const object = process.handles.get(handle);
    return object instanceof Window && !ThreadObject.of(object.thread).ended ? object : null;
  }

  /**
   * Makes a window on `thread` and tells its procedure; null if that refuses. An answer that has to be waited for comes
   * too late to refuse.
   */
  static create(thread: Thread, windowClass: WindowClass): Window | null {
    const window = new Window(thread, windowClass);
    if (window.call(WM_NCCREATE, 0, 0) === 0) {
      window.#end();
      return null;
    }
    if (window.call(WM_CREATE, 0, 0) !== -1) return window;
    window.destroy();
    return null;
  }

  /** Calls the procedure on the window's own thread. */
  call(message: number, wParam: number, lParam: number): number | Promise<number> {
    return runOn(this.thread, () => this.procedure(this.handle, message, wParam, lParam));
  }

  /** Tells the procedure, then ends the window. */
  destroy(): void {
    // The procedure may ask for it once more while it is being told.
    if (this.#destroying) return;
    this.#destroying = true;
    void this.call(WM_DESTROY, 0, 0);
    this.#end();
  }

  #end(): void {
    void this.call(WM_NCDESTROY, 0, 0);
    this.thread.process.handles.close(this.handle);
  }

  lastHandleClosed(): void {
    this.#class.windows -= 1;
    MessageQueue.of(this.thread).forget(this.handle);
  }
}

/** What a window does with a message that its own procedure leaves to the system. */
export function defaultProcedure(window: Window, message: number): number {
  if (message === WM_CLOSE) window.destroy();
  return message === WM_NCCREATE ? 1 : 0;
}

/** The class 'Message', which is there without being registered. */
export const systemClass: WindowClass = {
  atom: 0,
  windows: 0,
  procedure(handle, message) {
    const window = Window.of(currentThread().process, handle);
    return window === null ? 0 : defaultProcedure(window, message);
  },
};

/** Posts a message to a window of `process`; returns 0, ERROR_INVALID_WINDOW_HANDLE or ERROR_NOT_ENOUGH_QUOTA. */
export function postMessage(process: Process, hwnd: number, message: number, wParam: number, lParam: number): number {
  const window = Window.of(process, hwnd);
  if (window === null) return ERROR_INVALID_WINDOW_HANDLE;
  const posted = MessageQueue.of(window.thread).post(window.handle, message, wParam, lParam);
  return posted ? NO_ERROR : ERROR_NOT_ENOUGH_QUOTA;
}
