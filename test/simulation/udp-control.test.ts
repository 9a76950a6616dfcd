// Control information: what WSARecvMsg tells of a packet, and what WSASendMsg says for one.
import { describe, expect, it } from 'vitest';
import {
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_ECN,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_RECVECN,
  IPV6_RECVTCLASS,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  IP_ADD_MEMBERSHIP,
  IP_ECN,
  IP_ORIGINAL_ARRIVAL_IF,
  IP_PKTINFO,
  IP_RECVDSTADDR,
  IP_RECVECN,
  IP_RECVIF,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_TOS,
  IP_TTL,
  MSG_BCAST,
  MSG_CTRUNC,
  MSG_MCAST,
  MSG_TRUNC,
  SOL_SOCKET,
  SO_BROADCAST,
  AF_INET6,
} from 'winsock2';
import { createNetwork, type Host, type Network } from 'winsock2/testing';
import { Messenger, factsOf, int, ip, type Control } from './messages.js';
import { acrossRouter } from './topologies.js';

const PORT = 7;

async function pair(net: Network, family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<{ here: Host; there: Host; from: Messenger; to: Messenger }> {
  const [here, there] = [net.host('here'), net.host('there')];
  const to = await Messenger.udp(there, family === 'ipv4' ? '0.0.0.0' : '::', PORT);
  return { here, there, from: await Messenger.udp(here, here.address(family), 9), to };
}

const number = (value: number): number[] => [...int(value)];

describe('WSARecvMsg', () => {
  it('tells the address that a datagram was sent to and the interface that it came by (IP_PKTINFO)', async () => {
    using net = createNetwork();
    const { from, to } = await pair(net);
    await net.run(async () => {
      to.must(to.set(IPPROTO_IP, IP_PKTINFO, 1));
      await from.to('10.0.0.2', PORT, 'one');
      const data = [10, 0, 0, 2, ...number(2)];
      expect(await to.message()).toEqual({
        result: 0,
        text: 'one',
        from: '10.0.0.1 9',
        flags: 0,
        controls: [[IPPROTO_IP, IP_PKTINFO, data]],
      });
    });
  });

  it('tells the same over IPv6 (IPV6_PKTINFO)', async () => {
    using net = createNetwork();
    const { from, to } = await pair(net, 'ipv6');
    await net.run(async () => {
      to.must(to.set(IPPROTO_IPV6, IPV6_PKTINFO, 1));
      await from.to('fd00::2', PORT, 'one');
      const { controls } = await to.message();
      expect(controls).toEqual([[IPPROTO_IPV6, IPV6_PKTINFO, [...ip('fd00::2'), ...number(2)]]]);
    });
  });

  it('tells on a host with several interfaces which of them it was', async () => {
    using net = createNetwork();
    const [left, right] = [net.segment('left'), net.segment('right')];
    const both = net.host('both', { interfaces: [{ segment: left }, { segment: right }] });
    const [one, two] = [net.host('one', { segment: left }), net.host('two', { segment: right })];
    await net.run(async () => {
      const to = await Messenger.udp(both, '0.0.0.0', PORT);
      to.must(to.set(IPPROTO_IP, IP_PKTINFO, 1));
      to.must(to.set(IPPROTO_IP, IP_RECVIF, 1));
      to.must(to.set(IPPROTO_IP, IP_RECVDSTADDR, 1));
      to.must(to.set(IPPROTO_IP, IP_ORIGINAL_ARRIVAL_IF, 1));
      for (const [host, address, index] of [
        [one, '10.0.0.1', 2],
        [two, '10.0.1.1', 3],
      ] as const) {
        const from = await Messenger.udp(host, '0.0.0.0');
        await from.to(address, PORT, 'x');
        expect((await to.message()).controls).toEqual([
          [IPPROTO_IP, IP_PKTINFO, [...ip(address), ...number(index)]],
          [IPPROTO_IP, IP_RECVDSTADDR, [...ip(address)]],
          [IPPROTO_IP, IP_RECVIF, number(index)],
          [IPPROTO_IP, IP_ORIGINAL_ARRIVAL_IF, number(index)],
        ]);
      }
    });
  });

  it('tells the TTL as it is after the routers (IP_RECVTTL)', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    await net.run(async () => {
      const to = await Messenger.udp(there, '0.0.0.0', PORT);
      to.must(to.set(IPPROTO_IP, IP_RECVTTL, 1));
      const from = await Messenger.udp(here, '0.0.0.0');
      await from.to('10.0.1.2', PORT, 'x');
      expect((await to.message()).controls).toEqual([[IPPROTO_IP, IP_TTL, number(127)]]);
      from.must(from.set(IPPROTO_IP, IP_TTL, 7));
      await from.to('10.0.1.2', PORT, 'x');
      expect((await to.message()).controls).toEqual([[IPPROTO_IP, IP_TTL, number(6)]]);
    });
  });

  it('tells the hop limit (IPV6_HOPLIMIT)', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    await net.run(async () => {
      const to = await Messenger.udp(there, '::', PORT);
      to.must(to.set(IPPROTO_IPV6, IPV6_HOPLIMIT, 1));
      const from = await Messenger.udp(here, '::');
      from.must(from.set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9));
      await from.to(there.address('ipv6'), PORT, 'x');
      expect((await to.message()).controls).toEqual([[IPPROTO_IPV6, IPV6_HOPLIMIT, number(8)]]);
    });
  });

  it('tells the TOS byte, and its ECN bits by themselves (IP_RECVTOS, IP_RECVECN)', async () => {
    using net = createNetwork();
    const { from, to } = await pair(net);
    await net.run(async () => {
      to.must(to.set(IPPROTO_IP, IP_RECVTOS, 1));
      to.must(to.set(IPPROTO_IP, IP_RECVECN, 1));
      from.must(from.set(IPPROTO_IP, IP_TOS, 0xb9));
      await from.to('10.0.0.2', PORT, 'x');
      expect((await to.message()).controls).toEqual([
        [IPPROTO_IP, IP_TOS, number(0xb9)],
        [IPPROTO_IP, IP_ECN, number(1)],
      ]);
    });
  });

  it('tells the traffic class, and its ECN bits (IPV6_RECVTCLASS, IPV6_RECVECN)', async () => {
    using net = createNetwork();
    const { from, to } = await pair(net, 'ipv6');
    await net.run(async () => {
      to.must(to.set(IPPROTO_IPV6, IPV6_RECVTCLASS, 1));
      to.must(to.set(IPPROTO_IPV6, IPV6_RECVECN, 1));
      from.must(from.set(IPPROTO_IPV6, IPV6_TCLASS, 0xb6));
      await from.to('fd00::2', PORT, 'x');
      expect((await to.message()).controls).toEqual([
        [IPPROTO_IPV6, IPV6_TCLASS, number(0xb6)],
        [IPPROTO_IPV6, IPV6_ECN, number(2)],
      ]);
    });
  });

  it('tells that a router met congestion', async () => {
    using net = createNetwork();
    const { from, to } = await pair(net);
    net.rule({
      name: 'congestion experienced',
      when: ({ isUdp }) => isUdp,
      verdict: { rewrite: (bytes) => void (bytes[1]! |= 3) },
    });
    await net.run(async () => {
      to.must(to.set(IPPROTO_IP, IP_RECVECN, 1));
      await from.sendMessage(['10.0.0.2', PORT], 'x', [IPPROTO_IP, IP_ECN, number(2)]);
      expect((await to.message()).controls).toEqual([[IPPROTO_IP, IP_ECN, number(3)]]);
    });
  });

  it('tells of IPv4 at IPv4\'s level on a socket of both families', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const to = await Messenger.udp(there, undefined, 0, AF_INET6);
      to.must(to.set(IPPROTO_IPV6, IPV6_V6ONLY, 0));
      to.must(to.bind('::', PORT));
      to.must(to.set(IPPROTO_IP, IP_PKTINFO, 1));
      to.must(to.set(IPPROTO_IPV6, IPV6_PKTINFO, 1));
      const [four, six] = [await Messenger.udp(here, '10.0.0.1', 9), await Messenger.udp(here, 'fd00::1', 9)];
      await four.to('10.0.0.2', PORT, 'four');
      await six.to('fd00::2', PORT, 'six');
      expect(await to.message()).toMatchObject({
        text: 'four',
        from: '::ffff:10.0.0.1 9',
        controls: [[IPPROTO_IP, IP_PKTINFO, [10, 0, 0, 2, ...number(2)]]],
      });
      expect(await to.message()).toMatchObject({
        text: 'six',
        from: 'fd00::1 9',
        controls: [[IPPROTO_IPV6, IPV6_PKTINFO, [...ip('fd00::2'), ...number(2)]]],
      });
    });
  });

  it('cuts a datagram for which there is too little room: WSAEMSGSIZE and MSG_TRUNC', async () => {
    using net = createNetwork();
    const { from, to } = await pair(net);
    await net.run(async () => {
      await from.to('10.0.0.2', PORT, 'too long');
      await from.to('10.0.0.2', PORT, 'next');
      expect(await to.message(3)).toMatchObject({ result: 'WSAEMSGSIZE', text: 'too', from: '10.0.0.1 9', flags: MSG_TRUNC });
      // The rest is lost.
      expect(await to.message()).toMatchObject({ result: 0, text: 'next', flags: 0 });
    });
  });

  it('cuts control information for which there is too little room: WSAEMSGSIZE and MSG_CTRUNC', async () => {
    using net = createNetwork();
    const { from, to } = await pair(net);
    await net.run(async () => {
      to.must(to.set(IPPROTO_IP, IP_PKTINFO, 1));
      to.must(to.set(IPPROTO_IP, IP_RECVTTL, 1));
      await from.to('10.0.0.2', PORT, 'x');
      expect(await to.message(100, 24)).toMatchObject({
        result: 'WSAEMSGSIZE',
        text: 'x',
        flags: MSG_CTRUNC,
        controls: [[IPPROTO_IP, IP_PKTINFO, [10, 0, 0, 2, ...number(2)]]],
      });
    });
  });

  it('says of a broadcast that it was one, and of what went to a group (MSG_BCAST, MSG_MCAST)', async () => {
    using net = createNetwork();
    const { from, to } = await pair(net);
    await net.run(async () => {
      to.must(to.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, Uint8Array.of(239, 1, 1, 1, 0, 0, 0, 0)));
      from.must(from.set(SOL_SOCKET, SO_BROADCAST, 1));
      await from.to('255.255.255.255', PORT, 'link');
      await from.to('10.0.0.255', PORT, 'network');
      await from.to('239.1.1.1', PORT, 'group');
      await from.to('10.0.0.2', PORT, 'one');
      const seen: [string, number][] = [];
      for (let i = 0; i < 4; i += 1) {
        const { text, flags } = await to.message();
        seen.push([text, flags]);
      }
      expect(seen).toEqual([
        ['link', MSG_BCAST],
        ['network', MSG_BCAST],
        ['group', MSG_MCAST],
        ['one', 0],
      ]);
    });
  });
});

