// Thread objects: starting a logical thread, its end and its exit code. What a thread owns is in thread.ts.
import { runApcs } from './apc.js';
import { STILL_ACTIVE } from './codes.js';
import { runOn } from './current.js';
import type { Process } from './process.js';
import type { Thread } from './thread.js';
import { WaitableObject } from './waitable.js';

/** The exit code of a thread that an exception ended: the one that Microsoft's C++ exceptions have. */
export const UNCAUGHT_EXCEPTION = 0xe06d7363;

const KEY = Symbol('thread object');

/** What a thread runs; its result, waited for if it is a promise, becomes the exit code (0 if it is no number). */
export type ThreadBody = () => unknown;

/** A thread as others see it: signaled once it has ended. */
export class ThreadObject extends WaitableObject {
  readonly kind = 'thread';
  readonly thread: Thread;
  /** STILL_ACTIVE until the thread ends. */
  exitCode = STILL_ACTIVE;
  /** What ended the thread, if its body threw. */
  exception: unknown = undefined;
  /** What the thread will run; null from its start on. */
  #body: ThreadBody | null;
  #ended = false;

  /** @param body what to run after `start`, or null for a thread that runs already. */
  constructor(thread: Thread, body: ThreadBody | null) {
    super();
    this.thread = thread;
    this.#body = body;
    thread.statics.set(KEY, this);
  }

  /** The object of a thread; made now if the thread was not started by `createThread`. */
  static of(thread: Thread): ThreadObject {
    return (thread.statics.get(KEY) as ThreadObject | undefined) ?? new ThreadObject(thread, null);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Lets the thread run, on its own turn; false if it was started before. */
  start(): boolean {
    const body = this.#body;
    if (body === null) return false;
    this.#body = null;
    void Promise.resolve().then(() => this.#run(body));
    return true;
  }

  /** Ends the thread: signals the object; APCs that are still queued are lost. Only the first end counts. */
  end(exitCode: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.exitCode = exitCode >>> 0;
    this.thread.apcQueue.length = 0;
    for (const close of this.thread.atEnd.splice(0)) close();
    this.wake();
  }

  isSignaled(): boolean {
    return this.#ended;
  }

  consume(): void {
    // An ended thread stays signaled.
  }

  async #run(body: ThreadBody): Promise<void> {
    try {
      const result = await runOn(this.thread, async () => {
        // Those that were queued before the start come first.
        await runApcs(this.thread);
        return body();
      });
      this.end(typeof result === 'number' ? result : 0);
    } catch (exception) {
      this.#fail(exception);
    }
  }

  #fail(exception: unknown): void {
    const { id, process } = this.thread;
    this.exception = exception;
    this.end(UNCAUGHT_EXCEPTION);
    process.trace.note('win32', 'uncaught exception', [id, exception], process.clock.now());
  }
}

/** Makes a thread of `process` that runs `body`, at once or after `start`. The caller opens the handle. */
export function createThread(process: Process, body: ThreadBody, suspended: boolean): ThreadObject {
  const object = new ThreadObject(process.newThread(), body);
  if (!suspended) object.start();
  return object;
}
