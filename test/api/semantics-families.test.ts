// The families besides IPv4: AF_UNIX streams end to end, IPv6, and one IPv6 socket that serves both.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IN6ADDR_LOOPBACK_INIT,
  INVALID_SOCKET,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_V6ONLY,
  SD_SEND,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSAEINVAL,
  WSA_FLAG_MULTIPOINT_C_LEAF,
  WSA_FLAG_MULTIPOINT_C_ROOT,
  WSA_FLAG_MULTIPOINT_D_LEAF,
  WSA_FLAG_OVERLAPPED,
  ref,
  sockaddr_in,
  sockaddr_in6,
  sockaddr_un,
  type SOCKET,
} from '../../src/abi/index.js';
import { loopback, startedWorld, swap, tcp, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

async function echoOnce(a: SOCKET, b: SOCKET): Promise<void> {
  const data = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const received = new Uint8Array(data.length);
  const sending = world.ws.send(a, data, data.length, 0);
  expect(await world.ws.recv(b, received, received.length, 8)).toBe(data.length);
  expect(await sending).toBe(data.length);
  expect(Buffer.compare(data, received)).toBe(0);
  expect(world.ws.shutdown(a, SD_SEND)).toBe(0);
  expect(await world.ws.recv(b, received, 1, 0)).toBe(0);
  expect(await world.ws.send(b, data, 10, 0)).toBe(10);
  expect(await world.ws.recv(a, received, 100, 0)).toBe(10);
}

describe('AF_UNIX', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ws2-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function address(path: string): sockaddr_un {
    const name = new sockaddr_un();
    name.sun_family = AF_UNIX;
    name.sun_path = path;
    return name;
  }

  function listenOn(path: string): SOCKET {
    const s = world.ws.socket(AF_UNIX, SOCK_STREAM, 0);
    expect(world.ws.bind(s, address(path), sockaddr_un.size)).toBe(0);
    expect(world.ws.listen(s, 5)).toBe(0);
    return s;
  }

  it('carries streams both ways', async () => {
    const path = join(folder, 'echo');
    const from = listenOn(path);
    const client = world.ws.socket(AF_UNIX, SOCK_STREAM, 0);
    const peer = new sockaddr_un();
    const peerLength = ref(sockaddr_un.size);
    const [s, status] = await Promise.all([
      world.ws.accept(from, peer, peerLength),
      world.ws.connect(client, address(path), sockaddr_un.size),
    ]);
    expect(status).toBe(0);
    await echoOnce(client, s);
    // A client that never bound has no name: the length says so.
    expect([peer.sun_family, peerLength.value]).toEqual([AF_UNIX, 2]);
    const name = new sockaddr_un();
    expect(world.ws.getsockname(from, name, ref(sockaddr_un.size))).toBe(0);
    expect(name.sun_path).toBe(path);
    expect(world.ws.getpeername(client, name, ref(sockaddr_un.size))).toBe(0);
    expect(name.sun_path).toBe(path);
  });

  it('refuses where nobody listens, and a path that is taken', async () => {
    const client = world.ws.socket(AF_UNIX, SOCK_STREAM, 0);
    expect(await world.ws.connect(client, address(join(folder, 'nobody')), sockaddr_un.size)).toBe(-1);
    expect(world.lastError()).toMatch(/WSAECONNREFUSED|WSAEADDRNOTAVAIL|WSAENETUNREACH|WSAEINVAL/);
    const path = join(folder, 'taken');
    listenOn(path);
    const second = world.ws.socket(AF_UNIX, SOCK_STREAM, 0);
    expect(world.ws.bind(second, address(path), sockaddr_un.size)).toBe(-1);
    expect(world.lastError()).toBe('WSAEADDRINUSE');
  });

  it.runIf(process.platform === 'linux')('takes paths of up to 107 bytes, and cuts none short', async () => {
    const longest = join(folder, '').padEnd(107, 'x');
    const s = world.ws.socket(AF_UNIX, SOCK_STREAM, 0);
    expect(world.ws.bind(s, address(longest), sockaddr_un.size)).toBe(0);
    expect(world.ws.listen(s, 1)).toBe(0);
    const length = ref(sockaddr_un.size);
    expect(world.ws.getsockname(s, address('junk'), length)).toBe(0);
    expect(length.value).toBe(sockaddr_un.size);
    const tooLong = address(longest);
    tooLong.bytes[sockaddr_un.size - 1] = 0x78;
    const other = world.ws.socket(AF_UNIX, SOCK_STREAM, 0);
    expect(world.ws.bind(other, tooLong, sockaddr_un.size)).toBe(-1);
    expect(world.lastError()).toBe('WSAENAMETOOLONG');
    expect(await world.ws.connect(other, tooLong, sockaddr_un.size)).toBe(-1);
    expect(world.lastError()).toBe('WSAECONNREFUSED');
    await world.ws.closesocket(other);
    await world.ws.closesocket(s);
  });

  it('knows streams only, and no other family', async () => {
    expect(world.ws.socket(AF_UNIX, SOCK_DGRAM, 0)).toBe(-1);
    const s = world.ws.socket(AF_UNIX, SOCK_STREAM, 0);
    expect(await world.ws.connect(s, loopback(9), sockaddr_in.size)).toBe(-1);
    expect(world.lastError()).toBe('WSAEAFNOSUPPORT');
  });
});

