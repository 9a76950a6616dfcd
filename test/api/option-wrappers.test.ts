// The typed option functions of ws2tcpip.h: each is its option, with the option's value and errors.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { boundUdp, connectedPair, nameOf, setNonBlocking, startedWorld, tcp, turn, udp, type World } from './world.js';

let world: World;
const opened: Record<string, () => abi.SOCKET> = {
  tcp: () => tcp(world),
  udp: () => udp(world),
  udp6: () => world.ws.socket(abi.AF_INET6, abi.SOCK_DGRAM, 0),
  unix: () => world.ws.socket(abi.AF_UNIX, abi.SOCK_STREAM, 0),
};

beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

type Getter = (s: abi.SOCKET, value: abi.Ref | null) => number;
type Setter = (s: abi.SOCKET, value: number) => number;

const pairs: readonly (readonly [name: string, kind: string, initial: number, value: number])[] = [
  ['IPUserMtu', 'tcp', 0xffffffff, 1400],
  ['IPUserMtu', 'udp6', 0xffffffff, 1400],
  ['FailConnectOnIcmpError', 'tcp', 0, 1],
  ['RecvIPEcn', 'udp', 0, 1],
  ['RecvIPEcn', 'udp6', 0, 1],
  ['UdpSendMessageSize', 'udp', 0, 1000],
  ['UdpRecvMaxCoalescedSize', 'udp', 0, 3000],
];

function pair(name: string): { get: Getter; set: Setter } {
  const all = world.ws as unknown as Readonly<Record<string, Getter & Setter>>;
  const [get, set] = [all[`WSAGet${name}`], all[`WSASet${name}`]];
  if (get === undefined || set === undefined) throw new Error(`no ${name}`);
  return { get, set };
}

describe('what is set is what is got', () => {
  test.each(pairs)('%s of a %s socket', (name, kind, initial, value) => {
    const s = opened[kind]?.() ?? abi.INVALID_SOCKET;
    const { get, set } = pair(name);
    const got = abi.ref(0xa5a5a5a5);
    expect([get(s, got), got.value]).toEqual([0, initial]);
    expect(set(s, value)).toBe(0);
    expect([get(s, got), got.value]).toEqual([0, value]);
    expect([get(s, null), world.lastError()]).toEqual([abi.SOCKET_ERROR, 'WSAEFAULT']);
  });
});

describe("the option's own errors", () => {
  test.each([
    ['IPUserMtu', 'unix', 'WSAEAFNOSUPPORT'],
    ['RecvIPEcn', 'unix', 'WSAEAFNOSUPPORT'],
    ['RecvIPEcn', 'tcp', 'WSAEINVAL'],
    ['FailConnectOnIcmpError', 'udp', 'WSAENOPROTOOPT'],
    ['FailConnectOnIcmpError', 'unix', 'WSAEINVAL'],
    ['UdpSendMessageSize', 'tcp', 'WSAENOPROTOOPT'],
    ['UdpRecvMaxCoalescedSize', 'tcp', 'WSAENOPROTOOPT'],
    ['ReceivedProcessorOption', 'udp', 'WSAENOPROTOOPT'],
    ['UnicastReceiveSharing', 'udp', 'WSAENOPROTOOPT'],
  ])('%s of a %s socket: %s', (name, kind, error) => {
    const s = opened[kind]?.() ?? abi.INVALID_SOCKET;
    const { get, set } = pair(name);
    const got = abi.ref(0xa5a5a5a5);
    expect([get(s, got), world.lastError(), got.value]).toEqual([abi.SOCKET_ERROR, error, 0xa5a5a5a5]);
    expect([set(s, 1), world.lastError()]).toEqual([abi.SOCKET_ERROR, error]);
  });

  test.each([
    ['a longer send', 10, [4, 4, 2]],
    ['a multiple', 8, [4, 4]],
    ['what fits', 4, [4]],
    ['nothing', 0, [0]],
  ])('a size to cut into makes datagrams of %s', async (_what, size, lengths) => {
    const { ws } = world;
    const [from, to] = [udp(world), boundUdp(world)];
    expect(ws.WSASetUdpSendMessageSize(from, 4)).toBe(0);
    const data = Uint8Array.from({ length: size }, (_, i) => i);
    const sent = abi.ref(99);
    const buffers = [new abi.WSABUF(Math.min(size, 3), data.slice(0, 3)), new abi.WSABUF(Math.max(size - 3, 0), data.slice(3))];
    expect(await ws.WSASendTo(from, buffers, 2, sent, 0, nameOf(world, to), abi.sockaddr_in.size, null, null)).toBe(0);
    expect(sent.value).toBe(size);
    const got: number[] = [];
    for (const length of lengths) {
      const memory = new Uint8Array(100);
      expect(await ws.recv(to, memory, 100, 0)).toBe(length);
      got.push(...memory.subarray(0, length));
    }
    expect(got).toEqual([...data]);
  });

  test('WSAGetIcmpErrorInfo: there was none', () => {
    const info = new abi.ICMP_ERROR_INFO();
    info.bytes.fill(0xa5);
    expect([world.ws.WSAGetIcmpErrorInfo(tcp(world), info), world.lastError()]).toEqual([-1, 'WSANO_DATA']);
    expect(info.bytes.every((byte) => byte === 0xa5)).toBe(true);
    expect([world.ws.WSAGetIcmpErrorInfo(udp(world), info), world.lastError()]).toEqual([-1, 'WSAENOPROTOOPT']);
  });
});

