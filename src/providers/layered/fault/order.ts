// The order of one direction of a socket: what was delayed holds back what comes after it.
import type { MaybePending } from '../../../spi/index.js';
import type { Steps } from '../kit/carry.js';

/** Those on their way in one direction. */
export class Order {
  #last: Promise<unknown> | null = null;

  /** Goes on so many milliseconds from now, and not before those that came before; at once when its call is cancelled. */
  pass(steps: Steps, milliseconds: number): MaybePending<void> {
    const before = this.#last;
    if (before === null && milliseconds === 0) return;
    const mine = this.#wait(steps, milliseconds, before);
    // One that was cancelled does not let those behind it pass those before it.
    const last = Promise.all([before, mine]);
    this.#last = last;
    void last.then(() => {
      if (this.#last === last) this.#last = null;
    });
    return mine;
  }

  /** Does something when all of those now here are through: true if that is not now. */
  defer(work: () => void): boolean {
    void this.#last?.then(work);
    return this.#last !== null;
  }

  async #wait(steps: Steps, milliseconds: number, before: Promise<unknown> | null): Promise<void> {
    if (milliseconds > 0) await steps.sleep(milliseconds);
    if (before !== null) await steps.until(before);
  }
}
