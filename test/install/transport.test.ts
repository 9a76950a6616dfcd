// Installing, changing, removing and ordering transport providers: what the catalog holds afterwards, and each documented
// error.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_PATH, SOCKET_ERROR, WSADATA, WSAEINVAL, WSAPROTOCOL_INFOW, errorName, guid, ref } from '../../src/abi/index.js';
import { catalogError, defaultCatalog, type CatalogStore, type CatalogTrouble } from '../../src/catalog/index.js';
import { BASE, LAYER, NOBODY, OTHER_LAYER, entry, idOf, installLayer, installed, installerWorld, links, outcome } from './world.js';

let world: ReturnType<typeof installerWorld>;
let ws: (typeof world)['ws'];

beforeEach(() => {
  world = installerWorld();
  ({ ws } = world);
});
afterEach(() => world.host.dispose());

const install = (infos: WSAPROTOCOL_INFOW[], id = BASE, path = 'some-module'): Promise<string> =>
  outcome((lpErrno) => ws.WSCInstallProvider(id, path, infos, infos.length, lpErrno));
const deinstall = (id = BASE): Promise<string> => outcome((lpErrno) => ws.WSCDeinstallProvider(id, lpErrno));
const names = (): string[] => installed(ws).map((info) => info.szProtocol);
const builtIn = defaultCatalog().protocols.map(({ szProtocol }) => szProtocol);

describe('WSCInstallProvider', () => {
  it('adds the entries at the end, under new ids and the provider’s identifier, and writes nothing back', async () => {
    const given = entry('mine');
    given.dwCatalogEntryId = 1001;
    given.ProviderId = NOBODY;
    expect(await install([given, entry('mine too')])).toBe('ok');
    const added = installed(ws).slice(builtIn.length);
    expect(added.map((info) => [info.szProtocol, info.dwCatalogEntryId, info.ProviderId.toString()])).toEqual([
      ['mine', 1008, BASE.toString()],
      ['mine too', 1009, BASE.toString()],
    ]);
    expect([given.dwCatalogEntryId, given.ProviderId.toString()]).toEqual([1001, NOBODY.toString()]);
  });

  it('takes a layer, and chains over what is there', async () => {
    expect(await install([entry('layer', [], 0)], LAYER)).toBe('ok');
    const layer = idOf(ws, 'layer');
    expect(await install([entry('chain', [layer, 1001])])).toBe('ok');
    expect(links(installed(ws).at(-1) ?? new WSAPROTOCOL_INFOW())).toEqual([layer, 1001]);
  });

  it('installs only as many entries as it is told', async () => {
    expect(await outcome((lpErrno) => ws.WSCInstallProvider(BASE, 'm', [entry('one'), entry('two')], 1, lpErrno))).toBe('ok');
    expect(names()).toEqual([...builtIn, 'one']);
  });

  const one = [entry('one')];
  it.each([
    ['a null identifier', 'WSAEFAULT', (e) => ws.WSCInstallProvider(null, 'm', one, 1, e)],
    ['a null path', 'WSAEFAULT', (e) => ws.WSCInstallProvider(BASE, null, one, 1, e)],
    ['no list', 'WSAEFAULT', (e) => ws.WSCInstallProvider(BASE, 'm', null, 1, e)],
    ['a list that is shorter than said', 'WSAEFAULT', (e) => ws.WSCInstallProvider(BASE, 'm', one, 2, e)],
    ['a list of something else', 'WSAEFAULT', (e) => ws.WSCInstallProvider(BASE, 'm', [{}] as never, 1, e)],
    ['no entries', 'WSAEINVAL', (e) => ws.WSCInstallProvider(BASE, 'm', one, 0, e)],
    ['half an entry', 'WSAEINVAL', (e) => ws.WSCInstallProvider(BASE, 'm', one, 0.5, e)],
    ['no path', 'WSAEINVAL', (e) => ws.WSCInstallProvider(BASE, '', one, 1, e)],
    ['a relative path', 'WSAEINVAL', (e) => ws.WSCInstallProvider(BASE, './m.js', one, 1, e)],
    ['a path that is too long', 'WSAEINVAL', (e) => ws.WSCInstallProvider(BASE, 'm'.repeat(MAX_PATH), one, 1, e)],
    ['a chain over nothing', 'WSAEINVAL', (e) => ws.WSCInstallProvider(BASE, 'm', [entry('c', [77, 1001])], 1, e)],
    ['a chain with a base in the middle', 'WSAEINVAL', (e) => ws.WSCInstallProvider(BASE, 'm', [entry('c', [1002, 1001])], 1, e)],
    ['a chain that is longer than one can be', 'WSAEINVAL', (e) => ws.WSCInstallProvider(BASE, 'm', [entry('c', [], 8)], 1, e)],
    ['a provider that is there', 'WSANO_RECOVERY', (e) => ws.WSCInstallProvider(guid('{E70F1AA0-AB8B-11CF-8CA3-00805F48A192}'), 'm', one, 1, e)],
  ] as [string, string, (lpErrno: { value: number }) => Promise<number>][])('refuses %s with %s and leaves all as it is', async (_what, error, call) => {
    expect(await outcome(call)).toBe(error);
    expect(names()).toEqual(builtIn);
  });

  it('does nothing without an lpErrno', async () => {
    expect(await ws.WSCInstallProvider(BASE, 'm', one, 1, null)).toBe(SOCKET_ERROR);
    expect(names()).toEqual(builtIn);
  });
});

