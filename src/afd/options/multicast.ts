// Multicast memberships and the outgoing interface: from the callers' structures and interface numbers to the driver's.
import {
  WSAEADDRINUSE,
  WSAEADDRNOTAVAIL,
  WSAEINVAL,
  WSAEOPNOTSUPP,
  formatIpv4,
  formatIpv6,
  parseIpv6,
} from '../../abi/index.js';
import type { Family, Membership } from '../../drivers/contract.js';
import { decodeAddress } from '../address.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';

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

/** What is to be done with a membership. */
export type MembershipVerb = 'join' | 'leave' | 'block' | 'unblock';

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

function same(a: Membership, b: Membership): boolean {
  return a.group === b.group && a.interface === b.interface && a.source === b.source;
}

/** Joins, leaves, ...; returns 0 or the error. */
export function changeMembership(endpoint: Endpoint, verb: MembershipVerb, wanted: Described): number {
  if (typeof wanted === 'number') return wanted;
  if (!(endpoint instanceof DatagramEndpoint)) return WSAEINVAL;
  const { options } = endpoint;
  if (verb === 'block' || verb === 'unblock') {
    const member = options.memberships.some((known) => same(known, { ...wanted, source: null }));
    // Drivers have no way to mute one source of a group.
    return member ? WSAEOPNOTSUPP : WSAEINVAL;
  }
  const known = options.memberships.find((membership) => same(membership, wanted));
  if (verb === 'join') {
    if (known !== undefined) return WSAEADDRINUSE;
    const error = endpoint.transport.join(wanted);
    if (error !== null) return endpoint.errorFrom(error);
    options.memberships = [...options.memberships, wanted];
    return 0;
  }
  if (known === undefined) return WSAEADDRNOTAVAIL;
  const error = endpoint.transport.leave(known);
  if (error !== null) return endpoint.errorFrom(error);
  options.memberships = options.memberships.filter((membership) => membership !== known);
  return 0;
}

/** Chooses the interface that multicast leaves by; null is one that is not there. Returns 0 or the error. */
export function chooseMulticastInterface(endpoint: Endpoint, family: Family, face: string | null): number {
  if (face === null) return WSAEADDRNOTAVAIL;
  // The IPv4 half of a dual-stack socket has no interface of its own to choose below.
  if (!(endpoint instanceof DatagramEndpoint) || endpoint.family !== family) return 0;
  const error = endpoint.transport.setMulticastInterface(face);
  return error === null ? 0 : endpoint.errorFrom(error);
}
