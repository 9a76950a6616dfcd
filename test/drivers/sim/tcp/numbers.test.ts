// Sequence numbers that wrap around, and the pieces that stand on them.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Reassembly } from '../../../../src/drivers/sim/tcp/reassembly.js';
import { Hole, Scoreboard } from '../../../../src/drivers/sim/tcp/scoreboard.js';
import { SendBuffer } from '../../../../src/drivers/sim/tcp/send-buffer.js';
import { after, distance, earlier, later, precedes } from '../../../../src/drivers/sim/tcp/sequence.js';
import { nextState, STATE } from '../../../../src/drivers/sim/tcp/states.js';
import { Script } from './script.js';

const number = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const near = fc.integer({ min: 0, max: 2000 });

describe('sequence numbers', () => {
  test.prop([number, fc.integer({ min: 1, max: 0x7fff_ffff })])('keep their order wherever they wrap', (from, count) => {
    const to = after(from, count);
    expect(distance(from, to)).toBe(count);
    expect(precedes(from, to)).toBe(true);
    expect(precedes(to, from)).toBe(false);
    expect(later(from, to)).toBe(to);
    expect(earlier(from, to)).toBe(from);
  });

  it.each([0x7fff_ff00, -0x100, 0x7fff_fffe, -1])('wrap on a connection that begins at %i', async (first) => {
    const s = new Script({ iss: first, irs: first, synOptions: 'mss 1000,ws 0,sackOK' }).established();
    s.write(3000);
    s.expect('. 1:1001(1000) ack 1', '. 1001:2001(1000) ack 1', 'P. 2001:3001(1000) ack 1');
    s.inject('. 1 ack 1 <sack 1001:3001>');
    await s.net.after(301);
    s.expect('. 1:1001(1000) ack 1');
    s.inject('. 1 ack 3001');
    s.inject('. 1001:2001(1000) ack 3001');
    s.expect('. 3001:3001(0) ack 1 <sack 1001:2001>');
    s.inject('. 1:1001(1000) ack 3001');
    expect(s.sink.data).toHaveLength(2000);
    s.inject('F. 2001 ack 3001');
    s.stream.close(() => s.sink.note('closed'));
    s.inject('. 2002 ack 3002');
    expect(s.sink.take()).toContain('closed');
  });
});

describe('reassembly', () => {
  test.prop([number, fc.array(fc.tuple(near, fc.integer({ min: 1, max: 300 })), { maxLength: 40 })])(
    'puts segments together whatever their order and overlap',
    (base, segments) => {
      const reassembly = new Reassembly();
      const come = new Set<number>();
      for (const [start, length] of segments) {
        const bytes = Uint8Array.from({ length }, (_, i) => start + i);
        const fresh = bytes.reduce((sum, _, i) => sum + (come.has(start + i) ? 0 : 1), 0);
        expect(reassembly.insert(after(base, start), bytes, 0, length)).toBe(fresh);
        for (let i = 0; i < length; i += 1) come.add(start + i);
      }
      const edges: number[] = [];
      const count = reassembly.sack(edges, 1000);
      const told = new Set<number>();
      for (let i = 0; i < count; i += 2) {
        for (let at = distance(base, edges[i]!); at < distance(base, edges[i + 1]!); at += 1) told.add(at);
      }
      expect(told).toEqual(come);
      for (const start of [...come].filter((at) => !come.has(at - 1)).sort((a, b) => a - b)) {
        const island = reassembly.take(after(base, start));
        const bytes = island!.pieces.flatMap((piece) => [...piece]);
        expect(island!.start).toBe(after(base, start));
        bytes.forEach((byte, i) => {
          expect(byte).toBe((start + i) & 0xff);
        });
        for (let i = 0; i < bytes.length; i += 1) come.delete(start + i);
      }
      expect(come.size).toBe(0);
      expect(reassembly.empty).toBe(true);
    },
  );

  it('keeps a bounded number of islands', () => {
    const reassembly = new Reassembly();
    for (let i = 0; i < 1000; i += 1) reassembly.insert(i * 2, Uint8Array.of(1), 0, 1);
    expect(reassembly.sack([], 1000)).toBe(512);
  });
});

