// WPUCompleteOverlappedRequest and WPUGetProviderPathEx: exports of WS2_32 that only providers call.
import { SOCKET_ERROR, WSANOTINITIALISED, type GUID, type OVERLAPPED, type Ref, type SOCKET } from '../abi/index.js';
import { WinsockProcess, completeOverlapped, providerPath } from '../ws2_32/index.js';
import { immediate } from './define.js';

/**
 * Reports the end of an overlapped operation that a provider ran on a handle of WPUCreateSocketHandle: fills the OVERLAPPED
 * (InternalHigh, then Internal), sets its event, and queues a packet if the handle is tied to a port. A completion routine
 * is the provider's to call, with WPUQueueApc. Does not block.
 *
 * @param s - the socket, made by WPUCreateSocketHandle
 * @param lpOverlapped - what the operation was started with
 * @param dwError - how it ended: 0 or an error, which the port hands out as it is
 * @param cbTransferred - how many bytes were moved
 * @param lpErrno - receives the error
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (any other handle), WSAEFAULT (no OVERLAPPED)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpucompleteoverlappedrequest
 */
export const WPUCompleteOverlappedRequest = immediate(
  'WPUCompleteOverlappedRequest',
  (
    cell,
    s: SOCKET,
    lpOverlapped: OVERLAPPED | null,
    dwError: number,
    cbTransferred: number,
    lpErrno: Ref | null,
  ): number => {
    if (lpErrno === null) return SOCKET_ERROR;
    const process = WinsockProcess.of(cell.thread.process);
    const error = process.started
      ? completeOverlapped(process, s, lpOverlapped, dwError >>> 0, cbTransferred >>> 0)
      : WSANOTINITIALISED;
    if (error === 0) return 0;
    lpErrno.value = error;
    return SOCKET_ERROR;
  },
);

/**
 * Tells a provider where the module of a provider is, as the catalog names it: an export without a page, which takes what
 * WPUGetProviderPath of the upcall table takes. There is one catalog for 32 and 64 bits, so that both know the same.
 *
 * @param lpProviderId - the provider
 * @param lpszProviderDllPath - receives the text and a terminating null, in UTF-16 units
 * @param lpProviderDllPathLen - in: units that fit; out: units needed
 * @param lpErrno - receives the error: WSAEINVAL (no such provider, or no WSAStartup yet), WSAEFAULT (a null pointer, or too
 *   short a buffer)
 * @returns 0 or SOCKET_ERROR
 */
export const WPUGetProviderPathEx = immediate(
  'WPUGetProviderPathEx',
  (
    cell,
    lpProviderId: GUID | null,
    lpszProviderDllPath: Uint16Array | null,
    lpProviderDllPathLen: Ref | null,
    lpErrno: Ref | null,
  ): number => {
    if (lpErrno === null) return SOCKET_ERROR;
    const { catalog } = WinsockProcess.of(cell.thread.process);
    const error = providerPath(catalog, lpProviderId, lpszProviderDllPath, lpProviderDllPathLen);
    if (error === 0) return 0;
    lpErrno.value = error;
    return SOCKET_ERROR;
  },
);
