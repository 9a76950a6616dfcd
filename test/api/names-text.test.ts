// Internet addresses as text, by every function that reads or writes them. The tables are what Windows does.
import { isIPv6 } from 'node:net';
import { fc, test as prop } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  FALSE,
  INADDR_NONE,
  STATUS_INVALID_PARAMETER,
  TRUE,
  WSAPROTOCOL_INFOA,
  errorName,
  in_addr,
  ref,
  sockaddr_in,
  sockaddr_in6,
  type Memory,
  type WSAPROTOCOL_INFOW,
} from '../../src/abi/index.js';
import { defaultCatalog, toProtocolInfoW } from '../../src/catalog/index.js';
import { freshWorld, startedWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

const JUNK = 0xcc;
const STALE = 4242;
const junk = (size: number): Uint8Array => new Uint8Array(size).fill(JUNK);
const wideJunk = (size: number): Uint16Array => new Uint16Array(size).fill(0xcccc);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** The text before the null; fails when there is none. */
function textIn(buffer: Uint8Array | Uint16Array): string {
  const end = buffer.indexOf(0);
  expect(end).toBeGreaterThanOrEqual(0);
  return String.fromCharCode(...buffer.subarray(0, end));
}

const unchanged = (buffer: Uint8Array | Uint16Array): boolean =>
  buffer.every((unit) => unit === (buffer instanceof Uint16Array ? 0xcccc : JUNK));

describe('inet_addr', () => {
  test.each([
    ['1.2.3.4', '01020304'],
    ['0.0.0.0', '00000000'],
    ['127.127.127.255', '7f7f7fff'],
    ['1.2.3', '01020003'],
    ['1.2', '01000002'],
    ['1', '00000001'],
    ['1.223756', '01036a0c'],
    ['203569230', '0c22384e'],
    ['0x7f.1', '7f000001'],
    ['0X7F.0x0.0.1', '7f000001'],
    ['1.2.3.010', '01020308'],
    ['1.2.3.00', '01020300'],
    ['017700000001', '7f000001'],
    ['0x00010203', '00010203'],
    ['0x123456789', '23456789'],
    ['004.003.002.020', '04030210'],
    [' ', '00000000'],
    ['1 2 3 4', '00000001'],
    ['1.2.3 .4', '01020003'],
    ['3.4.5.6 ', '03040506'],
    ['3.4.5.6\r\n', '03040506'],
    ['3.4.5.6\v7', '03040506'],
  ])('takes %j', (text, expected) => {
    const value = new DataView(new ArrayBuffer(4));
    value.setUint32(0, world.ws.inet_addr(text), true);
    expect(hex(new Uint8Array(value.buffer))).toBe(expected);
  });

  test.each([
    '', '  ', '\t', ' 0', ' 3.4.5.6', '\t3.4.5.6', 'a', '.', '.1.2.3', '1..2', '1.2.', '3. 4.5.6', '1.2.3. 4', '3.4.5.6.7', '256.0.0.1', '1.2.3.256',
    '1000.2000', '3.4.65536', '3.756.4', '1.16777216', '4294967296', '1.1.1.0x', '1.1.1.08', '1.2.3.0a', '1.1.1.0o10', '1.1.1.-2', '1.2.3.4x', '1234BEEF',
    '127.0.0.1:80', '[0.1.2.3]', '::1', ':1', 'localhost', '1.2.3.\u0664',
  ])('refuses %j', (text) => {
    world.ws.WSASetLastError(STALE);
    expect(world.ws.inet_addr(text)).toBe(INADDR_NONE);
    expect(world.ws.WSAGetLastError()).toBe(STALE);
  });

  test('null', () => {
    expect(world.ws.inet_addr(null)).toBe(INADDR_NONE);
    expect(world.lastError()).toBe('WSAEFAULT');
  });

  test('works before WSAStartup', () => {
    expect(freshWorld().ws.inet_addr('1.2.3.4')).toBe(0x04030201);
  });
});

describe('inet_ntoa', () => {
  test.each([['7f000001', '127.0.0.1'], ['ffffffff', '255.255.255.255'], ['00000000', '0.0.0.0']])('%s', (bytes, text) => {
    expect(world.ws.inet_ntoa(new in_addr(bytesOf(bytes)))).toBe(text);
  });

  test('an earlier result is not overwritten', () => {
    const first = world.ws.inet_ntoa(new in_addr(bytesOf('01020304')));
    world.ws.inet_ntoa(new in_addr(bytesOf('05060708')));
    expect(first).toBe('1.2.3.4');
  });
});

describe('inet_pton and InetPtonW', () => {
  const forms = ['inet_pton', 'InetPtonW', 'InetPton', 'InetPtonA'] as const;

  test.each([
    [AF_INET, '1.2.3.4', '01020304'],
    [AF_INET, '0.0.0.0', '00000000'],
    [AF_INET6, '::', '00000000000000000000000000000000'],
    [AF_INET6, '::1', '00000000000000000000000000000001'],
    [AF_INET6, '1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    [AF_INET6, '::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    [AF_INET6, '1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
    [AF_INET6, '1::001.02.3.4', '00010000000000000000000001020304'],
    [AF_INET6, '2001:DB8::FFFF', '20010db800000000000000000000ffff'],
  ])('family %i takes %s', (family, text, expected) => {
    for (const name of forms) {
      const target = junk(16);
      world.ws.WSASetLastError(STALE);
      expect(world.ws[name](family, text, target)).toBe(1);
      expect(hex(target.subarray(0, expected.length / 2))).toBe(expected);
      expect(unchanged(target.subarray(expected.length / 2))).toBe(true);
      expect(world.ws.WSAGetLastError()).toBe(STALE);
    }
  });

  test.each([
    [AF_INET, ['', ' ', '1', '1.2.3', '1.2.3.4.5', '256.0.0.1', '1.1.1.00', '1.1.1.010', '01.1.1.1', '1.1.1.0x1', '1.1.1.0a', ' 1.2.3.4', '1.2.3.4 ', '::1', '1.2.3.4:80']],
    [
      AF_INET6,
      ['', ':', '1', '1.2.3.4', ':1::', '1:2:3:', '1::2::3', ':::', '1:2:::', '12345::', '::01234', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6::7:8', '1:2:3:4:5:6:7::8', '1:2:3:4:5:6:7:1.2.3.4', '1::1.2.3',
        '1::1.2.3.256', '1::0001.2.3.4', '1::1.2.3.4.', '1:2:1.2.3.4', '1::1a.2.3.4', '::0x1', '::%1', '::1/64', '[::1]', '1.2.3.4::', 'g::'],
    ],
  ])('family %i refuses what is no such address and writes nothing', (family, texts) => {
    for (const text of texts) {
      for (const name of forms) {
        const target = junk(16);
        world.ws.WSASetLastError(STALE);
        expect(world.ws[name](family, text, target), text).toBe(0);
        expect(unchanged(target), text).toBe(true);
        expect(world.ws.WSAGetLastError(), text).toBe(name === 'InetPtonW' ? 10022 : STALE);
      }
    }
  });

  test.each([
    ['another family', 0, '127.0.0.1', junk(16), 'WSAEAFNOSUPPORT'],
    ['null text', AF_INET, null, junk(16), 'WSAEFAULT'],
    ['null text comes before the family', 99, null, junk(16), 'WSAEFAULT'],
    ['null target', AF_INET, '127.0.0.1', null, 'WSAEFAULT'],
    ['too little memory', AF_INET6, '::1', junk(15), 'WSAEFAULT'],
  ])('%s', (_what, family, text, target, error) => {
    for (const name of forms) {
      expect(world.ws[name](family, text, target)).toBe(-1);
      expect(world.lastError()).toBe(error);
      if (target !== null) expect(unchanged(target)).toBe(true);
    }
  });
});

describe('inet_ntop and InetNtopW', () => {
  test.each([
    [AF_INET, '15102020', '21.16.32.32'],
    [AF_INET6, '00000000000000000000000000000000', '::'],
    [AF_INET6, '00000000000000000000fffecc98bd74', '::fffe:cc98:bd74'],
    [AF_INET6, '2030a4b1000000000000000000000000', '2030:a4b1::'],
    [AF_INET6, '000000000000000000000000cc98bd74', '::204.152.189.116'],
    [AF_INET6, '00000000000000000000000000010000', '::0.1.0.0'],
    [AF_INET6, '0000000000000000000000000000ffff', '::ffff'],
    [AF_INET6, '00000000000000000000ffff0d014403', '::ffff:13.1.68.3'],
    [AF_INET6, '00000000000000000000ffff00004403', '::ffff:0:4403'],
    [AF_INET6, '0000000000000000ffff00000d014403', '::ffff:0:13.1.68.3'],
    [AF_INET6, '0000000000000000ffffffff0d014403', '::ffff:ffff:d01:4403'],
    [AF_INET6, '00000000000000000000000100020003', '::1:2:3'],
    [AF_INET6, '000000000000000000005efe00000000', '::5efe:0.0.0.0'],
    [AF_INET6, '111122223333444400005efe81903426', '1111:2222:3333:4444:0:5efe:129.144.52.38'],
    [AF_INET6, '000000000000000002005efe81903426', '::200:5efe:129.144.52.38'],
    [AF_INET6, '000000000000000003005efe81903426', '::300:5efe:8190:3426'],
    [AF_INET6, '20010000123400000000c1c0abcd0876', '2001:0:1234::c1c0:abcd:876'],
    [AF_INET6, '3ffe0b0000000000000100000000000a', '3ffe:b00::1:0:0:a'],
    [AF_INET6, '00010002000300040005000600000008', '1:2:3:4:5:6:0:8'],
  ])('family %i, %s', (family, bytes, text) => {
    const narrow = junk(46);
    world.ws.WSASetLastError(STALE);
    expect(world.ws.inet_ntop(family, bytesOf(bytes), narrow, narrow.length)).toBe(text);
    expect(textIn(narrow)).toBe(text);
    expect(unchanged(narrow.subarray(text.length + 1))).toBe(true);
    const wide = wideJunk(46);
    expect(world.ws.InetNtopW(family, bytesOf(bytes), wide, wide.length)).toBe(text);
    expect(textIn(wide)).toBe(text);
    expect(world.ws.WSAGetLastError()).toBe(STALE);
  });

  test('the buffer must hold the null too', () => {
    const buffer = junk(16);
    expect(world.ws.inet_ntop(AF_INET, bytesOf('01020304'), buffer, 7)).toBeNull();
    expect(world.ws.WSAGetLastError()).toBe(STATUS_INVALID_PARAMETER);
    expect(unchanged(buffer)).toBe(true);
    expect(world.ws.inet_ntop(AF_INET, bytesOf('01020304'), buffer, 8)).toBe('1.2.3.4');
    // The length that is passed does not make the memory longer.
    world.ws.WSASetLastError(STALE);
    expect(world.ws.InetNtopW(AF_INET, bytesOf('01020304'), wideJunk(7), 100)).toBeNull();
    expect(world.ws.WSAGetLastError()).toBe(STATUS_INVALID_PARAMETER);
  });

  test.each([
    ['another family', 1, bytesOf('01020304'), 16, 'WSAEAFNOSUPPORT'],
    ['no address', AF_INET, null, 16, 'STATUS_INVALID_PARAMETER'],
    ['no room', AF_INET, bytesOf('01020304'), 0, 'STATUS_INVALID_PARAMETER'],
    ['too short an address', AF_INET6, bytesOf('01020304'), 46, 'WSAEFAULT'],
  ])('%s', (_what, family, address, room, error) => {
    const buffer = junk(46);
    expect(world.ws.inet_ntop(family, address, buffer, room)).toBeNull();
    expect(errorOf(world.ws.WSAGetLastError())).toBe(error);
    expect(unchanged(buffer)).toBe(true);
  });

  test('no buffer', () => {
    expect(world.ws.inet_ntop(AF_INET, bytesOf('01020304'), null, 16)).toBeNull();
    expect(world.ws.WSAGetLastError()).toBe(STATUS_INVALID_PARAMETER);
  });
});

const errorOf = (code: number): string => (code === STATUS_INVALID_PARAMETER ? 'STATUS_INVALID_PARAMETER' : errorName(code));

const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });
const address6 = groups.map((words) => Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff])));

