import { describe, expect, it } from 'vitest';
import { SimClock } from '../../../../src/drivers/sim/clock.js';
import { AddressBook } from '../../../../src/drivers/sim/ip/address.js';
import { Reassembly } from '../../../../src/drivers/sim/ip/reassembly.js';

const FRONT = Uint8Array.of(0x45, ...new Uint8Array(19));

function world(): {
  add: (identification: number, offset: number, data: number[] | Uint8Array, more: boolean) => number[] | null;
  reassembly: Reassembly<string>;
  clock: SimClock;
  expired: string[];
} {
  const clock = new SimClock();
  const book = new AddressBook();
  const expired: string[] = [];
  const reassembly = new Reassembly<string>(clock, (first) => expired.push(first.from));
  const key = { source: book.parse('10.0.0.1'), destination: book.parse('10.0.0.2'), protocol: 17 };
  return {
    clock,
    reassembly,
    expired,
    add: (identification, offset, data, more) => {
      const fragment = { offset, more, data: Uint8Array.from(data), front: FRONT, trusted: true, from: `${identification}` };
      const whole = reassembly.add({ ...key, identification }, fragment);
      return whole === null ? null : [...whole.bytes.subarray(whole.start)];
    },
  };
}

const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

describe('reassembly', () => {
  it('keeps packets apart by their identification', () => {
    const { add } = world();
    expect(add(1, 0, EIGHT, true)).toBeNull();
    expect(add(2, 8, [9], false)).toBeNull();
    expect(add(1, 8, [10], false)).toEqual([...EIGHT, 10]);
    expect(add(2, 0, EIGHT, true)).toEqual([...EIGHT, 9]);
  });

  it('gives up a packet with two ends, or with something behind its end', () => {
    const { add } = world();
    add(1, 16, EIGHT, false);
    add(1, 24, EIGHT, false);
    add(1, 0, EIGHT, true);
    expect(add(1, 8, EIGHT, true)).toBeNull();
    add(2, 16, EIGHT, true);
    add(2, 8, EIGHT, false);
    expect(add(2, 0, EIGHT, true)).toBeNull();
    // Behind the end of what is known.
    add(3, 8, EIGHT, false);
    add(3, 16, EIGHT, true);
    expect(add(3, 0, EIGHT, true)).toBeNull();
  });

  it('gives up a packet whose fragments overlap in part', () => {
    const { add } = world();
    add(1, 0, [...EIGHT, ...EIGHT], true);
    add(1, 8, EIGHT, true);
    expect(add(1, 16, [1], false)).toBeNull();
    expect(add(1, 0, [...EIGHT, ...EIGHT], true)).toBeNull();
  });

  it('refuses what would be longer than a packet can be', () => {
    const { add } = world();
    const piece = new Uint8Array(32_768);
    add(1, 0, piece, true);
    expect(add(1, 32_768, piece.subarray(0, 32_760), false)).toBeNull();
    expect(add(2, 0, piece, true)).toBeNull();
    expect(add(2, 32_768, piece.subarray(0, 65_535 - 20 - 32_768), false)).toHaveLength(65_515);
  });

  it('drops the oldest when too much waits: bytes and packets', () => {
    const { add, reassembly } = world();
    const large = new Uint8Array(65_000);
    for (let i = 0; i < 100; i += 1) add(i, 0, large, true);
    expect(reassembly.waiting).toBe(64);
    expect(add(0, 65_000, [1], false)).toBeNull();
    expect(add(99, 65_000, [1], false)).toHaveLength(65_001);
    for (let i = 1000; i < 4000; i += 1) add(i, 0, EIGHT, true);
    expect(reassembly.waiting).toBeLessThanOrEqual(1024);
  });

  it('tells of those whose first fragment came when their time is over, one timer for all', async () => {
    const { add, clock, expired, reassembly } = world();
    add(1, 0, EIGHT, true);
    add(2, 8, EIGHT, true);
    clock.setTimer(10_000, () => {
      add(3, 0, EIGHT, true);
      // And the two below.
      expect(clock.pending).toBe(3);
    });
    const times: string[] = [];
    await new Promise<void>((resolve) => {
      clock.setTimer(60_000, () => times.push(`${expired.join()} at 60 s, ${reassembly.waiting} left`));
      clock.setTimer(70_001, resolve);
    });
    expect(times).toEqual(['1 at 60 s, 1 left']);
    expect(expired).toEqual(['1', '3']);
    expect(reassembly.waiting).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
