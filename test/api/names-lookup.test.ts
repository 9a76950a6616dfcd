// Host names: getaddrinfo, getnameinfo, gethostbyname and gethostbyaddr over a resolver of the test's own, which keeps what
// it was asked. Nothing here touches a network.
import { afterEach, describe, expect, test } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AI_ALL,
  AI_CANONNAME,
  AI_DISABLE_IDN_ENCODING,
  AI_EXTENDED,
  AI_FQDN,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_V4MAPPED,
  IPPROTO_TCP,
  NI_DGRAM,
  NI_NAMEREQD,
  NI_NOFQDN,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  addrinfo,
  addrinfoW,
  errorName,
  ref,
  sockaddr_in,
  sockaddr_in6,
  type Memory,
} from '../../src/abi/index.js';
import { MemoryStore, defaultCatalog } from '../../src/catalog/index.js';
import type { NetAddress, Resolution, Resolver } from '../../src/drivers/contract.js';
import { createNullDriver } from '../../src/drivers/null.js';
import type { Winsock } from '../../src/winsock.js';
import { startedWorld, type World } from './world.js';

const four = (address: string): NetAddress => ({ family: 'ipv4', address, port: 0, scopeId: 0 });
const six = (address: string): NetAddress => ({ family: 'ipv6', address, port: 0, scopeId: 0 });

const HOSTS: Readonly<Record<string, readonly NetAddress[]>> = {
  'both.example': [six('2001:db8::7'), four('192.0.2.7')],
  'four.example': [four('192.0.2.4'), four('192.0.2.5')],
  'six.example': [six('2001:db8::6')],
  'me.home.example': [four('192.0.2.1')],
};
const NAMES: Readonly<Record<string, readonly string[]>> = {
  '192.0.2.4': ['four.example', 'alias.example'],
  '192.0.2.9': ['near.home.example'],
  '2001:db8::6': ['six.example'],
};

interface Asked extends Resolver {
  readonly questions: string[];
}

/** Knows what is above; `failing` is the error of everything else. */
function createResolver(failing = 'ENOTFOUND', known = HOSTS): Asked {
  const questions: string[] = [];
  const answer = <T>(found: readonly T[] | undefined): Promise<Resolution<readonly T[]>> =>
    Promise.resolve(
      found === undefined || found.length === 0 ? { ok: false, error: failing as never } : { ok: true, value: found },
    );
  return {
    questions,
    hostName: () => 'me.home.example',
    lookup(name, family) {
      questions.push(`${name} ${family ?? 'any'}`);
      return answer(known[name]?.filter((address) => family === null || address.family === family));
    },
    reverse(address) {
      questions.push(address.address);
      return answer(NAMES[address.address]);
    },
  };
}

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.host.dispose();
});

async function ask(resolver: Resolver = createResolver()): Promise<{ ws: Winsock; world: World }> {
  // Without name spaces, the resolver is all there is to ask.
  const store = new MemoryStore(defaultCatalog().with({ namespaces: [] }));
  const world = await startedWorld({ store, driver: { ...createNullDriver(), resolver } });
  worlds.push(world);
  return { ws: world.ws, world };
}

const types: Readonly<Record<number, string>> = { [SOCK_STREAM]: 'stream', [SOCK_DGRAM]: 'dgram', [SOCK_RAW]: 'raw' };

/** The entries in one line: address:port, then type and protocol unless 0, and the name. */
function listText(ws: Winsock, first: addrinfo | addrinfoW | null): string {
  const lines: string[] = [];
  for (let entry = first; entry !== null; entry = entry.ai_next) {
    const text = new Uint16Array(65);
    const length = ref(65);
    const address = entry.ai_addr as Memory;
    expect(ws.WSAAddressToStringW(address, entry.ai_addrlen, null, text, length)).toBe(0);
    expect([entry.ai_flags, entry.ai_family]).toEqual([0, new sockaddr_in(address).sin_family]);
    const parts = [
      String.fromCharCode(...text.subarray(0, length.value - 1)),
      types[entry.ai_socktype] ?? '',
      entry.ai_protocol === 0 ? '' : String(entry.ai_protocol),
      entry.ai_canonname ?? '',
    ];
    lines.push(parts.filter((part) => part !== '').join(' '));
  }
  return lines.join(', ');
}

const JUNK = new addrinfo();

