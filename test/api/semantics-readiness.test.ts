// select and WSAPoll over many sockets, and loops that poll: they leave the network its turns.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FD_ISSET,
  FD_SET,
  POLLNVAL,
  POLLRDNORM,
  POLLWRNORM,
  WSAPOLLFD,
  fd_set,
  sockaddr_in,
  timeval,
  type SOCKET,
} from '../../src/abi/index.js';
import { boundUdp, connectedPair, listener, nameOf, setNonBlocking, startedWorld, turn, udp, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

const pollEntry = (fd: SOCKET, events: number): WSAPOLLFD => {
  const entry = new WSAPOLLFD(new Uint8Array(WSAPOLLFD.size).fill(0xa5));
  entry.fd = fd;
  entry.events = events;
  return entry;
};

describe('many sockets', () => {
  it('select takes more than 64 in a set made for more', async () => {
    const sockets = Array.from({ length: 200 }, () => boundUdp(world));
    const small = new fd_set();
    const large = new fd_set(1024);
    for (const s of sockets) {
      FD_SET(s, small);
      FD_SET(s, large);
    }
    expect([small.fd_count, large.fd_count]).toEqual([64, 200]);
    const target = sockets[150] as SOCKET;
    await world.ws.sendto(udp(world), Uint8Array.of(1), 1, 0, nameOf(world, target), sockaddr_in.size);
    expect(await world.ws.select(0, large, null, null, null)).toBe(1);
    expect([large.fd_count, FD_ISSET(target, large)]).toEqual([1, true]);
    await Promise.all(sockets.map((s) => world.ws.closesocket(s)));
  });

  it('WSAPoll tells of each one, closed ones too', async () => {
    const sockets = Array.from({ length: 100 }, () => boundUdp(world));
    const closed = sockets[7] as SOCKET;
    const target = sockets[93] as SOCKET;
    await world.ws.closesocket(closed);
    await world.ws.sendto(udp(world), Uint8Array.of(1), 1, 0, nameOf(world, target), sockaddr_in.size);
    const entries = sockets.map((s) => pollEntry(s, POLLRDNORM));
    while ((entries[93] as WSAPOLLFD).revents !== POLLRDNORM) await world.ws.WSAPoll(entries, entries.length, 0);
    const told = entries.map(({ revents }) => revents);
    expect(told[7]).toBe(POLLNVAL);
    expect(told.filter((bits) => bits !== 0)).toEqual([POLLNVAL, POLLRDNORM]);
  });

  it('one socket in all three sets counts once for each', async () => {
    const { a, b } = await connectedPair(world);
    await world.ws.send(b, Uint8Array.of(1), 1, 0);
    const sets = [new fd_set(), new fd_set(), new fd_set()] as const;
    const reading = new fd_set();
    FD_SET(a, reading);
    await world.ws.select(0, reading, null, null, null);
    for (const set of sets) FD_SET(a, set);
    expect(await world.ws.select(0, ...sets, null)).toBe(2);
    expect(sets.map((set) => set.fd_count)).toEqual([1, 1, 0]);
  });

  it('WSAPoll waits for one of several and reports several at once', async () => {
    const { a, b } = await connectedPair(world);
    const entries = [pollEntry(a, POLLRDNORM), pollEntry(b, POLLWRNORM)];
    expect(await world.ws.WSAPoll(entries, 2, -1)).toBe(1);
    expect(entries.map(({ revents }) => revents)).toEqual([0, POLLWRNORM]);
    const waiting = world.ws.WSAPoll([entries[0] as WSAPOLLFD], 1, -1);
    await world.ws.send(b, Uint8Array.of(1), 1, 0);
    expect(await waiting).toBe(1);
    expect((entries[0] as WSAPOLLFD).revents).toBe(POLLRDNORM);
  });
});

describe('a loop that polls', () => {
  it('with recv on a non-blocking socket sees what another flow sends', async () => {
    const { a, b } = await connectedPair(world);
    setNonBlocking(world, a);
    const buffer = new Uint8Array(16);
    const other = (async () => {
      await turn();
      await world.ws.send(b, Uint8Array.of(1, 2), 2, 0);
    })();
    let tries = 0;
    let count = -1;
    while (count === -1 && tries < 100_000) {
      count = await world.ws.recv(a, buffer, 16, 0);
      tries += 1;
    }
    await other;
    expect(count).toBe(2);
    expect(tries).toBeLessThan(100_000);
  });

  it('with select and no time sees a connection come', async () => {
    const from = listener(world);
    const client = connectLater(from.name);
    const none = new timeval();
    let ready = 0;
    let tries = 0;
    for (; ready === 0 && tries < 100_000; tries++) {
      const set = new fd_set();
      FD_SET(from.s, set);
      ready = await world.ws.select(0, set, null, null, none);
    }
    expect(ready).toBe(1);
    await client;
  });

  it('of sends that are all taken at once lets timers and other flows run', async () => {
    const s = boundUdp(world);
    const name = nameOf(world, s);
    const timer = { fired: false };
    setTimeout(() => {
      timer.fired = true;
    }, 0);
    let sends = 0;
    while (!timer.fired && sends < 1_000_000) {
      await world.ws.sendto(s, new Uint8Array(1), 1, 0, name, sockaddr_in.size);
      sends += 1;
    }
    expect(timer.fired).toBe(true);
  });

  async function connectLater(name: sockaddr_in): Promise<void> {
    const s = world.ws.socket(2, 1, 6);
    expect(await world.ws.connect(s, name, sockaddr_in.size)).toBe(0);
  }
});
