// Groups over three hosts: who hears what, with every way to say so.
import { describe, expect, it } from 'vitest';
import {
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IP_ADD_MEMBERSHIP,
  IP_ADD_SOURCE_MEMBERSHIP,
  IP_BLOCK_SOURCE,
  IP_DROP_MEMBERSHIP,
  IP_DROP_SOURCE_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_UNBLOCK_SOURCE,
  MCAST_BLOCK_SOURCE,
  MCAST_JOIN_GROUP,
  MCAST_JOIN_SOURCE_GROUP,
  MCAST_LEAVE_GROUP,
  MCAST_LEAVE_SOURCE_GROUP,
  MCAST_UNBLOCK_SOURCE,
  SOL_SOCKET,
  SO_REUSEADDR,
  type Memory,
} from 'winsock2';
import { createNetwork, type Host, type Network } from 'winsock2/testing';
import { Messenger, factsOf, int, ip } from './messages.js';
import { groupReq, groupSourceReq, mreq, mreq6, mreqSource } from './multicast.js';
import { acrossRouter, threeHosts } from './topologies.js';

const PORT = 7;

/** How a socket says what it wants, in one of the ways that there are: the option and its value. */
type Say = (group: string, source: string) => readonly [option: number, value: Memory];

interface Way {
  readonly name: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly level: number;
  readonly group: string;
  readonly join: Say;
  readonly leave: Say;
  readonly joinSource: Say;
  readonly leaveSource: Say;
  readonly block: Say;
  readonly unblock: Say;
}

const MCAST = {
  joinSource: (group: string, source: string) => [MCAST_JOIN_SOURCE_GROUP, groupSourceReq(group, source)] as const,
  leaveSource: (group: string, source: string) => [MCAST_LEAVE_SOURCE_GROUP, groupSourceReq(group, source)] as const,
  block: (group: string, source: string) => [MCAST_BLOCK_SOURCE, groupSourceReq(group, source)] as const,
  unblock: (group: string, source: string) => [MCAST_UNBLOCK_SOURCE, groupSourceReq(group, source)] as const,
};

const ways: readonly Way[] = [
  {
    name: 'IP_ADD_MEMBERSHIP and its like',
    family: 'ipv4',
    level: IPPROTO_IP,
    group: '239.1.1.1',
    join: (group) => [IP_ADD_MEMBERSHIP, mreq(group)],
    leave: (group) => [IP_DROP_MEMBERSHIP, mreq(group)],
    joinSource: (group, source) => [IP_ADD_SOURCE_MEMBERSHIP, mreqSource(group, source)],
    leaveSource: (group, source) => [IP_DROP_SOURCE_MEMBERSHIP, mreqSource(group, source)],
    block: (group, source) => [IP_BLOCK_SOURCE, mreqSource(group, source)],
    unblock: (group, source) => [IP_UNBLOCK_SOURCE, mreqSource(group, source)],
  },
  {
    name: 'MCAST_JOIN_GROUP and its like, over IPv4',
    family: 'ipv4',
    level: IPPROTO_IP,
    group: '239.1.1.1',
    join: (group) => [MCAST_JOIN_GROUP, groupReq(group)],
    leave: (group) => [MCAST_LEAVE_GROUP, groupReq(group)],
    ...MCAST,
  },
  {
    name: 'MCAST_JOIN_GROUP and its like, over IPv6',
    family: 'ipv6',
    level: IPPROTO_IPV6,
    group: 'ff15::1',
    join: (group) => [MCAST_JOIN_GROUP, groupReq(group)],
    leave: (group) => [MCAST_LEAVE_GROUP, groupReq(group)],
    ...MCAST,
  },
  {
    name: 'IPV6_JOIN_GROUP',
    family: 'ipv6',
    level: IPPROTO_IPV6,
    group: 'ff15::1',
    join: (group) => [IPV6_JOIN_GROUP, mreq6(group)],
    leave: (group) => [IPV6_LEAVE_GROUP, mreq6(group)],
    ...MCAST,
  },
];

/** Two hosts that send, one that listens. */
async function stage(net: Network, { family }: Pick<Way, 'family'>): Promise<{ one: Messenger; two: Messenger; ear: Messenger; hosts: readonly Host[] }> {
  const { one, two, three } = threeHosts(net);
  const ear = await Messenger.udp(three, family === 'ipv4' ? '0.0.0.0' : '::', PORT);
  return {
    one: await Messenger.udp(one, one.address(family)),
    two: await Messenger.udp(two, two.address(family)),
    ear,
    hosts: [one, two, three],
  };
}

