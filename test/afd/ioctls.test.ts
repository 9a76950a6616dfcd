// The control code table against the reference, and what each code does.
import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import type { Endpoint } from '../../src/afd/endpoint.js';
import { control, controlRules, type ControlAnswer } from '../../src/afd/ioctls/index.js';
import { isBroadcast } from '../../src/afd/ioctls/interfaces.js';
import { getOption, numberOption } from '../../src/afd/options/index.js';
import { IoRequest } from '../../src/afd/request.js';
import type { StreamFigures } from '../../src/drivers/contract.js';
import { dwords, LAN, LOOPBACK, World } from './options-world.js';

const { WSAEFAULT, WSAEINVAL, WSAENOPROTOOPT, WSAENOTCONN, WSAEOPNOTSUPP, WSAENETUNREACH, WSAEINTR } = abi;
const KINDS = ['tcp4', 'tcp6', 'udp4', 'udp6', 'unix'] as const;

function run(endpoint: Endpoint, code: number, input: Uint8Array | null, output: Uint8Array | null = null): ControlAnswer {
  const result = control(endpoint, code, input, output);
  if (result instanceof IoRequest) throw new Error('not done at once');
  return result;
}

function waiting(endpoint: Endpoint, code: number, input: Uint8Array | null = null): IoRequest {
  const result = control(endpoint, code, input, null);
  if (!(result instanceof IoRequest)) throw new Error(`done at once: ${result.error}`);
  return result;
}

function out(size = 256): Uint8Array {
  return new Uint8Array(size).fill(0xcc);
}

function asked(endpoint: Endpoint, code: number): number {
  const output = out();
  expect(run(endpoint, code, null, output)).toEqual({ error: 0, bytes: 4 });
  expect(output[4]).toBe(0xcc);
  return new DataView(output.buffer).getUint32(0, true);
}

function sockaddr(...address: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(address.length === 4 ? 16 : 28);
  bytes[0] = address.length === 4 ? abi.AF_INET : abi.AF_INET6;
  bytes.set(address, address.length === 4 ? 4 : 8);
  return bytes;
}

describe('the table', () => {
  test('has no code twice', () => {
    const codes = controlRules.map((rule) => rule.code >>> 0);
    expect(new Set(codes).size).toBe(codes.length);
  });

  /** What any answer may be: the errors that WSAIoctl documents. */
  const documented = new Set<number>([
    0, WSAEFAULT, WSAEINVAL, WSAENOPROTOOPT, WSAENOTCONN, WSAEOPNOTSUPP, WSAENETUNREACH, abi.WSAEADDRNOTAVAIL,
    // The secure socket extensions' own.
    abi.WSAEAFNOSUPPORT, abi.WSAEMSGSIZE,
  ]);

  test.each(abi.socketIoctls)('$name has a row and a documented answer', ({ code }) => {
    expect(controlRules.some((rule) => rule.code >>> 0 === code >>> 0)).toBe(true);
    const world = new World();
    for (const kind of KINDS) {
      for (const buffer of [null, new Uint8Array(512)]) {
        const result = control(world[kind](), code, buffer, buffer === null ? null : out(512));
        if (result instanceof IoRequest) result.abort(0);
        else expect(documented).toContain(result.error);
      }
    }
    expect(world.clock.timers).toBe(0);
  });

  test.each([0xdeadbeef, abi.FIOASYNC, abi.SIO_FLUSH, abi.SIO_TCP_INFO, abi.SIO_AF_UNIX_GETPEERPID, abi.SIO_BASE_HANDLE])(
    'nobody handles 0x%s',
    (code) => {
      for (const kind of KINDS) expect(run(new World()[kind](), code, dwords(1, 0, 0), out()).error).toBe(WSAEOPNOTSUPP);
    },
  );

  test('a code may come signed or unsigned', () => {
    expect(run(new World().tcp4(), abi.FIONBIO | 0, dwords(1)).error).toBe(0);
    expect(run(new World().tcp4(), abi.FIONBIO >>> 0, dwords(1)).error).toBe(0);
  });
});

