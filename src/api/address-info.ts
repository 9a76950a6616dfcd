// A host and a service to the list of addresses that getaddrinfo and GetAddrInfoEx give and WSAConnectByName tries. Names are
// looked up by resolve.ts, services by services.ts.
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_ADDRCONFIG,
  AI_ALL,
  AI_BYPASS_DNS_CACHE,
  AI_CANONNAME,
  AI_DISABLE_IDN_ENCODING,
  AI_DNS_ONLY,
  AI_FILESERVER,
  AI_FQDN,
  AI_NON_AUTHORITATIVE,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_RETURN_PREFERRED_NAMES,
  AI_SECURE,
  AI_V4MAPPED,
  LUP_ADDRCONFIG,
  LUP_DISABLE_IDN_ENCODING,
  LUP_DNS_ONLY,
  LUP_FILESERVER,
  LUP_FLUSHCACHE,
  LUP_NON_AUTHORITATIVE,
  LUP_RETURN_PREFERRED_NAMES,
  LUP_SECURE,
  NS_ALL,
  NS_DNS,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSAEFAULT,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSASERVICE_NOT_FOUND,
  WSATYPE_NOT_FOUND,
  type Ref,
  type addrinfo,
  type addrinfoW,
} from '../abi/index.js';
import { sockaddrBytes } from '../abi/address-text.js';
import { mapped } from '../abi/address-order.js';
import type { LastErrorCell, Process } from '../win32/index.js';
import {
  ANYBODY,
  BOTH_FAMILIES,
  inOrder,
  ownAddresses,
  type FoundAddress,
  type FoundHost,
  type MaybePending,
  type Whom,
} from '../ws2_32/index.js';
import { hintsError } from './addrinfo-hints.js';
import { ntohs } from './byte-order.js';
import { isAsciiName } from './idn.js';
import { andThen, answerOf, isLocalhost, isThisMachine, loopbacks, lookUpHost, numericHost, unspecified, type HostLookup } from './resolve.js';
import { serviceNamed } from './services.js';

/** What the lists of all versions have in common. */
export interface Entry {
  ai_flags: number;
  ai_family: number;
  ai_socktype: number;
  ai_protocol: number;
  ai_addrlen: number;
  ai_addr: addrinfo['ai_addr'];
  ai_canonname: string | null;
  ai_next: unknown;
}

/** A socket type with the port that the service has there. */
interface Place {
  readonly type: number;
  readonly port: number;
}

const BOTH_TRANSPORTS = [['tcp', SOCK_STREAM], ['udp', SOCK_DGRAM]] as const;

/** The places of a service; or the error. A name is listed per protocol, and so decides the type where none is asked for. */
function placesOf(process: Process, service: string | null, type: number, numeric: boolean): MaybePending<readonly Place[] | number> {
  // The empty name is port 0, as Windows has it.
  if (service === '') return [{ type, port: 0 }];
  if (service === null) return numeric ? WSAHOST_NOT_FOUND : [{ type, port: 0 }];
  if (/^\d+$/.test(service)) return Number(service) > 0xffff ? WSATYPE_NOT_FOUND : [{ type, port: Number(service) }];
  if (numeric) return WSAHOST_NOT_FOUND;
  let places: MaybePending<readonly Place[]> = [];
  for (const [protocol, own] of BOTH_TRANSPORTS) {
    if (type !== 0 && type !== own) continue;
    places = andThen(places, (before) =>
      andThen(serviceNamed(process, service, protocol), (found) =>
        found === null ? before : [...before, { type: own, port: ntohs(found.s_port) }],
      ),
    );
  }
  return andThen(places, (all) => (all.length === 0 ? WSATYPE_NOT_FOUND : all));
}

/** What is asked for. */
export interface Hints {
  readonly flags: number;
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
}

const NO_HINTS: Hints = { flags: 0, family: AF_UNSPEC, type: 0, protocol: 0 };

/** The hints as values. */
export function readHints(hints: Entry | null): Hints {
  if (hints === null) return NO_HINTS;
  return { flags: hints.ai_flags, family: hints.ai_family, type: hints.ai_socktype, protocol: hints.ai_protocol };
}

/** What the flags say to providers. */
const PASSED_ON: readonly (readonly [flag: number, lookUp: number])[] = [
  [AI_DNS_ONLY, LUP_DNS_ONLY],
  [AI_BYPASS_DNS_CACHE, LUP_FLUSHCACHE],
  [AI_NON_AUTHORITATIVE, LUP_NON_AUTHORITATIVE],
  [AI_SECURE, LUP_SECURE],
  [AI_RETURN_PREFERRED_NAMES, LUP_RETURN_PREFERRED_NAMES],
  [AI_FILESERVER, LUP_FILESERVER],
  [AI_ADDRCONFIG, LUP_ADDRCONFIG],
  [AI_DISABLE_IDN_ENCODING, LUP_DISABLE_IDN_ENCODING],
];

function withFlags(whom: Whom, flags: number): Whom {
  const dnsOnly = (flags & AI_DNS_ONLY) !== 0 && whom.nameSpace === NS_ALL && whom.providerId === null;
  const passed = PASSED_ON.reduce((all, [flag, lookUp]) => ((flags & flag) === 0 ? all : all | lookUp), whom.flags);
  if (passed === whom.flags && !dnsOnly) return whom;
  return { ...whom, flags: passed, nameSpace: dnsOnly ? NS_DNS : whom.nameSpace };
}

/** With AI_ADDRCONFIG, of these families those that this machine has an address of that others reach it by. */
function configured(process: Process, families: readonly number[], flags: number): readonly number[] {
  if ((flags & AI_ADDRCONFIG) === 0) return families;
  const own = ownAddresses(process);
  return families.filter((family) => own.some((address) => address.family === family));
}

