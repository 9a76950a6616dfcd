// A host and a service to the list of addresses that getaddrinfo gives and WSAConnectByName tries. Names are looked up by
// resolve.ts, services by services.ts.
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_ALL,
  AI_CANONNAME,
  AI_DISABLE_IDN_ENCODING,
  AI_FQDN,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_V4MAPPED,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSAEFAULT,
  WSAHOST_NOT_FOUND,
  WSATYPE_NOT_FOUND,
  type Ref,
  type addrinfo,
  type addrinfoW,
} from '../abi/index.js';
import { sockaddrBytes } from '../abi/address-text.js';
import type { LastErrorCell, Process } from '../win32/index.js';
import { hintsError } from './addrinfo-hints.js';
import { andThen, loopbacks, lookUpHost, numericHost, unspecified, type HostAddress, type Lookup } from './resolve.js';
import { serviceNamed } from './services.js';

/** An entry of such a list. */
export type Info = addrinfo | addrinfoW;

/** A socket type with the port that the service has there. */
interface Place {
  readonly type: number;
  readonly port: number;
}

/** The places of a service; or the error. A name is listed per protocol, and so decides the type where none is asked for. */
function placesOf(service: string | null, type: number, numeric: boolean): readonly Place[] | number {
  // The empty name is port 0, as Windows has it.
  if (service === '') return [{ type, port: 0 }];
  if (service === null) return numeric ? WSAHOST_NOT_FOUND : [{ type, port: 0 }];
  if (/^\d+$/.test(service)) return Number(service) > 0xffff ? WSATYPE_NOT_FOUND : [{ type, port: Number(service) }];
  if (numeric) return WSAHOST_NOT_FOUND;
  const places: Place[] = [];
  for (const [protocol, own] of [['tcp', SOCK_STREAM], ['udp', SOCK_DGRAM]] as const) {
    const found = type === 0 || type === own ? serviceNamed(service, protocol) : null;
    if (found !== null) places.push({ type: own, port: found.port });
  }
  return places.length === 0 ? WSATYPE_NOT_FOUND : places;
}

function mapped({ bytes }: HostAddress): HostAddress {
  const whole = new Uint8Array(16).fill(0xff, 10, 12);
  whole.set(bytes, 12);
  return { family: AF_INET6, bytes: whole, scopeId: 0 };
}

const succeeded = (name: string, addresses: readonly HostAddress[]): Lookup => ({ error: 0, name, addresses });

/** Addresses of the host in the family that is wanted, IPv4 ones mapped where AI_V4MAPPED asks for it. */
function addressesOf(process: Process, node: string | null, family: number, flags: number): Lookup | Promise<Lookup> {
  const refuse = (error: number): Lookup => ({ error, name: '', addresses: [] });
  if (node === null) {
    if ((flags & AI_NUMERICHOST) !== 0) return refuse(WSAHOST_NOT_FOUND);
    const all = (flags & AI_PASSIVE) === 0 ? loopbacks() : unspecified();
    return succeeded('', all.filter((address) => family === AF_UNSPEC || address.family === family));
  }
  if ((flags & AI_NUMERICHOST) !== 0 && numericHost(node) === null) return refuse(WSAHOST_NOT_FOUND);
  // Without its encoding as ASCII such a name is one that no DNS server has.
  if ((flags & AI_DISABLE_IDN_ENCODING) !== 0 && /[^\0-\x7f]/.test(node)) return refuse(WSAHOST_NOT_FOUND);
  if (family !== AF_INET6 || (flags & AI_V4MAPPED) === 0) return lookUpHost(process, node, family);
  return andThen(lookUpHost(process, node, AF_INET6), (six) => {
    if (six.error === 0 && (flags & AI_ALL) === 0) return six;
    return andThen(lookUpHost(process, node, AF_INET), (four) => {
      if (four.error !== 0) return six;
      return succeeded(four.name, [...six.addresses, ...four.addresses.map(mapped)]);
    });
  });
}

/** The list of entries, one for every address and place, the name on the first. */
function list<T extends Info>(Type: new () => T, found: Lookup, places: readonly Place[], hints: Hints): T | null {
  let first: T | null = null;
  const pairs = found.addresses.flatMap((address) => places.map((place) => ({ address, place })));
  for (const { address, place } of pairs.reverse()) {
    const entry = new Type();
    const bytes = sockaddrBytes(address.family, { ...address, port: place.port });
    entry.ai_family = address.family;
    entry.ai_socktype = place.type;
    entry.ai_protocol = hints.protocol;
    entry.ai_addr = bytes;
    entry.ai_addrlen = bytes.length;
    entry.ai_next = first;
    first = entry;
  }
  if (first !== null && (hints.flags & (AI_CANONNAME | AI_FQDN)) !== 0) first.ai_canonname = found.name;
  return first;
}

interface Hints {
  readonly flags: number;
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
}

const NO_HINTS: Hints = { flags: 0, family: AF_UNSPEC, type: 0, protocol: 0 };

function readHints(hints: Info | null): Hints {
  if (hints === null) return NO_HINTS;
  return { flags: hints.ai_flags, family: hints.ai_family, type: hints.ai_socktype, protocol: hints.ai_protocol };
}

/** 0 or the error, at once or later. */
export type Result = number | Promise<number>;

/** Finds them; the error goes to `cell` too. */
export function addressInfo<T extends Info>(
  Type: new () => T,
  cell: LastErrorCell,
  node: string | null,
  service: string | null,
  given: T | null,
  result: Ref<T | null> | null,
): Result {
  const fail = (error: number): number => cell.fail(error, error);
  if (result === null) return fail(WSAEFAULT);
  result.value = null;
  if (node === null && service === null) return fail(WSAHOST_NOT_FOUND);
  const error = given === null ? 0 : hintsError(given, node);
  if (error !== 0) return fail(error);
  const hints = readHints(given);
  const places = placesOf(service, hints.type, (hints.flags & AI_NUMERICSERV) !== 0);
  if (typeof places === 'number') return fail(places);
  return andThen(addressesOf(cell.thread.process, node, hints.family, hints.flags), (found) => {
    if (found.error !== 0) return fail(found.error);
    result.value = list(Type, found, places, hints);
    return fail(0);
  });
}
