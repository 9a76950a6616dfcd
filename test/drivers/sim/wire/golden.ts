// Packets as hex, and memory full of junk to write headers into, so that a bit that is not written shows.
import { expect } from 'vitest';

const JUNK = 0xa5;
const MARGIN = 8;

/** The bytes of hexadecimal text; blanks are for the reader. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replace(/\s+/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Runs `write` over junk at an offset and gives the `length` bytes there; nothing beside them may be touched. */
export function overJunk(length: number, write: (bytes: Uint8Array, at: number) => void): Uint8Array {
  const bytes = new Uint8Array(MARGIN + length + MARGIN).fill(JUNK);
  write(bytes, MARGIN);
  const margins = [...bytes.subarray(0, MARGIN), ...bytes.subarray(MARGIN + length)];
  expect(margins.every((byte) => byte === JUNK)).toBe(true);
  return bytes.slice(MARGIN, MARGIN + length);
}

/** The same bytes at an offset, with junk around. */
export function amidJunk(golden: Uint8Array): { bytes: Uint8Array; at: number; end: number } {
  const bytes = new Uint8Array(MARGIN + golden.length + MARGIN).fill(JUNK);
  bytes.set(golden, MARGIN);
  return { bytes, at: MARGIN, end: MARGIN + golden.length };
}

/** One after the other. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
