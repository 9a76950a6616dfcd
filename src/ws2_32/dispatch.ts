// The one prologue and the one epilogue of every call on a socket: start-up and handle checks and the way to the
// provider before, the error's way back to the caller after.
import {
  SOCKET_ERROR,
  WSAENOTSOCK,
  WSANOTINITIALISED,
  WSASYSCALLFAILURE,
  type Ref,
  type SOCKET,
  type WSATHREADID,
} from '../abi/index.js';
import { through, type MaybePending, type Step, type WSPPROC_TABLE } from '../spi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { enterCrossing, type LeaveCrossing } from './crossing.js';
import { WinsockProcess } from './process.js';
import type { SocketRecord } from './socket.js';
import { threadIdOf } from './thread-id.js';

export type { MaybePending } from '../spi/index.js';

/** A call on its way to a provider and back. */
export class SocketCall implements Step<unknown, unknown> {
  readonly cell: LastErrorCell;
  readonly socket: SocketRecord;
  /** Where the provider puts its error. */
  readonly lpErrno: Ref = { value: 0 };
  private leave: LeaveCrossing | null = null;
  /** What the entry returns when it fails. */
  private failure: unknown = SOCKET_ERROR;
  /** Where the provider leaves the count that the caller is to get, if it is to get one. */
  private bytes: Ref | null = null;

  constructor(cell: LastErrorCell, socket: SocketRecord) {
    this.cell = cell;
    this.socket = socket;
  }

  /** The provider's entries. Whoever takes them hands the call over. */
  get procs(): WSPPROC_TABLE {
    if (this.cell.thread.process.trace.on) this.leave ??= enterCrossing(this.cell, this.socket.entry, this.socket.handle);
    return this.socket.provider.procs;
  }

  get process(): WinsockProcess {
    return WinsockProcess.of(this.cell.thread.process);
  }

  /** The thread as the SPI names it; only overlapped calls with a routine need one. */
  get threadId(): WSATHREADID {
    return threadIdOf(this.cell.thread);
  }

  /** Ends the call before the provider was asked. */
  fail<R>(error: number, failure: R): R {
    this.cell.value = error;
    return failure;
  }

  /** Passes a provider's result on: `failure` takes lpErrno to the caller's last error, anything else clears it. */
  finish(result: number, failure: number): number;
  finish<R>(result: MaybePending<R>, failure: R): MaybePending<R>;
  finish<R>(result: MaybePending<R>, failure: R): MaybePending<R> {
    this.failure = failure;
    return result instanceof Promise ? through(result, this as Step<R, R>) : (this.arrive(result) as R);
  }

  /** As `finish` for calls that return 0 or SOCKET_ERROR, giving the caller the count that the provider left. */
  count(status: MaybePending<number>, bytes: Ref): MaybePending<number> {
    this.bytes = bytes;
    return this.finish(status, SOCKET_ERROR);
  }

  /** The provider's result has come: the last error is set, and the caller gets the result or the count. */
  arrive(value: unknown): unknown {
    // A provider that fails without saying why, or answers with something of another type, has broken its contract; the
    // caller still gets a documented error.
    const failed = value === this.failure || typeof value !== typeof this.failure;
    this.cell.value = failed ? this.lpErrno.value || WSASYSCALLFAILURE : 0;
    if (this.leave !== null) this.leave(value, this.cell.value);
    if (failed) return this.failure;
    return this.bytes === null ? value : this.bytes.value;
  }

  /** The provider broke its promise. */
  failed(error: unknown): unknown {
    return this.crashed(error, this.failure);
  }

  /** Calls an entry; should it throw, that is `failure`, with WSASYSCALLFAILURE as its reason. */
  guarded<R>(failure: R, entry: (procs: WSPPROC_TABLE) => R): R {
    try {
      return entry(this.procs);
    } catch (error) {
      this.process.note('the provider threw', this.socket.provider.module, error);
      this.lpErrno.value = WSASYSCALLFAILURE;
      return failure;
    }
  }

  /** The provider threw where it should have returned an error: the call fails, the application goes on. */
  crashed<R>(error: unknown, failure: R): R {
    this.process.note('the provider threw', this.socket.provider.module, error);
    this.cell.value = WSASYSCALLFAILURE;
    this.leave?.(failure, WSASYSCALLFAILURE);
    return failure;
  }
}

/** Starts a call on `s`; null when it has failed already, with the error in `cell`. */
export function openCall(cell: LastErrorCell, s: SOCKET): SocketCall | null {
  const process = WinsockProcess.of(cell.thread.process);
  if (process.startupCount === 0) {
    cell.value = WSANOTINITIALISED;
    return null;
  }
  const socket = process.sockets.get(s);
  if (socket === undefined) {
    cell.value = WSAENOTSOCK;
    return null;
  }
  return new SocketCall(cell, socket);
}
