// The one prologue and the one epilogue of every call on a socket: start-up and handle checks and the way to the
// provider before, the error's way back to the caller after. What an answer may be is checked on the way back.
import {
  INVALID_SOCKET,
  SOCKET_ERROR,
  WSAENOTSOCK,
  WSANOTINITIALISED,
  WSASYSCALLFAILURE,
  ref,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSABUF,
  type WSATHREADID,
} from '../abi/index.js';
import { through, type MaybePending, type Step, type WSPPROC_TABLE } from '../spi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { discard, errorOf, isCount, noteBreach, textOf } from './contract.js';
import { enterCrossing, type LeaveCrossing } from './crossing.js';
import { WinsockProcess } from './process.js';
import { MadeRequest, closeMadeHandles } from './socket-handle.js';
import type { SocketRecord } from './socket.js';
import { threadIdOf } from './thread-id.js';

export type { MaybePending } from '../spi/index.js';

type Routine = LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;

/** What an entry returns when all is well: 0; a new socket; how many there are; anything but the failure. */
type Expected = 'status' | 'socket' | 'same or new socket' | 'count' | 'value';

/** The bytes that all buffers together hold. */
function roomIn(buffers: readonly WSABUF[] | null, count: number): number {
  let room = 0;
  const most = buffers === null ? 0 : Math.min(count >>> 0, buffers.length);
  for (let i = 0; i < most; i++) room += buffers?.[i]?.len ?? 0;
  return room;
}

/** A call on its way to a provider and back. Once it is back, the object stands for the next one. */
export class SocketCall implements Step<unknown, unknown> {
  cell: LastErrorCell;
  socket: SocketRecord;
  /** Where the provider puts its error before it returns; after that the memory is another call's, as in C. */
  readonly lpErrno: Ref = { value: 0 };
  /** The function returns at once: its entry may not make it wait. */
  private atOnce: boolean;
  private leave: LeaveCrossing | null = null;
  /** What the entry returns when it fails. */
  private failure: unknown = SOCKET_ERROR;
  private expected: Expected = 'status';
  /** Where the provider leaves a count of bytes, and how many there can be. */
  private bytes: Ref | null = null;
  private most = 0;
  /** The count is what the caller gets. */
  private counts = false;
  /** Where the provider leaves the length of an address or option, and the room that it was given. */
  private length: Ref | null = null;
  private room = 0;
  /** The overlapped call that this is, where its end has to pass WS2_32. */
  private request: MadeRequest | null = null;
  private closes = false;

  constructor(cell: LastErrorCell, socket: SocketRecord, atOnce: boolean) {
    this.cell = cell;
    this.socket = socket;
    this.atOnce = atOnce;
  }

