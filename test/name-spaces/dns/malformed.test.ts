// Whatever comes from the network: every message is read to an end or refused, with work that its length bounds. The long run:
// `npx tsx scripts/fuzz-dns.ts 1000000`. Which answers are believed is exchange.test.ts's.
import { expect, it } from 'vitest';
import { readName } from '../../../src/providers/namespaces/dns/domain-name.js';
import { decodeCutMessage, decodeMessage, encodeMessage } from '../../../src/providers/namespaces/dns/message.js';
import { newRequestId } from '../../../src/providers/namespaces/dns/exchange.js';
import { verifyAnswer } from '../../../src/providers/namespaces/dns/tsig.js';
import { readFacts } from '../../../src/providers/namespaces/dns/service-records.js';
import { costly, malformed } from '../malformed.js';

const key = { name: 'web._http._tcp.fleet.test', algorithm: 'hmac-sha256', secret: new Uint8Array(32) };
const COUNT = process.env['WINSOCK2_FULL'] === '1' ? 200_000 : 5000;

it(`${COUNT} malformed messages throw nothing; what is read can be written, and reads the same again`, () => {
  let read = 0;
  for (const bytes of malformed(COUNT)) {
    decodeCutMessage(bytes);
    const message = decodeMessage(bytes);
    if (message === null) continue;
    read++;
    expect(verifyAnswer(bytes, message, key, new Uint8Array(32), 0).kind).not.toBe('good');
    for (const { data } of message.answers) if (data.kind === 'txt') readFacts(data.texts);
    const again = encodeMessage({ ...message, rcode: message.rcode & 0xf });
    // Without compression it may have become too long.
    if (again !== null) expect({ ...decodeMessage(again), lastRecordAt: null }).toEqual({ ...message, lastRecordAt: null });
  }
  // The corpus reaches what is behind the reader, too.
  expect(read).toBeGreaterThan(COUNT / 50);
});

it.each([
  ['itself', [0xc0, 0], 0],
  ['its own middle', [1, 0x61, 0xc0, 0], 2],
  ['each other', [0xc0, 2, 0xc0, 0], 0],
  ['what is ahead', [0xc0, 2, 0], 0],
])('a name that points at %s is refused', (_name, bytes, at) => {
  const read = readName(Uint8Array.from(bytes), at);
  if (at === 2) expect(readName(Uint8Array.from(bytes), 0)).toBeNull();
  else expect(read).toBeNull();
});

it('pointers through pointers are followed for some steps only', () => {
  const steps = (count: number): Uint8Array =>
    Uint8Array.from([0, ...Array.from({ length: count }, (_, index) => (index === 0 ? [0xc0, 0] : [0xc0 | ((2 * index - 1) >> 8), (2 * index - 1) & 0xff])).flat()]);
  expect(readName(steps(100), 2 * 100 - 1)).toEqual({ name: '', end: 201 });
  expect(readName(steps(200), 2 * 200 - 1)).toBeNull();
  expect(decodeMessage(costly())).toBeNull();
});

it('ids are spread over all that there are, and none follows from the one before', () => {
  const COUNTED = 65_536;
  const BUCKETS = 256;
  const high = new Uint32Array(BUCKETS);
  const low = new Uint32Array(BUCKETS);
  const step = new Uint32Array(BUCKETS);
  let last = newRequestId();
  for (let i = 0; i < COUNTED; i++) {
    const id = newRequestId();
    high[id >>> 8]!++;
    low[id & 0xff]!++;
    step[((id - last) & 0xffff) >>> 8]!++;
    last = id;
  }
  // Chi-square of 255 degrees of freedom: 400 is passed by chance once in some hundred million times.
  const expected = COUNTED / BUCKETS;
  for (const counts of [high, low, step]) {
    expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(400);
  }
});