describe('text and bytes', () => {
  prop.prop([address6])('IPv6 text is what Node takes for IPv6, and reads back the same', (bytes) => {
    const text = world.ws.inet_ntop(AF_INET6, bytes, junk(46), 46) ?? '';
    expect(isIPv6(text)).toBe(true);
    const back = junk(16);
    expect(world.ws.inet_pton(AF_INET6, text, back)).toBe(1);
    expect(hex(back)).toBe(hex(bytes));
  });

  prop.prop([fc.uint8Array({ minLength: 4, maxLength: 4 })])('IPv4 text reads back the same, strictly and loosely', (bytes) => {
    const text = world.ws.inet_ntop(AF_INET, bytes, junk(16), 16) ?? '';
    const back = junk(4);
    expect(world.ws.inet_pton(AF_INET, text, back)).toBe(1);
    expect(hex(back)).toBe(hex(bytes));
    expect(world.ws.inet_addr(text)).toBe(new in_addr(bytes).s_addr);
  });

  const pieces = fc.constantFrom(':', '::', '0', '1', 'ab', 'ffff', '12345', '.', '1.2.3.4', '255', '256', 'g', '');
  const jumble = fc.array(pieces, { maxLength: 12 }).map((list) => list.join(''));
  prop.prop([fc.oneof(jumble, fc.ipV6())], { numRuns: 5000 })('what is IPv6 text, Node and we agree on', (text) => {
    // Windows takes leading zeros in the dotted tail, Node does not.
    fc.pre(!/(^|[:.])0\d+(\.|$)/.test(text) || !text.includes('.'));
    expect(world.ws.inet_pton(AF_INET6, text, junk(16)) === 1).toBe(isIPv6(text));
  });

  prop.prop([address6, fc.nat(0xffffffff), fc.nat(0xffff)])('a whole sockaddr reads back the same', (bytes, scope, port) => {
    const name = new sockaddr_in6();
    name.sin6_family = AF_INET6;
    name.sin6_addr = bytes;
    name.sin6_scope_id = scope;
    name.sin6_port = port;
    const text = new Uint16Array(65);
    expect(world.ws.WSAAddressToStringW(name, 28, null, text, ref(65))).toBe(0);
    const back = new sockaddr_in6();
    expect(world.ws.WSAStringToAddressW(textIn(text), AF_INET6, null, back, ref(28))).toBe(0);
    expect(hex(back.bytes)).toBe(hex(name.bytes));
  });
});

