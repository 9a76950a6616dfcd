// The last-error cell. A thread's last error is not one variable here: every call that may block gets a cell of its own,
// so that after `await recv(...)` the caller reads that call's error, however many calls are in flight.
import type { Thread } from './thread.js';

/** Where one call's error is kept, and on which thread the call was made. */
export class LastErrorCell {
  value = 0;
  readonly thread: Thread;

  constructor(thread: Thread) {
    this.thread = thread;
  }

  /** Notes `error` and gives `failure` back, so that a call can end with `return cell.fail(...)`. */
  fail<R>(error: number, failure: R): R {
    this.value = error;
    return failure;
  }
}
