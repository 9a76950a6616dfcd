import { fc, test } from '@fast-check/vitest';
import { afterEach, describe, expect, it } from 'vitest';
import { type LinkProperties, SimNetwork } from '../../../../src/drivers/sim/network/index.js';
import { type Recorder, recorderOn, settle } from '../ip/recorder.js';

let network: SimNetwork;

function pair(properties: LinkProperties & { seed?: number }): { from: Recorder; to: Recorder } {
  network = new SimNetwork(properties);
  const [a, b] = [network.host('a'), network.host('b')];
  return { from: recorderOn(a), to: recorderOn(b) };
}

/** Packets of `size` bytes in all, each with its number in it. */
function send(from: Recorder, count: number, size: number, first = 0): void {
  for (let i = 0; i < count; i += 1) {
    const data = new Uint8Array(size - 20);
    data[0] = first + i;
    from.send('10.0.0.2', data);
  }
}

const times = (to: Recorder): number[] => to.arrivals.map(({ us }) => us);
const order = (to: Recorder): number[] => to.arrivals.map(({ data }) => data[0]!);

afterEach(() => {
  network.stop();
});

describe('a link', () => {
  it('takes its latency, to the microsecond, and nothing else by default', async () => {
    const { from, to } = pair({ latencyMs: 12.345 });
    send(from, 3, 1500);
    await settle(network);
    expect(times(to)).toEqual([12_345, 12_345, 12_345]);
  });

  it('lets packets leave one after another at its bandwidth', async () => {
    // 100 bytes at 8 Mbit/s: 100 µs each.
    const { from, to } = pair({ latencyMs: 2, bandwidth: 8_000_000 });
    send(from, 4, 100);
    await settle(network);
    expect(times(to)).toEqual([2100, 2200, 2300, 2400]);
    send(from, 1, 100);
    await settle(network);
    expect(times(to).at(-1)).toBe(2400 + 2100);
  });

  it('adds up parts of microseconds exactly', async () => {
    // 1000 bytes at 3 Mbit/s: 2666 2/3 µs each. One arrives when its last bit has.
    const { from, to } = pair({ latencyMs: 0, bandwidth: 3_000_000 });
    send(from, 6, 1000);
    await settle(network);
    expect(times(to)).toEqual([2667, 5334, 8000, 10_667, 13_334, 16_000]);
  });

  test.prop([fc.integer({ min: 1000, max: 10_000_000 }), fc.array(fc.integer({ min: 21, max: 1500 }), { minLength: 1, maxLength: 30 })])(
    'carries any packets at any bandwidth in the time that their bits take',
    async (bandwidth, sizes) => {
      const { from, to } = pair({ latencyMs: 0, bandwidth });
      for (const size of sizes) send(from, 1, size);
      await settle(network);
      let bits = 0n;
      const expected = sizes.map((size) => {
        bits += BigInt(size) * 8_000_000n;
        return Number((bits + BigInt(bandwidth) - 1n) / BigInt(bandwidth));
      });
      expect(times(to)).toEqual(expected);
      network.stop();
    },
  );

  it('drops what finds no room in its queue: packets', async () => {
    const { from, to } = pair({ latencyMs: 0, bandwidth: 8_000_000, queuePackets: 2 });
    // One leaves, two wait.
    send(from, 5, 100);
    await settle(network, 0.1);
    expect(network.counts.queueFull).toBe(2);
    // The first has left, so the second leaves: there is room for one.
    send(from, 2, 100, 10);
    await settle(network);
    expect(order(to)).toEqual([0, 1, 2, 10]);
    expect(network.counts.queueFull).toBe(3);
    expect(times(to)).toEqual([100, 200, 300, 400]);
  });

  it('drops what finds no room in its queue: bytes', async () => {
    const { from, to } = pair({ latencyMs: 0, bandwidth: 8_000_000, queueBytes: 250 });
    send(from, 1, 500);
    send(from, 1, 200, 1);
    send(from, 1, 51, 2);
    send(from, 1, 50, 3);
    send(from, 1, 21, 4);
    await settle(network);
    expect(order(to)).toEqual([0, 1, 3]);
    expect(times(to)).toEqual([500, 700, 750]);
  });

  it('varies its latency without changing the order, unless it is told to', async () => {
    const { from, to } = pair({ seed: 4, latencyMs: 1, jitterMs: 5 });
    for (let i = 0; i < 50; i += 1) {
      send(from, 1, 100, i);
      await settle(network, 0.2);
    }
    await settle(network);
    const sorted = [...order(to)].sort((x, y) => x - y);
    expect(order(to)).toEqual(sorted);
    const delays = to.arrivals.map(({ us, data }) => us - data[0]! * 200);
    expect(new Set(delays).size).toBeGreaterThan(10);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(6000);
    network.link('a', 'b', { keepOrder: false });
    to.arrivals.length = 0;
    for (let i = 0; i < 50; i += 1) {
      send(from, 1, 100, i);
      await settle(network, 0.2);
    }
    await settle(network);
    expect(order(to)).not.toEqual(sorted);
    expect([...order(to)].sort((x, y) => x - y)).toEqual(sorted);
  });

  it('can be different between two hosts, and from one to the other', async () => {
    const { from, to } = pair({ latencyMs: 1 });
    const c = recorderOn(network.host('c'));
    network.link('a', 'b', { latencyMs: 5 });
    network.link('b', 'a', { latencyMs: 20, oneWay: true });
    send(from, 1, 100);
    from.send('10.0.0.3', [1]);
    to.send('10.0.0.1', [1]);
    c.send('10.0.0.1', [2]);
    await settle(network);
    expect(times(to)).toEqual([5000]);
    expect(times(c)).toEqual([1000]);
    expect(from.arrivals.map(({ us, data }) => [us, data])).toEqual([
      [1000, [2]],
      [20_000, [1]],
    ]);
  });

  it('takes new properties at once for what is sent from then on', async () => {
    const { from, to } = pair({ latencyMs: 10 });
    send(from, 1, 100, 1);
    network.link('a', 'b', { latencyMs: 30 });
    send(from, 1, 100, 2);
    await settle(network);
    expect(times(to)).toEqual([10_000, 30_000]);
  });

  it('refuses properties that no link can have', () => {
    pair({});
    expect(() => new SimNetwork({ loss: 1.5 })).toThrow('loss is a share, not 1.5');
    expect(() => network.link('a', 'b', { bandwidth: 0 })).toThrow('bandwidth cannot be 0');
    expect(() => network.segment('x', { latencyMs: -1 })).toThrow('latencyMs cannot be -1');
    expect(() => network.link('a', 'nobody', {})).toThrow("there is no host 'nobody'");
  });

  it('has one event in the clock for all packets in flight', async () => {
    const { from, to } = pair({ latencyMs: 5, bandwidth: 1_000_000 });
    send(from, 200, 100);
    expect(network.clock.pending).toBe(1);
    await settle(network);
    expect(to.arrivals).toHaveLength(200);
  });

  it('costs nothing while nothing goes on, for a whole day', async () => {
    const { from, to } = pair({});
    send(from, 1, 100);
    await settle(network);
    expect(network.clock.pending).toBe(0);
    await settle(network, 86_400_000);
    expect(network.clock.us).toBe(86_400_000_000 + 1000);
    send(from, 1, 100);
    await settle(network);
    expect(times(to)).toEqual([1000, 86_400_002_000]);
  });
});
