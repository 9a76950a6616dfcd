// listen, accept, connect, shutdown and their WSA forms: how connections begin and end.
import {
  INVALID_SOCKET,
  SOCKET_ERROR,
  WSAEALREADY,
  WSAEINVAL,
  type LPCONDITIONPROC,
  type Memory,
  type QOS,
  type Ref,
  type WSABUF,
} from '../abi/index.js';
import { blocking, immediate, onSocket } from './define.js';

/**
 * Makes a bound stream socket take connections. Does not block.
 *
 * @param s - a bound, unconnected stream socket
 * @param backlog - how many connections may wait; SOMAXCONN for the system's choice, SOMAXCONN_HINT(n) for a hint
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (not bound), WSAEISCONN (connected),
 *   WSAEOPNOTSUPP (not a stream), WSAEADDRINUSE (another socket listens there), WSAEMFILE, WSAENOBUFS
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-listen
 */
export const listen = immediate(
  'listen',
  onSocket(SOCKET_ERROR, (call, s, backlog: number): number =>
    call.finish(call.procs.lpWSPListen(s, backlog, call.lpErrno), SOCKET_ERROR),
  ),
);

/**
 * Takes a connection off a listening socket. Blocks until there is one, unless the socket is non-blocking.
 *
 * @param s - a listening socket
 * @param addr - receives the peer's sockaddr; null for no interest
 * @param addrlen - in: bytes at `addr`; out: bytes written; null for no interest
 * @returns the connection's socket, which has the listener's options, or INVALID_SOCKET. Errors: WSANOTINITIALISED,
 *   WSAENOTSOCK, WSAEINVAL (not listening), WSAEOPNOTSUPP (not a stream), WSAEWOULDBLOCK (non-blocking and none waits),
 *   WSAEFAULT (`addrlen` too small; the connection goes on waiting), WSAEINTR (the listener was closed meanwhile)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-accept
 */
export const accept = blocking(
  'accept',
  onSocket(INVALID_SOCKET, (call, s, addr: Memory | null, addrlen: Ref | null) => {
    call.limits(addrlen);
    return call.newSocket(call.procs.lpWSPAccept(s, addr, addrlen, null, 0, call.lpErrno), false);
  }),
);

/**
 * As `accept`, asking a condition function first. Blocks likewise.
 *
 * @param s - a listening socket
 * @param addr - receives the peer's sockaddr, or null
 * @param addrlen - in: bytes at `addr`; out: bytes written; or null
 * @param lpfnCondition - answers CF_ACCEPT, CF_REJECT or CF_DEFER from the addresses of both ends; null to accept
 * @param dwCallbackData - handed to the condition function
 * @returns the connection's socket, or INVALID_SOCKET. Errors: those of `accept`, and WSAECONNREFUSED (the function
 *   rejected it), WSATRY_AGAIN (the function deferred it: it waits on), WSAEINVAL (the function named no group)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaaccept
 */
export const WSAAccept = blocking(
  'WSAAccept',
  onSocket(
    INVALID_SOCKET,
    (
      call,
      s,
      addr: Memory | null,
      addrlen: Ref | null,
      lpfnCondition: LPCONDITIONPROC | null,
      dwCallbackData: unknown,
    ) => {
      const { procs, lpErrno } = call;
      call.limits(addrlen);
      return call.newSocket(procs.lpWSPAccept(s, addr, addrlen, lpfnCondition, dwCallbackData, lpErrno), false);
    },
  ),
);

/**
 * Connects a stream, or fixes a datagram socket's peer. A stream blocks until connected, unless it is non-blocking.
 *
 * @param s - an unconnected socket; for datagrams also a connected one
 * @param name - the peer's sockaddr; for datagrams AF_UNSPEC or the zero address takes the peer away
 * @param namelen - its length in bytes
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null or too short), WSAEAFNOSUPPORT
 *   (another family), WSAEADDRNOTAVAIL (the unspecified address or port 0), WSAEINVAL (listening), WSAEISCONN (connected),
 *   WSAEALREADY (a connect is under way; WSAEINVAL where everybody has negotiated 1.1), WSAEWOULDBLOCK (non-blocking: it is
 *   under way now), WSAECONNREFUSED (nobody listens there), WSAETIMEDOUT (no answer), WSAENETUNREACH, WSAEHOSTUNREACH (no
 *   way there), WSAEACCES (broadcast not enabled), WSAENOBUFS, WSAEINTR (closed meanwhile)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-connect
 */
