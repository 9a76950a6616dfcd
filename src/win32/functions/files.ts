// The file functions of Windows, as far as programs that send files need them. What is opened is the file system's
// business, which every process has mounted.
import {
  CREATE_NEW,
  ERROR_ACCESS_DENIED,
  ERROR_ALREADY_EXISTS,
  ERROR_HANDLE_EOF,
  ERROR_INVALID_PARAMETER,
  ERROR_NOACCESS,
  ERROR_NOT_SUPPORTED,
  ERROR_PATH_NOT_FOUND,
  FALSE,
  GENERIC_READ,
  GENERIC_WRITE,
  INVALID_HANDLE_VALUE,
  NO_ERROR,
  OPEN_EXISTING,
  TRUE,
  TRUNCATE_EXISTING,
  bytesOf,
  type HANDLE,
  type Memory,
  type OVERLAPPED,
  type Ref,
} from '../../abi/index.js';
import { currentCell, enterCall } from '../current.js';
import { FILE_SYSTEM_DEVICE, type FileDone, type FileSystem } from '../file-system.js';
import { FileObject, fileOffset } from '../file.js';
import { fileOf } from './file-of.js';

/**
 * Opens a file, or makes one. Never blocks. Sharing is not looked at: whoever may open a file at all may do so at any time.
 * @param lpFileName its name, as the process's file system takes it: the machine's, or of files in memory.
 * @param dwDesiredAccess GENERIC_READ, GENERIC_WRITE or both; 0 only asks for facts.
 * @param _dwShareMode FILE_SHARE_* flags.
 * @param _lpSecurityAttributes NULL: security descriptors and inheritance have nothing here to act on.
 * @param dwCreationDisposition CREATE_NEW, CREATE_ALWAYS, OPEN_EXISTING, OPEN_ALWAYS or TRUNCATE_EXISTING.
 * @param _dwFlagsAndAttributes attributes and hints, which change nothing.
 * @param _hTemplateFile NULL.
 * @returns the handle; the last error is then ERROR_ALREADY_EXISTS if CREATE_ALWAYS or OPEN_ALWAYS found the file, else 0.
 *   Or INVALID_HANDLE_VALUE with the last error:
 *   ERROR_PATH_NOT_FOUND: the name is NULL or empty, or its folder is not there;
 *   ERROR_INVALID_PARAMETER: an unknown disposition, or TRUNCATE_EXISTING without GENERIC_WRITE;
 *   ERROR_FILE_NOT_FOUND: there is no such file;
 *   ERROR_FILE_EXISTS: CREATE_NEW, and there is;
 *   ERROR_ACCESS_DENIED: the system does not allow it, or it is a folder;
 *   ERROR_TOO_MANY_OPEN_FILES, ERROR_DISK_FULL, ERROR_IO_DEVICE: from the system;
 *   ERROR_NOT_SUPPORTED: the process has no file system.
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew
 */
export function CreateFileW(
  lpFileName: string | null,
  dwDesiredAccess: number,
  _dwShareMode: number,
  _lpSecurityAttributes: null,
  dwCreationDisposition: number,
  _dwFlagsAndAttributes: number,
  _hTemplateFile: HANDLE | null,
): HANDLE {
  const cell = currentCell();
  const { process } = cell.thread;
  const read = (dwDesiredAccess & GENERIC_READ) !== 0;
  const write = (dwDesiredAccess & GENERIC_WRITE) !== 0;
  const disposition = dwCreationDisposition;
  const known = disposition >= CREATE_NEW && disposition <= TRUNCATE_EXISTING;
  if (lpFileName === null || lpFileName === '') return cell.fail(ERROR_PATH_NOT_FOUND, INVALID_HANDLE_VALUE);
  if (!known || (disposition === TRUNCATE_EXISTING && !write)) {
    return cell.fail(ERROR_INVALID_PARAMETER, INVALID_HANDLE_VALUE);
  }
  const files = process.openDevice(FILE_SYSTEM_DEVICE) as FileSystem | undefined;
  if (files === undefined) return cell.fail(ERROR_NOT_SUPPORTED, INVALID_HANDLE_VALUE);
  const opened = files.open(lpFileName, { read, write, disposition });
  if ('error' in opened) return cell.fail(opened.error, INVALID_HANDLE_VALUE);
  const told = opened.existed && disposition !== OPEN_EXISTING && disposition !== TRUNCATE_EXISTING;
  cell.value = told ? ERROR_ALREADY_EXISTS : NO_ERROR;
  return process.handles.open(new FileObject(opened.file, read, write));
}

