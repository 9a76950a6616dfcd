// Which modules a process loads: not those that other users can change, nor any from the working directory. And what a
// diagnosis says of them.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore, defaultCatalog, diagnoseCatalog } from '../../src/index.js';
import { objectionToModule } from '../../src/catalog/json-store/index.js';
import { chain, layer } from '../../src/testing/compliance/store/samples.js';
import type { LoadReport } from './module-loads.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-module-'));
  mkdirSync(join(folder, 'lsp'), { mode: 0o755 });
  file = join(folder, 'lsp', 'layer.mjs');
  writeFileSync(file, 'globalThis.winsock2Loaded = import.meta.url;\nexport const WSPStartup = () => 10107;\n', { mode: 0o644 });
  chmodSync(file, 0o644);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Has a process of its own, with `folder` as its working directory, start with a catalog that names the module. */
function loadElsewhere(module: string): LoadReport {
  const script = join(import.meta.dirname, 'module-loads.ts');
  const tsx = import.meta.resolve('tsx');
  const out = execFileSync(process.execPath, ['--import', tsx, script, module], { cwd: folder, encoding: 'utf8' });
  return JSON.parse(out) as LoadReport;
}

const diagnosisOf = (module: string) =>
  diagnoseCatalog(new MemoryStore(defaultCatalog().withProtocols([{ ...layer, module }, { ...chain(1008, 1001), module }])))
    .filter(({ path }) => path === 'protocols[7].module');

describe.skipIf(process.platform === 'win32')('a module that other users can change', () => {
  it.each<[string, () => void, RegExp]>([
    ['by its file', () => { chmodSync(file, 0o666); }, /its file .*layer\.mjs can be written by other users \(mode 666\)/],
    ['by its folder', () => { chmodSync(join(folder, 'lsp'), 0o777); }, /its folder .*lsp can be written by other users \(mode 777\)/],
  ])('%s is refused, and the reason is told', (_, spoil, reason) => {
    expect(objectionToModule(pathToFileURL(file).href)).toBeNull();
    expect(diagnosisOf(file)).toEqual([]);
    spoil();
    expect(objectionToModule(pathToFileURL(file).href)).toMatch(reason);
    expect(objectionToModule(pathToFileURL(file).href, 'win32')).toBeNull();
    expect(diagnosisOf(file)).toMatchObject([{ name: 'writable-module', severity: 'error', reason: expect.stringMatching(reason) as string }]);
  });

  it('is refused by the folder of the link that leads to it', () => {
    mkdirSync(join(folder, 'links'));
    chmodSync(join(folder, 'links'), 0o777);
    symlinkSync(file, join(folder, 'links', 'layer.mjs'));
    expect(objectionToModule(pathToFileURL(join(folder, 'links', 'layer.mjs')).href)).toMatch(/its folder .*links can be written/);
  });

  it('is not run when a process starts, and is once nobody else can change it', () => {
    chmodSync(file, 0o666);
    const refused = loadElsewhere(file);
    expect(refused).toMatchObject({ startup: 0, loaded: null });
    expect(refused.notes.join('\n')).toMatch(/its file .*layer\.mjs can be written by other users/);
    chmodSync(file, 0o644);
    expect(loadElsewhere(file)).toMatchObject({ startup: 0, loaded: pathToFileURL(file).href });
  });
});

describe('the working directory', () => {
  beforeEach(() => {
    const installed = join(folder, 'node_modules', 'sample-lsp');
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{ "name": "sample-lsp", "type": "module", "exports": "./index.js" }');
    writeFileSync(join(installed, 'index.js'), 'globalThis.winsock2Loaded = import.meta.url;\nexport const WSPStartup = () => 10107;\n');
  });

  it.each(['sample-lsp', './lsp/layer.mjs', 'lsp/layer.mjs', 'file:lsp/layer.mjs'])('is not where %s is looked for', (module) => {
    const { startup, loaded, notes } = loadElsewhere(module);
    expect({ startup, loaded }).toEqual({ startup: 0, loaded: null });
    expect(notes.join('\n')).toContain(`the provider module '${module}' cannot be used`);
  });
});

it.each([
  ['no-such-package-at-all', 'missing-module'],
  ['/no/such/file.mjs', 'missing-module'],
  ['file:///no/such/file.mjs', 'missing-module'],
  ['./relative.mjs', 'refused-module-name'],
  ['node:net', 'refused-module-name'],
])('a diagnosis calls %s a %s', (module, name) => {
  expect(diagnosisOf(module)).toMatchObject([{ name, severity: 'error', file: null }]);
});

it.each(['winsock2/msafd', 'data:text/javascript,0'])('a diagnosis finds nothing wrong with %s', (module) => {
  expect(diagnosisOf(module)).toEqual([]);
});
