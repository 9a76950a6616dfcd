import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import * as records from '../../../../src/drivers/sim/wire/group-records.js';
import { hex } from './golden.js';

const { decodeTime16, decodeTime8, encodeTime16, encodeTime8 } = records;

describe('group records', () => {
  // Two records are claimed; the second has one source and a word of auxiliary data.
  const REPORT = hex('22 00 0000 0000 0002  04 00 0000 ef010203  05 01 0001 ef010204 0a000005 deadbeef');

  it('are counted only as far as they are whole', () => {
    const counts = Array.from({ length: REPORT.length + 1 }, (_, end) => records.wholeRecords(REPORT, 0, end, 4));
    const expected = counts.map((_, end) => (end < 16 ? 0 : end < 32 ? 1 : 2));
    expect(counts).toEqual(expected);
  });

  it('are counted only as far as there are bytes', () => {
    expect(records.wholeRecords(REPORT.subarray(0, 31), 0, 1000, 4)).toBe(1);
  });

  it('are counted only as many as are claimed', () => {
    const claimed = REPORT.slice();
    claimed[7] = 1;
    expect(records.wholeRecords(claimed, 0, claimed.length, 4)).toBe(1);
  });

  it('have auxiliary data, which is passed over', () => {
    expect(records.recordLength(REPORT, 16, 4)).toBe(16);
    expect(records.recordLength(REPORT, 8, 16)).toBe(20);
  });

  const size = fc.constantFrom(4, 16);
  const record = size.chain((length) => {
    const address = fc.uint8Array({ minLength: length, maxLength: length });
    return fc.tuple(fc.nat(0xff), address, fc.array(address, { maxLength: 20 }));
  });
  it.prop([record])('give back what was written', ([type, group, sources]) => {
    const length = group.length as records.AddressSize;
    const bytes = new Uint8Array(500).fill(0xa5);
    const end = records.writeRecord(bytes, 3, type, group, sources);
    expect(end - 3).toBe(records.lengthFor(length, sources.length));
    expect(records.recordLength(bytes, 3, length)).toBe(end - 3);
    expect(records.recordType(bytes, 3)).toBe(type);
    expect(records.sourceCount(bytes, 3)).toBe(sources.length);
    sources.forEach((source, index) => {
      const at = records.sourceAt(3, length, index);
      expect(bytes.subarray(at, at + length)).toEqual(source);
    });
    expect(bytes[end]).toBe(0xa5);
  });
});

describe('times in one byte', () => {
  it.each([
    [0, 0],
    [127, 127],
    [128, 128],
    [0x80 | 0x1f, (0x0f | 0x10) << 4],
    [0xff, 31744],
  ])('mean: code %i, time %i', (code, time) => {
    expect(decodeTime8(code)).toBe(time);
    expect(encodeTime8(time)).toBe(code);
  });

  it('are never rounded up, and by no more than the last bit', () => {
    const wrong: number[] = [];
    for (let time = 0; time <= 31744; time += 1) {
      const code = encodeTime8(time);
      if (decodeTime8(code) > time || (code < 0xff && decodeTime8(code + 1) <= time)) wrong.push(time);
    }
    expect(wrong).toEqual([]);
    expect(encodeTime8(1_000_000)).toBe(0xff);
  });
});

describe('times in two bytes', () => {
  it.each([
    [32767, 32767],
    [32768, 32768],
    [0xffff, 8387584],
  ])('mean: code %i, time %i', (code, time) => {
    expect(decodeTime16(code)).toBe(time);
    expect(encodeTime16(time)).toBe(code);
  });

  it.prop([fc.nat(8387584)])('are never rounded up, and by no more than the last bit', (time) => {
    const code = encodeTime16(time);
    expect(decodeTime16(code)).toBeLessThanOrEqual(time);
    if (code < 0xffff) expect(decodeTime16(code + 1)).toBeGreaterThan(time);
  });
});
