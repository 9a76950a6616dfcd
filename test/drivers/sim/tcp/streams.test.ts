// Whole streams between two hosts whose network loses, doubles, delays and reorders packets.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { NetAddress, StreamTransport } from '../../../../src/drivers/contract.js';
import { Random } from '../../../../src/drivers/sim/random.js';
import { SimStream } from '../../../../src/drivers/sim/sockets/stream.js';
import { joined, Sink } from './sink.js';
import { Net, type TestIp } from './two-hosts.js';

const ADDRESS: NetAddress = { family: 'ipv4', address: '10.0.0.1', port: 80, scopeId: 0 };

/** A server that takes connections, and a client. */
class Pair {
  readonly net = new Net();
  readonly serverHost: TestIp;
  readonly clientHost: TestIp;
  readonly listener: SimStream;
  readonly client: SimStream;
  readonly clientSink = new Sink();
  readonly serverSink = new Sink();
  server: StreamTransport | null = null;

  constructor(seed: number) {
    this.serverHost = this.net.host(new Random(seed), '10.0.0.1');
    this.clientHost = this.net.host(new Random(seed + 1), '10.0.0.2');
    const accepting = new Sink();
    accepting.onAccepted = (connection) => {
      this.server = connection;
      connection.attach(this.serverSink);
    };
    this.listener = new SimStream(this.serverHost.tcp, 'ipv4', accepting);
    this.listener.bind(ADDRESS, { v6Only: false, shared: false });
    this.listener.listen(5);
    this.client = new SimStream(this.clientHost.tcp, 'ipv4', this.clientSink);
  }

  async connect(): Promise<this> {
    this.client.connect(ADDRESS);
    await this.net.after(100);
    expect(this.clientSink.take()).toEqual(['connected']);
    return this;
  }

  rows(): (string | null)[] {
    return this.net.hosts.flatMap((host) => [...host.tcp.rows()]).map(({ state }) => state);
  }
}

interface Faults {
  readonly seed: number;
  readonly loss: number;
  readonly double: number;
  readonly jitter: number;
}

/** Up to 25 % of packets are lost, some come twice, and each is late by chance. */
const faults = fc.record({
  seed: fc.nat({ max: 1_000_000 }),
  loss: fc.constantFrom(0, 0.01, 0.05, 0.15, 0.25),
  double: fc.constantFrom(0, 0.05),
  jitter: fc.constantFrom(0, 2000, 40_000),
});

function disturb(net: Net, { seed, loss, double, jitter }: Faults): void {
  const chance = new Random(seed);
  const late = (): number => net.delay + (jitter === 0 ? 0 : chance.below(jitter));
  net.fate = () => {
    if (chance.chance(loss)) return [];
    return chance.chance(double) ? [late(), late()] : [late()];
  };
}

/** Writes `sizes` one after another, each when the one before was taken, then shuts down. */
function feed(stream: StreamTransport, sizes: readonly number[], written: Uint8Array[]): void {
  const queue = [...sizes];
  let total = 0;
  const next = (error: string | null): void => {
    while (error === null) {
      const size = queue.shift();
      if (size === undefined) {
        stream.shutdownWrite();
        return;
      }
      const chunk = new Uint8Array(size);
      for (let i = 0; i < size; i += 1) chunk[i] = (total + i) * 13 + ((total + i) >>> 8);
      total += size;
      written.push(chunk);
      if (!stream.write([chunk], next)) return;
    }
  };
  next(null);
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 90_000 })), { maxLength: 8 });

/** Whether a sink has got the beginning of what was written, or all of it. */
function begins(written: readonly Uint8Array[], sink: Sink, whole: boolean): boolean {
  const [all, got] = [joined(written), sink.data];
  if (got.length > all.length || (whole && got.length < all.length)) return false;
  return got.every((byte, i) => byte === all[i]);
}

