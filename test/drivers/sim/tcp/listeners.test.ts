// Listeners: the backlog, held connections, and who gets a SYN; and the ports that sockets get.
import { describe, expect, it } from 'vitest';
import type { NetAddress, StreamTransport } from '../../../../src/drivers/contract.js';
import { Random } from '../../../../src/drivers/sim/random.js';
import { SimStream } from '../../../../src/drivers/sim/sockets/stream.js';
import { Script } from './script.js';
import { Sink } from './sink.js';
import { Net, type TestIp } from './two-hosts.js';

const SOLE = { v6Only: false, shared: false };

function call(s: Script, port: number, complete = true): string[] {
  s.remotePort = port;
  s.inject('S 0 <mss 1000>');
  if (complete) s.inject('. 1 ack 1');
  return s.take().map(({ text }) => text);
}

describe('a full backlog', () => {
  it('is answered by a reset until somebody was attached or reset', () => {
    const s = new Script().listen(2);
    const taken: StreamTransport[] = [];
    s.sink.onAccepted = (connection) => taken.push(connection);
    expect(call(s, 1)).toEqual(['S. 0:0(0) ack 1 <mss 1460>']);
    expect(call(s, 2)).toEqual(['S. 0:0(0) ack 1 <mss 1460>']);
    expect(call(s, 3)).toEqual(['R. -1000000 ack 1', 'R 1']);
    taken[0]!.attach(new Sink());
    expect(call(s, 4)).toEqual(['S. 0:0(0) ack 1 <mss 1460>']);
    expect(call(s, 5)[0]).toBe('R. -1000000 ack 1');
    taken[1]!.reset();
    s.take();
    expect(call(s, 6)).toEqual(['S. 0:0(0) ack 1 <mss 1460>']);
    expect(taken).toHaveLength(4);
  });

  it('counts handshakes that are going on, but not those whose caller is silent', async () => {
    const s = new Script().listen(1);
    call(s, 1, false);
    expect(call(s, 2)[0]).toBe('R. -1000000 ack 1');
    await s.net.after(3001);
    s.take();
    expect(call(s, 3)).toEqual(['S. 0:0(0) ack 1 <mss 1460>']);
    // The silent one speaks after all, and there is no room.
    s.remotePort = 1;
    s.inject('. 1 ack 1');
    s.expect('R. 1 ack 1');
    expect(s.sink.take()).toEqual(['accepted']);
  });

  it('may be set on a listener that listens', () => {
    const s = new Script().listen(1);
    call(s, 1);
    s.stream.set('backlog', 2);
    expect(call(s, 2)).toEqual(['S. 0:0(0) ack 1 <mss 1460>']);
    expect(s.sink.take()).toEqual(['accepted', 'accepted']);
  });
});

describe('a held connection', () => {
  const settings = { holdConnections: 1 };

  it('is told of at once and answered when it is attached', async () => {
    const s = new Script({ settings }).listen();
    s.inject('S 0 <mss 1000>');
    s.expect();
    expect(s.sink.take()).toEqual(['accepted']);
    s.inject('S 0 <mss 1000>');
    await s.net.after(5000);
    s.expect();
    s.accepted!.attach(s.sink);
    s.expect('S. 0:0(0) ack 1 <mss 1460>');
    s.accepted!.write([Uint8Array.of(1, 2, 3)], () => undefined);
    s.expect();
    s.inject('. 1 ack 1');
    s.expect('P. 1:4(3) ack 1');
    expect(s.sink.take()).toEqual([]);
  });

  it('may be closed before its handshake is complete, and ends then in order', () => {
    const s = new Script({ settings }).listen();
    s.inject('S 0 <mss 1000>');
    s.accepted!.attach(s.sink);
    s.accepted!.write([Uint8Array.of(1, 2, 3)], () => undefined);
    s.accepted!.close((error) => {
      s.sink.note(`closed ${error}`);
    });
    s.expect('S. 0:0(0) ack 1 <mss 1460>');
    s.inject('. 1 ack 1');
    s.expect('FP. 1:4(3) ack 1');
    s.sink.take();
    s.inject('. 1 ack 5');
    expect(s.sink.take()).toEqual(['closed null']);
  });

  it('is refused by a reset', () => {
    const s = new Script({ settings }).listen();
    s.inject('S 0 <mss 1000>');
    s.accepted!.reset();
    s.expect('R. 1 ack 1');
    expect([...s.host.tcp.rows()]).toHaveLength(1);
  });

  it('whose caller has given up is found dead when it is attached', async () => {
    const s = new Script({ settings }).listen();
    s.inject('S 0 <mss 1000>');
    s.inject('R 1');
    s.sink.take();
    s.accepted!.attach(s.sink);
    expect(s.sink.take()).toEqual([]);
    await s.net.idle();
    expect(s.sink.take()).toEqual(['failed ECONNRESET']);
    s.expect();
  });
});