describe('every socket', () => {
  test('FIONBIO', () => {
    const endpoint = new World().tcp4();
    expect(run(endpoint, abi.FIONBIO, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0))).toEqual({ error: 0, bytes: 0 });
    expect(endpoint.nonBlocking).toBe(true);
    for (const bad of [null, dwords(0).subarray(0, 3)]) expect(run(endpoint, abi.FIONBIO, bad).error).toBe(WSAEFAULT);
    expect(endpoint.nonBlocking).toBe(true);
    run(endpoint, abi.FIONBIO, dwords(0));
    expect(endpoint.nonBlocking).toBe(false);
  });

  test('FIONREAD', () => {
    const world = new World();
    const stream = world.connected();
    stream.received(Uint8Array.of(1, 2, 3), 3);
    expect(asked(stream, abi.FIONREAD)).toBe(3);
    // A receive would stop at the mark.
    stream.urgent(33);
    stream.received(Uint8Array.of(1, 2, 3), 3);
    expect(asked(stream, abi.FIONREAD)).toBe(3);
    const datagram = world.udp4();
    const from = { family: 'ipv4', address: '127.0.0.1', port: 9, scopeId: 0 } as const;
    datagram.received(Uint8Array.of(1, 2, 3), from, null);
    datagram.received(Uint8Array.of(4, 5), from, null);
    expect(asked(datagram, abi.FIONREAD)).toBe(5);
    expect(run(stream, abi.FIONREAD, null, out(3)).error).toBe(WSAEFAULT);
    expect(run(stream, abi.FIONREAD, null, null).error).toBe(WSAEFAULT);
  });

  test('SIOCATMARK', () => {
    const world = new World();
    const stream = world.connected();
    expect(asked(stream, abi.SIOCATMARK)).toBe(1);
    stream.urgent(33);
    expect(asked(stream, abi.SIOCATMARK)).toBe(0);
    expect(numberOption(stream, abi.IPPROTO_TCP, abi.TCP_ATMARK)).toBe(0);
    stream.options.oobInline = true;
    expect(asked(stream, abi.SIOCATMARK)).toBe(1);
    expect(run(world.udp4(), abi.SIOCATMARK, null, out()).error).toBe(WSAENOPROTOOPT);
  });
});

