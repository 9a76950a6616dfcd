// Datagrams: default peers and explicit destinations, buffers that are too small, broadcast, multicast, address sharing.
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  IN6ADDR_LOOPBACK_INIT,
  INADDR_BROADCAST,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_ADD_MEMBERSHIP,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  MSG_PARTIAL,
  SOCK_DGRAM,
  SOL_SOCKET,
  SO_BROADCAST,
  SO_EXCLUSIVEADDRUSE,
  SO_REUSEADDR,
  WSABUF,
  errorName,
  ip_mreq,
  ipv6_mreq,
  ref,
  sockaddr_in,
  sockaddr_in6,
  type Memory,
  type SOCKET,
} from '../../src/abi/index.js';
import { boundUdp, loopback, nameOf, setNonBlocking, startedWorld, swap, tcp, turn, udp, type World } from './world.js';

/** The loopback interface is the first one on Linux and macOS. */
const LOOPBACK_INDEX = 1;

const isLoopback = ({ address }: { address: string }): boolean => address === '::1';
const [loopbackName = ''] = Object.entries(networkInterfaces()).find(([, list]) => list?.some(isLoopback)) ?? [];

/** Whether plain Node can send IPv6 multicast from the loopback interface. */
const sixRouted = await new Promise<boolean>((resolve) => {
  if (loopbackName === '') {
    resolve(false);
    return;
  }
  const probe = createSocket('udp6');
  probe.on('error', () => {
    resolve(false);
  });
  probe.bind(0, '::1', () => {
    probe.setMulticastInterface(`::%${process.platform === 'win32' ? String(LOOPBACK_INDEX) : loopbackName}`);
    probe.send('probe', probe.address().port, 'ff01::7701', (error) => {
      probe.close();
      resolve(error === null);
    });
  });
});

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

const SIZE = sockaddr_in.size;
const ON = Uint8Array.of(1, 0, 0, 0);
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

async function receive(s: SOCKET): Promise<string> {
  const buffer = new Uint8Array(2000);
  const count = await world.ws.recv(s, buffer, buffer.length, 0);
  return count === -1 ? world.lastError() : new TextDecoder().decode(buffer.subarray(0, count));
}

async function sendTo(s: SOCKET, what: string, to: Memory | null, size = SIZE): Promise<string> {
  const result = await world.ws.sendto(s, text(what), what.length, 0, to, size);
  return result === what.length ? 'sent' : world.lastError();
}

/** A multicast receive that would otherwise wait for ever where the system does not deliver. */
async function receiveSoon(s: SOCKET): Promise<string> {
  setNonBlocking(world, s);
  for (let i = 0; i < 500; i++) {
    const got = await receive(s);
    if (got !== 'WSAEWOULDBLOCK') return got;
    await turn();
  }
  return 'nothing came';
}

describe('a default peer', () => {
  it('is what send goes to and what alone is heard', async () => {
    const [a, b, c] = [boundUdp(world), boundUdp(world), boundUdp(world)];
    expect(await world.ws.connect(a, nameOf(world, b), SIZE)).toBe(0);
    expect(await world.ws.send(a, text('x'), 1, 0)).toBe(1);
    expect(await receive(b)).toBe('x');
    expect(await sendTo(c, 'stranger', nameOf(world, a))).toBe('sent');
    expect(await sendTo(b, 'peer', nameOf(world, a))).toBe('sent');
    expect(await receive(a)).toBe('peer');
  });

  it('gives way to an explicit destination for that datagram', async () => {
    const [a, b, c] = [boundUdp(world), boundUdp(world), boundUdp(world)];
    await world.ws.connect(a, nameOf(world, b), SIZE);
    expect(await sendTo(a, 'to c', nameOf(world, c))).toBe('sent');
    expect(await receive(c)).toBe('to c');
    expect(await world.ws.send(a, text('to b'), 4, 0)).toBe(4);
    expect(await receive(b)).toBe('to b');
    const peer = new sockaddr_in();
    expect(world.ws.getpeername(a, peer, ref(SIZE))).toBe(0);
    expect(peer.sin_port).toBe(nameOf(world, b).sin_port);
  });

  it.each([
    ['AF_UNSPEC', new sockaddr_in()],
    ['the zero address', ((zero) => ((zero.sin_family = AF_INET), zero))(new sockaddr_in())],
  ])('goes with a connect to %s, and can be set again', async (_name, nobody) => {
    const [a, b, c] = [boundUdp(world), boundUdp(world), boundUdp(world)];
    await world.ws.connect(a, nameOf(world, b), SIZE);
    expect(await world.ws.connect(a, nobody, SIZE)).toBe(0);
    expect(world.ws.getpeername(a, new sockaddr_in(), ref(SIZE))).toBe(-1);
    expect(world.lastError()).toBe('WSAENOTCONN');
    expect(await world.ws.send(a, text('x'), 1, 0)).toBe(-1);
    expect(world.lastError()).toBe('WSAENOTCONN');
    expect(await sendTo(c, 'hello', nameOf(world, a))).toBe('sent');
    expect(await receive(a)).toBe('hello');
    expect(await world.ws.connect(a, nameOf(world, c), SIZE)).toBe(0);
    await world.ws.send(a, text('again'), 5, 0);
    expect(await receive(c)).toBe('again');
  });
});

