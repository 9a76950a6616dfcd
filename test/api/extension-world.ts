// What the tests of the extension functions share: a world on each driver, and short ways to begin and wait for
// operations. No test knowledge.
import { OVERLAPPED, STATUS_PENDING, ref, type SOCKET } from '../../src/abi/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { startedWorld, type World } from './world.js';

/** A started process on a driver, and the end of both. */
export interface DriverWorld {
  readonly world: World;
  end(): Promise<void>;
}

export const DRIVERS = ['node', 'sim'] as const;

export async function worldOn(driver: (typeof DRIVERS)[number]): Promise<DriverWorld> {
  if (driver === 'node') {
    const world = await startedWorld();
    return { world, end: () => world.host.dispose() };
  }
  const network = new SimNetwork({ seed: 7 });
  const { clock } = network;
  const world = await startedWorld({ driver: simDriver(network.host('host')), clock });
  return {
    world,
    end: async () => {
      await world.host.dispose();
      network.stop();
    },
  };
}

/** Waits for an operation: the bytes it moved, or the name of its error. */
export async function resultOf(world: World, s: SOCKET, overlapped: OVERLAPPED): Promise<number | string> {
  const bytes = ref(0);
  const ok = await world.ws.WSAGetOverlappedResult(s, overlapped, bytes, 1, ref(0));
  return ok === 1 ? bytes.value : world.lastError();
}

/** What a call that may be pending gave: 'TRUE', or the name of its error. */
export function said(world: World, result: number): string {
  return result === 1 ? 'TRUE' : world.lastError();
}

export const pending = (overlapped: OVERLAPPED): boolean => overlapped.Internal === STATUS_PENDING;

/** Room for an IPv4 address in AcceptEx's buffer. */
export const ROOM = 32;

/** An AcceptEx that was begun. */
export interface Accepting {
  readonly s: SOCKET;
  readonly overlapped: OVERLAPPED;
  readonly buffer: Uint8Array;
  readonly said: string;
}

/** Begins an AcceptEx with room for `data` bytes. */
export function beginAccept(world: World, listener: SOCKET, s: SOCKET, data = 0): Accepting {
  const overlapped = new OVERLAPPED();
  const buffer = new Uint8Array(data + 2 * ROOM).fill(0xa5);
  const result = world.ws.AcceptEx(listener, s, buffer, data, ROOM, ROOM, ref(0), overlapped);
  return { s, overlapped, buffer, said: said(world, result) };
}
