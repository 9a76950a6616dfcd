// The macros for both IP families. A family other than AF_INET6 is taken for AF_INET, as the header's release builds do.
// INET_ macros take a family and an address; INETADDR_ macros take a socket address.

import { AF_INET6 } from '../constants/address-family.js';
import { type Memory, bytesOf } from '../memory.js';
import { sockaddr, sockaddr_in } from '../structs/sockaddr.js';
import { type SCOPE_ID, sockaddr_in6 } from '../structs/sockaddr-in6.js';
import * as v4 from './ipv4.js';
import * as v6set from './ipv6-set.js';
import * as v6 from './ipv6.js';

const isIpv6 = (a: Memory): boolean => new sockaddr(a).sa_family === AF_INET6;

/** Whether two addresses of a family are the same. */
export function INET_ADDR_EQUAL(af: number, a: Memory, b: Memory): boolean {
  return af === AF_INET6 ? v6.IN6_ADDR_EQUAL(a, b) : v4.IN4_ADDR_EQUAL(a, b);
}

/** Whether the address is the wildcard of its family. */
export function INET_IS_ADDR_UNSPECIFIED(af: number, a: Memory): boolean {
  return af === AF_INET6 ? v6.IN6_IS_ADDR_UNSPECIFIED(a) : v4.IN4_IS_ADDR_UNSPECIFIED(a);
}

export { INET_ADDR_EQUAL as INET_UNALIGNED_ADDR_EQUAL, INET_IS_ADDR_UNSPECIFIED as INET_IS_UNALIGNED_ADDR_UNSPECIFIED };

/** Whether the address is a loopback one. */
export function INET_IS_ADDR_LOOPBACK(af: number, a: Memory): boolean {
  return af === AF_INET6 ? v6.IN6_IS_ADDR_LOOPBACK(a) : v4.IN4_IS_ADDR_LOOPBACK(a);
}

/** Whether the address is the broadcast one; IPv6 has none. */
export function INET_IS_ADDR_BROADCAST(af: number, a: Memory): boolean {
  return af !== AF_INET6 && v4.IN4_IS_ADDR_BROADCAST(a);
}

/** Whether the address is a multicast one. */
export function INET_IS_ADDR_MULTICAST(af: number, a: Memory): boolean {
  return af === AF_INET6 ? v6.IN6_IS_ADDR_MULTICAST(a) : v4.IN4_IS_ADDR_MULTICAST(a);
}

/** The wildcard address of a family; fresh memory. */
export function INET_ADDR_UNSPECIFIED(af: number): Uint8Array {
  return new Uint8Array(INET_ADDR_LENGTH(af));
}

/** The bytes of an address of the family. */
export function INET_ADDR_LENGTH(af: number): number {
  return af === AF_INET6 ? 16 : 4;
}

/** The bytes of a socket address of the family. */
export function INET_SOCKADDR_LENGTH(af: number): number {
  return af === AF_INET6 ? sockaddr_in6.size : sockaddr_in.size;
}

/** Copies an address. */
export function INET_SET_ADDRESS(family: number, address: Memory, value: Memory): void {
  bytesOf(address).set(bytesOf(value).subarray(0, INET_ADDR_LENGTH(family)));
}

/** Takes out of a scope id what the address says anyway. */
export function INET_UNCANONICALIZE_SCOPE_ID(addressFamily: number, address: Memory, scopeId: SCOPE_ID): void {
  if (addressFamily === AF_INET6) v6.IN6_UNCANONICALIZE_SCOPE_ID(address, scopeId);
  else v4.IN4_UNCANONICALIZE_SCOPE_ID(address, scopeId);
}

/** Whether two addresses with their scopes are the same. */
export function NL_ADDR_EQUAL(af: number, sa: SCOPE_ID, aa: Memory, sb: SCOPE_ID, ab: Memory): boolean {
  return sa.Value === sb.Value && INET_ADDR_EQUAL(af, aa, ab);
}

