// Overlapped operations of a layer with handles of its own. The next provider gets an OVERLAPPED of the layer's and reports
// to the layer's sink; the layer then tells the application, by WPUCompleteOverlappedRequest or by WPUQueueApc. The
// application's OVERLAPPED stands for an operation of the layer's, which is what cancelling finds.
import {
  FALSE,
  INFINITE,
  STATUS_PENDING,
  TRUE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSA_INVALID_HANDLE,
  WSA_INVALID_PARAMETER,
  WSA_IO_INCOMPLETE,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  ref,
  type HANDLE,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSATHREADID,
} from '../../../abi/index.js';
import { setOperation } from '../../../abi/operation-slot.js';
import { completeOverlappedRequest, type BOOL, type MaybePending } from '../../../spi/index.js';
import {
  PendingOperation,
  currentThread,
  isAssociable,
  isCancellable,
  waitForObjects,
  type KernelObject,
  type PendingOperations,
  type ReportsTo,
} from '../../../win32/index.js';
import { fail, type OwnHandles } from './layer.js';
import { LowerOverlapped, type OverlappedOwner } from './lower-overlapped.js';
import type { OwnSocket } from './socket.js';

/** Whether an object's operations end at a port. */
function hasPort(object: KernelObject | null): boolean {
  return object !== null && isAssociable(object) && object.completion.port !== null;
}

/** The list of what is under way on the application's handle, where there is one. */
function listOf(object: KernelObject | null): PendingOperations | null {
  return object !== null && isCancellable(object) ? object.pending : null;
}

/** One overlapped operation, from the entry that starts it to its end. */
export class OwnOperation extends PendingOperation implements OverlappedOwner {
  readonly socket: OwnSocket;
  readonly routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;
  readonly threadId: WSATHREADID | null;
  /** What the next provider is to be given. */
  readonly lower: LowerOverlapped;
  /** How it ended, for who is over. */
  error = 0;
  bytes = 0;
  flags = 0;
  private isOver = false;
  private win32 = 0;
  private cancelledBelow: PendingOperation | null = null;
  private whenCancelled: (() => void) | null = null;

  constructor(
    socket: OwnSocket,
    overlapped: OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
    threadId: WSATHREADID | null,
  ) {
    super(overlapped);
    this.socket = socket;
    this.routine = routine;
    this.threadId = threadId;
    this.lower = new LowerOverlapped(this, overlapped);
    this.reporter = socket.layer.process.handles.get(socket.upper);
  }

  override get done(): boolean {
    return this.isOver;
  }

  override get kind(): string {
    return PendingOperation.of(this.lower)?.kind ?? '';
  }

  override get bytesAsked(): number {
    return PendingOperation.of(this.lower)?.bytesAsked ?? 0;
  }

  override get reportsTo(): ReportsTo {
    if (this.routine !== null) return 'routine';
    const { hEvent } = this.overlapped;
    if (hasPort(this.reporter) && (hEvent & 1) === 0) return 'port';
    return (hEvent & ~1) === 0 ? 'nobody' : 'event';
  }

  override get win32Error(): number {
    return this.win32;
  }

  override cancel(): void {
    this.whenCancelled?.();
    const operation = PendingOperation.of(this.lower);
    if (operation === null) return;
    operation.cancel();
    this.cancelledBelow = operation;
  }

  override allCancelled(): void {
    const { layer, lower } = this.socket;
    this.cancelledBelow?.allCancelled();
    const file = layer.process.handles.get(lower);
    // What the operation held is free for the next one there.
    if (this.cancelledBelow !== null && file !== null && isCancellable(file)) file.cancelled();
  }

  /**
   * Ends the entry that has handed the operation down.
   *
   * @param result - what the next provider's entry returned; with an OVERLAPPED, entries do not wait
   * @param failure - what it returns when it fails
   * @returns the same result; WSA_IO_PENDING is a failure as everywhere
   */
  started(result: MaybePending<number>, failure: number, lpErrno: Ref): number {
    if (result === failure && lpErrno.value !== WSA_IO_PENDING) this.refused(lpErrno.value);
    else if (!this.isOver) this.goOn();
    return result as number;
  }

  /**
   * Ends an entry whose operation the layer carries out itself, and has not completed yet: it is under way from now on.
   *
   * @param whenCancelled - told that the application wants it to end; the layer then completes it with
   *   WSA_OPERATION_ABORTED, if it has not completed it otherwise
   * @returns what such an entry returns, for `failure` as its failure value
   */
  pend(whenCancelled: () => void, failure: number, lpErrno: Ref): number {
    this.whenCancelled = whenCancelled;
    this.goOn();
    return fail(lpErrno, WSA_IO_PENDING, failure);
  }

  /**
   * Reports the end of an operation that the layer carries out itself, whether it is under way or its entry still runs (which
   * then returns success). What has ended before stays as it is.
   *
   * @param error - a Winsock error or 0
   * @param bytes - the count
   * @param flags - what a receive tells with it
   * @param win32Error - what a port and GetOverlappedResult are told; the same error if left out
   */
  complete(error: number, bytes: number, flags = 0, win32Error = error): void {
    if (!this.isOver) this.finish(error, win32Error, bytes, flags);
  }

