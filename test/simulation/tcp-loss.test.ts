// What lost packets cost, in packets and in time.
import { describe, expect, it } from 'vitest';
import { IPPROTO_TCP, TCP_NODELAY, TCP_MAXRT, TCP_MAXRTMS } from 'winsock2';
import { createNetwork } from 'winsock2/testing';
import { DELAYED_ACK, LATENCY, ROUND_TRIP, Wire, connected, drain, figures, onTwoHosts, receive, send, set } from './tcp-world.js';
import '../testing/expect.js';

/** The least retransmission timeout. */
const LEAST = 300;

describe('data that nobody acknowledges', () => {
  it(
    'are sent five times more, each time after twice the time, and then the connection is given up: WSAETIMEDOUT',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      await net.sleep(1000);
      net.partition(client, server);
      wire.clear();
      const before = net.clock.now();
      expect(await send(c, 'hello')).toBe(5);
      expect(await receive(c)).toBe('<WSAETIMEDOUT>');
      expect(net.clock.now() - before).toBe(63 * LEAST);
      expect(wire.take()).toEqual([0, 1, 3, 7, 15, 31].map((n) => `${n * LEAST} client P. 1:6(5) ack 1 !`));
      expect(client.netstat().rows).toEqual([]);
      expect(await send(c, 'more')).toBe('WSAETIMEDOUT');
    }),
  );

  it(
    'are given up after TCP_MAXRT seconds, or TCP_MAXRTMS milliseconds',
    onTwoHosts(async ({ net, client, server }) => {
      for (const [option, value, ms] of [
        [TCP_MAXRT, 4, 4000],
        [TCP_MAXRTMS, 2500, 2500],
      ] as const) {
        const { client: c } = await connected(client, server);
        set(c, IPPROTO_TCP, option, value);
        const partition = net.partition(client, server);
        const before = net.clock.now();
        await send(c, 'hello');
        expect(await receive(c)).toBe('<WSAETIMEDOUT>');
        expect(net.clock.now() - before).toBe(ms);
        partition.heal();
      }
    }),
  );

  it(
    'are sent again for ever where TCP_MAXRT is -1',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      set(c, IPPROTO_TCP, TCP_MAXRT, -1);
      const partition = net.partition(client, server);
      await send(c, 'hello');
      await net.sleep(500_000);
      partition.heal();
      expect(await receive(s)).toBe('hello');
      // Timeouts do not grow beyond a minute.
      expect(partition.hits).toBeGreaterThan(10);
    }),
  );

  it(
    'arrive once the partition is healed, with the next attempt',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      const partition = net.partition(client, server);
      const before = net.clock.now();
      await send(c, 'hello');
      await net.sleep(2000);
      partition.heal();
      expect(await receive(s)).toBe('hello');
      // Sent at 0, 300, 900 and 2100 ms.
      expect(net.clock.now() - before).toBe(7 * LEAST + LATENCY);
    }),
  );
});

describe('a partition in one direction', () => {
  it(
    'of acknowledgments: the data arrive once, though they are sent again and again',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      const partition = net.partition(server, client, { oneWay: true });
      wire.clear();
      await send(c, 'hello');
      expect(await receive(s)).toBe('hello');
      const more = receive(s);
      await net.sleep(2000);
      partition.heal();
      const sent = wire.take().filter((line) => line.includes('client'));
      expect(sent).toEqual([0, 1, 3].map((n) => `${n * LEAST} client P. 1:6(5) ack 1`));
      await send(c, 'once');
      expect(await more).toBe('once');
    }),
  );

  it(
    'ends in WSAETIMEDOUT for the end that is not heard, and the other end, which only hears, notices nothing',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      net.partition(client, server, { oneWay: true });
      expect(await send(s, 'do you hear me?')).toBe(15);
      expect(await receive(c)).toBe('do you hear me?');
      expect(await receive(s)).toBe('<WSAETIMEDOUT>');
      // The reset, which is not sent when a connection is given up, would have told it.
      expect(client.netstat()).toHaveSocket({ state: 'ESTABLISHED' });
    }),
  );
});

