// How large datagrams can be: fragments, "don't fragment", and what is learned of the path.
import { describe, expect, it } from 'vitest';
import {
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_DONTFRAG,
  IPV6_MTU,
  IPV6_MTU_DISCOVER,
  IPV6_USER_MTU,
  IP_DONTFRAGMENT,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_PMTUDISC_DO,
  IP_PMTUDISC_DONT,
  IP_PMTUDISC_NOT_SET,
  IP_PMTUDISC_PROBE,
  IP_USER_MTU,
} from 'winsock2';
import { createNetwork } from 'winsock2/testing';
import { Messenger, factsOf } from './messages.js';
import { acrossRouter } from './topologies.js';

/** Bytes that differ from place to place. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 7) & 0xff);
}

describe('a datagram larger than the link takes', () => {
  it.each([
    ['ipv4', 65_507, 45],
    ['ipv6', 65_527, 46],
  ] as const)('arrives whole, cut into fragments on the way (%s, %i bytes, %i fragments)', async (family, size, count) => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    const capture = net.capture();
    await net.run(async () => {
      const to = await Messenger.udp(there, there.address(family), 7);
      const from = await Messenger.udp(here, here.address(family));
      const data = pattern(size);
      expect(await from.to(there.address(family), 7, data)).toBe(size);
      expect(await to.data()).toEqual(data);
    });
    expect(capture.packets).toHaveLength(count);
    expect(capture.packets.every(({ bytes }) => bytes.length <= 1500)).toBe(true);
    expect(new Set(capture.packets.map((packet) => factsOf(packet).identification)).size).toBe(1);
  });

  it.each([
    ['ipv4', 65_508],
    ['ipv6', 65_528],
  ] as const)('and than IP itself can carry is refused with WSAEMSGSIZE (%s, %i bytes)', async (family, size) => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const from = await Messenger.udp(here, here.address(family));
      expect(await from.to(there.address(family), 7, new Uint8Array(size))).toBe('WSAEMSGSIZE');
    });
  });

  it.each([0, 20, 44])('is lost as a whole with its fragment number %i', async (skip) => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    const lost = net.rule({ name: 'one fragment', when: ({ isFragment }) => isFragment, skip, times: 1, verdict: 'drop' });
    await net.run(async () => {
      const to = await Messenger.udp(there, '0.0.0.0', 7);
      const from = await Messenger.udp(here, '0.0.0.0');
      expect(await from.to('10.0.0.2', 7, pattern(65_507))).toBe(65_507);
      expect(await to.text()).toBe('WSAETIMEDOUT');
      // The sender hears nothing of it, and what comes afterwards is as ever.
      expect(await from.to('10.0.0.2', 7, 'next')).toBe(4);
      expect(await to.text()).toBe('next');
    });
    expect(lost.hits).toBe(1);
  });

  it('arrives whole when its fragments overtake each other', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    net.rule({ name: 'every third is late', when: (packet) => (factsOf(packet).fragment?.offset ?? 0) % 3 === 0, verdict: { delayMs: 5 } });
    await net.run(async () => {
      const to = await Messenger.udp(there, '0.0.0.0', 7);
      const from = await Messenger.udp(here, '0.0.0.0');
      await from.to('10.0.0.2', 7, pattern(65_507));
      expect(await to.data()).toEqual(pattern(65_507));
    });
  });

  it('is cut by a router with a smaller link behind it, over IPv4', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net, 600);
    const [near, far] = [net.capture({ link: 'near' }), net.capture({ link: 'far' })];
    await net.run(async () => {
      const to = await Messenger.udp(there, '0.0.0.0', 7);
      const from = await Messenger.udp(here, '0.0.0.0');
      await from.to('10.0.1.2', 7, pattern(1472));
      expect(await to.data()).toEqual(pattern(1472));
    });
    expect(near.packets.map(({ bytes }) => bytes.length)).toEqual([1500]);
    // 600 - 20 is no multiple of 8: 576 bytes each, then the rest of 1480.
    expect(far.packets.map(({ bytes }) => bytes.length)).toEqual([596, 596, 348]);
  });
});

describe.each([
  {
    family: 'ipv4',
    level: IPPROTO_IP,
    header: 28,
    dontFragment: IP_DONTFRAGMENT,
    mtu: IP_MTU,
    discover: IP_MTU_DISCOVER,
    userMtu: IP_USER_MTU,
  },
  {
    family: 'ipv6',
    level: IPPROTO_IPV6,
    header: 48,
    dontFragment: IPV6_DONTFRAG,
    mtu: IPV6_MTU,
    discover: IPV6_MTU_DISCOVER,
    userMtu: IPV6_USER_MTU,
  },
] as const)('over $family', ({ family, level, header, dontFragment, mtu, discover, userMtu }) => {
  it('what may not be fragmented and is larger than the link takes is refused with WSAEMSGSIZE', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const to = await Messenger.udp(there, there.address(family), 7);
      const from = await Messenger.udp(here, here.address(family));
      from.must(from.set(level, dontFragment, 1));
      expect(await from.to(there.address(family), 7, new Uint8Array(1501 - header))).toBe('WSAEMSGSIZE');
      expect(await from.to(there.address(family), 7, pattern(1500 - header))).toBe(1500 - header);
      expect(await to.data()).toEqual(pattern(1500 - header));
      from.must(from.set(level, dontFragment, 0));
      expect(await from.to(there.address(family), 7, pattern(1501 - header))).toBe(1501 - header);
      expect(await to.data()).toEqual(pattern(1501 - header));
    });
  });

  it('the MTU of the path is learned from the router that takes less', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net, 1300);
    await net.run(async () => {
      const to = await Messenger.udp(there, there.address(family), 7);
      const from = await Messenger.udp(here, here.address(family));
      expect(from.get(level, mtu)).toBe('WSAENOTCONN');
      await from.connect(there.address(family), 7);
      from.must(from.set(level, dontFragment, 1));
      expect(from.get(level, mtu)).toBe(1500);
      // The first one is lost on the way, and the router says so.
      expect(await from.send(pattern(1400))).toBe(1400);
      await net.sleep(10);
      expect(from.get(level, mtu)).toBe(1300);
      expect(await from.send(pattern(1301 - header))).toBe('WSAEMSGSIZE');
      expect(await from.send(pattern(1300 - header))).toBe(1300 - header);
      expect(await to.data()).toEqual(pattern(1300 - header));
      expect(await to.text()).toBe('WSAETIMEDOUT');
      // Ten minutes later larger ones are tried again.
      await net.sleep(600_000);
      expect(from.get(level, mtu)).toBe(1500);
    }, { limitMs: 1_000_000 });
  });

  it('a socket may set itself a smaller MTU than the path has, not a larger one', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    const capture = net.capture();
    await net.run(async () => {
      const to = await Messenger.udp(there, there.address(family), 7);
      const from = await Messenger.udp(here, here.address(family));
      await from.connect(there.address(family), 7);
      from.must(from.set(level, userMtu, 1400));
      expect(from.get(level, userMtu)).toBe(1400);
      // What the path takes is another matter.
      expect(from.get(level, mtu)).toBe(1500);
      expect(await from.send(pattern(1401 - header))).toBe(1401 - header);
      expect(await to.data()).toEqual(pattern(1401 - header));
      expect(capture.packets).toHaveLength(2);
      from.must(from.set(level, dontFragment, 1));
      expect(await from.send(pattern(1401 - header))).toBe('WSAEMSGSIZE');
      from.must(from.set(level, userMtu, 9000));
      expect(await from.send(pattern(1501 - header))).toBe('WSAEMSGSIZE');
      expect(await from.send(pattern(1500 - header))).toBe(1500 - header);
    });
  });

  it.each([
    { name: 'IP_PMTUDISC_NOT_SET', value: IP_PMTUDISC_NOT_SET, local: 'cut', onPath: 'cut' },
    { name: 'IP_PMTUDISC_DO', value: IP_PMTUDISC_DO, local: 'refused', onPath: 'refused' },
    { name: 'IP_PMTUDISC_DONT', value: IP_PMTUDISC_DONT, local: 'cut', onPath: 'cut' },
    { name: 'IP_PMTUDISC_PROBE', value: IP_PMTUDISC_PROBE, local: 'refused', onPath: 'lost' },
  ])('$name: what the own link does not take is $local, what the path does not take is $onPath', async ({ value, local, onPath }) => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net, 1300);
    await net.run(async () => {
      const to = await Messenger.udp(there, there.address(family), 7);
      const from = await Messenger.udp(here, here.address(family));
      // Somebody finds out what the path takes.
      const finder = await Messenger.udp(here, here.address(family));
      finder.must(finder.set(level, dontFragment, 1));
      await finder.to(there.address(family), 7, pattern(1400));
      await net.sleep(10);

      const fate = async (size: number): Promise<string> => {
        const sent = await from.to(there.address(family), 7, pattern(size));
        if (sent === 'WSAEMSGSIZE') return 'refused';
        return (await to.text()) === 'WSAETIMEDOUT' ? 'lost' : 'cut';
      };
      from.must(from.set(level, discover, value));
      expect(await fate(1600)).toBe(local);
      expect(await fate(1400)).toBe(onPath);
    });
  });
});