/** Asked of the stack itself: a machine without IPv6 cannot bind ::1. */
async function hasIpv6(): Promise<boolean> {
  const probe = await startedWorld();
  const s = probe.ws.socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
  const bound = probe.ws.bind(s, six(), sockaddr_in6.size) === 0;
  await probe.host.dispose();
  return bound;
}

function six(port = 0): sockaddr_in6 {
  const name = new sockaddr_in6();
  name.sin6_family = AF_INET6;
  name.bytes.set(IN6ADDR_LOOPBACK_INIT, 8);
  name.sin6_port = swap(port);
  return name;
}

describe.skipIf(!(await hasIpv6()))('IPv6 (skipped on a machine without ::1)', () => {
  const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1];

  function bindAny(type: number, protocol: number, v6only: boolean): { s: SOCKET; port: number } {
    const s = world.ws.socket(AF_INET6, type, protocol);
    const flag = Uint8Array.of(v6only ? 1 : 0, 0, 0, 0);
    expect(world.ws.setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, flag, 4)).toBe(0);
    const name = new sockaddr_in6();
    name.sin6_family = AF_INET6;
    expect(world.ws.bind(s, name, sockaddr_in6.size)).toBe(0);
    expect(world.ws.getsockname(s, name, ref(sockaddr_in6.size))).toBe(0);
    return { s, port: swap(name.sin6_port) };
  }

  it('carries streams, with IPV6_V6ONLY as it is by default', async () => {
    const from = world.ws.socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    world.ws.bind(from, six(), sockaddr_in6.size);
    world.ws.listen(from, 5);
    const name = new sockaddr_in6();
    world.ws.getsockname(from, name, ref(sockaddr_in6.size));
    const client = world.ws.socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    const [s, status] = await Promise.all([world.ws.accept(from, null, null), world.ws.connect(client, name, sockaddr_in6.size)]);
    expect(status).toBe(0);
    await echoOnce(client, s);
  });

  it('serves IPv4 clients under mapped addresses when IPV6_V6ONLY is off', async () => {
    const { s: from, port } = bindAny(SOCK_STREAM, IPPROTO_TCP, false);
    world.ws.listen(from, 5);
    const peer = new sockaddr_in6();
    const client = tcp(world);
    const [s, status] = await Promise.all([
      world.ws.accept(from, peer, ref(sockaddr_in6.size)),
      world.ws.connect(client, loopback(port), sockaddr_in.size),
    ]);
    expect(status).toBe(0);
    expect([...peer.bytes.subarray(8, 24)]).toEqual(mapped);
    await echoOnce(client, s);
    const again = world.ws.socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    const [b, direct] = await Promise.all([world.ws.accept(from, peer, ref(sockaddr_in6.size)), world.ws.connect(again, six(port), sockaddr_in6.size)]);
    expect(direct).toBe(0);
    expect([...peer.bytes.subarray(8, 24)]).toEqual([...IN6ADDR_LOOPBACK_INIT]);
    await echoOnce(again, b);
  });

  it('turns IPv4 clients away when it is on', async () => {
    const { s: from, port } = bindAny(SOCK_STREAM, IPPROTO_TCP, true);
    world.ws.listen(from, 5);
    expect(await world.ws.connect(tcp(world), loopback(port), sockaddr_in.size)).toBe(-1);
    expect(world.lastError()).toBe('WSAECONNREFUSED');
  });

  it('reaches IPv4 from a dual-stack client by a mapped address, and not otherwise', async () => {
    const { s: from, port } = bindAny(SOCK_STREAM, IPPROTO_TCP, false);
    world.ws.listen(from, 5);
    const name = six(port);
    name.bytes.set(mapped, 8);
    const narrow = world.ws.socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    expect(await world.ws.connect(narrow, name, sockaddr_in6.size)).toBe(-1);
    expect(world.lastError()).toBe('WSAENETUNREACH');
    const wide = world.ws.socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    world.ws.setsockopt(wide, IPPROTO_IPV6, IPV6_V6ONLY, new Uint8Array(4), 4);
    expect(await world.ws.connect(wide, name, sockaddr_in6.size)).toBe(0);
  });

  it('receives datagrams of both families on one socket', async () => {
    const { s, port } = bindAny(SOCK_DGRAM, IPPROTO_UDP, false);
    const four = world.ws.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    expect(await world.ws.sendto(four, Uint8Array.of(4), 1, 0, loopback(port), sockaddr_in.size)).toBe(1);
    const buffer = new Uint8Array(4);
    const from = new sockaddr_in6();
    expect(await world.ws.recvfrom(s, buffer, 4, 0, from, ref(sockaddr_in6.size))).toBe(1);
    expect([buffer[0], ...from.bytes.subarray(8, 24)]).toEqual([4, ...mapped]);
    expect(await world.ws.sendto(s, Uint8Array.of(9), 1, 0, from, sockaddr_in6.size)).toBe(1);
    expect(await world.ws.recv(four, buffer, 4, 0)).toBe(1);
    expect(buffer[0]).toBe(9);
  });
});

describe('the flags of WSASocket', () => {
  const leaf = WSA_FLAG_MULTIPOINT_C_LEAF | WSA_FLAG_MULTIPOINT_D_LEAF;
  it.each([
    ['nothing', SOCK_STREAM, 0, 0],
    ['overlapped', SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0],
    ['a leaf in both planes', SOCK_DGRAM, leaf, 0],
    ['a leaf in one plane', SOCK_DGRAM, WSA_FLAG_MULTIPOINT_C_LEAF, WSAEINVAL],
    ['a root', SOCK_DGRAM, WSA_FLAG_MULTIPOINT_C_ROOT | WSA_FLAG_MULTIPOINT_D_LEAF, WSAEINVAL],
    ['a leaf on a stream', SOCK_STREAM, leaf, WSAEINVAL],
    ['a bit that nobody knows', SOCK_DGRAM, 0x8000, WSAEINVAL],
  ])('%s', (_what, type, flags, error) => {
    const s = world.ws.WSASocketW(AF_INET, type, 0, null, 0, flags);
    expect([s === INVALID_SOCKET, world.ws.WSAGetLastError()]).toEqual([error !== 0, error]);
  });
});
