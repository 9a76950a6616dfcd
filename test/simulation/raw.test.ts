// Raw sockets on hosts: programs as ping and tracert are, packets made whole, and listening in.
import { describe, expect, it } from 'vitest';
import {
  AF_INET6,
  FD_SET,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IGMP,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_UNICAST_HOPS,
  IP_ADD_MEMBERSHIP,
  IP_HDRINCL,
  IP_PKTINFO,
  IP_RECVTTL,
  IP_TTL,
  POLLRDNORM,
  POLLWRNORM,
  RCVALL_IPLEVEL,
  RCVALL_OFF,
  RCVALL_ON,
  SIO_RCVALL,
  SIO_RCVALL_IGMPMCAST,
  SIO_RCVALL_MCAST,
  WSAPOLLFD,
  fd_set,
  timeval,
} from 'winsock2';
import { clientAndServer, createNetwork, type Network } from 'winsock2/testing';
import { Messenger, factsOf, int, ip, linesOf } from './messages.js';
import { acrossRouter } from './topologies.js';

/** A protocol number that nobody has. */
const TEST_PROTOCOL = 253;

/** The internet checksum (RFC 1071). */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes[at]! * 256 + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An echo request of ICMP (8) or, without its checksum, of ICMPv6 (128). */
function echoRequest(type: 8 | 128, sequence: number): Uint8Array {
  const message = Uint8Array.of(type, 0, 0, 0, 0x12, 0x34, 0, sequence, 0x61, 0x62, 0x63, 0x64);
  if (type === 8) new DataView(message.buffer).setUint16(2, checksum(message));
  return message;
}

/** An IPv4 packet with this payload; length, identification and checksum are left to IP. */
function packetOf(source: string, destination: string, protocol: number, payload: Uint8Array, ttl = 64): Uint8Array {
  const header = Uint8Array.of(0x45, 0, 0, 0, 0, 0, 0, 0, ttl, protocol, 0, 0, ...ip(source), ...ip(destination));
  return Uint8Array.of(...header, ...payload);
}

/** A UDP datagram without a checksum. */
function udpOf(sourcePort: number, destinationPort: number, text: string): Uint8Array {
  const data = new TextEncoder().encode(text);
  const length = 8 + data.length;
  return Uint8Array.of(0, sourcePort, 0, destinationPort, 0, length, 0, 0, ...data);
}

/** The packets that come, in words, until none does. */
async function packets(s: Messenger): Promise<string[]> {
  const all: string[] = [];
  for (let bytes = await s.data(); typeof bytes !== 'string'; bytes = await s.data()) all.push(...linesOf([{ bytes }]));
  return all;
}

