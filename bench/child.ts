// One measurement of one side of one row, in a process of its own: node child.js ROW raw|ours. Prints a Sample as JSON.
// The sides are kept in separate processes because winsock2 turns AsyncLocalStorage on, which slows the whole process.
import { startServer } from './server-process.js';
import type { Bench, Row, Sample, Testing, Usage, Winsock, WorkRow } from './row.js';
import { rows } from './rows/index.js';

// Resolved at run time to the built package beside this file, and not bundled into it.
const packageName = 'winsock2';
const testingName = 'winsock2/testing';

async function open(row: Row, side: string): Promise<Bench> {
  return 'serve' in row ? startServer(row, side) : openWork(row, side);
}

async function openWork(row: WorkRow, side: string): Promise<Bench> {
  if (side === 'raw' && row.raw !== null) return row.raw();
  const api = (await import(packageName)) as Winsock;
  const error = await api.WSAStartup(api.MAKEWORD(2, 2), new api.WSADATA());
  if (error !== 0) throw new Error(`WSAStartup: ${error}`);
  const bench = await row.ours(api, async () => (await import(testingName)) as Testing);
  return {
    run: (count) => bench.run(count),
    close: async () => {
      await bench.close();
      await api.WSACleanup();
    },
  };
}

function figure({ unit, count, perCount }: Row, nanoseconds: number, added: number): number {
  if (unit === 'MiB') return added / 2 ** 20;
  if (unit === 'ms') return nanoseconds / count / 1e6;
  return unit === 'ns/call' ? nanoseconds / count : (count * perCount * 1e9) / nanoseconds;
}

/** What this process has used. */
function ownUsage(): Promise<Usage> {
  const { user, system } = process.cpuUsage();
  return Promise.resolve({ cpu: user + system, rss: process.memoryUsage().rss });
}

async function measure(row: Row, side: string): Promise<Sample> {
  const bench = await open(row, side);
  await bench.run(row.warmup);
  const usage = (): Promise<Usage> => bench.usage?.() ?? ownUsage();
  const before = await usage();
  const start = process.hrtime.bigint();
  await bench.run(row.count);
  const nanoseconds = Number(process.hrtime.bigint() - start);
  const after = await usage();
  await bench.close();
  const cpu = (after.cpu - before.cpu) / (row.count * row.perCount);
  return { value: figure(row, nanoseconds, after.rss - before.rss), rss: after.rss, cpu };
}

const [name, side] = process.argv.slice(2);
const row = rows.find((one) => one.name === name);
if (row === undefined || side === undefined) throw new Error(`no such row: ${name ?? ''}`);
console.log(JSON.stringify(await measure(row, side)));
