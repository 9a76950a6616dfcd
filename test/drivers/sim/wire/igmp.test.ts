import { it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import * as records from '../../../../src/drivers/sim/wire/group-records.js';
import * as igmp from '../../../../src/drivers/sim/wire/igmp.js';
import { amidJunk, hex, overJunk } from './golden.js';

const GROUP = hex('ef010203');
const OTHER = hex('ef010204');
const SOURCES = [hex('0a000005'), hex('0a000006')];
const ANY = hex('00000000');
const QUERY = hex('11 64 df0c ef010203 0a 7d 0002 0a000005 0a000006');
const REPORT = hex('22 00 e2e5 0000 0002  04 00 0000 ef010203  01 00 0002 ef010204 0a000005 0a000006');

describe('an IGMP message of eight bytes', () => {
  it.each([
    ['a report of version 1', igmp.TYPE.reportV1, 0, GROUP, hex('12 00 fcfa ef010203')],
    ['a report of version 2', igmp.TYPE.reportV2, 0, GROUP, hex('16 00 f8fa ef010203')],
    ['a leave', igmp.TYPE.leave, 0, GROUP, hex('17 00 f7fa ef010203')],
    ['a general query of version 2', igmp.TYPE.query, 100, ANY, hex('11 64 ee9b 00000000')],
    ['a query of version 1', igmp.TYPE.query, 0, ANY, hex('11 00 eeff 00000000')],
  ])('can be %s', (_, type, maxResponse, group, golden) => {
    const bytes = overJunk(8, (bytes, at) => {
      igmp.writeMessage(bytes, at, type, maxResponse, group);
      igmp.fillChecksum(bytes, at, at + 8);
    });
    expect(bytes).toEqual(golden);
    const amid = amidJunk(golden);
    expect(igmp.type(amid.bytes, amid.at)).toBe(type);
    expect(igmp.checksumGood(amid.bytes, amid.at, amid.end)).toBe(true);
    expect(igmp.checksum(amid.bytes, amid.at)).toBe((golden[2]! << 8) | golden[3]!);
  });
});

describe('an IGMP query', () => {
  it('of version 3 is written over junk', () => {
    const bytes = overJunk(20, (bytes, at) => {
      expect(igmp.writeQuery(bytes, at, 100, GROUP, true, 2, 125, SOURCES)).toBe(20);
      igmp.fillChecksum(bytes, at, at + 20);
    });
    expect(bytes).toEqual(QUERY);
  });

  it('of version 3 is read amid junk', () => {
    const { bytes, at, end } = amidJunk(QUERY);
    expect(igmp.queryVersion(bytes, at, end)).toBe(3);
    expect(igmp.maxResponse(bytes, at, 3)).toBe(100);
    expect(igmp.querySourceCount(bytes, at)).toBe(2);
    expect(bytes.subarray(igmp.querySourceAt(at, 1), igmp.querySourceAt(at, 2))).toEqual(SOURCES[1]);
    const tail = at + igmp.OFFSET.queryTail;
    expect(records.suppressRouters(bytes, tail)).toBe(true);
    expect(records.robustness(bytes, tail)).toBe(2);
    expect(records.queryInterval(bytes, tail)).toBe(125);
    expect(igmp.checksumGood(bytes, at, end)).toBe(true);
  });

  it('shows its version by its length and its code', () => {
    const v2 = hex('11 64 0000 00000000 00000000');
    expect(igmp.queryVersion(v2, 0, 8)).toBe(2);
    expect(igmp.queryVersion(hex('11 00 0000 00000000'), 0, 8)).toBe(1);
    expect(igmp.queryVersion(v2, 0, 9)).toBe(0);
    expect(igmp.queryVersion(v2, 0, 11)).toBe(0);
    expect(igmp.queryVersion(v2, 0, 12)).toBe(3);
  });

  it('has a time that is a plain number up to version 2', () => {
    expect(igmp.maxResponse(hex('11 ff'), 0, 2)).toBe(255);
    expect(igmp.maxResponse(hex('11 ff'), 0, 3)).toBe(31744);
  });
});

describe('an IGMPv3 report', () => {
  it('is written over junk, record after record', () => {
    const bytes = overJunk(32, (bytes, at) => {
      igmp.writeReport(bytes, at, 2);
      let to = at + igmp.OFFSET.records;
      to = records.writeRecord(bytes, to, records.RECORD.toExclude, GROUP, []);
      to = records.writeRecord(bytes, to, records.RECORD.isInclude, OTHER, SOURCES);
      expect(to).toBe(at + 32);
      igmp.fillChecksum(bytes, at, to);
    });
    expect(bytes).toEqual(REPORT);
  });

  it('is read amid junk, record after record', () => {
    const { bytes, at, end } = amidJunk(REPORT);
    expect(igmp.type(bytes, at)).toBe(igmp.TYPE.reportV3);
    expect(igmp.recordCount(bytes, at)).toBe(2);
    expect(records.wholeRecords(bytes, at, end, 4)).toBe(2);
    const first = at + igmp.OFFSET.records;
    expect(records.recordType(bytes, first)).toBe(records.RECORD.toExclude);
    expect(records.sourceCount(bytes, first)).toBe(0);
    const second = first + records.recordLength(bytes, first, 4);
    expect(records.recordType(bytes, second)).toBe(records.RECORD.isInclude);
    expect(bytes.subarray(records.groupAt(second), records.groupAt(second) + 4)).toEqual(OTHER);
    expect(records.sourceCount(bytes, second)).toBe(2);
    const source = records.sourceAt(second, 4, 1);
    expect(bytes.subarray(source, source + 4)).toEqual(SOURCES[1]);
    expect(records.recordLength(bytes, second, 4)).toBe(records.lengthFor(4, 2));
    expect(second + records.recordLength(bytes, second, 4)).toBe(end);
    expect(igmp.checksumGood(bytes, at, end)).toBe(true);
  });
});
