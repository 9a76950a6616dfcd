// Which entry a socket gets, and which error when there is none.

import { describe, expect, it } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { defaultCatalog, selectEntry } from '../../src/catalog/index.js';
import type { Catalog } from '../../src/catalog/index.js';
import { chain, layer } from '../../src/testing/compliance/store/samples.js';

const { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_STREAM } = abi;
const { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_RAW, IPPROTO_TCP, IPPROTO_UDP } = abi;
const { protocols } = defaultCatalog();

const ANY = 0;

describe('a socket that can be had', () => {
  it.each<[family: number, type: number, protocol: number, id: number, becomes: [number, number, number]]>([
    [AF_INET, SOCK_STREAM, IPPROTO_TCP, 1001, [AF_INET, SOCK_STREAM, IPPROTO_TCP]],
    [AF_INET, SOCK_DGRAM, IPPROTO_UDP, 1002, [AF_INET, SOCK_DGRAM, IPPROTO_UDP]],
    [AF_INET, SOCK_STREAM, 0, 1001, [AF_INET, SOCK_STREAM, IPPROTO_TCP]],
    [AF_INET, SOCK_DGRAM, 0, 1002, [AF_INET, SOCK_DGRAM, IPPROTO_UDP]],
    [AF_INET, ANY, 0, 1001, [AF_INET, SOCK_STREAM, IPPROTO_TCP]],
    [AF_INET, ANY, IPPROTO_TCP, 1001, [AF_INET, SOCK_STREAM, IPPROTO_TCP]],
    [AF_INET, ANY, IPPROTO_UDP, 1002, [AF_INET, SOCK_DGRAM, IPPROTO_UDP]],
    [AF_INET, ANY, IPPROTO_ICMP, 1003, [AF_INET, SOCK_RAW, IPPROTO_ICMP]],
    [AF_INET, SOCK_RAW, 0, 1003, [AF_INET, SOCK_RAW, 0]],
    [AF_INET, SOCK_RAW, IPPROTO_ICMP, 1003, [AF_INET, SOCK_RAW, IPPROTO_ICMP]],
    [AF_INET, SOCK_RAW, IPPROTO_TCP, 1003, [AF_INET, SOCK_RAW, IPPROTO_TCP]],
    [AF_INET, SOCK_RAW, IPPROTO_RAW, 1003, [AF_INET, SOCK_RAW, IPPROTO_RAW]],
    [AF_INET6, SOCK_STREAM, 0, 1004, [AF_INET6, SOCK_STREAM, IPPROTO_TCP]],
    [AF_INET6, ANY, 0, 1004, [AF_INET6, SOCK_STREAM, IPPROTO_TCP]],
    [AF_INET6, ANY, IPPROTO_UDP, 1005, [AF_INET6, SOCK_DGRAM, IPPROTO_UDP]],
    [AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, 1006, [AF_INET6, SOCK_RAW, IPPROTO_ICMPV6]],
    [AF_UNIX, SOCK_STREAM, 0, 1007, [AF_UNIX, SOCK_STREAM, 0]],
    [AF_UNIX, ANY, 0, 1007, [AF_UNIX, SOCK_STREAM, 0]],
    [AF_UNSPEC, ANY, IPPROTO_TCP, 1001, [AF_INET, SOCK_STREAM, IPPROTO_TCP]],
    [AF_UNSPEC, ANY, IPPROTO_UDP, 1002, [AF_INET, SOCK_DGRAM, IPPROTO_UDP]],
    [AF_UNSPEC, ANY, IPPROTO_RAW, 1003, [AF_INET, SOCK_RAW, IPPROTO_RAW]],
    [AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP, 1002, [AF_INET, SOCK_DGRAM, IPPROTO_UDP]],
  ])('socket(%i, %i, %i) is entry %i', (family, type, protocol, id, becomes) => {
    const found = selectEntry(protocols, family, type, protocol);
    if (!found.ok) return expect.unreachable(abi.errorName(found.error));
    expect(found.entry.dwCatalogEntryId).toBe(id);
    expect([found.family, found.type, found.protocol]).toEqual(becomes);
  });
});