describe('streams over a bad network', () => {
  test.prop([faults, sizes, sizes, fc.boolean()], { numRuns: 40 })(
    'arrive whole and in order both ways and end, or both ends are told why not; nothing is left',
    async (bad, up, down, checksums) => {
      const pair = new Pair(bad.seed);
      pair.net.checksums = checksums;
      pair.net.delay = 5000;
      disturb(pair.net, bad);
      const [sentUp, sentDown]: [Uint8Array[], Uint8Array[]] = [[], []];
      pair.clientSink.note = (event) => {
        if (event === 'connected') feed(pair.client, up, sentUp);
        else if (/ended|ailed/.test(event)) Sink.prototype.note.call(pair.clientSink, event);
      };
      pair.serverSink.note = (event) => {
        if (/ended|ailed/.test(event)) Sink.prototype.note.call(pair.serverSink, event);
      };
      pair.client.connect(ADDRESS);
      const waiting = setServer(pair, down, sentDown);
      await pair.net.idle();
      waiting();
      const ends = [pair.clientSink.take(), pair.serverSink.take()];
      if (ends.every((events) => events.length === 1 && events[0] === 'ended')) {
        expect(begins(sentUp, pair.serverSink, true)).toBe(true);
        expect(begins(sentDown, pair.clientSink, true)).toBe(true);
      } else {
        // Only a path as bad as this may have killed it, and then by a time-out or its consequence.
        expect(bad.loss).toBeGreaterThanOrEqual(0.05);
        for (const event of ends.flat()) expect(event).toMatch(/ended|ETIMEDOUT|ECONNRESET/);
        expect(begins(sentUp, pair.serverSink, false)).toBe(true);
        expect(begins(sentDown, pair.clientSink, false)).toBe(true);
      }
      expect(pair.net.clock.pending).toBe(0);
    },
  );

  test.prop([fc.nat({ max: 1_000_000 })], { numRuns: 20 })(
    'of a reader that stops and goes on arrive whole and in order',
    async (seed) => {
      const pair = await new Pair(seed).connect();
      disturb(pair.net, { seed, loss: 0.02, double: 0.02, jitter: 5000 });
      const chance = new Random(seed);
      const sent: Uint8Array[] = [];
      pair.serverSink.onReceived = () => {
        pair.serverSink.reading = chance.chance(0.7);
        if (!pair.serverSink.reading) pair.net.clock.setTimer(chance.below(500), () => pair.server!.resume());
      };
      pair.server!.set('receiveBuffer', 10_000);
      feed(pair.client, [30_000, 200_000, 5, 60_000], sent);
      await pair.net.idle();
      expect(begins(sent, pair.serverSink, true)).toBe(true);
    },
  );
});

/** The server's half starts when the server is there; the result ends the waiting. */
function setServer(pair: Pair, down: readonly number[], sent: Uint8Array[]): () => void {
  let told = false;
  const attach = (): void => {
    if (told || pair.server === null) return;
    told = true;
    feed(pair.server, down, sent);
  };
  const { tap } = pair.net;
  pair.net.tap = () => {
    attach();
  };
  return () => {
    pair.net.tap = tap;
  };
}

describe('the sink', () => {
  it('is told nothing from inside the call that caused it', async () => {
    const pair = await new Pair(1).connect();
    pair.server!.pause();
    pair.client.write([new Uint8Array(100)], () => undefined);
    await pair.net.after(100);
    pair.server!.resume();
    expect(pair.serverSink.take()).toEqual([]);
    await pair.net.after(0);
    expect(pair.serverSink.take()).toEqual(['received 100']);
    let told = false;
    pair.client.reset();
    expect(pair.client.write([Uint8Array.of(1)], () => (told = true))).toBe(false);
    expect(told).toBe(false);
    await pair.net.idle();
    expect(told).toBe(true);
  });

  it('is told nothing after close or reset, whatever it does in between', async () => {
    for (const end of ['close', 'reset'] as const) {
      const pair = await new Pair(1).connect();
      pair.serverSink.onReceived = () => {
        pair.server![end](() => undefined);
      };
      pair.client.write([new Uint8Array(5000)], () => undefined);
      pair.client.shutdownWrite();
      await pair.net.idle();
      expect(pair.serverSink.take()).toEqual(['received 1460']);
    }
  });

  it('may end the connection from inside any call, the answer to a write among them', async () => {
    for (const end of ['close', 'reset'] as const) {
      const pair = await new Pair(1).connect();
      pair.serverSink.reading = false;
      const finish = (): void => {
        pair.client[end](() => pair.clientSink.note('closed'));
      };
      pair.client.write([new Uint8Array(700_000)], finish);
      await pair.net.after(1000);
      pair.server!.reset();
      await pair.net.idle();
      expect(pair.clientSink.take()).toEqual(end === 'close' ? ['closed'] : []);
      expect(pair.rows()).toEqual(['LISTENING']);
      // The segment with the FIN is the one in which the owner ends it.
      const again = await new Pair(2).connect();
      again.serverSink.onReceived = () => {
        again.server![end](() => undefined);
      };
      again.client.write([new Uint8Array(10)], () => undefined);
      again.client.close(() => again.clientSink.note('closed'));
      await again.net.idle();
      expect(again.serverSink.take()).toEqual(['received 10']);
      expect(again.rows()).toEqual(['LISTENING']);
    }
  });

  it('may write, pause and resume from inside its calls', async () => {
    const pair = await new Pair(1).connect();
    pair.serverSink.onReceived = (length) => {
      pair.server!.pause();
      pair.server!.write([new Uint8Array(length)], () => undefined);
      pair.server!.resume();
    };
    pair.client.write([new Uint8Array(30_000)], () => undefined);
    await pair.net.idle();
    expect(pair.clientSink.data).toHaveLength(30_000);
  });
});

