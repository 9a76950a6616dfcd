// IGMP, all three versions (RFC 1112, RFC 2236, RFC 3376): views over bytes at an offset. When a host reports is
// ../multicast's business; the records of a v3 report are in group-records.ts.
import { read16, read8, write16, writeBytes } from './bytes.js';
import * as checksums from './checksum.js';
import { decodeTime8, encodeTime8, QUERY_OFFSET, REPORT_OFFSET, writeQueryTail } from './group-records.js';

/** Where the fields are, in bytes from the start of the message. */
export const OFFSET = {
  type: 0,
  maxResponse: 1,
  checksum: 2,
  group: 4,
  /** Of a v3 query: the tail that group-records.ts knows. */
  queryTail: 8,
  recordCount: REPORT_OFFSET.recordCount,
  records: REPORT_OFFSET.records,
} as const;

/** All of a v1 or v2 message; a v3 report without records. */
export const HEADER_LENGTH = 8;
/** A v3 query without sources. */
export const QUERY_LENGTH = 12;

export const TYPE = { query: 0x11, reportV1: 0x12, reportV2: 0x16, leave: 0x17, reportV3: 0x22 } as const;

export function type(bytes: Uint8Array, at: number): number {
  return read8(bytes, at);
}

/** Whose query this is: RFC 3376 section 7.1. 0: a length that no version has, to be ignored. */
export function queryVersion(bytes: Uint8Array, at: number, end: number): 0 | 1 | 2 | 3 {
  const length = end - at;
  if (length >= QUERY_LENGTH) return 3;
  if (length !== HEADER_LENGTH) return 0;
  return read8(bytes, at + OFFSET.maxResponse) === 0 ? 1 : 2;
}

/** In tenths of a second; in v3 queries from 128 up a small floating-point number. */
export function maxResponse(bytes: Uint8Array, at: number, version: 1 | 2 | 3): number {
  const code = read8(bytes, at + OFFSET.maxResponse);
  return version === 3 ? decodeTime8(code) : code;
}

export function checksum(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.checksum);
}

/** It covers the message only. */
export function fillChecksum(bytes: Uint8Array, at: number, end: number): void {
  checksums.fill(bytes, at + OFFSET.checksum, at, end);
}

export function checksumGood(bytes: Uint8Array, at: number, end: number): boolean {
  return checksums.good(bytes, at, end);
}

/** Of a v3 query. */
export function querySourceCount(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.queryTail + QUERY_OFFSET.sourceCount);
}

/** Where source number `index` of a v3 query is. */
export function querySourceAt(at: number, index: number): number {
  return at + QUERY_LENGTH + 4 * index;
}

/** Of a v3 report. */
export function recordCount(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.recordCount);
}

/** Writes a whole v1 or v2 message without its checksum; `maxResponse` is in tenths of a second. */
export function writeMessage(
  bytes: Uint8Array,
  at: number,
  type: number,
  maxResponse: number,
  group: Uint8Array,
): void {
  bytes[at] = type;
  bytes[at + OFFSET.maxResponse] = maxResponse;
  write16(bytes, at + OFFSET.checksum, 0);
  writeBytes(bytes, at + OFFSET.group, group, 4);
}

/** Writes a v3 query without its checksum and gives its length; times in tenths of a second and in seconds. */
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
  writeMessage(bytes, at, TYPE.query, encodeTime8(maxResponse), group);
  writeQueryTail(bytes, at + OFFSET.queryTail, suppress, robustness, interval, sources);
  return QUERY_LENGTH + 4 * sources.length;
}

/** Writes what precedes the records of a v3 report, the checksum 0; `writeRecord` goes on at `OFFSET.records`. */
export function writeReport(bytes: Uint8Array, at: number, recordCount: number): void {
  bytes.fill(0, at, at + HEADER_LENGTH);
  bytes[at] = TYPE.reportV3;
  write16(bytes, at + OFFSET.recordCount, recordCount);
}
