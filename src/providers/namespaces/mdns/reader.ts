// Reads names out of messages. Whoever sent them may have meant harm: compression may only point backwards, and a name has
// its limit, so that every name ends, and soon.
import { nameOf } from './names.js';

/** A name, and where what follows it begins. */
export interface NameRead {
  readonly name: string;
  readonly end: number;
}

const NAME_LIMIT = 255;
/** As many as labels fit into a name: pointers to pointers to pointers are only work. */
const POINTER_LIMIT = 127;
/** Labels are UTF-8 (RFC 6762, 16). What a lenient decoder puts for other bytes is longer than they are, and may not fit. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(label: Uint8Array): string | null {
  try {
    return decoder.decode(label);
  } catch {
    return null;
  }
}

/** The name at `offset`, or null where there is none. */
export function readName(bytes: Uint8Array, offset: number): NameRead | null {
  const labels: string[] = [];
  let at = offset;
  let end = 0;
  let length = 0;
  let pointers = 0;
  for (let lowest = offset; ;) {
    const size = bytes[at];
    if (size === undefined) return null;
    if (size === 0) return { name: nameOf(...labels), end: end === 0 ? at + 1 : end };
    if ((size & 0xc0) === 0xc0) {
      const low = bytes[at + 1];
      if (low === undefined) return null;
      const target = ((size & 0x3f) << 8) | low;
      pointers += 1;
      if (target >= lowest || pointers > POINTER_LIMIT) return null;
      if (end === 0) end = at + 2;
      lowest = target;
      at = target;
      continue;
    }
    length += size + 1;
    if (size > 63 || length >= NAME_LIMIT || at + 1 + size > bytes.length) return null;
    const label = textOf(bytes.subarray(at + 1, at + 1 + size));
    if (label === null) return null;
    labels.push(label);
    at += 1 + size;
  }
}
