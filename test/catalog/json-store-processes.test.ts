// The JSON store among processes: killed at any instant the file is the old catalog or the new one; nobody's change is
// lost. The writers are real processes, bundled once so that each starts quickly.

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
import { layer } from '../../src/testing/compliance/store/samples.js';
import { createProcess } from '../../src/winsock.js';

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

/** Starts a writer; see writer.ts for `limit`. With `killAfter`, it is killed once it has reported that many changes. */
function startWriter(limit: string, killAfter = Number.POSITIVE_INFINITY): Writer {
  const child = spawn(process.execPath, [join(bundle, 'writer.cjs'), file, limit], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  let heard = 0;
  let saved = 0;
  lines.on('line', (line) => {
    saved = Number(line);
    heard += 1;
    if (heard === killAfter) child.kill('SIGKILL');
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
  const loaded = new JsonStore({ file }).loadSync();
  expect(loaded).toMatchObject({ ok: true, catalog: { serial } });

  expect(await new JsonStore({ file }).update((current) => current.withProtocols([layer]))).toMatchObject({ ok: true });
  expect(readdirSync(folder)).toEqual(['catalog.json']);
});

it('killed at 20 other instants, always leaves a catalog', async () => {
  for (let round = 1; round <= 20; round++) {
    const writer = startWriter('no end', 1 + (round % 4));
    await writer.ended;
    expect(writer.child.signalCode).toBe('SIGKILL');
    expectWhole(writer.saved());
  }
}, 60_000);

it('loses none of the changes of 4 processes', async () => {
  const writers = Array.from({ length: 4 }, () => startWriter('10'));
  await Promise.all(writers.map((writer) => writer.ended));
  expect(writers.map((writer) => writer.child.exitCode)).toEqual([0, 0, 0, 0]);
  expectWhole(40);
  const loaded = new JsonStore({ file }).loadSync();
  const ids = loaded.ok ? loaded.catalog.protocols.map((entry) => entry.dwCatalogEntryId) : [];
  expect(new Set(ids).size).toBe(47);
  expect(readdirSync(folder)).toEqual(['catalog.json']);
}, 60_000);

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
