// What the messages of ICMP and ICMPv6 have in common: type, code, checksum, and four bytes whose meaning is the
// type's. Used through icmp.ts and icmpv6.ts.
import { read16, read32, read8, write16, write32 } from './bytes.js';

/** Where the fields are, in bytes from the start of the message. */
export const OFFSET = {
  type: 0,
  code: 1,
  checksum: 2,
  rest: 4,
  /** Of an echo. */
  identifier: 4,
  sequence: 6,
  /** Echo data, or the packet that is spoken of. */
  body: 8,
} as const;

export const HEADER_LENGTH = 8;

export function type(bytes: Uint8Array, at: number): number {
  return read8(bytes, at);
}

export function setType(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
}

export function code(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.code);
}

export function setCode(bytes: Uint8Array, at: number, value: number): void {
  bytes[at + OFFSET.code] = value;
}

export function checksum(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.checksum);
}

export function setChecksum(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.checksum, value);
}

/** Of an echo. */
export function identifier(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.identifier);
}

export function setIdentifier(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.identifier, value);
}

/** Of an echo. */
export function sequence(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.sequence);
}

export function setSequence(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.sequence, value);
}

/** The second four bytes as one number, whatever they mean. */
export function rest(bytes: Uint8Array, at: number): number {
  return read32(bytes, at + OFFSET.rest);
}

export function setRest(bytes: Uint8Array, at: number, value: number): void {
  write32(bytes, at + OFFSET.rest, value);
}

/** Writes the first eight bytes, the checksum 0. */
export function write(bytes: Uint8Array, at: number, type: number, code: number, rest: number): void {
  setType(bytes, at, type);
  setCode(bytes, at, code);
  setChecksum(bytes, at, 0);
  setRest(bytes, at, rest);
}
