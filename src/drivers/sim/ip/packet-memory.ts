// Memory for packets. A block of memory of its own for each costs more than all else that is done to a small packet, so
// they are cut from larger blocks. None is used twice: a block goes when the last packet in it goes.
const BLOCK = 65_536;
/** Larger packets get a block of their own: cutting them from one would waste too much of it. */
const LARGE = 4096;
/** Checksums are summed up in words. */
const ALIGNMENT = 8;

export class PacketMemory {
  #block = new ArrayBuffer(0);
  #used = 0;

  /** `length` bytes, all zero. */
  take(length: number): Uint8Array {
    if (length > LARGE) return new Uint8Array(length);
    const start = this.#used;
    if (start + length > this.#block.byteLength) return this.#takeFromNew(length);
    this.#used = start + ((length + ALIGNMENT - 1) & -ALIGNMENT);
    return new Uint8Array(this.#block, start, length);
  }

  #takeFromNew(length: number): Uint8Array {
    this.#block = new ArrayBuffer(BLOCK);
    this.#used = 0;
    return this.take(length);
  }
}
