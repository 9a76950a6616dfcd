// Multicast memberships and the outgoing interface: from the callers' structures and interface numbers to the driver's.
// What a verb makes of a membership is in source-filter.ts.
import {
  WSAEADDRNOTAVAIL,
  WSAEINVAL,
  formatIpv4,
  formatIpv6,
  parseIpv6,
} from '../../abi/index.js';
import type { DatagramTransport, DriverError, Family, Membership, SourceFilter } from '../../drivers/contract.js';
import { decodeAddress } from '../address.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { isMember, nextFilter, outside, type MembershipVerb } from './source-filter.js';

/** sizeof(SOCKADDR_STORAGE), and where GROUP_REQ and GROUP_SOURCE_REQ have theirs. */
const STORAGE_SIZE = 128;
const GROUP_AT = 8;
const SOURCE_AT = GROUP_AT + STORAGE_SIZE;

/** sizeof of the callers' structures. */
export const IP_MREQ_SIZE = 8;
export const IP_MREQ_SOURCE_SIZE = 12;
export const IPV6_MREQ_SIZE = 20;
export const GROUP_REQ_SIZE = SOURCE_AT;
export const GROUP_SOURCE_REQ_SIZE = SOURCE_AT + STORAGE_SIZE;

/** A membership as a caller describes it, or the error in the description. */
type Described = Membership | number;

/** Whether these are the bytes of a multicast address. */
export function isGroup(family: Family, address: string): boolean {
  if (family === 'ipv6') return parseIpv6(address)?.[0] === 0xff;
  const first = Number(address.split('.')[0]);
  return first >= 224 && first <= 239;
}

/** The driver's name of the interface with this number: IPv4 wants one of its addresses, IPv6 the number. */
export function interfaceByIndex(endpoint: Endpoint, family: Family, index: number): string | null {
  if (index === 0) return '';
  const found = endpoint.afd.driver.interfaces().find((face) => face.index === index && face.family === family);
  if (found === undefined) return null;
  return family === 'ipv4' ? found.address : String(index);
}

/** The same from four bytes: an interface's address, or its number as 0.x.x.x; all zero is the default. */
export function interfaceByAddress(endpoint: Endpoint, bytes: Uint8Array, offset: number): string | null {
  const text = formatIpv4(bytes, offset);
  if (bytes[offset] === 0) {
    const index = new DataView(bytes.buffer, bytes.byteOffset + offset, 4).getUint32(0, false);
    return interfaceByIndex(endpoint, 'ipv4', index);
  }
  return endpoint.afd.driver.interfaces().some((face) => face.address === text) ? text : null;
}

function described(family: Family, group: string, face: string | null, source: string | null): Described {
  if (!isGroup(family, group)) return WSAEINVAL;
  return face === null ? WSAEADDRNOTAVAIL : { group, interface: face, source };
}

/** From an IP_MREQ. */
export function fromMreq(endpoint: Endpoint, value: Uint8Array): Described {
  return described('ipv4', formatIpv4(value, 0), interfaceByAddress(endpoint, value, 4), null);
}

/** From an IP_MREQ_SOURCE, which has the source in the middle. */
export function fromMreqSource(endpoint: Endpoint, value: Uint8Array): Described {
  return described('ipv4', formatIpv4(value, 0), interfaceByAddress(endpoint, value, 8), formatIpv4(value, 4));
}

function uint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(offset, true);
}

/** From an IPV6_MREQ. */
export function fromIpv6Mreq(endpoint: Endpoint, value: Uint8Array): Described {
  return described('ipv6', formatIpv6(value, 0), interfaceByIndex(endpoint, 'ipv6', uint32(value, 16)), null);
}

/** From a GROUP_REQ or, with `hasSource`, a GROUP_SOURCE_REQ. */
export function fromGroupReq(endpoint: Endpoint, family: Family, value: Uint8Array, hasSource: boolean): Described {
  const group = decodeAddress(family, value.subarray(GROUP_AT, SOURCE_AT), STORAGE_SIZE);
  if (group.address === null) return WSAEINVAL;
  const face = interfaceByIndex(endpoint, family, uint32(value, 0));
  if (!hasSource) return described(family, group.address.address, face, null);
  const source = decodeAddress(family, value.subarray(SOURCE_AT), STORAGE_SIZE);
  if (source.address === null) return WSAEINVAL;
  return described(family, group.address.address, face, source.address.address);
}

/** The filter that a socket has on a group and an interface; of one that it is not in, the empty one. */
export function filterOf({ options }: Endpoint, place: Pick<Membership, 'group' | 'interface'>): SourceFilter {
  const found = options.sourceFilters.find((known) => known.group === place.group && known.interface === place.interface);
  return found ?? outside(place);
}

/** Joins, leaves, ...; returns 0 or the error. */
export function changeMembership(endpoint: Endpoint, verb: MembershipVerb, wanted: Described): number {
  if (typeof wanted === 'number') return wanted;
  const next = nextFilter(filterOf(endpoint, wanted), verb, wanted.source);
  return typeof next === 'number' ? next : applyFilter(endpoint, next);
}

/** Gives a group on an interface another filter; returns 0 or the error. */
export function applyFilter(endpoint: Endpoint, next: SourceFilter): number {
  if (!(endpoint instanceof DatagramEndpoint)) return WSAEINVAL;
  const { options, transport } = endpoint;
  const before = filterOf(endpoint, next);
  const whole = endpoint.afd.driver.capabilities.sourceFilters;
  const error = whole ? transport.setSourceFilter(next) : moveByMemberships(transport, before, next);
  if (error !== null) return endpoint.errorFrom(error);
  const others = options.sourceFilters.filter((known) => known.group !== next.group || known.interface !== next.interface);
  options.sourceFilters = isMember(next) ? [...others, next] : others;
  return 0;
}

/** Every membership that a filter is made of, for drivers that know memberships only; null where it mutes a source. */
function membershipsOf({ group, interface: face, mode, sources }: SourceFilter): readonly Membership[] | null {
  if (mode === 'include') return sources.map((source) => ({ group, interface: face, source }));
  return sources.length === 0 ? [{ group, interface: face, source: null }] : null;
}

/** Goes from one filter to another by joining and leaving. No such driver has a way to mute one source of a group. */
function moveByMemberships(transport: DatagramTransport, before: SourceFilter, next: SourceFilter): DriverError | null {
  const [old, wanted] = [membershipsOf(before), membershipsOf(next)];
  if (old === null || wanted === null) return 'ENOTSUP';
  const without = (list: readonly Membership[], other: readonly Membership[]): readonly Membership[] =>
    list.filter(({ source }) => !other.some((each) => each.source === source));
  for (const membership of without(old, wanted)) {
    const error = transport.leave(membership);
    if (error !== null) return error;
  }
  for (const membership of without(wanted, old)) {
    const error = transport.join(membership);
    if (error !== null) return error;
  }
  return null;
}

/** Chooses the interface that multicast leaves by; null is one that is not there. Returns 0 or the error. */
export function chooseMulticastInterface(endpoint: Endpoint, family: Family, face: string | null): number {
  if (face === null) return WSAEADDRNOTAVAIL;
  // The IPv4 half of a dual-stack socket has no interface of its own to choose below.
  if (!(endpoint instanceof DatagramEndpoint) || endpoint.family !== family) return 0;
  const error = endpoint.transport.setMulticastInterface(face);
  return error === null ? 0 : endpoint.errorFrom(error);
}
