// WSARecvMsg and WSASendMsg: extension functions, found through the pointer that the socket's provider gives out.
import {
  SOCKET_ERROR,
  WSAID_WSARECVMSG,
  WSAID_WSASENDMSG,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSAMSG,
} from '../abi/index.js';
import { extensionFunction, type LPWSPRECVMSG, type LPWSPSENDMSG } from '../ws2_32/index.js';
import { onSocket, overlappable } from './define.js';
import type { OverlappedFunction, Routine } from './overlapped-function.js';

/** WSARecvMsg's type. */
export type WSARecvMsgFunction = OverlappedFunction<[s: SOCKET, lpMsg: WSAMSG | null, lpdwNumberOfBytesRecvd: Ref | null]>;

/**
 * Receives a datagram with its sender and the control information that options ask for (IP_PKTINFO and others). Without
 * an OVERLAPPED it blocks as `recvfrom` does; with one it returns at once and message and memory must be left alone
 * until completion. Where the transport knows nothing of packets, the control buffer comes back empty.
 *
 * @param s - a bound datagram or raw socket
 * @param lpMsg - in: `name` and `Control` with their room, the buffers, `dwFlags` 0 or MSG_PEEK; out: the lengths, and in
 *   `dwFlags` MSG_TRUNC, MSG_CTRUNC, MSG_BCAST, MSG_MCAST
 * @param lpdwNumberOfBytesRecvd - receives the count; may be null with an OVERLAPPED
 * @param lpOverlapped - null, or what reports the completion
 * @param lpCompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns 0 or SOCKET_ERROR. Errors: those of `recvfrom`, and WSAEINVAL (not bound, no buffer, or a stream), WSAEFAULT (no
 *   message, or no memory where it tells a length), WSAEOPNOTSUPP (other flags), WSAEMSGSIZE (the datagram or the control
 *   information did not fit), WSAENETRESET (the time to live of an earlier datagram ran out), WSA_IO_PENDING
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_wsarecvmsg
 */
export const WSARecvMsg = overlappable(
  'WSARecvMsg',
  3,
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      lpMsg: WSAMSG | null,
      lpdwNumberOfBytesRecvd: Ref | null,
      lpOverlapped: OVERLAPPED | null,
      lpCompletionRoutine: Routine,
    ) => {
      const receive = extensionFunction<LPWSPRECVMSG>(call, s, WSAID_WSARECVMSG);
      if (receive === null) return SOCKET_ERROR;
      const thread = lpCompletionRoutine === null ? null : call.threadId;
      const told = call.overlapped(lpOverlapped, lpCompletionRoutine);
      const { lpErrno } = call;
      const result = receive(s, lpMsg, lpdwNumberOfBytesRecvd, lpOverlapped, told, thread, lpErrno);
      return call.finish(result, SOCKET_ERROR);
    },
  ),
) as WSARecvMsgFunction;

/** WSASendMsg's type. */
export type WSASendMsgFunction = OverlappedFunction<
  [s: SOCKET, lpMsg: WSAMSG | null, dwFlags: number, lpNumberOfBytesSent: Ref | null]
>;

/**
 * Sends a datagram; control information may say from which address and interface it leaves, and its hop limit, type of
 * service and ECN bits. Blocks, or is overlapped, as WSASendTo.
 *
 * @param s - a datagram or raw socket; an unbound one is bound to a port of the system's choice
 * @param lpMsg - `name` (null for the default peer), the buffers, `Control`; its `dwFlags` are ignored
 * @param dwFlags - MSG_DONTROUTE, MSG_PARTIAL, or 0
 * @param lpNumberOfBytesSent - receives the count; may be null with an OVERLAPPED
 * @param lpOverlapped - null, or what reports the completion
 * @param lpCompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns 0 or SOCKET_ERROR. Errors: those of `sendto`, and WSAEINVAL (no buffer, a stream, or control data that is
 *   malformed or of an unknown kind), WSAEFAULT (no message, or no memory where it tells a length), WSAEOPNOTSUPP (other
 *   flags; control data where the transport cannot honour any), WSA_IO_PENDING
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasendmsg
 */
export const WSASendMsg = overlappable(
  'WSASendMsg',
  4,
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      lpMsg: WSAMSG | null,
      dwFlags: number,
      lpNumberOfBytesSent: Ref | null,
      lpOverlapped: OVERLAPPED | null,
      lpCompletionRoutine: Routine,
    ) => {
      const send = extensionFunction<LPWSPSENDMSG>(call, s, WSAID_WSASENDMSG);
      if (send === null) return SOCKET_ERROR;
      const thread = lpCompletionRoutine === null ? null : call.threadId;
      const told = call.overlapped(lpOverlapped, lpCompletionRoutine);
      const { lpErrno } = call;
      const result = send(s, lpMsg, dwFlags, lpNumberOfBytesSent, lpOverlapped, told, thread, lpErrno);
      return call.finish(result, SOCKET_ERROR);
    },
  ),
) as WSASendMsgFunction;
