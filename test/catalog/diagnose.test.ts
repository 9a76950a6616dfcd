// What a diagnosis says of a catalog's surroundings, that it names all there is and changes nothing; and what a reset keeps.
// Damage inside the file is damage.test.ts, modules are module-file.test.ts.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PFL_HIDDEN } from '../../src/abi/index.js';
import { resetCatalog } from '../../src/index.js';
import { Catalog, defaultCatalog, encodeCatalog } from '../../src/catalog/index.js';
import { diagnose } from '../../src/catalog/json-store/index.js';
import { JsonStore } from '../../src/catalog/json-store.js';
import { thisPlace } from '../../src/catalog/json-store/place.js';
import { chain, fullCatalog, layer } from '../../src/testing/compliance/store/samples.js';

const isWindows = process.platform === 'win32';
const DEAD = 0x7fff_fffe;
let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-diagnose-'));
  file = join(folder, 'catalog.json');
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const write = (text: string, mode = 0o600): void => {
  writeFileSync(file, text);
  chmodSync(file, mode);
};
const found = (what: string | JsonStore = file) => diagnose(what, { modules: null });
const names = (): string[] => found().map(({ name }) => name);

describe('a diagnosis', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(found()).toEqual([]);
    expect(found(join(folder, 'no', 'such', 'folder', 'catalog.json'))).toEqual([]);
    write(encodeCatalog(defaultCatalog()), 0o644);
    expect(found()).toEqual([]);
    expect(found(new JsonStore({ file }))).toEqual([]);
  });

  it.skipIf(isWindows)('names everything: file, folder, locks, and each wrong value', () => {
    write(encodeCatalog(fullCatalog()).replace('"iSocketType": 1', '"iSocketType": "1"').replace('"dwVersion": 3', '"dwVersion": -3'), 0o666);
    chmodSync(folder, 0o777);
    const dead = `${file}.lock-${DEAD}.x@${thisPlace()}`;
    const held = `${file}.lock-4711.y@elsewhere~1`;
    for (const path of [dead, held]) writeFileSync(path, '');
    const before = readFileSync(file);

    expect(found()).toEqual([
      expect.objectContaining({ name: 'writable-file', file }),
      expect.objectContaining({ name: 'writable-folder', file: folder }),
      expect.objectContaining({ name: 'leftover', severity: 'note', file: dead }),
      expect.objectContaining({ name: 'lock-held', severity: 'warning', file: held, reason: expect.stringMatching(/process 4711 on elsewhere for \d+ s/) as string }),
      expect.objectContaining({ name: 'wrong-value', path: 'protocols[0].iSocketType' }),
      expect.objectContaining({ name: 'wrong-value', path: 'namespaces[1].dwVersion' }),
    ]);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('names every broken chain', () => {
    const [first, second] = [chain(4711, 1001), chain(1008, 4712)];
    write(encodeCatalog(defaultCatalog().withProtocols([layer, first, second])));
    expect(found().map(({ name, path }) => [name, path])).toEqual([
      ['missing-entry', 'protocols[8].chainEntries[0]'],
      ['missing-base', 'protocols[9].chainEntries[1]'],
    ]);
  });

  it('notes what is right but of no use', () => {
    const catalog = defaultCatalog().withProtocols([layer, layer, { ...chain(1008, 1001), dwProviderFlags: PFL_HIDDEN }]);
    const off = catalog.withNamespaceEnabled(catalog.namespaces[0]?.providerId ?? '', false);
    write(encodeCatalog(off instanceof Catalog ? off : catalog));
    expect(found().map(({ name, path, severity }) => [name, path, severity])).toEqual([
      ['unused-layer', 'protocols[8]', 'note'],
      ['hidden-chain', 'protocols[9]', 'note'],
      ['disabled-name-space', 'namespaces[0]', 'note'],
    ]);
    write(encodeCatalog(defaultCatalog().with({ protocols: [] })));
    expect(names()).toEqual(['no-base']);
  });

  it.skipIf(isWindows)('tells what stands where the file should be', () => {
    mkdirSync(file);
    expect(names()).toEqual(['not-a-file']);
    rmSync(file, { recursive: true });
    symlinkSync(join(folder, 'nothing'), file);
    expect(names()).toEqual(['unreadable-file']);
    rmSync(file);
    write('x'.repeat(16 * 1024 * 1024 + 1));
    expect(names()).toEqual(['too-large']);
  });
});

describe('a reset', () => {
  it('has nothing to do where there is no file', async () => {
    expect(await resetCatalog(file)).toMatchObject({ ok: true, backup: null });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps every old file, and gives no id out a second time', async () => {
    await new JsonStore({ file }).update((current) => current.withProtocols([layer]));
    const old = readFileSync(file);
    expect(await resetCatalog(file)).toMatchObject({ ok: true, backup: `${file}.backup-1`, catalog: { serial: 2, nextEntryId: 1009 } });
    expect(readFileSync(`${file}.backup-1`).equals(old)).toBe(true);
    expect(await resetCatalog(file)).toMatchObject({ ok: true, backup: `${file}.backup-2` });
  });

  it.skipIf(isWindows)('makes a file that others can write to a private one, but stays out of their folders', async () => {
    write('{', 0o666);
    expect(await resetCatalog(file)).toMatchObject({ ok: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(folder, 0o777);
    expect(await resetCatalog(file)).toMatchObject({ ok: false, error: { trouble: 'insecure' } });
  });

  it('puts a folder that has the name aside', async () => {
    mkdirSync(file);
    expect(await resetCatalog(file)).toMatchObject({ ok: true, backup: `${file}.backup-1` });
    expect(new JsonStore({ file }).loadSync().ok).toBe(true);
  });
});
