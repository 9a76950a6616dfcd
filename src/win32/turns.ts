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
    return idle || this.#burst >= QUANTUM ? this.afterTurn(value) : Promise.resolve(value);
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
