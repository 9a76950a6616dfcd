import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { hex, reference } from './reference.js';

interface FunctionItem {
  readonly name: string;
  readonly layer: string;
}

const exported = abi as unknown as Readonly<Record<string, unknown>>;

test('every macro of the headers is a function', () => {
  const macros = (reference('functions') as { items: readonly FunctionItem[] }).items.filter(({ layer }) => layer === 'macro');
  expect(macros).toHaveLength(175);
  expect(macros.filter(({ name }) => typeof exported[name] !== 'function')).toEqual([]);
});

test('words', () => {
  expect(abi.MAKEWORD(2, 1)).toBe(0x0102);
  expect([abi.LOBYTE(0x1234), abi.HIBYTE(0x1234)]).toEqual([0x34, 0x12]);
  expect(abi.MAKELONG(0x1234, 0x5678)).toBe(0x56781234);
  expect(abi.MAKELONG(0, 0x8000)).toBe(-0x80000000);
  expect([abi.LOWORD(-2), abi.HIWORD(-2)]).toEqual([0xfffe, 0xffff]);
});

test('window messages', () => {
  const select = abi.WSAMAKESELECTREPLY(abi.FD_CLOSE, abi.WSAECONNRESET);
  expect([abi.WSAGETSELECTEVENT(select), abi.WSAGETSELECTERROR(select)]).toEqual([abi.FD_CLOSE, abi.WSAECONNRESET]);
  const reply = abi.WSAMAKEASYNCREPLY(1024, abi.WSAENOBUFS);
  expect([abi.WSAGETASYNCBUFLEN(reply), abi.WSAGETASYNCERROR(reply)]).toEqual([1024, abi.WSAENOBUFS]);
});

describe('fd_set', () => {
  const s = (n: number): abi.SOCKET => n as abi.SOCKET;

  test('adds once, removes, tells and empties', () => {
    const set = new abi.fd_set();
    expect(set.size).toBe(abi.FD_SETSIZE);
    for (const n of [4, 8, 4, 12]) abi.FD_SET(s(n), set);
    expect([set.fd_count, set.fd_array]).toEqual([3, [4, 8, 12]]);
    abi.FD_CLR(s(4), set);
    abi.FD_CLR(s(99), set);
    expect([set.fd_count, set.fd_array]).toEqual([2, [8, 12]]);
    expect([abi.FD_ISSET(s(8), set), abi.FD_ISSET(s(4), set)]).toEqual([true, false]);
    abi.FD_ZERO(set);
    expect([set.fd_count, abi.FD_ISSET(s(8), set)]).toEqual([0, false]);
  });

  test('counts only the first fd_count sockets', () => {
    const set = new abi.fd_set();
    for (const n of [4, 8, 12]) abi.FD_SET(s(n), set);
    set.fd_count = 1;
    expect([abi.FD_ISSET(s(4), set), abi.FD_ISSET(s(8), set)]).toEqual([true, false]);
    abi.FD_CLR(s(8), set);
    expect(set.fd_count).toBe(1);
    abi.FD_SET(s(16), set);
    expect(set.fd_array.slice(0, set.fd_count)).toEqual([4, 16]);
  });

  test('a full set takes no more', () => {
    const set = new abi.fd_set(2);
    for (const n of [4, 8, 12]) abi.FD_SET(s(n), set);
    expect(set.fd_array).toEqual([4, 8]);
  });
});

test('times', () => {
  const at = (seconds: number, microseconds: number): abi.timeval => {
    const time = new abi.timeval();
    time.tv_sec = seconds;
    time.tv_usec = microseconds;
    return time;
  };
  expect([at(0, 0), at(1, 0), at(0, 1)].map(abi.timerisset)).toEqual([false, true, true]);
  const later = at(1, 5);
  const ordered = (one: abi.timeval, other: abi.timeval): string =>
    (['<', '<=', '==', '!=', '>=', '>'] as const).filter((cmp) => abi.timercmp(one, other, cmp)).join(' ');
  expect(ordered(at(1, 4), later)).toBe('< <= !=');
  expect(ordered(at(1, 5), later)).toBe('<= == >=');
  expect(ordered(at(2, 0), later)).toBe('!= >= >');
  abi.timerclear(later);
  expect(abi.timerisset(later)).toBe(false);
});

test('control codes come out of their bits', () => {
  expect(abi._IOW('f', 126, 4)).toBe(abi.FIONBIO);
  expect(abi._IOR('f', 127, 4)).toBe(abi.FIONREAD);
  expect(abi._IOR('s', 7, abi.in_addr)).toBe(abi.SIOCATMARK);
  expect(abi._IO('f', 1)).toBe(0x20006601);
  expect(abi._WSAIO(abi.IOC_WS2, 2)).toBe(abi.SIO_ENABLE_CIRCULAR_QUEUEING);
  expect(abi._WSAIOR(abi.IOC_WS2, 5)).toBe(abi.SIO_GET_BROADCAST_ADDRESS);
  expect(abi._WSAIOW(abi.IOC_VENDOR, 4)).toBe(abi.SIO_KEEPALIVE_VALS);
  expect(abi._WSAIORW(abi.IOC_WS2, 6)).toBe(abi.SIO_GET_EXTENSION_FUNCTION_POINTER);
});

