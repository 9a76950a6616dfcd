import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimNetwork, type TappedPacket } from '../../../../src/drivers/sim/network/index.js';
import * as checksums from '../../../../src/drivers/sim/wire/checksum.js';
import * as ipv4 from '../../../../src/drivers/sim/wire/ipv4.js';
import { type Recorder, recorderOn, settle, TEST_PROTOCOL } from '../ip/recorder.js';

let network: SimNetwork;
let a: Recorder;
let b: Recorder;
let seen: TappedPacket[];

beforeEach(() => {
  network = new SimNetwork({ seed: 7 });
  a = recorderOn(network.host('a'));
  b = recorderOn(network.host('b'));
  seen = [];
  network.tap((packet) => seen.push(packet));
});

afterEach(() => {
  network.stop();
});

function send(...numbers: number[]): void {
  for (const n of numbers) a.send('10.0.0.2', [n]);
}

const last = ({ bytes }: { bytes: Uint8Array }): number => bytes.at(-1)!;

describe('rules', () => {
  it('do what they say to the packets that they are for, and count them', async () => {
    const rule = network.rule({ name: 'odd', verdict: 'drop', when: (p) => last(p) % 2 === 1 });
    send(1, 2, 3, 4);
    await settle(network);
    expect(b.data).toEqual([[2], [4]]);
    expect(rule.hits).toBe(2);
    expect(network.counts).toMatchObject({ sent: 4, delivered: 2, droppedByRule: 2 });
    expect(seen.map(({ verdict, by }) => [verdict, by])).toEqual([
      ['dropped', 'odd'],
      ['sent', null],
      ['dropped', 'odd'],
      ['sent', null],
    ]);
    expect(network.unusedRules()).toEqual([]);
    rule.remove();
    rule.remove();
    send(5);
    await settle(network);
    expect(b.data).toEqual([[2], [4], [5]]);
    expect(rule.hits).toBe(2);
  });

  it('are for links in one direction, and hold no longer than their scope', async () => {
    {
      using rule = network.rule({ name: 'back', from: 'b', to: ['a'], verdict: 'drop' });
      send(1);
      b.send('10.0.0.1', [2]);
      await settle(network);
      expect(rule.hits).toBe(1);
    }
    b.send('10.0.0.1', [3]);
    await settle(network);
    expect([a.data, b.data]).toEqual([[[3]], [[1]]]);
  });

  it('can start late, stop early, and be in force for a span of time', async () => {
    const limited = network.rule({ name: 'third and fourth', verdict: 'drop', skip: 2, times: 2 });
    send(1, 2, 3, 4, 5);
    await settle(network);
    expect(b.data).toEqual([[1], [2], [5]]);
    expect(limited.hits).toBe(2);
    limited.remove();
    b.arrivals.length = 0;
    network.rule({ name: 'span', verdict: 'drop', during: { fromMs: 10, untilMs: 20 } });
    const wait = async (untilMs: number): Promise<void> => settle(network, untilMs - network.clock.now());
    for (const [n, ms] of [[1, 9.999], [2, 10], [3, 19.999], [4, 20]] as const) {
      await wait(ms);
      send(n);
    }
    await settle(network);
    expect(b.data).toEqual([[1], [4]]);
  });

  it('apply in the order in which they were made, until one drops the packet or lets it go', async () => {
    network.rule({ name: 'privileged', verdict: 'pass', when: (p) => last(p) === 9 });
    const first = network.rule({ name: 'delay', verdict: { delayMs: 3 } });
    const second = network.rule({ name: 'drop', verdict: 'drop' });
    const third = network.rule({ name: 'never', verdict: 'duplicate' });
    send(9, 1);
    await settle(network);
    expect(b.data).toEqual([[9]]);
    expect([first.hits, second.hits, third.hits]).toEqual([1, 1, 0]);
    expect(network.unusedRules()).toEqual([third]);
  });

  it('delay single packets, which others overtake', async () => {
    network.rule({ name: 'slow', verdict: { delayMs: 5 }, times: 1 });
    send(1, 2);
    await settle(network);
    expect(b.arrivals.map(({ us, data }) => [us, ...data])).toEqual([
      [1000, 2],
      [6000, 1],
    ]);
  });

  it('duplicate, and count the copies', async () => {
    network.rule({ name: 'twice', verdict: 'duplicate', times: 1 });
    send(1, 2);
    await settle(network);
    expect(b.data).toEqual([[1], [1], [2]]);
    expect(network.counts).toMatchObject({ sent: 2, duplicated: 1, delivered: 3 });
    expect(seen.map(({ verdict, by }) => [verdict, by])).toEqual([
      ['sent', 'twice'],
      ['duplicate', 'twice'],
      ['sent', null],
    ]);
  });

  it('rewrite packets, with checksums made right, and show later rules what came of it', async () => {
    network.rule({
      name: 'change',
      verdict: {
        rewrite: (bytes) => {
          bytes[bytes.length - 1] = 77;
          bytes[8] = 5;
          return undefined;
        },
      },
    });
    const after = network.rule({ name: 'sees 77', verdict: { delayMs: 1 }, when: (p) => last(p) === 77 && p.hopLimit === 5 });
    send(1);
    await settle(network);
    expect(b.arrivals).toMatchObject([{ data: [77], hopLimit: 5 }]);
    expect(after.hits).toBe(1);
  });

  it('rewrite checksums too where they are told to keep them', async () => {
    network.rule({
      name: 'break',
      verdict: {
        checksums: 'keep',
        rewrite: (bytes) => {
          const shorter = bytes.slice();
          shorter[8] = 5;
          return shorter;
        },
      },
    });
    send(1);
    await settle(network);
    expect(b.data).toEqual([]);
    expect(network.hosts.get('b')!.stack.ip.counts.malformed).toBe(1);
  });

  it('damage one bit', async () => {
    network.rule({ name: 'bad', verdict: 'corrupt' });
    for (let i = 0; i < 20; i += 1) send(0);
    await settle(network);
    expect(network.counts.corrupted).toBe(20);
    const bits = seen.map(({ bytes }) => bytes);
    expect(new Set(bits.map((bytes) => bytes.join())).size).toBeGreaterThan(5);
    // What hit the header was dropped; what hit the data arrived changed.
    expect(b.data.every(([n]) => n !== 0)).toBe(true);
    expect(b.data.length + network.hosts.get('b')!.stack.ip.counts.malformed).toBe(20);
  });

  it('and taps look at packets with their transport checksum, copies included', async () => {
    network.rule({ name: 'twice', verdict: 'duplicate' });
    // Of the test's protocol the checksum is in the first two bytes.
    a.send('10.0.0.2', [0, 0, 0x12, 0x34, 0x56], { checksumAt: 0 });
    await settle(network);
    expect(seen).toHaveLength(2);
    for (const { bytes } of seen) {
      const pseudo = ipv4.pseudoSum(bytes, 0, TEST_PROTOCOL, 5);
      expect(checksums.good(bytes, 20, 25, pseudo)).toBe(true);
    }
  });

  it('leave a packet vouched for that they did not change, and only that', async () => {
    const vouched: boolean[] = [];
    network.hosts.get('b')!.stack.ip.register(TEST_PROTOCOL, {
      arrived: ({ checksumGood }) => {
        vouched.push(checksumGood);
        return true;
      },
      reported: () => undefined,
    });
    const change = { rewrite: (bytes: Uint8Array) => bytes };
    network.rule({ name: 'delay', verdict: { delayMs: 1 }, times: 1 });
    network.rule({ name: 'rewrite', verdict: change, skip: 1, times: 1 });
    network.rule({ name: 'damage', verdict: 'corrupt', skip: 2 });
    // What is hit in IP's header does not arrive.
    for (let i = 0; i < 12; i += 1) a.send('10.0.0.2', new Uint8Array(1000), { checksumAt: 0 });
    a.send('10.0.0.2', [0, 0]);
    await settle(network);
    expect(vouched.length).toBeGreaterThan(6);
    expect(vouched.filter((good) => good)).toEqual([true]);
  });

  it('must be about hosts that there are', () => {
    expect(() => network.rule({ name: 'x', from: 'nobody', verdict: 'drop' })).toThrow("there is no host 'nobody'");
  });
});

