// Losses, segment by segment: retransmission after timeouts, fast retransmit and recovery, SACK.
import { describe, expect, it } from 'vitest';
import { Script } from './script.js';

const SACK = { synOptions: 'mss 1000,ws 0,sackOK' };

/** The first of twenty segments of 1000 bytes. */
function segment(number: number, ack = 1): string {
  return `. ${number * 1000 + 1}:${number * 1000 + 1001}(1000) ack ${ack}`;
}

/** Twenty segments are queued and the first ten, one initial window, were sent. */
function flight(options = {}): Script {
  const s = new Script({ settings: { sendBuffer: 1_000_000 }, ...options }).established();
  s.write(20_000);
  s.expect(...Array.from({ length: 10 }, (_, i) => segment(i)));
  return s;
}

describe('a timeout', () => {
  it('repeats the first segment five times, each time after twice the time, and ends the connection', async () => {
    const s = new Script().established();
    s.write(100);
    await s.net.idle();
    // The round trip of the handshake was 0, so the first timeout is the least one.
    s.expectAt(...[0, 300, 900, 2100, 4500, 9300].map((at) => [at, 'P. 1:101(100) ack 1'] as const));
    expect(s.net.clock.now()).toBe(18_900);
    expect(s.sink.take()).toEqual(['failed ETIMEDOUT']);
    expect(s.stream.figures()).toMatchObject({ timeoutEpisodes: 1, bytesRetransmitted: 500 });
  });

  it('is 3 seconds for a peer whose SYN came late', async () => {
    const s = new Script().connect();
    await s.net.until(4000);
    s.inject('S. 0 ack 1 <mss 1000>');
    s.take();
    s.write(10);
    await s.net.until(6999);
    expect(s.take()).toHaveLength(1);
    await s.net.until(7001);
    expect(s.take()).toHaveLength(1);
  });

  it('of a SYN leaves one segment for the first flight', async () => {
    const s = new Script().connect();
    await s.net.until(4000);
    s.inject('S. 0 ack 1 <mss 1000>');
    s.take();
    s.write(5000);
    s.expect('. 1:1001(1000) ack 1');
  });

  it('is measured as RFC 6298 has it', async () => {
    const s = new Script().connect();
    await s.net.until(400);
    s.inject('S. 0 ack 1 <mss 1000>');
    s.take();
    s.write(10);
    // 400 + 4 * 200
    await s.net.until(1599);
    expect(s.take()).toHaveLength(1);
    await s.net.until(1601);
    expect(s.take()).toHaveLength(1);
    expect(s.stream.figures()?.roundTrip).toBe(400_000);
  });

  it('ends the connection when TCP_MAXRT has passed, and never where it says so', async () => {
    const limited = new Script({ settings: { retransmitMs: 60_000 } }).established();
    limited.write(1);
    await limited.net.idle();
    expect(limited.net.clock.now()).toBe(60_000);
    expect(limited.sink.take()).toEqual(['failed ETIMEDOUT']);
    const endless = new Script({ settings: { retransmitMs: -1 } }).established();
    endless.write(1);
    await endless.net.until(1_000_000);
    expect(endless.sink.take()).toEqual([]);
    const times = endless.take().map(({ at }) => at);
    expect(times.at(-1)! - times.at(-2)!).toBe(60_000);
  });

  it('starts again from one segment, and grows by what is acknowledged', async () => {
    const s = flight();
    await s.net.after(300);
    s.expect(segment(0));
    s.inject('. 1 ack 1001');
    s.expect(segment(1), segment(2));
    s.inject('. 1 ack 3001');
    s.expect(segment(3), segment(4), segment(5));
    expect(s.stream.figures()).toMatchObject({ timeoutEpisodes: 1, bytesRetransmitted: 6000 });
  });

  it('does not repeat what SACK has told of', async () => {
    const s = flight(SACK);
    s.inject('. 1 ack 1 <sack 1001:3001>');
    s.take();
    await s.net.after(301);
    s.take();
    s.inject('. 1 ack 1001 <sack 1001:3001>');
    s.expect(segment(3), segment(4));
  });

  it('is not taken for a round trip afterwards', async () => {
    const s = new Script().established();
    s.write(10);
    await s.net.after(301);
    s.inject('. 1 ack 11');
    expect(s.stream.figures()).toMatchObject({ roundTrip: 1, leastRoundTrip: 0 });
  });
});

describe('duplicates without SACK', () => {
  it('let new segments out twice, and the third repeats what is missing', () => {
    const s = flight();
    s.inject('. 1 ack 1');
    s.expect(segment(10));
    s.inject('. 1 ack 1');
    s.expect(segment(11));
    s.inject('. 1 ack 1');
    s.expect(segment(0));
    // Half of the twelve on the way, and three more for the duplicates.
    expect(s.stream.figures()).toMatchObject({ congestionWindow: 9000, fastRetransmits: 1, duplicateAcksIn: 3 });
    for (let i = 0; i < 4; i += 1) s.inject('. 1 ack 1');
    s.expect(segment(12));
    s.inject('. 1 ack 12001');
    expect(s.stream.figures()?.congestionWindow).toBe(2000);
    s.expect(segment(13));
  });

  it('the window grows in slow start by what is acknowledged, but by no more than two segments at once', () => {
    const s = flight();
    s.inject('. 1 ack 501');
    expect(s.stream.figures()?.congestionWindow).toBe(10_500);
    s.inject('. 1 ack 8001');
    expect(s.stream.figures()?.congestionWindow).toBe(12_500);
  });

  it('after a pause the window is the initial one again', async () => {
    const s = flight();
    s.inject('. 1 ack 10001');
    s.inject('. 1 ack 20001');
    expect(s.stream.figures()?.congestionWindow).toBe(14_000);
    await s.net.after(10_000);
    s.take();
    s.write(20_000);
    expect(s.take()).toHaveLength(10);
  });

  it('the window opens by a segment for each part that is acknowledged, less that part', () => {
    const s = flight();
    for (let i = 0; i < 3; i += 1) s.inject('. 1 ack 1');
    expect(s.stream.figures()?.congestionWindow).toBe(9000);
    s.inject('. 1 ack 3001');
    expect(s.stream.figures()?.congestionWindow).toBe(7000);
  });

  it('an acknowledgment of a part repeats the next hole (NewReno)', () => {
    const s = flight();
    for (let i = 0; i < 3; i += 1) s.inject('. 1 ack 1');
    s.take();
    s.inject('. 1 ack 5001');
    s.expect(segment(5));
  });

  it('are not counted if they bring data, or another window', () => {
    const s = flight();
    s.inject('. 1 ack 1 win 60000');
    s.inject('. 1:11(10) ack 1 win 60000');
    s.inject('. 11 ack 1 win 50000');
    expect(s.stream.figures()?.duplicateAcksIn).toBe(0);
  });
});

