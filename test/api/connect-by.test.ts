// WSAConnectByName and WSAConnectByList on the Node driver: what is refused, which addresses are tried, what is told.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { bindLoopback, connectedPair, listener, loopback, nameOf, setNonBlocking, startedWorld, swap, tcp, udp, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

const port = (name: abi.sockaddr_in): string => String(swap(name.sin_port));

/** A port that nobody listens on. */
async function deserted(): Promise<abi.sockaddr_in> {
  const { s, name } = listener(world);
  await world.ws.closesocket(s);
  return name;
}

function list(...addresses: readonly abi.Memory[]): abi.SOCKET_ADDRESS_LIST {
  const Address = addresses.map((lpSockaddr) => new abi.SOCKET_ADDRESS({ lpSockaddr, iSockaddrLength: abi.bytesOf(lpSockaddr).length }));
  return new abi.SOCKET_ADDRESS_LIST({ iAddressCount: Address.length, Address });
}

function ipv6(dual: boolean): abi.SOCKET {
  const s = world.ws.socket(abi.AF_INET6, abi.SOCK_STREAM, 0);
  const value = new Uint8Array(4);
  value[0] = dual ? 0 : 1;
  world.ws.setsockopt(s, abi.IPPROTO_IPV6, abi.IPV6_V6ONLY, value, 4);
  return s;
}

type Result = readonly [number, string];

async function byName(s: abi.SOCKET, node: string | null, service: string | null, reserved: abi.OVERLAPPED | null = null): Promise<Result> {
  const result = await world.ws.WSAConnectByNameW(s, node, service, null, null, null, null, null, reserved);
  return [result, result === 1 ? '' : world.lastError()];
}

async function byList(s: abi.SOCKET, addresses: abi.SOCKET_ADDRESS_LIST | null): Promise<Result> {
  const result = await world.ws.WSAConnectByList(s, addresses, null, null, null, null, null, null);
  return [result, result === 1 ? '' : world.lastError()];
}

describe('WSAConnectByName', () => {
  test('connects and tells both addresses', async () => {
    const { s: server, name } = listener(world);
    const s = tcp(world);
    const [local, remote] = [new abi.sockaddr_in(), new abi.sockaddr_in()];
    const [localLength, remoteLength] = [abi.ref(16), abi.ref(16)];
    const accepting = world.ws.accept(server, null, null);
    const result = await world.ws.WSAConnectByNameW(s, '127.0.0.1', port(name), localLength, local, remoteLength, remote, null, null);
    expect(result).toBe(abi.TRUE);
    expect(remote.bytes).toEqual(name.bytes);
    expect(local.bytes).toEqual(nameOf(world, s).bytes);
    expect([localLength.value, remoteLength.value]).toEqual([16, 16]);
    expect(await accepting).not.toBe(abi.INVALID_SOCKET);
    expect(world.ws.setsockopt(s, abi.SOL_SOCKET, abi.SO_UPDATE_CONNECT_CONTEXT, null, 0)).toBe(0);
  });

  test('the ANSI form, a name, and a socket that is bound', async () => {
    const { name } = listener(world);
    const s = tcp(world);
    bindLoopback(world, s);
    expect(await world.ws.WSAConnectByNameA(s, 'localhost', port(name), null, null, null, null, null, null)).toBe(abi.TRUE);
  });

  test('blocks on a non-blocking socket too', async () => {
    const { name } = listener(world);
    const s = tcp(world);
    setNonBlocking(world, s);
    expect(await byName(s, '127.0.0.1', port(name))).toEqual([1, '']);
    const refused = tcp(world);
    setNonBlocking(world, refused);
    expect(await byName(refused, '127.0.0.1', port(await deserted()))).toEqual([0, 'WSAECONNREFUSED']);
  });

  test('an IPv6 socket reaches an IPv4 host only as a dual-stack one', async () => {
    const { name } = listener(world);
    expect(await byName(ipv6(true), '127.0.0.1', port(name))).toEqual([1, '']);
    expect(await byName(ipv6(false), '127.0.0.1', port(name))).toEqual([0, 'WSAHOST_NOT_FOUND']);
  });

  test('a dual-stack socket goes on to the IPv4 address of the host', async () => {
    const { name } = listener(world);
    expect(await byName(ipv6(true), 'localhost', port(name))).toEqual([1, '']);
  });

  test('a socket whose attempt failed may try again', async () => {
    const { name } = listener(world);
    const s = tcp(world);
    expect(await byName(s, '127.0.0.1', port(await deserted()))).toEqual([0, 'WSAECONNREFUSED']);
    expect(await byName(s, '127.0.0.1', port(name))).toEqual([1, '']);
    expect(await byName(s, '127.0.0.1', port(name))).toEqual([0, 'WSAEISCONN']);
  });

  test.each([
    ['no host', null, '80', 'WSAEINVAL'],
    ['no service', '127.0.0.1', null, 'WSAEINVAL'],
    ['no such service', '127.0.0.1', 'no-such-service', 'WSATYPE_NOT_FOUND'],
    ['a port too high', '127.0.0.1', '65536', 'WSATYPE_NOT_FOUND'],
    ['another family', '::1', '80', 'WSAHOST_NOT_FOUND'],
  ])('%s', async (_what, node, service, error) => {
    expect(await byName(tcp(world), node, service)).toEqual([0, error]);
  });

  test.each([
    ['a datagram socket', () => udp(world), 'WSAEOPNOTSUPP'],
    ['a local socket', () => world.ws.socket(abi.AF_UNIX, abi.SOCK_STREAM, 0), 'WSAEAFNOSUPPORT'],
    ['a listening socket', () => listener(world).s, 'WSAEINVAL'],
    ['no socket', () => abi.INVALID_SOCKET, 'WSAENOTSOCK'],
  ])('%s', async (_what, open, error) => {
    expect(await byName(open(), '127.0.0.1', '80')).toEqual([0, error]);
  });

  test('Reserved, a negative time, and an address without room', async () => {
    const s = tcp(world);
    expect(await byName(s, '127.0.0.1', '80', new abi.OVERLAPPED())).toEqual([0, 'WSAEINVAL']);
    const time = new abi.timeval();
    time.tv_sec = -1;
    const { WSAConnectByNameW } = world.ws;
    expect([await WSAConnectByNameW(s, 'localhost', '80', null, null, null, null, time, null), world.lastError()]).toEqual([0, 'WSAEINVAL']);
    const name = new abi.sockaddr_in();
    for (const length of [null, abi.ref(15)]) {
      expect([await WSAConnectByNameW(s, 'localhost', '80', length, name, null, null, null, null), world.lastError()]).toEqual([0, 'WSAEFAULT']);
      expect([await WSAConnectByNameW(s, 'localhost', '80', null, null, length, name, null, null), world.lastError()]).toEqual([0, 'WSAEFAULT']);
    }
  });
});

