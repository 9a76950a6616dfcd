// The registry among processes: killed at any instant, no registration that was reported is lost; of many at once none is. The
// registrars are real processes that use the C face, bundled once. WINSOCK2_FULL=1 kills a thousand of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'tsup';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { JsonStore } from '../../../src/catalog/json-store.js';
import { startRegistry, type RegistryWorld } from './world.js';

const full = process.env['WINSOCK2_FULL'] === '1';

let bundle = '';
let folder = '';
let file = '';
let world: RegistryWorld;

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'winsock2-registrar-'));
  const entry = [join(import.meta.dirname, 'registrar.ts')];
  await build({ entry, outDir: bundle, format: 'cjs', noExternal: [/./], config: false, silent: true, outExtension: () => ({ js: '.cjs' }) });
}, 60_000);
afterAll(() => {
  rmSync(bundle, { recursive: true });
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-registry-'));
  file = join(folder, 'catalog.json');
  world = await startRegistry(new JsonStore({ file }));
});
afterEach(async () => {
  await world.host.dispose();
  rmSync(folder, { recursive: true });
});

interface Registrar {
  readonly reported: number;
  readonly signal: string | null;
  readonly code: number | null;
}

/** Runs a registrar to its end; with `reports`, kills it so many milliseconds after so many reports. */
async function run(limit: string, name: string, kill?: { readonly reports: number; readonly then: number }): Promise<Registrar> {
  const child = spawn(process.execPath, [join(bundle, 'registrar.cjs'), file, limit, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  let reported = 0;
  lines.on('line', () => {
    reported += 1;
    if (reported === kill?.reports) setTimeout(() => child.kill('SIGKILL'), kill.then);
  });
  await Promise.all([once(child, 'close'), once(lines, 'close')]);
  return { reported, signal: child.signalCode, code: child.exitCode };
}

it.each<[string, number]>([
  ['locked', 0],
  ['written', 0],
  ['synced', 0],
  ['renamed', 1],
  ['done', 1],
])('killed when %s, leaves the old registrations or the new ones', async (step, count) => {
  expect((await run(step, 'killed')).signal).toBe('SIGKILL');
  expect(await world.names()).toHaveLength(count);
  expect(await world.register('after')).toBe(0);
  expect(await world.names()).toHaveLength(count + 1);
  expect(readdirSync(folder)).toEqual(['registry.json']);
});

const KILLS = full ? 1000 : 100;
/** So many at a time with registries of their own names: most of a kill is the start of a process. */
const KILLS_PER_REGISTRY = 25;

it(`killed at ${KILLS} other moments, loses nothing that was reported`, async () => {
  let inTheMiddle = 0;
  for (let round = 0; round < KILLS; round++) {
    if (round % KILLS_PER_REGISTRY === 0) rmSync(join(folder, 'registry.json'), { force: true });
    const before = (await world.names()).length;
    const name = `round${String(round)}`;
    const { reported, signal } = await run('no end', name, { reports: 1 + (round % 3), then: ((round * 7) % 50) / 10 });
    expect(signal).toBe('SIGKILL');
    if (readdirSync(folder).length > 1) inTheMiddle += 1;
    const names = await world.names();
    expect(names.length - before - reported).toBeOneOf([0, 1]);
    for (let done = 0; done < reported; done++) expect(names).toContain(`${name}-${String(done)}`);
    expect(readdirSync(folder)).toEqual(['registry.json']);
  }
  // Else the moments were badly chosen, and nothing was shown.
  expect(inTheMiddle).toBeGreaterThan(KILLS / 10);
}, full ? 3_600_000 : 600_000);

it('16 processes that register 20 each at the same time lose none', async () => {
  const ended = await Promise.all(Array.from({ length: 16 }, (_, index) => run('20', `p${String(index)}`)));
  expect(ended.map(({ code, reported }) => [code, reported])).toEqual(ended.map(() => [0, 20]));
  expect(new Set(await world.names()).size).toBe(320);
  expect(readdirSync(folder)).toEqual(['registry.json']);
}, 300_000);