describe('chance', () => {
  it('loses, doubles, delays and damages about as many as it is told', async () => {
    network.link('a', 'b', { loss: 0.1, duplicate: 0.1, reorder: 0.1, corrupt: 0.1, oneWay: true });
    for (let i = 0; i < 2000; i += 1) send(i & 0xff);
    await settle(network);
    const { lost, duplicated, corrupted } = network.counts;
    for (const count of [lost, duplicated, corrupted]) {
      expect(count).toBeGreaterThan(130);
      expect(count).toBeLessThan(270);
    }
    const held = seen.filter(({ by }) => by === 'reordering').length;
    expect(held).toBeGreaterThan(100);
    expect(held).toBeLessThan(270);
  });

  it('on one link is not changed by what goes on on another', async () => {
    const lostWith = async (others: boolean): Promise<number[]> => {
      const world = new SimNetwork({ seed: 5, loss: 0.3 });
      const [x, y, z] = ['x', 'y', 'z'].map((name) => recorderOn(world.host(name)));
      for (let i = 0; i < 50; i += 1) {
        x!.send('10.0.0.2', [i]);
        if (others) z!.send('10.0.0.2', [200]);
      }
      await settle(world);
      world.stop();
      return y!.data.flat().filter((n) => n < 200);
    };
    const alone = await lostWith(false);
    expect(alone.length).toBeLessThan(50);
    expect(await lostWith(true)).toEqual(alone);
  });
});

