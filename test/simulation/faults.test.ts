// What links and rules do to datagrams, in exact numbers.
import { describe, expect, it } from 'vitest';
import { createNetwork, type LinkProperties, type Network, type NetworkOptions, type Verdict } from 'winsock2/testing';
import { Messenger } from './messages.js';

const PORT = 7;
/** The headers of a UDP datagram over IPv4. */
const HEADERS = 28;

async function pair(net: Network): Promise<{ from: Messenger; to: Messenger }> {
  const [here, there] = [net.host('here'), net.host('there')];
  return { from: await Messenger.udp(here, '0.0.0.0', 9), to: await Messenger.udp(there, '0.0.0.0', PORT) };
}

/** What arrives of `count` datagrams that are sent at once, each of `size` bytes: its number, and when. */
async function burst(net: Network, { from, to }: Awaited<ReturnType<typeof pair>>, count: number, size = 1): Promise<[number, number][]> {
  for (let i = 0; i < count; i += 1) from.must(await from.to('10.0.0.2', PORT, new Uint8Array(size).fill(i)));
  const seen: [number, number][] = [];
  for (let data = await to.data(); typeof data !== 'string'; data = await to.data()) seen.push([data[0]!, net.clock.now()]);
  return seen;
}

async function burstOn(options: NetworkOptions & LinkProperties, count: number, size = 1): Promise<[number, number][]> {
  using net = createNetwork(options);
  return await net.run(async () => burst(net, await pair(net), count, size));
}

const numbersOf = (seen: readonly (readonly [number, number])[]): number[] => seen.map(([number]) => number);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a link', () => {
  it('delays by its latency', async () => {
    expect(await burstOn({ latencyMs: 250 }, 2)).toEqual([[0, 250], [1, 250]]);
  });

  it('of little bandwidth carries one after another', async () => {
    // 100 bytes at 8000 bits a second take 100 ms.
    expect(await burstOn({ latencyMs: 10, bandwidth: 8000 }, 3, 100 - HEADERS)).toEqual([[0, 110], [1, 210], [2, 310]]);
  });

  it('drops what finds no room in its queue', async () => {
    const packets = { latencyMs: 10, bandwidth: 8000, queuePackets: 2 };
    expect(await burstOn(packets, 5, 100 - HEADERS)).toEqual([[0, 110], [1, 210], [2, 310]]);
    const bytes = { latencyMs: 10, bandwidth: 8000, queueBytes: 299 };
    expect(await burstOn(bytes, 5, 100 - HEADERS)).toEqual([[0, 110], [1, 210], [2, 310]]);
  });

  it('with jitter delays differently, and keeps the order unless told otherwise', async () => {
    const kept = await burstOn({ latencyMs: 10, jitterMs: 20 }, 50);
    expect(numbersOf(kept)).toEqual(upTo(50));
    expect(new Set(kept.map(([, ms]) => ms)).size).toBeGreaterThan(3);
    expect(kept.every(([, ms]) => ms >= 10 && ms <= 30)).toBe(true);
    const loose = await burstOn({ latencyMs: 10, jitterMs: 20, keepOrder: false }, 50);
    expect(numbersOf(loose)).not.toEqual(upTo(50));
    expect(numbersOf(loose).sort((a, b) => a - b)).toEqual(upTo(50));
    expect(loose.every(([, ms]) => ms >= 10 && ms <= 30)).toBe(true);
  });

  it('loses the share that it is to lose, the same with the same seed', async () => {
    const lossy = (seed: number): Promise<[number, number][]> => burstOn({ loss: 0.3, seed }, 200);
    const first = await lossy(1);
    expect(first.length).toBeGreaterThan(110);
    expect(first.length).toBeLessThan(170);
    expect(await lossy(1)).toEqual(first);
    expect(await lossy(2)).not.toEqual(first);
    expect(await burstOn({ loss: 1 }, 5)).toEqual([]);
  });

  it('delivers twice what it duplicates', async () => {
    expect(numbersOf(await burstOn({ duplicate: 1 }, 3))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('holds back what it reorders', async () => {
    expect(await burstOn({ latencyMs: 10, reorder: 1, reorderMs: 5 }, 1)).toEqual([[0, 15]]);
    const some = await burstOn({ latencyMs: 10, reorder: 0.3, reorderMs: 5 }, 30);
    const early = some.filter(([, ms]) => ms === 10);
    const late = some.filter(([, ms]) => ms === 15);
    expect(early.length + late.length).toBe(30);
    expect(late.length).toBeGreaterThan(3);
    // Among themselves both are in order.
    for (const group of [early, late]) expect(numbersOf(group)).toEqual(numbersOf(group).sort((a, b) => a - b));
  });

  it('damages what it corrupts: no datagram arrives other than it was sent', async () => {
    const seen = await burstOn({ corrupt: 0.5 }, 100, 32);
    expect(seen.length).toBeGreaterThan(30);
    expect(seen.length).toBeLessThan(70);
    expect(await burstOn({ corrupt: 1 }, 20, 1400)).toEqual([]);
  });

  it('may be different for two hosts, and one way', async () => {
    using net = createNetwork({ latencyMs: 1 });
    await net.run(async () => {
      const { from, to } = await pair(net);
      net.link('here', 'there', { latencyMs: 100, oneWay: true });
      await from.to('10.0.0.2', PORT, 'there');
      await to.text();
      expect(net.clock.now()).toBe(100);
      await to.to('10.0.0.1', 9, 'back');
      await from.text();
      expect(net.clock.now()).toBe(101);
    });
  });
});

describe('a rule', () => {
  it.each<{ name: string; verdict: Verdict; seen: [number, number][] }>([
    { name: 'drops', verdict: 'drop', seen: [[0, 1], [2, 1]] },
    { name: 'duplicates', verdict: 'duplicate', seen: [[0, 1], [1, 1], [1, 1], [2, 1]] },
    { name: 'corrupts', verdict: 'corrupt', seen: [[0, 1], [2, 1]] },
    { name: 'lets pass', verdict: 'pass', seen: [[0, 1], [1, 1], [2, 1]] },
    { name: 'delays', verdict: { delayMs: 9 }, seen: [[0, 1], [2, 1], [1, 10]] },
    {
      name: 'rewrites',
      verdict: { rewrite: (bytes) => void (bytes[HEADERS] = 77) },
      seen: [[0, 1], [77, 1], [2, 1]],
    },
    {
      name: 'rewrites and leaves the checksums wrong',
      verdict: { rewrite: (bytes) => void (bytes[HEADERS] = 77), checksums: 'keep' },
      seen: [[0, 1], [2, 1]],
    },
  ])('$name the packets that it is for, and counts them', async ({ verdict, seen }) => {
    using net = createNetwork();
    const rule = net.rule({ name: 'the second', when: ({ isUdp, payload }) => isUdp && payload[0] === 1, verdict });
    await net.run(async () => {
      expect(await burst(net, await pair(net), 3)).toEqual(seen);
    });
    expect(rule.hits).toBe(1);
    expect(net.unusedRules()).toEqual([]);
  });

  it('of "pass" keeps later rules from seeing the packet', async () => {
    using net = createNetwork({ rulesMustFire: false });
    const pass = net.rule({ name: 'pass', when: ({ payload }) => payload[0] === 1, verdict: 'pass' });
    const drop = net.rule({ name: 'drop', verdict: 'drop' });
    await net.run(async () => {
      expect(await burst(net, await pair(net), 3)).toEqual([[1, 1]]);
    });
    expect([pass.hits, drop.hits]).toEqual([1, 2]);
  });

  it('can be for one direction, skip some, fire so often, hold for a time, and be removed', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const ends = await pair(net);
      const skipping = net.rule({ name: 'two after one', from: 'here', to: 'there', skip: 1, times: 2, verdict: 'drop' });
      expect(numbersOf(await burst(net, ends, 5))).toEqual([0, 3, 4]);
      await ends.to.to('10.0.0.1', 9, 'back');
      expect(await ends.from.text()).toBe('back');
      expect(skipping.hits).toBe(2);

      const now = net.clock.now();
      const timed = net.rule({ name: 'for a second', during: { fromMs: now + 1000, untilMs: now + 2000 }, verdict: 'drop' });
      const heard: number[] = [];
      for (let i = 0; i < 4; i += 1) {
        await ends.from.to('10.0.0.2', PORT, Uint8Array.of(i));
        await net.sleep(700);
      }
      for (let data = await ends.to.data(); typeof data !== 'string'; data = await ends.to.data()) heard.push(data[0]!);
      // Sent at 0, 700, 1400 and 2100.
      expect(heard).toEqual([0, 1, 3]);
      expect(timed.hits).toBe(1);

      {
        using scoped = net.rule({ name: 'in this block', verdict: 'drop' });
        await ends.from.to('10.0.0.2', PORT, 'lost');
        expect(scoped.hits).toBe(1);
      }
      await ends.from.to('10.0.0.2', PORT, 'found');
      expect(await ends.to.text()).toBe('found');
    });
  });

  it('that never fires is reported, and makes the end of the network fail', async () => {
    const net = createNetwork();
    net.rule({ name: 'no such port', when: ({ destinationPort }) => destinationPort === 99, verdict: 'drop' });
    await net.run(async () => {
      await burst(net, await pair(net), 1);
    });
    expect(net.unusedRules().map(({ name }) => name)).toEqual(['no such port']);
    expect(() => net.dispose()).toThrow("the rule 'no such port' never fired");
  });
});

