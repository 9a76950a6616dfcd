// WSAJoinLeaf, WSAGetQOSByName, quality of service at connect time, and socket groups: the documented errors, and what is kept.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { connectedPair, datagramOf, listener, loopback, startedWorld, tcp, udp, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

const LEAF = abi.WSA_FLAG_MULTIPOINT_C_LEAF | abi.WSA_FLAG_MULTIPOINT_D_LEAF;

function made(type: number, flags: number, group = 0): abi.SOCKET {
  return world.ws.WSASocketW(abi.AF_INET, type, 0, null, group, flags | abi.WSA_FLAG_OVERLAPPED);
}

function group(address = '239.1.2.3', port = 7): abi.sockaddr_in {
  const name = loopback(port);
  name.sin_addr.bytes.set(address.split('.').map(Number));
  return name;
}

function qos(service: number): abi.QOS {
  const value = new abi.QOS();
  value.SendingFlowspec.ServiceType = service;
  value.ReceivingFlowspec.ServiceType = service;
  value.SendingFlowspec.TokenRate = 4711;
  return value;
}

interface Call {
  readonly s: abi.SOCKET;
  readonly name?: abi.Memory | null;
  readonly length?: number;
  readonly callerData?: abi.WSABUF;
  readonly sqos?: abi.QOS;
  readonly gqos?: abi.QOS;
  readonly flags?: number;
}

async function join({ s, name = group(), length = 16, callerData, sqos, gqos, flags = abi.JL_SENDER_ONLY }: Call): Promise<unknown> {
  const { WSAJoinLeaf } = world.ws;
  const result = await WSAJoinLeaf(s, name, length, callerData ?? null, null, sqos ?? null, gqos ?? null, flags);
  return result === abi.INVALID_SOCKET ? world.lastError() : result;
}

describe('multipoint sockets', () => {
  test.each([
    ['a root of the control plane', abi.WSA_FLAG_MULTIPOINT_C_ROOT | abi.WSA_FLAG_MULTIPOINT_D_LEAF, abi.SOCK_DGRAM],
    ['a root of the data plane', abi.WSA_FLAG_MULTIPOINT_C_LEAF | abi.WSA_FLAG_MULTIPOINT_D_ROOT, abi.SOCK_DGRAM],
    ['one plane only', abi.WSA_FLAG_MULTIPOINT_C_LEAF, abi.SOCK_DGRAM],
    ['a stream', LEAF, abi.SOCK_STREAM],
  ])('cannot be: %s', (_what, flags, type) => {
    expect([made(type, flags), world.lastError()]).toEqual([abi.INVALID_SOCKET, 'WSAEINVAL']);
  });

  test('joining gives the socket itself, bound and told of as connected', async () => {
    const s = made(abi.SOCK_DGRAM, LEAF);
    const event = world.ws.WSACreateEvent();
    world.ws.WSAEventSelect(s, event, abi.FD_CONNECT);
    const callee = new abi.WSABUF(4, new Uint8Array(4));
    expect(await world.ws.WSAJoinLeaf(s, group(), 16, null, callee, qos(abi.SERVICETYPE_BESTEFFORT), null, abi.JL_BOTH)).toBe(s);
    expect(callee.len).toBe(0);
    expect(datagramOf(world, s).local?.port).toBeGreaterThan(0);
    expect(datagramOf(world, s).options.sourceFilters.map((filter) => filter.group)).toEqual(['239.1.2.3']);
    const events = new abi.WSANETWORKEVENTS();
    expect(world.ws.WSAEnumNetworkEvents(s, event, events)).toBe(0);
    expect([events.lNetworkEvents, events.iErrorCode[abi.FD_CONNECT_BIT]]).toEqual([abi.FD_CONNECT, 0]);
    expect(await join({ s })).toBe('WSAEISCONN');
  });

  test('a mere sender is no member', async () => {
    const s = made(abi.SOCK_DGRAM, LEAF);
    expect(await join({ s, flags: abi.JL_SENDER_ONLY })).toBe(s);
    expect(datagramOf(world, s).options.sourceFilters).toEqual([]);
  });

  test('a failed join may be tried again', async () => {
    const s = made(abi.SOCK_DGRAM, LEAF);
    expect(await join({ s, name: group('192.0.2.1') })).toBe('WSAEADDRNOTAVAIL');
    expect(await join({ s })).toBe(s);
  });

  const six = new abi.sockaddr_in6();
  six.sin6_family = abi.AF_INET6;
  test.each<[string, Partial<Call>, string]>([
    ['null', { name: null }, 'WSAEFAULT'],
    ['too short', { length: 15 }, 'WSAEFAULT'],
    ['another family', { name: six, length: 28 }, 'WSAEAFNOSUPPORT'],
    ['no group', { name: group('0.0.0.0') }, 'WSAEADDRNOTAVAIL'],
    ['no direction', { flags: 0 }, 'WSAEINVAL'],
    ['two directions', { flags: abi.JL_SENDER_ONLY | abi.JL_RECEIVER_ONLY }, 'WSAEINVAL'],
    ['caller data', { callerData: new abi.WSABUF(1, new Uint8Array(1)) }, 'WSAEPROTONOSUPPORT'],
    ['a reservation', { sqos: qos(abi.SERVICETYPE_GUARANTEED) }, 'WSAEOPNOTSUPP'],
    ['flows for a group', { gqos: qos(abi.SERVICETYPE_BESTEFFORT) }, 'WSAEINVAL'],
  ])('refused: %s', async (_what, part, error) => {
    expect(await join({ s: made(abi.SOCK_DGRAM, LEAF), ...part })).toBe(error);
  });

  test('other sockets: no leaf, no datagrams, no socket', async () => {
    expect(await join({ s: udp(world) })).toBe('WSAEINVAL');
    expect(await join({ s: tcp(world) })).toBe('WSAEOPNOTSUPP');
    expect(await join({ s: abi.INVALID_SOCKET })).toBe('WSAENOTSOCK');
  });
});

