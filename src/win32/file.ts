// The file object: an open file with its file pointer, for as long as handles or transfers need it. What is in the file is
// the file system's business.
import type { OVERLAPPED } from '../abi/index.js';
import type { FileDone, OpenFile } from './file-system.js';
import type { KernelObject } from './handle-table.js';

/** The place in a file that an OVERLAPPED names. */
export function fileOffset({ Offset, OffsetHigh }: OVERLAPPED): number {
  return (OffsetHigh >>> 0) * 0x100000000 + (Offset >>> 0);
}

/** A file that a handle stands for. A transfer holds it: it goes on after the handle was closed, as on Windows. */
export class FileObject implements KernelObject {
  readonly kind = 'file';
  readonly readable: boolean;
  readonly writable: boolean;
  /** The file pointer. */
  position = 0;
  readonly #file: OpenFile;
  /** The handles together count as one. */
  #users = 1;

  constructor(file: OpenFile, readable: boolean, writable: boolean) {
    this.#file = file;
    this.readable = readable;
    this.writable = writable;
  }

  /** The length in bytes, or -1 when the system does not tell. */
  get size(): number {
    return this.#file.size();
  }

  /** Keeps the file open until `release`. */
  hold(): void {
    this.#users += 1;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#file.close();
  }

  /** Reads at `position`, whatever the file pointer is; the file is held meanwhile. */
  read(target: Uint8Array, position: number, done: FileDone): void {
    this.hold();
    this.#file.read(target, position, this.#releasing(done));
  }

  /** Writes at `position`, likewise. */
  write(source: Uint8Array, position: number, done: FileDone): void {
    this.hold();
    this.#file.write(source, position, this.#releasing(done));
  }

  #releasing(done: FileDone): FileDone {
    return (error, bytes) => {
      this.release();
      done(error, bytes);
    };
  }

  lastHandleClosed(): void {
    this.release();
  }
}
