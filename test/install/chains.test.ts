// WSCInstallProviderAndChains: the hidden entry, the chains, their place and their flags, and each documented error.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_TCP,
  MAX_PATH,
  MAX_PROTOCOL_CHAIN,
  PFL_HIDDEN,
  SOCK_STREAM,
  WSAPROTOCOL_INFOW,
  XP1_IFS_HANDLES,
  guid,
  ref,
} from '../../src/abi/index.js';
import { MemoryStore, defaultCatalog } from '../../src/catalog/index.js';
import { LAYER, OTHER_LAYER, entry, idOf, installLayer, installed, installerWorld, links, outcome } from './world.js';

let world: ReturnType<typeof installerWorld>;
let ws: (typeof world)['ws'];

beforeEach(() => {
  world = installerWorld();
  ({ ws } = world);
});
afterEach(() => world.host.dispose());

const tcp = entry('whatever');
const names = (): string[] => installed(ws).map((info) => info.szProtocol);
const builtIn = defaultCatalog().protocols.map(({ szProtocol }) => szProtocol);
const top = (): WSAPROTOCOL_INFOW => installed(ws)[0] ?? new WSAPROTOCOL_INFOW();

describe('a layer over one protocol', () => {
  it('has a hidden entry, and a chain before all others', async () => {
    const id = ref(0);
    expect(await outcome((e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'layer', XP1_IFS_HANDLES, [tcp], 1, id, e))).toBe('ok');
    expect(names()).toEqual(['layer over [MSAFD Tcpip [TCP/IP]]', ...builtIn, 'layer']);
    const hidden = installed(ws).at(-1) ?? new WSAPROTOCOL_INFOW();
    expect(hidden.dwCatalogEntryId).toBe(id.value);
    expect(hidden.ProviderId.toString()).toBe(LAYER.toString());
    expect([hidden.ProtocolChain.ChainLen, hidden.dwProviderFlags, hidden.dwServiceFlags1]).toEqual([0, PFL_HIDDEN, XP1_IFS_HANDLES]);
    expect(links(top())).toEqual([id.value, 1001]);
    expect([top().iAddressFamily, top().iSocketType, top().iProtocol]).toEqual([AF_INET, SOCK_STREAM, IPPROTO_TCP]);
    const length = ref(9);
    expect(await outcome((e) => ws.WSCGetProviderPath(top().ProviderId, new Uint16Array(9), length, e))).toBe('ok');
  });

  it('gives every chain an identifier of its own', async () => {
    expect(await outcome((e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'layer', 0, null, 0, null, e))).toBe('ok');
    const chains = installed(ws).filter((info) => info.ProtocolChain.ChainLen > 1);
    expect(new Set([...chains.map((info) => info.ProviderId.toString()), LAYER.toString()]).size).toBe(builtIn.length + 1);
  });

  it.each([
    ['makes its own handles', 0, 0, 0],
    ['hands on those of a base', XP1_IFS_HANDLES, XP1_IFS_HANDLES, 0],
    ['hands on those of a layer that makes its own', XP1_IFS_HANDLES, 0, 1],
  ])('that %s says so in its chain', async (_what, flags, expected, layersBelow) => {
    if (layersBelow > 0) await ws.WSCInstallProviderAndChains(OTHER_LAYER, 'm', 'own handles', 0, [tcp], 1, null, ref(0));
    await ws.WSCInstallProviderAndChains(LAYER, 'm', 'layer', flags, [tcp], 1, null, ref(0));
    expect(top().dwServiceFlags1 & XP1_IFS_HANDLES).toBe(expected);
    expect(top().dwServiceFlags1 & ~XP1_IFS_HANDLES).toBe(0x66);
  });

  it('shortens a name that would be too long', async () => {
    const name = 'n'.repeat(255);
    await installLayer(ws, LAYER, name.slice(0, 240));
    expect(top().szProtocol).toHaveLength(255);
    expect(await outcome((e) => ws.WSCInstallProviderAndChains(OTHER_LAYER, 'm', name, 0, [tcp], 1, null, e))).toBe('ok');
  });
});

