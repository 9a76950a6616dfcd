// getnameinfo: an address and a port to a host's and a service's name.
import {
  AF_INET,
  AF_INET6,
  NI_DGRAM,
  NI_NAMEREQD,
  NI_NOFQDN,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  WSAEAFNOSUPPORT,
  WSAEFAULT,
  WSAEINVAL,
  WSAHOST_NOT_FOUND,
  WSANOTINITIALISED,
  bytesOf,
  sockaddr_in6,
  type Memory,
} from '../abi/index.js';
import { formatIpv4Endpoint, formatIpv6Endpoint, sockaddrSize } from '../abi/address-text.js';
import type { LastErrorCell, Process } from '../win32/index.js';
import { resolverOf } from '../ws2_32/resolver.js';
import { blocking, started } from './define.js';
import { andThen, lookUpAddress, type HostAddress } from './resolve.js';
import { serviceAt } from './services.js';
import { putText, textUnits, type TextBuffer } from './text-buffer.js';

const KNOWN_FLAGS = NI_NOFQDN | NI_NUMERICHOST | NI_NAMEREQD | NI_NUMERICSERV | NI_DGRAM;

/** Where one of the two texts is to go. */
interface Target {
  readonly buffer: TextBuffer | null;
  readonly room: number;
}

interface Endpoint extends HostAddress {
  readonly port: number;
}

/** Reads the caller's sockaddr; or the error. */
function readSockaddr(memory: Memory | null, length: number): Endpoint | number {
  if (memory === null) return WSAEFAULT;
  const bytes = bytesOf(memory);
  if (length < 2 || bytes.length < 2) return WSAEFAULT;
  const family = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  const size = sockaddrSize(family);
  if (size === 0) return WSAEAFNOSUPPORT;
  if (length < size || bytes.length < size) return WSAEFAULT;
  const port = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  if (family === AF_INET) return { family, bytes: bytes.slice(4, 8), scopeId: 0, port };
  return { family, bytes: bytes.slice(8, 24), scopeId: new sockaddr_in6(bytes).sin6_scope_id, port };
}

function numericHostText({ family, bytes, scopeId }: HostAddress): string {
  return family === AF_INET6 ? formatIpv6Endpoint(bytes, 0, scopeId, 0) : formatIpv4Endpoint(bytes, 0, 0);
}

/** With NI_NOFQDN a host of this machine's own domain goes by its first label. */
function withoutOwnDomain(process: Process, name: string): string {
  const own = resolverOf(process)?.hostName().toLowerCase() ?? '';
  const [label = ''] = own.split('.', 1);
  const domain = own.slice(label.length);
  const local = (domain !== '' && name.toLowerCase().endsWith(domain)) || name.toLowerCase().split('.', 1)[0] === label;
  return local ? (name.split('.', 1)[0] ?? name) : name;
}

function hostText(process: Process, address: Endpoint, flags: number): string | number | Promise<string | number> {
  if ((flags & NI_NUMERICHOST) !== 0) return numericHostText(address);
  return andThen(lookUpAddress(process, address), (names) => {
    if (typeof names !== 'number') {
      const name = names[0] ?? '';
      return (flags & NI_NOFQDN) === 0 ? name : withoutOwnDomain(process, name);
    }
    return (flags & NI_NAMEREQD) === 0 ? numericHostText(address) : names;
  });
}

function serviceText(process: Process, port: number, flags: number): string | Promise<string> {
  if ((flags & NI_NUMERICSERV) !== 0) return String(port);
  return andThen(serviceAt(process, port, (flags & NI_DGRAM) === 0 ? 'tcp' : 'udp'), (found) => found?.s_name ?? String(port));
}

/** Writes both texts or none. */
function putBoth(texts: readonly [Target, string][]): number {
  const fits = ([{ buffer, room }, text]: [Target, string]): boolean =>
    buffer === null || textUnits(text, buffer instanceof Uint16Array).length <= Math.min(room, buffer.length);
  if (!texts.every(fits)) return WSAEFAULT;
  for (const [{ buffer, room }, text] of texts) if (buffer !== null) putText(text, buffer, room);
  return 0;
}

