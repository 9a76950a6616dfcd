// Chains as WS2_32 and the kit start them: who is started, how often, with what, and what a chain that does not start costs
// the others.
import { afterEach, describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  MAX_PROTOCOL_CHAIN,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSADATA,
  WSAPROTOCOL_INFOW,
  errorName,
  guid,
  ref,
} from '../../src/abi/index.js';
import { type Catalog, MemoryStore, defaultCatalog } from '../../src/catalog/index.js';
import { layer } from '../../src/providers/layered/index.js';
import * as msafd from '../../src/providers/msafd/index.js';
import { chainServices, createModuleLoader, startNext, type LPWSPSTARTUP, type ModuleLoader } from '../../src/spi/index.js';
import { connectedPair, freshWorld, startedWorld, tcp, udp, type World } from '../api/world.js';
import { FakeClock } from '../win32/fake-clock.js';
import { settle } from '../win32/turns.js';
import { changed, layerId, stackCatalog } from './world.js';

/** What happened, in order: `start NAME for ENTRY`, `socket NAME under ENTRY`, `cleanup NAME`. */
let log: string[] = [];
let world: World | null = null;
afterEach(async () => {
  await world?.host.dispose();
  world = null;
  log = [];
});

/** A passthrough layer that writes down what comes to it. */
function told(name: string): LPWSPSTARTUP {
  const startup = layer({
    description: name,
    change: ({ below }) => ({
      lpWSPSocket: (af, type, protocol, info, g, flags, lpErrno) => {
        log.push(`socket ${name} under ${String(info?.dwCatalogEntryId)}`);
        return below.lpWSPSocket(af, type, protocol, info, g, flags, lpErrno);
      },
    }),
    ended: () => log.push(`cleanup ${name}`),
  });
  return (version, data, info, upcalls, table) => {
    log.push(`start ${name} for ${String(info.dwCatalogEntryId)}`);
    return startup(version, data, info, upcalls, table);
  };
}

/** The base provider, told of in the same way. */
const base: LPWSPSTARTUP = (version, data, info, upcalls, table) => {
  // Only what a layer starts is of interest.
  const started = chainServices(upcalls)?.above === null ? null : info.dwCatalogEntryId;
  if (started !== null) log.push(`start base for ${String(started)}`);
  const result = msafd.WSPStartup(version, data, info, upcalls, table);
  const { lpWSPCleanup } = table;
  table.lpWSPCleanup = (lpErrno) => {
    if (started !== null) log.push('cleanup base');
    return lpWSPCleanup(lpErrno);
  };
  return result;
};

function loaderOf(modules: Readonly<Record<string, LPWSPSTARTUP | Error>>): ModuleLoader {
  const builtin = new Map<string, () => Promise<unknown>>();
  for (const [name, WSPStartup] of Object.entries({ 'winsock2/msafd': base, ...modules })) {
    const load = WSPStartup instanceof Error ? () => Promise.reject(WSPStartup) : () => Promise.resolve({ WSPStartup });
    builtin.set(name, load);
  }
  return createModuleLoader({ builtin, importer: () => Promise.reject(new Error('not here')) });
}

const forTcp = { over: ({ szProtocol }: { szProtocol: string }) => szProtocol === 'MSAFD Tcpip [TCP/IP]' };
const forIpv4 = { over: ({ iAddressFamily }: { iAddressFamily: number }) => iAddressFamily === AF_INET };

async function start(catalog: Catalog, modules: Readonly<Record<string, LPWSPSTARTUP | Error>>): Promise<World> {
  world = await startedWorld({ store: new MemoryStore(catalog), loader: loaderOf(modules) });
  return world;
}

/** The id of the entry of that name. */
function idOf(catalog: Catalog, szProtocol: string): number {
  return catalog.protocols.find((entry) => entry.szProtocol === szProtocol)?.dwCatalogEntryId ?? 0;
}