describe('a partition', () => {
  it('keeps hosts from hearing each other, both ways, until it is healed', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { from, to } = await pair(net);
      const partition = net.partition('here', 'there');
      await from.to('10.0.0.2', PORT, 'lost');
      await to.to('10.0.0.1', 9, 'lost');
      await net.sleep(5);
      expect(partition.hits).toBe(2);
      partition.heal();
      await from.to('10.0.0.2', PORT, 'found');
      await to.to('10.0.0.1', 9, 'found');
      expect([await to.texts(), await from.texts()]).toEqual([['found'], ['found']]);
      expect(partition.hits).toBe(2);
    });
  });

  it('may be one-way: answers do not come, and questions do', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { from, to } = await pair(net);
      const partition = net.partition('there', 'here', { oneWay: true });
      await from.to('10.0.0.2', PORT, 'question');
      expect(await to.text()).toBe('question');
      await to.to('10.0.0.1', 9, 'answer');
      expect(await from.text()).toBe('WSAETIMEDOUT');
      expect(partition.hits).toBe(1);
    });
  });

  it('leaves other hosts alone', async () => {
    using net = createNetwork({ rulesMustFire: false });
    await net.run(async () => {
      const { from, to } = await pair(net);
      const third = await Messenger.udp(net.host('third'), '0.0.0.0');
      net.partition('here', ['there']);
      await third.to('10.0.0.1', 9, 'x');
      await third.to('10.0.0.2', PORT, 'y');
      expect([await from.text(), await to.text()]).toEqual(['x', 'y']);
    });
  });
});
