import { it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { pseudoSum } from '../../../../src/drivers/sim/wire/checksum.js';
import * as records from '../../../../src/drivers/sim/wire/group-records.js';
import * as icmpv6 from '../../../../src/drivers/sim/wire/icmpv6.js';
import * as mld from '../../../../src/drivers/sim/wire/mld.js';
import { amidJunk, concat, hex, overJunk } from './golden.js';

const SELF = hex('fe80 0000 0000 0000 0000 0000 0000 0001');
const ALL_NODES = hex('ff02 0000 0000 0000 0000 0000 0000 0001');
const ALL_ROUTERS = hex('ff02 0000 0000 0000 0000 0000 0000 0002');
const ALL_V2_ROUTERS = hex('ff02 0000 0000 0000 0000 0000 0000 0016');
const GROUP = hex('ff15 0000 0000 0000 0000 0000 0000 0001');
const SOURCE = hex('fd00 0000 0000 0000 0000 0000 0000 0005');
const ANY = new Uint8Array(16);

const QUERY = concat(hex('82 00 5a55 2710 0000'), GROUP, hex('02 7d 0001'), SOURCE);
const REPORT = concat(hex('8f 00 70b3 0000 0002 04 00 0000'), GROUP, hex('03 00 0001'), GROUP, SOURCE);

const pseudo = (destination: Uint8Array, length: number): number => pseudoSum(SELF, destination, 58, length);

describe('a listener message of version 1', () => {
  const { TYPE } = icmpv6;
  it.each([
    ['a report', TYPE.listenerReport, 0, GROUP, GROUP, concat(hex('83 00 7ffd 0000 0000'), GROUP)],
    ['a farewell', TYPE.listenerDone, 0, GROUP, ALL_ROUTERS, concat(hex('84 00 7f0f 0000 0000'), GROUP)],
    ['a general query', TYPE.listenerQuery, 10000, ANY, ALL_NODES, concat(hex('82 00 5917 2710 0000'), ANY)],
  ])('can be %s', (_, type, maxResponse, group, destination, golden) => {
    const bytes = overJunk(24, (bytes, at) => {
      mld.writeMessage(bytes, at, type, maxResponse, group);
      icmpv6.fillChecksum(bytes, at, at + 24, pseudo(destination, 24));
    });
    expect(bytes).toEqual(golden);
    const amid = amidJunk(golden);
    expect(icmpv6.type(amid.bytes, amid.at)).toBe(type);
    expect(mld.maxResponse(amid.bytes, amid.at, 1)).toBe(maxResponse);
    expect(icmpv6.checksumGood(amid.bytes, amid.at, amid.end, pseudo(destination, 24))).toBe(true);
  });
});

describe('a listener query of version 2', () => {
  it('is written over junk', () => {
    const bytes = overJunk(44, (bytes, at) => {
      expect(mld.writeQuery(bytes, at, 10000, GROUP, false, 2, 125, [SOURCE])).toBe(44);
      icmpv6.fillChecksum(bytes, at, at + 44, pseudo(GROUP, 44));
    });
    expect(bytes).toEqual(QUERY);
  });

  it('is read amid junk', () => {
    const { bytes, at, end } = amidJunk(QUERY);
    expect(mld.queryVersion(at, end)).toBe(2);
    expect(mld.maxResponse(bytes, at, 2)).toBe(10000);
    expect(bytes.subarray(at + mld.OFFSET.group, at + mld.OFFSET.queryTail)).toEqual(GROUP);
    expect(mld.querySourceCount(bytes, at)).toBe(1);
    expect(bytes.subarray(mld.querySourceAt(at, 0), mld.querySourceAt(at, 1))).toEqual(SOURCE);
    const tail = at + mld.OFFSET.queryTail;
    expect(records.suppressRouters(bytes, tail)).toBe(false);
    expect(records.robustness(bytes, tail)).toBe(2);
    expect(records.queryInterval(bytes, tail)).toBe(125);
  });

  it('shows its version by its length', () => {
    expect([23, 24, 25, 27, 28, 44].map((length) => mld.queryVersion(8, 8 + length))).toEqual([0, 1, 0, 0, 2, 2]);
  });

  it('writes long times as floating-point numbers', () => {
    const bytes = overJunk(28, (bytes, at) => {
      mld.writeQuery(bytes, at, 65536, ANY, false, 9, 256, []);
    });
    // 65536 = (0x000 | 0x1000) << (1 + 3); 256 = (0 | 0x10) << (1 + 3); a robustness above 7 is sent as 0.
    expect(bytes.subarray(4, 6)).toEqual(hex('9000'));
    expect(bytes.subarray(24, 28)).toEqual(hex('00 90 0000'));
    expect(mld.maxResponse(bytes, 0, 2)).toBe(65536);
    expect(mld.maxResponse(bytes, 0, 1)).toBe(0x9000);
    expect(records.queryInterval(bytes, mld.OFFSET.queryTail)).toBe(256);
  });
});

describe('a listener report of version 2', () => {
  it('is written over junk, record after record', () => {
    const bytes = overJunk(64, (bytes, at) => {
      mld.writeReport(bytes, at, 2);
      let to = at + mld.OFFSET.records;
      to = records.writeRecord(bytes, to, records.RECORD.toExclude, GROUP, []);
      to = records.writeRecord(bytes, to, records.RECORD.toInclude, GROUP, [SOURCE]);
      expect(to).toBe(at + 64);
      icmpv6.fillChecksum(bytes, at, to, pseudo(ALL_V2_ROUTERS, 64));
    });
    expect(bytes).toEqual(REPORT);
  });

  it('is read amid junk, record after record', () => {
    const { bytes, at, end } = amidJunk(REPORT);
    expect(mld.recordCount(bytes, at)).toBe(2);
    expect(records.wholeRecords(bytes, at, end, 16)).toBe(2);
    const second = at + mld.OFFSET.records + records.recordLength(bytes, at + mld.OFFSET.records, 16);
    expect(records.recordType(bytes, second)).toBe(records.RECORD.toInclude);
    const source = records.sourceAt(second, 16, 0);
    expect(bytes.subarray(source, source + 16)).toEqual(SOURCE);
  });
});
