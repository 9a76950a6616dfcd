// Copies of bytes. `slice` on a Buffer shares memory, so nobody here may use it for copying.

/** A copy of `source[start, end)` in memory of its own. */
export function copyBytes(source: Uint8Array, start = 0, end = source.length): Uint8Array {
  return Uint8Array.prototype.slice.call(source, start, end);
}

/** Up to so many bytes a loop is done before a view of them would be made, or one that is there be given to the system. */
const FEW = 96;
const VERY_FEW = 16;

/** Copies `count` bytes of `source` from `start` on to `target`, from `at` on; they fit. */
export function copyInto(target: Uint8Array, at: number, source: Uint8Array, start: number, count: number): void {
  const whole = start === 0 && count === source.length;
  if (count > (whole ? VERY_FEW : FEW)) {
    target.set(whole ? source : source.subarray(start, start + count), at);
    return;
  }
  // Indexes that are out of range cannot occur; the fallback is for the compiler.
  for (let i = 0; i < count; i++) target[at + i] = source[start + i] ?? 0;
}

/** Whether `bytes` begins with all of `prefix`. */
export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[i] !== prefix[i]) return false;
  return true;
}
