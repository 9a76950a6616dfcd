// The process of a server under test: node server.js ROW raw|ours. Tells its port, then what it has used whenever it is
// asked, and ends when its clients have gone.
import { rows } from './rows/index.js';

const [name, side] = process.argv.slice(2);
const row = rows.find((one) => one.name === name);
if (row === undefined || !('serve' in row) || (side !== 'raw' && side !== 'ours')) throw new Error(`no such server: ${name ?? ''}`);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, rss: process.memoryUsage().rss });
});
// A client that failed leaves nobody to serve.
process.on('disconnect', () => process.exit());
await row.serve[side]((port) => process.send?.(port));
process.disconnect();
