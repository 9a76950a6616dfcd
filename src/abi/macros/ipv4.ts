// Questions about IPv4 addresses, and setting them. An address is 4 bytes in network order: an in_addr or a buffer.
// Owns no text forms.

import { AF_INET } from '../constants/address-family.js';
import { ScopeLevelAdmin, ScopeLevelGlobal, ScopeLevelLink, ScopeLevelSite } from '../constants/address.js';
import { NlatBroadcast, NlatInvalid, NlatMulticast, NlatUnicast, NlatUnspecified } from '../constants/win32.js';
import { type Memory, bytesOf } from '../memory.js';
import { sockaddr_in } from '../structs/sockaddr.js';
import { SCOPE_ID } from '../structs/sockaddr-in6.js';
import { uncanonicalize } from './scope.js';

const byteAt = (a: Memory, index: number): number => bytesOf(a)[index] ?? 0;

/** Whether an address, as a number in host order, is of class A. */
export function IN_CLASSA(i: number): boolean {
  return i >>> 31 === 0;
}

/** Whether an address, as a number in host order, is of class B. */
export function IN_CLASSB(i: number): boolean {
  return i >>> 30 === 0b10;
}

/** Whether an address, as a number in host order, is of class C. */
export function IN_CLASSC(i: number): boolean {
  return i >>> 29 === 0b110;
}

/** Whether an address, as a number in host order, is of class D. */
export function IN_CLASSD(i: number): boolean {
  return i >>> 28 === 0b1110;
}

/** Whether an address, as a number in host order, is a multicast one. */
export function IN_MULTICAST(i: number): boolean {
  return IN_CLASSD(i);
}

/** Whether two addresses are the same. */
export function IN4_ADDR_EQUAL(a: Memory, b: Memory): boolean {
  return [0, 1, 2, 3].every((i) => byteAt(a, i) === byteAt(b, i));
}

/** 0.0.0.0. */
export function IN4_IS_ADDR_UNSPECIFIED(a: Memory): boolean {
  return [0, 1, 2, 3].every((i) => byteAt(a, i) === 0);
}

/** 127.0.0.0/8. */
export function IN4_IS_ADDR_LOOPBACK(a: Memory): boolean {
  return byteAt(a, 0) === 127;
}

/** 255.255.255.255. */
export function IN4_IS_ADDR_BROADCAST(a: Memory): boolean {
  return [0, 1, 2, 3].every((i) => byteAt(a, i) === 255);
}

/** 224.0.0.0/4. */
export function IN4_IS_ADDR_MULTICAST(a: Memory): boolean {
  return byteAt(a, 0) >>> 4 === 0xe;
}

/** 169.254.0.0/16. */
export function IN4_IS_ADDR_LINKLOCAL(a: Memory): boolean {
  return byteAt(a, 0) === 169 && byteAt(a, 1) === 254;
}

/** Never: private addresses count as global in Windows. */
export function IN4_IS_ADDR_SITELOCAL(_a: Memory): boolean {
  return false;
}

/** 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16. */
export function IN4_IS_ADDR_RFC1918(a: Memory): boolean {
  const first = byteAt(a, 0);
  const second = byteAt(a, 1);
  return first === 10 || (first === 172 && second >>> 4 === 1) || (first === 192 && second === 168);
}

/** 224.0.0.0/24. */
export function IN4_IS_ADDR_MC_LINKLOCAL(a: Memory): boolean {
  return byteAt(a, 0) === 224 && byteAt(a, 1) === 0 && byteAt(a, 2) === 0;
}

/** 239.255.0.0/16. */
export function IN4_IS_ADDR_MC_ADMINLOCAL(a: Memory): boolean {
  return byteAt(a, 0) === 239 && byteAt(a, 1) === 255;
}

/** 239.0.0.0/8 without 239.255.0.0/16. */
export function IN4_IS_ADDR_MC_SITELOCAL(a: Memory): boolean {
  return byteAt(a, 0) === 239 && !IN4_IS_ADDR_MC_ADMINLOCAL(a);
}

/** Whether a 6to4 prefix may be made from the address: a global unicast one. */
export function IN4_IS_ADDR_6TO4ELIGIBLE(a: Memory): boolean {
  if (Ipv4AddressType(a) !== NlatUnicast) return false;
  return !(IN4_IS_ADDR_LOOPBACK(a) || IN4_IS_ADDR_LINKLOCAL(a) || IN4_IS_ADDR_RFC1918(a));
}

