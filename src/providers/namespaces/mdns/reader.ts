// Reads names out of messages, as the text that multicast DNS has for them. The walk over the message is wire-name.ts.
import { readLabels } from '../wire-name.js';
import { nameOf } from './names.js';

/** A name, and where what follows it begins. */
export interface NameRead {
  readonly name: string;
  readonly end: number;
}

/** Labels are UTF-8 (RFC 6762, 16). What a lenient decoder puts for other bytes is longer than they are, and may not fit. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The name at `offset`, or null where there is none. */
export function readName(bytes: Uint8Array, offset: number): NameRead | null {
  const read = readLabels(bytes, offset);
  if (read === null) return null;
  try {
    return { name: nameOf(...read.labels.map((label) => decoder.decode(label))), end: read.end };
  } catch {
    return null;
  }
}
