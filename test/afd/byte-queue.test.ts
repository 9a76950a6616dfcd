// The queue of received bytes against the plainest model of one: an array.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { ByteQueue } from '../../src/afd/byte-queue.js';

interface Model {
  content: number[];
}

class Push implements fc.Command<Model, ByteQueue> {
  readonly data: Uint8Array;
  readonly start: number;
  readonly end: number;
  constructor(data: Uint8Array, start: number, end: number) {
    this.data = data;
    this.start = start;
    this.end = end;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, queue: ByteQueue): void {
    model.content.push(...this.data.subarray(this.start, this.end));
    const lent = Uint8Array.from(this.data);
    queue.push(lent, this.start, this.end);
    // The queue keeps a copy: the lender goes on using its memory.
    lent.fill(0xee);
    expect(queue.length).toBe(model.content.length);
  }
  toString(): string {
    return `push([${String(this.data)}], ${this.start}, ${this.end})`;
  }
}

class Read implements fc.Command<Model, ByteQueue> {
  readonly sizes: readonly number[];
  readonly peek: boolean;
  /** The most bytes to be read; null for no bound. */
  readonly most: number | null;
  constructor(sizes: readonly number[], peek: boolean, most: number | null) {
    this.sizes = sizes;
    this.peek = peek;
    this.most = most;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, queue: ByteQueue): void {
    const all = this.sizes.reduce((sum, size) => sum + size, 0);
    const room = Math.min(all, this.most ?? all);
    const expected = model.content.slice(0, room);
    const targets = this.sizes.map((size) => new Uint8Array(size).fill(0xcc));
    expect(queue.read(targets, this.peek, this.most ?? undefined)).toBe(expected.length);
    const read = targets.flatMap((target) => [...target]);
    expect(read.slice(0, expected.length)).toEqual(expected);
    expect(read.slice(expected.length).every((byte) => byte === 0xcc)).toBe(true);
    if (!this.peek) model.content.splice(0, room);
    expect(queue.length).toBe(model.content.length);
  }
  toString(): string {
    return `${this.peek ? 'peek' : 'read'}([${String(this.sizes)}], ${String(this.most)})`;
  }
}

class Clear implements fc.Command<Model, ByteQueue> {
  check(): boolean {
    return true;
  }
  run(model: Model, queue: ByteQueue): void {
    model.content = [];
    queue.clear();
    expect(queue.length).toBe(0);
  }
  toString(): string {
    return 'clear()';
  }
}

const push = fc
  .tuple(fc.uint8Array({ maxLength: 12 }), fc.nat(12), fc.nat(12))
  .map(([data, a, b]) => new Push(data, Math.min(a, b, data.length), Math.min(Math.max(a, b), data.length)));
const read = fc
  .tuple(fc.array(fc.nat(8), { maxLength: 3 }), fc.boolean(), fc.option(fc.nat(10)))
  .map(([sizes, peek, most]) => new Read(sizes, peek, most));

describe('the byte queue', () => {
  test('gives back what was put in, in order, however both were cut', () => {
    fc.assert(
      fc.property(fc.commands([push, push, push, read, read, fc.constant(new Clear())], { maxCommands: 60 }), (commands) => {
        fc.modelRun(() => ({ model: { content: [] }, real: new ByteQueue() }), commands);
      }),
      { numRuns: 200 },
    );
  });

  test('takes nothing from an empty or reversed range', () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.of(1, 2, 3), 2, 2);
    queue.push(Uint8Array.of(1, 2, 3), 3, 1);
    expect(queue.length).toBe(0);
    expect(queue.read([new Uint8Array(1)], false)).toBe(0);
  });
});
