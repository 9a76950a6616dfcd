// Sleep and SleepEx.
import { enterCall } from '../current.js';
import { sleep } from '../sleep.js';
import type { BOOL } from './types.js';

/**
 * Puts the calling thread to sleep. Blocks.
 * @param dwMilliseconds how long; 0 gives others a turn, INFINITE never ends.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-sleep
 */
export async function Sleep(dwMilliseconds: number): Promise<void> {
  await sleep(enterCall().thread, dwMilliseconds >>> 0, false);
}

/**
 * Puts the calling thread to sleep, if wanted until an APC or a completion routine has run. Blocks.
 * @param dwMilliseconds how long; 0 gives others a turn, INFINITE is without end.
 * @param bAlertable TRUE: APCs queued to the thread run and end the sleep; those queued already at once.
 * @returns 0 when the time is over, or WAIT_IO_COMPLETION after APCs ran. It cannot fail.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-sleepex
 */
export async function SleepEx(dwMilliseconds: number, bAlertable: BOOL): Promise<number> {
  return await sleep(enterCall().thread, dwMilliseconds >>> 0, Boolean(bAlertable));
}
