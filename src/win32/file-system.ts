// The file system contract: what CreateFile opens. Errors are Win32 codes, 0 for none. Who has a handle to a file, and
// where its file pointer is, is file.ts's business.

/** The name under which a process's file system is mounted. */
export const FILE_SYSTEM_DEVICE = '\\Device\\Files';

/** Told of a transfer that is over: its error, and the bytes moved. */
export type FileDone = (error: number, bytes: number) => void;

/** How to open a file. */
export interface OpenHow {
  readonly read: boolean;
  readonly write: boolean;
  /** CREATE_NEW, CREATE_ALWAYS, OPEN_EXISTING, OPEN_ALWAYS or TRUNCATE_EXISTING. */
  readonly disposition: number;
}

/** A file that was opened. */
export interface OpenFile {
  /** Its length in bytes, or -1 when the system does not tell. */
  size(): number;
  /** Reads into `target`: as much as there is from `position`; 0 bytes at the end. `done` may be called at once. */
  read(target: Uint8Array, position: number, done: FileDone): void;
  /** Writes all of `source` at `position`. `done` may be called at once. */
  write(source: Uint8Array, position: number, done: FileDone): void;
  /** No transfer is under way, and none follows. */
  close(): void;
}

/** What opening gave: the file and whether it was there before, or the error. */
export type Opened = { readonly file: OpenFile; readonly existed: boolean } | { readonly error: number };

/** Where files are; one per process. */
export interface FileSystem {
  open(path: string, how: OpenHow): Opened;
}
