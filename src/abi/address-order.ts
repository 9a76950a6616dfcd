// In which order destinations are to be tried: RFC 6724 section 6, by the policy table of its section 2.1, which Windows comes
// with. Rules 3, 4 and 7 are left out, as nobody here knows of deprecated, home or tunnelled addresses. Which source a
// destination has is the caller's to find out.
import { parseIpv4, parseIpv6 } from './inet-text.js';

/** A destination with the source address that traffic to it leaves from; all in sixteen bytes, an IPv4 address mapped. */
export interface Destination {
  readonly bytes: Uint8Array;
  /** Null where there is no way to it. */
  readonly source: Uint8Array | null;
}

/** A row of the policy table. */
interface Policy {
  readonly prefix: Uint8Array;
  readonly length: number;
  readonly precedence: number;
  readonly label: number;
}

export const LINK_LOCAL_SCOPE = 2;
export const SITE_LOCAL_SCOPE = 5;
const GLOBAL_SCOPE = 14;
/** Of a group: the low half of its second byte is its scope. */
const GROUP = 0xff;

/** How many leading bits two addresses share. */
function commonBits(a: Uint8Array, b: Uint8Array): number {
  for (const [index, byte] of a.entries()) {
    const differing = byte ^ (b[index] ?? 0);
    if (differing !== 0) return index * 8 + Math.clz32(differing) - 24;
  }
  return a.length * 8;
}

function policy(prefix: string, length: number, precedence: number, label: number): Policy {
  return { prefix: parseIpv6(prefix) ?? new Uint8Array(16), length, precedence, label };
}

const ANYTHING = /* @__PURE__ */ policy('::', 0, 40, 1);

/** The longest prefix first. */
const POLICIES: readonly Policy[] = /* @__PURE__ */ (() => [
  policy('::1', 128, 50, 0),
  policy('::ffff:0:0', 96, 35, 4),
  policy('::', 96, 1, 3),
  policy('2001::', 32, 5, 5),
  policy('2002::', 16, 30, 2),
  policy('3ffe::', 16, 1, 12),
  policy('fec0::', 10, 1, 11),
  policy('fc00::', 7, 3, 13),
  ANYTHING,
])();

const LOOPBACK = /* @__PURE__ */ inSixteen('ipv6', '::1');
const MAPPED = /* @__PURE__ */ inSixteen('ipv4', '0.0.0.0');

/** An address as sixteen bytes, an IPv4 one mapped; text that is none is the unspecified address. */
export function inSixteen(family: string, address: string): Uint8Array {
  if (family === 'ipv6') return parseIpv6(address) ?? new Uint8Array(16);
  return mapped(parseIpv4(address) ?? new Uint8Array(4));
}

/** The IPv4-mapped IPv6 address of the four bytes. */
export function mapped(four: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16).fill(0xff, 10, 12);
  bytes.set(four, 12);
  return bytes;
}

/** Whether sixteen bytes are an IPv4-mapped address. */
export function isMapped(bytes: Uint8Array): boolean {
  return commonBits(MAPPED, bytes) >= 96;
}

function policyOf(bytes: Uint8Array): Policy {
  return POLICIES.find(({ prefix, length }) => commonBits(prefix, bytes) >= length) ?? ANYTHING;
}

/** The scope of an address (RFC 6724 section 3.1). */
export function scopeOfAddress(bytes: Uint8Array): number {
  const [first = 0, second = 0] = isMapped(bytes) ? bytes.subarray(12) : bytes;
  if (isMapped(bytes)) return first === 127 || (first === 169 && second === 254) ? LINK_LOCAL_SCOPE : GLOBAL_SCOPE;
  if (commonBits(bytes, LOOPBACK) === 128) return LINK_LOCAL_SCOPE;
  if (first === GROUP) return second & 0xf;
  if (first !== 0xfe) return GLOBAL_SCOPE;
  if ((second & 0xc0) === 0x80) return LINK_LOCAL_SCOPE;
  return (second & 0xc0) === 0xc0 ? SITE_LOCAL_SCOPE : GLOBAL_SCOPE;
}

/** The rules in their order; each says how much a destination is to be preferred for it. */
const RULES: readonly ((one: Destination) => number)[] = [
  // Rule 1: avoid what there is no way to.
  ({ source }) => (source === null ? 0 : 1),
  // Rules 2 and 5: prefer a matching scope, then a matching label.
  ({ source, bytes }) => (source !== null && scopeOfAddress(source) === scopeOfAddress(bytes) ? 1 : 0),
  ({ source, bytes }) => (source !== null && policyOf(source).label === policyOf(bytes).label ? 1 : 0),
  // Rules 6 and 8: prefer the higher precedence, then the smaller scope.
  ({ bytes }) => policyOf(bytes).precedence,
  ({ bytes }) => -scopeOfAddress(bytes),
];

/** Below 0 if `a` is to be tried before `b`; 0 where they stay in the order they are in (rule 10). */
export function compareDestinations(a: Destination, b: Destination): number {
  for (const rule of RULES) {
    const difference = rule(b) - rule(a);
    if (difference !== 0) return difference;
  }
  // Rule 9: the longest match with the own address, among addresses of one kind.
  if (a.source === null || b.source === null || isMapped(a.bytes) !== isMapped(b.bytes)) return 0;
  return commonBits(b.bytes, b.source) - commonBits(a.bytes, a.source);
}
