// Copies of bytes. `slice` on a Buffer shares memory, so nobody here may use it for copying.

/** A copy of `source[start, end)` in memory of its own. */
export function copyBytes(source: Uint8Array, start = 0, end = source.length): Uint8Array {
  return Uint8Array.prototype.slice.call(source, start, end);
}
