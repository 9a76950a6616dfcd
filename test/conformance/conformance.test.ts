// Runs every scenario of the areas that are done on every driver, each in a fresh process object. Known failures are run
// too, inverted.
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { knownFailures, laterAreas } from './known-failures.js';
import { scenarioFiles } from './runner/files.js';
import { DRIVERS, type DriverName } from './runner/host.js';
import type { Mismatch } from './runner/run.js';
import { runFile } from './runner/run-file.js';

const SCENARIOS = join(dirname(fileURLToPath(import.meta.url)), 'scenarios');

const files = scenarioFiles(SCENARIOS).map((path) => relative(SCENARIOS, path).replaceAll('\\', '/'));
const areas = [...new Set(files.map((file) => dirname(file)))];
const later = new Map(laterAreas.map((entry) => [entry.area, entry]));

function shown({ line, command, expected, got }: Mismatch): string {
  return `line ${String(line)}: > ${command}\n  = ${expected}\n  got ${got}`;
}

/** Whether this scenario is run already. */
function isDue(file: string): boolean {
  const entry = later.get(dirname(file));
  return entry === undefined || (entry.but ?? []).includes(basename(file, '.ws2'));
}

test('the lists of what does not hold name scenarios that exist', () => {
  expect(knownFailures.map(({ file }) => file).filter((file) => !files.includes(file) || !isDue(file))).toEqual([]);
  const named = laterAreas.flatMap(({ area, but = [] }) => but.map((name) => `${area}/${name}.ws2`));
  expect(named.filter((file) => !files.includes(file))).toEqual([]);
  expect(laterAreas.map(({ area }) => area).filter((area) => !areas.includes(area))).toEqual([]);
});

function declare(driver: DriverName, file: string): void {
  const run = (): Promise<Mismatch[]> => runFile(join(SCENARIOS, file), driver, file);
  const failure = knownFailures.find((one) => one.driver === driver && one.file === file);
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

describe.each(DRIVERS)('conformance on %s', (driver) => {
  describe.each(areas)('%s', (area) => {
    const own = files.filter((file) => dirname(file) === area);
    for (const file of own.filter(isDue)) declare(driver, file);
    const waiting = own.filter((file) => !isDue(file)).length;
    if (waiting === 0) return;
    test.skip(`${String(waiting)} scenarios not run yet: ${later.get(area)?.reason ?? ''}`, () => undefined);
  });
});