describe('SACK at the sender', () => {
  it('three segments beyond a hole repeat it, and it alone', () => {
    const s = flight(SACK);
    s.inject('. 1 ack 1 <sack 1001:2001>');
    s.inject('. 1 ack 1 <sack 1001:3001>');
    s.expect(segment(10), segment(11));
    s.inject('. 1 ack 1 <sack 1001:4001>');
    s.expect(segment(0));
    s.inject('. 1 ack 12001');
    expect(s.stream.figures()).toMatchObject({ fastRetransmits: 1, bytesRetransmitted: 1000, congestionWindow: 2000 });
  });

  it('several holes are repeated within one round trip, as the pipe empties', () => {
    const s = flight(SACK);
    // Segments 0, 2 and 4 are missing.
    s.inject('. 1 ack 1 <sack 9001:10001 5001:9001 3001:4001 1001:2001>');
    s.expect(segment(0), segment(2), segment(4), segment(10), segment(11));
    s.inject('. 1 ack 2001 <sack 3001:4001 5001:10001>');
    s.inject('. 1 ack 12001');
    expect(s.stream.figures()).toMatchObject({ bytesRetransmitted: 3000, fastRetransmits: 1 });
  });

  it('a repetition that is lost too is repeated when what was sent after it has come', () => {
    const s = flight(SACK);
    s.inject('. 1 ack 1 <sack 1001:10001>');
    const first = s.take().map(({ text }) => text);
    expect(first).toEqual([segment(0), ...Array.from({ length: 4 }, (_, i) => segment(10 + i))]);
    s.inject('. 1 ack 1 <sack 1001:14001>');
    expect(s.take().map(({ text }) => text)[0]).toBe(segment(0));
  });

  it('the last segment is repeated once where nothing behind it can tell', () => {
    const s = new Script(SACK).established();
    s.write(6000);
    s.take();
    // Segments 0 and 5 are missing.
    s.inject('. 1 ack 1 <sack 1001:5001>');
    s.expect(segment(0), 'P. 5001:6001(1000) ack 1');
    s.inject('. 1 ack 5001');
    s.expect();
  });

  it('nonsense is passed over', () => {
    const s = flight(SACK);
    s.inject('. 1 ack 1 <sack 50001:60001>');
    s.inject('. 1 ack 1 <sack 3001:2001>');
    expect(s.stream.figures()?.duplicateAcksIn).toBe(0);
    s.expect();
  });
});

describe('SACK at the receiver', () => {
  it('tells what has come beyond a hole, the latest first', () => {
    const s = new Script(SACK).established();
    s.inject('. 1001:2001(1000) ack 1');
    s.inject('. 3001:4001(1000) ack 1');
    s.inject('. 5001:6001(1000) ack 1');
    s.inject('. 2001:3001(1000) ack 1');
    s.expect(
      '. 1:1(0) ack 1 <sack 1001:2001>',
      '. 1:1(0) ack 1 <sack 3001:4001 1001:2001>',
      '. 1:1(0) ack 1 <sack 5001:6001 3001:4001 1001:2001>',
      '. 1:1(0) ack 1 <sack 1001:4001 5001:6001>',
    );
    s.inject('. 1:1001(1000) ack 1');
    s.expect('. 1:1(0) ack 4001 <sack 5001:6001>');
    s.inject('. 4001:5001(1000) ack 1');
    s.expect('. 1:1(0) ack 6001');
    expect(s.sink.data).toHaveLength(6000);
    expect(s.sink.data.every((byte, i) => byte === ((i + 1) & 0xff))).toBe(true);
    expect(s.stream.figures()).toMatchObject({ bytesIn: 6000, bytesReordered: 4000 });
  });

  it('is silent for a peer that did not permit it', () => {
    const s = new Script().established();
    s.inject('. 1001:2001(1000) ack 1');
    s.expect('. 1:1(0) ack 1');
  });

  it('tells three islands beside timestamps, four without', () => {
    for (const [options, count, stamp] of [
      ['mss 1000,ws 0,sackOK', 4, ''],
      ['mss 1000,ws 0,sackOK,TS 1 0', 3, ' <TS 2 0>'],
    ] as const) {
      const s = new Script({ synOptions: options, settings: { timestamps: 1 } }).established();
      for (let i = 1; i <= 6; i += 1) s.inject(`. ${i * 2000}:${i * 2000 + 1000}(1000) ack 1${stamp}`);
      expect(s.take().at(-1)?.text.match(/\d+:\d+/g)).toHaveLength(1 + count);
    }
  });
});
