// Owns the words of a result: data, bit masks, addresses, status. It knows nothing of the session: what port numbers are
// called is handed in.
import { AF_INET, AF_INET6, bytesOf, type Memory } from '../../../src/abi/index.js';
import { constant, JUNK } from './words.js';

/** FNV-1a, 32 bits, as eight hex digits. */
export function hash(bytes: Uint8Array): string {
  let value = 2166136261;
  for (const byte of bytes) value = Math.imul(value ^ byte, 16777619);
  return (value >>> 0).toString(16).padStart(8, '0');
}

function character(byte: number): string {
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte <= 0x7e) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Data: a literal up to 64 bytes, else length and hash. */
export function dataText(bytes: Uint8Array): string {
  if (bytes.length > 64) return `data(${String(bytes.length)},${hash(bytes)})`;
  return `"${Array.from(bytes, character).join('')}"`;
}

/** A JavaScript string as data, one byte per character. */
export function stringText(text: string): string {
  return dataText(Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff));
}

/** Bytes as hex digits. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A number in hex with its prefix. */
export function hexNumber(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** The message flags in the order in which they are shown. */
export const MESSAGE_FLAGS: readonly string[] = [
  'MSG_OOB', 'MSG_PEEK', 'MSG_DONTROUTE', 'MSG_WAITALL', 'MSG_PUSH_IMMEDIATE', 'MSG_TRUNC', 'MSG_CTRUNC', 'MSG_BCAST',
  'MSG_MCAST', 'MSG_PARTIAL',
];

/** A bit mask as names in the given order, what is left over in hex, `0` for none. */
export function maskText(bits: number, order: readonly string[]): string {
  let left = bits >>> 0;
  const shown: string[] = [];
  for (const name of order) {
    const bit = constant(name) ?? 0;
    if (bit === 0 || (left & bit) >>> 0 !== bit) continue;
    shown.push(name);
    left = (left & ~bit) >>> 0;
  }
  if (left !== 0) shown.push(hexNumber(left));
  return shown.length === 0 ? '0' : shown.join('|');
}

/** Message flags as names. */
export function messageFlags(bits: number): string {
  return maskText(bits, MESSAGE_FLAGS);
}

/** The name among `names` that has this value, else decimal. */
export function nameOf(value: number, names: readonly string[]): string {
  return names.find((name) => constant(name) === value) ?? String(value);
}

/** Four bytes as dotted decimal. */
export function ipv4Text(bytes: Uint8Array): string {
  return bytes.subarray(0, 4).join('.');
}

/** Sixteen bytes as lower-case groups, the first longest run of two or more zero groups as `::`, never dotted. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let start = 0;
  let longest = 1;
  for (let i = 0; i < 8; i += 1) {
    let end = i;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - i <= longest) continue;
    start = i;
    longest = end - i;
  }
  const text = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  if (longest === 1) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + longest))}`;
}

/**
 * A sockaddr as text; `none` if the call left the junk in place.
 * @param port what a port number is called
 */
export function addressText(memory: Memory, port: (number: number) => string): string {
  const bytes = bytesOf(memory);
  if (bytes.every((byte) => byte === JUNK)) return 'none';
  if (bytes.length < 2) return 'none';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = view.getUint16(0, true);
  if (family === AF_INET && bytes.length >= 8) return `${ipv4Text(bytes.subarray(4))}:${port(view.getUint16(2))}`;
  if (family === AF_INET6 && bytes.length >= 28) {
    const scope = view.getUint32(24, true);
    const host = ipv6Text(bytes.subarray(8, 24)) + (scope === 0 ? '' : `%${String(scope)}`);
    return `[${host}]:${port(view.getUint16(2))}`;
  }
  return `family${String(family)}`;
}

const FAMILIES = ['AF_UNSPEC', 'AF_INET', 'AF_INET6'];
const TYPES = ['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW', 'SOCK_RDM', 'SOCK_SEQPACKET'];
const PROTOCOLS = ['IPPROTO_IP', 'IPPROTO_ICMP', 'IPPROTO_TCP', 'IPPROTO_UDP', 'IPPROTO_ICMPV6'];

/** An address family by name. */
export function familyText(value: number): string {
  return nameOf(value, FAMILIES);
}

/** A socket type by name. */
export function typeText(value: number): string {
  return nameOf(value, TYPES);
}

/** A protocol by name. */
export function protocolText(value: number): string {
  return nameOf(value, PROTOCOLS);
}
