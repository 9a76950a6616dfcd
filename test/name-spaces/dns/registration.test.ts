// Services and hosts registered in a zone of BIND 9 and found again, through the contract and the C face.
import * as vitest from 'vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resolver } from 'node:dns/promises';
import { describeNameSpaceProvider } from 'winsock2/testing';
import type { Space } from '../../../src/testing/compliance/name-space/space.js';
import {
  AF_INET,
  AF_INET6,
  COMP_EQUAL,
  COMP_NOTLESS,
  CSADDR_INFO,
  NS_DNS,
  RNRSERVICE_DELETE,
  RNRSERVICE_DEREGISTER,
  RNRSERVICE_REGISTER,
  SERVICE_MULTIPLE,
  SOCKET_ADDRESS,
  SVCID_FTP_TCP,
  SVCID_HOSTNAME,
  WSAVERSION,
  BLOB,
  guid,
  type GUID,
  type WSAQUERYSETW,
} from '../../../src/abi/index.js';
import { sockaddrText, parseSockaddr } from '../../../src/abi/address-text.js';
import { NSPStartup } from '../../../src/providers/namespaces/dns/index.js';
import type { CreateProcessOptions } from '../../../src/winsock.js';
import { systemClock } from '../../../src/win32/system-clock.js';
import type { Clock } from '../../../src/win32/index.js';
import type { World } from '../../api/world.js';
import { keyFileText, noNamed, startNamed, type Named } from '../named.js';
import { begin, moduleOf, next, restrictions, spaces } from '../world.js';

const skipped = noNamed === null ? '' : ` (skipped: ${noNamed})`;
let named: Named;
let stop = (): Promise<void> => Promise.resolve();

beforeAll(async () => {
  if (noNamed !== null) return;
  named = await startNamed();
  stop = () => named.stop();
});
afterAll(() => stop());

const moduleFor = (more: Readonly<Record<string, string>> = {}): string => {
  const all = { zone: named.zone, server: `${named.address}:${named.port}`, 'key-file': named.keyFile, ttl: '60', ...more };
  return `${moduleOf(0)}?${new URLSearchParams(all).toString()}`;
};

/** A process on a machine of its own, with its name of the registry. */
function machine(more: Readonly<Record<string, string>> = {}, options: CreateProcessOptions = {}): Promise<World> {
  return spaces([{ module: { NSPStartup }, entry: { dwNameSpace: NS_DNS, module: moduleFor(more) } }], options);
}

function address(text: string, protocol = 6): CSADDR_INFO {
  const lpSockaddr = parseSockaddr(text.includes('::') ? AF_INET6 : AF_INET, text)!;
  const end = (): SOCKET_ADDRESS => new SOCKET_ADDRESS({ lpSockaddr: lpSockaddr.slice(), iSockaddrLength: lpSockaddr.length });
  return new CSADDR_INFO({ LocalAddr: end(), RemoteAddr: end(), iSocketType: protocol === 17 ? 2 : 1, iProtocol: protocol });
}

type Set = Partial<WSAQUERYSETW>;

async function set(world: World, operation: number, name: string, addresses: readonly CSADDR_INFO[], flags = 0, init: Set = {}): Promise<string> {
  const lpcsaBuffer = [...addresses];
  const info = restrictions({ lpszServiceInstanceName: name, dwNumberOfCsAddrs: lpcsaBuffer.length, lpcsaBuffer, ...init });
  return (await world.ws.WSASetServiceW(info, operation, flags)) === 0 ? 'ok' : world.lastError();
}
const register = (world: World, name: string, addresses: readonly CSADDR_INFO[], flags = 0, init: Set = {}): Promise<string> =>
  set(world, RNRSERVICE_REGISTER, name, addresses, flags, init);

/** All results, or the error that there are none. */
async function find(world: World, init: Set = {}): Promise<WSAQUERYSETW[] | string> {
  const handle = await begin(world, init);
  if (typeof handle === 'string') return handle;
  const found: WSAQUERYSETW[] = [];
  let each = await next(world, handle);
  for (; typeof each !== 'string'; each = await next(world, handle)) found.push(each);
  world.ws.WSALookupServiceEnd(handle);
  return found.length === 0 ? each : found;
}

/** Names and addresses of results, in order of the names. */
async function found(world: World, init: Set = {}): Promise<Record<string, string[]> | string> {
  const results = await find(world, init);
  if (typeof results === 'string') return results;
  const texts = (list: readonly CSADDR_INFO[] | null): string[] =>
    (list ?? []).map(({ RemoteAddr, iProtocol }) => `${iProtocol} ${sockaddrText(RemoteAddr.lpSockaddr as Uint8Array)!}`);
  const named = results.map((each): [string, string[]] => [each.lpszServiceInstanceName ?? '', texts(each.lpcsaBuffer)]);
  return Object.fromEntries(named.sort());
}

