// The round trip and the retransmission timeout (RFC 6298), in whole microseconds.
import { LARGEST_TIMEOUT, LEAST_TIMEOUT } from './constants.js';

export class RoundTrip {
  /** 0 until measured. */
  smoothed = 0;
  least = 0;
  #variation = 0;
  #timeout: number;
  #doublings = 0;

  constructor(initialTimeout: number) {
    this.#timeout = initialTimeout;
  }

  /** With all doublings. */
  get timeout(): number {
    let timeout = this.#timeout;
    for (let i = 0; i < this.#doublings && timeout < LARGEST_TIMEOUT; i += 1) timeout *= 2;
    return Math.min(timeout, Math.max(LARGEST_TIMEOUT, this.#timeout));
  }

  /** A segment that was sent once only was acknowledged after so long. */
  measured(us: number): void {
    if (this.smoothed === 0) {
      this.smoothed = Math.max(1, us);
      this.#variation = Math.floor(us / 2);
      this.least = us;
    } else {
      const error = Math.abs(this.smoothed - us);
      this.#variation += Math.floor((error - this.#variation) / 4);
      this.smoothed = Math.max(1, this.smoothed + Math.floor((us - this.smoothed) / 8));
      this.least = Math.min(this.least, us);
    }
    this.#timeout = Math.min(LARGEST_TIMEOUT, Math.max(LEAST_TIMEOUT, this.smoothed + 4 * this.#variation));
  }

  /** The handshake had to be repeated: RFC 6298 section 5.7 starts data with the initial timeout then. */
  restart(initialTimeout: number): void {
    if (this.smoothed === 0) this.#timeout = initialTimeout;
    this.#doublings = 0;
  }

  backOff(): void {
    this.#doublings += 1;
  }

  /** Something new was acknowledged: the path works. */
  settle(): void {
    this.#doublings = 0;
  }
}
