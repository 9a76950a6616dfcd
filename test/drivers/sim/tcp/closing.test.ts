// Connections being ended, segment by segment: FINs in every order, resets, TIME_WAIT.
import { describe, expect, it } from 'vitest';
import { Script } from './script.js';

function states(s: Script): (string | null)[] {
  return [...s.host.tcp.rows()].map(({ state }) => state);
}

function close(s: Script): void {
  s.stream.close((error) => {
    s.sink.note(`closed ${error}`);
  });
}

describe('closing first', () => {
  it('sends FIN, is told when it is acknowledged, and waits in TIME_WAIT after the peer has closed', async () => {
    const s = new Script().established();
    close(s);
    s.expect('F. 1:1(0) ack 1');
    expect(states(s)).toEqual(['FIN_WAIT_1']);
    s.inject('. 1 ack 2');
    expect(s.sink.take()).toEqual(['closed null']);
    expect(states(s)).toEqual(['FIN_WAIT_2']);
    s.inject('F. 1 ack 2');
    s.expect('. 2:2(0) ack 2');
    expect(states(s)).toEqual(['TIME_WAIT']);
    await s.net.until(119_999);
    expect(states(s)).toEqual(['TIME_WAIT']);
    await s.net.idle();
    expect(states(s)).toEqual([]);
    expect(s.net.clock.now()).toBe(120_000);
    s.expect();
  });

  it('sends the FIN with the last data', () => {
    const s = new Script().established();
    s.write(1500);
    close(s);
    s.expect('. 1:1001(1000) ack 1', 'FP. 1001:1501(500) ack 1');
  });

  it('gives up waiting for the peer after 120 seconds', async () => {
    const s = new Script().established();
    close(s);
    s.inject('. 1 ack 2');
    await s.net.idle();
    expect(s.net.clock.now()).toBe(120_000);
    expect(states(s)).toEqual([]);
  });

  it('gives up waiting for the peer 120 seconds after it was closed, if it was shut down before', async () => {
    const s = new Script().established();
    s.stream.shutdownWrite();
    s.inject('. 1 ack 2');
    await s.net.until(500_000);
    close(s);
    await s.net.idle();
    expect(s.net.clock.now()).toBe(620_000);
    expect(states(s)).toEqual([]);
  });

  it('waits for ever for a peer that may still send where only sending was shut down', async () => {
    const s = new Script().established();
    s.stream.shutdownWrite();
    s.inject('. 1 ack 2');
    await s.net.until(1_000_000);
    expect(states(s)).toEqual(['FIN_WAIT_2']);
    s.inject('P. 1:11(10) ack 2');
    s.inject('F. 11 ack 2');
    expect(s.sink.take()).toEqual(['received 10', 'ended']);
    expect(states(s)).toEqual(['TIME_WAIT']);
  });

  it('resets a peer that sends data afterwards', () => {
    const s = new Script().established();
    close(s);
    s.inject('. 1 ack 2');
    s.take();
    s.inject('P. 1:11(10) ack 2');
    s.expect('R. 2 ack 1');
    expect(states(s)).toEqual([]);
  });

  it('takes and drops what comes while its own data are on the way', () => {
    const s = new Script().established();
    s.write(100);
    close(s);
    s.take();
    s.inject('P. 1:11(10) ack 1');
    s.inject('P. 11:21(10) ack 1');
    s.expect('. 102:102(0) ack 21');
    s.inject('. 21 ack 102');
    expect(s.sink.take()).toEqual(['closed null']);
  });

  it('resets a peer whose words were not read, but not before what was written has been delivered', async () => {
    const s = new Script().established();
    s.stream.pause();
    s.inject('P. 1:11(10) ack 1');
    s.write(10);
    close(s);
    s.expect('P. 1:11(10) ack 11', 'F. 11:11(0) ack 11');
    const t = new Script().established();
    t.stream.pause();
    t.inject('P. 1:11(10) ack 1');
    close(t);
    t.expect('R. 1 ack 11');
    await t.net.idle();
    expect(t.sink.take()).toEqual(['closed null']);
  });

  it('sends the FIN again, and reports the loss in the end', async () => {
    const s = new Script().established();
    close(s);
    await s.net.idle();
    expect(s.take().map(({ text }) => text)).toEqual(Array.from({ length: 6 }, () => 'F. 1:1(0) ack 1'));
    expect(s.sink.take()).toEqual(['closed ETIMEDOUT']);
    expect(states(s)).toEqual([]);
  });
});