const newClass = (): GUID => {
  const id = guid('{5AFEC1A5-0000-4000-8000-000000000000}');
  crypto.getRandomValues(id.bytes.subarray(8));
  return id;
};

describe.skipIf(noNamed !== null)(`a registry in BIND 9${skipped}`, () => {
  let one: World;
  let other: World;
  beforeAll(async () => {
    one = await machine();
    other = await machine();
  });
  afterAll(() => Promise.all([one.host.dispose(), other.host.dispose()]));

  it('what one machine registers another finds, with all that was said of it', async () => {
    const lpServiceClassId = newClass();
    const blob = crypto.getRandomValues(new Uint8Array(700));
    const lpVersion = new WSAVERSION();
    lpVersion.dwVersion = 0x20001;
    const said = { lpszComment: 'über '.repeat(80), lpVersion, lpBlob: new BLOB({ cbSize: blob.length, pBlobData: blob }) };
    const where = [address('192.0.2.1:80'), address('[2001:db8::1]:8080'), address('192.0.2.1:81'), address('192.0.2.2:53', 17)];
    expect(await register(one, 'Büro 2.1', where, 0, { lpServiceClassId, ...said })).toBe('ok');
    const results = await find(other, { lpServiceClassId });
    expect(results).toMatchObject([{ lpszServiceInstanceName: 'Büro 2.1', lpszComment: said.lpszComment, lpVersion: { dwVersion: 0x20001 } }]);
    expect((results[0] as WSAQUERYSETW).lpBlob?.pBlobData).toEqual(blob);
    const everywhere = ['6 192.0.2.1:80', '6 192.0.2.1:81', '6 [2001:db8::1]:8080', '17 192.0.2.2:53'];
    expect(await found(other, { lpServiceClassId, lpszServiceInstanceName: 'büro 2.1'.toUpperCase().replace('Ü', 'ü') })).toEqual({ 'BüRO 2.1': everywhere });
    expect(await found(other, { lpServiceClassId: newClass() })).toBe('WSASERVICE_NOT_FOUND');
  });

  it('others find it by the names of RFC 2782 and RFC 6763', async () => {
    expect(await register(one, 'files', [address('192.0.2.9:21')], 0, { lpServiceClassId: SVCID_FTP_TCP })).toBe('ok');
    const resolver = new Resolver();
    resolver.setServers([`${named.address}:${named.port}`]);
    const [location] = await resolver.resolveSrv(`_ftp._tcp.${named.zone}`);
    expect(location).toMatchObject({ port: 21 });
    expect(await resolver.resolve4(location!.name)).toEqual(['192.0.2.9']);
    expect(await resolver.resolvePtr(`_ftp._tcp.${named.zone}`)).toEqual([`files._ftp._tcp.${named.zone}`]);
    expect(await resolver.resolvePtr(`_services._dns-sd._udp.${named.zone}`)).toContain(`_ftp._tcp.${named.zone}`);
    expect((await resolver.resolveTxt(`files._ftp._tcp.${named.zone}`)).flat()).toContain('txtvers=1');
    expect(await set(other, RNRSERVICE_DELETE, 'files', [], 0, { lpServiceClassId: SVCID_FTP_TCP })).toBe('ok');
    for (const name of [`_ftp._tcp.${named.zone}`, `files._ftp._tcp.${named.zone}`, location!.name]) {
      await expect(resolver.resolveAny(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    }
    const kinds = await resolver.resolvePtr(`_services._dns-sd._udp.${named.zone}`).catch(() => []);
    expect(kinds).not.toContain(`_ftp._tcp.${named.zone}`);
  });

  it('the version comparator chooses', async () => {
    const lpServiceClassId = newClass();
    const version = (dwVersion: number, ecHow = COMP_EQUAL): WSAVERSION => Object.assign(new WSAVERSION(), { dwVersion, ecHow });
    for (const number of [1, 2, 3]) {
      expect(await register(one, `v${number}`, [address('192.0.2.1:1')], 0, { lpServiceClassId, lpVersion: version(number) })).toBe('ok');
    }
    const names = async (lpVersion: WSAVERSION): Promise<string[]> => Object.keys(await found(other, { lpServiceClassId, lpVersion }));
    expect(await names(version(2))).toEqual(['v2']);
    expect(await names(version(2, COMP_NOTLESS))).toEqual(['v2', 'v3']);
  });

  it.each<[string, readonly [number, number, readonly number[]][], string, string[] | null]>([
    ['REGISTER overwrites', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_REGISTER, 0, [3]]], 'ok', ['3']],
    ['MULTIPLE adds', [[RNRSERVICE_REGISTER, 0, [1]], [RNRSERVICE_REGISTER, SERVICE_MULTIPLE, [2, 1]]], 'ok', ['1', '2']],
    ['DEREGISTER of nothing', [[RNRSERVICE_DEREGISTER, 0, [1]]], 'WSASERVICE_NOT_FOUND', null],
    ['DEREGISTER takes all', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_DEREGISTER, 0, []]], 'ok', null],
    ['DEREGISTER MULTIPLE takes some', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_DEREGISTER, SERVICE_MULTIPLE, [1]]], 'ok', ['2']],
    ['DEREGISTER MULTIPLE takes the last', [[RNRSERVICE_REGISTER, 0, [1]], [RNRSERVICE_DEREGISTER, SERVICE_MULTIPLE, [1]]], 'ok', null],
    ['DELETE MULTIPLE takes some', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_DELETE, SERVICE_MULTIPLE, [2]]], 'ok', ['1']],
    ['DELETE after DEREGISTER', [[RNRSERVICE_REGISTER, 0, [1]], [RNRSERVICE_DEREGISTER, 0, []], [RNRSERVICE_DELETE, 0, []]], 'ok', null],
    ['DELETE twice', [[RNRSERVICE_REGISTER, 0, [1]], [RNRSERVICE_DELETE, 0, []], [RNRSERVICE_DELETE, 0, []]], 'WSASERVICE_NOT_FOUND', null],
  ])('%s', async (_name, steps, last, ports) => {
    const lpServiceClassId = newClass();
    let outcome = '';
    for (const [operation, flags, list] of steps) {
      const where = list.map((port) => address(`192.0.2.1:${port}`));
      outcome = await set(one, operation, 'service', where, flags, { lpServiceClassId });
    }
    expect(outcome).toBe(last);
    const expected = ports === null ? 'WSASERVICE_NOT_FOUND' : { service: ports.map((port) => `6 192.0.2.1:${port}`) };
    expect(await found(other, { lpServiceClassId })).toEqual(expected);
  });

  it('addresses that many add at the same time are all there', async () => {
    const lpServiceClassId = newClass();
    const ports = Array.from({ length: 16 }, (_, index) => 1001 + index);
    const ends = await Promise.all(
      ports.map((port) => register(port % 2 === 0 ? one : other, 'crowd', [address(`192.0.2.1:${port}`)], SERVICE_MULTIPLE, { lpServiceClassId })),
    );
    expect(ends).toEqual(ports.map(() => 'ok'));
    expect(await found(one, { lpServiceClassId })).toEqual({ crowd: ports.map((port) => `6 192.0.2.1:${port}`) });
  });

  it('a context is a domain in the zone', async () => {
    const lpServiceClassId = newClass();
    const paris = { lpServiceClassId, lpszContext: 'paris' };
    expect(await register(one, 'here', [address('192.0.2.1:1')], 0, paris)).toBe('ok');
    expect(await found(other, paris)).toEqual({ here: ['6 192.0.2.1:1'] });
    expect(await found(other, { ...paris, lpszContext: `Paris.${named.zone}.` })).toEqual({ here: ['6 192.0.2.1:1'] });
    expect(await found(other, { lpServiceClassId })).toBe('WSASERVICE_NOT_FOUND');
    expect(await register(one, 'here', [], 0, { ...paris, lpszContext: 'example.com.' })).toBe('WSAEINVAL');
  });

  it('hosts have A and AAAA records', async () => {
    const resolver = new Resolver();
    resolver.setServers([`${named.address}:${named.port}`]);
    const host = { lpServiceClassId: SVCID_HOSTNAME };
    const addresses = async (): Promise<string[]> => [
      ...(await resolver.resolve4(`box.${named.zone}`).catch(() => [])),
      ...(await resolver.resolve6(`box.${named.zone}`).catch(() => [])),
    ].sort();
    expect(await register(one, 'box', [address('192.0.2.3'), address('2001:db8::3')], 0, host)).toBe('ok');
    expect(await addresses()).toEqual(['192.0.2.3', '2001:db8::3']);
    expect(await register(one, `box.${named.zone}`, [address('192.0.2.4')], SERVICE_MULTIPLE, host)).toBe('ok');
    expect(await addresses()).toEqual(['192.0.2.3', '192.0.2.4', '2001:db8::3']);
    expect(await set(other, RNRSERVICE_DELETE, 'box', [address('192.0.2.3')], SERVICE_MULTIPLE, host)).toBe('ok');
    expect(await addresses()).toEqual(['192.0.2.4', '2001:db8::3']);
    expect(await set(other, RNRSERVICE_DELETE, 'box', [], 0, host)).toBe('ok');
    expect(await addresses()).toEqual([]);
    expect(await set(other, RNRSERVICE_DELETE, 'box', [], 0, host)).toBe('WSASERVICE_NOT_FOUND');
  });

  it.each<[string, string, readonly string[], string]>([
    ['an address that is everybody\'s', 'a', ['0.0.0.0:80'], 'WSAEINVAL'],
    ['a name longer than a label', 'a'.repeat(64), ['192.0.2.1:80'], 'WSAEINVAL'],
    ['an empty name', '', ['192.0.2.1:80'], 'WSAEINVAL'],
  ])('%s is refused', async (_name, name, where, error) => {
    expect(await register(one, name, where.map((each) => address(each)))).toBe(error);
  });

  describe('what a server refuses', () => {
    const file = (name: string, text: string, mode = 0o600): string => {
      const path = join(named.directory, name);
      writeFileSync(path, text);
      chmodSync(path, mode);
      return path;
    };
    const wrong = Buffer.alloc(32, 7).toString('base64');

    it.each<[string, () => Record<string, string>, string, string]>([
      ['a key that it does not know', () => ({ 'key-file': file('unknown.key', keyFileText('nobody', wrong)) }), 'WSAEACCES', 'BADKEY'],
      ['a wrong secret', () => ({ 'key-file': file('wrong.key', keyFileText(named.keyName, wrong)) }), 'WSAEACCES', 'BADSIG'],
      ['a zone that it has not', () => ({ zone: 'example.com' }), 'WSAEACCES', 'REFUSED'],
      ['a file that others can read', () => ({ 'key-file': file('open.key', keyFileText(named.keyName, named.secret), 0o644) }), 'WSAEACCES', 'others'],
      ['a file that is not there', () => ({ 'key-file': join(named.directory, 'none.key') }), 'WSAEACCES', 'ENOENT'],
      ['a file that is no key', () => ({ 'key-file': file('text.key', 'secret') }), 'WSAEACCES', 'tsig-keygen'],
      ['a server that is not there', () => ({ server: '127.0.0.1:1' }), 'WSATRY_AGAIN', 'ECONNREFUSED'],
    ])('%s', async (_name, settings, error, reason) => {
      const world = await machine(settings());
      const notes: string[] = [];
      world.host.trace.listen(({ phase, layer, name, args }) => {
        if (phase === 'note' && layer === 'dns') notes.push(`${name}: ${args.join(' ')}`);
      });
      expect(await register(world, 'a', [address('192.0.2.1:80')])).toBe(error);
      expect(notes.join('\n')).toContain(reason);
      await world.host.dispose();
    });

    it('a clock that is an hour slow', async () => {
      const slow = Object.assign(Object.create(systemClock) as Clock, { wallTime: () => systemClock.wallTime() - 3_600_000 });
      const world = await machine({}, { clock: slow });
      expect(await register(world, 'a', [address('192.0.2.1:80')])).toBe('WSATRY_AGAIN');
      await world.host.dispose();
    });

    it('settings that say nothing are an error of the start', async () => {
      const world = await machine({ server: 'not an address' });
      expect(await register(world, 'a', [])).not.toBe('ok');
      await world.host.dispose();
    });
  });
});

if (noNamed === null) {
  const lpServiceClassId = newClass();
  const under = {
    NSPStartup,
    nameSpace: NS_DNS,
    module: '',
    known: { lpServiceClassId },
    service: { lpServiceClassId, lpszServiceInstanceName: 'a service' },
    lacks: { notification: 'DNS tells nobody of changes', classes: 'they are the catalog\'s', containers: 'services are in one list' },
    prepare: async (space: Space) => {
      for (const lpszServiceInstanceName of ['one', 'two', 'three']) {
        expect(await space.set(RNRSERVICE_REGISTER, 0, { lpszServiceInstanceName })).toBe(0);
      }
      await space.set(RNRSERVICE_DELETE);
    },
  };
  // The server's port is known once it runs.
  beforeAll(() => {
    under.module = moduleFor();
  });
  describeNameSpaceProvider(vitest, 'of a registry in BIND 9', under);
}
