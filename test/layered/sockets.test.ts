// What a layer with the base provider's handles owes its sockets, through the C face: duplicates, the ways to the base
// handle, extension functions, registered I/O, readiness over several providers, and the end.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  FD_SET,
  OVERLAPPED,
  SIO_BASE_HANDLE,
  SIO_BSP_HANDLE,
  SIO_BSP_HANDLE_POLL,
  SIO_BSP_HANDLE_SELECT,
  SIO_QUERY_TARGET_PNP_HANDLE,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_PROTOCOL_INFOA,
  WSAEPROVIDERFAILEDINIT,
  WSAPROTOCOL_INFOA,
  WSAPROTOCOL_INFOW,
  WSPDATA,
  WSA_FLAG_OVERLAPPED,
  errorName,
  fd_set,
  ref,
  timeval,
  type Ref,
  type SOCKET,
} from '../../src/abi/index.js';
import { WSPStartup } from '../../src/providers/layered/passthrough/index.js';
import { WinsockProcess } from '../../src/ws2_32/index.js';
import type { WSPPROC_TABLE, WSPUPCALLTABLE } from '../../src/spi/index.js';
import { boundUdp, connectedPair, listener, nameOf, tcp, udp, type World } from '../api/world.js';
import { layerId, stackCatalog, stackedWorld } from './world.js';

const PASSTHROUGH = 'winsock2/layers/passthrough';
const STACK = [PASSTHROUGH, PASSTHROUGH, PASSTHROUGH];

let world: World;
beforeEach(async () => {
  world = await stackedWorld(STACK);
});
afterEach(() => world.host.dispose());

/** The length of the chain that calls on a socket go through. */
const chainOf = (s: SOCKET): number => WinsockProcess.of(world.host).sockets.get(s)?.entry.chainLen ?? 0;

describe('sockets', () => {
  it('of every making are the layer\'s', async () => {
    const { s, name } = listener(world);
    const accepting = world.ws.accept(s, null, null);
    const client = tcp(world);
    expect(await world.ws.connect(client, name, 16)).toBe(0);
    for (const each of [s, client, await accepting, udp(world)]) expect(chainOf(each)).toBe(STACK.length + 1);
  });

  it('are duplicated through the chain, and describe it', async () => {
    const { a, b } = await connectedPair(world);
    const info = new WSAPROTOCOL_INFOW();
    expect(world.ws.WSADuplicateSocketW(a, world.ws.GetCurrentProcessId(), info)).toBe(0);
    expect([info.ProtocolChain.ChainLen, info.dwProviderReserved !== 0]).toEqual([STACK.length + 1, true]);
    const twin = world.ws.WSASocketW(-1, -1, -1, info, 0, WSA_FLAG_OVERLAPPED);
    expect(chainOf(twin)).toBe(STACK.length + 1);
    expect(await world.ws.closesocket(a)).toBe(0);
    expect(await world.ws.send(twin, Uint8Array.of(5), 1, 0)).toBe(1);
    const buffer = new Uint8Array(1);
    expect([await world.ws.recv(b, buffer, 1, 0), buffer[0]]).toEqual([1, 5]);
    // Without the token it is the chain's entry, by which a new socket is asked for.
    info.dwProviderReserved = 0;
    expect(chainOf(world.ws.WSASocketW(-1, -1, -1, info, 0, WSA_FLAG_OVERLAPPED))).toBe(STACK.length + 1);
  });

  it('tell the chain in either form of SO_PROTOCOL_INFO', () => {
    const info = new WSAPROTOCOL_INFOA();
    expect(world.ws.getsockopt(udp(world), SOL_SOCKET, SO_PROTOCOL_INFOA, info, ref(info.bytes.length))).toBe(0);
    expect([info.ProtocolChain.ChainLen, info.szProtocol]).toEqual([4, 'over [MSAFD Tcpip [UDP/IP]]']);
  });

  it('whose handle is closed make room: the next one with that number is its own', async () => {
    for (let round = 0; round < 300; round += 1) {
      const s = round % 2 === 0 ? tcp(world) : world.ws.socket(AF_INET6, SOCK_STREAM, 0);
      expect(world.ws.listen(s, 1)).toBe(-1);
      expect(world.lastError()).toBe('WSAEINVAL');
      if (round % 3 === 0) world.ws.CloseHandle(s);
      else expect(await world.ws.closesocket(s)).toBe(0);
    }
  });
});

