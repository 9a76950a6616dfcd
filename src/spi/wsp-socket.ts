// Transport provider entries that make, connect and end sockets. The rules that all entries share are in wsp.ts.
import type { GROUP, Memory, QOS, Ref, SOCKET, WSABUF, WSAPROTOCOL_INFOW } from '../abi/index.js';
import type { DWORD_PTR, LPCONDITIONPROC, MaybePending } from './types.js';

/**
 * Takes the first connection from a listening socket's queue, subject to a condition function. May block.
 *
 * @param s a listening socket
 * @param addr receives the peer's address, or null
 * @param addrlen in: bytes at `addr`; out: bytes of the address. Null when `addr` is
 * @param lpfnCondition asked once per request, during this call; null accepts
 * @param dwCallbackData passed to the condition function
 * @param lpErrno WSAECONNREFUSED (the condition function rejected), WSATRY_AGAIN (it deferred), WSAECONNRESET (the peer
 *   gave up while waiting), WSAEWOULDBLOCK (non-blocking, nothing queued), WSAEINVAL (not listening), WSAEFAULT
 *   (`addrlen` too small or one pointer of the two null), WSAEINTR (cancelled), WSAEINPROGRESS, WSAEMFILE, WSAENOBUFS,
 *   WSAEOPNOTSUPP (not connection-oriented), WSAEACCES (the offer has timed out or was withdrawn)
 * @returns the new socket, with the listener's properties; INVALID_SOCKET on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspaccept
 */
export type LPWSPACCEPT = (
  s: SOCKET,
  addr: Memory | null,
  addrlen: Ref | null,
  lpfnCondition: LPCONDITIONPROC | null,
  dwCallbackData: DWORD_PTR,
  lpErrno: Ref,
) => MaybePending<SOCKET>;

/**
 * Gives a socket its local address. Does not block.
 *
 * @param s an unbound socket
 * @param name the address, a sockaddr of the socket's family
 * @param namelen bytes at `name`
 * @param lpErrno WSAEADDRINUSE (taken, and not shared), WSAEADDRNOTAVAIL (not an address of this host), WSAEFAULT (null,
 *   too short, or of another family), WSAEINVAL (already bound), WSAENOBUFS (no port left), WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspbind
 */
export type LPWSPBIND = (s: SOCKET, name: Memory | null, namelen: number, lpErrno: Ref) => number;

/**
 * Cancels the blocking call that this thread has under way; that call fails with WSAEINTR. Winsock 1.1 only.
 *
 * @param lpErrno WSAEINVAL (no blocking call is under way)
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspcancelblockingcall
 */
export type LPWSPCANCELBLOCKINGCALL = (lpErrno: Ref) => number;

/**
 * Undoes one WSPStartup; the last one ends every socket of the provider at once and releases all it holds.
 *
 * @param lpErrno WSANOTINITIALISED (no WSPStartup before), WSAEINVAL
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspcleanup
 */
export type LPWSPCLEANUP = (lpErrno: Ref) => number;

/**
 * Closes a socket; its pending operations end with WSA_OPERATION_ABORTED. May block: with a linger time set.
 *
 * @param s the socket, whose handle is no longer valid afterwards
 * @param lpErrno WSAEWOULDBLOCK (non-blocking with a linger time; the socket stays open), WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspclosesocket
 */
export type LPWSPCLOSESOCKET = (s: SOCKET, lpErrno: Ref) => MaybePending<number>;

/**
 * Connects to a peer, or sets the default peer of a datagram socket. May block.
 *
 * @param s an unconnected socket, bound implicitly when it is not
 * @param name the peer's address; all zeros dissolves a datagram socket's association
 * @param namelen bytes at `name`
 * @param lpCallerData connect data to send, or null
 * @param lpCalleeData receives connect data of the peer (`len` becomes the count), or null
 * @param lpSQOS flow specifications, or null
 * @param lpGQOS reserved, null
 * @param lpErrno WSAEWOULDBLOCK (non-blocking, under way), WSAEALREADY (one is under way), WSAEISCONN (connected already),
 *   WSAECONNREFUSED, WSAENETUNREACH, WSAETIMEDOUT (no connection came about), WSAEADDRINUSE (the local address cannot be
 *   used for it), WSAEADDRNOTAVAIL (no valid peer), WSAEAFNOSUPPORT (`name` is of another family), WSAEFAULT, WSAEINVAL (listening, or
 *   connect data with the wrong flags), WSAEINTR, WSAEINPROGRESS, WSAENOBUFS, WSAEACCES (broadcast not enabled),
 *   WSAEOPNOTSUPP (QOS or connect data not supported), WSAEPROTONOSUPPORT
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspconnect
 */
