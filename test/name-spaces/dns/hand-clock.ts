// A clock that the test moves, for code that waits for real sockets: they come when they come, and time does not.
import type { Clock } from '../../../src/win32/index.js';

export interface HandClock extends Clock {
  /** Moves time; timers that are due fire. */
  pass(ms: number): void;
  /** Every timer fires now. */
  fire(): void;
  readonly waiting: number;
}

export function handClock(): HandClock {
  const timers = new Map<() => void, number>();
  let time = 0;
  const fire = (until: number): void => {
    for (const [expired, at] of [...timers]) if (at <= until && timers.delete(expired)) expired();
  };
  return {
    now: () => time,
    wallTime: () => time,
    setTimer: (ms, expired) => {
      const own = (): void => expired();
      timers.set(own, time + ms);
      return { cancel: () => timers.delete(own) };
    },
    nextTurn: setImmediate,
    soon: setImmediate,
    hold: () => () => undefined,
    pass: (ms) => fire((time += ms)),
    fire: () => fire(Infinity),
    get waiting() {
      return timers.size;
    },
  };
}
