// The driver over node:net and node:dgram against the driver contract.

import * as vitest from 'vitest';
import { describeDriver } from 'winsock2/testing';
import { nodeUnderTest } from './node-setup.js';

describeDriver(vitest, 'node', nodeUnderTest());
