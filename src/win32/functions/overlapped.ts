// The functions of Windows over overlapped operations, whatever object they run on: cancelling them and asking for their
// results. The operations are pending-operation.ts's and their owners'.
import {
  ERROR_INVALID_HANDLE,
  ERROR_IO_INCOMPLETE,
  ERROR_NOACCESS,
  ERROR_NOT_FOUND,
  FALSE,
  INFINITE,
  NO_ERROR,
  STATUS_PENDING,
  TRUE,
  WAIT_OBJECT_0,
  type HANDLE,
  type OVERLAPPED,
  type Ref,
} from '../../abi/index.js';
import { currentCell, enterCall } from '../current.js';
import { Event } from '../event.js';
import type { LastErrorCell } from '../last-error.js';
import { cancelOperations, isCancellable, PendingOperation, type Cancellable } from '../pending-operation.js';
import { waitForObjects } from '../wait.js';
import type { Waitable } from '../waitable.js';
import type { BOOL } from './types.js';

function fileOf(cell: LastErrorCell, handle: HANDLE): Cancellable | null {
  const object = cell.thread.process.handles.get(handle);
  return object !== null && isCancellable(object) ? object : cell.fail(ERROR_INVALID_HANDLE, null);
}

/**
 * Cancels the overlapped operations that the calling thread has started on a socket and that are under way. Each ends
 * with ERROR_OPERATION_ABORTED (WSA_OPERATION_ABORTED) and reports as it would have otherwise: by event, routine or
 * port. What a receive had got already is there for the next one. A stream's send that is under way cannot be taken back:
 * it ends, and the connection is cut, as the peer would miss the rest. A datagram's send is past cancelling and ends by
 * itself. Never blocks.
 * @param hFile the socket.
 * @returns TRUE, also if there was nothing to cancel; or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a socket.
 * @see https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-cancelio
 */
export function CancelIo(hFile: HANDLE): number {
  const cell = currentCell();
  const file = fileOf(cell, hFile);
  if (file === null) return FALSE;
  cancelOperations(file, ({ thread }) => thread === cell.thread);
  return TRUE;
}

/**
 * Cancels one or all overlapped operations on a socket, whichever thread started them; see CancelIo for how they end.
 * Never blocks.
 * @param hFile the socket.
 * @param lpOverlapped the OVERLAPPED of the operation, or NULL for all.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a socket;
 *   ERROR_NOT_FOUND: no such operation is under way.
 * @see https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-cancelioex
 */
export function CancelIoEx(hFile: HANDLE, lpOverlapped: OVERLAPPED | null): number {
  const cell = currentCell();
  const file = fileOf(cell, hFile);
  if (file === null) return FALSE;
  const found = cancelOperations(file, ({ overlapped }) => lpOverlapped === null || overlapped === lpOverlapped);
  return found ? TRUE : cell.fail(ERROR_NOT_FOUND, FALSE);
}

/**
 * Tells the result of an overlapped operation, in Windows' own error codes; WSAGetOverlappedResult gives Winsock's.
 * Blocks only with `bWait`.
 * @param hFile the socket; used only to wait for an operation without an event.
 * @param lpOverlapped the operation's OVERLAPPED.
 * @param lpNumberOfBytesTransferred receives the count, when the operation is over.
 * @param bWait TRUE: waits for the end, by the OVERLAPPED's event if it has one.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_IO_INCOMPLETE: it is under way and not to be waited for;
 *   ERROR_INVALID_HANDLE: hEvent is no event, or there is none and hFile is no socket;
 *   ERROR_NOACCESS: a pointer is NULL;
 *   or the operation's own: ERROR_OPERATION_ABORTED, ERROR_NETNAME_DELETED (connection reset)...
 * @see https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-getoverlappedresult
 */
export function GetOverlappedResult(
  hFile: HANDLE,
  lpOverlapped: OVERLAPPED | null,
  lpNumberOfBytesTransferred: Ref | null,
  bWait: BOOL,
): Promise<number> {
  return GetOverlappedResultEx(hFile, lpOverlapped, lpNumberOfBytesTransferred, bWait ? INFINITE : 0, FALSE);
}

/**
 * As GetOverlappedResult, with a limit to the wait. Blocks unless the limit is 0.
 * @param hFile the socket; used only to wait for an operation without an event.
 * @param lpOverlapped the operation's OVERLAPPED.
 * @param lpNumberOfBytesTransferred receives the count, when the operation is over.
 * @param dwMilliseconds the longest time; 0 only looks, INFINITE never times out.
 * @param bAlertable TRUE: APCs queued to the calling thread run and end the wait.
 * @returns as GetOverlappedResult; also FALSE with
 *   WAIT_TIMEOUT: the time is over;
 *   WAIT_IO_COMPLETION: APCs ran.
 * @see https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-getoverlappedresultex
 */
export async function GetOverlappedResultEx(
  hFile: HANDLE,
  lpOverlapped: OVERLAPPED | null,
  lpNumberOfBytesTransferred: Ref | null,
  dwMilliseconds: number,
  bAlertable: BOOL,
): Promise<number> {
  const cell = enterCall();
  if (lpOverlapped === null || lpNumberOfBytesTransferred === null) return cell.fail(ERROR_NOACCESS, FALSE);
  if (isPending(lpOverlapped)) {
    const milliseconds = dwMilliseconds >>> 0;
    if (milliseconds === 0) return cell.thread.process.turns.afterTurn(cell.fail(ERROR_IO_INCOMPLETE, FALSE));
    const objects = waitedFor(cell, hFile, lpOverlapped);
    if (objects === null) return FALSE;
    const options = { all: false, milliseconds, alertable: Boolean(bAlertable) };
    const ended = await waitForObjects(cell.thread, objects, options);
    if (ended >= WAIT_OBJECT_0 + objects.length) return cell.fail(ended, FALSE);
    // Somebody else may have set the event.
    if (isPending(lpOverlapped)) return cell.fail(ERROR_IO_INCOMPLETE, FALSE);
  }
  lpNumberOfBytesTransferred.value = lpOverlapped.InternalHigh;
  const error = PendingOperation.of(lpOverlapped)?.win32Error ?? lpOverlapped.Internal;
  return error === NO_ERROR ? TRUE : cell.fail(error, FALSE);
}

function isPending(overlapped: OVERLAPPED): boolean {
  const operation = PendingOperation.of(overlapped);
  return operation === null ? overlapped.Internal === STATUS_PENDING : !operation.done;
}

/** What a wait for a pending operation waits for: its event, and its end in any case. Null if there is nothing. */
function waitedFor(cell: LastErrorCell, file: HANDLE, overlapped: OVERLAPPED): readonly Waitable[] | null {
  const operation = PendingOperation.of(overlapped);
  const handle = overlapped.hEvent & ~1;
  const event = cell.thread.process.handles.get(handle);
  const ends = operation === null ? [] : [operation.end];
  if (event instanceof Event) return [event, ...ends];
  const unusable = handle !== 0 && operation?.reportsTo !== 'routine';
  if (unusable || fileOf(cell, file) === null || operation === null) return cell.fail(ERROR_INVALID_HANDLE, null);
  return ends;
}
