// Multicast listener discovery, both versions (RFC 2710, RFC 3810): ICMPv6 messages, as views over bytes at an offset.
// When a host reports is ../multicast's business; the records of a v2 report are in group-records.ts, checksums in
// icmpv6.ts.
import { read16, write16, writeBytes } from './bytes.js';
import { decodeTime16, encodeTime16, QUERY_OFFSET, REPORT_OFFSET, writeQueryTail } from './group-records.js';
import * as icmpv6 from './icmpv6.js';

/** Where the fields are, in bytes from the start of the ICMPv6 message. */
export const OFFSET = {
  maxResponse: 4,
  group: 8,
  /** Of a v2 query: the tail that group-records.ts knows. */
  queryTail: 24,
  recordCount: REPORT_OFFSET.recordCount,
  records: REPORT_OFFSET.records,
} as const;

/** All of a v1 message. */
export const MESSAGE_LENGTH = 24;
/** A v2 query without sources. */
export const QUERY_LENGTH = 28;
/** A v2 report without records. */
export const REPORT_HEADER_LENGTH = 8;

/** Whose query this is: RFC 3810 section 8.1. 0: a length that no version has, to be ignored. */
export function queryVersion(at: number, end: number): 0 | 1 | 2 {
  const length = end - at;
  if (length >= QUERY_LENGTH) return 2;
  return length === MESSAGE_LENGTH ? 1 : 0;
}

/** In milliseconds; in v2 queries from 32768 up a small floating-point number. */
export function maxResponse(bytes: Uint8Array, at: number, version: 1 | 2): number {
  const code = read16(bytes, at + OFFSET.maxResponse);
  return version === 2 ? decodeTime16(code) : code;
}

/** Of a v2 query. */
export function querySourceCount(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.queryTail + QUERY_OFFSET.sourceCount);
}

/** Where source number `index` of a v2 query is. */
export function querySourceAt(at: number, index: number): number {
  return at + QUERY_LENGTH + 16 * index;
}

/** Of a v2 report. */
export function recordCount(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.recordCount);
}

/** Writes a whole v1 message without its checksum; `maxResponse` is in milliseconds. */
export function writeMessage(
  bytes: Uint8Array,
  at: number,
  type: number,
  maxResponse: number,
  group: Uint8Array,
): void {
  icmpv6.write(bytes, at, type, 0, 0);
  write16(bytes, at + OFFSET.maxResponse, maxResponse);
  writeBytes(bytes, at + OFFSET.group, group, 16);
}

/** Writes a v2 query without its checksum and gives its length; times in milliseconds and in seconds. */
export function writeQuery(
  bytes: Uint8Array,
  at: number,
  maxResponse: number,
  group: Uint8Array,
  suppress: boolean,
  robustness: number,
  interval: number,
  sources: readonly Uint8Array[],
): number {
  writeMessage(bytes, at, icmpv6.TYPE.listenerQuery, encodeTime16(maxResponse), group);
  writeQueryTail(bytes, at + OFFSET.queryTail, suppress, robustness, interval, sources);
  return QUERY_LENGTH + 16 * sources.length;
}

/** Writes what precedes the records of a v2 report, the checksum 0; `writeRecord` goes on at `OFFSET.records`. */
export function writeReport(bytes: Uint8Array, at: number, recordCount: number): void {
  icmpv6.write(bytes, at, icmpv6.TYPE.listenerReportV2, 0, 0);
  write16(bytes, at + OFFSET.recordCount, recordCount);
}
