// Owns: small writes of one run of the program that go out together after it. A server that answers many clients in one run
// would otherwise leave for the system and come back between each two of them, and find nothing where it was in the
// processor's caches.
// Does not own: the order of what one stream writes, and what comes of it (stream-writer.ts).

import process from 'node:process';

/** The longest write that is worth copying. */
const LONGEST = 512;
/** As many as a completion port hands out at a time. */
const MOST = 32;

/** Whose write it is. */
export interface BatchedWriter {
  /** Writes for good. Returns whether the memory is free again. */
  writeNow(chunk: Uint8Array): boolean;
}

/** The writes of all streams of one driver that wait for the end of the run. */
export class WriteBatch {
  /** Copies, as their owners have the memory back. Each is kept, with its length, for the next batch. */
  readonly #copies: Uint8Array[] = [];
  readonly #writers: BatchedWriter[] = [];
  #count = 0;
  /** Writes since something was received. */
  #writes = 0;
  readonly #flush = (): void => {
    this.flush();
  };

  /** Something was received: an answer to it alone need not wait. */
  received(): void {
    this.#writes = 0;
  }

  /**
   * Takes a write that can wait: a small one that is not the first since something was received.
   * @returns whether it was taken; the memory is then free again
   */
  takes(writer: BatchedWriter, chunk: Uint8Array): boolean {
    this.#writes += 1;
    if (this.#writes === 1 || chunk.length > LONGEST) return false;
    if (this.#count === 0) this.#schedule();
    else if (this.#count === MOST) this.flush();
    this.#copy(chunk);
    this.#writers[this.#count] = writer;
    this.#count += 1;
    return true;
  }

  /** At the end of the run, or of the process, which may come first. */
  #schedule(): void {
    queueMicrotask(this.#flush);
    process.on('exit', this.#flush);
  }

  #copy(chunk: Uint8Array): void {
    const index = this.#count;
    const { length } = chunk;
    let copy = this.#copies[index];
    if (copy?.length !== length) {
      copy = new Uint8Array(copy?.buffer ?? new ArrayBuffer(LONGEST), 0, length);
      this.#copies[index] = copy;
    }
    copy.set(chunk);
  }

  /** Writes everything that waits. */
  flush(): void {
    const count = this.#count;
    // Also asked for from inside: a writer whose connection has broken has nothing that it could write behind.
    if (count === 0) return;
    this.#count = 0;
    process.off('exit', this.#flush);
    for (let index = 0; index < count; index++) {
      const copy = this.#copies[index] as Uint8Array;
      // What the system has not taken yet is not ours to write into any more.
      if (this.#writers[index]?.writeNow(copy) === false) this.#copies[index] = new Uint8Array(LONGEST);
    }
    // No stream is kept alive by it.
    this.#writers.length = 0;
  }
}