describe('the machine\'s addresses', () => {
  test('SIO_ADDRESS_LIST_QUERY points into its own buffer', () => {
    const endpoint = new World().tcp4();
    const output = out();
    expect(run(endpoint, abi.SIO_ADDRESS_LIST_QUERY, null, output)).toEqual({ error: 0, bytes: 8 + 16 + 16 });
    const view = new DataView(output.buffer);
    expect([view.getInt32(0, true), view.getBigUint64(8, true), view.getInt32(16, true)]).toEqual([1, 24n, 16]);
    expect(output.subarray(24, 40)).toEqual(sockaddr(192, 0, 2, 5));
    expect(output[40]).toBe(0xcc);
  });

  test('... asks for as much room as it needs', () => {
    const endpoint = new World().tcp4();
    expect(run(endpoint, abi.SIO_ADDRESS_LIST_QUERY, null, null)).toEqual({ error: WSAEFAULT, bytes: 40 });
    expect(run(endpoint, abi.SIO_ADDRESS_LIST_QUERY, null, out(39))).toEqual({ error: WSAEFAULT, bytes: 40 });
    expect(run(endpoint, abi.SIO_ADDRESS_LIST_QUERY, null, out(1)).error).toBe(WSAEINVAL);
  });

  test('... shows the loopback address where there is no other', () => {
    const output = out();
    expect(run(new World().tcp6(), abi.SIO_ADDRESS_LIST_QUERY, null, output).bytes).toBe(8 + 16 + 28);
    expect(output[24 + 8 + 15]).toBe(1);
  });

  test('SIO_GET_INTERFACE_LIST', () => {
    const world = new World();
    const output = out();
    expect(run(world.tcp4(), abi.SIO_GET_INTERFACE_LIST, null, output)).toEqual({ error: 0, bytes: 2 * 76 });
    const [lo, lan] = [new abi.INTERFACE_INFO(output, 0), new abi.INTERFACE_INFO(output, 76)];
    expect(lo.iiFlags).toBe(abi.IFF_UP | abi.IFF_LOOPBACK | abi.IFF_MULTICAST);
    expect(lan.iiFlags).toBe(abi.IFF_UP | abi.IFF_BROADCAST | abi.IFF_MULTICAST);
    expect(output.subarray(76 + 4, 76 + 20)).toEqual(sockaddr(192, 0, 2, 5));
    expect(output.subarray(76 + 28, 76 + 44)).toEqual(sockaddr(255, 255, 255, 255));
    expect(output.subarray(76 + 52, 76 + 68)).toEqual(sockaddr(255, 255, 255, 0));
    expect(run(world.tcp4(), abi.SIO_GET_INTERFACE_LIST, null, out(10)).error).toBe(WSAEFAULT);
    expect(run(world.tcp6(), abi.SIO_GET_INTERFACE_LIST, null, output).error).toBe(WSAENOPROTOOPT);
  });

  test.each([
    ['this machine', [127, 0, 0, 9], [127, 0, 0, 1]],
    ['a neighbour', [192, 0, 2, 77], [192, 0, 2, 5]],
    ['the world', [198, 51, 100, 1], [192, 0, 2, 5]],
  ])('SIO_ROUTING_INTERFACE_QUERY for %s', (_text, destination, source) => {
    const output = out();
    const result = run(new World().udp4(), abi.SIO_ROUTING_INTERFACE_QUERY, sockaddr(...destination), output);
    expect(result).toEqual({ error: 0, bytes: 16 });
    expect(output.subarray(0, 16)).toEqual(sockaddr(...source));
  });

  test('... and its refusals', () => {
    const world = new World();
    const far = sockaddr(198, 51, 100, 1);
    expect(run(world.udp4(), abi.SIO_ROUTING_INTERFACE_QUERY, far, out(15))).toEqual({ error: WSAEFAULT, bytes: 16 });
    expect(run(world.udp4(), abi.SIO_ROUTING_INTERFACE_QUERY, null, out()).error).toBe(WSAEFAULT);
    expect(run(world.udp6(), abi.SIO_ROUTING_INTERFACE_QUERY, far, out()).error).not.toBe(0);
    world.interfaces = [LOOPBACK];
    expect(run(world.udp4(), abi.SIO_ROUTING_INTERFACE_QUERY, far, out()).error).toBe(WSAENETUNREACH);
  });

  test('SIO_GET_BROADCAST_ADDRESS is IPv4\'s', () => {
    const world = new World();
    const output = out();
    expect(run(world.udp4(), abi.SIO_GET_BROADCAST_ADDRESS, null, output).bytes).toBe(16);
    expect(output.subarray(0, 16)).toEqual(sockaddr(255, 255, 255, 255));
    expect(run(world.udp6(), abi.SIO_GET_BROADCAST_ADDRESS, null, output).error).toBe(WSAENOPROTOOPT);
    expect(run(world.tcp4(), abi.SIO_GET_BROADCAST_ADDRESS, null, output).error).toBe(WSAENOPROTOOPT);
  });
});

describe('a broadcast address', () => {
  test.each([
    ['255.255.255.255', true], ['192.0.2.255', true], ['192.0.2.5', false], ['198.51.100.255', false], ['127.255.255.255', false],
  ])('%s is one: %s', (address, expected) => {
    expect(isBroadcast(new World().udp4(), { family: 'ipv4', address, port: 0, scopeId: 0 })).toBe(expected);
  });

  test('IPv6 has none', () => {
    expect(isBroadcast(new World().udp6(), { family: 'ipv6', address: 'ff02::1', port: 0, scopeId: 0 })).toBe(false);
  });
});

