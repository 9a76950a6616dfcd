// Where the interpreter's own waiting comes from. One place, so that a virtual clock can replace it.

/** What the deadline gives for work that was not done in time. */
export const HANG = Symbol('hang');

/** Time as the interpreter needs it. */
export interface Time {
  /** Waits `ms` milliseconds for the network to do its work. */
  sleep(ms: number): Promise<void>;
  /** The result of `work`, or `HANG` if it is not there after `ms` milliseconds. */
  within<T>(work: Promise<T>, ms: number): Promise<T | typeof HANG>;
}

/** The computer's clock. */
export const systemTime: Time = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  within(work, ms) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(HANG);
      }, ms);
      work.then(resolve, reject).finally(() => {
        clearTimeout(timer);
      });
    });
  },
};
