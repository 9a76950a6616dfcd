// Owns: the cases about bytes: order, exactness, back-pressure, half-closed connections.
// Does not own: how connections come about (streams.ts) and how they end (endings.ts).

import { type Case, CHUNK, checksum, pattern, queue } from './bench.js';
import { Answer, type StreamProbe } from './probes.js';

export const transferCases: readonly Case[] = [
  {
    name: 'bytes travel both ways',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      expect(await client.write(pattern(5))).toBeNull();
      expect(await server.read(5)).toEqual(pattern(5));
      expect(await server.write(pattern(7, 3))).toBeNull();
      expect(await client.read(7)).toEqual(pattern(7, 3));
    },
  },
  {
    name: 'chunks of one write arrive in order, without gaps',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      const chunks = [pattern(3), new Uint8Array(0), pattern(4000, 1), pattern(1, 2)];
      expect(await client.write(...chunks)).toBeNull();
      expect(await client.write(pattern(9, 5))).toBeNull();
      expect(await server.read(4013)).toEqual(Uint8Array.from([...chunks, pattern(9, 5)].flatMap((chunk) => [...chunk])));
    },
  },
  {
    name: 'an accepted connection reads nothing before attach, and loses nothing',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.dial(bench.listener());
      expect(await client.write(pattern(300))).toBeNull();
      // Another connection's round trip gives the bytes time to be delivered wrongly.
      const other = await bench.pair();
      await other.client.write(pattern(1));
      await other.server.read(1);
      expect(server.events).toEqual([]);
      server.transport.attach(server);
      expect(await server.read(300)).toEqual(pattern(300));
    },
  },
  {
    name: 'a write with nothing in it finds a living connection alive',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      expect(await client.write()).toBeNull();
      expect(await client.write(pattern(2))).toBeNull();
      expect(await server.read(2)).toEqual(pattern(2));
    },
  },
  {
    name: 'writing before there is a connection is answered ENOTCONN, later',
    async run(bench) {
      bench.expect(await bench.stream().write(pattern(1))).toBe('ENOTCONN');
    },
  },
  {
    name: 'a sink that answers false stops the reading; the writer feels it; resume drains exactly what was sent',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      server.reading = false;
      const chunk = pattern(CHUNK);
      const other = await bench.pair();
      let { count, answer } = queue(bench, client);
      const first = await server.next();
      if (first.type !== 'received') throw new Error(first.type);
      // What the driver and the peer still have room for is taken; then the writer waits.
      for (;;) {
        await other.client.write(pattern(1));
        await other.server.read(1);
        if (answer.value === undefined) break;
        const more = queue(bench, client);
        count += more.count;
        answer = more.answer;
      }
      expect(server.events).toEqual([]);

      server.reading = true;
      server.transport.resume();
      const rest = await server.read(count * CHUNK - first.data.length);
      expect(await answer.get()).toBeNull();
      const all = new Uint8Array(count * CHUNK);
      all.set(first.data);
      all.set(rest, first.data.length);
      for (let at = 0; at < all.length; at += CHUNK) {
        expect(checksum(all.subarray(at, at + CHUNK))).toBe(checksum(chunk));
      }
    },
  },
  {
    name: 'pause stops the reading and resume goes on',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      await client.write(pattern(1));
      await server.read(1);
      server.transport.pause();
      await client.write(pattern(2));
      const other = await bench.pair();
      await other.client.write(pattern(1));
      await other.server.read(1);
      expect(server.events).toEqual([]);
      server.transport.resume();
      expect(await server.read(2)).toEqual(pattern(2));
    },
  },
  {
    name: 'writes behind a queued one keep their order and are all answered',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      server.transport.pause();
      const { count, answer } = queue(bench, client);
      const behind = [pattern(10, 1), pattern(20, 2), pattern(30, 3)];
      const answers = behind.map((data) => {
        const each = new Answer(bench.watch);
        expect(client.transport.write([data], each.done)).toBe(false);
        return each;
      });
      server.transport.resume();
      await server.read(count * CHUNK);
      for (const data of behind) expect(await server.read(data.length)).toEqual(data);
      for (const each of [answer, ...answers]) expect(await each.get()).toBeNull();
    },
  },
  {
    name: 'sixteen megabytes arrive unchanged, in both directions at once',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      const size = 16 * 1024 * 1024;
      const [up, down] = [pattern(size, 1), pattern(size, 2)];
      const send = async (probe: StreamProbe, data: Uint8Array): Promise<void> => {
        for (let at = 0; at < size; at += 100_000) {
          expect(await probe.write(data.subarray(at, at + 50_000), data.subarray(at + 50_000, at + 100_000))).toBeNull();
        }
      };
      const [, , atServer, atClient] = await Promise.all([
        send(client, up),
        send(server, down),
        server.read(size),
        client.read(size),
      ]);
      expect(checksum(atServer)).toBe(checksum(up));
      expect(checksum(atClient)).toBe(checksum(down));
    },
  },
  {
    name: 'the connecting end can finish sending and still receive',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      await client.write(pattern(3));
      client.transport.shutdownWrite();
      expect(await server.read(3)).toEqual(pattern(3));
      expect(await server.next()).toEqual({ type: 'ended' });
      expect(await server.write(pattern(6))).toBeNull();
      expect(await client.read(6)).toEqual(pattern(6));
      server.transport.shutdownWrite();
      expect(await client.next()).toEqual({ type: 'ended' });
    },
  },
  {
    name: 'the accepting end can finish sending and still receive',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      server.transport.shutdownWrite();
      expect(await client.next()).toEqual({ type: 'ended' });
      expect(await client.write(pattern(6))).toBeNull();
      expect(await server.read(6)).toEqual(pattern(6));
    },
  },
  {
    name: 'finishing sends what is queued first',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      server.transport.pause();
      const { count, answer } = queue(bench, client);
      client.transport.shutdownWrite();
      server.transport.resume();
      await server.read(count * CHUNK);
      expect(await server.next()).toEqual({ type: 'ended' });
      expect(await answer.get()).toBeNull();
    },
  },
  {
    name: 'writing after finishing is an error',
    async run(bench) {
      const { client } = await bench.pair();
      client.transport.shutdownWrite();
      bench.expect(await client.write(pattern(1))).toBe('EPIPE');
    },
  },
  {
    name: 'urgent data is refused where it is not a capability',
    async run(bench) {
      if (bench.driver.capabilities.urgentData) return;
      const { client } = await bench.pair();
      bench.expect(client.transport.writeUrgent(1)).toBe('ENOTSUP');
    },
  },
  {
    name: 'urgent data arrives apart from the stream where it is a capability',
    async run(bench) {
      const { expect } = bench;
      if (!bench.driver.capabilities.urgentData || bench.family === 'unix') return;
      const { client, server } = await bench.pair();
      expect(client.transport.writeUrgent(0x21)).toBeNull();
      expect(await server.next()).toEqual({ type: 'urgent', byte: 0x21 });
    },
  },
];
