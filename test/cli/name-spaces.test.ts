// The commands that change name spaces.
import { describe, expect, it } from 'vitest';
import { MemoryStore } from 'winsock2';
import { catalogIn, fakeShell } from './shell.js';

const TCPIP = '22059D40-7E9E-11CF-AE5A-00AA00A7112B';
const FLEET = '{F1EE7000-0000-4000-8000-000000000001}';

async function withFleet() {
  const store = new MemoryStore();
  const shell = fakeShell(store);
  const installed = await shell.run(`install-namespace /names/fleet.js --name Fleet --namespace 4711 --space-version 3 --id ${FLEET}`);
  return { store, shell, installed };
}

describe('install-namespace', () => {
  it('adds a name space, enabled and behind those that are there', async () => {
    const { store, installed } = await withFleet();
    expect(installed).toEqual({ code: 0, out: `+ name space Fleet (4711, ${FLEET})\n`, err: '' });
    expect(catalogIn(store).namespaces.at(-1)).toMatchObject({
      providerId: FLEET, dwNameSpace: 4711, dwVersion: 3, lpszIdentifier: 'Fleet', enabled: true, module: '/names/fleet.js',
    });
  });

  it.each([
    ['--namespace NS_NOTHING', "winsock: 'NS_NOTHING' is no name space; name one as NS_DNS, or by its number\n"],
    ['--space-version one', "winsock: 'one' is no version number\n"],
    ['--id x', "winsock: 'x' is no GUID\n"],
  ])('%s is refused', async (options, err) => {
    expect(await fakeShell().run(`install-namespace /n.js ${options}`)).toEqual({ code: 2, out: '', err });
  });
});

it('order namespaces puts them first in this order', async () => {
  const { shell, store } = await withFleet();
  expect(await shell.run(`order namespaces ${FLEET}`)).toEqual({ code: 0, out: '~ the order\n', err: '' });
  expect(catalogIn(store).namespaces.map((entry) => entry.lpszIdentifier)).toEqual(['Fleet', 'Tcpip']);
});

it('disable and enable switch one', async () => {
  const store = new MemoryStore();
  const shell = fakeShell(store);
  expect(await shell.run(`disable ${TCPIP}`)).toEqual({ code: 0, out: `~ name space Tcpip (NS_DNS, {${TCPIP}}), disabled\n`, err: '' });
  expect(catalogIn(store).namespaces[0]?.enabled).toBe(false);
  expect((await shell.run('show namespaces')).out).toContain('NS_DNS      no ');
  expect((await shell.run(`disable ${TCPIP}`)).out).toBe('nothing to change\n');
  await shell.run(`enable ${TCPIP}`);
  expect(catalogIn(store).namespaces[0]?.enabled).toBe(true);
});

it('remove provider takes a name space by its GUID', async () => {
  const { shell, store } = await withFleet();
  expect((await shell.run(`remove provider ${FLEET}`)).out).toBe(`- name space Fleet (4711, ${FLEET})\n`);
  expect(catalogIn(store).namespaces).toHaveLength(1);
});

it.each(['enable', 'disable'])('%s of what is not there is refused', async (name) => {
  const { code, err } = await fakeShell().run(`${name} ${FLEET}`);
  expect({ code, err }).toEqual({ code: 1, err: `winsock: WSAEINVAL: there is no name space '${FLEET}'; see \`winsock show namespaces\`\n` });
});
