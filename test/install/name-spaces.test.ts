// Installing, removing, enabling and ordering name space providers, and each documented error.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BLOB,
  MAX_PATH,
  NS_DNS,
  SOCKET_ERROR,
  WSADATA,
  WSAEFAULT,
  WSAEINVAL,
  errorName,
  guid,
  ref,
  type WSANAMESPACE_INFOEXW,
  type WSANAMESPACE_INFOW,
} from '../../src/abi/index.js';
import { DNS_PROVIDER, catalogError, defaultCatalog, type CatalogStore, type NamespaceEntry } from '../../src/catalog/index.js';
import { NOBODY, installerWorld } from './world.js';

const MINE = guid('{44444444-0000-0000-0000-000000000001}');
const DNS = guid(DNS_PROVIDER);

let world: ReturnType<typeof installerWorld>;
let ws: (typeof world)['ws'];

beforeEach(() => {
  world = installerWorld();
  ({ ws } = world);
});
afterEach(() => world.host.dispose());

const entries = (): readonly NamespaceEntry[] => {
  const loaded = world.store.loadSync();
  return loaded.ok ? loaded.catalog.namespaces : [];
};
const said = async (result: Promise<number>, from = world): Promise<string> =>
  (await result) === SOCKET_ERROR ? from.lastError() : 'ok';
const install = (id = MINE): Promise<number> => ws.WSCInstallNameSpace('Mine', 'my-names', 4711, 3, id);

