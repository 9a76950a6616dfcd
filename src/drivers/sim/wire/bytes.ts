// Numbers in network order at an offset. Reading behind the end gives zeros: whoever parses checks lengths first.

export function read8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

export function read16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Unsigned, as all of them. */
export function read32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}

export function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Copies the first `length` bytes of `source` to `at`; a loop, because it is quicker than `set` for an address. */
export function writeBytes(bytes: Uint8Array, at: number, source: Uint8Array, length: number): void {
  for (let i = 0; i < length; i += 1) bytes[at + i] = source[i] ?? 0;
}
