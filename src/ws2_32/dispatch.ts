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
import type { MaybePending, WSPPROC_TABLE } from '../spi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { enterCrossing, type LeaveCrossing } from './crossing.js';
import { WinsockProcess } from './process.js';
import type { SocketRecord } from './socket.js';
import { threadIdOf } from './thread-id.js';

export type { MaybePending } from '../spi/index.js';

/** A call on its way to a provider and back. */
export class SocketCall {
  readonly cell: LastErrorCell;
  readonly socket: SocketRecord;
  /** Where the provider puts its error. */
  readonly lpErrno: Ref = { value: 0 };
  #leave: LeaveCrossing | null = null;

  constructor(cell: LastErrorCell, socket: SocketRecord) {
    this.cell = cell;
    this.socket = socket;
  }

  /** The provider's entries. Whoever takes them hands the call over. */
  get procs(): WSPPROC_TABLE {
    this.#leave ??= enterCrossing(this.cell, this.socket.entry, this.socket.handle);
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
  finish<R>(result: MaybePending<R>, failure: R): MaybePending<R> {
    return result instanceof Promise ? result.then((value) => this.#settle(value, failure)) : this.#settle(result, failure);
  }

  /** As `finish` for calls that return 0 or SOCKET_ERROR, giving the caller the count that the provider left. */
  count(status: MaybePending<number>, bytes: Ref): MaybePending<number> {
    if (typeof status !== 'number') return status.then((settled) => this.count(settled, bytes));
    return this.#settle(status, SOCKET_ERROR) === 0 ? bytes.value : SOCKET_ERROR;
  }

  #settle<R>(value: R, failure: R): R {
    // A provider that fails without saying why has broken its contract; the caller still gets a documented error.
    this.cell.value = value === failure ? this.lpErrno.value || WSASYSCALLFAILURE : 0;
    this.#leave?.(value, this.cell.value);
    return value;
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
