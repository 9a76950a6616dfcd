// The JSON store among processes: killed at any instant the file is the old catalog or the new one; nobody's change is
// lost. The writers are real processes, bundled once so that each starts quickly. WINSOCK2_FULL=1 kills a thousand of them.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'tsup';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { WSADATA, ref, type HANDLE } from '../../src/abi/index.js';
import { JsonStore } from '../../src/catalog/json-store.js';
import type { SaveStep } from '../../src/catalog/json-store.js';
import { realFiles } from '../../src/catalog/json-store/files.js';
import { layer } from '../../src/testing/compliance/store/samples.js';
import { createProcess } from '../../src/winsock.js';

const full = process.env['WINSOCK2_FULL'] === '1';

let bundle = '';
let folder = '';
let file = '';

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'winsock2-writer-'));
  const entry = [join(import.meta.dirname, 'writer.ts')];
  await build({ entry, outDir: bundle, format: 'cjs', noExternal: [/./], config: false, silent: true, outExtension: () => ({ js: '.cjs' }) });
}, 60_000);
afterAll(() => {
  rmSync(bundle, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-catalog-'));
  file = join(folder, 'catalog.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Writer {
  readonly child: ChildProcess;
  /** The serial of the last change that it said was saved. */
  readonly saved: () => number;
  readonly ended: Promise<unknown>;
}

/** When a writer is killed: so many milliseconds after it has reported so many changes. */
interface Kill {
  readonly reports: number;
  readonly then: number;
}

/** Starts a writer; see writer.ts for `limit`. */
function startWriter(limit: string, kill?: Kill): Writer {
  const child = spawn(process.execPath, [join(bundle, 'writer.cjs'), file, limit], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  let heard = 0;
  let saved = 0;
  lines.on('line', (line) => {
    saved = Number(line);
    heard += 1;
    if (heard === kill?.reports) setTimeout(() => child.kill('SIGKILL'), kill.then);
  });
  // Both: what it wrote just before its end must have been heard too.
  return { child, saved: () => saved, ended: Promise.all([once(child, 'close'), once(lines, 'close')]) };
}

/** A catalog can be loaded; it has what was reported as saved, and at most the change that was under way. */
function expectWhole(saved: number): void {
  const loaded = new JsonStore({ file }).loadSync();
  if (!loaded.ok) return expect.unreachable(loaded.error.message);
  expect(loaded.catalog.serial - saved).toBeOneOf([0, 1]);
  expect(loaded.catalog.protocols).toHaveLength(7 + loaded.catalog.serial);
}

it.each<[SaveStep, number]>([
  ['locked', 0],
  ['written', 0],
  ['synced', 0],
  ['renamed', 1],
  ['done', 1],
])('killed when %s, leaves the catalog whole and nothing that lasts', async (step, serial) => {
  const writer = startWriter(step);
  await writer.ended;
  expect(writer.child.signalCode).toBe('SIGKILL');
  // One that sweeps nothing, so that the save finds what was left.
  const files = { ...realFiles, remove: () => undefined };
  const loaded = new JsonStore({ file, files }).loadSync();
  expect(loaded).toMatchObject({ ok: true, catalog: { serial } });

  // Without a second try: a dead holder keeps nobody waiting.
  const next = new JsonStore({ file, lockRetries: 0 });
  expect(await next.update((current) => current.withProtocols([layer]))).toMatchObject({ ok: true });
  expect(readdirSync(folder)).toEqual(['catalog.json']);
});

/** Kills in a test; every 25 of them a new catalog, so that a save stays as short as it is. */
const KILLS = full ? 1000 : 100;
const KILLS_PER_CATALOG = 25;

it(`killed at ${KILLS} other moments, always leaves a catalog, and what is left is swept when it is next opened`, async () => {
  let inTheMiddle = 0;
  for (let round = 0; round < KILLS; round += 1) {
    if (round % KILLS_PER_CATALOG === 0) rmSync(file, { force: true });
    const writer = startWriter('no end', { reports: 1 + (round % 3), then: ((round * 7) % 50) / 10 });
    await writer.ended;
    expect(writer.child.signalCode).toBe('SIGKILL');
    if (readdirSync(folder).length > 1) inTheMiddle += 1;
    expectWhole(writer.saved());
    expect(readdirSync(folder)).toEqual(['catalog.json']);
  }
  // Else the moments were badly chosen, and nothing was shown.
  expect(inTheMiddle).toBeGreaterThan(KILLS / 10);
}, full ? 600_000 : 120_000);

it('loses none of the changes of 16 processes that make 50 each, at the same time', async () => {
  const writers = Array.from({ length: 16 }, () => startWriter('50'));
  await Promise.all(writers.map((writer) => writer.ended));
  expect(writers.map((writer) => writer.child.exitCode)).toEqual(writers.map(() => 0));
  expectWhole(800);
  const loaded = new JsonStore({ file }).loadSync();
  const ids = loaded.ok ? loaded.catalog.protocols.map((entry) => entry.dwCatalogEntryId) : [];
  expect(new Set(ids).size).toBe(807);
  expect(readdirSync(folder)).toEqual(['catalog.json']);
}, 120_000);

it("ends WSAProviderConfigChange by another process's change", async () => {
  await using host = createProcess({ store: new JsonStore({ file }) });
  const { WSAStartup, WSAProviderConfigChange } = host.bind();
  expect(await WSAStartup(0x0202, new WSADATA())).toBe(0);
  const notification = ref(0 as HANDLE);
  expect(await WSAProviderConfigChange(notification, null, null)).toBe(0);
  // The first change makes the folder's file, the second one replaces it.
  for (let serial = 1; serial <= 2; serial++) {
    const change = WSAProviderConfigChange(notification, null, null);
    await startWriter('1').ended;
    expect(await change).toBe(0);
    expect(new JsonStore({ file }).loadSync()).toMatchObject({ ok: true, catalog: { serial } });
  }
}, 60_000);