describe('changes', () => {
  test('SIO_ADDRESS_LIST_CHANGE is done when the list is another', () => {
    const world = new World();
    const request = waiting(world.tcp4(), abi.SIO_ADDRESS_LIST_CHANGE);
    world.clock.turn(5000);
    expect(request.done).toBe(false);
    world.interfaces = [LOOPBACK];
    world.clock.turn(1000);
    expect([request.done, request.error]).toEqual([true, 0]);
    expect(world.clock.timers).toBe(0);
  });

  test('SIO_ROUTING_INTERFACE_CHANGE looks at one destination only', () => {
    const world = new World();
    const near = waiting(world.udp4(), abi.SIO_ROUTING_INTERFACE_CHANGE, sockaddr(127, 0, 0, 1));
    const far = waiting(world.udp4(), abi.SIO_ROUTING_INTERFACE_CHANGE, sockaddr(198, 51, 100, 1));
    world.interfaces = [LOOPBACK, { ...LAN, address: '192.0.2.6' }];
    world.clock.turn(1000);
    expect([near.done, far.done]).toEqual([false, true]);
  });

  test('closing the socket, or giving up, ends the waiting', () => {
    const world = new World();
    const endpoint = world.tcp4();
    const closed = waiting(endpoint, abi.SIO_ADDRESS_LIST_CHANGE);
    const given = waiting(endpoint, abi.SIO_ADDRESS_LIST_CHANGE);
    given.abort(abi.WSAEWOULDBLOCK);
    expect([given.error, closed.done]).toEqual([abi.WSAEWOULDBLOCK, false]);
    endpoint.lastHandleClosed();
    expect([closed.done, closed.error]).toEqual([true, WSAEINTR]);
    expect(world.clock.timers).toBe(0);
  });

  test('the ideal send backlog is a number of connections, and never changes', () => {
    const world = new World();
    expect(run(world.tcp4(), abi.SIO_IDEAL_SEND_BACKLOG_QUERY, null, out()).error).toBe(WSAENOTCONN);
    expect(run(world.tcp4(), abi.SIO_IDEAL_SEND_BACKLOG_CHANGE, null).error).toBe(WSAENOTCONN);
    const endpoint = world.connected();
    expect(asked(endpoint, abi.SIO_IDEAL_SEND_BACKLOG_QUERY)).toBeGreaterThan(0);
    const request = waiting(endpoint, abi.SIO_IDEAL_SEND_BACKLOG_CHANGE);
    expect(world.clock.timers).toBe(0);
    endpoint.lastHandleClosed();
    expect(request.error).toBe(WSAEINTR);
  });

  test('only one may wait for another ideal send backlog, and until sending is over', () => {
    const endpoint = new World().connected();
    const request = waiting(endpoint, abi.SIO_IDEAL_SEND_BACKLOG_CHANGE);
    expect(run(endpoint, abi.SIO_IDEAL_SEND_BACKLOG_CHANGE, null).error).toBe(WSAEINTR);
    expect(request.done).toBe(false);
    endpoint.afd.ops.shutdown(endpoint, abi.SD_SEND);
    expect([request.done, request.error]).toEqual([true, WSAEINTR]);
    expect(run(endpoint, abi.SIO_IDEAL_SEND_BACKLOG_CHANGE, null).error).toBe(WSAEINTR);
  });

  test.each([
    ['a stream and room for output', 'tcp4', out(), WSAEINVAL],
    ['a datagram socket', 'udp4', null, WSAEOPNOTSUPP],
    ['a local socket', 'unix', null, WSAENOPROTOOPT],
  ] as const)('SIO_IDEAL_SEND_BACKLOG_CHANGE on %s', (_what, kind, output, error) => {
    expect(run(new World()[kind](), abi.SIO_IDEAL_SEND_BACKLOG_CHANGE, null, output).error).toBe(error);
  });
});

