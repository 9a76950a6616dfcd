// Pieces of memory that operations use: whether two overlap, and whether one has changed.
import type { WSABUF } from '../../index.js';

/** Consecutive bytes. */
export interface Range {
  readonly memory: ArrayBufferLike;
  readonly start: number;
  readonly end: number;
}

interface Viewed {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** The first `length` bytes of a buffer or structure view; nothing for a null pointer. */
export function rangeOf(memory: unknown, length: unknown): readonly Range[] {
  const view = viewOf(memory);
  if (view === null || typeof length !== 'number') return [];
  const bytes = Math.min(length, view.byteLength);
  return bytes <= 0 ? [] : [{ memory: view.buffer, start: view.byteOffset, end: view.byteOffset + bytes }];
}

/** The memory of the first `count` of these buffers. */
export function rangesOf(buffers: unknown, count: unknown): readonly Range[] {
  if (!Array.isArray(buffers)) return [];
  const wanted = typeof count === 'number' ? buffers.slice(0, count) : buffers;
  return (wanted as (Partial<WSABUF> | null | undefined)[]).flatMap((one) => rangeOf(one?.buf, one?.len));
}

function viewOf(memory: unknown): Viewed | null {
  if (ArrayBuffer.isView(memory)) return memory;
  const bytes = (memory as { readonly bytes?: unknown } | null | undefined)?.bytes;
  return ArrayBuffer.isView(bytes) ? bytes : null;
}

export function overlap(one: readonly Range[], other: readonly Range[]): boolean {
  return one.some((a) => other.some((b) => a.memory === b.memory && a.start < b.end && b.start < a.end));
}

/** A number that very probably changes with the bytes (FNV-1a). */
export function digest(ranges: readonly Range[]): number {
  let sum = 0x811c9dc5;
  for (const { memory, start, end } of ranges) {
    for (const byte of new Uint8Array(memory, start, end - start)) sum = Math.imul(sum ^ byte, 0x01000193);
  }
  return sum >>> 0;
}