describe('WSAAddressToString', () => {
  function ipv4(bytes: string, port: number): sockaddr_in {
    const name = new sockaddr_in();
    name.sin_family = AF_INET;
    name.sin_addr = bytesOf(bytes);
    name.sin_port = world.ws.htons(port);
    return name;
  }

  function ipv6(bytes: string, scope: number, port: number): sockaddr_in6 {
    const name = new sockaddr_in6();
    name.sin6_family = AF_INET6;
    name.sin6_addr = bytesOf(bytes);
    name.sin6_scope_id = scope;
    name.sin6_port = world.ws.htons(port);
    return name;
  }

  const v6 = '20ab0000000000000000000000002001';

  test.each([
    [() => ipv4('00000000', 0), '0.0.0.0'],
    [() => ipv4('ffffffff', 65535), '255.255.255.255:65535'],
    [() => ipv6('00000000000000000000000000000001', 0, 0), '::1'],
    [() => ipv6(v6, 0, 33274), '[20ab::2001]:33274'],
    [() => ipv6(v6, 4660, 33274), '[20ab::2001%4660]:33274'],
    [() => ipv6(v6, 4660, 0), '20ab::2001%4660'],
    [() => ipv6(v6, 0xffffffff, 0), '20ab::2001%4294967295'],
  ])('%#', (make, text) => {
    const name: Memory = make();
    const narrow = junk(65);
    const length = ref(65);
    expect(world.ws.WSAAddressToStringA(name, name.bytes.length, null, narrow, length)).toBe(0);
    expect([textIn(narrow), length.value]).toEqual([text, text.length + 1]);
    const wide = wideJunk(text.length + 1);
    length.value = text.length + 1;
    expect(world.ws.WSAAddressToStringW(name, name.bytes.length, null, wide, length)).toBe(0);
    expect([textIn(wide), length.value]).toEqual([text, text.length + 1]);
  });

  test('tells the length that it needs, and writes nothing then', () => {
    const name = ipv4('00000000', 0);
    for (const room of [0, 7]) {
      const narrow = junk(16);
      const length = ref(room);
      expect(world.ws.WSAAddressToString(name, 16, null, narrow, length)).toBe(-1);
      expect([world.lastError(), length.value, unchanged(narrow)]).toEqual(['WSAEFAULT', 8, true]);
    }
    const length = ref(0);
    expect(world.ws.WSAAddressToStringW(name, 16, null, null, length)).toBe(-1);
    expect([world.lastError(), length.value]).toEqual(['WSAEFAULT', 8]);
    expect(world.ws.WSAAddressToStringA(name, 16, null, null, ref(0))).toBe(-1);
    expect(world.ws.WSAAddressToStringA(name, 16, null, junk(4), ref(0xffffffff))).toBe(-1);
    expect(world.lastError()).toBe('WSAEFAULT');
  });

  test.each([
    ['null address', null, 16, 'WSAEFAULT'],
    ['an address too short for its family', new Uint8Array(16).fill(0).fill(AF_INET6, 0, 1), 16, 'WSAEINVAL'],
    ['a family that nobody knows', new Uint8Array(16).fill(99, 0, 1), 16, 'WSAEINVAL'],
    ['a family without address texts', new Uint8Array(110).fill(AF_UNIX, 0, 1), 110, 'WSAEINVAL'],
    ['more length than memory', new Uint8Array(10).fill(AF_INET, 0, 1), 16, 'WSAEFAULT'],
  ])('%s', (_what, name, length, error) => {
    const text = wideJunk(65);
    expect(world.ws.WSAAddressToStringW(name, length, null, text, ref(65))).toBe(-1);
    expect([world.lastError(), unchanged(text)]).toEqual([error, true]);
  });
});

