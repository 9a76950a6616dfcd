// Completion: what is offered at each place of a command line, and the scripts that ask for it.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fakeShell } from './shell.js';
import { LAYER_A, oneLayer, storeWith } from './layers.js';

/** The words offered for the last of `words`. */
async function offered(...words: string[]): Promise<string[]> {
  const { code, out, err } = await fakeShell(storeWith(oneLayer())).run(['__complete', '--', ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.split('\n').filter((line) => line !== '').map((line) => line.split('\t')[0] ?? '');
}

describe('what is offered', () => {
  it.each([
    ['commands', [''], ['show', 'install', 'install-namespace', 'remove']],
    ['commands that begin so', ['se'], ['selftest']],
    ['commands of a group', ['show', ''], ['catalog', 'providers', 'namespaces', 'map']],
    ['options, also those of every command', ['remove', 'provider', '--'], ['--force', '--dry-run', '--help', '--catalog', '--json', '--no-color', '--version']],
    ['values of an option', ['trace', '--format', ''], ['text', 'chrome', 'events']],
    ['choices of an operand', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['entries to stand on', ['install', '--over', '100'], ['1001', '1002', '1003', '1004', '1005', '1006', '1007', '1009']],
    ['entries that are not in the order yet', ['order', '1001', '100'], ['1002', '1003', '1004', '1005', '1006', '1007', '1008', '1009']],
    ['name spaces', ['enable', ''], ['22059D40-7E9E-11CF-AE5A-00AA00A7112B']],
    ['name spaces to order', ['order', 'namespaces', ''], ['22059D40-7E9E-11CF-AE5A-00AA00A7112B']],
    ['ids of entries and providers', ['remove', 'provider', 'A'], [LAYER_A.slice(1, -1), 'A00943D9-9C2E-4633-9B59-0057A3160994']],
    ['nothing after the last operand', ['remove', 'provider', '1008', ''], []],
    ['behind an option with a value', ['--catalog', 'x.json', 'show', 'm'], ['map']],
  ])('%s', async (_what, words, expected) => {
    const words_ = await offered(...words);
    if (words.join() === '') expect(words_.slice(0, 4)).toEqual(expected);
    else expect([...words_].sort()).toEqual([...expected].sort());
  });

  it('tells what an id is', async () => {
    const { out } = await fakeShell(storeWith(oneLayer())).run(['__complete', '--', 'order', '1009']);
    expect(out).toBe('1009\tLower over [MSAFD Tcpip [TCP/IP]]\n');
  });

  it('is no id when the catalog cannot be read, and no error either', async () => {
    const store = storeWith(oneLayer());
    const shell = fakeShell({
      describe: () => '', watch: () => () => undefined, update: (change) => store.update(change),
      loadSync: () => ({ ok: false, error: { code: 11003, trouble: 'corrupt', message: 'no', file: null, path: '' } }),
      load: () => Promise.resolve({ ok: false, error: { code: 11003, trouble: 'corrupt', message: 'no', file: null, path: '' } }),
    });
    expect(await shell.run(['__complete', '--', 'order', '1'])).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('scripts', () => {
  it.each(['bash', 'zsh', 'fish'])('%s gets one that asks __complete', async (name) => {
    const { out } = await fakeShell().run(`completion ${name}`);
    expect(out).toContain('winsock __complete -- ');
  });

  it.skipIf(process.platform === 'win32')('bash completes by it', async () => {
    const { out } = await fakeShell().run('completion bash');
    // In the program's place stands a function that shows what it was asked, and answers.
    const text = `winsock() { printf 'asked\\t\\n%s words\\tx\\n' "$#"; }\n${out}
      COMP_WORDS=(winsock order 1001 ''); COMP_CWORD=3; _winsock; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-c', text], { encoding: 'utf8' })).toBe('asked\n5 words\n');
  });
});