describe('what is left', () => {
  it('of 200 connections is nothing once they are closed and TIME_WAIT is over', async () => {
    const pair = new Pair(3);
    pair.listener.set('backlog', 200);
    const clients = Array.from({ length: 200 }, () => new SimStream(pair.clientHost.tcp, 'ipv4', new Sink()));
    for (const client of clients) client.connect(ADDRESS);
    await pair.net.after(100);
    expect(pair.rows().filter((state) => state === 'ESTABLISHED')).toHaveLength(400);
    await pair.net.after(10_000);
    expect(pair.net.clock.pending).toBe(0);
    for (const client of clients) client.reset();
    pair.listener.reset();
    await pair.net.idle();
    expect(pair.rows()).toEqual([]);
  });

  it('of an idle day is no event at all', async () => {
    const pair = await new Pair(4).connect();
    await pair.net.after(0);
    expect(pair.net.clock.pending).toBe(0);
  });

  it('of a host that went down is silence', async () => {
    const pair = await new Pair(5).connect();
    pair.client.write([new Uint8Array(50_000)], () => pair.clientSink.note('done'));
    await pair.net.after(5);
    pair.clientHost.tcp.halt();
    pair.serverHost.tcp.halt();
    pair.clientSink.take();
    pair.serverSink.take();
    await pair.net.idle();
    expect([...pair.clientSink.take(), ...pair.serverSink.take()]).toEqual([]);
    expect(pair.rows()).toEqual([]);
    expect(new SimStream(pair.clientHost.tcp, 'ipv4', null).bind({ ...ADDRESS, address: '10.0.0.2' }, { v6Only: false, shared: false })).toBe('ENETDOWN');
  });
});

describe('speed', () => {
  async function transferred(loss: number): Promise<number> {
    const pair = await new Pair(7).connect();
    const chance = new Random(11);
    pair.net.fate = ({ bytes, from }) => (from === pair.clientHost && bytes.length > 100 && chance.chance(loss) ? [] : [10_000]);
    let received = 0;
    pair.serverSink.received = (_, length) => {
      received += length;
      return true;
    };
    const chunk = new Uint8Array(1 << 20);
    const pump = (): void => {
      while (pair.client.write([chunk], pump));
    };
    pump();
    await pair.net.after(60_000);
    pair.net.clock.stop();
    return received / 60;
  }

  // Mathis and others, 1997: MSS / RTT * sqrt(3/2) / sqrt(loss), in bytes per second at 20 ms.
  it.each([
    [0.001, 2_827_000],
    [0.01, 894_000],
    [0.05, 400_000],
    [0.1, 283_000],
  ])('at a loss of %d is near what the formula of Mathis allows', async (loss, formula) => {
    const rate = await transferred(loss);
    expect(rate / formula).toBeGreaterThan(loss > 0.05 ? 0.4 : 0.75);
    expect(rate / formula).toBeLessThan(1.25);
  });

  it('without loss is the window in each round trip', async () => {
    const rate = await transferred(0);
    expect(rate / (512 * 1024 * 50)).toBeGreaterThan(0.95);
  });
});
