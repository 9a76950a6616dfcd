// Owns: the machine's files over node:fs, as the file system contract has them.
// Does not own: handles, file pointers, what files are used for.

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  read as readDescriptor,
  write as writeDescriptor,
} from 'node:fs';
import * as abi from '../../abi/index.js';
import type { FileDone, FileSystem, OpenFile, OpenHow, Opened } from '../../win32/file-system.js';
import { nameOfError } from './errors.js';

const ERRORS: Readonly<Record<string, number>> = {
  ENOENT: abi.ERROR_FILE_NOT_FOUND,
  ENOTDIR: abi.ERROR_PATH_NOT_FOUND,
  EACCES: abi.ERROR_ACCESS_DENIED,
  EPERM: abi.ERROR_ACCESS_DENIED,
  EROFS: abi.ERROR_ACCESS_DENIED,
  EISDIR: abi.ERROR_ACCESS_DENIED,
  EEXIST: abi.ERROR_FILE_EXISTS,
  EMFILE: abi.ERROR_TOO_MANY_OPEN_FILES,
  ENFILE: abi.ERROR_TOO_MANY_OPEN_FILES,
  ENOSPC: abi.ERROR_DISK_FULL,
  EINVAL: abi.ERROR_INVALID_NAME,
  ENAMETOOLONG: abi.ERROR_INVALID_NAME,
};

function codeOf(error: unknown): number {
  return ERRORS[nameOfError(error)] ?? abi.ERROR_IO_DEVICE;
}

/** What each disposition adds to the flags of open(2). */
const DISPOSITIONS: Readonly<Record<number, number>> = {
  [abi.CREATE_NEW]: constants.O_CREAT | constants.O_EXCL,
  [abi.CREATE_ALWAYS]: constants.O_CREAT | constants.O_TRUNC,
  [abi.OPEN_EXISTING]: 0,
  [abi.OPEN_ALWAYS]: constants.O_CREAT,
  [abi.TRUNCATE_EXISTING]: constants.O_TRUNC,
};

function flagsOf({ read, write, disposition }: OpenHow): number {
  const access = write ? (read ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  return access | (DISPOSITIONS[disposition] ?? 0);
}

class NodeFile implements OpenFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  size(): number {
    try {
      return fstatSync(this.#descriptor).size;
    } catch {
      return -1;
    }
  }

  read(target: Uint8Array, position: number, done: FileDone): void {
    readDescriptor(this.#descriptor, target, 0, target.length, position, (error, bytes) => {
      if (error === null) done(0, bytes);
      else done(codeOf(error), 0);
    });
  }

  write(source: Uint8Array, position: number, done: FileDone): void {
    this.#write(source, 0, position, done);
  }

  /** The system may take a part only. */
  #write(source: Uint8Array, written: number, position: number, done: FileDone): void {
    const left = source.length - written;
    writeDescriptor(this.#descriptor, source, written, left, position + written, (error, bytes) => {
      const total = written + bytes;
      if (error !== null) done(codeOf(error), written);
      else if (total < source.length && bytes > 0) this.#write(source, total, position, done);
      else done(0, total);
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The machine's files, under the names that it gives them. */
export const nodeFiles: FileSystem = {
  open(path: string, how: OpenHow): Opened {
    // A folder can be opened for reading here, but on Windows not without a flag for it.
    try {
      const existed = existsSync(path);
      const descriptor = openSync(path, flagsOf(how));
      if (!fstatSync(descriptor).isDirectory()) return { file: new NodeFile(descriptor), existed };
      closeSync(descriptor);
      return { error: abi.ERROR_ACCESS_DENIED };
    } catch (error) {
      return { error: codeOf(error) };
    }
  },
};
