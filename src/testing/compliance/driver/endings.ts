// Owns: the cases about how connections end: closing, resetting, and what the other end sees.
// Does not own: half-closed connections, which go on (transfer.ts).

import { type Bench, type Case, CHUNK, localOf, pattern, queue } from './bench.js';
import { Answer, type StreamProbe } from './probes.js';

/** What a connection that the peer has destroyed may be called. */
const DEAD = ['ECONNRESET', 'EPIPE'];

/** Writes single bytes until the connection is found dead; each write waits for the loop to turn over. */
async function writeUntilDead(bench: Bench, probe: StreamProbe): Promise<string> {
  for (let i = 0; i < 100; i += 1) {
    const error = await probe.write(pattern(1));
    if (error !== null) return error;
    const other = await bench.pair();
    await other.client.write(pattern(1));
    await other.server.read(1);
    await Promise.all([other.client.close(), other.server.close(), other.listener.close()]);
  }
  return 'still alive';
}

export const endingCases: readonly Case[] = [
  {
    name: 'closing is the end of the stream for the peer',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      await client.write(pattern(4));
      expect(await client.close()).toBeNull();
      expect(await server.read(4)).toEqual(pattern(4));
      expect(await server.next()).toEqual({ type: 'ended' });
    },
  },
  {
    name: 'closing delivers what is queued',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      server.transport.pause();
      const { count, answer } = queue(bench, client);
      const closed = new Answer(bench.watch);
      client.transport.close(closed.done);
      server.transport.resume();
      await server.read(count * CHUNK);
      expect(await server.next()).toEqual({ type: 'ended' });
      expect(await closed.get()).toBeNull();
      expect(await answer.get()).toBeNull();
    },
  },
  {
    name: 'what the peer sends meanwhile does not cost it what is queued',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      server.transport.pause();
      const count = queue(bench, client).count;
      const closed = new Answer(bench.watch);
      client.transport.close(closed.done);
      expect(await server.write(pattern(1000))).toBeNull();
      server.transport.resume();
      await server.read(count * CHUNK);
      expect(await server.next()).toEqual({ type: 'ended' });
      expect(await closed.get()).toBeNull();
    },
  },
  {
    name: 'closing after the connection broke with bytes queued is answered',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      server.transport.pause();
      const { answer } = queue(bench, client);
      server.transport.reset();
      const closed = new Answer(bench.watch);
      const failed = client.failed.bind(client);
      client.failed = (error) => {
        failed(error);
        client.transport.close(closed.done);
      };
      expect(await client.next()).toMatchObject({ type: 'failed' });
      expect(await closed.get()).toBeNull();
      expect(await answer.get()).not.toBeNull();
    },
  },
  {
    name: 'closing tells when queued bytes are lost',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      server.transport.pause();
      const { answer: written } = queue(bench, client);
      const closed = new Answer(bench.watch);
      client.transport.close(closed.done);
      server.transport.reset();
      expect(DEAD).toContain(await closed.get());
      expect(DEAD).toContain(await written.get());
    },
  },
  {
    name: 'what arrives after closing is answered by a reset',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      await client.close();
      expect(await server.next()).toEqual({ type: 'ended' });
      expect(DEAD).toContain(await writeUntilDead(bench, server));
      expect(await server.next()).toMatchObject({ type: 'failed', error: expect.stringMatching(/ECONNRESET|EPIPE/) as string });
    },
  },
  {
    name: 'an empty write finds a dead connection dead',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      await client.close();
      expect(await server.next()).toEqual({ type: 'ended' });
      await writeUntilDead(bench, server);
      expect(DEAD).toContain(await server.write());
    },
  },
  {
    name: 'a reset by the connecting end breaks the accepting end',
    async run(bench) {
      const { client, server } = await bench.pair();
      client.transport.reset();
      bench.expect(await server.next()).toEqual({ type: 'failed', error: 'ECONNRESET' });
    },
  },
  {
    name: 'a reset by the accepting end breaks the connecting end',
    async run(bench) {
      const { client, server } = await bench.pair();
      server.transport.reset();
      bench.expect(await client.next()).toEqual({ type: 'failed', error: 'ECONNRESET' });
    },
  },
  {
    name: 'a reset drops what is queued and answers its writes',
    async run(bench) {
      const { client, server } = await bench.pair();
      server.transport.pause();
      const { answer: written } = queue(bench, client);
      client.transport.reset();
      bench.expect(await written.get()).not.toBeNull();
    },
  },
  {
    name: 'a reset right after finishing is still a reset',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      client.transport.shutdownWrite();
      client.transport.reset();
      const first = await server.next();
      // The FIN may have been seen first; a connection that is only half closed would still take writes.
      if (first.type === 'ended') expect(DEAD).toContain(await writeUntilDead(bench, server));
      else expect(first).toEqual({ type: 'failed', error: 'ECONNRESET' });
    },
  },
  {
    name: 'after a reset by the peer writing is an error',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      client.transport.reset();
      await server.next();
      expect(await server.write(pattern(1))).not.toBeNull();
      expect(await server.write()).not.toBeNull();
    },
  },
  {
    name: 'closing a held connection ends the peer',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.dial(bench.listener());
      expect(await server.close()).toBeNull();
      expect(await client.next()).toEqual({ type: 'ended' });
    },
  },
  {
    name: 'resetting a held connection breaks the peer',
    async run(bench) {
      const { client, server } = await bench.dial(bench.listener());
      server.transport.reset();
      bench.expect(await client.next()).toEqual({ type: 'failed', error: 'ECONNRESET' });
    },
  },
  {
    name: 'a connection outlives its listener',
    async run(bench) {
      const { expect } = bench;
      const { client, server, listener } = await bench.pair();
      expect(await listener.close()).toBeNull();
      await client.write(pattern(8));
      expect(await server.read(8)).toEqual(pattern(8));
    },
  },
  {
    name: 'nobody reaches a closed listener',
    async run(bench) {
      const { expect } = bench;
      const listener = bench.listener();
      const address = localOf(listener);
      expect(await listener.close()).toBeNull();
      const client = bench.stream();
      expect(client.transport.connect(address)).toBeNull();
      expect(await client.next()).toMatchObject({
        type: 'connectFailed',
        error: bench.family === 'unix' ? (expect.stringMatching(/ENOENT|ECONNREFUSED/) as string) : 'ECONNREFUSED',
      });
    },
  },
  {
    name: 'closing twice, and resetting after closing, is harmless',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      expect(await client.close()).toBeNull();
      expect(await client.close()).toBeNull();
      client.transport.reset();
      expect(await server.next()).toMatchObject({ type: expect.stringMatching(/ended|failed/) as string });
    },
  },
  {
    name: 'a transport that was only opened or bound closes',
    async run(bench) {
      const { expect } = bench;
      expect(await bench.stream().close()).toBeNull();
      expect(await bench.bound().close()).toBeNull();
    },
  },
  {
    name: 'a sink may close its transport from inside a call',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      const closed = new Answer(bench.watch);
      const received = server.received.bind(server);
      server.received = (buffer, length) => {
        received(buffer, length);
        server.transport.close(closed.done);
        return true;
      };
      await client.write(pattern(10));
      expect(await closed.get()).toBeNull();
      expect(await client.next()).toEqual({ type: 'ended' });
    },
  },
];
