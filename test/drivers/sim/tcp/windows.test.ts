// The window of either end: closing, probing, opening, and silly sizes; scales.
import { describe, expect, it } from 'vitest';
import { Script } from './script.js';

describe("the peer's window", () => {
  it('is never exceeded, and half of the largest one seen is worth a segment', () => {
    const s = new Script({ synWindow: 1500 }).established();
    s.write(5000);
    s.expect('. 1:1001(1000) ack 1');
    s.inject('. 1 ack 1001 win 800');
    s.expect('. 1001:1801(800) ack 1');
    s.inject('. 1 ack 1801 win 700');
    s.expect();
  });

  it('is probed with one byte when it is closed, ever less often, for as long as the peer answers', async () => {
    const s = new Script({ settings: { noDelay: 1 } }).established();
    s.write(1500);
    s.take();
    s.inject('. 1 ack 1501 win 0');
    s.write(500);
    s.expect();
    const times: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      const before = s.net.clock.now();
      while (s.take().length === 0) await s.net.after(1);
      times.push(Math.round(s.net.clock.now() - before));
      s.inject('. 1 ack 1501 win 0');
    }
    expect(times.slice(0, 6)).toEqual([300, 600, 1200, 2400, 4800, 9600]);
    expect(times.at(-1)).toBe(60_000);
    expect(s.sink.take()).toEqual([]);
  });

  it('is probed in vain for a peer that is gone', async () => {
    const s = new Script({ synWindow: 0 }).established();
    s.write(10);
    await s.net.idle();
    expect(s.take().map(({ text }) => text)).toEqual(Array.from({ length: 5 }, () => '. 1:2(1) ack 1'));
    expect(s.sink.take()).toEqual(['failed ETIMEDOUT']);
  });

  it('goes on where the probe was not taken, and where it was', async () => {
    for (const [answer, expected] of [
      ['. 1 ack 1 win 5000', 'P. 1:11(10) ack 1'],
      ['. 1 ack 2 win 5000', 'P. 2:11(9) ack 1'],
    ] as const) {
      const s = new Script({ synWindow: 0 }).established();
      s.write(10);
      await s.net.after(301);
      s.expect('. 1:2(1) ack 1');
      s.inject(answer);
      s.expect(expected);
    }
  });

  it('holds the FIN back as it does data', async () => {
    const s = new Script({ synWindow: 0 }).established();
    s.stream.shutdownWrite();
    s.expect();
    await s.net.after(301);
    s.expect('F. 1:1(0) ack 1');
  });

  it('is shifted by the scale that the peer named, but in its SYN', () => {
    const s = new Script().connect();
    s.inject('S. 0 ack 1 win 100 <mss 1000,ws 3>');
    expect(s.stream.figures()?.sendWindow).toBe(100);
    s.inject('. 1 ack 1 win 100');
    expect(s.stream.figures()?.sendWindow).toBe(800);
  });

  it('opens again as if it had never been closed: the timeout is not what the probes have made of it', async () => {
    const s = new Script({ synWindow: 0 }).established();
    s.write(10);
    await s.net.until(2500);
    s.inject('. 1 ack 1 win 5000');
    const at = s.net.clock.now();
    s.take();
    await s.net.after(301);
    s.expectAt([at + 300, 'P. 1:11(10) ack 1']);
  });

  it('is not taken from a segment that was sent earlier', () => {
    const s = new Script().established();
    s.inject('. 11:21(10) ack 1 win 5000');
    s.inject('. 1:11(10) ack 1 win 10');
    expect(s.stream.figures()?.sendWindow).toBe(5000);
  });

  it('is not taken from an older acknowledgment', () => {
    const s = new Script().established();
    s.write(10);
    s.inject('. 1:11(10) ack 11 win 5000');
    s.inject('. 11 ack 1 win 10');
    expect(s.stream.figures()?.sendWindow).toBe(5000);
  });
});

