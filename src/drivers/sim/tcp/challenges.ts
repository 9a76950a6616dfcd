// How often suspicious segments are answered (RFC 5961 section 7).
import { CHALLENGE_INTERVAL, CHALLENGE_LIMIT } from './constants.js';

export class Challenges {
  #count = 0;
  #since = 0;

  /** Whether one more may be answered at `us`. */
  allow(us: number): boolean {
    if (us - this.#since >= CHALLENGE_INTERVAL) {
      this.#since = us;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= CHALLENGE_LIMIT;
  }
}
