// Time as Node has it.
import type { Clock, Timer } from './clock.js';
import { scheduleTurn } from './platform.js';

/** Longer delays than a signed 32-bit number would fire at once. */
const LONGEST_DELAY = 0x7fffffff;

function nothing(): void {
  // Real time cannot be held.
}

/** Node's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  nextTurn: scheduleTurn,
  soon: scheduleTurn,
  hold: () => nothing,
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
