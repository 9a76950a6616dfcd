// The message queue that each thread has: what is posted, what other threads sent and wait for, timers that are due, and
// the wish to quit. Windows are window.ts's.
import { INFINITE, NULL_HANDLE, WM_QUIT, type HWND } from '../abi/index.js';
import { Event } from './event.js';
import { MessageArrival } from './message-arrival.js';
import type { Process } from './process.js';
import { QueuesByThread } from './queues-by-thread.js';
import type { Thread } from './thread.js';
import { enterWait } from './wait.js';
import type { Waitable, Waiter } from './waitable.js';
import { WM_TIMER, type MSG } from './window-messages.js';
import { WindowTimer, type TIMERPROC } from './window-timer.js';

/** How many posted messages a queue holds. */
const QUEUE_LIMIT = 10_000;
const NO_WINDOW = NULL_HANDLE as HWND;
const KEY = Symbol('message queue');

/** Kinds of message, as GetQueueStatus and MsgWaitForMultipleObjects name them. */
export const QS_POSTMESSAGE = 0x0008;
export const QS_TIMER = 0x0010;
export const QS_SENDMESSAGE = 0x0040;
export const QS_ALLPOSTMESSAGE = 0x0100;
export const QS_ALLEVENTS = 0x04bf;
export const QS_ALLINPUT = 0x04ff;

/** Which messages are wanted. WM_QUIT always is. */
export interface MessageFilter {
  /** A window's handle, 0 for the thread's own messages, null for all. */
  readonly hwnd: HWND | null;
  /** The range of message numbers; 0 to 0 is all. */
  readonly min: number;
  readonly max: number;
}

function matches({ hwnd, message }: Pick<MSG, 'hwnd' | 'message'>, filter: MessageFilter): boolean {
  if (message === WM_QUIT) return true;
  if (filter.hwnd !== null && hwnd !== filter.hwnd) return false;
  return (filter.min === 0 && filter.max === 0) || (message >= filter.min && message <= filter.max);
}

/** A thread's messages. */
export class MessageQueue {
  readonly thread: Thread;
  readonly #posted: MSG[] = [];
  readonly #sent: (() => Promise<void>)[] = [];
  /** The exit code of PostQuitMessage. It has no place in the order: it comes when nothing posted is there. */
  #quit: number | null = null;
  readonly #timers: WindowTimer[] = [];
  #lastTimer = 0;
  /** QS_* bits of what has come since the thread last looked. */
  #unseen = 0;
  readonly #waiters = new Set<Waiter>();

  private constructor(thread: Thread) {
    this.thread = thread;
  }

  /** The queue of a thread, made when it is first needed. */
  static of(thread: Thread): MessageQueue {
    let queue = thread.statics.get(KEY) as MessageQueue | undefined;
    if (queue === undefined) {
      queue = new MessageQueue(thread);
      thread.statics.set(KEY, queue);
      queuesOf(thread.process).add(queue);
    }
    return queue;
  }

  /** The queue of the thread with this id; null if there is no such thread or it has no queue yet. */
  static ofThreadId(process: Process, id: number): MessageQueue | null {
    return queuesOf(process).find(id);
  }

