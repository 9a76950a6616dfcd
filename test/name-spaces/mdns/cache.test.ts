// What is remembered of the links: how much of it, for how long, and what makes it go.
import { describe, expect, it } from 'vitest';
import { RecordCache } from '../../../src/providers/namespaces/mdns/cache.js';
import { TYPE, recordKey } from '../../../src/providers/namespaces/mdns/records.js';
import { FakeClock } from '../../win32/fake-clock.js';
import { address } from './engine-world.js';

const LINK = 2;
const MOST_RECORDS = 4096;
const MOST_BYTES = 1 << 20;

function setup() {
  const clock = new FakeClock();
  let changes = 0;
  const cache = new RecordCache(clock, () => {
    changes += 1;
  });
  return { clock, cache, changes: () => changes };
}

const numbered = (n: number) => address(`host-${n}.local`, n);

describe('what strangers say is kept within bounds', () => {
  it(`${MOST_RECORDS} records: the longest known makes room, what was said again is young, and our own stay`, () => {
    const { cache } = setup();
    const mine = address('mine.local', 1);
    cache.own(LINK, mine);
    for (let n = 1; n < MOST_RECORDS; n++) cache.put(LINK, numbered(n));
    expect(cache.size).toBe(MOST_RECORDS);
    cache.put(LINK, numbered(1));
    cache.put(LINK, numbered(MOST_RECORDS));
    expect(cache.size).toBe(MOST_RECORDS);
    expect([1, 2, 3, MOST_RECORDS].map((n) => cache.find(numbered(n)).length)).toEqual([1, 0, 1, 1]);
    for (let n = 0; n < 2 * MOST_RECORDS; n++) cache.put(LINK, numbered(10_000 + n));
    expect(cache.size).toBe(MOST_RECORDS);
    expect(cache.find(mine)).toMatchObject([{ own: true }]);
  });

  it('1 MiB of data, however few records that are', () => {
    const { cache } = setup();
    const long = (n: number) => address(`host-${n}.local`, n, { type: TYPE.TXT, data: new Uint8Array(8000).fill(n) });
    for (let n = 0; n < 300; n++) cache.put(LINK, long(n));
    expect(cache.size).toBeLessThanOrEqual(MOST_BYTES / 8000);
    expect(cache.size).toBeGreaterThan(10);
    expect([cache.find(long(0)).length, cache.find(long(299)).length]).toEqual([0, 1]);
    // What goes gives its room back.
    for (let n = 0; n < 300; n++) cache.forget(long(n));
    expect(cache.size).toBe(0);
    for (let n = 1; n <= MOST_RECORDS; n++) cache.put(LINK, numbered(n));
    expect(cache.size).toBe(MOST_RECORDS);
  });

  it('the same, said again and again, is one record', () => {
    const { cache, changes } = setup();
    for (let n = 0; n < 10_000; n++) cache.put(LINK, numbered(1));
    for (let n = 2; n <= MOST_RECORDS; n++) cache.put(LINK, numbered(n));
    expect([cache.size, changes()]).toEqual([MOST_RECORDS, MOST_RECORDS]);
  });
});

describe('what is known goes', () => {
  it('when its lifetime is over, with whoever waits told', () => {
    const { cache, clock, changes } = setup();
    cache.put(LINK, address('short.local', 1, { ttl: 10 }));
    cache.put(LINK, address('long.local', 2, { ttl: 20 }));
    clock.advance(9_990);
    expect(cache.size).toBe(2);
    clock.advance(20);
    expect([cache.size, changes()]).toEqual([1, 3]);
    clock.advance(10_000);
    expect([cache.size, clock.pending]).toEqual([0, 0]);
  });

  it('a second after it was taken back, unless somebody says it again', () => {
    const { cache, clock } = setup();
    for (const n of [1, 2]) cache.put(LINK, numbered(n));
    for (const n of [1, 2]) cache.put(LINK, { ...numbered(n), ttl: 0 });
    cache.put(LINK, numbered(2));
    clock.advance(990);
    expect(cache.size).toBe(2);
    clock.advance(20);
    expect([1, 2].map((n) => cache.find(numbered(n)).length)).toEqual([0, 1]);
  });

  it('a second after another record of its name and type says that it is the only one', () => {
    const { cache, clock } = setup();
    const [old, young, now] = [1, 2, 3].map((last) => address('host.local', last));
    const text = address('host.local', 4, { type: TYPE.TXT });
    const elsewhere = LINK + 1;
    for (const record of [old!, text]) cache.put(LINK, record);
    cache.put(elsewhere, old!);
    clock.advance(1500);
    // Of the same announcement, in the packet before.
    cache.put(LINK, young!);
    clock.advance(500);
    cache.put(LINK, now!);
    cache.flush(LINK, now!, new Set([recordKey(now!)]));
    expect(cache.find(now!)).toHaveLength(4);
    clock.advance(1010);
    expect(cache.find(now!).map(({ link, record }) => [link, record.data[3]])).toEqual([[elsewhere, 1], [LINK, 2], [LINK, 3]]);
    expect(cache.find(text)).toHaveLength(1);
  });

  it('but what is ours is taken back, flushed and forgotten by us only', () => {
    const { cache, clock } = setup();
    const mine = address('mine.local', 1);
    cache.own(LINK, mine);
    clock.advance(5000);
    cache.put(LINK, { ...mine, ttl: 0 });
    cache.flush(LINK, mine, new Set());
    cache.forget(mine);
    clock.advance(1_000_000);
    expect(cache.find(mine)).toHaveLength(1);
    cache.disown(LINK, mine);
    expect(cache.size).toBe(0);
  });
});
