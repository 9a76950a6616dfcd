// Pseudo-blocking of Winsock 1.1: which calls a thread waits in, its blocking hook, and cancelling. There is one of these in
// a process in which somebody has negotiated 1.x, and none in others.
import { FALSE, NULL_HANDLE, TRUE, WSAEINVAL, ref, type HWND } from '../abi/index.js';
import { pollBlockingCallback, through, type LPBLOCKINGCALLBACK, type Step } from '../spi/index.js';
import {
  DispatchMessageW,
  PM_REMOVE,
  PeekMessageW,
  TranslateMessage,
  runOn,
  type MSG,
  type Thread,
} from '../win32/index.js';
import type { Provider } from './provider.js';

/** A blocking hook: true to be called again at once. */
export type BlockingHook = () => unknown;

/** So often in a row a hook is called that asks for it; then whoever it waits for gets a turn. */
const MOST_IN_A_ROW = 64;

/** What Winsock 1.1 does when no hook is set: hands out one message, and tells whether there was one. */
export function defaultBlockingHook(): number {
  const message: MSG = { hwnd: NULL_HANDLE as HWND, message: 0, wParam: 0, lParam: 0, time: 0 };
  if (PeekMessageW(message, null, 0, 0, PM_REMOVE) === FALSE) return FALSE;
  TranslateMessage(message);
  void DispatchMessageW(message);
  return TRUE;
}

/** The blocking calls of one thread. */
export class ThreadCalls implements Step<unknown, unknown> {
  readonly thread: Thread;
  /** What the program has set; null for the system's way, which is to wait and call nothing. */
  hook: BlockingHook | null = null;
  /** How many calls wait. More than one only where 1.1's restriction does not hold. */
  waiting = 0;
  /** Ends WS2_32's own waits; providers have theirs. */
  readonly interrupts = new Set<() => void>();
  readonly #calls: BlockingCalls;
  #cancelled = false;
  #running = false;

  constructor(calls: BlockingCalls, thread: Thread) {
    this.#calls = calls;
    this.thread = thread;
  }

  /** What providers call while they wait; null where they need not. */
  get callback(): LPBLOCKINGCALLBACK | null {
    return this.hook === null ? null : () => this.#callHook();
  }

  begin(): void {
    if (this.waiting === 0) this.#cancelled = false;
    this.waiting += 1;
    this.#calls.began(this);
  }

  /** A call's result passes here on its way to the caller, who may make the next one then. */
  arrive(result: unknown): unknown {
    this.waiting -= 1;
    if (this.waiting === 0) this.#calls.ended(this);
    return result;
  }

  failed(error: unknown): never {
    this.arrive(null);
    throw error;
  }

  /** Cancels the calls that wait; returns 0 or the error. */
  cancel(providers: Iterable<Provider>): number {
    if (this.waiting === 0) return WSAEINVAL;
    this.#cancelled = true;
    let done = this.interrupts.size > 0;
    for (const interrupt of [...this.interrupts]) interrupt();
    const lpErrno = ref(0);
    for (const provider of providers) {
      provider.tell('WSPCancelBlockingCall', (procs) => {
        const answer = procs.lpWSPCancelBlockingCall(lpErrno);
        if (answer === 0) done = true;
        return answer;
      });
    }
    // A provider that only looks at the hook's answer learns of it from there.
    return done || this.hook !== null ? 0 : lpErrno.value || WSAEINVAL;
  }

  #callHook(): number {
    const { hook } = this;
    // A hook whose promise has not come is still being called.
    for (let i = 0; i < MOST_IN_A_ROW && hook !== null && !this.#running && !this.#cancelled; i++) {
      if (!this.#again(hook)) break;
    }
    return this.#cancelled ? FALSE : TRUE;
  }

  #again(hook: BlockingHook): boolean {
    try {
      const answer = runOn(this.thread, hook);
      if (!(answer instanceof Promise)) return Boolean(answer);
      this.#running = true;
      answer.catch((error: unknown) => { this.#threw(error); }).finally(() => {
        this.#running = false;
      });
    } catch (error) {
      this.#threw(error);
    }
    return false;
  }

  #threw(error: unknown): void {
    const { trace, clock } = this.thread.process;
    trace.note('ws2_32', 'blocking hook threw', [error], clock.now());
  }
}

/** The blocking calls of a process. */
export class BlockingCalls {
  readonly #threads = new WeakMap<Thread, ThreadCalls>();
  readonly #waiting = new Set<ThreadCalls>();
  #restricted = true;

  of(thread: Thread): ThreadCalls {
    let calls = this.#threads.get(thread);
    if (calls === undefined) this.#threads.set(thread, (calls = new ThreadCalls(this, thread)));
    return calls;
  }

  /** A call of `thread` waits for `result`: until it comes, the thread is blocking. */
  wait<R>(thread: Thread, result: Promise<R>): Promise<R> {
    const calls = this.of(thread);
    calls.begin();
    return through(result, calls as Step<R, R>);
  }

  /** A name look-up's answer, or `instead` when the call that waits for it on `thread` is cancelled before. */
  interruptible<T>(thread: Thread, answer: Promise<T>, instead: T): Promise<T> {
    const calls = this.of(thread);
    const { callback } = calls;
    let interrupt = (): void => undefined;
    const interrupted = new Promise<T>((resolve) => {
      interrupt = (): void => {
        resolve(instead);
      };
    });
    calls.interrupts.add(interrupt);
    const stop = callback === null ? null : pollBlockingCallback(thread.process.clock, callback, calls, interrupt);
    return Promise.race([answer, interrupted]).finally(() => {
      stop?.();
      calls.interrupts.delete(interrupt);
    });
  }

  /** From now on nothing is forbidden while a call waits: somebody here is a Winsock 2 program. */
  lift(): void {
    this.#restricted = false;
    for (const { thread } of this.#waiting) thread.blocked = false;
  }

  began(calls: ThreadCalls): void {
    this.#waiting.add(calls);
    calls.thread.blocked = this.#restricted;
  }

  ended(calls: ThreadCalls): void {
    this.#waiting.delete(calls);
    calls.thread.blocked = false;
  }
}
