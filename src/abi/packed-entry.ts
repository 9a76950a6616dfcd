// Structures with pointers in one piece of memory, as the asynchronous database functions leave them: the structure in its
// x64 layout, and behind it what it points to. A pointer is an offset from the beginning of that memory, so the bytes mean
// the same wherever they are; NULL is 0, where no target can be.

const POINTER = 8;
/** Addresses and pointers are aligned as the structures are. */
const ALIGNMENT = 8;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Lays out one structure and what it points to. */
export class EntryWriter {
  #bytes: Uint8Array;

  /** @param size sizeof the structure, which comes first. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** A 16-bit member. */
  short(at: number, value: number): this {
    this.#view.setInt16(at, value, true);
    return this;
  }

  /** A pointer member to text that ends with a zero byte. */
  text(at: number, text: string | null): this {
    if (text !== null) this.#point(at, this.#append(encoder.encode(`${text}\0`), 1));
    return this;
  }

  /** A pointer member to an array of pointers that ends with NULL, to these bytes. */
  list(at: number, items: readonly Uint8Array[], alignment = ALIGNMENT): this {
    const array = this.#append(new Uint8Array((items.length + 1) * POINTER), ALIGNMENT);
    this.#point(at, array);
    items.forEach((item, index) => {
      this.#point(array + index * POINTER, this.#append(item, alignment));
    });
    return this;
  }

  /** The same for texts. */
  texts(at: number, texts: readonly string[]): this {
    return this.list(at, texts.map((text) => encoder.encode(`${text}\0`)), 1);
  }

  get #view(): DataView {
    return new DataView(this.#bytes.buffer);
  }

  #point(at: number, target: number): void {
    this.#view.setBigUint64(at, BigInt(target), true);
  }

  #append(item: Uint8Array, alignment: number): number {
    const at = Math.ceil(this.#bytes.length / alignment) * alignment;
    const grown = new Uint8Array(at + item.length);
    grown.set(this.#bytes);
    grown.set(item, at);
    this.#bytes = grown;
    return at;
  }
}

/** Reads what EntryWriter wrote. A pointer that leads out of the memory reads as NULL. */
export class EntryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** @param size sizeof the structure, which must be there whole. */
  constructor(bytes: Uint8Array, size: number) {
    if (bytes.length < size) throw new RangeError(`a structure of ${size} bytes does not fit into ${bytes.length} bytes`);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  short(at: number): number {
    return this.#view.getInt16(at, true);
  }

  unsignedShort(at: number): number {
    return this.#view.getUint16(at, true);
  }

  text(at: number): string | null {
    const start = this.#pointer(at);
    return start === null ? null : this.#textAt(start);
  }

  texts(at: number): string[] {
    return this.#targets(at).map((start) => this.#textAt(start));
  }

  /** What the pointers lead to, `length` bytes each; views, not copies. */
  list(at: number, length: number): Uint8Array[] {
    return this.#targets(at).map((start) => this.#bytes.subarray(start, start + Math.max(length, 0)));
  }

  #textAt(start: number): string {
    const end = this.#bytes.indexOf(0, start);
    return decoder.decode(this.#bytes.subarray(start, end < 0 ? this.#bytes.length : end));
  }

  #targets(at: number): number[] {
    const targets: number[] = [];
    const array = this.#pointer(at);
    if (array === null) return targets;
    for (let next = array; next + POINTER <= this.#bytes.length; next += POINTER) {
      const target = this.#pointer(next);
      if (target === null) break;
      targets.push(target);
    }
    return targets;
  }

  #pointer(at: number): number | null {
    const offset = this.#view.getBigUint64(at, true);
    return offset === 0n || offset >= BigInt(this.#bytes.length) ? null : Number(offset);
  }
}