describe('a connection that was reset before it was attached', () => {
  it('is found dead', async () => {
    const s = new Script().listen();
    call(s, 1);
    s.inject('R 1');
    s.sink.take();
    s.accepted!.attach(s.sink);
    await s.net.idle();
    expect(s.sink.take()).toEqual(['failed ECONNRESET']);
  });
});

describe('closing a listener', () => {
  it('resets whoever has not got through, and leaves the others alone', () => {
    const s = new Script().listen();
    call(s, 1);
    call(s, 2, false);
    s.stream.close(() => undefined);
    s.expect('R. 1 ack 1');
    expect(call(s, 3)[0]).toBe('R. -1000000 ack 1');
    s.remotePort = 1;
    s.inject('P. 1:5(4) ack 1');
    expect([...s.host.tcp.rows()].map(({ received }) => received)).toEqual([4]);
  });
});

/** A host with two addresses of each family, and a caller. */
class Ports {
  readonly net = new Net();
  readonly server: TestIp = this.net.host(new Random(1), '10.0.0.1', '10.0.0.9', 'fd00::1', 'fe80::1');
  readonly client: TestIp = this.net.host(new Random(2), '10.0.0.2', 'fd00::2', 'fe80::2');

  listen(family: 'ipv4' | 'ipv6', address: string, port: number, v6Only = false): { stream: SimStream; sink: Sink } {
    const sink = new Sink();
    const stream = new SimStream(this.server.tcp, family, sink);
    expect(stream.bind({ family, address, port, scopeId: 0 }, { v6Only, shared: false })).toBeNull();
    expect(stream.listen(5)).toBeNull();
    return { stream, sink };
  }

  async dial(address: string, port: number, scopeId = 0): Promise<{ stream: SimStream; events: string[] }> {
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    const sink = new Sink();
    const stream = new SimStream(this.client.tcp, family, sink);
    expect(stream.connect({ family, address, port, scopeId })).toBeNull();
    await this.net.after(100);
    return { stream, events: sink.take() };
  }
}

describe('a SYN', () => {
  it('goes to the listener on that very address, then to the one for all of the family, then to a dual-stack one', async () => {
    const p = new Ports();
    const dual = p.listen('ipv6', '::', 80);
    const all = p.listen('ipv4', '0.0.0.0', 80);
    const one = p.listen('ipv4', '10.0.0.9', 80);
    await p.dial('10.0.0.9', 80);
    expect([one, all, dual].map(({ sink }) => sink.take())).toEqual([['accepted'], [], []]);
    await p.dial('10.0.0.1', 80);
    expect([one, all, dual].map(({ sink }) => sink.take())).toEqual([[], ['accepted'], []]);
    all.stream.close(() => undefined);
    await p.dial('10.0.0.1', 80);
    await p.dial('fd00::1', 80);
    expect([one, all, dual].map(({ sink }) => sink.take())).toEqual([[], [], ['accepted', 'accepted']]);
  });

  it('shows IPv4 peers of a dual-stack listener as mapped addresses, to both ends', async () => {
    const p = new Ports();
    const { sink } = p.listen('ipv6', '::', 80);
    let taken: StreamTransport | null = null;
    sink.onAccepted = (connection) => (taken = connection);
    const { stream } = await p.dial('::ffff:10.0.0.1', 80);
    expect(taken!.local).toEqual({ family: 'ipv6', address: '::ffff:10.0.0.1', port: 80, scopeId: 0 });
    expect(taken!.remote).toEqual({ family: 'ipv6', address: '::ffff:10.0.0.2', port: stream.local?.port, scopeId: 0 });
    expect(stream.local?.address).toBe('::ffff:10.0.0.2');
  });

  it('and what follows it belong to the local address they were sent to', async () => {
    const p = new Ports();
    const { sink } = p.listen('ipv4', '0.0.0.0', 80);
    const sinks = new Map<string, Sink>();
    sink.onAccepted = (connection) => {
      const own = new Sink();
      sinks.set(connection.local!.address, own);
      connection.attach(own);
    };
    for (const address of ['10.0.0.1', '10.0.0.9']) {
      const stream = new SimStream(p.client.tcp, 'ipv4', new Sink());
      stream.bind({ family: 'ipv4', address: '10.0.0.2', port: 1234, scopeId: 0 }, { v6Only: false, shared: true });
      expect(stream.connect({ family: 'ipv4', address, port: 80, scopeId: 0 })).toBeNull();
      await p.net.after(100);
      stream.write([new Uint8Array(Number(address.at(-1)))], () => undefined);
    }
    await p.net.after(100);
    expect(sinks.get('10.0.0.1')?.take()).toEqual(['received 1']);
    expect(sinks.get('10.0.0.9')?.take()).toEqual(['received 9']);
    p.server.tcp.addressesChanged();
    expect([...p.server.tcp.rows()]).toHaveLength(3);
  });

  it('for IPv4 does not reach an IPv6-only listener', async () => {
    const p = new Ports();
    p.listen('ipv6', '::', 80, true);
    expect((await p.dial('10.0.0.1', 80)).events).toEqual(['connectFailed ECONNREFUSED']);
  });

  it('between link-local addresses names the interface', async () => {
    const p = new Ports();
    const { sink } = p.listen('ipv6', '::', 80);
    let taken: StreamTransport | null = null;
    sink.onAccepted = (connection) => (taken = connection);
    const link = new SimStream(p.client.tcp, 'ipv6', new Sink());
    link.bind({ family: 'ipv6', address: 'fe80::2', port: 0, scopeId: 2 }, SOLE);
    expect(link.connect({ family: 'ipv6', address: 'fe80::1', port: 80, scopeId: 2 })).toBeNull();
    await p.net.after(100);
    expect(taken!.remote).toMatchObject({ address: 'fe80::2', scopeId: 2 });
    expect(link.remote).toMatchObject({ address: 'fe80::1', scopeId: 2 });
  });
});

