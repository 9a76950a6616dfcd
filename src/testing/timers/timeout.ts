// What setTimeout and its like return, in the shape that Node gives it, on the virtual clock.
import type { Clock, Timer } from '../../index.js';

/** The longest delay that a timer takes; beyond it, as for less than a millisecond, it is one millisecond. */
const LONGEST = 0x7fffffff;

function delayOf(ms: unknown): number {
  const delay = Number(ms);
  return delay >= 1 && delay <= LONGEST ? Math.trunc(delay) : 1;
}

/**
 * Calls `body` from a promise's continuation: so it runs in the asynchronous context that the timer was set in, as
 * programs rely on. What it throws is an uncaught exception, and no promise's rejection.
 */
export function later(wait: (resolve: () => void) => void, body: () => void): void {
  void new Promise<void>(wait).then(() => {
    try {
      body();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  });
}

/** A timer, set when it is made. */
export class Timeout {
  readonly id: number;
  readonly #clock: Clock;
  readonly #delay: number;
  readonly #repeats: boolean;
  readonly #body: () => void;
  readonly #ended: (id: number) => void;
  #timer: Timer | null = null;
  /** Which setting of the timer counts: `refresh` and `close` make the ones before void. */
  #setting = 0;
  #referenced = true;

  constructor(id: number, clock: Clock, ms: unknown, repeats: boolean, body: () => void, ended: (id: number) => void) {
    this.id = id;
    this.#clock = clock;
    this.#delay = delayOf(ms);
    this.#repeats = repeats;
    this.#body = body;
    this.#ended = ended;
    this.#set();
  }

  /** Starts its time anew. */
  refresh(): this {
    this.#timer?.cancel();
    this.#set();
    return this;
  }

  /** Virtual time passes for every timer alike; whether one keeps a program alive is only remembered. */
  ref(): this {
    this.#referenced = true;
    return this;
  }

  unref(): this {
    this.#referenced = false;
    return this;
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  close(): this {
    this.#setting += 1;
    this.#timer?.cancel();
    this.#ended(this.id);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #set(): void {
    this.#setting += 1;
    const setting = this.#setting;
    later(
      (resolve) => (this.#timer = this.#clock.setTimer(this.#delay, resolve)),
      () => this.#expired(setting),
    );
  }

  #expired(setting: number): void {
    // Cleared or set anew between the moment it was due and its turn.
    if (setting !== this.#setting) return;
    if (this.#repeats) this.#set();
    else this.#ended(this.id);
    this.#body();
  }
}

/** What setImmediate returns. */
export class Immediate {
  #cleared = false;
  #referenced = true;

  constructor(clock: Clock, body: () => void) {
    later(
      (resolve) => clock.nextTurn(resolve),
      () => {
        if (!this.#cleared) body();
      },
    );
  }

  clear(): void {
    this.#cleared = true;
  }

  ref(): this {
    this.#referenced = true;
    return this;
  }

  unref(): this {
    this.#referenced = false;
    return this;
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