  /** Makes it, once it is back, the next call. */
  again(cell: LastErrorCell, socket: SocketRecord, atOnce: boolean): void {
    this.cell = cell;
    this.socket = socket;
    this.atOnce = atOnce;
    this.lpErrno.value = 0;
    this.leave = null;
    this.failure = SOCKET_ERROR;
    this.expected = 'status';
    this.bytes = null;
    this.most = 0;
    this.counts = false;
    this.length = null;
    this.room = 0;
    this.request = null;
    this.closes = false;
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

  /** What a provider is to be given as the completion routine of a call with an OVERLAPPED. */
  overlapped(overlapped: OVERLAPPED | null, routine: Routine): Routine {
    if (!this.socket.made || overlapped === null) return routine;
    this.request = MadeRequest.begin(overlapped);
    return routine === null ? null : this.request.once(routine);
  }

  /** The provider will put a length into `length`, which is not to be greater than it is now. */
  limits(length: Ref | null): void {
    this.length = length;
    if (length !== null) this.room = length.value;
  }

  /** The provider will put a count into `bytes`, of no more than `most`. */
  writes(bytes: Ref | null, most: number): void {
    this.bytes = bytes;
    this.most = most;
  }

  /** Passes a provider's result on: `failure` takes lpErrno to the caller's last error, anything else clears it. */
  finish(result: number, failure: number): number;
  finish<R>(result: MaybePending<R>, failure: R): MaybePending<R>;
  finish<R>(result: MaybePending<R>, failure: R): MaybePending<R> {
    this.failure = failure;
    if (failure !== SOCKET_ERROR) this.expected = 'value';
    return this.pass(result);
  }

  /** As `finish` for calls that return 0 or SOCKET_ERROR, giving the caller the count of at most `most` bytes. */
  count(status: MaybePending<number>, bytes: Ref, most: number): MaybePending<number> {
    this.bytes = bytes;
    this.most = most;
    this.counts = true;
    return this.pass(status);
  }

  /** As `finish` for calls that move what is in several buffers, and tell how much in `bytes` if that is there. */
  moved(
    status: MaybePending<number>,
    bytes: Ref | null,
    buffers: readonly WSABUF[] | null,
    count: number,
  ): MaybePending<number> {
    if (bytes !== null) this.writes(bytes, roomIn(buffers, count));
    return this.pass(status);
  }

  /** As `finish` for calls that return how many there are, of `most`. */
  number(result: MaybePending<number>, most: number): MaybePending<number> {
    this.expected = 'count';
    this.most = most;
    return this.pass(result);
  }

  /** As `finish` for calls that return a socket: a new one, or (`orSame`) the one that they were made on. */
  newSocket(result: MaybePending<SOCKET>, orSame: boolean): MaybePending<SOCKET> {
    this.failure = INVALID_SOCKET;
    this.expected = orSame ? 'same or new socket' : 'socket';
    return this.pass(result);
  }

  /** As `finish` for the call that closes the socket. */
  closed(result: MaybePending<number>): MaybePending<number> {
    this.closes = true;
    // The handle is gone from here on, also while the close lingers.
    if (result === 0 || result instanceof Promise) this.process.sockets.delete(this.socket.handle);
    return this.pass(result);
  }

  private pass<R>(result: MaybePending<R>): MaybePending<R> {
    if (result instanceof Promise && !this.atOnce) return through(result, this as Step<R, R>);
    return this.arrive(result) as R;
  }

  /** The provider's result has come: the last error is set, and the caller gets the result or the count. */
  arrive(value: unknown): unknown {
    if (!this.isSuccess(value)) return this.failedWith(value);
    if ((this.bytes !== null || this.length !== null) && !this.fits()) return this.overran(value);
    this.cell.value = 0;
    if (this.closes) closeMadeHandles(this.process, this.socket.handle);
    if (this.leave !== null) this.leave(value, 0);
    return this.counts ? (this.bytes as Ref).value : value;
  }

  private isSuccess(value: unknown): boolean {
    switch (this.expected) {
      case 'status':
        return value === 0;
      case 'value':
        return value !== this.failure && typeof value === 'number' && !Number.isNaN(value);
      case 'count':
        return isCount(value, this.most);
      default:
        return this.isNewSocket(value);
    }
  }

  /** A new socket is one that WS2_32 has been told of and the application has not. */
  private isNewSocket(value: unknown): boolean {
    const { sockets } = this.process;
    const record = typeof value === 'number' ? sockets.get(value) : undefined;
    if (record === undefined) return false;
    if (value === this.socket.handle) return this.expected === 'same or new socket';
    if (record.handed) return false;
    record.handed = true;
    return true;
  }

  private fits(): boolean {
    const { bytes, length } = this;
    if (bytes !== null && !isCount(bytes.value, this.most)) return false;
    return length === null || length.value === this.room || isCount(length.value, this.room);
  }

  /** A provider that fails without saying why, or answers with something else, still gives the caller a documented error. */
  private failedWith(value: unknown): unknown {
    if (value === this.failure) return this.end(errorOf(this.process, this.socket.provider, this.lpErrno), value);
    discard(value);
    noteBreach(this.process, this.socket.provider, `it answered ${textOf(value)}`);
    return this.end(WSASYSCALLFAILURE, this.failure);
  }

  /** Counts and lengths that cannot be are taken back. */
  private overran(value: unknown): unknown {
    if (this.bytes !== null) this.bytes.value = 0;
    if (this.length !== null) this.length.value = this.room;
    noteBreach(this.process, this.socket.provider, 'it told more bytes than there is room for');
    if (this.expected === 'socket') {
      this.socket.provider.tell('WSPCloseSocket', (procs) => procs.lpWSPCloseSocket(value as SOCKET, ref(0)));
    }
    return this.end(WSASYSCALLFAILURE, this.failure);
  }

  /** Ends a call whose answer cannot be, which only the function itself can see; returns SOCKET_ERROR. */
  breach(what: string): number {
    noteBreach(this.process, this.socket.provider, what);
    return this.end(WSASYSCALLFAILURE, SOCKET_ERROR);
  }

  private end<R>(error: number, failure: R): R {
    this.cell.value = this.request === null ? error : this.request.refused(error);
    // A close that went wrong after the handle had gone: nobody can try again.
    if (this.closes && !this.process.sockets.has(this.socket.handle)) closeMadeHandles(this.process, this.socket.handle);
    this.leave?.(failure, this.cell.value);
    return failure;
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
    return this.end(WSASYSCALLFAILURE, failure);
  }
}

/**
 * Starts a call on `s`; null when it has failed already, with the error in `cell`. `atOnce`: the function that it is for
 * does not wait.
 */
export function openCall(cell: LastErrorCell, s: SOCKET, atOnce: boolean): SocketCall | null {
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
  const spare = process.spareCall;
  if (spare === null) return new SocketCall(cell, socket, atOnce);
  process.spareCall = null;
  spare.again(cell, socket, atOnce);
  return spare;
}

/** To be called by whoever opened a call and is through with it; calls that wait are left to themselves. */
export function closeCall(call: SocketCall): void {
  call.process.spareCall = call;
}
