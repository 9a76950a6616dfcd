// What IGMPv3 (RFC 3376) and MLDv2 (RFC 3810) have in common but for the size of an address: group records, the tail of
// a query, and the times that are written as small floating-point numbers.
import { read16, read8, write16, writeBytes } from './bytes.js';

/** Record types (RFC 3376 section 4.2.12). */
export const RECORD = {
  isInclude: 1,
  isExclude: 2,
  toInclude: 3,
  toExclude: 4,
  allowSources: 5,
  blockSources: 6,
} as const;

/** Where the fields of a group record are, from its start; sources follow the group address. */
export const OFFSET = { type: 0, auxiliaryLength: 1, sourceCount: 2, group: 4 } as const;

/** Where the fields of a report are that precede its records, from the start of the message. */
export const REPORT_OFFSET = { recordCount: 6, records: 8 } as const;

/** Where the fields of a query are that follow its group address, from there. */
export const QUERY_OFFSET = { flags: 0, interval: 1, sourceCount: 2, sources: 4 } as const;

/** The size of a group address: which of the two protocols it is. */
export type AddressSize = 4 | 16;

export function recordType(bytes: Uint8Array, at: number): number {
  return read8(bytes, at);
}

export function sourceCount(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.sourceCount);
}

/** Where the group address of the record at `at` is. */
export function groupAt(at: number): number {
  return at + OFFSET.group;
}

/** Where source number `index` of the record at `at` is. */
export function sourceAt(at: number, size: AddressSize, index: number): number {
  return at + OFFSET.group + size * (index + 1);
}

/** In bytes, auxiliary data included. */
export function recordLength(bytes: Uint8Array, at: number, size: AddressSize): number {
  return OFFSET.group + size * (1 + sourceCount(bytes, at)) + 4 * read8(bytes, at + OFFSET.auxiliaryLength);
}

/** The size of a record with this many sources, without auxiliary data. */
export function lengthFor(size: AddressSize, sources: number): number {
  return OFFSET.group + size * (1 + sources);
}

/** How many whole records there are in the report message at `at` that ends at `end`: never more than it claims. */
export function wholeRecords(bytes: Uint8Array, at: number, end: number, size: AddressSize): number {
  const claimed = read16(bytes, at + REPORT_OFFSET.recordCount);
  const stop = Math.min(end, bytes.length);
  let record = at + REPORT_OFFSET.records;
  for (let count = 0; count < claimed; count += 1) {
    if (stop - record < OFFSET.group + size) return count;
    record += recordLength(bytes, record, size);
    if (record > stop) return count;
  }
  return claimed;
}

/** Writes a record and gives where the next one goes. All addresses are of the size of the group's. */
export function writeRecord(
  bytes: Uint8Array,
  at: number,
  type: number,
  group: Uint8Array,
  sources: readonly Uint8Array[],
): number {
  const size = group.length as AddressSize;
  bytes[at] = type;
  bytes[at + OFFSET.auxiliaryLength] = 0;
  write16(bytes, at + OFFSET.sourceCount, sources.length);
  writeBytes(bytes, groupAt(at), group, size);
  sources.forEach((source, index) => {
    writeBytes(bytes, sourceAt(at, size, index), source, size);
  });
  return at + lengthFor(size, sources.length);
}

/** "Routers shall not restart their timers": of the tail of a query at `at`. */
export function suppressRouters(bytes: Uint8Array, at: number): boolean {
  return (read8(bytes, at) & 8) !== 0;
}

/** The querier's robustness variable; 0 if it is above 7. */
export function robustness(bytes: Uint8Array, at: number): number {
  return read8(bytes, at) & 7;
}

/** The querier's query interval in seconds. */
export function queryInterval(bytes: Uint8Array, at: number): number {
  return decodeTime8(read8(bytes, at + QUERY_OFFSET.interval));
}

/** Writes the tail of a query; `interval` is in seconds. */
export function writeQueryTail(
  bytes: Uint8Array,
  at: number,
  suppress: boolean,
  robustness: number,
  interval: number,
  sources: readonly Uint8Array[],
): void {
  bytes[at] = (suppress ? 8 : 0) | (robustness > 7 ? 0 : robustness);
  bytes[at + QUERY_OFFSET.interval] = encodeTime8(interval);
  write16(bytes, at + QUERY_OFFSET.sourceCount, sources.length);
  let to = at + QUERY_OFFSET.sources;
  for (const source of sources) {
    writeBytes(bytes, to, source, source.length);
    to += source.length;
  }
}

/** From 128 up: one bit, three of exponent, four of mantissa (RFC 3376 section 4.1.1). */
export function decodeTime8(code: number): number {
  return decode(code, 4);
}

/** The nearest code that is not above `time`. */
export function encodeTime8(time: number): number {
  return encode(time, 4);
}

/** From 32768 up: one bit, three of exponent, twelve of mantissa (RFC 3810 section 5.1.3). */
export function decodeTime16(code: number): number {
  return decode(code, 12);
}

/** The nearest code that is not above `time`. */
export function encodeTime16(time: number): number {
  return encode(time, 12);
}

function decode(code: number, mantissaBits: number): number {
  const linear = 1 << (mantissaBits + 3);
  if (code < linear) return code;
  const exponent = (code >>> mantissaBits) & 7;
  const mantissa = code & ((1 << mantissaBits) - 1);
  return (mantissa | (1 << mantissaBits)) << (exponent + 3);
}

function encode(time: number, mantissaBits: number): number {
  const linear = 1 << (mantissaBits + 3);
  if (time < linear) return time;
  let exponent = 0;
  while (exponent < 7 && time >>> (exponent + 3) >= 2 << mantissaBits) exponent += 1;
  const mantissa = Math.min(time >>> (exponent + 3), (2 << mantissaBits) - 1) & ((1 << mantissaBits) - 1);
  return linear | (exponent << mantissaBits) | mantissa;
}
