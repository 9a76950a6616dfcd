// Raw sockets: packets of one protocol, addresses without ports, what Windows forbids, and SIO_RCVALL.
import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import {
  MSG_PEEK,
  WSAEACCES,
  WSAEADDRNOTAVAIL,
  WSAEINVAL,
  WSAEMSGSIZE,
  WSAENOPROTOOPT,
  WSAENOTCONN,
  WSAEOPNOTSUPP,
  WSAESOCKTNOSUPPORT,
} from '../../src/abi/index.js';
import { operations as ops, POLL_RECEIVE, POLL_SEND, type DatagramEndpoint, type Endpoint } from '../../src/afd/index.js';
import { control } from '../../src/afd/ioctls/index.js';
import { getOption, numberOption, setOption } from '../../src/afd/options/index.js';
import type { Capabilities, Setting } from '../../src/drivers/contract.js';
import { address, AfdBench, must } from './bench.js';
import { FakeRaw } from './fake-raw.js';
import { dwords } from './options-world.js';

const SETTINGS: readonly Setting[] = ['headerIncluded', 'receiveAll', 'ttl', 'broadcast'];
const ICMP = abi.IPPROTO_ICMP;

function rawBench(differences: Partial<Capabilities> = {}): AfdBench {
  return new AfdBench({ raw: true, settings: SETTINGS, ...differences });
}

function transportOf(endpoint: DatagramEndpoint): FakeRaw {
  const { transport } = endpoint;
  if (transport instanceof FakeRaw) return transport;
  throw new Error('not a raw transport');
}

/** Two sockets of a protocol, bound to 127.0.0.1 and 127.0.0.2. */
function two(protocol: number = ICMP): AfdBench & { readonly a: DatagramEndpoint; readonly b: DatagramEndpoint } {
  const bench = rawBench();
  const [a, b] = [bench.raw(protocol), bench.raw(protocol)];
  must(ops.bind(a, address(0, '127.0.0.1')));
  must(ops.bind(b, address(0, '127.0.0.2')));
  return Object.assign(bench, { a, b });
}

function set(endpoint: Endpoint, level: number, name: number, value: number): number {
  return setOption(endpoint, level, name, dwords(value), 4);
}

/** What a control code gives with these bytes. */
function run(endpoint: Endpoint, code: number, input: Uint8Array | null): number {
  return control(endpoint, code, input, null).error;
}

