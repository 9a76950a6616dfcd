// SIO_ADDRESS_LIST_SORT: destinations in the order in which they are to be tried (RFC 6724 section 6, by the policy table
// that Windows comes with). Reading and writing the list is interfaces.ts's.
import * as abi from '../../abi/index.js';
import { WSAEFAULT, parseIpv4, parseIpv6 } from '../../abi/index.js';
import type { NetAddress } from '../../drivers/contract.js';
import { decodeAddress, encodeAddress, isAny } from '../address.js';
import type { Endpoint } from '../endpoint.js';
import { isGroup } from '../options/multicast.js';
import { code, INTERNET } from './builders.js';
import { putAddressList, readAddressList, sourceFor } from './interfaces.js';
import { outcome, type ControlOutcome, type ControlRule } from './rule.js';

/** A row of the policy table. */
interface Policy {
  readonly prefix: Uint8Array;
  readonly length: number;
  readonly precedence: number;
  readonly label: number;
}

function policy(prefix: string, length: number, precedence: number, label: number): Policy {
  return { prefix: parseIpv6(prefix) ?? new Uint8Array(16), length, precedence, label };
}

const ANYTHING = policy('::', 0, 40, 1);

/** The longest prefix first. */
const POLICIES: readonly Policy[] = [
  policy('::1', 128, 50, 0),
  policy('::ffff:0:0', 96, 35, 4),
  policy('::', 96, 1, 3),
  policy('2001::', 32, 5, 5),
  policy('2002::', 16, 30, 2),
  policy('3ffe::', 16, 1, 12),
  policy('fec0::', 10, 1, 11),
  policy('fc00::', 7, 3, 13),
  ANYTHING,
];

const LOOPBACK = sixteen({ family: 'ipv6', address: '::1', port: 0, scopeId: 0 });
const MAPPED = sixteen({ family: 'ipv4', address: '0.0.0.0', port: 0, scopeId: 0 });

const LINK_LOCAL = 2;
const SITE_LOCAL = 5;
const GLOBAL = 14;

/** How many leading bits two addresses share. */
function commonBits(a: Uint8Array, b: Uint8Array): number {
  for (const [index, byte] of a.entries()) {
    const differing = byte ^ (b[index] ?? 0);
    if (differing !== 0) return index * 8 + Math.clz32(differing) - 24;
  }
  return a.length * 8;
}

/** An address as sixteen bytes, an IPv4 one mapped. */
function sixteen({ family, address }: NetAddress): Uint8Array {
  if (family === 'ipv6') return parseIpv6(address) ?? new Uint8Array(16);
  const bytes = new Uint8Array(16).fill(0xff, 10, 12);
  bytes.set(parseIpv4(address) ?? [0, 0, 0, 0], 12);
  return bytes;
}

function policyOf(bytes: Uint8Array): Policy {
  return POLICIES.find(({ prefix, length }) => commonBits(prefix, bytes) >= length) ?? ANYTHING;
}

function isMapped(bytes: Uint8Array): boolean {
  return commonBits(MAPPED, bytes) >= 96;
}

function scopeOf(bytes: Uint8Array): number {
  const [first = 0, second = 0] = isMapped(bytes) ? bytes.subarray(12) : bytes;
  if (isMapped(bytes)) return first === 127 || (first === 169 && second === 254) ? LINK_LOCAL : GLOBAL;
  if (commonBits(bytes, LOOPBACK) === 128) return LINK_LOCAL;
  if (first !== 0xfe) return GLOBAL;
  if ((second & 0xc0) === 0x80) return LINK_LOCAL;
  return (second & 0xc0) === 0xc0 ? SITE_LOCAL : GLOBAL;
}

/** A destination, and what its order is decided by. */
interface Candidate {
  readonly address: NetAddress;
  readonly bytes: Uint8Array;
  readonly source: Uint8Array | null;
  readonly scope: number;
  readonly policy: Policy;
}

/** What a destination is worth; null for none that can be talked to. */
function candidate(endpoint: Endpoint, memory: Uint8Array | null): Candidate | null {
  const { address } = decodeAddress('ipv6', memory, memory?.length ?? 0);
  if (address === null || isAny(address) || isGroup('ipv6', address.address)) return null;
  const bytes = sixteen(address);
  const four = isMapped(bytes);
  const destination: NetAddress = four ? { ...address, family: 'ipv4', address: abi.formatIpv4(bytes, 12) } : address;
  const source = sourceFor(endpoint, destination);
  const scope = scopeOf(bytes);
  // A site-local address says nothing without its site.
  if (scope === SITE_LOCAL && address.scopeId === 0 && source === null) return null;
  const local = !four && (scope === LINK_LOCAL || scope === SITE_LOCAL);
  const scopeId = local && address.scopeId === 0 ? (source?.scopeId ?? 0) : address.scopeId;
  return {
    address: { ...address, scopeId },
    bytes,
    source: source === null ? null : sixteen(source),
    scope,
    policy: policyOf(bytes),
  };
}

/** The rules in their order; each says how much an address is to be preferred for it. */
const RULES: readonly ((one: Candidate) => number)[] = [
  // Avoid what there is no way to.
  ({ source }) => (source === null ? 0 : 1),
  // Prefer a matching scope, then a matching label.
  ({ source, scope }) => (source !== null && scopeOf(source) === scope ? 1 : 0),
  ({ source, policy }) => (source !== null && policyOf(source).label === policy.label ? 1 : 0),
  ({ policy }) => policy.precedence,
  // Prefer the smaller scope.
  ({ scope }) => -scope,
];

function order(a: Candidate, b: Candidate): number {
  for (const rule of RULES) {
    const difference = rule(b) - rule(a);
    if (difference !== 0) return difference;
  }
  // The longest match with the own address, among addresses of one kind.
  if (a.source === null || b.source === null || isMapped(a.bytes) !== isMapped(b.bytes)) return 0;
  return commonBits(b.bytes, b.source) - commonBits(a.bytes, a.source);
}

function sortList(endpoint: Endpoint, input: Uint8Array, output: Uint8Array): ControlOutcome {
  const list = readAddressList(input);
  if (list === null) return outcome(WSAEFAULT);
  const candidates = list.map((memory) => candidate(endpoint, memory)).filter((one) => one !== null);
  return putAddressList(candidates.sort(order).map(({ address }) => encodeAddress(address)), output);
}

/** Its row. */
export const sortControls: readonly ControlRule[] = [
  code(abi.SIO_ADDRESS_LIST_SORT, { families: INTERNET }, { input: 8 }, sortList),
];