  /** QS_* bits of what is there; `fresh` counts only what has come since the thread last looked. */
  status(fresh: boolean): number {
    let bits = this.#sent.length > 0 ? QS_SENDMESSAGE : 0;
    if (this.#posted.length > 0 || this.#quit !== null) bits |= QS_POSTMESSAGE | QS_ALLPOSTMESSAGE;
    if (this.#timers.some(({ due }) => due)) bits |= QS_TIMER;
    return fresh ? bits & this.#unseen : bits;
  }

  /** The thread has looked: what is there is no longer new. */
  looked(): void {
    this.#unseen = 0;
  }

  /** Appends a message; false if the queue is full. */
  post(hwnd: HWND, message: number, wParam: number, lParam: number): boolean {
    if (this.#posted.length >= QUEUE_LIMIT) return false;
    this.#posted.push({ hwnd, message: message >>> 0, wParam, lParam, time: this.#now() });
    this.#changed(QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
    return true;
  }

  postQuit(exitCode: number): void {
    this.#quit = exitCode;
    this.#changed(QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
  }

  /** The first message that is wanted, or null: what is posted, then the wish to quit, then timers. */
  peek(filter: MessageFilter, remove: boolean, kinds = QS_ALLINPUT): MSG | null {
    if ((kinds & (QS_POSTMESSAGE | QS_ALLPOSTMESSAGE)) !== 0) {
      const index = this.#posted.findIndex((message) => matches(message, filter));
      if (index >= 0) return (remove ? this.#posted.splice(index, 1)[0] : this.#posted[index]) ?? null;
      if (this.#quit !== null) return this.#takeQuit(this.#quit, remove);
    }
    return (kinds & QS_TIMER) === 0 ? null : this.#peekTimer(filter, remove);
  }

  /** Takes the first message that is wanted, waiting for it; meanwhile answers what other threads send. */
  async get(filter: MessageFilter): Promise<MSG> {
    for (;;) {
      await this.deliverSent();
      const message = this.peek(filter, true);
      this.looked();
      if (message !== null) return message;
      await this.#wait([new MessageArrival(this, () => this.#sent.length > 0 || this.peek(filter, false) !== null)]);
    }
  }

  /**
   * Sends a message from this thread to another one, which answers by `call` when it next looks for messages. Meanwhile
   * this thread answers what is sent to it, so that two threads can send to each other.
   */
  async send(to: MessageQueue, call: () => number | Promise<number>): Promise<number> {
    const answered = new Event(true);
    let answer = 0;
    to.#accept(async () => {
      try {
        answer = await call();
      } finally {
        answered.set();
      }
    });
    while (!answered.isSignaled()) {
      await this.#wait([answered, new MessageArrival(this, () => this.#sent.length > 0)]);
      await this.deliverSent();
    }
    return answer;
  }

  /** Calls the procedures for what other threads have sent, oldest first; an exception of one comes out. */
  async deliverSent(): Promise<void> {
    for (let deliver = this.#sent.shift(); deliver !== undefined; deliver = this.#sent.shift()) await deliver();
  }

  /** Sets a timer in place of the one with the same window and id, and returns its id; 0 without a window chooses one. */
  setTimer(hwnd: HWND, wanted: number, period: number, procedure: TIMERPROC | null): number {
    const known = this.#timers.some((timer) => timer.hwnd === hwnd && timer.id === wanted);
    // Without a window, ids that were not given out here mean nothing.
    const id = hwnd === NO_WINDOW && !known ? (this.#lastTimer += 1) : wanted;
    this.killTimer(hwnd, id);
    const { clock } = this.thread.process;
    this.#timers.push(new WindowTimer(clock, hwnd, id, period, procedure, () => {
      this.#changed(QS_TIMER);
    }));
    return id;
  }

  /** Ends a timer; false if there is none. A message of it that is due is not given out any more. */
  killTimer(hwnd: HWND, id: number): boolean {
    const index = this.#timers.findIndex((timer) => timer.hwnd === hwnd && timer.id === id);
    if (index < 0) return false;
    this.#timers.splice(index, 1)[0]?.cancel();
    return true;
  }

  /** What a timer's message calls instead of the window procedure, or null. */
  timerProcedure(hwnd: HWND, id: number): TIMERPROC | null {
    return this.#timers.find((timer) => timer.hwnd === hwnd && timer.id === id)?.procedure ?? null;
  }

  /** A window is gone: so are the messages posted to it and its timers. */
  forget(hwnd: HWND): void {
    const kept = this.#posted.filter((message) => message.hwnd !== hwnd);
    this.#posted.splice(0, this.#posted.length, ...kept);
    for (const timer of [...this.#timers]) if (timer.hwnd === hwnd) this.killTimer(hwnd, timer.id);
  }

  addWaiter(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  #takeQuit(exitCode: number, remove: boolean): MSG {
    if (remove) this.#quit = null;
    return { hwnd: NO_WINDOW, message: WM_QUIT, wParam: exitCode, lParam: 0, time: this.#now() };
  }

  #peekTimer(filter: MessageFilter, remove: boolean): MSG | null {
    const wanted = ({ due, hwnd }: WindowTimer): boolean => due && matches({ hwnd, message: WM_TIMER }, filter);
    const timer = this.#timers.find(wanted);
    if (timer === undefined) return null;
    if (remove) timer.begin();
    return { hwnd: timer.hwnd, message: WM_TIMER, wParam: timer.id, lParam: 0, time: this.#now() };
  }

  #accept(deliver: () => Promise<void>): void {
    this.#sent.push(deliver);
    this.#changed(QS_SENDMESSAGE);
  }

  #wait(objects: readonly Waitable[]): Promise<number> {
    return enterWait(this.thread, objects, { all: false, milliseconds: INFINITE, alertable: false });
  }

  #now(): number {
    return Math.floor(this.thread.process.clock.now()) >>> 0;
  }

  #changed(kinds: number): void {
    this.#unseen |= kinds;
    for (const waiter of [...this.#waiters]) waiter.retry();
  }
}

const QUEUES = Symbol('message queues');

function queuesOf(process: Process): QueuesByThread<MessageQueue> {
  return process.moduleData(QUEUES, () => new QueuesByThread<MessageQueue>());
}
