// AcceptEx and GetAcceptExSockaddrs through the C face, on both drivers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AF_INET6,
  FD_ACCEPT,
  INVALID_HANDLE_VALUE,
  INVALID_SOCKET,
  IPPROTO_TCP,
  OVERLAPPED,
  OVERLAPPED_ENTRY,
  SD_SEND,
  SOCK_NOTIFY_OP_ENABLE,
  SOCK_NOTIFY_REGISTER_EVENT_IN,
  SOCK_NOTIFY_REGISTRATION,
  SOCK_NOTIFY_TRIGGER_LEVEL,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_CONNECT_TIME,
  SO_UPDATE_ACCEPT_CONTEXT,
  WAIT_TIMEOUT,
  WSANETWORKEVENTS,
  ref,
  sockaddr_in,
  type Memory,
  type SOCKET,
} from '../../src/abi/index.js';
import { DRIVERS, ROOM, beginAccept, pending, resultOf, said, worldOn, type DriverWorld } from './extension-world.js';
import { bindLoopback, connectedPair, listener, nameOf, streamOf, tcp, turn, udp, type Listener, type World } from './world.js';

describe.each(DRIVERS)('on the %s driver', (driver) => {
  let on: DriverWorld;
  let world: World;
  let from: Listener;
  beforeEach(async () => {
    on = await worldOn(driver);
    world = on.world;
    from = listener(world);
  });
  afterEach(() => on.end());

  async function client(): Promise<SOCKET> {
    const s = tcp(world);
    expect(await world.ws.connect(s, from.name, sockaddr_in.size)).toBe(0);
    return s;
  }

  function connectTime(s: SOCKET): number {
    const seconds = new Uint8Array(4);
    expect(world.ws.getsockopt(s, SOL_SOCKET, SO_CONNECT_TIME, seconds, ref(4))).toBe(0);
    return new DataView(seconds.buffer).getUint32(0, true);
  }

  function update(s: SOCKET): number {
    const value = new Uint8Array(8);
    new DataView(value.buffer).setBigUint64(0, BigInt(from.s), true);
    return world.ws.setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, value, 8);
  }

  type Args = Parameters<World['ws']['AcceptEx']>;
  const refused: readonly (readonly [string, string, (good: Args) => unknown])[] = [
    ['no listening socket', 'WSAENOTSOCK', (good) => (good[0] = INVALID_SOCKET)],
    ['no accepting socket', 'WSAENOTSOCK', (good) => (good[1] = INVALID_SOCKET)],
    ['no buffer', 'WSAEFAULT', (good) => (good[2] = null)],
    ['a buffer that is a byte short', 'WSAEFAULT', (good) => (good[2] = new Uint8Array(8 + 2 * ROOM - 1))],
    ['no room for the remote address', 'WSAEFAULT', (good) => (good[5] = 0)],
    ['a byte too little for the local address', 'WSAEINVAL', (good) => (good[4] = ROOM - 1)],
    ['a byte too little for the remote address', 'WSAEINVAL', (good) => (good[5] = ROOM - 1)],
    ['a length beyond all memory', 'WSAEFAULT', (good) => (good[3] = -1)],
    ['no OVERLAPPED', 'WSA_INVALID_PARAMETER', (good) => (good[7] = null)],
    ['a socket that does not listen', 'WSAEINVAL', (good) => (good[0] = tcp(world))],
    ['a datagram socket to accept on', 'WSAEINVAL', (good) => (good[1] = udp(world))],
    ['a datagram socket to listen on', 'WSAEINVAL', (good) => (good[0] = udp(world))],
    ['a bound socket', 'WSAEINVAL', (good) => bindLoopback(world, good[1])],
    ['the listening socket itself', 'WSAEINVAL', (good) => (good[1] = from.s)],
    ['another family', 'WSAEINVAL', (good) => (good[1] = world.ws.socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP))],
  ];

  it.each(refused)('%s: %s', (_what, error, spoil) => {
    const overlapped = new OVERLAPPED();
    const s = tcp(world);
    const args: Args = [from.s, s, new Uint8Array(8 + 2 * ROOM), 8, ROOM, ROOM, ref(0), overlapped];
    spoil(args);
    expect(said(world, world.ws.AcceptEx(...args))).toBe(error);
    expect(pending(overlapped)).toBe(false);
    // Nothing was lost: the same OVERLAPPED serves a good call.
    expect(said(world, world.ws.AcceptEx(from.s, tcp(world), new Uint8Array(64), 0, 32, 32, null, overlapped))).toBe(
      'WSA_IO_PENDING',
    );
  });

  it('leaves a connected socket that it refuses as it is', async () => {
    const { a, b } = await connectedPair(world, from);
    expect(beginAccept(world, from.s, b).said).toBe('WSAEINVAL');
    await world.ws.send(a, Uint8Array.of(1), 1, 0);
    expect(await world.ws.recv(b, new Uint8Array(1), 1, 0)).toBe(1);
  });

  it('leaves data, local and remote address at the lengths given', async () => {
    const buffer = new Uint8Array(5 + 40 + 36).fill(0xa5);
    const overlapped = new OVERLAPPED();
    const s = tcp(world);
    world.ws.AcceptEx(from.s, s, buffer, 5, 40, 36, ref(0), overlapped);
    const c = await client();
    await world.ws.send(c, Uint8Array.of(1, 2, 3), 3, 0);
    expect(await resultOf(world, from.s, overlapped)).toBe(3);
    const [local, remote] = [[...from.name.bytes], [...nameOf(world, c).bytes]];
    const junk = (count: number): number[] => new Array<number>(count).fill(0xa5);
    expect([...buffer]).toEqual([
      ...[1, 2, 3, ...junk(2)],
      // TDI_ADDRESS_INFO: a count of 0, one address, its 14 bytes behind the family.
      ...[0, 0, 0, 0, 1, 0, 0, 0, 14, 0, ...local, ...junk(14)],
      // TRANSPORT_ADDRESS: one address, likewise.
      ...[1, 0, 0, 0, 14, 0, ...remote, ...junk(14)],
    ]);
    const [at, atPeer] = [ref<Memory | null>(null), ref<Memory | null>(null)];
    const [length, peerLength] = [ref(0), ref(0)];
    world.ws.GetAcceptExSockaddrs(buffer, 5, 40, 36, at, length, atPeer, peerLength);
    expect([[...(at.value as Uint8Array)], length.value]).toEqual([local, 16]);
    expect([[...(atPeer.value as Uint8Array)], peerLength.value]).toEqual([remote, 16]);
  });

  it('finds no address in a buffer that AcceptEx did not fill, nor beyond its end', () => {
    for (const buffer of [new Uint8Array(64).fill(0xa5), new Uint8Array(64), new Uint8Array(10), null]) {
      const [at, length] = [ref<Memory | null>(new Uint8Array(1)), ref(7)];
      world.ws.GetAcceptExSockaddrs(buffer, 0, 32, 32, at, length, at, length);
      expect([at.value, length.value]).toEqual([null, 0]);
    }
    expect(() => world.ws.GetAcceptExSockaddrs(null, 0, 32, 32, null, null, null, null)).not.toThrow();
  });

  it('is done within the call when a connection waits and no data is wanted', async () => {
    const c = await client();
    await turn();
    const { said: result, s, overlapped } = beginAccept(world, from.s, tcp(world));
    expect(result).toBe('TRUE');
    expect(await resultOf(world, from.s, overlapped)).toBe(0);
    await world.ws.send(s, Uint8Array.of(9), 1, 0);
    expect(await world.ws.recv(c, new Uint8Array(4), 4, 0)).toBe(1);
  });

  it('re-enables FD_ACCEPT like accept, after it took its connection or failed', async () => {
    const { ws } = world;
    const event = ws.WSACreateEvent();
    const told = (): boolean => {
      const events = new WSANETWORKEVENTS();
      ws.WSAEnumNetworkEvents(from.s, event, events);
      return (events.lNetworkEvents & FD_ACCEPT) !== 0;
    };
    const begin = (s = tcp(world)): string => beginAccept(world, from.s, s).said;
    await client();
    await client();
    while (streamOf(world, from.s).backlog.length < 2) await ws.Sleep(1);
    ws.WSAEventSelect(from.s, event, FD_ACCEPT);
    expect([told(), told()]).toEqual([true, false]);
    // One is left for the next call.
    expect([begin(), told()]).toEqual(['TRUE', true]);
    expect([begin(from.s), told()]).toEqual(['WSAEINVAL', true]);
    // The last one is taken by the call that re-enables.
    expect([begin(), told()]).toEqual(['TRUE', false]);
  });

  it('waits for the first data, which SO_CONNECT_TIME shows', async () => {
    const accepting = beginAccept(world, from.s, tcp(world), 16);
    expect(connectTime(accepting.s)).toBe(0xffffffff);
    const c = await client();
    while (!streamOf(world, accepting.s).isConnected) await turn();
    expect([pending(accepting.overlapped), connectTime(accepting.s)]).toEqual([true, 0]);
    await world.ws.send(c, Uint8Array.of(5, 6), 2, 0);
    expect(await resultOf(world, from.s, accepting.overlapped)).toBe(2);
    expect([...accepting.buffer.subarray(0, 3)]).toEqual([5, 6, 0xa5]);
  });

  it('gives connections out in the order of the calls', async () => {
    const all = [0, 1, 2].map(() => beginAccept(world, from.s, tcp(world)));
    expect(all.map((one) => one.said)).toEqual(['WSA_IO_PENDING', 'WSA_IO_PENDING', 'WSA_IO_PENDING']);
    for (const [index, one] of all.entries()) {
      const c = await client();
      expect(await resultOf(world, from.s, one.overlapped)).toBe(0);
      expect(all.filter((other) => pending(other.overlapped))).toHaveLength(2 - index);
      expect(update(one.s)).toBe(0);
      const peer = new sockaddr_in();
      expect(world.ws.getpeername(one.s, peer, ref(16))).toBe(0);
      expect(peer.sin_port).toBe(nameOf(world, c).sin_port);
    }
  });

  it('keeps names and shutdown from the socket until its context is updated', async () => {
    const { s, overlapped } = beginAccept(world, from.s, tcp(world));
    expect(update(s)).toBe(-1);
    await client();
    await resultOf(world, from.s, overlapped);
    const name = new sockaddr_in();
    const tried = (): string[] => [
      world.ws.getsockname(s, name, ref(16)) === 0 ? 'ok' : world.lastError(),
      world.ws.getpeername(s, name, ref(16)) === 0 ? 'ok' : world.lastError(),
      world.ws.shutdown(s, SD_SEND) === 0 ? 'ok' : world.lastError(),
    ];
    expect(tried()).toEqual(['WSAEINVAL', 'WSAENOTCONN', 'WSAENOTCONN']);
    expect(update(s)).toBe(0);
    expect(tried()).toEqual(['ok', 'ok', 'ok']);
  });

  describe.each([
    ['without data', 0],
    ['with data', 8],
  ])('%s', (_how, data) => {
    const reach = async (s: SOCKET): Promise<void> => {
      if (data === 0) return;
      await client();
      while (!streamOf(world, s).isConnected) await turn();
    };

    it.each(['listening', 'accepting'] as const)('closing the %s socket aborts it', async (which) => {
      const accepting = beginAccept(world, from.s, tcp(world), data);
      await reach(accepting.s);
      await world.ws.closesocket(which === 'listening' ? from.s : accepting.s);
      expect([accepting.overlapped.Internal, streamOrNull(accepting.s)]).toEqual([995, which === 'listening' ? 'open' : null]);
    });

    it('cancelled, it leaves both sockets as they were', async () => {
      const accepting = beginAccept(world, from.s, tcp(world), data);
      await reach(accepting.s);
      expect(world.ws.CancelIoEx(from.s, accepting.overlapped)).toBe(1);
      expect(await resultOf(world, from.s, accepting.overlapped)).toBe('WSA_OPERATION_ABORTED');
      expect([streamOrNull(accepting.s), streamOf(world, from.s).accepts.size]).toEqual(['open', 0]);
      expect([...accepting.buffer]).toEqual([...new Uint8Array(accepting.buffer.length).fill(0xa5)]);
      const again = beginAccept(world, from.s, accepting.s);
      await client();
      expect(await resultOf(world, from.s, again.overlapped)).toBe(0);
    });
  });

  it('closing a socket that waits for its first data leaves no other connection open', async () => {
    const accepting = beginAccept(world, from.s, tcp(world), 8);
    await client();
    const endpoint = streamOf(world, accepting.s);
    while (!endpoint.isConnected) await turn();
    const { transport } = endpoint;
    await world.ws.closesocket(accepting.s);
    expect(endpoint.transport).toBe(transport);
  });

  it('turns a peer away that is gone, and leaves the socket for the next', async () => {
    const c = await client();
    const { backlog } = streamOf(world, from.s);
    while (backlog[0] === undefined) await turn();
    Object.defineProperty(backlog[0], 'remote', { value: null });
    const s = tcp(world);
    expect(beginAccept(world, from.s, s).said).toBe('WSAECONNRESET');
    expect(await world.ws.recv(c, new Uint8Array(1), 1, 0)).toBeLessThan(1);
    await client();
    await turn();
    expect(beginAccept(world, from.s, s).said).toBe('TRUE');
  });

  it('re-enables FD_ACCEPT, which tells of connections that still wait', async () => {
    const event = world.ws.WSACreateEvent();
    const events = new WSANETWORKEVENTS();
    const recorded = (): number => {
      expect(world.ws.WSAEnumNetworkEvents(from.s, event, events)).toBe(0);
      return events.lNetworkEvents;
    };
    await Promise.all([client(), client()]);
    while (streamOf(world, from.s).backlog.length < 2) await turn();
    expect(world.ws.WSAEventSelect(from.s, event, FD_ACCEPT)).toBe(0);
    expect([recorded(), recorded()]).toEqual([FD_ACCEPT, 0]);
    beginAccept(world, from.s, tcp(world));
    expect(recorded()).toBe(FD_ACCEPT);
    beginAccept(world, from.s, tcp(world));
    expect(recorded()).toBe(0);
  });

  it('shows whoever watches the listener that nothing waits any more', async () => {
    const port = world.ws.CreateIoCompletionPort(INVALID_HANDLE_VALUE, null, 0, 0);
    const info = new SOCK_NOTIFY_REGISTRATION({
      socket: from.s,
      eventFilter: SOCK_NOTIFY_REGISTER_EVENT_IN,
      operation: SOCK_NOTIFY_OP_ENABLE,
      triggerFlags: SOCK_NOTIFY_TRIGGER_LEVEL,
    });
    await client();
    while (streamOf(world, from.s).backlog.length === 0) await turn();
    expect(await world.ws.ProcessSocketNotifications(port, 1, [info], 0, 0, null, null)).toBe(0);
    expect(beginAccept(world, from.s, tcp(world)).said).toBe('TRUE');
    const entries = [new OVERLAPPED_ENTRY()];
    expect(await world.ws.ProcessSocketNotifications(port, 0, null, 0, 1, entries, ref(0))).toBe(WAIT_TIMEOUT);
  });

  function streamOrNull(s: SOCKET): string | null {
    return world.host.handles.get(s) === null ? null : streamOf(world, s).state;
  }
});
