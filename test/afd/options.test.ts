// The option table against the reference, and what each kind of option does.
import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import type { Endpoint } from '../../src/afd/endpoint.js';
import { StreamEndpoint } from '../../src/afd/stream-endpoint.js';
import { SocketOptions } from '../../src/afd/socket-options.js';
import { getOption, numberOption, optionRules, setOption } from '../../src/afd/options/index.js';
import { bind } from '../../src/afd/ops/bind.js';
import { listen } from '../../src/afd/ops/listen.js';
import { dwords, loopback, World } from './options-world.js';

const { SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP } = abi;
const { WSAEFAULT, WSAEINVAL, WSAENOPROTOOPT, WSAENOTCONN, WSAEADDRNOTAVAIL, WSAEOPNOTSUPP } = abi;
const LEVELS: readonly number[] = [SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP];

type Kind = 'tcp4' | 'tcp6' | 'udp4' | 'udp6' | 'unix';
const KINDS: readonly Kind[] = ['tcp4', 'tcp6', 'udp4', 'udp6', 'unix'];

/** Every option with a number, that has one at a level we have. */
const numbered = abi.socketOptions.filter((option) => option.level !== null && option.value !== null);
const ours = numbered.filter((option) => LEVELS.includes(option.level!));
const foreign = numbered.filter((option) => !LEVELS.includes(option.level!));

function get(endpoint: Endpoint, level: number, name: number, room = 1024): { error: number; length: number; bytes: Uint8Array } {
  const out = new Uint8Array(1024).fill(0xcc);
  const answer = getOption(endpoint, level, name, out, room);
  expect(out.subarray(answer.error === 0 ? answer.length : 0).every((byte) => byte === 0xcc)).toBe(true);
  return { ...answer, bytes: out.slice(0, answer.length) };
}

function set(endpoint: Endpoint, level: number, name: number, ...values: number[]): number {
  return setOption(endpoint, level, name, dwords(...values), 4 * values.length);
}

function valueOf(bytes: Uint8Array): number {
  return bytes.length < 4 ? bytes[0]! : new DataView(bytes.buffer).getInt32(0, true);
}

