// Names that no server is asked for: literals, localhost and what is below it, names that cannot be (RFC 6761), and the names of
// addresses of this machine.
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../../abi/inet-text.js';
import { WSAHOST_NOT_FOUND, WSANO_DATA } from '../../../abi/index.js';
import { foundHere, notFound, type Lookup } from './lookup.js';
import { RR, type RecordData } from './message.js';

const LOCALHOST = 'localhost';
const LOOPBACK = new Map<number, string>([[RR.A, '127.0.0.1'], [RR.AAAA, '::1']]);

/** The answer to a name (canonical) that needs no asking; null for others. */
export function specialAnswer(name: string, type: number): Lookup | null {
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (last === LOCALHOST) return addressAnswer(name, type, LOOPBACK.get(type));
  if (last === 'invalid') return notFound(WSAHOST_NOT_FOUND);
  if (last === 'arpa') return type === RR.PTR && isLoopback(name) ? foundHere(name, type, [{ kind: 'name', target: LOCALHOST }]) : null;
  const literal = literalOf(name);
  return literal === null ? null : addressAnswer(name, type, literal.type === type ? literal.address : undefined);
}

/** The address that a name is already, and the type of record that it would be in. */
export function literalOf(name: string): { readonly type: number; readonly address: string } | null {
  const ipv4 = parseIpv4(name);
  if (ipv4 !== null) return { type: RR.A, address: formatIpv4(ipv4) };
  const ipv6 = parseIpv6(name);
  return ipv6 === null ? null : { type: RR.AAAA, address: formatIpv6(ipv6) };
}

/** The name under which the names of an address are; null for what is no address. */
export function reverseName(address: string): string | null {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== null) return `${[...ipv4].reverse().join('.')}.in-addr.arpa`;
  const ipv6 = parseIpv6(address);
  if (ipv6 === null) return null;
  const digits = [...ipv6].flatMap((byte) => [byte >>> 4, byte & 0xf]);
  return `${digits.reverse().map((digit) => digit.toString(16)).join('.')}.ip6.arpa`;
}

/** The address that a name under in-addr.arpa or ip6.arpa is about. */
export function addressOfReverse(name: string): string | null {
  const ipv4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  if (ipv4 !== null) return literalOf(ipv4.slice(1).reverse().join('.'))?.address ?? null;
  if (!/^(?:[0-9a-f]\.){32}ip6\.arpa$/.test(name)) return null;
  const digits = name.split('.').slice(0, 32).reverse().join('');
  return literalOf(digits.replace(/(.{4})(?!$)/g, '$1:'))?.address ?? null;
}

const isLoopback = (name: string): boolean => /(?:^|\.)127\.in-addr\.arpa$/.test(name) || name === reverseName('::1');

function addressAnswer(name: string, type: number, address: string | undefined): Lookup {
  if (address === undefined) return notFound(WSANO_DATA);
  const data: RecordData = { kind: 'address', address };
  return foundHere(name, type, [data]);
}
