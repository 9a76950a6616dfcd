// How sockets end: SO_LINGER, closing under calls that wait, half-close both ways, sockets opened twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FD_SET,
  FIONBIO,
  FROM_PROTOCOL_INFO,
  SD_SEND,
  SOL_SOCKET,
  SO_LINGER,
  WSAPOLLFD,
  POLLNVAL,
  POLLRDNORM,
  MAKEWORD,
  WSADATA,
  WSAPROTOCOL_INFOA,
  WSAPROTOCOL_INFOW,
  WSA_FLAG_OVERLAPPED,
  fd_set,
  linger,
  ref,
  type HANDLE,
  type SOCKET,
} from '../../src/abi/index.js';
import { WinsockProcess } from '../../src/ws2_32/index.js';
import { FakeClock } from '../win32/fake-clock.js';
import { boundUdp, connectedPair, listener, setNonBlocking, startedWorld, streamOf, tcp, turn, type World } from './world.js';

const clock = new FakeClock();
let world: World;
beforeAll(async () => {
  world = await startedWorld({ clock });
});
afterAll(() => world.host.dispose());

/** Whether a promise is still waiting after some turns of the event loop. */
async function waits(promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  void promise.then(() => {
    over = true;
  });
  for (let i = 0; i < 20; i++) await turn();
  return !over;
}

function setLinger(s: SOCKET, seconds: number): void {
  const value = new linger();
  value.l_onoff = 1;
  value.l_linger = seconds;
  expect(world.ws.setsockopt(s, SOL_SOCKET, SO_LINGER, value, linger.size)).toBe(0);
}

/** Reads to the end; what came, or the error. */
async function readAll(s: SOCKET): Promise<number | string> {
  const buffer = new Uint8Array(65536);
  for (let total = 0; ; ) {
    const count = await world.ws.recv(s, buffer, buffer.length, 0);
    if (count === 0) return total;
    if (count === -1) return world.lastError();
    total += count;
  }
}

/** More than the system's own buffers take for a peer that does not read. */
const LOTS = 12_000_000;

async function pairWithUnsent(): Promise<{ a: SOCKET; b: SOCKET }> {
  const { a, b } = await connectedPair(world);
  setNonBlocking(world, a);
  expect(await world.ws.send(a, new Uint8Array(LOTS), LOTS, 0)).toBe(LOTS);
  expect(world.ws.ioctlsocket(a, FIONBIO, ref(0))).toBe(0);
  return { a, b };
}

