// The internet checksum (RFC 1071): sums of 16-bit words in ones' complement. Owns the arithmetic and the
// pseudo-header; where a header keeps its checksum is that header's business.
// Sums are numbers modulo 65535, so that a sum may be multiplied by 256 to move it by one byte, whichever way.
import { read16, write16 } from './bytes.js';

/** Below this a view of 32-bit words costs more to make than it saves. */
const WORTH_A_VIEW = 256;
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The sum of the bytes in [start, end), begun at `initial`: a whole number below 2^16, ready to be added to others. The
 * first byte is the high one of its pair wherever it lies in memory; an odd last byte is filled up with a zero, so only
 * the last of several pieces may have an odd length.
 */
export function sum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  const stop = Math.min(end, bytes.length);
  if (stop - start < WORTH_A_VIEW) return carry(initial + sumOfBytes(bytes, start, stop));
  const head = -(bytes.byteOffset + start) & 3;
  const words = (stop - start - head) >>> 2;
  const first = start + head;
  const last = first + words * 4;
  const middle = carry(sumOfWords(new Uint32Array(bytes.buffer, bytes.byteOffset + first, words)));
  // Words as this machine reads them have their bytes swapped, unless they begin in the middle of a pair.
  const odd = head % 2 === 1;
  const turned = odd === LITTLE_ENDIAN ? middle : middle * 256;
  const tail = sumOfBytes(bytes, last, stop);
  return carry(initial + sumOfBytes(bytes, start, first) + turned + (odd ? tail * 256 : tail));
}

/** The checksum that makes a sum come out right: 16 bits, complemented. */
export function fold(sum: number): number {
  return carry(sum) ^ 0xffff;
}

/** The sum of the pseudo-header: RFC 9293 section 3.1 for four-byte addresses, RFC 8200 section 8.1 for sixteen. */
export function pseudoSum(source: Uint8Array, destination: Uint8Array, protocol: number, length: number): number {
  return carry(
    sumOfBytes(source, 0, source.length) + sumOfBytes(destination, 0, destination.length) + protocol + length,
  );
}

/** Fills in the 16-bit checksum at `field` that covers [start, end) and what `initial` is the sum of. */
export function fill(bytes: Uint8Array, field: number, start: number, end: number, initial = 0): void {
  write16(bytes, field, 0);
  write16(bytes, field, fold(sum(bytes, start, end, initial)));
}

/** Whether [start, end), its checksum included, adds up with `initial`. */
export function good(bytes: Uint8Array, start: number, end: number, initial = 0): boolean {
  return sum(bytes, start, end, initial) === 0xffff;
}

/** Writes a 16-bit field and corrects the checksum at `field` for it without another look at the rest (RFC 1624). */
export function replace16(bytes: Uint8Array, field: number, at: number, value: number): void {
  const before = read16(bytes, at) ^ 0xffff;
  write16(bytes, at, value);
  write16(bytes, field, fold((read16(bytes, field) ^ 0xffff) + before + value));
}

/** Adds the carries to the low 16 bits until there are none; what is not zero never becomes zero. */
function carry(sum: number): number {
  let rest = sum > 0xffffffff ? (sum >>> 0) + Math.floor(sum / 0x100000000) : sum;
  rest = (rest % 0x10000) + Math.floor(rest / 0x10000);
  while (rest > 0xffff) rest = (rest & 0xffff) + (rest >>> 16);
  return rest;
}

function sumOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let high = 0;
  let low = 0;
  let i = start;
  for (; i + 8 <= end; i += 8) {
    high += (bytes[i] ?? 0) + (bytes[i + 2] ?? 0) + (bytes[i + 4] ?? 0) + (bytes[i + 6] ?? 0);
    low += (bytes[i + 1] ?? 0) + (bytes[i + 3] ?? 0) + (bytes[i + 5] ?? 0) + (bytes[i + 7] ?? 0);
  }
  for (; i + 2 <= end; i += 2) {
    high += bytes[i] ?? 0;
    low += bytes[i + 1] ?? 0;
  }
  if (i < end) high += bytes[i] ?? 0;
  return high * 256 + low;
}

/** Four sums side by side, so that the additions need not wait for one another; exact up to 2^21 words each. */
function sumOfWords(words: Uint32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 4 <= words.length; i += 4) {
    a += words[i] ?? 0;
    b += words[i + 1] ?? 0;
    c += words[i + 2] ?? 0;
    d += words[i + 3] ?? 0;
  }
  for (; i < words.length; i += 1) a += words[i] ?? 0;
  return a + b + c + d;
}
