// Copies of bytes. `slice` on a Buffer shares memory, so nobody here may use it for copying.

/** A copy of `source[start, end)` in memory of its own. */
export function copyBytes(source: Uint8Array, start = 0, end = source.length): Uint8Array {
  return Uint8Array.prototype.slice.call(source, start, end);
}

/** Whether `bytes` begins with all of `prefix`. */
export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[i] !== prefix[i]) return false;
  return true;
}
