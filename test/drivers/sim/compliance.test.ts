// The driver contract on the simulated network: one host talking to itself, as the suite wants it.
import * as vitest from 'vitest';
import { describeDriver } from 'winsock2/testing';
import { SimNetwork, simDriver } from '../../../src/drivers/sim/index.js';

let paths = 0;

describeDriver(vitest, 'sim', {
  create: () => simDriver(new SimNetwork({ seed: 1 }).host('host')),
  families: ['ipv4', 'ipv6', 'unix'],
  multicast: { ipv4: '127.0.0.1', ipv6: '2' },
  path: () => `/sockets/${String((paths += 1))}`,
});
