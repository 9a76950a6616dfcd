// A token bucket: when something that is handed over now has left a line of a certain rate.
import type { Clock } from '../../../win32/index.js';

const MS_PER_SECOND = 1000;
const BITS_PER_BYTE = 8;

/** How fast one direction is. */
export interface LineOptions {
  /** Bits per second; null for no limit. */
  readonly rate: number | null;
  /** How many bytes may leave at once after a rest. */
  readonly burst: number;
  /** Milliseconds from one end to the other. */
  readonly delay: number;
}

/** The bucket of one direction, which all connections of a process share. */
export class Bucket {
  readonly delay: number;
  /** Into how many bytes data is cut: what leaves in a millisecond, and at least a packet. */
  readonly piece: number;
  /** How many bytes may be on the way. */
  readonly most: number;
  readonly #clock: Clock;
  readonly #bytesPerMs: number;
  readonly #burstMs: number;
  /** When the bucket is full again. Tokens are never counted: this moment says how many there are. */
  #full = 0;

  constructor(clock: Clock, { rate, burst, delay }: LineOptions) {
    this.#clock = clock;
    this.#bytesPerMs = rate === null ? Infinity : rate / BITS_PER_BYTE / MS_PER_SECOND;
    this.#burstMs = burst / this.#bytesPerMs;
    this.delay = delay;
    const perMs = rate === null ? LEAST_ON_THE_WAY : this.#bytesPerMs;
    this.piece = Math.max(PACKET, Math.floor(perMs));
    this.most = LEAST_ON_THE_WAY + Math.ceil(perMs * delay);
  }

  /** Takes the tokens for `size` bytes; returns how many milliseconds it is until they have left. */
  take(size: number): number {
    const now = this.#clock.now();
    if (size > 0) this.#full = Math.max(this.#full, now) + size / this.#bytesPerMs;
    // What is handed over later never overtakes.
    return Math.max(0, this.#full - this.#burstMs - now);
  }
}

/** What TCP puts into one packet, mostly. */
const PACKET = 1460;
const LEAST_ON_THE_WAY = 65_536;
