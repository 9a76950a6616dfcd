// How the end of an overlapped operation is reported: the OVERLAPPED's fields, its event, a completion routine or the
// socket's completion port. The operation itself is an afd request like any other.
import {
  SOCKET_ERROR,
  STATUS_PENDING,
  WSAEFAULT,
  WSAEINTR,
  WSAEINVAL,
  WSAENOTSOCK,
  WSA_INVALID_HANDLE,
  WSA_INVALID_PARAMETER,
  WSA_IO_INCOMPLETE,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  FALSE,
  INFINITE,
  TRUE,
  ref,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSATHREADID,
} from '../../abi/index.js';
import { operationOf, setOperation } from '../../abi/operation-slot.js';
import { ReceiveRequest, type Endpoint, type IoRequest, type RequestOwner } from '../../afd/index.js';
import type { BOOL, MaybePending } from '../../spi/index.js';
import { currentThread, Event, PendingOperation, waitForObjects, type ReportsTo } from '../../win32/index.js';
import { portError } from './port-errors.js';
import { fail, type Msafd } from './provider.js';

/** Where an overlapped operation reports. */
export interface Report {
  /** The socket, whose completion port is told. */
  readonly endpoint: Endpoint;
  readonly overlapped: OVERLAPPED;
  readonly routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;
  readonly threadId: WSATHREADID | null;
}

/** An overlapped operation on a socket: one object from the call to its end, and for those who ask for its result. */
class Operation extends PendingOperation implements Report, RequestOwner {
  readonly endpoint: Endpoint;
  routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;
  threadId: WSATHREADID | null;
  /** Both are set when it begins. */
  provider: Msafd | null = null;
  request: IoRequest | null = null;

  constructor(
    endpoint: Endpoint,
    overlapped: OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
    threadId: WSATHREADID | null,
  ) {
    super(overlapped);
    this.endpoint = endpoint;
    this.routine = routine;
    this.threadId = threadId;
  }

  /** Makes it, once it is over, what the next call with its OVERLAPPED asks for. */
  use(routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null, threadId: WSATHREADID | null): void {
    this.renew();
    this.routine = routine;
    this.threadId = threadId;
  }

  override get done(): boolean {
    return this.request?.done !== false;
  }

  /**
   * Whether nobody has to do with it any more. A request that failed is not used again: the transport may still speak of
   * it.
   */
  get isSpare(): boolean {
    return this.request !== null && this.request.done && this.request.error === 0;
  }

  override get kind(): string {
    return this.request?.kind ?? '';
  }

  override get bytesAsked(): number {
    return this.request?.bytesAsked ?? 0;
  }

  override get reportsTo(): ReportsTo {
    if (this.routine !== null) return 'routine';
    const { hEvent } = this.overlapped;
    if (this.endpoint.completion.port !== null && (hEvent & 1) === 0) return 'port';
    return (hEvent & ~1) === 0 ? 'nobody' : 'event';
  }

  override get win32Error(): number {
    return this.request === null ? 0 : portError(this.request.error, this.endpoint.isDatagram);
  }

  override cancel(): void {
    if (this.request !== null) this.endpoint.cancel(this.request, WSA_OPERATION_ABORTED);
  }

  /** The operation goes on after the call that started it. */
  goOn(request: IoRequest): void {
    this.thread = currentThread();
    this.endpoint.pending.add(this);
    request.owner = this;
  }

  requestDone(request: IoRequest): void {
    this.endpoint.pending.remove(this);
    if (this.provider === null) return;
    request.deliver(true);
    complete(this.provider, this, request, false);
    this.ended();
  }
}

/**
 * Where a call with this OVERLAPPED and routine reports; null for a call without. Programs use an OVERLAPPED for a socket
 * again and again, and so is what stands for it here: a thousand sockets are felt in the processor's caches.
 */
export function reportOf(
  endpoint: Endpoint,
  overlapped: OVERLAPPED | null,
  routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  threadId: WSATHREADID | null,
): Report | null {
  if (overlapped === null) return null;
  const earlier = operationOf(overlapped);
  if (earlier instanceof Operation && earlier.endpoint === endpoint && earlier.isSpare) {
    earlier.use(routine, threadId);
    return earlier;
  }
  return new Operation(endpoint, overlapped, routine, threadId);
}

/** The request of the last operation that `report` was used for, if it is of this kind and can be used again. */
export function spareRequest<R extends IoRequest>(report: Report | null, kind: abstract new () => R): R | null {
  // A kind made from it keeps more than it is prepared with.
  return report instanceof Operation && report.request?.constructor === kind ? (report.request as R) : null;
}

/** The event behind hEvent; its low bit only keeps the completion from a port. */
function eventOf(provider: Msafd, overlapped: OVERLAPPED): Event | null {
  const handle = overlapped.hEvent & ~1;
  if (handle === 0) return null;
  const object = provider.process.handles.get(handle);
  return object instanceof Event ? object : null;
}

