// WSARecvMsg and WSASendMsg: datagrams with control information. Their control buffers are control-messages.ts's.
import {
  MSG_PEEK,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSABUF,
  type WSAMSG,
  type WSATHREADID,
} from '../../../abi/index.js';
import { DatagramEndpoint, type NetAddress } from '../../../afd/index.js';
import type { MaybePending } from '../../../spi/index.js';
import { addressFits, gather } from '../buffers.js';
import { MessageReceive } from '../message-receive.js';
import { reportOf } from '../overlapped.js';
import { fail, type Msafd } from '../provider.js';
import { readControl } from '../send-control.js';
import { encodedSize, refuseReceive, startReceive, transmit } from './transfer.js';

/** Whether a buffer is there as far as its length says. */
function isThere({ buf, len }: WSABUF): boolean {
  return len === 0 || (buf !== null && len > 0 && len <= buf.length);
}

/** The socket that a message is for, or the error: a handle that is no socket, no message, a stream. */
function target(provider: Msafd, s: SOCKET, lpMsg: WSAMSG | null): DatagramEndpoint | number {
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return WSAENOTSOCK;
  if (lpMsg === null || !isThere(lpMsg.Control) || (lpMsg.name === null && lpMsg.namelen !== 0)) return WSAEFAULT;
  return endpoint instanceof DatagramEndpoint ? endpoint : WSAEINVAL;
}

export function recvMsg(
  provider: Msafd,
  s: SOCKET,
  lpMsg: WSAMSG | null,
  lpdwNumberOfBytesRecvd: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
): MaybePending<number> {
  const endpoint = target(provider, s, lpMsg);
  if (typeof endpoint === 'number') return fail(lpErrno, endpoint, SOCKET_ERROR);
  if (lpMsg === null || (lpdwNumberOfBytesRecvd === null && lpOverlapped === null)) {
    return refuseReceive(endpoint, WSAEFAULT, lpErrno);
  }
  if ((lpMsg.dwFlags & ~MSG_PEEK) !== 0) return refuseReceive(endpoint, WSAEOPNOTSUPP, lpErrno);
  const buffers = gather(lpMsg.lpBuffers, lpMsg.dwBufferCount);
  if (typeof buffers === 'number') return refuseReceive(endpoint, buffers, lpErrno);
  if (lpMsg.name !== null && !addressFits(encodedSize(endpoint), lpMsg.name, { value: lpMsg.namelen })) {
    return refuseReceive(endpoint, WSAEFAULT, lpErrno);
  }
  const report = reportOf(endpoint, lpOverlapped, lpCompletionRoutine, lpThreadId);
  const request = new MessageReceive(endpoint, buffers, lpMsg, lpdwNumberOfBytesRecvd, report === null ? lpErrno : null);
  return startReceive(provider, endpoint, request, false, report, lpErrno);
}

export function sendMsg(
  provider: Msafd,
  s: SOCKET,
  lpMsg: WSAMSG | null,
  dwFlags: number,
  lpNumberOfBytesSent: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
): MaybePending<number> {
  const endpoint = target(provider, s, lpMsg);
  if (typeof endpoint === 'number') return fail(lpErrno, endpoint, SOCKET_ERROR);
  if (lpMsg === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  const chunks = gather(lpMsg.lpBuffers, lpMsg.dwBufferCount);
  if (typeof chunks === 'number') return fail(lpErrno, chunks, SOCKET_ERROR);
  let to: NetAddress | null = null;
  if (lpMsg.name !== null) {
    const decoded = endpoint.decode(lpMsg.name, lpMsg.namelen);
    if (decoded.address === null) return fail(lpErrno, decoded.error, SOCKET_ERROR);
    to = decoded.address;
  }
  const control = readControl(endpoint, lpMsg.Control);
  if (typeof control === 'number') return fail(lpErrno, control, SOCKET_ERROR);
  const report = reportOf(endpoint, lpOverlapped, lpCompletionRoutine, lpThreadId);
  return transmit(provider, endpoint, chunks, null, dwFlags, to, lpNumberOfBytesSent, report, lpErrno, control);
}
