// setsourcefilter and its relatives, down to the driver and back.
import { afterEach, describe, expect, test } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_UDP,
  MCAST_EXCLUDE,
  MCAST_INCLUDE,
  SOCK_DGRAM,
  in_addr,
  ref,
  type SOCKET,
} from '../../src/abi/index.js';
import type { FakeDatagram } from '../afd/fake-datagram.js';
import { FakeDriver } from '../afd/fake-driver.js';
import { startedWorld, tcp, type World } from './world.js';

let world: World;
let driver: FakeDriver;

async function start(sourceFilters = true): Promise<void> {
  driver = new FakeDriver({ sourceFilters });
  world = await startedWorld({ driver });
}

afterEach(() => world.host.dispose());

function open(family: number): { readonly s: SOCKET; readonly below: FakeDatagram } {
  const s = world.ws.socket(family, SOCK_DGRAM, IPPROTO_UDP);
  const below = [...driver.datagrams].at(-1);
  if (below === undefined) throw new Error('no transport');
  return { s, below };
}

const ip = (...bytes: readonly number[]): in_addr => new in_addr(Uint8Array.from(bytes));
const GROUP = ip(239, 1, 2, 3);
const ANY = ip(0, 0, 0, 0);
const SOURCES = Uint8Array.of(192, 0, 2, 1, 192, 0, 2, 2);

/** A SOCKADDR_STORAGE of an IPv6 address that ends in `last`. */
function storage(first: number, last: number): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set([AF_INET6, 0]);
  bytes[8] = first;
  bytes[9] = first === 0xff ? 2 : 0;
  bytes[23] = last;
  return bytes;
}

describe('the IPv4 functions', () => {
  test('set a filter whole, and tell it', async () => {
    await start();
    const { s, below } = open(AF_INET);
    expect(world.ws.setipv4sourcefilter(s, ANY, GROUP, MCAST_INCLUDE, 2, SOURCES)).toBe(0);
    expect([...below.filters.values()]).toEqual([
      { group: '239.1.2.3', interface: '', mode: 'include', sources: ['192.0.2.1', '192.0.2.2'] },
    ]);
    const [mode, count, list] = [ref(9), ref(3), new Uint8Array(12).fill(0xcc)];
    expect(world.ws.getipv4sourcefilter(s, ANY, GROUP, mode, count, list)).toBe(0);
    expect([mode.value, count.value, [...list]]).toEqual([MCAST_INCLUDE, 2, [...SOURCES, 0xcc, 0xcc, 0xcc, 0xcc]]);
  });

  test('tell how many there are to whoever has less room', async () => {
    await start();
    const { s } = open(AF_INET);
    world.ws.setipv4sourcefilter(s, ANY, GROUP, MCAST_EXCLUDE, 2, SOURCES);
    const [mode, none, one, list] = [ref(9), ref(0), ref(1), new Uint8Array(4)];
    expect(world.ws.getipv4sourcefilter(s, ANY, GROUP, mode, none, null)).toBe(0);
    expect(world.ws.getipv4sourcefilter(s, ANY, GROUP, mode, one, list)).toBe(0);
    expect([mode.value, none.value, one.value, [...list]]).toEqual([MCAST_EXCLUDE, 2, 2, [192, 0, 2, 1]]);
  });

  test('leave a group with an empty list, and know nothing of it then', async () => {
    await start();
    const { s } = open(AF_INET);
    expect(world.ws.setipv4sourcefilter(s, ANY, GROUP, MCAST_EXCLUDE, 0, null)).toBe(0);
    expect(world.ws.setipv4sourcefilter(s, ANY, GROUP, MCAST_INCLUDE, 0, null)).toBe(0);
    const [mode, count] = [ref(9), ref(0)];
    expect(world.ws.getipv4sourcefilter(s, ANY, GROUP, mode, count, null)).toBe(-1);
    expect([world.lastError(), mode.value, count.value]).toEqual(['WSAEADDRNOTAVAIL', 9, 0]);
  });

  test('refuse wrong arguments', async () => {
    await start();
    const { s } = open(AF_INET);
    const attempts = [
      [() => world.ws.setipv4sourcefilter(s, ANY, GROUP, MCAST_INCLUDE, 3, SOURCES), 'WSAEFAULT'],
      [() => world.ws.setipv4sourcefilter(s, ANY, GROUP, MCAST_INCLUDE, 1, null), 'WSAEFAULT'],
      [() => world.ws.setipv4sourcefilter(s, ANY, GROUP, MCAST_INCLUDE, -1, null), 'WSAENOBUFS'],
      [() => world.ws.setipv4sourcefilter(s, ANY, GROUP, MCAST_INCLUDE, 0x40000000, SOURCES), 'WSAENOBUFS'],
      [() => world.ws.setipv4sourcefilter(s, ANY, GROUP, 2, 0, null), 'WSAEINVAL'],
      [() => world.ws.setipv4sourcefilter(s, ANY, ip(10, 0, 0, 1), MCAST_INCLUDE, 0, null), 'WSAEINVAL'],
      [() => world.ws.setipv4sourcefilter(s, ip(10, 9, 8, 7), GROUP, MCAST_INCLUDE, 0, null), 'WSAEADDRNOTAVAIL'],
      [() => world.ws.setipv4sourcefilter(tcp(world), ANY, GROUP, MCAST_INCLUDE, 0, null), 'WSAENOPROTOOPT'],
      [() => world.ws.setipv4sourcefilter(0xdead as SOCKET, ANY, GROUP, MCAST_INCLUDE, 0, null), 'WSAENOTSOCK'],
      [() => world.ws.getipv4sourcefilter(s, ANY, GROUP, null, ref(0), null), 'WSAEFAULT'],
      [() => world.ws.getipv4sourcefilter(s, ANY, GROUP, ref(0), null, null), 'WSAEFAULT'],
      [() => world.ws.getipv4sourcefilter(s, ANY, GROUP, ref(0), ref(1), null), 'WSAEFAULT'],
    ] as const;
    expect(attempts.map(([attempt]) => [attempt(), world.lastError()])).toEqual(attempts.map(([, error]) => [-1, error]));
  });

  test('are refused where the driver has no source filters', async () => {
    await start(false);
    expect(world.ws.setipv4sourcefilter(open(AF_INET).s, ANY, GROUP, MCAST_EXCLUDE, 0, null)).toBe(-1);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
  });
});