describe('SO_LINGER', () => {
  it('with a time makes closesocket wait until the peer has everything', async () => {
    const { a, b } = await pairWithUnsent();
    setLinger(a, 30);
    const closing = world.ws.closesocket(a);
    expect(await waits(closing)).toBe(true);
    expect(clock.pending).toBe(1);
    expect(await readAll(b)).toBe(LOTS);
    expect(await closing).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('gives up when the time is over and cuts the connection', async () => {
    const { a, b } = await pairWithUnsent();
    setLinger(a, 30);
    const closing = world.ws.closesocket(a);
    expect(await waits(closing)).toBe(true);
    clock.advance(29_999);
    expect(await waits(closing)).toBe(true);
    clock.advance(1);
    expect(await closing).toBe(0);
    // What the peer's system had taken may still be read; some systems then tell of an end instead of the reset.
    const read = await readAll(b);
    expect(typeof read === 'number' ? read : 0).toBeLessThan(LOTS / 2);
  });

  it('with no time resets at once', async () => {
    const { a, b } = await connectedPair(world);
    setLinger(a, 0);
    expect(await world.ws.closesocket(a)).toBe(0);
    expect(await readAll(b)).toBe('WSAECONNRESET');
  });

  it('off closes at once and delivers in the background', async () => {
    const { a, b } = await pairWithUnsent();
    expect(await world.ws.closesocket(a)).toBe(0);
    expect(await readAll(b)).toBe(LOTS);
  });

  it('with a time fails on a non-blocking socket that has something to send, which stays open', async () => {
    const { a, b } = await pairWithUnsent();
    setNonBlocking(world, a);
    setLinger(a, 30);
    expect(await world.ws.closesocket(a)).toBe(-1);
    expect(world.lastError()).toBe('WSAEWOULDBLOCK');
    const reading = readAll(b);
    while (streamOf(world, a).unsent > 0) await turn();
    expect(await world.ws.closesocket(a)).toBe(0);
    expect(await reading).toBe(LOTS);
  });
});

describe('closing a socket under a call that waits', () => {
  it('interrupts recv, recvfrom and accept', async () => {
    const from = listener(world);
    const { a } = await connectedPair(world, from);
    const s = boundUdp(world);
    const errorOf = async (call: Promise<number>): Promise<string> => {
      expect(await call).toBe(-1);
      return world.lastError();
    };
    const calls = [
      errorOf(world.ws.recv(a, new Uint8Array(1), 1, 0)),
      errorOf(world.ws.recvfrom(s, new Uint8Array(1), 1, 0, null, null)),
      errorOf(world.ws.accept(from.s, null, null)),
    ];
    await Promise.all([a, s, from.s].map((each) => world.ws.closesocket(each)));
    expect(await Promise.all(calls)).toEqual(['WSAEINTR', 'WSAEINTR', 'WSAEINTR']);
  });

  it('ends select with WSAENOTSOCK and WSAPoll with POLLNVAL', async () => {
    const { a } = await connectedPair(world);
    const set = new fd_set();
    FD_SET(a, set);
    const entry = new WSAPOLLFD();
    entry.fd = a;
    entry.events = POLLRDNORM;
    const selected = world.ws.select(0, set, null, null, null).then((result) => [result, world.lastError()]);
    const polled = world.ws.WSAPoll([entry], 1, -1);
    await world.ws.closesocket(a);
    expect(await selected).toEqual([-1, 'WSAENOTSOCK']);
    expect(await polled).toBe(1);
    expect(entry.revents).toBe(POLLNVAL);
  });

  it('ends a send that waits for the peer', async () => {
    const { a } = await connectedPair(world);
    const sending = world.ws.send(a, new Uint8Array(LOTS), LOTS, 0).then((result) => [result, world.lastError()]);
    expect(await waits(sending)).toBe(true);
    await world.ws.closesocket(a);
    expect(await sending).toEqual([-1, 'WSAEINTR']);
  });

  it('does not give the handle to somebody else soon', async () => {
    const s = tcp(world);
    await world.ws.closesocket(s);
    const later = Array.from({ length: 100 }, () => tcp(world));
    expect(later).not.toContain(s);
    await Promise.all(later.map((each) => world.ws.closesocket(each)));
  });
});

describe('half-close', () => {
  it('ends one direction, and the other goes on', async () => {
    const { a, b } = await connectedPair(world);
    await world.ws.send(a, Uint8Array.of(1, 2, 3), 3, 0);
    expect(world.ws.shutdown(a, SD_SEND)).toBe(0);
    expect(await readAll(b)).toBe(3);
    for (let i = 0; i < 3; i++) {
      expect(await world.ws.send(b, new Uint8Array(1000), 1000, 0)).toBe(1000);
      const buffer = new Uint8Array(1000);
      expect(await world.ws.recv(a, buffer, 1000, 8)).toBe(1000);
    }
    expect(await world.ws.send(a, Uint8Array.of(1), 1, 0)).toBe(-1);
    expect(world.lastError()).toBe('WSAESHUTDOWN');
    expect(world.ws.shutdown(b, SD_SEND)).toBe(0);
    expect(await readAll(a)).toBe(0);
    expect(await readAll(b)).toBe(0);
    await Promise.all([world.ws.closesocket(a), world.ws.closesocket(b)]);
  });
});

describe('WSADuplicateSocket', () => {
  it('describes a socket for one WSASocket call', async () => {
    const { a, b } = await connectedPair(world);
    const info = new WSAPROTOCOL_INFOW(new Uint8Array(WSAPROTOCOL_INFOW.size).fill(0xa5));
    const open = (): SOCKET =>
      world.ws.WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, info, 0, WSA_FLAG_OVERLAPPED);
    expect(world.ws.WSADuplicateSocketW(a, world.host.id, info)).toBe(0);
    const again = open();
    expect(again).not.toBe(-1);
    expect(again).not.toBe(a);
    expect(open()).toBe(-1);
    expect(world.lastError()).toBe('WSAEINVAL');
    // The connection lives until both handles are closed.
    await world.ws.closesocket(a);
    await world.ws.send(again, Uint8Array.of(5), 1, 0);
    await world.ws.closesocket(again);
    expect(await readAll(b)).toBe(1);
  });

  it('works in its ANSI form, and not for another process', async () => {
    const { a } = await connectedPair(world);
    const info = new WSAPROTOCOL_INFOA();
    expect(world.ws.WSADuplicateSocketA(a, world.host.id, info)).toBe(0);
    const again = world.ws.WSASocketA(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, info, 0, 1);
    expect(await world.ws.send(again, Uint8Array.of(1), 1, 0)).toBe(1);
    expect(world.ws.WSADuplicateSocketA(a, world.host.id + 4, info)).toBe(-1);
    expect(world.lastError()).toBe('WSAEINVAL');
  });

  it('keeps the socket open for whoever opens the description after the first handle was closed', async () => {
    const { a, b } = await connectedPair(world);
    const info = new WSAPROTOCOL_INFOW();
    expect(world.ws.WSADuplicateSocketW(a, world.host.id, info)).toBe(0);
    expect(await world.ws.closesocket(a)).toBe(0);
    const again = world.ws.WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, info, 0, 1);
    expect(await world.ws.send(again, Uint8Array.of(7), 1, 0)).toBe(1);
    expect(await world.ws.closesocket(again)).toBe(0);
    expect(await readAll(b)).toBe(1);
  });

  it('describes nothing any more after WSACleanup, which ends the sockets that nobody opened', async () => {
    const other = await startedWorld();
    const info = new WSAPROTOCOL_INFOW();
    const s = tcp(other);
    expect(other.ws.WSADuplicateSocketW(s, other.host.id, info)).toBe(0);
    await other.ws.closesocket(s);
    await other.ws.WSACleanup();
    expect(other.afd.endpoints.size).toBe(0);
    await other.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
    expect(other.ws.WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, info, 0, 1)).toBe(-1);
    expect(other.lastError()).toBe('WSAEINVAL');
    await other.host.dispose();
  });
});

