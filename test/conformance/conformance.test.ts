// Runs every scenario of the areas that are done on every driver, and looks after the lists of what does not hold.
import { expect, test } from 'vitest';
import { areas, describeConformance, files, isDue } from './declare.js';
import { knownFailures, laterAreas } from './known-failures.js';
import { DRIVERS } from './runner/host.js';

test('the lists of what does not hold name scenarios that exist', () => {
  expect(knownFailures.map(({ file }) => file).filter((file) => !files.includes(file) || !isDue(file))).toEqual([]);
  const named = laterAreas.flatMap(({ area, but = [] }) => but.map((name) => `${area}/${name}.ws2`));
  expect(named.filter((file) => !files.includes(file))).toEqual([]);
  expect(laterAreas.map(({ area }) => area).filter((area) => !areas.includes(area))).toEqual([]);
});

for (const driver of DRIVERS) describeConformance(`conformance on ${driver}`, driver, knownFailures);
