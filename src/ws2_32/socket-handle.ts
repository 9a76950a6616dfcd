// The handles that WS2_32 makes for providers without handles of their own, and what it does with them: it knows whether
// a port is tied to one, so it is WS2_32 that reports the end of their overlapped operations, each once. Which are under
// way, the provider says: it puts them into the handle's list, where CancelIo finds them.
import {
  WSAEFAULT,
  WSAEINVAL,
  WSA_IO_PENDING,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type SOCKET,
} from '../abi/index.js';
import { operationOf, setOperation } from '../abi/operation-slot.js';
import {
  CompletionTarget,
  Event,
  PendingOperation,
  PendingOperations,
  type Associable,
  type Cancellable,
} from '../win32/index.js';
import { noteBreach } from './contract.js';
import type { WinsockProcess } from './process.js';

/** The object behind such a handle. */
export class SocketHandle implements Associable, Cancellable {
  readonly kind = 'socket';
  readonly completion = new CompletionTarget();
  readonly pending = new PendingOperations();

  cancelled(): void {
    // What an operation held is in the provider, which heard of its cancelling.
  }

  lastHandleClosed(): void {
    // The provider closes the handle after it has closed the socket; nothing is left to do.
  }
}

/** One overlapped call of the application on such a handle: its end is told once, or never if the call has failed. */
export class MadeRequest {
  #over = false;

  /** The request that `overlapped` stands for from now on. */
  static begin(overlapped: OVERLAPPED): MadeRequest {
    const request = new MadeRequest();
    // An operation that is under way keeps its OVERLAPPED; the provider refuses the call.
    if (PendingOperation.of(overlapped)?.done !== false) setOperation(overlapped, request);
    return request;
  }

  /** Takes the right to tell the application of the end; false when that is not to happen any more. */
  tell(): boolean {
    if (this.#over) return false;
    this.#over = true;
    return true;
  }

  /** The error for the caller when the entry has failed: what has been told already was under way all the same. */
  refused(error: number): number {
    return error === WSA_IO_PENDING || this.tell() ? error : WSA_IO_PENDING;
  }

  /** The routine as a provider gets it. */
  once(routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE): LPWSAOVERLAPPED_COMPLETION_ROUTINE {
    return (...args) => (this.tell() ? routine(...args) : undefined);
  }
}

/**
 * Reports the end of an operation that a provider ran on such a handle: in the OVERLAPPED, by its event and at the port.
 * Returns 0, or WSAEINVAL for any other handle and for what the application has been told already, WSAEFAULT without an
 * OVERLAPPED.
 */
export function completeOverlapped(
  process: WinsockProcess,
  s: SOCKET,
  overlapped: OVERLAPPED | null,
  error: number,
  bytes: number,
): number {
  const { handles } = process.kernel;
  const object = handles.get(s);
  if (!(object instanceof SocketHandle)) return WSAEINVAL;
  if (overlapped === null) return WSAEFAULT;
  const request = operationOf(overlapped);
  if (request instanceof MadeRequest && !request.tell()) {
    const provider = process.sockets.get(s)?.provider;
    if (provider !== undefined) noteBreach(process, provider, 'it completed a request that was over');
    return WSAEINVAL;
  }
  // In this order, as documented: whoever sees that it is over finds the count.
  overlapped.InternalHigh = bytes;
  overlapped.Internal = error;
  // A provider need not have put the operation into the handle's list; then less is known of it.
  const last = PendingOperation.of(overlapped);
  const operation = last?.reporter === object ? last : null;
  const event = handles.get(overlapped.hEvent & ~1);
  if (event instanceof Event && operation?.silent !== true) event.set();
  if ((overlapped.hEvent & 1) !== 0) return 0;
  const atOnce = operation !== null && operation.thread === null;
  object.completion.report(overlapped, bytes, operation?.win32Error ?? error, atOnce);
  return 0;
}

/** Closes such handles that their providers have left behind: one of them, or all that the process has. */
export function closeMadeHandles({ kernel: { handles } }: WinsockProcess, s: SOCKET | null): void {
  for (const [handle, object] of s === null ? [...handles.entries()] : [[s, handles.get(s)] as const]) {
    if (object instanceof SocketHandle) handles.close(handle);
  }
}