describe('streams', () => {
  test('SIO_KEEPALIVE_VALS is the same setting as the options\'', () => {
    const world = new World();
    const endpoint = world.tcp4();
    expect(run(endpoint, abi.SIO_KEEPALIVE_VALS, dwords(1, 90_500, 2000)).error).toBe(0);
    expect(numberOption(endpoint, abi.SOL_SOCKET, abi.SO_KEEPALIVE)).toBe(1);
    expect(numberOption(endpoint, abi.IPPROTO_TCP, abi.TCP_KEEPIDLE)).toBe(91);
    expect(numberOption(endpoint, abi.IPPROTO_TCP, abi.TCP_KEEPINTVL)).toBe(2);
    expect(world.told(endpoint).settings).toContainEqual(['keepAliveIdleMs', 90_500]);
    run(endpoint, abi.SIO_KEEPALIVE_VALS, dwords(0, 0, 0));
    expect(numberOption(endpoint, abi.SOL_SOCKET, abi.SO_KEEPALIVE)).toBe(0);
    expect(numberOption(endpoint, abi.IPPROTO_TCP, abi.TCP_KEEPINTVL)).toBe(2);
    expect(run(endpoint, abi.SIO_KEEPALIVE_VALS, dwords(1, 1)).error).toBe(WSAEFAULT);
    expect(run(world.udp4(), abi.SIO_KEEPALIVE_VALS, dwords(1, 1, 1)).error).toBe(WSAENOPROTOOPT);
  });

  test.each<[string, number, Uint8Array, readonly (readonly [string, number])[]]>([
    ['SIO_TCP_INITIAL_RTO', abi.SIO_TCP_INITIAL_RTO, Uint8Array.of(0xf4, 1, 3, 0), [['initialTimeoutMs', 500], ['noSynRetries', 0]]],
    ['... with defaults', abi.SIO_TCP_INITIAL_RTO, Uint8Array.of(0, 0, 0, 0), [['initialTimeoutMs', 3000], ['noSynRetries', 0]]],
    ['... without retries', abi.SIO_TCP_INITIAL_RTO, Uint8Array.of(0xff, 0xff, 254, 0), [['noSynRetries', 1]]],
    ['... with nothing said', abi.SIO_TCP_INITIAL_RTO, Uint8Array.of(0xff, 0xff, 255, 0), []],
    ['SIO_TCP_SET_ICW', abi.SIO_TCP_SET_ICW, dwords(abi.TCP_ICW_LEVEL_COMPAT), [['initialWindow', 4]]],
    ['SIO_TCP_SET_ACK_FREQUENCY', abi.SIO_TCP_SET_ACK_FREQUENCY, Uint8Array.of(1), [['ackFrequency', 1]]],
  ])('%s goes to the driver', (_text, code, input, told) => {
    const world = new World();
    const endpoint = world.tcp4();
    expect(run(endpoint, code, input).error).toBe(0);
    expect(world.told(endpoint).settings).toEqual(told);
  });

  test('... and their refusals', () => {
    const world = new World();
    expect(run(world.connected(), abi.SIO_TCP_INITIAL_RTO, new Uint8Array(4)).error).toBe(WSAEINVAL);
    expect(run(world.tcp4(), abi.SIO_TCP_SET_ICW, dwords(5)).error).toBe(WSAEINVAL);
    expect(run(world.udp4(), abi.SIO_TCP_SET_ICW, dwords(0)).error).toBe(WSAENOPROTOOPT);
  });

  test('SIO_TCP_INFO gives the figures that the driver keeps', () => {
    const world = new World(undefined, { pathFigures: true });
    const endpoint = world.connected();
    const info = (input: Uint8Array | null, room = 512): ControlAnswer & { output: Uint8Array } => {
      const output = out(room);
      return { ...run(endpoint, abi.SIO_TCP_INFO, input, output), output };
    };
    expect(info(dwords(0)).error).toBe(WSAENOTCONN);
    const [big, names] = [2 ** 33, [
      'mss', 'roundTrip', 'leastRoundTrip', 'bytesInFlight', 'congestionWindow', 'sendWindow', 'receiveWindow', 'receiveBuffer',
      'bytesReordered', 'bytesRetransmitted', 'fastRetransmits', 'duplicateAcksIn', 'timeoutEpisodes', 'synRetransmits',
    ]];
    const numbers = Object.fromEntries(names.map((name, index) => [name, index + 100])) as unknown as StreamFigures;
    const wide = { connectionTimeMs: big, bytesOut: big + 1, bytesIn: big + 2 };
    world.told(endpoint).figures = { ...numbers, state: 4, timestampsEnabled: true, ...wide };
    const { error, bytes, output } = info(dwords(0));
    expect([error, bytes, output[88]]).toEqual([0, 88, 0xcc]);
    const v0 = new abi.TCP_INFO_v0(output);
    expect([v0.State, v0.TimestampsEnabled, v0.ConnectionTimeMs, v0.BytesOut, v0.BytesIn]).toEqual([
      4, 1, BigInt(big), BigInt(big + 1), BigInt(big + 2),
    ]);
    expect([
      v0.Mss, v0.RttUs, v0.MinRttUs, v0.BytesInFlight, v0.Cwnd, v0.SndWnd, v0.RcvWnd, v0.RcvBuf, v0.BytesReordered,
      v0.BytesRetrans, v0.FastRetrans, v0.DupAcksIn, v0.TimeoutEpisodes, v0.SynRetrans,
    ]).toEqual(names.map((_name, index) => index + 100));
    const longer = info(dwords(1));
    expect([longer.error, longer.bytes, new abi.TCP_INFO_v1(longer.output).SndLimBytesSnd]).toEqual([0, 136, 0n]);
    expect(longer.output.subarray(0, 88)).toEqual(output.subarray(0, 88));
    expect([info(dwords(3)), info(dwords(0), 87), info(null), info(new Uint8Array(5))].map((each) => each.error)).toEqual([
      WSAEINVAL, WSAEINVAL, abi.WSAEMSGSIZE, abi.WSAEMSGSIZE,
    ]);
    expect(run(world.udp4(), abi.SIO_TCP_INFO, dwords(0), out()).error).toBe(WSAENOPROTOOPT);
  });

  test('SIO_LOOPBACK_FAST_PATH comes before the connection', () => {
    const world = new World();
    expect(run(world.tcp4(), abi.SIO_LOOPBACK_FAST_PATH, dwords(1)).error).toBe(0);
    expect(run(world.connected(), abi.SIO_LOOPBACK_FAST_PATH, dwords(1)).error).toBe(WSAEINVAL);
    expect(run(world.tcp4(), abi.SIO_LOOPBACK_FAST_PATH, null).error).toBe(WSAEFAULT);
  });
});

