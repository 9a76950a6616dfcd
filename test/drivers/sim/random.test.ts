// Chance: the same everywhere for the same seed, and even enough to be called chance.
import { expect, test } from 'vitest';
import { Random } from '../../../src/drivers/sim/random.js';

test('the same seed gives the same numbers, today and on every engine', () => {
  const random = new Random(2026);
  expect([random.uint32(), random.uint32(), random.uint32()]).toMatchInlineSnapshot(`
    [
      866338330,
      3073509513,
      2098590438,
    ]
  `);
});

test('another seed and another label give others', () => {
  const draw = (random: Random): number[] => Array.from({ length: 8 }, () => random.uint32());
  const root = new Random(1);
  const streams = [draw(root.fork('a')), draw(root.fork('b')), draw(new Random(2).fork('a')), draw(root)];
  expect(new Set(streams.map((stream) => stream.join())).size).toBe(streams.length);
});

test('a fork does not change what the others give', () => {
  const alone = new Random(5);
  const forked = new Random(5);
  forked.fork('x').uint32();
  expect(forked.uint32()).toBe(alone.uint32());
});

test('values are spread evenly: chi-squared over 256 classes stays below the bound that one in a million exceeds', () => {
  const random = new Random(7);
  const counts = new Array<number>(256).fill(0);
  const draws = 256_000;
  for (let i = 0; i < draws; i += 1) counts[random.below(256)] = (counts[random.below(256)] ?? 0) + 1;
  const expected = draws / 256;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(chi).toBeLessThan(373);
});

test('a chance of 0 never happens and draws nothing; one of 1 always happens', () => {
  const random = new Random(3);
  const untouched = new Random(3);
  expect(random.chance(0)).toBe(false);
  expect(random.uint32()).toBe(untouched.uint32());
  expect(Array.from({ length: 100 }, () => random.chance(1))).not.toContain(false);
});