/** Whether the address is the wildcard of no scope. */
export function NL_IS_ADDR_UNSPECIFIED(af: number, s: SCOPE_ID, a: Memory): boolean {
  return s.Value === 0 && INET_IS_ADDR_UNSPECIFIED(af, a);
}

/** Fills a socket address; the port is in network order. */
export function INETADDR_SETSOCKADDR(af: number, a: Memory, addr: Memory, scope: SCOPE_ID, port: number): void {
  if (af === AF_INET6) v6set.IN6ADDR_SETSOCKADDR(a, addr, scope, port);
  else v4.IN4ADDR_SETSOCKADDR(a, addr, port);
}

/** Makes a socket address the wildcard of its family with port 0. */
export function INETADDR_SETANY(a: Memory): void {
  if (isIpv6(a)) v6set.IN6ADDR_SETANY(a);
  else v4.IN4ADDR_SETANY(a);
}

/** Makes a socket address the loopback one of its family with port 0. */
export function INETADDR_SETLOOPBACK(a: Memory): void {
  if (isIpv6(a)) v6set.IN6ADDR_SETLOOPBACK(a);
  else v4.IN4ADDR_SETLOOPBACK(a);
}

/** Whether the socket address is a wildcard. */
export function INETADDR_ISANY(a: Memory): boolean {
  return isIpv6(a) ? v6.IN6ADDR_ISANY(a) : v4.IN4ADDR_ISANY(a);
}

/** Whether the socket address is a loopback one. */
export function INETADDR_ISLOOPBACK(a: Memory): boolean {
  return isIpv6(a) ? v6.IN6ADDR_ISLOOPBACK(a) : v4.IN4ADDR_ISLOOPBACK(a);
}

/** Whether the socket address is the wildcard of no scope. */
export function INETADDR_ISUNSPECIFIED(a: Memory): boolean {
  return isIpv6(a) ? v6.IN6ADDR_ISUNSPECIFIED(a) : v4.IN4ADDR_ISUNSPECIFIED(a);
}

/** Whether the socket address is an IPv4-mapped one. */
export function INETADDR_ISV4MAPPED(a: Memory): boolean {
  return isIpv6(a) && v6.IN6ADDR_ISV4MAPPED(a);
}

/** Whether two socket addresses have the same family, address and scope; ports are not compared. */
export function INETADDR_ISEQUAL(a: Memory, b: Memory): boolean {
  if (new sockaddr(a).sa_family !== new sockaddr(b).sa_family) return false;
  return isIpv6(a) ? v6.IN6ADDR_ISEQUAL(a, b) : v4.IN4ADDR_ISEQUAL(a, b);
}

/** The address inside a socket address; the same memory. */
export function INETADDR_ADDRESS(a: Memory): Uint8Array {
  return isIpv6(a) ? new sockaddr_in6(a).sin6_addr.bytes : new sockaddr_in(a).sin_addr.bytes;
}

/** Copies an address into a socket address. */
export function INETADDR_SET_ADDRESS(a: Memory, address: Memory): void {
  INETADDR_ADDRESS(a).set(bytesOf(address).subarray(0, isIpv6(a) ? 16 : 4));
}

/** The scope id of a socket address: for IPv6 the same memory, for IPv4 a fresh 0. */
export function INETADDR_SCOPE_ID(a: Memory): SCOPE_ID {
  return isIpv6(a) ? new sockaddr_in6(a).sin6_scope_struct : v4.IN4ADDR_SCOPE_ID(a);
}

/** The port of a socket address of either family, in network order. To set it, use INETADDR_SET_PORT. */
export function SS_PORT(ssp: Memory): number {
  return new sockaddr_in(ssp).sin_port;
}

/** The port of a socket address, in network order. */
export function INETADDR_PORT(a: Memory): number {
  return SS_PORT(a);
}

/** Sets the port of a socket address; network order. */
export function INETADDR_SET_PORT(a: Memory, port: number): void {
  new sockaddr_in(a).sin_port = port;
}
