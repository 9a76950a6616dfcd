// Network location awareness on simulated hosts: the networks, their structures, and what a program hears when they change.
import * as vitest from 'vitest';
import { afterEach, describe, expect, it } from 'vitest';
import {
  LUP_RETURN_ALL,
  LUP_RETURN_BLOB,
  LUP_RETURN_COMMENT,
  NLA_BLOB,
  NLA_CONNECTIVITY,
  NLA_INTERFACE,
  NLA_INTERNET_UNKNOWN,
  NLA_SERVICE_CLASS_GUID,
  NS_NLA,
  RESULT_IS_ADDED,
  RESULT_IS_CHANGED,
  RESULT_IS_DELETED,
  SIO_NSP_NOTIFY_CHANGE,
  SVCID_HOSTNAME,
  type WSAQUERYSETW,
  bytesOf,
  ref,
  type HANDLE,
} from '../../src/abi/index.js';
import { SimNetwork, simDriver, type SimHost } from '../../src/drivers/sim/index.js';
import { NSPStartup } from '../../src/providers/namespaces/nla/index.js';
import { logicalNetworks } from '../../src/providers/namespaces/nla/networks.js';
import { describeNameSpaceProvider } from '../../src/testing/index.js';
import { createProcess } from '../../src/winsock.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { FakeClock } from '../win32/fake-clock.js';
import { hostWith, storeWith, type HostWorld } from './simulated-host.js';
import { startedWorld } from '../api/world.js';
import { createNullDriver } from '../../src/drivers/null.js';
import { begin, begun, everything, next } from './world.js';

const NLA = { lpServiceClassId: NLA_SERVICE_CLASS_GUID, dwNameSpace: NS_NLA };

let underTest: SimHost;
describeNameSpaceProvider(vitest, 'network location awareness', {
  NSPStartup,
  nameSpace: NS_NLA,
  known: { lpServiceClassId: NLA_SERVICE_CLASS_GUID },
  process: () => {
    const network = new SimNetwork({ seed: 1 });
    underTest = network.host('a', { interfaces: [{ segment: network.segment('x') }, { segment: network.segment('y') }] });
    return createProcess({ store: new MemoryStore(), driver: simDriver(underTest), clock: network.clock });
  },
  change: () => {
    underTest.addAddress('192.0.2.1/24');
    return Promise.resolve();
  },
  lacks: {
    registration: 'there is no registry to keep networks in',
    classes: 'the one class is well known',
    containers: 'networks are in one list',
  },
});

let now: HostWorld | null = null;
afterEach(async () => {
  await now?.world.host.dispose();
  now?.network.stop();
  now = null;
});

async function open(module = 'nla'): Promise<HostWorld> {
  return (now = await hostWith([module, NS_NLA]));
}

const poll = ({ world, lastError }: Pick<HostWorld, 'world' | 'lastError'>, handle: HANDLE): Promise<string> =>
  Promise.resolve(world.ws.WSANSPIoctl(handle, SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, ref(0), null)).then((status) =>
    status === 0 ? 'changed' : lastError(),
  );

/** The structures of a result: type and what is told. */
function structures(result: WSAQUERYSETW | string): unknown[] {
  if (typeof result === 'string') return [result];
  const bytes = bytesOf(result.lpBlob?.pBlobData ?? new Uint8Array());
  const found: unknown[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { header, data } = new NLA_BLOB(bytes.subarray(at));
    const told = header.type === NLA_INTERFACE ? data.interfaceData.adapterName : data.connectivity.internet;
    found.push([header.type, told, header.dwSize % 4]);
    if (header.nextOffset === 0) break;
    at += header.nextOffset;
  }
  return found;
}

describe('a query', () => {
  it('gives the networks by subnet, and of each its interfaces and where it leads', async () => {
    const { world } = await open();
    const handle = await begun(world, NLA);
    const first = await next(world, handle);
    expect(first).toMatchObject({ lpszServiceInstanceName: '10.0.0.0/24', dwNameSpace: NS_NLA, dwOutputFlags: 0 });
    expect(structures(first)).toEqual([[NLA_INTERFACE, 'Ethernet 1', 0], [NLA_CONNECTIVITY, NLA_INTERNET_UNKNOWN, 0]]);
    expect(await next(world, handle)).toBe('WSA_E_NO_MORE');
  });

  it('names a subnet as its settings do', async () => {
    const { world } = await open('nla?10.0.0.0/24=office.example');
    expect(await everything(world, await begun(world, NLA))).toEqual(['office.example', 'WSA_E_NO_MORE']);
    const other = { ...NLA, lpszServiceInstanceName: 'elsewhere' };
    expect(await everything(world, await begun(world, other))).toEqual(['WSA_E_NO_MORE']);
  });

  it.each([
    ['everything', LUP_RETURN_ALL, ['10.0.0.0/24', 'WSA_E_NO_MORE']],
    ['blobs', LUP_RETURN_BLOB, [null, 'WSA_E_NO_MORE']],
    ['comments, which no network has', LUP_RETURN_COMMENT, ['WSA_E_NO_MORE']],
  ])('for %s', async (_what, flags, expected) => {
    const { world } = await open();
    expect(await everything(world, await begun(world, NLA, flags))).toEqual(expected);
  });

  it('of another class finds no service', async () => {
    const { world } = await open();
    expect(await begin(world, { ...NLA, lpServiceClassId: SVCID_HOSTNAME })).toBe('WSASERVICE_NOT_FOUND');
  });
});

