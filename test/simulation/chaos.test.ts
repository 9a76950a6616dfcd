// Many seeds of random traffic on a hostile network: every stream arrives whole or its socket says why, nothing hangs,
// nothing is left. WINSOCK2_SEED=N runs that seed alone.
import { describe, expect, test } from 'vitest';
import { chaos } from './chaos.js';

const ALONE = process.env['WINSOCK2_SEED'];
const SEEDS = 1000;
/** Seeds of one test: a failure names its seed, and a test stays short. */
const GROUP = 50;

const seeds = ALONE === undefined ? Array.from({ length: SEEDS }, (_, seed) => seed + 1) : [Number(ALONE)];

describe('random traffic under every kind of fault', () => {
  const groups = Array.from({ length: Math.ceil(seeds.length / GROUP) }, (_, i) => seeds.slice(i * GROUP, (i + 1) * GROUP));
  test.each(groups)('seed %d and those after it', { timeout: 300_000 }, async (...group) => {
    const wrong: string[] = [];
    let [whole, broken] = [0, 0];
    for (const seed of group) {
      const outcome = await chaos(seed);
      whole += outcome.whole;
      broken += outcome.broken;
      wrong.push(...outcome.problems.map((problem) => `seed ${String(seed)}: ${problem}`));
    }
    expect(wrong).toEqual([]);
    // Both must happen, or the network was not hostile or not a network.
    if (group.length === GROUP) expect(Math.min(whole, broken)).toBeGreaterThan(0);
  });
});
