// GetLastError and SetLastError. Where the last error is kept: last-error.ts and current.ts.
import { currentCell } from '../current.js';

/**
 * The calling thread's last error. After an awaited call it is that call's error, whatever else the thread has in flight.
 * Never blocks.
 * @returns an error code, 0 if none was set.
 * @see https://learn.microsoft.com/windows/win32/api/errhandlingapi/nf-errhandlingapi-getlasterror
 */
export function GetLastError(): number {
  return currentCell().value;
}

/**
 * Sets the calling thread's last error. Never blocks, cannot fail.
 * @param dwErrCode the error code, 32 bits.
 * @see https://learn.microsoft.com/windows/win32/api/errhandlingapi/nf-errhandlingapi-setlasterror
 */
export function SetLastError(dwErrCode: number): void {
  currentCell().set(dwErrCode >>> 0);
}
