// getservbyname and getservbyport, from the process's name files.
import { WSAEFAULT, WSANO_DATA, servent } from '../abi/index.js';
import { currentThread, nameFilesOf, type LastErrorCell, type ServiceEntry } from '../win32/index.js';
import { htons, ntohs } from './byte-order.js';
import { blocking, started } from './define.js';
import { threadStatic } from './thread-static.js';

const KEY = Symbol('servent');

/** The first service of this name (in any case) or alias, of any protocol if null. */
export function serviceNamed(name: string, protocol: string | null): ServiceEntry | null {
  return nameFilesOf(currentThread().process).service(name, protocol);
}

/** The first service at this port (host order), of any protocol if null. */
export function serviceAt(port: number, protocol: string | null): ServiceEntry | null {
  return nameFilesOf(currentThread().process).serviceAt(port, protocol);
}

/** A service as a servent; WSANO_DATA for none. */
export function serviceEntry(found: ServiceEntry | null): servent | number {
  if (found === null) return WSANO_DATA;
  const { name, aliases, port, protocol } = found;
  return new servent({ s_name: name, s_aliases: [...aliases], s_port: htons(port), s_proto: protocol });
}

function tell(cell: LastErrorCell, found: ServiceEntry | null): servent | null {
  const entry = serviceEntry(found);
  if (typeof entry === 'number') return cell.fail(entry, null);
  return Object.assign(threadStatic(cell.thread, KEY, () => new servent()), entry);
}

/**
 * Finds a service's port. May block.
 *
 * @param name - the service's name or alias, in any case
 * @param proto - the protocol's name, in any case; null for the first that the service is listed with
 * @returns the thread's one servent (`s_port` in network order), which the next call on this thread overwrites; null on
 *   failure. Errors: WSANOTINITIALISED, WSAEFAULT (null name), WSANO_DATA (no such service with that protocol)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getservbyname
 */
export const getservbyname = blocking(
  'getservbyname',
  started(null, (cell, _process, name: string | null, proto: string | null): servent | null =>
    name === null ? cell.fail(WSAEFAULT, null) : tell(cell, serviceNamed(name, proto)),
  ),
);

/**
 * Finds the service at a port. May block.
 *
 * @param port - in network order
 * @param proto - the protocol's name, in any case; null for the first that is listed at the port
 * @returns the thread's one servent (`s_port` in network order), which the next call on this thread overwrites; null on
 *   failure. Errors: WSANOTINITIALISED, WSANO_DATA (no service is listed there)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getservbyport
 */
export const getservbyport = blocking(
  'getservbyport',
  started(null, (cell, _process, port: number, proto: string | null): servent | null =>
    tell(cell, serviceAt(ntohs(port), proto)),
  ),
);
