// WSAGetLastError and WSASetLastError: the last error of the calling thread, or of the call just awaited.
import { currentCell } from '../win32/index.js';

/**
 * Tells why the last call failed. After `await recv(...)` it is that call's error, however many calls are in flight.
 * Does not block, cannot fail, and works before WSAStartup.
 *
 * @returns the error, 0 after a call that succeeded
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetlasterror
 */
export const WSAGetLastError = (): number => currentCell().value;

/**
 * Sets the last error. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param iError - what WSAGetLastError will tell
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetlasterror
 */
export const WSASetLastError = (iError: number): void => {
  if (typeof (iError as unknown) !== 'number') throw new TypeError('WSASetLastError: iError must be a number');
  currentCell().set(iError);
};
