// The path: its MTU, what ICMP reports about it, and what the sender's settings say of packets.
import { describe, expect, it } from 'vitest';
import { Script } from './script.js';

const BIG = { synOptions: 'mss 1460' };

describe('the path MTU', () => {
  it('bounds segments from the start where it is known', () => {
    const s = new Script(BIG);
    s.host.pathMtu = 600;
    s.established();
    expect(s.stream.pathMtu()).toBe(600);
    s.write(2000);
    s.expect('. 1:561(560) ack 1', '. 561:1121(560) ack 1', '. 1121:1681(560) ack 1');
  });

  it('is lowered by a router, and what was too large goes out again in smaller segments, not as a loss', async () => {
    const s = new Script(BIG).established();
    s.write(3000);
    const [first] = s.take();
    const before = s.stream.figures()!.congestionWindow;
    s.host.pathMtu = 1000;
    s.host.complain(first!.packet, 'EMSGSIZE', 1000);
    await s.net.after(1);
    s.expect('. 1:961(960) ack 1', '. 961:1921(960) ack 1', '. 1921:2881(960) ack 1', 'P. 2881:3001(120) ack 1');
    expect(s.stream.figures()).toMatchObject({ mss: 960, congestionWindow: before, timeoutEpisodes: 0 });
  });

  it('that has shrunk behind our back is noticed when IP refuses a packet', async () => {
    const s = new Script(BIG).established();
    s.host.pathMtu = 1000;
    s.write(1460);
    s.expect();
    await s.net.after(1);
    s.expect('. 1:961(960) ack 1', 'P. 961:1461(500) ack 1');
  });

  it('is no less than what the user allows', () => {
    const s = new Script({ ...BIG, settings: { userMtu: 800 } }).connect();
    expect(s.take()[0]?.text).toContain('mss 760');
    s.inject('S. 0 ack 1 <mss 1460>');
    expect(s.stream.figures()?.mss).toBe(760);
  });

  it('is not believed of what was never sent', async () => {
    const s = new Script(BIG).established();
    s.write(100);
    const [first] = s.take();
    s.inject('. 1 ack 101');
    s.host.pathMtu = 600;
    s.host.complain(first!.packet, 'EMSGSIZE', 600);
    await s.net.after(1);
    expect(s.stream.figures()?.mss).toBe(1460);
  });
});

describe('ICMP on a living connection', () => {
  it('is a soft error: nothing happens', async () => {
    const s = new Script().established();
    s.write(100);
    const [first] = s.take();
    for (const error of ['EHOSTUNREACH', 'ECONNREFUSED', 'ENETUNREACH', 'EACCES']) s.host.complain(first!.packet, error);
    s.inject('. 1 ack 101');
    await s.net.idle();
    expect(s.sink.take()).toEqual([]);
  });
});

describe('a route that is lost', () => {
  it('is waited for', async () => {
    const s = new Script().established();
    s.host.reachable = false;
    s.host.tcp.addressesChanged();
    s.write(10);
    s.host.reachable = true;
    s.host.tcp.addressesChanged();
    await s.net.after(301);
    expect(s.take().length).toBeGreaterThan(0);
    expect(s.sink.take()).toEqual([]);
  });
});

describe('settings', () => {
  it('reach the IP header, on a living connection too', () => {
    const s = new Script({ settings: { ttl: 7, typeOfService: 0x20, mtuDiscover: 2 } }).connect();
    expect(s.take()[0]?.packet.header).toMatchObject({ hopLimit: 7, trafficClass: 0x20, dontFragment: false });
    s.inject('S. 0 ack 1');
    s.take();
    s.stream.set('ttl', 99);
    s.stream.set('dontFragment', 1);
    s.write(1);
    expect(s.take()[0]?.packet.header).toMatchObject({ hopLimit: 99, dontFragment: true, checksumAt: 16 });
  });

  it('that a listener has are those of its connections', () => {
    const s = new Script({ settings: { ttl: 7 } }).listen();
    s.inject('S 0 <mss 1000>');
    expect(s.take()[0]?.packet.header.hopLimit).toBe(7);
    s.inject('. 1 ack 1');
    s.accepted!.set('ttl', 9);
    s.remotePort = 77;
    s.inject('S 0 <mss 1000>');
    expect(s.take().at(-1)?.packet.header.hopLimit).toBe(7);
  });

  it('of the first flight are in segments', () => {
    const s = new Script({ settings: { initialWindow: 3 } }).established();
    s.stream.write([new Uint8Array(20_000)], () => undefined);
    expect(s.take()).toHaveLength(3);
  });
});
