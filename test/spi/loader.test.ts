// Provider modules: which names are taken, what a module must export, and how each failure is told apart.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createModuleLoader,
  NSPV2_ROUTINE_NAMES,
  readProviderModule,
  resolveSpecifier,
  validateNspv2Routine,
} from '../../src/spi/index.js';

const nativeImport = createRequire(import.meta.url)('./fixtures/importer.cjs') as (specifier: string) => Promise<unknown>;
const startup = () => 0;

describe('resolveSpecifier', () => {
  it.each([
    ['some-lsp', 'some-lsp'],
    ['@scope/lsp/deep/entry.js', '@scope/lsp/deep/entry.js'],
    ['/opt/lsp/index.js', 'file:///opt/lsp/index.js'],
    ['/opt/50% off?/a#b\\c.js', 'file:///opt/50%25 off%3F/a%23b%5Cc.js'],
    ['C:\\lsp\\index.js', 'file:///C:/lsp/index.js'],
    ['\\\\server\\share\\lsp.js', 'file://server/share/lsp.js'],
    ['file:///opt/lsp.mjs', 'file:///opt/lsp.mjs'],
    ['https://example.org/lsp.mjs', 'https://example.org/lsp.mjs'],
    ['data:text/javascript,0', 'data:text/javascript,0'],
  ])('takes %s', (specifier, target) => {
    expect(resolveSpecifier(specifier)).toEqual({ ok: true, target });
  });

  it.each([
    ['', /not a module name/],
    ['a\0b', /not a module name/],
    ['.', /relative/],
    ['./lsp.js', /relative/],
    ['../lsp.js', /relative/],
    ['.\\lsp.js', /relative/],
    ['file:lsp.js', /whole path/],
    ['file:./lsp.js', /whole path/],
    ['node:net', /node: address/],
    ['http://example.org/lsp.mjs', /http: address/],
    ['https://', /valid URL/],
    ['\\\\no such host\\lsp.js', /valid path/],
    ['pkg/../../lsp.js', /may not leave/],
    ['pkg/%2e%2e/lsp.js', /neither/],
    ['pkg\\..\\lsp.js', /neither/],
    ['pkg//lsp.js', /neither/],
    ['#internal', /neither/],
    ['%SystemRoot%\\system32\\mswsock.dll', /neither/],
  ])('refuses %j', (specifier, reason) => {
    const result = resolveSpecifier(specifier);
    expect(result).toEqual({ ok: false, message: expect.stringMatching(reason) as string });
  });
});

describe('readProviderModule', () => {
  it('reads a transport provider', () => {
    expect(readProviderModule({ WSPStartup: startup })).toEqual({
      ok: true,
      module: { WSPStartup: startup, NSPStartup: null, NSPv2: null },
    });
  });

  it('reads a module that is a transport and a name space provider', () => {
    const result = readProviderModule({ WSPStartup: startup, NSPStartup: startup });
    expect(result.ok && result.module.NSPStartup).toBe(startup);
  });

  it.each([
    ['a default export', { default: { WSPStartup: startup } }],
    ['a compiled default export of CommonJS', { default: { __esModule: true, default: { WSPStartup: startup } } }],
    ['a function as default export', { default: Object.assign(() => undefined, { WSPStartup: startup }) }],
  ])('reads %s', (_what, imported) => {
    const result = readProviderModule(imported);
    expect(result.ok && result.module.WSPStartup).toBe(startup);
  });

  it('makes the version 2 table of the exports', () => {
    const result = readProviderModule(Object.fromEntries(NSPV2_ROUTINE_NAMES.map((name) => [name, startup])));
    expect(result.ok && validateNspv2Routine(result.module.NSPv2)).toBeNull();
  });

  it.each([
    ['nothing', {}, /exports no WSPStartup/],
    ['null', null, /exports no WSPStartup/],
    ['a number', 3, /exports no WSPStartup/],
    ['a startup that is no function', { WSPStartup: 1 }, /WSPStartup is not a function/],
    ['one good and one bad startup', { WSPStartup: startup, NSPStartup: null }, /NSPStartup is not a function/],
    ['version 2 without the rest', { NSPv2Startup: startup }, /NSPv2Cleanup is not a function/],
  ])('refuses %s', (_what, imported, reason) => {
    expect(readProviderModule(imported)).toEqual({ ok: false, message: expect.stringMatching(reason) as string });
  });
});

describe('the loader', () => {
  let folder = '';
  const at = (name: string) => join(folder, name);
  const put = (name: string, text: string) => {
    writeFileSync(at(name), text);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'winsock2 loader %41 '));
    put('good.mjs', 'export function WSPStartup() { return 0; }');
    put('good.cjs', 'module.exports = { NSPStartup() { return 0; } };');
    put('throws.mjs', 'throw new Error("no network card");');
    put('needs.mjs', 'import "winsock2-no-such-package";');
    put('needs-file.mjs', 'import "./gone.mjs";');
    put('empty.mjs', 'export {};');
    put('broken.mjs', 'export function (');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const loader = createModuleLoader({
    builtin: new Map([['winsock2/here', () => Promise.resolve({ WSPStartup: startup })]]),
    importer: nativeImport,
  });

  it('loads a built-in module without importing', async () => {
    const result = await loader.load('winsock2/here');
    expect(result.ok && result.module.WSPStartup).toBe(startup);
  });

  it.each(['good.mjs', 'good.cjs'])('loads %s by path and by URL', async (name) => {
    const byPath = await loader.load(at(name));
    const byUrl = await loader.load(pathToFileURL(at(name)).href);
    expect(byPath.ok).toBe(true);
    expect(byUrl).toEqual(byPath);
  });

  it('loads a data: URL', async () => {
    expect((await loader.load('data:text/javascript,export const NSPStartup = () => 0')).ok).toBe(true);
  });

  it.each([
    ['absent.mjs', 'not-found'],
    ['throws.mjs', 'failed'],
    ['broken.mjs', 'failed'],
    ['needs.mjs', 'failed'],
    ['needs-file.mjs', 'failed'],
    ['empty.mjs', 'invalid'],
    ['', 'not-found'],
  ] as const)('says of %s that it is %s', async (name, error) => {
    const result = await loader.load(at(name));
    expect(result).toEqual({ ok: false, error, message: expect.stringContaining(at(name)) as string });
  });

  it('keeps the reason that the module gave', async () => {
    expect(await loader.load(at('throws.mjs'))).toMatchObject({ message: expect.stringContaining('no network card') as string });
  });

  it.each(['winsock2-no-such-package', '@winsock2-none/such/entry.js'])('does not find the package %s', async (name) => {
    expect(await loader.load(name)).toMatchObject({ ok: false, error: 'not-found' });
  });

  it('refuses a relative path without asking the importer', async () => {
    const asked: string[] = [];
    const strict = createModuleLoader({ builtin: new Map(), importer: (name) => Promise.reject(new Error(String(asked.push(name)))) });
    expect(await strict.load('./lsp.js')).toMatchObject({ ok: false, error: 'invalid' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['an importer that throws at once', () => { throw new Error('at once'); }],
    ['a rejection with no error', () => Promise.reject(undefined as unknown as Error)],
    ['a getter that throws', () => Promise.resolve({ get WSPStartup() { throw new Error('mine'); } })],
  ])('survives %s', async (_what, importer) => {
    const result = await createModuleLoader({ builtin: new Map(), importer }).load('pkg');
    expect(result).toMatchObject({ ok: false, error: 'failed' });
  });
});
