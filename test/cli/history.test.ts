// What happens over time: the audit trail beside a catalog file, and going back to the built-in catalog.
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JsonStore } from 'winsock2';
import { fakeShell, type FakeShell } from './shell.js';
import { oneLayer, storeWith } from './layers.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock-cli-'));
  file = join(folder, 'catalog.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A shell over the catalog file. */
const shell = (given: Parameters<typeof fakeShell>[1] = {}): FakeShell => fakeShell(new JsonStore({ file }), given);

describe('audit trail', () => {
  it('tells what was installed and removed, and when', async () => {
    await shell().run('install /layers/log.js --over 1001 --id C0FFEE00-0000-4000-8000-000000000001');
    await shell({ now: () => new Date('2026-06-07T08:09:10Z') }).run('remove provider 1008');
    const { code, out } = await shell().run('audit trail');
    expect(code).toBe(0);
    const rows = out.trimEnd().split('\n').map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['Time', 'Event', 'Entry', 'Name', 'Provider ID', 'Module']);
    expect(rows.slice(1).map(([time, event, entry, name]) => [time, event, entry, name])).toEqual([
      ['2026-05-04T03:02:01.000Z', 'LSP Install', '1009', 'log over [MSAFD Tcpip [TCP/IP]]'],
      ['2026-05-04T03:02:01.000Z', 'LSP Install', '1008', 'log'],
      ['2026-06-07T08:09:10.000Z', 'LSP Uninstall', '1009', 'log over [MSAFD Tcpip [TCP/IP]]'],
      ['2026-06-07T08:09:10.000Z', 'LSP Uninstall', '1008', 'log'],
    ]);
    expect(statSync(`${file}.audit`).mode & 0o077).toBe(0);
  });

  it('is not written by a trial', async () => {
    await shell().run('install /layers/log.js --dry-run');
    expect(existsSync(`${file}.audit`)).toBe(false);
  });

  it('lists without a time what is installed and was not told', async () => {
    const { out } = await fakeShell(storeWith(oneLayer())).run('audit trail --json');
    expect(JSON.parse(out)).toMatchObject([{ time: null, event: 'LSP Install', id: 1008 }, { id: 1009 }, { id: 1010 }]);
  });

  it('passes over a line that was cut off', async () => {
    await shell().run('order 1002');
    appendFileSync(`${file}.audit`, '{"time":"2026-');
    const { out } = await shell().run('audit trail --json');
    expect(JSON.parse(out)).toMatchObject([{ event: 'Order', serial: 1 }]);
  });

  it('says that nothing happened', async () => {
    expect((await shell().run('audit trail')).out).toBe('No layers were installed or removed.\n');
  });
});

describe('reset', () => {
  it('asks somebody, and does nothing without a yes', async () => {
    await shell().run('order 1007');
    const asked: string[] = [];
    const no = (question: string): Promise<boolean> => {
      asked.push(question);
      return Promise.resolve(false);
    };
    expect(await shell({ confirm: no }).run('reset')).toEqual({ code: 1, out: '', err: 'winsock: not reset\n' });
    expect(asked).toEqual([`Reset the catalog file ${file}?`]);
    expect(readdirSync(folder)).not.toContain('catalog.json.backup-1');
  });

  it('wants --yes where nobody can be asked', async () => {
    expect(await shell().run('reset')).toEqual({ code: 2, out: '', err: 'winsock: nobody is there to be asked; say --yes\n' });
  });

  it('goes back to the built-in catalog from whatever is there, and keeps it', async () => {
    writeFileSync(file, 'not a catalog', { mode: 0o600 });
    expect((await shell().run('show map')).code).toBe(1);
    expect(await shell().run('reset --yes')).toEqual({ code: 0, out: `Reset. The old catalog is ${file}.backup-1\n`, err: '' });
    expect(readFileSync(`${file}.backup-1`, 'utf8')).toBe('not a catalog');
    expect((await shell().run('show map')).out).toContain('1001 MSAFD Tcpip [TCP/IP]');
    expect((await shell().run('audit trail')).out).toContain('LSP Reset');
  });

  it('is refused by a catalog that is in no file', async () => {
    const { code, err } = await fakeShell().run('reset --yes');
    expect({ code, err }).toEqual({ code: 1, err: 'winsock: WSAEOPNOTSUPP: a catalog in memory cannot be reset\n' });
  });
});

describe('doctor', () => {
  beforeEach(async () => {
    await new JsonStore({ file }).update((catalog) => catalog.with({ namespaces: [] }));
  });

  it('is content with a good catalog', async () => {
    expect(await shell().run('doctor')).toEqual({ code: 0, out: `All is well with the catalog file ${file}.\n`, err: '' });
  });

  it('explains a missing module', async () => {
    await shell().run('install /nowhere/log.js --over 1001');
    const { code, out } = await shell().run('doctor');
    expect(code).toBe(3);
    expect(out).toMatch(/^error missing-module {2}.*catalog\.json: protocols\[0\]\.module\n {2}why: '\/nowhere\/log\.js' is not there: .*\n {2}do: {2}put the module back/);
    expect(out).toMatch(/\n\n1 error, 0 warnings, 0 notes\n$/);
  });

  it.skipIf(process.platform === 'win32')('explains a file that others can write to', async () => {
    chmodSync(file, 0o666);
    const { code, out } = await shell().run('doctor --json');
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject([{ name: 'writable-file', severity: 'error', file }]);
  });

  it('explains a chain that names what is not there', async () => {
    await shell().run('install /layers/log.js --over 1001');
    const broken = readFileSync(file, 'utf8').replace(/(\s1008,\s*)1001/, '$14711');
    writeFileSync(file, broken);
    const { code, out } = await shell().run('doctor');
    expect(code).toBe(3);
    expect(out).toMatch(/^error missing-base {2}.*chainEntries\[1\]\n {2}why: .*4711/);
  });
});