describe('the ideal send backlog', () => {
  test('is a number of a connection', async () => {
    const { a } = await connectedPair(world);
    const bytes = abi.ref(0);
    expect(world.ws.idealsendbacklogquery(a, bytes)).toBe(0);
    expect(bytes.value).toBeGreaterThan(0);
    expect([world.ws.idealsendbacklogquery(a, null), world.lastError()]).toEqual([-1, 'WSAEFAULT']);
    expect([world.ws.idealsendbacklogquery(tcp(world), bytes), world.lastError()]).toEqual([-1, 'WSAENOTCONN']);
    expect([world.ws.idealsendbacklogquery(udp(world), bytes), world.lastError()]).toEqual([-1, 'WSAEOPNOTSUPP']);
  });

  test('a wait for another one blocks on a non-blocking socket too, until sending is over', async () => {
    const { a } = await connectedPair(world);
    setNonBlocking(world, a);
    let over = false;
    // Begun before the wait, so that it has a last error of its own.
    const end = async (): Promise<void> => {
      await turn();
      expect(over).toBe(false);
      world.ws.shutdown(a, abi.SD_SEND);
    };
    const ending = end();
    const result = await world.ws.idealsendbacklognotify(a, null, null);
    over = true;
    expect([result, world.lastError()]).toEqual([-1, 'WSAEINTR']);
    await ending;
  });

  test('overlapped, it is aborted with the socket', async () => {
    const { a } = await connectedPair(world);
    const overlapped = new abi.OVERLAPPED();
    expect([world.ws.idealsendbacklognotify(a, overlapped, null), world.lastError()]).toEqual([-1, 'WSA_IO_PENDING']);
    await world.ws.closesocket(a);
    expect(overlapped.Internal).toBe(abi.WSA_OPERATION_ABORTED);
  });
});

test('streaming media make no difference, before WSAStartup either', () => {
  expect(world.ws.SetSocketMediaStreamingMode(1)).toBe(0);
});

test('SIO_QUERY_TARGET_PNP_HANDLE of a base socket is the socket', async () => {
  const s = udp(world);
  const output = new Uint8Array(8);
  const ask = (room: number): Promise<number> =>
    world.ws.WSAIoctl(s, abi.SIO_QUERY_TARGET_PNP_HANDLE, null, 0, output, room, abi.ref(0), null, null);
  expect(await ask(8)).toBe(0);
  expect(new DataView(output.buffer).getBigUint64(0, true)).toBe(BigInt(s));
  expect([await ask(7), world.lastError()]).toEqual([-1, 'WSAEFAULT']);
});
