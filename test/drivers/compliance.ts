// Owns: the compliance suite of the driver contract: what a driver's author calls, and how a case is run or skipped.
// Does not own: the cases (compliance-streams.ts and the other compliance-*.ts).
// Nothing here looks at a clock or assumes a real network: every wait is for a sink event or a callback.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Family } from '../../src/drivers/contract.js';
import { Bench, type Case, type DriverUnderTest, multicastOf } from './compliance-bench.js';
import { datagramAbilities, streamAbilities } from './compliance-abilities.js';
import { datagramCases } from './compliance-datagrams.js';
import { endingCases } from './compliance-endings.js';
import { multicastCases } from './compliance-multicast.js';
import { streamCases } from './compliance-streams.js';
import { transferCases } from './compliance-transfer.js';

export type { DriverUnderTest, Skip } from './compliance-bench.js';

const STREAM: readonly Case[] = [...streamCases, ...transferCases, ...endingCases, ...streamAbilities];
const DATAGRAM: readonly Case[] = [...datagramCases, ...multicastCases, ...datagramAbilities];

/** Declares the whole suite for one driver. */
export function describeDriver(name: string, under: DriverUnderTest): void {
  describe(`driver ${name}`, () => {
    for (const family of under.families) {
      declare('stream', family, STREAM, under);
      if (family !== 'unix') declare('datagram', family, DATAGRAM, under);
    }
    it('every skip names a case', () => {
      const names = under.families.flatMap((family) => [
        ...STREAM.map((each) => `stream ${family}: ${each.name}`),
        ...DATAGRAM.map((each) => `datagram ${family}: ${each.name}`),
      ]);
      expect(names).toEqual(expect.arrayContaining((under.skip ?? []).map((skip) => skip.case)));
    });
  });
}

function declare(kind: 'stream' | 'datagram', family: Family, cases: readonly Case[], under: DriverUnderTest): void {
  describe(`${kind} ${family}`, () => {
    let bench: Bench;
    beforeEach(() => {
      bench = new Bench(under, family);
    });
    afterEach(() => {
      bench.watch.finish();
    });
    for (const each of cases) {
      if (!(each.families ?? [family]).includes(family)) continue;
      const full = `${kind} ${family}: ${each.name}`;
      const skip = under.skip?.find((entry) => entry.case === full);
      const body = async (): Promise<void> => {
        await each.run(bench);
        expect(bench.watch.breaches).toEqual([]);
      };
      if (each.multicast === true && multicastOf(under, family) === null) it.skip(`${each.name} (no interface for multicast)`);
      else if (skip === undefined) it(each.name, body);
      else it.fails(`${each.name} (skipped: ${skip.reason})`, body);
    }
  });
}
