// getservbyname and getservbyport: services by the name spaces of the process, and by its name files behind them.
import { WSAEFAULT, WSANO_DATA, servent } from '../abi/index.js';
import { nameFilesOf, type LastErrorCell, type Process, type ServiceEntry } from '../win32/index.js';
import { findService, type MaybePending } from '../ws2_32/index.js';
import { htons, ntohs } from './byte-order.js';
import { blocking, started } from './define.js';
import { andThen } from './resolve.js';
import { threadStatic } from './thread-static.js';

const KEY = Symbol('servent');

function entryOf(found: ServiceEntry | null): servent | null {
  if (found === null) return null;
  const { name, aliases, port, protocol } = found;
  return new servent({ s_name: name, s_aliases: [...aliases], s_port: htons(port), s_proto: protocol });
}

/** What separates name and protocol in a question to a name space; no name and no protocol has it. */
const SEPARATOR = '/';

function ask(process: Process, service: string, protocol: string | null, local: () => ServiceEntry | null): MaybePending<servent | null> {
  if (service.includes(SEPARATOR) || protocol?.includes(SEPARATOR) === true) return null;
  const key = protocol === null ? service : `${service}${SEPARATOR}${protocol}`;
  return andThen(findService(process, key), (found) => found ?? entryOf(local()));
}

/** The first service of this name (in any case) or alias, of any protocol if null; or null. */
export function serviceNamed(process: Process, name: string, protocol: string | null): MaybePending<servent | null> {
  return ask(process, name, protocol, () => nameFilesOf(process).service(name, protocol));
}

/** The first service at this port (host order), of any protocol if null; or null. */
export function serviceAt(process: Process, port: number, protocol: string | null): MaybePending<servent | null> {
  return ask(process, String(port), protocol, () => nameFilesOf(process).serviceAt(port, protocol));
}

/** The service, or WSANO_DATA for none. */
export function serviceOrError(found: MaybePending<servent | null>): MaybePending<servent | number> {
  return andThen(found, (service) => service ?? WSANO_DATA);
}

function tell(cell: LastErrorCell, found: MaybePending<servent | null>): MaybePending<servent | null> {
  return andThen(found, (service) => {
    if (service === null) return cell.fail(WSANO_DATA, null);
    return Object.assign(threadStatic(cell.thread, KEY, () => new servent()), service);
  });
}

/**
 * Finds a service's port. May block; the name spaces that list services answer at once.
 *
 * @param name - the service's name or alias, in any case
 * @param proto - the protocol's name, in any case; null for the first that the service is listed with
 * @returns the thread's one servent (`s_port` in network order), which the next call on this thread overwrites; null on
 *   failure. Errors: WSANOTINITIALISED, WSAEFAULT (null name), WSANO_DATA (no such service with that protocol)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getservbyname
 */
export const getservbyname = blocking(
  'getservbyname',
  started(null as MaybePending<servent | null>, (cell, { kernel }, name: string | null, proto: string | null) =>
    name === null ? cell.fail(WSAEFAULT, null) : tell(cell, serviceNamed(kernel, name, proto)),
  ),
);

/**
 * Finds the service at a port. May block; the name spaces that list services answer at once.
 *
 * @param port - in network order
 * @param proto - the protocol's name, in any case; null for the first that is listed at the port
 * @returns the thread's one servent (`s_port` in network order), which the next call on this thread overwrites; null on
 *   failure. Errors: WSANOTINITIALISED, WSANO_DATA (no service is listed there)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getservbyport
 */
export const getservbyport = blocking(
  'getservbyport',
  started(null as MaybePending<servent | null>, (cell, { kernel }, port: number, proto: string | null) =>
    tell(cell, serviceAt(kernel, ntohs(port), proto)),
  ),
);
