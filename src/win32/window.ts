// Message-only windows: their classes, their procedures, and the message queue that each thread has. Nothing is ever
// shown, so there is no other kind of window, no input and no painting. Argument rules are functions/windows.ts's.
import {
  ERROR_INVALID_WINDOW_HANDLE,
  INFINITE,
  NO_ERROR,
  NULL_HANDLE,
  WM_QUIT,
  type HWND,
} from '../abi/index.js';
import { ThreadObject } from './create-thread.js';
import { currentThread, runOn } from './current.js';
import { Event } from './event.js';
import type { KernelObject } from './handle-table.js';
import type { Process } from './process.js';
import type { Thread } from './thread.js';
import { enterWait } from './wait.js';
import type { Waitable, Waiter } from './waitable.js';

/** As a parent: the new window receives messages and is nothing else. */
export const HWND_MESSAGE = -3 as HWND;
/** Every top-level window; message-only windows are none. */
export const HWND_BROADCAST = 0xffff as HWND;
export const WM_CREATE = 0x0001;
export const WM_DESTROY = 0x0002;
export const WM_CLOSE = 0x0010;
export const WM_NCCREATE = 0x0081;
export const WM_NCDESTROY = 0x0082;
/** The queue is full. */
export const ERROR_NOT_ENOUGH_QUOTA = 1816;

/** How many posted messages a queue holds. */
const QUEUE_LIMIT = 10_000;
const NO_WINDOW = NULL_HANDLE as HWND;
const FIRST_ATOM = 0xc000;
const KEY = Symbol('windows');

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

/** The window classes of one process, by name without regard to case, and by atom. */
export class WindowClasses {
  readonly #byName = new Map<string, { readonly atom: number; readonly procedure: WNDPROC }>();

  static of(process: Process): WindowClasses {
    return process.moduleData(KEY, () => new WindowClasses());
  }

