// Declares the scenarios as tests: each in a fresh process object, on one driver, through any layers. Known failures are run
// too, inverted.
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { laterAreas, type KnownFailure } from './known-failures.js';
import { scenarioFiles } from './runner/files.js';
import type { DriverName } from './runner/host.js';
import type { Mismatch } from './runner/run.js';
import { runFile } from './runner/run-file.js';

const SCENARIOS = join(dirname(fileURLToPath(import.meta.url)), 'scenarios');

/** Every scenario, relative to their folder. */
export const files = scenarioFiles(SCENARIOS).map((path) => relative(SCENARIOS, path).replaceAll('\\', '/'));
export const areas = [...new Set(files.map((file) => dirname(file)))];
const later = new Map(laterAreas.map((entry) => [entry.area, entry]));

function shown({ line, command, expected, got }: Mismatch): string {
  return `line ${String(line)}: > ${command}\n  = ${expected}\n  got ${got}`;
}

/** Whether this scenario is run already. */
export function isDue(file: string): boolean {
  const entry = later.get(dirname(file));
  return entry === undefined || (entry.but ?? []).includes(basename(file, '.ws2'));
}

function declare(file: string, failure: KnownFailure | undefined, run: () => Promise<Mismatch[]>): void {
  const name = basename(file, '.ws2');
  if (failure === undefined) {
    test(name, async () => {
      expect((await run()).map(shown).join('\n')).toBe('');
    });
    return;
  }
  test(`${name} (known to fail: ${failure.reason})`, async () => {
    const mismatches = await run();
    expect(mismatches.length, `${file} passes now: remove it from the list`).toBeGreaterThan(0);
    expect(mismatches.map(({ line }) => line), mismatches.map(shown).join('\n')).toEqual(failure.lines);
  });
}

/**
 * Declares all scenarios that are due.
 *
 * @param name - what the run is called
 * @param driver - what it runs on
 * @param known - what is known to fail there
 * @param layers - modules of layers that stand over every base protocol, top to bottom
 * @param wanted - which of the scenarios; all if left out
 */
export function describeConformance(
  name: string,
  driver: DriverName,
  known: readonly KnownFailure[],
  layers: readonly string[] = [],
  wanted: (file: string) => boolean = () => true,
): void {
  describe(name, () => {
    describe.each(areas)('%s', (area) => {
      const own = files.filter((file) => dirname(file) === area && wanted(file));
      for (const file of own.filter(isDue)) {
        const failure = known.find((one) => one.driver === driver && one.file === file);
        declare(file, failure, () => runFile(join(SCENARIOS, file), driver, file, layers));
      }
      const waiting = own.filter((file) => !isDue(file)).length;
      if (waiting === 0) return;
      test.skip(`${String(waiting)} scenarios not run yet: ${later.get(area)?.reason ?? ''}`, () => undefined);
    });
  });
}
