// The numbers by which programs name buffers, completion queues and request queues. On Windows they are pointers, not
// handles: CloseHandle knows nothing of them.

/** Identifiers look like addresses of their own, multiples of sixteen that no other handle is. */
const FIRST = 0x1000_0000;
const STEP = 16;
/** By the time the numbers start again after this one, a stale one is long forgotten. */
const LARGEST = 0x3fff_fff0;

/** Gives out identifiers for all kinds of object, so that one kind's is never taken for another's. */
export class Identifiers {
  #last = FIRST - STEP;

  /** An identifier that `taken` does not know. */
  next(taken: (id: number) => boolean): number {
    do {
      this.#last = this.#last >= LARGEST ? FIRST : this.#last + STEP;
    } while (taken(this.#last));
    return this.#last;
  }
}