describe('closing both at once', () => {
  it('goes through CLOSING', () => {
    const s = new Script().established();
    close(s);
    s.take();
    s.inject('F. 1 ack 1');
    s.expect('. 2:2(0) ack 2');
    expect(states(s)).toEqual(['CLOSING']);
    s.inject('. 2 ack 2');
    expect(states(s)).toEqual(['TIME_WAIT']);
    expect(s.sink.take()).toEqual(['closed null']);
  });

  it('needs no CLOSING if the FIN acknowledges ours', () => {
    const s = new Script().established();
    close(s);
    s.inject('F. 1 ack 2');
    expect(states(s)).toEqual(['TIME_WAIT']);
  });
});

describe('closing second', () => {
  it('goes through CLOSE_WAIT and LAST_ACK and leaves nothing behind', async () => {
    const s = new Script().established();
    s.inject('F. 1 ack 1');
    s.expect('. 1:1(0) ack 2');
    expect(s.sink.take()).toEqual(['ended']);
    expect(states(s)).toEqual(['CLOSE_WAIT']);
    s.write(10);
    s.expect('P. 1:11(10) ack 2');
    s.inject('. 2 ack 11');
    close(s);
    s.expect('F. 11:11(0) ack 2');
    expect(states(s)).toEqual(['LAST_ACK']);
    s.inject('. 2 ack 12');
    expect(s.sink.take()).toEqual(['closed null']);
    expect(states(s)).toEqual([]);
    await s.net.idle();
    expect(s.net.clock.now()).toBeLessThan(1000);
  });

  it('takes a FIN that came before the data it follows', () => {
    const s = new Script().established();
    s.inject('FP. 11:21(10) ack 1');
    s.expect('. 1:1(0) ack 1');
    s.inject('P. 1:11(10) ack 1');
    expect(s.sink.take()).toEqual(['received 10', 'received 10', 'ended']);
    s.expect('. 1:1(0) ack 22');
  });

  it('acknowledges a repeated FIN again', () => {
    const s = new Script().established();
    s.inject('F. 1 ack 1');
    s.inject('F. 1 ack 1');
    s.expect('. 1:1(0) ack 2', '. 1:1(0) ack 2');
    expect(s.sink.take()).toEqual(['ended']);
  });
});

describe('TIME_WAIT', () => {
  function waiting(): Script {
    const s = new Script().listen();
    s.inject('S 0 <mss 1000>');
    s.inject('. 1 ack 1');
    s.accepted!.close(() => undefined);
    s.inject('F. 1 ack 2');
    s.take();
    return s;
  }

  it('acknowledges a repeated FIN and waits on from there', async () => {
    const s = waiting();
    await s.net.until(50_000);
    s.inject('F. 1 ack 2');
    s.expect('. 2:2(0) ack 2');
    await s.net.until(169_000);
    expect(states(s)).toEqual(['LISTENING', 'TIME_WAIT']);
    await s.net.idle();
    expect(s.net.clock.now()).toBe(170_000);
  });

  it('is not ended by a reset', () => {
    const s = waiting();
    s.inject('R 2');
    s.inject('R. 2 ack 2');
    s.expect();
    expect(states(s)).toEqual(['LISTENING', 'TIME_WAIT']);
  });

  it('gives way to a new connection whose number is higher', () => {
    const s = waiting();
    s.inject('S 100 <mss 1000>');
    expect(s.take().map(({ text }) => text)).toEqual(['S. 131074:131074(0) ack 101 <mss 1460>']);
    expect(states(s)).toEqual(['LISTENING', 'SYN_RECEIVED']);
  });

  it('answers a SYN from the past', () => {
    const s = waiting();
    s.inject('S -5 <mss 1000>');
    s.expect('. 2:2(0) ack 2');
    expect(states(s)).toEqual(['LISTENING', 'TIME_WAIT']);
  });

  it('answers old data and is silent on an exact acknowledgment', () => {
    const s = waiting();
    s.inject('P. 1:5(4) ack 2');
    s.expect('. 2:2(0) ack 2');
    s.inject('. 2 ack 2');
    s.expect();
  });

  it('is ended by its owner through a reset, unheard', () => {
    const s = new Script().established();
    s.stream.shutdownWrite();
    s.inject('F. 1 ack 2');
    expect(states(s)).toEqual(['TIME_WAIT']);
    s.take();
    s.stream.reset();
    s.expect();
    expect(states(s)).toEqual([]);
  });
});

