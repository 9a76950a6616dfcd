// Where the interpreter's own waiting comes from. One place, so that a virtual clock can replace it.
import { systemClock, type Clock } from '../../../src/win32/index.js';

/** What the deadline gives for work that was not done in time. */
export const HANG = Symbol('hang');

/** Time as the interpreter needs it. */
export interface Time {
  /** Waits `ms` milliseconds for the network to do its work. */
  sleep(ms: number): Promise<void>;
  /** The result of `work`, or `HANG` if it is not there after `ms` milliseconds. */
  within<T>(work: Promise<T>, ms: number): Promise<T | typeof HANG>;
}

/** Time by a clock. */
export function timeOf(clock: Clock): Time {
  return {
    sleep: (ms) => new Promise((resolve) => clock.setTimer(ms, () => { resolve(); })),
    within(work, ms) {
      return new Promise((resolve, reject) => {
        const timer = clock.setTimer(ms, () => {
          resolve(HANG);
        });
        work.then(resolve, reject).finally(() => {
          timer.cancel();
        });
      });
    },
  };
}

/** The computer's clock. */
export const systemTime: Time = timeOf(systemClock);
