// The file behind a handle, for the file functions.
import { ERROR_INVALID_HANDLE, type HANDLE } from '../../abi/index.js';
import { FileObject } from '../file.js';
import type { LastErrorCell } from '../last-error.js';

/** The file behind a handle; null with ERROR_INVALID_HANDLE. */
export function fileOf(cell: LastErrorCell, hFile: HANDLE): FileObject | null {
  const object = cell.thread.process.handles.get(hFile);
  return object instanceof FileObject ? object : cell.fail(ERROR_INVALID_HANDLE, null);
}
