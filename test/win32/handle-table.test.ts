// The handle table: numbers, reuse, reference counts.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { HandleTable, type KernelObject } from '../../src/win32/index.js';

class Thing implements KernelObject {
  readonly kind = 'event';
  closed = 0;

  lastHandleClosed(): void {
    this.closed += 1;
  }
}

/** What may be done to a table; numbers choose among the handles made so far. */
const step = fc.oneof(
  fc.constant({ name: 'open' as const }),
  fc.record({ name: fc.constantFrom('duplicate' as const, 'close' as const), pick: fc.nat(1000) }),
);

describe('any sequence of opens, duplicates and closes', () => {
  property.prop([fc.array(step, { maxLength: 200 })], { numRuns: 100 })('agrees with a plain list', (steps) => {
    const table = new HandleTable();
    const everGiven: number[] = [];
    const open = new Map<number, Thing>();
    const given = (handle: number, thing: Thing): void => {
      expect(handle % 4).toBe(0);
      expect(handle).toBeGreaterThan(everGiven.at(-1) ?? 0);
      everGiven.push(handle);
      open.set(handle, thing);
    };
    for (const action of steps) {
      if (action.name === 'open') {
        const thing = new Thing();
        given(table.open(thing), thing);
        continue;
      }
      const handle = everGiven[action.pick % Math.max(everGiven.length, 1)] ?? 0x7770;
      const thing = open.get(handle);
      if (action.name === 'duplicate') {
        const other = table.duplicate(handle);
        if (thing === undefined) expect(other).toBeNull();
        else given(other ?? 0, thing);
        continue;
      }
      expect(table.close(handle)).toBe(thing !== undefined);
      open.delete(handle);
      if (thing !== undefined) expect(thing.closed).toBe([...open.values()].includes(thing) ? 0 : 1);
    }
    expect([...table.entries()]).toEqual([...open]);
    expect(table.size).toBe(open.size);
    for (const handle of everGiven) expect(table.get(handle)).toBe(open.get(handle) ?? null);
  });
});

test('numbers that are no handles', () => {
  const table = new HandleTable();
  const handle = table.open(new Thing());
  for (const number of [0, -1, -2, handle + 1, handle + 4, 0.5, Number.NaN]) {
    expect(table.get(number)).toBeNull();
    expect(table.close(number)).toBe(false);
    expect(table.duplicate(number)).toBeNull();
  }
  expect(table.size).toBe(1);
});

test('a closed number does not come back while numbers are left', () => {
  const table = new HandleTable();
  const first = table.open(new Thing());
  table.close(first);
  for (let round = 0; round < 10_000; round++) {
    const handle = table.open(new Thing());
    expect(handle).toBeGreaterThan(first);
    table.close(handle);
  }
});

test('after the last number it starts over and passes by what is open', () => {
  const table = new HandleTable(8, 16);
  const open = (): number => table.open(new Thing());
  expect([open(), open(), open()]).toEqual([8, 12, 16]);
  table.close(12);
  expect([open(), open()]).toEqual([4, 12]);
});

test('the largest handle fits a signed 32-bit number', () => {
  const table = new HandleTable(0x7ffffffc);
  expect([table.open(new Thing()), table.open(new Thing())]).toEqual([0x7ffffffc, 4]);
});

test('openAnother counts, whatever became of the first handle', () => {
  const table = new HandleTable();
  const thing = new Thing();
  const first = table.open(thing);
  const second = table.openAnother(thing);
  table.close(first);
  expect(table.get(second)).toBe(thing);
  const third = table.openAnother(thing);
  table.close(second);
  expect(thing.closed).toBe(0);
  table.close(third);
  expect(thing.closed).toBe(1);
});
