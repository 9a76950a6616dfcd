// Owns: the compliance suite of the transport provider contract (the tables of winsock2/spi): what a provider's author
// calls.
// Does not own: the cases (the other files here), nor how a case is skipped (declare.ts). Nothing here looks at a clock:
// every wait is for an entry's promise.
import { IPPROTO_TCP, MemoryStore, SOCK_STREAM, createProcess, type Process, type WSAPROTOCOL_INFOW } from '../../../index.js';
import type { MaybePending, WSPPROC_TABLE, WSPUPCALLTABLE } from '../../../spi/index.js';
import { declareCase, declareSkipCheck, type Skip } from '../declare.js';
import type { TestApi } from '../test-api.js';
import { argumentCases } from './arguments.js';
import { asyncSelectCases } from './async-select.js';
import { blockingCases } from './blocking.js';
import { connectionCases } from './connections.js';
import { eventSelectCases } from './event-select.js';
import { featureCases, type TransportFeature } from './features.js';
import { Entries, TCP_ENTRY, protocolInfo, type Case } from './host.js';
import { leafCases } from './leaves.js';
import { messageCases } from './messages.js';
import { overlappedCases } from './overlapped.js';
import { registeredCases } from './registered-io.js';
import { socketCases } from './sockets.js';
import { transferCases } from './transfer.js';
import { transmitCases } from './transmit.js';
import { Upcalls } from './upcalls.js';

/** A provider for TCP/IP over IPv4, as the suite wants it. */
export interface TransportProviderUnderTest {
  /**
   * Starts the provider.
   *
   * @param process - a fresh process; what has to find it as the current one is to be called in `runIn(process, ...)`
   * @param upcalls - for WSPStartup
   * @param info - for WSPStartup: an entry as far as the suite knows it, TCP over IPv4
   * @returns what its WSPStartup put into the table
   */
  readonly start: (process: Process, upcalls: WSPUPCALLTABLE, info: WSAPROTOCOL_INFOW) => MaybePending<WSPPROC_TABLE>;
  /** Makes the process; by default one with a catalog in memory. For a provider that stands on a device of its own. */
  readonly process?: () => Process;
  /** Entries that the provider refuses with WSAEOPNOTSUPP. */
  readonly unsupported?: readonly (keyof WSPPROC_TABLE)[];
  /**
   * What it has not beside the entries. It must refuse this; the cases that need it, or an entry of `unsupported`, are
   * reported as skipped.
   */
  readonly lacks?: readonly TransportFeature[];
  readonly skip?: readonly Skip[];
}

const CASES: readonly Case[] = [
  ...argumentCases,
  ...featureCases,
  ...socketCases,
  ...transferCases,
  ...overlappedCases,
  ...eventSelectCases,
  ...asyncSelectCases,
  ...blockingCases,
  ...leafCases,
  ...connectionCases,
  ...transmitCases,
  ...messageCases,
  ...registeredCases,
];

/**
 * Declares the whole suite for one provider.
 *
 * @param api - the test runner: `import * as vitest from 'vitest'`, or an object with the same functions
 * @param name - the provider's name
 * @param under - how to start it, and what it does not serve
 */
export function describeTransportProvider(api: TestApi, name: string, under: TransportProviderUnderTest): void {
  const { unsupported = [], lacks = [], skip = [] } = under;
  const missing: readonly string[] = [...unsupported, ...lacks];
  const newProcess = under.process ?? ((): Process => createProcess({ store: new MemoryStore() }));
  const { describe, it, beforeEach, afterEach, expect } = api;
  describe(`transport provider ${name}`, () => {
    let entries: Entries;
    beforeEach(async () => {
      const upcalls = new Upcalls(newProcess());
      const info = protocolInfo(SOCK_STREAM, IPPROTO_TCP, TCP_ENTRY);
      entries = new Entries(await under.start(upcalls.process, upcalls.table, info), upcalls, unsupported, lacks, expect);
    });
    afterEach(() => {
      const { handles } = entries.process;
      for (const [handle] of [...handles.entries()]) handles.close(handle);
    });
    for (const each of CASES) {
      const body = async (): Promise<void> => {
        await each.run(entries);
      };
      const without = each.needs?.find((need) => missing.includes(need));
      if (without === undefined) declareCase(api, each.name, skip.find((entry) => entry.case === each.name), body);
      else it.skip(`${each.name} (there is no ${without})`, body);
    }
    declareSkipCheck(api, CASES.map((each) => each.name), skip);
  });
}