describe('after a change', () => {
  it.each<[string, (host: SimHost) => void, number, string]>([
    ['a network has come', (host) => { host.attach(); }, RESULT_IS_CHANGED, '10.0.0.0/24'],
    ['a subnet has come', (host) => { host.addAddress('192.0.2.1/24'); }, RESULT_IS_ADDED, '192.0.2.0/24'],
  ])('%s: the poll says so, and the query goes on with what is new', async (_what, change, flags, name) => {
    const here = await open();
    const handle = await begun(here.world, NLA);
    await everything(here.world, handle);
    expect(await poll(here, handle)).toBe('WSAEWOULDBLOCK');
    change(here.host);
    expect(await poll(here, handle)).toBe('changed');
    expect(await next(here.world, handle)).toMatchObject({ lpszServiceInstanceName: name, dwOutputFlags: flags });
    expect(await next(here.world, handle)).toBe('WSA_E_NO_MORE');
    expect(await poll(here, handle)).toBe('WSAEWOULDBLOCK');
  });

  it('a network that is gone is a name and nothing else', async () => {
    const here = await open();
    here.host.addAddress('192.0.2.1/24');
    const handle = await begun(here.world, NLA);
    await everything(here.world, handle);
    await poll(here, handle);
    here.host.removeAddress('192.0.2.1');
    const gone = await next(here.world, handle);
    expect(gone).toMatchObject({ lpszServiceInstanceName: '192.0.2.0/24', dwOutputFlags: RESULT_IS_DELETED, lpBlob: null });
  });

  it('what changed before anybody asked for notices counts, a route alone does not', async () => {
    const here = await open();
    const handle = await begun(here.world, NLA);
    await everything(here.world, handle);
    here.host.addRoute('203.0.113.0/24', 'b');
    expect(await poll(here, handle)).toBe('WSAEWOULDBLOCK');
    const other = await begun(here.world, NLA);
    await everything(here.world, other);
    here.host.addAddress('192.0.2.1/24');
    expect(await poll(here, other)).toBe('changed');
  });
});

it('where the driver tells of nothing, it looks once a second, and only while notices are wanted', async () => {
  const clock = new FakeClock();
  let address = '198.51.100.7';
  const driver = { ...createNullDriver(), interfaces: () => [face('e0', 'ipv4', address, 24)] };
  const world = await startedWorld({ store: storeWith(['nla', NS_NLA]), driver: driver, clock });
  const here = { world, lastError: () => world.lastError() };
  const handle = await begun(world, NLA);
  expect(clock.pending).toBe(0);
  expect(await poll(here, handle)).toBe('WSAEWOULDBLOCK');
  address = '203.0.113.7';
  clock.advance(1000);
  expect(await poll(here, handle)).toBe('changed');
  world.ws.WSALookupServiceEnd(handle);
  expect(clock.pending).toBe(0);
  await world.host.dispose();
});

const face = (name: string, family: 'ipv4' | 'ipv6', address: string, prefixLength: number, more = {}) => ({
  name, index: 2, family, address, prefixLength, netmask: '', scopeId: 0, loopback: false, up: true, multicast: true, ...more,
});

describe('which networks there are', () => {
  it.each([
    ['none', [], []],
    ['not the loopback interface', [face('lo', 'ipv4', '127.0.0.1', 8, { loopback: true })], []],
    ['not an interface that is down', [face('e', 'ipv4', '10.0.0.1', 8, { up: false })], []],
    ['odd prefixes', [face('e', 'ipv4', '10.77.255.255', 11)], [{ name: '10.64.0.0/11', adapters: ['e'] }]],
    ['IPv4 before IPv6', [face('e', 'ipv6', '2001:db8::1', 64), face('e', 'ipv4', '10.0.0.1', 8)], [{ name: '10.0.0.0/8', adapters: ['e'] }]],
    ['a global prefix before the link', [face('e', 'ipv6', 'fe80::1', 64), face('e', 'ipv6', '2001:db8:0:1::9', 64)], [{ name: '2001:db8:0:1::/64', adapters: ['e'] }]],
    [
      'links apart',
      [face('e', 'ipv6', 'fe80::1', 64), face('f', 'ipv6', 'fe80::2', 64)],
      [{ name: 'fe80::%e/64', adapters: ['e'] }, { name: 'fe80::%f/64', adapters: ['f'] }],
    ],
    [
      'two interfaces in one network',
      [face('f', 'ipv4', '10.0.0.2', 8), face('e', 'ipv4', '10.0.0.1', 8)],
      [{ name: '10.0.0.0/8', adapters: ['e', 'f'] }],
    ],
  ])('%s', (_what, entries, expected) => {
    expect(logicalNetworks(entries, new Map())).toEqual(expected);
  });

  it('two subnets of one name are one network', () => {
    const names = new Map([['10.0.0.0/8', 'office'], ['192.0.2.0/24', 'office']]);
    const entries = [face('e', 'ipv4', '10.0.0.2', 8), face('f', 'ipv4', '192.0.2.1', 24)];
    expect(logicalNetworks(entries, names)).toEqual([{ name: 'office', adapters: ['e', 'f'] }]);
  });
});
