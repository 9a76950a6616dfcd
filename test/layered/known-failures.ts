// What scenarios show otherwise through layers: those that describe the catalog, which has more entries then, and chains
// among them. The scenarios were recorded on a catalog without layers.
import { knownFailures, type KnownFailure } from '../conformance/known-failures.js';
import { DRIVERS } from '../conformance/runner/host.js';

const LONGER_LIST = 'the catalog lists the chains too';
const CHAIN_ENTRY = 'what describes the protocol is the entry of the chain';

const described: readonly Omit<KnownFailure, 'driver'>[] = [
  { file: 'catalog/enumerate.ws2', lines: [10, 12, 14, 18], reason: LONGER_LIST },
  { file: 'catalog/protocols.ws2', lines: [2, 4, 6, 8, 10], reason: CHAIN_ENTRY },
  { file: 'options/protocol-info.ws2', lines: [4, 6, 14, 18, 22], reason: CHAIN_ENTRY },
];

/** What is known to fail through layers, and without them. */
export const layeredFailures: readonly KnownFailure[] = [
  ...knownFailures,
  ...DRIVERS.flatMap((driver) => described.map((one) => ({ ...one, driver }))),
];
