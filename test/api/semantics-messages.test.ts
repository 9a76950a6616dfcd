// WSARecvMsg and WSASendMsg over the in-memory driver, which knows of packets what the simulated network knows.
import { afterEach, describe, expect, test } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  IN_PKTINFO,
  IP_ECN,
  IP_HOPLIMIT,
  IP_PKTINFO,
  IP_RECVDSTADDR,
  IP_RECVECN,
  IP_RECVIF,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_TOS,
  IP_TTL,
  IPPROTO_ICMP,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_ECN,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_RECVTCLASS,
  IPV6_TCLASS,
  MSG_BCAST,
  MSG_CTRUNC,
  MSG_MCAST,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  OVERLAPPED,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  WSABUF,
  WSACMSGHDR,
  WSAEMSGSIZE,
  WSAMSG,
  WSA_CMSG_DATA,
  WSA_CMSG_FIRSTHDR,
  WSA_CMSG_LEN,
  WSA_CMSG_NXTHDR,
  WSA_CMSG_SPACE,
  ref,
  sockaddr_in,
  sockaddr_in6,
  type SOCKET,
} from '../../src/abi/index.js';
import type { Capabilities, Setting } from '../../src/drivers/contract.js';
import { FakeDriver } from '../afd/fake-driver.js';
import { datagramOf, loopback, nameOf, startedWorld, swap, tcp, type World } from './world.js';

const SETTINGS: readonly Setting[] = ['ttl', 'typeOfService'];
let world: World;

async function start(differences: Partial<Capabilities> = {}): Promise<FakeDriver> {
  const driver = new FakeDriver({ packetInfo: true, raw: true, settings: SETTINGS, ...differences });
  driver.net.auto = true;
  world = await startedWorld({ driver });
  return driver;
}

afterEach(() => world.host.dispose());

/** A datagram socket bound to loopback. */
function bound(): SOCKET {
  const s = world.ws.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  expect(world.ws.bind(s, loopback(), sockaddr_in.size)).toBe(0);
  return s;
}

function switchOn(s: SOCKET, level: number, ...names: readonly number[]): void {
  for (const name of names) expect(world.ws.setsockopt(s, level, name, Uint8Array.of(1, 0, 0, 0), 4)).toBe(0);
}

/** A message with room for `size` bytes and `control` bytes of control information, over junk. */
function room(size: number, control = 0, dwFlags = 0): WSAMSG {
  return new WSAMSG({
    name: new Uint8Array(128).fill(0xcc),
    namelen: 128,
    lpBuffers: [new WSABUF(size, new Uint8Array(size).fill(0xcc))],
    dwBufferCount: 1,
    Control: new WSABUF(control, control === 0 ? null : new Uint8Array(control).fill(0xcc)),
    dwFlags,
  });
}

function textOf(message: WSAMSG, count: number): string {
  return new TextDecoder().decode(message.lpBuffers?.[0]?.buf?.subarray(0, count));
}

/** Level, type and data of each control message. */
function controls(message: WSAMSG): [number, number, number[]][] {
  const found: [number, number, number[]][] = [];
  for (let header = WSA_CMSG_FIRSTHDR(message); header !== null; header = WSA_CMSG_NXTHDR(message, header)) {
    found.push([header.cmsg_level, header.cmsg_type, [...WSA_CMSG_DATA(header)]]);
  }
  return found;
}

/** A control buffer of these messages. */
function controlOf(...messages: readonly (readonly [number, number, readonly number[]])[]): WSABUF {
  const memory = new Uint8Array(messages.reduce((size, [, , data]) => size + WSA_CMSG_SPACE(data.length), 0));
  let at = 0;
  for (const [level, type, data] of messages) {
    const header = new WSACMSGHDR(memory, at);
    header.cmsg_len = WSA_CMSG_LEN(data.length);
    header.cmsg_level = level;
    header.cmsg_type = type;
    WSA_CMSG_DATA(header).set(data);
    at += WSA_CMSG_SPACE(data.length);
  }
  return new WSABUF(memory.length, memory);
}

function outgoing(content: string, to: sockaddr_in | sockaddr_in6 | null, control = new WSABUF(0, null)): WSAMSG {
  const bytes = new TextEncoder().encode(content);
  return new WSAMSG({
    name: to,
    namelen: to === null ? 0 : to.bytes.length,
    lpBuffers: [new WSABUF(bytes.length, bytes)],
    dwBufferCount: 1,
    Control: control,
  });
}