describe('WSCUpdateProvider', () => {
  const update = (infos: WSAPROTOCOL_INFOW[], path = 'new-module', id = BASE): Promise<string> =>
    outcome((lpErrno) => ws.WSCUpdateProvider(id, path, infos, infos.length, lpErrno));

  it('changes the entries that are given, in their place, and the module of all', async () => {
    await install([entry('a'), entry('b')]);
    await ws.WSCWriteProviderOrder([1008, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1009], 9);
    const a = entry('a, changed');
    a.dwCatalogEntryId = 1008;
    expect(await update([a])).toBe('ok');
    expect(names()).toEqual(['a, changed', ...builtIn, 'b']);
    const result = world.store.loadSync();
    expect(result.ok && result.catalog.byProvider(BASE.toString()).map(({ module }) => module)).toEqual(['new-module', 'new-module']);
  });

  it.each([
    ['a provider that is not there', 1008, NOBODY, 'm', 'WSAEINVAL'],
    ['an entry of another provider', 1001, BASE, 'm', 'WSAEINVAL'],
    ['an entry that is not there', 4711, BASE, 'm', 'WSAEINVAL'],
    ['no path', 1008, BASE, '', 'WSAEINVAL'],
  ])('refuses %s', async (_what, id, provider, path, error) => {
    await install([entry('a')]);
    const changed = entry('changed');
    changed.dwCatalogEntryId = id;
    expect(await update([changed], path, provider)).toBe(error);
    expect(await outcome((lpErrno) => ws.WSCUpdateProvider(BASE, 'm', null, 1, lpErrno))).toBe('WSAEFAULT');
    expect(names()).toEqual([...builtIn, 'a']);
  });
});

describe('WSCDeinstallProvider', () => {
  it('removes what WSCInstallProvider added, and never gives an id out again', async () => {
    await install([entry('mine')]);
    expect(await deinstall()).toBe('ok');
    expect(names()).toEqual(builtIn);
    await install([entry('mine')]);
    expect(idOf(ws, 'mine')).toBe(1009);
  });

  it('removes a layer’s chains with it, and only its link from the chains above', async () => {
    const lower = await installLayer(ws, LAYER, 'lower');
    const upper = await installLayer(ws, OTHER_LAYER, 'upper');
    const chain = (): number[] => links(installed(ws)[0] ?? new WSAPROTOCOL_INFOW());
    expect(chain()).toEqual([upper, lower, 1001]);
    expect(await deinstall(LAYER)).toBe('ok');
    expect(chain()).toEqual([upper, 1001]);
    expect(installed(ws)).toHaveLength(builtIn.length + 2);
    expect(await deinstall(OTHER_LAYER)).toBe('ok');
    expect(names()).toEqual(builtIn);
  });

  it('removes one chain by the identifier that it got', async () => {
    await installLayer(ws, LAYER, 'layer');
    expect(await deinstall(installed(ws)[0]?.ProviderId)).toBe('ok');
    expect(names()).toEqual([...builtIn, 'layer']);
  });

  it('removes the chains over a base protocol with it', async () => {
    await install([entry('base')]);
    const below = idOf(ws, 'base');
    await install([entry('layer', [], 0)], LAYER);
    const layer = idOf(ws, 'layer');
    await install([entry('chain', [layer, below])], OTHER_LAYER);
    await install([entry('chain over a chain', [layer, idOf(ws, 'chain'), below])], NOBODY);
    expect(await deinstall()).toBe('ok');
    expect(names()).toEqual([...builtIn, 'layer']);
  });

  it('refuses what is not there', async () => {
    expect(await deinstall(NOBODY)).toBe('WSAEINVAL');
    expect(await outcome((lpErrno) => ws.WSCDeinstallProvider(null, lpErrno))).toBe('WSAEINVAL');
    expect(await ws.WSCDeinstallProvider(BASE, null)).toBe(SOCKET_ERROR);
  });
});