describe.each(ways)('$name', (way) => {
  const { family, level, group } = way;
  const source = (n: number): string => (family === 'ipv4' ? `10.0.0.${n}` : `fd00::${n}`);

  it('a member hears whoever sends to the group; who has not joined, or has left, hears nothing', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { one, two, ear } = await stage(net, way);
      await one.to(group, PORT, 'before');
      await net.sleep(5);
      ear.must(ear.set(level, ...way.join(group, '')));
      await one.to(group, PORT, 'from one');
      await two.to(group, PORT, 'from two');
      await net.sleep(5);
      ear.must(ear.set(level, ...way.leave(group, '')));
      await one.to(group, PORT, 'after');
      expect(await ear.texts()).toEqual(['from one', 'from two']);
    });
  });

  it('a member of another group hears nothing', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { one, ear } = await stage(net, way);
      ear.must(ear.set(level, ...way.join(family === 'ipv4' ? '239.1.1.2' : 'ff15::2', '')));
      await one.to(group, PORT, 'x');
      expect(await ear.texts()).toEqual([]);
    });
  });

  it('a member for one source hears that source', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { one, two, ear } = await stage(net, way);
      ear.must(ear.set(level, ...way.joinSource(group, source(1))));
      await one.to(group, PORT, 'from one');
      await two.to(group, PORT, 'from two');
      await net.sleep(5);
      ear.must(ear.set(level, ...way.joinSource(group, source(2))));
      await two.to(group, PORT, 'from two again');
      await net.sleep(5);
      ear.must(ear.set(level, ...way.leaveSource(group, source(1))));
      await one.to(group, PORT, 'from one again');
      await two.to(group, PORT, 'from two at last');
      expect(await ear.texts()).toEqual(['from one', 'from two again', 'from two at last']);
    });
  });

  it('a member who has blocked a source does not hear it until it is unblocked', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { one, two, ear } = await stage(net, way);
      ear.must(ear.set(level, ...way.join(group, '')));
      ear.must(ear.set(level, ...way.block(group, source(1))));
      await one.to(group, PORT, 'from one');
      await two.to(group, PORT, 'from two');
      await net.sleep(5);
      ear.must(ear.set(level, ...way.unblock(group, source(1))));
      await one.to(group, PORT, 'from one again');
      expect(await ear.texts()).toEqual(['from two', 'from one again']);
    });
  });

  it('what does not fit is refused', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { ear } = await stage(net, way);
      const unicast = source(1);
      expect(ear.set(level, ...way.leave(group, ''))).toBe('WSAEINVAL');
      expect(ear.set(level, ...way.join(unicast, ''))).toBe('WSAEINVAL');
      expect(ear.set(level, ...way.block(group, source(1)))).toBe('WSAEINVAL');
      ear.must(ear.set(level, ...way.join(group, '')));
      expect(ear.set(level, ...way.join(group, ''))).toBe('WSAEADDRNOTAVAIL');
      expect(ear.set(level, ...way.joinSource(group, source(1)))).toBe('WSAEADDRNOTAVAIL');
      expect(ear.set(level, ...way.unblock(group, source(1)))).toBe('WSAEINVAL');
      ear.must(ear.set(level, ...way.block(group, source(1))));
      expect(ear.set(level, ...way.block(group, source(1)))).toBe('WSAEADDRNOTAVAIL');
    });
  });

  it('closing the socket leaves the group', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { one, ear, hosts } = await stage(net, way);
      ear.must(ear.set(level, ...way.join(group, '')));
      ear.must(await ear.close());
      const other = await Messenger.udp(hosts[2]!, family === 'ipv4' ? '0.0.0.0' : '::', PORT);
      await one.to(group, PORT, 'x');
      expect(await other.texts()).toEqual([]);
    });
  });
});

it('sockets of one host have filters of their own', async () => {
  using net = createNetwork();
  const { one, two, three } = threeHosts(net);
  await net.run(async () => {
    const open = async (): Promise<Messenger> => {
      const s = await Messenger.udp(three);
      s.must(s.set(SOL_SOCKET, SO_REUSEADDR, 1));
      s.must(s.bind('0.0.0.0', PORT));
      return s;
    };
    const [all, some, none] = [await open(), await open(), await open()];
    all.must(all.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq('239.1.1.1')));
    some.must(some.set(IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, mreqSource('239.1.1.1', '10.0.0.2')));
    for (const host of [one, two]) await (await Messenger.udp(host, '0.0.0.0')).to('239.1.1.1', PORT, host.name);
    expect(await all.texts()).toEqual(['one', 'two']);
    expect(await some.texts()).toEqual(['two']);
    expect(await none.texts()).toEqual([]);
  });
});

