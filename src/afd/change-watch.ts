// Watches for a change that no driver tells of: what the machine's addresses and routes look like. It looks now and then
// while it is started, and is not started unless somebody waits.
import type { Clock, Timer } from '../win32/index.js';

/** Milliseconds from one look to the next. */
const LOOK_EVERY = 1000;

/** Tells once when what `look` sees is no longer what it was when the watch was made. */
export class ChangeWatch {
  readonly #clock: Clock;
  readonly #look: () => string;
  readonly #changed: (seen: string) => void;
  readonly #before: string;
  #timer: Timer | null = null;

  constructor(clock: Clock, look: () => string, changed: (seen: string) => void) {
    this.#clock = clock;
    this.#look = look;
    this.#changed = changed;
    this.#before = look();
  }

  /** Looks at once, and from now on. */
  start(): void {
    if (this.#timer !== null) return;
    const seen = this.#look();
    if (seen === this.#before) this.#lookLater();
    else this.#changed(seen);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #lookLater(): void {
    this.#timer = this.#clock.setTimer(LOOK_EVERY, () => {
      this.#timer = null;
      this.start();
    });
  }
}
