// gethostbyname and gethostbyaddr: names of Winsock 1.1, which know IPv4 only by name.
import { AF_INET, AF_INET6, WSAEAFNOSUPPORT, WSAEFAULT, bytesOf, hostent, type Memory } from '../abi/index.js';
import type { LastErrorCell, Process } from '../win32/index.js';
import { blocking, started } from './define.js';
import { andThen, lookUpAddress, lookUpHost, type HostAddress } from './resolve.js';
import { threadStatic } from './thread-static.js';

const KEY = Symbol('hostent');

function hostOf(names: readonly string[], addresses: readonly HostAddress[]): hostent {
  const [name = null, ...aliases] = names;
  return new hostent({
    h_name: name,
    h_aliases: aliases,
    h_addrtype: addresses[0]?.family ?? AF_INET,
    h_length: addresses[0]?.bytes.length ?? 0,
    h_addr_list: addresses.map(({ bytes }) => bytes.slice()),
  });
}

/** What gethostbyname finds, or its error. */
export function findHostByName(process: Process, name: string): hostent | number | Promise<hostent | number> {
  return andThen(lookUpHost(process, name, [AF_INET]), (found) =>
    typeof found === 'number' ? found : hostOf([found.name, ...found.aliases], found.addresses.map(({ address }) => address)),
  );
}

/** What gethostbyaddr finds, or its error. */
export function findHostByAddress(
  process: Process,
  addr: Memory | null,
  len: number,
  type: number,
): hostent | number | Promise<hostent | number> {
  if (type !== AF_INET && type !== AF_INET6) return WSAEAFNOSUPPORT;
  const size = type === AF_INET ? 4 : 16;
  if (addr === null || len !== size || bytesOf(addr).length < size) return WSAEFAULT;
  const address = { family: type, bytes: bytesOf(addr).slice(0, size), scopeId: 0 };
  return andThen(lookUpAddress(process, address), (names) => (typeof names === 'number' ? names : hostOf(names, [address])));
}

function tell(cell: LastErrorCell, found: hostent | number): hostent | null {
  if (typeof found === 'number') return cell.fail(found, null);
  return Object.assign(threadStatic(cell.thread, KEY, () => new hostent()), found);
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
    andThen(findHostByName(cell.thread.process, name ?? ''), (found) => tell(cell, found)),
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
  started(null as Hostent, (cell, _process, addr: Memory | null, len: number, type: number): Hostent =>
    andThen(findHostByAddress(cell.thread.process, addr, len, type), (found) => tell(cell, found)),
  ),
);
