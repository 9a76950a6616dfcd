// C arrays of numbers inside structures. Owns no layout; the structure views say where the array is.

/** What `Numbers` can hold: the DataView methods' names without get and set. */
export type NumberKind = 'Uint16' | 'Int16' | 'Uint32' | 'Int32';

const widths: Readonly<Record<NumberKind, number>> = { Uint16: 2, Int16: 2, Uint32: 4, Int32: 4 };

/**
 * A C array of numbers inside a structure: `events.iErrorCode[FD_READ_BIT] = 0`. It reads and writes the structure's
 * memory, little-endian and at any alignment, which a typed array cannot. Ten elements at most,
 * because the compiler of a class needs each index written out.
 */
export class Numbers implements Iterable<number> {
  [index: number]: number;
  readonly length: number;
  readonly #view: DataView;
  readonly #offset: number;
  readonly #kind: NumberKind;

  constructor(view: DataView, offset: number, kind: NumberKind, length: number) {
    this.length = length;
    this.#view = view;
    this.#offset = offset;
    this.#kind = kind;
  }

  #read(index: number): number {
    return index < this.length ? this.#view[`get${this.#kind}`](this.#offset + index * widths[this.#kind], true) : (undefined as unknown as number);
  }

  #write(index: number, value: number): void {
    if (index < this.length) this.#view[`set${this.#kind}`](this.#offset + index * widths[this.#kind], value, true);
  }

  get 0(): number {
    return this.#read(0);
  }
  set 0(value: number) {
    this.#write(0, value);
  }
  get 1(): number {
    return this.#read(1);
  }
  set 1(value: number) {
    this.#write(1, value);
  }
  get 2(): number {
    return this.#read(2);
  }
  set 2(value: number) {
    this.#write(2, value);
  }
  get 3(): number {
    return this.#read(3);
  }
  set 3(value: number) {
    this.#write(3, value);
  }
  get 4(): number {
    return this.#read(4);
  }
  set 4(value: number) {
    this.#write(4, value);
  }
  get 5(): number {
    return this.#read(5);
  }
  set 5(value: number) {
    this.#write(5, value);
  }
  get 6(): number {
    return this.#read(6);
  }
  set 6(value: number) {
    this.#write(6, value);
  }
  get 7(): number {
    return this.#read(7);
  }
  set 7(value: number) {
    this.#write(7, value);
  }
  get 8(): number {
    return this.#read(8);
  }
  set 8(value: number) {
    this.#write(8, value);
  }
  get 9(): number {
    return this.#read(9);
  }
  set 9(value: number) {
    this.#write(9, value);
  }

  /** Copies as many elements as both have. */
  set(values: ArrayLike<number>): void {
    const count = Math.min(values.length, this.length);
    for (let i = 0; i < count; i++) this.#write(i, values[i] ?? 0);
  }

  /** Writes `value` into every element. */
  fill(value: number): void {
    for (let i = 0; i < this.length; i++) this.#write(i, value);
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let i = 0; i < this.length; i++) yield this.#read(i);
  }
}
