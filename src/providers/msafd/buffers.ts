// Buffers as callers pass them, checked and cut to size.
import { WSAEFAULT, WSAEINVAL, bytesOf, type Memory, type Ref, type WSABUF } from '../../abi/index.js';

/** What `gather` gave for an operation that is over. */
export interface Gathered {
  readonly buffers: readonly Uint8Array[];
  /** The memory of a single buffer, of which the operation may have used only the first part. */
  readonly whole: Uint8Array | null;
}

/**
 * The memory that a buffer array names, or the error: WSAEFAULT for memory that is not there, WSAEINVAL for no buffer.
 * What is the same again as `last` is not made anew.
 */
export function gather(
  buffers: readonly WSABUF[] | null,
  count: number,
  last: Gathered | null = null,
): readonly Uint8Array[] | number {
  if (last !== null && isSame(buffers, count, last)) return last.buffers;
  if (count <= 0) return WSAEINVAL;
  if (buffers === null || count > buffers.length) return WSAEFAULT;
  // An array that is made whole is a third of one that grows, and waits with the call.
  if (count === 1) {
    const chunk = chunkOf(buffers[0]);
    return chunk === null ? WSAEFAULT : [chunk];
  }
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const chunk = chunkOf(buffers[i]);
    if (chunk === null) return WSAEFAULT;
    if (chunk.length > 0) chunks.push(chunk);
  }
  return chunks;
}

/** Memory that has been given away since has no length, so that it is not the same. */
function isSame(buffers: readonly WSABUF[] | null, count: number, last: Gathered): boolean {
  const buffer = count === 1 ? buffers?.[0] : undefined;
  return buffer !== undefined && buffer.buf !== null && buffer.buf === last.whole && buffer.len === last.buffers[0]?.length;
}

/** The memory of a single buffer; null where there are several, or none. */
export function wholeOf(buffers: readonly WSABUF[] | null, count: number): Uint8Array | null {
  return count === 1 ? (buffers?.[0]?.buf ?? null) : null;
}

/** The memory that one buffer names, or null when it is not there. */
function chunkOf(buffer: WSABUF | undefined): Uint8Array | null {
  if (buffer === undefined) return null;
  const { len, buf } = buffer;
  if (len === 0) return NOTHING;
  if (buf === null || len < 0 || len > buf.length) return null;
  return len === buf.length ? buf : buf.subarray(0, len);
}

const NOTHING = new Uint8Array(0);

/** Puts a sockaddr where the caller wants it and tells its length; the caller has checked that it fits. */
export function putAddress(source: Uint8Array, target: Memory | null, length: Ref | null): void {
  if (target === null || length === null) return;
  const bytes = bytesOf(target);
  bytes.set(source.length > bytes.length ? source.subarray(0, bytes.length) : source);
  length.value = source.length;
}

/** Whether an address of `size` bytes fits where the caller wants it. */
export function addressFits(size: number, target: Memory, length: Ref): boolean {
  return length.value >= size && bytesOf(target).length >= size;
}
