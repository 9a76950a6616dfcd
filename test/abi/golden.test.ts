// Structures whose bytes are written out by hand, in both directions.

import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { hex, junk } from './reference.js';

const zeros = (count: number): string => new Array<string>(count).fill('00').join(' ');

describe('golden bytes', () => {
  test('sockaddr_in 127.0.0.1:80', () => {
    const address = new abi.sockaddr_in(junk(16));
    address.sin_family = abi.AF_INET;
    address.sin_port = 0x5000; // htons(80)
    address.sin_addr.s_addr = 0x0100007f;
    address.sin_zero = new Uint8Array(8);
    expect(hex(address.bytes)).toBe(`02 00 00 50 7f 00 00 01 ${zeros(8)}`);
    expect(address.sin_addr.S_un.S_un_b.s_b1).toBe(127);
    expect(address.sin_addr.S_un.S_un_w.s_w2).toBe(0x0100);
    expect([address.sin_addr.s_net, address.sin_addr.s_host, address.sin_addr.s_lh, address.sin_addr.s_impno]).toEqual([127, 0, 0, 1]);
    expect(address.sin_addr.s_imp).toBe(0x0100);
  });

  test('sockaddr_in6 [fe80::1%4]:443', () => {
    const address = new abi.sockaddr_in6(junk(28));
    address.sin6_family = abi.AF_INET6;
    address.sin6_port = 0xbb01; // htons(443)
    address.sin6_flowinfo = 0;
    address.sin6_addr = Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    address.sin6_scope_id = 4;
    expect(hex(address.bytes)).toBe(`17 00 01 bb ${zeros(4)} fe 80 ${zeros(13)} 01 04 00 00 00`);
    expect(address.sin6_addr.s6_words[0]).toBe(0x80fe);
    expect(address.sin6_scope_struct.Zone).toBe(4);
    address.sin6_scope_struct.Level = abi.ScopeLevelLink;
    expect(address.sin6_scope_id).toBe(0x20000004);
  });

  test('sockaddr_un', () => {
    const address = new abi.sockaddr_un(junk(110));
    address.sun_family = abi.AF_UNIX;
    address.sun_path = '/tmp/ü';
    expect(hex(address.bytes)).toBe(`01 00 2f 74 6d 70 2f c3 bc ${zeros(101)}`);
    expect(address.sun_path).toBe('/tmp/ü');
    address.sun_path = `${'x'.repeat(106)}ü`;
    expect(address.sun_path).toBe('x'.repeat(106));
    expect(address.bytes[109]).toBe(0);
  });

  test('sockaddr_storage holds any address', () => {
    const storage = new abi.sockaddr_storage();
    new abi.sockaddr_in(storage).sin_family = abi.AF_INET;
    expect(storage.ss_family).toBe(2);
    expect(storage.bytes).toHaveLength(128);
  });

  test('linger', () => {
    const linger = new abi.linger(junk(4));
    linger.l_onoff = 1;
    linger.l_linger = 30;
    expect(hex(linger.bytes)).toBe('01 00 1e 00');
  });

  test('timeval', () => {
    const time = new abi.timeval(junk(8));
    time.tv_sec = -2;
    time.tv_usec = 500000;
    expect(hex(time.bytes)).toBe('fe ff ff ff 20 a1 07 00');
    expect(time.tv_sec).toBe(-2);
  });

  test('tcp_keepalive', () => {
    const values = new abi.tcp_keepalive(junk(12));
    values.onoff = 1;
    values.keepalivetime = 7200000;
    values.keepaliveinterval = 1000;
    expect(hex(values.bytes)).toBe('01 00 00 00 00 dd 6d 00 e8 03 00 00');
  });

  test('WSANETWORKEVENTS', () => {
    const events = new abi.WSANETWORKEVENTS(junk(44));
    events.lNetworkEvents = abi.FD_CONNECT | abi.FD_CLOSE;
    events.iErrorCode.fill(0);
    events.iErrorCode[abi.FD_CONNECT_BIT] = abi.WSAECONNREFUSED;
    expect(hex(events.bytes)).toBe(`30 00 00 00 ${zeros(16)} 4d 27 00 00 ${zeros(20)}`);
    expect(events.iErrorCode[abi.FD_CONNECT_BIT]).toBe(10061);
    expect([...events.iErrorCode]).toEqual([0, 0, 0, 0, 10061, 0, 0, 0, 0, 0]);
    events.iErrorCode = [1, 2];
    expect([...events.iErrorCode].slice(0, 5)).toEqual([1, 2, 0, 0, 10061]);
  });

  test('WSAPOLLFD', () => {
    const fd = new abi.WSAPOLLFD(junk(16));
    fd.fd = abi.INVALID_SOCKET;
    fd.events = abi.POLLIN;
    fd.revents = abi.POLLNVAL;
    expect(hex(fd.bytes)).toBe('ff ff ff ff ff ff ff ff 00 03 04 00 cc cc cc cc');
    expect(fd.fd).toBe(-1);
    fd.fd = 0x1234 as abi.SOCKET;
    expect(hex(fd.bytes.subarray(0, 8))).toBe('34 12 00 00 00 00 00 00');
    expect(new abi.pollfd(fd).fd).toBe(0x1234);
  });

  test('WSAPROTOCOL_INFOW', () => {
    const info = new abi.WSAPROTOCOL_INFOW();
    info.dwServiceFlags1 = 0x20066;
    info.dwProviderFlags = abi.PFL_MATCHES_PROTOCOL_ZERO;
    info.ProviderId = abi.guid('{E70F1AA0-AB8B-11CF-8CA3-00805F48A192}');
    info.dwCatalogEntryId = 1001;
    info.ProtocolChain.ChainLen = 1;
    info.ProtocolChain.ChainEntries[0] = 1001;
    info.iVersion = 2;
    info.iAddressFamily = abi.AF_INET;
    info.iMaxSockAddr = 16;
    info.iMinSockAddr = 16;
    info.iSocketType = abi.SOCK_STREAM;
    info.iProtocol = abi.IPPROTO_TCP;
    info.szProtocol = 'MSAFD';
    const words = (...values: number[]): string => hex(new Uint8Array(new Uint32Array(values).buffer));
    expect(hex(info.bytes.subarray(0, 36))).toBe(
      `66 00 02 00 ${zeros(12)} 08 00 00 00 a0 1a 0f e7 8b ab cf 11 8c a3 00 80 5f 48 a1 92`,
    );
    expect(hex(info.bytes.subarray(36, 116))).toBe(words(1001, 1, 1001, 0, 0, 0, 0, 0, 0, 2, 2, 16, 16, 1, 6, 0, 0, 0, 0, 0));
    expect(hex(info.bytes.subarray(116))).toBe(`4d 00 53 00 41 00 46 00 44 00 ${zeros(502)}`);
    expect(info.bytes).toHaveLength(628);
    info.szProtocol = 'x'.repeat(300);
    expect(info.szProtocol).toBe('x'.repeat(255));
    expect(new abi.WSAPROTOCOL_INFO()).toBeInstanceOf(abi.WSAPROTOCOL_INFOA);
  });

  test('GUID', () => {
    const guid = abi.guid('{25A207B9-DDF3-4660-8EE9-76E58C74063E}');
    expect(hex(guid.bytes)).toBe('b9 07 a2 25 f3 dd 60 46 8e e9 76 e5 8c 74 06 3e');
    expect(String(guid)).toBe('{25A207B9-DDF3-4660-8EE9-76E58C74063E}');
    expect(abi.IsEqualGUID(guid, abi.WSAID_CONNECTEX)).toBe(true);
    expect(abi.IsEqualGUID(guid, abi.WSAID_ACCEPTEX)).toBe(false);
    expect(abi.parseGuid('25a207b9-ddf3-4660-8ee9-76e58c74063e')?.Data3).toBe(0x4660);
    expect(abi.parseGuid('{25A207B9}')).toBeNull();
    expect(() => abi.guid('nothing')).toThrow(TypeError);
  });

  test('packed structures have no padding', () => {
    const address = new abi.SOCKADDR_BTH(junk(30));
    address.addressFamily = abi.AF_BTH;
    address.btAddr = 0x0000_1122_3344_5566n;
    address.port = 3;
    expect(hex(address.bytes)).toBe(`20 00 66 55 44 33 22 11 00 00 ${new Array(16).fill('cc').join(' ')} 03 00 00 00`);
  });
});

