// Every scenario with all sockets going through layers with handles of their own, alone, stacked, and mixed with layers that
// hand on the base provider's: nothing but the catalog's own description differs. In CI one layer on Node and three on the
// simulated network; WINSOCK2_FULL=1 adds the others.
import { describeConformance } from '../conformance/declare.js';
import { DRIVERS } from '../conformance/runner/host.js';
import { layeredFailures } from './known-failures.js';

const OWN = 'winsock2/layers/passthrough-own-handles';
const BASE = 'winsock2/layers/passthrough';
const FULL = process.env['WINSOCK2_FULL'] === '1';

const STACKS = [
  { name: 'own handles', layers: [OWN], ci: 'node' },
  { name: 'own handles three deep', layers: [OWN, OWN, OWN], ci: null },
  { name: 'own handles above and below base handles', layers: [OWN, BASE, OWN], ci: 'sim' },
  { name: 'own handles over base handles', layers: [OWN, BASE], ci: null },
  { name: 'own handles between base handles', layers: [BASE, OWN, BASE], ci: null },
];

for (const { name, layers, ci } of STACKS) {
  for (const driver of DRIVERS) {
    if (!FULL && driver !== ci) continue;
    describeConformance(`conformance on ${driver} through ${name}`, driver, layeredFailures, layers);
  }
}
