// The file operations that the JSON store is made of. Owns nothing but the list: a test hands in one whose n-th call fails.
// Everything that is quick is done at once, so that no other part of this program comes in between; only syncing takes time.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { promisify } from 'node:util';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Calls of the file system. Each throws the system's error, as Node's own do. */
export interface StoreFiles {
  /** What stands at a path, links not followed; null for nothing. */
  readonly entry: (path: string) => Stats | null;
  readonly stat: (path: string) => Stats;
  readonly realPath: (path: string) => string;
  readonly list: (folder: string) => readonly string[];
  /** Makes a folder for this user only, with those above it, where they are missing. */
  readonly makeFolders: (folder: string) => void;
  /** Opens what is no link, without waiting for a pipe's writer. */
  readonly open: (path: string) => number;
  /** Makes a file for this user only, which must not exist. */
  readonly create: (path: string) => number;
  readonly statOpen: (fd: number) => Stats;
  readonly readOpen: (fd: number) => Buffer;
  readonly write: (fd: number, text: string) => void;
  readonly setMode: (fd: number, mode: number) => void;
  readonly sync: (fd: number) => Promise<void>;
  readonly close: (fd: number) => void;
  readonly rename: (from: string, to: string) => void;
  readonly link: (existing: string, added: string) => void;
  readonly remove: (path: string) => void;
  /** Sets the time of the last change to now. */
  readonly touch: (path: string) => void;
}

/** An open flag that not every platform has. */
function flag(name: 'O_NONBLOCK' | 'O_NOFOLLOW'): number {
  return (constants as Partial<Record<string, number>>)[name] ?? 0;
}

const syncOpen = promisify(fsync);

/** The machine's files. */
export const realFiles: StoreFiles = {
  entry: (path) => lstatSync(path, { throwIfNoEntry: false }) ?? null,
  stat: (path) => statSync(path),
  realPath: (path) => realpathSync.native(path),
  list: (folder) => readdirSync(folder),
  makeFolders: (folder) => { mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER }); },
  open: (path) => openSync(path, constants.O_RDONLY | flag('O_NONBLOCK') | flag('O_NOFOLLOW')),
  create: (path) => openSync(path, 'wx', PRIVATE_FILE),
  statOpen: (fd) => fstatSync(fd),
  readOpen: (fd) => readFileSync(fd),
  write: (fd, text) => { writeFileSync(fd, text); },
  setMode: (fd, mode) => { fchmodSync(fd, mode); },
  sync: (fd) => syncOpen(fd),
  close: (fd) => { closeSync(fd); },
  rename: (from, to) => { renameSync(from, to); },
  link: (existing, added) => { linkSync(existing, added); },
  remove: (path) => { unlinkSync(path); },
  touch: (path) => {
    const now = new Date();
    utimesSync(path, now, now);
  },
};

/** The system's name of an error, as 'ENOENT'; an error of our own making is thrown on. */
export function systemCode(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') throw error;
  return code;
}

/** Does what may fail without harm. Answers whether it worked. */
export function attempt(operation: () => void): boolean {
  try {
    operation();
    return true;
  } catch (error) {
    systemCode(error);
    return false;
  }
}
