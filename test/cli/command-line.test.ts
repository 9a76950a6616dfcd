// The frame of every command: usage errors, exit statuses, help, colours, failures of the catalog, Ctrl-C.
import { describe, expect, it } from 'vitest';
import { MemoryStore, catalogError, type CatalogStore } from 'winsock2';
import { wantsColors } from '../../src/cli/output.js';
import { buildProgram } from '../../src/cli/program.js';
import { fakeShell } from './shell.js';

const broken = (error: ReturnType<typeof catalogError>): CatalogStore => ({
  describe: () => 'a broken catalog',
  loadSync: () => ({ ok: false, error }),
  load: () => Promise.resolve({ ok: false, error }),
  update: () => Promise.resolve({ ok: false, error }),
  watch: () => () => undefined,
});

describe('a command line that makes no sense', () => {
  it.each([
    ['shwo', "winsock: unknown command 'shwo' (Did you mean show?); see `winsock --help`\n"],
    ['show katalog', "winsock: unknown command 'katalog' (Did you mean catalog?); see `winsock show --help`\n"],
    ['show catalog --jsn', "winsock: unknown option '--jsn' (Did you mean --json?); see `winsock show catalog --help`\n"],
    ['show catalog more', 'winsock: too many arguments for \'catalog\'. Expected 0 arguments but got 1; see `winsock show catalog --help`\n'],
    ['completion tcsh', "winsock: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish; see `winsock completion --help`\n"],
    ['netstat -p', "winsock: option '-p, --protocol <protocol>' argument missing; see `winsock netstat --help`\n"],
  ])('%s: one line on stderr, exit status 2', async (line, text) => {
    expect(await fakeShell().run(line)).toEqual({ code: 2, out: '', err: text });
  });
});

describe('help', () => {
  it('is printed when asked for', async () => {
    const { code, out, err } = await fakeShell().run('--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Usage: winsock [options] [command]');
    expect(out).toContain('Exit status:\n  0    it did what it was asked\n  1 ');
    expect(out).not.toContain('__complete');
  });

  const program = buildProgram(fakeShell(), { exitCode: 0 });
  const leaves = program.commands.flatMap((command) => (command.commands.length === 0 ? [[command.name()]] : command.commands.map((child) => [command.name(), child.name()])));
  it.each(leaves.filter(([name]) => name !== '__complete').map((words) => words.join(' ')))('of %s has examples of that command', async (words) => {
    const { out } = await fakeShell().run(`${words} --help`);
    expect(out).toContain(`Usage: winsock ${words}`);
    expect(out.slice(out.indexOf('Examples:'))).toContain(`winsock ${words}`);
  });
});

it('--version tells the package\'s', async () => {
  expect(await fakeShell().run('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
});

describe('a catalog that cannot be used', () => {
  it.each([
    [catalogError('corrupt', 'is no JSON', { file: '/c.json' }), 'winsock: WSANO_RECOVERY: /c.json: is no JSON; see `winsock doctor`; `winsock reset` keeps a copy and starts anew\n'],
    [catalogError('insecure', 'can be written by other users', { file: '/c.json' }), 'winsock: WSAEACCES: /c.json: can be written by other users; see `winsock doctor`\n'],
  ])('%# is one line on stderr, exit status 1', async (error, text) => {
    expect(await fakeShell(broken(error)).run('show providers')).toEqual({ code: 1, out: '', err: text });
  });
});

it('--catalog names the file, before and after the command', async () => {
  const opened: (string | null)[] = [];
  const openStore = (file: string | null): MemoryStore => {
    opened.push(file);
    return new MemoryStore();
  };
  const { run } = fakeShell(undefined, { openStore });
  await run('--catalog a.json show map');
  await run('show map --catalog b.json');
  await run('show map');
  expect(opened).toEqual(['a.json', 'b.json', null]);
});

it('Ctrl-C ends a command that waits, with 130', async () => {
  const interruption = new AbortController();
  const waiting: CatalogStore = { ...broken(catalogError('io', '')), load: () => new Promise(() => undefined) };
  const ran = fakeShell(waiting, { interrupted: interruption.signal }).run('show map');
  interruption.abort();
  expect(await ran).toEqual({ code: 130, out: '', err: 'winsock: stopped; nothing was left half done\n' });
});

describe('colours', () => {
  const terminal = { write: () => undefined, isTTY: true };
  const file = { write: () => undefined };
  it.each([
    ['a terminal', terminal, {}, true, true],
    ['a file', file, {}, true, false],
    ['--no-color', terminal, { FORCE_COLOR: '1' }, false, false],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR', file, { FORCE_COLOR: '1' }, true, true],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, true, false],
    ['NO_COLOR with FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, true, false],
  ])('%s', (_what, stream, env, allowed, wanted) => {
    expect(wantsColors(stream, env, allowed)).toBe(wanted);
  });

  it('show in tables and keep the columns', async () => {
    const plain = await fakeShell().run('show providers');
    const { out } = await fakeShell(undefined, { env: { FORCE_COLOR: '1' } }).run('show providers');
    expect(out).toContain('\u001b[1mName\u001b[22m');
    // eslint-disable-next-line no-control-regex
    expect(out.replace(/\u001b\[\d+m/g, '')).toBe(plain.out);
  });
});
