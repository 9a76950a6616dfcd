// Categories of layers and of programs: setting and reading them with each documented error, and which layers a process
// then loads, the documentation's own example first.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  LSP_CRYPTO_COMPRESS,
  LSP_FIREWALL,
  LSP_INSPECTOR,
  LSP_PROXY,
  LSP_REDIRECTOR,
  LSP_SYSTEM,
  ProviderInfoAudit,
  WSADATA,
  WSAPROTOCOL_INFOW,
  guid,
  ref,
  type GUID,
} from '../../src/abi/index.js';
import { permits, type Application } from '../../src/catalog/index.js';
import { createProcess, type Winsock } from '../../src/winsock.js';
import { BASE, LAYER, NOBODY, OTHER_LAYER, entry, idOf, installLayer, installerWorld, outcome } from './world.js';

let world: ReturnType<typeof installerWorld>;
let ws: (typeof world)['ws'];

beforeEach(() => {
  world = installerWorld();
  ({ ws } = world);
});
afterEach(() => world.host.dispose());

const dword = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const setCategories = (id: GUID, categories: number): Promise<string> =>
  outcome((e) => ws.WSCSetProviderInfo(id, 0, dword(categories), 4, 0, e));
const permit = (path: string, extra: string | null, categories: number, before = ref(9)): Promise<string> =>
  outcome((e) => ws.WSCSetApplicationCategory(path, path.length, extra, extra?.length ?? 0, categories, before, e));

describe('the categories of a layer', () => {
  beforeEach(() => installLayer(ws, LAYER, 'layer'));

  const read = async (): Promise<[string, number]> => {
    const memory = dword(0xa5a5a5a5);
    const result = await outcome((e) => ws.WSCGetProviderInfo(LAYER, 0, memory, ref(4), 0, e));
    return [result, new DataView(memory.buffer).getUint32(0, true)];
  };

  it('are none until they are set, and those set last', async () => {
    expect(await read()).toEqual(['ok', 0]);
    expect(await setCategories(LAYER, LSP_SYSTEM | LSP_PROXY)).toBe('ok');
    expect(await read()).toEqual(['ok', (LSP_SYSTEM | LSP_PROXY) >>> 0]);
    expect(await setCategories(LAYER, LSP_FIREWALL)).toBe('ok');
    expect(await read()).toEqual(['ok', LSP_FIREWALL]);
  });

  it('go with the layer', async () => {
    await setCategories(LAYER, LSP_PROXY);
    await outcome((e) => ws.WSCDeinstallProvider(LAYER, e));
    await installLayer(ws, LAYER, 'layer');
    expect(await read()).toEqual(['ok', 0]);
  });

  it.each([
    ['a null identifier', 'WSAEFAULT', (e) => ws.WSCSetProviderInfo(null, 0, dword(1), 4, 0, e)],
    ['null', 'WSAEFAULT', (e) => ws.WSCSetProviderInfo(LAYER, 0, null, 4, 0, e)],
    ['memory that is too short', 'WSAEFAULT', (e) => ws.WSCSetProviderInfo(LAYER, 0, new Uint8Array(3), 4, 0, e)],
    ['another size', 'WSAEINVAL', (e) => ws.WSCSetProviderInfo(LAYER, 0, new Uint8Array(8), 8, 0, e)],
    ['flags', 'WSAEINVAL', (e) => ws.WSCSetProviderInfo(LAYER, 0, dword(1), 4, 1, e)],
    ['auditing', '120', (e) => ws.WSCSetProviderInfo(LAYER, ProviderInfoAudit, dword(1), 4, 0, e)],
    ['a kind that nobody knows', '120', (e) => ws.WSCSetProviderInfo(LAYER, 77, dword(1), 4, 0, e)],
    ['a provider that is not there', 'WSAEINVAL', (e) => ws.WSCSetProviderInfo(NOBODY, 0, dword(1), 4, 0, e)],
    ['null, for the size', 'WSAEFAULT', (e) => ws.WSCGetProviderInfo(LAYER, 0, null, ref(0), 0, e)],
    ['no size', 'WSAEFAULT', (e) => ws.WSCGetProviderInfo(LAYER, 0, dword(0), null, 0, e)],
    ['too little room', 'WSAEFAULT', (e) => ws.WSCGetProviderInfo(LAYER, 0, dword(0), ref(3), 0, e)],
    ['auditing, to be read', '120', (e) => ws.WSCGetProviderInfo(LAYER, ProviderInfoAudit, dword(0), ref(4), 0, e)],
    ['a provider that is not there, to be read', 'WSAEINVALIDPROVIDER', (e) => ws.WSCGetProviderInfo(NOBODY, 0, dword(0), ref(4), 0, e)],
  ] as [string, string, (lpErrno: { value: number }) => number | Promise<number>][])('refuse %s with %s', async (_what, error, call) => {
    expect(await outcome(call)).toContain(error);
    expect(await read()).toEqual(['ok', 0]);
  });

  it('are not for base providers', async () => {
    await outcome((e) => ws.WSCInstallProvider(BASE, 'm', [entry('base')], 1, e));
    expect(await setCategories(BASE, LSP_PROXY)).toBe('WSAEINVAL');
    expect(await outcome((e) => ws.WSCGetProviderInfo(BASE, 0, dword(0), ref(4), 0, e))).toBe('WSAEINVALIDPROVIDER');
  });

  it('tell their size', async () => {
    const size = ref(77);
    await outcome((e) => ws.WSCGetProviderInfo(LAYER, 0, null, size, 0, e));
    expect(size.value).toBe(4);
  });
});