describe('CloseHandle', () => {
  it('on a socket is as good as closesocket: nothing is left of it', async () => {
    const before = WinsockProcess.of(world.host).sockets.size;
    const s = tcp(world);
    expect(world.ws.CloseHandle(s as unknown as HANDLE)).toBe(1);
    expect(WinsockProcess.of(world.host).sockets.size).toBe(before);
    expect(await world.ws.closesocket(s)).toBe(-1);
    expect(world.lastError()).toBe('WSAENOTSOCK');
  });
});

describe('closesocket', () => {
  it('called twice at once closes once', async () => {
    const s = tcp(world);
    const tell = async (): Promise<[number, string]> => [await world.ws.closesocket(s), world.lastError()];
    expect(await Promise.all([tell(), tell()])).toEqual([[0, '0'], [-1, 'WSAENOTSOCK']]);
  });

  it('after SD_SEND still delivers what was on its way', async () => {
    const { a, b } = await connectedPair(world);
    const much = new Uint8Array(4_000_000);
    setNonBlocking(world, a);
    expect(await world.ws.send(a, much, much.length, 0)).toBe(much.length);
    expect(streamOf(world, a).unsent).toBeGreaterThan(0);
    expect(world.ws.shutdown(a, SD_SEND)).toBe(0);
    expect(await world.ws.closesocket(a)).toBe(0);
    expect(await readAll(b)).toBe(much.length);
  });
});
