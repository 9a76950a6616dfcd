// The network's clock as one life of a host sees it. When the host crashes, whatever of it waited for this clock waits
// for ever: a program that has lost its machine does not go on when a time is over.
import type { Clock, Timer } from '../../index.js';

const STOPPED: Timer = { cancel: () => undefined };

/** A clock that can be cut off. */
export class HostClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  #halted = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  wallTime(): number {
    return this.#clock.wallTime();
  }

  setTimer(ms: number, expired: () => void): Timer {
    if (this.#halted) return STOPPED;
    const timer = this.#clock.setTimer(ms, () => {
      this.#timers.delete(timer);
      expired();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  nextTurn(turn: () => void): void {
    if (!this.#halted) this.#clock.nextTurn(this.#unlessHalted(turn));
  }

  soon(turn: () => void): void {
    if (!this.#halted) this.#clock.soon(this.#unlessHalted(turn));
  }

  #unlessHalted(turn: () => void): () => void {
    return () => {
      if (!this.#halted) turn();
    };
  }

  hold(): () => void {
    return this.#clock.hold();
  }

  halt(): void {
    this.#halted = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
