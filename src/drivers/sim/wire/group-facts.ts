// The facts of IGMP and of multicast listener discovery.
import { formatIpv4, formatIpv6 } from '../../../abi/index.js';
import { truncated, type Contents } from './contents.js';
import type { GroupFacts, GroupQueryFacts, GroupRecordFacts, GroupRecordType, TransportFacts } from './facts.js';
import * as records from './group-records.js';
import * as icmpv6 from './icmpv6.js';
import * as igmp from './igmp.js';
import * as mld from './mld.js';

const RECORD_TYPES: Readonly<Record<number, GroupRecordType>> = {
  [records.RECORD.isInclude]: 'is-include',
  [records.RECORD.isExclude]: 'is-exclude',
  [records.RECORD.toInclude]: 'to-include',
  [records.RECORD.toExclude]: 'to-exclude',
  [records.RECORD.allowSources]: 'allow',
  [records.RECORD.blockSources]: 'block',
};

const UNKNOWN = ['unknown', 0] as const;

const IGMP_MESSAGES: Readonly<Record<number, readonly [name: 'report' | 'leave', version: number]>> = {
  [igmp.TYPE.reportV1]: ['report', 1],
  [igmp.TYPE.reportV2]: ['report', 2],
  [igmp.TYPE.leave]: ['leave', 2],
  [igmp.TYPE.reportV3]: ['report', 3],
};

export function igmpFacts(contents: Contents): TransportFacts {
  const { bytes, start, end, stop, addressSum } = contents;
  if (stop - start < igmp.HEADER_LENGTH) return truncated(contents, 'shorter than an IGMP message', false);
  const type = igmp.type(bytes, start);
  const query = type === igmp.TYPE.query;
  const version = igmp.queryVersion(bytes, start, end);
  const [name, messageVersion] = query ? (['query', version] as const) : (IGMP_MESSAGES[type] ?? UNKNOWN);
  return {
    kind: 'igmp',
    version: messageVersion,
    name,
    group: type === igmp.TYPE.reportV3 ? null : formatIpv4(bytes, start + igmp.OFFSET.group),
    query: query && version !== 0 ? igmpQuery(contents, version) : null,
    records: type === igmp.TYPE.reportV3 ? recordFacts(contents, 4) : [],
    length: end - start,
    checksumGood: addressSum === null ? null : igmp.checksumGood(bytes, start, end),
  };
}

function igmpQuery({ bytes, start, stop }: Contents, version: 1 | 2 | 3): GroupQueryFacts {
  const maxResponse = igmp.maxResponse(bytes, start, version) * 100;
  if (version < 3 || stop - start < igmp.QUERY_LENGTH) return shortQuery(maxResponse);
  const tail = start + igmp.OFFSET.queryTail;
  const sources = igmp.querySourceCount(bytes, start);
  return longQuery(bytes, tail, stop, maxResponse, 4, sources, igmp.querySourceAt(start, 0));
}

/** The message is known to be one of the four types, and to have eight bytes. */
export function groupFactsOfMld(contents: Contents): TransportFacts {
  const { bytes, start, end, stop, addressSum } = contents;
  const type = icmpv6.type(bytes, start);
  const withRecords = type === icmpv6.TYPE.listenerReportV2;
  if (!withRecords && stop - start < mld.MESSAGE_LENGTH) {
    return truncated(contents, 'shorter than a listener message', false);
  }
  const query = type === icmpv6.TYPE.listenerQuery;
  const queryVersion = mld.queryVersion(start, end);
  const version = query ? queryVersion : withRecords ? 2 : 1;
  return {
    kind: 'mld',
    version,
    name: query ? 'query' : type === icmpv6.TYPE.listenerDone ? 'leave' : 'report',
    group: withRecords ? null : formatIpv6(bytes, start + mld.OFFSET.group),
    query: query && queryVersion !== 0 ? mldQuery(contents, queryVersion) : null,
    records: withRecords ? recordFacts(contents, 16) : [],
    length: end - start,
    checksumGood: addressSum === null ? null : icmpv6.checksumGood(bytes, start, end, addressSum + end - start),
  } satisfies GroupFacts;
}

function mldQuery({ bytes, start, stop }: Contents, version: 1 | 2): GroupQueryFacts {
  const maxResponse = mld.maxResponse(bytes, start, version);
  if (version < 2 || stop - start < mld.QUERY_LENGTH) return shortQuery(maxResponse);
  const tail = start + mld.OFFSET.queryTail;
  const sources = mld.querySourceCount(bytes, start);
  return longQuery(bytes, tail, stop, maxResponse, 16, sources, mld.querySourceAt(start, 0));
}

function shortQuery(maxResponse: number): GroupQueryFacts {
  return { maxResponse, suppressRouters: false, robustness: null, interval: null, sources: [] };
}

function longQuery(
  bytes: Uint8Array,
  tail: number,
  stop: number,
  maxResponse: number,
  size: records.AddressSize,
  sources: number,
  firstSource: number,
): GroupQueryFacts {
  return {
    maxResponse,
    suppressRouters: records.suppressRouters(bytes, tail),
    robustness: records.robustness(bytes, tail),
    interval: records.queryInterval(bytes, tail),
    sources: addresses(bytes, firstSource, stop, size, sources),
  };
}

function recordFacts({ bytes, start, stop }: Contents, size: records.AddressSize): GroupRecordFacts[] {
  const found: GroupRecordFacts[] = [];
  let at = start + records.REPORT_OFFSET.records;
  for (let left = records.wholeRecords(bytes, start, stop, size); left > 0; left -= 1) {
    found.push({
      type: RECORD_TYPES[records.recordType(bytes, at)] ?? 'unknown',
      group: text(bytes, records.groupAt(at), size),
      sources: addresses(bytes, records.sourceAt(at, size, 0), stop, size, records.sourceCount(bytes, at)),
    });
    at += records.recordLength(bytes, at, size);
  }
  return found;
}

/** Those of `count` addresses that are there. */
function addresses(bytes: Uint8Array, at: number, stop: number, size: records.AddressSize, count: number): string[] {
  const found: string[] = [];
  for (let from = at; found.length < count && from + size <= stop; from += size) found.push(text(bytes, from, size));
  return found;
}

function text(bytes: Uint8Array, at: number, size: records.AddressSize): string {
  return size === 4 ? formatIpv4(bytes, at) : formatIpv6(bytes, at);
}
