// Typed values: what options and ioctls take in and give out, as scenarios write and show them.
import { bytesOf, WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW, type Memory } from '../../../src/abi/index.js';
import { address, ipv4, ipv6 } from './addresses.js';
import { entryText } from './catalog-entry.js';
import { dataText, ipv4Text } from './format.js';
import { ScriptError } from './script-error.js';
import type { Session } from './session.js';
import { data, headerValue, number, type Piece } from './words.js';

/** A GUID that no extension function has. */
const UNKNOWN_GUID = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);

function integer(value: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Number((BigInt.asUintN(64, BigInt(value)) >> BigInt(8 * i)) & 0xffn));
}

function pair(text: string): [string, string] {
  const at = text.indexOf(',');
  if (at === -1) throw new ScriptError(`${text} should be two values`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** The bytes of a GUID constant, or of one that nothing has. */
export function guidBytes(name: string): Uint8Array {
  if (name === 'UNKNOWN') return UNKNOWN_GUID;
  const value = headerValue(name);
  if (typeof value !== 'object' || value === null) throw new ScriptError(`${name} is no GUID`);
  return bytesOf(value as Memory).slice();
}

type Reader = (session: Session, text: string) => Uint8Array | null;

const READERS: Readonly<Record<string, Reader>> = {
  int: (_, text) => integer(number(text), 4),
  short: (_, text) => integer(number(text), 2),
  byte: (_, text) => integer(number(text), 1),
  linger: (_, text) => join(...pair(text).map((part) => integer(number(part), 2))),
  mreq: (_, text) => join(...pair(text).map(ipv4)),
  mreq6(_, text) {
    const [group, index] = pair(text);
    return join(ipv6(group), integer(number(index), 4));
  },
  keepalive: (_, text) => join(...text.split(',').map((part) => integer(number(part), 4))),
  ip: (_, text) => ipv4(text),
  addr: (session, text) => address(text, (name) => session.ports.of(name)).bytes,
  guid: (_, text) => guidBytes(text),
  sock: (session, text) => integer(session.socket(text), 8),
  bytes: (_, text) => data(text).bytes,
};

/**
 * A typed value to pass in.
 * @param length replaces its own length; missing bytes are zero
 */
export function valueIn(session: Session, text: string, length?: number): Piece {
  if (text === 'NULL') return { bytes: null, length: length ?? 0 };
  const typed = /^([a-z]+6?):(.*)$/s.exec(text);
  const reader = READERS[typed?.[1] ?? 'int'];
  if (reader === undefined) throw new ScriptError(`${text} is no typed value`);
  const bytes = reader(session, typed?.[2] ?? text);
  if (bytes === null || length === undefined) return { bytes, length: length ?? bytes?.length ?? 0 };
  const padded = new Uint8Array(Math.max(bytes.length, length));
  padded.set(bytes);
  return { bytes: padded, length };
}

type Shower = (session: Session, bytes: Uint8Array) => string;

/** A type for values that come out. */
export interface OutType {
  /** The buffer's size unless the command says otherwise. */
  readonly size: number;
  /** The returned bytes as text; null if they are not shown. */
  readonly text: Shower | null;
}

function integerText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length >= 4) return String(view.getInt32(0, true));
  return String(bytes.reduceRight((value, byte) => value * 256 + byte, 0));
}

function word(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
}

/** The types by name. */
export const OUT_TYPES: Readonly<Record<string, OutType>> = {
  int: { size: 4, text: (_, bytes) => integerText(bytes) },
  byte: { size: 1, text: (_, bytes) => integerText(bytes) },
  linger: { size: 4, text: (_, bytes) => `linger:${String(word(bytes, 0))},${String(word(bytes, 2))}` },
  ip: { size: 4, text: (_, bytes) => ipv4Text(bytes) },
  ptr: { size: 8, text: (_, bytes) => (bytes.some((byte) => byte !== 0) ? 'nonnull' : 'null') },
  addr: { size: 128, text: (session, bytes) => session.addressText(bytes.slice()) },
  bytes: { size: 256, text: (_, bytes) => dataText(bytes) },
  none: { size: 1024, text: null },
  protocolinfow: {
    size: WSAPROTOCOL_INFOW.size,
    text: (_, bytes) => (bytes.length < WSAPROTOCOL_INFOW.size ? dataText(bytes) : entryText(new WSAPROTOCOL_INFOW(bytes))),
  },
  protocolinfo: {
    size: WSAPROTOCOL_INFOA.size,
    text: (_, bytes) => (bytes.length < WSAPROTOCOL_INFOA.size ? dataText(bytes) : entryText(new WSAPROTOCOL_INFOA(bytes))),
  },
};

/** The type a word names. */
export function outType(name: string): OutType {
  const type = OUT_TYPES[name];
  if (type === undefined) throw new ScriptError(`${name} is no type`);
  return type;
}
