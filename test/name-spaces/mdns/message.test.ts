// Messages of multicast DNS: what is written is read again, and garbage is null, or harmless.
import { describe, expect, it } from 'vitest';
import { LARGEST, decode, encode } from '../../../src/providers/namespaces/mdns/message.js';
import { readName } from '../../../src/providers/namespaces/mdns/reader.js';
import { seeded } from '../../../src/providers/namespaces/mdns/random.js';
import { OTHER_TTL, TYPE, pointerData, serviceData, type MdnsRecord } from '../../../src/providers/namespaces/mdns/records.js';
import { costly, malformed } from '../malformed.js';
import { EngineWorld, address } from './engine-world.js';

const record = (name: string, type: number, data: Uint8Array, unique = true): MdnsRecord => ({ name, type, ttl: OTHER_TTL, unique, data });
const service = 'Dr\\. Smith\'s \\\\ käse._http._tcp.local';
const whole = encode({
  isResponse: true,
  answers: [
    record('_http._tcp.local', TYPE.PTR, pointerData(service), false),
    record(service, TYPE.SRV, serviceData(80, 'one.local')),
    record('one.local', TYPE.A, Uint8Array.of(10, 0, 0, 1)),
  ],
});

it('what is written is read again: dots in labels, the cache-flush bit, data', () => {
  const read = decode(whole);
  expect(read?.answers.map(({ name, unique }) => [name, unique])).toEqual([['_http._tcp.local', false], [service, true], ['one.local', true]]);
  expect(read?.answers[0]?.data).toEqual(pointerData(service));
});

describe('refused are', () => {
  const header = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a label that is not UTF-8', Uint8Array.of(...header, 1, 0xe4, 0, 0, 1, 0, 1)],
    ['a pointer to itself', Uint8Array.of(...header, 0xc0, 12, 0, 1, 0, 1)],
    ['a pointer forwards', Uint8Array.of(...header, 0xc0, 20, 0, 1, 0, 1, 0, 0, 0)],
    ['a name without an end', Uint8Array.of(...header, 5, 97, 98)],
    ['a question that is not there', Uint8Array.of(...header)],
    ['a reserved kind of label', Uint8Array.of(...header, 0x80, 0, 0, 1, 0, 1)],
    ['what is too long', new Uint8Array(LARGEST + 1)],
  ])('%s', (_what, bytes) => {
    expect(decode(bytes)).toBeNull();
  });
});

const COUNT = process.env['WINSOCK2_FULL'] === undefined ? 5_000 : 200_000;
/** Milliseconds that the full count may take. */
const LONG_RUN = 600_000;

it('damaged messages never throw, and what is read of them can be written', () => {
  const random = seeded('damage');
  for (let i = 0; i < COUNT; i++) {
    const bytes = whole.slice(0, Math.floor(random.between(1, whole.length + 1)));
    for (let hits = random.between(0, 6); hits > 0; hits -= 1) {
      bytes[Math.floor(random.between(0, bytes.length))] = Math.floor(random.between(0, 256));
    }
    const read = decode(bytes);
    if (read !== null) encode(read);
  }
});

it(`${COUNT} malformed messages: what is read can be written, and reads the same again`, () => {
  let read = 0;
  for (const bytes of malformed(COUNT)) {
    const message = decode(bytes);
    if (message === null) continue;
    read += 1;
    const again = encode(message);
    // Targets are written without compression: it may have become too long.
    if (again.length > LARGEST) continue;
    const twice = decode(again);
    expect(twice === null ? null : Buffer.compare(encode(twice), again)).toBe(0);
    expect(twice?.additionals.length).toBe(message.additionals.length);
  }
  // The corpus reaches what is behind the reader, too.
  expect(read).toBeGreaterThan(COUNT / 50);
}, LONG_RUN);

it(`${COUNT} malformed messages from a neighbour leave the engine as it was, and it still answers`, () => {
  const own = address('host.local', 1);
  const world = new EngineWorld([own]);
  for (const bytes of malformed(COUNT, 2)) {
    world.receive(bytes, '10.0.0.9');
    world.receive(bytes, '10.0.0.9', 40_000);
  }
  world.sent(60_000);
  expect(world.engine.cache.size).toBeLessThanOrEqual(4096);
  world.receive({ isResponse: false, questions: [{ name: own.name, type: own.type, unicast: false }] }, '10.0.0.9');
  expect(world.sent().map(({ message }) => message.answers)).toEqual([[own]]);
}, LONG_RUN);

it('pointers through pointers are followed for some steps only', () => {
  const steps = (count: number): Uint8Array =>
    Uint8Array.from([0, ...Array.from({ length: count }, (_, index) => [0xc0, Math.max(0, 2 * index - 1)]).flat()]);
  expect(readName(steps(100), 199)).toEqual({ name: '', end: 201 });
  expect(readName(steps(128), 255)).toBeNull();
  expect(decode(costly())).toBeNull();
});
