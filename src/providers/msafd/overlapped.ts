// How the end of an overlapped operation is reported: the OVERLAPPED's fields, its event, a completion routine or the
// socket's completion port. The operation itself is an afd request like any other.
import {
  SOCKET_ERROR,
  STATUS_PENDING,
  WSAEFAULT,
  WSAEINTR,
  WSAEINVAL,
  WSAENOTSOCK,
  WSA_INVALID_PARAMETER,
  WSA_IO_INCOMPLETE,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  FALSE,
  TRUE,
  ref,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSATHREADID,
} from '../../abi/index.js';
import { ReceiveRequest, type Endpoint, type IoRequest } from '../../afd/index.js';
import type { BOOL, MaybePending } from '../../spi/index.js';
import { Event } from '../../win32/index.js';
import { portError } from './port-errors.js';
import { fail, settled, type Msafd } from './provider.js';
import type { Transfer } from './transfers.js';

/** Where an overlapped operation reports. */
export interface Report {
  /** The socket, whose completion port is told. */
  readonly endpoint: Endpoint;
  readonly overlapped: OVERLAPPED;
  readonly routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;
  readonly threadId: WSATHREADID | null;
}

/** The event behind hEvent; its low bit only keeps the completion from a port. */
function eventOf(provider: Msafd, overlapped: OVERLAPPED): Event | null {
  const object = provider.process.handles.get(overlapped.hEvent & ~1);
  return object instanceof Event ? object : null;
}

/**
 * Marks the operation as begun; returns 0, or the error with which it is refused before anything of it has happened:
 * WSAEINVAL for an OVERLAPPED whose operation is still pending, which is left as it is, and for a routine on a socket that
 * is tied to a port, as one operation reports in one way.
 */
export function beginOverlapped(provider: Msafd, report: Report, request: IoRequest): number {
  const { endpoint, overlapped, routine } = report;
  if (provider.running.get(overlapped)?.done === false) return WSAEINVAL;
  if (routine !== null && endpoint.completion.port !== null) return WSAEINVAL;
  overlapped.Internal = STATUS_PENDING;
  overlapped.InternalHigh = 0;
  provider.running.set(overlapped, request);
  if (routine === null) eventOf(provider, overlapped)?.reset();
  return 0;
}

/** Tells the socket's port, unless the operation is told to a routine or the low bit of hEvent forbids it. */
function reportToPort({ endpoint, overlapped, routine }: Report, request: IoRequest, atOnce: boolean): void {
  if (routine !== null || (overlapped.hEvent & 1) !== 0) return;
  endpoint.completion.report(overlapped, request.bytes, portError(request.error, endpoint.isDatagram), atOnce);
}

function complete(provider: Msafd, report: Report, request: IoRequest, atOnce: boolean): void {
  const { overlapped, routine, threadId } = report;
  const flags = request instanceof ReceiveRequest ? request.resultFlags : 0;
  // What interrupts a blocking call, closing the socket under it, aborts an overlapped operation.
  const error = request.error === WSAEINTR ? WSA_OPERATION_ABORTED : request.error;
  overlapped.Internal = error;
  overlapped.InternalHigh = request.bytes;
  overlapped.Offset = flags;
  // A routine takes the event's place: hEvent is then the program's own.
  if (routine === null) eventOf(provider, overlapped)?.set();
  reportToPort(report, request, atOnce);
  if (routine === null || threadId === null) return;
  const lpErrno = ref(0);
  const call = (): void => {
    routine(error, request.bytes, overlapped, flags);
  };
  provider.upcalls.lpWPUQueueApc(threadId, call, 0, lpErrno);
}

/** Fills in what the caller of a transfer wants; an ioctl has written its output already. */
function deliver(request: IoRequest | Transfer): void {
  if ('outcome' in request) request.outcome();
}

/**
 * Ends an entry that started `request` overlapped: 0 if it is done already, else WSA_IO_PENDING. Either way its completion
 * is reported.
 */
export function finishOverlapped(
  provider: Msafd,
  report: Report,
  request: IoRequest | Transfer,
  lpErrno: Ref,
): number {
  if (request.done) {
    deliver(request);
    if (request.error !== 0) return refuseOverlapped(report, request.error, lpErrno);
    complete(provider, report, request, true);
    return 0;
  }
  request.onDone(() => {
    deliver(request);
    complete(provider, report, request, false);
  });
  return fail(lpErrno, WSA_IO_PENDING, SOCKET_ERROR);
}

/** Ends an entry whose operation failed at once: nothing is reported, and the OVERLAPPED is free again. */
export function refuseOverlapped(report: Report | null, error: number, lpErrno: Ref): number {
  if (report !== null) report.overlapped.Internal = error;
  return fail(lpErrno, error, SOCKET_ERROR);
}

/** WSPGetOverlappedResult. */
export function getOverlappedResult(
  provider: Msafd,
  s: SOCKET,
  lpOverlapped: OVERLAPPED | null,
  lpcbTransfer: Ref | null,
  fWait: BOOL,
  lpdwFlags: Ref | null,
  lpErrno: Ref,
): MaybePending<BOOL> {
  if (provider.endpoint(s) === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
  if (lpOverlapped === null) return fail(lpErrno, WSA_INVALID_PARAMETER, FALSE);
  if (lpcbTransfer === null || lpdwFlags === null) return fail(lpErrno, WSAEFAULT, FALSE);
  const request = provider.running.get(lpOverlapped);
  if (request === undefined) return fail(lpErrno, WSAEINVAL, FALSE);
  if (!request.done && fWait === FALSE) return fail(lpErrno, WSA_IO_INCOMPLETE, FALSE);
  const tell = (): BOOL => {
    lpcbTransfer.value = lpOverlapped.InternalHigh;
    lpdwFlags.value = lpOverlapped.Offset;
    return lpOverlapped.Internal === 0 ? TRUE : fail(lpErrno, lpOverlapped.Internal, FALSE);
  };
  return settled(request, tell);
}
