// The commands that change transport providers: what is in the catalog afterwards, what is said, what is refused.
import { describe, expect, it } from 'vitest';
import { MemoryStore } from 'winsock2';
import { catalogIn, fakeShell, type FakeShell } from './shell.js';
import { LAYER_A, LAYER_B, oneLayer, storeWith, twoLayers } from './layers.js';

const ID = '{C0FFEE00-0000-4000-8000-000000000001}';

function world(store = new MemoryStore()): { readonly shell: FakeShell; readonly store: MemoryStore; readonly ids: () => number[] } {
  return { shell: fakeShell(store), store, ids: () => catalogIn(store).protocols.map((entry) => entry.dwCatalogEntryId) };
}

describe('install', () => {
  it('puts a layer over the entries chosen, first in the order', async () => {
    const { shell, store } = world();
    expect(await shell.run(`install /layers/log.js --over 1001,1002 --id ${ID}`)).toEqual({
      code: 0,
      err: '',
      out: `\
+ 1009 log over [MSAFD Tcpip [TCP/IP]] (chain 1008 > 1001)
+ 1010 log over [MSAFD Tcpip [UDP/IP]] (chain 1008 > 1002)
+ 1008 log (layer, /layers/log.js)
`,
    });
    const { protocols } = catalogIn(store);
    expect(protocols.slice(0, 3).map((entry) => entry.dwCatalogEntryId)).toEqual([1009, 1010, 1001]);
    expect(catalogIn(store).byId(1008)).toMatchObject({ providerId: ID, module: '/layers/log.js', szProtocol: 'log', chainLen: 0 });
  });

  it('stands on every base protocol if nothing is said', async () => {
    const { shell, store } = world();
    expect((await shell.run(['install', 'pkg/layer?a=1', '--name', 'A layer'])).code).toBe(0);
    const chains = catalogIn(store).protocols.filter((entry) => entry.chainLen === 2);
    expect(chains.map((entry) => entry.chainEntries[1])).toEqual([1001, 1002, 1003, 1004, 1005, 1006, 1007]);
    expect(new Set(chains.map((entry) => entry.module))).toEqual(new Set(['pkg/layer?a=1']));
  });

  it('--own-handles takes the flag of real handles away', async () => {
    const [usual, own] = [world(), world()];
    await usual.shell.run('install pkg --over 1001');
    await own.shell.run('install pkg --over 1001 --own-handles');
    const flags = ({ store }: typeof own): number => catalogIn(store).byId(1009)!.dwServiceFlags1 & 0x20000;
    expect([flags(usual), flags(own)]).toEqual([0x20000, 0]);
  });

  it('--last puts it behind every entry', async () => {
    const { shell, ids } = world();
    await shell.run('install pkg --over 1001 --last');
    expect(ids()).toEqual([1001, 1002, 1003, 1004, 1005, 1006, 1007, 1009, 1008]);
  });

  it('--dry-run tells and changes nothing', async () => {
    const { shell, store } = world();
    const { out } = await shell.run('install pkg --over 1007 --dry-run');
    expect(out).toBe('This would change:\n+ 1009 pkg over [AF_UNIX] (chain 1008 > 1007)\n+ 1008 pkg (layer, pkg)\n');
    expect(catalogIn(store).serial).toBe(0);
  });

  it('says when the layer stands on another entry than the one named', async () => {
    const { shell, store } = world(storeWith(catalogIn(storeWith(oneLayer())).with({})));
    await shell.run('order 1009');
    const { err } = await shell.run('install pkg --over 1001');
    expect(err).toBe('note: entry 1001 is not the first of its kind, so the layer stands on the one that is\n');
    expect(catalogIn(store).byId(1012)?.chainEntries).toEqual([1011, 1008, 1001]);
  });

  it.each([
    ['install pkg --over 4711', 2, "winsock: there is no entry '4711' to stand on; see `winsock show map`\n"],
    ['install pkg --over 1008', 2, "winsock: entry 1008 is a layer's own; name a base protocol or a chain\n"],
    ['install pkg --id nonsense', 2, "winsock: 'nonsense' is no GUID\n"],
    ['install pkg --over 1001 --all', 2, "winsock: option '--over <ids>' cannot be used with option '--all'; see `winsock install --help`\n"],
    ['install ./pkg.js', 1, /^winsock: WSAEINVAL: WSCInstallProviderAndChains refused; is the module .*\n$/],
    [`install pkg --id ${LAYER_A}`, 1, /^winsock: WSAEINVAL: WSCInstallProviderAndChains refused; /],
  ])('%s is refused', async (line, code, text) => {
    const { shell, store } = world(storeWith(oneLayer()));
    const ran = await shell.run(line);
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' });
    if (typeof text === 'string') expect(ran.err).toBe(text);
    else expect(ran.err).toMatch(text);
    expect(catalogIn(store).serial).toBe(0);
  });
});

