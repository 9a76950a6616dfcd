// Which handles a process has open, and which call made each. The calls are known from the trace, which sees those of
// Winsock; threads, ports and windows are made by others and are known by their handle only.
import type { Process } from '../../index.js';
import type { CallNote } from '../calls/call-note.js';

/** The calls whose result is a new handle. */
const MAKERS = new Set([
  'socket',
  'WSASocketA',
  'WSASocketW',
  'accept',
  'WSAAccept',
  'WSAJoinLeaf',
  'WSACreateEvent',
  'WSALookupServiceBeginA',
  'WSALookupServiceBeginW',
]);

/** A handle that is open. */
export interface OpenHandle {
  readonly handle: number;
  /** 'socket', 'event', 'thread', 'port', ... */
  readonly kind: string;
  /** The call that made it; null if it is not known. */
  readonly madeBy: CallNote | null;
}

/** The open handles of a process that were not open when this was made. */
export class Handles {
  readonly #process: Process;
  readonly #before: ReadonlySet<number>;
  readonly #makers = new Map<number, CallNote>();

  constructor(process: Process) {
    this.#process = process;
    this.#before = new Set([...process.handles.entries()].map(([handle]) => handle));
  }

  /** A call has returned `result`. */
  left(call: CallNote, result: unknown): void {
    if (!MAKERS.has(call.name) || typeof result !== 'number' || this.#process.handles.get(result) === null) return;
    this.#makers.set(result, call);
  }

  /** Oldest first. */
  open(): readonly OpenHandle[] {
    return [...this.#process.handles.entries()]
      .filter(([handle]) => !this.#before.has(handle))
      .map(([handle, { kind }]) => ({ handle, kind, madeBy: this.#makers.get(handle) ?? null }));
  }
}