describe('WSAStringToAddress', () => {
  test.each([
    [AF_INET, '127.127.127.127:65535', '0200ffff7f7f7f7f0000000000000000'],
    [AF_INET, '127.127.127.127:0xAbCd', '0200abcd7f7f7f7f0000000000000000'],
    [AF_INET, '127.127.127.127:010', '020000087f7f7f7f0000000000000000'],
    [AF_INET, '1:1', '02000001000000010000000000000000'],
    [AF_INET, '0777:10', '0200000a000001ff0000000000000000'],
    [AF_INET, '0x123456789', '02000000234567890000000000000000'],
    [AF_INET6, '[::1]', '17000000000000000000000000000000000000000000000100000000'],
    [AF_INET6, 'fe80::1%3', '1700000000000000fe80000000000000000000000000000103000000'],
    [AF_INET6, '[fe80::1%3]:0x50', '1700005000000000fe80000000000000000000000000000103000000'],
  ])('family %i takes %s', (family, text, expected) => {
    for (const name of ['WSAStringToAddressA', 'WSAStringToAddressW', 'WSAStringToAddress'] as const) {
      const target = junk(64);
      const length = ref(64);
      expect(world.ws[name](text, family, null, target, length)).toBe(0);
      expect([hex(target.subarray(0, length.value)), unchanged(target.subarray(length.value))]).toEqual([expected, true]);
    }
  });

  test.each([
    [AF_INET, ['', ' ', 'a', '127.0.0.1:', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.1:0x10000', '127.0.0.1:0x', '127.0.0.1:08', '127.0.0.1:1a', '127.0.0.1: 1', '127.0.0.1:1 ', '127.0.0.1:-1', '127.0.0.1::1',
      '1.2.3.4 ', ' 1.2.3.4', '1.1.1.008', '1234BEEF', '[0.1.2.3]', '::1', ':1', 'localhost']],
    [AF_INET6, ['', '1.2.3.4', '1:2:3:', '::1]', '[::1', '[::1]x', '[::1]:', '[::1]:0', '[::1]:080', '[::1]:65536', '[::1].80', '::1:80%', '::1%', '::1%-1', '::1%0x1', '::1%4294967296', '[ ::1]', '[::1 ]:80', '::1/64']],
  ])('family %i refuses what is no such address and leaves memory and length alone', (family, texts) => {
    for (const text of texts) {
      const target = junk(64);
      const length = ref(64);
      expect(world.ws.WSAStringToAddressW(text, family, null, target, length), text).toBe(-1);
      expect([world.lastError(), length.value, unchanged(target)], text).toEqual(['WSAEINVAL', 64, true]);
    }
  });

  test('tells the length that it needs', () => {
    for (const [family, text, size] of [[AF_INET, '1.2.3.4', 16], [AF_INET6, '::1', 28]] as const) {
      const target = junk(64);
      const length = ref(size - 1);
      expect(world.ws.WSAStringToAddressA(text, family, null, target, length)).toBe(-1);
      expect([world.lastError(), length.value, unchanged(target)]).toEqual(['WSAEFAULT', size, true]);
    }
  });

  test('a family that nobody knows', () => {
    expect(world.ws.WSAStringToAddressW('1.2.3.4', 99, null, junk(64), ref(64))).toBe(-1);
    expect(world.lastError()).toBe('WSAEINVAL');
  });
});

