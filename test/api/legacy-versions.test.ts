// What a program sees that negotiates Winsock 1.1, alone and beside Winsock 2 programs in the same process.
import { afterEach, describe, expect, it, test } from 'vitest';
import {
  AF_INET,
  FD_SET,
  FD_SETSIZE,
  FIONBIO,
  INVALID_SOCKET,
  IPPROTO_IP,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_TTL,
  MAKEWORD,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_DONTLINGER,
  SO_OPENTYPE,
  WSADATA,
  fd_set,
  ip_mreq,
  legacy11,
  ref,
  sockaddr_in,
  timeval,
  type SOCKET,
} from '../../src/abi/index.js';
import { DRIVERS, VERSION_1_1, VERSION_2_2, negotiate } from './legacy-world.js';
import { boundUdp, freshWorld, listener, setNonBlocking, startedWorld, tcp, udp, type World } from './world.js';

let world: World;
afterEach(() => world.host.dispose());

function get(s: SOCKET, level: number, option: number): number | string {
  const value = new Uint8Array(4);
  const status = world.ws.getsockopt(s, level, option, value, ref(4));
  return status === 0 ? new DataView(value.buffer).getInt32(0, true) : world.lastError();
}

function set(s: SOCKET, level: number, option: number, value: number): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return world.ws.setsockopt(s, level, option, bytes, 4) === 0 ? '' : world.lastError();
}

describe('WSAStartup', () => {
  test.each([
    [MAKEWORD(1, 0), MAKEWORD(1, 0), true],
    [MAKEWORD(1, 1), MAKEWORD(1, 1), true],
    [MAKEWORD(1, 5), MAKEWORD(1, 1), true],
    [MAKEWORD(2, 0), MAKEWORD(2, 0), false],
    [MAKEWORD(2, 2), MAKEWORD(2, 2), false],
    [MAKEWORD(3, 0), MAKEWORD(2, 2), false],
  ])('%i negotiates %i', async (wanted, granted, old) => {
    world = freshWorld();
    const data = new WSADATA();
    expect(await world.ws.WSAStartup(wanted, data)).toBe(0);
    expect([data.wVersion, data.wHighVersion]).toEqual([granted, MAKEWORD(2, 2)]);
    // Only 1.x programs are told of limits.
    expect([data.iMaxSockets, data.iMaxUdpDg]).toEqual(old ? [32767, 65467] : [0, 0]);
  });

  it('tells each caller of its own version, whatever others have negotiated', async () => {
    world = freshWorld();
    for (const version of [VERSION_2_2, VERSION_1_1, VERSION_2_2]) {
      const data = new WSADATA();
      expect(await world.ws.WSAStartup(version, data)).toBe(0);
      expect(data.wVersion).toBe(version);
      expect(data.iMaxSockets > 0).toBe(version === VERSION_1_1);
    }
  });
});

