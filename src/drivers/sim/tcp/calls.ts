// Calls to the outside that may not be made yet: a driver method is still running. They are made in the same instant, by
// an event of the clock, in the order in which they were asked for.
import type { DriverError } from '../../contract.js';
import type { SimClock } from '../clock.js';
import type { QueuedEvent } from '../event-queue.js';

/** Something that is waiting for its turn. */
export interface Waking {
  wake(): void;
}

export class DeferredCalls implements QueuedEvent {
  due = 0;
  order = 0;
  place = -1;
  readonly #clock: SimClock;
  #waiting: Waking[] = [];

  constructor(clock: SimClock) {
    this.#clock = clock;
  }

  /** Wakes `who` in this instant, but not from inside this call. */
  wake(who: Waking): void {
    this.#waiting.push(who);
    if (this.place < 0) this.#clock.enter(this, this.#clock.us);
  }

  /** Answers a write or a close that way. */
  answer(done: (error: DriverError | null) => void, error: DriverError | null): void {
    const clock = this.#clock;
    this.wake({
      wake() {
        clock.tell();
        done(error);
      },
    });
  }

  fire(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const who of waiting) who.wake();
  }

  /** Nobody will be woken: the host is down. */
  stop(): void {
    this.#waiting = [];
    this.#clock.leave(this);
  }
}
