// The timers of one connection on one timer of the clock. A deadline that moves away costs nothing: the timer finds out
// when it fires. A connection with no deadline has nothing in the clock once that has happened.
import type { SimClock, SimTimer } from '../clock.js';

/** What is done when a deadline has come. */
export interface TimerOwner {
  acknowledgmentDue(): void;
  retransmissionDue(): void;
  keepAliveDue(): void;
  endDue(): void;
}

export class Timers {
  /** Virtual microseconds, 0 for none. To be set to what `in` gives. */
  acknowledgment = 0;
  retransmission = 0;
  keepAlive = 0;
  /** Of a closed connection whose peer does not close. */
  end = 0;
  readonly #clock: SimClock;
  readonly #owner: TimerOwner;
  #timer: SimTimer | null = null;

  constructor(clock: SimClock, owner: TimerOwner) {
    this.#clock = clock;
    this.#owner = owner;
  }

  /** The deadline `us` from now; the timer will have fired by then. */
  in(us: number): number {
    const due = this.#clock.us + Math.max(1, us);
    this.#arm(due);
    return due;
  }

  /** Nothing is due for long: an early end of what was leaves nothing in the clock. */
  rest(): void {
    if (this.acknowledgment + this.retransmission + this.keepAlive + this.end === 0) this.#timer?.cancel();
  }

  stop(): void {
    this.acknowledgment = this.retransmission = this.keepAlive = this.end = 0;
    this.#timer?.cancel();
  }

  #arm(due: number): void {
    this.#timer ??= this.#clock.timer(() => {
      this.#fired();
    });
    if (!this.#timer.running || this.#timer.due > due) this.#timer.set(due - this.#clock.us);
  }

  #fired(): void {
    const now = this.#clock.us;
    if (this.acknowledgment !== 0 && this.acknowledgment <= now) {
      this.acknowledgment = 0;
      this.#owner.acknowledgmentDue();
    }
    if (this.retransmission !== 0 && this.retransmission <= now) {
      this.retransmission = 0;
      this.#owner.retransmissionDue();
    }
    if (this.keepAlive !== 0 && this.keepAlive <= now) {
      this.keepAlive = 0;
      this.#owner.keepAliveDue();
    }
    if (this.end !== 0 && this.end <= now) {
      this.end = 0;
      this.#owner.endDue();
    }
    this.#armEarliest();
  }

  #armEarliest(): void {
    let due = Infinity;
    if (this.acknowledgment !== 0) due = this.acknowledgment;
    if (this.retransmission !== 0) due = Math.min(due, this.retransmission);
    if (this.keepAlive !== 0) due = Math.min(due, this.keepAlive);
    if (this.end !== 0) due = Math.min(due, this.end);
    if (due !== Infinity) this.#arm(due);
  }
}
