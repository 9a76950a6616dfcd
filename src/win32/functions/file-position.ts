// Sizes of files and their file pointers.
import {
  ERROR_INVALID_PARAMETER,
  ERROR_IO_DEVICE,
  ERROR_NEGATIVE_SEEK,
  ERROR_NOACCESS,
  FALSE,
  FILE_BEGIN,
  FILE_CURRENT,
  FILE_END,
  INVALID_SET_FILE_POINTER,
  NO_ERROR,
  TRUE,
  type HANDLE,
  type Ref,
} from '../../abi/index.js';
import { currentCell } from '../current.js';
import type { FileObject } from '../file.js';
import type { LastErrorCell } from '../last-error.js';
import { fileOf } from './file-of.js';

/**
 * Tells the length of a file. Never blocks.
 * @param hFile the file.
 * @param lpFileSize receives the length in bytes.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a file;
 *   ERROR_NOACCESS: the pointer is NULL;
 *   ERROR_IO_DEVICE: the system does not tell.
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getfilesizeex
 */
export function GetFileSizeEx(hFile: HANDLE, lpFileSize: Ref<bigint> | null): number {
  const cell = currentCell();
  const file = fileOf(cell, hFile);
  if (file === null) return FALSE;
  if (lpFileSize === null) return cell.fail(ERROR_NOACCESS, FALSE);
  const { size } = file;
  if (size < 0) return cell.fail(ERROR_IO_DEVICE, FALSE);
  lpFileSize.value = BigInt(size);
  return TRUE;
}

/**
 * Moves the file pointer. It may go behind the end of the file. Never blocks.
 * @param hFile the file.
 * @param liDistanceToMove how far, in bytes.
 * @param lpNewFilePointer receives where it then is; may be NULL.
 * @param dwMoveMethod from where: FILE_BEGIN, FILE_CURRENT or FILE_END.
 * @returns TRUE, or FALSE with the last error, and the file pointer stays where it is:
 *   ERROR_INVALID_HANDLE: it is no handle to a file;
 *   ERROR_INVALID_PARAMETER: an unknown method;
 *   ERROR_NEGATIVE_SEEK: before the beginning;
 *   ERROR_IO_DEVICE: the system does not tell where the end is.
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-setfilepointerex
 */
export function SetFilePointerEx(
  hFile: HANDLE,
  liDistanceToMove: bigint,
  lpNewFilePointer: Ref<bigint> | null,
  dwMoveMethod: number,
): number {
  const cell = currentCell();
  const file = fileOf(cell, hFile);
  if (file === null || !move(cell, file, Number(liDistanceToMove), dwMoveMethod)) return FALSE;
  if (lpNewFilePointer !== null) lpNewFilePointer.value = BigInt(file.position);
  return TRUE;
}

/**
 * Moves the file pointer, as SetFilePointerEx, with the distance in two halves. Never blocks.
 * @param hFile the file.
 * @param lDistanceToMove the lower 32 bits; without the upper ones a signed number.
 * @param lpDistanceToMoveHigh the upper 32 bits, and receives those of the new position; NULL for a distance of 32 bits.
 * @param dwMoveMethod from where: FILE_BEGIN, FILE_CURRENT or FILE_END.
 * @returns the lower 32 bits of the new position, or INVALID_SET_FILE_POINTER with the last error: those of
 *   SetFilePointerEx, and ERROR_INVALID_PARAMETER for a new position that does not fit where there is no place for its
 *   upper half. As INVALID_SET_FILE_POINTER may be a position, a success sets the last error to 0.
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-setfilepointer
 */
export function SetFilePointer(
  hFile: HANDLE,
  lDistanceToMove: number,
  lpDistanceToMoveHigh: Ref | null,
  dwMoveMethod: number,
): number {
  const cell = currentCell();
  const file = fileOf(cell, hFile);
  if (file === null) return INVALID_SET_FILE_POINTER;
  const before = file.position;
  const high = lpDistanceToMoveHigh === null ? null : lpDistanceToMoveHigh.value | 0;
  const distance = high === null ? lDistanceToMove | 0 : high * 0x100000000 + (lDistanceToMove >>> 0);
  if (!move(cell, file, distance, dwMoveMethod)) return INVALID_SET_FILE_POINTER;
  const upper = Math.floor(file.position / 0x100000000);
  if (lpDistanceToMoveHigh === null && upper !== 0) {
    file.position = before;
    return cell.fail(ERROR_INVALID_PARAMETER, INVALID_SET_FILE_POINTER);
  }
  if (lpDistanceToMoveHigh !== null) lpDistanceToMoveHigh.value = upper;
  cell.value = NO_ERROR;
  return file.position >>> 0;
}

function move(cell: LastErrorCell, file: FileObject, distance: number, method: number): boolean {
  if (method !== FILE_BEGIN && method !== FILE_CURRENT && method !== FILE_END) return cell.fail(ERROR_INVALID_PARAMETER, false);
  const from = method === FILE_BEGIN ? 0 : method === FILE_CURRENT ? file.position : file.size;
  if (from < 0) return cell.fail(ERROR_IO_DEVICE, false);
  if (from + distance < 0) return cell.fail(ERROR_NEGATIVE_SEEK, false);
  file.position = from + distance;
  return true;
}
