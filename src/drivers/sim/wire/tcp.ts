// The TCP header (RFC 9293 section 3.1): views over bytes at an offset. What its options say is in tcp-options.ts.
import { read16, read32, read8, write16, write32 } from './bytes.js';
import * as checksums from './checksum.js';

export { destinationPort, setDestinationPort, setSourcePort, sourcePort } from './ports.js';

/** Where the fields are, in bytes from the start of the header. */
export const OFFSET = {
  sourcePort: 0,
  destinationPort: 2,
  sequence: 4,
  acknowledgment: 8,
  dataOffset: 12,
  flags: 13,
  window: 14,
  checksum: 16,
  urgentPointer: 18,
  options: 20,
} as const;

/** The header without options, and the longest one. */
export const HEADER_LENGTH = 20;
export const LONGEST_HEADER = 60;

/** The control bits. */
export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

/** Why `check` refuses a segment. */
export type TcpFault = 'shorter than a TCP header' | 'TCP data offset below 5' | 'TCP options run past the end';

/** What is wrong with the lengths of the segment in [at, end), or null. The checksum is asked for apart. */
export function check(bytes: Uint8Array, at: number, end: number): TcpFault | null {
  const room = Math.min(end, bytes.length) - at;
  if (room < HEADER_LENGTH) return 'shorter than a TCP header';
  const length = headerLength(bytes, at);
  if (length < HEADER_LENGTH) return 'TCP data offset below 5';
  return length > room ? 'TCP options run past the end' : null;
}

/** Unsigned. */
export function sequence(bytes: Uint8Array, at: number): number {
  return read32(bytes, at + OFFSET.sequence);
}

export function setSequence(bytes: Uint8Array, at: number, value: number): void {
  write32(bytes, at + OFFSET.sequence, value);
}

/** Unsigned. */
export function acknowledgment(bytes: Uint8Array, at: number): number {
  return read32(bytes, at + OFFSET.acknowledgment);
}

export function setAcknowledgment(bytes: Uint8Array, at: number, value: number): void {
  write32(bytes, at + OFFSET.acknowledgment, value);
}

/** In bytes: where the data begins. */
export function headerLength(bytes: Uint8Array, at: number): number {
  return (read8(bytes, at + OFFSET.dataOffset) >>> 4) * 4;
}

export function setHeaderLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at + OFFSET.dataOffset] = length << 2;
}

export function flags(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.flags);
}

export function setFlags(bytes: Uint8Array, at: number, value: number): void {
  bytes[at + OFFSET.flags] = value;
}

/** As it stands, not scaled. */
export function window(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.window);
}

export function setWindow(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.window, value);
}

export function checksum(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.checksum);
}

export function setChecksum(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.checksum, value);
}

/** Fills it in for a segment in [at, end); `pseudo` is the sum of the pseudo-header. */
export function fillChecksum(bytes: Uint8Array, at: number, end: number, pseudo: number): void {
  checksums.fill(bytes, at + OFFSET.checksum, at, end, pseudo);
}

/** Whether the segment in [at, end) adds up. */
export function checksumGood(bytes: Uint8Array, at: number, end: number, pseudo: number): boolean {
  return checksums.good(bytes, at, end, pseudo);
}

/** Counted from the sequence number; means something with FLAG.urg only. */
export function urgentPointer(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.urgentPointer);
}

export function setUrgentPointer(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.urgentPointer, value);
}

/** Writes ports, numbers, flags and window; checksum and urgent pointer become 0. `headerLength` counts the options. */
export function write(
  bytes: Uint8Array,
  at: number,
  sourcePort: number,
  destinationPort: number,
  sequence: number,
  acknowledgment: number,
  headerLength: number,
  flags: number,
  window: number,
): void {
  write16(bytes, at, sourcePort);
  write16(bytes, at + OFFSET.destinationPort, destinationPort);
  write32(bytes, at + OFFSET.sequence, sequence);
  write32(bytes, at + OFFSET.acknowledgment, acknowledgment);
  bytes[at + OFFSET.dataOffset] = headerLength << 2;
  bytes[at + OFFSET.flags] = flags;
  write16(bytes, at + OFFSET.window, window);
  write32(bytes, at + OFFSET.checksum, 0);
}
