// getprotobyname and getprotobynumber, from the process's name files.
import { WSAEFAULT, WSANO_DATA, protoent } from '../abi/index.js';
import { currentThread, nameFilesOf, type LastErrorCell, type ProtocolEntry } from '../win32/index.js';
import { blocking, started } from './define.js';
import { threadStatic } from './thread-static.js';

const KEY = Symbol('protoent');

/** The protocol of this name or alias, in any case. */
export function protocolNamed(name: string): ProtocolEntry | null {
  return nameFilesOf(currentThread().process).protocol(name);
}

/** The protocol with this number. */
export function protocolNumbered(number: number): ProtocolEntry | null {
  return nameFilesOf(currentThread().process).protocolNumbered(number);
}

/** A protocol as a protoent; WSANO_DATA for none. */
export function protocolEntry(found: ProtocolEntry | null): protoent | number {
  if (found === null) return WSANO_DATA;
  return new protoent({ p_name: found.name, p_aliases: [...found.aliases], p_proto: found.number });
}

function tell(cell: LastErrorCell, found: ProtocolEntry | null): protoent | null {
  const entry = protocolEntry(found);
  if (typeof entry === 'number') return cell.fail(entry, null);
  return Object.assign(threadStatic(cell.thread, KEY, () => new protoent()), entry);
}

/**
 * Finds a protocol's number. May block.
 *
 * @param name - the protocol's name or alias, in any case
 * @returns the thread's one protoent, which the next call on this thread overwrites; null on failure. Errors:
 *   WSANOTINITIALISED, WSAEFAULT (null), WSANO_DATA (no such protocol)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getprotobyname
 */
export const getprotobyname = blocking(
  'getprotobyname',
  started(null, (cell, _process, name: string | null): protoent | null =>
    name === null ? cell.fail(WSAEFAULT, null) : tell(cell, protocolNamed(name)),
  ),
);

/**
 * Finds a protocol's name. May block.
 *
 * @param number - the protocol's number, in host order
 * @returns the thread's one protoent, which the next call on this thread overwrites; null on failure. Errors:
 *   WSANOTINITIALISED, WSANO_DATA (no such protocol)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getprotobynumber
 */
export const getprotobynumber = blocking(
  'getprotobynumber',
  started(null, (cell, _process, number: number): protoent | null =>
    tell(cell, protocolNumbered(number)),
  ),
);