describe('a buffer that is too small', () => {
  it('is filled over all its parts, the rest of the datagram is lost, and the sender is told', async () => {
    const [a, b] = [boundUdp(world), boundUdp(world)];
    await sendTo(a, 'abcdefghij', nameOf(world, b));
    await sendTo(a, 'next', nameOf(world, b));
    const parts = [new Uint8Array(3).fill(0xa5), new Uint8Array(0), new Uint8Array(4).fill(0xa5)];
    const buffers = parts.map((part) => new WSABUF(part.length, part));
    const received = ref(99);
    const flags = ref(0);
    const from = new sockaddr_in();
    const status = await world.ws.WSARecvFrom(b, buffers, 3, received, flags, from, ref(SIZE), null, null);
    expect([status, world.lastError()]).toEqual([-1, 'WSAEMSGSIZE']);
    expect(new TextDecoder().decode(Buffer.concat(parts))).toBe('abcdefg');
    expect(received.value).toBe(7);
    expect(from.sin_port).toBe(nameOf(world, a).sin_port);
    expect(await receive(b)).toBe('next');
  });

  it('takes MSG_PARTIAL as input, which changes nothing for a whole datagram', async () => {
    const [a, b] = [boundUdp(world), boundUdp(world)];
    await sendTo(a, 'whole', nameOf(world, b));
    const flags = ref(MSG_PARTIAL);
    const part = new Uint8Array(10);
    const received = ref(0);
    expect(await world.ws.WSARecv(b, [new WSABUF(10, part)], 1, received, flags, null, null)).toBe(0);
    expect([received.value, flags.value]).toEqual([5, 0]);
  });

  it('refuses a datagram longer than IP can carry', async () => {
    const [a, b] = [boundUdp(world), boundUdp(world)];
    const big = new Uint8Array(65508);
    expect(await world.ws.sendto(a, big, big.length, 0, nameOf(world, b), SIZE)).toBe(-1);
    expect(world.lastError()).toBe('WSAEMSGSIZE');
    const buffers = [new WSABUF(40000, new Uint8Array(40000)), new WSABUF(30000, new Uint8Array(30000))];
    expect(await world.ws.WSASendTo(a, buffers, 2, ref(0), 0, nameOf(world, b), SIZE, null, null)).toBe(-1);
    expect(world.lastError()).toBe('WSAEMSGSIZE');
  });
});

it('broadcast needs SO_BROADCAST', async () => {
  const s = boundUdp(world);
  const everybody = new sockaddr_in();
  everybody.sin_family = AF_INET;
  everybody.sin_port = swap(9);
  new DataView(everybody.bytes.buffer, everybody.bytes.byteOffset).setUint32(4, INADDR_BROADCAST);
  expect(await sendTo(s, 'x', everybody)).toBe('WSAEACCES');
  expect(world.ws.setsockopt(s, SOL_SOCKET, SO_BROADCAST, ON, 4)).toBe(0);
  // Whether there is a network to broadcast on is another matter.
  expect(await sendTo(s, 'x', everybody)).not.toBe('WSAEACCES');
});