describe('the table', () => {
  test('has no option twice', () => {
    const keys = optionRules.map((rule) => `${rule.level | 0}:${rule.name | 0}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('has nothing that the reference does not have', () => {
    const known = new Set(ours.map((option) => `${option.level! | 0}:${option.value! | 0}`));
    expect(optionRules.filter((rule) => !known.has(`${rule.level | 0}:${rule.name | 0}`))).toEqual([]);
  });

  test.each(ours)('$levelName $name has a row', ({ level, value }) => {
    expect(optionRules.some((rule) => (rule.level | 0) === (level! | 0) && (rule.name | 0) === (value! | 0))).toBe(true);
  });

  test.each(foreign)('$levelName $name belongs to a protocol that is not there', ({ level, value }) => {
    const world = new World();
    for (const kind of KINDS) {
      expect(get(world[kind](), level!, value!).error).toBe(WSAEINVAL);
      expect(setOption(world[kind](), level!, value!, new Uint8Array(512), 512)).toBe(WSAEINVAL);
    }
  });
});

/** Not an option of getsockopt, whatever the reference says of its value. */
const CONTROL_MESSAGES = new Set(['IP_ECN', 'IPV6_ECN', 'UDP_COALESCED_INFO']);

/** Where a fresh socket answers otherwise than the reference's default says, and why. */
const EXCEPTIONS = new Map([
  // The reference describes datagram sockets; the recorded scenarios have streams too.
  ['IP_DONTFRAGMENT', 'TRUE on streams'],
  ['IPV6_DONTFRAG', 'TRUE on streams'],
]);

describe('a fresh socket', () => {
  const flags = ours.filter((option) => option.get && !CONTROL_MESSAGES.has(option.name) && !EXCEPTIONS.has(option.name));
  test.each(flags)('$levelName $name answers as the reference says, or not at all', (option) => {
    const world = new World();
    let answers = 0;
    for (const kind of KINDS) {
      const { error, length, bytes } = get(world[kind](), option.level!, option.value!);
      if (error !== 0) {
        expect([WSAENOPROTOOPT, WSAEINVAL, WSAENOTCONN]).toContain(error);
        continue;
      }
      answers += 1;
      if (option.default === 'FALSE') expect(valueOf(bytes)).toBe(0);
      if (option.default === 'TRUE') expect(valueOf(bytes)).toBe(1);
      if (/^\d+( .*)?$/.test(option.default ?? '')) expect(valueOf(bytes)).toBe(parseInt(option.default!, 10));
      if (option.size === 4 && length !== 1) expect(length).toBe(4);
    }
    const rule = optionRules.find((each) => (each.level | 0) === (option.level! | 0) && (each.name | 0) === (option.value! | 0))!;
    const forRaw = rule.kinds.length === 1 && rule.kinds[0] === 'raw';
    if (rule.shape !== 'none' && rule.read !== null && !forRaw && !/^IP(V6)?_(GET_IFLIST|MTU)$/.test(option.name)) {
      expect(answers).toBeGreaterThan(0);
    }
  });

  const settable = ours.filter((option) => option.get && option.set && option.size === 4);
  test.each(settable)('$levelName $name gives back what it took', ({ level, value }) => {
    const world = new World();
    for (const kind of KINDS) {
      const endpoint = world[kind]();
      const before = get(endpoint, level!, value!);
      if (before.error !== 0) continue;
      for (const wanted of [1, 0]) {
        if (set(endpoint, level!, value!, wanted) !== 0) continue;
        const after = get(endpoint, level!, value!);
        expect(after.length).toBe(before.length);
        expect(after.bytes[0]).toBe(wanted);
      }
    }
  });

  test.each(ours)('$levelName $name refuses no memory', ({ level, value }) => {
    const world = new World();
    for (const kind of KINDS) {
      const endpoint = world[kind]();
      const asked = getOption(endpoint, level!, value!, null, 4);
      expect(asked.error).not.toBe(0);
      expect(asked.length).toBe(4);
      const empty = new Set([abi.SO_UPDATE_CONNECT_CONTEXT]);
      const takesNothing = level === SOL_SOCKET ? empty.has(value!) : level === IPPROTO_IP && value === abi.IP_OPTIONS;
      if (!takesNothing) expect(setOption(endpoint, level!, value!, null, 0)).not.toBe(0);
    }
  });
});

describe('lengths', () => {
  const world = new World();
  test.each([
    // level, name, socket, length returned for room of 1, 2, 3, 4 and 8 bytes; 0 is WSAEFAULT
    ['SO_BROADCAST', SOL_SOCKET, abi.SO_BROADCAST, 'udp4', [1, 1, 1, 4, 4]],
    ['SO_DONTLINGER', SOL_SOCKET, abi.SO_DONTLINGER, 'tcp4', [1, 1, 1, 4, 4]],
    ['SO_RCVTIMEO', SOL_SOCKET, abi.SO_RCVTIMEO, 'udp4', [0, 0, 0, 4, 4]],
    ['SO_KEEPALIVE', SOL_SOCKET, abi.SO_KEEPALIVE, 'tcp4', [1, 1, 1, 1, 1]],
    ['TCP_NODELAY', IPPROTO_TCP, abi.TCP_NODELAY, 'tcp4', [1, 1, 1, 1, 1]],
    ['IPV6_V6ONLY', IPPROTO_IPV6, abi.IPV6_V6ONLY, 'tcp6', [1, 1, 1, 1, 1]],
    ['IP_PKTINFO', IPPROTO_IP, abi.IP_PKTINFO, 'udp4', [0, 0, 0, 4, 4]],
    ['IP_TTL', IPPROTO_IP, abi.IP_TTL, 'udp4', [1, 1, 1, 4, 4]],
  ] as const)('%s', (_text, level, name, kind, lengths) => {
    for (const [index, room] of [1, 2, 3, 4, 8].entries()) {
      const { error, length } = get(world[kind](), level, name, room);
      expect([error, length]).toEqual(lengths[index] === 0 ? [WSAEFAULT, room] : [0, lengths[index]]);
      const accepted = setOption(world[kind](), level, name, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), room);
      // What is always handed out as one byte is taken in any length.
      expect(accepted).toBe(lengths[index] === 0 ? WSAEFAULT : 0);
    }
    expect(get(world[kind](), level, name, 0).error).toBe(WSAEFAULT);
  });

  test.each([
    [SOL_SOCKET, abi.SO_BROADCAST],
    [IPPROTO_IP, abi.IP_PKTINFO],
    [IPPROTO_IP, abi.IP_MULTICAST_LOOP],
  ])('a flag is 0 or 1, whatever it was set to (%i, %i)', (level, name) => {
    const endpoint = world.udp4();
    set(endpoint, level, name, 0x100);
    expect(get(endpoint, level, name).bytes).toEqual(dwords(1));
  });

  test('a level and a name may come signed or unsigned', () => {
    const endpoint = world.tcp4();
    expect(get(endpoint, SOL_SOCKET, abi.SO_DONTLINGER >>> 0).error).toBe(0);
    expect(get(endpoint, SOL_SOCKET, abi.SO_DONTLINGER | 0).error).toBe(0);
    expect(get(endpoint, -1, abi.SO_TYPE).error).toBe(WSAEINVAL);
  });
});

describe('the wrong socket', () => {
  const world = new World();
  test.each([
    ['SO_BROADCAST on a stream', 'tcp4', SOL_SOCKET, abi.SO_BROADCAST, WSAENOPROTOOPT],
    ['SO_KEEPALIVE on a datagram socket', 'udp4', SOL_SOCKET, abi.SO_KEEPALIVE, WSAENOPROTOOPT],
    ['TCP_NODELAY on a datagram socket', 'udp4', IPPROTO_TCP, abi.TCP_NODELAY, WSAENOPROTOOPT],
    ['UDP_NOCHECKSUM on a stream', 'tcp4', IPPROTO_UDP, abi.UDP_NOCHECKSUM, WSAENOPROTOOPT],
    ['IP_MULTICAST_TTL on a stream', 'tcp4', IPPROTO_IP, abi.IP_MULTICAST_TTL, WSAEINVAL],
    ['IPV6_V6ONLY on IPv4', 'tcp4', IPPROTO_IPV6, abi.IPV6_V6ONLY, WSAENOPROTOOPT],
    ['IP_TTL on AF_UNIX', 'unix', IPPROTO_IP, abi.IP_TTL, WSAEINVAL],
    ['TCP_NODELAY on AF_UNIX', 'unix', IPPROTO_TCP, abi.TCP_NODELAY, WSAEINVAL],
    ['SO_RCVLOWAT anywhere', 'tcp4', SOL_SOCKET, abi.SO_RCVLOWAT, WSAEINVAL],
    ['SO_CONNDATA over TCP', 'tcp4', SOL_SOCKET, abi.SO_CONNDATA, WSAENOPROTOOPT],
  ] as const)('%s', (_text, kind, level, name, error) => {
    expect(get(world[kind](), level, name).error).toBe(error);
    expect(set(world[kind](), level, name, 1)).toBe(error);
  });

  test('IPv6 sockets have the IPv4 level', () => {
    expect(set(world.udp6(), IPPROTO_IP, abi.IP_PKTINFO, 1)).toBe(0);
  });
});

describe('the driver hears of', () => {
  test.each([
    ['TCP_NODELAY', 'tcp4', IPPROTO_TCP, abi.TCP_NODELAY, 1, ['noDelay', 1]],
    ['IP_TTL', 'udp4', IPPROTO_IP, abi.IP_TTL, 9, ['ttl', 9]],
    ['IPV6_UNICAST_HOPS', 'udp6', IPPROTO_IPV6, abi.IPV6_UNICAST_HOPS, 9, ['ttl', 9]],
    ['IPV6_UNICAST_HOPS -1', 'udp6', IPPROTO_IPV6, abi.IPV6_UNICAST_HOPS, -1, ['ttl', 128]],
    ['SO_BROADCAST', 'udp4', SOL_SOCKET, abi.SO_BROADCAST, 1, ['broadcast', 1]],
    ['SO_RCVBUF', 'udp4', SOL_SOCKET, abi.SO_RCVBUF, 5000, ['receiveBuffer', 5000]],
    ['IP_MULTICAST_LOOP', 'udp4', IPPROTO_IP, abi.IP_MULTICAST_LOOP, 0, ['multicastLoop', 0]],
    ['TCP_KEEPIDLE', 'tcp4', IPPROTO_TCP, abi.TCP_KEEPIDLE, 60, ['keepAliveIdleMs', 60000]],
    ['TCP_KEEPINTVL', 'tcp4', IPPROTO_TCP, abi.TCP_KEEPINTVL, 3, ['keepAliveIntervalMs', 3000]],
    ['TCP_KEEPCNT', 'tcp4', IPPROTO_TCP, abi.TCP_KEEPCNT, 4, ['keepAliveCount', 4]],
    ['SO_KEEPALIVE', 'tcp4', SOL_SOCKET, abi.SO_KEEPALIVE, 1, ['keepAlive', 1]],
    ['TCP_MAXRT', 'tcp4', IPPROTO_TCP, abi.TCP_MAXRT, 7, ['retransmitMs', 7000]],
    ['TCP_MAXRT -1', 'tcp4', IPPROTO_TCP, abi.TCP_MAXRT, -1, ['retransmitMs', -1]],
    ['TCP_MAXRTMS', 'tcp4', IPPROTO_TCP, abi.TCP_MAXRTMS, 7, ['retransmitMs', 7]],
    ['TCP_TIMESTAMPS', 'tcp4', IPPROTO_TCP, abi.TCP_TIMESTAMPS, 1, ['timestamps', 1]],
    ['TCP_NOSYNRETRIES', 'tcp4', IPPROTO_TCP, abi.TCP_NOSYNRETRIES, 1, ['noSynRetries', 1]],
    ['TCP_FAIL_CONNECT_ON_ICMP_ERROR', 'tcp4', IPPROTO_TCP, abi.TCP_FAIL_CONNECT_ON_ICMP_ERROR, 1, ['failOnIcmp', 1]],
    ['UDP_NOCHECKSUM', 'udp4', IPPROTO_UDP, abi.UDP_NOCHECKSUM, 1, ['noChecksum', 1]],
    ['IP_RECEIVE_BROADCAST', 'udp4', IPPROTO_IP, abi.IP_RECEIVE_BROADCAST, 0, ['receiveBroadcast', 0]],
    ['IP_UNICAST_IF', 'udp4', IPPROTO_IP, abi.IP_UNICAST_IF, 0x02010000, ['unicastInterface', 0x102]],
    ['IPV6_UNICAST_IF', 'udp6', IPPROTO_IPV6, abi.IPV6_UNICAST_IF, 0x102, ['unicastInterface', 0x102]],
    ['IP_MTU_DISCOVER', 'udp4', IPPROTO_IP, abi.IP_MTU_DISCOVER, abi.IP_PMTUDISC_DO, ['mtuDiscover', abi.IP_PMTUDISC_DO]],
    ['IPV6_MTU_DISCOVER', 'udp6', IPPROTO_IPV6, abi.IPV6_MTU_DISCOVER, 2, ['mtuDiscover', 2]],
    ['IP_USER_MTU', 'udp4', IPPROTO_IP, abi.IP_USER_MTU, 1200, ['userMtu', 1200]],
    ['IP_USER_MTU, none', 'udp4', IPPROTO_IP, abi.IP_USER_MTU, -1, ['userMtu', 0]],
    ['IPV6_USER_MTU', 'udp6', IPPROTO_IPV6, abi.IPV6_USER_MTU, 1300, ['userMtu', 1300]],
  ] as const)('%s', (_text, kind, level, name, value, told) => {
    const world = new World();
    const endpoint = world[kind]();
    expect(set(endpoint, level, name, value)).toBe(0);
    expect(world.told(endpoint).settings).toContainEqual(told);
  });

  test('nothing that it cannot do, and nothing of IPv4 on an IPv6 socket', () => {
    const dumb = new World([]);
    const endpoint = dumb.tcp4();
    expect(set(endpoint, IPPROTO_TCP, abi.TCP_NODELAY, 1)).toBe(0);
    expect(dumb.told(endpoint).settings).toEqual([]);
    const world = new World();
    const six = world.udp6();
    const before = [...world.told(six).settings];
    for (const name of [abi.IP_TTL, abi.IP_UNICAST_IF, abi.IP_USER_MTU]) expect(set(six, IPPROTO_IP, name, 9)).toBe(0);
    expect(world.told(six).settings).toEqual(before);
  });

  test('an accepted socket, with what its listener was set to', () => {
    const world = new World();
    const listener = world.tcp4();
    set(listener, IPPROTO_TCP, abi.TCP_NODELAY, 1);
    set(listener, SOL_SOCKET, abi.SO_KEEPALIVE, 1);
    const spare = world.tcp4();
    const accepted = StreamEndpoint.accepted(listener, spare.transport);
    expect(world.told(spare).settings).toContainEqual(['noDelay', 1]);
    expect(world.told(spare).settings).toContainEqual(['keepAlive', 1]);
    expect(numberOption(accepted, IPPROTO_TCP, abi.TCP_NODELAY)).toBe(1);
    const plain = world.tcp4();
    StreamEndpoint.accepted(world.tcp4(), plain.transport);
    expect(world.told(plain).settings).toEqual([]);
  });
});

describe('state', () => {
  const world = new World();

  test('SO_CONNECT_TIME counts whole seconds of the clock', () => {
    const endpoint = world.connected();
    world.clock.turn(2500);
    expect(numberOption(endpoint, SOL_SOCKET, abi.SO_CONNECT_TIME)).toBe(2);
    expect(numberOption(world.tcp4(), SOL_SOCKET, abi.SO_CONNECT_TIME)).toBe(-1);
  });

  test('SO_ACCEPTCONN, and what cannot be changed once a socket listens or is bound', () => {
    const endpoint = world.tcp4();
    expect(set(endpoint, SOL_SOCKET, abi.SO_CONDITIONAL_ACCEPT, 1)).toBe(0);
    expect(set(endpoint, SOL_SOCKET, abi.SO_RANDOMIZE_PORT, 1)).toBe(0);
    bind(endpoint, loopback(50100));
    expect(set(endpoint, SOL_SOCKET, abi.SO_RANDOMIZE_PORT, 0)).toBe(WSAEINVAL);
    expect(numberOption(endpoint, SOL_SOCKET, abi.SO_ACCEPTCONN)).toBe(0);
    listen(endpoint, 1);
    expect(numberOption(endpoint, SOL_SOCKET, abi.SO_ACCEPTCONN)).toBe(1);
    expect(set(endpoint, SOL_SOCKET, abi.SO_CONDITIONAL_ACCEPT, 0)).toBe(WSAEINVAL);
    expect(endpoint.options.conditionalAccept).toBe(true);
  });

  test('TCP_MAXRT and TCP_MAXRTMS are one value in two units', () => {
    const endpoint = world.tcp4();
    set(endpoint, IPPROTO_TCP, abi.TCP_MAXRT, 3);
    expect(numberOption(endpoint, IPPROTO_TCP, abi.TCP_MAXRTMS)).toBe(3000);
    expect(set(endpoint, IPPROTO_TCP, abi.TCP_MAXRT, -2)).toBe(WSAEINVAL);
  });

  test('SO_CONDITIONAL_ACCEPT has connections held where the driver can hold them, and the backlog may be changed', () => {
    const heard = [true, false].map((deferredAccept) => {
      const able = new World(undefined, { deferredAccept });
      const endpoint = able.tcp4();
      set(endpoint, SOL_SOCKET, abi.SO_CONDITIONAL_ACCEPT, 1);
      bind(endpoint, loopback(50200));
      for (const backlog of [3, 9]) expect(listen(endpoint, backlog)).toBe(0);
      expect(able.told(endpoint).listens).toEqual([3]);
      // The connections themselves are not to be told.
      const spare = able.tcp4();
      StreamEndpoint.accepted(endpoint, spare.transport);
      expect(able.told(spare).settings).toEqual([]);
      return able.told(endpoint).settings;
    });
    expect(heard).toEqual([[['holdConnections', 1], ['backlog', 9]], [['backlog', 9]]]);
    const plain = new World(undefined, { deferredAccept: true });
    const endpoint = plain.tcp4();
    bind(endpoint, loopback(50200));
    listen(endpoint, 3);
    expect(plain.told(endpoint).settings).toEqual([]);
  });

  test('SO_RANDOMIZE_PORT fails after SO_REUSE_UNICASTPORT', () => {
    const endpoint = world.tcp4();
    expect(set(endpoint, SOL_SOCKET, abi.SO_REUSE_UNICASTPORT, 1)).toBe(0);
    expect(set(endpoint, SOL_SOCKET, abi.SO_RANDOMIZE_PORT, 1)).toBe(WSAEINVAL);
  });

  test('SO_MAX_MSG_SIZE by family, and nothing for streams', () => {
    expect(numberOption(world.udp4(), SOL_SOCKET, abi.SO_MAX_MSG_SIZE)).toBe(65507);
    expect(numberOption(world.udp6(), SOL_SOCKET, abi.SO_MAX_MSG_SIZE)).toBe(65527);
    expect(numberOption(world.tcp4(), SOL_SOCKET, abi.SO_MAX_MSG_SIZE)).toBe(0);
  });

  test('SO_BSP_STATE holds both addresses behind the structure', () => {
    const endpoint = world.connected();
    const { error, length, bytes } = get(endpoint, SOL_SOCKET, abi.SO_BSP_STATE);
    expect([error, length]).toEqual([0, 40 + 16 + 16]);
    const view = new DataView(bytes.buffer);
    expect([view.getBigUint64(0, true), view.getInt32(8, true)]).toEqual([40n, 16]);
    expect([view.getBigUint64(16, true), view.getInt32(24, true)]).toEqual([56n, 16]);
    expect(new abi.sockaddr_in(bytes, 56).sin_port).toBe(7 << 8);
    expect([view.getInt32(32, true), view.getInt32(36, true)]).toEqual([abi.SOCK_STREAM, IPPROTO_TCP]);
    expect(get(endpoint, SOL_SOCKET, abi.SO_BSP_STATE, 71).error).toBe(WSAEFAULT);
    const unbound = get(world.tcp4(), SOL_SOCKET, abi.SO_BSP_STATE);
    expect(unbound.bytes.subarray(0, 32).every((byte) => byte === 0)).toBe(true);
  });

  test('a larger SO_RCVBUF lets a stopped stream read on', () => {
    const endpoint = world.connected();
    set(endpoint, SOL_SOCKET, abi.SO_RCVBUF, 2);
    expect(endpoint.received(Uint8Array.of(1, 2, 3), 3)).toBe(false);
    set(endpoint, SOL_SOCKET, abi.SO_RCVBUF, 100);
    expect(world.told(endpoint).resumed).toBe(1);
  });

  test('TCP_KEEPCNT and IP_TTL have ranges', () => {
    for (const bad of [0, 256, -1]) expect(set(world.tcp4(), IPPROTO_TCP, abi.TCP_KEEPCNT, bad)).toBe(WSAEINVAL);
    for (const bad of [256, -1]) expect(set(world.tcp4(), IPPROTO_IP, abi.IP_TTL, bad)).toBe(WSAEINVAL);
    expect(set(world.tcp4(), IPPROTO_TCP, abi.TCP_KEEPIDLE, 0)).toBe(WSAEINVAL);
  });

  test('TCP_EXPEDITED_1122 and TCP_BSDURGENT are one switch', () => {
    const endpoint = world.tcp4();
    set(endpoint, IPPROTO_TCP, abi.TCP_EXPEDITED_1122, 1);
    expect(numberOption(endpoint, IPPROTO_TCP, abi.TCP_BSDURGENT)).toBe(0);
    set(endpoint, IPPROTO_TCP, abi.TCP_BSDURGENT, 1);
    expect(numberOption(endpoint, IPPROTO_TCP, abi.TCP_EXPEDITED_1122)).toBe(0);
  });

  test('the path MTU belongs to connections', () => {
    expect(get(world.tcp4(), IPPROTO_IP, abi.IP_MTU).error).toBe(WSAENOTCONN);
    const endpoint = world.connected();
    expect(get(endpoint, IPPROTO_IP, abi.IP_MTU).error).toBe(WSAENOPROTOOPT);
    world.told(endpoint).mtu = 1480;
    expect(get(endpoint, IPPROTO_IP, abi.IP_MTU)).toEqual({ error: 0, length: 4, bytes: dwords(1480) });
    expect(get(endpoint, IPPROTO_IP, abi.IP_MTU, 3).error).toBe(WSAEFAULT);
    expect(set(endpoint, IPPROTO_IP, abi.IP_MTU, 1)).toBe(WSAENOPROTOOPT);
  });

  test('header options can be cleared and not set', () => {
    expect(setOption(world.udp4(), IPPROTO_IP, abi.IP_OPTIONS, new Uint8Array(0), 0)).toBe(0);
    expect(set(world.udp4(), IPPROTO_IP, abi.IP_OPTIONS, 7)).toBe(WSAENOPROTOOPT);
    expect(get(world.udp4(), IPPROTO_IP, abi.IP_OPTIONS)).toMatchObject({ error: 0, length: 0 });
  });

  test('the interface list, once it is on', () => {
    const endpoint = world.udp4();
    set(endpoint, IPPROTO_IP, abi.IP_ADD_IFLIST, 3);
    set(endpoint, IPPROTO_IP, abi.IP_ADD_IFLIST, 5);
    set(endpoint, IPPROTO_IP, abi.IP_ADD_IFLIST, 3);
    expect(get(endpoint, IPPROTO_IP, abi.IP_GET_IFLIST).error).toBe(WSAEINVAL);
    set(endpoint, IPPROTO_IP, abi.IP_IFLIST, 1);
    expect(get(endpoint, IPPROTO_IP, abi.IP_GET_IFLIST).bytes).toEqual(dwords(5, 3));
    set(endpoint, IPPROTO_IP, abi.IP_DEL_IFLIST, 5);
    expect(get(endpoint, IPPROTO_IP, abi.IP_GET_IFLIST).bytes).toEqual(dwords(3));
  });
});

describe('the context of extension functions', () => {
  const world = new World();
  const context = (endpoint: Endpoint, handle: number): number =>
    setOption(endpoint, SOL_SOCKET, abi.SO_UPDATE_ACCEPT_CONTEXT, dwords(handle, handle < 0 ? -1 : 0), 8);

  test('SO_UPDATE_ACCEPT_CONTEXT takes the listener\'s options', () => {
    const listener = world.tcp4();
    set(listener, IPPROTO_TCP, abi.TCP_NODELAY, 1);
    const handle = world.process.handles.open(listener);
    const endpoint = world.connected();
    expect(context(endpoint, handle)).toBe(WSAEINVAL);
    bind(listener, loopback(50200));
    listen(listener, 1);
    expect(context(world.tcp4(), handle)).toBe(WSAENOTCONN);
    expect(context(endpoint, -1)).toBe(abi.WSAENOTSOCK);
    expect(numberOption(endpoint, IPPROTO_TCP, abi.TCP_NODELAY)).toBe(0);
    expect(context(endpoint, handle)).toBe(0);
    expect(numberOption(endpoint, IPPROTO_TCP, abi.TCP_NODELAY)).toBe(1);
    expect(world.told(endpoint).settings).toContainEqual(['noDelay', 1]);
  });

  test('SO_UPDATE_CONNECT_CONTEXT wants a connection and no value', () => {
    expect(setOption(world.connected(), SOL_SOCKET, abi.SO_UPDATE_CONNECT_CONTEXT, null, 0)).toBe(0);
    expect(setOption(world.tcp4(), SOL_SOCKET, abi.SO_UPDATE_CONNECT_CONTEXT, null, 0)).toBe(WSAENOTCONN);
  });
});

describe('multicast', () => {
  const group = [239, 1, 2, 3];
  const bytes = (...parts: readonly (readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat());
  const put = (endpoint: Endpoint, name: number, value: Uint8Array, level: number = IPPROTO_IP): number =>
    setOption(endpoint, level, name, value, value.length);

  test.each([
    ['by address', [127, 0, 0, 1], '127.0.0.1'],
    ['by number', [0, 0, 0, 2], '192.0.2.5'],
    ['by default', [0, 0, 0, 0], ''],
  ])('joins and leaves an interface %s', (_text, face, name) => {
    const world = new World();
    const endpoint = world.udp4();
    expect(put(endpoint, abi.IP_ADD_MEMBERSHIP, bytes(group, face))).toBe(0);
    expect(world.told(endpoint).members).toEqual([{ group: '239.1.2.3', interface: name, source: null }]);
    expect(put(endpoint, abi.IP_ADD_MEMBERSHIP, bytes(group, face))).toBe(WSAEADDRNOTAVAIL);
    expect(put(endpoint, abi.IP_DROP_MEMBERSHIP, bytes(group, face))).toBe(0);
    expect(world.told(endpoint).members).toEqual([]);
    expect(put(endpoint, abi.IP_DROP_MEMBERSHIP, bytes(group, face))).toBe(WSAEINVAL);
  });

  test('refuses what is no group, no interface or no structure', () => {
    const endpoint = new World().udp4();
    expect(put(endpoint, abi.IP_ADD_MEMBERSHIP, bytes([10, 0, 0, 1], [0, 0, 0, 0]))).toBe(WSAEINVAL);
    expect(put(endpoint, abi.IP_ADD_MEMBERSHIP, bytes(group, [10, 9, 8, 7]))).toBe(WSAEADDRNOTAVAIL);
    expect(put(endpoint, abi.IP_ADD_MEMBERSHIP, bytes(group, [0, 0, 0, 99]))).toBe(WSAEADDRNOTAVAIL);
    expect(put(endpoint, abi.IP_ADD_MEMBERSHIP, bytes(group, [0, 0, 0]))).toBe(WSAEFAULT);
  });

  test('sources: one may be joined, none can be muted', () => {
    const world = new World();
    const endpoint = world.udp4();
    const source = bytes(group, [192, 0, 2, 9], [127, 0, 0, 1]);
    expect(put(endpoint, abi.IP_ADD_SOURCE_MEMBERSHIP, source)).toBe(0);
    expect(world.told(endpoint).members[0]).toEqual({ group: '239.1.2.3', interface: '127.0.0.1', source: '192.0.2.9' });
    expect(put(endpoint, abi.IP_BLOCK_SOURCE, source)).toBe(WSAEINVAL);
    expect(put(endpoint, abi.IP_DROP_SOURCE_MEMBERSHIP, source)).toBe(0);
    expect(world.told(endpoint).members).toEqual([]);
    put(endpoint, abi.IP_ADD_MEMBERSHIP, bytes(group, [127, 0, 0, 1]));
    expect(put(endpoint, abi.IP_BLOCK_SOURCE, source)).toBe(WSAEOPNOTSUPP);
    expect(put(endpoint, abi.IP_DROP_MEMBERSHIP, bytes(group, [127, 0, 0, 1]))).toBe(0);
  });

  test('leaving a group that was joined by its sources leaves them all', () => {
    const world = new World();
    const endpoint = world.udp4();
    for (const last of [8, 9]) put(endpoint, abi.IP_ADD_SOURCE_MEMBERSHIP, bytes(group, [192, 0, 2, last], [127, 0, 0, 1]));
    expect(world.told(endpoint).members.map(({ source }) => source)).toEqual(['192.0.2.8', '192.0.2.9']);
    expect(put(endpoint, abi.IP_DROP_MEMBERSHIP, bytes(group, [127, 0, 0, 1]))).toBe(0);
    expect(world.told(endpoint).members).toEqual([]);
  });

  test('a driver with source filters is told each whole filter, and its refusal changes nothing', () => {
    const world = new World(undefined, { sourceFilters: true });
    const endpoint = world.udp4();
    const face = [127, 0, 0, 1];
    const [any, one] = [bytes(group, face), bytes(group, [192, 0, 2, 9], face)];
    world.told(endpoint).filterError = 'ENOBUFS';
    expect(put(endpoint, abi.IP_ADD_MEMBERSHIP, any)).toBe(abi.WSAENOBUFS);
    world.told(endpoint).filterError = null;
    for (const [name, value] of [
      [abi.IP_ADD_MEMBERSHIP, any], [abi.IP_BLOCK_SOURCE, one], [abi.IP_UNBLOCK_SOURCE, one], [abi.IP_DROP_MEMBERSHIP, any],
      [abi.IP_ADD_SOURCE_MEMBERSHIP, one], [abi.IP_DROP_SOURCE_MEMBERSHIP, one],
    ] as const) expect(put(endpoint, name, value)).toBe(0);
    const place = { group: '239.1.2.3', interface: '127.0.0.1' };
    expect(world.told(endpoint).filters).toEqual([
      { ...place, mode: 'exclude', sources: [] },
      { ...place, mode: 'exclude', sources: ['192.0.2.9'] },
      { ...place, mode: 'exclude', sources: [] },
      { ...place, mode: 'include', sources: [] },
      { ...place, mode: 'include', sources: ['192.0.2.9'] },
      { ...place, mode: 'include', sources: [] },
    ]);
    expect(world.told(endpoint).members).toEqual([]);
  });

  test('IPv6 and the family-independent forms', () => {
    const world = new World();
    const six = world.udp6();
    const address = [0xff, 0x02, ...new Array<number>(13).fill(0), 0x42];
    expect(put(six, abi.IPV6_ADD_MEMBERSHIP, bytes(address, [1, 0, 0, 0]), IPPROTO_IPV6)).toBe(0);
    expect(world.told(six).members).toEqual([{ group: 'ff02::42', interface: '1', source: null }]);
    const request = new Uint8Array(136);
    request[0] = 1;
    request.set([abi.AF_INET6, 0], 8);
    request.set(address, 16);
    expect(put(six, abi.MCAST_JOIN_GROUP, request, IPPROTO_IPV6)).toBe(WSAEADDRNOTAVAIL);
    expect(put(six, abi.MCAST_LEAVE_GROUP, request, IPPROTO_IPV6)).toBe(0);
    expect(put(six, abi.MCAST_JOIN_GROUP, request.subarray(0, 100), IPPROTO_IPV6)).toBe(WSAEFAULT);
    const four = world.udp4();
    expect(put(four, abi.MCAST_JOIN_GROUP, request)).toBe(WSAEINVAL);
    const withSource = new Uint8Array(264);
    withSource[0] = 2;
    withSource.set([abi.AF_INET, 0, 0, 0, ...group], 8);
    withSource.set([abi.AF_INET, 0, 0, 0, 192, 0, 2, 9], 136);
    expect(put(four, abi.MCAST_JOIN_SOURCE_GROUP, withSource)).toBe(0);
    expect(world.told(four).members).toEqual([{ group: '239.1.2.3', interface: '192.0.2.5', source: '192.0.2.9' }]);
  });

  test('the outgoing interface comes back as it was given', () => {
    const world = new World();
    const endpoint = world.udp4();
    expect(put(endpoint, abi.IP_MULTICAST_IF, Uint8Array.of(0, 0, 0, 2))).toBe(0);
    expect(world.told(endpoint).multicastInterface).toBe('192.0.2.5');
    expect(get(endpoint, IPPROTO_IP, abi.IP_MULTICAST_IF).bytes).toEqual(Uint8Array.of(0, 0, 0, 2));
    expect(put(endpoint, abi.IP_MULTICAST_IF, Uint8Array.of(10, 9, 8, 7))).toBe(WSAEADDRNOTAVAIL);
    expect(get(endpoint, IPPROTO_IP, abi.IP_MULTICAST_IF).bytes).toEqual(Uint8Array.of(0, 0, 0, 2));
    const six = world.udp6();
    expect(set(six, IPPROTO_IPV6, abi.IPV6_MULTICAST_IF, 1)).toBe(0);
    expect(world.told(six).multicastInterface).toBe('1');
    expect(set(six, IPPROTO_IPV6, abi.IPV6_MULTICAST_IF, 77)).toBe(WSAEADDRNOTAVAIL);
  });
});

test('a copy has every value of its original, and none of its collections', () => {
  const original = new SocketOptions();
  for (const [key, value] of Object.entries(original) as [string, unknown][]) {
    if (typeof value === 'boolean') Object.assign(original, { [key]: !value });
    if (typeof value === 'number') Object.assign(original, { [key]: value + 1 });
  }
  original.others.set('a', 1);
  const copy = original.clone();
  expect(copy).toEqual(original);
  copy.others.set('a', 2);
  expect(original.others.get('a')).toBe(1);
});
