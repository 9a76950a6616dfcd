// Owns: the compliance suite of the name space provider contract, version 1 (NSP_ROUTINE of winsock2/spi): what a provider's
// author calls.
// Does not own: the cases (the other files here), nor how a case is skipped (declare.ts). Nothing here looks at a clock.
import { MemoryStore, createProcess, type Process } from '../../../index.js';
import { declareCase, declareSkipCheck, type Skip } from '../declare.js';
import type { TestApi } from '../test-api.js';
import { furtherCases } from './further.js';
import { queryCases } from './queries.js';
import { Space, type Case, type Described, type NameSpaceFeature } from './space.js';

/** A name space provider, as the suite wants it. */
export interface NameSpaceProviderUnderTest extends Described {
  /** Makes the process that it is started in, a fresh one for each case; by default one with a catalog in memory. */
  readonly process?: () => Process;
  /** What it has not, and why. It must refuse this; the cases that need it are reported as skipped. */
  readonly lacks?: Partial<Readonly<Record<NameSpaceFeature, string>>>;
  readonly skip?: readonly Skip[];
  /** Called after each case. */
  readonly close?: () => void | Promise<void>;
}

const CASES: readonly Case[] = [...queryCases, ...furtherCases];

/**
 * Declares the whole suite for one provider.
 *
 * @param api - the test runner: `import * as vitest from 'vitest'`, or an object with the same functions
 * @param name - the provider's name
 * @param under - how to start it, what it can be asked for, and what it lacks
 */
export function describeNameSpaceProvider(api: TestApi, name: string, under: NameSpaceProviderUnderTest): void {
  const { lacks = {}, skip = [] } = under;
  const missing = Object.keys(lacks) as NameSpaceFeature[];
  const newProcess = under.process ?? ((): Process => createProcess({ store: new MemoryStore() }));
  const { describe, it, beforeEach, afterEach, expect } = api;
  describe(`name space provider ${name}`, () => {
    let space: Space;
    beforeEach(async () => {
      space = new Space(newProcess(), under, missing, expect);
      await space.start();
      await under.prepare?.(space);
    });
    afterEach(async () => {
      space.now(() => space.table.NSPCleanup(space.id));
      await under.close?.();
    });
    for (const each of CASES) {
      const body = async (): Promise<void> => {
        await each.run(space);
      };
      const without = each.needs?.find((need) => missing.includes(need));
      const known = skip.find((entry) => entry.case === each.name);
      if (without === undefined) declareCase(api, each.name, known, body);
      else it.skip(`${each.name} (there is no ${without}: ${lacks[without] ?? ''})`, body);
    }
    declareSkipCheck(api, CASES.map((each) => each.name), skip);
  });
}
