// The last-error cell. A thread's last error is not one variable here: every call that may block gets a cell of its own,
// so that after `await recv(...)` the caller reads that call's error, however many calls are in flight.
import type { Thread } from './thread.js';

/** Knows which cell the last error of a whole flow is in; see `CallFrame` in current.ts. */
export interface ErrorFrame {
  latest: LastErrorCell;
}

/** Where one call's error is kept, and on which thread the call was made. */
export class LastErrorCell {
  value = 0;
  readonly thread: Thread;
  /** Who follows the flow that the call was made in; mostly nobody. */
  readonly frame: ErrorFrame | null;

  constructor(thread: Thread, frame: ErrorFrame | null = null) {
    this.thread = thread;
    this.frame = frame;
  }

  /** WSASetLastError: the error by a program's own word, which is the flow's last one from now on. */
  set(error: number): void {
    this.value = error;
    if (this.frame !== null) this.frame.latest = this;
  }

  /** Notes `error` and gives `failure` back, so that a call can end with `return cell.fail(...)`. */
  fail<R>(error: number, failure: R): R {
    this.value = error;
    return failure;
  }
}
