// AcceptEx, GetAcceptExSockaddrs, ConnectEx, DisconnectEx: connections made and ended overlapped, on sockets that can be
// used again. Extension functions, found through the pointers that the socket's provider gives out.
import {
  FALSE,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_DISCONNECTEX,
  type Memory,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
} from '../abi/index.js';
import {
  extensionFunction,
  getAcceptExSockaddrs,
  type LPWSPACCEPTEX,
  type LPWSPCONNECTEX,
  type LPWSPDISCONNECTEX,
} from '../ws2_32/index.js';
import { immediate, onSocket, overlappable } from './define.js';

/**
 * Accepts a connection into a socket that was made before, overlapped, and receives its first data. Never blocks. Several
 * may be under way on a listener; they get connections in the order of the calls. Until SO_UPDATE_ACCEPT_CONTEXT is set
 * on the accepted socket (to the listening one), it has its own options, and shutdown, getsockname and getpeername do not
 * know of the connection. SO_CONNECT_TIME tells whether a connection waits for its first data; closing either socket ends
 * the operation, and so does cancelling it on the listening one, as WSA_OPERATION_ABORTED.
 *
 * @param sListenSocket - a listening stream socket
 * @param sAcceptSocket - a stream socket of the same family, neither bound nor connected
 * @param lpOutputBuffer - room for data and addresses; must be left alone until completion
 * @param dwReceiveDataLength - bytes at its beginning for the first data; 0 waits for none
 * @param dwLocalAddressLength - bytes behind them for the local address: 16 more than the family's sockaddr, or more
 * @param dwRemoteAddressLength - bytes behind those for the remote address, likewise
 * @param lpdwBytesReceived - receives the count if the operation is done within the call; may be null
 * @param lpOverlapped - what reports the completion, with the bytes received: 0 too if the peer ends without sending any
 * @returns TRUE, or FALSE. Errors: WSANOTINITIALISED, WSAENOTSOCK (either socket), WSA_INVALID_PARAMETER (no OVERLAPPED),
 *   WSAEFAULT (no buffer, one shorter than the three lengths, no room for the remote address), WSAEINVAL (too little room
 *   for an address; not listening; the accepting socket is bound, connected, in use by another AcceptEx or of another
 *   family; the OVERLAPPED is in use), WSA_IO_PENDING; on completion WSAECONNRESET (the peer cut the connection)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-acceptex
 */
export const AcceptEx = immediate(
  'AcceptEx',
  onSocket(
    FALSE,
    (
      call,
      sListenSocket,
      sAcceptSocket: SOCKET,
      lpOutputBuffer: Memory | null,
      dwReceiveDataLength: number,
      dwLocalAddressLength: number,
      dwRemoteAddressLength: number,
      lpdwBytesReceived: Ref | null,
      lpOverlapped: OVERLAPPED | null,
    ) => {
      const accept = extensionFunction<LPWSPACCEPTEX>(call, sListenSocket, WSAID_ACCEPTEX);
      if (accept === null) return FALSE;
      call.overlapped(lpOverlapped, null);
      const result = accept(
        sListenSocket,
        sAcceptSocket,
        lpOutputBuffer,
        dwReceiveDataLength,
        dwLocalAddressLength,
        dwRemoteAddressLength,
        lpdwBytesReceived,
        lpOverlapped,
        call.lpErrno,
      );
      return call.finish(result, FALSE);
    },
  ),
);

/**
 * Finds the two addresses in the buffer that AcceptEx filled. Never blocks.
 *
 * @param lpOutputBuffer - the buffer, as it was given to AcceptEx
 * @param dwReceiveDataLength - as it was given to AcceptEx, and so the next two
 * @param dwLocalAddressLength - the room for the local address
 * @param dwRemoteAddressLength - the room for the remote address
 * @param LocalSockaddr - receives the local address, as a window on the buffer; null if there is none
 * @param LocalSockaddrLength - receives its length in bytes
 * @param RemoteSockaddr - receives the peer's address, likewise
 * @param RemoteSockaddrLength - receives its length in bytes
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-getacceptexsockaddrs
 */
export const GetAcceptExSockaddrs = immediate(
  'GetAcceptExSockaddrs',
  (
    _cell,
    lpOutputBuffer: Memory | null,
    dwReceiveDataLength: number,
    dwLocalAddressLength: number,
    dwRemoteAddressLength: number,
    LocalSockaddr: Ref<Memory | null> | null,
    LocalSockaddrLength: Ref | null,
    RemoteSockaddr: Ref<Memory | null> | null,
    RemoteSockaddrLength: Ref | null,
  ): void => {
    getAcceptExSockaddrs(
      lpOutputBuffer,
      dwReceiveDataLength,
      dwLocalAddressLength,
      dwRemoteAddressLength,
      LocalSockaddr,
      LocalSockaddrLength,
      RemoteSockaddr,
      RemoteSockaddrLength,
    );
  },
);

