// gethostname: what this machine is called.
import { SOCKET_ERROR, WSAEFAULT, WSAENETDOWN } from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { resolverOf } from '../ws2_32/index.js';
import { immediate, started } from './define.js';
import { putText, type TextBuffer } from './text-buffer.js';

function hostName(cell: LastErrorCell, buffer: TextBuffer | null, length: number): number {
  if (buffer === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const resolver = resolverOf(cell.thread.process);
  if (resolver === null) return cell.fail(WSAENETDOWN, SOCKET_ERROR);
  return putText(resolver.hostName(), buffer, length) ? cell.fail(0, 0) : cell.fail(WSAEFAULT, SOCKET_ERROR);
}

/**
 * Tells this machine's name. Does not block.
 *
 * @param name - receives the name with its null, in UTF-8; untouched on failure
 * @param namelen - bytes that fit there; 256 is always enough
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null or too small), WSAENETDOWN (the process has no
 *   resolver)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-gethostname
 */
export const gethostname = immediate(
  'gethostname',
  started(SOCKET_ERROR, (cell, _process, name: Uint8Array | null, namelen: number): number =>
    hostName(cell, name, namelen),
  ),
);

/**
 * As gethostname, in UTF-16. Does not block.
 *
 * @param name - receives the name with its null, in UTF-16 units; untouched on failure
 * @param namelen - units that fit there; 256 is always enough
 * @returns 0 or SOCKET_ERROR. Errors: those of gethostname
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-gethostnamew
 */
export const GetHostNameW = immediate(
  'GetHostNameW',
  started(SOCKET_ERROR, (cell, _process, name: Uint16Array | null, namelen: number): number =>
    hostName(cell, name, namelen),
  ),
);
