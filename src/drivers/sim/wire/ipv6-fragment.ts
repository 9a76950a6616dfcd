// The IPv6 fragment header (RFC 8200 section 4.5): views over bytes at an offset.
import { read16, read32, read8, write16, write32 } from './bytes.js';

/** Where the fields are, in bytes from the start of the header. */
export const OFFSET = { nextHeader: 0, reserved: 1, offsetAndMore: 2, identification: 4 } as const;

export const HEADER_LENGTH = 8;

/** What the fragmentable part begins with; receivers go by the one in the first fragment. */
export function nextHeader(bytes: Uint8Array, at: number): number {
  return read8(bytes, at);
}

/** In bytes. */
export function fragmentOffset(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.offsetAndMore) & 0xfff8;
}

export function moreFragments(bytes: Uint8Array, at: number): boolean {
  return (read16(bytes, at + OFFSET.offsetAndMore) & 1) !== 0;
}

/** A fragment that is the whole packet is taken for itself, never joined with others (RFC 6946). */
export function isAtomic(bytes: Uint8Array, at: number): boolean {
  return (read16(bytes, at + OFFSET.offsetAndMore) & 0xfff9) === 0;
}

export function identification(bytes: Uint8Array, at: number): number {
  return read32(bytes, at + OFFSET.identification);
}

/** Writes a whole header; `offset` is in bytes, a multiple of 8. */
export function write(
  bytes: Uint8Array,
  at: number,
  nextHeader: number,
  offset: number,
  more: boolean,
  identification: number,
): void {
  bytes[at] = nextHeader;
  bytes[at + OFFSET.reserved] = 0;
  write16(bytes, at + OFFSET.offsetAndMore, offset | (more ? 1 : 0));
  write32(bytes, at + OFFSET.identification, identification);
}
