// Files in memory: what a process has that runs on no real machine.
import {
  CREATE_ALWAYS,
  CREATE_NEW,
  ERROR_FILE_EXISTS,
  ERROR_FILE_NOT_FOUND,
  OPEN_ALWAYS,
  TRUNCATE_EXISTING,
} from '../abi/index.js';
import type { FileDone, FileSystem, OpenFile, OpenHow, Opened } from './file-system.js';

/** The content of one file; everybody who has it open sees the same. */
class MemoryFile implements OpenFile {
  #bytes = new Uint8Array(0);
  #length = 0;

  size(): number {
    return this.#length;
  }

  read(target: Uint8Array, position: number, done: FileDone): void {
    const count = Math.max(0, Math.min(target.length, this.#length - position));
    if (count > 0) target.set(this.#bytes.subarray(position, position + count));
    done(0, count);
  }

  write(source: Uint8Array, position: number, done: FileDone): void {
    const end = position + source.length;
    if (end > this.#bytes.length) {
      // Twice the room, so that a file which grows piece by piece is not copied for each piece.
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(source, position);
    this.#length = Math.max(this.#length, end);
    done(0, source.length);
  }

  truncate(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }

  close(): void {
    // The file is there for whoever opens it next.
  }
}

/** Files by their names, which are any text. There are no folders. */
export class MemoryFiles implements FileSystem {
  readonly #files = new Map<string, MemoryFile>();

  open(path: string, { disposition }: OpenHow): Opened {
    const known = this.#files.get(path);
    if (known !== undefined) {
      if (disposition === CREATE_NEW) return { error: ERROR_FILE_EXISTS };
      if (disposition === CREATE_ALWAYS || disposition === TRUNCATE_EXISTING) known.truncate();
      return { file: known, existed: true };
    }
    const makes = disposition === CREATE_NEW || disposition === CREATE_ALWAYS || disposition === OPEN_ALWAYS;
    if (!makes) return { error: ERROR_FILE_NOT_FOUND };
    const file = new MemoryFile();
    this.#files.set(path, file);
    return { file, existed: false };
  }
}
