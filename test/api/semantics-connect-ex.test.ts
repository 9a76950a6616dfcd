// ConnectEx, DisconnectEx and WSARecvEx through the C face, on both drivers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FD_CONNECT,
  FD_CONNECT_BIT,
  WSANETWORKEVENTS,
  WSA_OPERATION_ABORTED,
  INVALID_SOCKET,
  MSG_PARTIAL,
  OVERLAPPED,
  SD_SEND,
  SOL_SOCKET,
  SO_UPDATE_CONNECT_CONTEXT,
  TF_REUSE_SOCKET,
  WSABUF,
  WSAECONNABORTED,
  WSAECONNRESET,
  ref,
  sockaddr_in,
  sockaddr_in6,
  type SOCKET,
} from '../../src/abi/index.js';
import { DRIVERS, beginAccept, pending, resultOf, said, worldOn, type DriverWorld } from './extension-world.js';
import {
  bindLoopback,
  boundUdp,
  connectedPair,
  listener,
  loopback,
  nameOf,
  selfConnectedUdp,
  setNonBlocking,
  streamOf,
  tcp,
  turn,
  udp,
  type World,
} from './world.js';

/** More than any transport takes at once. */
const LARGE = 20_000_000;

describe.each(DRIVERS)('on the %s driver', (driver) => {
  let on: DriverWorld;
  let world: World;
  beforeEach(async () => {
    on = await worldOn(driver);
    world = on.world;
  });
  afterEach(() => on.end());

  function bound(): SOCKET {
    const s = tcp(world);
    bindLoopback(world, s);
    return s;
  }

  function beginConnect(s: SOCKET, name: sockaddr_in, data: Uint8Array | null = null): { overlapped: OVERLAPPED; said: string } {
    const overlapped = new OVERLAPPED();
    const result = world.ws.ConnectEx(s, name, sockaddr_in.size, data, data?.length ?? 0, ref(0), overlapped);
    return { overlapped, said: said(world, result) };
  }

  describe('ConnectEx', () => {
    type Args = Parameters<World['ws']['ConnectEx']>;
    const refused: readonly (readonly [string, string, (good: Args) => unknown])[] = [
      ['no socket', 'WSAENOTSOCK', (good) => (good[0] = INVALID_SOCKET)],
      ['an unbound socket', 'WSAEINVAL', (good) => (good[0] = tcp(world))],
      ['a listening socket', 'WSAEINVAL', (good) => (good[0] = listener(world).s)],
      ['a datagram socket', 'WSAEINVAL', (good) => (good[0] = boundUdp(world))],
      ['no name', 'WSAEFAULT', (good) => (good[1] = null)],
      ['too short a name', 'WSAEFAULT', (good) => (good[2] = 15)],
      ["another family's name", 'WSAEAFNOSUPPORT', (good) => ([good[1], good[2]] = [new sockaddr_in6(), sockaddr_in6.size])],
      ['data beyond the buffer', 'WSAEFAULT', (good) => (good[4] = 9)],
      ['no OVERLAPPED', 'WSA_INVALID_PARAMETER', (good) => (good[6] = null)],
      ['no port', 'WSAEADDRNOTAVAIL', (good) => (good[1] = loopback(0))],
    ];

    it.each(refused)('%s: %s', (_what, error, spoil) => {
      const args: Args = [bound(), listener(world).name, sockaddr_in.size, new Uint8Array(8), 8, ref(0), new OVERLAPPED()];
      spoil(args);
      expect(said(world, world.ws.ConnectEx(...args))).toBe(error);
    });

    it('refuses a socket that is connected, and one that connects', async () => {
      const from = listener(world);
      const { a } = await connectedPair(world, from);
      expect(beginConnect(a, from.name).said).toBe('WSAEISCONN');
      const s = bound();
      expect([beginConnect(s, from.name).said, beginConnect(s, from.name).said]).toEqual(['WSA_IO_PENDING', 'WSAEALREADY']);
    });

    it('sends its data first, from memory that is the caller’s again at once', async () => {
      const from = listener(world);
      const s = bound();
      setNonBlocking(world, s);
      const data = Uint8Array.of(1, 2, 3);
      const { overlapped } = beginConnect(s, from.name, data);
      data.fill(0xa5);
      const b = await world.ws.accept(from.s, null, null);
      expect(await resultOf(world, s, overlapped)).toBe(3);
      const got = new Uint8Array(8);
      expect([await world.ws.recv(b, got, 8, 0), ...got.subarray(0, 3)]).toEqual([3, 1, 2, 3]);
    });

    it('keeps the peer’s name and shutdown from the socket until its context is updated', async () => {
      const from = listener(world);
      const s = bound();
      const { overlapped } = beginConnect(s, from.name);
      expect(await resultOf(world, s, overlapped)).toBe(0);
      const tried = (): string[] => [
        world.ws.getpeername(s, new sockaddr_in(), ref(16)) === 0 ? 'ok' : world.lastError(),
        world.ws.shutdown(s, SD_SEND) === 0 ? 'ok' : world.lastError(),
      ];
      expect(tried()).toEqual(['WSAENOTCONN', 'WSAENOTCONN']);
      expect(world.ws.setsockopt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, null, 0)).toBe(0);
      expect(tried()).toEqual(['ok', 'ok']);
    });

    it('may be tried again after a refusal', async () => {
      const gone = listener(world);
      await world.ws.closesocket(gone.s);
      const s = bound();
      const name = nameOf(world, s);
      expect(await resultOf(world, s, beginConnect(s, gone.name).overlapped)).toBe('WSAECONNREFUSED');
      const from = listener(world);
      expect(await resultOf(world, s, beginConnect(s, from.name).overlapped)).toBe(0);
      expect(nameOf(world, s).sin_port).toBe(name.sin_port);
    });

    it('cancelled, it leaves a socket that may connect', async () => {
      const from = listener(world);
      const s = bound();
      const { overlapped } = beginConnect(s, from.name, Uint8Array.of(1));
      expect(world.ws.CancelIoEx(s, overlapped)).toBe(1);
      expect(await resultOf(world, s, overlapped)).toBe('WSA_OPERATION_ABORTED');
      expect(await resultOf(world, s, beginConnect(s, from.name).overlapped)).toBe(0);
    });

    it('cancelled, its event tells that there is no connection', () => {
      const from = listener(world);
      const s = bound();
      const event = world.ws.WSACreateEvent();
      world.ws.WSAEventSelect(s, event, FD_CONNECT);
      const { overlapped } = beginConnect(s, from.name);
      world.ws.CancelIoEx(s, overlapped);
      const events = new WSANETWORKEVENTS();
      world.ws.WSAEnumNetworkEvents(s, event, events);
      expect([events.lNetworkEvents, events.iErrorCode[FD_CONNECT_BIT]]).toEqual([FD_CONNECT, WSA_OPERATION_ABORTED]);
    });

    it('cancelled while it sends, it cuts the connection', async () => {
      const from = listener(world);
      const s = bound();
      const { overlapped } = beginConnect(s, from.name, new Uint8Array(LARGE));
      const b = await world.ws.accept(from.s, null, null);
      while (streamOf(world, s).unsent === 0) await turn();
      expect(world.ws.CancelIoEx(s, overlapped)).toBe(1);
      expect(await resultOf(world, s, overlapped)).toBe('WSA_OPERATION_ABORTED');
      let [total, count] = [0, 1];
      for (; count > 0; total += count) count = await world.ws.recv(b, new Uint8Array(262_144), 262_144, 0);
      expect(total).toBeLessThan(LARGE);
      expect(streamOf(world, s).abortError).toBe(WSAECONNABORTED);
    });

    it('ends with the close of its socket', async () => {
      const from = listener(world);
      const s = bound();
      const { overlapped } = beginConnect(s, from.name);
      await world.ws.closesocket(s);
      expect(overlapped.Internal).toBe(995);
    });
  });

  describe('DisconnectEx', () => {
    it.each([
      ['a flag that is none', 4, 0, 'WSAEINVAL'],
      ['a reserved value', 0, 1, 'WSAEINVAL'],
    ])('%s: WSAEINVAL', async (_what, flags, reserved, error) => {
      const { a } = await connectedPair(world);
      expect(said(world, world.ws.DisconnectEx(a, new OVERLAPPED(), flags, reserved))).toBe(error);
    });

    it('needs a connection', async () => {
      const connected = await selfConnectedUdp(world);
      const tried = [tcp(world), listener(world).s, udp(world), connected].map((s) =>
        said(world, world.ws.DisconnectEx(s, new OVERLAPPED(), 0, 0)),
      );
      expect(tried).toEqual(['WSAENOTCONN', 'WSAENOTCONN', 'WSAENOTCONN', 'WSAENOTCONN']);
    });

    it('with reuse, waits for the peer’s end and for its data to be read', async () => {
      const from = listener(world);
      const first = beginAccept(world, from.s, tcp(world));
      const c = tcp(world);
      await world.ws.connect(c, from.name, sockaddr_in.size);
      await resultOf(world, from.s, first.overlapped);
      const overlapped = new OVERLAPPED();
      expect(said(world, world.ws.DisconnectEx(first.s, overlapped, TF_REUSE_SOCKET, 0))).toBe('WSA_IO_PENDING');
      expect(await world.ws.recv(c, new Uint8Array(1), 1, 0)).toBe(0);
      await world.ws.send(c, Uint8Array.of(1), 1, 0);
      await world.ws.closesocket(c);
      while (!streamOf(world, first.s).peerEnded) await turn();
      expect(pending(overlapped)).toBe(true);
      expect(await world.ws.recv(first.s, new Uint8Array(4), 4, 0)).toBe(1);
      expect(await resultOf(world, first.s, overlapped)).toBe(0);
      expect(beginAccept(world, from.s, first.s).said).toBe('WSA_IO_PENDING');
    });

    it('with reuse, ends with the connection, and with the socket', async () => {
      const { a, b } = await connectedPair(world);
      const [first, second] = [new OVERLAPPED(), new OVERLAPPED()];
      world.ws.DisconnectEx(a, first, TF_REUSE_SOCKET, 0);
      expect(world.ws.CancelIoEx(a, first)).toBe(1);
      expect([await resultOf(world, a, first), streamOf(world, a).isConnected]).toEqual(['WSA_OPERATION_ABORTED', true]);
      world.ws.DisconnectEx(a, first, TF_REUSE_SOCKET, 0);
      streamOf(world, b).transport.reset();
      expect(await resultOf(world, a, first)).toBe(0);
      expect(streamOf(world, a).state).toBe('bound');
      const other = await connectedPair(world);
      world.ws.DisconnectEx(other.a, second, TF_REUSE_SOCKET, 0);
      await world.ws.closesocket(other.a);
      expect(second.Internal).toBe(995);
    });

    it('tells of a connection that was cut, unless the socket is to be used again', async () => {
      const { a, b } = await connectedPair(world);
      streamOf(world, b).transport.reset();
      while (streamOf(world, a).abortError === 0) await turn();
      expect(said(world, world.ws.DisconnectEx(a, new OVERLAPPED(), 0, 0))).toBe('WSAECONNRESET');
      expect(await world.ws.DisconnectEx(a, null, TF_REUSE_SOCKET, 0)).toBe(1);
    });

    it('with reuse, waits until everything is sent, also to a peer that has ended', async () => {
      const { a, b } = await connectedPair(world);
      world.ws.shutdown(b, SD_SEND);
      const [sending, overlapped] = [new OVERLAPPED(), new OVERLAPPED()];
      world.ws.WSASend(a, [new WSABUF(LARGE, new Uint8Array(LARGE))], 1, null, 0, sending, null);
      expect(pending(sending)).toBe(true);
      while (!streamOf(world, a).peerEnded) await turn();
      world.ws.DisconnectEx(a, overlapped, TF_REUSE_SOCKET, 0);
      for (let i = 0; i < 5; i++) await turn();
      expect(pending(overlapped)).toBe(true);
      let [total, count] = [0, 1];
      for (; count > 0; total += count) count = await world.ws.recv(b, new Uint8Array(262_144), 262_144, 0);
      expect([total, await resultOf(world, a, sending), await resultOf(world, a, overlapped)]).toEqual([LARGE, LARGE, 0]);
    });

    it('two at a time: the first has the connection, the second finds none', async () => {
      const { a, b } = await connectedPair(world);
      const both = [new OVERLAPPED(), new OVERLAPPED()];
      for (const one of both) world.ws.DisconnectEx(a, one, TF_REUSE_SOCKET, 0);
      await world.ws.closesocket(b);
      expect(await Promise.all(both.map((one) => resultOf(world, a, one)))).toEqual([0, 'WSAENOTCONN']);
    });

    it('what the old connection still has to say does not reach the next', async () => {
      const { a, b } = await connectedPair(world);
      const sending = new OVERLAPPED();
      world.ws.WSASend(a, [new WSABUF(LARGE, new Uint8Array(LARGE))], 1, null, 0, sending, null);
      streamOf(world, b).transport.reset();
      expect(await world.ws.DisconnectEx(a, null, TF_REUSE_SOCKET, 0)).toBe(1);
      for (let i = 0; i < 5; i++) await turn();
      const { unsent, abortError, state } = streamOf(world, a);
      expect([sending.Internal, unsent, abortError, state]).toEqual([WSAECONNRESET, 0, 0, 'bound']);
    });

    it('blocks without an OVERLAPPED', async () => {
      const { a, b } = await connectedPair(world);
      const ended = world.ws.DisconnectEx(a, null, TF_REUSE_SOCKET, 0);
      expect(await world.ws.recv(b, new Uint8Array(1), 1, 0)).toBe(0);
      await world.ws.closesocket(b);
      expect(await ended).toBe(1);
    });

    it('makes a connected socket fit for ConnectEx, from the same port', async () => {
      const from = listener(world);
      const s = bound();
      const { sin_port } = nameOf(world, s);
      for (let i = 0; i < 5; i++) {
        const { overlapped } = beginConnect(s, from.name);
        const b = await world.ws.accept(from.s, null, null);
        expect(await resultOf(world, s, overlapped)).toBe(0);
        // The peer ends first and has the TIME_WAIT.
        world.ws.shutdown(b, SD_SEND);
        while (!streamOf(world, s).peerEnded) await turn();
        expect(await world.ws.DisconnectEx(s, null, TF_REUSE_SOCKET, 0)).toBe(1);
        await world.ws.closesocket(b);
        expect([nameOf(world, s).sin_port, world.ws.getpeername(s, new sockaddr_in(), ref(16))]).toEqual([sin_port, -1]);
      }
    });

    it('makes one socket serve a thousand connections', async () => {
      const from = listener(world);
      const s = tcp(world);
      const left = { handles: world.host.handles.size, endpoints: world.afd.endpoints.size };
      for (let i = 0; i < 1000; i++) {
        const accepting = beginAccept(world, from.s, s, 4);
        const c = tcp(world);
        await world.ws.connect(c, from.name, sockaddr_in.size);
        await world.ws.send(c, Uint8Array.of(i & 0xff), 1, 0);
        expect(await resultOf(world, from.s, accepting.overlapped)).toBe(1);
        expect(accepting.buffer[0]).toBe(i & 0xff);
        world.ws.shutdown(c, SD_SEND);
        expect(await world.ws.DisconnectEx(s, null, TF_REUSE_SOCKET, 0)).toBe(1);
        await world.ws.closesocket(c);
      }
      expect({ handles: world.host.handles.size, endpoints: world.afd.endpoints.size }).toEqual(left);
    });
  });

  describe('WSARecvEx', () => {
    it('tells of a datagram that did not fit', async () => {
      const s = boundUdp(world);
      const name = nameOf(world, s);
      const buffer = new Uint8Array(4);
      for (const [size, count, flag] of [[3, 3, 0], [4, 4, 0], [5, 4, MSG_PARTIAL]] as const) {
        await world.ws.sendto(s, new Uint8Array(size).fill(size), size, 0, name, sockaddr_in.size);
        const flags = ref(0xa5a5);
        expect([await world.ws.WSARecvEx(s, buffer, 4, flags), flags.value, buffer[0]]).toEqual([count, flag, size]);
      }
      // One that waits is told the same way.
      const flags = ref(0);
      const waiting = world.ws.WSARecvEx(s, buffer, 4, flags);
      await world.ws.sendto(s, new Uint8Array(9), 9, 0, name, sockaddr_in.size);
      expect([await waiting, flags.value]).toEqual([4, MSG_PARTIAL]);
    });

    it('on a stream is as recv', async () => {
      const { a, b } = await connectedPair(world);
      await world.ws.send(b, new Uint8Array(6), 6, 0);
      const flags = ref(MSG_PARTIAL);
      expect([await world.ws.WSARecvEx(a, new Uint8Array(4), 4, flags), flags.value]).toEqual([4, 0]);
      setNonBlocking(world, a);
      await world.ws.WSARecvEx(a, new Uint8Array(4), 4, flags);
      expect([await world.ws.WSARecvEx(a, new Uint8Array(4), 4, flags), world.lastError()]).toEqual([-1, 'WSAEWOULDBLOCK']);
      expect([await world.ws.WSARecvEx(a, new Uint8Array(4), 4, null), world.lastError()]).toEqual([-1, 'WSAEFAULT']);
    });
  });
});