describe('WSAConnectByList', () => {
  test('tries the addresses in order until one takes the connection', async () => {
    const { name } = listener(world);
    const s = tcp(world);
    const remote = new abi.sockaddr_in();
    const addresses = list(await deserted(), await deserted(), name, await deserted());
    expect(await world.ws.WSAConnectByList(s, addresses, null, null, abi.ref(16), remote, null, null)).toBe(abi.TRUE);
    expect(remote.bytes).toEqual(name.bytes);
  });

  test('with no time at all the first address is tried, and no other', async () => {
    const { name } = listener(world);
    const attempt = async (addresses: abi.SOCKET_ADDRESS_LIST): Promise<Result> => {
      const result = await world.ws.WSAConnectByList(tcp(world), addresses, null, null, null, null, new abi.timeval(), null);
      return [result, result === 1 ? '' : world.lastError()];
    };
    expect(await attempt(list(name))).toEqual([1, '']);
    expect(await attempt(list(await deserted(), name))).toEqual([0, 'WSAETIMEDOUT']);
  });

  test('the error is that of the last attempt', async () => {
    const nowhere = loopback(0);
    expect(await byList(tcp(world), list(await deserted(), nowhere))).toEqual([0, 'WSAEADDRNOTAVAIL']);
    expect(await byList(tcp(world), list(nowhere, await deserted()))).toEqual([0, 'WSAECONNREFUSED']);
  });

  test('an IPv4 address on a dual-stack socket, and on one for IPv6 only', async () => {
    const { name } = listener(world);
    expect(await byList(ipv6(true), list(name))).toEqual([1, '']);
    expect(await byList(ipv6(false), list(name))).toEqual([0, 'WSAEFAULT']);
  });

  test('takes unbound sockets only, one whose attempt failed too', async () => {
    const { name } = listener(world);
    const bound = tcp(world);
    bindLoopback(world, bound);
    expect(await byList(bound, list(name))).toEqual([0, 'WSAEINVAL']);
    expect(await byList((await connectedPair(world)).a, list(name))).toEqual([0, 'WSAEISCONN']);
    const s = tcp(world);
    expect(await byList(s, list(await deserted()))).toEqual([0, 'WSAECONNREFUSED']);
    expect(await byList(s, list(name))).toEqual([1, '']);
  });

  test('no list, none in it, fewer than told', async () => {
    const s = tcp(world);
    expect(await byList(s, null)).toEqual([0, 'WSAEINVAL']);
    expect(await byList(s, list())).toEqual([0, 'WSAEINVAL']);
    expect(await byList(s, new abi.SOCKET_ADDRESS_LIST({ iAddressCount: 2, Address: list(loopback(1)).Address }))).toEqual([0, 'WSAEINVAL']);
  });
});
