// Whole socket addresses as text and back: an address with its scope and port, as WSAAddressToString, WSAStringToAddress
// and the Rtl...Ex functions write and read it. The address alone is inet-text.ts's; errors and buffers are the callers'.
import { AF_INET, AF_INET6 } from './constants/index.js';
import { scanIpv6 } from './inet-scan.js';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv4Loose } from './inet-text.js';
import { sockaddr_in, sockaddr_in6 } from './structs/index.js';

/** An address as text tells it. */
export interface AddressText {
  /** 4 or 16 bytes in network order. */
  readonly bytes: Uint8Array;
  /** Host order; 0 when the text names none. */
  readonly port: number;
  /** 0 when the text names none; always 0 for IPv4. */
  readonly scopeId: number;
}

/** A port after its colon: 1 to 65535, decimal, or in C's octal or hexadecimal; null for anything else. */
export function parsePort(text: string): number | null {
  if (!/^(0[0-7]*|[1-9]\d*|0[xX][\da-fA-F]+)$/.test(text)) return null;
  const octal = text.startsWith('0') && !/[xX]/.test(text);
  const port = octal ? parseInt(text, 8) : Number(text);
  return port > 0 && port <= 0xffff ? port : null;
}

/** `a.b.c.d` or `a.b.c.d:port`; `strict` is inet_pton's form of the address, else inet_addr's. Null for anything else. */
export function parseIpv4Endpoint(text: string, strict: boolean): AddressText | null {
  const colon = text.indexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon);
  const bytes = strict ? parseIpv4(host) : parseIpv4Loose(host);
  const port = colon < 0 ? 0 : parsePort(text.slice(colon + 1));
  return bytes === null || port === null ? null : { bytes, port, scopeId: 0 };
}

/** `address`, `address%scope`, and both in brackets with or without `:port` behind. Null for anything else. */
export function parseIpv6Endpoint(text: string): AddressText | null {
  const bracketed = text.startsWith('[');
  const inside = bracketed ? text.slice(1) : text;
  const { bytes, end } = scanIpv6(inside);
  if (bytes === null) return null;
  const rest = /^(?:%(\d+))?(.*)$/s.exec(inside.slice(end));
  const scopeId = Number(rest?.[1] ?? 0);
  const tail = rest?.[2] ?? '';
  if (scopeId > 0xffffffff) return null;
  if (!bracketed) return tail === '' ? { bytes, port: 0, scopeId } : null;
  if (tail === ']') return { bytes, port: 0, scopeId };
  const port = tail.startsWith(']:') ? parsePort(tail.slice(2)) : null;
  return port === null ? null : { bytes, port, scopeId };
}

/** The four bytes at `offset` and, unless it is 0, the port. */
export function formatIpv4Endpoint(bytes: Uint8Array, offset: number, port: number): string {
  const host = formatIpv4(bytes, offset);
  return port === 0 ? host : `${host}:${port}`;
}

/** The sixteen bytes at `offset` with, unless they are 0, `%scope` and the port; brackets only where there is a port. */
export function formatIpv6Endpoint(bytes: Uint8Array, offset: number, scopeId: number, port: number): string {
  const host = formatIpv6(bytes, offset) + (scopeId === 0 ? '' : `%${scopeId}`);
  return port === 0 ? host : `[${host}]:${port}`;
}

/** The size of a whole sockaddr of an internet family; 0 for any other family. */
export function sockaddrSize(family: number): number {
  if (family === AF_INET) return sockaddr_in.size;
  return family === AF_INET6 ? sockaddr_in6.size : 0;
}

/** The text of a whole sockaddr_in or sockaddr_in6; null for another family or too few bytes. */
export function sockaddrText(bytes: Uint8Array): string | null {
  if (bytes.length < 2) return null;
  const family = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  if (sockaddrSize(family) === 0 || bytes.length < sockaddrSize(family)) return null;
  const port = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  if (family === AF_INET) return formatIpv4Endpoint(bytes, 4, port);
  return formatIpv6Endpoint(bytes, 8, new sockaddr_in6(bytes).sin6_scope_id, port);
}

/** The sockaddr of an internet family; all that `address` does not name is 0. */
export function sockaddrBytes(family: number, { bytes, port, scopeId }: AddressText): Uint8Array {
  const name = new Uint8Array(sockaddrSize(family));
  name[0] = family;
  name[2] = port >> 8;
  name[3] = port & 0xff;
  name.set(bytes, family === AF_INET ? 4 : 8);
  if (family === AF_INET6) new sockaddr_in6(name).sin6_scope_id = scopeId;
  return name;
}

/** Reads text as WSAStringToAddress does for the family: the sockaddr's bytes; null for no address of that family. */
export function parseSockaddr(family: number, text: string): Uint8Array | null {
  if (sockaddrSize(family) === 0) return null;
  const address = family === AF_INET ? parseIpv4Endpoint(text, false) : parseIpv6Endpoint(text);
  return address === null ? null : sockaddrBytes(family, address);
}