describe('the categories of a program', () => {
  const read = async (path: string, extra: string | null = null): Promise<string | number> => {
    const categories = ref(0xa5);
    const result = await outcome((e) => ws.WSCGetApplicationCategory(path, path.length, extra, extra?.length ?? 0, categories, e));
    return result === 'ok' ? categories.value : result;
  };

  it('are added to those set before, which are told', async () => {
    const before = ref(9);
    expect(await permit('/opt/foo', '-param', LSP_SYSTEM, before)).toBe('ok');
    expect(before.value).toBe(0);
    expect(await permit('/opt/foo', '-param', LSP_REDIRECTOR, before)).toBe('ok');
    expect(before.value).toBe(LSP_SYSTEM);
    expect(await read('/opt/foo', '-param')).toBe((LSP_SYSTEM | LSP_REDIRECTOR) >>> 0);
    expect(await outcome((e) => ws.WSCSetApplicationCategory('/opt/foo', 8, null, 0, 1, null, e))).toBe('ok');
  });

  it('are told apart by path and arguments', async () => {
    await permit('/opt/foo', '-k a', 1);
    await permit('/opt/foo', null, 2);
    await permit('/opt/bar', null, 4);
    expect([await read('/opt/foo', '-k a'), await read('/opt/foo'), await read('/opt/bar')]).toEqual([1, 2, 4]);
    expect(await read('/opt/foo', '-k b')).toBe('WSASERVICE_NOT_FOUND');
    expect(await read('/OPT/foo')).toBe('WSASERVICE_NOT_FOUND');
  });

  it('are those of one program however a path of Windows is written', async () => {
    await permit('C:\\Foo\\bar.js', null, 1);
    expect(await read('c:/foo/BAR.js')).toBe(1);
  });

  it('take as much of the text as is said', async () => {
    expect(await outcome((e) => ws.WSCSetApplicationCategory('/opt/foo and more', 8, '-a -b', 2, 1, null, e))).toBe('ok');
    expect(await read('/opt/foo', '-a')).toBe(1);
  });

  it.each([
    ['a null path', 'WSAEFAULT', (e) => ws.WSCSetApplicationCategory(null, 0, null, 0, 1, null, e)],
    ['an empty path', 'WSAEINVAL', (e) => ws.WSCSetApplicationCategory('/a', 0, null, 0, 1, null, e)],
    ['a length beyond the path', 'WSAEINVAL', (e) => ws.WSCSetApplicationCategory('/a', 3, null, 0, 1, null, e)],
    ['a length below nothing', 'WSAEINVAL', (e) => ws.WSCSetApplicationCategory('/a', -1, null, 0, 1, null, e)],
    ['a length of null', 'WSAEINVAL', (e) => ws.WSCSetApplicationCategory('/a', 2, null, 1, 1, null, e)],
    ['a path with a null in it', 'WSAEINVAL', (e) => ws.WSCSetApplicationCategory('/\0', 2, null, 0, 1, null, e)],
    ['null for the categories', 'WSAEFAULT', (e) => ws.WSCGetApplicationCategory('/a', 2, null, 0, null, e)],
    ['a null path, to be read', 'WSAEFAULT', (e) => ws.WSCGetApplicationCategory(null, 0, null, 0, ref(0), e)],
    ['an empty path, to be read', 'WSAEINVAL', (e) => ws.WSCGetApplicationCategory('', 0, null, 0, ref(0), e)],
  ] as [string, string, (lpErrno: { value: number }) => number | Promise<number>][])('refuse %s with %s', async (_what, error, call) => {
    expect(await outcome(call)).toBe(error);
  });
});

