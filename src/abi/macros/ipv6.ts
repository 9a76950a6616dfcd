// Questions about IPv6 addresses. An address is 16 bytes in network order: an in6_addr or a buffer.
// Setting addresses is in ipv6-set.ts. Owns no text forms.

import {
  IN6ADDR_ALLNODESONLINK_INIT, IN6ADDR_ALLNODESONNODE_INIT, IN6ADDR_ALLROUTERSONLINK_INIT, IN6ADDR_LOOPBACK_INIT,
  IN6ADDR_SOLICITEDNODEMULTICASTPREFIX_INIT, IN6ADDR_TEREDOPREFIX_INIT, IN6ADDR_TEREDOPREFIX_INIT_OLD, IN6ADDR_V4MAPPEDPREFIX_INIT,
} from '../constants/address-initialiser.js';
import { ScopeLevelGlobal, ScopeLevelLink, ScopeLevelSite } from '../constants/address.js';
import { NlatInvalid, NlatMulticast, NlatUnicast, NlatUnspecified } from '../constants/win32.js';
import { type Memory, bytesOf } from '../memory.js';
import { type SCOPE_ID, sockaddr_in6 } from '../structs/sockaddr-in6.js';
import { Ipv4AddressType } from './ipv4.js';
import { uncanonicalize } from './scope.js';

const byteAt = (a: Memory, index: number): number => bytesOf(a)[index] ?? 0;

/** Whether the bytes from `start` on are `expected`. */
function has(a: Memory, start: number, ...expected: readonly number[]): boolean {
  const bytes = bytesOf(a);
  return expected.every((byte, i) => bytes[start + i] === byte);
}

/** Whether the bytes from `start` up to `end` are all zero. */
function zero(a: Memory, start: number, end: number): boolean {
  return bytesOf(a).subarray(start, end).every((byte) => byte === 0);
}

/** Whether two addresses are the same. */
export function IN6_ADDR_EQUAL(x: Memory, y: Memory): boolean {
  return has(x, 0, ...bytesOf(y).subarray(0, 16));
}

/** Whether the first `len` bits of two addresses are the same. */
export function IN6_PREFIX_EQUAL(a: Memory, b: Memory, len: number): boolean {
  const whole = len >>> 3;
  if (!has(a, 0, ...bytesOf(b).subarray(0, whole))) return false;
  const rest = len & 7;
  return rest === 0 || (byteAt(a, whole) ^ byteAt(b, whole)) >>> (8 - rest) === 0;
}

/** `::`. */
export function IN6_IS_ADDR_UNSPECIFIED(a: Memory): boolean {
  return zero(a, 0, 16);
}

/** `::1`. */
export function IN6_IS_ADDR_LOOPBACK(a: Memory): boolean {
  return has(a, 0, ...IN6ADDR_LOOPBACK_INIT);
}

/** `ff00::/8`. */
export function IN6_IS_ADDR_MULTICAST(a: Memory): boolean {
  return byteAt(a, 0) === 0xff;
}

/** Whether the address has an interface identifier in EUI-64 form: any but `::/3` and multicast. */
export function IN6_IS_ADDR_EUI64(a: Memory): boolean {
  return byteAt(a, 0) >>> 5 !== 0 && !IN6_IS_ADDR_MULTICAST(a);
}

/** Whether this is the anycast address of a subnet's routers: an interface identifier of zero. */
export function IN6_IS_ADDR_SUBNET_ROUTER_ANYCAST(a: Memory): boolean {
  return IN6_IS_ADDR_EUI64(a) && zero(a, 8, 16);
}

/** Whether this is one of the reserved anycast addresses of a subnet: interface identifier `fdff:ffff:ffff:ff80` and up. */
export function IN6_IS_ADDR_SUBNET_RESERVED_ANYCAST(a: Memory): boolean {
  return IN6_IS_ADDR_EUI64(a) && has(a, 8, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) && byteAt(a, 15) >>> 7 === 1;
}

/** Whether this is recognisably an anycast address. */
export function IN6_IS_ADDR_ANYCAST(a: Memory): boolean {
  return IN6_IS_ADDR_SUBNET_RESERVED_ANYCAST(a) || IN6_IS_ADDR_SUBNET_ROUTER_ANYCAST(a);
}

/** `fe80::/10`. */
export function IN6_IS_ADDR_LINKLOCAL(a: Memory): boolean {
  return byteAt(a, 0) === 0xfe && byteAt(a, 1) >>> 6 === 0b10;
}

