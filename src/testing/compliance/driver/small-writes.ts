// Owns: the cases about many small writes and many reads: a driver may gather and shorten as it likes, as long as nobody can
// tell.
// Does not own: what holds for a single write (transfer.ts).

import { type Bench, type Case, CHUNK, checksum, pattern, queue } from './bench.js';
import { Answer, type StreamProbe } from './probes.js';

/** Sizes around those that a driver may treat differently. */
const SIZES = [1, 2, 40, 300, 511, 512, 513, 1460, 5000];
const STREAMS = 12;
/** Far more small writes than any driver would keep back. */
const ROUNDS = 60;
/** What a connection that the peer has destroyed may be called. */
const DEAD = ['ECONNRESET', 'EPIPE'];

/** What has been written to one stream: all of it, in order. */
class Written {
  readonly probe: StreamProbe;
  readonly answers: Answer[] = [];
  readonly #parts: Uint8Array[] = [];
  readonly #bench: Bench;

  constructor(bench: Bench, probe: StreamProbe) {
    this.#bench = bench;
    this.probe = probe;
  }

  /** Writes, and spoils the memory at once if the driver says that it is free. Returns whether it said so. */
  write(...chunks: Uint8Array[]): boolean {
    this.#parts.push(...chunks.map((chunk) => chunk.slice()));
    const answer = new Answer(this.#bench.watch);
    if (this.probe.transport.write(chunks, answer.done)) {
      for (const chunk of chunks) chunk.fill(0xee);
      return true;
    }
    this.answers.push(answer);
    return false;
  }

  get all(): Uint8Array {
    const out = new Uint8Array(this.#parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** The peer gets all of it, and every write is answered. */
  async arrives(peer: StreamProbe): Promise<void> {
    const { all } = this;
    const { expect } = this.#bench;
    const got = await peer.read(all.length);
    expect(got.findIndex((byte, at) => byte !== all[at])).toBe(-1);
    for (const answer of this.answers) expect(await answer.get()).toBeNull();
  }
}

interface Line {
  readonly written: Written;
  readonly peer: StreamProbe;
}

async function lines(bench: Bench, count: number): Promise<Line[]> {
  const found: Line[] = [];
  for (let i = 0; i < count; i += 1) {
    const { client, server } = await bench.pair();
    // Either end may be the one that writes.
    const [from, to] = i % 2 === 0 ? [client, server] : [server, client];
    found.push({ written: new Written(bench, from), peer: to });
  }
  return found;
}

/** A round trip over a connection of its own: whatever was to be told by now is told. */
async function roundTrip(bench: Bench): Promise<void> {
  const { client, server, listener } = await bench.pair();
  await client.write(pattern(1));
  await server.read(1);
  await Promise.all([client.close(), server.close(), listener.close()]);
}

export const smallWriteCases: readonly Case[] = [
  {
    name: 'small writes to many streams in one run arrive whole and in order, and the memory is free at once',
    async run(bench) {
      const all = await lines(bench, STREAMS);
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [i, { written }] of all.entries()) written.write(pattern(1 + ((round * 7 + i) % 40), round + i));
      }
      for (const { written, peer } of all) await written.arrives(peer);
    },
  },
  {
    name: 'small writes among large ones and among several chunks keep their order',
    async run(bench) {
      const all = await lines(bench, STREAMS);
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [i, { written }] of all.entries()) {
          const size = SIZES[(round + i) % SIZES.length] ?? 1;
          if (round % 7 === 3) written.write(pattern(size, round), new Uint8Array(0), pattern(3, i));
          else if (round % 29 === 5) written.write(pattern(CHUNK, i));
          else written.write(pattern(size, round * i));
        }
      }
      for (const { written, peer } of all) await written.arrives(peer);
    },
  },
  {
    name: 'small answers to what has just come arrive, whoever else is written to',
    async run(bench) {
      const all = await lines(bench, 4);
      for (const { peer, written } of all) {
        const received = peer.received.bind(peer);
        peer.received = (buffer, length) => {
          for (const line of all) line.written.write(pattern(5, length), pattern(600, 1));
          written.write(pattern(9, 9));
          peer.received = received;
          return received(buffer, length);
        };
      }
      for (const { written } of all) written.write(pattern(3));
      await bench.watch.until(() => all.every(({ peer }) => !Object.hasOwn(peer, 'received') || peer.events.length > 0));
      for (const { written, peer } of all) await written.arrives(peer);
    },
  },
  {
    name: 'small writes right before finishing arrive',
    async run(bench) {
      const { expect } = bench;
      const all = await lines(bench, 3);
      for (const { written } of all) {
        for (let i = 0; i < 5; i += 1) written.write(pattern(10 + i, i));
        written.probe.transport.shutdownWrite();
      }
      for (const { written, peer } of all) {
        await written.arrives(peer);
        expect(await peer.next()).toEqual({ type: 'ended' });
      }
    },
  },
  {
    name: 'small writes right before closing arrive',
    async run(bench) {
      const { expect } = bench;
      const all = await lines(bench, 3);
      const closed = all.map(({ written }) => {
        for (let i = 0; i < 5; i += 1) written.write(pattern(10 + i, i));
        return written.probe.close();
      });
      for (const { written, peer } of all) {
        await written.arrives(peer);
        expect(await peer.next()).toEqual({ type: 'ended' });
      }
      expect(await Promise.all(closed)).toEqual(all.map(() => null));
    },
  },
  {
    name: 'small writes feel a peer that does not read, and none is lost or doubled',
    async run(bench) {
      const { expect } = bench;
      const [line, other] = await lines(bench, 2);
      if (line === undefined || other === undefined) throw new Error('no lines');
      line.peer.transport.pause();
      const { written, peer } = line;
      let count = 0;
      while (written.write(pattern(500, count))) {
        count += 1;
        if (count % 100 === 0) other.written.write(pattern(20, count));
        if (count > 1_000_000) throw new Error('500 MB and no back-pressure');
      }
      for (let i = 0; i < 5; i += 1) expect(written.write(pattern(30, i))).toBe(false);
      await other.written.arrives(other.peer);
      peer.transport.resume();
      await written.arrives(peer);
    },
  },
  {
    name: 'whoever is told that its bytes are taken may write again from there',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      const written = new Written(bench, client);
      server.transport.pause();
      const { count, answer } = queue(bench, client);
      let told = 0;
      const again = (error: string | null): void => {
        expect(error).toBeNull();
        told += 1;
        for (let i = 0; i < 3; i += 1) written.write(pattern(20, told * 3 + i));
        bench.watch.wake();
      };
      expect(client.transport.write([pattern(7)], again)).toBe(false);
      expect(client.transport.write([pattern(8)], again)).toBe(false);
      server.transport.resume();
      await server.read(count * CHUNK);
      expect(await server.read(7)).toEqual(pattern(7));
      expect(await server.read(8)).toEqual(pattern(8));
      await bench.watch.until(() => told === 2);
      await written.arrives(server);
      expect(await answer.get()).toBeNull();
    },
  },
  {
    name: 'a failed connection takes nothing, whatever is written to others',
    families: ['ipv4', 'ipv6'],
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      const [line] = await lines(bench, 1);
      for (let i = 0; i < 3; i += 1) await server.write(pattern(2));
      await client.read(6);
      client.transport.reset();
      expect(await server.next()).toMatchObject({ type: 'failed' });
      for (let i = 0; i < 3; i += 1) {
        line?.written.write(pattern(10));
        expect(await server.write(pattern(10))).not.toBeNull();
      }
      if (line !== undefined) await line.written.arrives(line.peer);
    },
  },
  {
    name: 'a connection that breaks under small writes is told of, and costs other streams nothing',
    families: ['ipv4', 'ipv6'],
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      const all = await lines(bench, 3);
      client.transport.reset();
      for (const { written } of all) written.write(pattern(5));
      for (let i = 0; i < 5; i += 1) {
        server.transport.write([pattern(10)], () => undefined);
        for (const { written } of all) written.write(pattern(20, i));
      }
      for (const { written, peer } of all) await written.arrives(peer);
      expect(await server.next()).toMatchObject({ type: 'failed' });
      expect(DEAD).toContain(await server.write(pattern(1)));
    },
  },
];

