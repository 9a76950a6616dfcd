// Node's TLS does its work in turns of the event loop, which a clock with time of its own cannot see. Owns the hold on
// that clock: from the moment something is handed to Node until it has been quiet for some turns.
import { setImmediate } from 'node:timers';
import type { Clock } from '../../../win32/index.js';

/** Each step of Node's takes at most two turns to the next. */
const QUIET_TURNS = 4;

/** The work that Node does for one connection. */
export class Work {
  readonly #clock: Clock;
  readonly #whenQuiet: () => void;
  #release: (() => void) | null = null;
  #turns = 0;

  /**
   * @param clock - stands still meanwhile
   * @param whenQuiet - told when Node has done what there was to do
   */
  constructor(clock: Clock, whenQuiet: () => void) {
    this.#clock = clock;
    this.#whenQuiet = whenQuiet;
  }

  /** Something happens: to be called with everything that goes into Node or comes out. */
  goesOn(): void {
    this.#turns = 0;
    if (this.#release !== null) return;
    this.#release = this.#clock.hold();
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#turns += 1;
    if (this.#turns < QUIET_TURNS) {
      setImmediate(this.#turn);
      return;
    }
    const release = this.#release;
    this.#release = null;
    this.#whenQuiet();
    release?.();
  };
}
