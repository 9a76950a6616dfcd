// Being told of changes in the catalog (WSAProviderConfigChange): the object behind a notification handle and what waits on
// it. Noticing a change is the store's business. It is always the real catalog that is waited for, and time that moves by
// itself goes on meanwhile: whoever makes the change may be another host of the same simulation.
import {
  STATUS_PENDING,
  WSAEINTR,
  WSAEINVAL,
  WSA_OPERATION_ABORTED,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
} from '../abi/index.js';
import { setOperation } from '../abi/operation-slot.js';
import {
  CompletionTarget,
  Event,
  PendingOperation,
  PendingOperations,
  currentThread,
  queueApc,
  type Associable,
  type Cancellable,
  type ReportsTo,
} from '../win32/index.js';
import type { WinsockProcess } from './process.js';

/** Waits for one change, for a caller who blocks (without an OVERLAPPED of its own) or overlapped. */
export class ConfigChange extends PendingOperation {
  readonly kind = 'configuration change';
  readonly bytesAsked = 0;
  done = false;
  win32Error = 0;
  readonly #notification: ConfigNotification;
  readonly #routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;
  readonly #blocks: boolean;
  readonly #stop: () => void;

  constructor(
    notification: ConfigNotification,
    overlapped: OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
    blocks: boolean,
  ) {
    super(overlapped);
    this.#notification = notification;
    this.#routine = routine;
    this.#blocks = blocks;
    this.thread = currentThread();
    const { process, pending, waiting } = notification;
    process.configChanges.add(this);
    waiting.add(this);
    // What cancels overlapped operations does not touch a call that blocks.
    if (!blocks) pending.add(this);
    this.#stop = process.environment?.store.watch(() => {
      this.finish(0);
    }) ?? (() => undefined);
  }

  override get reportsTo(): ReportsTo {
    if (this.#routine !== null) return 'routine';
    const { hEvent } = this.overlapped;
    if (this.#notification.completion.port !== null && (hEvent & 1) === 0) return 'port';
    return (hEvent & ~1) === 0 ? 'nobody' : 'event';
  }

  override cancel(): void {
    this.finish(this.#blocks ? WSAEINTR : WSA_OPERATION_ABORTED);
  }

  finish(error: number): void {
    if (this.done) return;
    this.#stop();
    this.done = true;
    this.win32Error = error;
    this.#notification.process.configChanges.delete(this);
    this.#notification.waiting.delete(this);
    if (!this.#blocks) {
      this.#notification.pending.remove(this);
      this.#report(error);
    }
    this.ended();
  }

  #report(error: number): void {
    const { overlapped, thread } = this;
    overlapped.Internal = error;
    overlapped.InternalHigh = 0;
    const routine = this.#routine;
    if (routine === null) {
      if (!this.silent) this.#notification.eventOf(overlapped)?.set();
      if ((overlapped.hEvent & 1) === 0) this.#notification.completion.report(overlapped, 0, error, false);
    } else if (!this.silent && thread !== null) {
      queueApc(thread, () => {
        routine(error, 0, overlapped, 0);
      });
    }
  }
}

/** What a notification handle stands for. */
export class ConfigNotification implements Associable, Cancellable {
  readonly kind = 'notification';
  readonly completion = new CompletionTarget();
  readonly pending = new PendingOperations();
  /** Everything that waits, overlapped or not. */
  readonly waiting = new Set<ConfigChange>();
  readonly process: WinsockProcess;

  constructor(process: WinsockProcess) {
    this.process = process;
  }

  /** Starts waiting overlapped; 0, or WSAEINVAL for an OVERLAPPED in use and for a routine beside a port, as on sockets. */
  begin(overlapped: OVERLAPPED, routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null): number {
    if (PendingOperation.of(overlapped)?.done === false) return WSAEINVAL;
    if (routine !== null && this.completion.port !== null) return WSAEINVAL;
    setOperation(overlapped, new ConfigChange(this, overlapped, routine, false));
    overlapped.Internal = STATUS_PENDING;
    overlapped.InternalHigh = 0;
    if (routine === null) this.eventOf(overlapped)?.reset();
    return 0;
  }

  eventOf({ hEvent }: OVERLAPPED): Event | null {
    const object = this.process.kernel.handles.get(hEvent & ~1);
    return object instanceof Event ? object : null;
  }

  cancelled(): void {
    // A wait holds nothing that others could want.
  }

  lastHandleClosed(): void {
    for (const change of [...this.waiting]) change.cancel();
  }
}

/** The last WSACleanup ends everything that waits; as documented, neither events nor routines are told. */
export function cancelConfigChanges(process: WinsockProcess): void {
  for (const change of [...process.configChanges]) {
    change.silent = true;
    change.cancel();
  }
}
