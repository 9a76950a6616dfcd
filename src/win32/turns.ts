// Turns of the event loop. A Windows thread that polls leaves the network working; here a loop of calls that are all
// answered at once would keep every other flow, and the network itself, from ever running. So now and then, and always
// after "nothing yet", an answer waits for the next turn.
import type { Clock } from './clock.js';

/** How many answers in a row may be given at once. */
const QUANTUM = 64;

/** Keeps one process's calls from starving everything else. */
export class Turns {
  readonly #clock: Clock;
  #burst = 0;
  /** The last answer given at once. Calls in a row tend to answer alike, and a promise costs more than most of them. */
  #last: Promise<unknown> = Promise.resolve(0);
  #lastValue: unknown = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A call had to wait: everybody else had a turn meanwhile. */
  waited(): void {
    this.#burst = 0;
  }

  /** The promise of a value that is there already; `idle` when the value means "nothing yet". */
  answer<T>(value: T, idle: boolean): Promise<T> {
    this.#burst += 1;
    if (idle || this.#burst >= QUANTUM) return this.afterTurn(value);
    if (value !== this.#lastValue) {
      this.#last = Promise.resolve(value);
      this.#lastValue = value;
    }
    return this.#last as Promise<T>;
  }

  /** The value, once everybody else has had a turn. */
  afterTurn<T>(value: T): Promise<T> {
    this.#burst = 0;
    return new Promise((resolve) => {
      this.#clock.nextTurn(() => {
        resolve(value);
      });
    });
  }
}
