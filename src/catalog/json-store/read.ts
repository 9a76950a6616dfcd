// Finding and reading the catalog file, after making sure that only its owner can have written it. Writes nothing but the
// folders that a first save needs; what the bytes mean is file-format.ts.
import { basename, dirname, join } from 'node:path';
import { WSAEACCES } from '../../abi/index.js';
import { catalogError, type CatalogError } from '../error.js';
import { attempt, systemCode, type StoreFiles } from './files.js';
import { foreignWriterHere } from './ownership.js';

/** Far beyond any real catalog; keeps a wrong file from being read into memory. */
export const MAX_BYTES = 16 * 1024 * 1024;

/** The catalog file as it was found. */
export interface Found {
  readonly bytes: Buffer;
  readonly mode: number;
}

/** What reading stands on. */
export interface Reading {
  readonly files: StoreFiles;
  /** As process.platform. */
  readonly platform: string;
}

/** The file, or null when there is none. */
export function readCatalogFile(file: string, reading: Reading): Found | null | CatalogError {
  const { files } = reading;
  try {
    if (files.entry(file) === null) return null;
    const target = files.realPath(file);
    const insecure = foreignFolder(dirname(target), reading) ?? foreignFolder(dirname(file), reading);
    return insecure ?? readChecked(file, target, reading);
  } catch (error) {
    return ioError(error, 'could not be read', file);
  }
}

function readChecked(file: string, target: string, { files, platform }: Reading): Found | CatalogError {
  // Checked by its descriptor, so that it cannot be exchanged in between.
  const fd = files.open(target);
  try {
    const stat = files.statOpen(fd);
    if (!stat.isFile()) return catalogError('corrupt', 'is not a regular file', { file });
    const foreign = foreignWriterHere(stat, 'file', platform);
    if (foreign !== null) return catalogError('insecure', foreign, { file });
    if (stat.size > MAX_BYTES) return catalogError('corrupt', `is larger than ${MAX_BYTES} bytes`, { file });
    return { bytes: files.readOpen(fd), mode: stat.mode };
  } finally {
    files.close(fd);
  }
}

/** The bytes, whoever may have written them, for whoever only looks at them; null when there are none to be had. */
export function readAnyway(file: string, files: StoreFiles): Buffer | null {
  let bytes: Buffer | null = null;
  attempt(() => {
    if (files.entry(file) === null) return;
    const fd = files.open(files.realPath(file));
    try {
      const stat = files.statOpen(fd);
      if (stat.isFile() && stat.size <= MAX_BYTES) bytes = files.readOpen(fd);
    } finally {
      files.close(fd);
    }
  });
  return bytes;
}

/** The file's path without links, in a folder that is there now and that nobody else can change. */
export function prepareTarget(file: string, reading: Reading): string | CatalogError {
  const { files } = reading;
  try {
    const target = files.entry(file) === null ? newTarget(file, files) : files.realPath(file);
    return foreignFolder(dirname(target), reading) ?? target;
  } catch (error) {
    return ioError(error, 'could not be made', file);
  }
}

function newTarget(file: string, files: StoreFiles): string {
  if (files.entry(dirname(file)) === null) files.makeFolders(dirname(file));
  return join(files.realPath(dirname(file)), basename(file));
}

/** Whether two looks at the file found the same. */
export function sameBytes(a: Found | null, b: Found | null): boolean {
  if (a === null || b === null) return a === b;
  return a.bytes.equals(b.bytes);
}

/** Why a folder is not to be trusted, or null. */
export function foreignFolder(folder: string, { files, platform }: Reading): CatalogError | null {
  const foreign = foreignWriterHere(files.stat(folder), 'folder', platform);
  return foreign === null ? null : catalogError('insecure', `the folder ${foreign}`, { file: folder });
}

const NO_PERMISSION = ['EACCES', 'EPERM', 'EROFS'];

/** What the file system refused, as a catalog's error. */
export function ioError(error: unknown, what: string, file: string): CatalogError {
  const code = systemCode(error);
  const where = NO_PERMISSION.includes(code) ? { file, code: WSAEACCES } : { file };
  return catalogError('io', `${what} (${code})`, where);
}

