// The functions that wait for messages and for objects beside them. Messages are not taken: that is messages.ts's.
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_NOACCESS,
  INFINITE,
  MAXIMUM_WAIT_OBJECTS,
  TRUE,
  WAIT_FAILED,
  type HANDLE,
} from '../../abi/index.js';
import { currentCell, enterCall } from '../current.js';
import type { LastErrorCell } from '../last-error.js';
import { MessageArrival } from '../message-arrival.js';
import { MessageQueue } from '../message-queue.js';
import { givingTurns, waitForObjects } from '../wait.js';
import { isWaitable, type Waitable } from '../waitable.js';
import type { BOOL } from './types.js';

export {
  QS_ALLEVENTS,
  QS_ALLINPUT,
  QS_ALLPOSTMESSAGE,
  QS_POSTMESSAGE,
  QS_SENDMESSAGE,
  QS_TIMER,
} from '../message-queue.js';

/** MsgWaitForMultipleObjectsEx: until all objects are signaled and a message is there. */
export const MWMO_WAITALL = 1;
/** MsgWaitForMultipleObjectsEx: an APC ends the wait. */
export const MWMO_ALERTABLE = 2;
/** MsgWaitForMultipleObjectsEx: a message that the thread has seen and left counts too. */
export const MWMO_INPUTAVAILABLE = 4;

const KNOWN_FLAGS = MWMO_WAITALL | MWMO_ALERTABLE | MWMO_INPUTAVAILABLE;

/**
 * MsgWaitForMultipleObjectsEx with fewer ways to ask. May block.
 * @param fWaitAll TRUE: until all objects are signaled and a message is there.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-msgwaitformultipleobjects
 */
export function MsgWaitForMultipleObjects(
  nCount: number,
  pHandles: readonly HANDLE[] | null,
  fWaitAll: BOOL,
  dwMilliseconds: number,
  dwWakeMask: number,
): Promise<number> {
  return MsgWaitForMultipleObjectsEx(nCount, pHandles, dwMilliseconds, dwWakeMask, fWaitAll ? MWMO_WAITALL : 0);
}

/**
 * Waits until one of several objects is signaled, a message comes, an APC has run or the time is over. May block. What
 * other threads send is not answered meanwhile: it ends the wait (QS_SENDMESSAGE), and GetMessage or PeekMessage answers.
 * @param nCount how many handles, 0 to MAXIMUM_WAIT_OBJECTS - 1.
 * @param pHandles the handles, none of them twice; NULL for none.
 * @param dwMilliseconds the longest time; 0 only looks, INFINITE never times out.
 * @param dwWakeMask which messages count: QS_POSTMESSAGE, QS_ALLPOSTMESSAGE, QS_TIMER, QS_SENDMESSAGE, QS_ALLINPUT.
 * @param dwFlags MWMO_WAITALL, MWMO_ALERTABLE, MWMO_INPUTAVAILABLE. Without the last, only messages that have come since
 *   the thread last looked (GetMessage, PeekMessage, WaitMessage) count: one that it saw and left does not.
 * @returns WAIT_OBJECT_0 plus the index of a signaled object, WAIT_OBJECT_0 + nCount for a message, WAIT_OBJECT_0 when all
 *   were wanted, WAIT_IO_COMPLETION, WAIT_TIMEOUT, or WAIT_FAILED with the last error:
 *   ERROR_INVALID_PARAMETER: too many handles, one twice, or unknown flags;
 *   ERROR_NOACCESS: handles are counted and pHandles is NULL;
 *   ERROR_INVALID_HANDLE: one is no handle, stands for nothing that can be waited for, or is missing in the array.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-msgwaitformultipleobjectsex
 */
export async function MsgWaitForMultipleObjectsEx(
  nCount: number,
  pHandles: readonly HANDLE[] | null,
  dwMilliseconds: number,
  dwWakeMask: number,
  dwFlags: number,
): Promise<number> {
  const cell = enterCall();
  if ((dwFlags & ~KNOWN_FLAGS) !== 0) return cell.fail(ERROR_INVALID_PARAMETER, WAIT_FAILED);
  const objects = objectsOf(cell, nCount, pHandles);
  if (objects === null) return WAIT_FAILED;
  const queue = MessageQueue.of(cell.thread);
  const fresh = (dwFlags & MWMO_INPUTAVAILABLE) === 0;
  const message = new MessageArrival(queue, () => (queue.status(fresh) & dwWakeMask) !== 0);
  const result = waitForObjects(cell.thread, [...objects, message], {
    all: (dwFlags & MWMO_WAITALL) !== 0,
    milliseconds: dwMilliseconds >>> 0,
    alertable: (dwFlags & MWMO_ALERTABLE) !== 0,
  });
  return await givingTurns(cell.thread, result);
}

/**
 * Waits until a message comes that the calling thread has not seen yet. Blocks until then. Messages that it saw and left
 * in the queue do not end the wait.
 * @returns TRUE; it cannot fail.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-waitmessage
 */
export async function WaitMessage(): Promise<number> {
  const { thread } = enterCall();
  const queue = MessageQueue.of(thread);
  const message = new MessageArrival(queue, () => queue.status(true) !== 0);
  await waitForObjects(thread, [message], { all: false, milliseconds: INFINITE, alertable: false });
  queue.looked();
  return TRUE;
}

/**
 * Tells which kinds of message are in the calling thread's queue. Never blocks, cannot fail.
 * @param flags QS_*: the kinds that are of interest.
 * @returns in the high word the kinds that are there, in the low word those that have come since the thread last looked.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-getqueuestatus
 */
export function GetQueueStatus(flags: number): number {
  const queue = MessageQueue.of(currentCell().thread);
  const status = ((queue.status(false) & flags) << 16) | (queue.status(true) & flags);
  queue.looked();
  return status >>> 0;
}

/** The objects behind the handles, or null with the error. */
function objectsOf(cell: LastErrorCell, count: number, handles: readonly HANDLE[] | null): Waitable[] | null {
  if (count < 0 || count >= MAXIMUM_WAIT_OBJECTS) return cell.fail(ERROR_INVALID_PARAMETER, null);
  if (count === 0) return [];
  if (handles === null) return cell.fail(ERROR_NOACCESS, null);
  const named = handles.slice(0, count);
  const objects = named.flatMap((handle) => {
    const object = cell.thread.process.handles.get(handle);
    return object !== null && isWaitable(object) ? [object] : [];
  });
  if (objects.length < count) return cell.fail(ERROR_INVALID_HANDLE, null);
  return new Set(objects).size < count ? cell.fail(ERROR_INVALID_PARAMETER, null) : objects;
}