/**
 * Connects a bound stream socket, overlapped, and sends first data. Never blocks. Until SO_UPDATE_CONNECT_CONTEXT is set,
 * shutdown and getpeername do not know of the connection. After a failure the socket may try again.
 *
 * @param s - a stream socket, bound and not connected
 * @param name - the peer's sockaddr
 * @param namelen - its length in bytes
 * @param lpSendBuffer - what to send once connected, or null; it is copied
 * @param dwSendDataLength - how many bytes of it; ignored without a buffer
 * @param lpdwBytesSent - receives the count if the operation is done within the call; may be null
 * @param lpOverlapped - what reports the completion, with the bytes sent
 * @returns TRUE, or FALSE. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (no or too short a name, or a length beyond the
 *   buffer), WSAEAFNOSUPPORT (another family's name), WSA_INVALID_PARAMETER (no OVERLAPPED), WSAEINVAL (not bound,
 *   listening, in use by AcceptEx, no stream; the OVERLAPPED is in use), WSAEISCONN, WSAEALREADY (a connect is under way),
 *   WSAEADDRNOTAVAIL (the peer's address is none, or has no port), WSAENETUNREACH, WSA_IO_PENDING; on completion
 *   WSAECONNREFUSED, WSAETIMEDOUT, WSAENETUNREACH, WSAEHOSTUNREACH, WSAEADDRINUSE, WSA_OPERATION_ABORTED
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_connectex
 */
export const ConnectEx = immediate(
  'ConnectEx',
  onSocket(
    FALSE,
    (
      call,
      s,
      name: Memory | null,
      namelen: number,
      lpSendBuffer: Memory | null,
      dwSendDataLength: number,
      lpdwBytesSent: Ref | null,
      lpOverlapped: OVERLAPPED | null,
    ) => {
      const connect = extensionFunction<LPWSPCONNECTEX>(call, s, WSAID_CONNECTEX);
      if (connect === null) return FALSE;
      call.overlapped(lpOverlapped, null);
      const { lpErrno } = call;
      const result = connect(s, name, namelen, lpSendBuffer, dwSendDataLength, lpdwBytesSent, lpOverlapped, lpErrno);
      return call.finish(result, FALSE);
    },
  ),
);

/** DisconnectEx's type. */
export interface DisconnectExFunction {
  (s: SOCKET, lpOverlapped: OVERLAPPED, dwFlags: number, dwReserved: number): number;
  (s: SOCKET, lpOverlapped: null, dwFlags: number, dwReserved: number): Promise<number>;
  (s: SOCKET, lpOverlapped: OVERLAPPED | null, dwFlags: number, dwReserved: number): number | Promise<number>;
}

/**
 * Ends sending on a connection, as shutdown does. With TF_REUSE_SOCKET it also waits until the peer has ended and all its
 * data has been read; then the socket can be used again: one that was accepted in AcceptEx, one that connected, and is
 * still bound, in ConnectEx. Without an OVERLAPPED it blocks, whatever the socket's mode.
 *
 * @param s - a connected stream socket
 * @param lpOverlapped - null, or what reports the completion
 * @param dwFlags - TF_REUSE_SOCKET, or 0
 * @param dwReserved - 0
 * @returns TRUE, or FALSE. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (other flags, dwReserved not 0; the OVERLAPPED
 *   is in use), WSAENOTCONN (not connected, or no stream), WSAECONNRESET or WSAECONNABORTED (the connection is broken, and
 *   the socket not to be used again), WSAEINTR (closed meanwhile), WSA_IO_PENDING; on completion WSAEADDRINUSE (the local
 *   address could not be kept)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_disconnectex
 */
export const DisconnectEx = overlappable(
  'DisconnectEx',
  1,
  onSocket(FALSE, (call, s, lpOverlapped: OVERLAPPED | null, dwFlags: number, dwReserved: number) => {
    const disconnect = extensionFunction<LPWSPDISCONNECTEX>(call, s, WSAID_DISCONNECTEX);
    if (disconnect === null) return FALSE;
    call.overlapped(lpOverlapped, null);
    return call.finish(disconnect(s, lpOverlapped, dwFlags, dwReserved, call.lpErrno), FALSE);
  }),
) as DisconnectExFunction;
