// The driver over node:net and node:dgram against the driver contract.

import { describeDriver } from './compliance.js';
import { nodeUnderTest } from './node-setup.js';

describeDriver('node', nodeUnderTest());