describe('remove provider', () => {
  it.each(['1008', '1009', LAYER_A, LAYER_A.slice(1, -1).toLowerCase()])('%s means the layer and its chains', async (word) => {
    const { shell, ids } = world(storeWith(oneLayer()));
    const { code, out } = await shell.run(['remove', 'provider', word]);
    expect(code).toBe(0);
    expect(out).toContain('- 1008 Lower (layer, /layers/lower.js)\n- 1009 Lower over [MSAFD Tcpip [TCP/IP]] (chain 1008 > 1001)\n');
    expect(ids()).toEqual([1001, 1002, 1003, 1004, 1005, 1006, 1007]);
  });

  it('takes a layer out of the middle of other chains, which stay', async () => {
    const { shell, store } = world(storeWith(twoLayers()));
    const { code, out } = await shell.run('remove provider 1008');
    expect(code).toBe(0);
    expect(out).toContain('~ 1012 Upper over [Lower over [MSAFD Tcpip [TCP/IP]]]: chain 1011 > 1008 > 1001 becomes 1011 > 1001\n');
    expect(catalogIn(store).byId(1012)?.chainEntries).toEqual([1011, 1001]);
  });

  it('refuses to take the base from under the chains of others, until it is forced', async () => {
    const { shell, ids } = world(storeWith(oneLayer()));
    const { code, out, err } = await shell.run('remove provider 1002');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      'winsock: removing 1002 breaks what is not its own: chains 1009 Lower over [MSAFD Tcpip [TCP/IP]], ' +
        '1010 Lower over [MSAFD Tcpip [UDP/IP]] would go with it; remove the layers above first (`winsock show map`), or use --force\n',
    );
    expect(ids()).toHaveLength(10);
    const forced = await shell.run('remove provider 1002 --force --json');
    expect(forced.code).toBe(0);
    expect((JSON.parse(forced.out) as { removed: { dwCatalogEntryId: number }[] }).removed.map((entry) => entry.dwCatalogEntryId)).toEqual(
      [1001, 1002, 1003, 1009, 1010],
    );
    expect(ids()).toEqual([1004, 1005, 1006, 1007, 1008]);
  });

  it('--dry-run says what would break', async () => {
    const { shell, ids } = world(storeWith(oneLayer()));
    const { code, err } = await shell.run('remove provider 1001 --dry-run');
    expect({ code, err: err.slice(0, 17) }).toEqual({ code: 0, err: 'note: chains 1009' });
    expect(ids()).toHaveLength(10);
  });

  it.each(['4711', LAYER_B, 'nonsense'])('%s is nothing', async (word) => {
    const { code, err } = await world().shell.run(['remove', 'provider', word]);
    expect({ code, err }).toEqual({
      code: 1,
      err: `winsock: WSAEINVAL: there is no entry or provider '${word}'; see \`winsock show providers\` and \`winsock show namespaces\`\n`,
    });
  });
});

describe('order', () => {
  it('puts entries first and leaves the others as they stand', async () => {
    const { shell, ids } = world();
    expect(await shell.run('order 1007 1004')).toEqual({ code: 0, out: '~ the order\n', err: '' });
    expect(ids()).toEqual([1007, 1004, 1001, 1002, 1003, 1005, 1006]);
  });

  it.each([
    ['order 4711', 1, "winsock: WSAEINVAL: there is no entry '4711'; see `winsock show catalog`\n"],
    ['order 1001 1001', 2, "winsock: '1001' is named twice\n"],
    ['order namespaces', 2, 'winsock: name at least one name space; see `winsock show namespaces`\n'],
    ['order namespaces 1001', 1, "winsock: WSAEINVAL: there is no name space '1001'; see `winsock show namespaces`\n"],
  ])('%s is refused', async (line, code, err) => {
    expect(await world().shell.run(line)).toEqual({ code, out: '', err });
  });
});
