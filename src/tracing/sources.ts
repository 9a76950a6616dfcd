// The processes that reports come from, with a number for each. The ids that processes have may be the same for all of
// them, since each of a simulated network's hosts has process 4.
import type { TraceSource } from '../index.js';

/** What reports of nobody's belong to: those of a trace that has no process. */
const NOBODY: TraceSource = { id: 0, name: 'process' };

/** Numbers processes in the order in which they are heard of. */
export class Sources {
  readonly #numbers = new Map<TraceSource, number>();

  /** The process's own id, or the next free one if another process has that. */
  numberOf(source: TraceSource = NOBODY): number {
    const known = this.#numbers.get(source);
    if (known !== undefined) return known;
    const taken = new Set(this.#numbers.values());
    let number = source.id;
    while (taken.has(number)) number += 1;
    this.#numbers.set(source, number);
    return number;
  }

  /** A key for one call of one process. */
  keyOf({ id, process }: { readonly id: number; readonly process?: TraceSource | undefined }): string {
    return `${this.numberOf(process)}:${id}`;
  }
}
