// The wait functions of Windows: their limits on counts and handles. Waiting itself is wait.ts's.
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_NOACCESS,
  FALSE,
  MAXIMUM_WAIT_OBJECTS,
  NO_ERROR,
  WAIT_FAILED,
  type HANDLE,
} from '../../abi/index.js';
import { enterCall } from '../current.js';
import type { LastErrorCell } from '../last-error.js';
import { givingTurns, waitFor, type WaitOptions } from '../wait.js';
import type { BOOL } from './types.js';

/**
 * WaitForSingleObjectEx, not alertable. May block.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitforsingleobject
 */
export function WaitForSingleObject(hHandle: HANDLE, dwMilliseconds: number): Promise<number> {
  return WaitForSingleObjectEx(hHandle, dwMilliseconds, FALSE);
}

/**
 * Waits until an object is signaled, an APC has run or the time is over. May block.
 * @param hHandle an event or a thread.
 * @param dwMilliseconds the longest time; 0 only looks, INFINITE never times out.
 * @param bAlertable TRUE: APCs queued to the calling thread run and end the wait.
 * @returns WAIT_OBJECT_0, WAIT_IO_COMPLETION, WAIT_TIMEOUT, or WAIT_FAILED with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle, or stands for nothing that can be waited for.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitforsingleobjectex
 */
export function WaitForSingleObjectEx(hHandle: HANDLE, dwMilliseconds: number, bAlertable: BOOL): Promise<number> {
  return wait(enterCall(), [hHandle], {
    all: false,
    milliseconds: dwMilliseconds >>> 0,
    alertable: Boolean(bAlertable),
  });
}

/**
 * WaitForMultipleObjectsEx, not alertable. May block.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitformultipleobjects
 */
export function WaitForMultipleObjects(
  nCount: number,
  lpHandles: readonly HANDLE[] | null,
  bWaitAll: BOOL,
  dwMilliseconds: number,
): Promise<number> {
  return WaitForMultipleObjectsEx(nCount, lpHandles, bWaitAll, dwMilliseconds, FALSE);
}

/**
 * Waits until one or all of several objects are signaled, an APC has run or the time is over. May block.
 * @param nCount how many handles, 1 to MAXIMUM_WAIT_OBJECTS.
 * @param lpHandles the handles, none of them twice.
 * @param bWaitAll TRUE: until all are signaled at the same time; they are then taken together.
 * @param dwMilliseconds the longest time; 0 only looks, INFINITE never times out.
 * @param bAlertable TRUE: APCs queued to the calling thread run and end the wait.
 * @returns WAIT_OBJECT_0 plus the smallest index of a signaled object, WAIT_IO_COMPLETION, WAIT_TIMEOUT, or WAIT_FAILED
 *   with the last error:
 *   ERROR_INVALID_PARAMETER: no handles, more than MAXIMUM_WAIT_OBJECTS, or one twice;
 *   ERROR_NOACCESS: lpHandles is NULL;
 *   ERROR_INVALID_HANDLE: one is no handle, stands for nothing that can be waited for, or is missing in the array.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitformultipleobjectsex
 */
export function WaitForMultipleObjectsEx(
  nCount: number,
  lpHandles: readonly HANDLE[] | null,
  bWaitAll: BOOL,
  dwMilliseconds: number,
  bAlertable: BOOL,
): Promise<number> {
  const cell = enterCall();
  const wrong = checkHandles(nCount, lpHandles);
  if (wrong !== NO_ERROR || lpHandles === null) return Promise.resolve(cell.fail(wrong, WAIT_FAILED));
  const options = { all: Boolean(bWaitAll), milliseconds: dwMilliseconds >>> 0, alertable: Boolean(bAlertable) };
  return wait(cell, lpHandles.slice(0, nCount), options);
}

/** Waits; no async function, as each of its promises is felt by programs that wait for every packet. */
function wait(cell: LastErrorCell, handles: readonly HANDLE[], options: WaitOptions): Promise<number> {
  try {
    const result = givingTurns(cell.thread, waitFor(cell.thread, handles, options, cell));
    return typeof result === 'number' ? Promise.resolve(result) : result;
  } catch (error) {
    // An APC's, passed on as it is.
    const thrown = error as Error;
    return Promise.reject(thrown);
  }
}

function checkHandles(count: number, handles: readonly HANDLE[] | null): number {
  if (count < 1 || count > MAXIMUM_WAIT_OBJECTS) return ERROR_INVALID_PARAMETER;
  if (handles === null) return ERROR_NOACCESS;
  if (handles.length < count) return ERROR_INVALID_HANDLE;
  return new Set(handles.slice(0, count)).size < count ? ERROR_INVALID_PARAMETER : NO_ERROR;
}
