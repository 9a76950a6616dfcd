// The UDP header (RFC 768, over IPv6 RFC 8200 section 8.1): views over bytes at an offset.
import { read16, write16 } from './bytes.js';
import * as checksums from './checksum.js';
import { setDestinationPort, setSourcePort } from './ports.js';

export { destinationPort, setDestinationPort, setSourcePort, sourcePort } from './ports.js';

/** Where the fields are, in bytes from the start of the header. */
export const OFFSET = { sourcePort: 0, destinationPort: 2, length: 4, checksum: 6, data: 8 } as const;

export const HEADER_LENGTH = 8;

/** Why `check` refuses a datagram. */
export type UdpFault = 'shorter than a UDP header' | 'UDP length below 8' | 'UDP length runs past the end';

/** What is wrong with the lengths of the datagram in [at, end), or null. The checksum is asked for apart. */
export function check(bytes: Uint8Array, at: number, end: number): UdpFault | null {
  const room = Math.min(end, bytes.length) - at;
  if (room < HEADER_LENGTH) return 'shorter than a UDP header';
  const claimed = length(bytes, at);
  if (claimed < HEADER_LENGTH) return 'UDP length below 8';
  return claimed > room ? 'UDP length runs past the end' : null;
}

/** Header and data. */
export function length(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.length);
}

export function setLength(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.length, value);
}

export function checksum(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.checksum);
}

/** 0 says that there is none, which only IPv4 allows. */
export function setChecksum(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.checksum, value);
}

/** Fills it in for a datagram in [at, end); `pseudo` is the sum of the pseudo-header. 0 is sent as 0xffff. */
export function fillChecksum(bytes: Uint8Array, at: number, end: number, pseudo: number): void {
  checksums.fill(bytes, at + OFFSET.checksum, at, end, pseudo);
  if (checksum(bytes, at) === 0) setChecksum(bytes, at, 0xffff);
}

/** Whether the datagram adds up; asked only where there is a checksum. */
export function checksumGood(bytes: Uint8Array, at: number, end: number, pseudo: number): boolean {
  return checksums.good(bytes, at, end, pseudo);
}

/** Writes a whole header without its checksum; `length` is that of header and data. */
export function write(
  bytes: Uint8Array,
  at: number,
  sourcePort: number,
  destinationPort: number,
  length: number,
): void {
  setSourcePort(bytes, at, sourcePort);
  setDestinationPort(bytes, at, destinationPort);
  setLength(bytes, at, length);
  setChecksum(bytes, at, 0);
}
