// Function pointers: numbers that lead back to the functions they were made from, within one process.
import { describe, expect, test } from 'vitest';
import { FunctionPointers } from '../../src/spi/index.js';
import { Process } from '../../src/win32/index.js';

const [one, two] = [(): number => 1, (): number => 2];

describe('a function pointer', () => {
  test('leads to its function, and is the same each time', () => {
    const pointers = FunctionPointers.of(new Process());
    const [first, second] = [pointers.to(one), pointers.to(two)];
    expect([pointers.at(first), pointers.at(second), pointers.to(one)]).toEqual([one, two, first]);
    expect(first).not.toBe(second);
  });

  test('is never null, and what was not given out leads nowhere', () => {
    const pointers = FunctionPointers.of(new Process());
    const pointer = pointers.to(one);
    expect(pointer).toBeGreaterThan(0);
    expect([0, -1, pointer + 1, pointer + 0x10, Number.NaN].map((wrong) => pointers.at(wrong))).toEqual([null, null, null, null, null]);
  });

  test('belongs to one process', () => {
    const process = new Process();
    const pointer = FunctionPointers.of(process).to(one);
    expect(FunctionPointers.of(process).at(pointer)).toBe(one);
    expect(FunctionPointers.of(new Process()).at(pointer)).toBeNull();
  });
});