describe('a chain', () => {
  it('is started from the top down, each link with the chain, the base with its own entry, and ended in that order', async () => {
    const catalog = stackCatalog(['a', 'b', 'c'], forTcp);
    const { ws } = await start(catalog, { a: told('a'), b: told('b'), c: told('c') });
    const chain = String(idOf(catalog, 'over [MSAFD Tcpip [TCP/IP]]'));
    const started = [`start a for ${chain}`, `start b for ${chain}`, `start c for ${chain}`, 'start base for 1001'];
    expect(log).toEqual(started);
    log = [];
    await ws.WSACleanup();
    expect(log).toEqual(['cleanup a', 'cleanup b', 'cleanup c', 'cleanup base']);
  });

  it('hands the entry that the next link knows to its WSPSocket', async () => {
    const catalog = stackCatalog(['a', 'b'], forTcp);
    await start(catalog, { a: told('a'), b: told('b') });
    log = [];
    expect(tcp(world as World)).toBeGreaterThan(0);
    const chain = String(idOf(catalog, 'over [MSAFD Tcpip [TCP/IP]]'));
    expect(log).toEqual([`socket a under ${chain}`, `socket b under ${chain}`]);
  });

  it('may be as long as MAX_PROTOCOL_CHAIN', async () => {
    const names = Array.from({ length: MAX_PROTOCOL_CHAIN - 1 }, (_, index) => `layer${String(index)}`);
    const it = await start(stackCatalog(names, forTcp), Object.fromEntries(names.map((name) => [name, told(name)])));
    log = [];
    const { a, b } = await connectedPair(it);
    expect([await it.ws.send(a, Uint8Array.of(7), 1, 0), await it.ws.recv(b, new Uint8Array(1), 1, 0)]).toEqual([1, 1]);
    expect(new Set(log.map((line) => line.split(' ')[1]))).toEqual(new Set(names));
  });

  it('may have a chain as its link, which serves itself too', async () => {
    const inner = stackCatalog(['b'], forTcp);
    const innerChain = idOf(inner, 'over [MSAFD Tcpip [TCP/IP]]');
    const [layerEntry, chainEntry] = inner.protocols;
    if (layerEntry === undefined || chainEntry === undefined) throw new Error('the catalog is empty');
    const own = { module: 'a', providerId: layerId(50) };
    const drafts = [
      { ...layerEntry, ...own, szProtocol: 'upper layer' },
      { ...chainEntry, ...own, szProtocol: 'upper chain', chainLen: 2, chainEntries: [inner.nextEntryId, innerChain] },
    ];
    const catalog = inner.withProtocols(drafts);
    const upperChain = idOf(catalog, 'upper chain');
    const it = await start(changed(catalog.withProtocolOrder([upperChain])), { a: told('a'), b: told('b') });
    // The inner chain is started for itself by WS2_32, and below the upper one by its layer.
    expect(log.filter((line) => line.startsWith('start b '))).toEqual([`start b for ${innerChain}`, `start b for ${innerChain}`]);
    log = [];
    await connectedPair(it);
    expect(new Set(log)).toEqual(new Set([`socket a under ${upperChain}`, `socket b under ${innerChain}`]));
  });
});

describe('a provider with several chains', () => {
  it('is started once, and so is what is below all of them', async () => {
    const catalog = stackCatalog(['a', 'b'], forIpv4);
    const it = await start(catalog, { a: told('a'), b: told('b') });
    const chain = (name: string): number => idOf(catalog, `over [MSAFD Tcpip [${name}]]`);
    expect(log.map((line) => line.replace(/ for.*/, ''))).toEqual(['start a', 'start b', 'start base']);
    log = [];
    expect([tcp(it), udp(it)].every((s) => s > 0)).toBe(true);
    expect(log.filter((line) => line.includes('b'))).toEqual([
      `socket b under ${chain('TCP/IP')}`,
      `socket b under ${chain('UDP/IP')}`,
    ]);
  });

  it('sends each socket to its own base provider', async () => {
    const it = await start(stackCatalog(['a']), { a: told('a') });
    for (const [family, type] of [[AF_INET, SOCK_STREAM], [AF_INET6, SOCK_DGRAM], [AF_UNIX, SOCK_STREAM]] as const) {
      const s = it.ws.socket(family, type, 0);
      expect(s).toBeGreaterThan(0);
      expect(await it.ws.closesocket(s)).toBe(0);
    }
  });

  it('loses only the chain whose base does not start', async () => {
    const good = defaultCatalog();
    const [first] = good.protocols;
    if (first === undefined) throw new Error('the catalog is empty');
    const catalog = good.withProtocols([
      { ...first, module: 'broken', providerId: layerId(77), iAddressFamily: 61, szProtocol: 'broken' },
    ]);
    const it = await start(stackCatalog(['a'], { catalog }), { a: told('a'), broken: () => 12345 });
    expect(tcp(it)).toBeGreaterThan(0);
    expect(it.ws.socket(61, SOCK_STREAM, 0)).toBe(-1);
    expect(it.lastError()).toBe('WSAEPROVIDERFAILEDINIT');
  });
});

