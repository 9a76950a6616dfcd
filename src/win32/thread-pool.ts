// The thread pool of a process, as far as I/O completion needs it: logical threads that call callbacks, and what ties an
// object's completions to them. Which operation ends with what is the business of whoever runs the operations.
import type { OVERLAPPED } from '../abi/index.js';
import type { CompletionPacket, PacketSink } from './completion-port.js';
import { runOn } from './current.js';
import type { Process } from './process.js';
import type { Thread } from './thread.js';

/** As many as Windows' pool has at most. */
const MOST_THREADS = 500;
/** How many wait for the next callback; the others end. */
const MOST_IDLE = 4;

const KEY = Symbol('thread pool');

type Work = () => unknown;

/** The threads. Callbacks begin in the order in which they were queued; one that is waited for keeps its thread. */
export class ThreadPool {
  readonly #process: Process;
  readonly #queue: Work[] = [];
  readonly #idle: Thread[] = [];
  #threads = 0;
  /** A thread sees to the queue, or is on its way to it. */
  #served = false;

  private constructor(process: Process) {
    this.#process = process;
  }

  /** The pool of `process`, made on first use. */
  static of(process: Process): ThreadPool {
    return process.moduleData(KEY, () => new ThreadPool(process));
  }

  /** Has a thread do `work`, on a turn of its own. */
  run(work: Work): void {
    this.#queue.push(work);
    this.#wake();
  }

  /** One thread after the other: as long as callbacks do not wait, a single one serves them all. */
  #wake(): void {
    if (this.#served || this.#queue.length === 0) return;
    if (this.#idle.length === 0 && this.#threads >= MOST_THREADS) return;
    const thread = this.#idle.pop() ?? this.#newThread();
    this.#served = true;
    void Promise.resolve().then(() => this.#serve(thread));
  }

  #newThread(): Thread {
    this.#threads += 1;
    return this.#process.newThread();
  }

  /** The thread waits: another one sees to the queue. */
  async #waitFor(result: Promise<unknown>): Promise<void> {
    this.#served = false;
    this.#wake();
    await result;
  }

  async #serve(thread: Thread): Promise<void> {
    for (let work = this.#queue.shift(); work !== undefined; work = this.#queue.shift()) {
      try {
        const result = runOn(thread, work);
        if (result instanceof Promise) await this.#waitFor(result);
      } catch (exception) {
        const { trace, clock } = this.#process;
        trace.note('win32', 'uncaught exception', [thread.id, exception], clock.now());
      }
      // Callbacks that follow each other at once leave everybody else a turn now and then.
      await this.#process.turns.answer(undefined, false);
    }
    this.#served = false;
    if (this.#idle.length < MOST_IDLE) {
      this.#idle.push(thread);
      return;
    }
    this.#threads -= 1;
    for (const close of thread.atEnd.splice(0)) close();
  }
}

/** The callback of an I/O completion object. */
export type PTP_WIN32_IO_CALLBACK<P = unknown> = (
  Instance: PTP_CALLBACK_INSTANCE,
  Context: P,
  Overlapped: OVERLAPPED | null,
  IoResult: number,
  NumberOfBytesTransferred: number,
  Io: TP_IO,
) => unknown;

/** One call of a callback; it has no use here. */
export type PTP_CALLBACK_INSTANCE = object;

/** How one object's completions reach the pool. */
interface Queued {
  dropped: boolean;
}

/**
 * An I/O completion object (TP_IO): calls its callback for each operation that it was told of before. Programs only pass
 * it on.
 */
export class TP_IO implements PacketSink {
  readonly #pool: ThreadPool;
  readonly #call: (packet: CompletionPacket, io: TP_IO) => unknown;
  /** Operations announced that have not ended. */
  #announced = 0;
  /** Of those to come, how many are not to be called back. */
  #skipped = 0;
  #queued: Queued[] = [];
  #running = 0;
  #closed = false;
  #waiting: (() => void)[] = [];

  /** @param call calls the program's callback. */
  constructor(process: Process, call: (packet: CompletionPacket, io: TP_IO) => unknown) {
    this.#pool = ThreadPool.of(process);
    this.#call = call;
  }

  /** An operation may begin. */
  announce(): void {
    this.#announced += 1;
  }

  /** It did not, or ended without a packet. */
  takeBack(): void {
    if (this.#announced > 0) this.#announced -= 1;
    this.#settle();
  }

  /** An operation has ended. One that nobody announced is ignored. */
  post(packet: CompletionPacket): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    if (this.#announced === 0 || this.#closed) return;
    this.#announced -= 1;
    const entry: Queued = { dropped: false };
    this.#queued.push(entry);
    this.#pool.run(() => this.#begin(entry, packet));
  }

  /** Done once no callback is running, waiting or still to come; with `drop`, those that have not begun never will. */
  async finished(drop: boolean): Promise<void> {
    if (drop) {
      for (const entry of this.#queued) entry.dropped = true;
      this.#queued = [];
      this.#skipped += this.#announced;
      this.#announced = 0;
      this.#settle();
    }
    if (this.#isIdle) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** No further completion is called back; those that are queued are. */
  close(): void {
    this.#closed = true;
    this.#announced = 0;
    this.#settle();
  }

  get #isIdle(): boolean {
    return this.#announced === 0 && this.#queued.length === 0 && this.#running === 0;
  }

  #begin(entry: Queued, packet: CompletionPacket): unknown {
    if (entry.dropped) return null;
    this.#queued.splice(this.#queued.indexOf(entry), 1);
    this.#running += 1;
    const over = (): void => {
      this.#running -= 1;
      this.#settle();
    };
    let result: unknown = null;
    try {
      result = this.#call(packet, this);
      if (result instanceof Promise) return result.finally(over);
    } finally {
      if (!(result instanceof Promise)) over();
    }
    return result;
  }

  #settle(): void {
    if (!this.#isIdle) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
