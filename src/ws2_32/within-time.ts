// Waiting for other people's promises, but not for ever.
import type { Clock } from '../win32/index.js';

/** The value, or 'timeout' when it has not come within `ms` of the clock. A value that is there costs nothing. */
export function withinTime<T>(clock: Clock, ms: number, result: T | Promise<T>): T | Promise<T | 'timeout'> {
  if (!(result instanceof Promise)) return result;
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(ms, () => {
      resolve('timeout');
    });
    result.then(resolve, reject).finally(() => {
      timer.cancel();
    });
  });
}
