// Streams of the node driver on a Node whose handles show nothing: the same contract, kept by node:net alone.

import * as vitest from 'vitest';
import { vi } from 'vitest';
import { describeDriver } from 'winsock2/testing';
import { nodeUnderTest } from './node-setup.js';

vi.mock('../../src/drivers/node/stream-tap.js', () => ({
  readByHandle: (): boolean => false,
  StreamTap: class {
    learn(): void {
      // Nothing can be seen.
    }

    writableHandle(): null {
      return null;
    }
  },
}));

const { families, ...under } = nodeUnderTest();
const kept = families.filter((family) => family !== 'ipv6');

describeDriver(vitest, 'node, streams by documented interfaces only', {
  ...under,
  families: kept,
  skip: (under.skip ?? []).filter((skip) => kept.some((family) => skip.case.includes(` ${family}: `))),
});
