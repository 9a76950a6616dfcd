// Owns: the compliance suite of the driver contract: what a driver's author calls.
// Does not own: the cases (streams.ts and the others here), nor how a case is skipped (declare.ts).
// Nothing here looks at a clock or assumes a real network: every wait is for a sink event or a callback.
import type { Family } from '../../../drivers/sim/index.js';
import { declareCase, declareSkipCheck } from '../declare.js';
import type { TestApi } from '../test-api.js';
import { datagramAbilities, streamAbilities } from './abilities.js';
import { Bench, multicastOf, type Case, type DriverUnderTest } from './bench.js';
import { datagramCases } from './datagrams.js';
import { endingCases } from './endings.js';
import { multicastCases } from './multicast.js';
import { pullCases } from './pulls.js';
import { readCases, smallWriteCases } from './small-writes.js';
import { streamCases } from './streams.js';
import { transferCases } from './transfer.js';

/** The cases about one kind of transport. */
interface Kind {
  readonly name: 'stream' | 'datagram';
  readonly cases: readonly Case[];
}

const STREAM: Kind = {
  name: 'stream',
  cases: [...streamCases, ...transferCases, ...smallWriteCases, ...readCases, ...endingCases, ...streamAbilities],
};
const DATAGRAM: Kind = { name: 'datagram', cases: [...datagramCases, ...multicastCases, ...datagramAbilities, ...pullCases] };

const kindsOf = (family: Family): readonly Kind[] => (family === 'unix' ? [STREAM] : [STREAM, DATAGRAM]);

const casesOf = (kind: Kind, family: Family): readonly Case[] =>
  kind.cases.filter((each) => (each.families ?? [family]).includes(family));

/** A case as a skip names it. */
const fullName = (kind: Kind, family: Family, each: Case): string => `${kind.name} ${family}: ${each.name}`;

/**
 * Declares the whole suite for one driver.
 *
 * @param api - the test runner: `import * as vitest from 'vitest'`, or an object with the same functions
 * @param name - the driver's name
 * @param under - how to make one, and what it cannot do
 */
export function describeDriver(api: TestApi, name: string, under: DriverUnderTest): void {
  api.describe(`driver ${name}`, () => {
    const all = under.families.flatMap((family) => kindsOf(family).map((kind) => ({ kind, family })));
    for (const { kind, family } of all) declareAll(api, kind, family, under);
    const names = all.flatMap(({ kind, family }) => casesOf(kind, family).map((each) => fullName(kind, family, each)));
    declareSkipCheck(api, names, under.skip ?? []);
  });
}

function declareAll(api: TestApi, kind: Kind, family: Family, under: DriverUnderTest): void {
  const { describe, it, beforeEach, afterEach, expect } = api;
  describe(`${kind.name} ${family}`, () => {
    let bench: Bench;
    beforeEach(() => {
      bench = new Bench(under, family, expect);
    });
    afterEach(() => {
      bench.watch.finish();
    });
    for (const each of casesOf(kind, family)) {
      const body = async (): Promise<void> => {
        await each.run(bench);
        expect(bench.watch.breaches).toEqual([]);
      };
      const skip = under.skip?.find((entry) => entry.case === fullName(kind, family, each));
      if (each.multicast !== true || multicastOf(under, family) !== null) declareCase(api, each.name, skip, body);
      else it.skip(`${each.name} (no interface for multicast)`, body);
    }
  });
}