describe('a catalog entry chosen by the caller', () => {
  const entryOf = (family: number): WSAPROTOCOL_INFOW => toProtocolInfoW(defaultCatalog().protocols.find((entry) => entry.iAddressFamily === family)!);
  const name = (): Uint8Array => bytesOf('02000050010203040000000000000000');

  test('of the family', () => {
    const info = entryOf(AF_INET);
    const [text, target] = [wideJunk(65), junk(16)];
    expect([world.ws.WSAAddressToStringW(name(), 16, info, text, ref(65)), textIn(text)]).toEqual([0, '1.2.3.4:80']);
    expect([world.ws.WSAStringToAddressW('1.2.3.4:80', AF_INET, info, target, ref(16)), hex(target)]).toEqual([0, hex(name())]);
    const narrow = junk(65);
    const ansi = new WSAPROTOCOL_INFOA();
    ansi.iAddressFamily = AF_INET;
    ansi.dwCatalogEntryId = info.dwCatalogEntryId;
    expect([world.ws.WSAAddressToStringA(name(), 16, ansi, narrow, ref(65)), textIn(narrow)]).toEqual([0, '1.2.3.4:80']);
    expect(world.ws.WSAStringToAddressA('1.2.3.4', AF_INET, ansi, junk(16), ref(16))).toBe(0);
  });

  test('of another family, or that does not exist', () => {
    const missing = entryOf(AF_INET);
    missing.dwCatalogEntryId = 99_999;
    for (const info of [entryOf(AF_INET6), missing]) {
      expect([world.ws.WSAAddressToStringW(name(), 16, info, wideJunk(65), ref(65)), world.lastError()]).toEqual([-1, 'WSAEINVAL']);
      expect([world.ws.WSAStringToAddressW('1.2.3.4', AF_INET, info, junk(16), ref(16)), world.lastError()]).toEqual([-1, 'WSAEINVAL']);
    }
  });
});