describe('quality of service', () => {
  test('WSAConnect keeps the flows, and refuses those that need a reservation', async () => {
    const { name } = listener(world);
    const s = tcp(world);
    const { WSAConnect } = world.ws;
    const connect = async (value: abi.QOS): Promise<unknown> => ((await WSAConnect(s, name, 16, null, null, value, null)) === 0 ? '' : world.lastError());
    expect(await connect(qos(abi.SERVICETYPE_CONTROLLEDLOAD))).toBe('WSAEOPNOTSUPP');
    expect(await connect(qos(99))).toBe('WSA_QOS_ESERVICETYPE');
    const cut = qos(abi.SERVICETYPE_BESTEFFORT);
    cut.ProviderSpecific = new abi.WSABUF(9, new Uint8Array(8));
    expect(await connect(cut)).toBe('WSAEFAULT');
    expect(await connect(qos(abi.SERVICETYPE_BESTEFFORT))).toBe('');
    const memory = new Uint8Array(abi.QOS.size);
    expect(await world.ws.WSAIoctl(s, abi.SIO_GET_QOS, null, 0, memory, memory.length, abi.ref(0), null, null)).toBe(0);
    expect(new abi.FLOWSPEC(memory).TokenRate).toBe(4711);
  });

  test.each<[string, abi.WSABUF | null, abi.QOS | null, number, string]>([
    ['the list of names is empty', new abi.WSABUF(8, Uint8Array.of(0, 0xa5, 0xa5, 0, 0, 0, 0, 0)), null, abi.TRUE, ''],
    ['no such template', new abi.WSABUF(4, new TextEncoder().encode('G711')), new abi.QOS(), abi.FALSE, 'WSANO_DATA'],
    ['nowhere to put it', new abi.WSABUF(4, new TextEncoder().encode('G711')), null, abi.FALSE, 'WSAEFAULT'],
    ['no name', null, new abi.QOS(), abi.FALSE, 'WSAEFAULT'],
    ['no memory', new abi.WSABUF(9, new Uint8Array(4)), new abi.QOS(), abi.FALSE, 'WSAEFAULT'],
  ])('WSAGetQOSByName: %s', (_what, name, value, result, error) => {
    expect(world.ws.WSAGetQOSByName(udp(world), name, value)).toBe(result);
    if (error !== '') expect(world.lastError()).toBe(error);
    else expect([...(name?.buf ?? [])].slice(0, 3)).toEqual([0, 0, 0xa5]);
  });
});

