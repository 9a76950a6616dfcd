// Finding and reading scenario files.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenario, type Scenario } from './parse.js';

const ENDING = '.ws2';

/**
 * Every scenario file at or below `path`, in the order of their names.
 * @throws what the file system reports if there is nothing at `path`
 */
export function scenarioFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return scenarioFiles(inside);
    return entry.name.endsWith(ENDING) ? [inside] : [];
  });
  return found.sort();
}

/** Reads and parses one file, reported under the path it was asked for. */
export function readScenario(path: string): Scenario {
  return parseScenario(path, readFileSync(path, 'utf8'));
}