/** Addresses of a name; none is asked for of families that are not configured. */
function namesAddresses(process: Process, node: string, families: readonly number[], flags: number, whom: Whom): MaybePending<HostLookup> {
  const wanted = isLocalhost(node) ? families : configured(process, families, flags);
  return wanted.length === 0 ? WSANO_DATA : lookUpHost(process, node, wanted, whom);
}

/** Addresses of the host in the family that is wanted, with those of IPv4 beside them where AI_V4MAPPED asks for them. */
function addressesOf(process: Process, node: string | null, { family, flags }: Hints, whom: Whom): MaybePending<HostLookup> {
  const families = family === AF_UNSPEC ? BOTH_FAMILIES : [family];
  const numeric = node === null ? null : numericHost(process, node);
  if (node === null) {
    if ((flags & AI_NUMERICHOST) !== 0) return WSAHOST_NOT_FOUND;
    return answerOf('', (flags & AI_PASSIVE) === 0 ? loopbacks() : unspecified(), families);
  }
  const maps = family === AF_INET6 && (flags & AI_V4MAPPED) !== 0;
  if (numeric !== null) return answerOf(node, [numeric], maps ? BOTH_FAMILIES : families);
  if ((flags & AI_NUMERICHOST) !== 0) return WSAHOST_NOT_FOUND;
  // Without its encoding as ASCII such a name is one that no DNS server has.
  if ((flags & AI_DISABLE_IDN_ENCODING) !== 0 && !isAsciiName(node)) return WSAHOST_NOT_FOUND;
  if (!maps) return namesAddresses(process, node, families, flags, whom);
  return andThen(namesAddresses(process, node, [AF_INET6], flags, whom), (six) => {
    if (typeof six !== 'number' && (flags & AI_ALL) === 0) return six;
    return andThen(namesAddresses(process, node, [AF_INET], flags, whom), (four) => {
      if (typeof four === 'number') return six;
      return typeof six === 'number' ? four : { ...four, addresses: [...six.addresses, ...four.addresses] };
    });
  });
}

/** The addresses in the order in which they are to be tried. Those of this machine alone are in it already. */
function sorted(process: Process, found: readonly FoundAddress[]): readonly FoundAddress[] {
  if (found.length < 2 || found.every(({ address }) => isThisMachine(address))) return found;
  const byAddress = new Map(found.map((each) => [each.address, each]));
  return inOrder(process, [...byAddress.keys()]).flatMap((address) => byAddress.get(address) ?? []);
}

/** Completes an entry with what its version has beyond the common members. */
export type Complete<T> = (entry: T, from: FoundAddress) => void;

/** The list of entries, one for every address and place, the name on the first. */
function list<T extends Entry>(
  process: Process,
  make: () => T,
  host: FoundHost,
  places: readonly Place[],
  hints: Hints,
  complete: Complete<T> | null,
): T | null {
  let first: T | null = null;
  const pairs = sorted(process, host.addresses).flatMap((from) => places.map((place) => ({ from, place })));
  for (const { from, place } of pairs.reverse()) {
    const entry = make();
    const { family, bytes, scopeId } = from.address;
    // Who wants IPv6 and is given IPv4 has asked for it in its mapped form.
    const own = hints.family === AF_INET6 && family === AF_INET ? { family: AF_INET6, bytes: mapped(bytes) } : { family, bytes };
    const name = sockaddrBytes(own.family, { bytes: own.bytes, scopeId, port: place.port });
    entry.ai_family = own.family;
    entry.ai_socktype = place.type;
    entry.ai_protocol = hints.protocol;
    entry.ai_addr = name;
    entry.ai_addrlen = name.length;
    entry.ai_next = first;
    complete?.(entry, from);
    first = entry;
  }
  if (first !== null && (hints.flags & (AI_CANONNAME | AI_FQDN)) !== 0) first.ai_canonname = host.name;
  return first;
}

/** What to find, and whom to ask. */
export interface Finding<T> {
  readonly node: string | null;
  readonly service: string | null;
  readonly hints: Hints;
  readonly whom: Whom;
  readonly make: () => T;
  readonly complete: Complete<T> | null;
}

/** Finds addresses: the first entry of their list, or the error. */
export function findAddresses<T extends Entry>(process: Process, finding: Finding<T>): MaybePending<T | number> {
  const { node, service, hints, whom, make, complete } = finding;
  if (node === null && service === null) return WSAHOST_NOT_FOUND;
  const numeric = (hints.flags & AI_NUMERICSERV) !== 0;
  return andThen(placesOf(process, service, hints.type, numeric), (places) => {
    if (typeof places === 'number') return places;
    return andThen(addressesOf(process, node, hints, withFlags(whom, hints.flags)), (host) => {
      if (typeof host === 'number') return host;
      return list(process, make, host, places, hints, complete) ?? WSAHOST_NOT_FOUND;
    });
  });
}

/** 0 or the error, at once or later. */
export type Result = MaybePending<number>;

/** What getaddrinfo does, for both forms; the error goes to `cell` too. */
export function addressInfo<T extends addrinfo | addrinfoW>(
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
  const error = given === null ? 0 : hintsError(given, node, false);
  if (error !== 0) return fail(error);
  const finding = { node, service, hints: readHints(given), whom: ANYBODY, make: () => new Type(), complete: null };
  return andThen(findAddresses<T>(cell.thread.process, finding), (found) => {
    // Whoever asks here has named no name space, in which something could be missing.
    if (typeof found === 'number') return fail(found === WSASERVICE_NOT_FOUND ? WSAHOST_NOT_FOUND : found);
    result.value = found;
    return fail(0);
  });
}