function operationFor(report: Report): Operation {
  if (report instanceof Operation) return report;
  return new Operation(report.endpoint, report.overlapped, report.routine, report.threadId);
}

/** The operation that a report was begun for. */
function begun({ overlapped }: Report): Operation | null {
  const operation = operationOf(overlapped);
  return operation instanceof Operation ? operation : null;
}

/**
 * Marks the operation as begun; returns 0, or the error with which it is refused before anything of it has happened:
 * WSAEINVAL for an OVERLAPPED whose operation is still pending, which is left as it is, and for a routine on a socket that
 * is tied to a port, as one operation reports in one way.
 */
export function beginOverlapped(provider: Msafd, report: Report, request: IoRequest): number {
  const { endpoint, overlapped, routine } = report;
  const earlier = operationOf(overlapped);
  if (earlier !== report && earlier instanceof PendingOperation && !earlier.done) return WSAEINVAL;
  if (routine !== null && endpoint.completion.port !== null) {
    // One that is used again must not stay pending for it, and the last operation's result is still there to be asked for.
    if (earlier === report) request.complete(0, overlapped.InternalHigh);
    return WSAEINVAL;
  }
  const operation = operationFor(report);
  operation.provider = provider;
  operation.request = request;
  setOperation(overlapped, operation);
  overlapped.Internal = STATUS_PENDING;
  overlapped.InternalHigh = 0;
  if (routine === null) eventOf(provider, overlapped)?.reset();
  return 0;
}

/** Tells the socket's port, unless the operation is told to a routine or the low bit of hEvent forbids it. */
function reportToPort({ endpoint, overlapped, routine }: Report, request: IoRequest, atOnce: boolean): void {
  if (routine !== null || (overlapped.hEvent & 1) !== 0) return;
  endpoint.completion.report(overlapped, request.bytes, portError(request.error, endpoint.isDatagram), atOnce);
}

function complete(provider: Msafd, operation: Operation, request: IoRequest, atOnce: boolean): void {
  const { overlapped, routine } = operation;
  const flags = request instanceof ReceiveRequest ? request.resultFlags : 0;
  // What interrupts a blocking call, closing the socket under it, aborts an overlapped operation.
  const error = request.error === WSAEINTR ? WSA_OPERATION_ABORTED : request.error;
  overlapped.Internal = error;
  overlapped.InternalHigh = request.bytes;
  overlapped.Offset = flags;
  // A routine takes the event's place: hEvent is then the program's own.
  if (routine === null && !operation.silent) eventOf(provider, overlapped)?.set();
  reportToPort(operation, request, atOnce);
  if (!operation.silent) callRoutine(provider, operation, error, request.bytes, flags);
}

function callRoutine(provider: Msafd, operation: Report, error: number, bytes: number, flags: number): void {
  const { overlapped, routine, threadId } = operation;
  if (routine === null || threadId === null) return;
  const call = (): void => {
    routine(error, bytes, overlapped, flags);
  };
  provider.upcalls.lpWPUQueueApc(threadId, call, 0, ref(0));
}

/**
 * Ends an entry that started `request` overlapped: 0 if it is done already, else WSA_IO_PENDING. Either way its completion
 * is reported.
 */
export function finishOverlapped(
  provider: Msafd,
  report: Report,
  request: IoRequest,
  lpErrno: Ref,
): number {
  if (request.done && request.error !== 0) {
    request.deliver(false);
    return refuseOverlapped(report, request.error, lpErrno);
  }
  const operation = report instanceof Operation ? report : begun(report);
  if (operation === null) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  if (request.done) {
    request.deliver(false);
    complete(provider, operation, request, true);
    return 0;
  }
  operation.goOn(request);
  return fail(lpErrno, WSA_IO_PENDING, SOCKET_ERROR);
}

/** Ends an entry whose operation failed at once: nothing is reported, and the OVERLAPPED is free again. */
export function refuseOverlapped(report: Report | null, error: number, lpErrno: Ref): number {
  if (report !== null) {
    begun(report)?.request?.complete(error);
    report.overlapped.Internal = error;
  }
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
  const operation = PendingOperation.of(lpOverlapped);
  if (operation === null) return fail(lpErrno, WSAEINVAL, FALSE);
  const tell = (): BOOL => {
    // The event that ended the wait may have been set by somebody else.
    if (!operation.done) return fail(lpErrno, WSA_IO_INCOMPLETE, FALSE);
    if (lpOverlapped.Internal !== 0) return fail(lpErrno, lpOverlapped.Internal, FALSE);
    lpcbTransfer.value = lpOverlapped.InternalHigh;
    lpdwFlags.value = lpOverlapped.Offset;
    return TRUE;
  };
  if (operation.done || fWait === FALSE) return tell();
  const objects = operation.waitedFor(provider.process.handles);
  if (objects === null) return fail(lpErrno, WSA_INVALID_HANDLE, FALSE);
  const ended = waitForObjects(currentThread(), objects, { all: false, milliseconds: INFINITE, alertable: false });
  return typeof ended === 'number' ? tell() : ended.then(tell);
}
