// Records test/simulation/loss-table.json anew, after a change of TCP that was meant: `npm run record:loss-table`.
import { writeFileSync } from 'node:fs';
import { RATES, SEED, throughput, type Throughput } from '../test/simulation/loss-table.js';

const rows: Throughput[] = [];
for (const loss of RATES) {
  const row = await throughput(loss, SEED);
  console.log(`${String(loss * 100)} %: ${String(row.kibPerSecond)} KiB/s`);
  rows.push(row);
}
writeFileSync('test/simulation/loss-table.json', `${JSON.stringify(rows, null, 2)}\n`);
