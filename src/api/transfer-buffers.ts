// WSASend, WSARecv, WSASendTo, WSARecvFrom: several buffers, and overlapped operation. One buffer at a time: transfer.ts.
import {
  FALSE,
  SOCKET_ERROR,
  type Memory,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSABUF,
  type WSATHREADID,
} from '../abi/index.js';
import type { SocketCall } from '../ws2_32/index.js';
import { blocking, onSocket, overlappable } from './define.js';
import type { OverlappedFunction, Routine } from './overlapped-function.js';

/** A count of bytes is a DWORD: the call does not know the buffers of the operation that it asks about. */
const MOST_BYTES = 0xffffffff;

/** The calling thread as the SPI names it, where a completion routine will need it. */
function threadFor(call: SocketCall, routine: Routine): WSATHREADID | null {
  return routine === null ? null : call.threadId;
}

/** WSASend's type. */
export type WSASendFunction = OverlappedFunction<
  [
    s: SOCKET,
    lpBuffers: readonly WSABUF[] | null,
    dwBufferCount: number,
    lpNumberOfBytesSent: Ref | null,
    dwFlags: number,
  ]
>;

/**
 * Sends the contents of several buffers, in order. Without an OVERLAPPED it blocks as `send` does; with one it returns at
 * once and the buffers' memory must be left alone until completion.
 *
 * @param s - a connected socket
 * @param lpBuffers - the buffers
 * @param dwBufferCount - how many of them, at least 1
 * @param lpNumberOfBytesSent - receives the count; may be null with an OVERLAPPED
 * @param dwFlags - MSG_DONTROUTE, MSG_OOB, MSG_PARTIAL, or 0
 * @param lpOverlapped - null, or what reports the completion
 * @param lpCompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns 0 or SOCKET_ERROR. Errors: those of `send`, and WSAEINVAL (no buffer), WSA_IO_PENDING (under way)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasend
 */
export const WSASend = overlappable(
  'WSASend',
  5,
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      lpBuffers: readonly WSABUF[] | null,
      dwBufferCount: number,
      lpNumberOfBytesSent: Ref | null,
      dwFlags: number,
      lpOverlapped: OVERLAPPED | null,
      lpCompletionRoutine: Routine,
    ) => {
      const result = call.procs.lpWSPSend(
        s,
        lpBuffers,
        dwBufferCount,
        lpNumberOfBytesSent,
        dwFlags,
        lpOverlapped,
        call.overlapped(lpOverlapped, lpCompletionRoutine),
        threadFor(call, lpCompletionRoutine),
        call.lpErrno,
      );
      return call.moved(result, lpNumberOfBytesSent, lpBuffers, dwBufferCount);
    },
  ),
) as WSASendFunction;

/** WSARecv's type. */
export type WSARecvFunction = OverlappedFunction<
  [
    s: SOCKET,
    lpBuffers: readonly WSABUF[] | null,
    dwBufferCount: number,
    lpNumberOfBytesRecvd: Ref | null,
    lpFlags: Ref | null,
  ]
>;

/**
 * Receives into several buffers, filled in order. Without an OVERLAPPED it blocks as `recv` does; with one it returns at
 * once and the buffers' memory must be left alone until completion.
 *
 * @param s - a connected stream, or a bound datagram socket
 * @param lpBuffers - the buffers
 * @param dwBufferCount - how many of them, at least 1
 * @param lpNumberOfBytesRecvd - receives the count; may be null with an OVERLAPPED
 * @param lpFlags - in: MSG_PEEK, MSG_OOB, MSG_WAITALL, MSG_PARTIAL; out: flags of what came
 * @param lpOverlapped - null, or what reports the completion
 * @param lpCompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns 0 (with a count of 0 at the end of a stream) or SOCKET_ERROR. Errors: those of `recv`, and WSAEINVAL (no
 *   buffer), WSA_IO_PENDING (under way)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsarecv
 */
export const WSARecv = overlappable(
  'WSARecv',
  5,
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      lpBuffers: readonly WSABUF[] | null,
      dwBufferCount: number,
      lpNumberOfBytesRecvd: Ref | null,
      lpFlags: Ref | null,
      lpOverlapped: OVERLAPPED | null,
      lpCompletionRoutine: Routine,
    ) => {
      const result = call.procs.lpWSPRecv(
        s,
        lpBuffers,
        dwBufferCount,
        lpNumberOfBytesRecvd,
        lpFlags,
        lpOverlapped,
        call.overlapped(lpOverlapped, lpCompletionRoutine),
        threadFor(call, lpCompletionRoutine),
        call.lpErrno,
      );
      return call.moved(result, lpNumberOfBytesRecvd, lpBuffers, dwBufferCount);
    },
  ),
) as WSARecvFunction;

/** WSASendTo's type. */
export type WSASendToFunction = OverlappedFunction<
  [
    s: SOCKET,
    lpBuffers: readonly WSABUF[] | null,
    dwBufferCount: number,
    lpNumberOfBytesSent: Ref | null,
    dwFlags: number,
    lpTo: Memory | null,
    iTolen: number,
  ]
>;

