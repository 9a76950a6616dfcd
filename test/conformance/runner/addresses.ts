// Socket addresses as scenarios write them: text to sockaddr bytes. The other direction is in format.ts.
import { AF_INET, AF_INET6 } from '../../../src/abi/index.js';
import { ScriptError } from './script-error.js';
import { number, type Piece } from './words.js';

const SOCKADDR_IN = 16;
const SOCKADDR_IN6 = 28;

/** Dotted decimal to four bytes. */
export function ipv4(text: string): Uint8Array {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) {
    throw new ScriptError(`${text} is no IPv4 address`);
  }
  return Uint8Array.from(parts, Number);
}

function groups(text: string, whole: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) {
      const [a = 0, b = 0, c = 0, d = 0] = ipv4(group);
      return [a * 256 + b, c * 256 + d];
    }
    if (!/^[0-9a-f]{1,4}$/i.test(group)) throw new ScriptError(`${whole} is no IPv6 address`);
    return [parseInt(group, 16)];
  });
}

/** IPv6 text without scope to sixteen bytes. */
export function ipv6(text: string): Uint8Array {
  const [left = '', right, more] = text.split('::');
  const before = groups(left, text);
  const after = right === undefined ? [] : groups(right, text);
  const gap = 8 - before.length - after.length;
  if (more !== undefined || gap < 0 || (right === undefined && gap !== 0)) {
    throw new ScriptError(`${text} is no IPv6 address`);
  }
  const words = [...before, ...new Array<number>(gap).fill(0), ...after];
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}

/** `sockaddr_in` or `sockaddr_in6`, by the length of `address`. */
export function sockaddr(address: Uint8Array, port: number, scope = 0): Uint8Array {
  const bytes = new Uint8Array(address.length === 4 ? SOCKADDR_IN : SOCKADDR_IN6);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, address.length === 4 ? AF_INET : AF_INET6, true);
  view.setUint16(2, port);
  bytes.set(address, address.length === 4 ? 4 : 8);
  if (address.length === 16) view.setUint32(24, scope, true);
  return bytes;
}

/** What may replace parts of an address that is passed in. */
export interface AddressChanges {
  readonly length?: number | undefined;
  readonly family?: number | undefined;
}

/**
 * An address to pass in.
 * @param text `127.0.0.1:PORT`, `[::1%SCOPE]:PORT` or `NULL`
 * @param portOf gives the port remembered for a socket's name, for `<name>`
 */
export function address(text: string, portOf: (name: string) => number, changes: AddressChanges = {}): Piece {
  if (text === 'NULL') return { bytes: null, length: changes.length ?? 0 };
  const match = /^(?:\[([^\]%]+)(?:%(\d+))?\]|([0-9.]+)):(?:<(\w+)>|([^<>]+))$/.exec(text);
  if (match === null) throw new ScriptError(`${text} is no address`);
  const [, six, scope = '0', four = '', owner, digits = ''] = match;
  const port = owner === undefined ? number(digits) : portOf(owner);
  const bytes = sockaddr(six === undefined ? ipv4(four) : ipv6(six), port, Number(scope));
  if (changes.family !== undefined) new DataView(bytes.buffer).setUint16(0, changes.family, true);
  const length = changes.length ?? bytes.length;
  if (length <= bytes.length) return { bytes, length };
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return { bytes: longer, length };
}