describe('structures of other headers inside ours', () => {
  test('PROCESSOR_NUMBER', () => {
    const affinity = new abi.SOCKET_PROCESSOR_AFFINITY(junk(8));
    affinity.Processor.Group = 0x0102;
    affinity.Processor.Number = 3;
    affinity.Processor.Reserved = 0;
    affinity.NumaNodeId = 5;
    expect(hex(affinity.bytes)).toBe('02 01 03 00 05 00 cc cc');
  });

  test('the identifiers and ranges of a Bluetooth query', () => {
    const query = new abi.BTH_QUERY_SERVICE(junk(256));
    query.uuids(11).uuidType = 16;
    query.uuids(11).uuid16 = 0x1101;
    query.pRange(0).minAttribute = 1;
    query.pRange(0).maxAttribute = 0xffff;
    expect(hex(query.bytes.subarray(228, 248))).toBe('01 11 cc cc cc cc cc cc cc cc cc cc cc cc cc cc 10 00 cc cc');
    expect(hex(query.bytes.subarray(252))).toBe('01 00 ff ff');
    query.uuids(0).uuid128 = abi.WSAID_CONNECTEX;
    expect(String(query.uuids(0).uuid128)).toBe(String(abi.WSAID_CONNECTEX));
    expect(query.uuids(0).uuid32).toBe(0x25a207b9);
  });
});

