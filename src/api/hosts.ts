// gethostbyname and gethostbyaddr: names of Winsock 1.1, which know IPv4 only by name.
import { AF_INET, AF_INET6, WSAEAFNOSUPPORT, WSAEFAULT, bytesOf, hostent, type Memory } from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { blocking, started } from './define.js';
import { andThen, lookUpAddress, lookUpHost, type HostAddress } from './resolve.js';
import { threadStatic } from './thread-static.js';

const KEY = Symbol('hostent');

function tell(cell: LastErrorCell, names: readonly string[], addresses: readonly HostAddress[]): hostent {
  const result = threadStatic(cell.thread, KEY, () => new hostent());
  const [name = null, ...aliases] = names;
  result.h_name = name;
  result.h_aliases = aliases;
  result.h_addrtype = addresses[0]?.family ?? AF_INET;
  result.h_length = addresses[0]?.bytes.length ?? 0;
  result.h_addr_list = addresses.map(({ bytes }) => bytes.slice());
  return result;
}

type Hostent = hostent | null | Promise<hostent | null>;

/**
 * Finds a host's IPv4 addresses. Blocks while somebody is asked; addresses and `localhost` are answered at once.
 *
 * @param name - the host's name or its IPv4 address; null or empty for this machine
 * @returns the thread's one hostent, which the next call on this thread overwrites; null on failure. Errors:
 *   WSANOTINITIALISED, WSAHOST_NOT_FOUND, WSANO_DATA (the name has no IPv4 address), WSATRY_AGAIN (no answer now),
 *   WSANO_RECOVERY (the resolver failed, or the process has none), WSAENETDOWN
 * @see https://learn.microsoft.com/windows/win32/api/wsipv6ok/nf-wsipv6ok-gethostbyname
 */
export const gethostbyname = blocking(
  'gethostbyname',
  started(null as Hostent, (cell, _process, name: string | null): Hostent =>
    andThen(lookUpHost(cell.thread.process, name ?? '', AF_INET), (found) =>
      found.error === 0 ? tell(cell, [found.name], found.addresses) : cell.fail(found.error, null),
    ),
  ),
);

/**
 * Finds the name of an address. Blocks while somebody is asked; the loopback address is answered at once, with this
 * machine's name.
 *
 * @param addr - 4 or 16 bytes in network order
 * @param len - 4 or 16
 * @param type - AF_INET or AF_INET6
 * @returns the thread's one hostent, which the next call on this thread overwrites; null on failure. Errors:
 *   WSANOTINITIALISED, WSAEAFNOSUPPORT (another family), WSAEFAULT (null, or a length that is not the family's),
 *   WSAHOST_NOT_FOUND, WSANO_DATA, WSATRY_AGAIN (no answer now), WSANO_RECOVERY (the resolver failed, or the process has
 *   none), WSAENETDOWN
 * @see https://learn.microsoft.com/windows/win32/api/wsipv6ok/nf-wsipv6ok-gethostbyaddr
 */
export const gethostbyaddr = blocking(
  'gethostbyaddr',
  started(null as Hostent, (cell, _process, addr: Memory | null, len: number, type: number): Hostent => {
    if (type !== AF_INET && type !== AF_INET6) return cell.fail(WSAEAFNOSUPPORT, null);
    const size = type === AF_INET ? 4 : 16;
    if (addr === null || len !== size || bytesOf(addr).length < size) return cell.fail(WSAEFAULT, null);
    const address = { family: type, bytes: bytesOf(addr).slice(0, size), scopeId: 0 };
    return andThen(lookUpAddress(cell.thread.process, address), (names) =>
      typeof names === 'number' ? cell.fail(names, null) : tell(cell, names, [address]),
    );
  }),
);