describe('a socket that cannot be had', () => {
  it.each<[family: number, type: number, protocol: number, error: string]>([
    [AF_UNSPEC, ANY, 0, 'WSAEINVAL'],
    [AF_UNSPEC, SOCK_STREAM, 0, 'WSAEINVAL'],
    [AF_UNSPEC, -1, 0, 'WSAEINVAL'],
    [AF_UNSPEC, 0xdead, 0, 'WSAEINVAL'],
    [AF_UNSPEC, ANY, 0xdead, 'WSAEPROTONOSUPPORT'],
    [AF_UNSPEC, SOCK_STREAM, -1, 'WSAEPROTONOSUPPORT'],
    [AF_UNSPEC, -1, IPPROTO_UDP, 'WSAESOCKTNOSUPPORT'],
    [AF_UNSPEC, -1, -1, 'WSAESOCKTNOSUPPORT'],
    [AF_INET, -1, 0, 'WSAESOCKTNOSUPPORT'],
    [AF_INET, 7, 0, 'WSAESOCKTNOSUPPORT'],
    [AF_INET, 0xdead, 0, 'WSAESOCKTNOSUPPORT'],
    [AF_INET, SOCK_RDM, 0, 'WSAESOCKTNOSUPPORT'],
    [AF_INET, SOCK_SEQPACKET, IPPROTO_TCP, 'WSAESOCKTNOSUPPORT'],
    [AF_INET, ANY, -1, 'WSAEPROTONOSUPPORT'],
    [AF_INET, SOCK_STREAM, IPPROTO_UDP, 'WSAEPROTONOSUPPORT'],
    [AF_INET, SOCK_DGRAM, IPPROTO_TCP, 'WSAEPROTONOSUPPORT'],
    [AF_INET, SOCK_RAW, 256, 'WSAEPROTONOSUPPORT'],
    [AF_UNIX, SOCK_DGRAM, 0, 'WSAESOCKTNOSUPPORT'],
    [AF_UNIX, SOCK_STREAM, IPPROTO_TCP, 'WSAEPROTONOSUPPORT'],
    [99, SOCK_STREAM, IPPROTO_TCP, 'WSAEAFNOSUPPORT'],
    [-1, SOCK_STREAM, IPPROTO_UDP, 'WSAEAFNOSUPPORT'],
    [abi.AF_IPX, SOCK_DGRAM, 1000, 'WSAEAFNOSUPPORT'],
  ])('socket(%i, %i, %i) is %s', (family, type, protocol, error) => {
    const found = selectEntry(protocols, family, type, protocol);
    expect(found.ok ? found.entry.szProtocol : abi.errorName(found.error)).toBe(error);
  });
});

describe('order and layers', () => {
  const first = (catalog: Catalog, family: number, type: number, protocol: number): number | null => {
    const found = catalog.select(family, type, protocol);
    return found.ok ? found.entry.dwCatalogEntryId : null;
  };

  it('takes the first match in catalog order', () => {
    const turned = defaultCatalog().withProtocolOrder([1004, 1001]) as Catalog;
    expect(first(turned, AF_UNSPEC, ANY, IPPROTO_TCP)).toBe(1004);
    expect(first(defaultCatalog(), AF_UNSPEC, ANY, IPPROTO_TCP)).toBe(1001);
  });

  it('chooses a chain that comes first, and never the layer itself', () => {
    const layered = defaultCatalog().withProtocols([layer, chain(1008, 1001)]);
    expect(first(layered.withProtocolOrder([1008, 1009]) as Catalog, AF_INET, SOCK_STREAM, IPPROTO_TCP)).toBe(1009);
    expect(first(layered.withProtocolOrder([1008]) as Catalog, AF_INET, SOCK_STREAM, IPPROTO_TCP)).toBe(1001);
  });

  it('does not count a layer as a partial match', () => {
    const onlyLayer = defaultCatalog().with({ protocols: [] }).withProtocols([{ ...layer, iAddressFamily: 99 }]);
    expect(onlyLayer.select(99, ANY, IPPROTO_UDP)).toEqual({ ok: false, error: abi.WSAEAFNOSUPPORT });
  });

  it('lets protocol 0 match only entries that say so', () => {
    const strict = defaultCatalog().withProtocol(1001, { dwProviderFlags: 0 }) as Catalog;
    expect(first(strict, AF_INET, ANY, 0)).toBe(1002);
    expect(strict.select(AF_INET, SOCK_STREAM, 0)).toEqual({ ok: false, error: abi.WSAEPROTONOSUPPORT });
  });

  it('finds nothing in an empty catalog', () => {
    expect(selectEntry([], AF_INET, SOCK_STREAM, 0)).toEqual({ ok: false, error: abi.WSAEAFNOSUPPORT });
  });
});
