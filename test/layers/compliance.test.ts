// The ready-made layers with settings that change nothing, against the transport provider contract on the simulated network.
import * as vitest from 'vitest';
import { describeTransportProvider } from 'winsock2/testing';
import { traceLayer } from 'winsock2/layers/trace';
import { MemoryStore } from '../../src/catalog/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import type { LPWSPSTARTUP } from '../../src/spi/index.js';
import { createProcess } from '../../src/winsock.js';
import { stackUnderTest } from '../layered/compliance.js';

const layers: readonly (readonly [string, LPWSPSTARTUP])[] = [
  ['trace', traceLayer({ write: () => undefined })],
];

for (const [name, startup] of layers) {
  const process = (): ReturnType<typeof createProcess> => {
    const network = new SimNetwork({ seed: 1 });
    return createProcess({ driver: simDriver(network.host('host')), clock: network.clock, store: new MemoryStore() });
  };
  describeTransportProvider(vitest, `${name} over msafd on the simulated network`, stackUnderTest([startup], { process }));
}