describe.each([
  { family: 'ipv4', level: IPPROTO_IP, loop: IP_MULTICAST_LOOP, hops: IP_MULTICAST_TTL, group: '239.1.1.1' },
  { family: 'ipv6', level: IPPROTO_IPV6, loop: IPV6_MULTICAST_LOOP, hops: IPV6_MULTICAST_HOPS, group: 'ff15::1' },
] as const)('over $family', ({ family, level, loop, hops, group }) => {
  const join = family === 'ipv4' ? ([IP_ADD_MEMBERSHIP, mreq(group)] as const) : ([IPV6_JOIN_GROUP, mreq6(group)] as const);

  it('the own host hears what it sends to a group that it is in, unless the sender does not want it to', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { one, ear, hosts } = await stage(net, { family });
      const own = await Messenger.udp(hosts[0]!, family === 'ipv4' ? '0.0.0.0' : '::', PORT);
      for (const s of [own, ear]) s.must(s.set(level, ...join));
      await one.to(group, PORT, 'to all');
      one.must(one.set(level, loop, 0));
      await one.to(group, PORT, 'to others');
      expect(await own.texts()).toEqual(['to all']);
      expect(await ear.texts()).toEqual(['to all', 'to others']);
    });
  });

  it('packets to a group have the hop limit that is for them', async () => {
    using net = createNetwork();
    const capture = net.capture({ when: (packet) => packet.to === 'two' && factsOf(packet).transport.kind === 'udp' });
    await net.run(async () => {
      const { one } = await stage(net, { family });
      await one.to(group, PORT, 'x');
      one.must(one.set(level, hops, 9));
      await one.to(group, PORT, 'x');
      await net.sleep(5);
    });
    expect(capture.packets.map((packet) => factsOf(packet).hopLimit)).toEqual([1, 9]);
  });

  it('no router carries on what is for a group, whatever its hop limit, and none complains', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    const capture = net.capture({ link: 'far', when: (packet) => factsOf(packet).transport.kind === 'udp' });
    await net.run(async () => {
      const from = await Messenger.udp(here, here.address(family));
      const to = await Messenger.udp(there, family === 'ipv4' ? '0.0.0.0' : '::', PORT);
      to.must(to.set(level, ...join));
      for (const limit of [1, 9]) {
        from.must(from.set(level, hops, limit));
        await from.to(group, PORT, 'x');
      }
      expect(await to.texts()).toEqual([]);
      expect(await from.text()).toBe('WSAETIMEDOUT');
    });
    expect(capture.packets).toEqual([]);
  });

  it('a host with several interfaces sends by the one that is chosen, and joins on the one that is named', async () => {
    using net = createNetwork();
    const [left, right] = [net.segment('left'), net.segment('right')];
    const both = net.host('both', { interfaces: [{ segment: left }, { segment: right }] });
    const ends = [net.host('one', { segment: left }), net.host('two', { segment: right })];
    await net.run(async () => {
      const ears = [];
      for (const host of ends) {
        const ear = await Messenger.udp(host, family === 'ipv4' ? '0.0.0.0' : '::', PORT);
        ear.must(ear.set(level, ...join));
        ears.push(ear);
      }
      const from = await Messenger.udp(both, family === 'ipv4' ? '0.0.0.0' : '::', PORT);
      const option = family === 'ipv4' ? IP_MULTICAST_IF : IPV6_MULTICAST_IF;
      // IPv4 names it by an address, or by its number in network order; IPv6 by its number.
      const second = family === 'ipv4' ? [ip('10.0.1.1'), Uint8Array.of(0, 0, 0, 3)] : [int(3)];
      await from.to(group, PORT, 'default');
      for (const value of second) {
        from.must(from.set(level, option, value));
        await from.to(group, PORT, 'second');
      }
      expect(from.set(level, option, family === 'ipv4' ? ip('10.9.9.9') : int(99))).toBe('WSAEADDRNOTAVAIL');
      expect(await ears[0]!.texts()).toEqual(['default']);
      expect(await ears[1]!.texts()).toEqual(second.map(() => 'second'));

      from.must(
        family === 'ipv4'
          ? from.set(level, IP_ADD_MEMBERSHIP, mreq(group, '10.0.1.1'))
          : from.set(level, IPV6_JOIN_GROUP, mreq6(group, 3)),
      );
      for (const ear of ears) await ear.to(group, PORT, ear.host.name);
      expect(await from.texts()).toEqual(['two']);
    });
  });
});