/**
 * As WSASend, to an address; on a stream the address is ignored.
 *
 * @param s - the socket
 * @param lpBuffers - the buffers
 * @param dwBufferCount - how many of them, at least 1
 * @param lpNumberOfBytesSent - receives the count; may be null with an OVERLAPPED
 * @param dwFlags - MSG_DONTROUTE, MSG_OOB, MSG_PARTIAL, or 0
 * @param lpTo - the destination's sockaddr; null for the default peer
 * @param iTolen - its length in bytes
 * @param lpOverlapped - null, or what reports the completion
 * @param lpCompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns 0 or SOCKET_ERROR. Errors: those of `sendto`, and WSAEINVAL (no buffer), WSA_IO_PENDING (under way)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasendto
 */
export const WSASendTo = overlappable(
  'WSASendTo',
  7,
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      lpBuffers: readonly WSABUF[] | null,
      dwBufferCount: number,
      lpNumberOfBytesSent: Ref | null,
      dwFlags: number,
      lpTo: Memory | null,
      iTolen: number,
      lpOverlapped: OVERLAPPED | null,
      lpCompletionRoutine: Routine,
    ) => {
      const result = call.procs.lpWSPSendTo(
        s,
        lpBuffers,
        dwBufferCount,
        lpNumberOfBytesSent,
        dwFlags,
        lpTo,
        iTolen,
        lpOverlapped,
        call.overlapped(lpOverlapped, lpCompletionRoutine),
        threadFor(call, lpCompletionRoutine),
        call.lpErrno,
      );
      return call.moved(result, lpNumberOfBytesSent, lpBuffers, dwBufferCount);
    },
  ),
) as WSASendToFunction;

/** WSARecvFrom's type. */
export type WSARecvFromFunction = OverlappedFunction<
  [
    s: SOCKET,
    lpBuffers: readonly WSABUF[] | null,
    dwBufferCount: number,
    lpNumberOfBytesRecvd: Ref | null,
    lpFlags: Ref | null,
    lpFrom: Memory | null,
    lpFromlen: Ref | null,
  ]
>;

/**
 * As WSARecv, telling who sent the datagram; a stream leaves the address alone.
 *
 * @param s - a bound datagram socket, or a connected stream
 * @param lpBuffers - the buffers
 * @param dwBufferCount - how many of them, at least 1
 * @param lpNumberOfBytesRecvd - receives the count; may be null with an OVERLAPPED
 * @param lpFlags - in: MSG_PEEK, MSG_OOB, MSG_PARTIAL; out: flags of what came
 * @param lpFrom - receives the sender's sockaddr, or null
 * @param lpFromlen - in: bytes at `lpFrom`; out: bytes written; or null
 * @param lpOverlapped - null, or what reports the completion
 * @param lpCompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns 0 or SOCKET_ERROR. Errors: those of `recvfrom`, and WSAEINVAL (no buffer), WSA_IO_PENDING (under way)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsarecvfrom
 */
export const WSARecvFrom = overlappable(
  'WSARecvFrom',
  7,
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      lpBuffers: readonly WSABUF[] | null,
      dwBufferCount: number,
      lpNumberOfBytesRecvd: Ref | null,
      lpFlags: Ref | null,
      lpFrom: Memory | null,
      lpFromlen: Ref | null,
      lpOverlapped: OVERLAPPED | null,
      lpCompletionRoutine: Routine,
    ) => {
      call.limits(lpFromlen);
      const result = call.procs.lpWSPRecvFrom(
        s,
        lpBuffers,
        dwBufferCount,
        lpNumberOfBytesRecvd,
        lpFlags,
        lpFrom,
        lpFromlen,
        lpOverlapped,
        call.overlapped(lpOverlapped, lpCompletionRoutine),
        threadFor(call, lpCompletionRoutine),
        call.lpErrno,
      );
      return call.moved(result, lpNumberOfBytesRecvd, lpBuffers, dwBufferCount);
    },
  ),
) as WSARecvFromFunction;

/**
 * Tells the result of an overlapped operation. Blocks only with `fWait`, until the operation is done.
 *
 * @param s - the socket the operation was started on
 * @param lpOverlapped - the operation's OVERLAPPED
 * @param lpcbTransfer - receives the bytes transferred
 * @param fWait - TRUE to wait for the operation
 * @param lpdwFlags - receives the flags of a receive
 * @returns TRUE, or FALSE. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSA_INVALID_PARAMETER (no OVERLAPPED), WSAEFAULT (null),
 *   WSA_IO_INCOMPLETE (not done and not to wait), WSAEINVAL (no operation was started with it), or the operation's own
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetoverlappedresult
 */
export const WSAGetOverlappedResult = blocking(
  'WSAGetOverlappedResult',
  onSocket(
    FALSE,
    (
      call,
      s,
      lpOverlapped: OVERLAPPED | null,
      lpcbTransfer: Ref | null,
      fWait: number,
      lpdwFlags: Ref | null,
    ) => {
      const { procs, lpErrno } = call;
      call.writes(lpcbTransfer, MOST_BYTES);
      const result = procs.lpWSPGetOverlappedResult(s, lpOverlapped, lpcbTransfer, fWait, lpdwFlags, lpErrno);
      return call.finish<number>(result, FALSE);
    },
  ),
);
