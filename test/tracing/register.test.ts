// The preload module and its variables. It is loaded before a program as a user does it, in a process of its own.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRACE_VARIABLES, traceSettings } from '../../src/tracing/settings.js';

const defaults = { format: 'text', file: null, level: 4, layers: undefined } as const;

describe('the settings', () => {
  it.each([
    [{}, defaults],
    [{ WINSOCK2_TRACE: '', WINSOCK2_TRACE_FILE: '', WINSOCK2_TRACE_LEVEL: '', WINSOCK2_TRACE_LAYERS: '' }, defaults],
    [{ WINSOCK2_TRACE: 'off' }, { ...defaults, format: 'off' }],
    [{ WINSOCK2_TRACE: 'chrome' }, { ...defaults, format: 'chrome', file: 'winsock2-trace-77.json' }],
    [{ WINSOCK2_TRACE: 'chrome', WINSOCK2_TRACE_FILE: 'a%p.json' }, { ...defaults, format: 'chrome', file: 'a77.json' }],
    [{ WINSOCK2_TRACE: 'events', WINSOCK2_TRACE_LEVEL: 'verbose' }, { ...defaults, format: 'events', level: 5 }],
    [{ WINSOCK2_TRACE_LEVEL: '5' }, { ...defaults, level: 5 }],
    [{ WINSOCK2_TRACE_LAYERS: 'api, ,winsock2/msafd' }, { ...defaults, layers: ['api', 'winsock2/msafd'] }],
  ])('%j', (env, settings) => {
    expect(traceSettings(env, 77)).toEqual(settings);
  });

  it.each([
    [{ WINSOCK2_TRACE: 'xml' }, 'WINSOCK2_TRACE must be one of text, chrome, events, off, not xml'],
    [{ WINSOCK2_TRACE_LEVEL: '6' }, 'WINSOCK2_TRACE_LEVEL must be information or verbose, not 6'],
    [{ WINSOCK2_TRACE_LEVEL: 'toString' }, 'WINSOCK2_TRACE_LEVEL must be information or verbose, not toString'],
  ])('%j is refused', (env, why) => {
    expect(traceSettings(env, 77)).toBe(why);
  });
});

describe('a program with it before', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'winsock2-trace-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const url = (path: string): string => pathToFileURL(resolve(path)).href;
  const program = `
    import { AF_INET, SOCK_STREAM, WSACleanup, WSADATA, WSAStartup, closesocket, socket } from '${url('src/index.ts')}';
    await WSAStartup(0x0202, new WSADATA());
    await closesocket(socket(AF_INET, SOCK_STREAM, 0));
    console.log('done');
    process.exit(await WSACleanup());`;

  /** Runs the program; what it printed. */
  async function run(env: Readonly<Record<string, string>>): Promise<{ stdout: string; stderr: string }> {
    const file = join(folder, 'program.mjs');
    writeFileSync(file, program);
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    return await promisify(execFile)(process.execPath, ['--import', loader, '--import', url('src/tracing/register.ts'), file], {
      cwd: folder,
      timeout: 20_000,
      env: { ...process.env, XDG_CONFIG_HOME: folder, APPDATA: folder, ...env },
    });
  }

  it('tells its calls on standard error, and nothing of them in its output', async () => {
    const { stdout, stderr } = await run({ WINSOCK2_TRACE_LAYERS: 'api' });
    expect(stdout).toBe('done\n');
    expect(stderr).toMatch(/api {5}socket\(AF_INET, SOCK_STREAM, 0\) = \d+ \([\d.]+ ms\)\n/);
    expect(stderr).toMatch(/api {5}closesocket\(\d+\) = 0 /);
    expect(stderr).not.toContain('ws2_32');
  });

  it('leaves a whole file however it ends', async () => {
    const file = join(folder, 'trace.json');
    const { stderr } = await run({ WINSOCK2_TRACE: 'chrome', WINSOCK2_TRACE_FILE: file });
    expect(stderr).toBe('');
    const events = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly name: string }[];
    const names = events.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['socket', 'WSPSocket', 'AFD_EVENT_CREATE', 'WSACleanup']));
  });

  it('tells events only', async () => {
    const { stderr } = await run({ WINSOCK2_TRACE: 'events' });
    const names = stderr.trimEnd().split('\n').map((line) => /AFD_EVENT_\w+/.exec(line)?.[0]);
    expect(names).toEqual(['AFD_EVENT_CREATE', 'AFD_EVENT_CREATE', 'AFD_EVENT_CLOSE', 'AFD_EVENT_CLOSE']);
  });

  it.each([
    ['a wrong variable', { WINSOCK2_TRACE: 'xml' }],
    ['a file that cannot be written', { WINSOCK2_TRACE_FILE: join('no', 'such', 'folder') }],
  ])('does its work in spite of %s', async (_what, env) => {
    const { stdout, stderr } = await run(env);
    expect(stdout).toBe('done\n');
    expect(stderr).toMatch(/^winsock2\/tracing: .*; nothing is traced\n$/);
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });
});

it('each variable is documented', () => {
  const page = readFileSync('docs/tracing.md', 'utf8');
  for (const [name, meaning] of Object.entries(TRACE_VARIABLES)) expect(page).toContain(`| \`${name}\` | ${meaning} |`);
});