describe('ICMP', () => {
  it('ping: an echo request is answered, and the answer comes with its IP header', async () => {
    using net = createNetwork();
    const [here] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const s = await Messenger.raw(here, IPPROTO_ICMP);
      expect(await s.to('10.0.0.2', 0, echoRequest(8, 1))).toBe(12);
      const answer = s.must(await s.data());
      expect(factsOf({ bytes: answer })).toMatchObject({
        source: '10.0.0.2',
        destination: '10.0.0.1',
        hopLimit: 128,
        transport: { kind: 'icmp', type: 0, identifier: 0x1234, sequence: 1, checksumGood: true },
      });
      expect([...answer.subarray(28)]).toEqual([0x61, 0x62, 0x63, 0x64]);
      expect(net.clock.now()).toBe(2);
    });
  });

  it('ping over IPv6: the checksum is IP\'s business, and the answer comes without a header', async () => {
    using net = createNetwork();
    const [here] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const s = await Messenger.raw(here, IPPROTO_ICMPV6, undefined, AF_INET6);
      expect(await s.to('fd00::2', 0, echoRequest(128, 1))).toBe(12);
      const answer = s.must(await s.data());
      expect([answer[0], ...answer.subarray(4)]).toEqual([129, 0x12, 0x34, 0, 1, 0x61, 0x62, 0x63, 0x64]);
    });
  });

  it.each([
    ['ipv4', IPPROTO_ICMP, IPPROTO_IP, IP_TTL, ['10.0.0.1', '10.0.1.2', '10.0.2.2']],
    ['ipv6', IPPROTO_ICMPV6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, ['fd00::1', 'fd00:0:0:1::2', 'fd00:0:0:2::2']],
  ] as const)('tracert: each router on the way says that the hop limit ran out there (%s)', async (family, protocol, level, option, way) => {
    using net = createNetwork();
    const [a, b, c] = [net.segment('a'), net.segment('b'), net.segment('c')];
    net.host('first', { interfaces: [{ segment: a }, { segment: b }], forwarding: true });
    net.host('second', { interfaces: [{ segment: c }, { segment: b }], forwarding: true });
    const here = net.host('here', { segment: a, gateway: 'first' });
    const there = net.host('there', { segment: c, gateway: 'second' });
    net.sim.hosts.get('first')!.addGateway('second');
    net.sim.hosts.get('second')!.addGateway('first');
    await net.run(async () => {
      const s = await Messenger.raw(here, protocol, here.address(family));
      const seen: (string | number)[][] = [];
      for (let hops = 1; hops <= 3; hops += 1) {
        s.must(s.set(level, option, hops));
        const start = net.clock.now();
        await s.to(there.address(family), 0, echoRequest(family === 'ipv4' ? 8 : 128, hops));
        const { from } = await s.message(1500);
        seen.push([from.split(' ')[0]!, net.clock.now() - start]);
      }
      expect(seen).toEqual(way.map((router, index) => [router, 2 * (index + 1)]));
    });
  });

  it('a host that does not answer leaves a receive to its timeout', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    there.crash();
    await net.run(async () => {
      const s = await Messenger.raw(here, IPPROTO_ICMP);
      await s.to('10.0.0.2', 0, echoRequest(8, 1));
      expect(await s.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('readiness is told by WSAPoll and select', async () => {
    using net = createNetwork();
    const [here] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const s = await Messenger.raw(here, IPPROTO_ICMP);
      await s.to('10.0.0.2', 0, echoRequest(8, 1));
      const fd = new WSAPOLLFD();
      [fd.fd, fd.events] = [s.s, POLLRDNORM | POLLWRNORM];
      expect(await here.winsock.WSAPoll([fd], 1, 1000)).toBe(1);
      expect(fd.revents).toBe(POLLWRNORM);
      fd.events = POLLRDNORM;
      expect(await here.winsock.WSAPoll([fd], 1, 1000)).toBe(1);
      expect([fd.revents, net.clock.now()]).toEqual([POLLRDNORM, 2]);

      const set = new fd_set();
      FD_SET(s.s, set);
      expect(await here.winsock.select(0, set, null, null, null)).toBe(1);
      s.must(await s.data());
      FD_SET(s.s, set);
      const second = new timeval();
      second.tv_sec = 1;
      expect(await here.winsock.select(0, set, null, null, second)).toBe(0);
      expect(net.clock.now()).toBe(1002);
    });
  });
});