  reported(win32Error: number, bytes: number): void {
    if (this.isOver) return;
    // The packet speaks Win32, and not of flags.
    const [flags, lpErrno] = [ref(0), ref(0)];
    const { lower, procs } = this.socket;
    const told = procs.lpWSPGetOverlappedResult(lower, this.lower, ref(0), FALSE, flags, lpErrno);
    let error = told === FALSE ? lpErrno.value : 0;
    // The next provider's handle is closed, and nobody answers for it any more.
    if (error === WSAENOTSOCK) error = win32Error === 0 ? 0 : WSA_OPERATION_ABORTED;
    this.complete(error, bytes, flags.value, win32Error);
  }

  /** Nothing has begun. What the next provider noted in its OVERLAPPED is noted in the application's. */
  private refused(error: number): void {
    if (this.isOver || this.lower.Internal === 0) return;
    this.isOver = true;
    this.error = error;
    this.overlapped.Internal = this.lower.Internal;
    setOperation(this.overlapped, this);
  }

  /** It goes on after the call that started it. */
  private goOn(): void {
    const { overlapped } = this;
    overlapped.Internal = STATUS_PENDING;
    overlapped.InternalHigh = 0;
    setOperation(overlapped, this);
    const event = (overlapped.hEvent & ~1) as HANDLE;
    if (this.routine === null && event !== 0) this.socket.layer.upcalls.lpWPUResetEvent(event, ref(0));
    this.thread = currentThread();
    listOf(this.reporter)?.add(this);
  }

  private finish(error: number, win32Error: number, bytes: number, flags: number): void {
    this.isOver = true;
    this.error = error;
    this.win32 = win32Error;
    this.bytes = bytes;
    this.flags = flags;
    if (this.thread === null) setOperation(this.overlapped, this);
    else listOf(this.reporter)?.remove(this);
    this.overlapped.Offset = flags;
    if (this.routine === null) this.tell();
    else this.callRoutine(this.routine);
    this.ended();
  }

  private tell(): void {
    const { layer, upper } = this.socket;
    const { overlapped, error, bytes } = this;
    if (this.silent && !hasPort(this.reporter)) {
      this.note();
      return;
    }
    const complete = completeOverlappedRequest(layer.upcalls);
    if (complete !== null && complete(upper, overlapped, error, bytes, ref(0)) === 0) return;
    // The handle is gone while a duplicate of it keeps the socket open. Its object is still tied to its port.
    this.note();
    const event = (overlapped.hEvent & ~1) as HANDLE;
    if (event !== 0 && !this.silent) layer.upcalls.lpWPUSetEvent(event, ref(0));
    const object = this.reporter;
    if ((overlapped.hEvent & 1) !== 0 || object === null || !isAssociable(object)) return;
    object.completion.report(overlapped, bytes, this.win32, this.thread === null);
  }

  private callRoutine(routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE): void {
    this.note();
    if (this.silent) return;
    const { error, bytes, overlapped, flags } = this;
    const call = (): void => {
      routine(error, bytes, overlapped, flags);
    };
    this.socket.layer.upcalls.lpWPUQueueApc(this.threadId, call, 0, ref(0));
  }

  private note(): void {
    this.overlapped.InternalHigh = this.bytes;
    this.overlapped.Internal = this.error;
  }
}

/**
 * Makes the operation of an overlapped entry, which is to be handed down next, and then `started`.
 *
 * @returns the operation, or null with the error in `lpErrno`: WSAEINVAL for an OVERLAPPED whose operation is still pending,
 *   and for a routine on a handle that is tied to a port; WSAEOPNOTSUPP when the next provider's socket cannot report here
 */
export function begin(
  socket: OwnSocket,
  overlapped: OVERLAPPED,
  routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  threadId: WSATHREADID | null,
  lpErrno: Ref,
): OwnOperation | null {
  if (PendingOperation.of(overlapped)?.done === false) return fail(lpErrno, WSAEINVAL, null);
  if (!socket.layer.sink.tie(socket)) return fail(lpErrno, WSAEOPNOTSUPP, null);
  const operation = new OwnOperation(socket, overlapped, routine, threadId);
  return routine !== null && hasPort(operation.reporter) ? fail(lpErrno, WSAEINVAL, null) : operation;
}

/** WSPGetOverlappedResult. */
export function getOverlappedResult(
  layer: OwnHandles,
  s: SOCKET,
  lpOverlapped: OVERLAPPED | null,
  lpcbTransfer: Ref | null,
  fWait: BOOL,
  lpdwFlags: Ref | null,
  lpErrno: Ref,
): MaybePending<BOOL> {
  if (layer.of(s) === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
  if (lpOverlapped === null) return fail(lpErrno, WSA_INVALID_PARAMETER, FALSE);
  if (lpcbTransfer === null || lpdwFlags === null) return fail(lpErrno, WSAEFAULT, FALSE);
  const operation = PendingOperation.of(lpOverlapped);
  if (!(operation instanceof OwnOperation)) return fail(lpErrno, WSAEINVAL, FALSE);
  const tell = (): BOOL => {
    // The event that ended the wait may have been set by somebody else.
    if (!operation.done) return fail(lpErrno, WSA_IO_INCOMPLETE, FALSE);
    if (operation.error !== 0) return fail(lpErrno, operation.error, FALSE);
    lpcbTransfer.value = operation.bytes;
    lpdwFlags.value = operation.flags;
    return TRUE;
  };
  if (operation.done || fWait === FALSE) return tell();
  const objects = operation.waitedFor(layer.process.handles);
  if (objects === null) return fail(lpErrno, WSA_INVALID_HANDLE, FALSE);
  const ended = waitForObjects(currentThread(), objects, { all: false, milliseconds: INFINITE, alertable: false });
  return typeof ended === 'number' ? tell() : ended.then(tell);
}