/**
 * CreateFileW, for programs that name it so; text is the same here.
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilea
 */
export function CreateFileA(...args: Parameters<typeof CreateFileW>): HANDLE {
  return CreateFileW(...args);
}

/**
 * CreateFileA, under the name of the header's macro.
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilea
 */
export const CreateFile = CreateFileA;

/**
 * Reads from a file, at its file pointer, which moves on; blocks until the data is there. Sockets have recv.
 * @param hFile the file, opened with GENERIC_READ.
 * @param lpBuffer receives the data; must be left alone until the call has returned.
 * @param nNumberOfBytesToRead how much of it.
 * @param lpNumberOfBytesRead receives the count, 0 at the end of the file; may be NULL with an OVERLAPPED.
 * @param lpOverlapped NULL, or where in the file to read (Offset and OffsetHigh); the call blocks all the same.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a file;
 *   ERROR_ACCESS_DENIED: it was not opened for reading;
 *   ERROR_NOACCESS: a pointer is NULL, or the buffer is shorter than said;
 *   ERROR_HANDLE_EOF: the OVERLAPPED's place is at the end of the file or behind it;
 *   ERROR_IO_DEVICE: the system could not read.
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-readfile
 */
export function ReadFile(
  hFile: HANDLE,
  lpBuffer: Memory | null,
  nNumberOfBytesToRead: number,
  lpNumberOfBytesRead: Ref | null,
  lpOverlapped: OVERLAPPED | null,
): Promise<number> {
  return transfer(hFile, lpBuffer, nNumberOfBytesToRead, lpNumberOfBytesRead, lpOverlapped, 'read');
}

/**
 * Writes to a file, at its file pointer, which moves on; blocks until the system has the data. Sockets have send.
 * @param hFile the file, opened with GENERIC_WRITE.
 * @param lpBuffer the data; must be left alone until the call has returned.
 * @param nNumberOfBytesToWrite how much of it.
 * @param lpNumberOfBytesWritten receives the count; may be NULL with an OVERLAPPED.
 * @param lpOverlapped NULL, or where in the file to write (Offset and OffsetHigh); the call blocks all the same.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a file;
 *   ERROR_ACCESS_DENIED: it was not opened for writing;
 *   ERROR_NOACCESS: a pointer is NULL, or the buffer is shorter than said;
 *   ERROR_DISK_FULL, ERROR_IO_DEVICE: the system could not write.
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-writefile
 */
export function WriteFile(
  hFile: HANDLE,
  lpBuffer: Memory | null,
  nNumberOfBytesToWrite: number,
  lpNumberOfBytesWritten: Ref | null,
  lpOverlapped: OVERLAPPED | null,
): Promise<number> {
  return transfer(hFile, lpBuffer, nNumberOfBytesToWrite, lpNumberOfBytesWritten, lpOverlapped, 'write');
}

async function transfer(
  hFile: HANDLE,
  lpBuffer: Memory | null,
  count: number,
  lpCount: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  way: 'read' | 'write',
): Promise<number> {
  const cell = enterCall();
  const file = fileOf(cell, hFile);
  if (file === null) return FALSE;
  if (way === 'read' ? !file.readable : !file.writable) return cell.fail(ERROR_ACCESS_DENIED, FALSE);
  const buffer = lpBuffer === null ? null : bytesOf(lpBuffer);
  const unusable = buffer === null || buffer.length < count >>> 0 || (lpCount === null && lpOverlapped === null);
  if (unusable) return cell.fail(ERROR_NOACCESS, FALSE);
  const position = lpOverlapped === null ? file.position : fileOffset(lpOverlapped);
  const moved = await new Promise<{ error: number; bytes: number }>((resolve) => {
    const release = cell.thread.process.clock.hold();
    const done: FileDone = (error, bytes) => {
      release();
      resolve({ error, bytes });
    };
    file[way](buffer.subarray(0, count >>> 0), position, done);
  });
  file.position = position + moved.bytes;
  if (lpCount !== null) lpCount.value = moved.bytes;
  if (moved.error !== 0) return cell.fail(moved.error, FALSE);
  const atEnd = way === 'read' && lpOverlapped !== null && moved.bytes === 0 && count !== 0;
  return atEnd ? cell.fail(ERROR_HANDLE_EOF, FALSE) : TRUE;
}
