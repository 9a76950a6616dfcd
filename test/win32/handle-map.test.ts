// The map of handles against a Map: any sequence of changes, any number asked about.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { HandleMap } from '../../src/win32/index.js';

/** Few handles, so that they meet again: at both ends of some pages, of which one is the last of all. */
const handle = fc
  .tuple(fc.constantFrom(0, 1, 1000, 0x7ffff), fc.constantFrom(0, 1, 1023))
  .map(([page, slot]) => (page * 1024 + slot) * 4);

/** Numbers that no handle is, many of them with the bits of one. */
const nonsense = fc.oneof(
  handle.chain((one) => fc.constantFrom(one + 1, one + 2, one + 3, one + 0.5, -one - 4, one + 2 ** 32, one + 2 ** 31)),
  fc.double(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, -4, 0xffff_fffc),
).filter((number) => !Number.isInteger(number) || number < 0 || number >= 2 ** 31 || number % 4 !== 0);

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ name: fc.constant('set' as const), handle, value: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant('delete' as const), handle: fc.oneof(handle, nonsense) }) },
  fc.record({ name: fc.constant('get' as const), handle: fc.oneof(handle, nonsense) }),
);

const sorted = (entries: Iterable<[number, unknown]>): [number, unknown][] => [...entries].sort(([a], [b]) => a - b);

describe('any sequence of changes and questions', () => {
  property.prop([fc.array(step, { maxLength: 300 })], { numRuns: 300 })('agrees with a Map', (steps) => {
    const map = new HandleMap<{ value: number }>();
    const model = new Map<number, { value: number }>();
    for (const action of steps) {
      if (action.name === 'set') {
        const value = { value: action.value };
        map.set(action.handle, value);
        model.set(action.handle, value);
      } else if (action.name === 'delete') {
        expect(map.delete(action.handle)).toBe(model.delete(action.handle));
      }
      expect(map.get(action.handle)).toBe(model.get(action.handle));
      expect(map.has(action.handle)).toBe(model.has(action.handle));
      expect(map.size).toBe(model.size);
    }
    expect(sorted(map.entries())).toEqual(sorted(model));
    expect(new Set(map.values())).toEqual(new Set(model.values()));
    for (const one of model.keys()) expect(map.delete(one)).toBe(true);
    expect([map.size, [...map.entries()]]).toEqual([0, []]);
  });

  property.prop([fc.array(handle, { maxLength: 100 }), nonsense])('other numbers are nothing, whatever is kept', (kept, number) => {
    const map = new HandleMap<string>();
    for (const one of [0, ...kept]) map.set(one, 'kept');
    const { size } = map;
    expect([map.get(number), map.has(number), map.delete(number), map.size]).toEqual([undefined, false, false, size]);
  });
});

it('anything may be asked about', () => {
  const map = new HandleMap<string>();
  for (const one of [0, 4, 8]) map.set(one, 'kept');
  for (const thing of ['4', null, undefined, true, 4n, [4], { valueOf: () => 4 }, new Date(4), Symbol('4')]) {
    expect([map.get(thing), map.has(thing)]).toEqual([undefined, false]);
  }
});

describe('entries', () => {
  const PAGE = 4096;

  it('come in rising order, as handles are given out', () => {
    const map = new HandleMap<string>();
    const handles = Array.from({ length: 3000 }, (_, index) => (index + 1) * 4);
    for (const one of handles) map.set(one, 'kept');
    expect([...map.entries()].map(([one]) => one)).toEqual(handles);
  });

  it('may be deleted while they are gone through, the last ones of a page too', () => {
    const map = new HandleMap<string>();
    for (const one of [4, 8, PAGE, PAGE + 4, 2 * PAGE]) map.set(one, 'kept');
    const seen: number[] = [];
    for (const [one] of map.entries()) {
      seen.push(one);
      map.delete(one);
      map.delete(PAGE + 4);
    }
    expect([seen, map.size]).toEqual([[4, 8, PAGE, 2 * PAGE], 0]);
  });

  it('are right though a page emptied and others came while they were gone through', () => {
    const map = new HandleMap<string>();
    for (const one of [4, 8]) map.set(one, 'kept');
    const seen: number[] = [];
    for (const [one] of map.entries()) {
      seen.push(one);
      map.delete(4);
      map.delete(8);
      map.set(PAGE + 16, 'new');
    }
    expect([seen, [...map.entries()]]).toEqual([[4], [[PAGE + 16, 'new']]]);
  });

  it('of a page that emptied and filled again are found', () => {
    const map = new HandleMap<string>();
    map.set(PAGE, 'first');
    map.delete(PAGE);
    expect(map.get(PAGE)).toBeUndefined();
    map.set(PAGE + 4, 'second');
    expect([map.get(PAGE), map.get(4), map.get(PAGE + 4), map.size]).toEqual([undefined, undefined, 'second', 1]);
    expect([...map.entries()]).toEqual([[PAGE + 4, 'second']]);
  });
});
