// When small things are sent: Nagle, delayed acknowledgments, keep-alive.
import { describe, expect, it } from 'vitest';
import { Script } from './script.js';

describe('Nagle', () => {
  it('keeps a second small segment until the first is acknowledged, and sends it all then', () => {
    const s = new Script().established();
    s.write(10);
    s.write(20);
    s.write(30);
    s.expect('P. 1:11(10) ack 1');
    s.inject('. 1 ack 11');
    s.expect('P. 11:61(50) ack 1');
  });

  it('lets whole segments go', () => {
    const s = new Script().established();
    s.write(2500);
    s.expect('. 1:1001(1000) ack 1', '. 1001:2001(1000) ack 1');
    s.inject('. 1 ack 2001');
    s.expect('P. 2001:2501(500) ack 1');
  });

  it('does not keep anything with TCP_NODELAY, nor what it kept when that is set', () => {
    const s = new Script().established();
    s.write(10);
    s.write(20);
    s.stream.set('noDelay', 1);
    s.write(30);
    s.expect('P. 1:11(10) ack 1', 'P. 11:31(20) ack 1', 'P. 31:61(30) ack 1');
  });
});

describe('acknowledgments', () => {
  it('wait 40 ms for a second segment', async () => {
    const s = new Script().established();
    s.inject('P. 1:11(10) ack 1');
    s.expect();
    await s.net.idle();
    s.expectAt([40, '. 1:1(0) ack 11']);
  });

  it('go out with the second', async () => {
    const s = new Script().established();
    s.inject('P. 1:11(10) ack 1');
    s.inject('P. 11:21(10) ack 1');
    s.expect('. 1:1(0) ack 21');
    await s.net.idle();
    s.expect();
  });

  it('go along with data', async () => {
    const s = new Script().established();
    s.inject('P. 1:11(10) ack 1');
    s.write(5);
    s.expect('P. 1:6(5) ack 11');
    s.inject('. 11 ack 6');
    await s.net.idle();
    s.expect();
  });

  it('go out as often as was asked for', () => {
    const s = new Script({ settings: { ackFrequency: 1 } }).established();
    s.inject('P. 1:11(10) ack 1');
    s.expect('. 1:1(0) ack 11');
  });

  it('do not wait where the window has no room for a second segment', () => {
    const s = new Script({ settings: { receiveBuffer: 1500 } }).established();
    s.inject('. 1:1001(1000) ack 1');
    s.expect('. 1:1(0) ack 1001');
  });

  it('go out at once for what is old', () => {
    const s = new Script().established();
    s.inject('P. 1:11(10) ack 1');
    s.inject('P. 1:11(10) ack 1');
    s.expect('. 1:1(0) ack 11');
  });
});

describe('keep-alive', () => {
  const settings = { keepAlive: 1, keepAliveIdleMs: 10_000, keepAliveIntervalMs: 2000, keepAliveCount: 3 };

  it('asks after the idle time, then at intervals, and gives the connection up', async () => {
    const s = new Script({ settings }).established();
    await s.net.idle();
    s.expectAt(...[10_000, 12_000, 14_000].map((at) => [at, '. 0:1(1) ack 1'] as const));
    expect(s.net.clock.now()).toBe(16_000);
    expect(s.sink.take()).toEqual(['failed ENETRESET']);
    expect([...s.host.tcp.rows()]).toEqual([]);
  });

  it('begins anew with every answer', async () => {
    const s = new Script({ settings }).established();
    await s.net.until(12_500);
    expect(s.take()).toHaveLength(2);
    s.inject('. 1 ack 1');
    await s.net.until(22_499);
    expect(s.take()).toHaveLength(0);
    await s.net.until(22_501);
    expect(s.take()).toHaveLength(1);
  });

  it('stays silent while something is heard', async () => {
    const s = new Script({ settings }).established();
    for (let i = 0; i < 10; i += 1) {
      await s.net.after(9000);
      s.inject(`. 1 ack 1`);
    }
    s.expect();
  });

  it('is not needed while something is being sent again', async () => {
    const s = new Script({ settings: { ...settings, keepAliveIdleMs: 400 } }).established();
    s.write(10);
    await s.net.until(4000);
    s.expectAt(...[0, 300, 900, 2100].map((at) => [at, 'P. 1:11(10) ack 1'] as const));
  });

  it('may be switched on and off on a living connection', async () => {
    const s = new Script().established();
    await s.net.until(100_000);
    for (const [setting, value] of Object.entries(settings)) s.stream.set(setting as 'keepAlive', value);
    await s.net.until(110_001);
    expect(s.take()).toHaveLength(1);
    s.stream.set('keepAlive', 0);
    await s.net.idle();
    s.expect();
    expect(s.sink.take()).toEqual([]);
  });

  it('has a probe of the peer answered', () => {
    const s = new Script().established();
    s.inject('. 0:1(1) ack 1');
    s.inject('. 0 ack 1');
    s.expect('. 1:1(0) ack 1', '. 1:1(0) ack 1');
  });
});