/** `fec0::/10`. */
export function IN6_IS_ADDR_SITELOCAL(a: Memory): boolean {
  return byteAt(a, 0) === 0xfe && byteAt(a, 1) >>> 6 === 0b11;
}

/** Whether the first four bits are neither all zero nor all one. */
export function IN6_IS_ADDR_GLOBAL(a: Memory): boolean {
  const high = byteAt(a, 0) >>> 4;
  return high !== 0 && high !== 0xf;
}

/** `::ffff:0:0/96`. */
export function IN6_IS_ADDR_V4MAPPED(a: Memory): boolean {
  return has(a, 0, ...IN6ADDR_V4MAPPEDPREFIX_INIT.slice(0, 12));
}

/** `::/96` without `::` and `::1`. */
export function IN6_IS_ADDR_V4COMPAT(a: Memory): boolean {
  return zero(a, 0, 12) && !(zero(a, 12, 15) && byteAt(a, 15) <= 1);
}

/** `::ffff:0:0:0/96`. */
export function IN6_IS_ADDR_V4TRANSLATED(a: Memory): boolean {
  return zero(a, 0, 8) && has(a, 8, 0xff, 0xff, 0, 0);
}

function multicastScopeIs(a: Memory, scope: number): boolean {
  return IN6_IS_ADDR_MULTICAST(a) && (byteAt(a, 1) & 0xf) === scope;
}

/** Multicast within the node. */
export function IN6_IS_ADDR_MC_NODELOCAL(a: Memory): boolean {
  return multicastScopeIs(a, 1);
}

/** Multicast within the link. */
export function IN6_IS_ADDR_MC_LINKLOCAL(a: Memory): boolean {
  return multicastScopeIs(a, 2);
}

/** Multicast within the site. */
export function IN6_IS_ADDR_MC_SITELOCAL(a: Memory): boolean {
  return multicastScopeIs(a, 5);
}

/** Multicast within the organisation. */
export function IN6_IS_ADDR_MC_ORGLOCAL(a: Memory): boolean {
  return multicastScopeIs(a, 8);
}

/** Multicast everywhere. */
export function IN6_IS_ADDR_MC_GLOBAL(a: Memory): boolean {
  return multicastScopeIs(a, 0xe);
}

/** `ff01::1`. */
export function IN6_IS_ADDR_ALLNODESONNODE(a: Memory): boolean {
  return has(a, 0, ...IN6ADDR_ALLNODESONNODE_INIT);
}

/** `ff02::1`. */
export function IN6_IS_ADDR_ALLNODESONLINK(a: Memory): boolean {
  return has(a, 0, ...IN6ADDR_ALLNODESONLINK_INIT);
}

/** `ff02::2`. */
export function IN6_IS_ADDR_ALLROUTERSONLINK(a: Memory): boolean {
  return has(a, 0, ...IN6ADDR_ALLROUTERSONLINK_INIT);
}

/** `ff02::1:ff00:0/104`. */
export function IN6_IS_ADDR_SOLICITEDNODE(a: Memory): boolean {
  return has(a, 0, ...IN6ADDR_SOLICITEDNODEMULTICASTPREFIX_INIT.slice(0, 13));
}

/** Whether the interface identifier is an ISATAP one: `0:5efe` or `200:5efe` before an IPv4 address. */
export function IN6_IS_ADDR_ISATAP(a: Memory): boolean {
  return (byteAt(a, 8) & 0xfd) === 0 && has(a, 9, 0, 0x5e, 0xfe);
}

/** `2002::/16`. */
export function IN6_IS_ADDR_6TO4(a: Memory): boolean {
  return has(a, 0, 0x20, 0x02);
}

/** `2001::/32`, or the old `3ffe:831f::/32`. */
export function IN6_IS_ADDR_TEREDO(a: Memory): boolean {
  return has(a, 0, ...IN6ADDR_TEREDOPREFIX_INIT.slice(0, 4)) || has(a, 0, ...IN6ADDR_TEREDOPREFIX_INIT_OLD.slice(0, 4));
}

/** The IPv4 address in an IPv4-mapped one; the same memory. */
export function IN6_GET_ADDR_V4MAPPED(address: Memory): Uint8Array {
  return bytesOf(address).subarray(12, 16);
}

/** The IPv4 address in an IPv4-compatible one; the same memory. */
export function IN6_GET_ADDR_V4COMPAT(address: Memory): Uint8Array {
  return bytesOf(address).subarray(12, 16);
}