async function info(
  ws: Winsock,
  node: string | null,
  service: string | null,
  hints: Partial<addrinfo> | null = null,
): Promise<string> {
  const result = ref<addrinfo | null>(JUNK);
  const code = await ws.getaddrinfo(node, service, hints === null ? null : new addrinfo(hints), result);
  expect(ws.WSAGetLastError()).toBe(code);
  const wide = ref<addrinfoW | null>(new addrinfoW());
  expect(await ws.GetAddrInfoW(node, service, hints === null ? null : new addrinfoW(hints as addrinfoW), wide)).toBe(code);
  if (code !== 0) {
    expect([result.value, wide.value]).toEqual([null, null]);
    return errorName(code);
  }
  expect(listText(ws, wide.value)).toBe(listText(ws, result.value));
  return listText(ws, result.value);
}

describe('getaddrinfo without asking', () => {
  test.each([
    ['127.0.0.1', null, null, '127.0.0.1'],
    ['127.1', '80', null, '127.0.0.1:80'],
    ['fe80::1%3', '80', null, '[fe80::1%3]:80'],
    ['[beef::cafe]', null, null, 'beef::cafe'],
    // A port in the host is read over, as on Windows.
    ['[beef::cafe]:10239', null, null, 'beef::cafe'],
    ['localhost', null, null, '::1, 127.0.0.1'],
    ['LocalHost.', '', { ai_family: AF_INET }, '127.0.0.1'],
    [null, '80', null, '[::1]:80, 127.0.0.1:80'],
    [null, '', { ai_family: AF_INET6 }, '::1'],
    [null, '80', { ai_flags: AI_PASSIVE }, '[::]:80, 0.0.0.0:80'],
    [null, '80', { ai_flags: AI_PASSIVE, ai_family: AF_INET, ai_socktype: SOCK_DGRAM, ai_protocol: 999 }, '0.0.0.0:80 dgram 999'],
    ['127.0.0.1', 'http', null, '127.0.0.1:80 stream'],
    ['127.0.0.1', 'domain', null, '127.0.0.1:53 stream, 127.0.0.1:53 dgram'],
    ['127.0.0.1', 'DOMAIN', { ai_socktype: SOCK_DGRAM }, '127.0.0.1:53 dgram'],
    ['127.0.0.1', '53', { ai_socktype: SOCK_RAW, ai_protocol: IPPROTO_TCP }, '127.0.0.1:53 raw 6'],
    ['127.0.0.1', '65535', { ai_flags: AI_NUMERICSERV | AI_NUMERICHOST }, '127.0.0.1:65535'],
    ['127.0.0.1', null, { ai_flags: AI_CANONNAME }, '127.0.0.1 127.0.0.1'],
    ['localhost', null, { ai_flags: AI_FQDN }, '::1 localhost, 127.0.0.1'],
    ['192.0.2.1', null, { ai_family: AF_INET6, ai_flags: AI_V4MAPPED }, '::ffff:192.0.2.1'],
  ])('%j %j %j', async (node, service, hints, expected) => {
    const resolver = createResolver();
    const { ws } = await ask(resolver);
    expect(await info(ws, node, service, hints)).toBe(expected);
    expect(resolver.questions).toEqual([]);
  });

  test.each([
    [null, null, null, 'WSAHOST_NOT_FOUND'],
    ['localhost', null, { ai_flags: AI_NUMERICHOST }, 'WSAHOST_NOT_FOUND'],
    ['127.0.0.1:80', null, { ai_flags: AI_NUMERICHOST }, 'WSAHOST_NOT_FOUND'],
    ['[::1', null, { ai_flags: AI_NUMERICHOST }, 'WSAHOST_NOT_FOUND'],
    ['::1]', null, { ai_flags: AI_NUMERICHOST }, 'WSAHOST_NOT_FOUND'],
    [null, '80', { ai_flags: AI_NUMERICHOST }, 'WSAHOST_NOT_FOUND'],
    ['::1', null, { ai_family: AF_INET }, 'WSAHOST_NOT_FOUND'],
    ['127.0.0.1', null, { ai_family: AF_INET6 }, 'WSAHOST_NOT_FOUND'],
    ['127.0.0.1', 'http', { ai_flags: AI_NUMERICSERV }, 'WSAHOST_NOT_FOUND'],
    ['127.0.0.1', null, { ai_flags: AI_NUMERICSERV }, 'WSAHOST_NOT_FOUND'],
    ['\u30c6.example', null, { ai_flags: AI_DISABLE_IDN_ENCODING }, 'WSAHOST_NOT_FOUND'],
    ['127.0.0.1', 'nosuchservice', null, 'WSATYPE_NOT_FOUND'],
    ['127.0.0.1', 'http', { ai_socktype: SOCK_DGRAM }, 'WSATYPE_NOT_FOUND'],
    ['127.0.0.1', 'http', { ai_socktype: SOCK_RAW }, 'WSATYPE_NOT_FOUND'],
    ['127.0.0.1', '65536', null, 'WSATYPE_NOT_FOUND'],
    ['127.0.0.1', '80', { ai_family: 99 }, 'WSAEAFNOSUPPORT'],
    ['127.0.0.1', '80', { ai_socktype: 999 }, 'WSAESOCKTNOSUPPORT'],
    ['127.0.0.1', '80', { ai_socktype: -1 }, 'WSAESOCKTNOSUPPORT'],
    ['127.0.0.1', null, { ai_flags: AI_CANONNAME | AI_FQDN }, 'WSAEINVAL'],
    ['127.0.0.1', null, { ai_flags: 0x200 }, 'WSAEINVAL'],
    ['127.0.0.1', null, { ai_flags: AI_EXTENDED }, 'WSAEINVAL'],
    [null, '80', { ai_flags: AI_CANONNAME }, 'WSANO_RECOVERY'],
    [null, '80', { ai_flags: AI_FQDN }, 'WSANO_RECOVERY'],
    ['127.0.0.1', '80', { ai_addrlen: 16 }, 'WSANO_RECOVERY'],
    ['127.0.0.1', '80', { ai_canonname: 'x' }, 'WSANO_RECOVERY'],
    ['127.0.0.1', '80', { ai_addr: new Uint8Array(16) }, 'WSANO_RECOVERY'],
    ['127.0.0.1', '80', { ai_next: new addrinfo() }, 'WSANO_RECOVERY'],
  ])('%j %j %j is %s', async (node, service, hints, expected) => {
    const resolver = createResolver();
    const { ws } = await ask(resolver);
    expect(await info(ws, node, service, hints)).toBe(expected);
    expect(resolver.questions).toEqual([]);
  });

  test('null for the result', async () => {
    const { ws, world } = await ask();
    expect(errorName(await ws.getaddrinfo('127.0.0.1', null, null, null))).toBe('WSAEFAULT');
    expect(world.lastError()).toBe('WSAEFAULT');
  });
});

