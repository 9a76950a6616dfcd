// Connections being opened, segment by segment: the handshake and its options, simultaneous opens, refusals, time-outs.
import { describe, expect, it } from 'vitest';
import { Script } from './script.js';

const SYN_OPTIONS = '<mss 1460,ws 8,sackOK>';

describe('calling', () => {
  it('sends SYN, takes SYN-ACK, and acknowledges it', () => {
    const s = new Script().connect();
    s.expect(`S 0:0(0) ${SYN_OPTIONS}`);
    s.inject('S. 0 ack 1 win 1000 <mss 1460,ws 7,sackOK>');
    s.expect('. 1:1(0) ack 1');
    expect(s.sink.take()).toEqual(['connected']);
    expect(s.stream.figures()?.state).toBe(4);
    expect(s.stream.figures()?.sendWindow).toBe(1000);
  });

  it('names timestamps in its SYN only where they were asked for', () => {
    const s = new Script({ settings: { timestamps: 1 } }).connect();
    s.expect('S 0:0(0) <mss 1460,ws 8,sackOK,TS>');
    s.inject('S. 0 ack 1 <mss 1460,TS 7 0>');
    s.expect('. 1:1(0) ack 1 <TS>');
    expect(s.stream.figures()?.timestampsEnabled).toBe(true);
  });

  it('sends the SYN three times, at 0, 3 and 9 seconds, and gives up at 21', async () => {
    const s = new Script().connect();
    await s.net.idle();
    s.expectAt([0, `S 0:0(0) ${SYN_OPTIONS}`], [3000, `S 0:0(0) ${SYN_OPTIONS}`], [9000, `S 0:0(0) ${SYN_OPTIONS}`]);
    expect(s.sink.take()).toEqual(['connectFailed ETIMEDOUT']);
    expect(s.net.clock.now()).toBe(21_000);
    expect([...s.host.tcp.rows()]).toEqual([]);
  });

  it('sends it once where that was asked for, with the timeout asked for', async () => {
    const s = new Script({ settings: { noSynRetries: 1, initialTimeoutMs: 500 } }).connect();
    await s.net.idle();
    expect(s.take()).toHaveLength(1);
    expect(s.sink.take()).toEqual(['connectFailed ETIMEDOUT']);
    expect(s.net.clock.now()).toBe(500);
  });

  it('sends it again until TCP_MAXRT has passed', async () => {
    const s = new Script({ settings: { retransmitMs: 30_000 } }).connect();
    await s.net.idle();
    expect(s.take().map(({ at }) => at)).toEqual([0, 3000, 9000, 21_000]);
    expect(s.net.clock.now()).toBe(30_000);
  });

  it('is refused by a reset that acknowledges the SYN', () => {
    const s = new Script().connect();
    s.take();
    s.inject('R. 0 ack 1');
    s.expect();
    expect(s.sink.take()).toEqual(['connectFailed ECONNREFUSED']);
  });

  it('is not refused by a reset that acknowledges nothing, or something else', () => {
    const s = new Script().connect();
    s.take();
    s.inject('R 0');
    s.inject('R. 0 ack 2');
    s.expect();
    expect(s.sink.take()).toEqual([]);
  });

  it('resets whoever acknowledges what was never sent', () => {
    const s = new Script().connect();
    s.take();
    s.inject('S. 0 ack 77');
    s.expect('R 77');
    s.inject('. 0 ack 0');
    s.expect('R 0');
    expect(s.sink.take()).toEqual([]);
  });

  it('tells at the end what ICMP blamed it on', async () => {
    const s = new Script().connect();
    s.host.complain(s.take()[0]!.packet, 'EHOSTUNREACH');
    expect(s.sink.take()).toEqual([]);
    await s.net.idle();
    expect(s.sink.take()).toEqual(['connectFailed EHOSTUNREACH']);
    expect(s.net.clock.now()).toBe(21_000);
  });

  it('ends at once with what ICMP blames it on where that was asked for', () => {
    const s = new Script({ settings: { failOnIcmp: 1 } }).connect();
    s.host.complain(s.take()[0]!.packet, 'ENETUNREACH');
    expect(s.sink.take()).toEqual(['connectFailed ENETUNREACH']);
  });

  it('is dropped in silence when closed or reset before the answer', async () => {
    for (const end of ['close', 'reset'] as const) {
      const s = new Script().connect();
      s.take();
      s.stream[end](() => s.sink.note('closed'));
      s.expect();
      await s.net.idle();
      expect(s.sink.take()).toEqual(end === 'close' ? ['closed'] : []);
      s.inject('S. 0 ack 1');
      s.expect('R 1');
    }
  });
});

