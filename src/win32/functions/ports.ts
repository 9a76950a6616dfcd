// The completion port functions of Windows: arguments, handles, last errors. Queueing and waiting are completion-port.ts's.
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_NOACCESS,
  FALSE,
  FILE_SKIP_COMPLETION_PORT_ON_SUCCESS,
  FILE_SKIP_SET_EVENT_ON_HANDLE,
  INVALID_HANDLE_VALUE,
  NO_ERROR,
  NULL_HANDLE,
  TRUE,
  type HANDLE,
  type OVERLAPPED,
  type OVERLAPPED_ENTRY,
  type Ref,
} from '../../abi/index.js';
import { CompletionPort, dequeue, isAssociable, putEntries } from '../completion-port.js';
import { currentCell, enterCall } from '../current.js';
import type { LastErrorCell } from '../last-error.js';
import type { BOOL } from './types.js';

const NOTIFICATION_MODES = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE;

/**
 * Creates a completion port, or ties a socket to one, or both. A socket stays tied until it is closed. Never blocks.
 * @param FileHandle the socket whose overlapped operations are to end at the port, or INVALID_HANDLE_VALUE for none.
 * @param ExistingCompletionPort the port, or NULL for a new one.
 * @param CompletionKey what comes back with every packet of this socket; ignored without a socket.
 * @param NumberOfConcurrentThreads how many threads should work at a time, 0 for one per processor; ignored for an
 *   existing port. It is kept, and holds no thread back here.
 * @returns the port's handle (for an existing one the same), or NULL with the last error:
 *   ERROR_INVALID_HANDLE: FileHandle is no handle to a socket, or ExistingCompletionPort none to a port;
 *   ERROR_INVALID_PARAMETER: an existing port without a socket, or the socket is tied to a port already.
 * @see https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-createiocompletionport
 */
export function CreateIoCompletionPort(
  FileHandle: HANDLE,
  ExistingCompletionPort: HANDLE | null,
  CompletionKey: number,
  NumberOfConcurrentThreads: number,
): HANDLE {
  const cell = currentCell();
  const { handles } = cell.thread.process;
  const existing = ExistingCompletionPort ?? NULL_HANDLE;
  if (FileHandle === INVALID_HANDLE_VALUE && existing !== NULL_HANDLE) {
    return cell.fail(ERROR_INVALID_PARAMETER, NULL_HANDLE);
  }
  const port = existing === NULL_HANDLE ? new CompletionPort(NumberOfConcurrentThreads >>> 0) : portOf(cell, existing);
  if (port === null) return NULL_HANDLE;
  if (FileHandle !== INVALID_HANDLE_VALUE) {
    const file = handles.get(FileHandle);
    if (file === null || !isAssociable(file)) return cell.fail(ERROR_INVALID_HANDLE, NULL_HANDLE);
    if (!file.completion.associate(port, CompletionKey)) return cell.fail(ERROR_INVALID_PARAMETER, NULL_HANDLE);
  }
  return existing === NULL_HANDLE ? handles.open(port) : existing;
}

/**
 * Takes one packet out of a port. Blocks until there is one or the time is over.
 * @param CompletionPort the port.
 * @param lpNumberOfBytesTransferred receives the count of the operation, when there is a packet.
 * @param lpCompletionKey receives the socket's key, when there is a packet.
 * @param lpOverlapped receives the operation's OVERLAPPED, which a posted packet may lack; NULL when there is no packet.
 * @param dwMilliseconds the longest time; 0 only looks, INFINITE never times out.
 * @returns TRUE; or FALSE with the last error. With *lpOverlapped set, it is the Win32 error of an operation that failed
 *   (ERROR_NETNAME_DELETED for a connection reset, ERROR_OPERATION_ABORTED for one cancelled...). With NULL there, no
 *   packet was taken:
 *   ERROR_INVALID_HANDLE: it is no handle to a port;
 *   ERROR_NOACCESS: a pointer is NULL;
 *   WAIT_TIMEOUT: the time is over;
 *   ERROR_ABANDONED_WAIT_0: the port was closed meanwhile.
 * @see https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-getqueuedcompletionstatus
 */
export async function GetQueuedCompletionStatus(
  CompletionPort: HANDLE,
  lpNumberOfBytesTransferred: Ref | null,
  lpCompletionKey: Ref | null,
  lpOverlapped: Ref<OVERLAPPED | null> | null,
  dwMilliseconds: number,
): Promise<number> {
  const cell = enterCall();
  if (lpOverlapped === null) return cell.fail(ERROR_NOACCESS, FALSE);
  const port = portOf(cell, CompletionPort);
  const usable = port !== null && lpNumberOfBytesTransferred !== null && lpCompletionKey !== null;
  if (!usable) {
    lpOverlapped.value = null;
    return port === null ? FALSE : cell.fail(ERROR_NOACCESS, FALSE);
  }
  const { packets, error } = await dequeue(cell.thread, port, 1, dwMilliseconds >>> 0, false);
  const packet = packets[0];
  lpOverlapped.value = packet?.overlapped ?? null;
  if (packet === undefined) return cell.fail(error, FALSE);
  lpNumberOfBytesTransferred.value = packet.bytes;
  lpCompletionKey.value = packet.key;
  return packet.error === NO_ERROR ? TRUE : cell.fail(packet.error, FALSE);
}