describe('WSASendMsg', () => {
  it('chooses the address to speak from (IP_PKTINFO)', async () => {
    using net = createNetwork();
    const here = net.host('here', { addresses: ['10.0.0.1/24', '10.0.0.11/24'] });
    const there = net.host('there', { addresses: ['10.0.0.2/24'] });
    await net.run(async () => {
      const to = await Messenger.udp(there, '0.0.0.0', PORT);
      const from = await Messenger.udp(here, '0.0.0.0', 9);
      const speaking = (address: string, index = 0): Control => [IPPROTO_IP, IP_PKTINFO, [...ip(address), ...number(index)]];
      expect(await from.sendMessage(['10.0.0.2', PORT], 'second', speaking('10.0.0.11'))).toBe(0);
      expect(await to.letter()).toBe('second from 10.0.0.11 9');
      expect(await from.sendMessage(['10.0.0.2', PORT], 'whichever', speaking('0.0.0.0'))).toBe(0);
      expect(await to.letter()).toBe('whichever from 10.0.0.1 9');
      expect(await from.sendMessage(['10.0.0.2', PORT], 'forged', speaking('10.0.0.3'))).toBe('WSAEADDRNOTAVAIL');
    });
  });

  it('chooses the interface to leave by (IP_PKTINFO)', async () => {
    using net = createNetwork();
    const [left, right] = [net.segment('left'), net.segment('right')];
    const both = net.host('both', { interfaces: [{ segment: left }, { segment: right }] });
    const [one, two] = [net.host('one', { segment: left }), net.host('two', { segment: right })];
    await net.run(async () => {
      const ears = [];
      for (const host of [one, two]) {
        const ear = await Messenger.udp(host, '0.0.0.0', PORT);
        ear.must(ear.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, Uint8Array.of(239, 1, 1, 1, 0, 0, 0, 0)));
        ears.push(ear);
      }
      const from = await Messenger.udp(both, '0.0.0.0', 9);
      for (const index of [2, 3]) {
        await from.sendMessage(['239.1.1.1', PORT], `by ${index}`, [IPPROTO_IP, IP_PKTINFO, [0, 0, 0, 0, ...number(index)]]);
      }
      expect(await ears[0]!.letter()).toBe('by 2 from 10.0.0.1 9');
      expect(await ears[1]!.letter()).toBe('by 3 from 10.0.1.1 9');
    });
  });

  it.each<{ name: string; family: 'ipv4' | 'ipv6'; control: Control; field: 'hopLimit' | 'trafficClass'; before: number; value: number }>([
    { name: 'IP_TTL', family: 'ipv4', control: [IPPROTO_IP, IP_TTL, number(5)], field: 'hopLimit', before: 128, value: 5 },
    { name: 'IP_TOS', family: 'ipv4', control: [IPPROTO_IP, IP_TOS, number(0xb8)], field: 'trafficClass', before: 0, value: 0xb8 },
    { name: 'IP_ECN', family: 'ipv4', control: [IPPROTO_IP, IP_ECN, number(2)], field: 'trafficClass', before: 0, value: 2 },
    { name: 'IPV6_HOPLIMIT', family: 'ipv6', control: [IPPROTO_IPV6, IPV6_HOPLIMIT, number(5)], field: 'hopLimit', before: 128, value: 5 },
    { name: 'IPV6_TCLASS', family: 'ipv6', control: [IPPROTO_IPV6, IPV6_TCLASS, number(0xb8)], field: 'trafficClass', before: 0, value: 0xb8 },
    { name: 'IPV6_ECN', family: 'ipv6', control: [IPPROTO_IPV6, IPV6_ECN, number(1)], field: 'trafficClass', before: 0, value: 1 },
  ])('says $field of one datagram ($name), and of that one only', async ({ family, control, field, before, value }) => {
    using net = createNetwork();
    const { there, from } = await pair(net, family);
    const capture = net.capture({ when: ({ from: sender }) => sender === 'here' });
    await net.run(async () => {
      expect(await from.sendMessage([there.address(family), PORT], 'x', control)).toBe(0);
      expect(await from.sendMessage([there.address(family), PORT], 'x')).toBe(0);
      await net.sleep(5);
    });
    expect(capture.packets.map((packet) => factsOf(packet)[field])).toEqual([value, before]);
  });

  it('keeps the rest of the TOS byte when it sets the ECN bits', async () => {
    using net = createNetwork();
    const { from } = await pair(net);
    const capture = net.capture();
    await net.run(async () => {
      from.must(from.set(IPPROTO_IP, IP_TOS, 0xb8));
      await from.sendMessage(['10.0.0.2', PORT], 'x', [IPPROTO_IP, IP_ECN, number(1)]);
      await net.sleep(5);
    });
    expect(capture.packets.map((packet) => factsOf(packet).trafficClass)).toEqual([0xb9]);
  });

  it('chooses address and interface over IPv6 (IPV6_PKTINFO)', async () => {
    using net = createNetwork();
    const here = net.host('here', { addresses: ['fd00::1/64', 'fd00::11/64'] });
    const there = net.host('there', { addresses: ['fd00::2/64'] });
    await net.run(async () => {
      const to = await Messenger.udp(there, '::', PORT);
      const from = await Messenger.udp(here, '::', 9);
      const control: Control = [IPPROTO_IPV6, IPV6_PKTINFO, [...ip('fd00::11'), ...number(2)]];
      expect(await from.sendMessage(['fd00::2', PORT], 'second', control)).toBe(0);
      expect(await to.letter()).toBe('second from fd00::11 9');
    });
  });

  it('goes to the peer without an address, and answers from where it was asked', async () => {
    using net = createNetwork();
    const { here, there, from, to } = await pair(net);
    there.sim.addAddress('10.0.0.22/24');
    await net.run(async () => {
      to.must(to.set(IPPROTO_IP, IP_PKTINFO, 1));
      await from.connect('10.0.0.22', PORT);
      expect(await from.sendMessage(null, 'question')).toBe(0);
      // As a server on several addresses does it: what WSARecvMsg gave goes into WSASendMsg.
      const { text, controls } = await to.message();
      expect(text).toBe('question');
      expect(await to.sendMessage([here.address(), 9], 'answer', ...controls)).toBe(0);
      expect(await from.letter()).toBe('answer from 10.0.0.22 7');
    });
  });

  it.each<[string, Control]>([
    ['a TTL that is none', [IPPROTO_IP, IP_TTL, number(256)]],
    ['ECN bits that routers set', [IPPROTO_IP, IP_ECN, number(3)]],
    ['too few bytes', [IPPROTO_IP, IP_PKTINFO, [1, 2, 3, 4]]],
    ['what nobody knows', [IPPROTO_IP, 99, number(1)]],
    ['what is IPv6\'s on an IPv4 socket', [IPPROTO_IPV6, IPV6_HOPLIMIT, number(1)]],
  ])('refuses %s with WSAEINVAL', async (_, control) => {
    using net = createNetwork();
    const { from } = await pair(net);
    await net.run(async () => {
      expect(await from.sendMessage(['10.0.0.2', PORT], 'x', control)).toBe('WSAEINVAL');
    });
  });
});