describe('the base handle', () => {
  const codes = [SIO_BASE_HANDLE, SIO_BSP_HANDLE, SIO_BSP_HANDLE_SELECT, SIO_BSP_HANDLE_POLL, SIO_QUERY_TARGET_PNP_HANDLE];
  it.each(codes)('is the socket itself for code %i, as the layers hand it on', async (code) => {
    const s = tcp(world);
    const output = new Uint8Array(8).fill(0xa5);
    const bytes = ref(0);
    expect(await world.ws.WSAIoctl(s, code, null, 0, output, 8, bytes, null, null)).toBe(0);
    expect([new DataView(output.buffer).getBigUint64(0, true), bytes.value]).toEqual([BigInt(s), 8]);
    for (const [memory, room] of [[output, 7], [null, 8]] as const) {
      expect(await world.ws.WSAIoctl(s, code, null, 0, memory, room, bytes, null, null)).toBe(-1);
      expect(world.lastError()).toBe('WSAEFAULT');
    }
  });
});

describe('what does not go through the table', () => {
  it('works all the same: AcceptEx of sockets that the layer made, and registered I/O', async () => {
    const { s, name } = listener(world);
    const [accepted, client] = [tcp(world), tcp(world)];
    const overlapped = new OVERLAPPED({ hEvent: world.ws.WSACreateEvent() });
    world.ws.AcceptEx(s, accepted, new Uint8Array(64), 0, 32, 32, ref(0), overlapped);
    expect(world.lastError()).toBe('WSA_IO_PENDING');
    expect(await world.ws.connect(client, name, 16)).toBe(0);
    expect(await world.ws.WSAGetOverlappedResult(s, overlapped, ref(0), 1, ref(0))).toBe(1);
    expect(await world.ws.send(client, Uint8Array.of(9), 1, 0)).toBe(1);
    expect(await world.ws.recv(accepted, new Uint8Array(1), 1, 0)).toBe(1);
    const queue = world.ws.RIOCreateCompletionQueue(4, null);
    expect(queue).not.toBe(0);
    world.ws.RIOCloseCompletionQueue(queue);
  });
});

describe('select', () => {
  async function ready(...sockets: readonly SOCKET[]): Promise<number> {
    const set = new fd_set();
    for (const s of sockets) FD_SET(s, set);
    return world.ws.select(0, null, set, null, new timeval());
  }

  it('takes sockets of several chains of one provider', async () => {
    expect(await ready(boundUdp(world), (await connectedPair(world)).a)).toBe(2);
  });

  it('refuses sockets of a chain together with those of a base, which are two providers', async () => {
    await world.host.dispose();
    world = await stackedWorld([PASSTHROUGH], { over: ({ iSocketType }) => iSocketType === SOCK_STREAM });
    const { a } = await connectedPair(world);
    expect(await ready(a)).toBe(1);
    expect(await ready(a, boundUdp(world))).toBe(-1);
    expect(world.lastError()).toBe('WSAEINVAL');
  });
});

describe('WSPStartup of a layer', () => {
  it('refuses old callers and null pointers, and needs a chain to stand in', async () => {
    const info = new WSAPROTOCOL_INFOW();
    const none = {} as WSPUPCALLTABLE;
    const table = {} as WSPPROC_TABLE;
    expect(await WSPStartup(0x0101, new WSPDATA(), info, none, table)).toBe(10092);
    expect(await WSPStartup(0x0202, null as never, info, none, table)).toBe(10014);
    expect(await WSPStartup(0x0202, new WSPDATA(), info, none, null as never)).toBe(10014);
    expect(await WSPStartup(0x0202, new WSPDATA(), info, none, table)).toBe(WSAEPROVIDERFAILEDINIT);
    expect(table).toEqual({});
  });
});

it('the second WSPCleanup of a start is refused', () => {
  const provider = WinsockProcess.of(world.host).providers.get(layerId(1));
  const lpErrno: Ref = ref(0);
  expect(provider?.procs.lpWSPCleanup(lpErrno)).toBe(0);
  expect(provider?.procs.lpWSPCleanup(lpErrno)).toBe(-1);
  expect(errorName(lpErrno.value)).toBe('WSANOTINITIALISED');
});

it('addresses are put into words by the base provider of the entry', () => {
  const chain = stackCatalog(STACK).protocols.find(({ chainLen, iAddressFamily }) => chainLen > 1 && iAddressFamily === AF_INET);
  const info = new WSAPROTOCOL_INFOW();
  Object.assign(info, { dwCatalogEntryId: chain?.dwCatalogEntryId, iAddressFamily: AF_INET });
  const text = new Uint16Array(40);
  const address = nameOf(world, boundUdp(world));
  expect(world.ws.WSAAddressToStringW(address, 16, info, text, ref(40))).toBe(0);
  expect(String.fromCharCode(...text).startsWith('127.0.0.1:')).toBe(true);
});
