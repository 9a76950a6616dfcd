// sockaddr bytes to addresses and back: golden bytes, round trips, and what is refused.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { AF_INET, AF_INET6, AF_UNIX, WSAEAFNOSUPPORT, WSAEFAULT, WSAEINVAL } from '../../src/abi/index.js';
import {
  addressSize,
  anyAddress,
  decodeAddress,
  encodeAddress,
  familyName,
  familyNumber,
  isAny,
  isUnspecified,
  type NetAddress,
} from '../../src/afd/index.js';
import type { Family } from '../../src/drivers/contract.js';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6', 'unix'];

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

/** Addresses and their bytes as Windows lays them out. */
const GOLDEN: readonly { readonly name: string; readonly address: NetAddress; readonly bytes: Uint8Array }[] = [
  {
    name: 'IPv4',
    address: { family: 'ipv4', address: '192.0.2.33', port: 0x1f90, scopeId: 0 },
    bytes: hex('0200 1f90 c0000221 0000000000000000'),
  },
  {
    name: 'the IPv4 wildcard',
    address: anyAddress('ipv4'),
    bytes: hex('0200 0000 00000000 0000000000000000'),
  },
  {
    name: 'IPv6 with a scope',
    address: { family: 'ipv6', address: 'fe80::1:2', port: 0x0102, scopeId: 0x0a0b0c0d },
    bytes: hex('1700 0102 00000000 fe800000000000000000000000010002 0d0c0b0a'),
  },
  {
    name: 'a mapped address',
    address: { family: 'ipv6', address: '::ffff:127.0.0.1', port: 80, scopeId: 0 },
    bytes: hex('1700 0050 00000000 00000000000000000000ffff7f000001 00000000'),
  },
  {
    name: 'a path',
    address: { family: 'unix', address: '/tmp/é', port: 0, scopeId: 0 },
    bytes: hex('0100 2f746d702fc3a9 00'),
  },
  {
    name: 'an unnamed local socket',
    address: anyAddress('unix'),
    bytes: hex('0100'),
  },
];

describe.each(GOLDEN)('$name', ({ address, bytes }) => {
  test('is written as these bytes', () => {
    expect(encodeAddress(address)).toEqual(bytes);
  });

  test('is read from these bytes, whatever memory they lie in', () => {
    expect(decodeAddress(address.family, bytes, bytes.length)).toEqual({ error: 0, address });
    const middle = new Uint8Array(bytes.length + 20).fill(0xcc);
    middle.set(bytes, 7);
    const size = Math.max(bytes.length, 2);
    expect(decodeAddress(address.family, middle.subarray(7, 7 + size), size)).toEqual({ error: 0, address });
  });

  test('is read from a longer buffer too', () => {
    const room = new Uint8Array(128);
    room.set(bytes);
    expect(decodeAddress(address.family, room, 128)).toEqual({ error: 0, address });
  });
});

describe('a caller that passes', () => {
  const ipv4 = GOLDEN[0]!.bytes;
  const ipv6 = GOLDEN[2]!.bytes;

  test('no memory is told WSAEFAULT', () => {
    for (const family of FAMILIES) expect(decodeAddress(family, null, 16)).toEqual({ error: WSAEFAULT, address: null });
  });

  test('too short a length is told WSAEFAULT', () => {
    for (const length of [0, 2, 15, -1]) expect(decodeAddress('ipv4', ipv4, length).error).toBe(WSAEFAULT);
    for (const length of [0, 16, 27, -1]) expect(decodeAddress('ipv6', ipv6, length).error).toBe(WSAEFAULT);
    for (const length of [0, 1, -1]) expect(decodeAddress('unix', hex('0100'), length).error).toBe(WSAEFAULT);
  });

  test('less memory than its length says is told WSAEFAULT', () => {
    expect(decodeAddress('ipv4', ipv4.subarray(0, 8), 16).error).toBe(WSAEFAULT);
    expect(decodeAddress('ipv6', ipv6.subarray(0, 16), 28).error).toBe(WSAEFAULT);
    expect(decodeAddress('unix', hex('0100'), 10).error).toBe(WSAEFAULT);
  });

  test('another family is told WSAEAFNOSUPPORT', () => {
    expect(decodeAddress('ipv4', ipv6, ipv6.length).error).toBe(WSAEAFNOSUPPORT);
    expect(decodeAddress('ipv6', hex('0200 0000 00000000 0000000000000000 000000000000000000000000'), 28).error).toBe(WSAEAFNOSUPPORT);
    expect(decodeAddress('unix', ipv4, 16).error).toBe(WSAEAFNOSUPPORT);
    expect(decodeAddress('ipv4', hex('0201 1f90 c0000221 0000000000000000'), 16).error).toBe(WSAEAFNOSUPPORT);
  });

  test("a name in Linux's abstract space is told WSAEINVAL", () => {
    expect(decodeAddress('unix', hex('0100 00 61'), 4)).toEqual({ error: WSAEINVAL, address: null });
  });
});

