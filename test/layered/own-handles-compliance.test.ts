// The passthrough layer with handles of its own against the transport provider contract: alone, stacked three deep, and
// mixed with layers that hand on the base provider's handles; over Node's sockets and on the simulated network.
import * as vitest from 'vitest';
import { describeTransportProvider } from 'winsock2/testing';
import { MemoryStore } from '../../src/catalog/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { WSPStartup as base } from '../../src/providers/layered/passthrough/index.js';
import { WSPStartup as own } from '../../src/providers/layered/passthrough-own-handles/index.js';
import type { Process } from '../../src/win32/index.js';
import { createProcess } from '../../src/winsock.js';
import { stackUnderTest } from './compliance.js';

function simulated(): Process {
  const network = new SimNetwork({ seed: 1 });
  return createProcess({ driver: simDriver(network.host('host')), clock: network.clock, store: new MemoryStore() });
}

const STACKS = {
  'own handles': [own],
  'own handles three deep': [own, own, own],
  'own handles above and below the base handles': [own, base, own],
  'own handles under the base handles': [base, own],
};

for (const [name, layers] of Object.entries(STACKS)) {
  describeTransportProvider(vitest, `${name}, over Node`, stackUnderTest(layers, { lacks: ['MSG_OOB'] }));
  describeTransportProvider(vitest, `${name}, on the simulated network`, stackUnderTest(layers, { process: simulated }));
}
