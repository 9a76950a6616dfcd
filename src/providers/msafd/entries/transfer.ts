// WSPSend, WSPSendTo, WSPRecv, WSPRecvFrom: from the callers' buffers to afd's requests and back.
import {
  MSG_DONTROUTE,
  MSG_OOB,
  MSG_PARTIAL,
  MSG_PEEK,
  MSG_PUSH_IMMEDIATE,
  MSG_WAITALL,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEOPNOTSUPP,
  WSAENOTSOCK,
  WSAETIMEDOUT,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type Memory,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSABUF,
  type WSATHREADID,
} from '../../../abi/index.js';
import {
  AFTER_RECEIVE,
  DatagramEndpoint,
  StreamEndpoint,
  type Endpoint,
} from '../../../afd/index.js';
import type { NetAddress, SendControl, Waiting } from '../../../afd/index.js';
import type { MaybePending } from '../../../spi/index.js';
import { addressFits, gather, wholeOf } from '../buffers.js';
import { beginOverlapped, finishOverlapped, refuseOverlapped, reportOf, spareRequest, type Report } from '../overlapped.js';
import { fail, type Msafd } from '../provider.js';
import { Receive, Send, answer } from '../transfers.js';

const SEND_FLAGS = MSG_OOB | MSG_DONTROUTE | MSG_PARTIAL;
const RECEIVE_FLAGS = MSG_OOB | MSG_PEEK | MSG_WAITALL | MSG_PARTIAL | MSG_PUSH_IMMEDIATE;
/** Flags that only streams know. */
const STREAM_FLAGS = MSG_OOB | MSG_WAITALL;
/** Flags that MSG_WAITALL is refused with. */
const AGAINST_WAITALL = MSG_OOB | MSG_PEEK | MSG_PARTIAL;
/** How an overlapped operation waits: it is pending whatever the socket's mode, and no timeout applies. */
const OVERLAPPED_WAITING: Waiting = { nonBlocking: false, timeout: 0, timeoutError: 0 };

function flagError(endpoint: Endpoint, flags: number, known: number): number {
  if ((flags & ~known) !== 0) return WSAEOPNOTSUPP;
  if ((flags & MSG_WAITALL) !== 0 && (flags & AGAINST_WAITALL) !== 0) return WSAEOPNOTSUPP;
  return endpoint.isDatagram && (flags & STREAM_FLAGS) !== 0 ? WSAEOPNOTSUPP : 0;
}

function sendWaiting({ nonBlocking, options }: Endpoint, report: Report | null): Waiting {
  if (report !== null) return OVERLAPPED_WAITING;
  return { nonBlocking, timeout: options.sendTimeout, timeoutError: WSAETIMEDOUT };
}

function receiveWaiting({ nonBlocking, options }: Endpoint, report: Report | null): Waiting {
  if (report !== null) return OVERLAPPED_WAITING;
  return { nonBlocking, timeout: options.receiveTimeout, timeoutError: WSAETIMEDOUT };
}

/**
 * The one way of all sends; `whole` is what `chunks` is a part of, if that is worth remembering, `to` is null for the
 * default peer, `control` for WSASendMsg only.
 */
