// Services, protocols, byte order and error texts: what is answered from tables and by arithmetic.
import { fc, test as prop } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INVALID_SOCKET, LITTLEENDIAN, ref } from '../../src/abi/index.js';
import { Catalog, MemoryStore, defaultCatalog } from '../../src/catalog/index.js';
import { BUILT_IN_PROTOCOLS } from '../../src/providers/namespaces/hosts/built-in/protocols.js';
import { BUILT_IN_SERVICES } from '../../src/providers/namespaces/hosts/built-in/services.js';
import { parseProtocols, parseServices } from '../../src/providers/namespaces/hosts/parse.js';
import { freshWorld, startedWorld, tcp, type World } from './world.js';

const { entries: SERVICES } = parseServices(BUILT_IN_SERVICES);
const { entries: PROTOCOLS } = parseProtocols(BUILT_IN_PROTOCOLS);

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

describe('getservbyname and getservbyport', () => {
  const line = (found: { s_name: string | null; s_port: number; s_proto: string | null } | null): string =>
    found === null ? world.lastError() : `${found.s_name ?? ''} ${world.ws.ntohs(found.s_port)}/${found.s_proto ?? ''}`;

  test.each([
    ['http', 'tcp', 'http 80/tcp'],
    ['HTTP', 'TCP', 'http 80/tcp'],
    ['www', 'tcp', 'http 80/tcp'],
    ['mail', null, 'smtp 25/tcp'],
    ['domain', 'udp', 'domain 53/udp'],
    ['domain', null, 'domain 53/tcp'],
    ['ntp', null, 'ntp 123/udp'],
    ['http', 'udp', 'WSANO_DATA'],
    ['', 'tcp', 'WSANO_DATA'],
    ['80', 'tcp', 'WSANO_DATA'],
    [null, 'tcp', 'WSAEFAULT'],
  ])('by name: %j %j', async (name, protocol, expected) => {
    expect(line(await world.ws.getservbyname(name, protocol))).toBe(expected);
  });

  test.each([
    [80, 'tcp', 'http 80/tcp'],
    [80, null, 'http 80/tcp'],
    [69, null, 'tftp 69/udp'],
    [69, 'UDP', 'tftp 69/udp'],
    [69, 'tcp', 'WSANO_DATA'],
    [59_999, null, 'WSANO_DATA'],
    [80, '', 'WSANO_DATA'],
  ])('by port: %i %j', async (port, protocol, expected) => {
    expect(line(await world.ws.getservbyport(world.ws.htons(port), protocol))).toBe(expected);
  });

  test('aliases, and one result per thread that the next call overwrites', async () => {
    const first = await world.ws.getservbyname('discard', 'tcp');
    expect(first?.s_aliases).toEqual(['sink', 'null']);
    const second = await world.ws.getservbyport(world.ws.htons(21), 'tcp');
    expect(second).toBe(first);
    expect(first?.s_name).toBe('ftp');
  });

  test('the table is sound', () => {
    expect(SERVICES.length).toBeGreaterThan(300);
    for (const { name, port, protocol, aliases } of SERVICES) {
      expect(`${name} ${port}/${protocol}`).toMatch(/^[a-z0-9][\w.-]* \d+\/(tcp|udp)$/);
      expect(port > 0 && port < 65_536 && aliases.every((alias) => alias !== '')).toBe(true);
    }
    const keys = SERVICES.flatMap(({ name, protocol, aliases }) => [name, ...aliases].map((each) => `${each}/${protocol}`));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(SERVICES.map(({ port }) => port)).toEqual(SERVICES.map(({ port }) => port).sort((a, b) => a - b));
  });
});

describe('getprotobyname and getprotobynumber', () => {
  test('every protocol, by number, name, alias and in capitals', async () => {
    expect(PROTOCOLS).toHaveLength(19);
    for (const { name, number, aliases } of PROTOCOLS) {
      expect(await world.ws.getprotobynumber(number)).toMatchObject({ p_name: name, p_aliases: aliases, p_proto: number });
      for (const each of [name, ...aliases, name.toUpperCase()]) {
        expect(await world.ws.getprotobyname(each), each).toMatchObject({ p_name: name, p_proto: number });
      }
    }
  });

  test.each([-1, 2, 5, 255, 256])('no protocol %i', async (number) => {
    expect([await world.ws.getprotobynumber(number), world.lastError()]).toEqual([null, 'WSANO_DATA']);
  });

  test('no such name', async () => {
    expect([await world.ws.getprotobyname('nosuchproto'), world.lastError()]).toEqual([null, 'WSANO_DATA']);
    expect([await world.ws.getprotobyname(null), world.lastError()]).toEqual([null, 'WSAEFAULT']);
  });

  test('one result per thread, and not the services one', async () => {
    const first = await world.ws.getprotobyname('tcp');
    const service = await world.ws.getservbyname('http', 'tcp');
    expect(await world.ws.getprotobynumber(17)).toBe(first);
    expect([first?.p_name, service?.s_name]).toEqual(['udp', 'http']);
  });
});