describe.each(DRIVERS)('a 1.1 program on the driver %s', (driver, make) => {
  const begin = async (...versions: readonly number[]): Promise<void> => {
    world = await negotiate(make(), ...versions);
  };
  /** What a second connect says while the first is under way. */
  const secondConnect = async (): Promise<string> => {
    const from = listener(world);
    const s = tcp(world);
    setNonBlocking(world, s);
    const first = world.ws.connect(s, from.name, sockaddr_in.size);
    const second = world.ws.connect(s, from.name, sockaddr_in.size);
    expect(await first).toBe(-1);
    expect(await second).toBe(-1);
    const error = world.lastError();
    await world.ws.closesocket(s);
    return error;
  };

  it('is told WSAEINVAL by a second connect, a Winsock 2 program WSAEALREADY', async () => {
    await begin(VERSION_1_1);
    expect(await secondConnect()).toBe('WSAEINVAL');
    await negotiate(world, VERSION_2_2);
    expect(await secondConnect()).toBe('WSAEALREADY');
  });

  it('means the options of winsock.h', async () => {
    await begin(VERSION_1_1);
    const s = boundUdp(world);
    expect(get(s, IPPROTO_IP, legacy11.IP_TTL)).toBe(128);
    expect([get(s, IPPROTO_IP, legacy11.IP_MULTICAST_TTL), get(s, IPPROTO_IP, legacy11.IP_MULTICAST_LOOP)]).toEqual([1, 1]);
    expect(set(s, IPPROTO_IP, legacy11.IP_MULTICAST_TTL, 7)).toBe('');
    expect(set(s, IPPROTO_IP, legacy11.IP_MULTICAST_LOOP, 0)).toBe('');
    // Those that winsock.h has no use for keep their meaning.
    expect([get(s, IPPROTO_IP, IP_MULTICAST_TTL), get(s, IPPROTO_IP, IP_MULTICAST_LOOP)]).toEqual([7, 0]);
    const group = new ip_mreq();
    group.bytes.set([224, 0, 0, 251, 127, 0, 0, 1]);
    expect(world.ws.setsockopt(s, IPPROTO_IP, legacy11.IP_ADD_MEMBERSHIP, group, 8)).toBe(0);
    expect(world.ws.setsockopt(s, IPPROTO_IP, IP_DROP_MEMBERSHIP, group, 8)).toBe(0);
    expect(world.ws.setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, group, 8)).toBe(0);
    expect(world.ws.setsockopt(s, IPPROTO_IP, legacy11.IP_DROP_MEMBERSHIP, group, 8)).toBe(0);
    expect(world.ws.setsockopt(s, IPPROTO_IP, legacy11.IP_DROP_MEMBERSHIP, group, 8)).toBe(-1);
    const face = Uint8Array.of(127, 0, 0, 1);
    expect(world.ws.setsockopt(s, IPPROTO_IP, legacy11.IP_MULTICAST_IF, face, 4)).toBe(0);
    expect(set(tcp(world), IPPROTO_IP, legacy11.IP_MULTICAST_TTL, 7)).toBe('WSAEINVAL');
    // Other levels have one set of numbers.
    expect(set(tcp(world), SOL_SOCKET, legacy11.SO_DONTLINGER, 1)).toBe('');
    expect(legacy11.SO_DONTLINGER | 0).toBe(SO_DONTLINGER | 0);
  });

  it('has the options of winsock2.h once somebody is a Winsock 2 program, until all have left', async () => {
    await begin(VERSION_1_1, VERSION_2_2);
    expect(get(udp(world), IPPROTO_IP, IP_TTL)).toBe(128);
    await world.ws.WSACleanup();
    expect(get(udp(world), IPPROTO_IP, IP_TTL)).toBe(128);
    await world.ws.WSACleanup();
    await negotiate(world, VERSION_1_1);
    expect(get(udp(world), IPPROTO_IP, legacy11.IP_TTL)).toBe(128);
  });

  it('calls functions that are newer than it', async () => {
    await begin(VERSION_1_1);
    const s = world.ws.WSASocketW(AF_INET, SOCK_STREAM, 0, null, 0, 0);
    expect(s).not.toBe(INVALID_SOCKET);
    const event = world.ws.WSACreateEvent();
    expect(world.ws.WSASetEvent(event)).toBe(1);
    expect(await world.ws.WSAWaitForMultipleEvents(1, [event], 1, 0, 0)).toBe(0);
    expect(world.ws.WSACloseEvent(event)).toBe(1);
  });

  it('selects over FD_SETSIZE sockets, blocking and with a time', async () => {
    await begin(VERSION_1_1);
    const sockets = Array.from({ length: FD_SETSIZE }, () => boundUdp(world));
    const reading = new fd_set();
    const writing = new fd_set();
    for (const s of sockets) {
      FD_SET(s, reading);
      FD_SET(s, writing);
    }
    expect(writing.fd_count).toBe(FD_SETSIZE);
    expect(await world.ws.select(0, reading, writing, null, null)).toBe(FD_SETSIZE);
    for (const s of sockets) FD_SET(s, reading);
    const now = new timeval();
    expect(await world.ws.select(0, reading, null, null, now)).toBe(0);
    // With a time to wait it blocks, and the rule of one call holds.
    for (const s of sockets) FD_SET(s, reading);
    now.tv_usec = 1000;
    const waiting = world.ws.select(0, reading, null, null, now);
    expect(world.ws.ioctlsocket(sockets[0] as SOCKET, FIONBIO, ref(1))).toBe(-1);
    expect(world.lastError()).toBe('WSAEINPROGRESS');
    expect(await waiting).toBe(0);
    expect(world.ws.ioctlsocket(sockets[0] as SOCKET, FIONBIO, ref(1))).toBe(0);
  });

  it('accepted sockets are non-blocking as their listener is', async () => {
    await begin(VERSION_1_1);
    const from = listener(world);
    setNonBlocking(world, from.s);
    const a = tcp(world);
    expect(await world.ws.connect(a, from.name, sockaddr_in.size)).toBe(0);
    let b = INVALID_SOCKET;
    while (b === INVALID_SOCKET) b = await world.ws.accept(from.s, null, null);
    expect(await world.ws.recv(b, new Uint8Array(1), 1, 0)).toBe(-1);
    expect([world.lastError(), driver]).toEqual(['WSAEWOULDBLOCK', driver]);
  });
});

it('SO_OPENTYPE is the thread\'s, asked of any handle', async () => {
  world = await negotiate(freshWorld(), VERSION_1_1);
  expect(set(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, 0x20)).toBe('');
  expect(get(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE)).toBe(0x20);
  expect(get(tcp(world), SOL_SOCKET, SO_OPENTYPE)).toBe(0x20);
  const other = await new Promise((resolve) => {
    world.ws.CreateThread(null, 0, () => { resolve(get(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE)); }, null, 0, null);
  });
  expect(other).toBe(0);
});

it('a Winsock 2 program has no part in any of it', async () => {
  world = await startedWorld();
  expect(get(udp(world), IPPROTO_IP, IP_TTL)).toBe(128);
  expect(get(udp(world), IPPROTO_IP, legacy11.IP_MULTICAST_LOOP)).toBe(128);
});
