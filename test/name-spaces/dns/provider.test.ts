// The DNS name space through the C face, over a scripted server; and the contract of providers.
import { hostname } from 'node:os';
import * as vitest from 'vitest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AFPROTOCOLS,
  IPPROTO_TCP,
  IPPROTO_UDP,
  LUP_FLUSHCACHE,
  LUP_RETURN_ALIASES,
  LUP_RETURN_ALL,
  MemoryStore,
  NS_DNS,
  RESULT_IS_ALIAS,
  SOCK_DGRAM,
  SOCK_STREAM,
  SVCID_DNS,
  SVCID_HOSTNAME,
  SVCID_INET_HOSTADDRBYINETSTRING,
  SVCID_INET_HOSTADDRBYNAME,
  SVCID_INET_SERVICEBYNAME,
  SVCID_TCP,
  SVCID_UDP,
  WSADATA,
  WSAEINVAL,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSAQUERYSETW,
  WSASERVICE_NOT_FOUND,
  WSATRY_AGAIN,
  WSA_E_NO_MORE,
  createProcess,
  hostent,
  ref,
  type GUID,
  type WinsockHost,
} from 'winsock2';
import { DNS_MODULE, defaultCatalog } from '../../../src/catalog/index.js';
import { NSPStartup } from '../../../src/providers/namespaces/dns/index.js';
import { CLASS, RCODE, RR, type DnsRecord } from '../../../src/providers/namespaces/dns/message.js';
import { RESOLVER_DEVICE, type NameResolver } from '../../../src/spi/resolver-device.js';
import { sockaddrText } from '../../../src/abi/address-text.js';
import { bytesOf } from '../../../src/abi/memory.js';
import { describeNameSpaceProvider } from 'winsock2/testing';
import { ScriptedServer, a, cname, ptr, soa } from './server.js';

/** The zone that the server has. */
const ZONE: readonly DnsRecord[] = [
  a('www.example', '192.0.2.1'),
  a('www.example', '192.0.2.2'),
  a('www.example', '2001:db8::1'),
  cname('alias.example', 'www.example'),
  a('four.example', '192.0.2.4'),
  ptr('1.2.0.192.in-addr.arpa', 'www.example'),
  ptr('1.2.0.192.in-addr.arpa', 'also.example'),
  { name: 'example', type: RR.MX, class: CLASS.IN, ttl: 60, data: { kind: 'mx', preference: 10, target: 'mail.example' } },
  { name: 'example', type: RR.TXT, class: CLASS.IN, ttl: 60, data: { kind: 'txt', texts: [Buffer.from('v=1 '), Buffer.from('ü')] } },
  { name: '_ftp._tcp.example', type: RR.SRV, class: CLASS.IN, ttl: 60, data: { kind: 'srv', priority: 20, weight: 0, port: 21, target: 'four.example' } },
  { name: '_ftp._tcp.example', type: RR.SRV, class: CLASS.IN, ttl: 60, data: { kind: 'srv', priority: 10, weight: 0, port: 2121, target: 'www.example' } },
];

function answersFor(name: string, type: number): DnsRecord[] {
  const alias = ZONE.find((record) => record.name === name && record.type === RR.CNAME && type !== RR.CNAME);
  if (alias?.data.kind === 'name') return [alias, ...answersFor(alias.data.target, type)];
  return ZONE.filter((record) => record.name === name && record.type === type);
}

let server: ScriptedServer;
let host: WinsockHost;
beforeAll(async () => {
  server = await ScriptedServer.start(({ message: { questions: [question] } }) => {
    const { name, type } = question!;
    const answers = answersFor(name, type);
    if (name.startsWith('broken')) return { rcode: RCODE.SERVFAIL };
    const isThere = ZONE.some((record) => record.name === name);
    return answers.length > 0 ? { answers } : { rcode: isThere ? RCODE.NOERROR : RCODE.NXDOMAIN, authorities: [soa('example', 60)] };
  });
});
afterAll(() => server.close());

const settings = (more = ''): string => `${DNS_MODULE}?server=127.0.0.1:${server.at.port}&search=example&rounds=1${more}`;