describe('multicast on the loopback interface', () => {
  it('reaches a member over IPv4 until it leaves', async () => {
    const receiver = udp(world);
    world.ws.setsockopt(receiver, SOL_SOCKET, SO_REUSEADDR, ON, 4);
    const any = new sockaddr_in();
    any.sin_family = AF_INET;
    expect(world.ws.bind(receiver, any, SIZE)).toBe(0);
    const group = nameOf(world, receiver);
    group.bytes.set([239, 255, 77, 1], 4);
    const membership = new ip_mreq();
    membership.bytes.set([239, 255, 77, 1, 127, 0, 0, 1]);
    expect(world.ws.setsockopt(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership, ip_mreq.size)).toBe(0);
    const sender = boundUdp(world);
    expect(world.ws.setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, Uint8Array.of(127, 0, 0, 1), 4)).toBe(0);
    expect(world.ws.setsockopt(sender, IPPROTO_IP, IP_MULTICAST_LOOP, ON, 4)).toBe(0);
    expect(await sendTo(sender, 'all', group)).toBe('sent');
    expect(await receiveSoon(receiver)).toBe('all');
    expect(world.ws.setsockopt(receiver, IPPROTO_IP, IP_DROP_MEMBERSHIP, membership, ip_mreq.size)).toBe(0);
    expect(world.ws.setsockopt(receiver, IPPROTO_IP, IP_DROP_MEMBERSHIP, membership, ip_mreq.size)).toBe(-1);
  });

  // Many systems route IPv6 multicast to real networks only: Node itself is asked, so that a fault of ours shows.
  it.skipIf(!sixRouted)('reaches a member over IPv6 (skipped where the system routes none over loopback)', async () => {
    const make = (): SOCKET => world.ws.socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    const receiver = make();
    const any = new sockaddr_in6();
    any.sin6_family = AF_INET6;
    expect(world.ws.bind(receiver, any, sockaddr_in6.size)).toBe(0);
    const name = new sockaddr_in6();
    expect(world.ws.getsockname(receiver, name, ref(sockaddr_in6.size))).toBe(0);
    const group = [0xff, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77, 0x01];
    const membership = new ipv6_mreq();
    membership.bytes.set(group);
    membership.ipv6mr_interface = LOOPBACK_INDEX;
    expect(world.ws.setsockopt(receiver, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, membership, ipv6_mreq.size)).toBe(0);
    const sender = make();
    const from = new sockaddr_in6();
    from.sin6_family = AF_INET6;
    from.bytes.set(IN6ADDR_LOOPBACK_INIT, 8);
    expect(world.ws.bind(sender, from, sockaddr_in6.size)).toBe(0);
    const index = new Uint8Array(4);
    index[0] = LOOPBACK_INDEX;
    expect(world.ws.setsockopt(sender, IPPROTO_IPV6, IPV6_MULTICAST_IF, index, 4)).toBe(0);
    expect(world.ws.setsockopt(sender, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, ON, 4)).toBe(0);
    name.bytes.set(group, 8);
    expect(await sendTo(sender, 'six', name, sockaddr_in6.size)).toBe('sent');
    expect(await receiveSoon(receiver)).toBe('six');
  });
});

describe('sharing an address', () => {
  type Mode = 'default' | 'reuse' | 'exclusive';
  const options = { reuse: SO_REUSEADDR, exclusive: SO_EXCLUSIVEADDRUSE };

  function bindAs(make: () => SOCKET, mode: Mode, address: sockaddr_in): { s: SOCKET; error: string } {
    const s = make();
    if (mode !== 'default') expect(world.ws.setsockopt(s, SOL_SOCKET, options[mode], ON, 4)).toBe(0);
    const status = world.ws.bind(s, address, SIZE);
    return { s, error: status === 0 ? 'bound' : world.lastError() };
  }

  const same: readonly [Mode, Mode, string][] = [
    ['default', 'default', 'WSAEADDRINUSE'],
    ['default', 'reuse', 'WSAEACCES'],
    ['default', 'exclusive', 'WSAEADDRINUSE'],
    ['reuse', 'default', 'WSAEADDRINUSE'],
    ['reuse', 'exclusive', 'WSAEADDRINUSE'],
    ['exclusive', 'default', 'WSAEADDRINUSE'],
    ['exclusive', 'reuse', 'WSAEACCES'],
    ['exclusive', 'exclusive', 'WSAEADDRINUSE'],
  ];

  describe.each([
    ['streams', (): SOCKET => tcp(world)],
    ['datagrams', (): SOCKET => udp(world)],
  ])('of %s', (_name, make) => {
    it.each(same)('%s first, %s second: %s', async (first, second, expected) => {
      const one = bindAs(make, first, loopback());
      expect(one.error).toBe('bound');
      const two = bindAs(make, second, nameOf(world, one.s));
      expect(two.error).toBe(expected);
      await world.ws.closesocket(one.s);
      // The port is free again as soon as the first one is closed.
      const three = bindAs(make, 'default', loopback());
      expect(three.error).toBe('bound');
      await Promise.all([two.s, three.s].map((s) => world.ws.closesocket(s)));
    });
  });

  it('two datagram sockets that both asked to share do', () => {
    const one = bindAs(() => udp(world), 'reuse', loopback());
    const two = bindAs(() => udp(world), 'reuse', nameOf(world, one.s));
    expect([one.error, two.error]).toEqual(['bound', 'bound']);
  });

  it('the two options exclude each other', () => {
    const s = tcp(world);
    expect(world.ws.setsockopt(s, SOL_SOCKET, SO_REUSEADDR, ON, 4)).toBe(0);
    const status = world.ws.setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, ON, 4);
    expect([status, errorName(world.ws.WSAGetLastError())]).toEqual([-1, 'WSAEINVAL']);
  });
});
