// Malformed messages of DNS and mDNS, the same ones for the same seed: good ones that are cut, changed, joined and lied about,
// names that point at themselves and far along, and noise. No test knowledge.
import { CLASS, FLAG, RR, encodeMessage, type DnsRecord } from '../../src/providers/namespaces/dns/message.js';

/** Whole numbers below `limit`, from a seed (mulberry32). */
export function seeded(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const name = 'web._http._tcp.fleet.test';
const record = (type: number, data: DnsRecord['data'], owner = name): DnsRecord => ({ name: owner, type, class: CLASS.IN, ttl: 60, data });
const texts = ['txtvers=1', 'class={5AFEC1A5-0000-4000-8000-000000000001}', 'blob='].map((text) => Buffer.from(text));
const soa = { primary: 'ns.test', mailbox: 'root.test', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 };

/** A message with every kind of data that is understood. */
const GOOD = encodeMessage({
  id: 0x1234,
  flags: FLAG.QR | FLAG.AA,
  questions: [{ name, type: RR.ANY, class: CLASS.IN }],
  answers: [
    record(RR.SRV, { kind: 'srv', priority: 1, weight: 2, port: 80, target: 'host.fleet.test' }),
    record(RR.TXT, { kind: 'txt', texts }),
    record(RR.A, { kind: 'address', address: '192.0.2.1' }, 'host.fleet.test'),
    record(RR.AAAA, { kind: 'address', address: '2001:db8::1' }, 'host.fleet.test'),
  ],
  authorities: [record(RR.SOA, { kind: 'soa', ...soa }, 'fleet.test'), record(RR.MX, { kind: 'mx', preference: 1, target: 'mx.test' })],
  additionals: [
    record(RR.PTR, { kind: 'name', target: name }, '_http._tcp.fleet.test'),
    { name: '', type: RR.OPT, class: 1232, ttl: 0, data: { kind: 'raw', bytes: new Uint8Array() } },
    { ...record(RR.TSIG, { kind: 'raw', bytes: new Uint8Array(40) }), class: CLASS.ANY },
  ],
})!;

const HEADER = 12;
const header = (questions: number, answers: number): number[] => [0x12, 0x34, 0x84, 0, 0, questions, answers >> 8, answers & 0xff, 0, 0, 0, 0];
const pointer = (to: number): number[] => [0xc0 | (to >> 8), to & 0xff];

/** The ways, each from the good message or from nothing. */
const WAYS: readonly ((below: (limit: number) => number) => Uint8Array)[] = [
  // Cut off.
  (below) => GOOD.slice(0, below(GOOD.length)),
  // Some bytes are others.
  (below) => changed(GOOD, below, 1 + below(8)),
  // A length, count, type or pointer is at its limit.
  (below) => {
    const bytes = GOOD.slice();
    bytes[below(bytes.length)] = [0, 0x3f, 0x40, 0x80, 0xc0, 0xff][below(6)]!;
    return bytes;
  },
  // More records are counted than there are.
  (below) => {
    const bytes = GOOD.slice();
    bytes.fill(0xff, 4 + 2 * below(4), HEADER);
    return bytes;
  },
  // Something is behind it, or twice in it, or left out.
  (below) => Uint8Array.from([...GOOD, ...noise(below, below(40))]),
  (below) => {
    const [at, length] = [below(GOOD.length), below(60)];
    return Uint8Array.from([...GOOD.slice(0, at + length), ...GOOD.slice(at)]);
  },
  (below) => {
    const at = below(GOOD.length);
    return Uint8Array.from([...GOOD.slice(0, at), ...GOOD.slice(at + 1 + below(20))]);
  },
  // Names in loops: to themselves, to each other, ahead.
  (below) => Uint8Array.from([...header(1, 0), ...pointer(HEADER + below(8)), ...pointer(HEADER + below(8)), 0, 1, 0, 1]),
  (below) => {
    const bytes = GOOD.slice();
    const at = HEADER + below(bytes.length - HEADER - 1);
    bytes.set(pointer(below(bytes.length)), at);
    return bytes;
  },
  // Noise, with and without a header.
  (below) => noise(below, below(600)),
  (below) => Uint8Array.from([...header(below(4), below(8)), ...noise(below, below(300))]),
];

function noise(below: (limit: number) => number, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => below(256));
}

function changed(good: Uint8Array, below: (limit: number) => number, count: number): Uint8Array {
  const bytes = good.slice();
  for (let i = 0; i < count; i++) bytes[below(bytes.length)] = below(256);
  return bytes;
}

/** As many messages as asked for. */
export function* malformed(count: number, seed = 1): Generator<Uint8Array> {
  const below = seeded(seed);
  for (let i = 0; i < count; i++) yield WAYS[below(WAYS.length)]!(below);
}

/**
 * The message that costs most to read for its length: pointers that lead through pointers, and as many records as fit, each of
 * which begins with the whole way.
 */
export function costly(): Uint8Array {
  const CHAIN = 0x3ffc;
  const chain: number[] = [];
  // The first record's data: the root's name, and pointers each to the one before.
  const start = HEADER + 11;
  chain.push(0);
  for (let at = start + 1; at < CHAIN; at += 2) chain.push(...pointer(at === start + 1 ? start : at - 2));
  const end = pointer(start + chain.length - 2);
  const first = [0, 0, 99, 0, 1, 0, 0, 0, 0, chain.length >> 8, chain.length & 0xff, ...chain];
  const each = [...end, 0, 99, 0, 1, 0, 0, 0, 0, 0, 0];
  const count = Math.floor((0xffff - HEADER - first.length) / each.length);
  return Uint8Array.from([...header(0, count + 1), ...first, ...Array.from({ length: count }, () => each).flat()]);
}
