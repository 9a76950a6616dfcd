// Calls that a layer with handles of its own carries out in steps: it may wait before it hands a call down, do so again, or
// not at all, and is told each time how it ended. The steps are the same ones for a call that blocks and for an overlapped one.
import {
  FALSE,
  WSAEINTR,
  WSAENOTSOCK,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  ref,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type Ref,
  type WSATHREADID,
} from '../../../abi/index.js';
import { through, type MaybePending, type WSPPROC_TABLE } from '../../../spi/index.js';
import { PendingOperation, cancelOperations, isCancellable, type Timer } from '../../../win32/index.js';
import type { OwnHandles } from '../own-handles/layer.js';
import { LowerOverlapped, type OverlappedOwner } from '../own-handles/lower-overlapped.js';
import { begin } from '../own-handles/overlapped.js';
import type { OwnSocket } from '../own-handles/socket.js';

/** How a step ended. */
export interface Ended {
  /** A Winsock error or 0. */
  readonly error: number;
  readonly bytes: number;
  /** What a receive tells with it. */
  readonly flags: number;
}

/** The end with an error, or without anything moved. */
export function endedWith(error: number, bytes = 0): Ended {
  return { error, bytes, flags: 0 };
}

/** Calls an entry of the link below with an OVERLAPPED (or null) and cells of the layer's. */
export type StartBelow = (overlapped: OVERLAPPED | null, count: Ref, lpErrno: Ref, flags: Ref) => MaybePending<number>;

/** Goes on with a result, now or when it is there. */
export function after<T, R>(result: MaybePending<T>, next: (value: T) => MaybePending<R>): MaybePending<R> {
  return result instanceof Promise ? result.then(next) : next(result);
}

/** One call, from the entry to its end. */
export class Steps implements OverlappedOwner {
  readonly socket: OwnSocket;
  readonly #failure: number;
  readonly #isOverlapped: boolean;
  readonly #model: OVERLAPPED | null;
  #lower: LowerOverlapped | null = null;
  #reported: Ended | null = null;
  #waiting: ((ended: Ended) => void) | null = null;
  #cancelled: number | null = null;

  /**
   * @param overlapped - the application's, or null
   * @param failure - what the entries of the link below return when they fail
   */
  constructor(socket: OwnSocket, overlapped: OVERLAPPED | null, failure: number) {
    this.socket = socket;
    this.#model = overlapped;
    this.#isOverlapped = overlapped !== null;
    this.#failure = failure;
  }

