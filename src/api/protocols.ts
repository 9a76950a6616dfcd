// getprotobyname and getprotobynumber, from the table in data/.
import { WSAEFAULT, WSANO_DATA, protoent } from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { PROTOCOLS, type ProtocolName } from './data/protocols.js';
import { blocking, started } from './define.js';
import { threadStatic } from './thread-static.js';

const KEY = Symbol('protoent');

function tell(cell: LastErrorCell, found: ProtocolName | undefined): protoent | null {
  if (found === undefined) return cell.fail(WSANO_DATA, null);
  const result = threadStatic(cell.thread, KEY, () => new protoent());
  result.p_name = found.name;
  result.p_aliases = [...found.aliases];
  result.p_proto = found.number;
  return result;
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
  started(null, (cell, _process, name: string | null): protoent | null => {
    if (name === null) return cell.fail(WSAEFAULT, null);
    const wanted = name.toLowerCase();
    const named = ({ name: own, aliases }: ProtocolName): boolean =>
      own.toLowerCase() === wanted || aliases.some((alias) => alias.toLowerCase() === wanted);
    return tell(cell, PROTOCOLS.find(named));
  }),
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
    tell(cell, PROTOCOLS.find((protocol) => protocol.number === number)),
  ),
);
