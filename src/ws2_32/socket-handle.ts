// The handles that WS2_32 makes for providers without handles of their own, and what it does with them: it knows whether
// a port is tied to one, so it is WS2_32 that reports the end of their overlapped operations, each once.
import {
  WSAEFAULT,
  WSAEINVAL,
  WSA_IO_PENDING,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type SOCKET,
} from '../abi/index.js';
import { operationOf, setOperation } from '../abi/operation-slot.js';
import { CompletionTarget, Event, type Associable } from '../win32/index.js';
import { noteBreach } from './contract.js';
import type { WinsockProcess } from './process.js';

/** The object behind such a handle. */
export class SocketHandle implements Associable {
  readonly kind = 'socket';
  readonly completion = new CompletionTarget();

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
    setOperation(overlapped, request);
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
  const event = handles.get(overlapped.hEvent & ~1);
  if (event instanceof Event) event.set();
  if ((overlapped.hEvent & 1) === 0) object.completion.report(overlapped, bytes, error, false);
  return 0;
}

/** Closes such handles that their providers have left behind: one of them, or all that the process has. */
export function closeMadeHandles({ kernel: { handles } }: WinsockProcess, s: SOCKET | null): void {
  for (const [handle, object] of s === null ? [...handles.entries()] : [[s, handles.get(s)] as const]) {
    if (object instanceof SocketHandle) handles.close(handle);
  }
}