/** A process with the DNS name space over the server. */
async function started(module = settings(), prepare?: (process: WinsockHost) => void): Promise<WinsockHost> {
  const catalog = defaultCatalog();
  const namespaces = catalog.namespaces.filter(({ dwNameSpace }) => dwNameSpace === NS_DNS).map((entry) => ({ ...entry, module }));
  const process = createProcess({ store: new MemoryStore(catalog.with({ namespaces })) });
  prepare?.(process);
  expect(await process.bind().WSAStartup(0x202, new WSADATA())).toBe(0);
  return process;
}

beforeEach(async () => {
  server.asked.length = 0;
  host = await started();
});
afterEach(async () => {
  await host.dispose();
});

interface Query {
  readonly lpServiceClassId: GUID;
  readonly name?: string;
  readonly flags?: number;
  readonly protocols?: readonly (readonly [number, number])[];
}

/** All results, and the error that ends them. */
async function ask({ lpServiceClassId, name, flags = LUP_RETURN_ALL & ~LUP_RETURN_ALIASES, protocols }: Query, on = host): Promise<{ results: WSAQUERYSETW[]; error: number }> {
  const api = on.bind();
  const lpafpProtocols = protocols?.map(([iAddressFamily, iProtocol]) => Object.assign(new AFPROTOCOLS(), { iAddressFamily, iProtocol })) ?? null;
  const set = new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size, lpServiceClassId, dwNameSpace: NS_DNS, lpszServiceInstanceName: name ?? null,
    lpafpProtocols, dwNumberOfProtocols: protocols?.length ?? 0,
  });
  const handle = ref(0 as never);
  const results: WSAQUERYSETW[] = [];
  if ((await api.WSALookupServiceBeginW(set, flags, handle)) !== 0) return { results, error: api.WSAGetLastError() };
  for (;;) {
    const result = new WSAQUERYSETW();
    if ((await api.WSALookupServiceNextW(handle.value, flags, ref(0x10000), result)) !== 0) break;
    results.push(result);
  }
  const error = api.WSAGetLastError();
  api.WSALookupServiceEnd(handle.value);
  return { results, error };
}

const remote = ({ lpcsaBuffer }: WSAQUERYSETW): string[] =>
  (lpcsaBuffer ?? []).map(({ RemoteAddr, iSocketType, iProtocol }) =>
    `${String(sockaddrText(bytesOf(RemoteAddr.lpSockaddr!)))} ${iSocketType}/${iProtocol}`);
const names = ({ results }: { results: WSAQUERYSETW[] }): unknown[] => results.map(({ lpszServiceInstanceName }) => lpszServiceInstanceName);
const TCP = `${SOCK_STREAM}/${IPPROTO_TCP}`;
const UDP = `${SOCK_DGRAM}/${IPPROTO_UDP}`;

