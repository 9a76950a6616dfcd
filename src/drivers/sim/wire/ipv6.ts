// The IPv6 header (RFC 8200): views over bytes at an offset. Extension headers have files of their own.
import { read16, read32, read8, write16, write32, writeBytes } from './bytes.js';
import * as checksums from './checksum.js';

/** Where the fields are, in bytes from the start of the header. */
export const OFFSET = {
  versionClassAndFlow: 0,
  payloadLength: 4,
  nextHeader: 6,
  hopLimit: 7,
  source: 8,
  destination: 24,
} as const;

export const HEADER_LENGTH = 40;
export const MAX_PAYLOAD_LENGTH = 65535;
/** Every link takes packets of this size (RFC 8200 section 5). */
export const MIN_MTU = 1280;

/** Why `check` refuses a packet. */
export type Ipv6Fault = 'shorter than an IPv6 header' | 'not version 6' | 'payload length runs past the end';

/** What is wrong with the header of the packet at `at`, or null: the first thing to ask of a packet that has come. */
export function check(bytes: Uint8Array, at = 0): Ipv6Fault | null {
  const room = bytes.length - at;
  if (room < HEADER_LENGTH) return 'shorter than an IPv6 header';
  if (version(bytes, at) !== 6) return 'not version 6';
  return totalLength(bytes, at) > room ? 'payload length runs past the end' : null;
}

export function version(bytes: Uint8Array, at = 0): number {
  return read8(bytes, at) >>> 4;
}

/** The whole byte: DSCP above, ECN in the lower two bits. */
export function trafficClass(bytes: Uint8Array, at: number): number {
  return (read16(bytes, at) >>> 4) & 0xff;
}

/** The two bits of RFC 3168. */
export function ecn(bytes: Uint8Array, at: number): number {
  return trafficClass(bytes, at) & 3;
}

export function flowLabel(bytes: Uint8Array, at: number): number {
  return read32(bytes, at) & 0xfffff;
}

/** The first 32 bits are one field with three parts: version 6, class and flow label. */
export function setClassAndFlow(bytes: Uint8Array, at: number, trafficClass: number, flowLabel: number): void {
  write32(bytes, at, 0x60000000 | (trafficClass << 20) | flowLabel);
}

/** Leaves the flow label as it is. */
export function setTrafficClass(bytes: Uint8Array, at: number, value: number): void {
  setClassAndFlow(bytes, at, value, flowLabel(bytes, at));
}

/** All that follows the header, extension headers included. */
export function payloadLength(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.payloadLength);
}

export function setPayloadLength(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.payloadLength, value);
}

/** Header and payload; the counterpart of IPv4's field of that name. */
export function totalLength(bytes: Uint8Array, at: number): number {
  return HEADER_LENGTH + payloadLength(bytes, at);
}

/** A protocol, or the kind of the first extension header. */
export function nextHeader(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.nextHeader);
}

export function setNextHeader(bytes: Uint8Array, at: number, value: number): void {
  bytes[at + OFFSET.nextHeader] = value;
}

export function hopLimit(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.hopLimit);
}

export function setHopLimit(bytes: Uint8Array, at: number, value: number): void {
  bytes[at + OFFSET.hopLimit] = value;
}

export function setSource(bytes: Uint8Array, at: number, address: Uint8Array): void {
  writeBytes(bytes, at + OFFSET.source, address, 16);
}

export function setDestination(bytes: Uint8Array, at: number, address: Uint8Array): void {
  writeBytes(bytes, at + OFFSET.destination, address, 16);
}

/** Writes a whole header; traffic class and flow label are 0. */
export function write(
  bytes: Uint8Array,
  at: number,
  payloadLength: number,
  nextHeader: number,
  hopLimit: number,
  source: Uint8Array,
  destination: Uint8Array,
): void {
  setClassAndFlow(bytes, at, 0, 0);
  setPayloadLength(bytes, at, payloadLength);
  setNextHeader(bytes, at, nextHeader);
  setHopLimit(bytes, at, hopLimit);
  setSource(bytes, at, source);
  setDestination(bytes, at, destination);
}

/**
 * The sum of the pseudo-header made of this header's addresses; `length` is that of transport header and data,
 * `protocol` the transport's own number whatever extension headers stand between. (With a routing header that is not
 * yet worked off, the destination is the last address of that one instead: RFC 8200 section 8.1.)
 */
export function pseudoSum(bytes: Uint8Array, at: number, protocol: number, length: number): number {
  return checksums.sum(bytes, at + OFFSET.source, at + HEADER_LENGTH, protocol + length);
}
