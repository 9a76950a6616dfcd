// Buffers as callers pass them, checked and cut to size.
import { WSAEFAULT, WSAEINVAL, bytesOf, type Memory, type Ref, type WSABUF } from '../../abi/index.js';

/** The memory that a buffer array names, or the error: WSAEFAULT for memory that is not there, WSAEINVAL for no buffer. */
export function gather(buffers: readonly WSABUF[] | null, count: number): readonly Uint8Array[] | number {
  if (count <= 0) return WSAEINVAL;
  if (buffers === null || count > buffers.length) return WSAEFAULT;
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const buffer = buffers[i];
    if (buffer === undefined) return WSAEFAULT;
    const { len, buf } = buffer;
    if (len === 0) {
      if (count === 1) chunks.push(NOTHING);
      continue;
    }
    if (buf === null || len < 0 || len > buf.length) return WSAEFAULT;
    chunks.push(len === buf.length ? buf : buf.subarray(0, len));
  }
  return chunks;
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