describe('getaddrinfo', () => {
  test.each([
    ['both.example', null, '[2001:db8::7]:80, 192.0.2.7:80', ['both.example any']],
    ['four.example', { ai_flags: AI_CANONNAME }, '192.0.2.4:80 four.example, 192.0.2.5:80', ['four.example any']],
    ['both.example', { ai_family: AF_INET6 }, '[2001:db8::7]:80', ['both.example ipv6']],
    ['six.example', { ai_family: AF_INET }, 'WSAHOST_NOT_FOUND', ['six.example ipv4']],
    ['both.example', { ai_family: AF_INET6, ai_flags: AI_V4MAPPED }, '[2001:db8::7]:80', ['both.example ipv6']],
    [
      'four.example',
      { ai_family: AF_INET6, ai_flags: AI_V4MAPPED },
      '[::ffff:192.0.2.4]:80, [::ffff:192.0.2.5]:80',
      ['four.example ipv6', 'four.example ipv4'],
    ],
    [
      'both.example',
      { ai_family: AF_INET6, ai_flags: AI_V4MAPPED | AI_ALL },
      '[2001:db8::7]:80, [::ffff:192.0.2.7]:80',
      ['both.example ipv6', 'both.example ipv4'],
    ],
    ['both.example', { ai_family: AF_INET6, ai_flags: AI_ALL }, '[2001:db8::7]:80', ['both.example ipv6']],
    ['', null, '192.0.2.1:80', ['me.home.example any']],
    ['..localmachine', null, '192.0.2.1:80', ['me.home.example any']],
    ['ME.home.example', null, '192.0.2.1:80', ['me.home.example any']],
    ['', { ai_flags: AI_CANONNAME }, '192.0.2.1:80 me.home.example', ['me.home.example any']],
  ])('%j %j', async (node, hints, expected, questions) => {
    const resolver = createResolver();
    const { ws } = await ask(resolver);
    expect(await info(ws, node, '80', hints)).toBe(expected);
    // Asked for once by each of the two forms.
    expect(resolver.questions).toEqual([...questions, ...questions]);
  });

  test('a machine that its resolver does not know has its loopback addresses', async () => {
    const { ws } = await ask(createResolver('ENOTFOUND', {}));
    expect(await info(ws, '', null)).toBe('::1, 127.0.0.1');
  });

  test.each([
    ['ENOTFOUND', 'WSAHOST_NOT_FOUND'],
    ['ENODATA', 'WSANO_DATA'],
    ['EAI_AGAIN', 'WSATRY_AGAIN'],
    ['ESERVFAIL', 'WSATRY_AGAIN'],
    ['ENOMEM', 'WSA_NOT_ENOUGH_MEMORY'],
    ['SOMETHING_ELSE', 'WSANO_RECOVERY'],
  ])('the resolver says %s', async (said, expected) => {
    const { ws } = await ask(createResolver(said));
    expect(await info(ws, 'nobody.example', null)).toBe(expected);
  });

  test('two calls in flight find their own errors', async () => {
    const { ws } = await ask();
    const call = async (node: string): Promise<string> => {
      const code = await ws.getaddrinfo(node, null, null, ref(null));
      return `${errorName(code)} ${errorName(ws.WSAGetLastError())}`;
    };
    const results = await Promise.all([call('nobody.example'), call('both.example')]);
    expect(results).toEqual(['WSAHOST_NOT_FOUND WSAHOST_NOT_FOUND', `${errorName(0)} ${errorName(0)}`]);
  });

  test('freeaddrinfo empties the list', async () => {
    const { ws } = await ask();
    const result = ref<addrinfo | null>(null);
    await ws.getaddrinfo('four.example', null, new addrinfo({ ai_flags: AI_CANONNAME }), result);
    const [first, second] = [result.value!, result.value!.ai_next!];
    ws.freeaddrinfo(first);
    for (const entry of [first, second]) {
      expect([entry.ai_addr, entry.ai_canonname, entry.ai_next]).toEqual([null, null, null]);
    }
    ws.FreeAddrInfoW(null);
  });
});