export const readCases: readonly Case[] = [
  {
    name: 'a sink may answer false to any read, and nothing comes before it resumes',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      const size = 10 * CHUNK;
      const data = pattern(size, 4);
      await client.write(pattern(1));
      await server.read(1);
      server.reading = false;
      const written = client.write(data);
      const out = new Uint8Array(size);
      for (let at = 0; at < size; ) {
        const event = await server.next();
        if (event.type !== 'received') throw new Error(event.type);
        out.set(event.data, at);
        at += event.data.length;
        await roundTrip(bench);
        expect(server.events).toEqual([]);
        server.transport.resume();
      }
      expect(checksum(out)).toBe(checksum(data));
      expect(await written).toBeNull();
    },
  },
  {
    name: 'pausing and resuming from inside a read loses nothing',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      const received = server.received.bind(server);
      let reads = 0;
      server.received = (buffer, length) => {
        reads += 1;
        if (reads % 2 === 0) {
          server.transport.pause();
          server.transport.resume();
        }
        return received(buffer, length);
      };
      const data = pattern(20 * CHUNK, 6);
      const written = client.write(data);
      expect(checksum(await server.read(data.length))).toBe(checksum(data));
      expect(await written).toBeNull();
    },
  },
  {
    name: 'the end comes after many reads, and not while reading is paused',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      for (let i = 1; i < 5; i += 1) {
        await client.write(pattern(i, i));
        expect(await server.read(i)).toEqual(pattern(i, i));
      }
      server.transport.pause();
      await client.write(pattern(7));
      client.transport.shutdownWrite();
      await roundTrip(bench);
      expect(server.events).toEqual([]);
      server.transport.resume();
      expect(await server.read(7)).toEqual(pattern(7));
      expect(await server.next()).toEqual({ type: 'ended' });
      // The other way is still open.
      await server.write(pattern(8));
      expect(await client.read(8)).toEqual(pattern(8));
    },
  },
  {
    name: 'an error comes after many reads',
    families: ['ipv4', 'ipv6'],
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      for (let i = 1; i < 5; i += 1) {
        await client.write(pattern(i, i));
        expect(await server.read(i)).toEqual(pattern(i, i));
      }
      client.transport.reset();
      expect(await server.next()).toEqual({ type: 'failed', error: 'ECONNRESET' });
    },
  },
];
