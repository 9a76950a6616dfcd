// WSACleanup, and WSAStartup without what the composition root puts under a process: see winsock.ts.
import { SOCKET_ERROR, WSANOTINITIALISED, type WSADATA } from '../abi/index.js';
import type { Process } from '../win32/index.js';
import { WinsockProcess, cleanup, startup } from '../ws2_32/index.js';
import { blocking } from './define.js';

/** WSAStartup for processes that `prepare` has put an environment under. */
export function startupWith(
  prepare: (process: Process) => void,
): (wVersionRequested: number, lpWSAData: WSADATA | null) => Promise<number> {
  return blocking('WSAStartup', (cell, wVersionRequested: number, lpWSAData: WSADATA | null) => {
    const { process } = cell.thread;
    prepare(process);
    return startup(WinsockProcess.of(process), wVersionRequested, lpWSAData);
  });
}

/**
 * Undoes one WSAStartup. The last one closes every socket that is open and ends the providers; a close that
 * lingers goes on in the background, for nobody could be told how it ended.
 *
 * @returns 0, or SOCKET_ERROR with WSANOTINITIALISED (no WSAStartup to undo)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacleanup
 */
export const WSACleanup = blocking('WSACleanup', (cell) => {
  const process = WinsockProcess.of(cell.thread.process);
  if (!process.started) return cell.fail(WSANOTINITIALISED, SOCKET_ERROR);
  cleanup(process);
  return cell.fail(0, 0);
});