/** The IPv4 address in an ISATAP one; the same memory. */
export function IN6_EXTRACT_V4ADDR_FROM_ISATAP(address: Memory): Uint8Array {
  return bytesOf(address).subarray(12, 16);
}

/** The IPv4 address in a 6to4 one; the same memory. */
export function IN6_EXTRACT_V4ADDR_FROM_6TO4(address: Memory): Uint8Array {
  return bytesOf(address).subarray(2, 6);
}

/** The scope level of a unicast address. */
export function Ipv6UnicastAddressScope(address: Memory): number {
  if (IN6_IS_ADDR_LINKLOCAL(address) || IN6_IS_ADDR_LOOPBACK(address)) return ScopeLevelLink;
  return IN6_IS_ADDR_SITELOCAL(address) ? ScopeLevelSite : ScopeLevelGlobal;
}

/** The scope level that a multicast address carries. */
export function IN6_MULTICAST_SCOPE(address: Memory): number {
  return byteAt(address, 1) & 0xf;
}

/** The scope level of any address. */
export function Ipv6AddressScope(address: Memory): number {
  return IN6_IS_ADDR_MULTICAST(address) ? IN6_MULTICAST_SCOPE(address) : Ipv6UnicastAddressScope(address);
}

/** The kind of an address: Nlat... An embedded IPv4 address that is not unicast makes it invalid. */
export function Ipv6AddressType(address: Memory): number {
  if (IN6_IS_ADDR_MULTICAST(address)) return NlatMulticast;
  if (IN6_IS_ADDR_UNSPECIFIED(address)) return NlatUnspecified;
  const embedded = embeddedIpv4(address);
  return embedded === null || Ipv4AddressType(embedded) === NlatUnicast ? NlatUnicast : NlatInvalid;
}

function embeddedIpv4(a: Memory): Uint8Array | null {
  if (IN6_IS_ADDR_ISATAP(a) || IN6_IS_ADDR_V4COMPAT(a) || IN6_IS_ADDR_V4MAPPED(a) || IN6_IS_ADDR_V4TRANSLATED(a)) {
    return IN6_EXTRACT_V4ADDR_FROM_ISATAP(a);
  }
  return IN6_IS_ADDR_6TO4(a) ? IN6_EXTRACT_V4ADDR_FROM_6TO4(a) : null;
}

/** Takes out of a scope id what the address says anyway. */
export function IN6_UNCANONICALIZE_SCOPE_ID(address: Memory, scopeId: SCOPE_ID): void {
  uncanonicalize(Ipv6AddressScope(address), IN6_IS_ADDR_LOOPBACK(address), scopeId);
}

const addressOf = (a: Memory): Uint8Array => new sockaddr_in6(a).sin6_addr.bytes;

/** Whether the socket address is the wildcard. */
export function IN6ADDR_ISANY(a: Memory): boolean {
  return IN6_IS_ADDR_UNSPECIFIED(addressOf(a));
}

/** Whether the socket address is the loopback one. */
export function IN6ADDR_ISLOOPBACK(a: Memory): boolean {
  return IN6_IS_ADDR_LOOPBACK(addressOf(a));
}

/** Whether the socket address is the wildcard of no scope. */
export function IN6ADDR_ISUNSPECIFIED(a: Memory): boolean {
  return new sockaddr_in6(a).sin6_scope_id === 0 && IN6_IS_ADDR_UNSPECIFIED(addressOf(a));
}

/** Whether two socket addresses have the same address and scope; ports are not compared. */
export function IN6ADDR_ISEQUAL(a: Memory, b: Memory): boolean {
  return new sockaddr_in6(a).sin6_scope_id === new sockaddr_in6(b).sin6_scope_id && IN6_ADDR_EQUAL(addressOf(a), addressOf(b));
}

/** Whether the socket address is an IPv4-mapped one. */
export function IN6ADDR_ISV4MAPPED(a: Memory): boolean {
  return IN6_IS_ADDR_V4MAPPED(addressOf(a));
}

/** Whether the socket address is an ISATAP one. */
export function IN6ADDR_ISISATAP(a: Memory): boolean {
  return IN6_IS_ADDR_ISATAP(addressOf(a));
}

/** Whether the socket address is a 6to4 one. */
export function IN6ADDR_IS6TO4(a: Memory): boolean {
  return IN6_IS_ADDR_6TO4(addressOf(a));
}

/** Whether the socket address is a Teredo one. */
export function IN6ADDR_ISTEREDO(a: Memory): boolean {
  return IN6_IS_ADDR_TEREDO(addressOf(a));
}
