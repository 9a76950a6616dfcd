// Transport provider entries that tell what happened on sockets. The rules that all entries share are in wsp.ts.
import type { fd_set, HWND, OVERLAPPED, Ref, SOCKET, timeval, WSAEVENT, WSANETWORKEVENTS } from '../abi/index.js';
import type { BOOL, MaybePending } from './types.js';

/**
 * Asks for window messages about network events, and makes the socket non-blocking. Does not block.
 *
 * @param s the socket
 * @param hWnd the window that gets the messages
 * @param wMsg the message number
 * @param lEvent FD_ bits; 0 ends the notification
 * @param lpErrno WSAEINVAL (no such window, or unknown bits), WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspasyncselect
 */
export type LPWSPASYNCSELECT = (s: SOCKET, hWnd: HWND, wMsg: number, lEvent: number, lpErrno: Ref) => number;

/**
 * Takes the network events recorded since the last call, and clears them. Does not block.
 *
 * @param s the socket
 * @param hEventObject an event object to reset in the same step, or 0
 * @param lpNetworkEvents receives the events and one error code per event
 * @param lpErrno WSAEFAULT (`lpNetworkEvents` is null), WSAEINVAL (`hEventObject` is no event object), WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspenumnetworkevents
 */
export type LPWSPENUMNETWORKEVENTS = (
  s: SOCKET,
  hEventObject: WSAEVENT,
  lpNetworkEvents: WSANETWORKEVENTS | null,
  lpErrno: Ref,
) => number;

/**
 * Ties an event object to network events, and makes the socket non-blocking. Does not block.
 *
 * @param s the socket
 * @param hEventObject signaled when one of the events is recorded; 0 with `lNetworkEvents` 0 ends the association. The
 *   provider keeps it until then or until the socket is closed
 * @param lNetworkEvents FD_ bits
 * @param lpErrno WSAEINVAL (no event object, or unknown bits), WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspeventselect
 */
export type LPWSPEVENTSELECT = (s: SOCKET, hEventObject: WSAEVENT, lNetworkEvents: number, lpErrno: Ref) => number;

/**
 * Tells how an overlapped operation ended. May block: with `fWait`.
 *
 * @param s the socket the operation was started on
 * @param lpOverlapped the structure it was started with
 * @param lpcbTransfer receives the bytes transferred
 * @param fWait TRUE to wait for the end; the structure must have an event object then
 * @param lpdwFlags receives the flags a receive ended with
 * @param lpErrno WSA_IO_INCOMPLETE (not ended, and `fWait` is FALSE), WSA_INVALID_HANDLE (`hEvent` is no event object),
 *   WSAEINVAL (a pointer is null), or the error the operation ended with
 * @returns TRUE; FALSE on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspgetoverlappedresult
 */
export type LPWSPGETOVERLAPPEDRESULT = (
  s: SOCKET,
  lpOverlapped: OVERLAPPED | null,
  lpcbTransfer: Ref | null,
  fWait: BOOL,
  lpdwFlags: Ref | null,
  lpErrno: Ref,
) => MaybePending<BOOL>;

/**
 * Waits until one of some sockets, all of this provider, is ready. May block.
 *
 * @param nfds ignored
 * @param readfds in: sockets to look at; out: those ready to read or accept. Null for none
 * @param writefds in: sockets to look at; out: those ready to write or connected. Null for none
 * @param exceptfds in: sockets to look at; out: those with urgent data or a failed connect. Null for none
 * @param timeout longest wait; null for no limit, zero to look only
 * @param lpErrno WSAEINVAL (all sets are null or empty, or the timeout is out of range), WSAENOTSOCK (a member is no
 *   socket), WSAEFAULT, WSAEINTR, WSAEINPROGRESS
 * @returns how many sockets are in the sets now, 0 after the timeout; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspselect
 */
export type LPWSPSELECT = (
  nfds: number,
  readfds: fd_set | null,
  writefds: fd_set | null,
  exceptfds: fd_set | null,
  timeout: timeval | null,
  lpErrno: Ref,
) => MaybePending<number>;
