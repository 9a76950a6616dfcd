// The operations of one process that are under way, and the memory they use: it finds an OVERLAPPED that is used twice,
// memory that two operations use and one of them writes, and data that the program changes while it is being sent.
import { OVERLAPPED, STATUS_PENDING, WSA_IO_PENDING } from '../../index.js';
import type { CallNote } from '../calls/call-note.js';
import { digest, overlap, type Range } from './memory.js';
import type { Transfer } from './transfers.js';

/** Takes a finding. */
export type Find = (kind: 'overlapped-reused' | 'buffer-shared' | 'buffer-changed', text: string) => void;

/** One operation, from its call to its completion. */
class Operation {
  readonly call: CallNote;
  readonly reads: readonly Range[];
  readonly writes: readonly Range[];
  readonly overlapped: OVERLAPPED | null;
  readonly digest: number;
  /** Takes the watch off the OVERLAPPED. */
  unwatch: () => void = () => undefined;

  constructor(call: CallNote, { reads, writes, overlapped }: Transfer, args: readonly unknown[]) {
    this.call = call;
    this.reads = reads?.(args) ?? [];
    this.writes = writes?.(args) ?? [];
    const identity = overlapped === undefined ? null : args[overlapped];
    this.overlapped = identity instanceof OVERLAPPED ? identity : null;
    this.digest = digest(this.reads);
  }

  /** Whether the two cannot both have their memory. */
  collides(other: Operation): boolean {
    return (
      overlap(this.writes, other.writes) || overlap(this.writes, other.reads) || overlap(this.reads, other.writes)
    );
  }
}

/** What is under way in one process. */
export class Operations {
  readonly #find: Find;
  readonly #underWay = new Set<Operation>();
  /** Calls that have not returned, by their id in the trace. */
  readonly #calls = new Map<number, Operation>();

  constructor(find: Find) {
    this.#find = find;
  }

  /** A call begins. */
  entered(id: number, call: CallNote, transfer: Transfer, args: readonly unknown[]): void {
    const begun = new Operation(call, transfer, args);
    for (const other of this.#underWay) this.#compare(begun, other);
    this.#underWay.add(begun);
    this.#calls.set(id, begun);
    const { overlapped } = begun;
    if (overlapped !== null) begun.unwatch = whenDone(overlapped, () => this.#end(begun));
  }

  /** The call has returned; if it left an overlapped operation under way, that goes on. */
  left(id: number, error: number): void {
    const operation = this.#calls.get(id);
    this.#calls.delete(id);
    if (operation === undefined || (operation.overlapped !== null && error === WSA_IO_PENDING)) return;
    this.#end(operation);
  }

  /** Nothing more is to be found. */
  stop(): void {
    for (const { unwatch } of this.#underWay) unwatch();
    this.#underWay.clear();
    this.#calls.clear();
  }

  #compare(begun: Operation, other: Operation): void {
    if (begun.overlapped !== null && begun.overlapped === other.overlapped) {
      this.#find('overlapped-reused', `${begun.call.toString()} was given the OVERLAPPED of an operation under way: ${other.call.toString()}`);
      // Nobody can tell any more when it completes.
      this.#underWay.delete(other);
      other.unwatch();
    }
    if (begun.collides(other)) {
      this.#find('buffer-shared', `${begun.call.toString()} was given memory that an operation under way uses: ${other.call.toString()}`);
    }
  }

  #end(operation: Operation): void {
    if (!this.#underWay.delete(operation)) return;
    operation.unwatch();
    if (digest(operation.reads) === operation.digest) return;
    this.#find('buffer-changed', `the data of ${operation.call.toString()} was changed before it was sent`);
  }
}

/**
 * Calls `done` when the operation behind `overlapped` completes: its Internal is then written, and that is the one moment
 * at which the memory is the program's again. The result ends the watch.
 */
function whenDone(overlapped: OVERLAPPED, done: () => void): () => void {
  const shared = { configurable: true, enumerable: true };
  let status = overlapped.Internal;
  const unwatch = (): void => {
    Object.defineProperty(overlapped, 'Internal', { ...shared, writable: true, value: status });
  };
  Object.defineProperty(overlapped, 'Internal', {
    ...shared,
    get: () => status,
    set: (value: number) => {
      status = value;
      if (value !== STATUS_PENDING) done();
    },
  });
  return unwatch;
}
