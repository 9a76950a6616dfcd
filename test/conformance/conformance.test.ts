// Runs every scenario of the areas that are done, each in a fresh process object. Known failures are run too, inverted.
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { knownFailures, laterAreas } from './known-failures.js';
import { scenarioFiles } from './runner/files.js';
import type { Mismatch } from './runner/run.js';
import { runFile } from './runner/run-file.js';

const SCENARIOS = join(dirname(fileURLToPath(import.meta.url)), 'scenarios');

const files = scenarioFiles(SCENARIOS).map((path) => relative(SCENARIOS, path).replaceAll('\\', '/'));
const areas = [...new Set(files.map((file) => dirname(file)))];
const known = new Map(knownFailures.map((failure) => [failure.file, failure]));
const later = new Map(laterAreas.map(({ area, reason }) => [area, reason]));

function shown({ line, command, expected, got }: Mismatch): string {
  return `line ${String(line)}: > ${command}\n  = ${expected}\n  got ${got}`;
}

test('the lists of what does not hold name scenarios that exist', () => {
  expect(knownFailures.map(({ file }) => file).filter((file) => !files.includes(file))).toEqual([]);
  expect(laterAreas.map(({ area }) => area).filter((area) => !areas.includes(area))).toEqual([]);
});

for (const area of areas) {
  const reason = later.get(area);
  const own = files.filter((file) => dirname(file) === area);
  describe(`conformance: ${area}`, () => {
    if (reason !== undefined) {
      test.skip(`${String(own.length)} scenarios not run yet: ${reason}`, () => undefined);
      return;
    }
    for (const file of own) {
      const failure = known.get(file);
      const name = basename(file, '.ws2');
      if (failure === undefined) {
        test(name, async () => {
          expect((await runFile(join(SCENARIOS, file), 'node', file)).map(shown).join('\n')).toBe('');
        });
        continue;
      }
      test(`${name} (known to fail: ${failure.reason})`, async () => {
        const mismatches = await runFile(join(SCENARIOS, file), 'node', file);
        expect(mismatches.length, `${file} passes now: remove it from the list`).toBeGreaterThan(0);
        expect(mismatches.map(({ line }) => line), mismatches.map(shown).join('\n')).toEqual(failure.lines);
      });
    }
  });
}