describe('the functions for both families', () => {
  test('set a filter whole, and tell it', async () => {
    await start();
    const { s, below } = open(AF_INET6);
    const group = storage(0xff, 0x42);
    const sources = Uint8Array.from([...storage(0xfd, 1), ...storage(0xfd, 2)]);
    expect(world.ws.setsourcefilter(s, 1, group, 28, MCAST_EXCLUDE, 2, sources)).toBe(0);
    expect([...below.filters.values()]).toEqual([
      { group: 'ff02::42', interface: '1', mode: 'exclude', sources: ['fd00::1', 'fd00::2'] },
    ]);
    const [mode, count, list] = [ref(9), ref(2), new Uint8Array(256).fill(0xcc)];
    expect(world.ws.getsourcefilter(s, 1, group, 28, mode, count, list)).toBe(0);
    expect([mode.value, count.value]).toEqual([MCAST_EXCLUDE, 2]);
    expect(list).toEqual(sources);
  });

  test('refuse wrong arguments', async () => {
    await start();
    const { s } = open(AF_INET6);
    const group = storage(0xff, 0x42);
    const attempts = [
      [() => world.ws.setsourcefilter(s, 1, null, 28, MCAST_INCLUDE, 0, null), 'WSAEFAULT'],
      [() => world.ws.setsourcefilter(s, 1, group, 129, MCAST_INCLUDE, 0, null), 'WSAEFAULT'],
      [() => world.ws.setsourcefilter(s, 1, new Uint8Array(200), 129, MCAST_INCLUDE, 0, null), 'WSAEINVAL'],
      [() => world.ws.setsourcefilter(s, 99, group, 28, MCAST_INCLUDE, 0, null), 'WSAEADDRNOTAVAIL'],
      [() => world.ws.setsourcefilter(s, 1, storage(0xfd, 1), 28, MCAST_INCLUDE, 0, null), 'WSAEINVAL'],
      [() => world.ws.setsourcefilter(s, 1, group, 28, MCAST_INCLUDE, 1, new Uint8Array(127)), 'WSAEFAULT'],
      [() => world.ws.setsourcefilter(s, 1, group, 28, MCAST_INCLUDE, 1, new Uint8Array(128)), 'WSAEINVAL'],
      [() => world.ws.setsourcefilter(open(AF_INET).s, 1, group, 28, MCAST_INCLUDE, 0, null), 'WSAEINVAL'],
      [() => world.ws.getsourcefilter(s, 1, group, 28, ref(0), ref(0), null), 'WSAEADDRNOTAVAIL'],
      [() => world.ws.getsourcefilter(s, 1, group, 28, null, ref(0), null), 'WSAEFAULT'],
    ] as const;
    expect(attempts.map(([attempt]) => [attempt(), world.lastError()])).toEqual(attempts.map(([, error]) => [-1, error]));
  });
});