describe('other protocols', () => {
  it('are sent and heard by their number, with the sender and the header told', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const to = await Messenger.raw(there, TEST_PROTOCOL, '0.0.0.0');
      const other = await Messenger.raw(there, TEST_PROTOCOL + 1, '0.0.0.0');
      const from = await Messenger.raw(here, TEST_PROTOCOL);
      expect(await from.to('10.0.0.2', 0, 'hello')).toBe(5);
      const packet = to.must(await to.data());
      expect(factsOf({ bytes: packet })).toMatchObject({ source: '10.0.0.1', destination: '10.0.0.2', protocol: TEST_PROTOCOL, length: 25 });
      expect(new TextDecoder().decode(packet.subarray(20))).toBe('hello');
      expect(await other.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('that nobody listens to are answered with "protocol unreachable"', async () => {
    using net = createNetwork();
    const [here] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const ear = await Messenger.raw(here, IPPROTO_ICMP, '0.0.0.0');
      const from = await Messenger.raw(here, TEST_PROTOCOL);
      await from.to('10.0.0.2', 0, 'hello');
      expect(factsOf({ bytes: ear.must(await ear.data()) }).transport).toMatchObject({
        type: 3,
        code: 2,
        quoted: { protocol: TEST_PROTOCOL, destination: '10.0.0.2' },
      });
    });
  });

  it('go to the peer of a connected socket, which hears nobody else', async () => {
    using net = createNetwork();
    const [one, two, three] = [net.host('one'), net.host('two'), net.host('three')];
    await net.run(async () => {
      const [a, b, c] = [await Messenger.raw(one, TEST_PROTOCOL), await Messenger.raw(two, TEST_PROTOCOL), await Messenger.raw(three, TEST_PROTOCOL)];
      for (const s of [a, b, c]) s.must(s.bind('0.0.0.0'));
      expect(await b.connect('10.0.0.1', 0)).toBe(0);
      expect(await b.send('to one')).toBe(6);
      await c.to('10.0.0.2', 0, 'from three');
      await a.to('10.0.0.2', 0, 'from one');
      expect(new TextDecoder().decode(a.must(await a.data()).subarray(20))).toBe('to one');
      expect(new TextDecoder().decode(b.must(await b.data()).subarray(20))).toBe('from one');
      expect(await b.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('take control information as datagrams do', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const to = await Messenger.raw(there, TEST_PROTOCOL, '0.0.0.0');
      to.must(to.set(IPPROTO_IP, IP_PKTINFO, 1));
      to.must(to.set(IPPROTO_IP, IP_RECVTTL, 1));
      const from = await Messenger.raw(here, TEST_PROTOCOL);
      expect(await from.sendMessage(['10.0.0.2', 0], 'x', [IPPROTO_IP, IP_TTL, [...int(9)]])).toBe(0);
      expect(await to.message()).toMatchObject({
        from: '10.0.0.1 0',
        controls: [
          [IPPROTO_IP, IP_PKTINFO, [10, 0, 0, 2, ...int(2)]],
          [IPPROTO_IP, IP_TTL, [...int(9)]],
        ],
      });
    });
  });

  it('may be UDP: a raw socket sends datagrams, and sees a copy of those that come', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const to = await Messenger.udp(there, '0.0.0.0', 7);
      const watcher = await Messenger.raw(there, IPPROTO_UDP, '0.0.0.0');
      const from = await Messenger.raw(here, IPPROTO_UDP);
      expect(await from.to('10.0.0.2', 0, udpOf(9, 7, 'by hand'))).toBe(15);
      expect(await to.letter()).toBe('by hand from 10.0.0.1 9');
      expect(await packets(watcher)).toEqual(['IP 10.0.0.1.9 > 10.0.0.2.7: UDP, length 7']);
    });
  });

  it('TCP is none of them: it is not bound and not sent', async () => {
    using net = createNetwork();
    const [here] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const s = await Messenger.raw(here, IPPROTO_TCP);
      expect(s.bind('0.0.0.0')).toBe('WSAEINVAL');
      expect(await s.to('10.0.0.2', 0, new Uint8Array(20))).toBe('WSAEACCES');
    });
  });
});

