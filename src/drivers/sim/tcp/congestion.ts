// The congestion window: NewReno in bytes (RFC 5681, RFC 6582), growing by bytes acknowledged (RFC 3465).
// Owns: the window and the threshold. Does not own: when there is a loss (recovery.ts, retransmission.ts).

/** RFC 3465 section 2.2: segments by which one acknowledgment lets slow start grow; one only after a timeout. */
const SLOW_START_LIMIT = 2;

export class Congestion {
  window = 0;
  threshold = 0x3fff_ffff;
  /** Bytes acknowledged since the window last grew in avoidance. */
  #acknowledged = 0;

  /** The connection begins, or begins again after a pause (RFC 5681 section 4.1). */
  begin(window: number): void {
    this.window = window;
    this.#acknowledged = 0;
  }

  get slowStart(): boolean {
    return this.window < this.threshold;
  }

  /** New bytes were acknowledged while the window was what kept us from sending more. */
  grow(bytes: number, segmentSize: number, afterTimeout: boolean): void {
    if (this.slowStart) {
      const limit = afterTimeout ? segmentSize : SLOW_START_LIMIT * segmentSize;
      this.window += Math.min(bytes, limit);
      return;
    }
    this.#acknowledged += bytes;
    if (this.#acknowledged < this.window) return;
    this.#acknowledged -= this.window;
    this.window += segmentSize;
  }

  /** A loss was noticed while `inFlight` bytes were on the way: half of it is the new measure. */
  reduce(inFlight: number, segmentSize: number): void {
    this.threshold = Math.max(Math.floor(inFlight / 2), 2 * segmentSize);
    this.#acknowledged = 0;
  }

  /** After a timeout. */
  collapse(segmentSize: number): void {
    this.window = segmentSize;
    this.#acknowledged = 0;
  }
}
