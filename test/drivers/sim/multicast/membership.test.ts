import { describe, expect, it } from 'vitest';
import { at, Lan, type LanHost } from '../udp/lan.js';

const GROUP = '239.1.2.3';

function lan(): { lan: Lan; a: LanHost; b: LanHost } {
  const lan = new Lan();
  return { lan, a: lan.host('10.0.0.1/24', '10.0.0.7/24', 'fe80::1/64'), b: lan.host('10.0.0.2/24', 'fe80::2/64') };
}

describe('whom a group’s datagrams reach', () => {
  it('members on the interface, each socket by its own membership', async () => {
    const net = lan();
    const [member, bound, other, elsewhere] = ['0.0.0.0', '10.0.0.2', '0.0.0.0', '0.0.0.0'].map((address) =>
      net.b.bound(address, 9, { shared: true }),
    );
    for (const probe of [member!, bound!]) {
      expect(probe.socket.join({ group: GROUP, interface: '10.0.0.2', source: null })).toBeNull();
    }
    expect(elsewhere!.socket.join({ group: GROUP, interface: '127.0.0.1', source: null })).toBeNull();
    net.a.datagram().send(at(GROUP, 9), [1]);
    await net.lan.settle();
    expect([member, bound, other, elsewhere].map((probe) => probe!.heard)).toEqual([[1], [1], [], []]);
  });

  it('the sender’s own host, unless it does not want that', async () => {
    const net = lan();
    const here = net.a.bound('0.0.0.0', 9);
    expect(here.socket.join({ group: GROUP, interface: '', source: null })).toBeNull();
    const sender = net.a.datagram();
    sender.send(at(GROUP, 9), [1]);
    sender.socket.set('multicastLoop', 0);
    sender.send(at(GROUP, 9), [2]);
    await net.lan.settle();
    expect(here.heard).toEqual([1]);
    expect(here.datagrams[0]!.info).toMatchObject({ destination: at(GROUP, 9), interfaceIndex: 2, hopLimit: 1 });
  });

  it('over IPv6 the scope of the group names the interface', async () => {
    const net = lan();
    const member = net.b.bound('::', 9);
    expect(member.socket.join({ group: 'ff02::99', interface: '2', source: null })).toBeNull();
    expect(net.a.datagram('ipv6').send(at('ff02::99', 9, 2), [1])).toBeNull();
    await net.lan.settle();
    expect(member.heard).toEqual([1]);
    expect(member.datagrams[0]!.info?.destination).toEqual(at('ff02::99', 9, 2));
  });

  it('a dual-stack socket can be in groups of both families', async () => {
    const net = lan();
    const member = net.b.bound('::', 9);
    expect(member.socket.join({ group: `::ffff:${GROUP}`, interface: '2', source: null })).toBeNull();
    net.a.datagram().send(at(GROUP, 9), [1]);
    await net.lan.settle();
    expect(member.heard).toEqual([1]);
    expect(net.b.datagram('ipv4').socket.join({ group: 'ff02::99', interface: '2', source: null })).toBe('EINVAL');
  });

  it('nobody any more once the socket is closed', async () => {
    const net = lan();
    const member = net.b.bound('0.0.0.0', 9);
    member.socket.join({ group: GROUP, interface: '', source: null });
    const group = net.lan.book.parse(GROUP);
    expect(net.b.groups.isMember(group, 2)).toBe(true);
    member.socket.close();
    expect(net.b.groups.isMember(group, 2)).toBe(false);
    await net.lan.settle();
  });
});

describe('source filters', () => {
  it('hold per socket', async () => {
    const net = lan();
    const [only, except] = [net.b.bound('0.0.0.0', 9, { shared: true }), net.b.bound('0.0.0.0', 9, { shared: true })];
    const filter = { group: GROUP, interface: '10.0.0.2', sources: ['10.0.0.1'] };
    expect(only.socket.setSourceFilter({ ...filter, mode: 'include' })).toBeNull();
    expect(except.socket.setSourceFilter({ ...filter, mode: 'exclude' })).toBeNull();
    net.a.bound('10.0.0.1', 7).send(at(GROUP, 9), [1]);
    net.a.bound('10.0.0.7', 7).send(at(GROUP, 9), [7]);
    await net.lan.settle();
    expect([only.heard, except.heard]).toEqual([[1], [7]]);
  });

  it('letting in sources one by one makes a member, letting out the last ends it', () => {
    const { b } = lan();
    const { socket } = b.datagram();
    const from = (source: string | null) => ({ group: GROUP, interface: '10.0.0.2', source });
    expect(socket.join(from('10.0.0.1'))).toBeNull();
    expect(socket.join(from('10.0.0.1'))).toBe('EADDRINUSE');
    expect(socket.join(from(null))).toBe('EINVAL');
    expect(socket.leave(from('10.0.0.9'))).toBe('EADDRNOTAVAIL');
    expect(socket.leave(from('10.0.0.1'))).toBeNull();
    expect(socket.leave(from('10.0.0.1'))).toBe('EADDRNOTAVAIL');
    expect(socket.join(from(null))).toBeNull();
    expect(socket.join(from('10.0.0.1'))).toBe('EINVAL');
    expect(socket.leave(from('10.0.0.1'))).toBe('EINVAL');
    expect(socket.leave(from(null))).toBeNull();
  });

  it('letting nothing in is leaving, also for who is not a member', () => {
    const { b, lan: net } = lan();
    const { socket } = b.datagram();
    const nothing = { group: GROUP, interface: '', mode: 'include', sources: [] } as const;
    expect(socket.setSourceFilter(nothing)).toBeNull();
    expect(socket.setSourceFilter({ ...nothing, mode: 'exclude' })).toBeNull();
    expect(b.groups.isMember(net.book.parse(GROUP), 2)).toBe(true);
    expect(socket.setSourceFilter(nothing)).toBeNull();
    expect(b.groups.isMember(net.book.parse(GROUP), 2)).toBe(false);
  });

  it('what is no group, no source, or no interface is refused', () => {
    const { b } = lan();
    const { socket } = b.datagram();
    const good = { group: GROUP, interface: '', mode: 'include', sources: ['10.0.0.1'] } as const;
    expect(socket.setSourceFilter({ ...good, group: '10.0.0.1' })).toBe('EINVAL');
    expect(socket.setSourceFilter({ ...good, sources: ['fe80::1'] })).toBe('EINVAL');
    expect(socket.setSourceFilter({ ...good, sources: [GROUP] })).toBe('EINVAL');
    expect(socket.setSourceFilter({ ...good, interface: '10.0.0.9' })).toBe('EADDRNOTAVAIL');
    expect(socket.setSourceFilter({ ...good, interface: '77' })).toBe('EADDRNOTAVAIL');
    expect(socket.setMulticastInterface('77')).toBe('EADDRNOTAVAIL');
  });
});
