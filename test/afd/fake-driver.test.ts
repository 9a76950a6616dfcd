// The in-memory driver that afd is tested over is held to the same contract as the real one.
import * as vitest from 'vitest';
import { describeDriver, type DriverUnderTest } from 'winsock2/testing';
import { FakeDriver } from './fake-driver.js';

let driver = new FakeDriver();
let paths = 0;
let idle = 0;

const under: DriverUnderTest = {
  create: () => (driver = new FakeDriver()),
  families: ['ipv4', 'ipv6', 'unix'],
  multicast: { ipv4: '127.0.0.1', ipv6: '1' },
  path: () => `/fake/${(paths += 1)}`,
  clock: {
    async advance() {
      idle = driver.net.pump() === 0 ? idle + 1 : 0;
      if (idle > 1000) throw new Error('nothing more will happen');
      await Promise.resolve();
    },
  },
};

describeDriver(vitest, 'fake', under);
describeDriver(vitest, 'fake that is pulled', { ...under, create: () => (driver = new FakeDriver({ pullDatagrams: true })) });