describe('what a layer is put over', () => {
  it('is the first entry of each kind listed, each once, and what else the structures say is not looked at', async () => {
    const lower = await installLayer(ws, LAYER, 'lower');
    const six = entry('x', [7, 7, 7]);
    six.iAddressFamily = AF_INET6;
    const upper = await installLayer(ws, OTHER_LAYER, 'upper', [six, tcp, tcp]);
    expect(installed(ws).slice(0, 2).map(links)).toEqual([[upper, 1004], [upper, lower, 1001]]);
    expect(installed(ws)).toHaveLength(builtIn.length + 5);
  });

  it('is every kind of base protocol when nothing is listed, past the layers that are there', async () => {
    await installLayer(ws, LAYER, 'lower');
    const twin = entry('a second TCP');
    await ws.WSCInstallProvider(guid('{22222222-0000-0000-0000-000000000001}'), 'm', [twin], 1, ref(0));
    expect(await outcome((e) => ws.WSCInstallProviderAndChains(OTHER_LAYER, 'm', 'upper', 0, null, 0, null, e))).toBe('ok');
    const upper = idOf(ws, 'upper');
    const chains = installed(ws).slice(0, builtIn.length);
    expect(chains.map(links)).toEqual([1001, 1002, 1003, 1004, 1005, 1006, 1007].map((id) => [upper, id]));
  });

  it('may be as deep as a chain can be, and no deeper', async () => {
    for (let depth = 2; depth <= MAX_PROTOCOL_CHAIN; depth++) {
      await installLayer(ws, guid(`{11111111-0000-0000-0000-00000000001${String(depth)}}`), `layer-${String(depth)}`);
    }
    expect(links(top())).toHaveLength(MAX_PROTOCOL_CHAIN);
    const before = names();
    expect(await outcome((e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'one more', 0, [tcp], 1, null, e))).toBe('WSANO_RECOVERY');
    expect(names()).toEqual(before);
  });
});

describe('what is refused', () => {
  const strange = entry('x');
  strange.iProtocol = 4711;

  it.each([
    ['a null identifier', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(null, 'm', 'n', 0, null, 0, null, e)],
    ['a null path', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, null, 'n', 0, null, 0, null, e)],
    ['a null name', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm', null, 0, null, 0, null, e)],
    ['no path', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, '', 'n', 0, null, 0, null, e)],
    ['a path that is too long', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm'.repeat(MAX_PATH), 'n', 0, null, 0, null, e)],
    ['no name', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm', '', 0, null, 0, null, e)],
    ['a name that is too long', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'n'.repeat(256), 0, null, 0, null, e)],
    ['other flags', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'n', 1, null, 0, null, e)],
    ['an empty list', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'n', 0, [tcp], 0, null, e)],
    ['a list that is shorter than said', 'WSAEFAULT', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'n', 0, [tcp], 2, null, e)],
    ['a kind that is not there', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'n', 0, [tcp, strange], 2, null, e)],
    ['an identifier that is there', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(OTHER_LAYER, 'm', 'n', 0, null, 0, null, e)],
    ['a name that is there', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains(LAYER, 'm', 'there', 0, null, 0, null, e)],
    ['a null path for 32 bits', 'WSAEINVAL', (e) => ws.WSCInstallProviderAndChains64_32(LAYER, 'm', null, 'n', 0, null, 0, null, e)],
  ] as [string, string, (lpErrno: { value: number }) => Promise<number>][])('%s: %s, and all is as it was', async (_what, error, call) => {
    await installLayer(ws, OTHER_LAYER, 'there');
    const before = names();
    expect(await outcome(call)).toBe(error);
    expect(names()).toEqual(before);
  });

  it('a list of none where there is no base protocol: WSANO_RECOVERY', async () => {
    const bare = installerWorld(new MemoryStore(defaultCatalog().with({ protocols: [] })));
    expect(await outcome((e) => bare.ws.WSCInstallProviderAndChains(LAYER, 'm', 'n', 0, null, 0, null, e))).toBe('WSANO_RECOVERY');
    await bare.host.dispose();
  });
});