describe('IP_HDRINCL', () => {
  it('sends the header as it was made, with length, identification and checksum filled in', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    const capture = net.capture({ link: 'lan' });
    await net.run(async () => {
      const to = await Messenger.udp(there, '0.0.0.0', 7);
      const s = await Messenger.raw(here, IPPROTO_UDP);
      s.must(s.set(IPPROTO_IP, IP_HDRINCL, 1));
      const packet = packetOf('10.0.0.1', '10.0.0.2', IPPROTO_UDP, udpOf(9, 7, 'whole'), 33);
      expect(await s.to('10.0.0.2', 0, packet)).toBe(packet.length);
      expect(await to.letter()).toBe('whole from 10.0.0.1 9');
    });
    const [sent] = capture.packets;
    expect(factsOf(sent!)).toMatchObject({ hopLimit: 33, length: 33, fault: null });
    expect(factsOf(sent!).identification).not.toBe(0);
  });

  it('may forge the source of ICMP, not that of UDP, and sends no TCP', async () => {
    using net = createNetwork();
    const [here] = [net.host('here'), net.host('there')];
    const capture = net.capture({ when: ({ from }) => from === 'here' });
    await net.run(async () => {
      const s = await Messenger.raw(here, IPPROTO_IP);
      s.must(s.set(IPPROTO_IP, IP_HDRINCL, 1));
      const forged = packetOf('10.0.0.77', '10.0.0.2', IPPROTO_ICMP, echoRequest(8, 1));
      expect(await s.to('10.0.0.2', 0, forged)).toBe(forged.length);
      // It says that it was sent, and is not.
      const datagram = packetOf('10.0.0.77', '10.0.0.2', IPPROTO_UDP, udpOf(9, 7, 'x'));
      expect(await s.to('10.0.0.2', 0, datagram)).toBe(datagram.length);
      const segment = packetOf('10.0.0.1', '10.0.0.2', IPPROTO_TCP, new Uint8Array(20));
      expect(await s.to('10.0.0.2', 0, segment)).toBe('WSAEACCES');
      await net.sleep(5);
    });
    expect(capture.packets.map((packet) => factsOf(packet).source)).toEqual(['10.0.0.77']);
  });

  it('refuses what is too short to be a packet', async () => {
    using net = createNetwork();
    const [here] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const s = await Messenger.raw(here, IPPROTO_IP);
      s.must(s.set(IPPROTO_IP, IP_HDRINCL, 1));
      expect(await s.to('10.0.0.2', 0, new Uint8Array(19))).toBe('WSAEINVAL');
    });
  });
});

