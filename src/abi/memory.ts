// Memory as the headers see it: the base of every structure view, and the pointer-to-scalar.
// Owns nothing but the shape; each structure's own layout is in structs/.

/** What a C scalar passed by pointer becomes: a cell that the callee reads or writes. */
export interface Ref<T = number> {
  value: T;
}

/** Makes a `Ref`, the counterpart of `&variable`. */
export function ref<T>(value: T): Ref<T> {
  return { value };
}

/** Anything that can be passed where C takes a pointer to bytes: a buffer, or a structure view over one. */
export type Memory = Uint8Array | Struct;

/**
 * A view over memory in the exact Windows x64 layout. `new X()` makes its own zeroed memory;
 * `new X(memory, offset)` reads and writes somebody else's, which must hold the structure's whole size.
 */
export abstract class Struct {
  /** The structure's bytes, exactly its size; the same memory, not a copy. */
  readonly bytes: Uint8Array;
  protected readonly view: DataView;

  protected constructor(size: number, memory?: Memory, offset = 0) {
    const whole = memory === undefined ? new Uint8Array(size) : bytesOf(memory);
    if (offset < 0 || offset + size > whole.length) {
      throw new RangeError(`a structure of ${size} bytes does not fit at offset ${offset} of ${whole.length} bytes`);
    }
    this.bytes = whole.length === size ? whole : whole.subarray(offset, offset + size);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, size);
  }
}

/** The bytes behind `memory`; no copy is made. */
export function bytesOf(memory: Memory): Uint8Array {
  return memory instanceof Struct ? memory.bytes : memory;
}