/**
 * Takes several packets out of a port: all that are there, up to a number. Blocks until there is one, an APC has run or
 * the time is over.
 * @param CompletionPort the port.
 * @param lpCompletionPortEntries at least `ulCount` entries, of which the first are filled. An entry's Internal is 0, or
 *   the Win32 error of an operation that failed.
 * @param ulCount how many packets to take at most, 1 or more.
 * @param ulNumEntriesRemoved receives how many were taken, 0 when none came.
 * @param dwMilliseconds the longest time; 0 only looks, INFINITE never times out.
 * @param fAlertable TRUE: APCs queued to the calling thread run and end the wait, if there is no packet.
 * @returns TRUE when there is a packet, also of an operation that failed; or FALSE with the last error:
 *   ERROR_INVALID_PARAMETER: ulCount is 0;
 *   ERROR_NOACCESS: a pointer is NULL, or the array is shorter than ulCount;
 *   ERROR_INVALID_HANDLE: it is no handle to a port;
 *   WAIT_TIMEOUT: the time is over;
 *   WAIT_IO_COMPLETION: APCs ran;
 *   ERROR_ABANDONED_WAIT_0: the port was closed meanwhile.
 * @see https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-getqueuedcompletionstatusex
 */
export async function GetQueuedCompletionStatusEx(
  CompletionPort: HANDLE,
  lpCompletionPortEntries: readonly OVERLAPPED_ENTRY[] | null,
  ulCount: number,
  ulNumEntriesRemoved: Ref | null,
  dwMilliseconds: number,
  fAlertable: BOOL,
): Promise<number> {
  const cell = enterCall();
  const most = ulCount >>> 0;
  if (most === 0) return cell.fail(ERROR_INVALID_PARAMETER, FALSE);
  if (lpCompletionPortEntries === null || ulNumEntriesRemoved === null || lpCompletionPortEntries.length < most) {
    return cell.fail(ERROR_NOACCESS, FALSE);
  }
  const port = portOf(cell, CompletionPort);
  if (port === null) return FALSE;
  const { packets, error } = await dequeue(cell.thread, port, most, dwMilliseconds >>> 0, Boolean(fAlertable));
  ulNumEntriesRemoved.value = packets.length;
  putEntries(packets, lpCompletionPortEntries);
  return packets.length > 0 ? TRUE : cell.fail(error, FALSE);
}

/**
 * Queues a packet of the program's own to a port. Never blocks.
 * @param CompletionPort the port.
 * @param dwNumberOfBytesTransferred handed on as the count, 32 bits.
 * @param dwCompletionKey handed on as the key.
 * @param lpOverlapped handed on, untouched; may be NULL.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a port.
 * @see https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-postqueuedcompletionstatus
 */
export function PostQueuedCompletionStatus(
  CompletionPort: HANDLE,
  dwNumberOfBytesTransferred: number,
  dwCompletionKey: number,
  lpOverlapped: OVERLAPPED | null,
): number {
  const port = portOf(currentCell(), CompletionPort);
  if (port === null) return FALSE;
  const bytes = dwNumberOfBytesTransferred >>> 0;
  port.post({ bytes, key: dwCompletionKey, overlapped: lpOverlapped, error: NO_ERROR });
  return TRUE;
}

/**
 * Sets how a socket tells of operations that end. A mode that is set stays set. Never blocks.
 * @param FileHandle the socket.
 * @param Flags FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: an operation that succeeds within its call sends no packet;
 *   FILE_SKIP_SET_EVENT_ON_HANDLE: changes nothing here, as a socket's handle itself is never signaled. An OVERLAPPED's
 *   own event is set in any case.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_PARAMETER: an unknown flag;
 *   ERROR_INVALID_HANDLE: it is no handle to a socket.
 * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-setfilecompletionnotificationmodes
 */
export function SetFileCompletionNotificationModes(FileHandle: HANDLE, Flags: number): number {
  const cell = currentCell();
  if ((Flags & ~NOTIFICATION_MODES) !== 0) return cell.fail(ERROR_INVALID_PARAMETER, FALSE);
  const file = cell.thread.process.handles.get(FileHandle);
  if (file === null || !isAssociable(file)) return cell.fail(ERROR_INVALID_HANDLE, FALSE);
  if ((Flags & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) !== 0) file.completion.skipOnSuccess = true;
  return TRUE;
}

function portOf(cell: LastErrorCell, handle: HANDLE): CompletionPort | null {
  const object = cell.thread.process.handles.get(handle);
  return object instanceof CompletionPort ? object : cell.fail(ERROR_INVALID_HANDLE, null);
}
