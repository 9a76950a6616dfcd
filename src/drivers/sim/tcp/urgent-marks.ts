// Which bytes to come are urgent. Usually there is none or one; several when more was announced before the first came.
import { distance, precedes } from './sequence.js';

export class UrgentMarks {
  /** In order. */
  readonly #marks: number[] = [];

  /** The byte at `sequence` is urgent. */
  add(sequence: number): void {
    let index = this.#marks.length;
    while (index > 0 && precedes(sequence, this.#marks[index - 1] ?? 0)) index -= 1;
    if (this.#marks[index - 1] !== sequence) this.#marks.splice(index, 0, sequence);
  }

  /** How many bytes from `sequence` on come before the next urgent one. */
  before(sequence: number): number {
    for (const mark of this.#marks) if (!precedes(mark, sequence)) return distance(sequence, mark);
    return Infinity;
  }

  /** Forgets the bytes before `sequence`; true if none are left. */
  forget(sequence: number): boolean {
    while (this.#marks.length > 0 && precedes(this.#marks[0] ?? 0, sequence)) this.#marks.shift();
    return this.#marks.length === 0;
  }
}
