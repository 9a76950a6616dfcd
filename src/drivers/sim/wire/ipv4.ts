// The IPv4 header (RFC 791): views over bytes at an offset. Options have a file of their own; what IP does is ../ip.
import { read16, read32, read8, write16, writeBytes } from './bytes.js';
import * as checksums from './checksum.js';

/** Where the fields are, in bytes from the start of the header. */
export const OFFSET = {
  versionAndLength: 0,
  trafficClass: 1,
  totalLength: 2,
  identification: 4,
  flagsAndOffset: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
  options: 20,
} as const;

export const HEADER_LENGTH = 20;
export const MAX_HEADER_LENGTH = 60;
export const MAX_TOTAL_LENGTH = 65535;
/** Every link takes packets of this size (RFC 791 section 3.2). */
export const MIN_MTU = 68;

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

/** Why `check` refuses a packet. */
export type Ipv4Fault =
  | 'shorter than an IPv4 header'
  | 'not version 4'
  | 'header length below 20'
  | 'header runs past the end'
  | 'total length below header length'
  | 'total length runs past the end'
  | 'wrong header checksum';

/** What is wrong with the header of the packet at `at`, or null: the first thing to ask of a packet that has come. */
export function check(bytes: Uint8Array, at = 0): Ipv4Fault | null {
  const room = bytes.length - at;
  if (room < HEADER_LENGTH) return 'shorter than an IPv4 header';
  if (version(bytes, at) !== 4) return 'not version 4';
  const header = headerLength(bytes, at);
  if (header < HEADER_LENGTH) return 'header length below 20';
  if (header > room) return 'header runs past the end';
  const total = totalLength(bytes, at);
  if (total < header) return 'total length below header length';
  if (total > room) return 'total length runs past the end';
  return checksumGood(bytes, at) ? null : 'wrong header checksum';
}

export function version(bytes: Uint8Array, at = 0): number {
  return read8(bytes, at) >>> 4;
}

/** In bytes, options included. */
export function headerLength(bytes: Uint8Array, at: number): number {
  return (read8(bytes, at) & 0x0f) * 4;
}

/** Writes version 4 along with it; `length` is in bytes, a multiple of 4. */
export function setHeaderLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at] = 0x40 | (length >>> 2);
}

/** TOS, the whole byte: DSCP above, ECN in the lower two bits. */
export function trafficClass(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.trafficClass);
}

export function setTrafficClass(bytes: Uint8Array, at: number, value: number): void {
  bytes[at + OFFSET.trafficClass] = value;
}

/** The two bits of RFC 3168. */
export function ecn(bytes: Uint8Array, at: number): number {
  return trafficClass(bytes, at) & 3;
}

export function totalLength(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.totalLength);
}

export function setTotalLength(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.totalLength, value);
}

export function identification(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.identification);
}

export function setIdentification(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.identification, value);
}

export function dontFragment(bytes: Uint8Array, at: number): boolean {
  return (read16(bytes, at + OFFSET.flagsAndOffset) & DONT_FRAGMENT) !== 0;
}

export function moreFragments(bytes: Uint8Array, at: number): boolean {
  return (read16(bytes, at + OFFSET.flagsAndOffset) & MORE_FRAGMENTS) !== 0;
}

/** In bytes. */
export function fragmentOffset(bytes: Uint8Array, at: number): number {
  return (read16(bytes, at + OFFSET.flagsAndOffset) & FRAGMENT_OFFSET) * 8;
}

/** Whether the packet is a part of a larger one. */
export function isFragment(bytes: Uint8Array, at: number): boolean {
  return (read16(bytes, at + OFFSET.flagsAndOffset) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) !== 0;
}

/** Flags and offset are one field; the offset is in bytes, a multiple of 8. */
export function setFragment(bytes: Uint8Array, at: number, dont: boolean, more: boolean, offset: number): void {
  const flags = (dont ? DONT_FRAGMENT : 0) | (more ? MORE_FRAGMENTS : 0);
  write16(bytes, at + OFFSET.flagsAndOffset, flags | (offset >>> 3));
}

export function ttl(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.ttl);
}

export function setTtl(bytes: Uint8Array, at: number, value: number): void {
  bytes[at + OFFSET.ttl] = value;
}

/** What a router does with a TTL above 0: one less, with the checksum kept right (or as wrong as it was). */
export function decrementTtl(bytes: Uint8Array, at: number): void {
  const word = read16(bytes, at + OFFSET.ttl);
  checksums.replace16(bytes, at + OFFSET.checksum, at + OFFSET.ttl, word - 0x100);
}

export function protocol(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.protocol);
}

export function setProtocol(bytes: Uint8Array, at: number, value: number): void {
  bytes[at + OFFSET.protocol] = value;
}

export function checksum(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.checksum);
}

export function setChecksum(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.checksum, value);
}

export function fillChecksum(bytes: Uint8Array, at: number): void {
  checksums.fill(bytes, at + OFFSET.checksum, at, at + headerLength(bytes, at));
}

export function checksumGood(bytes: Uint8Array, at: number): boolean {
  return checksums.good(bytes, at, at + headerLength(bytes, at));
}

/** As one number, for quick comparison. */
export function source(bytes: Uint8Array, at: number): number {
  return read32(bytes, at + OFFSET.source);
}

export function setSource(bytes: Uint8Array, at: number, address: Uint8Array): void {
  writeBytes(bytes, at + OFFSET.source, address, 4);
}

/** As one number, for quick comparison. */
export function destination(bytes: Uint8Array, at: number): number {
  return read32(bytes, at + OFFSET.destination);
}

export function setDestination(bytes: Uint8Array, at: number, address: Uint8Array): void {
  writeBytes(bytes, at + OFFSET.destination, address, 4);
}

/** Writes the constant part of a header without options: every field not named here is 0. */
export function write(
  bytes: Uint8Array,
  at: number,
  totalLength: number,
  protocol: number,
  ttl: number,
  source: Uint8Array,
  destination: Uint8Array,
): void {
  setHeaderLength(bytes, at, HEADER_LENGTH);
  setTrafficClass(bytes, at, 0);
  setTotalLength(bytes, at, totalLength);
  setIdentification(bytes, at, 0);
  setFragment(bytes, at, false, false, 0);
  setTtl(bytes, at, ttl);
  setProtocol(bytes, at, protocol);
  setChecksum(bytes, at, 0);
  setSource(bytes, at, source);
  setDestination(bytes, at, destination);
}

/** The sum of the pseudo-header made of this header's addresses; `length` is that of transport header and data. */
export function pseudoSum(bytes: Uint8Array, at: number, protocol: number, length: number): number {
  return checksums.sum(bytes, at + OFFSET.source, at + OFFSET.options, protocol + length);
}
