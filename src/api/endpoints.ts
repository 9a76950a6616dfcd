// bind, getsockname, getpeername: the addresses of a socket's two ends.
import { SOCKET_ERROR, type Memory, type Ref } from '../abi/index.js';
import { immediate, onSocket } from './define.js';

/**
 * Gives a socket its local address. Does not block.
 *
 * @param s - an unbound socket
 * @param name - a sockaddr of the socket's family; port 0 (network order) lets the system choose
 * @param namelen - its length in bytes: 16 for IPv4, 28 for IPv6
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null or too short), WSAEAFNOSUPPORT
 *   (another family), WSAEINVAL (already bound), WSAEADDRINUSE (address in use), WSAEADDRNOTAVAIL (not an address of this
 *   machine), WSAEACCES (address held with SO_EXCLUSIVEADDRUSE, or not permitted), WSAENOBUFS
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-bind
 */
export const bind = immediate(
  'bind',
  onSocket(SOCKET_ERROR, (call, s, name: Memory | null, namelen: number): number =>
    call.finish(call.procs.lpWSPBind(s, name, namelen, call.lpErrno), SOCKET_ERROR),
  ),
);

/**
 * Tells a socket's local address. Does not block.
 *
 * @param s - a bound or connected socket
 * @param name - receives the sockaddr
 * @param namelen - in: bytes at `name`; out: bytes written
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (not bound), WSAEFAULT (null or too short)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getsockname
 */
export const getsockname = immediate(
  'getsockname',
  onSocket(SOCKET_ERROR, (call, s, name: Memory | null, namelen: Ref | null): number => {
    call.limits(namelen);
    return call.finish(call.procs.lpWSPGetSockName(s, name, namelen, call.lpErrno), SOCKET_ERROR);
  }),
);

/**
 * Tells the address of a socket's peer. Does not block.
 *
 * @param s - a connected socket
 * @param name - receives the sockaddr
 * @param namelen - in: bytes at `name`; out: bytes written
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOTCONN (not connected), WSAEFAULT (null or too
 *   short)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getpeername
 */
export const getpeername = immediate(
  'getpeername',
  onSocket(SOCKET_ERROR, (call, s, name: Memory | null, namelen: Ref | null): number => {
    call.limits(namelen);
    return call.finish(call.procs.lpWSPGetPeerName(s, name, namelen, call.lpErrno), SOCKET_ERROR);
  }),
);
