// The package as a consumer gets it: built into a consumer's node_modules, imported and required there. What is being
// proved is that whichever way a program and its providers come in, they meet in one copy of every module.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtin } from '../../src/builtin.js';
import { entries, programs } from '../../tsup.config.js';

interface Manifest {
  readonly bin: Readonly<Record<'winsock', string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<'import' | 'require', { readonly default: string }>>>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const subpaths = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ name: path.replace(/^\./, 'winsock2'), target }],
);

let consumer: string;
let dist: string;

/** Runs a program in the consumer's folder and returns what it printed. */
async function program(name: string, text: string): Promise<string> {
  writeFileSync(join(consumer, name), text);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [name], { cwd: consumer, timeout: 20_000 });
  expect(stderr).toBe('');
  return stdout.trim();
}

beforeAll(async () => {
  consumer = mkdtempSync(join(tmpdir(), 'winsock2-consumer-'));
  const modules = join(consumer, 'node_modules');
  dist = join(modules, 'winsock2/dist');
  mkdirSync(dist, { recursive: true });
  copyFileSync('package.json', join(modules, 'winsock2/package.json'));
  // Linked and not copied: Node resolves a link to where it points, so a dependency finds its own dependencies.
  for (const name of Object.keys(manifest.dependencies)) symlinkSync(resolve('node_modules', name), join(modules, name), 'junction');
  const tsup = resolve('node_modules/tsup/dist/cli-default.js');
  await promisify(execFile)(process.execPath, [tsup, '--no-dts', '--metafile', '--out-dir', dist]);
}, 60_000);
afterAll(() => {
  rmSync(consumer, { recursive: true, force: true });
});

describe('the exports', () => {
  it('are the entries that are built', () => {
    // Several names may lead to one entry.
    const exported = new Set(subpaths.map(({ target }) => basename(target.import.default, '.js')));
    expect([...exported].sort()).toEqual(Object.keys(entries).sort());
  });

  it.each(subpaths)('$name stands on built files', ({ target }) => {
    for (const { default: file } of [target.import, target.require]) {
      expect(existsSync(join(dirname(dist), file)), file).toBe(true);
    }
  });
});

describe('the name spaces', () => {
  const builtinNames = [...builtin.keys()].filter((name) => name.startsWith('winsock2/namespaces/'));

  it('that catalogs name are exported, each', () => {
    expect(builtinNames.length).toBeGreaterThan(0);
    expect(subpaths.map(({ name }) => name)).toEqual(expect.arrayContaining(builtinNames));
  });

  it('are providers, by whichever name', async () => {
    const text = `
      const modules = await Promise.all(${JSON.stringify(builtinNames)}.map((name) => import(name)));
      console.log(modules.filter(({ NSPStartup }) => typeof NSPStartup === 'function').length);`;
    expect(await program('name-spaces.mjs', text)).toBe(String(builtinNames.length));
  });
});

describe('the build', () => {
  it('holds each source file once, shared by all entries', () => {
    const { outputs } = JSON.parse(readFileSync(join(dist, 'metafile-esm.json'), 'utf8')) as {
      outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
    };
    const homes = new Map<string, string[]>();
    for (const [output, { inputs }] of Object.entries(outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        if (bytesInOutput > 0) homes.set(input, [...(homes.get(input) ?? []), basename(output)]);
      }
    }
    expect(homes.size).toBeGreaterThan(0);
    expect([...homes].filter(([, outputsOfInput]) => outputsOfInput.length > 1)).toEqual([]);
  });

  it.each(subpaths)('$name is the same object imported and required', async ({ name }) => {
    const text = `
      import { createRequire } from 'node:module';
      import * as imported from '${name}';
      const required = createRequire(import.meta.url)('${name}');
      const names = Object.keys(imported);
      console.log(names.length > 0 && names.every((name) => imported[name] === required[name]));`;
    expect(await program('same.mjs', text)).toBe('true');
  });
});

// A socket exists only after the catalog's provider was loaded by its name and started.
const useASocket = `
  const data = new winsock2.WSADATA();
  const started = await winsock2.WSAStartup(0x0202, data);
  const s = winsock2.socket(winsock2.AF_INET, winsock2.SOCK_STREAM, winsock2.IPPROTO_TCP);
  const error = s === winsock2.INVALID_SOCKET ? winsock2.WSAGetLastError() : 0;
  const closed = await winsock2.closesocket(s);
  console.log(JSON.stringify({ started, error, closed, cleaned: await winsock2.WSACleanup() }));`;
const worked = { started: 0, error: 0, closed: 0, cleaned: 0 };

describe('a program', () => {
  it('that imports loads its provider and ends by itself', async () => {
    const text = `import * as winsock2 from 'winsock2';\n${useASocket}`;
    expect(JSON.parse(await program('program.mjs', text))).toEqual(worked);
  });

  it('that requires loads its provider and ends by itself', async () => {
    const text = `const winsock2 = require('winsock2');\n(async () => {${useASocket}\n})();`;
    expect(JSON.parse(await program('program.cjs', text))).toEqual(worked);
  });
});

describe('the program', () => {
  // As npm puts it into the path: a link.
  const run = async (args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> => {
    const link = join(consumer, 'node_modules/.bin/winsock');
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(join(dirname(dist), manifest.bin.winsock), link);
    const env = { ...process.env, WINSOCK2_CATALOG: join(consumer, 'catalog.json') };
    return promisify(execFile)(process.execPath, [link, ...args], { cwd: consumer, timeout: 20_000, env });
  };

  it('is what `bin` names, and says so in its first line', () => {
    expect(readFileSync(join(dirname(dist), manifest.bin.winsock), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(Object.values(manifest.bin).map((file) => basename(file, '.js'))).toEqual(Object.keys(programs));
  });

  it('runs', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ stdout: `${version}\n`, stderr: '' });
    expect((await run(['install', 'winsock2/layers/passthrough', '--over', '1001'])).stdout).toContain('+ 1008 passthrough');
    expect((await run(['selftest'])).stdout).toMatch(/ 0 failed, /);
  });

  it('traces a program', async () => {
    writeFileSync(join(consumer, 'traced.mjs'), `import * as winsock2 from 'winsock2';\n${useASocket}`);
    const { stdout, stderr } = await run(['trace', '--', process.execPath, 'traced.mjs']);
    expect(JSON.parse(stdout)).toEqual(worked);
    expect(stderr).toMatch(/api +socket\(AF_INET/);
  });
});
