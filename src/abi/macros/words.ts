// The macros that take words apart and put them together (minwindef.h). Owns nothing of Winsock's.

/** The word with `low` in its low byte and `high` in its high byte: `MAKEWORD(2, 2)` is version 2.2. */
export function MAKEWORD(low: number, high: number): number {
  return (low & 0xff) | ((high & 0xff) << 8);
}

/** The low byte of a word. */
export function LOBYTE(word: number): number {
  return word & 0xff;
}

/** The high byte of a word. */
export function HIBYTE(word: number): number {
  return (word >>> 8) & 0xff;
}

/** The LONG (signed) with `low` in its low word and `high` in its high word. */
export function MAKELONG(low: number, high: number): number {
  return (low & 0xffff) | ((high & 0xffff) << 16);
}

/** The low word. */
export function LOWORD(value: number): number {
  return value & 0xffff;
}

/** The high word of a 32-bit value. */
export function HIWORD(value: number): number {
  return (value >>> 16) & 0xffff;
}
