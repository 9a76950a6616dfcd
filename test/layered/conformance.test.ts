// Every scenario with all sockets going through passthrough layers: nothing but the catalog's own description differs. In CI
// one layer on Node and three on the simulated network; WINSOCK2_FULL=1 adds the other two.
import { describeConformance } from '../conformance/declare.js';
import { DRIVERS } from '../conformance/runner/host.js';
import { layeredFailures } from './known-failures.js';

const PASSTHROUGH = 'winsock2/layers/passthrough';
const FULL = process.env['WINSOCK2_FULL'] === '1';

for (const driver of DRIVERS) {
  for (const depth of [1, 3]) {
    if (!FULL && (driver === 'node') !== (depth === 1)) continue;
    const layers = Array<string>(depth).fill(PASSTHROUGH);
    describeConformance(`conformance on ${driver} through ${String(depth)} passthrough`, driver, layeredFailures, layers);
  }
}
