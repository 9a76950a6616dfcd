// Initial sequence numbers (RFC 9293 section 3.4.1): they go up with time, so that those of a new connection come after
// all that an old one between the same ports has used, and a peer in TIME_WAIT can let it in. Where they begin is left to
// chance; that nobody can guess them (RFC 6528) is no aim here.
import type { SimClock } from '../clock.js';
import type { Random } from '../random.js';

/** Virtual microseconds per number. */
const STEP = 4;
/** Between connections of the same instant. */
const APART = 64_000;

export class InitialSequence {
  readonly #clock: SimClock;
  readonly #random: Random;
  /** What the number would have been at time 0; null before the first. */
  #origin: number | null = null;

  constructor(clock: SimClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  next(): number {
    const passed = Math.floor(this.#clock.us / STEP) | 0;
    this.#origin = this.#origin === null ? (this.#random.uint32() - passed) | 0 : (this.#origin + APART) | 0;
    return (this.#origin + passed) | 0;
  }
}
