// lookup, register and browse, over the built-in name spaces that need no network.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS_DNS, NS_EMAIL, NS_LOCALNAME, NS_NLA } from 'winsock2';
import { storeWith } from '../name-spaces/simulated-host.js';
import { fakeShell } from './shell.js';

/** A class that nobody has services of. */
const CLASS = '{5AFEC1A5-0000-4000-8000-00000000000A}';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock-names-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('lookup', () => {
  it('tells the addresses of a host', async () => {
    const { code, out, err } = await fakeShell(storeWith(['simulated', NS_DNS])).run('lookup localhost');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Name +Name space +Addresses +Comment\n/);
    expect(out).toMatch(/localhost +NS_DNS .*127\.0\.0\.1/);
  });

  it('with --json, for programs', async () => {
    const { out } = await fakeShell(storeWith(['simulated', NS_DNS])).run('lookup localhost --class echo --json');
    const [first] = JSON.parse(out) as [{ addresses: string[] }];
    expect(first).toMatchObject({ name: 'localhost', nameSpace: 'NS_DNS', comment: null, blob: null });
    expect(first.addresses).toContain('tcp 127.0.0.1:7');
  });

  it('says why there is nothing', async () => {
    const { code, err } = await fakeShell(storeWith(['email', NS_EMAIL])).run('lookup somebody');
    expect({ code, err }).toEqual({ code: 1, err: "winsock: WSASERVICE_NOT_FOUND: 'somebody' was not found; see `winsock show namespaces`\n" });
  });

  it.each([
    ['--timeout never', "'never' is no number of seconds"],
    ['--timeout 0', "'0' is no number of seconds"],
    ['--namespace NS_NOTHING', "'NS_NOTHING' is no name space; name one as NS_DNS, or by its number"],
    ['--class nothing', "'nothing' is no service class; name one as ftp or hostname, or by its GUID"],
  ])('%s is refused', async (options, what) => {
    expect(await fakeShell(storeWith(['email', NS_EMAIL])).run(`lookup x ${options}`)).toEqual({ code: 2, out: '', err: `winsock: ${what}\n` });
  });
});

describe('a provider that hangs', () => {
  /** A catalog with one name space whose second answer never comes. */
  function hanging() {
    const file = join(folder, 'hanging.mjs');
    const kit = pathToFileURL(join(import.meta.dirname, '../../src/providers/namespaces/kit/index.ts')).href;
    writeFileSync(
      file,
      `import { nameSpaceProvider } from ${JSON.stringify(kit)};
      export const { NSPStartup } = nameSpaceProvider(() => ({
        async *query() { yield { name: 'first' }; await new Promise(() => {}); },
      }));`,
    );
    const store = storeWith(['email', NS_EMAIL]);
    return { store, file };
  }

  async function shellOver(given = {}) {
    const { store, file } = hanging();
    expect((await fakeShell(store).run(['install-namespace', file, '--name', 'Hanging', '--namespace', '4711'])).code).toBe(0);
    return fakeShell(store, given);
  }

  it('is waited for no longer than --timeout, and what came is printed', async () => {
    const shell = await shellOver();
    const { code, out, err } = await shell.run(['browse', CLASS, '--timeout', '1']);
    expect(out).toContain('first');
    expect({ code, err }).toEqual({ code: 1, err: 'winsock: WSAETIMEDOUT: not everybody answered within 1 s; give more time with --timeout\n' });
  });

  it('is left at Ctrl-C', async () => {
    const pressed = new AbortController();
    pressed.abort();
    const shell = await shellOver({ interrupted: pressed.signal });
    const { code, err } = await shell.run(['browse', CLASS]);
    expect({ code, err }).toEqual({ code: 130, err: 'winsock: stopped before everybody had answered\n' });
  });
});

it('browse lists what there is of a class', async () => {
  const { code, out } = await fakeShell(storeWith(['nla', NS_NLA])).run('browse {0037E515-B5C9-4A43-BADA-8B48A87AD239} --json');
  expect(code).toBe(0);
  for (const network of JSON.parse(out) as unknown[]) expect(network).toMatchObject({ nameSpace: 'NS_NLA', addresses: [] });
});

describe('register', () => {
  const memory = () => storeWith(['memory', NS_LOCALNAME]);

  it('registers, and says so', async () => {
    expect(await fakeShell(memory()).run('register mine 192.0.2.1:21 [2001:db8::1]:21')).toEqual({ code: 0, out: 'registered mine\n', err: '' });
    expect(JSON.parse((await fakeShell(memory()).run('register mine --json')).out)).toEqual({ name: 'mine', done: 'registered' });
  });

  it('with --stay, removes it at Ctrl-C', async () => {
    const pressed = new AbortController();
    let printed = '';
    const stdout = {
      write: (text: string) => {
        printed += text;
        pressed.abort();
      },
    };
    const { code, err } = await fakeShell(memory(), { interrupted: pressed.signal, stdout }).run('register mine 192.0.2.1:21 --stay');
    expect({ code, printed, err }).toEqual({ code: 0, printed: 'registered mine\n', err: '' });
  });

  it.each([
    ['register mine nonsense', 2, "winsock: 'nonsense' is no address; write one as 192.0.2.1:80 or [2001:db8::1]:80\n"],
    ['register mine --remove', 1, "winsock: WSASERVICE_NOT_FOUND: 'mine' was not removed; see `winsock show namespaces`\n"],
  ])('%s is refused', async (line, code, err) => {
    expect(await fakeShell(memory()).run(line)).toEqual({ code, out: '', err });
  });

  it('where nothing can be registered, it is refused', async () => {
    const { code, err } = await fakeShell(storeWith(['email', NS_EMAIL])).run('register mine');
    expect({ code, err }).toEqual({ code: 1, err: "winsock: WSAEOPNOTSUPP: 'mine' was not registered; see `winsock show namespaces`\n" });
  });
});