describe('datagrams', () => {
  test('SIO_UDP_CONNRESET', () => {
    const world = new World();
    const endpoint = world.udp4();
    expect(run(endpoint, abi.SIO_UDP_CONNRESET, dwords(0)).error).toBe(0);
    endpoint.failed('ECONNREFUSED');
    expect(endpoint.hasArrivals).toBe(false);
    run(endpoint, abi.SIO_UDP_CONNRESET, dwords(1));
    endpoint.failed('ECONNREFUSED');
    expect(endpoint.hasArrivals).toBe(true);
    expect(run(world.tcp4(), abi.SIO_UDP_CONNRESET, dwords(0)).error).toBe(WSAENOPROTOOPT);
  });

  test('SIO_UDP_NETRESET is on from the start, and goes to the driver', () => {
    const world = new World();
    const endpoint = world.udp4();
    run(endpoint, abi.SIO_UDP_NETRESET, dwords(0));
    run(endpoint, abi.SIO_UDP_NETRESET, dwords(7));
    expect(world.told(endpoint).settings).toEqual([['reportHopLimit', 1], ['reportHopLimit', 0], ['reportHopLimit', 1]]);
  });

  test('SIO_UCAST_IF takes a number in host order', () => {
    const world = new World();
    const endpoint = world.tcp4();
    expect(run(endpoint, abi.SIO_UCAST_IF, dwords(2)).error).toBe(0);
    expect(world.told(endpoint).settings).toEqual([['unicastInterface', 2]]);
  });

  test('SIO_ENABLE_CIRCULAR_QUEUEING takes no value', () => {
    const endpoint = new World().udp4();
    expect(run(endpoint, abi.SIO_ENABLE_CIRCULAR_QUEUEING, null)).toEqual({ error: 0, bytes: 0 });
    expect(endpoint.options.circularQueue).toBe(true);
  });

  test('multicast by its Winsock 2 names', () => {
    const world = new World();
    const four = world.udp4();
    expect(run(four, abi.SIO_MULTIPOINT_LOOPBACK, dwords(0)).error).toBe(0);
    expect(run(four, abi.SIO_MULTICAST_SCOPE, dwords(7)).error).toBe(0);
    expect(numberOption(four, abi.IPPROTO_IP, abi.IP_MULTICAST_LOOP)).toBe(0);
    expect(numberOption(four, abi.IPPROTO_IP, abi.IP_MULTICAST_TTL)).toBe(7);
    const six = world.udp6();
    run(six, abi.SIO_MULTICAST_SCOPE, dwords(7));
    expect(numberOption(six, abi.IPPROTO_IPV6, abi.IPV6_MULTICAST_HOPS)).toBe(7);
  });

  test('interfaces by number', () => {
    const world = new World();
    const endpoint = world.udp4();
    expect(run(endpoint, abi.SIO_INDEX_MCASTIF, dwords(2)).error).toBe(0);
    expect(world.told(endpoint).multicastInterface).toBe('192.0.2.5');
    const interfaceBytes = new Uint8Array(4);
    getOption(endpoint, abi.IPPROTO_IP, abi.IP_MULTICAST_IF, interfaceBytes, 4);
    expect(interfaceBytes).toEqual(Uint8Array.of(0, 0, 0, 2));
    const request = Uint8Array.of(239, 1, 2, 3, 2, 0, 0, 0);
    expect(run(endpoint, abi.SIO_INDEX_ADD_MCAST, request).error).toBe(0);
    expect(world.told(endpoint).members).toEqual([{ group: '239.1.2.3', interface: '192.0.2.5', source: null }]);
    expect(run(endpoint, abi.SIO_INDEX_DEL_MCAST, request).error).toBe(0);
    expect(world.told(endpoint).members).toEqual([]);
  });
});