describe('partitions', () => {
  it('keep two sides from hearing each other until they are healed, and count', async () => {
    const c = recorderOn(network.host('c'));
    const partition = network.partition('a', ['b', 'c']);
    send(1);
    a.send('10.0.0.3', [2]);
    b.send('10.0.0.1', [3]);
    b.send('10.0.0.3', [4]);
    a.send('10.0.0.255', [5]);
    await settle(network);
    expect([a.data, b.data, c.data]).toEqual([[[5]], [], [[4]]]);
    expect(partition.hits).toBe(5);
    partition.heal();
    send(6);
    await settle(network);
    expect(b.data).toEqual([[6]]);
    expect(network.unusedRules()).toEqual([]);
  });

  it('can be in one direction only, and are reported if nothing ran into them', async () => {
    const partition = network.partition('a', 'b', { oneWay: true });
    b.send('10.0.0.1', [1]);
    await settle(network);
    expect(network.unusedRules().map(({ name }) => name)).toEqual(['partition of a to b']);
    send(2);
    await settle(network);
    expect([a.data, b.data, partition.hits]).toEqual([[[1]], [], 1]);
    expect(network.unusedRules()).toEqual([]);
  });
});

describe('a crash', () => {
  it('silences a host, and what comes for it vanishes, even what was under way', async () => {
    const host = network.hosts.get('b')!;
    send(1);
    b.send('10.0.0.1', [9]);
    b.send('127.0.0.1', [8]);
    host.crash();
    host.crash();
    expect(host.up).toBe(false);
    b.send('10.0.0.1', [7]);
    send(2);
    await settle(network);
    expect([a.data, b.data]).toEqual([[[9]], []]);
    expect(network.counts.hostDown).toBe(2);
    expect(network.counts.noNeighbour).toBe(0);
    expect(seen.at(-1)).toMatchObject({ verdict: 'dropped', by: 'host down' });
  });

  it('ends with a restart, which knows nothing of what was before', async () => {
    const host = network.hosts.get('b')!;
    const before = host.stack;
    const started: unknown[] = [];
    host.onStart((stack) => started.push(stack));
    host.restart();
    expect(host.stack).not.toBe(before);
    expect(started).toEqual([before, host.stack]);
    expect(host.address()).toBe('10.0.0.2');
    const later = recorderOn(host);
    send(1);
    later.send('10.0.0.1', [2]);
    await settle(network);
    expect([a.data, b.data, later.data]).toEqual([[[2]], [], [[1]]]);
  });

  it('leaves a host its routes and forwarding', async () => {
    network.segment('far');
    const router = network.host('r', { forwarding: true, interfaces: [{ segment: 'lan' }, { segment: 'far' }] });
    const c = network.host('c', { segment: 'far', gateway: 'r' });
    const there = recorderOn(c);
    network.hosts.get('a')!.addGateway('r');
    router.restart();
    a.send(c.address(), [1]);
    await settle(network);
    c.restart();
    recorderOn(c).send('10.0.0.1', [2]);
    await settle(network);
    expect([a.data, there.data]).toEqual([[[2]], [[1]]]);
  });
});

