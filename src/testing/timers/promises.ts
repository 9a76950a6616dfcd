// The functions of `node:timers/promises`, on the virtual clock.
import type { Clock } from '../../index.js';

/** The options that these functions take; `ref` changes nothing. */
export interface TimerOptions {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

/** The functions, under the module's names. */
export interface TimerPromises {
  readonly setTimeout: <T = void>(ms?: number, value?: T, options?: TimerOptions) => Promise<T>;
  readonly setImmediate: <T = void>(value?: T, options?: TimerOptions) => Promise<T>;
  readonly setInterval: <T = void>(ms?: number, value?: T, options?: TimerOptions) => AsyncGenerator<T, void, undefined>;
  readonly scheduler: {
    readonly wait: (ms?: number, options?: TimerOptions) => Promise<void>;
    readonly yield: () => Promise<void>;
  };
}

/** Makes the functions for one clock. */
export function timerPromises(clock: Clock): TimerPromises {
  const wait = <T>(start: (resolve: () => void) => () => void, value: T, signal: AbortSignal | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(abortion(signal));
        return;
      }
      const aborted = (): void => {
        cancel();
        reject(abortion(signal));
      };
      const cancel = start(() => {
        signal?.removeEventListener('abort', aborted);
        resolve(value);
      });
      signal?.addEventListener('abort', aborted, { once: true });
    });
  const timeout = <T>(ms = 1, value?: T, options: TimerOptions = {}): Promise<T> =>
    wait(
      (resolve) => {
        const timer = clock.setTimer(Math.max(1, ms), resolve);
        return () => timer.cancel();
      },
      value as T,
      options.signal,
    );
  const immediate = <T>(value?: T, options: TimerOptions = {}): Promise<T> =>
    wait(
      (resolve) => {
        clock.nextTurn(resolve);
        return () => undefined;
      },
      value as T,
      options.signal,
    );
  return {
    setTimeout: timeout,
    setImmediate: immediate,
    async *setInterval<T>(ms = 1, value?: T, options: TimerOptions = {}) {
      for (;;) {
        await timeout(ms, undefined, options);
        yield value as T;
      }
    },
    scheduler: { wait: (ms, options) => timeout(ms, undefined, options), yield: () => immediate() },
  };
}

/** As Node rejects: an AbortError with a code, and the reason as its cause. */
function abortion(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}
