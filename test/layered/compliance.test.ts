// The passthrough layer against the transport provider contract, alone and stacked three deep, over Node's sockets and on
// the simulated network.
import * as vitest from 'vitest';
import { describeTransportProvider } from 'winsock2/testing';
import { MemoryStore } from '../../src/catalog/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { WSPStartup } from '../../src/providers/layered/passthrough/index.js';
import type { Process } from '../../src/win32/index.js';
import { createProcess } from '../../src/winsock.js';
import { stackUnderTest } from './compliance.js';

function simulated(): Process {
  const network = new SimNetwork({ seed: 1 });
  return createProcess({ driver: simDriver(network.host('host')), clock: network.clock, store: new MemoryStore() });
}

for (const depth of [1, 3]) {
  const layers = Array.from({ length: depth }, () => WSPStartup);
  const name = `${String(depth)} passthrough over msafd`;
  describeTransportProvider(vitest, `${name} over Node`, stackUnderTest(layers, { lacks: ['MSG_OOB'] }));
  describeTransportProvider(vitest, `${name} on the simulated network`, stackUnderTest(layers, { process: simulated }));
}
