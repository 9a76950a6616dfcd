// Overlapped name look-ups (GetAddrInfoEx with an OVERLAPPED): what is under way in a process, telling its end once, and
// cancelling. What is looked up is the api's.
import {
  STATUS_PENDING,
  WSA_E_CANCELLED,
  WSA_OPERATION_ABORTED,
  type HANDLE,
  type LPLOOKUPSERVICE_COMPLETION_ROUTINE,
  type OVERLAPPED,
} from '../abi/index.js';
import { setOperation } from '../abi/operation-slot.js';
import {
  Event,
  PendingOperation,
  currentThread,
  type KernelObject,
  type Process,
  type ReportsTo,
} from '../win32/index.js';
import { ThreadPool } from '../win32/thread-pool.js';

/** One look-up. Its handle cancels it and is closed at its end. */
export class NameLookup extends PendingOperation implements KernelObject {
  readonly kind = 'lookup';
  readonly bytesAsked = 0;
  readonly reportsTo: ReportsTo;
  done = false;
  win32Error = 0;
  readonly handle: HANDLE;
  readonly #process: Process;
  readonly #under: Set<NameLookup>;
  readonly #routine: LPLOOKUPSERVICE_COMPLETION_ROUTINE | null;
  readonly #abort: AbortController;

  /**
   * @param process - where
   * @param under - the look-ups under way there
   * @param overlapped - told of the end
   * @param routine - called at the end, on a thread of the pool; null for the event of `overlapped`
   * @param abort - ends the work
   */
  constructor(
    process: Process,
    under: Set<NameLookup>,
    overlapped: OVERLAPPED,
    routine: LPLOOKUPSERVICE_COMPLETION_ROUTINE | null,
    abort: AbortController,
  ) {
    super(overlapped);
    this.#process = process;
    this.#under = under;
    this.#routine = routine;
    this.#abort = abort;
    this.reportsTo = routine === null ? 'event' : 'routine';
    this.thread = currentThread();
    this.handle = process.handles.open(this);
    under.add(this);
    setOperation(overlapped, this);
    overlapped.Internal = STATUS_PENDING;
    overlapped.InternalHigh = 0;
    if (routine === null) eventOf(process, overlapped)?.reset();
  }

  /** CancelIo and its relatives. */
  override cancel(): void {
    this.finish(WSA_OPERATION_ABORTED);
  }

  /** GetAddrInfoExCancel. */
  abandon(): void {
    this.finish(WSA_E_CANCELLED);
  }

  /** It is over: the first end counts. */
  finish(error: number): void {
    if (this.done) return;
    this.done = true;
    this.win32Error = error;
    this.#under.delete(this);
    this.#abort.abort();
    this.#process.handles.close(this.handle);
    const { overlapped } = this;
    overlapped.Internal = error;
    const routine = this.#routine;
    if (routine === null) {
      eventOf(this.#process, overlapped)?.set();
    } else {
      ThreadPool.of(this.#process).run(() => {
        routine(error, 0, overlapped);
      });
    }
    this.ended();
  }

  /** Closed by the program itself: it cannot be cancelled any more, and goes on. */
  lastHandleClosed(): void {
    // Nothing hangs on the handle.
  }
}

function eventOf(process: Process, { hEvent }: OVERLAPPED): Event | null {
  const object = process.handles.get(hEvent & ~1);
  return object instanceof Event ? object : null;
}

/** The last WSACleanup: what waits for providers that are gone ends. */
export function cancelNameLookups(under: Set<NameLookup>): void {
  for (const lookup of [...under]) lookup.abandon();
}
