// Small writes of one run, gathered: what is taken, when it goes out, whose memory it is.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { WriteBatch, type BatchedWriter } from '../../src/drivers/node/write-batch.js';

/** One stream: what it was given to write, and the memory itself where it says that the system still has it. */
class Writer implements BatchedWriter {
  readonly written: string[] = [];
  readonly kept: Uint8Array[] = [];
  /** What `writeNow` answers. */
  free = true;
  before: (() => void) | null = null;
  readonly #all: string[];
  readonly #name: string;

  constructor(name = '', all: string[] = []) {
    this.#name = name;
    this.#all = all;
  }

  writeNow(chunk: Uint8Array): boolean {
    this.before?.();
    const text = Buffer.from(chunk).toString();
    this.written.push(text);
    this.#all.push(`${this.#name}${text}`);
    if (!this.free) this.kept.push(chunk);
    return this.free;
  }
}

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

/** A batch that has seen a write already, so that it takes the next. */
function open(): WriteBatch {
  const batch = new WriteBatch();
  expect(batch.takes(new Writer(), bytes('first'))).toBe(false);
  return batch;
}

/** The end of this run: microtasks queued so far have run. */
const endOfRun = (): Promise<void> => Promise.resolve();

describe('the end of the process', () => {
  it('sends what waits, and is listened to no longer than something does', async () => {
    const before = process.listeners('exit');
    const batch = open();
    const writer = new Writer();
    batch.takes(writer, bytes('a'));
    batch.takes(writer, bytes('b'));
    const added = process.listeners('exit').filter((listener) => !before.includes(listener));
    expect(added).toHaveLength(1);
    added[0]?.(0);
    expect(writer.written).toEqual(['a', 'b']);
    expect(process.listeners('exit')).toEqual(before);
    await endOfRun();
    expect(writer.written).toEqual(['a', 'b']);
  });
});

describe('what is taken', () => {
  it('is not the first write, nor the first after something has been received', () => {
    const batch = open();
    const writer = new Writer();
    expect(batch.takes(writer, bytes('a'))).toBe(true);
    batch.received();
    expect([batch.takes(writer, bytes('b')), batch.takes(writer, bytes('c'))]).toEqual([false, true]);
    batch.flush();
    expect(writer.written).toEqual(['a', 'c']);
  });

  it.each([[0, true], [1, true], [512, true], [513, false], [65_536, false]])('of %i bytes: %s', (length, taken) => {
    const batch = open();
    const writer = new Writer();
    expect(batch.takes(writer, new Uint8Array(length).fill(0x61))).toBe(taken);
    batch.flush();
    expect(writer.written).toEqual(taken ? ['a'.repeat(length)] : []);
  });
});

describe('what was taken goes out', () => {
  it('at the end of the run, not before, in the order of the calls, once', async () => {
    const batch = open();
    const all: string[] = [];
    const [a, b] = [new Writer('A', all), new Writer('B', all)];
    for (let i = 0; i < 3; i += 1) for (const writer of [a, b]) batch.takes(writer, bytes(String(i)));
    expect(all).toEqual([]);
    await endOfRun();
    expect(all).toEqual(['A0', 'B0', 'A1', 'B1', 'A2', 'B2']);
    await endOfRun();
    batch.flush();
    expect(all.length).toBe(6);
  });

  it('when there is more than a batch holds, and the rest at the end of the same run', async () => {
    const batch = open();
    const writer = new Writer();
    for (let i = 0; i < 32; i += 1) batch.takes(writer, bytes(String(i)));
    expect(writer.written).toEqual([]);
    batch.takes(writer, bytes('32'));
    expect(writer.written.length).toBe(32);
    await endOfRun();
    expect(writer.written).toEqual(Array.from({ length: 33 }, (_, i) => String(i)));
  });

  it('at the end of each run in which something was taken, also after a flush in between', async () => {
    const batch = open();
    const writer = new Writer();
    batch.takes(writer, bytes('a'));
    batch.flush();
    expect(writer.written).toEqual(['a']);
    batch.takes(writer, bytes('b'));
    await endOfRun();
    batch.takes(writer, bytes('c'));
    await endOfRun();
    expect(writer.written).toEqual(['a', 'b', 'c']);
  });

  it('also when a writer flushes from inside, as one does that finds its connection broken', () => {
    const batch = open();
    const [a, b] = [new Writer(), new Writer()];
    a.before = () => { batch.flush(); };
    for (const text of ['1', '2', '3']) for (const writer of [a, b]) batch.takes(writer, bytes(text));
    batch.flush();
    expect([a.written, b.written]).toEqual([['1', '2', '3'], ['1', '2', '3']]);
  });
});

describe('the memory', () => {
  it('is the caller’s again at once', () => {
    const batch = open();
    const writer = new Writer();
    const memory = bytes('abc');
    batch.takes(writer, memory);
    memory.fill(0x7a);
    batch.flush();
    expect(writer.written).toEqual(['abc']);
  });

  it('that the system has not taken is not written into by later batches', () => {
    const batch = open();
    const slow = new Writer();
    slow.free = false;
    const [before, after] = [new Writer(), new Writer()];
    for (const writer of [before, slow, after]) batch.takes(writer, bytes('abc'));
    batch.flush();
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 32; i += 1) batch.takes(after, bytes('xyz'));
      batch.flush();
    }
    expect(slow.kept.map((chunk) => Buffer.from(chunk).toString())).toEqual(['abc']);
  });

  const lengths = fc.array(fc.array(fc.integer({ min: 0, max: 512 }), { maxLength: 40 }), { maxLength: 6 });
  property.prop([lengths, fc.array(fc.boolean(), { minLength: 1, maxLength: 5 })])(
    'used again for other lengths shows nothing of what was there',
    (runs, free) => {
      const batch = open();
      const writer = new Writer();
      const expected: string[] = [];
      const held: { readonly chunk: Uint8Array; readonly text: string }[] = [];
      writer.before = () => {
        writer.free = free[writer.written.length % free.length] ?? true;
        for (const chunk of writer.kept.splice(0)) held.push({ chunk, text: Buffer.from(chunk).toString() });
      };
      for (const run of runs) {
        for (const length of run) {
          const text = String.fromCharCode(0x61 + (expected.length % 26)).repeat(length);
          expected.push(text);
          batch.takes(writer, bytes(text));
        }
        batch.flush();
      }
      expect(writer.written).toEqual(expected);
      for (const { chunk, text } of held) expect(Buffer.from(chunk).toString()).toBe(text);
    },
  );
});