  /** Registers a class and returns its atom, or null if the name is taken. */
  register(name: string, procedure: WNDPROC): number | null {
    const key = name.toLowerCase();
    if (this.#byName.has(key)) return null;
    const atom = FIRST_ATOM + this.#byName.size;
    this.#byName.set(key, { atom, procedure });
    return atom;
  }

  /** The procedure of a class, or null if there is none. The system's own class is there without being registered. */
  find(name: string | number): WNDPROC | null {
    if (typeof name === 'number') return [...this.#byName.values()].find(({ atom }) => atom === name)?.procedure ?? null;
    const key = name.toLowerCase();
    return this.#byName.get(key)?.procedure ?? (key === 'message' ? systemProcedure : null);
  }
}

/** A window: messages for it go to the thread that made it. */
export class Window implements KernelObject {
  readonly kind = 'window';
  readonly thread: Thread;
  readonly handle: HWND;
  readonly #procedure: WNDPROC;
  #destroying = false;

  constructor(thread: Thread, procedure: WNDPROC) {
    this.thread = thread;
    this.#procedure = procedure;
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
  static create(thread: Thread, procedure: WNDPROC): Window | null {
    const window = new Window(thread, procedure);
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
    return runOn(this.thread, () => this.#procedure(this.handle, message, wParam, lParam));
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
    MessageQueue.of(this.thread).forget(this.handle);
  }
}

/** What a window does with a message that its own procedure leaves to the system. */
export function defaultProcedure(window: Window, message: number): number {
  if (message === WM_CLOSE) window.destroy();
  return message === WM_NCCREATE ? 1 : 0;
}

function systemProcedure(handle: HWND, message: number): number {
  const window = Window.of(currentThread().process, handle);
  return window === null ? 0 : defaultProcedure(window, message);
}

/** Which messages are wanted. WM_QUIT always is. */
export interface MessageFilter {
  /** A window's handle, 0 for the thread's own messages, null for all. */
  readonly hwnd: HWND | null;
  /** The range of message numbers; 0 to 0 is all. */
  readonly min: number;
  readonly max: number;
}

function matches({ hwnd, message }: MSG, filter: MessageFilter): boolean {
  if (message === WM_QUIT) return true;
  if (filter.hwnd !== null && hwnd !== filter.hwnd) return false;
  return (filter.min === 0 && filter.max === 0) || (message >= filter.min && message <= filter.max);
}

/** A thread's messages: those posted, those that other threads sent and wait for, and the wish to quit. */
export class MessageQueue {
  readonly #thread: Thread;
  readonly #posted: MSG[] = [];
  readonly #sent: (() => Promise<void>)[] = [];
  /** The exit code of PostQuitMessage. It has no place in the order: it comes when nothing else is there. */
  #quit: number | null = null;
  readonly #waiters = new Set<Waiter>();

  private constructor(thread: Thread) {
    this.#thread = thread;
  }

  static of(thread: Thread): MessageQueue {
    let queue = thread.statics.get(KEY) as MessageQueue | undefined;
    if (queue === undefined) thread.statics.set(KEY, (queue = new MessageQueue(thread)));
    return queue;
  }

  get hasSent(): boolean {
    return this.#sent.length > 0;
  }

  /** Appends a message; false if the queue is full. */
  post(hwnd: HWND, message: number, wParam: number, lParam: number): boolean {
    if (this.#posted.length >= QUEUE_LIMIT) return false;
    this.#posted.push({ hwnd, message: message >>> 0, wParam, lParam, time: this.#now() });
    this.#changed();
    return true;
  }

  postQuit(exitCode: number): void {
    this.#quit = exitCode;
    this.#changed();
  }

  /** The first message that is wanted, or null. */
  peek(filter: MessageFilter, remove: boolean): MSG | null {
    const index = this.#posted.findIndex((message) => matches(message, filter));
    if (index >= 0) return (remove ? this.#posted.splice(index, 1)[0] : this.#posted[index]) ?? null;
    if (this.#quit === null) return null;
    const quit = { hwnd: NO_WINDOW, message: WM_QUIT, wParam: this.#quit, lParam: 0, time: this.#now() };
    if (remove) this.#quit = null;
    return quit;
  }

  /** Takes the first message that is wanted, waiting for it; meanwhile answers what other threads send. */
  async get(filter: MessageFilter): Promise<MSG> {
    for (;;) {
      await this.deliverSent();
      const message = this.peek(filter, true);
      if (message !== null) return message;
      await this.#wait([new Arrival(this, filter)]);
    }
  }

  /**
   * Sends a message from this thread to a window of another one, whose thread answers when it next looks for messages.
   * Meanwhile this thread answers what is sent to it, so that two threads can send to each other.
   */
  async send(window: Window, message: number, wParam: number, lParam: number): Promise<number> {
    const answered = new Event(true);
    let answer = 0;
    MessageQueue.of(window.thread).#accept(async () => {
      try {
        // The window may be gone by the time its thread looks.
        if (Window.of(this.#thread.process, window.handle) !== null) answer = await window.call(message, wParam, lParam);
      } finally {
        answered.set();
      }
    });
    while (!answered.isSignaled()) {
      await this.#wait([answered, new Arrival(this, null)]);
      await this.deliverSent();
    }
    return answer;
  }

  /** Calls the procedures for what other threads have sent, oldest first; an exception of one comes out. */
  async deliverSent(): Promise<void> {
    for (let deliver = this.#sent.shift(); deliver !== undefined; deliver = this.#sent.shift()) await deliver();
  }

  /** A window is gone: so are the messages posted to it. */
  forget(hwnd: HWND): void {
    const kept = this.#posted.filter((message) => message.hwnd !== hwnd);
    this.#posted.splice(0, this.#posted.length, ...kept);
  }

  addWaiter(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  #accept(deliver: () => Promise<void>): void {
    this.#sent.push(deliver);
    this.#changed();
  }

  #wait(objects: readonly Waitable[]): Promise<number> {
    return enterWait(this.#thread, objects, { all: false, milliseconds: INFINITE, alertable: false });
  }

  #now(): number {
    return Math.floor(this.#thread.process.clock.now()) >>> 0;
  }

  #changed(): void {
    for (const waiter of [...this.#waiters]) waiter.retry();
  }
}

/** One wait for messages, in the form that the wait engine knows. Whoever waited takes the message itself. */
class Arrival implements Waitable {
  readonly kind = 'window';
  readonly #queue: MessageQueue;
  readonly #filter: MessageFilter | null;

  /** @param filter which posted messages end the wait, null for none; sent ones always do. */
  constructor(queue: MessageQueue, filter: MessageFilter | null) {
    this.#queue = queue;
    this.#filter = filter;
  }

  isSignaled(): boolean {
    return this.#queue.hasSent || (this.#filter !== null && this.#queue.peek(this.#filter, false) !== null);
  }

  consume(): void {
    // Nothing is taken yet.
  }

  addWaiter(waiter: Waiter): void {
    this.#queue.addWaiter(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.#queue.removeWaiter(waiter);
  }

  lastHandleClosed(): void {
    // No handle stands for a wait.
  }
}

/** Posts a message to a window of `process`; returns 0, ERROR_INVALID_WINDOW_HANDLE or ERROR_NOT_ENOUGH_QUOTA. */
export function postMessage(process: Process, hwnd: number, message: number, wParam: number, lParam: number): number {
  const window = Window.of(process, hwnd);
  if (window === null) return ERROR_INVALID_WINDOW_HANDLE;
  const posted = MessageQueue.of(window.thread).post(window.handle, message, wParam, lParam);
  return posted ? NO_ERROR : ERROR_NOT_ENOUGH_QUOTA;
}
