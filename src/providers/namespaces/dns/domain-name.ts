// Domain names: as text, and as DNS messages carry them. Text is without the last dot, '' is the root; a dot or backslash
// inside a label is escaped by a backslash, a byte that is no printable UTF-8 as \DDD (RFC 1035 section 5.1), so that every
// name has one text and no label can pretend to be two.
// Does not own: which names are asked for, nor the walk over a message (wire-name.ts).
import { readLabels } from '../wire-name.js';

const MAX_LABEL = 63;
/** Of a whole name on the wire, with its length bytes (RFC 1035 section 3.1). */
const MAX_NAME = 255;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The labels of a name; null for what is no name: an empty label, one too long, or too many. */
export function parseName(text: string): Uint8Array[] | null {
  if (text === '' || text === '.') return [];
  const bytes = encoder.encode(text);
  const labels: Uint8Array[] = [];
  let label: number[] = [];
  let length = 1;
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at];
    if (byte === undefined || byte === DOT) {
      // The dot at the end, after which nothing comes.
      if (byte === undefined && label.length === 0) break;
      length += label.length + 1;
      if (label.length === 0 || label.length > MAX_LABEL || length > MAX_NAME) return null;
      labels.push(Uint8Array.from(label));
      label = [];
    } else if (byte === BACKSLASH) {
      const escape = escaped(bytes, at + 1);
      if (escape === null) return null;
      label.push(escape.byte);
      at += escape.length;
    } else {
      label.push(byte);
    }
  }
  return labels;
}

/** What stands behind a backslash: three digits, or the byte itself. */
function escaped(bytes: Uint8Array, at: number): { readonly byte: number; readonly length: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (!isDigit(first)) return { byte: first, length: 1 };
  const digits = [...bytes.subarray(at, at + 3)];
  if (digits.length < 3 || !digits.every(isDigit)) return null;
  const byte = digits.reduce((value, digit) => value * 10 + digit - 0x30, 0);
  return byte > 0xff ? null : { byte, length: 3 };
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** The text of labels. */
export function nameText(labels: readonly Uint8Array[]): string {
  return labels.map(labelText).join('.');
}

function labelText(label: Uint8Array): string {
  let text = '';
  for (const character of decoded(label)) {
    const code = character.charCodeAt(0);
    if (character === '.' || character === '\\') text += `\\${character}`;
    else text += code < 0x20 || code === 0x7f ? decimal(code) : character;
  }
  return text;
}

/** The characters of a label, those that are not UTF-8 escaped already. */
function decoded(label: Uint8Array): Iterable<string> {
  try {
    return strict.decode(label);
  } catch {
    return [...label].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : decimal(byte)));
  }
}

const decimal = (byte: number): string => `\\${String(byte).padStart(3, '0')}`;

/** The bytes of a name without compression, or null for what is no name. */
export function encodeName(text: string): number[] | null {
  const labels = parseName(text);
  return labels === null ? null : [...labels.flatMap((label) => [label.length, ...label]), 0];
}

/** A name in a message and where what follows it begins; null for one that is not allowed. */
export function readName(bytes: Uint8Array, start: number): { readonly name: string; readonly end: number } | null {
  const read = readLabels(bytes, start);
  return read === null ? null : { name: nameText(read.labels), end: read.end };
}

/** Whether a name ends with the dot of the root: it is whole, and nothing may be put behind it. */
export const isAbsolute = (text: string): boolean => /(?<!\\)(?:\\\\)*\.$/.test(text);

/** A name in the form under which it is compared: the case of A to Z and the root's dot make no difference. */
export function canonicalName(text: string): string {
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return isAbsolute(folded) ? folded.slice(0, -1) : folded;
}
