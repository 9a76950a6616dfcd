// The clock contract. Everything that takes time takes it from here, so that a simulated network can bring its own.
import { scheduleTurn } from './platform.js';

/** A timer that has been set. */
export interface Timer {
  /** Stops it; nothing happens if it has fired. */
  cancel(): void;
}

/** Where time comes from. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Milliseconds since 1970, for what is shown to people. */
  wallTime(): number;
  /** Calls `expired` once, `ms` milliseconds from now, never from inside this call. */
  setTimer(ms: number, expired: () => void): Timer;
  /** Calls `turn` once everything that is ready to happen now has had its turn; no time passes for it. */
  nextTurn(turn: () => void): void;
}

/** Longer delays than a signed 32-bit number would fire at once. */
const LONGEST_DELAY = 0x7fffffff;

/** Node's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  nextTurn: scheduleTurn,
  setTimer(ms, expired) {
    if (ms > LONGEST_DELAY) return setLongTimer(ms, expired);
    const handle = setTimeout(expired, ms);
    return {
      cancel() {
        clearTimeout(handle);
      },
    };
  },
};

function setLongTimer(ms: number, expired: () => void): Timer {
  let timer = systemClock.setTimer(LONGEST_DELAY, () => {
    timer = systemClock.setTimer(ms - LONGEST_DELAY, expired);
  });
  return {
    cancel() {
      timer.cancel();
    },
  };
}