describe('the Rtl functions', () => {
  test.each([
    ['1.2.3.4', 7, 7], ['1.2.3.4:80', 7, 7], ['3.4.5.6 ', 7, 7], ['1.1.1.0a', 7, 7], ['1.1.1.008', 8, -7], ['1.2', 3, -3], ['0x1234', 6, -2], ['1.1.1.0xaA', 10, -8], ['1234BEEF', 4, -4],
    ['', -0, -0], ['255.255.255.256', -15, -15], ['255.255.255.4294967296', -21, -21], ['1.1.1.0x', -8, -8], ['1.1.1.08', -7, -7], ['1..2', -3, -3], ['1.2.', -4, -4], ['3.4.5.6.7', -7, -7], ['.1', -1, -1], ['::1', -0, -0],
  ])('RtlIpv4StringToAddress of %j stops where Windows does', (text, loose, strict) => {
    for (const [how, end] of [[FALSE, loose], [TRUE, strict]] as const) {
      const rest = ref('junk');
      const target = junk(4);
      const status = world.ws.RtlIpv4StringToAddressA(text, how, rest, target);
      const good = end > 0;
      expect([status, rest.value, unchanged(target)]).toEqual([good ? 0 : STATUS_INVALID_PARAMETER, text.slice(Math.abs(end)), !good]);
    }
  });

  test.each([
    ['::', 2], ['::%16', 2], ['::/16', 2], ['1:2:3:4:5:6:7:8', 15], ['1:2:3:4:5:6:7:8:9', 15], ['1111:2222:3333:4444:5555:6666::7777:8888', 35], ['1:2:3:4:5:6:7::8', 15], ['1111:2222:::', 11], ['1::2::3', 4],
    ['1::1.2.3.4::1', 10], ['1::1a.2.3.4', 5], ['2001:0::b.0', 9], ['::-1', 2], ['::.', 2], ['1111::3333:4444:5555:6666:7777::', 30], ['1111:2222:3333:4444:5555:6666::1.2.3.4', 32],
    ['', -0], [':', -0], ['[::]', -0], ['1', -1], ['1.2.3.4', -7], ['1111:2222:', -10], ['1111::5555:', -11], ['::01234', -7], ['1:2:3:4:5:6:7:fffff:', -19], ['1::1.2', -6], ['1::1.2.3.256', -12], ['1:2:1.2.3.4', -11],
  ])('RtlIpv6StringToAddress of %j stops where Windows does', (text, end) => {
    for (const name of ['RtlIpv6StringToAddressA', 'RtlIpv6StringToAddressW'] as const) {
      const rest = ref('junk');
      const target = junk(16);
      const status = world.ws[name](text, rest, target);
      const good = end > 0;
      expect([status, rest.value, unchanged(target)]).toEqual([good ? 0 : STATUS_INVALID_PARAMETER, text.slice(Math.abs(end)), !good]);
    }
  });

  test('an address to text gives the place of the null', () => {
    const narrow = junk(46);
    expect([world.ws.RtlIpv4AddressToStringA(bytesOf('01020304'), narrow), textIn(narrow)]).toEqual([7, '1.2.3.4']);
    const wide = wideJunk(46);
    expect([world.ws.RtlIpv6AddressToStringW(bytesOf('00000000000000000000000000000001'), wide), textIn(wide)]).toEqual([3, '::1']);
    expect(world.ws.RtlIpv4AddressToStringA(bytesOf('01020304'), null)).toBe(-1);
    const short = junk(7);
    expect([world.ws.RtlIpv4AddressToStringA(bytesOf('01020304'), short), unchanged(short)]).toEqual([-1, true]);
  });

  test('with a port in network order', () => {
    const buffer = junk(65);
    const length = ref(65);
    expect(world.ws.RtlIpv4AddressToStringExA(bytesOf('01020304'), world.ws.htons(80), buffer, length)).toBe(0);
    expect([textIn(buffer), length.value]).toEqual(['1.2.3.4:80', 11]);
    const address = bytesOf('fe800000000000000000000000000001');
    const wide = wideJunk(65);
    length.value = 65;
    expect(world.ws.RtlIpv6AddressToStringExW(address, 0xffffbbbb, world.ws.htons(256), wide, length)).toBe(0);
    expect([textIn(wide), length.value]).toEqual(['[fe80::1%4294949819]:256', 25]);
    length.value = 24;
    const untouched = wideJunk(65);
    expect(world.ws.RtlIpv6AddressToStringExW(address, 0xffffbbbb, world.ws.htons(256), untouched, length)).toBe(STATUS_INVALID_PARAMETER);
    expect([length.value, unchanged(untouched)]).toEqual([25, true]);
  });

  test('text with port and scope', () => {
    const [target, scope, port] = [junk(16), ref(1), ref(2)];
    expect(world.ws.RtlIpv6StringToAddressExA('[fe80::1%100]:8080', target, scope, port)).toBe(0);
    expect([hex(target), scope.value, port.value]).toEqual(['fe800000000000000000000000000001', 100, 0x901f]);
    expect(world.ws.RtlIpv6StringToAddressExW('[::1]:080', target, scope, port)).toBe(STATUS_INVALID_PARAMETER);
    expect([hex(target), scope.value, port.value]).toEqual(['fe800000000000000000000000000001', 100, 0x901f]);
    const four = junk(4);
    expect(world.ws.RtlIpv4StringToAddressExW('1.2.3.4:011064', TRUE, four, port)).toBe(0);
    expect([hex(four), port.value]).toEqual(['01020304', 0x3412]);
    expect(world.ws.RtlIpv4StringToAddressExA('1.2:1', TRUE, four, port)).toBe(STATUS_INVALID_PARAMETER);
    expect(world.ws.RtlIpv4StringToAddressExA('1.2:1', FALSE, four, port)).toBe(0);
    expect(hex(four)).toBe('01000002');
  });

  test('Ethernet', () => {
    const buffer = junk(18);
    expect([world.ws.RtlEthernetAddressToStringA(bytesOf('f4ce462d900c'), buffer), textIn(buffer)]).toEqual([17, 'F4-CE-46-2D-90-0C']);
    for (const [text, rest, status] of [['f4-CE-46-2D-90-0c x', ' x', 0], ['F4-CE-46:2D', ':2D', STATUS_INVALID_PARAMETER], ['F4-C', 'C', STATUS_INVALID_PARAMETER]] as const) {
      const [left, target] = [ref('junk'), junk(6)];
      expect([world.ws.RtlEthernetStringToAddressW(text, left, target), left.value]).toEqual([status, rest]);
      expect(hex(target)).toBe(status === 0 ? 'f4ce462d900c' : 'cccccccccccc');
    }
  });
});
