// WSAProviderConfigChange: being told when providers are installed or removed. What waits is ws2_32's.
import {
  INFINITE,
  NULL_HANDLE,
  OVERLAPPED,
  SOCKET_ERROR,
  WSAEFAULT,
  WSA_INVALID_HANDLE,
  WSA_IO_PENDING,
  type HANDLE,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type Ref,
} from '../abi/index.js';
import { waitForObjects, type LastErrorCell } from '../win32/index.js';
import { ConfigChange, ConfigNotification, type MaybePending } from '../ws2_32/index.js';
import { overlappable, started } from './define.js';

/** WSAProviderConfigChange's type. */
export interface WSAProviderConfigChangeFunction {
  (
    lpNotificationHandle: Ref<HANDLE> | null,
    lpOverlapped: OVERLAPPED,
    lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  ): number;
  (
    lpNotificationHandle: Ref<HANDLE> | null,
    lpOverlapped: null,
    lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  ): Promise<number>;
}

/** Blocks until the catalog changes. */
function wait(cell: LastErrorCell, notification: ConfigNotification): MaybePending<number> {
  const change = new ConfigChange(notification, new OVERLAPPED(), null, true);
  const forEver = { all: false, milliseconds: INFINITE, alertable: false };
  const told = (): number => (change.win32Error === 0 ? 0 : cell.fail(change.win32Error, SOCKET_ERROR));
  const ended = waitForObjects(cell.thread, [change.end], forEver);
  return typeof ended === 'number' ? told() : ended.then(told);
}

/**
 * Tells when the catalog of protocols and name spaces changes, by whichever process. The first call, with a handle of 0,
 * only gives out a notification handle, which CloseHandle closes. Every later one is done at the first change made since it
 * began: without an OVERLAPPED it blocks until then, otherwise it returns at once and the end is reported by the
 * OVERLAPPED's event, the routine, or the port that the handle is tied to. What has changed is not told; this process goes
 * on with the catalog as WSAStartup found it, and WSCEnumProtocols lists what is installed now. Closing the
 * handle and the last WSACleanup end what waits, CancelIo and CancelIoEx what waits overlapped.
 *
 * @param lpNotificationHandle - 0, to be replaced by a new handle, or such a handle
 * @param lpOverlapped - null to block, or what reports the change; the first call leaves it alone
 * @param lpCompletionRoutine - called with the end of an overlapped call, in an alertable wait of this thread; or null
 * @returns 0 or SOCKET_ERROR. Errors: WSA_IO_PENDING (it waits; not a failure), WSANOTINITIALISED, WSAEFAULT (null),
 *   WSA_INVALID_HANDLE (no notification handle), WSAEINVAL (the OVERLAPPED is in use, or a routine while the handle is tied to
 *   a port), WSAEINTR (ended while it blocked); an overlapped call that is ended has WSA_OPERATION_ABORTED
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaproviderconfigchange
 */
export const WSAProviderConfigChange = overlappable(
  'WSAProviderConfigChange',
  1,
  started(
    SOCKET_ERROR as MaybePending<number>,
    (
      cell,
      process,
      lpNotificationHandle: Ref<HANDLE> | null,
      lpOverlapped: OVERLAPPED | null,
      lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
    ): MaybePending<number> => {
      if (lpNotificationHandle === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
      const { handles } = process.kernel;
      if (lpNotificationHandle.value === NULL_HANDLE) {
        lpNotificationHandle.value = handles.open(new ConfigNotification(process));
        return 0;
      }
      const notification = handles.get(lpNotificationHandle.value);
      if (!(notification instanceof ConfigNotification)) return cell.fail(WSA_INVALID_HANDLE, SOCKET_ERROR);
      if (lpOverlapped === null) return wait(cell, notification);
      return cell.fail(notification.begin(lpOverlapped, lpCompletionRoutine) || WSA_IO_PENDING, SOCKET_ERROR);
    },
  ),
) as WSAProviderConfigChangeFunction;
