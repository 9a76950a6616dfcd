// How a completion queue tells that it has something: by an event or by a packet at a completion port, once for each time
// it is asked to.
import {
  RIO_EVENT_COMPLETION,
  RIO_IOCP_COMPLETION,
  WSAEFAULT,
  WSAEINVAL,
  type OVERLAPPED,
  type RIO_NOTIFICATION_COMPLETION,
} from '../../../abi/index.js';
import { CompletionPort, Event, type Process } from '../../../win32/index.js';

/** A way to tell. */
export interface Notification {
  /** RIONotify was called. */
  asked(): void;
  /** There is something. */
  tell(): void;
}

class EventNotification implements Notification {
  readonly #event: Event;
  readonly #reset: boolean;

  constructor(event: Event, reset: boolean) {
    this.#event = event;
    this.#reset = reset;
  }

  asked(): void {
    if (this.#reset) this.#event.reset();
  }

  tell(): void {
    this.#event.set();
  }
}

class PortNotification implements Notification {
  readonly #port: CompletionPort;
  readonly #key: number;
  readonly #overlapped: OVERLAPPED;

  constructor(port: CompletionPort, key: number, overlapped: OVERLAPPED) {
    this.#port = port;
    this.#key = key;
    this.#overlapped = overlapped;
  }

  asked(): void {
    // A port has no signal to take back.
  }

  tell(): void {
    this.#port.post({ bytes: 0, key: this.#key, overlapped: this.#overlapped, error: 0 });
  }
}

/**
 * What the structure asks for, or the error: WSAEINVAL for a handle of another kind, for a key that is no number and for an
 * unknown type, WSAEFAULT for a port without an OVERLAPPED.
 */
export function notificationOf(process: Process, wish: RIO_NOTIFICATION_COMPLETION): Notification | number {
  const { handles } = process;
  if (wish.Type === RIO_EVENT_COMPLETION) {
    const event = handles.get(wish.Event.EventHandle);
    return event instanceof Event ? new EventNotification(event, wish.Event.NotifyReset !== 0) : WSAEINVAL;
  }
  if (wish.Type !== RIO_IOCP_COMPLETION) return WSAEINVAL;
  const { IocpHandle, CompletionKey, Overlapped } = wish.Iocp;
  const port = handles.get(IocpHandle);
  const key = CompletionKey ?? 0;
  if (!(port instanceof CompletionPort) || typeof key !== 'number') return WSAEINVAL;
  if (typeof Overlapped !== 'object' || Overlapped === null) return WSAEFAULT;
  return new PortNotification(port, key, Overlapped as OVERLAPPED);
}