describe('the scoreboard', () => {
  const blocks = fc.array(fc.tuple(near, fc.integer({ min: 1, max: 400 })), { maxLength: 30 });

  test.prop([number, blocks, near])('knows which bytes have come', (una, ranges, gone) => {
    const board = new Scoreboard();
    const come = new Set<number>();
    const max = after(una, 3000);
    for (const [start, length] of ranges) {
      board.update([after(una, start + 1) >>> 0, after(una, start + 1 + length) >>> 0], 2, una, max);
      for (let i = 0; i < length; i += 1) come.add(start + 1 + i);
    }
    for (const at of [...come]) if (at < gone) come.delete(at);
    board.acknowledged(after(una, gone));
    expect(board.sacked).toBe(come.size);
    expect(distance(una, board.highest(una))).toBe(come.size === 0 ? 0 : Math.max(...come) + 1);
    const hole = new Hole();
    let from = after(una, gone);
    const missing = new Set<number>();
    while (board.hole(from, 100, false, hole)) {
      for (let i = 0; i < hole.length; i += 1) missing.add(distance(una, hole.start) + i);
      from = after(hole.start, hole.length);
    }
    const highest = distance(una, board.highest(una));
    for (let at = gone; at < highest; at += 1) expect(missing.has(at)).toBe(!come.has(at));
  });

  it('counts what is on the way as RFC 6675 does', () => {
    const board = new Scoreboard();
    const pipe = (resent: number): number => board.pipe(0, 10_000, resent, 1000);
    expect(pipe(0)).toBe(10_000);
    board.update([1000, 2000], 2, 0, 10_000);
    expect(pipe(0)).toBe(9000);
    board.update([3000, 5000], 2, 0, 10_000);
    // The first hole is lost: 3000 bytes have come beyond it; the second is not.
    expect(board.lost(1000)).toBe(true);
    expect(pipe(0)).toBe(6000);
    expect(pipe(1000)).toBe(7000);
  });
});

describe('the send buffer', () => {
  const chunk = fc.integer({ min: 0, max: 5000 });

  test.prop([fc.array(fc.tuple(fc.array(chunk, { minLength: 1, maxLength: 3 }), chunk, fc.double({ min: 0, max: 1, noNaN: true })))])(
    'gives every byte at its place, however it was written, and answers in order',
    (steps) => {
      const buffer = new SendBuffer();
      const stream: number[] = [];
      let released = 0;
      let [asked, answered] = [0, 0];
      for (const [sizes, read, part] of steps) {
        const chunks = sizes.map((size) => Uint8Array.from({ length: size }, (_, i) => (stream.length + i) * 7));
        for (const each of chunks) stream.push(...each);
        const size = sizes.reduce((a, b) => a + b);
        const mine = asked;
        if (!buffer.write(chunks, size, 3000, () => expect(answered++).toBe(mine))) asked += 1;
        else for (const each of chunks) each.fill(0xee);
        expect(buffer.length).toBe(stream.length - released);
        const offset = Math.floor(part * buffer.length);
        const target = new Uint8Array(Math.min(read, buffer.length - offset));
        if (target.length > 0) buffer.read(offset, target.length, target, 0);
        expect([...target]).toEqual(stream.slice(released + offset, released + offset + target.length));
        const count = Math.min(read, buffer.length);
        buffer.release(count);
        released += count;
        for (let done = buffer.answered(3000); done !== null; done = buffer.answered(3000)) done(null);
      }
      const rest = new Uint8Array(buffer.length);
      if (rest.length > 0) buffer.read(0, rest.length, rest, 0);
      expect([...rest]).toEqual(stream.slice(released));
    },
  );

  it('has copied what is left of a write when it answers it', () => {
    const buffer = new SendBuffer();
    const bytes = new Uint8Array(5000).fill(1);
    let done = false;
    expect(buffer.write([bytes], 5000, 1000, () => (done = true))).toBe(false);
    buffer.release(3999);
    expect(buffer.answered(1000)).toBeNull();
    buffer.release(1);
    buffer.answered(1000)?.(null);
    expect(done).toBe(true);
    bytes.fill(9);
    const rest = new Uint8Array(1000);
    buffer.read(0, 1000, rest, 0);
    expect(rest.every((byte) => byte === 1)).toBe(true);
  });
});

describe('states', () => {
  it('follow one another as in the diagram of RFC 9293', () => {
    const path = (...events: Parameters<typeof nextState>[1][]): number | null =>
      events.reduce<number | null>((state, event) => nextState((state ?? 0) as 0, event), STATE.closed);
    expect(path('connect', 'handshake', 'close', 'finAcknowledged', 'finReceived')).toBe(STATE.timeWait);
    expect(path('connect', 'syn', 'handshake', 'close', 'finReceived', 'finAcknowledged')).toBe(STATE.timeWait);
    expect(path('syn', 'handshake', 'finReceived', 'close', 'finAcknowledged')).toBe(STATE.closed);
    expect(nextState(STATE.timeWait, 'close')).toBeNull();
  });
});
