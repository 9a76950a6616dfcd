// Calling a blocking callback (WPUQueryBlockingCallback) while a call waits, as every provider that can wait has to.
import { FALSE } from '../abi/index.js';
import type { Clock, Timer } from '../win32/index.js';
import type { LPBLOCKINGCALLBACK } from './types.js';

/** Between two calls of the callback, in milliseconds. */
const EVERY = 10;

/**
 * Calls `callback` on the next turn and then every 10 milliseconds, until it answers FALSE, which calls `cancelled`.
 *
 * @param clock - the process's
 * @param callback - as WPUQueryBlockingCallback gave it
 * @param context - as it gave that
 * @param cancelled - told that the application has cancelled the call
 * @returns ends it; to be called when the call is done
 */
export function pollBlockingCallback(
  clock: Clock,
  callback: LPBLOCKINGCALLBACK,
  context: unknown,
  cancelled: () => void,
): () => void {
  let timer: Timer | null = null;
  const wait = { over: false };
  const isOver = (): boolean => wait.over;
  const ask = (): void => {
    if (isOver()) return;
    const goOn = callback(context) !== FALSE;
    // The application may have ended the wait itself meanwhile.
    if (isOver()) return;
    if (goOn) timer = clock.setTimer(EVERY, ask);
    else cancelled();
  };
  clock.nextTurn(ask);
  return () => {
    wait.over = true;
    timer?.cancel();
  };
}
