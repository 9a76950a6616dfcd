// Setting IPv6 addresses and socket addresses. Questions about them are in ipv6.ts.

import { AF_INET6 } from '../constants/address-family.js';
import { IN6ADDR_LOOPBACK_INIT, IN6ADDR_SOLICITEDNODEMULTICASTPREFIX_INIT, IN6ADDR_V4MAPPEDPREFIX_INIT } from '../constants/address-initialiser.js';
import { type Memory, bytesOf } from '../memory.js';
import { type SCOPE_ID, sockaddr_in6 } from '../structs/sockaddr-in6.js';
import { IN4_IS_ADDR_6TO4ELIGIBLE, IN4_UNCANONICALIZE_SCOPE_ID } from './ipv4.js';
import { IN6_UNCANONICALIZE_SCOPE_ID } from './ipv6.js';

const ipv4 = (a4: Memory): Uint8Array => bytesOf(a4).subarray(0, 4);

/** Makes the address `::`. */
export function IN6_SET_ADDR_UNSPECIFIED(a: Memory): void {
  bytesOf(a).fill(0, 0, 16);
}

/** Makes the address `::1`. */
export function IN6_SET_ADDR_LOOPBACK(a: Memory): void {
  bytesOf(a).set(IN6ADDR_LOOPBACK_INIT);
}

/** Makes the address the IPv4-mapped form of `a4`. */
export function IN6_SET_ADDR_V4MAPPED(a6: Memory, a4: Memory): void {
  bytesOf(a6).set([...IN6ADDR_V4MAPPEDPREFIX_INIT.slice(0, 12), ...ipv4(a4)]);
}

/** Makes the address the IPv4-compatible form of `a4`. */
export function IN6_SET_ADDR_V4COMPAT(a6: Memory, a4: Memory): void {
  bytesOf(a6).fill(0, 0, 12).set(ipv4(a4), 12);
}

/** Makes `multicast` the solicited-node address of `unicast`. */
export function IN6_SET_ADDR_SOLICITEDNODE(multicast: Memory, unicast: Memory): void {
  bytesOf(multicast).set([...IN6ADDR_SOLICITEDNODEMULTICASTPREFIX_INIT.slice(0, 13), ...bytesOf(unicast).subarray(13, 16)]);
}

/** Makes the last 8 bytes the ISATAP interface identifier of an IPv4 address. */
export function IN6_SET_ISATAP_IDENTIFIER(address: Memory, a4: Memory): void {
  const globallyUnique = IN4_IS_ADDR_6TO4ELIGIBLE(a4) ? 0x02 : 0;
  bytesOf(address).set([globallyUnique, 0, 0x5e, 0xfe, ...ipv4(a4)], 8);
}

/** Makes the first 8 bytes the 6to4 prefix of an IPv4 address. */
export function IN6_SET_6TO4_PREFIX(address: Memory, a4: Memory): void {
  bytesOf(address).set([0x20, 0x02, ...ipv4(a4), 0, 0]);
}

function start(a: Memory, port: number): sockaddr_in6 {
  const address = new sockaddr_in6(a);
  address.bytes.fill(0);
  address.sin6_family = AF_INET6;
  address.sin6_port = port;
  return address;
}

/** Fills a socket address; the port is in network order. */
export function IN6ADDR_SETSOCKADDR(a: Memory, addr: Memory, scope: SCOPE_ID, port: number): void {
  // Read before the target is cleared: the address may lie inside it.
  const from = bytesOf(addr).slice(0, 16);
  const value = scope.Value;
  const address = start(a, port);
  address.sin6_addr = from;
  address.sin6_scope_id = value;
  IN6_UNCANONICALIZE_SCOPE_ID(from, address.sin6_scope_struct);
}

/** Fills a socket address with the IPv4-mapped form of `a4`; the port is in network order. */
export function IN6ADDR_SETV4MAPPED(a6: Memory, a4: Memory, scope: SCOPE_ID, port: number): void {
  const from = ipv4(a4).slice();
  const value = scope.Value;
  const address = start(a6, port);
  IN6_SET_ADDR_V4MAPPED(address.sin6_addr, from);
  address.sin6_scope_id = value;
  IN4_UNCANONICALIZE_SCOPE_ID(from, address.sin6_scope_struct);
}

/** Makes a socket address the wildcard with port 0. */
export function IN6ADDR_SETANY(a: Memory): void {
  start(a, 0);
}

/** Makes a socket address `::1` with port 0. */
export function IN6ADDR_SETLOOPBACK(a: Memory): void {
  IN6_SET_ADDR_LOOPBACK(start(a, 0).sin6_addr);
}