async function send(s: SOCKET, message: WSAMSG | null, flags = 0): Promise<number> {
  return world.ws.WSASendMsg(s, message, flags, ref(0), null, null);
}

async function receive(s: SOCKET, message: WSAMSG | null): Promise<{ result: number; bytes: number; error: string }> {
  const bytes = ref(0xcccc);
  const result = await world.ws.WSARecvMsg(s, message, bytes, null, null);
  return { result, bytes: bytes.value, error: world.lastError() };
}

/** `content` has come from a new socket to `s`, with this control information. */
async function arrived(s: SOCKET, content: string, control?: WSABUF): Promise<SOCKET> {
  const from = bound();
  expect(await send(from, outgoing(content, nameOf(world, s), control))).toBe(0);
  return from;
}

const number = (value: number): number[] => [value, 0, 0, 0];

describe('WSARecvMsg', () => {
  test('gives data, sender and lengths; without an option no control information', async () => {
    await start();
    const s = bound();
    const from = await arrived(s, 'plain');
    const message = room(32, 64);
    expect(await receive(s, message)).toMatchObject({ result: 0, bytes: 5 });
    expect([textOf(message, 5), message.namelen, message.Control.len, message.dwFlags]).toEqual(['plain', 16, 0, 0]);
    expect(new sockaddr_in(message.name!).sin_port).toBe(nameOf(world, from).sin_port);
  });

  test('gives everything that options ask for', async () => {
    await start();
    const s = bound();
    switchOn(s, IPPROTO_IP, IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVECN, IP_RECVIF, IP_RECVDSTADDR);
    await arrived(s, 'x', controlOf([IPPROTO_IP, IP_TTL, number(9)], [IPPROTO_IP, IP_TOS, number(0xb9)]));
    const message = room(32, 256);
    await receive(s, message);
    expect(controls(message)).toEqual([
      [IPPROTO_IP, IP_PKTINFO, [127, 0, 0, 1, 1, 0, 0, 0]],
      [IPPROTO_IP, IP_RECVDSTADDR, [127, 0, 0, 1]],
      [IPPROTO_IP, IP_RECVIF, number(1)],
      [IPPROTO_IP, IP_TTL, number(9)],
      [IPPROTO_IP, IP_TOS, number(0xb9)],
      [IPPROTO_IP, IP_ECN, number(1)],
    ]);
  });

  test('gives IPv6 sockets its forms', async () => {
    await start();
    const s = world.ws.socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    const name = new sockaddr_in6();
    name.sin6_family = AF_INET6;
    name.bytes[23] = 1;
    expect(world.ws.bind(s, name, 28)).toBe(0);
    expect(world.ws.getsockname(s, name, ref(28))).toBe(0);
    switchOn(s, IPPROTO_IPV6, IPV6_PKTINFO, IPV6_HOPLIMIT, IPV6_RECVTCLASS);
    const control = controlOf([IPPROTO_IPV6, IPV6_HOPLIMIT, number(7)], [IPPROTO_IPV6, IPV6_TCLASS, number(0x20)], [IPPROTO_IPV6, IPV6_ECN, number(2)]);
    expect(await send(s, outgoing('six', name, control))).toBe(0);
    const message = room(32, 256);
    expect(await receive(s, message)).toMatchObject({ result: 0, bytes: 3 });
    expect(message.namelen).toBe(28);
    expect(controls(message)).toEqual([
      [IPPROTO_IPV6, IPV6_PKTINFO, [...new Array<number>(15).fill(0), 1, ...number(1)]],
      [IPPROTO_IPV6, IPV6_HOPLIMIT, number(7)],
      [IPPROTO_IPV6, IPV6_TCLASS, number(0x22)],
    ]);
  });

  test('says when the datagram did not fit, and when the control information did not', async () => {
    await start();
    const s = bound();
    switchOn(s, IPPROTO_IP, IP_PKTINFO, IP_RECVTTL);
    for (const content of ['abcdef', 'abcdef', 'abcdef']) await arrived(s, content);
    const [short, tight, none] = [room(2, 64), room(9, WSA_CMSG_SPACE(8)), room(9)];
    expect(await receive(s, short)).toMatchObject({ result: -1, bytes: 2, error: 'WSAEMSGSIZE' });
    expect([short.dwFlags, textOf(short, 2), controls(short).length]).toEqual([MSG_TRUNC, 'ab', 2]);
    expect(await receive(s, tight)).toMatchObject({ result: -1, bytes: 6, error: 'WSAEMSGSIZE' });
    expect([tight.dwFlags, controls(tight).map(([, type]) => type)]).toEqual([MSG_CTRUNC, [IP_PKTINFO]]);
    expect(await receive(s, none)).toMatchObject({ result: -1, error: 'WSAEMSGSIZE' });
    expect([none.dwFlags, none.Control.len]).toEqual([MSG_CTRUNC, 0]);
  });

  test('says whether the datagram was for a group or for all', async () => {
    await start();
    const s = bound();
    const endpoint = datagramOf(world, s);
    const from = { family: 'ipv4', address: '127.0.0.1', port: 9, scopeId: 0 } as const;
    const flags: number[] = [];
    for (const address of ['239.1.2.3', '255.255.255.255', '127.0.0.1', '127.0.0.9']) {
      const destination = { ...from, address };
      endpoint.received(Uint8Array.of(1), from, { destination, interfaceIndex: 1, hopLimit: 1, typeOfService: 0 });
      const message = room(9);
      await receive(s, message);
      flags.push(message.dwFlags);
    }
    expect(flags).toEqual([MSG_MCAST, MSG_BCAST, 0, 0]);
  });

  test('gives what came over IPv4 to a dual-stack socket in IPv4\'s forms', async () => {
    await start();
    const s = world.ws.socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    const name = new sockaddr_in6();
    name.sin6_family = AF_INET6;
    expect(world.ws.bind(s, name, 28)).toBe(0);
    switchOn(s, IPPROTO_IP, IP_PKTINFO);
    switchOn(s, IPPROTO_IPV6, IPV6_PKTINFO);
    const from = { family: 'ipv6', address: '::ffff:127.0.0.1', port: 9, scopeId: 0 } as const;
    const destination = { ...from, address: '::ffff:127.0.0.7' };
    datagramOf(world, s).received(Uint8Array.of(1), from, { destination, interfaceIndex: 2, hopLimit: 1, typeOfService: 0 });
    const message = room(9, 64);
    await receive(s, message);
    expect(controls(message)).toEqual([[IPPROTO_IP, IP_PKTINFO, [127, 0, 0, 7, 2, 0, 0, 0]]]);
  });

  test('looks without taking, and knows no other flag', async () => {
    await start();
    const s = bound();
    await arrived(s, 'once');
    expect(await receive(s, room(9, 0, MSG_PEEK))).toMatchObject({ result: 0, bytes: 4 });
    for (const flag of [MSG_OOB, MSG_WAITALL, MSG_TRUNC]) {
      expect(await receive(s, room(9, 0, flag))).toMatchObject({ result: -1, error: 'WSAEOPNOTSUPP' });
    }
    expect(await receive(s, room(9))).toMatchObject({ result: 0, bytes: 4 });
  });

  test('waits, blocking or overlapped', async () => {
    await start();
    const s = bound();
    switchOn(s, IPPROTO_IP, IP_PKTINFO);
    const [waiting, overlapped] = [room(9, 64), room(9, 64)];
    const blocked = receive(s, waiting);
    await arrived(s, 'one');
    expect(await blocked).toMatchObject({ result: 0, bytes: 3 });
    expect(controls(waiting)).toEqual([[IPPROTO_IP, IP_PKTINFO, [127, 0, 0, 1, 1, 0, 0, 0]]]);

    const event = world.ws.WSACreateEvent();
    const ov = new OVERLAPPED({ hEvent: event });
    expect(world.ws.WSARecvMsg(s, overlapped, null, ov, null)).toBe(-1);
    expect(world.lastError()).toBe('WSA_IO_PENDING');
    await arrived(s, 'two');
    expect(await world.ws.WSAWaitForMultipleEvents(1, [event], 1, 1000, 0)).toBe(0);
    const bytes = ref(0);
    expect(await world.ws.WSAGetOverlappedResult(s, ov, bytes, 0, ref(0))).toBe(1);
    expect([bytes.value, textOf(overlapped, 3), overlapped.namelen, controls(overlapped).length]).toEqual([3, 'two', 16, 1]);
  });

  test('tells an overlapped receive\'s lack of room too', async () => {
    await start();
    const s = bound();
    switchOn(s, IPPROTO_IP, IP_PKTINFO);
    const message = room(9);
    const ov = new OVERLAPPED();
    expect(world.ws.WSARecvMsg(s, message, null, ov, null)).toBe(-1);
    await arrived(s, 'x');
    expect(await world.ws.WSAGetOverlappedResult(s, ov, ref(0), 1, ref(0))).toBe(0);
    expect([ov.Internal, world.lastError(), message.dwFlags]).toEqual([WSAEMSGSIZE, 'WSAEMSGSIZE', MSG_CTRUNC]);
  });

  test('refuses wrong arguments', async () => {
    await start();
    const s = bound();
    const errors = async (change: Partial<WSAMSG>): Promise<string> => (await receive(s, Object.assign(room(9, 16), change))).error;
    expect((await receive(s, null)).error).toBe('WSAEFAULT');
    expect(await errors({ name: null })).toBe('WSAEFAULT');
    expect(await errors({ namelen: 15 })).toBe('WSAEFAULT');
    expect(await errors({ Control: new WSABUF(4, null) })).toBe('WSAEFAULT');
    expect(await errors({ Control: new WSABUF(4, new Uint8Array(3)) })).toBe('WSAEFAULT');
    expect(await errors({ dwBufferCount: 0 })).toBe('WSAEINVAL');
    expect(await errors({ lpBuffers: null })).toBe('WSAEFAULT');
    expect((await receive(tcp(world), room(9))).error).toBe('WSAEINVAL');
    expect(await world.ws.WSARecvMsg(s, room(9), null, null, null)).toBe(-1);
    expect(world.lastError()).toBe('WSAEFAULT');
    expect((await receive(world.ws.socket(AF_INET, SOCK_DGRAM, 0), room(9))).error).toBe('WSAEINVAL');
    expect((await receive(0xdead as SOCKET, room(9))).error).toBe('WSAENOTSOCK');
  });

  test('works without control information where the driver has none', async () => {
    await start({ packetInfo: false });
    const s = bound();
    switchOn(s, IPPROTO_IP, IP_PKTINFO);
    await arrived(s, 'bare');
    const message = room(9, 64);
    expect(await receive(s, message)).toMatchObject({ result: 0, bytes: 4 });
    expect([message.Control.len, message.dwFlags]).toEqual([0, 0]);
  });
});