describe('the rule', () => {
  const FOO = LSP_SYSTEM | LSP_FIREWALL | LSP_CRYPTO_COMPRESS;
  const BAR = LSP_FIREWALL | LSP_CRYPTO_COMPRESS;
  const LSP4 = LSP_SYSTEM | LSP_FIREWALL | LSP_CRYPTO_COMPRESS | LSP_INSPECTOR;

  it.each([
    ['Foo.exe', FOO, [true, false, false, false]],
    ['Bar.exe', BAR, [false, false, true, false]],
    ['a program without categories', null, [true, true, true, true]],
    ['a program that permits none', 0, [false, false, false, false]],
  ])('of the documentation’s example: %s', (_who, permitted, expected) => {
    expect([LSP_SYSTEM, 0, LSP_FIREWALL, LSP4].map((categories) => permits(permitted, categories))).toEqual(expected);
  });
});

describe('a process', () => {
  const FOO: Application = { path: '/opt/foo.js', extra: '-k a', variables: { ROOT: '/opt' } };

  /** The top entries that programs see, after WSAStartup. */
  async function seen(application: Application): Promise<{ names: string[]; bound: Winsock; end: () => Promise<void> }> {
    const host = createProcess({ store: world.store, application });
    const bound = host.bind();
    await bound.WSAStartup(0x0202, new WSADATA());
    return { names: list(bound), bound, end: () => host.dispose() };
  }

  function list(bound: Winsock): string[] {
    const length = ref(0);
    bound.WSAEnumProtocolsW(null, null, length);
    const memory = new Uint8Array(length.value);
    const count = bound.WSAEnumProtocolsW(null, memory, length);
    return Array.from({ length: count }, (_, i) => new WSAPROTOCOL_INFOW(memory, i * WSAPROTOCOL_INFOW.size).szProtocol.split(' ')[0] ?? '');
  }

  async function first(application: Application): Promise<string> {
    const { names, end } = await seen(application);
    await end();
    return names[0] ?? '';
  }

  beforeEach(async () => {
    await installLayer(ws, LAYER, 'lower');
    await installLayer(ws, OTHER_LAYER, 'upper');
    await setCategories(LAYER, LSP_PROXY);
    await setCategories(OTHER_LAYER, LSP_INSPECTOR);
  });

  it('of a program without categories loads every layer', async () => {
    await permit('/opt/other.js', null, LSP_PROXY);
    expect(await first(FOO)).toBe('upper');
  });

  it.each([
    ['both', LSP_PROXY | LSP_INSPECTOR, 'upper'],
    ['the lower layer', LSP_PROXY, 'lower'],
    ['the upper layer, whose chain leads through the lower', LSP_INSPECTOR, 'MSAFD'],
    ['other layers', LSP_REDIRECTOR, 'MSAFD'],
    ['only layers fit for system processes', LSP_PROXY | LSP_INSPECTOR | LSP_SYSTEM, 'MSAFD'],
  ])('of a program that permits %s', async (_what, categories, expected) => {
    await permit('/opt/foo.js', null, categories);
    expect(await first(FOO)).toBe(expected);
  });

  it('goes by its path and arguments before its path alone, and by the environment in paths', async () => {
    await permit('%root%/foo.js', null, LSP_PROXY);
    await permit('/opt/foo.js', '-k b', LSP_REDIRECTOR);
    expect(await first(FOO)).toBe('lower');
    expect(await first({ ...FOO, extra: '-k b' })).toBe('MSAFD');
    expect(await first({ ...FOO, path: '/opt/bar.js' })).toBe('upper');
  });

  it('loads no layer that is a link of a chain that is a link', async () => {
    const lower = idOf(ws, 'lower over [MSAFD Tcpip [TCP/IP]]');
    const upper = idOf(ws, 'upper');
    const info = entry('nested', [upper, lower, 1001]);
    await outcome((e) => ws.WSCInstallProvider(guid('{55555555-0000-0000-0000-000000000001}'), 'm', [info], 1, e));
    await permit('/opt/foo.js', null, LSP_INSPECTOR);
    const { names, end } = await seen(FOO);
    expect(names).not.toContain('nested');
    await end();
  });

  it('keeps what it was permitted at its first WSAStartup', async () => {
    await permit('/opt/foo.js', null, LSP_PROXY);
    const { bound, end } = await seen(FOO);
    await permit('/opt/foo.js', null, LSP_INSPECTOR);
    await bound.WSACleanup();
    await bound.WSAStartup(0x0202, new WSADATA());
    expect(list(bound)[0]).toBe('lower');
    expect(await first(FOO)).toBe('upper');
    await end();
  });

  it('is this program when nothing else is said', async () => {
    const path = process.argv[1] ?? '';
    await permit(path, null, LSP_REDIRECTOR);
    const host = createProcess({ store: world.store });
    const bound = host.bind();
    await bound.WSAStartup(0x0202, new WSADATA());
    expect(list(bound)[0]).toBe('MSAFD');
    await host.dispose();
  });
});
