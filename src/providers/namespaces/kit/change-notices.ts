// SIO_NSP_NOTIFY_CHANGE on one query: whether something has changed, and telling those who wait for it by window, event, port
// or routine.
import {
  NO_ERROR,
  NSP_NOTIFY_APC,
  NSP_NOTIFY_EVENT,
  NSP_NOTIFY_HWND,
  NSP_NOTIFY_IMMEDIATELY,
  NSP_NOTIFY_PORT,
  STATUS_PENDING,
  WSAEINVAL,
  WSAEWOULDBLOCK,
  WSA_INVALID_HANDLE,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  type OVERLAPPED,
  type WSACOMPLETION,
} from '../../../abi/index.js';
import { setOperation } from '../../../abi/operation-slot.js';
import {
  CompletionPort,
  Event,
  PendingOperation,
  currentThread,
  postMessage,
  queueApc,
  type ReportsTo,
  type Thread,
} from '../../../win32/index.js';

/** Tells one who waits how it ended; a window is not told of an end that is no change. */
type Tell = (error: number) => void;

/** What an OVERLAPPED stands for while it waits for a change. */
class ChangeOperation extends PendingOperation {
  readonly kind = 'change notification';
  readonly bytesAsked = 0;
  readonly reportsTo: ReportsTo;
  done = false;
  win32Error = 0;
  readonly #cancel: () => void;

  constructor(overlapped: OVERLAPPED, reportsTo: ReportsTo, cancel: () => void) {
    super(overlapped);
    this.reportsTo = reportsTo;
    this.#cancel = cancel;
    this.thread = currentThread();
    setOperation(overlapped, this);
    overlapped.Internal = STATUS_PENDING;
    overlapped.InternalHigh = 0;
  }

  override cancel(): void {
    this.#cancel();
  }

  finish(error: number): void {
    this.done = true;
    this.win32Error = error;
    this.overlapped.Internal = error;
    this.ended();
  }
}

/** The change notices of one query. */
export class ChangeNotices {
  readonly #waiting = new Set<Tell>();
  #changed = false;

  /** Whether the results given so far may be wrong. */
  get changed(): boolean {
    return this.#changed;
  }

  /** The query is answered anew: what changed before does not matter any more. */
  settle(): void {
    this.#changed = false;
  }

  /** Something has changed. */
  tell(): void {
    this.#changed = true;
    this.#finish(NO_ERROR);
  }

  /** The query is over. */
  abort(): void {
    this.#finish(WSA_OPERATION_ABORTED);
  }

  /** One SIO_NSP_NOTIFY_CHANGE; returns its error. */
  ask(completion: WSACOMPLETION | null): number {
    if (completion === null || completion.Type === NSP_NOTIFY_IMMEDIATELY) return this.#changed ? NO_ERROR : WSAEWOULDBLOCK;
    const tell = this.#teller(completion, currentThread());
    if (typeof tell === 'number') return tell;
    this.#waiting.add(tell);
    if (this.#changed) this.#finish(NO_ERROR);
    return WSA_IO_PENDING;
  }

  #finish(error: number): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const tell of waiting) tell(error);
  }

  #teller({ Type, Parameters }: WSACOMPLETION, thread: Thread): Tell | number {
    if (Type === NSP_NOTIFY_HWND) return tellWindow(Parameters.WindowMessage, thread);
    if (Type === NSP_NOTIFY_EVENT) return this.#tellEvent(Parameters.Event.lpOverlapped, thread);
    if (Type === NSP_NOTIFY_APC) return this.#tellRoutine(Parameters.Apc, thread);
    return Type === NSP_NOTIFY_PORT ? this.#tellPort(Parameters.Port, thread) : WSAEINVAL;
  }

  #tellEvent(overlapped: OVERLAPPED | null, thread: Thread): Tell | number {
    if (overlapped === null || PendingOperation.of(overlapped)?.done === false) return WSAEINVAL;
    const event = thread.process.handles.get(overlapped.hEvent & ~1);
    if (!(event instanceof Event)) return WSA_INVALID_HANDLE;
    event.reset();
    return this.#overlapped(overlapped, 'event', () => {
      event.set();
    });
  }

  #tellRoutine(apc: WSACOMPLETION['Parameters']['Apc'], thread: Thread): Tell | number {
    const { lpOverlapped: overlapped, lpfnCompletionProc: routine } = apc;
    if (overlapped === null || routine === null || PendingOperation.of(overlapped)?.done === false) return WSAEINVAL;
    return this.#overlapped(overlapped, 'routine', (error) => {
      queueApc(thread, () => {
        routine(error, 0, overlapped, 0);
      });
    });
  }

  #tellPort(where: WSACOMPLETION['Parameters']['Port'], thread: Thread): Tell | number {
    const { lpOverlapped: overlapped, hPort, Key: key } = where;
    if (overlapped === null || PendingOperation.of(overlapped)?.done === false) return WSAEINVAL;
    const port = thread.process.handles.get(hPort);
    if (!(port instanceof CompletionPort)) return WSA_INVALID_HANDLE;
    return this.#overlapped(overlapped, 'port', (error) => {
      port.post({ bytes: 0, key, overlapped, error });
    });
  }

  #overlapped(overlapped: OVERLAPPED, reportsTo: ReportsTo, report: Tell): Tell {
    const operation = new ChangeOperation(overlapped, reportsTo, () => {
      if (this.#waiting.delete(tell)) tell(WSA_OPERATION_ABORTED);
    });
    const tell: Tell = (error) => {
      operation.finish(error);
      report(error);
    };
    return tell;
  }
}

function tellWindow({ hWnd, uMsg, context }: WSACOMPLETION['Parameters']['WindowMessage'], { process }: Thread): Tell {
  return (error) => {
    if (error === NO_ERROR) postMessage(process, hWnd, uMsg, 0, context);
  };
}
