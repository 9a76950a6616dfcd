// What has come in order and was not handed out yet. Owns: the bytes, and the places of urgent ones among them.
// Does not own: what has come out of order (reassembly.ts).

/** Small pieces that follow one another share memory up to this size. */
const BLOCK = 4096;

/** A run of bytes, or one urgent byte. */
export interface Received {
  bytes: Uint8Array;
  length: number;
  readonly urgent: boolean;
}

export class ReceiveQueue {
  readonly #pieces: Received[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends a copy of `bytes[start, start + length)`. */
  push(bytes: Uint8Array, start: number, length: number): void {
    this.#length += length;
    const source = bytes.subarray(start, start + length);
    const tail = this.#pieces[this.#pieces.length - 1];
    if (tail?.urgent === false && tail.length + length <= BLOCK) {
      if (tail.bytes.length < tail.length + length) tail.bytes = enlarged(tail);
      tail.bytes.set(source, tail.length);
      tail.length += length;
      return;
    }
    const own = new Uint8Array(length);
    own.set(source);
    this.#pieces.push({ bytes: own, length, urgent: false });
  }

  pushUrgent(byte: number): void {
    this.#length += 1;
    this.#pieces.push({ bytes: Uint8Array.of(byte), length: 1, urgent: true });
  }

  /** Takes out what came first, or null. */
  shift(): Received | null {
    const piece = this.#pieces.shift();
    if (piece === undefined) return null;
    this.#length -= piece.length;
    return piece;
  }
}

function enlarged(piece: Received): Uint8Array {
  const larger = new Uint8Array(BLOCK);
  larger.set(piece.bytes.subarray(0, piece.length));
  return larger;
}