function name4(address: string, port: number): sockaddr_in {
  const name = new sockaddr_in();
  name.sin_family = AF_INET;
  name.sin_addr = Uint8Array.from(address.split('.'), Number);
  name.sin_port = ((port & 0xff) << 8) | (port >> 8);
  return name;
}

function name6(ws: Winsock, address: string): sockaddr_in6 {
  const name = new sockaddr_in6();
  expect(ws.WSAStringToAddressW(address, AF_INET6, null, name, ref(28))).toBe(0);
  return name;
}

describe('getnameinfo', () => {
  const textIn = (buffer: Uint8Array | Uint16Array): string => String.fromCharCode(...buffer.subarray(0, buffer.indexOf(0)));

  async function names(ws: Winsock, name: Memory, flags: number): Promise<string> {
    const [host, service] = [new Uint8Array(1025).fill(0xcc), new Uint8Array(32).fill(0xcc)];
    const code = await ws.getnameinfo(name, 28, host, 1025, service, 32, flags);
    expect(ws.WSAGetLastError()).toBe(code);
    const [wideHost, wideService] = [new Uint16Array(1025).fill(0xcccc), new Uint16Array(32).fill(0xcccc)];
    expect(await ws.GetNameInfoW(name, 28, wideHost, 1025, wideService, 32, flags)).toBe(code);
    if (code !== 0) {
      expect([host[0], service[0], wideHost[0], wideService[0]]).toEqual([0xcc, 0xcc, 0xcccc, 0xcccc]);
      return errorName(code);
    }
    expect([textIn(wideHost), textIn(wideService)]).toEqual([textIn(host), textIn(service)]);
    return `${textIn(host)} ${textIn(service)}`;
  }

  test.each([
    ['192.0.2.4', 80, 0, 'four.example http'],
    ['192.0.2.4', 53, NI_DGRAM, 'four.example domain'],
    ['192.0.2.4', 514, 0, 'four.example cmd'],
    ['192.0.2.4', 514, NI_DGRAM, 'four.example syslog'],
    ['192.0.2.4', 80, NI_NUMERICHOST | NI_NUMERICSERV, '192.0.2.4 80'],
    ['192.0.2.4', 0, 0, 'four.example 0'],
    ['192.0.2.4', 59_999, 0, 'four.example 59999'],
    ['192.0.2.9', 80, NI_NOFQDN, 'near http'],
    ['192.0.2.4', 80, NI_NOFQDN, 'four.example http'],
    ['192.0.2.66', 80, 0, '192.0.2.66 http'],
    ['192.0.2.66', 80, NI_NAMEREQD, 'WSAHOST_NOT_FOUND'],
    ['127.0.0.1', 80, 0, 'me.home.example http'],
    ['127.0.0.1', 80, NI_NOFQDN, 'me http'],
  ])('%s port %i flags %i', async (address, port, flags, expected) => {
    const { ws } = await ask();
    const memory = new Uint8Array(28);
    memory.set(name4(address, port).bytes);
    expect(await names(ws, memory, flags)).toBe(expected);
  });

  test.each([
    ['[2001:db8::6]:80', 0, 'six.example http'],
    ['[fe80::1%3]:80', 0, 'fe80::1%3 http'],
    ['fe80::1%3', NI_NUMERICHOST, 'fe80::1%3 0'],
    ['::1', 0, 'me.home.example 0'],
  ])('%s flags %i', async (address, flags, expected) => {
    const { ws } = await ask();
    expect(await names(ws, name6(ws, address), flags)).toBe(expected);
  });

  test.each([
    ['no address', null, 16, 256, 32, 0, 'WSAEFAULT'],
    ['an address too short', name4('127.0.0.1', 80), 15, 256, 32, 0, 'WSAEFAULT'],
    ['another family', new Uint8Array(16).fill(99, 0, 1), 16, 256, 32, 0, 'WSAEAFNOSUPPORT'],
    ['unknown flags', name4('127.0.0.1', 80), 16, 256, 32, 0x40, 'WSAEINVAL'],
    ['no room for the host', name4('127.0.0.1', 80), 16, 0, 32, 0, 'WSAEINVAL'],
    ['no room for the service', name4('127.0.0.1', 80), 16, 256, 0, 0, 'WSAEINVAL'],
    ['too little room for the host', name4('127.0.0.1', 80), 16, 9, 32, NI_NUMERICHOST, 'WSAEFAULT'],
    ['too little room for the service', name4('127.0.0.1', 80), 16, 256, 4, NI_NUMERICHOST, 'WSAEFAULT'],
  ])('%s', async (_what, name, length, hostRoom, serviceRoom, flags, expected) => {
    const { ws } = await ask();
    const [host, service] = [new Uint8Array(256).fill(0xcc), new Uint8Array(32).fill(0xcc)];
    expect(errorName(await ws.getnameinfo(name, length, host, hostRoom, service, serviceRoom, flags))).toBe(expected);
    expect([...host, ...service].every((byte) => byte === 0xcc)).toBe(true);
  });

  test('nothing to fill in, or one of the two only', async () => {
    const { ws } = await ask();
    const name = name4('127.0.0.1', 80);
    expect(errorName(await ws.getnameinfo(name, 16, null, 0, null, 0, 0))).toBe('WSAHOST_NOT_FOUND');
    const service = new Uint8Array(5);
    expect(await ws.getnameinfo(name, 16, null, 0, service, 5, NI_NAMEREQD)).toBe(0);
    expect(textIn(service)).toBe('http');
    expect(await ws.getnameinfo(name, 16, new Uint8Array(10), 10, null, 0, NI_NUMERICHOST)).toBe(0);
  });
});

