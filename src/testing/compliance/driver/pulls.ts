// Owns: the cases about datagrams that are taken before the sink is told of them (capability pullDatagrams), with and
// without the capability.
// Does not own: what a sink is told (datagrams.ts).

import type { DriverError } from '../../../drivers/sim/index.js';
import { type Bench, type Case, localOf, pattern, SOLE } from './bench.js';
import type { DatagramProbe } from './probes.js';

const ROOM = 65_536;

/** A datagram or an error, and whether the sink was told of it or it was pulled. */
interface Taken {
  readonly by: 'sink' | 'pull';
  readonly what: Uint8Array | DriverError;
}

/** Takes one, or null. */
function pull({ transport }: DatagramProbe, room = ROOM): Taken['what'] | null {
  const into = new Uint8Array(room);
  const pulled = transport.pull(into);
  return typeof pulled === 'number' ? into.slice(0, pulled) : pulled;
}

/** Has `probe` pull all that is there whenever it is told of a datagram; the list is of both, in the order of their coming. */
function pulling(probe: DatagramProbe, room = ROOM): Taken[] {
  const all: Taken[] = [];
  const received = probe.received.bind(probe);
  probe.received = (data, from, info) => {
    all.push({ by: 'sink', what: Uint8Array.from(data) });
    for (let next = pull(probe, room); next !== null; next = pull(probe, room)) all.push({ by: 'pull', what: next });
    received(data, from, info);
  };
  return all;
}

/** What the list holds once so many are in it. */
async function taken(probe: DatagramProbe, all: Taken[], count: number): Promise<Taken['what'][]> {
  while (all.length < count) await probe.receive();
  return all.map(({ what }) => what);
}

const able = (bench: Bench): boolean => bench.driver.capabilities.pullDatagrams;

export const pullCases: readonly Case[] = [
  {
    name: 'pullDatagrams: what is there is taken in order, and never twice',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      const all = pulling(b);
      const sizes = [1, 500, 0, 9000, 2, 0, 65_000, 3];
      for (const size of sizes) expect(await a.send(localOf(b), pattern(size, size))).toBeNull();
      expect(await taken(b, all, sizes.length)).toEqual(sizes.map((size) => pattern(size, size)));
      expect(all.some(({ by }) => by === 'pull')).toBe(able(bench));
    },
  },
  {
    name: 'pullDatagrams: what is longer than the memory is cut off, and does not come again',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      const all = pulling(b, 4);
      for (const size of [1, 10, 2]) await a.send(localOf(b), pattern(size));
      const lengths = (await taken(b, all, 3)).map((one) => one.length);
      expect(lengths).toEqual(able(bench) ? [1, 4, 2] : [1, 10, 2]);
    },
  },
  {
    name: 'pullDatagrams: there is nothing to pull before bind, when nothing has come, and after close',
    run(bench) {
      const { expect } = bench;
      const [unbound, bound, closed] = [bench.datagram(), bench.boundDatagram(), bench.boundDatagram()];
      closed.transport.close();
      expect([pull(unbound), pull(bound), pull(closed)]).toEqual([null, null, null]);
    },
  },
  {
    name: 'pullDatagrams: a connected transport gives what its peer sent, and nothing of others',
    async run(bench) {
      const { expect } = bench;
      const [a, b, stranger] = [bench.boundDatagram(), bench.boundDatagram(), bench.boundDatagram()];
      expect(a.transport.connect(localOf(b))).toBeNull();
      const all = pulling(a);
      // It may be the driver and not the system that turns strangers away once a connected transport has sent elsewhere.
      for (const round of [1, 2]) {
        for (const size of [1, 2, 3]) {
          await stranger.send(localOf(a), pattern(9));
          await b.send(localOf(a), pattern(size * round));
        }
        const heard = await taken(a, all, 3);
        expect(heard).toEqual([1, 2, 3].map((size) => pattern(size * round)));
        all.length = 0;
        expect(await a.send(localOf(stranger), pattern(1))).toBeNull();
      }
    },
  },
  {
    name: 'pullDatagrams: an error comes in its place, by one way only',
    async run(bench) {
      const { expect } = bench;
      const gone = bench.boundDatagram();
      const a = bench.datagram();
      expect(a.transport.bind(bench.address(), SOLE)).toBeNull();
      expect(a.transport.connect(localOf(gone))).toBeNull();
      gone.transport.close();
      expect(await a.send(null, pattern(1))).toBeNull();
      // Where the network answers at once the error is there, elsewhere it is told later.
      const error = pull(a);
      if (error === null) expect(await a.next()).toEqual({ type: 'failed', error: 'ECONNREFUSED' });
      else expect(error).toBe('ECONNREFUSED');
      expect(pull(a)).toBeNull();
      expect(a.events).toEqual([]);
    },
  },
];