describe('WSCInstallNameSpace', () => {
  it('adds the provider at the end, enabled', async () => {
    expect(await said(install())).toBe('ok');
    expect(entries().at(-1)).toEqual({
      providerId: MINE.toString(),
      module: 'my-names',
      lpszIdentifier: 'Mine',
      dwNameSpace: 4711,
      dwVersion: 3,
      enabled: true,
      storesServiceClassInfo: true,
      providerSpecific: '',
    });
  });

  it('keeps data of the provider’s own, which the Ex listings show from the next WSAStartup on', async () => {
    const data = new BLOB({ cbSize: 3, pBlobData: Uint8Array.of(1, 2, 255, 9) });
    expect(await said(ws.WSCInstallNameSpaceEx('Mine', 'my-names', 4711, 3, MINE, data))).toBe('ok');
    await ws.WSAStartup(0x0202, new WSADATA());
    const [length, list] = [ref(100_000), [] as WSANAMESPACE_INFOEXW[]];
    expect(ws.WSCEnumNameSpaceProvidersEx32(length, list)).toBe(2);
    expect(list[1]?.ProviderSpecific.pBlobData).toEqual(Uint8Array.of(1, 2, 255));
    const plain: WSANAMESPACE_INFOW[] = [];
    expect(ws.WSCEnumNameSpaceProviders32(ref(100_000), plain)).toBe(2);
    expect(plain[1]).toMatchObject({ lpszIdentifier: 'Mine', dwNameSpace: 4711, dwVersion: 3, fActive: 1 });
    expect(ws.WSCEnumNameSpaceProviders32(ref(1), plain)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEFAULT');
    await ws.WSACleanup();
  });

  const short = new BLOB({ cbSize: 3, pBlobData: new Uint8Array(2) });
  it.each([
    ['a null name', 'WSAEINVAL', () => ws.WSCInstallNameSpace(null, 'm', 7, 1, MINE)],
    ['a null path', 'WSAEINVAL', () => ws.WSCInstallNameSpace('n', null, 7, 1, MINE)],
    ['a null identifier', 'WSAEINVAL', () => ws.WSCInstallNameSpace('n', 'm', 7, 1, null)],
    ['no name', 'WSAEINVAL', () => ws.WSCInstallNameSpace('', 'm', 7, 1, MINE)],
    ['a name with a null in it', 'WSAEINVAL', () => ws.WSCInstallNameSpace('a\0b', 'm', 7, 1, MINE)],
    ['no path', 'WSAEINVAL', () => ws.WSCInstallNameSpace('n', '', 7, 1, MINE)],
    ['a path that is too long', 'WSAEINVAL', () => ws.WSCInstallNameSpace('n', 'm'.repeat(MAX_PATH), 7, 1, MINE)],
    ['NS_ALL', 'WSAEINVAL', () => ws.WSCInstallNameSpace('n', 'm', 0, 1, MINE)],
    ['a version that is no number', 'WSAEINVAL', () => ws.WSCInstallNameSpace('n', 'm', 7, Number.NaN, MINE)],
    ['data that is shorter than it says', 'WSAEFAULT', () => ws.WSCInstallNameSpaceEx('n', 'm', 7, 1, MINE, short)],
    ['a provider that is there', 'WSANO_RECOVERY', () => ws.WSCInstallNameSpace('n', 'm', NS_DNS, 1, DNS)],
  ] as [string, string, () => Promise<number>][])('refuses %s with %s', async (_what, error, call) => {
    expect(await said(call())).toBe(error);
    expect(entries()).toEqual(defaultCatalog().namespaces);
  });
});

describe('WSCUnInstallNameSpace', () => {
  it('removes what was installed', async () => {
    await install();
    expect(await said(ws.WSCUnInstallNameSpace(MINE))).toBe('ok');
    expect(entries()).toEqual(defaultCatalog().namespaces);
  });

  it('refuses null and what is not there', async () => {
    expect(await said(ws.WSCUnInstallNameSpace(null))).toBe('WSAEFAULT');
    expect(await said(ws.WSCUnInstallNameSpace(NOBODY))).toBe('WSAEINVAL');
  });
});

describe('WSCEnableNSProvider', () => {
  it('switches a provider off and on', async () => {
    await install();
    for (const fEnable of [0, 0, 1, 7]) {
      expect(await said(ws.WSCEnableNSProvider(MINE, fEnable))).toBe('ok');
      expect(entries().at(-1)?.enabled).toBe(fEnable !== 0);
    }
  });

  it('refuses null and what is not there', async () => {
    expect(await said(ws.WSCEnableNSProvider(null, 1))).toBe('WSAEFAULT');
    expect(await said(ws.WSCEnableNSProvider(NOBODY, 1))).toBe('WSAEINVAL');
  });
});

describe('WSCWriteNameSpaceOrder', () => {
  it('is the order of the listing', async () => {
    await install();
    expect(await ws.WSCWriteNameSpaceOrder([MINE, DNS], 2)).toBe(0);
    expect(entries().map((each) => each.providerId)).toEqual([MINE.toString(), DNS_PROVIDER]);
  });

  it.each([
    ['null', null, 2, WSAEFAULT],
    ['fewer than said', [MINE], 2, WSAEFAULT],
    ['something else', [{}, {}] as never[], 2, WSAEFAULT],
    ['one that is missing', [MINE], 1, WSAEINVAL],
    ['one twice', [MINE, MINE], 2, WSAEINVAL],
    ['one that is not there', [MINE, NOBODY], 2, WSAEINVAL],
    ['half of one', [MINE, DNS], 1.5, WSAEINVAL],
  ])('refuses %s', async (_what, list, count, error) => {
    await install();
    expect(errorName(await ws.WSCWriteNameSpaceOrder(list, count))).toBe(errorName(error));
    expect(entries().map((each) => each.providerId)).toEqual([DNS_PROVIDER, MINE.toString()]);
  });
});

describe('a catalog that cannot be changed', () => {
  it.each([
    ['corrupt', undefined, 'WSANO_RECOVERY', 'WSANO_RECOVERY'],
    ['insecure', undefined, 'WSAEACCES', 'WSANO_RECOVERY'],
    ['io', 10013, 'WSAEACCES', 'WSANO_RECOVERY'],
    ['locked', undefined, 'WSANO_RECOVERY', 'WSATRY_AGAIN'],
  ] as const)('%s', async (trouble, code, installing, ordering) => {
    const result = { ok: false, error: catalogError(trouble, 'on purpose', code === undefined ? {} : { code }) } as const;
    const store: CatalogStore = {
      describe: () => 'a store that fails',
      loadSync: () => result,
      load: () => Promise.resolve(result),
      update: () => Promise.resolve(result),
      watch: () => () => undefined,
    };
    const sad = installerWorld(store);
    expect(await said(sad.ws.WSCInstallNameSpace('n', 'm', 7, 1, MINE), sad)).toBe(installing);
    expect(await said(sad.ws.WSCUnInstallNameSpace(MINE), sad)).toBe('WSANO_RECOVERY');
    expect(await said(sad.ws.WSCEnableNSProvider(MINE, 1), sad)).toBe('WSASYSCALLFAILURE');
    expect(errorName(await sad.ws.WSCWriteNameSpaceOrder([MINE], 1))).toBe(ordering);
    await sad.host.dispose();
  });
});
