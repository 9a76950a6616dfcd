// Owns: the memory that reads go to, and the view of what one has brought.
// Does not own: when it may be read into again (stream.ts).

export class ReadBuffer {
  readonly bytes: Uint8Array;
  /** The view given last: messages of one length often follow each other, and copying a whole view is the fastest. */
  #last: Uint8Array;

  /** @param size - in bytes */
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#last = this.bytes;
  }

  /** The first `length` bytes. */
  first(length: number): Uint8Array {
    if (this.#last.length !== length) this.#last = this.bytes.subarray(0, length);
    return this.#last;
  }
}
