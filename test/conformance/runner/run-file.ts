// Runs one scenario file in a fresh process of its own. What goes wrong around the scenario is reported like a mismatch.
import { readScenario } from './files.js';
import { createHost, type DriverName, type Host } from './host.js';
import { runScenario, type Mismatch } from './run.js';
import { HANG } from './time.js';

const DISPOSE_MS = 5000;

async function dispose(host: Host): Promise<string | null> {
  try {
    return (await host.time.within(host.dispose(), DISPOSE_MS)) === HANG ? 'hang' : null;
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

/**
 * Runs a file.
 * @param path where it is
 * @param driver what to run it on
 * @param file what it is called in the report
 * @param layers modules of layers that stand over every base protocol, top to bottom
 * @throws FormatError if the file breaks the format, or what the file system reports
 */
export async function runFile(
  path: string,
  driver: DriverName,
  file = path,
  layers: readonly string[] = [],
): Promise<Mismatch[]> {
  const scenario = { ...readScenario(path), file };
  const host = createHost(driver, layers);
  const mismatches = await runScenario(host, scenario);
  const problem = await dispose(host);
  if (problem === null) return mismatches;
  return [...mismatches, { file, line: 0, command: 'end of the process', expected: 'ok', got: problem }];
}