export const connect = blocking(
  'connect',
  onSocket(SOCKET_ERROR, (call, s, name: Memory | null, namelen: number) => {
    const result = call.procs.lpWSPConnect(s, name, namelen, null, null, null, null, call.lpErrno);
    // 1.1 had no such error here.
    if (result === SOCKET_ERROR && call.lpErrno.value === WSAEALREADY && call.process.isVersion1) call.lpErrno.value = WSAEINVAL;
    return call.finish(result, SOCKET_ERROR);
  }),
);

/**
 * As `connect`, with connect data and quality of service, which TCP/IP has not. Blocks likewise.
 *
 * @param s - the socket
 * @param name - the peer's sockaddr
 * @param namelen - its length in bytes
 * @param lpCallerData - data for the peer; must be null or empty
 * @param lpCalleeData - receives the peer's data: its `len` becomes 0
 * @param lpSQOS - flow specifications; null or best effort
 * @param lpGQOS - reserved, null
 * @returns 0 or SOCKET_ERROR. Errors: those of `connect`, and WSAEPROTONOSUPPORT (caller data given), WSAEINVAL (`lpGQOS`
 *   not null, or another host than that of the socket's constrained group), WSAEOPNOTSUPP (the quality of service asked for
 *   cannot be given), WSA_QOS_ESERVICETYPE, WSA_QOS_EOBJLENGTH, WSA_QOS_EUNKOWNPSOBJ (no such service or object)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaconnect
 */
export const WSAConnect = blocking(
  'WSAConnect',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      name: Memory | null,
      namelen: number,
      lpCallerData: WSABUF | null,
      lpCalleeData: WSABUF | null,
      lpSQOS: QOS | null,
      lpGQOS: QOS | null,
    ) => {
      const { procs, lpErrno } = call;
      const result = procs.lpWSPConnect(s, name, namelen, lpCallerData, lpCalleeData, lpSQOS, lpGQOS, lpErrno);
      return call.finish(result, SOCKET_ERROR);
    },
  ),
);

/**
 * Ends receiving, sending or both; the handle stays open. Does not block.
 *
 * @param s - a connected stream, or a datagram socket
 * @param how - SD_RECEIVE, SD_SEND or SD_BOTH
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (`how` is none of the three), WSAENOTCONN
 *   (a stream that is not connected), WSAECONNRESET, WSAECONNABORTED (the connection is dead)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-shutdown
 */
export const shutdown = immediate(
  'shutdown',
  onSocket(SOCKET_ERROR, (call, s, how: number): number =>
    call.finish(call.procs.lpWSPShutdown(s, how, call.lpErrno), SOCKET_ERROR),
  ),
);

/**
 * Ends sending, with data for the peer where the protocol has that. Does not block.
 *
 * @param s - a connected socket
 * @param lpOutboundDisconnectData - null or empty: TCP/IP has no disconnect data
 * @returns 0 or SOCKET_ERROR. Errors: those of `shutdown`, and WSAENOPROTOOPT (data given)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasenddisconnect
 */
export const WSASendDisconnect = immediate(
  'WSASendDisconnect',
  onSocket(SOCKET_ERROR, (call, s, lpOutboundDisconnectData: WSABUF | null): number =>
    call.finish(call.procs.lpWSPSendDisconnect(s, lpOutboundDisconnectData, call.lpErrno), SOCKET_ERROR),
  ),
);

/**
 * Ends receiving, taking the peer's disconnect data where the protocol has that. Does not block.
 *
 * @param s - a connected socket
 * @param lpInboundDisconnectData - null or empty: TCP/IP has no disconnect data
 * @returns 0 or SOCKET_ERROR. Errors: those of `shutdown`, and WSAENOPROTOOPT (a buffer given)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsarecvdisconnect
 */
export const WSARecvDisconnect = immediate(
  'WSARecvDisconnect',
  onSocket(SOCKET_ERROR, (call, s, lpInboundDisconnectData: WSABUF | null): number =>
    call.finish(call.procs.lpWSPRecvDisconnect(s, lpInboundDisconnectData, call.lpErrno), SOCKET_ERROR),
  ),
);