export function transmit(
  provider: Msafd,
  endpoint: Endpoint,
  chunks: readonly Uint8Array[],
  whole: Uint8Array | null,
  flags: number,
  to: NetAddress | null,
  lpNumberOfBytesSent: Ref | null,
  report: Report | null,
  lpErrno: Ref,
  control?: SendControl | null,
): MaybePending<number> {
  if (lpNumberOfBytesSent === null && report === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  const wrong = flagError(endpoint, flags, SEND_FLAGS);
  if (wrong !== 0) return fail(lpErrno, wrong, SOCKET_ERROR);
  const request = spareRequest(report, Send) ?? new Send();
  request.prepare(chunks, whole, lpNumberOfBytesSent, report === null ? lpErrno : null, control !== undefined);
  const refused = report === null ? 0 : beginOverlapped(provider, report, request);
  if (refused !== 0) return fail(lpErrno, refused, SOCKET_ERROR);
  const error = startSend(provider, endpoint, chunks, flags, to, report, request, control ?? null);
  if (error !== 0) return refuseOverlapped(report, error, lpErrno);
  return report === null ? answer(provider, endpoint, request) : finishOverlapped(provider, report, request, lpErrno);
}

function startSend(
  { afd }: Msafd,
  endpoint: Endpoint,
  chunks: readonly Uint8Array[],
  flags: number,
  to: NetAddress | null,
  report: Report | null,
  request: Send,
  control: SendControl | null,
): number {
  const { ops } = afd;
  if (endpoint instanceof DatagramEndpoint) return ops.sendDatagram(endpoint, chunks, to, request, control);
  if (!(endpoint instanceof StreamEndpoint)) return WSAEOPNOTSUPP;
  if ((flags & MSG_OOB) !== 0) return ops.sendUrgent(endpoint, chunks, request);
  return ops.sendStream(endpoint, chunks, request, sendWaiting(endpoint, report));
}

export function send(
  provider: Msafd,
  s: SOCKET,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesSent: Ref | null,
  dwFlags: number,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
): MaybePending<number> {
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  const report = reportOf(endpoint, lpOverlapped, lpCompletionRoutine, lpThreadId);
  const chunks = gather(lpBuffers, dwBufferCount, spareRequest(report, Send));
  if (typeof chunks === 'number') return fail(lpErrno, chunks, SOCKET_ERROR);
  const whole = wholeOf(lpBuffers, dwBufferCount);
  return transmit(provider, endpoint, chunks, whole, dwFlags, null, lpNumberOfBytesSent, report, lpErrno);
}

export function sendTo(
  provider: Msafd,
  s: SOCKET,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesSent: Ref | null,
  dwFlags: number,
  lpTo: Memory | null,
  iTolen: number,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
): MaybePending<number> {
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  const chunks = gather(lpBuffers, dwBufferCount);
  if (typeof chunks === 'number') return fail(lpErrno, chunks, SOCKET_ERROR);
  let to: NetAddress | null = null;
  // A stream goes to its peer, whatever address is given.
  if (lpTo !== null && endpoint.isDatagram) {
    const decoded = endpoint.decode(lpTo, iTolen);
    if (decoded.address === null) return fail(lpErrno, decoded.error, SOCKET_ERROR);
    to = decoded.address;
  }
  const report = reportOf(endpoint, lpOverlapped, lpCompletionRoutine, lpThreadId);
  return transmit(provider, endpoint, chunks, null, dwFlags, to, lpNumberOfBytesSent, report, lpErrno);
}

export function recv(
  provider: Msafd,
  s: SOCKET,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesRecvd: Ref | null,
  lpFlags: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
): MaybePending<number> {
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  const report = reportOf(endpoint, lpOverlapped, lpCompletionRoutine, lpThreadId);
  return take(provider, endpoint, lpBuffers, dwBufferCount, lpNumberOfBytesRecvd, lpFlags, null, null, report, lpErrno);
}

export function recvFrom(
  provider: Msafd,
  s: SOCKET,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesRecvd: Ref | null,
  lpFlags: Ref | null,
  lpFrom: Memory | null,
  lpFromlen: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
): MaybePending<number> {
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  // A stream tells no sender and leaves the address alone; for datagrams it must fit.
  const from = endpoint.isDatagram ? lpFrom : null;
  if (from !== null && lpFromlen !== null && !addressFits(encodedSize(endpoint), from, lpFromlen)) {
    return refuseReceive(endpoint, WSAEFAULT, lpErrno);
  }
  const report = reportOf(endpoint, lpOverlapped, lpCompletionRoutine, lpThreadId);
  return take(provider, endpoint, lpBuffers, dwBufferCount, lpNumberOfBytesRecvd, lpFlags, from, lpFromlen, report, lpErrno);
}

export function encodedSize(endpoint: Endpoint): number {
  return endpoint.family === 'ipv4' ? 16 : 28;
}

/** Ends a receive that afd never hears of. As documented, a call that fails re-enables network events like any other. */
export function refuseReceive(endpoint: Endpoint, error: number, lpErrno: Ref): number {
  endpoint.networkEvents?.reenable(AFTER_RECEIVE);
  return fail(lpErrno, error, SOCKET_ERROR);
}

/** The one way of all receives. */
function take(
  provider: Msafd,
  endpoint: Endpoint,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesRecvd: Ref | null,
  lpFlags: Ref | null,
  from: Memory | null,
  fromlen: Ref | null,
  report: Report | null,
  lpErrno: Ref,
): MaybePending<number> {
  const spare = spareRequest(report, Receive);
  const buffers = gather(lpBuffers, dwBufferCount, spare);
  if (typeof buffers === 'number') return refuseReceive(endpoint, buffers, lpErrno);
  if (lpFlags === null || (lpNumberOfBytesRecvd === null && report === null)) {
    return refuseReceive(endpoint, WSAEFAULT, lpErrno);
  }
  const flags = lpFlags.value;
  const wrong = flagError(endpoint, flags, RECEIVE_FLAGS);
  if (wrong !== 0) return refuseReceive(endpoint, wrong, lpErrno);
  const request = spare ?? new Receive();
  const whole = wholeOf(lpBuffers, dwBufferCount);
  request.prepare(buffers, whole, lpNumberOfBytesRecvd, lpFlags, from, fromlen, report === null ? lpErrno : null);
  return startReceive(provider, endpoint, request, (flags & MSG_OOB) !== 0, report, lpErrno);
}

/** Starts a receive and gives its entry's result. */
export function startReceive(
  provider: Msafd,
  endpoint: Endpoint,
  request: Receive,
  urgent: boolean,
  report: Report | null,
  lpErrno: Ref,
): MaybePending<number> {
  const refused = report === null ? 0 : beginOverlapped(provider, report, request);
  if (refused !== 0) return fail(lpErrno, refused, SOCKET_ERROR);
  const { ops } = provider.afd;
  const error =
    urgent
      ? ops.receiveUrgent(endpoint, request, receiveWaiting(endpoint, report))
      : ops.receive(endpoint, request, receiveWaiting(endpoint, report));
  if (error !== 0) return refuseOverlapped(report, error, lpErrno);
  return report === null ? answer(provider, endpoint, request) : finishOverlapped(provider, report, request, lpErrno);
}
