// No import has a side effect: every module of src/ is imported in a child process, which must then be as it was before.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sourceFiles } from './imports.js';

interface Outcome {
  readonly before: Readonly<Record<string, readonly string[]>>;
  readonly after: Readonly<Record<string, readonly string[]>>;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-import-'));
  mkdirSync(join(folder, 'home'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Imports the files in a child whose working folder and home are empty; rejects if it does not end by itself. */
async function importInChild(files: readonly string[]): Promise<Outcome & { readonly written: string[] }> {
  const home = join(folder, 'home');
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', loader, resolve('test/project/import-all.ts'), ...files.map((file) => pathToFileURL(file).href)],
    { cwd: home, timeout: 20_000, env: { ...process.env, HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: home, APPDATA: home } },
  );
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as Outcome), written: readdirSync(home) };
}

/**
 * What is there after and was not before. What went meanwhile does not count: the loader that compiles the modules may
 * still have had files open when the first look was taken.
 */
function added(before: Outcome['before'], after: Outcome['after']): string[] {
  return Object.entries(after).flatMap(([where, names]) => {
    const known = [...(before[where] ?? [])];
    return names.filter((name) => {
      const index = known.indexOf(name);
      if (index >= 0) known.splice(index, 1);
      return index < 0;
    });
  });
}

// Loading it is asking for what it does.
const PRELOADED = 'tracing/register.ts';

it('importing every module changes nothing in the process and writes nothing', async () => {
  const files = sourceFiles('src').filter((file) => file !== PRELOADED).map((file) => resolve('src', file));
  expect(files.length).toBeGreaterThan(0);
  const { before, after, written } = await importInChild(files);
  expect(added(before, after)).toEqual([]);
  expect(written).toEqual([]);
});

it.each([
  ['a listener', "process.on('SIGUSR2', () => {});", 'listeners'],
  ['a global', 'globalThis.winsock = 1;', 'globals'],
  ['a timer', 'setTimeout(() => {}, 1_000);', 'resources'],
] as const)('would notice %s', async (_what, code, where) => {
  const file = join(folder, 'guilty.mjs');
  writeFileSync(file, code);
  const { before, after } = await importInChild([file]);
  expect(added({ [where]: before[where] ?? [] }, { [where]: after[where] ?? [] })).not.toEqual([]);
});

it('would notice a file', async () => {
  const file = join(folder, 'guilty.mjs');
  writeFileSync(file, "import { writeFileSync } from 'node:fs'; writeFileSync('catalog.json', '{}');");
  const { written } = await importInChild([file]);
  expect(written).toEqual(['catalog.json']);
});