describe('a host', () => {
  it('has its addresses, its real name, and a hostent', async () => {
    const { results, error } = await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYNAME, name: 'alias.example' });
    expect(error).toBe(WSA_E_NO_MORE);
    expect(results.map(remote)).toEqual([[`192.0.2.1 ${TCP}`, `192.0.2.2 ${TCP}`, `2001:db8::1 ${TCP}`]]);
    const [result] = results;
    expect(result).toMatchObject({ lpszServiceInstanceName: 'www.example', dwNameSpace: NS_DNS });
    const entry = new hostent(result!.lpBlob!.pBlobData!);
    expect(entry).toMatchObject({ h_name: 'www.example', h_aliases: ['alias.example'], h_addrtype: AF_INET, h_length: 4 });
    expect(entry.h_addr_list.map((each) => [...each])).toEqual([[192, 0, 2, 1], [192, 0, 2, 2]]);
  });

  it('has its aliases as results of their own', async () => {
    const found = await ask({ lpServiceClassId: SVCID_HOSTNAME, name: 'alias.example', flags: LUP_RETURN_ALL });
    expect(names(found)).toEqual(['www.example', 'alias.example']);
    expect(found.results.map(({ dwOutputFlags }) => dwOutputFlags)).toEqual([0, RESULT_IS_ALIAS]);
  });

  it.each<[string, Query['protocols'], string[]]>([
    ['of one family', [[AF_INET6, 0]], [`2001:db8::1 ${TCP}`]],
    ['of several transports', [[AF_INET, IPPROTO_UDP], [AF_INET, IPPROTO_TCP]], [`192.0.2.4 ${UDP}`, `192.0.2.4 ${TCP}`]],
  ])('has addresses %s', async (_what, protocols, expected) => {
    const name = expected.length === 1 ? 'www.example' : 'four.example';
    const { results } = await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYNAME, name, protocols: protocols! });
    expect(results.map(remote)).toEqual([expected]);
  });

  it.each([
    ['TCP', SVCID_TCP(80), `192.0.2.4:80 ${TCP}`],
    ['UDP', SVCID_UDP(53), `192.0.2.4:53 ${UDP}`],
  ])('has the port of a service of %s', async (_what, lpServiceClassId, expected) => {
    expect((await ask({ lpServiceClassId, name: 'four.example' })).results.map(remote)).toEqual([[expected]]);
  });

  it('is looked for in the search domains, first without enough dots, last with them', async () => {
    expect((await ask({ lpServiceClassId: SVCID_DNS(RR.A), name: 'four' })).results.map(remote)).toEqual([[`192.0.2.4 ${TCP}`]]);
    expect(server.questions).toEqual(['udp four.example 1']);
    server.asked.length = 0;
    expect((await ask({ lpServiceClassId: SVCID_DNS(RR.A), name: 'no.one' })).error).toBe(WSAHOST_NOT_FOUND);
    expect(server.questions).toEqual(['udp no.one 1', 'udp no.one.example 1']);
    server.asked.length = 0;
    expect((await ask({ lpServiceClassId: SVCID_DNS(RR.A), name: 'four.' })).error).toBe(WSAHOST_NOT_FOUND);
    expect(server.questions).toEqual(['udp four 1']);
  });

  it.each<[string, string, GUID, number]>([
    ['not there', 'none.example.', SVCID_INET_HOSTADDRBYNAME, WSAHOST_NOT_FOUND],
    ['without addresses of the type', 'four.example.', SVCID_DNS(RR.AAAA), WSANO_DATA],
    ['of a server that fails', 'broken.example.', SVCID_INET_HOSTADDRBYNAME, WSATRY_AGAIN],
    ['of no name', 'a..b', SVCID_INET_HOSTADDRBYNAME, WSAHOST_NOT_FOUND],
    ['below .invalid', 'a.invalid', SVCID_INET_HOSTADDRBYNAME, WSAHOST_NOT_FOUND],
  ])('that is %s has an error', async (_what, name, lpServiceClassId, error) => {
    expect(await ask({ lpServiceClassId, name })).toEqual({ results: [], error });
  });

  it('is remembered, unless the cache is to be flushed', async () => {
    const query: Query = { lpServiceClassId: SVCID_DNS(RR.A), name: 'four.example' };
    await ask(query);
    await ask(query);
    expect(server.asked.length).toBe(1);
    await ask({ ...query, flags: LUP_RETURN_ALL | LUP_FLUSHCACHE });
    expect(server.asked.length).toBe(2);
  });

  it('that is this one or a literal is not asked for', async () => {
    expect(names(await ask({ lpServiceClassId: SVCID_HOSTNAME }))).toEqual([hostname()]);
    expect((await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYNAME, name: 'localhost' })).results.map(remote)).toEqual([[`127.0.0.1 ${TCP}`, `::1 ${TCP}`]]);
    expect((await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYNAME, name: '192.0.2.77' })).results.map(remote)).toEqual([[`192.0.2.77 ${TCP}`]]);
    expect(server.asked).toEqual([]);
  });
});

