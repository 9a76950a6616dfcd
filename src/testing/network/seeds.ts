// Runs a test with many seeds.
import { Network, type NetworkOptions, type RunOptions } from './network.js';
import { seedFromEnvironment } from './seed.js';

/** How to make the networks and run the test on each. */
export interface SeedOptions extends Omit<NetworkOptions, 'seed'>, RunOptions {
  /** The first seed; 1 if left out. */
  readonly first?: number;
}

/**
 * Runs `test` on `count` networks, one for each seed from 1 on. The first failure ends it and names the seed; with
 * WINSOCK2_SEED in the environment only that seed is run.
 */
export async function withSeeds(
  count: number,
  test: (net: Network) => void | Promise<void>,
  { first = 1, limitMs, ...options }: SeedOptions = {},
): Promise<void> {
  const wanted = seedFromEnvironment();
  const seeds = wanted === null ? Array.from({ length: count }, (_, index) => first + index) : [wanted];
  const run = limitMs === undefined ? {} : { limitMs };
  for (const seed of seeds) {
    const net = new Network({ ...options, seed });
    try {
      await net.run(() => test(net), run);
    } finally {
      net.dispose();
    }
  }
}