test('arrays of numbers end where C says', () => {
  const chain = new abi.WSAPROTOCOLCHAIN(junk(32));
  chain.ChainEntries.fill(0xffffffff);
  expect(chain.ChainEntries).toHaveLength(7);
  expect([...chain.ChainEntries]).toEqual(new Array(7).fill(0xffffffff));
  expect(chain.ChainLen).toBe(0xcccccccc | 0);
  chain.ChainEntries[7] = 1;
  expect(chain.ChainEntries[7]).toBeUndefined();
  chain.ChainEntries = [1, 2, 3, 4, 5, 6, 7, 8];
  expect(chain.ChainEntries[6]).toBe(7);
});

describe('open ends', () => {
  test('a source filter over more memory reaches every source', () => {
    const filter = new abi.group_filter(new Uint8Array(abi.GROUP_FILTER_SIZE(3)));
    filter.gf_numsrc = 3;
    filter.gf_slist(2).ss_family = abi.AF_INET6;
    expect(filter.bytes[144 + 2 * 128]).toBe(23);
    expect(() => filter.gf_slist(3)).toThrow(RangeError);
    expect(new abi.group_filter(new Uint8Array(abi.GROUP_FILTER_SIZE(0))).gf_numsrc).toBe(0);
  });

  test('assigning a structure copies it', () => {
    const one = new abi.sockaddr_in();
    const other = new abi.in_addr(Uint8Array.of(10, 0, 0, 1));
    one.sin_addr = other;
    other.s_addr = 0;
    expect(hex(one.sin_addr.bytes)).toBe('0a 00 00 01');
  });

  test('a network location blob is as long as its memory', () => {
    const memory = new Uint8Array(12 + 8 + 6);
    const blob = new abi.NLA_BLOB(memory);
    blob.header.type = abi.NLA_INTERFACE;
    blob.data.interfaceData.adapterName = 'eth0';
    expect(hex(memory.subarray(20))).toBe('65 74 68 30 00 00');
    expect(blob.data.rawData).toHaveLength(14);
  });
});
