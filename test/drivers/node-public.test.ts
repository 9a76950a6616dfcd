// Datagrams of the node driver on a Node that hides the handle under a socket: the same contract, kept with callbacks.

import * as vitest from 'vitest';
import { vi } from 'vitest';
import { describeDriver } from 'winsock2/testing';
import { nodeUnderTest } from './node-setup.js';

vi.mock('../../src/drivers/node/datagram-tap.js', () => ({ tap: (): null => null }));

const { families, ...under } = nodeUnderTest();

describeDriver(vitest, 'node, documented interfaces only', {
  ...under,
  families: families.filter((family) => family === 'ipv4'),
  skip: (under.skip ?? []).filter((skip) => skip.case.includes(' ipv4: ')),
});