describe('gethostbyname', () => {
  test.each([
    ['four.example', 'four.example 192.0.2.4 192.0.2.5', ['four.example ipv4']],
    ['both.example', 'both.example 192.0.2.7', ['both.example ipv4']],
    ['six.example', 'WSAHOST_NOT_FOUND', ['six.example ipv4']],
    ['192.0.2.7', '192.0.2.7 192.0.2.7', []],
    ['::1', 'WSAHOST_NOT_FOUND', []],
    ['localhost', 'localhost 127.0.0.1', []],
    ['', 'me.home.example 192.0.2.1', ['me.home.example ipv4']],
    [null, 'me.home.example 192.0.2.1', ['me.home.example ipv4']],
  ])('%j', async (name, expected, questions) => {
    const resolver = createResolver();
    const { ws, world } = await ask(resolver);
    const found = await ws.gethostbyname(name);
    const text = found === null ? world.lastError() : [found.h_name, ...found.h_addr_list.map((bytes) => bytes.join('.'))].join(' ');
    expect(text).toBe(expected);
    if (found !== null) expect([found.h_addrtype, found.h_length, found.h_aliases]).toEqual([AF_INET, 4, []]);
    expect(resolver.questions).toEqual(questions);
  });

  test('the next call overwrites the result, on this thread only', async () => {
    const { ws } = await ask();
    const first = await ws.gethostbyname('four.example');
    const addresses = first?.h_addr_list;
    expect(await ws.gethostbyname('localhost')).toBe(first);
    expect(first?.h_name).toBe('localhost');
    expect(addresses).toHaveLength(2);
    const { ws: other } = await ask();
    expect(await other.gethostbyname('localhost')).not.toBe(first);
  });
});

