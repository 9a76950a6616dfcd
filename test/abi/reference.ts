// Reads the reference tables for the tests of abi.

import { readFileSync } from 'node:fs';

/** One reference table by its file name without ending; the caller says what it holds. */
export function reference(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8')) as unknown;
}

/** `count` bytes of 0xcc, so that what is not written shows. */
export function junk(count: number): Uint8Array {
  return new Uint8Array(count).fill(0xcc);
}

/** Bytes as lower-case hexadecimal text, in groups of one. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
