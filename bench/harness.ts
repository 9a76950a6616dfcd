// Runs the rows: raw, ours, raw, ours, ... each in a process of its own, so that whatever else the machine does meets
// both sides alike. Prints a table; with --date it also records. Ends with status 1 if a row could not be run.
import { execFile, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { buildBench } from './build.js';
import { readOptions, type Side } from './options.js';
import { cells, record, type Result } from './results.js';
import { hasRaw, type Row, type Sample } from './row.js';
import { rows } from './rows/index.js';
import { summarize, type Summary } from './stats.js';

const options = readOptions(process.argv.slice(2), rows);
const canPin = spawnSync('taskset', ['-V']).status === 0;
if (!canPin) console.error('taskset is not here: no row is kept on one CPU, so latency rows scatter more');
const child = await buildBench(options.sides.includes('ours'));

async function sample(row: Row, side: Side): Promise<Sample> {
  const command = [process.execPath, child, row.name, side];
  // The last CPU: the first one takes most interrupts.
  if (row.pinned && canPin) command.unshift('taskset', '-c', String(cpus().length - 1));
  const { stdout } = await promisify(execFile)(command[0]!, command.slice(1), { timeout: 60_000 });
  return JSON.parse(stdout) as Sample;
}

async function measure(row: Row): Promise<Result | null> {
  const sides = options.sides.filter((side) => side === 'ours' || hasRaw(row));
  const samples: Record<Side, Sample[]> = { raw: [], ours: [] };
  for (let pair = 0; pair < options.pairs; pair += 1) {
    for (const side of sides) samples[side].push(await sample(row, side));
  }
  const values = (side: Side): number[] => samples[side].map(({ value }) => value);
  if (!sides.includes('ours')) {
    if (sides.length > 0) console.log(row.name, row.unit, summarize(values('raw')));
    return null;
  }
  const both = sides.length === 2;
  const cpu = (side: Side): Summary => summarize(samples[side].map((one) => one.cpu));
  const raw = both ? summarize(values('raw')) : null;
  const ours = summarize(values('ours'));
  const overPairs = (figure: (one: Sample) => number): number[] =>
    samples.ours.map((one, pair) => figure(one) / figure(samples.raw[pair]!));
  return {
    row: row.name,
    title: row.title,
    unit: row.unit,
    pinned: row.pinned && canPin,
    pairs: options.pairs,
    raw,
    ours,
    ratio: raw === null ? null : { ...summarize(overPairs(({ value }) => value)), median: ours.median / raw.median },
    memoryRatio: both && row.memory ? summarize(overPairs(({ rss }) => rss)) : null,
    serverCpu: both && 'serve' in row ? { raw: cpu('raw'), ours: cpu('ours') } : null,
  };
}

const results: Result[] = [];
for (const row of options.rows) {
  try {
    const result = await measure(row);
    if (result === null) continue;
    results.push(result);
    const [title = '', raw = '', ours = '', ratio = '', memory = '', cpu = ''] = cells(result);
    console.log(`${title}\n  raw ${raw}   winsock2 ${ours}   ratio ${ratio}   memory ${memory}   server CPU ${cpu}`);
  } catch (error) {
    console.error(`${row.name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
if (options.date !== null && results.length > 0) record(options.date, results);