describe('gethostbyaddr', () => {
  test.each([
    [AF_INET, 'c0000204', 4, 'four.example/alias.example'],
    [AF_INET6, '20010db8000000000000000000000006', 16, 'six.example'],
    [AF_INET, '7f000001', 4, 'me.home.example'],
    [AF_INET, 'c0000242', 4, 'WSAHOST_NOT_FOUND'],
    [99, '7f000001', 4, 'WSAEAFNOSUPPORT'],
    [AF_INET, '7f000001', 3, 'WSAEFAULT'],
    [AF_INET, '7f000001', 16, 'WSAEFAULT'],
    [AF_INET6, '7f000001', 16, 'WSAEFAULT'],
    [AF_INET, '', 4, 'WSAEFAULT'],
  ])('family %i, %s, length %i', async (family, bytes, length, expected) => {
    const { ws, world } = await ask();
    const address = bytes === '' ? null : Uint8Array.from(Buffer.from(bytes, 'hex'));
    const found = await ws.gethostbyaddr(address, length, family);
    expect(found === null ? world.lastError() : [found.h_name, ...found.h_aliases].join('/')).toBe(expected);
    if (found === null) return;
    expect([found.h_addrtype, found.h_length, found.h_addr_list]).toEqual([family, length, [address]]);
  });
});

describe('gethostname', () => {
  test('must have room for the null', async () => {
    const { ws, world } = await ask();
    const name = new Uint8Array(32).fill(0xcc);
    expect([ws.gethostname(name, 15), world.lastError(), name[0]]).toEqual([-1, 'WSAEFAULT', 0xcc]);
    expect([ws.gethostname(name, 16), name[14], name[15], name[16]]).toEqual([0, 'e'.charCodeAt(0), 0, 0xcc]);
    const wide = new Uint16Array(32).fill(0xcccc);
    expect([ws.GetHostNameW(wide, 15), world.lastError(), wide[0]]).toEqual([-1, 'WSAEFAULT', 0xcccc]);
    expect([ws.GetHostNameW(wide, 16), wide[15]]).toEqual([0, 0]);
    expect([ws.gethostname(null, 256), world.lastError()]).toEqual([-1, 'WSAEFAULT']);
    expect([ws.gethostname(name, -1), world.lastError()]).toEqual([-1, 'WSAEFAULT']);
  });

  test('a name that is not ASCII', async () => {
    const { ws } = await ask({ ...createResolver(), hostName: () => 'b\u00fcro' });
    const name = new Uint8Array(6);
    expect([ws.gethostname(name, 5), ws.gethostname(name, 6)]).toEqual([-1, 0]);
    expect(new TextDecoder().decode(name)).toBe('b\u00fcro\0');
    expect(ws.GetHostNameW(new Uint16Array(5), 5)).toBe(0);
  });
});

test('a process without resolver', async () => {
  const { ws, world } = await ask();
  world.host.mountDevice('\\Device\\Resolver', undefined);
  expect(await info(ws, 'both.example', null)).toBe('WSANO_RECOVERY');
  expect(await info(ws, 'localhost', null)).toBe('::1, 127.0.0.1');
  expect([await ws.gethostbyname('four.example'), world.lastError()]).toEqual([null, 'WSANO_RECOVERY']);
  expect([ws.gethostname(new Uint8Array(99), 99), world.lastError()]).toEqual([-1, 'WSAENETDOWN']);
});
