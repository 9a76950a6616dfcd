// Character buffers that calls fill: bytes for the A functions, UTF-16 units for the W ones.
import { dataText } from './format.js';
import { JUNK } from './words.js';

/** A character buffer of `length` characters of junk. */
export function textBuffer(length: number, wide: boolean): Uint8Array | Uint16Array {
  return wide ? new Uint16Array(length).fill(JUNK * 0x101) : new Uint8Array(length).fill(JUNK);
}

/** The text up to the terminating zero, as data; what does not end is shown whole. */
export function outText(buffer: Uint8Array | Uint16Array): string {
  const end = buffer.indexOf(0);
  const units = Array.from(end === -1 ? buffer : buffer.subarray(0, end));
  return dataText(Uint8Array.from(units, (unit) => unit & 0xff));
}