test('sizes', () => {
  expect([0, 1, 3].map(abi.GROUP_FILTER_SIZE)).toEqual([144, 272, 528]);
  expect([0, 1, 3].map(abi.IP_MSFILTER_SIZE)).toEqual([16, 20, 28]);
  expect([0, 1, 3].map(abi.SIZEOF_SOCKET_ADDRESS_LIST)).toEqual([8, 24, 56]);
  expect([abi.AF_INET, abi.AF_INET6, abi.AF_UNIX, abi.AF_BTH, abi.AF_UNSPEC, 999].map(abi.SOCKADDR_SIZE)).toEqual([16, 28, 110, 30, 0, 0]);
  expect(abi.SOMAXCONN_HINT(200)).toBe(-200);
});

test('HasOverlappedIoCompleted', () => {
  expect(abi.HasOverlappedIoCompleted(new abi.OVERLAPPED({ Internal: abi.STATUS_PENDING }))).toBe(false);
  expect(abi.HasOverlappedIoCompleted(new abi.OVERLAPPED())).toBe(true);
});

describe('service classes with a number', () => {
  test('made, set and told apart', () => {
    expect(String(abi.SVCID_TCP(80))).toBe('{00090050-0000-0000-C000-000000000046}');
    expect(String(abi.SVCID_UDP_RR(53, 1))).toBe('{000A0035-0000-0001-C000-000000000046}');
    expect(String(abi.SVCID_DNS(28))).toBe(String(abi.SVCID_DNS_TYPE_AAAA));
    expect(String(abi.SVCID_NETWARE(4))).toBe(String(abi.SVCID_FILE_SERVER));
    expect(String(abi.SVCID_TCP_RR(53, 5))).toBe(String(abi.SVCID_DNS_TYPE_CNAME));

    const table = [abi.SVCID_FTP_TCP, abi.SVCID_TFTP_UDP, abi.SVCID_DNS_TYPE_MX, abi.SVCID_FILE_SERVER, abi.WSAID_ACCEPTEX].map((guid) => [
      abi.IS_SVCID_TCP(guid),
      abi.IS_SVCID_UDP(guid),
      abi.IS_SVCID_DNS(guid),
      abi.IS_SVCID_NETWARE(guid),
    ]);
    expect(table).toEqual([
      [true, false, false, false],
      [false, true, false, false],
      [true, false, true, false],
      [false, false, false, true],
      [false, false, false, false],
    ]);
    expect(abi.PORT_FROM_SVCID_TCP(abi.SVCID_FTP_TCP)).toBe(21);
    expect(abi.PORT_FROM_SVCID_UDP(abi.SVCID_TFTP_UDP)).toBe(69);
    expect(abi.SAPID_FROM_SVCID_NETWARE(abi.SVCID_FILE_SERVER)).toBe(4);
    expect(abi.RR_FROM_SVCID(abi.SVCID_DNS_TYPE_MX)).toBe(15);
  });

  test('setting overwrites the whole identifier', () => {
    const set: [string, (guid: abi.GUID) => void][] = [
      ['{00090050-0000-0000-C000-000000000046}', (guid) => abi.SET_TCP_SVCID(guid, 80)],
      ['{00090050-0000-0002-C000-000000000046}', (guid) => abi.SET_TCP_SVCID_RR(guid, 80, 2)],
      ['{000A0050-0000-0000-C000-000000000046}', (guid) => abi.SET_UDP_SVCID(guid, 80)],
      ['{000A0050-0000-0002-C000-000000000046}', (guid) => abi.SET_UDP_SVCID_RR(guid, 80, 2)],
      ['{000B0050-0000-0000-C000-000000000046}', (guid) => abi.SET_NETWARE_SVCID(guid, 80)],
    ];
    for (const [text, change] of set) {
      const guid = new abi.GUID(new Uint8Array(16).fill(0xcc));
      change(guid);
      expect(String(guid)).toBe(text);
    }
  });

  test('a foreign tail is not a service class', () => {
    const guid = abi.SVCID_TCP(80);
    guid.bytes[15] = 0x47;
    expect(abi.IS_SVCID_TCP(guid)).toBe(false);
  });
});

describe('scope ids', () => {
  test('a scope id says only what the address does not', () => {
    const scope = new abi.SCOPE_ID();
    scope.Value = 7;
    scope.Level = abi.ScopeLevelLink;
    expect(abi.ScopeLevel(scope)).toBe(abi.ScopeLevelLink);
    abi.INET_UNCANONICALIZE_SCOPE_ID(abi.AF_INET6, abi.parseIpv6('fe80::1') ?? new Uint8Array(16), scope);
    expect(scope.Value).toBe(7);
    abi.INET_UNCANONICALIZE_SCOPE_ID(abi.AF_INET6, abi.parseIpv6('2600::1') ?? new Uint8Array(16), scope);
    expect(scope.Value).toBe(0);
    scope.Value = 7;
    abi.INET_UNCANONICALIZE_SCOPE_ID(abi.AF_INET, Uint8Array.of(127, 0, 0, 1), scope);
    expect(scope.Value).toBe(0);
    expect(hex(scope.bytes)).toBe('00 00 00 00');
  });
});
