// The options behind an IPv4 header (RFC 791 section 3.1): walking over them, which ones fragments carry, and the one
// that the stack itself sends, router alert (RFC 2113).
import { read8, write16 } from './bytes.js';
import { HEADER_LENGTH, headerLength } from './ipv4.js';

/** The kinds, with the copied flag in the top bit. */
export const OPTION = {
  end: 0,
  noOperation: 1,
  recordRoute: 7,
  timestamp: 68,
  looseSourceRoute: 131,
  strictSourceRoute: 137,
  routerAlert: 148,
} as const;

export const ROUTER_ALERT_LENGTH = 4;

const COPIED = 0x80;

/** The kind of the option at `at`. */
export function kind(bytes: Uint8Array, at: number): number {
  return read8(bytes, at);
}

/** The length of the option at `at`, kind and length bytes included; 0 if it runs past `end` or is malformed. */
export function length(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0;
  if (kind(bytes, at) <= OPTION.noOperation) return 1;
  const claimed = at + 1 < end ? read8(bytes, at + 1) : 0;
  return claimed >= 2 && at + claimed <= end ? claimed : 0;
}

/** Where the option of this kind stands in the header at `header`, or -1. */
export function find(bytes: Uint8Array, header: number, wanted: number): number {
  const end = header + headerLength(bytes, header);
  let at = header + HEADER_LENGTH;
  while (at < end && kind(bytes, at) !== OPTION.end) {
    if (kind(bytes, at) === wanted) return length(bytes, at, end) === 0 ? -1 : at;
    const step = length(bytes, at, end);
    if (step === 0) return -1;
    at += step;
  }
  return -1;
}

/** Whether every fragment must carry the option; the others stay with the first one. */
export function isCopied(kind: number): boolean {
  return (kind & COPIED) !== 0;
}

/**
 * Writes those options of the header at `header` that later fragments carry to `to`, filled up to a multiple of four
 * bytes; gives the length.
 */
export function writeCopied(bytes: Uint8Array, header: number, target: Uint8Array, to: number): number {
  const end = header + headerLength(bytes, header);
  let written = to;
  for (let at = header + HEADER_LENGTH; at < end && kind(bytes, at) !== OPTION.end; ) {
    const step = length(bytes, at, end);
    if (step === 0) break;
    if (isCopied(kind(bytes, at))) for (let i = 0; i < step; i += 1) target[written++] = read8(bytes, at + i);
    at += step;
  }
  while ((written - to) % 4 !== 0) target[written++] = OPTION.end;
  return written - to;
}

/** "Routers shall look at this packet": membership reports carry it (RFC 3376 section 4). */
export function writeRouterAlert(bytes: Uint8Array, at: number): void {
  bytes[at] = OPTION.routerAlert;
  bytes[at + 1] = ROUTER_ALERT_LENGTH;
  write16(bytes, at + 2, 0);
}