export type LPWSPCONNECT = (
  s: SOCKET,
  name: Memory | null,
  namelen: number,
  lpCallerData: WSABUF | null,
  lpCalleeData: WSABUF | null,
  lpSQOS: QOS | null,
  lpGQOS: QOS | null,
  lpErrno: Ref,
) => MaybePending<number>;

/**
 * Describes a socket so that another process, or this one, can make a second handle to it with WSPSocket.
 *
 * @param s the socket
 * @param dwProcessId the process that will use the description, once
 * @param lpProtocolInfo receives the description; dwProviderReserved carries the provider's reference
 * @param lpErrno WSAEINVAL (no such process), WSAEMFILE, WSAENOBUFS, WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspduplicatesocket
 */
export type LPWSPDUPLICATESOCKET = (
  s: SOCKET,
  dwProcessId: number,
  lpProtocolInfo: WSAPROTOCOL_INFOW | null,
  lpErrno: Ref,
) => number;

/**
 * Joins a leaf to a multipoint session. May block.
 *
 * @param s a root or leaf socket made with the WSA_FLAG_MULTIPOINT_ flags
 * @param name the peer or group to join
 * @param namelen bytes at `name`
 * @param lpCallerData connect data to send, or null
 * @param lpCalleeData receives connect data of the peer, or null
 * @param lpSQOS flow specifications, or null
 * @param lpGQOS reserved, null
 * @param dwFlags JL_SENDER_ONLY, JL_RECEIVER_ONLY or JL_BOTH
 * @param lpErrno as LPWSPCONNECT, and WSAEOPNOTSUPP (no multipoint, or flags that do not fit the socket)
 * @returns the leaf's socket, which is `s` itself where the session has no root; INVALID_SOCKET on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspjoinleaf
 */
export type LPWSPJOINLEAF = (
  s: SOCKET,
  name: Memory | null,
  namelen: number,
  lpCallerData: WSABUF | null,
  lpCalleeData: WSABUF | null,
  lpSQOS: QOS | null,
  lpGQOS: QOS | null,
  dwFlags: number,
  lpErrno: Ref,
) => MaybePending<SOCKET>;

/**
 * Makes a bound socket take connections. Does not block.
 *
 * @param s a bound, unconnected socket
 * @param backlog how many connections may wait; SOMAXCONN for the provider's maximum
 * @param lpErrno WSAEINVAL (not bound), WSAEISCONN (connected), WSAEADDRINUSE (the address, bound to a wildcard, is taken
 *   now), WSAEOPNOTSUPP (not connection-oriented), WSAEMFILE, WSAENOBUFS, WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwsplisten
 */
export type LPWSPLISTEN = (s: SOCKET, backlog: number, lpErrno: Ref) => number;

/**
 * Ends sending, receiving or both; the handle stays open. Does not block.
 *
 * @param s the socket
 * @param how SD_RECEIVE, SD_SEND or SD_BOTH
 * @param lpErrno WSAEINVAL (`how` is none of the three), WSAENOTCONN (connection-oriented and not connected),
 *   WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspshutdown
 */
export type LPWSPSHUTDOWN = (s: SOCKET, how: number, lpErrno: Ref) => number;

/**
 * Makes a socket. Does not block.
 *
 * @param af address family
 * @param type socket type
 * @param protocol protocol of that family
 * @param lpProtocolInfo the catalog entry chosen, or what WSPDuplicateSocket gave; not kept
 * @param g 0, a group id or one of the SG_ constants
 * @param dwFlags WSA_FLAG_ bits
 * @param lpErrno WSAEAFNOSUPPORT, WSAESOCKTNOSUPPORT, WSAEPROTONOSUPPORT, WSAEPROTOTYPE (family, type or protocol not
 *   served, or not together), WSAEINVAL (flags or group), WSAEMFILE, WSAENOBUFS, WSAEINPROGRESS
 * @returns the socket, already known to WS2_32 by lpWPUModifyIFSHandle or lpWPUCreateSocketHandle; INVALID_SOCKET on
 *   failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspsocket
 */
export type LPWSPSOCKET = (
  af: number,
  type: number,
  protocol: number,
  lpProtocolInfo: WSAPROTOCOL_INFOW | null,
  g: GROUP,
  dwFlags: number,
  lpErrno: Ref,
) => SOCKET;
