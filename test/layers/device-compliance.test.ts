// A layer with a device of its own against the transport provider contract, while its filters change nothing.
import * as vitest from 'vitest';
import { describeTransportProvider } from 'winsock2/testing';
import { MemoryStore } from '../../src/catalog/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { StreamFilter, deviceLayer } from '../../src/providers/layered/device/index.js';
import type { Process } from '../../src/win32/index.js';
import { createProcess } from '../../src/winsock.js';
import { stackUnderTest } from '../layered/compliance.js';

function simulated(): Process {
  const network = new SimNetwork({ seed: 1 });
  return createProcess({ driver: simDriver(network.host('host')), clock: network.clock, store: new MemoryStore() });
}

const through = deviceLayer({ description: 'changes nothing', module: 'test', start: () => ({ make: () => new StreamFilter() }) });

describeTransportProvider(vitest, 'a device over the link below, over Node', stackUnderTest([through], { lacks: ['MSG_OOB'] }));
describeTransportProvider(
  vitest,
  'a device over the link below, on the simulated network',
  stackUnderTest([through], { lacks: ['MSG_OOB'], process: simulated }),
);