describe('SIO_RCVALL', () => {
  /** A socket that sees what passes the host's interface. */
  async function sniffer(net: Network, name: string, mode = RCVALL_ON): Promise<Messenger> {
    const host = net.hosts.get(name)!;
    const s = await Messenger.raw(host, IPPROTO_IP, host.address());
    s.must(await s.control(SIO_RCVALL, mode));
    return s;
  }

  it('sees what others on the host send and receive, TCP included', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const ends = await clientAndServer(net);
      const { client, server } = ends;
      const watcher = await sniffer(net, 'server');
      await client.host.winsock.send(client.socket, new Uint8Array(5), 5, 0);
      await server.host.winsock.recv(server.socket, new Uint8Array(5), 5, 0);
      await net.sleep(500);
      const seen = await packets(watcher);
      expect(seen).toHaveLength(2);
      expect(seen[0]).toMatch(/^IP 10\.0\.0\.2\..*length 5$/);
      expect(seen[1]).toMatch(/^IP 10\.0\.0\.1\..*length 0$/);
      await ends.close();
    });
  });

  it('sees every packet with a right checksum, once', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const watcher = await sniffer(net, 'there');
      const to = await Messenger.udp(there, '10.0.0.2', 7);
      const from = await Messenger.udp(here, '10.0.0.1', 9);
      await from.to('10.0.0.2', 7, 'question');
      await to.text();
      await to.to('10.0.0.1', 9, 'answer');
      for (const [text, source] of [
        ['question', '10.0.0.1'],
        ['answer', '10.0.0.2'],
      ] as const) {
        const bytes = watcher.must(await watcher.data());
        expect(factsOf({ bytes })).toMatchObject({ source, fault: null, transport: { kind: 'udp', checksumGood: true } });
        expect(new TextDecoder().decode(bytes.subarray(28))).toBe(text);
      }
      expect(await watcher.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('ends with RCVALL_OFF', async () => {
    using net = createNetwork();
    const [here] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const watcher = await sniffer(net, 'there');
      watcher.must(await watcher.control(SIO_RCVALL, RCVALL_OFF));
      const from = await Messenger.udp(here, '10.0.0.1', 9);
      await from.connect('10.0.0.2', 7);
      const s = await Messenger.raw(here, IPPROTO_ICMP);
      await s.to('10.0.0.2', 0, echoRequest(8, 1));
      expect(s.must(await s.data())).toHaveLength(32);
      // What it would hear without: IPPROTO_IP is every protocol.
      expect(await packets(watcher)).toEqual([expect.stringContaining('echo request')]);
    });
  });

  it('sees on a router what passes through, unless it wants its own host\'s only (RCVALL_IPLEVEL)', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    await net.run(async () => {
      const all = await sniffer(net, 'router');
      const own = await sniffer(net, 'router', RCVALL_IPLEVEL);
      const to = await Messenger.udp(there, '0.0.0.0', 7);
      const from = await Messenger.udp(here, '0.0.0.0', 9);
      await from.to('10.0.1.2', 7, 'x');
      await to.text();
      expect(await packets(all)).toHaveLength(1);
      expect(await packets(own)).toEqual([]);
    });
  });

  it('is refused to sockets that are not bound to an address of an interface, and to all but raw sockets for every protocol', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      const unbound = await Messenger.raw(host, IPPROTO_IP);
      expect(await unbound.control(SIO_RCVALL, RCVALL_ON)).toBe('WSAEINVAL');
      const everywhere = await Messenger.raw(host, IPPROTO_IP, '0.0.0.0');
      expect(await everywhere.control(SIO_RCVALL, RCVALL_ON)).toBe('WSAEINVAL');
      const icmp = await Messenger.raw(host, IPPROTO_ICMP, '10.0.0.1');
      expect(await icmp.control(SIO_RCVALL, RCVALL_ON)).toBe('WSAEINVAL');
      const right = await Messenger.raw(host, IPPROTO_IP, '10.0.0.1');
      expect(await right.control(SIO_RCVALL, 9)).toBe('WSAEINVAL');
      expect(await right.control(SIO_RCVALL, null)).toBe('WSAEINVAL');
      const datagram = await Messenger.udp(host, '10.0.0.1');
      expect(await datagram.control(SIO_RCVALL, RCVALL_ON)).toBe('WSAENOPROTOOPT');
    });
  });

  it('has two narrower forms: all multicast (SIO_RCVALL_MCAST), and that of IGMP (SIO_RCVALL_IGMPMCAST)', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      const groups = await Messenger.raw(there, IPPROTO_UDP, '10.0.0.2');
      groups.must(await groups.control(SIO_RCVALL_MCAST, RCVALL_ON));
      const reports = await Messenger.raw(there, IPPROTO_IGMP, '10.0.0.2');
      reports.must(await reports.control(SIO_RCVALL_IGMPMCAST, RCVALL_ON));
      const from = await Messenger.udp(here, '10.0.0.1', 9);
      // The host there is in no group.
      await from.to('239.1.1.1', 7, 'x');
      await (await Messenger.raw(here, IPPROTO_ICMP)).to('10.0.0.2', 0, echoRequest(8, 1));
      from.must(from.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, Uint8Array.of(239, 1, 1, 1, 0, 0, 0, 0)));
      await net.sleep(20_000);
      const report = 'IP 10.0.0.1 > 224.0.0.22: IGMP v3 report [239.1.1.1 to-exclude {}], length 16';
      expect(await packets(groups)).toEqual(['IP 10.0.0.1.9 > 239.1.1.1.7: UDP, length 1', report, report]);
      expect(await packets(reports)).toEqual([report, report]);
    });
  });
});
