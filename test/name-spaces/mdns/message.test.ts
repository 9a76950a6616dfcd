// Messages of multicast DNS: what is written is read again, and garbage is null.
import { describe, expect, it } from 'vitest';
import { LARGEST, decode, encode } from '../../../src/providers/namespaces/mdns/message.js';
import { seeded } from '../../../src/providers/namespaces/mdns/random.js';
import { OTHER_TTL, TYPE, pointerData, serviceData, type MdnsRecord } from '../../../src/providers/namespaces/mdns/records.js';

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

it('damaged messages never throw, and what is read of them can be written', () => {
  const random = seeded('damage');
  const count = process.env['WINSOCK2_FULL'] === undefined ? 5_000 : 200_000;
  for (let i = 0; i < count; i++) {
    const bytes = whole.slice(0, Math.floor(random.between(1, whole.length + 1)));
    for (let hits = random.between(0, 6); hits > 0; hits -= 1) {
      bytes[Math.floor(random.between(0, bytes.length))] = Math.floor(random.between(0, 256));
    }
    const read = decode(bytes);
    if (read !== null) encode(read);
  }
});
