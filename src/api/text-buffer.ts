// Text that a function writes into a caller's buffer: one UTF-8 byte per char for the A functions, one UTF-16 unit for
// the W ones. Lengths count these, the terminating null included.

/** A caller's buffer for text. */
export type TextBuffer = Uint8Array | Uint16Array;

const encoder = new TextEncoder();

/** The text as it lies in memory, with its null. */
export function textUnits(text: string, wide: boolean): TextBuffer {
  if (!wide) return encoder.encode(`${text}\0`);
  return Uint16Array.from({ length: text.length + 1 }, (_, index) => (index < text.length ? text.charCodeAt(index) : 0));
}

/**
 * Writes text with its null if it fits; else nothing is touched.
 *
 * @param text - the text
 * @param buffer - where to
 * @param room - characters that the caller says fit
 * @returns whether it was written
 */
export function putText(text: string, buffer: TextBuffer, room: number): boolean {
  const units = textUnits(text, buffer instanceof Uint16Array);
  if (units.length > Math.min(room, buffer.length)) return false;
  buffer.set(units);
  return true;
}
