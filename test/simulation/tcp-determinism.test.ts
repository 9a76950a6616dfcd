// The same seed gives the same capture, byte for byte; and nothing going on costs nothing.
import { describe, expect, it } from 'vitest';
import { SOL_SOCKET, SO_KEEPALIVE } from 'winsock2';
import { createNetwork, type Network } from 'winsock2/testing';
import { close, connected, drain, receive, send, set } from './tcp-world.js';
import '../testing/expect.js';

const BAD_LINK = { latencyMs: 15, jitterMs: 10, loss: 0.05, duplicate: 0.05, reorder: 0.05, corrupt: 0.02 };

/** A conversation over a bad link, with a partition in it, as a file for Wireshark. */
async function conversation(seed: number): Promise<Uint8Array> {
  using net = createNetwork({ seed, ...BAD_LINK });
  const capture = net.capture();
  await net.run(async () => {
    const { client: c, server: s } = await connected(net.host('client'), net.host('server'));
    const sending = send(c, new Uint8Array(50_000).map((_, i) => i));
    expect(await drain(s, 50_000)).toBe(50_000);
    await sending;
    const partition = net.partition('client', 'server');
    await send(s, 'are you there?');
    await net.sleep(1500);
    partition.heal();
    expect(await receive(c)).toBe('are you there?');
    await close(c);
    await receive(s);
    await close(s);
    await net.sleep(5000);
  });
  return capture.toPcapng();
}

describe('a seed', () => {
  it('gives the same capture each time, byte for byte', async () => {
    const [first, second] = [await conversation(7), await conversation(7)];
    expect(first.length).toBeGreaterThan(50_000);
    expect(Buffer.from(first).equals(second)).toBe(true);
  });

  it('gives another one than the next seed', async () => {
    expect(Buffer.from(await conversation(7)).equals(await conversation(8))).toBe(false);
  });

  it('gives the same capture while another network is at work', async () => {
    const alone = await conversation(7);
    const [beside] = await Promise.all([conversation(7), conversation(9), conversation(10)]);
    expect(Buffer.from(beside).equals(alone)).toBe(true);
  });
});

describe('a day', () => {
  const DAY = 86_400_000;

  /** How many events the clock has on a day, that of the one who waits for its end left out. */
  async function eventsOfADay(net: Network): Promise<number> {
    let events = 0;
    const { clock } = net;
    // Every event is seen at the instant that it moves the clock to.
    const enter = clock.enter.bind(clock);
    clock.enter = (event, due) => {
      events += 1;
      enter(event, due);
    };
    const before = clock.now();
    await net.sleep(DAY);
    expect(clock.now() - before).toBe(DAY);
    // Read before anything else is entered.
    return events - 1;
  }

  it('with an idle connection is no event at all, once the handshake has settled', async () => {
    using net = createNetwork();
    await net.run(
      async () => {
        await connected(net.host('client'), net.host('server'));
        await net.sleep(1000);
        expect(await eventsOfADay(net)).toBe(0);
        expect(net.hosts.get('client')?.netstat()).toHaveSocket({ state: 'ESTABLISHED' });
      },
      { limitMs: 2 * DAY },
    );
  });

  it('with keep-alive on is a probe and its answer every two hours', async () => {
    using net = createNetwork();
    await net.run(
      async () => {
        const { client: c } = await connected(net.host('client'), net.host('server'));
        set(c, SOL_SOCKET, SO_KEEPALIVE, 1);
        await net.sleep(1000);
        const capture = net.capture();
        const events = await eventsOfADay(net);
        expect(capture.packets).toHaveLength(2 * 12);
        expect(events).toBeLessThanOrEqual(5 * 12);
      },
      { limitMs: 2 * DAY },
    );
  });

  it('with connections in TIME_WAIT is their end and nothing else', async () => {
    using net = createNetwork();
    await net.run(
      async () => {
        const [client, server] = [net.host('client'), net.host('server')];
        for (let i = 0; i < 5; i += 1) {
          const { client: c, server: s } = await connected(client, server);
          await close(c);
          await receive(s);
          await close(s);
        }
        await net.sleep(1000);
        expect(client.netstat().filter({ state: 'TIME_WAIT' })).toHaveLength(5);
        expect(await eventsOfADay(net)).toBeLessThanOrEqual(5);
        expect(client.netstat().rows).toEqual([]);
      },
      { limitMs: 2 * DAY },
    );
  });
});
