// The throughput of TCP at each rate of loss is what it was when it was last looked at, and what theory says it should be.
import { describe, expect, test } from 'vitest';
import recorded from './loss-table.json' with { type: 'json' };
import { MSS, RATES, ROUND_TRIP, SEED, throughput } from './loss-table.js';

/** Mathis, Semke, Mahdavi and Ott: MSS/RTT × C/√p, with C = √(3/2) for a receiver that acknowledges each segment. */
function mathis(loss: number): number {
  return ((MSS / 1024) * (1000 / ROUND_TRIP) * Math.sqrt(1.5)) / Math.sqrt(loss);
}

describe('throughput by loss', () => {
  test.each(RATES)('at %d it is the recorded one', { timeout: 120_000 }, async (loss) => {
    expect(await throughput(loss, SEED)).toEqual(recorded.find((one) => one.loss === loss));
  });

  test('without loss the link is full', () => {
    const clean = recorded.find(({ loss }) => loss === 0);
    expect(clean?.kibPerSecond).toBeGreaterThan(0.9 * (100_000_000 / 8 / 1024));
  });

  test('up to one in a hundred the curve is that of the formula', () => {
    for (const { loss, kibPerSecond } of recorded.filter((one) => one.loss > 0 && one.loss <= 0.01)) {
      const ratio = kibPerSecond / mathis(loss);
      expect.soft(ratio, `at ${String(loss)}`).toBeGreaterThan(0.5);
      expect.soft(ratio, `at ${String(loss)}`).toBeLessThan(1.5);
    }
  });

  test('beyond, where timeouts rule and the formula promises too much, it falls and never ends', () => {
    const at = (loss: number): number => recorded.find((one) => one.loss === loss)?.kibPerSecond ?? 0;
    expect(at(0.05)).toBeLessThan(mathis(0.05));
    expect(at(0.1)).toBeLessThan(at(0.05));
    expect(at(0.1)).toBeGreaterThan(0);
  });
});