describe('our window', () => {
  const small = { settings: { receiveBuffer: 4000 } };

  it('is what SO_RCVBUF says, unshifted where that fits', () => {
    const s = new Script(small).connect();
    const [syn] = s.take();
    expect(syn?.text).toContain('ws 0');
    expect(syn?.window).toBe(4000);
  });

  it('shrinks by what the owner does not take, to nothing, and data beyond it are not taken', () => {
    const s = new Script(small).established();
    s.stream.pause();
    for (let i = 0; i < 4; i += 1) s.inject(`. ${i * 1000 + 1}:${i * 1000 + 1001}(1000) ack 1`);
    expect(s.take().map(({ text, window }) => [text, window])).toEqual([
      ['. 1:1(0) ack 2001', 2000],
      ['. 1:1(0) ack 4001', 0],
    ]);
    s.inject('P. 4001:4002(1) ack 1');
    s.expect('. 1:1(0) ack 4001');
    expect(s.sink.take()).toEqual([]);
  });

  it('is told again when the owner reads on, and nothing is lost', async () => {
    const s = new Script(small).established();
    s.sink.reading = false;
    for (let i = 0; i < 4; i += 1) s.inject(`. ${i * 1000 + 1}:${i * 1000 + 1001}(1000) ack 1`);
    s.take();
    expect(s.sink.take()).toEqual(['received 1000']);
    s.sink.reading = true;
    s.stream.resume();
    expect(s.sink.take()).toEqual([]);
    await s.net.after(1);
    expect(s.sink.take()).toEqual(['received 3000']);
    expect(s.take().map(({ text, window }) => [text, window])).toEqual([['. 1:1(0) ack 4001', 4000]]);
  });

  it('does not open by silly amounts', async () => {
    const s = new Script({ settings: { receiveBuffer: 20_000 } }).established();
    s.stream.pause();
    for (let i = 0; i < 20; i += 1) s.inject(`. ${i * 1000 + 1}:${i * 1000 + 1001}(1000) ack 1`);
    expect(s.take().at(-1)?.window).toBe(0);
    // The queue hands out 4000 bytes at a time; the owner stops after the first.
    s.sink.reading = false;
    s.stream.resume();
    await s.net.after(1);
    expect(s.sink.data.length).toBeGreaterThan(0);
    expect(s.take().map(({ window }) => window)).toEqual([4000]);
  });

  it('never takes back what it has promised', () => {
    const s = new Script({ synOptions: 'mss 1000,ws 4' }).established();
    let edge = 0;
    let next = 1;
    for (let i = 0; i < 300; i += 1) {
      if (i === 100) s.stream.pause();
      s.inject(`. ${next}:${next + 777}(777) ack 1`);
      next += 777;
      for (const { text, window } of s.take()) {
        const end = Number(/ack (\d+)/.exec(text)![1]) + window * 256;
        expect(end).toBeGreaterThanOrEqual(edge);
        edge = end;
      }
    }
  });

  it('is not opened by a silly amount when something else is acknowledged, either', async () => {
    const s = new Script(small).established();
    s.sink.reading = false;
    s.stream.pause();
    s.inject('U. 1:1001(1000) ack 1 urg 11');
    for (let i = 1; i < 4; i += 1) s.inject(`. ${i * 1000 + 1}:${i * 1000 + 1001}(1000) ack 1`);
    s.take();
    s.stream.resume();
    await s.net.after(1);
    // Ten bytes before the urgent one were taken.
    expect(s.sink.take()).toEqual(['received 10']);
    s.expect();
    s.inject('. 4001:4002(1) ack 1');
    expect(s.take().map(({ text, window }) => [text, window])).toEqual([['. 1:1(0) ack 4001', 0]]);
  });

  it('does not keep the acknowledgment from counting that comes with a probe', () => {
    const s = new Script({ settings: { receiveBuffer: 1000 } }).established();
    s.stream.pause();
    s.inject('. 1:1001(1000) ack 1');
    s.write(10);
    s.inject('. 1001:1002(1) ack 11');
    expect(s.stream.figures()?.bytesInFlight).toBe(0);
  });

  it('lets resets and acknowledgments at its edge through when it is closed', () => {
    const s = new Script({ settings: { receiveBuffer: 1000, sendBuffer: 10 } }).established();
    s.stream.pause();
    s.inject('. 1:1001(1000) ack 1');
    s.stream.write([new Uint8Array(20)], () => s.sink.note('done'));
    s.inject('. 1001 ack 21');
    expect(s.sink.take()).toEqual(['done']);
    s.inject('R 1001');
    expect(s.sink.take()).toEqual(['failed ECONNRESET']);
  });
});