describe('records', () => {
  it('of an address are its names', async () => {
    const found = await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYINETSTRING, name: '192.0.2.1', flags: LUP_RETURN_ALL });
    expect(names(found)).toEqual(['www.example', 'also.example']);
    expect(new hostent(found.results[0]!.lpBlob!.pBlobData!)).toMatchObject({ h_name: 'www.example', h_aliases: ['also.example'], h_length: 4 });
    expect((await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYINETSTRING, name: 'no address' })).error).toBe(WSAEINVAL);
  });

  it.each<[string, number, string, unknown[][]]>([
    ['MX', RR.MX, 'example.', [['mail.example', '10']]],
    ['TXT', RR.TXT, 'example.', [['example', 'v=1 ü']]],
    ['CNAME', RR.CNAME, 'alias.example', [['www.example', null]]],
    ['PTR', RR.PTR, '1.2.0.192.in-addr.arpa.', [['www.example', null], ['also.example', null]]],
  ])('of type %s are results of their own', async (_what, type, name, expected) => {
    const { results } = await ask({ lpServiceClassId: SVCID_DNS(type), name });
    const got = results.map(({ lpszServiceInstanceName, lpszComment }) => [lpszServiceInstanceName, lpszComment]);
    expect(got.sort()).toEqual(expected.sort());
    expect(results.every(({ lpBlob }) => (lpBlob?.cbSize ?? 0) > 10)).toBe(true);
  });

  it('of type SRV come by priority, with the addresses of their servers', async () => {
    const { results } = await ask({ lpServiceClassId: SVCID_DNS(RR.SRV), name: '_ftp._tcp.example', protocols: [[AF_INET, 0]] });
    expect(results.map(remote)).toEqual([[`192.0.2.1:2121 ${TCP}`, `192.0.2.2:2121 ${TCP}`], [`192.0.2.4:21 ${TCP}`]]);
  });

  it('that DNS has not are another name space\'s', async () => {
    expect(await ask({ lpServiceClassId: SVCID_INET_SERVICEBYNAME, name: 'http/tcp' })).toEqual({ results: [], error: WSASERVICE_NOT_FOUND });
  });
});

it.each(['server=name', 'server=192.0.2.1:0', 'search=a..b', 'ndots=99', 'timeout=0', 'rounds=x'])('does not start with %s', async (setting) => {
  const wrong = await started(`${DNS_MODULE}?${setting}`);
  expect((await ask({ lpServiceClassId: SVCID_HOSTNAME }, wrong)).error).toBe(WSASERVICE_NOT_FOUND);
  await wrong.dispose();
});

it('opens no socket where there is no DNS, whatever is set', async () => {
  const simulated: NameResolver = {
    hostName: () => 'me',
    lookup: (name, family) => Promise.resolve(
      name === 'you' && family === 'ipv4' ? { ok: true, value: [{ family, address: '10.0.0.2', port: 0, scopeId: 0 }] } : { ok: false, error: 'ENOTFOUND' }),
    reverse: ({ address }) => Promise.resolve(address === '10.0.0.2' ? { ok: true, value: ['you'] } : { ok: false, error: 'ENOTFOUND' }),
  };
  const alone = await started(settings(), (process) => process.mountDevice(RESOLVER_DEVICE, simulated));
  expect((await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYNAME, name: 'you' }, alone)).results.map(remote)).toEqual([[`10.0.0.2 ${TCP}`]]);
  expect(names(await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYINETSTRING, name: '10.0.0.2' }, alone))).toEqual(['you']);
  expect((await ask({ lpServiceClassId: SVCID_INET_HOSTADDRBYNAME, name: 'www.example' }, alone)).error).toBe(WSAHOST_NOT_FOUND);
  expect(server.asked).toEqual([]);
  await alone.dispose();
});

describe('as a provider', () => {
  const under = {
    NSPStartup,
    nameSpace: NS_DNS,
    get module() {
      return settings();
    },
    known: { lpServiceClassId: SVCID_DNS(RR.SRV), lpszServiceInstanceName: '_ftp._tcp.example' },
    lacks: {
      registration: 'servers are not updated',
      notification: 'servers tell of no change',
      classes: 'it keeps none',
      containers: 'domains are not listed',
    },
  };
  describeNameSpaceProvider(vitest, 'DNS', under);
});
