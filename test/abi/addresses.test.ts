// The macros over IPv4 and IPv6 addresses, by table: for each address, the questions that are answered with yes.

import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { hex, junk } from './reference.js';

type Question = (address: abi.Memory) => boolean;

const exported = abi as unknown as Readonly<Record<string, Question>>;

function ip4(text: string): Uint8Array {
  const bytes = abi.parseIpv4(text);
  if (bytes === null) throw new Error(text);
  return bytes;
}

function ip6(text: string): Uint8Array {
  const bytes = abi.parseIpv6(text);
  if (bytes === null) throw new Error(text);
  return bytes;
}

/** The names without prefix of the `prefix` macros that say yes. */
function yes(prefix: string, names: readonly string[], address: Uint8Array): string {
  return names.filter((name) => exported[prefix + name]?.(address)).join(' ');
}

const questions4 = [
  'UNSPECIFIED', 'LOOPBACK', 'BROADCAST', 'MULTICAST', 'LINKLOCAL', 'SITELOCAL', 'RFC1918', 'MC_LINKLOCAL', 'MC_ADMINLOCAL', 'MC_SITELOCAL', '6TO4ELIGIBLE',
];

test.each([
  ['0.0.0.0', 'UNSPECIFIED', abi.ScopeLevelGlobal, abi.NlatUnspecified],
  ['0.0.0.1', '', abi.ScopeLevelGlobal, abi.NlatInvalid],
  ['127.0.0.1', 'LOOPBACK', abi.ScopeLevelLink, abi.NlatUnicast],
  ['127.255.0.9', 'LOOPBACK', abi.ScopeLevelLink, abi.NlatUnicast],
  ['255.255.255.255', 'BROADCAST', abi.ScopeLevelLink, abi.NlatBroadcast],
  ['240.0.0.1', '', abi.ScopeLevelGlobal, abi.NlatInvalid],
  ['169.254.9.9', 'LINKLOCAL', abi.ScopeLevelLink, abi.NlatUnicast],
  ['10.1.2.3', 'RFC1918', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['172.16.0.1', 'RFC1918', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['172.31.0.1', 'RFC1918', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['172.32.0.1', '6TO4ELIGIBLE', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['192.168.0.1', 'RFC1918', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['192.169.0.1', '6TO4ELIGIBLE', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['8.8.8.8', '6TO4ELIGIBLE', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['224.0.0.1', 'MULTICAST MC_LINKLOCAL', abi.ScopeLevelLink, abi.NlatMulticast],
  ['224.0.1.1', 'MULTICAST', abi.ScopeLevelGlobal, abi.NlatMulticast],
  ['239.255.0.1', 'MULTICAST MC_ADMINLOCAL', abi.ScopeLevelAdmin, abi.NlatMulticast],
  ['239.1.0.1', 'MULTICAST MC_SITELOCAL', abi.ScopeLevelSite, abi.NlatMulticast],
])('IPv4 %s', (text, answers, scope, type) => {
  const address = ip4(text);
  expect(yes('IN4_IS_ADDR_', questions4, address)).toBe(answers);
  const unaligned = questions4.filter((name) => `IN4_IS_UNALIGNED_ADDR_${name}` in abi);
  expect(unaligned).toHaveLength(7);
  for (const name of unaligned) expect(exported[`IN4_IS_UNALIGNED_ADDR_${name}`]).toBe(exported[`IN4_IS_ADDR_${name}`]);
  expect([abi.Ipv4AddressScope(address), abi.Ipv4AddressType(address)]).toEqual([scope, type]);
});

test.each([
  [0x7f000001, 'A'],
  [0x80000000, 'B'],
  [0xbfffffff, 'B'],
  [0xc0a80001, 'C'],
  [0xe0000001, 'D'],
  [0xf0000000, ''],
])('the class of %d', (address, letter) => {
  const classes = { A: abi.IN_CLASSA, B: abi.IN_CLASSB, C: abi.IN_CLASSC, D: abi.IN_CLASSD };
  const found = Object.entries(classes).filter(([, test]) => test(address));
  expect(found.map(([name]) => name).join('')).toBe(letter);
  expect(abi.IN_MULTICAST(address | 0)).toBe(letter === 'D');
});

const questions6 = [
  'UNSPECIFIED', 'LOOPBACK', 'MULTICAST', 'EUI64', 'SUBNET_ROUTER_ANYCAST', 'SUBNET_RESERVED_ANYCAST', 'ANYCAST', 'LINKLOCAL', 'SITELOCAL', 'GLOBAL', 'V4MAPPED',
  'V4COMPAT', 'V4TRANSLATED', 'MC_NODELOCAL', 'MC_LINKLOCAL', 'MC_SITELOCAL', 'MC_ORGLOCAL', 'MC_GLOBAL', 'ALLNODESONNODE', 'ALLNODESONLINK', 'ALLROUTERSONLINK',
  'SOLICITEDNODE', 'ISATAP', '6TO4', 'TEREDO',
];

test.each([
  ['::', 'UNSPECIFIED', abi.ScopeLevelGlobal, abi.NlatUnspecified],
  ['::1', 'LOOPBACK', abi.ScopeLevelLink, abi.NlatUnicast],
  ['::2', 'V4COMPAT', abi.ScopeLevelGlobal, abi.NlatInvalid],
  ['::8.8.8.8', 'V4COMPAT', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['::ffff:127.0.0.1', 'V4MAPPED', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['::ffff:224.0.0.1', 'V4MAPPED', abi.ScopeLevelGlobal, abi.NlatInvalid],
  ['::ffff:0:1.2.3.4', 'V4TRANSLATED', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['fe80::1', 'EUI64 LINKLOCAL', abi.ScopeLevelLink, abi.NlatUnicast],
  ['fec0::1', 'EUI64 SITELOCAL', abi.ScopeLevelSite, abi.NlatUnicast],
  ['2600::1', 'EUI64 GLOBAL', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['2600::', 'EUI64 SUBNET_ROUTER_ANYCAST ANYCAST GLOBAL', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['2600::fdff:ffff:ffff:ff80', 'EUI64 SUBNET_RESERVED_ANYCAST ANYCAST GLOBAL', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['2600::fdff:ffff:ffff:ff7f', 'EUI64 GLOBAL', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['2600::5efe:8.8.8.8', 'EUI64 GLOBAL ISATAP', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['2600::200:5efe:8.8.8.8', 'EUI64 GLOBAL ISATAP', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['2600::300:5efe:8.8.8.8', 'EUI64 GLOBAL', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['2002:808:808::1', 'EUI64 GLOBAL 6TO4', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['2002:e000:1::1', 'EUI64 GLOBAL 6TO4', abi.ScopeLevelGlobal, abi.NlatInvalid],
  ['2001:0:1::1', 'EUI64 GLOBAL TEREDO', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['3ffe:831f::1', 'EUI64 GLOBAL TEREDO', abi.ScopeLevelGlobal, abi.NlatUnicast],
  ['ff01::1', 'MULTICAST MC_NODELOCAL ALLNODESONNODE', 1, abi.NlatMulticast],
  ['ff02::1', 'MULTICAST MC_LINKLOCAL ALLNODESONLINK', 2, abi.NlatMulticast],
  ['ff02::2', 'MULTICAST MC_LINKLOCAL ALLROUTERSONLINK', 2, abi.NlatMulticast],
  ['ff02::1:ff12:3456', 'MULTICAST MC_LINKLOCAL SOLICITEDNODE', 2, abi.NlatMulticast],
  ['ff05::9', 'MULTICAST MC_SITELOCAL', 5, abi.NlatMulticast],
  ['ff18::9', 'MULTICAST MC_ORGLOCAL', 8, abi.NlatMulticast],
  ['ff0e::9', 'MULTICAST MC_GLOBAL', 14, abi.NlatMulticast],
])('IPv6 %s', (text, answers, scope, type) => {
  const address = ip6(text);
  expect(yes('IN6_IS_ADDR_', questions6, address)).toBe(answers);
  expect([abi.Ipv6AddressScope(address), abi.Ipv6AddressType(address)]).toEqual([scope, type]);
});

test('comparing', () => {
  expect(abi.IN4_ADDR_EQUAL(ip4('1.2.3.4'), new abi.in_addr(ip4('1.2.3.4')))).toBe(true);
  expect(abi.IN4_ADDR_EQUAL(ip4('1.2.3.4'), ip4('1.2.3.5'))).toBe(false);
  expect(abi.IN6_ADDR_EQUAL(ip6('fe80::1'), ip6('fe80::1'))).toBe(true);
  expect(abi.IN6_ADDR_EQUAL(ip6('fe80::1'), ip6('fe80::2'))).toBe(false);
  const prefix = (len: number): boolean => abi.IN6_PREFIX_EQUAL(ip6('fe80::'), ip6('fe90::'), len);
  expect([0, 8, 11, 12, 128].map(prefix)).toEqual([true, true, true, false, false]);
  const scopes = [new abi.SCOPE_ID(), new abi.SCOPE_ID()] as const;
  expect(abi.NL_ADDR_EQUAL(abi.AF_INET, scopes[0], ip4('1.2.3.4'), scopes[1], ip4('1.2.3.4'))).toBe(true);
  expect(abi.NL_IS_ADDR_UNSPECIFIED(abi.AF_INET6, scopes[0], ip6('::'))).toBe(true);
  scopes[0].Zone = 1;
  expect(abi.NL_ADDR_EQUAL(abi.AF_INET, scopes[0], ip4('1.2.3.4'), scopes[1], ip4('1.2.3.4'))).toBe(false);
  expect(abi.NL_IS_ADDR_UNSPECIFIED(abi.AF_INET6, scopes[0], ip6('::'))).toBe(false);
});

test('both families by number', () => {
  const ask = (macro: (af: number, a: abi.Memory) => boolean): boolean[] => [
    ...['0.0.0.0', '127.0.0.1', '255.255.255.255', '224.0.0.1'].map((text) => macro(abi.AF_INET, ip4(text))),
    ...['::', '::1', 'ff02::1'].map((text) => macro(abi.AF_INET6, ip6(text))),
  ];
  expect(ask(abi.INET_IS_ADDR_UNSPECIFIED)).toEqual([true, false, false, false, true, false, false]);
  expect(ask(abi.INET_IS_ADDR_LOOPBACK)).toEqual([false, true, false, false, false, true, false]);
  expect(ask(abi.INET_IS_ADDR_BROADCAST)).toEqual([false, false, true, false, false, false, false]);
  expect(ask(abi.INET_IS_ADDR_MULTICAST)).toEqual([false, false, false, true, false, false, true]);
  expect([abi.INET_ADDR_LENGTH(abi.AF_INET), abi.INET_ADDR_LENGTH(abi.AF_INET6)]).toEqual([4, 16]);
  expect([abi.INET_SOCKADDR_LENGTH(abi.AF_INET), abi.INET_SOCKADDR_LENGTH(abi.AF_INET6)]).toEqual([16, 28]);
  expect(abi.INET_ADDR_UNSPECIFIED(abi.AF_INET6)).toEqual(new Uint8Array(16));
  const target = junk(6);
  abi.INET_SET_ADDRESS(abi.AF_INET, target, ip4('1.2.3.4'));
  expect(hex(target)).toBe('01 02 03 04 cc cc');
});

describe('setting addresses', () => {
  const set6 = (change: (a: abi.in6_addr) => void): string => {
    const address = new abi.in6_addr(junk(16));
    change(address);
    return abi.formatIpv6(address.bytes);
  };

  test('IPv6 forms', () => {
    expect(set6((a) => abi.IN6_SET_ADDR_UNSPECIFIED(a))).toBe('::');
    expect(set6((a) => abi.IN6_SET_ADDR_LOOPBACK(a))).toBe('::1');
    expect(hex(ip6(set6((a) => abi.IN6_SET_ADDR_V4MAPPED(a, ip4('1.2.3.4')))))).toBe(hex(ip6('::ffff:1.2.3.4')));
    expect(hex(ip6(set6((a) => abi.IN6_SET_ADDR_V4COMPAT(a, ip4('1.2.3.4')))))).toBe(hex(ip6('::1.2.3.4')));
    expect(set6((a) => abi.IN6_SET_ADDR_SOLICITEDNODE(a, ip6('fe80::12:3456')))).toBe('ff02::1:ff12:3456');
    expect(set6((a) => abi.IN6_SET_6TO4_PREFIX(a, ip4('8.8.4.4')))).toBe('2002:808:404:0:cccc:cccc:cccc:cccc');
    const isatap = (text: string): string => {
      const address = new abi.in6_addr(junk(16));
      abi.IN6_SET_ISATAP_IDENTIFIER(address, ip4(text));
      return hex(address.bytes.subarray(7));
    };
    expect(isatap('8.8.4.4')).toBe('cc 02 00 5e fe 08 08 04 04');
    expect(isatap('10.8.4.4')).toBe('cc 00 00 5e fe 0a 08 04 04');
  });

  test('the IPv4 address inside an IPv6 one', () => {
    for (const macro of [abi.IN6_GET_ADDR_V4MAPPED, abi.IN6_GET_ADDR_V4COMPAT, abi.IN6_EXTRACT_V4ADDR_FROM_ISATAP]) {
      expect(hex(macro(ip6('::ffff:1.2.3.4')))).toBe('01 02 03 04');
    }
    expect(hex(abi.IN6_EXTRACT_V4ADDR_FROM_6TO4(ip6('2002:102:304::')))).toBe('01 02 03 04');
    expect(abi.IN6_MULTICAST_SCOPE(ip6('ff3e::1'))).toBe(14);
  });

  test('IPv4 socket addresses', () => {
    const address = new abi.sockaddr_in(junk(16));
    abi.IN4ADDR_SETSOCKADDR(address, ip4('1.2.3.4'), 0x5000);
    expect(hex(address.bytes)).toBe('02 00 00 50 01 02 03 04 00 00 00 00 00 00 00 00');
    abi.IN4ADDR_SETSOCKADDR(address, address.sin_addr, 0);
    expect(hex(address.sin_addr.bytes)).toBe('01 02 03 04');
    abi.IN4ADDR_SETANY(address);
    expect([abi.IN4ADDR_ISANY(address), abi.IN4ADDR_ISUNSPECIFIED(address), abi.IN4ADDR_ISLOOPBACK(address)]).toEqual([true, true, false]);
    abi.IN4ADDR_SETLOOPBACK(address);
    expect([abi.IN4ADDR_ISANY(address), abi.IN4ADDR_ISUNSPECIFIED(address), abi.IN4ADDR_ISLOOPBACK(address)]).toEqual([false, false, true]);
    const other = new abi.sockaddr_in(address.bytes.slice());
    other.sin_port = 1;
    expect(abi.IN4ADDR_ISEQUAL(address, other)).toBe(true);
    other.sin_addr.s_impno = 9;
    expect(abi.IN4ADDR_ISEQUAL(address, other)).toBe(false);
    expect(abi.IN4ADDR_SCOPE_ID(address).Value).toBe(0);
  });

  test('IPv6 socket addresses', () => {
    const scope = new abi.SCOPE_ID();
    scope.Value = 4;
    const address = new abi.sockaddr_in6(junk(28));
    abi.IN6ADDR_SETSOCKADDR(address, ip6('fe80::1'), scope, 0xbb01);
    expect(hex(address.bytes)).toBe('17 00 01 bb 00 00 00 00 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 04 00 00 00');
    const other = new abi.sockaddr_in6(address.bytes.slice());
    expect(abi.IN6ADDR_ISEQUAL(address, other)).toBe(true);
    other.sin6_scope_id = 5;
    expect(abi.IN6ADDR_ISEQUAL(address, other)).toBe(false);
    abi.IN6ADDR_SETSOCKADDR(address, ip6('2600::1'), scope, 0);
    expect(address.sin6_scope_id).toBe(0);
    abi.IN6ADDR_SETV4MAPPED(address, ip4('1.2.3.4'), scope, 0x5000);
    expect([abi.IN6ADDR_ISV4MAPPED(address), address.sin6_scope_id, address.sin6_port]).toEqual([true, 0, 0x5000]);
    abi.IN6ADDR_SETANY(address);
    expect([abi.IN6ADDR_ISANY(address), abi.IN6ADDR_ISUNSPECIFIED(address), abi.IN6ADDR_ISLOOPBACK(address)]).toEqual([true, true, false]);
    address.sin6_scope_id = 1;
    expect([abi.IN6ADDR_ISANY(address), abi.IN6ADDR_ISUNSPECIFIED(address)]).toEqual([true, false]);
    abi.IN6ADDR_SETLOOPBACK(address);
    expect([abi.IN6ADDR_ISLOOPBACK(address), address.sin6_scope_id, address.sin6_family]).toEqual([true, 0, 23]);
    const is = (text: string): boolean[] => {
      address.sin6_addr = ip6(text);
      return [abi.IN6ADDR_ISISATAP(address), abi.IN6ADDR_IS6TO4(address), abi.IN6ADDR_ISTEREDO(address)];
    };
    expect(['2600::5efe:1.2.3.4', '2002::1', '2001::1', '::'].map(is)).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
      [false, false, false],
    ]);
  });

  test('socket addresses of either family', () => {
    const scope = new abi.SCOPE_ID();
    const storage4 = new abi.sockaddr_storage();
    const storage6 = new abi.sockaddr_storage();
    abi.INETADDR_SETSOCKADDR(abi.AF_INET, storage4, ip4('1.2.3.4'), scope, 0x5000);
    scope.Value = 3;
    abi.INETADDR_SETSOCKADDR(abi.AF_INET6, storage6, ip6('fe80::1'), scope, 0x5100);
    expect([storage4, storage6].map(abi.INETADDR_PORT)).toEqual([0x5000, 0x5100]);
    expect([storage4, storage6].map((a) => abi.INETADDR_SCOPE_ID(a).Value)).toEqual([0, 3]);
    expect([storage4, storage6].map((a) => abi.INETADDR_ADDRESS(a).length)).toEqual([4, 16]);
    abi.INETADDR_SET_PORT(storage6, 7);
    expect(abi.SS_PORT(storage6)).toBe(7);
    expect(abi.INETADDR_ISEQUAL(storage4, storage6)).toBe(false);
    expect(abi.INETADDR_ISEQUAL(storage6, storage6)).toBe(true);
    abi.INETADDR_SET_ADDRESS(storage6, ip6('::ffff:1.2.3.4'));
    expect([storage4, storage6].map(abi.INETADDR_ISV4MAPPED)).toEqual([false, true]);
    abi.INETADDR_SET_ADDRESS(storage4, ip4('9.9.9.9'));
    expect(hex(storage4.bytes.subarray(4, 8))).toBe('09 09 09 09');
    for (const storage of [storage4, storage6]) {
      abi.INETADDR_SETANY(storage);
      expect([abi.INETADDR_ISANY(storage), abi.INETADDR_ISUNSPECIFIED(storage), abi.INETADDR_ISLOOPBACK(storage)]).toEqual([true, true, false]);
      abi.INETADDR_SETLOOPBACK(storage);
      expect([abi.INETADDR_ISANY(storage), abi.INETADDR_ISUNSPECIFIED(storage), abi.INETADDR_ISLOOPBACK(storage)]).toEqual([false, false, true]);
    }
  });
});
