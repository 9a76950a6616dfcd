// Opening and closing in bulk leaves nothing: no handle, endpoint, held port, listener, timer or resource of Node's.
// WINSOCK2_FULL=1 makes it the full number of sockets.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FD_SET, OVERLAPPED, SOL_SOCKET, SO_RCVTIMEO, WSABUF, fd_set, ref, sockaddr_in, timeval } from '../../src/abi/index.js';
import { systemClock, type Clock, type Timer } from '../../src/win32/index.js';
import {
  bindLoopback,
  boundUdp,
  connectedPair,
  listener,
  nameOf,
  setNonBlocking,
  startedWorld,
  tcp,
  udp,
  type World,
} from './world.js';

const full = process.env['WINSOCK2_FULL'] === '1';
const UNBOUND = full ? 100_000 : 5000;
const BOUND = full ? 5000 : 300;
const CONNECTED = full ? 2000 : 100;

/** The system's clock, counting the timers that are set. */
class CountingClock implements Clock {
  pending = 0;
  readonly now = (): number => systemClock.now();
  readonly wallTime = (): number => systemClock.wallTime();
  readonly nextTurn = (turn: () => void): void => {
    systemClock.nextTurn(turn);
  };

  readonly soon = (turn: () => void): void => {
    systemClock.soon(turn);
  };

  readonly hold = (): (() => void) => systemClock.hold();

  setTimer(ms: number, expired: () => void): Timer {
    let over = false;
    const end = (): void => {
      if (!over) this.pending -= 1;
      over = true;
    };
    this.pending += 1;
    const timer = systemClock.setTimer(ms, () => {
      end();
      expired();
    });
    return {
      cancel: () => {
        end();
        timer.cancel();
      },
    };
  }
}

const clock = new CountingClock();

/** What a process holds, ours and Node's. */
interface Held {
  readonly handles: number;
  readonly endpoints: number;
  readonly ports: number;
  readonly timers: number;
  readonly sockets: Readonly<Record<string, number>>;
}

function held(world: World): Held {
  const resources: Record<string, number> = {};
  // The test runner has timers and pipes of its own; sockets are only ours.
  const ours = process.getActiveResourcesInfo().filter((name) => /TCP|UDP|Connect/.test(name));
  for (const name of ours) resources[name] = (resources[name] ?? 0) + 1;
  return {
    handles: world.host.handles.size,
    endpoints: world.afd.endpoints.size,
    ports: [...world.afd.ports.holdings()].length,
    timers: clock.pending,
    sockets: resources,
  };
}

/** Node closes sockets in later turns of its loop. */
const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('after many sockets', () => {
  let world: World;
  let before: Held;
  beforeAll(async () => {
    world = await startedWorld({ clock });
    await turns();
    before = held(world);
  });
  afterAll(() => world.host.dispose());

  async function expectNothingLeft(): Promise<void> {
    // A connection ends when both ends have told each other, which takes some turns of the loop.
    for (let i = 0; i < 200 && JSON.stringify(held(world)) !== JSON.stringify(before); i++) await turns();
    expect(held(world)).toEqual(before);
  }

  it(`${String(UNBOUND)} opened and closed at once leave nothing`, async () => {
    let greatest = 0;
    for (let i = 0; i < UNBOUND; i++) {
      const s = i % 2 === 0 ? tcp(world) : udp(world);
      await world.ws.closesocket(s);
      greatest = Math.max(greatest, world.host.handles.size);
    }
    expect(greatest).toBe(before.handles);
    await expectNothingLeft();
  });

  it(`${String(BOUND)} bound ones leave nothing`, async () => {
    for (let i = 0; i < BOUND; i++) {
      const stream = tcp(world);
      bindLoopback(world, stream);
      if (i % 2 === 0) world.ws.listen(stream, 1);
      await Promise.all([world.ws.closesocket(stream), world.ws.closesocket(boundUdp(world))]);
    }
    await expectNothingLeft();
  });

  it(`${String(CONNECTED)} connections leave nothing`, async () => {
    const from = listener(world);
    for (let i = 0; i < CONNECTED; i++) {
      const { a, b } = await connectedPair(world, from);
      await world.ws.send(a, new Uint8Array(10), 10, 0);
      // Every third one is closed with data unread, which ends it by a reset.
      if (i % 3 !== 0) await world.ws.recv(b, new Uint8Array(10), 10, 0);
      await Promise.all([world.ws.closesocket(b), world.ws.closesocket(a)]);
    }
    await world.ws.closesocket(from.s);
    await expectNothingLeft();
  });

  it('calls that were interrupted leave nothing', async () => {
    for (let i = 0; i < CONNECTED; i++) {
      const from = listener(world);
      const { a, b } = await connectedPair(world, from);
      world.ws.setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, Uint8Array.of(0, 0, 1, 0), 4);
      const s = boundUdp(world);
      const set = new fd_set();
      FD_SET(a, set);
      const waiting = [
        world.ws.recv(a, new Uint8Array(1), 1, 0),
        world.ws.accept(from.s, null, null),
        world.ws.recvfrom(s, new Uint8Array(1), 1, 0, null, null),
        world.ws.select(0, set, null, null, new timeval(new Uint8Array(timeval.size).fill(1))),
      ];
      world.ws.WSARecv(b, [new WSABUF(1, new Uint8Array(1))], 1, null, ref(0), new OVERLAPPED(), null);
      await Promise.all([a, b, s, from.s].map((each) => world.ws.closesocket(each)));
      expect(await Promise.all(waiting)).toEqual([-1, -1, -1, -1]);
    }
    await expectNothingLeft();
  });

  it('connections that nobody accepts leave nothing', async () => {
    for (let i = 0; i < 20; i++) {
      const from = listener(world);
      const clients = await Promise.all([tcp(world), tcp(world), tcp(world)].map(async (s) => {
        await world.ws.connect(s, from.name, sockaddr_in.size);
        return s;
      }));
      await world.ws.closesocket(from.s);
      await Promise.all(clients.map((s) => world.ws.closesocket(s)));
    }
    await expectNothingLeft();
  });

  it('connects that fail leave nothing', async () => {
    const gone = listener(world);
    await world.ws.closesocket(gone.s);
    for (let i = 0; i < 50; i++) {
      const s = tcp(world);
      if (i % 2 === 0) setNonBlocking(world, s);
      await world.ws.connect(s, gone.name, sockaddr_in.size);
      await world.ws.closesocket(s);
    }
    await expectNothingLeft();
  });

  it('polled sockets keep no observer of a poll that is over', async () => {
    const s = boundUdp(world);
    const name = nameOf(world, s);
    const set = new fd_set();
    for (let i = 0; i < 200; i++) {
      set.fd_count = 0;
      FD_SET(s, set);
      expect(await world.ws.select(0, null, set, null, null)).toBe(1);
    }
    const waiting = world.ws.select(0, set, null, null, null);
    await world.ws.sendto(s, Uint8Array.of(1), 1, 0, name, sockaddr_in.size);
    expect(await waiting).toBe(1);
    await world.ws.closesocket(s);
    await expectNothingLeft();
  });

  it('WSACleanup closes what is open', async () => {
    const other = await startedWorld();
    const from = listener(other);
    await connectedPair(other, from);
    boundUdp(other);
    const waiting = other.ws.accept(from.s, null, null);
    await other.ws.WSACleanup();
    expect(await waiting).toBe(-1);
    expect([other.afd.endpoints.size, [...other.afd.ports.holdings()].length]).toEqual([0, 0]);
    await expectNothingLeft();
  });
});
