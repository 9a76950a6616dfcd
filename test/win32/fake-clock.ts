// A clock that stands still until it is told to go on.
import type { Clock, Timer } from '../../src/win32/index.js';

interface Pending {
  readonly due: number;
  readonly expired: () => void;
}

/** Time that only `advance` moves. Timers fire in the order of their due times, then in the order they were set. */
export class FakeClock implements Clock {
  #now: number;
  readonly #pending = new Set<Pending>();

  constructor(now = 1000) {
    this.#now = now;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return 1_700_000_000_000 + this.#now;
  }

  nextTurn(turn: () => void): void {
    // No time passes for a turn, so nobody has to advance the clock.
    queueMicrotask(turn);
  }

  soon(turn: () => void): void {
    queueMicrotask(turn);
  }

  hold(): () => void {
    // It moves only when it is told to.
    return () => undefined;
  }

  setTimer(ms: number, expired: () => void): Timer {
    const entry = { due: this.#now + ms, expired };
    this.#pending.add(entry);
    return {
      cancel: () => {
        this.#pending.delete(entry);
      },
    };
  }

  /** Lets `ms` milliseconds pass and fires what falls due, timers set meanwhile too. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== null; next = this.#next(end)) {
      this.#now = next.due;
      this.#pending.delete(next);
      next.expired();
    }
    this.#now = end;
  }

  #next(end: number): Pending | null {
    let first: Pending | null = null;
    for (const entry of this.#pending) {
      if (entry.due <= end && (first === null || entry.due < first.due)) first = entry;
    }
    return first;
  }
}