describe('a chain that cannot be started', () => {
  const broken: readonly [string, LPWSPSTARTUP | Error, string][] = [
    ['whose link is not there', new Error('no such thing'), 'WSAEPROVIDERFAILEDINIT'],
    ['whose link refuses', () => 10091, 'WSAEPROVIDERFAILEDINIT'],
    ['whose link throws', () => { throw new Error('broken'); }, 'WSAEPROVIDERFAILEDINIT'],
    ['whose link fills no table', (_version, data) => { data.wVersion = 0x0202; return 0; }, 'WSAEPROVIDERFAILEDINIT'],
    ['whose link speaks another version', (_version, data) => { data.wVersion = 0x0101; return 0; }, 'WSAEPROVIDERFAILEDINIT'],
  ];

  it.each(broken)('%s fails its own sockets and nobody else\'s', async (_name, link, error) => {
    const it = await start(stackCatalog(['a', 'b'], forTcp), { a: told('a'), b: link });
    expect(it.ws.socket(AF_INET, SOCK_STREAM, 0)).toBe(-1);
    expect(it.lastError()).toBe(error);
    expect(udp(it)).toBeGreaterThan(0);
  });

  it('does not keep the base from being asked for by its entry', async () => {
    const it = await start(stackCatalog(['a', 'b'], forTcp), { a: told('a'), b: () => 10091 });
    const entry = new WSAPROTOCOL_INFOW();
    entry.ProviderId = guid('{E70F1AA0-AB8B-11CF-8CA3-00805F48A192}');
    Object.assign(entry, { dwCatalogEntryId: 1001, iAddressFamily: AF_INET, iSocketType: SOCK_STREAM, iProtocol: 6 });
    expect(it.ws.WSASocketW(-1, -1, -1, entry, 0, 0)).toBeGreaterThan(0);
  });

  it('since a link hangs is given up before the provider above is, whose other chains work', async () => {
    const clock = new FakeClock();
    const good = defaultCatalog();
    const [first] = good.protocols;
    if (first === undefined) throw new Error('the catalog is empty');
    const hanging = { ...first, module: 'hanging', providerId: layerId(77), iAddressFamily: 61, szProtocol: 'hanging' };
    const store = new MemoryStore(stackCatalog(['a'], { catalog: good.withProtocols([hanging]) }));
    const loader = loaderOf({ a: told('a'), hanging: () => new Promise(() => undefined) });
    const it = freshWorld({ store, loader, clock });
    world = it;
    let over = false;
    const starting = it.ws.WSAStartup(0x0202, new WSADATA()).then(() => (over = true));
    await settle();
    clock.advance(8000);
    // What is left is the provider's own entry, which WS2_32 waits for; the layer has started without it.
    await settle();
    expect(over).toBe(false);
    clock.advance(2000);
    await starting;
    expect(tcp(it)).toBeGreaterThan(0);
    expect(it.ws.socket(61, SOCK_STREAM, 0)).toBe(-1);
    expect(it.lastError()).toBe('WSAEPROVIDERFAILEDINIT');
  });

  it('is told apart by startNext', async () => {
    const found: string[] = [];
    const asking: LPWSPSTARTUP = async (_version, _data, info, upcalls) => {
      const next = await startNext(info, upcalls);
      found.push(errorName(next.error));
      return 1;
    };
    for (const [, link] of broken) {
      await start(stackCatalog(['asking', 'b'], forTcp), { asking, b: link });
      await world?.host.dispose();
    }
    expect(found).toEqual([
      'WSAEPROVIDERFAILEDINIT',
      'WSAEPROVIDERFAILEDINIT',
      'WSAEPROVIDERFAILEDINIT',
      'WSAEINVALIDPROCTABLE',
      'WSAEINVALIDPROVIDER',
    ]);
  });
});

describe('entries', () => {
  it('of layers are never chosen for a socket, nor started by themselves', async () => {
    const only = stackCatalog(['a'], forTcp);
    const chain = idOf(only, 'over [MSAFD Tcpip [TCP/IP]]');
    const catalog = changed(only.withoutProtocols([chain]));
    const it = await start(catalog, { a: told('a') });
    expect(tcp(it)).toBeGreaterThan(0);
    expect(log).toEqual([]);
  });

  it('that are hidden are chosen, and not listed to applications', async () => {
    const shown = stackCatalog(['a'], forTcp);
    const chain = idOf(shown, 'over [MSAFD Tcpip [TCP/IP]]');
    const entry = shown.byId(chain);
    const catalog = changed(shown.withProtocol(chain, { dwProviderFlags: (entry?.dwProviderFlags ?? 0) | 4 }));
    const it = await start(catalog, { a: told('a') });
    log = [];
    expect(tcp(it)).toBeGreaterThan(0);
    expect(log).toEqual([`socket a under ${String(chain)}`]);
    const buffer = new Uint8Array(20 * new WSAPROTOCOL_INFOW().bytes.length);
    // TCP and UDP of either IP version, and AF_UNIX.
    expect(it.ws.WSAEnumProtocolsW(null, buffer, ref(buffer.length))).toBe(5);
  });
});

it('each layer of a stack is in the trace, between WS2_32 and the base provider', async () => {
  const it = await start(stackCatalog(['a', 'b'], forTcp), { a: told('a'), b: told('b') });
  const s = tcp(it);
  const seen: string[] = [];
  const stop = it.host.trace.listen(({ phase, layer, name }) => {
    if (phase !== 'note') seen.push(`${phase === 'enter' ? '+' : '-'}${layer} ${name}`);
  });
  it.ws.listen(s, 1);
  stop();
  const down = ['api listen', 'ws2_32 route', 'a WSPListen', 'b WSPListen', 'winsock2/msafd WSPListen'];
  expect(seen.slice(0, 5)).toEqual(down.map((line) => `+${line}`));
  expect(seen.slice(-5)).toEqual(down.reverse().map((line) => `-${line}`));
});

it('a process that never starts Winsock starts no provider', () => {
  world = freshWorld({ store: new MemoryStore(stackCatalog(['a'])), loader: loaderOf({ a: told('a') }) });
  expect(log).toEqual([]);
});
