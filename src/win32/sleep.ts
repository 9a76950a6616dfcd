// Sleeping: a wait for nothing but the clock, and for APCs if the sleep is alertable.
import { WAIT_IO_COMPLETION } from '../abi/index.js';
import type { Thread } from './thread.js';
import { enterWait, takeApcs } from './wait.js';

/**
 * Puts a thread to sleep. Even 0 milliseconds give others a turn: the sleep ends with the clock's next step.
 * @param milliseconds how long; INFINITE for ever.
 * @param alertable whether an APC ends the sleep. Those queued already run at once, then nothing is slept.
 * @returns 0 when the time is over, WAIT_IO_COMPLETION after APCs ran; an exception of an APC comes out.
 */
export function sleep(thread: Thread, milliseconds: number, alertable: boolean): number | Promise<number> {
  const interrupted = alertable ? takeApcs(thread) : null;
  if (interrupted !== null) return interrupted;
  const slept = enterWait(thread, [], { all: false, milliseconds, alertable });
  return slept.then((result) => (result === WAIT_IO_COMPLETION ? result : 0));
}