describe('a port', () => {
  const any = (port: number): NetAddress => ({ family: 'ipv4', address: '0.0.0.0', port, scopeId: 0 });

  it('is chosen from the dynamic ones, by chance, and never twice', () => {
    const p = new Ports();
    const ports = new Set<number>();
    for (let i = 0; i < 1000; i += 1) {
      const stream = new SimStream(p.client.tcp, 'ipv4', new Sink());
      expect(stream.bind(any(0), SOLE)).toBeNull();
      ports.add(stream.local!.port);
    }
    expect(ports.size).toBe(1000);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(49_152);
    expect(Math.max(...ports)).toBeLessThanOrEqual(65_535);
  });

  it('is refused when the dynamic ones are used up, until one is given back', () => {
    const p = new Ports();
    const streams = Array.from({ length: 16_384 }, () => new SimStream(p.client.tcp, 'ipv4', new Sink()));
    for (const stream of streams) expect(stream.bind(any(0), SOLE)).toBeNull();
    const late = new SimStream(p.client.tcp, 'ipv4', new Sink());
    expect(late.bind(any(0), SOLE)).toBe('EADDRINUSE');
    const { port } = streams[77]!.local!;
    streams[77]!.reset();
    expect(late.bind(any(0), SOLE)).toBeNull();
    expect(late.local?.port).toBe(port);
  });

  it('may be shared where that was asked for, and between different addresses', () => {
    const p = new Ports();
    const bind = (address: NetAddress, shared: boolean): string | null =>
      new SimStream(p.server.tcp, 'ipv4', new Sink()).bind(address, { v6Only: false, shared });
    expect(bind(any(80), false)).toBeNull();
    expect(bind(any(80), false)).toBe('EADDRINUSE');
    expect(bind(any(80), true)).toBeNull();
    expect(bind({ ...any(80), address: '10.0.0.9' }, false)).toBeNull();
    expect(bind({ ...any(81), address: '10.0.0.2' }, false)).toBe('EADDRNOTAVAIL');
  });

  it('that calls the same peer twice is refused the second time', async () => {
    const p = new Ports();
    p.listen('ipv4', '10.0.0.1', 80);
    const peer: NetAddress = { family: 'ipv4', address: '10.0.0.1', port: 80, scopeId: 0 };
    const [first, second] = [1, 2].map(() => new SimStream(p.client.tcp, 'ipv4', new Sink()));
    first!.bind(any(1234), SOLE);
    second!.bind(any(1234), { v6Only: false, shared: true });
    expect(first!.connect(peer)).toBeNull();
    expect(second!.connect(peer)).toBe('EADDRINUSE');
    await p.net.after(100);
    expect(first!.connect(peer)).toBe('EISCONN');
  });

  it('is not needed for what cannot be called', () => {
    const p = new Ports();
    const stream = new SimStream(p.client.tcp, 'ipv4', new Sink());
    const target = (address: string, port = 80): NetAddress => ({ family: 'ipv4', address, port, scopeId: 0 });
    expect(stream.connect(target('0.0.0.0'))).toBe('EADDRNOTAVAIL');
    expect(stream.connect(target('10.0.0.1', 0))).toBe('EADDRNOTAVAIL');
    expect(stream.connect(target('224.0.0.1'))).toBe('ENETUNREACH');
    expect(stream.connect(target('255.255.255.255'))).toBe('ENETUNREACH');
    p.client.reachable = false;
    expect(stream.connect(target('10.0.0.1'))).toBe('ENETUNREACH');
    expect([...p.client.tcp.rows()]).toEqual([]);
  });
});
