// Runs scenario files against the build: `npm run -s conformance -- [--driver node|sim] [--layers A,B] [--jobs N] PATH...`.
// With --layers every socket goes through these, top to bottom: names of ready-made layers or whole module names.
// Prints each mismatch, ends with the line `N passed, N failed`; nothing that fails is hidden here.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { scenarioFiles } from '../test/conformance/runner/files.js';
import type { Mismatch } from '../test/conformance/runner/run.js';
import { DRIVERS, type DriverName } from '../test/conformance/runner/host.js';
import { runFile } from '../test/conformance/runner/run-file.js';

const USAGE = 'usage: npm run -s conformance -- [--driver node|sim] [--layers A,B] [--jobs N] PATH...';
const DEFAULT_PATH = join(dirname(fileURLToPath(import.meta.url)), '../test/conformance/scenarios');
const FAILED = 1;
const UNUSABLE = 2;

/** A command line or a file that cannot be used; its message is for the user. */
class Unusable extends Error {}

interface Plan {
  readonly files: readonly string[];
  readonly jobs: number;
  readonly driver: DriverName;
  readonly layers: readonly string[];
}

function plan(commandLine: string[]): Plan {
  const { values, positionals } = parseArgs({
    args: commandLine,
    allowPositionals: true,
    options: {
      driver: { type: 'string', default: 'node' },
      layers: { type: 'string', default: '' },
      jobs: { type: 'string', default: '1' },
    },
  });
  const driver = DRIVERS.find((name) => name === values.driver);
  if (driver === undefined) throw new Unusable(`no driver ${values.driver}\n${USAGE}`);
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new Unusable(`--jobs takes a number from 1 up\n${USAGE}`);
  const paths = positionals.length === 0 ? [DEFAULT_PATH] : positionals;
  const files = paths.flatMap((path) => scenarioFiles(path));
  if (files.length === 0) throw new Unusable(`no scenario in ${paths.join(' ')}`);
  const names = values.layers.split(',').filter((name) => name !== '');
  const layers = names.map((name) => (name.includes('/') ? name : `winsock2/layers/${name}`));
  return { files, jobs, driver, layers };
}

/** What was thrown where nobody could catch it: a fault of the implementation, held against the running scenario. */
const strays: string[] = [];
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error: unknown) => strays.push(error instanceof Error ? (error.stack ?? error.message) : String(error)));
}

async function run(file: string, { driver, layers }: Plan): Promise<Mismatch[]> {
  const mismatches = await runFile(file, driver, file, layers);
  const stray = strays
    .splice(0)
    .map((got) => ({ file, line: 0, command: 'outside any call', expected: 'no exception', got }));
  return [...mismatches, ...stray];
}

function report(mismatches: readonly Mismatch[]): void {
  for (const { file, line, command, expected, got } of mismatches) {
    console.log(`${file}:${String(line)}: > ${command}\n  expected ${expected}\n  got      ${got}`);
  }
}

async function main(): Promise<number> {
  const todo = plan(process.argv.slice(2));
  const { files, jobs } = todo;
  let next = 0;
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let path = files[next++]; path !== undefined; path = files[next++]) {
      const mismatches = await run(path, todo);
      if (mismatches.length > 0) failed += 1;
      report(mismatches);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  console.log(`${String(files.length - failed)} passed, ${String(failed)} failed`);
  return failed > 0 ? FAILED : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = UNUSABLE;
}
// A scenario that hung may have left something open that would keep the program alive.
process.stdout.write('', () => process.exit());
