// SO_RCVTIMEO, SO_SNDTIMEO and the timeouts of select, WSAPoll and waits, on a clock that stands still until told.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FD_SET,
  MSG_WAITALL,
  POLLRDNORM,
  SOL_SOCKET,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  WSAPOLLFD,
  WSA_WAIT_TIMEOUT,
  fd_set,
  timeval,
  type SOCKET,
} from '../../src/abi/index.js';
import { FakeClock } from '../win32/fake-clock.js';
import { outcome } from '../win32/turns.js';
import { boundUdp, connectedPair, setNonBlocking, startedWorld, turn, type World } from './world.js';

const clock = new FakeClock();
let world: World;
beforeAll(async () => {
  world = await startedWorld({ clock });
});
afterAll(() => world.host.dispose());

function setMilliseconds(s: SOCKET, option: number, milliseconds: number): void {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setInt32(0, milliseconds, true);
  expect(world.ws.setsockopt(s, SOL_SOCKET, option, value, 4)).toBe(0);
}

const withError = async (call: Promise<number>): Promise<[number, string]> => [await call, world.lastError()];

describe.each([
  ['a stream', async (): Promise<SOCKET> => (await connectedPair(world)).a],
  ['a datagram socket', (): Promise<SOCKET> => Promise.resolve(boundUdp(world))],
])('SO_RCVTIMEO on %s', (_name, make) => {
  it('ends a receive after exactly that time', async () => {
    const s = await make();
    setMilliseconds(s, SO_RCVTIMEO, 700);
    const receiving = withError(world.ws.recv(s, new Uint8Array(4), 4, 0));
    clock.advance(699);
    expect(await outcome(receiving)).toBe('waiting');
    clock.advance(1);
    expect(await receiving).toEqual([-1, 'WSAETIMEDOUT']);
    expect(clock.pending).toBe(0);
  });

  it('of 0 waits for ever, and does not hold for a non-blocking socket', async () => {
    const s = await make();
    setMilliseconds(s, SO_RCVTIMEO, 0);
    const receiving = withError(world.ws.recv(s, new Uint8Array(4), 4, 0));
    clock.advance(1e9);
    expect(await outcome(receiving)).toBe('waiting');
    const other = await make();
    setMilliseconds(other, SO_RCVTIMEO, 10);
    setNonBlocking(world, other);
    expect(await withError(world.ws.recv(other, new Uint8Array(4), 4, 0))).toEqual([-1, 'WSAEWOULDBLOCK']);
    await world.ws.closesocket(s);
    await receiving;
    expect(clock.pending).toBe(0);
  });
});

it('a receive that timed out takes nothing that comes later', async () => {
  const { a, b } = await connectedPair(world);
  setMilliseconds(b, SO_RCVTIMEO, 5);
  const early = new Uint8Array(4).fill(0xa5);
  const receiving = withError(world.ws.recv(b, early, 4, 0));
  clock.advance(5);
  expect(await receiving).toEqual([-1, 'WSAETIMEDOUT']);
  await world.ws.send(a, Uint8Array.of(1, 2, 3, 4), 4, 0);
  const late = new Uint8Array(4);
  expect(await world.ws.recv(b, late, 4, 0)).toBe(4);
  expect([...early, ...late]).toEqual([0xa5, 0xa5, 0xa5, 0xa5, 1, 2, 3, 4]);
});

it('SO_SNDTIMEO ends a send that the peer does not take', async () => {
  const { a } = await connectedPair(world);
  setMilliseconds(a, SO_SNDTIMEO, 300);
  const size = 12_000_000;
  const sending = withError(world.ws.send(a, new Uint8Array(size), size, 0));
  expect(await outcome(sending)).toBe('waiting');
  clock.advance(299);
  expect(await outcome(sending)).toBe('waiting');
  clock.advance(1);
  expect(await sending).toEqual([-1, 'WSAETIMEDOUT']);
  expect(clock.pending).toBe(0);
});

it('select and WSAPoll wait exactly as long as they are told', async () => {
  const s = boundUdp(world);
  const set = new fd_set();
  FD_SET(s, set);
  const timeout = new timeval();
  timeout.tv_sec = 1;
  timeout.tv_usec = 500_000;
  const entry = new WSAPOLLFD();
  entry.fd = s;
  entry.events = POLLRDNORM;
  entry.revents = 0x55;
  const selecting = world.ws.select(0, set, null, null, timeout);
  const polling = world.ws.WSAPoll([entry], 1, 1500);
  clock.advance(1499);
  expect(await outcome(selecting)).toBe('waiting');
  expect(await outcome(polling)).toBe('waiting');
  clock.advance(1);
  expect([await selecting, await polling]).toEqual([0, 0]);
  expect([set.fd_count, entry.revents, clock.pending]).toEqual([0, 0, 0]);
});

it('WSAWaitForMultipleEvents waits exactly as long as it is told', async () => {
  const event = world.ws.WSACreateEvent();
  const waiting = world.ws.WSAWaitForMultipleEvents(1, [event], 0, 250, 0);
  clock.advance(249);
  expect(await outcome(waiting)).toBe('waiting');
  clock.advance(1);
  expect(await waiting).toBe(WSA_WAIT_TIMEOUT);
  expect(world.ws.WSACloseEvent(event)).toBe(1);
});

it('a receive of everything that times out gives back what it had got', async () => {
  const { a, b } = await connectedPair(world);
  setMilliseconds(a, SO_RCVTIMEO, 700);
  const memory = new Uint8Array(4);
  const receiving = withError(world.ws.recv(a, memory, 4, MSG_WAITALL));
  await world.ws.send(b, Uint8Array.of(1, 2, 3), 3, 0);
  while (memory[2] !== 3) await turn();
  clock.advance(700);
  expect(await receiving).toEqual([-1, 'WSAETIMEDOUT']);
  await world.ws.send(b, Uint8Array.of(4), 1, 0);
  expect(await world.ws.recv(a, memory.fill(0), 4, MSG_WAITALL)).toBe(4);
  expect([...memory]).toEqual([1, 2, 3, 4]);
});