type Result = number | Promise<number>;

/** Both functions: A writes bytes, W writes UTF-16 units. */
function nameInfo<B extends TextBuffer>(
  cell: LastErrorCell,
  _process: unknown,
  pSockaddr: Memory | null,
  SockaddrLength: number,
  pNodeBuffer: B | null,
  NodeBufferSize: number,
  pServiceBuffer: B | null,
  ServiceBufferSize: number,
  Flags: number,
): Result {
  const host = { buffer: pNodeBuffer, room: NodeBufferSize };
  const service = { buffer: pServiceBuffer, room: ServiceBufferSize };
  const address = readSockaddr(pSockaddr, SockaddrLength);
  if (typeof address === 'number') return cell.fail(address, address);
  if ((Flags & ~KNOWN_FLAGS) !== 0) return cell.fail(WSAEINVAL, WSAEINVAL);
  if (host.buffer === null && service.buffer === null) return cell.fail(WSAHOST_NOT_FOUND, WSAHOST_NOT_FOUND);
  if ((host.buffer !== null && host.room <= 0) || (service.buffer !== null && service.room <= 0)) {
    return cell.fail(WSAEINVAL, WSAEINVAL);
  }
  const { process } = cell.thread;
  return andThen(host.buffer === null ? '' : hostText(process, address, Flags), (text) => {
    if (typeof text === 'number') return cell.fail(text, text);
    return andThen(service.buffer === null ? '' : serviceText(process, address.port, Flags), (name) => {
      const error = putBoth([[host, text], [service, name]]);
      return cell.fail(error, error);
    });
  });
}

/**
 * Finds the names of an address and of a port. Blocks while somebody is asked for the host; numeric forms are made at
 * once.
 *
 * @param pSockaddr - the sockaddr
 * @param SockaddrLength - its length in bytes
 * @param pNodeBuffer - receives the host's name with its null, in UTF-8; null for no interest
 * @param NodeBufferSize - bytes that fit there; NI_MAXHOST is always enough
 * @param pServiceBuffer - receives the service's name with its null, in UTF-8; null for no interest
 * @param ServiceBufferSize - bytes that fit there; NI_MAXSERV is always enough
 * @param Flags - NI_NUMERICHOST and NI_NUMERICSERV for numbers, NI_NAMEREQD for no number in a name's place, NI_NOFQDN for
 *   this domain's hosts without it, NI_DGRAM for UDP services
 * @returns 0, or the error itself, which is the last error too: WSANOTINITIALISED, WSAEFAULT (null or short sockaddr, or a
 *   buffer too small; neither is then touched), WSAEAFNOSUPPORT (neither IPv4 nor IPv6), WSAEINVAL (unknown flags, or a
 *   buffer without room), WSAHOST_NOT_FOUND (no buffer given, or NI_NAMEREQD and no name), WSANO_DATA, WSATRY_AGAIN,
 *   WSANO_RECOVERY (with NI_NAMEREQD, as the resolver failed)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getnameinfo
 */
export const getnameinfo = blocking('getnameinfo', started(WSANOTINITIALISED as Result, nameInfo<Uint8Array>));

export { getnameinfo as GetNameInfo, getnameinfo as GetNameInfoA };

/**
 * As getnameinfo, in UTF-16. Blocks likewise.
 *
 * @param pSockaddr - the sockaddr
 * @param SockaddrLength - its length in bytes
 * @param pNodeBuffer - receives the host's name with its null, in UTF-16 units; null for no interest
 * @param NodeBufferSize - units that fit there; NI_MAXHOST is always enough
 * @param pServiceBuffer - receives the service's name with its null, in UTF-16 units; null for no interest
 * @param ServiceBufferSize - units that fit there; NI_MAXSERV is always enough
 * @param Flags - as for getnameinfo
 * @returns 0, or the error itself, which is the last error too; those of getnameinfo
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getnameinfow
 */
export const GetNameInfoW = blocking('GetNameInfoW', started(WSANOTINITIALISED as Result, nameInfo<Uint16Array>));