describe('round trips', () => {
  const port = fc.integer({ min: 0, max: 65_535 });
  const ipv4 = fc.record({ family: fc.constant<Family>('ipv4'), address: fc.ipV4(), port, scopeId: fc.constant(0) });
  const ipv6 = fc.record({
    family: fc.constant<Family>('ipv6'),
    address: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }).map((words) => words.map((word) => word.toString(16)).join(':')),
    port,
    scopeId: fc.integer({ min: 0, max: 0xffffffff }),
  });

  test('bytes come back from the address that they were read as', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (address) => {
        const bytes = encodeAddress(address);
        const decoded = decodeAddress(address.family, bytes, bytes.length);
        expect(decoded.error).toBe(0);
        // The text may be another spelling: it is the bytes that must be the same, and everything else.
        expect(encodeAddress(decoded.address!)).toEqual(bytes);
        expect(decoded.address).toMatchObject({ family: address.family, port: address.port, scopeId: address.scopeId });
        expect(bytes.length).toBe(addressSize(address.family));
      }),
    );
  });

  test('paths of up to 107 bytes come back whole', () => {
    const path = fc.string({ minLength: 1, maxLength: 107, unit: fc.constantFrom('/', 'a', 'z', '.', ' ') });
    fc.assert(
      fc.property(path, (text) => {
        const address: NetAddress = { family: 'unix', address: text, port: 0, scopeId: 0 };
        const bytes = encodeAddress(address);
        expect(decodeAddress('unix', bytes, bytes.length)).toEqual({ error: 0, address });
      }),
    );
  });

  test('arbitrary bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130 }), fc.integer({ min: -5, max: 140 }), fc.constantFrom(...FAMILIES), (bytes, length, family) => {
        const { error, address } = decodeAddress(family, bytes, length);
        expect(error === 0).toBe(address !== null);
      }),
    );
  });
});

describe('families', () => {
  test('have the numbers of the header, and names for them', () => {
    expect(FAMILIES.map(familyNumber)).toEqual([AF_INET, AF_INET6, AF_UNIX]);
    expect([AF_INET, AF_INET6, AF_UNIX].map(familyName)).toEqual(FAMILIES);
    expect(familyName(0)).toBeNull();
    expect(familyName(6)).toBeNull();
  });

  test('have a wildcard where they have addresses', () => {
    expect(FAMILIES.map((family) => isAny(anyAddress(family)))).toEqual([true, true, false]);
    expect(isAny({ family: 'ipv4', address: '127.0.0.1', port: 0, scopeId: 0 })).toBe(false);
  });
});

test('AF_UNSPEC is seen in the family field alone', () => {
  expect(isUnspecified(hex('0000 ffff'), 4)).toBe(true);
  expect(isUnspecified(hex('0000'), 2)).toBe(true);
  expect(isUnspecified(hex('0200 0000'), 4)).toBe(false);
  expect(isUnspecified(hex('0001 0000'), 4)).toBe(false);
  expect(isUnspecified(hex('0000'), 1)).toBe(false);
  expect(isUnspecified(hex('00'), 2)).toBe(false);
  expect(isUnspecified(null, 16)).toBe(false);
});
