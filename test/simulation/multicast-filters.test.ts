// Source filters as a whole (RFC 3678): the four functions, and the control codes below them.
import { describe, expect, it } from 'vitest';
import {
  GROUP_FILTER,
  IPPROTO_IP,
  IP_ADD_MEMBERSHIP,
  IP_BLOCK_SOURCE,
  MCAST_EXCLUDE,
  MCAST_INCLUDE,
  SIOCGMSFILTER,
  SIOCSMSFILTER,
  SOCKADDR_STORAGE,
  in_addr,
  ref,
  sockaddr_in,
  sockaddr_in6,
} from 'winsock2';
import { createNetwork, socketAddress, type Network } from 'winsock2/testing';
import { Messenger, ip, type Or } from './messages.js';
import { mreq, mreqSource, storage } from './multicast.js';
import { threeHosts } from './topologies.js';

const PORT = 7;
const ANY = new in_addr(ip('0.0.0.0'));

/** The names of those whom a member of the group hears now. */
async function heard(net: Network, ear: Messenger, group: string): Promise<string[]> {
  const six = group.includes(':');
  for (const name of ['one', 'two']) {
    const host = net.hosts.get(name)!;
    const s = await Messenger.udp(host, host.address(six ? 'ipv6' : 'ipv4'));
    await s.to(group, PORT, name);
    await s.close();
  }
  return await ear.texts();
}

function list(...addresses: readonly string[]): Uint8Array {
  return Uint8Array.from(addresses.flatMap((address) => [...ip(address)]));
}

describe('setipv4sourcefilter and getipv4sourcefilter', () => {
  it('choose who is heard, and join and leave with it', async () => {
    using net = createNetwork();
    const { three } = threeHosts(net);
    await net.run(async () => {
      const ear = await Messenger.udp(three, '0.0.0.0', PORT);
      const { winsock } = three;
      const group = new in_addr(ip('232.1.1.1'));
      const set = (mode: number, ...sources: readonly string[]): void => {
        expect(winsock.setipv4sourcefilter(ear.s, ANY, group, mode, sources.length, list(...sources))).toBe(0);
      };
      set(MCAST_INCLUDE, '10.0.0.1', '10.0.0.2');
      expect(await heard(net, ear, '232.1.1.1')).toEqual(['one', 'two']);
      set(MCAST_INCLUDE, '10.0.0.2');
      expect(await heard(net, ear, '232.1.1.1')).toEqual(['two']);
      set(MCAST_EXCLUDE, '10.0.0.2');
      expect(await heard(net, ear, '232.1.1.1')).toEqual(['one']);
      set(MCAST_EXCLUDE);
      expect(await heard(net, ear, '232.1.1.1')).toEqual(['one', 'two']);
      set(MCAST_INCLUDE);
      expect(await heard(net, ear, '232.1.1.1')).toEqual([]);
    }, { limitMs: 2_000_000 });
  });

  it('tell what the options have made', async () => {
    using net = createNetwork();
    const { three } = threeHosts(net);
    await net.run(async () => {
      const ear = await Messenger.udp(three, '0.0.0.0', PORT);
      ear.must(ear.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq('239.1.1.1')));
      ear.must(ear.set(IPPROTO_IP, IP_BLOCK_SOURCE, mreqSource('239.1.1.1', '10.0.0.2')));
      const [mode, count, sources] = [ref(9), ref(2), new Uint8Array(8)];
      const group = new in_addr(ip('239.1.1.1'));
      expect(three.winsock.getipv4sourcefilter(ear.s, ANY, group, mode, count, sources)).toBe(0);
      expect([mode.value, count.value, [...sources]]).toEqual([MCAST_EXCLUDE, 1, [10, 0, 0, 2, 0, 0, 0, 0]]);
    });
  });
});

describe.each([
  ['ipv4', '232.1.1.1', '10.0.0.1', '10.0.0.2'],
  ['ipv6', 'ff35::1', 'fd00::1', 'fd00::2'],
] as const)('over %s', (_family, group, first, second) => {
  const six = group.includes(':');

  it('setsourcefilter and getsourcefilter choose who is heard, and tell it', async () => {
    using net = createNetwork();
    const { three } = threeHosts(net);
    await net.run(async () => {
      const ear = await Messenger.udp(three, six ? '::' : '0.0.0.0', PORT);
      const { winsock } = three;
      const name = socketAddress(group, 0);
      const size = six ? sockaddr_in6.size : sockaddr_in.size;
      const set = (mode: number, ...sources: readonly string[]): number => {
        const memory = new Uint8Array(sources.length * SOCKADDR_STORAGE.size);
        for (const [index, source] of sources.entries()) memory.set(storage(source), index * SOCKADDR_STORAGE.size);
        return winsock.setsourcefilter(ear.s, 0, name, size, mode, sources.length, memory);
      };
      const [mode, count, found] = [ref(9), ref(1), new Uint8Array(SOCKADDR_STORAGE.size)];
      expect(set(MCAST_INCLUDE, first)).toBe(0);
      expect(await heard(net, ear, group)).toEqual(['one']);
      expect(winsock.getsourcefilter(ear.s, 0, name, size, mode, count, found)).toBe(0);
      expect([mode.value, count.value, [...found]]).toEqual([MCAST_INCLUDE, 1, [...storage(first)]]);

      expect(set(MCAST_EXCLUDE, first)).toBe(0);
      expect(await heard(net, ear, group)).toEqual(['two']);
      // There is room for one of two, and the number is that of all.
      expect(set(MCAST_EXCLUDE, second, first)).toBe(0);
      expect(winsock.getsourcefilter(ear.s, 0, name, size, mode, count, found)).toBe(0);
      expect([mode.value, count.value, [...found]]).toEqual([MCAST_EXCLUDE, 2, [...storage(second)]]);
      expect(await heard(net, ear, group)).toEqual([]);
    }, { limitMs: 2_000_000 });
  });

  it('SIOCSMSFILTER and SIOCGMSFILTER do the same', async () => {
    using net = createNetwork();
    const { three } = threeHosts(net);
    await net.run(async () => {
      const ear = await Messenger.udp(three, six ? '::' : '0.0.0.0', PORT);
      const filter = new GROUP_FILTER();
      filter.gf_group = storage(group);
      filter.gf_fmode = MCAST_EXCLUDE;
      filter.gf_numsrc = 1;
      filter.gf_slist(0).bytes.set(storage(second));
      ear.must(await ear.control(SIOCSMSFILTER, filter));
      expect(await heard(net, ear, group)).toEqual(['one']);

      const question = new GROUP_FILTER();
      question.gf_group = storage(group);
      question.gf_numsrc = 1;
      const answer: Or<Uint8Array> = await ear.control(SIOCGMSFILTER, question, GROUP_FILTER.size);
      const told = new GROUP_FILTER(ear.must(answer));
      expect([told.gf_fmode, told.gf_numsrc]).toEqual([MCAST_EXCLUDE, 1]);
      expect([...told.gf_slist(0).bytes]).toEqual([...storage(second)]);
    });
  });
});