describe('one lost segment of many', () => {
  const SIZE = 100_000;

  it('is sent again a round trip later, when those behind it have been heard of, and costs no timeout', async () => {
    const transfer = async (lose: boolean): Promise<{ ms: number; lines: readonly string[]; info: Awaited<ReturnType<typeof figures>> }> => {
      using net = createNetwork({ latencyMs: LATENCY });
      const [client, server] = [net.host('client'), net.host('server')];
      return await net.run(async () => {
        const { client: c, server: s } = await connected(client, server);
        if (lose) {
          const when = ({ payloadLength }: { payloadLength: number }): boolean => payloadLength > 1000;
          net.rule({ name: 'one lost', from: client, when, skip: 2, times: 1, verdict: 'drop' });
        }
        await net.sleep(1000);
        const wire = new Wire(net);
        const before = net.clock.now();
        const sending = send(c, new Uint8Array(SIZE));
        expect(await drain(s, SIZE)).toBe(SIZE);
        const ms = net.clock.now() - before;
        await sending;
        await net.sleep(1000);
        return { ms, lines: wire.take(), info: await figures(c) };
      });
    };
    const [clean, lossy] = [await transfer(false), await transfer(true)];
    expect(clean.info.BytesRetrans).toBe(0);
    expect(lossy.info).toMatchObject({ FastRetrans: 1, TimeoutEpisodes: 0, BytesRetrans: 1460 });
    const lost = lossy.lines.filter((line) => line.endsWith('!'));
    expect(lost).toHaveLength(1);
    const which = /\d+:\d+\(1460\)/.exec(lost[0] ?? '')?.[0] ?? 'none';
    const [first = 0, second = 0] = lossy.lines.filter((line) => line.includes(which)).map((line) => Number.parseFloat(line));
    expect(second - first).toBe(ROUND_TRIP);
    // A few round trips, for the window was halved early: less than the timeout alone.
    expect(lossy.ms).toBeGreaterThan(clean.ms);
    expect(lossy.ms - clean.ms).toBeLessThan(LEAST);
  });

  it(
    'that is the last one costs the timeout, for nothing behind it tells',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      set(c, IPPROTO_TCP, TCP_NODELAY, 1);
      await net.sleep(1000);
      net.rule({ name: 'the last lost', from: client, when: ({ payloadLength }) => payloadLength === 540, times: 1, verdict: 'drop' });
      const before = net.clock.now();
      await send(c, new Uint8Array(2000));
      expect(await drain(s, 2000)).toBe(2000);
      // The timer was started anew by the acknowledgment of the first segment, which had waited for a second one.
      expect(net.clock.now() - before).toBe(ROUND_TRIP + DELAYED_ACK + LEAST + LATENCY);
      expect(await figures(c)).toMatchObject({ FastRetrans: 0, TimeoutEpisodes: 1, BytesRetrans: 540 });
    }),
  );

  it(
    'a corrupted one is as good as lost',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      net.rule({ name: 'corrupted', from: client, when: ({ payloadLength }) => payloadLength > 0, times: 1, verdict: 'corrupt' });
      await send(c, 'as it was');
      expect(await receive(s)).toBe('as it was');
      expect((await figures(c)).BytesRetrans).toBe(9);
    }),
  );

  it(
    'duplicates and packets out of order are no loss and reach the program in order',
    onTwoHosts(
      async ({ client, server }) => {
        const { client: c, server: s } = await connected(client, server);
        const text = Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join('');
        const sending = send(c, text);
        let got = '';
        while (got.length < text.length) got += await receive(s);
        expect(got).toBe(text);
        await sending;
      },
      { duplicate: 0.3, reorder: 0.3 },
    ),
  );
});
