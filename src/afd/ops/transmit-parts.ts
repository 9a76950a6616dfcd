// What TransmitFile and TransmitPackets send: pieces of memory and of files, one after the other, put into blocks.
import type { Clock, FileObject } from '../../win32/index.js';

/** A piece of memory, or of a file from `position`; `ends` keeps what follows out of its block. */
export interface TransmitPart {
  readonly memory: Uint8Array | null;
  readonly file: FileObject | null;
  readonly position: number;
  readonly length: number;
  readonly ends: boolean;
}

/** A piece of the caller's memory. */
export function memoryPart(memory: Uint8Array, ends = false): TransmitPart {
  return { memory, file: null, position: 0, length: memory.length, ends };
}

/** How filling a block goes on: it is there, nothing is left to be sent, or a file has been asked. */
export type Filling = 'full' | 'over' | 'asked';

/**
 * Fills blocks from parts. A block has at most `size` bytes; files are read a block at a time and moved to where reading
 * stopped. What a file is shorter than said is left out.
 */
export class BlockFiller {
  /** The block's memory; its beginning is filled. */
  readonly #block: Uint8Array;
  readonly #parts: readonly TransmitPart[];
  readonly #clock: Clock;
  /** Told that the file that was asked has answered: an error, or 0. */
  readonly #answered: (error: number) => void;
  #filled = 0;
  #index = 0;
  /** How much of the current part is in blocks already. */
  #taken = 0;

  constructor(parts: readonly TransmitPart[], size: number, clock: Clock, answered: (error: number) => void) {
    let total = 0;
    for (const { length, file } of parts) {
      total += length;
      // A transfer goes on when the program closes the file under it.
      file?.hold();
    }
    this.#parts = parts;
    this.#block = new Uint8Array(Math.min(size, total));
    this.#clock = clock;
    this.#answered = answered;
  }

  /** The files are no longer needed. */
  close(): void {
    for (const { file } of this.#parts) file?.release();
  }

  /** Fills the block as far as that goes at once. */
  fill(): Filling {
    for (let part = this.#parts[this.#index]; part !== undefined; part = this.#parts[this.#index]) {
      if (this.#taken >= part.length) {
        this.#next();
        if (part.ends && this.#filled > 0) return 'full';
        continue;
      }
      if (this.#filled === this.#block.length) return 'full';
      if (part.file !== null) {
        this.#ask(part, part.file);
        return 'asked';
      }
      this.#copy(part, part.memory ?? this.#block);
    }
    return this.#filled > 0 ? 'full' : 'over';
  }

  /** Gives the block out; it may be filled again when nobody reads it any more. */
  take(): Uint8Array {
    const block = this.#block.subarray(0, this.#filled);
    this.#filled = 0;
    return block;
  }

  #next(): void {
    this.#index += 1;
    this.#taken = 0;
  }

  #room(part: TransmitPart): number {
    return Math.min(part.length - this.#taken, this.#block.length - this.#filled);
  }

  #copy(part: TransmitPart, memory: Uint8Array): void {
    const count = this.#room(part);
    this.#block.set(memory.subarray(this.#taken, this.#taken + count), this.#filled);
    this.#filled += count;
    this.#taken += count;
  }

  #ask(part: TransmitPart, file: FileObject): void {
    const target = this.#block.subarray(this.#filled, this.#filled + this.#room(part));
    const position = part.position + this.#taken;
    // The clock of a simulated network does not see files being read.
    const release = this.#clock.hold();
    file.read(target, position, (error, bytes) => {
      release();
      this.#filled += bytes;
      this.#taken = bytes === 0 ? part.length : this.#taken + bytes;
      if (error === 0) file.position = position + bytes;
      this.#answered(error);
    });
  }
}