describe('calling each other', () => {
  it('makes one connection of two SYNs that cross', () => {
    const s = new Script().connect();
    s.take();
    s.inject('S 0 win 500 <mss 1460,ws 4,sackOK>');
    s.expect(`S. 0:0(0) ack 1 ${SYN_OPTIONS}`);
    expect([...s.host.tcp.rows()].map(({ state }) => state)).toEqual(['SYN_RECEIVED']);
    s.inject('S. 0 ack 1 win 500 <mss 1460,ws 4,sackOK>');
    expect(s.sink.take()).toEqual(['connected']);
    expect(s.stream.figures()).toMatchObject({ state: 4, sendWindow: 496 });
  });

  it('is completed by a bare acknowledgment too', () => {
    const s = new Script().connect();
    s.take();
    s.inject('S 0 win 500 <mss 1460>');
    s.inject('. 1 ack 1 win 600');
    expect(s.sink.take()).toEqual(['connected']);
    expect(s.stream.figures()?.sendWindow).toBe(600);
  });

  it('is refused by a reset', () => {
    const s = new Script().connect();
    s.inject('S 0 win 500');
    s.inject('R 1');
    expect(s.sink.take()).toEqual(['connectFailed ECONNREFUSED']);
  });
});

describe('being called', () => {
  it('answers SYN by SYN-ACK with the options that both know, and tells of the connection when it is complete', () => {
    const s = new Script().listen();
    s.inject('S 0 win 8000 <mss 1400,ws 2>');
    s.expect('S. 0:0(0) ack 1 <mss 1460,ws 8>');
    expect(s.sink.take()).toEqual([]);
    s.inject('. 1 ack 1 win 100');
    s.expect();
    expect(s.sink.take()).toEqual(['accepted']);
    expect(s.accepted?.figures()).toMatchObject({ state: 4, mss: 1400, sendWindow: 400 });
    expect(s.accepted?.remote).toEqual({ family: 'ipv4', address: '10.0.0.2', port: 5000, scopeId: 0 });
    expect(s.accepted?.local).toEqual({ family: 'ipv4', address: '10.0.0.1', port: 80, scopeId: 0 });
  });

  it('uses timestamps where the caller does', () => {
    const s = new Script().listen();
    s.inject('S 0 <mss 1400,TS 5 0>');
    s.expect('S. 0:0(0) ack 1 <mss 1460,TS>');
  });

  it('takes 536 for the segment size of a caller that names none', () => {
    const s = new Script().listen();
    s.inject('S 0');
    s.inject('. 1 ack 1');
    expect(s.accepted?.figures()?.mss).toBe(536);
  });

  it('answers a repeated SYN again', () => {
    const s = new Script().listen();
    s.inject('S 0 <mss 1000>');
    s.inject('S 0 <mss 1000>');
    s.expect('S. 0:0(0) ack 1 <mss 1460>', 'S. 0:0(0) ack 1 <mss 1460>');
  });

  it('repeats SYN-ACK at 3 and 9 seconds and forgets the caller at 21', async () => {
    const s = new Script().listen();
    s.inject('S 0 <mss 1000>');
    await s.net.idle();
    expect(s.take().map(({ at }) => at)).toEqual([0, 3000, 9000]);
    expect(s.net.clock.now()).toBe(21_000);
    expect(s.sink.take()).toEqual([]);
    expect([...s.host.tcp.rows()]).toHaveLength(1);
  });

  it('forgets a caller that resets', async () => {
    const s = new Script().listen();
    s.inject('S 0 <mss 1000>');
    s.inject('R 1');
    expect([...s.host.tcp.rows()]).toHaveLength(1);
    expect(s.sink.take()).toEqual([]);
    await s.net.idle();
    expect(s.net.clock.now()).toBe(0);
  });

  it('resets whoever acknowledges something else than its SYN', () => {
    const s = new Script().listen();
    s.inject('S 0 <mss 1000>');
    s.take();
    s.inject('. 1 ack 5');
    s.expect('R 5');
    expect(s.sink.take()).toEqual([]);
  });

  it('takes data that come with the last part of the handshake', () => {
    const s = new Script().listen();
    s.inject('S 0 <mss 1000>');
    s.inject('P. 1:11(10) ack 1');
    expect(s.sink.take()).toEqual(['accepted']);
    s.accepted!.attach(s.sink);
    return s.net.after(1).then(() => {
      expect(s.sink.take()).toEqual(['received 10']);
    });
  });

  it('resets a segment that is no SYN, and never answers a reset', () => {
    const s = new Script().listen();
    s.inject('. 1 ack 9');
    s.expect('R 9');
    s.inject('R 1');
    s.inject('F 1');
    s.expect();
  });
});

describe('nobody', () => {
  it('answers a segment without acknowledgment by a reset that acknowledges it', () => {
    const s = new Script();
    s.inject('S 0');
    s.expect('R. -1000000 ack 1');
    s.inject('PF 10:15(5)');
    s.expect('R. -1000000 ack 16');
  });

  it('answers one with an acknowledgment by a reset at that number', () => {
    const s = new Script();
    s.inject('. 10:15(5) ack 33');
    s.expect('R 33');
  });
});
