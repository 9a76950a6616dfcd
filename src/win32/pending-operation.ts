// Overlapped operations that are under way on a kernel object: the list of them, and what cancelling and asking for
// results need of each. What an operation does, and how it reports its end, is its owner's business.
import type { OVERLAPPED } from '../abi/index.js';
import { operationOf } from '../abi/operation-slot.js';
import { Event } from './event.js';
import type { HandleTable, KernelObject } from './handle-table.js';
import type { Thread } from './thread.js';
import type { Waitable } from './waitable.js';

/** Who is told of an operation's end. */
export type ReportsTo = 'event' | 'routine' | 'port' | 'nobody';

/** One overlapped operation. It is in its object's list from the call that started it to its end. */
export abstract class PendingOperation {
  readonly overlapped: OVERLAPPED;
  /** The thread that started it; null for one that was done at once. */
  thread: Thread | null = null;
  /** Its neighbours in the list: the list costs nothing per operation. */
  before: PendingOperation | null = null;
  after: PendingOperation | null = null;
  /** Its end is told to its port at most: neither events nor routines hear of it. */
  silent = false;
  /** The object whose owner tells of its end, where that is not who runs it: see WPUCompleteOverlappedRequest. */
  reporter: KernelObject | null = null;
  private over: Event | null = null;

  constructor(overlapped: OVERLAPPED) {
    this.overlapped = overlapped;
  }

  abstract get done(): boolean;
  /** What it does, in one word (receive, send, accept...), for inspection. */
  abstract get kind(): string;
  /** How many bytes it asked for. */
  abstract get bytesAsked(): number;
  abstract get reportsTo(): ReportsTo;
  /** The Win32 error that it ended with, or 0. */
  abstract get win32Error(): number;
  /** Asks it to end with ERROR_OPERATION_ABORTED. What cannot be stopped any more ends by itself. */
  abstract cancel(): void;

  /** All that was to be cancelled with it has been. For an operation that stands for one on another object. */
  allCancelled(): void {
    // Its own object has been told.
  }

  /** The operation last started with an OVERLAPPED, or null. */
  static of(overlapped: OVERLAPPED): PendingOperation | null {
    const operation = operationOf(overlapped);
    return operation instanceof PendingOperation ? operation : null;
  }

  /** Signaled once the operation is over, whoever else is told of it; for an operation that is not done. */
  get end(): Waitable {
    return (this.over ??= new Event(true));
  }

  /**
   * What a wait for its end waits for: its event, which somebody else may set, and the end itself; the end alone where it
   * has no event to tell. Null when its hEvent is no event.
   */
  waitedFor(handles: HandleTable): readonly Waitable[] | null {
    const handle = this.overlapped.hEvent & ~1;
    if (handle === 0 || this.reportsTo === 'routine') return [this.end];
    const event = handles.get(handle);
    return event instanceof Event ? [event, this.end] : null;
  }

  /** Makes one that is over fit to stand for the next operation with its OVERLAPPED. */
  protected renew(): void {
    this.thread = null;
    this.silent = false;
    this.reporter = null;
  }

  /** To be called by the owner when it is over. */
  protected ended(): void {
    this.over?.set();
    this.over = null;
  }
}

/** The operations under way on one object, oldest first. */
export class PendingOperations implements Iterable<PendingOperation> {
  private first: PendingOperation | null = null;
  private last: PendingOperation | null = null;

  get isEmpty(): boolean {
    return this.first === null;
  }

  add(operation: PendingOperation): void {
    operation.before = this.last;
    if (this.last === null) this.first = operation;
    else this.last.after = operation;
    this.last = operation;
  }

  /** Takes out an operation that is in the list. */
  remove(operation: PendingOperation): void {
    const { before, after } = operation;
    if (before === null) this.first = after;
    else before.after = after;
    if (after === null) this.last = before;
    else after.before = before;
    operation.before = null;
    operation.after = null;
  }

  /** Keeps those that are under way from telling events and routines of their end. */
  silence(): void {
    for (const operation of this) operation.silent = true;
  }

  *[Symbol.iterator](): Iterator<PendingOperation> {
    for (let operation = this.first; operation !== null; operation = operation.after) yield operation;
  }
}

/** An object with overlapped operations. */
export interface Cancellable extends KernelObject {
  readonly pending: PendingOperations;
  /** Operations were cancelled: whatever they held is free for others. */
  cancelled(): void;
}

/** Whether an object can have overlapped operations. */
export function isCancellable(object: KernelObject): object is Cancellable {
  return 'cancelled' in object;
}

/** Cancels the operations of `file` that `wanted` picks, oldest first; false if there is none. */
export function cancelOperations(file: Cancellable, wanted: (operation: PendingOperation) => boolean): boolean {
  if (file.pending.isEmpty) return false;
  const chosen = [...file.pending].filter(wanted);
  if (chosen.length === 0) return false;
  for (const operation of chosen) operation.cancel();
  for (const operation of chosen) operation.allCancelled();
  file.cancelled();
  return true;
}