// Alignment means nothing here, so the unaligned forms are the same functions.
export {
  IN4_ADDR_EQUAL as IN4_UNALIGNED_ADDR_EQUAL,
  IN4_IS_ADDR_6TO4ELIGIBLE as IN4_IS_UNALIGNED_ADDR_6TO4ELIGIBLE,
  IN4_IS_ADDR_BROADCAST as IN4_IS_UNALIGNED_ADDR_BROADCAST,
  IN4_IS_ADDR_LINKLOCAL as IN4_IS_UNALIGNED_ADDR_LINKLOCAL,
  IN4_IS_ADDR_LOOPBACK as IN4_IS_UNALIGNED_ADDR_LOOPBACK,
  IN4_IS_ADDR_MULTICAST as IN4_IS_UNALIGNED_ADDR_MULTICAST,
  IN4_IS_ADDR_RFC1918 as IN4_IS_UNALIGNED_ADDR_RFC1918,
  IN4_IS_ADDR_UNSPECIFIED as IN4_IS_UNALIGNED_ADDR_UNSPECIFIED,
};

/** The scope level of a unicast address. */
export function Ipv4UnicastAddressScope(address: Memory): number {
  return IN4_IS_ADDR_LINKLOCAL(address) || IN4_IS_ADDR_LOOPBACK(address) ? ScopeLevelLink : ScopeLevelGlobal;
}

/** The scope level of a multicast address. */
export function Ipv4MulticastAddressScope(address: Memory): number {
  if (IN4_IS_ADDR_MC_LINKLOCAL(address)) return ScopeLevelLink;
  if (IN4_IS_ADDR_MC_ADMINLOCAL(address)) return ScopeLevelAdmin;
  if (IN4_IS_ADDR_MC_SITELOCAL(address)) return ScopeLevelSite;
  return ScopeLevelGlobal;
}

/** The scope level of any address. */
export function Ipv4AddressScope(address: Memory): number {
  if (IN4_IS_ADDR_BROADCAST(address)) return ScopeLevelLink;
  return IN4_IS_ADDR_MULTICAST(address) ? Ipv4MulticastAddressScope(address) : Ipv4UnicastAddressScope(address);
}

/** The kind of an address: Nlat... */
export function Ipv4AddressType(address: Memory): number {
  if (IN4_IS_ADDR_MULTICAST(address)) return NlatMulticast;
  if (IN4_IS_ADDR_BROADCAST(address)) return NlatBroadcast;
  if (IN4_IS_ADDR_UNSPECIFIED(address)) return NlatUnspecified;
  const first = byteAt(address, 0);
  return first === 0 || first >>> 4 === 0xf ? NlatInvalid : NlatUnicast;
}

/** Takes out of a scope id what the address says anyway. */
export function IN4_UNCANONICALIZE_SCOPE_ID(address: Memory, scopeId: SCOPE_ID): void {
  uncanonicalize(Ipv4AddressScope(address), IN4_IS_ADDR_LOOPBACK(address), scopeId);
}

/** Whether the socket address is the wildcard. */
export function IN4ADDR_ISANY(a: Memory): boolean {
  return IN4_IS_ADDR_UNSPECIFIED(addressOf(a));
}

/** Whether the socket address is a loopback one. */
export function IN4ADDR_ISLOOPBACK(a: Memory): boolean {
  return IN4_IS_ADDR_LOOPBACK(addressOf(a));
}

/** Whether the socket address is the wildcard; IPv4 has no scopes that could differ. */
export function IN4ADDR_ISUNSPECIFIED(a: Memory): boolean {
  return IN4_IS_ADDR_UNSPECIFIED(addressOf(a));
}

/** Whether two socket addresses have the same address; ports are not compared. */
export function IN4ADDR_ISEQUAL(a: Memory, b: Memory): boolean {
  return IN4_ADDR_EQUAL(addressOf(a), addressOf(b));
}

/** The scope id of an IPv4 socket address: always 0. */
export function IN4ADDR_SCOPE_ID(_a: Memory): SCOPE_ID {
  return new SCOPE_ID();
}

/** Fills a socket address; the port is in network order. */
export function IN4ADDR_SETSOCKADDR(a: Memory, addr: Memory, port: number): void {
  // Read before the target is cleared: the address may lie inside it.
  const from = bytesOf(addr).slice(0, 4);
  const address = new sockaddr_in(a);
  address.bytes.fill(0);
  address.sin_family = AF_INET;
  address.sin_port = port;
  address.sin_addr = from;
}

/** Makes a socket address the wildcard with port 0. */
export function IN4ADDR_SETANY(a: Memory): void {
  IN4ADDR_SETSOCKADDR(a, new Uint8Array(4), 0);
}

/** Makes a socket address 127.0.0.1 with port 0. */
export function IN4ADDR_SETLOOPBACK(a: Memory): void {
  IN4ADDR_SETSOCKADDR(a, Uint8Array.of(127, 0, 0, 1), 0);
}

function addressOf(a: Memory): Uint8Array {
  return new sockaddr_in(a).sin_addr.bytes;
}
