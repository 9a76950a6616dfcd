// What a DataView lacks for Windows' structures: address-sized numbers, text in arrays of characters, arrays of structures.
// Owns no layout (offsets come from the structure views) and no arrays of numbers (numbers.ts).

import { type Memory, type Struct, bytesOf } from './memory.js';

/** Reads an address-sized integer (SOCKET, HANDLE, SIZE_T) as a number: signed, so that all ones is -1. */
export function readWord(view: DataView, offset: number): number {
  const high = view.getInt32(offset + 4, true);
  const low = view.getUint32(offset, true);
  return high === 0 ? low : high * 0x1_0000_0000 + low;
}

/** Writes an address-sized integer; the number must be a safe integer. */
export function writeWord(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value, true);
  view.setInt32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}

/** Reads a char array up to its NUL, or whole when it has none. The ANSI code page is UTF-8. */
export function readText(bytes: Uint8Array, offset: number, size: number): string {
  const field = bytes.subarray(offset, offset + size);
  const end = field.indexOf(0);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(end < 0 ? field : field.subarray(0, end));
}

/** Writes a char array: as many whole characters as leave room for a NUL, and NULs to the end. */
export function writeText(bytes: Uint8Array, offset: number, size: number, text: string): void {
  const { written } = new TextEncoder().encodeInto(text, bytes.subarray(offset, offset + size - 1));
  bytes.fill(0, offset + written, offset + size);
}

/** Reads a WCHAR array of `size` bytes up to its NUL, or whole when it has none. */
export function readWide(view: DataView, offset: number, size: number): string {
  const units: number[] = [];
  for (let at = offset; at < offset + size; at += 2) {
    const unit = view.getUint16(at, true);
    if (unit === 0) break;
    units.push(unit);
  }
  return String.fromCharCode(...units);
}

/** Writes a WCHAR array of `size` bytes: as many units as leave room for a NUL, and NULs to the end. */
export function writeWide(view: DataView, offset: number, size: number, text: string): void {
  const last = size / 2 - 1;
  for (let i = 0; i <= last; i++) view.setUint16(offset + 2 * i, i < last && i < text.length ? text.charCodeAt(i) : 0, true);
}

/** Copies a structure or bytes into a field of `size` bytes, as assigning a structure does in C. */
export function assign(bytes: Uint8Array, offset: number, size: number, value: Memory): void {
  bytes.set(bytesOf(value).subarray(0, size), offset);
}

/** The size of a view whose last field is an open-ended array: all the memory there is, at least `least` bytes. */
export function openSize(memory: Memory | undefined, offset: number, least: number, size: number): number {
  return memory === undefined ? size : Math.max(least, bytesOf(memory).length - offset);
}

/** Makes element `index` of an array of structures inside `owner`'s memory. */
export function element<T extends Struct>(
  type: { readonly size: number; new (memory: Memory, offset: number): T },
  owner: Struct,
  offset: number,
  index: number,
): T {
  return new type(owner.bytes, offset + index * type.size);
}
