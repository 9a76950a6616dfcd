// getsockopt, setsockopt, ioctlsocket, WSAIoctl: a socket's settings. What each means is the provider's business.
import {
  SOCKET_ERROR,
  SOL_SOCKET,
  SO_OPENTYPE,
  WSAEFAULT,
  WSAEOPNOTSUPP,
  bytesOf,
  ref,
  type Memory,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
} from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { discard, type SocketCall } from '../ws2_32/index.js';
import { immediate, onSocket, overlappable, started } from './define.js';
import { optionOf11 } from './legacy-options.js';
import type { OverlappedFunction, Routine } from './overlapped-function.js';

/** Size of an option or ioctl argument that is one integer. */
const INT_SIZE = 4;

function intView(memory: Memory): DataView {
  const bytes = bytesOf(memory);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** SO_OPENTYPE belongs to the thread and is answered for any handle, INVALID_SOCKET included. */
const isThreadOption = (level: number, optname: number): boolean => level === SOL_SOCKET && optname === SO_OPENTYPE;

const getOpenType = started(SOCKET_ERROR, (cell, _process, optval: Memory | null, optlen: Ref | null): number => {
  if (optval === null || optlen === null || optlen.value < INT_SIZE || bytesOf(optval).length < INT_SIZE) {
    return cell.fail(WSAEFAULT, SOCKET_ERROR);
  }
  intView(optval).setInt32(0, cell.thread.openType, true);
  optlen.value = INT_SIZE;
  return cell.fail(0, 0);
});

const setOpenType = started(SOCKET_ERROR, (cell, _process, optval: Memory | null, optlen: number): number => {
  if (optval === null || optlen < INT_SIZE || bytesOf(optval).length < INT_SIZE) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  cell.thread.openType = intView(optval).getInt32(0, true);
  return cell.fail(0, 0);
});

function optionOf(call: SocketCall, level: number, optname: number): number {
  return call.process.isVersion1 ? optionOf11(level, optname) : optname;
}

const getOnSocket = onSocket(
  SOCKET_ERROR,
  (call, s, level: number, optname: number, optval: Memory | null, optlen: Ref | null): number => {
    call.limits(optlen);
    return call.finish(
      call.procs.lpWSPGetSockOpt(s, level, optionOf(call, level, optname), optval, optlen, call.lpErrno),
      SOCKET_ERROR,
    );
  },
);

const setOnSocket = onSocket(
  SOCKET_ERROR,
  (call, s, level: number, optname: number, optval: Memory | null, optlen: number): number =>
    call.finish(
      call.procs.lpWSPSetSockOpt(s, level, optionOf(call, level, optname), optval, optlen, call.lpErrno),
      SOCKET_ERROR,
    ),
);

/**
 * Reads an option. Does not block.
 *
 * @param s - the socket; for SO_OPENTYPE any handle
 * @param level - SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, ...
 * @param optname - the option; where everybody has negotiated 1.1, options of IPPROTO_IP by the numbers of winsock.h
 * @param optval - receives the value: a buffer, or the structure of the option (`linger`, ...)
 * @param optlen - in: bytes at `optval`; out: bytes of the value
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null or too short), WSAEINVAL (unknown
 *   level, or an option that this kind of socket has not), WSAENOPROTOOPT (unknown option, or one that cannot be read)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getsockopt
 */
export const getsockopt = immediate(
  'getsockopt',
  (cell: LastErrorCell, s: SOCKET, level: number, optname: number, optval: Memory | null, optlen: Ref | null): number =>
    isThreadOption(level, optname)
      ? getOpenType(cell, optval, optlen)
      : (getOnSocket.run(cell, [s, level, optname, optval, optlen], true) as number),
);

/**
 * Sets an option. Does not block.
 *
 * @param s - the socket; for SO_OPENTYPE any handle
 * @param level - as `getsockopt`
 * @param optname - the option; where everybody has negotiated 1.1, options of IPPROTO_IP by the numbers of winsock.h
 * @param optval - the value: a buffer, or the structure of the option
 * @param optlen - its length in bytes
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null or too short), WSAEINVAL (unknown
 *   level, value out of range, or not at this time), WSAENOPROTOOPT (unknown option, or one that cannot be set),
 *   WSAEOPNOTSUPP (this transport cannot), WSAENOTCONN, WSAEADDRNOTAVAIL (membership of a group or interface that is not
 *   there)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-setsockopt
 */
export const setsockopt = immediate(
  'setsockopt',
  (cell: LastErrorCell, s: SOCKET, level: number, optname: number, optval: Memory | null, optlen: number): number =>
    isThreadOption(level, optname)
      ? setOpenType(cell, optval, optlen)
      : (setOnSocket.run(cell, [s, level, optname, optval, optlen], true) as number),
);

/**
 * Controls a socket's mode. Does not block.
 *
 * @param s - the socket
 * @param cmd - FIONBIO (nonzero: non-blocking), FIONREAD (bytes to be read), SIOCATMARK
 * @param argp - in and out: the argument
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAEINVAL, WSAEOPNOTSUPP (unknown
 *   command, or one that waits)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ioctlsocket
 */
export const ioctlsocket = immediate(
  'ioctlsocket',
  onSocket(SOCKET_ERROR, (call, s, cmd: number, argp: Ref | null): number => {
    if (argp === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
    const memory = new Uint8Array(INT_SIZE);
    const view = intView(memory);
    view.setUint32(0, argp.value, true);
    const returned = ref(0);
    const { procs, lpErrno } = call;
    const status = procs.lpWSPIoctl(s, cmd >>> 0, memory, INT_SIZE, memory, INT_SIZE, returned, null, null, null, lpErrno);
    // Codes that wait for a change are WSAIoctl's: a function that does not block cannot have them.
    if (status instanceof Promise) {
      discard(status);
      return call.fail(WSAEOPNOTSUPP, SOCKET_ERROR);
    }
    if (call.finish(status, SOCKET_ERROR) !== 0) return SOCKET_ERROR;
    argp.value = view.getUint32(0, true);
    return 0;
  }),
);

/** WSAIoctl's type. */
export type WSAIoctlFunction = OverlappedFunction<
  [
    s: SOCKET,
    dwIoControlCode: number,
    lpvInBuffer: Memory | null,
    cbInBuffer: number,
    lpvOutBuffer: Memory | null,
    cbOutBuffer: number,
    lpcbBytesReturned: Ref | null,
  ]
>;

/**
 * Controls a socket, its transport or its provider. Most codes are answered at once; those that wait for a change block
 * without an OVERLAPPED.
 *
 * @param s - the socket
 * @param dwIoControlCode - SIO_*, FIO*
 * @param lpvInBuffer - what the code takes, or null
 * @param cbInBuffer - its length in bytes
 * @param lpvOutBuffer - receives what the code gives, or null
 * @param cbOutBuffer - room in bytes
 * @param lpcbBytesReturned - receives the bytes given
 * @param lpOverlapped - null, or what reports the completion
 * @param lpCompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null or too small), WSAEINVAL (bad value,
 *   unknown function identifier), WSAENOPROTOOPT (not for this kind of socket), WSAEOPNOTSUPP (unknown code, or this
 *   transport cannot), WSAENOTCONN, WSAEWOULDBLOCK, WSA_IO_PENDING
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaioctl
 */
export const WSAIoctl = overlappable(
  'WSAIoctl',
  7,
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      dwIoControlCode: number,
      lpvInBuffer: Memory | null,
      cbInBuffer: number,
      lpvOutBuffer: Memory | null,
      cbOutBuffer: number,
      lpcbBytesReturned: Ref | null,
      lpOverlapped: OVERLAPPED | null,
      lpCompletionRoutine: Routine,
    ) => {
      call.writes(lpcbBytesReturned, cbOutBuffer >>> 0);
      const result = call.procs.lpWSPIoctl(
        s,
        dwIoControlCode,
        lpvInBuffer,
        cbInBuffer,
        lpvOutBuffer,
        cbOutBuffer,
        lpcbBytesReturned,
        lpOverlapped,
        call.overlapped(lpOverlapped, lpCompletionRoutine),
        lpCompletionRoutine === null ? null : call.threadId,
        call.lpErrno,
      );
      return call.finish(result, SOCKET_ERROR);
    },
  ),
) as WSAIoctlFunction;