  /** Hands the call down, as what the application made it: blocking, not blocking, or overlapped. */
  down(start: StartBelow, flagsIn = 0): MaybePending<Ended> {
    if (this.#cancelled !== null) return endedWith(this.#cancelled);
    const [count, lpErrno, flags] = [ref(0), ref(0), ref(flagsIn)];
    if (this.#model === null) {
      const result = start(null, count, lpErrno, flags);
      const end = (value: number): Ended => this.#ended(value, count, lpErrno, flags);
      if (!(result instanceof Promise)) return end(result);
      const failed = (error: unknown): never => {
        throw error;
      };
      return through(result, { arrive: end, failed });
    }
    this.#reported = null;
    this.#lower = new LowerOverlapped(this, this.#model);
    const result = start(this.#lower, count, lpErrno, flags);
    if (result === this.#failure && lpErrno.value !== WSA_IO_PENDING) return endedWith(lpErrno.value);
    const ended = this.#reported as Ended | null;
    if (ended !== null) return ended;
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Lets time pass by the process's clock; a call that is cancelled goes on at once, and its next step gives the error. */
  async sleep(milliseconds: number): Promise<void> {
    let timer: Timer | null = null;
    const passed = new Promise<void>((resolve) => {
      timer = this.socket.layer.process.clock.setTimer(milliseconds, resolve);
    });
    await this.until(passed);
    (timer as Timer | null)?.cancel();
  }

  /** Waits for something else, which must not fail; a call that is cancelled goes on at once, as after `sleep`. */
  until(other: Promise<unknown>): Promise<void> {
    if (this.#cancelled !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const goOn = (): void => {
        if (this.#waiting === goOn) this.#waiting = null;
        resolve();
      };
      this.#waiting = goOn;
      void other.then(goOn);
    });
  }

  /** What the call ends with that was cancelled meanwhile; 0 if it was not. */
  get cancelled(): number {
    return this.#cancelled ?? 0;
  }

  /** The call is to end: its socket is closed, or the application has cancelled the operation. */
  cancel(): void {
    this.#cancelled ??= this.#isOverlapped ? WSA_OPERATION_ABORTED : WSAEINTR;
    const { layer, lower } = this.socket;
    const file = layer.process.handles.get(lower);
    const operation = this.#lower === null ? null : PendingOperation.of(this.#lower);
    if (operation !== null && !operation.done) {
      if (file !== null && isCancellable(file)) cancelOperations(file, (each) => each === operation);
      return;
    }
    this.#tell(endedWith(this.#cancelled));
  }

  reported(win32Error: number, bytes: number): void {
    const [flags, lpErrno] = [ref(0), ref(0)];
    const { lower, procs } = this.socket;
    if (this.#lower === null) return;
    const told = procs.lpWSPGetOverlappedResult(lower, this.#lower, ref(0), FALSE, flags, lpErrno);
    let error = told === FALSE ? lpErrno.value : 0;
    // The handle below is closed, and nobody answers for it any more.
    if (error === WSAENOTSOCK) error = win32Error === 0 ? 0 : WSA_OPERATION_ABORTED;
    this.#reported = { error, bytes, flags: flags.value };
    this.#tell(this.#reported);
  }

  #tell(ended: Ended): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(ended);
  }

  #ended(result: number, count: Ref, lpErrno: Ref, flags: Ref): Ended {
    if (result === this.#failure) return endedWith(lpErrno.value, count.value);
    return { error: 0, bytes: count.value, flags: flags.value };
  }
}

/** What the application has passed for the way in which the call is to report. */
export interface Reporting {
  readonly overlapped: OVERLAPPED | null;
  readonly routine?: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;
  readonly threadId?: WSATHREADID | null;
  readonly lpErrno: Ref;
  /** What the entry returns when it fails, and when not. */
  readonly failure: number;
  readonly success: number;
  /** Fills in what a call that ends within the entry, or blocks, gives beside its return value. */
  readonly deliver?: (ended: Ended) => void;
}

/** Ends an overlapped operation before its steps do; null for a call that blocks. */
type Completion = ((ended: Ended) => void) | null;

/** The calls of one layer that are carried out. */
export class Carrier {
  readonly #running = new Map<OwnSocket, Map<Steps, Completion>>();

  /** The entries by which what is carried out ends too early. */
  endings(own: OwnHandles, below: WSPPROC_TABLE): Pick<WSPPROC_TABLE, 'lpWSPCloseSocket' | 'lpWSPCleanup'> {
    return {
      lpWSPCloseSocket: (s, lpErrno) => {
        const socket = own.of(s);
        if (socket !== null) this.closing(socket);
        return below.lpWSPCloseSocket(s, lpErrno);
      },
      lpWSPCleanup: (lpErrno) => {
        const status = below.lpWSPCleanup(lpErrno);
        this.end();
        return status;
      },
    };
  }

  /**
   * Carries out a call.
   *
   * @param socket - the socket that reports
   * @param body - its steps; must not reject
   * @returns what the entry is to return
   */
  carry(socket: OwnSocket, reporting: Reporting, body: (steps: Steps) => MaybePending<Ended>): MaybePending<number> {
    const { overlapped, routine = null, threadId = null, lpErrno, failure, success, deliver } = reporting;
    const steps = new Steps(socket, overlapped, failure);
    const finish = (ended: Ended): number => {
      // A datagram that was cut off is an error with data.
      deliver?.(ended);
      if (ended.error === 0) return success;
      lpErrno.value = ended.error;
      return failure;
    };
    if (overlapped === null) {
      const result = body(steps);
      return result instanceof Promise ? this.#until(steps, result, null).then(finish) : finish(result);
    }
    const operation = begin(socket, overlapped, routine, threadId, lpErrno);
    if (operation === null) return failure;
    const result = body(steps);
    if (!(result instanceof Promise)) {
      if (result.error === 0) operation.complete(0, result.bytes, result.flags);
      return finish(result);
    }
    const complete = ({ error, bytes, flags }: Ended): void => {
      operation.complete(error, bytes, flags);
    };
    void this.#until(steps, result, complete).then(complete);
    return operation.pend(() => { steps.cancel(); }, failure, lpErrno);
  }

  /** The socket is being closed, or is of no use: what waits on it ends, overlapped operations at once with the error. */
  closing(socket: OwnSocket, error = WSA_OPERATION_ABORTED): void {
    for (const [steps, complete] of [...(this.#running.get(socket) ?? [])]) {
      steps.cancel();
      complete?.(endedWith(error));
    }
  }

  /** The layer ends. */
  end(): void {
    for (const socket of [...this.#running.keys()]) this.closing(socket);
  }

  async #until(steps: Steps, result: Promise<Ended>, complete: Completion): Promise<Ended> {
    const { socket } = steps;
    const running = this.#running.get(socket) ?? new Map<Steps, Completion>();
    this.#running.set(socket, running.set(steps, complete));
    try {
      return await result;
    } finally {
      running.delete(steps);
      if (running.size === 0 && this.#running.get(socket) === running) this.#running.delete(socket);
    }
  }
}