describe('a raw socket', () => {
  test('is not for everybody, and not for local sockets', () => {
    expect(new AfdBench().afd.createEndpoint(abi.AF_INET, abi.SOCK_RAW, ICMP)).toBe(WSAEACCES);
    expect(rawBench().afd.createEndpoint(abi.AF_UNIX, abi.SOCK_RAW, 0)).toBe(WSAESOCKTNOSUPPORT);
  });

  test.each([abi.IPPROTO_IP, abi.IPPROTO_ICMP, abi.IPPROTO_UDP, 132, abi.IPPROTO_RAW])('can be had for protocol %i', (protocol) => {
    const endpoint = rawBench().raw(protocol);
    expect([endpoint.type, endpoint.protocol, transportOf(endpoint).protocol]).toEqual([abi.SOCK_RAW, protocol, protocol]);
  });

  test('tells what could not be opened, and leaves nothing behind', () => {
    const bench = rawBench();
    Object.assign(bench.driver, { openRaw: () => 'EMFILE' });
    expect(bench.afd.createEndpoint(abi.AF_INET, abi.SOCK_RAW, ICMP)).toBe(abi.WSAEMFILE);
    expect(bench.afd.endpoints.size).toBe(0);
  });

  test('receives packets with their IPv4 header, and their senders', () => {
    const world = two();
    must(world.sendTo(world.a, address(0, '127.0.0.2'), 'ping').state);
    world.pump();
    const call = world.receive(world.b, 99);
    expect([call.text.slice(20), call.request.bytes, call.request.from]).toEqual(['ping', 24, address(0, '127.0.0.1')]);
    expect(world.receive(world.a, 99).state).toBe('pending');
  });

  test('takes addresses with ports and ignores these', () => {
    const bench = rawBench();
    const [a, b] = [bench.raw(ICMP), bench.raw(ICMP)];
    must(ops.bind(a, address(7, '127.0.0.1')));
    must(ops.connectDatagram(b, address(9, '127.0.0.1')));
    expect([a.local, b.remote]).toEqual([address(0, '127.0.0.1'), address(0, '127.0.0.1')]);
    must(bench.sendTo(b, address(11, '127.0.0.1'), 'x').state);
    bench.pump();
    expect(bench.receive(a, 99).request.bytes).toBe(21);
    expect(bench.sendTo(a, address(9, '0.0.0.0'), 'x').state).toBe(WSAEADDRNOTAVAIL);
  });

  test('holds no port and shares its address', () => {
    const bench = rawBench();
    const sockets = [bench.raw(ICMP), bench.raw(ICMP)];
    for (const endpoint of sockets) must(ops.bind(endpoint, address(7)));
    expect([...bench.afd.ports.holdings()]).toEqual([]);
    must(ops.bind(bench.datagram(), address(7)));
  });

  test('sends to its peer, hears only it, and lets go of it again', () => {
    const world = two();
    must(ops.connectDatagram(world.b, address(0, '127.0.0.1')));
    must(world.sendTo(world.b, null, 'one').state);
    world.pump();
    expect(world.receive(world.a, 99).text.slice(20)).toBe('one');
    transportOf(world.b).arrive(Uint8Array.of(1), address(0, '127.0.0.9'));
    expect(world.b.hasArrivals).toBe(false);
    must(ops.disconnectDatagram(world.b));
    expect(world.sendTo(world.b, null, 'two').state).toBe(WSAENOTCONN);
  });

  test('binds itself with the first packet, and cannot receive before', () => {
    const bench = rawBench();
    const endpoint = bench.raw(ICMP);
    expect(bench.receive(endpoint, 9).state).toBe(WSAEINVAL);
    must(bench.sendTo(endpoint, address(0, '127.0.0.1'), 'x').state);
    expect(endpoint.local).toEqual(address(0, '0.0.0.0'));
  });

  test('lets a packet be looked at, cuts one that is too long, and shows what is there', () => {
    const world = two();
    must(world.sendTo(world.a, address(0, '127.0.0.2'), 'long').state);
    expect(world.b.readiness()).toBe(POLL_SEND);
    world.pump();
    expect(world.b.readiness()).toBe(POLL_SEND | POLL_RECEIVE);
    expect(world.receive(world.b, 99, MSG_PEEK).request.bytes).toBe(24);
    const cut = world.receive(world.b, 22);
    expect([cut.state, cut.filled.slice(20)]).toEqual([WSAEMSGSIZE, 'lo']);
    expect(world.receive(world.b, 99).state).toBe('pending');
  });

  test('needs SO_BROADCAST for the broadcast address', () => {
    const bench = rawBench();
    const endpoint = bench.raw(ICMP);
    expect(bench.sendTo(endpoint, address(0, '255.255.255.255'), 'x').state).toBe(WSAEACCES);
    must(set(endpoint, abi.SOL_SOCKET, abi.SO_BROADCAST, 1));
    must(bench.sendTo(endpoint, address(0, '255.255.255.255'), 'x').state);
  });

  test('carries what one packet carries', () => {
    const bench = rawBench();
    const sizes: unknown[] = [];
    for (const family of ['ipv4', 'ipv6'] as const) {
      const endpoint = bench.raw(ICMP, family);
      const most = numberOption(endpoint, abi.SOL_SOCKET, abi.SO_MAX_MSG_SIZE);
      const to = address(0, family === 'ipv4' ? '127.0.0.1' : '::1');
      sizes.push([most, bench.sendTo(endpoint, to, new Uint8Array(most)).state, bench.sendTo(endpoint, to, new Uint8Array(most + 1)).state]);
    }
    expect(sizes).toEqual([[65515, 0, WSAEMSGSIZE], [65535, 0, WSAEMSGSIZE]]);
  });

  test('cannot be used for TCP', () => {
    const bench = rawBench();
    const endpoint = bench.raw(abi.IPPROTO_TCP);
    expect(ops.bind(endpoint, address())).toBe(WSAEINVAL);
    expect(bench.sendTo(endpoint, address(), 'x').state).toBe(WSAEACCES);
  });
});

describe('IP_HDRINCL', () => {
  test('is told to the driver, and the caller\'s header is left as it is', () => {
    const world = two(abi.IPPROTO_UDP);
    must(set(world.a, abi.IPPROTO_IP, abi.IP_HDRINCL, 1));
    expect(transportOf(world.a).applied.get('headerIncluded')).toBe(1);
    expect(numberOption(world.a, abi.IPPROTO_IP, abi.IP_HDRINCL)).toBe(1);
    expect(numberOption(world.a, abi.SOL_SOCKET, abi.SO_MAX_MSG_SIZE)).toBe(65535);
    must(world.sendTo(world.a, address(0, '127.0.0.2'), 'header and all').state);
    world.pump();
    expect(world.receive(world.b, 99).text).toBe('header and all');
  });

  test('does not let TCP through either, however the header is cut', () => {
    const world = two(abi.IPPROTO_UDP);
    must(set(world.a, abi.IPPROTO_IP, abi.IP_HDRINCL, 1));
    const header = new Uint8Array(20);
    header[9] = abi.IPPROTO_TCP;
    const to = address(0, '127.0.0.2');
    expect(world.sendTo(world.a, to, header.subarray(0, 4), header.subarray(4)).state).toBe(WSAEACCES);
    header[9] = abi.IPPROTO_UDP;
    must(world.sendTo(world.a, to, header.subarray(0, 4), header.subarray(4)).state);
  });

  test('is for raw sockets only', () => {
    expect(set(rawBench().datagram(), abi.IPPROTO_IP, abi.IP_HDRINCL, 1)).toBe(WSAEINVAL);
    expect(getOption(rawBench().stream(), abi.IPPROTO_IP, abi.IP_HDRINCL, new Uint8Array(4), 4).error).toBe(WSAEINVAL);
  });
});

