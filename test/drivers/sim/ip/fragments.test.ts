import { fc, test } from '@fast-check/vitest';
import { afterEach, describe, expect, it } from 'vitest';
import type { WirePacket } from '../../../../src/drivers/sim/ip/wire-packet.js';
import { SimNetwork, type TappedPacket } from '../../../../src/drivers/sim/network/index.js';
import { facts } from '../../../../src/drivers/sim/wire/describe.js';
import { type Recorder, recorderOn, settle } from './recorder.js';

const FAMILIES = ['ipv4', 'ipv6'] as const;
const TARGET = { ipv4: '10.0.0.2', ipv6: 'fd00::2' } as const;

let network: SimNetwork;

function pair(mtu: number): { from: Recorder; to: Recorder; seen: TappedPacket[] } {
  network = new SimNetwork({ seed: 3 });
  network.segment('lan', { mtu });
  const [a, b] = [network.host('a'), network.host('b')];
  const seen: TappedPacket[] = [];
  network.tap((packet) => seen.push(packet));
  return { from: recorderOn(a), to: recorderOn(b), seen };
}

const numbered = (length: number): number[] => Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

afterEach(() => {
  network.stop();
});

describe.each(FAMILIES)('fragments of %s', (family) => {
  const header = family === 'ipv4' ? 20 : 48;

  it('are cut at multiples of eight, none longer than the link takes, and joined again', async () => {
    const { from, to, seen } = pair(1500);
    expect(from.send(TARGET[family], numbered(4000))).toBeNull();
    await settle(network);
    expect(to.data).toEqual([numbered(4000)]);
    const room = Math.floor((1500 - header) / 8) * 8;
    expect(seen.map(({ bytes }) => bytes.length)).toEqual([header + room, header + room, header + 4000 - 2 * room]);
    expect(seen.map(({ bytes }) => facts(bytes)?.fragment)).toEqual([
      { offset: 0, length: room, more: true },
      { offset: room, length: room, more: true },
      { offset: 2 * room, length: 4000 - 2 * room, more: false },
    ]);
    const identifications = new Set(seen.map(({ bytes }) => facts(bytes)?.identification));
    expect(identifications.size).toBe(1);
  });

  it('are not made of a packet that just fits, nor of one that must not be cut', async () => {
    const { from, to, seen } = pair(1500);
    const most = 1500 - (family === 'ipv4' ? 20 : 40);
    expect(from.send(TARGET[family], numbered(most), { dontFragment: true })).toBeNull();
    expect(from.send(TARGET[family], numbered(most + 1), { dontFragment: true })).toBe('EMSGSIZE');
    expect(from.send(TARGET[family], numbered(family === 'ipv4' ? 65516 : 65536))).toBe('EMSGSIZE');
    await settle(network);
    expect(seen).toHaveLength(1);
    expect(to.data).toHaveLength(1);
  });

  it('carry the largest packet there is', async () => {
    const { from, to } = pair(1500);
    const most = family === 'ipv4' ? 65515 : 65535;
    expect(from.send(TARGET[family], numbered(most))).toBeNull();
    await settle(network);
    expect(to.data.map((data) => data.length)).toEqual([most]);
    expect(to.data[0]).toEqual(numbered(most));
  });

  it('are waited for for sixty seconds; then the sender is told if the first one came', async () => {
    const { from, to, seen } = pair(1500);
    const third = network.rule({ name: 'third', verdict: 'drop', when: (p) => (p.facts?.fragment?.offset ?? 0) > 2000 });
    from.send(TARGET[family], numbered(4000));
    await settle(network);
    expect(third.hits).toBe(1);
    expect(to.data).toEqual([]);
    const [, , , error] = seen;
    expect(seen).toHaveLength(4);
    expect(error).toMatchObject({ us: 60_001_000, from: 'b', to: 'a' });
    expect(facts(error!.bytes)?.transport).toMatchObject({ name: 'reassembly time exceeded', checksumGood: true });

    third.remove();
    const first = network.rule({ name: 'first', verdict: 'drop', when: (p) => p.facts?.fragment?.offset === 0 });
    from.send(TARGET[family], numbered(4000));
    await settle(network);
    expect(first.hits).toBe(1);
    expect(seen).toHaveLength(7);
  });
});

/** What the sender puts on the link, taken off it. */
function captured(family: 'ipv4' | 'ipv6', data: number[], mtu: number): { pieces: WirePacket[]; to: Recorder } {
  const { from, to } = pair(mtu);
  const attachment = network.hosts.get('b')!.attachments[0]!;
  const pieces: WirePacket[] = [];
  Object.assign(attachment, { receive: (packet: WirePacket) => pieces.push(packet) });
  from.send(TARGET[family], data);
  return { pieces, to };
}

describe('joining', () => {
  test.prop([
    fc.constantFrom(...FAMILIES),
    fc.integer({ min: 1300, max: 9000 }),
    fc.integer({ min: 1280, max: 1500 }),
    fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    fc.array(fc.nat({ max: 40 }), { maxLength: 8 }),
  ])('gives the packet once, in whatever order fragments come and how often', async (family, length, mtu, order, again) => {
    const { pieces, to } = captured(family, numbered(length), mtu);
    await settle(network, 10);
    expect(pieces.length).toBeGreaterThanOrEqual(1);
    const { stack } = network.hosts.get('b')!;
    const iface = stack.ip.router.interfaceAt(2)!;
    const shuffled = pieces.map((piece, i) => ({ piece, key: order[i]! })).sort((x, y) => x.key - y.key);
    // Copies of what has come already change nothing, as long as the packet is not complete.
    for (const { piece } of shuffled.slice(0, -1)) {
      stack.ip.receive(piece.copy(), iface);
      for (const n of again) {
        const known = shuffled.slice(0, -1)[n];
        if (known !== undefined) stack.ip.receive(known.piece.copy(), iface);
      }
    }
    expect(to.data).toEqual([]);
    stack.ip.receive(shuffled.at(-1)!.piece.copy(), iface);
    expect(to.data).toEqual([numbered(length)]);
    network.stop();
  });

  test.prop([fc.constantFrom(...FAMILIES), fc.nat({ max: 2 }), fc.nat({ max: 2 })])(
    'gives nothing once a fragment overlaps with other bytes',
    async (family, which, where) => {
      const { pieces, to } = captured(family, numbered(5000), 1400);
      await settle(network, 10);
      expect(pieces).toHaveLength(4);
      const { stack } = network.hosts.get('b')!;
      const iface = stack.ip.router.interfaceAt(2)!;
      const evil = pieces[which]!.copy();
      const last = evil.bytes.length - 1;
      evil.bytes[last] = (evil.bytes[last] ?? 0) ^ 0xff;
      const queue = pieces.map((piece) => piece.copy());
      // Before the last one, so that the packet is not whole yet; if it comes first, the true one overlaps it.
      queue.splice(where + 1, 0, evil);
      for (const piece of queue) stack.ip.receive(piece, iface);
      expect(to.data.length).toBe(0);
      network.stop();
    },
  );
});