describe('taps', () => {
  it('see every packet on every link, loopback included, with bytes of their own', async () => {
    network.tap(({ bytes }) => void bytes.fill(0));
    a.send('127.0.0.1', [1]);
    a.send('10.0.0.99', [2]);
    a.send('10.0.0.2', [3]);
    await settle(network);
    expect(seen.map(({ us, from, to, link, verdict, by }) => [us, from, to, link, verdict, by])).toEqual([
      [0, 'a', 'a', 'loopback', 'sent', null],
      [0, 'a', null, 'lan', 'dropped', 'no neighbour'],
      [0, 'a', 'b', 'lan', 'sent', null],
    ]);
    expect(seen[2]).toMatchObject({ fromInterface: 2, toInterface: 2 });
    expect([a.data, b.data]).toEqual([[[1]], [[3]]]);
  });

  it('end when they are told to, and all else with the network', async () => {
    const more: TappedPacket[] = [];
    const end = network.tap((packet) => more.push(packet));
    send(1);
    end();
    send(2);
    expect([more.length, seen.length]).toEqual([1, 2]);
    network.stop();
    expect(network.clock.pending).toBe(0);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(b.data).toEqual([]);
  });
});

describe('a seed', () => {
  /** Traffic with everything that can go wrong; what taps saw, as text. */
  async function trace(seed: number): Promise<string> {
    const world = new SimNetwork({
      seed,
      bandwidth: 5_000_000,
      jitterMs: 2,
      keepOrder: false,
      loss: 0.1,
      duplicate: 0.1,
      reorder: 0.1,
      corrupt: 0.1,
    });
    const lines: string[] = [];
    world.tap(({ us, from, to, verdict, by, bytes }) => {
      lines.push(`${us} ${from} ${String(to)} ${verdict} ${String(by)} ${bytes.join()}`);
    });
    const recorders = ['x', 'y', 'z'].map((name) => recorderOn(world.host(name)));
    for (let i = 0; i < 20; i += 1) {
      for (const recorder of recorders) {
        recorder.send(`10.0.0.${(i % 3) + 1}`, new Uint8Array(i * 150));
        recorder.send(`fd00::${((i + 1) % 3) + 1}`, new Uint8Array(i * 150));
      }
      await settle(world, 1);
    }
    await settle(world);
    world.stop();
    return lines.join('\n');
  }

  it('gives the same packets at the same times, byte for byte, and another one others', async () => {
    const first = await trace(11);
    expect(first.length).toBeGreaterThan(10_000);
    expect(await trace(11)).toBe(first);
    expect(await trace(12)).not.toBe(first);
  });
});