describe('WSCGetProviderPath', () => {
  const text = (buffer: Uint16Array): string => String.fromCharCode(...buffer.subarray(0, buffer.indexOf(0)));

  it('tells the module as it was installed, and the room that it takes', async () => {
    await install([entry('mine')], BASE, '/opt/provider.js');
    const [buffer, length] = [new Uint16Array(40).fill(0xa5a5), ref(40)];
    expect(await outcome((e) => ws.WSCGetProviderPath(BASE, buffer, length, e))).toBe('ok');
    expect([text(buffer), length.value, buffer[17]]).toEqual(['/opt/provider.js', 17, 0xa5a5]);
  });

  it.each([
    ['a room one too small', 16, 'WSAEFAULT'],
    ['a room that is none', Number.NaN, 'WSAEFAULT'],
    ['a room below nothing', -1, 'WSAEFAULT'],
  ])('refuses %s, and says what is needed', async (_what, room, error) => {
    await install([entry('mine')], BASE, '/opt/provider.js');
    const [buffer, length] = [new Uint16Array(40).fill(0xa5a5), ref(room)];
    expect(await outcome((e) => ws.WSCGetProviderPath(BASE, buffer, length, e))).toBe(error);
    expect([length.value, buffer[0]]).toEqual([17, 0xa5a5]);
  });

  it('refuses null and what is not there', async () => {
    const buffer = new Uint16Array(40);
    expect(await outcome((e) => ws.WSCGetProviderPath(NOBODY, buffer, ref(40), e))).toBe('WSAEINVAL');
    expect(await outcome((e) => ws.WSCGetProviderPath(BASE, null, ref(40), e))).toBe('WSAEFAULT');
    expect(await outcome((e) => ws.WSCGetProviderPath(BASE, buffer, null, e))).toBe('WSAEFAULT');
  });
});

describe('WSCWriteProviderOrder', () => {
  const order = [1007, 1006, 1005, 1004, 1003, 1002, 1001];
  const ids = (): number[] => installed(ws).map((info) => info.dwCatalogEntryId);

  it('is the order of enumerations at once, and of a process from its next WSAStartup on', async () => {
    const first = async (): Promise<number> => {
      const memory = new Uint8Array(WSAPROTOCOL_INFOW.size * 7);
      ws.WSAEnumProtocolsW(null, memory, ref(memory.length));
      return Promise.resolve(new WSAPROTOCOL_INFOW(memory).dwCatalogEntryId);
    };
    await ws.WSAStartup(0x0202, new WSADATA());
    expect(await ws.WSCWriteProviderOrder(order, 7)).toBe(0);
    expect(ids()).toEqual(order);
    expect(await first()).toBe(1001);
    await ws.WSACleanup();
    await ws.WSAStartup(0x0202, new WSADATA());
    expect(await first()).toBe(1007);
    await ws.WSACleanup();
  });

  it.each([
    ['null', null, 7],
    ['a missing id', order.slice(1), 6],
    ['an id twice', [1001, ...order.slice(1)], 7],
    ['an unknown id', [4711, ...order.slice(1)], 7],
    ['fewer ids than said', order.slice(1), 7],
    ['more ids than there are entries', [...order, 1001], 8],
  ])('refuses %s', async (_what, list, count) => {
    expect(await ws.WSCWriteProviderOrder(list, count)).toBe(WSAEINVAL);
    expect(ids()).toEqual(order.toReversed());
  });

  it('takes memory full of ids', async () => {
    expect(await ws.WSCWriteProviderOrder(Uint32Array.from(order), 7)).toBe(0);
    expect(ids()).toEqual(order);
  });
});

describe('a catalog that cannot be changed', () => {
  /** A store that fails in one way. */
  function failing(trouble: CatalogTrouble): CatalogStore {
    const result = { ok: false, error: catalogError(trouble, 'on purpose') } as const;
    return {
      describe: () => 'a store that fails',
      loadSync: () => result,
      load: () => Promise.resolve(result),
      update: () => Promise.resolve(result),
      watch: () => () => undefined,
    };
  }

  it.each([
    ['corrupt', 'WSANO_RECOVERY'],
    ['newer', 'WSANO_RECOVERY'],
    ['insecure', 'WSANO_RECOVERY'],
    ['io', 'WSANO_RECOVERY'],
    ['locked', 'WSANO_RECOVERY'],
  ] as const)('%s: %s', async (trouble, error) => {
    const { ws: sad, host } = installerWorld(failing(trouble));
    const info = [entry('one')];
    expect(await outcome((e) => sad.WSCInstallProvider(BASE, 'm', info, 1, e))).toBe(error);
    expect(await outcome((e) => sad.WSCUpdateProvider(BASE, 'm', info, 1, e))).toBe(error);
    expect(await outcome((e) => sad.WSCDeinstallProvider(BASE, e))).toBe(error);
    expect(errorName(await sad.WSCWriteProviderOrder([1], 1))).toBe(error);
    expect(await outcome((e) => sad.WSCInstallProviderAndChains(LAYER, 'm', 'n', 0, null, 0, null, e))).toBe(
      trouble === 'locked' ? 'WSAEINPROGRESS' : error,
    );
    expect(await outcome((e) => sad.WSCGetProviderPath(BASE, new Uint16Array(9), ref(9), e))).toBe('WSANO_RECOVERY');
    await host.dispose();
  });
});