describe('WSASendMsg', () => {
  test('sends to an address or to the peer, from all buffers', async () => {
    await start();
    const [a, b] = [bound(), bound()];
    const message = outgoing('two ', nameOf(world, a));
    message.lpBuffers?.push(new WSABUF(7, new TextEncoder().encode('buffers')));
    message.dwBufferCount = 2;
    expect(await send(b, message)).toBe(0);
    const got = room(32);
    expect(await receive(a, got)).toMatchObject({ bytes: 11 });
    expect(await send(b, outgoing('x', null))).toBe(-1);
    expect(world.lastError()).toBe('WSAENOTCONN');
    await world.ws.connect(b, nameOf(world, a), 16);
    expect(await send(b, outgoing('peer', null))).toBe(0);
    expect(await receive(a, got)).toMatchObject({ bytes: 4 });
  });

  test('leaves from the address and interface that the control information says', async () => {
    await start();
    const s = bound();
    switchOn(s, IPPROTO_IP, IP_PKTINFO);
    const info = new IN_PKTINFO();
    info.bytes.set([127, 0, 0, 5, 3]);
    await arrived(s, 'x', controlOf([IPPROTO_IP, IP_PKTINFO, [...info.bytes]]));
    const message = room(9, 64);
    await receive(s, message);
    expect([...new sockaddr_in(message.name!).bytes.subarray(4, 8)]).toEqual([127, 0, 0, 5]);
    // The in-memory driver has the datagram arrive where it left.
    expect(controls(message)[0]?.[2].slice(4)).toEqual(number(3));
  });

  test('mixes the ECN bits into the type of service that the socket has', async () => {
    await start();
    const [from, s] = [bound(), bound()];
    expect(world.ws.setsockopt(from, IPPROTO_IP, IP_TOS, Uint8Array.of(0xb8, 0, 0, 0), 4)).toBe(0);
    switchOn(s, IPPROTO_IP, IP_RECVTOS);
    expect(await send(from, outgoing('x', nameOf(world, s), controlOf([IPPROTO_IP, IP_ECN, number(2)])))).toBe(0);
    const message = room(9, 64);
    await receive(s, message);
    expect(controls(message)).toEqual([[IPPROTO_IP, IP_TOS, number(0xba)]]);
  });

  test('takes the older name of the hop limit', async () => {
    await start();
    const s = bound();
    switchOn(s, IPPROTO_IP, IP_HOPLIMIT);
    await arrived(s, 'x', controlOf([IPPROTO_IP, IP_HOPLIMIT, number(4)]));
    const message = room(9, 64);
    await receive(s, message);
    expect(controls(message)).toEqual([[IPPROTO_IP, IP_TTL, number(4)]]);
  });

  test.each<[string, WSABUF]>([
    ['a hop limit out of range', controlOf([IPPROTO_IP, IP_TTL, [0, 1, 0, 0]])],
    ['"congestion experienced"', controlOf([IPPROTO_IP, IP_ECN, number(3)])],
    ['data of another size', controlOf([IPPROTO_IP, IP_PKTINFO, number(0)])],
    ['another level', controlOf([IPPROTO_IPV6, IPV6_HOPLIMIT, number(1)])],
    ['another type', controlOf([IPPROTO_IP, 99, number(1)])],
    ['a header that is cut', new WSABUF(12, new Uint8Array(12))],
    ['a header shorter than a header', new WSABUF(24, new Uint8Array(24))],
    ['a message longer than the buffer', new WSABUF(20, controlOf([IPPROTO_IP, IP_PKTINFO, number(0)]).buf)],
  ])('refuses %s', async (_text, control) => {
    await start();
    const s = bound();
    const message = outgoing('x', loopback(swap(9)), control);
    if (control.len === 20) new WSACMSGHDR(control.buf!, 0).cmsg_len = 24;
    expect(await send(s, message)).toBe(-1);
    expect(world.lastError()).toBe('WSAEINVAL');
  });

  test('refuses control information where the driver cannot honour it, and wrong arguments', async () => {
    await start({ packetInfo: false });
    const [a, b] = [bound(), bound()];
    expect(await send(b, outgoing('x', nameOf(world, a), controlOf([IPPROTO_IP, IP_TTL, number(1)])))).toBe(-1);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
    expect(await send(b, outgoing('x', nameOf(world, a)), MSG_OOB)).toBe(-1);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
    expect(await send(b, null)).toBe(-1);
    expect(world.lastError()).toBe('WSAEFAULT');
    expect(await send(b, Object.assign(outgoing('x', null), { namelen: 16 }))).toBe(-1);
    expect(world.lastError()).toBe('WSAEFAULT');
    expect(await send(world.ws.socket(AF_INET, SOCK_STREAM, 0), outgoing('x', nameOf(world, a)))).toBe(-1);
    expect(world.lastError()).toBe('WSAEINVAL');
  });

  test('may be overlapped', async () => {
    await start();
    const [a, b] = [bound(), bound()];
    const ov = new OVERLAPPED();
    const started = world.ws.WSASendMsg(b, outgoing('later', nameOf(world, a)), 0, null, ov, null);
    expect([0, -1]).toContain(started);
    const bytes = ref(0);
    expect(await world.ws.WSAGetOverlappedResult(b, ov, bytes, 1, ref(0))).toBe(1);
    expect(bytes.value).toBe(5);
  });
});

describe('a raw socket', () => {
  test('is made by the hidden catalog entry of its family, for any protocol', async () => {
    await start();
    for (const [family, protocol] of [[AF_INET, IPPROTO_ICMP], [AF_INET, IPPROTO_IP], [AF_INET6, 58], [AF_INET, 132]] as const) {
      const s = world.ws.socket(family, SOCK_RAW, protocol);
      expect(world.lastError()).toBe('0');
      expect(world.ws.closesocket(s)).toBeInstanceOf(Promise);
    }
  });

  test('sends and receives messages as a datagram socket does', async () => {
    await start();
    const s = world.ws.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    expect(world.ws.bind(s, loopback(7), sockaddr_in.size)).toBe(0);
    expect(nameOf(world, s).sin_port).toBe(0);
    expect(await send(s, outgoing('ping', loopback(9)))).toBe(0);
    const message = room(64);
    expect(await receive(s, message)).toMatchObject({ result: 0, bytes: 24 });
    expect(textOf(message, 24).slice(20)).toBe('ping');
  });
});
