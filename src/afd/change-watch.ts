// Watches for a change in what the machine's addresses and routes look like. Where the driver tells of changes it looks
// then, elsewhere now and then while it is started; it is not started unless somebody waits.
import type { Driver } from '../drivers/contract.js';
import type { Clock, Timer } from '../win32/index.js';

/** Milliseconds from one look to the next, where the driver tells nothing. */
const LOOK_EVERY = 1000;

/** What a watch needs of the device. */
export interface WatchedMachine {
  readonly driver: Pick<Driver, 'watch'>;
  readonly clock: Clock;
}

/** Tells once when what `look` sees is no longer what it was when the watch was made. */
export class ChangeWatch {
  readonly #machine: WatchedMachine;
  readonly #look: () => string;
  readonly #changed: (seen: string) => void;
  readonly #before: string;
  #timer: Timer | null = null;
  #unwatch: (() => void) | null = null;

  constructor(machine: WatchedMachine, look: () => string, changed: (seen: string) => void) {
    this.#machine = machine;
    this.#look = look;
    this.#changed = changed;
    this.#before = look();
  }

  /** Looks at once, and from now on. */
  start(): void {
    if (this.#timer !== null || this.#unwatch !== null) return;
    this.#unwatch = this.#machine.driver.watch(() => this.#lookNow());
    if (this.#lookNow() || this.#unwatch !== null) return;
    this.#lookLater();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#unwatch?.();
    this.#unwatch = null;
  }

  /** Whether there was a change, and somebody has been told. */
  #lookNow(): boolean {
    const seen = this.#look();
    if (seen === this.#before) return false;
    this.stop();
    this.#changed(seen);
    return true;
  }

  #lookLater(): void {
    this.#timer = this.#machine.clock.setTimer(LOOK_EVERY, () => {
      this.#timer = null;
      if (!this.#lookNow()) this.#lookLater();
    });
  }
}