describe('SIO_RCVALL', () => {
  /** A socket that hears everything of 127.0.0.1's interface. */
  function sniffer(bench: AfdBench, protocol: number = abi.IPPROTO_IP): DatagramEndpoint {
    const endpoint = bench.raw(protocol);
    must(ops.bind(endpoint, address(0, '127.0.0.1')));
    return endpoint;
  }

  test('hears what is for others, until it is switched off', () => {
    const world = two();
    const endpoint = sniffer(world);
    const heard: boolean[] = [];
    for (const mode of [abi.RCVALL_ON, abi.RCVALL_IPLEVEL, abi.RCVALL_OFF]) {
      must(run(endpoint, abi.SIO_RCVALL, dwords(mode)));
      expect(transportOf(endpoint).applied.get('receiveAll')).toBe(mode);
      must(world.sendTo(world.a, address(0, '127.0.0.2'), 'x').state);
      world.pump();
      heard.push(endpoint.hasArrivals);
      if (endpoint.hasArrivals) world.receive(endpoint, 99);
    }
    expect(heard).toEqual([true, true, false]);
  });

  test('takes one byte, and no mode that there is not', () => {
    const endpoint = sniffer(rawBench());
    expect(run(endpoint, abi.SIO_RCVALL, Uint8Array.of(abi.RCVALL_ON))).toBe(0);
    expect([null, new Uint8Array(0), dwords(4), dwords(-1)].map((input) => run(endpoint, abi.SIO_RCVALL, input))).toEqual([
      WSAEINVAL, WSAEINVAL, WSAEINVAL, WSAEINVAL,
    ]);
  });

  test('has a mode that does nothing', () => {
    const endpoint = sniffer(rawBench());
    expect(run(endpoint, abi.SIO_RCVALL, dwords(abi.RCVALL_SOCKETLEVELONLY))).toBe(0);
    expect(transportOf(endpoint).applied.has('receiveAll')).toBe(false);
  });

  test('needs a raw socket of the protocol IP that is bound to an interface', () => {
    const bench = rawBench();
    const wildcard = bench.raw(abi.IPPROTO_IP);
    must(ops.bind(wildcard, address(0, '0.0.0.0')));
    const on = dwords(abi.RCVALL_ON);
    expect([bench.raw(abi.IPPROTO_IP), wildcard, sniffer(bench, ICMP)].map((endpoint) => run(endpoint, abi.SIO_RCVALL, on))).toEqual([
      WSAEINVAL, WSAEINVAL, WSAEINVAL,
    ]);
    expect(run(bench.boundDatagram(), abi.SIO_RCVALL, on)).toBe(WSAENOPROTOOPT);
    const sixth = bench.raw(abi.IPPROTO_IPV6, 'ipv6');
    must(ops.bind(sixth, address(0, '::1')));
    expect(run(sixth, abi.SIO_RCVALL, on)).toBe(0);
  });

  test('is refused where the driver cannot', () => {
    const bench = rawBench({ settings: [] });
    expect(run(sniffer(bench), abi.SIO_RCVALL, dwords(abi.RCVALL_ON))).toBe(WSAEOPNOTSUPP);
  });

  test.each([
    ['SIO_RCVALL_MCAST', abi.SIO_RCVALL_MCAST, abi.IPPROTO_UDP, true],
    ['SIO_RCVALL_IGMPMCAST', abi.SIO_RCVALL_IGMPMCAST, abi.IPPROTO_IGMP, false],
  ])('%s hears groups, and else only what is for it', (_name, code, protocol, everyProtocol) => {
    const bench = rawBench();
    const endpoint = sniffer(bench, protocol);
    must(run(endpoint, code, dwords(abi.RCVALL_ON)));
    const heard = (last: readonly number[], of: number): boolean => {
      const packet = Uint8Array.of(...new Uint8Array(9), of, ...new Uint8Array(6), ...last, 9);
      transportOf(endpoint).arrive(packet, address(0, '127.0.0.3'));
      const { hasArrivals } = endpoint;
      if (hasArrivals) bench.receive(endpoint, 99);
      return hasArrivals;
    };
    const groups = [[224, 0, 0, 1], [127, 0, 0, 1], [127, 0, 0, 2]];
    expect(groups.map((last) => heard(last, protocol))).toEqual([true, true, false]);
    expect(groups.map((last) => heard(last, ICMP))).toEqual([everyProtocol, false, false]);
    must(run(endpoint, code, dwords(abi.RCVALL_OFF)));
    expect(groups.map((last) => heard(last, protocol))).toEqual([true, true, true]);
    expect(run(sniffer(bench, ICMP), code, dwords(abi.RCVALL_ON))).toBe(WSAEINVAL);
  });
});
