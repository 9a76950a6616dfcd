// Bytes that have arrived and that nobody has asked for yet.
import { copyBytes } from './bytes.js';

/** A queue of bytes made of the chunks they came in. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  /** How much of the first chunk has been read. */
  #offset = 0;
  #length = 0;

  /** Bytes in the queue. */
  get length(): number {
    return this.#length;
  }

  /** Appends a copy of `buffer[start, end)`. */
  push(buffer: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    this.#chunks.push(copyBytes(buffer, start, end));
    this.#length += end - start;
  }

  /** Puts a copy of bytes that were read back to the front. */
  unread(parts: readonly Uint8Array[]): void {
    const first = this.#chunks[0];
    if (first !== undefined && this.#offset > 0) this.#chunks[0] = first.subarray(this.#offset);
    this.#offset = 0;
    const copies = parts.map((part) => copyBytes(part));
    this.#chunks.unshift(...copies);
    for (const { length } of copies) this.#length += length;
  }

  /** Fills `targets` in order from the front with at most `most` bytes and returns how many; with `peek` they stay. */
  read(targets: readonly Uint8Array[], peek: boolean, most = this.#length): number {
    let chunkIndex = 0;
    let chunkOffset = this.#offset;
    let total = 0;
    for (const target of targets) {
      let filled = 0;
      while (filled < target.length && total + filled < most) {
        const chunk = this.#chunks[chunkIndex];
        if (chunk === undefined) break;
        const count = Math.min(target.length - filled, chunk.length - chunkOffset, most - total - filled);
        target.set(chunk.subarray(chunkOffset, chunkOffset + count), filled);
        filled += count;
        chunkOffset += count;
        if (chunkOffset < chunk.length) continue;
        chunkIndex += 1;
        chunkOffset = 0;
      }
      total += filled;
    }
    if (peek) return total;
    if (chunkIndex > 0) this.#chunks.splice(0, chunkIndex);
    this.#offset = chunkOffset;
    this.#length -= total;
    return total;
  }

  /** Forgets everything. */
  clear(): void {
    this.#chunks = [];
    this.#offset = 0;
    this.#length = 0;
  }
}
