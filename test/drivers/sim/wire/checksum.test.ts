import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { Random } from '../../../../src/drivers/sim/random.js';
import * as checksum from '../../../../src/drivers/sim/wire/checksum.js';
import { hex } from './golden.js';

/** RFC 1071 word by word, as slow as it reads. */
function plainSum(bytes: Uint8Array, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i += 2) {
    total += (bytes[i] ?? 0) * 256 + (i + 1 < end ? (bytes[i + 1] ?? 0) : 0);
    if (total > 0xffff) total -= 0xffff;
  }
  return total;
}

describe('the internet checksum', () => {
  it('is that of the example in RFC 1071', () => {
    const bytes = hex('0001 f203 f4f5 f6f7');
    expect(checksum.sum(bytes, 0, 8)).toBe(0xddf2);
    expect(checksum.fold(0xddf2)).toBe(0x220d);
  });

  it('fills an odd last byte up with a zero', () => {
    expect(checksum.sum(hex('0102 03'), 0, 3)).toBe(0x0402);
  });

  it('is the plain sum for every length and place in memory', () => {
    const random = new Random(1);
    const memory = Uint8Array.from({ length: 800 }, () => random.uint32());
    const wrong: string[] = [];
    for (let shift = 0; shift < 4; shift += 1) {
      const bytes = memory.subarray(shift);
      for (let start = 0; start < 4; start += 1) {
        for (let length = 0; length < 700; length += 1) {
          const right = checksum.sum(bytes, start, start + length) === plainSum(bytes, start, start + length);
          if (!right) wrong.push(`${length} bytes from ${start} at ${shift}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('does not overflow over 64 KiB and more of ones', () => {
    for (const length of [65535, 65536, 65537, 1 << 20]) {
      const bytes = new Uint8Array(length).fill(0xff);
      expect(checksum.sum(bytes, 0, length, 0xffff)).toBe(plainSum(bytes, 0, length));
    }
  });

  it.prop([fc.uint8Array({ maxLength: 600 }), fc.nat(300)])('adds up over pieces of even length', (data, half) => {
    const cut = Math.min(half * 2, data.length - (data.length % 2));
    const first = checksum.sum(data, 0, cut);
    expect(checksum.sum(data, cut, data.length, first)).toBe(plainSum(data, 0, data.length));
  });

  it('takes no more bytes than there are', () => {
    const bytes = new Uint8Array(400).fill(1);
    expect(checksum.sum(bytes, 0, 1000)).toBe(plainSum(bytes, 0, 400));
    expect(checksum.sum(bytes.subarray(0, 300), 0, 400)).toBe(plainSum(bytes, 0, 300));
  });

  it.prop([fc.uint8Array({ minLength: 4, maxLength: 700 }), fc.nat(), fc.integer({ min: 0, max: 0xffff })])(
    'shows any change of one 16-bit word',
    (data, where, value) => {
      const field = 2 * (where % Math.floor(data.length / 2));
      checksum.fill(data, 0, 0, data.length);
      expect(checksum.good(data, 0, data.length)).toBe(true);
      const old = ((data[field] ?? 0) << 8) | (data[field + 1] ?? 0);
      // In ones' complement zero has two forms; no sum can tell them apart.
      fc.pre(old % 0xffff !== value % 0xffff);
      data[field] = value >> 8;
      data[field + 1] = value & 0xff;
      expect(checksum.good(data, 0, data.length)).toBe(false);
    },
  );

  it('shows every value of every word of a header but the right one', () => {
    const header = hex('45 00 00 73 00 00 40 00 40 11 b8 61 c0 a8 00 01 c0 a8 00 c7');
    const wrong: string[] = [];
    for (let field = 0; field < header.length; field += 2) {
      const old = ((header[field] ?? 0) << 8) | (header[field + 1] ?? 0);
      for (let value = 0; value <= 0xffff; value += 1) {
        header[field] = value >> 8;
        header[field + 1] = value;
        const same = value % 0xffff === old % 0xffff;
        if (checksum.good(header, 0, 20) !== same) wrong.push(`${value} at ${field}`);
      }
      header[field] = old >> 8;
      header[field + 1] = old;
    }
    expect(wrong).toEqual([]);
  });

  it('takes no notice of what stood in the field before', () => {
    const header = hex('45 00 00 73 00 00 40 00 40 11 ffff c0 a8 00 01 c0 a8 00 c7');
    checksum.fill(header, 10, 0, 20);
    expect(header.subarray(10, 12)).toEqual(hex('b861'));
  });

  it.prop([fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.integer({ min: 0, max: 0xffff })])(
    'stays right when one field is replaced',
    (header, value) => {
      // The first word keeps the sum from being nothing but zeros, which no real header is.
      header[0] = 0x45;
      checksum.fill(header, 10, 0, 20);
      checksum.replace16(header, 10, 8, value);
      expect([header[8], header[9]]).toEqual([value >> 8, value & 0xff]);
      expect(checksum.good(header, 0, 20)).toBe(true);
    },
  );
});

describe('the pseudo-header', () => {
  it('has addresses, protocol and length of IPv4', () => {
    // 0a00 + 0001 + 0a00 + 0002 + 0011 + 000b
    expect(checksum.pseudoSum(hex('0a000001'), hex('0a000002'), 17, 11)).toBe(0x141f);
  });

  it('has addresses, protocol and a length of 32 bits for IPv6', () => {
    const [one, two] = [hex('fd000000000000000000000000000001'), hex('fd000000000000000000000000000002')];
    // fd00 + 0001 + fd00 + 0002 + 0011 + 0001 + 0000, and the carry of 1
    expect(checksum.pseudoSum(one, two, 17, 0x10000)).toBe(0xfa16);
  });
});
