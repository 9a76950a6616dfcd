// Which thread id has which message queue, so that messages can be posted to threads. Threads that have ended are
// forgotten now and then, for nobody tells of their end.
import { ThreadObject } from './create-thread.js';
import type { Thread } from './thread.js';

/** So many are kept without looking which of them have ended. */
const FIRST_SWEEP = 64;

/** The queues of one process. */
export class QueuesByThread<Q extends { readonly thread: Thread }> {
  readonly #queues = new Map<number, Q>();
  #sweepAt = FIRST_SWEEP;

  add(queue: Q): void {
    this.#queues.set(queue.thread.id, queue);
    if (this.#queues.size < this.#sweepAt) return;
    for (const [id, { thread }] of this.#queues) if (ThreadObject.of(thread).ended) this.#queues.delete(id);
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#queues.size);
  }

  /** The queue of a thread that has one and has not ended, or null. */
  find(id: number): Q | null {
    const queue = this.#queues.get(id);
    return queue === undefined || ThreadObject.of(queue.thread).ended ? null : queue;
  }
}
