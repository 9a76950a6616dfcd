// The timer functions of a program, on the virtual clock: setTimeout, setInterval, setImmediate and what clears them.
import type { Clock } from '../../index.js';
import { timerPromises } from './promises.js';
import { Immediate, Timeout } from './timeout.js';

/** Where Node's `promisify` looks for the promised form of a function. */
const PROMISED = Symbol.for('nodejs.util.promisify.custom');

type Callback = (...args: unknown[]) => unknown;

/** The functions, under the names that globals have. */
export interface TimerFunctions {
  readonly setTimeout: (callback: Callback, ms?: number, ...args: unknown[]) => Timeout;
  readonly setInterval: (callback: Callback, ms?: number, ...args: unknown[]) => Timeout;
  readonly setImmediate: (callback: Callback, ...args: unknown[]) => Immediate;
  readonly clearTimeout: (timer: unknown) => void;
  readonly clearInterval: (timer: unknown) => void;
  readonly clearImmediate: (timer: unknown) => void;
}

/** Makes the functions for one clock. */
export function timerFunctions(clock: Clock): TimerFunctions {
  /** Those that have not ended: programs may keep the number only. */
  const running = new Map<number, Timeout>();
  let last = 0;
  const start = (repeats: boolean, callback: Callback, ms: unknown, args: unknown[]): Timeout => {
    if (typeof (callback as unknown) !== 'function') throw new TypeError('a timer needs a function to call');
    last += 1;
    const timer = new Timeout(
      last,
      clock,
      ms,
      repeats,
      () => void callback(...args),
      (id) => void running.delete(id),
    );
    running.set(last, timer);
    return timer;
  };
  const clear = (timer: unknown): void => {
    const known = timer instanceof Timeout ? timer : running.get(Number(timer));
    known?.close();
  };
  const promised = timerPromises(clock);
  const setTimeout: TimerFunctions['setTimeout'] = (callback, ms, ...args) => start(false, callback, ms, args);
  const setImmediate: TimerFunctions['setImmediate'] = (callback, ...args) => {
    if (typeof (callback as unknown) !== 'function') throw new TypeError('a timer needs a function to call');
    return new Immediate(clock, () => void callback(...args));
  };
  return {
    setTimeout: Object.assign(setTimeout, { [PROMISED]: promised.setTimeout }),
    setImmediate: Object.assign(setImmediate, { [PROMISED]: promised.setImmediate }),
    setInterval: (callback, ms, ...args) => start(true, callback, ms, args),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: (timer) => {
      if (timer instanceof Immediate) timer.clear();
    },
  };
}
