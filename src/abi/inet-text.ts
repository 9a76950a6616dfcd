// Internet addresses as text and back: the strict forms that inet_pton and inet_ntop define, and inet_addr's loose one.
// Ports, scopes and brackets are address-text.ts's.
import { scanIpv4, scanIpv6, type AddressScan } from './inet-scan.js';

/** Four bytes of strict dotted decimal, or null. Every part is 0 to 255 without sign, blanks, leading zeros or other bases. */
export function parseIpv4(text: string): Uint8Array | null {
  return whole(text, scanIpv4(text, true));
}

/** Four bytes of inet_addr's forms: one to four parts, each decimal, octal (0) or hexadecimal (0x), the last one filling up. */
export function parseIpv4Loose(text: string): Uint8Array | null {
  return whole(text, scanIpv4(text, false));
}

/** Sixteen bytes of IPv6 text (`::` once, an IPv4 tail allowed; no scope, no brackets), or null. */
export function parseIpv6(text: string): Uint8Array | null {
  return whole(text, scanIpv6(text));
}

function whole(text: string, { bytes, end }: AddressScan): Uint8Array | null {
  return end === text.length ? bytes : null;
}

/** Dotted decimal of the four bytes at `offset`. */
export function formatIpv4(bytes: Uint8Array, offset = 0): string {
  return `${bytes[offset] ?? 0}.${bytes[offset + 1] ?? 0}.${bytes[offset + 2] ?? 0}.${bytes[offset + 3] ?? 0}`;
}

/**
 * IPv6 text of the sixteen bytes at `offset`: lower case, the first longest run of two or more zero groups as `::`, the
 * last four bytes dotted for ISATAP and, unless the upper two of them are zero, for the IPv4-compatible, -mapped and
 * -translated forms, as Windows prints them.
 */
export function formatIpv6(bytes: Uint8Array, offset = 0): string {
  const groups: number[] = [];
  for (let i = 0; i < 8; i++) groups.push(((bytes[offset + 2 * i] ?? 0) << 8) | (bytes[offset + 2 * i + 1] ?? 0));
  const dotted = endsInIpv4(groups);
  const shown = dotted ? groups.slice(0, 6) : groups;
  const run = longestZeroRun(shown);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  const tail = dotted ? formatIpv4(bytes, offset + 12) : '';
  if (run.length < 2) return dotted ? `${hex(shown)}:${tail}` : hex(shown);
  const after = shown.slice(run.start + run.length);
  const end = [hex(after), tail].filter((part) => part !== '').join(':');
  return `${hex(shown.slice(0, run.start))}::${end}`;
}

function endsInIpv4(groups: readonly number[]): boolean {
  const [a, b, c, d, e, f, g] = groups as [number, number, number, number, number, number, number];
  // ISATAP: an interface identifier of 0:5efe or 200:5efe.
  if ((e & 0xfdff) === 0 && f === 0x5efe) return true;
  if (a !== 0 || b !== 0 || c !== 0 || d !== 0) return false;
  if (g === 0) return false;
  return e === 0 ? f === 0 || f === 0xffff : e === 0xffff && f === 0;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}
