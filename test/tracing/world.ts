// Owns: two hosts with Winsock started, and the events that they make. No test knowledge.
import { World, api, dial, endpoint, listenOn, start, type Machine } from '../simulation/world.js';

export { api, dial, endpoint, listenOn };

/** Host `a` is the client, `b` the server; 10 ms lie between them. */
export interface Net {
  readonly world: World;
  readonly a: Machine;
  readonly b: Machine;
}

export interface Connection {
  readonly listener: api.SOCKET;
  /** At `a`. */
  readonly client: api.SOCKET;
  /** At `b`. */
  readonly server: api.SOCKET;
}

export const LATENCY = 10;

/** Runs `body` on two hosts. */
export async function onNetwork<T>(body: (net: Net) => Promise<T>): Promise<T> {
  const world = new World({ seed: 1 }, 'a', 'b');
  const [a, b] = [world.machine('a'), world.machine('b')];
  world.network.link('a', 'b', { latencyMs: LATENCY });
  const whole = async (): Promise<T> => {
    await Promise.all([a.run(start), b.run(start)]);
    return await body({ world, a, b });
  };
  try {
    return await world.until(whole(), 600_000);
  } finally {
    world.end();
  }
}

/** A connection from `a` to port 80 of `b`. */
export async function connected({ a, b }: Net): Promise<Connection> {
  const listener = b.run(() => listenOn(80));
  const [server, { s }] = await Promise.all([
    b.run(() => api.accept(listener, null, null)),
    a.run(() => dial(b.address, 80)),
  ]);
  return { listener, client: s, server };
}

/** The events of both hosts while `cause` runs, and of what it leaves behind for a second. */
export async function eventsOf(
  cause: (net: Net) => Promise<unknown>,
  level: api.EventLevel = api.TRACE_LEVEL_VERBOSE,
): Promise<api.WinsockEvent[]> {
  const heard: api.WinsockEvent[] = [];
  const stop = api.listenToEvents((event) => heard.push(event), { level });
  try {
    await onNetwork(async (net) => {
      await cause(net);
      await net.world.sleep(1000);
    });
  } finally {
    stop();
  }
  return heard;
}