describe('a reset', () => {
  it('ends the connection at the exact number', () => {
    const s = new Script().established();
    s.inject('R 1');
    s.expect();
    expect(s.sink.take()).toEqual(['failed ECONNRESET']);
    expect(states(s)).toEqual([]);
  });

  it('is answered by a challenge at another number in the window, and passed over outside it', () => {
    const s = new Script().established();
    s.inject('R 2');
    s.expect('. 1:1(0) ack 1');
    s.inject('R 0');
    s.inject('R 9000000');
    s.expect();
    expect(s.sink.take()).toEqual([]);
  });

  it('goes out where the owner asks for it, and drops what was queued', async () => {
    const s = new Script().established();
    s.stream.write([new Uint8Array(200_000)], (error) => s.sink.note(`done ${error}`));
    s.take();
    s.stream.reset();
    s.expect('R. 10001 ack 1');
    await s.net.idle();
    expect(s.sink.take()).toEqual(['done ECONNABORTED']);
    expect(states(s)).toEqual([]);
  });

  it('says nothing to a peer that has closed and has everything, but does to one that has not', () => {
    for (const [acknowledged, expected] of [
      ['. 2 ack 11', []],
      ['. 2 ack 5', ['R. 12 ack 2']],
    ] as const) {
      const s = new Script().established();
      s.write(10);
      s.inject('F. 1 ack 1');
      s.stream.shutdownWrite();
      s.inject(acknowledged);
      expect(states(s)).toEqual(['LAST_ACK']);
      s.take();
      s.stream.reset();
      s.expect(...expected);
    }
  });

  it('by the owner may come while a segment is looked at that ends the stream', () => {
    const s = new Script().established();
    s.sink.onReceived = () => {
      s.stream.reset();
    };
    s.inject('FP. 1:11(10) ack 1');
    s.expect('R. 1 ack 11');
    expect(s.sink.take()).toEqual(['received 10']);
    expect(states(s)).toEqual([]);
  });

  it('answers everything that waits', async () => {
    const s = new Script().established();
    s.stream.write([new Uint8Array(200_000)], (error) => s.sink.note(`done ${error}`));
    close(s);
    s.inject('R 1');
    expect(s.sink.take()).toEqual(['done ECONNRESET', 'closed ECONNRESET']);
    expect(s.stream.write([Uint8Array.of(1)], (error) => s.sink.note(`late ${error}`))).toBe(false);
    await s.net.idle();
    expect(s.sink.take()).toEqual(['late ECONNRESET']);
  });
});

describe('suspicious segments', () => {
  it('a SYN on a living connection is answered by a challenge, which a peer that has restarted answers by a reset', () => {
    const s = new Script().established();
    s.inject('S 700 <mss 1000>');
    s.expect('. 1:1(0) ack 1');
    s.inject('R 1');
    expect(s.sink.take()).toEqual(['failed ECONNRESET']);
  });

  it('an acknowledgment of what was never sent is answered and changes nothing', () => {
    const s = new Script().established();
    s.inject('P. 1:11(10) ack 50');
    s.expect('. 1:1(0) ack 1');
    expect(s.sink.take()).toEqual([]);
  });

  it('an acknowledgment from the far past is answered by a challenge', () => {
    const s = new Script().established();
    s.inject('P. 1:11(10) ack -70000');
    s.expect('. 1:1(0) ack 1');
    expect(s.sink.take()).toEqual([]);
  });

  it('challenges are limited to ten a second', async () => {
    const s = new Script().established();
    for (let i = 0; i < 25; i += 1) s.inject('R 2');
    expect(s.take()).toHaveLength(10);
    await s.net.after(1000);
    s.inject('R 2');
    expect(s.take()).toHaveLength(1);
  });

  it('data without ACK are dropped', () => {
    const s = new Script().established();
    s.inject('P 1:11(10)');
    s.expect();
    expect(s.sink.take()).toEqual([]);
  });

  it('data outside the window are answered and dropped', () => {
    const s = new Script().established();
    s.inject('P. -100:-90(10) ack 1');
    s.inject('P. 70000:70010(10) ack 1');
    s.expect('. 1:1(0) ack 1', '. 1:1(0) ack 1');
    expect(s.sink.take()).toEqual([]);
  });

  it('of data that begin before the window only the new part counts', () => {
    const s = new Script().established();
    s.inject('P. 1:11(10) ack 1');
    s.inject('P. 6:21(15) ack 1');
    expect([...s.sink.data]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('old timestamps are taken for an old segment', () => {
    const s = new Script({ settings: { timestamps: 1 }, synOptions: 'mss 1000,TS 500 0' }).established();
    s.inject('P. 1:11(10) ack 1 <TS 499 0>');
    s.expect('. 1:1(0) ack 1 <TS>');
    s.inject('P. 1:11(10) ack 1 <TS 501 0>');
    expect(s.sink.take()).toEqual(['received 10']);
  });
});