describe('byte order', () => {
  test.each([
    ['htons', 0x1234, 0x3412],
    ['ntohs', 0x51234, 0x3412],
    ['htonl', 0x12345678, 0x78563412],
    ['htonl', -1, 0xffffffff],
    ['ntohl', 0x80, 0x80000000],
  ] as const)('%s %i', (name, value, expected) => {
    expect(world.ws[name](value)).toBe(expected);
  });

  test('64 bits and floating point', () => {
    expect(world.ws.htonll(0x0102030405060708n)).toBe(0x0807060504030201n);
    expect(world.ws.ntohll(-2n)).toBe(0xfeffffffffffffffn);
    expect(world.ws.htonf(1)).toBe(0x0000803f);
    expect(world.ws.htond(1)).toBe(0xf03fn);
  });

  prop.prop([fc.double({ noNaN: true }), fc.float({ noNaN: true }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })])('there and back', (d, f, b) => {
    expect(world.ws.ntohd(world.ws.htond(d))).toBe(d);
    expect(world.ws.ntohf(world.ws.htonf(f))).toBe(f);
    expect(world.ws.ntohll(world.ws.htonll(b))).toBe(b);
  });

  test('what C would not compile', () => {
    expect(() => world.ws.htons('80' as never)).toThrow(TypeError);
    expect(() => world.ws.htonll(1 as never)).toThrow(TypeError);
    expect(() => world.ws.ntohd(1 as never)).toThrow(TypeError);
  });

  test('the WSA forms go by the protocol of the socket', () => {
    const s = tcp(world);
    const out = ref(0xcccccccc);
    expect([world.ws.WSAHtons(s, 0x1234, out), out.value]).toEqual([0, 0x3412]);
    expect([world.ws.WSANtohs(s, 0x1234, out), out.value]).toEqual([0, 0x3412]);
    expect([world.ws.WSAHtonl(s, 0x123456f8, out), out.value]).toEqual([0, 0xf8563412]);
    expect([world.ws.WSANtohl(s, 0x12345678, out), out.value]).toEqual([0, 0x78563412]);
    out.value = 7;
    for (const name of ['WSAHtons', 'WSANtohs', 'WSAHtonl', 'WSANtohl'] as const) {
      expect([world.ws[name](s, 1, null), world.lastError()]).toEqual([-1, 'WSAEFAULT']);
      expect([world.ws[name](INVALID_SOCKET, 1, out), world.lastError(), out.value]).toEqual([-1, 'WSAENOTSOCK', 7]);
      expect(freshWorld().ws[name](s, 1, out)).toBe(-1);
    }
  });

  test('a protocol that is little-endian on the wire', async () => {
    const content = defaultCatalog().content();
    const protocols = content.protocols.map((entry) => ({ ...entry, iNetworkByteOrder: LITTLEENDIAN }));
    const other = await startedWorld({ store: new MemoryStore(new Catalog({ ...content, protocols })) });
    const s = tcp(other);
    const out = ref(0);
    expect([other.ws.WSAHtons(s, 0x91234, out), out.value]).toEqual([0, 0x1234]);
    expect([other.ws.WSANtohl(s, -2, out), out.value]).toEqual([0, 0xfffffffe]);
    await other.host.dispose();
  });
});

test('gai_strerror has a text for every code', () => {
  const texts = [11001, 10022, 8, 11002].map((code) => world.ws.gai_strerror(code));
  expect(new Set(texts).size).toBe(4);
  expect(texts.every((text) => text !== '')).toBe(true);
  expect(world.ws.gai_strerrorW(11001)).toBe(world.ws.gai_strerrorA(11001));
  expect(world.ws.gai_strerrorA(12345678)).not.toBe('');
});
