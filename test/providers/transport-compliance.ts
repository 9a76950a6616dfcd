// Owns: the compliance suite of the transport provider contract (src/spi/wsp*.ts): what a provider's author calls, and how
// a case is run or skipped.
// Does not own: the cases (compliance-*.ts). Nothing here looks at a clock: every wait is for an entry's promise.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MaybePending, WSPPROC_TABLE } from '../../src/spi/index.js';
import { Process } from '../../src/win32/index.js';
import { argumentCases } from './compliance-arguments.js';
import { Entries, Upcalls } from './compliance-host.js';
import { socketCases } from './compliance-sockets.js';
import { transferCases } from './compliance-transfer.js';

/** One requirement: a name that states it, and a body that shows it. */
export interface Case {
  readonly name: string;
  readonly run: (entries: Entries) => void | Promise<void>;
}

/** A case that a provider does not pass, and why. It fails as soon as the case passes. */
export interface Skip {
  readonly case: string;
  readonly reason: string;
}

export interface Differences {
  /** Entries that the provider refuses with WSAEOPNOTSUPP. */
  readonly unsupported?: readonly (keyof WSPPROC_TABLE)[];
  readonly skip?: readonly Skip[];
}

/** Starts a provider for TCP/IP over IPv4 in `process`: what its WSPStartup put into the table. */
export type CreateTable = (process: Process, upcalls: Upcalls) => MaybePending<WSPPROC_TABLE>;

const CASES: readonly Case[] = [...argumentCases, ...socketCases, ...transferCases];

/** Declares the whole suite for one provider. */
export function describeTransportProvider(name: string, createTable: CreateTable, differences: Differences = {}): void {
  const { unsupported = [], skip = [] } = differences;
  describe(`transport provider ${name}`, () => {
    let entries: Entries;
    beforeEach(async () => {
      const process = new Process();
      const upcalls = new Upcalls(process);
      entries = new Entries(await createTable(process, upcalls), upcalls, unsupported);
    });
    afterEach(() => {
      const { handles } = entries.process;
      for (const [handle] of [...handles.entries()]) handles.close(handle);
    });
    for (const each of CASES) {
      const skipped = skip.find((entry) => entry.case === each.name);
      const body = async (): Promise<void> => {
        await each.run(entries);
      };
      if (skipped === undefined) it(each.name, body);
      else it.fails(`${each.name} (skipped: ${skipped.reason})`, body);
    }
    it('every skip names a case, and every case has a name of its own', () => {
      const names = CASES.map((each) => each.name);
      expect(names).toEqual(expect.arrayContaining(skip.map((entry) => entry.case)));
      expect(new Set(names).size).toBe(names.length);
    });
  });
}
