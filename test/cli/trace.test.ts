// winsock trace: which program is run, with what in its environment, and what it ends with.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeShell } from './shell.js';

describe('winsock trace', () => {
  it('runs the program with the tracing module before it', async () => {
    const shell = fakeShell();
    expect(await shell.run('trace -- node app.js --json -o x')).toEqual({ code: 0, out: '', err: '' });
    expect(shell.programs).toEqual([
      {
        file: 'node',
        args: ['app.js', '--json', '-o', 'x'],
        env: { NODE_OPTIONS: '--import=file:///winsock2/register.js', WINSOCK2_TRACE: 'text', WINSOCK2_TRACE_LEVEL: 'information' },
      },
    ]);
  });

  it('says what to trace, where to, and with which catalog', async () => {
    const shell = fakeShell(undefined, { env: { NODE_OPTIONS: '--no-warnings' } });
    await shell.run('trace --format chrome -o t-%p.json --level verbose --layers api,afd --catalog c.json -- node a.js');
    expect(shell.programs[0]?.env).toEqual({
      NODE_OPTIONS: '--no-warnings --import=file:///winsock2/register.js',
      WINSOCK2_TRACE: 'chrome',
      WINSOCK2_TRACE_FILE: resolve('t-%p.json'),
      WINSOCK2_TRACE_LEVEL: 'verbose',
      WINSOCK2_TRACE_LAYERS: 'api,afd',
      WINSOCK2_CATALOG: resolve('c.json'),
    });
  });

  it("ends with the program's exit status", async () => {
    expect((await fakeShell(undefined, { runProgram: () => Promise.resolve(42) }).run('trace -- node app.js')).code).toBe(42);
  });

  it('says that there is no such program', async () => {
    const runProgram = (): Promise<number> => Promise.reject(Object.assign(new Error('spawn'), { code: 'ENOENT' }));
    expect(await fakeShell(undefined, { runProgram }).run('trace -- nodeee app.js')).toEqual({
      code: 1, out: '', err: "winsock: the program 'nodeee' could not be run (ENOENT); is it on the PATH?\n",
    });
  });

  it('says that it cannot trace', async () => {
    const { code, err } = await fakeShell(undefined, { tracingModule: null }).run('trace -- node app.js');
    expect({ code, err }).toEqual({ code: 1, err: 'winsock: winsock2/tracing/register is not there; build or install the package\n' });
  });

  it('wants a program', async () => {
    const { code, err } = await fakeShell().run('trace');
    expect({ code, err }).toEqual({ code: 2, err: "winsock: missing required argument 'program'; see `winsock trace --help`\n" });
  });
});
