// The handles that WS2_32 makes for providers without handles of their own, and the one thing that it does with them: it
// knows whether a port is tied to one, so it is WS2_32 that reports the end of their overlapped operations.
import { WSAEFAULT, WSAEINVAL, type OVERLAPPED, type SOCKET } from '../abi/index.js';
import { CompletionTarget, Event, type Associable } from '../win32/index.js';
import type { WinsockProcess } from './process.js';

/** The object behind such a handle. */
export class SocketHandle implements Associable {
  readonly kind = 'socket';
  readonly completion = new CompletionTarget();

  lastHandleClosed(): void {
    // The provider closes the handle after it has closed the socket; nothing is left to do.
  }
}

/**
 * Reports the end of an operation that a provider ran on such a handle: in the OVERLAPPED, by its event and at the port.
 * Returns 0, or WSAEINVAL for any other handle, WSAEFAULT without an OVERLAPPED.
 */
export function completeOverlapped(
  { kernel: { handles } }: WinsockProcess,
  s: SOCKET,
  overlapped: OVERLAPPED | null,
  error: number,
  bytes: number,
): number {
  const object = handles.get(s);
  if (!(object instanceof SocketHandle)) return WSAEINVAL;
  if (overlapped === null) return WSAEFAULT;
  // In this order, as documented: whoever sees that it is over finds the count.
  overlapped.InternalHigh = bytes;
  overlapped.Internal = error;
  const event = handles.get(overlapped.hEvent & ~1);
  if (event instanceof Event) event.set();
  if ((overlapped.hEvent & 1) === 0) object.completion.report(overlapped, bytes, error, false);
  return 0;
}
