// Owns what single words stand for: numbers and constants, data, lengths, addresses. Words that name objects of the
// session (sockets, events, `<port>` references) are resolved by session.ts.
import * as abi from '../../../src/abi/index.js';
import { ScriptError } from './script-error.js';

/** Constants of other Windows headers that scenarios may name and the Winsock headers lack. */
const OTHER_CONSTANTS: Readonly<Record<string, number>> = {
  TRUE: 1,
  FALSE: 0,
  INFINITE: 0xffffffff,
  FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: 1,
  FILE_SKIP_SET_EVENT_ON_HANDLE: 2,
};

const headers = abi as unknown as Readonly<Record<string, unknown>>;

/** Whatever the headers export under this name: a number, a GUID, a structure; undefined for nothing. */
export function headerValue(name: string): unknown {
  return headers[name];
}

/** The value of a numeric constant, or undefined. */
export function constant(name: string): number | undefined {
  const value = headers[name] ?? OTHER_CONSTANTS[name];
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

function term(text: string): number {
  if (/^-?(?:0x[0-9a-f]+|[0-9]+)$/i.test(text)) {
    return text.startsWith('-') ? -Number(text.slice(1)) : Number(text);
  }
  const value = constant(text);
  if (value === undefined) throw new ScriptError(`${text} is no number`);
  return value;
}

/** Whether `text` can be read by `number`. */
export function isNumber(text: string): boolean {
  return text.split('|').every((part) => /^-?(?:0x[0-9a-f]+|[0-9]+)$/i.test(part) || constant(part) !== undefined);
}

/** A number: decimal, hexadecimal, a constant, or several joined by `|`. */
export function number(text: string): number {
  const parts = text.split('|');
  if (parts.length === 1) return term(text);
  return parts.reduce((bits, part) => (bits | term(part)) >>> 0, 0);
}

/** Data or a length for a call: null is the null pointer, whose length is given all the same. */
export interface Piece {
  readonly bytes: Uint8Array | null;
  readonly length: number;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0, '"': 34, '\\': 92 };

function unescape(literal: string): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i < literal.length; i += 1) {
    if (literal[i] !== '\\') {
      bytes.push(literal.charCodeAt(i));
      continue;
    }
    i += 1;
    const kind = literal[i] ?? '';
    if (kind === 'x') {
      const digits = literal.slice(i + 1, i + 3);
      if (!/^[0-9a-f]{2}$/i.test(digits)) throw new ScriptError(`bad escape in "${literal}"`);
      bytes.push(parseInt(digits, 16));
      i += 2;
      continue;
    }
    const byte = ESCAPES[kind];
    if (byte === undefined) throw new ScriptError(`bad escape in "${literal}"`);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function repeat(unit: Uint8Array, times: number): Uint8Array {
  const bytes = new Uint8Array(unit.length * times);
  for (let i = 0; i < times; i += 1) bytes.set(unit, i * unit.length);
  return bytes;
}

/** `pattern(N,S)`: byte i is `(i + (i >> 8) + S) & 0xff`. */
export function pattern(length: number, shift = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i + (i >> 8) + shift) & 0xff);
}

/** One piece of data, or null if the text is none. */
function dataOrNull(text: string): Piece | null {
  const nothing = /^NULL(?:\*(\d+))?$/.exec(text);
  if (nothing !== null) return { bytes: null, length: Number(nothing[1] ?? 0) };
  const literal = /^"((?:\\.|[^"\\])*)"(?:\*(\d+))?$/s.exec(text);
  if (literal !== null) {
    const bytes = repeat(unescape(literal[1] ?? ''), Number(literal[2] ?? 1));
    return { bytes, length: bytes.length };
  }
  const made = /^pattern\((\d+)(?:,(\d+))?\)$/.exec(text);
  if (made === null) return null;
  const bytes = pattern(Number(made[1]), Number(made[2] ?? 0));
  return { bytes, length: bytes.length };
}

/** One piece of data: a literal, `pattern(N,S)`, `NULL` or `NULL*N`. */
export function data(text: string): Piece {
  const piece = dataOrNull(text);
  if (piece === null) throw new ScriptError(`${text} is no data`);
  return piece;
}

/** A data list; `-` is the empty one. */
export function dataList(text: string): Piece[] {
  if (text === '-') return [];
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"|\([^)]*\)|[^,"(])+/gs) ?? [];
  if (parts.join(',') !== text) throw new ScriptError(`${text} is no data list`);
  return parts.map(data);
}

/** Text for a string argument: one character per byte, null for `NULL`. */
export function string(text: string): string | null {
  const { bytes } = data(text);
  return bytes === null ? null : String.fromCharCode(...bytes);
}

/** What receive buffers hold before the call, so that what was not written shows. */
export const JUNK = 0xcc;

/** A buffer of `length` bytes of junk. */
export function junk(length: number): Uint8Array {
  return new Uint8Array(Math.max(length, 0)).fill(JUNK);
}

/** Room for receiving: a number, `NULL` or `NULL*N`. The length may be negative, the buffer is empty then. */
export function room(text: string): Piece {
  const nothing = /^NULL(?:\*(\d+))?$/.exec(text);
  if (nothing !== null) return { bytes: null, length: Number(nothing[1] ?? 0) };
  const length = number(text);
  return { bytes: junk(length), length };
}

/** A list of rooms; `-` is the empty one. */
export function rooms(text: string): Piece[] {
  return text === '-' ? [] : text.split(',').map(room);
}

/** Bytes written as hex digits; null for `NULL`. */
export function hex(text: string): Uint8Array | null {
  if (text === 'NULL') return null;
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new ScriptError(`${text} is not in hex digits`);
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}
