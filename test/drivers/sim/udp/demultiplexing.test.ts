import { describe, expect, it } from 'vitest';
import { at, Lan } from './lan.js';

describe('which socket a datagram is for', () => {
  it('the one with that peer, else the one bound to the address, else the one bound to all', async () => {
    const lan = new Lan();
    const [a, b] = [lan.host('10.0.0.1/24'), lan.host('10.0.0.2/24')];
    const shared = { shared: true };
    const any = b.bound('0.0.0.0', 9, shared);
    const specific = b.bound('10.0.0.2', 9, shared);
    const connected = b.bound('10.0.0.2', 9, shared);
    expect(connected.socket.connect(at('10.0.0.1', 7))).toBeNull();
    const [peer, stranger] = [a.bound('0.0.0.0', 7), a.bound('0.0.0.0', 8)];
    peer.send(at('10.0.0.2', 9), [1]);
    stranger.send(at('10.0.0.2', 9), [2]);
    specific.socket.close();
    stranger.send(at('10.0.0.2', 9), [3]);
    await lan.settle();
    expect([connected.heard, specific.heard, any.heard]).toEqual([[1], [], [2, 3]]);
  });

  it('an IPv4 socket before a dual-stack one, which sees IPv4 mapped', async () => {
    const lan = new Lan();
    const [a, b] = [lan.host('10.0.0.1/24'), lan.host('10.0.0.2/24')];
    const dual = b.bound('::', 9, { shared: true });
    const four = b.bound('0.0.0.0', 9, { shared: true });
    const sender = a.bound('0.0.0.0', 7);
    sender.send(at('10.0.0.2', 9), [1]);
    await lan.settle();
    four.socket.close();
    sender.send(at('10.0.0.2', 9), [2]);
    await lan.settle();
    expect(four.heard).toEqual([1]);
    expect(dual.heard).toEqual([2]);
    expect(dual.datagrams[0]!.from).toEqual(at('::ffff:10.0.0.1', 7));
    expect(dual.datagrams[0]!.info?.destination).toEqual(at('::ffff:10.0.0.2', 9));
    expect(dual.send(dual.datagrams[0]!.from, [3])).toBeNull();
    await lan.settle();
    expect(sender.heard).toEqual([3]);
    expect(sender.datagrams[0]!.from).toEqual(at('10.0.0.2', 9));
  });

  it('an IPv6-only socket takes no IPv4 and cannot speak it', async () => {
    const lan = new Lan();
    const [a, b] = [lan.host('10.0.0.1/24'), lan.host('10.0.0.2/24')];
    const six = b.bound('::', 9, { v6Only: true });
    const sender = a.bound('0.0.0.0', 7);
    sender.send(at('10.0.0.2', 9));
    await lan.settle();
    expect(six.heard).toEqual([]);
    expect(sender.errors).toEqual(['ECONNREFUSED']);
    expect(six.send(at('::ffff:10.0.0.1', 7))).toBe('EADDRNOTAVAIL');
  });

  it('a socket bound to one IPv6 address does not speak IPv4', () => {
    const host = new Lan().host('10.0.0.1/24', 'fd00::1/64');
    expect(host.bound('fd00::1', 9).send(at('::ffff:10.0.0.1', 7))).toBe('EADDRNOTAVAIL');
    expect(host.bound('::ffff:10.0.0.1', 9).send(at('fd00::1', 7))).toBe('EADDRNOTAVAIL');
  });

  it('a thousand sockets of one port each hear their own peer', async () => {
    const lan = new Lan();
    const [a, b] = [lan.host('10.0.0.1/24'), lan.host('10.0.0.2/24')];
    const clients = Array.from({ length: 1000 }, () => a.bound('0.0.0.0', 0));
    const servers = clients.map((client) => {
      const server = b.bound('0.0.0.0', 9, { shared: true });
      expect(server.socket.connect(at('10.0.0.1', client.port))).toBeNull();
      return server;
    });
    clients.forEach((client, index) => client.send(at('10.0.0.2', 9), [index & 0xff]));
    await lan.settle();
    expect(servers.map((server) => server.heard)).toEqual(clients.map((_, index) => [index & 0xff]));
  });

  it('broadcasts are for every socket of the port that wants them, also those bound to the interface', async () => {
    const lan = new Lan();
    const [a, b] = [lan.host('10.0.0.1/24'), lan.host('10.0.0.2/24')];
    const shared = { shared: true };
    const hearers = [b.bound('0.0.0.0', 9, shared), b.bound('10.0.0.2', 9, shared), b.bound('::', 9, shared)];
    const deaf = b.bound('0.0.0.0', 9, shared);
    deaf.socket.set('receiveBroadcast', 0);
    const [elsewhere, elsewhereBound] = [b.bound('0.0.0.0', 10), b.bound('127.0.0.1', 9, shared)];
    const sender = a.datagram();
    sender.socket.set('broadcast', 1);
    expect(sender.send(at('10.0.0.255', 9), [1])).toBeNull();
    expect(sender.send(at('255.255.255.255', 9), [2])).toBeNull();
    await lan.settle();
    expect(hearers.map(({ heard }) => heard)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect([deaf, elsewhere, elsewhereBound].flatMap(({ heard }) => heard)).toEqual([]);
    expect(sender.errors).toEqual([]);
  });

  it('a sink may close sockets while a broadcast is being handed out', async () => {
    const lan = new Lan();
    const [a, b] = [lan.host('10.0.0.1/24'), lan.host('10.0.0.2/24')];
    const first = b.bound('0.0.0.0', 9, { shared: true });
    const [second, third] = [b.bound('0.0.0.0', 9, { shared: true }), b.bound('0.0.0.0', 9, { shared: true })];
    first.received = () => second.socket.close();
    const sender = a.datagram();
    sender.socket.set('broadcast', 1);
    sender.send(at('10.0.0.255', 9));
    await lan.settle();
    expect([second.heard, third.heard]).toEqual([[], [1]]);
  });
});

describe('binding', () => {
  it('two that do not share collide on the same address only', () => {
    const host = new Lan().host('10.0.0.1/24');
    host.bound('10.0.0.1', 9);
    expect(host.datagram().bind('10.0.0.1', 9)).toBe('EADDRINUSE');
    expect(host.datagram().bind('10.0.0.1', 9, { shared: true })).toBe('EADDRINUSE');
    expect(host.datagram().bind('127.0.0.1', 9)).toBeNull();
    expect(host.datagram().bind('0.0.0.0', 9)).toBeNull();
    expect(host.datagram('ipv6').bind('::', 9)).toBe('EADDRINUSE');
    expect(host.datagram('ipv6').bind('::', 9, { v6Only: true })).toBeNull();
  });

  it('groups, broadcast addresses and other hosts’ addresses cannot be bound to', () => {
    const host = new Lan().host('10.0.0.1/24', 'fd00::1/64');
    for (const address of ['224.1.1.1', '10.0.0.255', '255.255.255.255', '10.0.0.2', 'ff02::5', 'fd00::2']) {
      expect(host.datagram(address.includes(':') ? 'ipv6' : 'ipv4').bind(address)).toBe('EADDRNOTAVAIL');
    }
    expect(host.datagram('ipv6').bind('::ffff:10.0.0.1')).toBeNull();
    expect(host.datagram('ipv6').bind('::ffff:10.0.0.1', 0, { v6Only: true })).toBe('EADDRNOTAVAIL');
    expect(host.datagram('ipv6').bind('10.0.0.1')).toBe('EAFNOSUPPORT');
  });

  it('chooses ports from 49152 up, all different, the same for the same seed', () => {
    const ports = (seed: number): number[] => {
      const host = new Lan(seed).host('10.0.0.1/24');
      return Array.from({ length: 500 }, () => host.bound('0.0.0.0', 0).port);
    };
    const chosen = ports(5);
    expect(Math.min(...chosen)).toBeGreaterThanOrEqual(49152);
    expect(new Set(chosen).size).toBe(500);
    expect(ports(5)).toEqual(chosen);
    expect(ports(6)).not.toEqual(chosen);
  });

  it('has no port left once all 16384 are taken, and one again when one is closed', () => {
    const host = new Lan().host('10.0.0.1/24');
    const all = Array.from({ length: 16384 }, () => host.bound('0.0.0.0', 0));
    expect(host.datagram().bind('0.0.0.0')).toBe('ENOBUFS');
    all[77]!.socket.close();
    expect(host.bound('0.0.0.0', 0).port).toBe(all[77]!.port);
  });

  it('shows its sockets as rows, and frees everything without a word when the host goes down', async () => {
    const lan = new Lan();
    const [a, b] = [lan.host('10.0.0.1/24'), lan.host('10.0.0.2/24')];
    const one = a.bound('0.0.0.0', 9);
    expect(one.socket.connect(at('10.0.0.2', 7))).toBeNull();
    a.bound('::', 10);
    expect([...a.udp.rows()].map(({ family, local, remote }) => [family, local.address.text, local.port, remote?.port])).toEqual([
      ['ipv4', '10.0.0.1', 9, 7],
      ['ipv6', '::', 10, undefined],
    ]);
    one.send(null);
    a.udp.halt();
    await lan.settle();
    expect([...a.udp.rows()]).toEqual([]);
    expect(one.errors).toEqual([]);
    expect(one.send(at('10.0.0.2', 7))).toBe('EBADF');
    expect(a.datagram().bind('0.0.0.0')).toBe('ENETDOWN');
    expect([...b.udp.rows()]).toEqual([]);
  });
});