describe('socket groups', () => {
  function idOf(s: abi.SOCKET): number {
    const memory = new Uint8Array(4);
    expect(world.ws.getsockopt(s, abi.SOL_SOCKET, abi.SO_GROUP_ID, memory, abi.ref(4))).toBe(0);
    return new DataView(memory.buffer).getUint32(0, true);
  }

  test('a group has a number, by which others come to it', () => {
    const first = made(abi.SOCK_DGRAM, 0, 1);
    const id = idOf(first);
    expect(id).toBeGreaterThan(2);
    expect(idOf(made(abi.SOCK_STREAM, 0, id))).toBe(id);
    expect(idOf(made(abi.SOCK_STREAM, 0, 1))).not.toBe(id);
    expect(idOf(udp(world))).toBe(0);
  });

  test('a group ends with its last socket, and a number that names none is refused', async () => {
    const s = made(abi.SOCK_STREAM, 0, 1);
    const id = idOf(s);
    await world.ws.closesocket(s);
    for (const unknown of [id, 77777]) {
      expect([made(abi.SOCK_STREAM, 0, unknown), world.lastError()]).toEqual([abi.INVALID_SOCKET, 'WSAEINVAL']);
    }
  });

  test('a constrained group is for streams, and leads to one host only', async () => {
    expect([made(abi.SOCK_DGRAM, 0, 2), world.lastError()]).toEqual([abi.INVALID_SOCKET, 'WSAEINVAL']);
    const { name } = listener(world);
    const first = made(abi.SOCK_STREAM, 0, 2);
    expect(await world.ws.connect(first, name, 16)).toBe(0);
    const second = made(abi.SOCK_STREAM, 0, idOf(first));
    expect([await world.ws.connect(second, group('127.0.0.2', 9), 16), world.lastError()]).toEqual([-1, 'WSAEINVAL']);
    expect(await world.ws.connect(second, name, 16)).toBe(0);
    // The hosts of sockets that are closed no longer bind the others.
    const third = made(abi.SOCK_STREAM, 0, idOf(first));
    for (const s of [first, second]) await world.ws.closesocket(s);
    expect([await world.ws.connect(third, group('127.0.0.2', 9), 16), world.lastError()]).not.toContain('WSAEINVAL');
  });

  test('the condition function of WSAAccept names the group of the new socket', async () => {
    const { s: server, name } = listener(world);
    const into = (g: number) =>
      world.ws.WSAAccept(server, null, null, (_a, _b, _c, _d, _e, _f, wanted) => {
        wanted.value = g;
        return abi.CF_ACCEPT;
      }, 0);
    const clients = [tcp(world), tcp(world)];
    await Promise.all(clients.map((s) => world.ws.connect(s, name, 16)));
    const member = made(abi.SOCK_STREAM, 0, 1);
    expect(idOf(await into(idOf(member)))).toBe(idOf(member));
    expect([await into(66666), world.lastError()]).toEqual([abi.INVALID_SOCKET, 'WSAEINVAL']);
  });

  test('SO_GROUP_PRIORITY is kept', async () => {
    const { a } = await connectedPair(world);
    const value = Uint8Array.of(3, 0, 0, 0);
    expect(world.ws.setsockopt(a, abi.SOL_SOCKET, abi.SO_GROUP_PRIORITY, value, 4)).toBe(0);
    const got = new Uint8Array(4);
    expect(world.ws.getsockopt(a, abi.SOL_SOCKET, abi.SO_GROUP_PRIORITY, got, abi.ref(4))).toBe(0);
    expect(got).toEqual(value);
  });
});
