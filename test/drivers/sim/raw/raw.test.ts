import { describe, expect, it } from 'vitest';
import * as icmp from '../../../../src/drivers/sim/wire/icmp.js';
import * as icmpv6 from '../../../../src/drivers/sim/wire/icmpv6.js';
import * as ipv4 from '../../../../src/drivers/sim/wire/ipv4.js';
import * as ipv6 from '../../../../src/drivers/sim/wire/ipv6.js';
import { fill, good, pseudoSum } from '../../../../src/drivers/sim/wire/checksum.js';
import * as udp from '../../../../src/drivers/sim/wire/udp.js';
import { at, Lan, type LanHost } from '../udp/lan.js';

function pair(): { lan: Lan; a: LanHost; b: LanHost } {
  const lan = new Lan();
  return { lan, a: lan.host('10.0.0.1/24', 'fd00::1/64'), b: lan.host('10.0.0.2/24', 'fd00::2/64') };
}

function echoRequest(sequence: number): Uint8Array {
  const message = new Uint8Array(icmp.HEADER_LENGTH + 4);
  icmp.write(message, 0, icmp.TYPE.echoRequest, 0, (77 << 16) | sequence);
  message.set([1, 2, 3, 4], icmp.HEADER_LENGTH);
  fill(message, icmp.OFFSET.checksum, 0, message.length);
  return message;
}

/** A whole packet, as IP_HDRINCL wants it. */
function whole(protocol: number, source: string, destination: string, length = 28): Uint8Array {
  const { book } = new Lan();
  const packet = new Uint8Array(length);
  ipv4.write(packet, 0, length, protocol, 33, book.parse(source).bytes, book.parse(destination).bytes);
  if (protocol === 17) udp.write(packet, 20, 7, 9, length - 20);
  return packet;
}

describe('ping', () => {
  it('over IPv4: the answer comes with its IP header', async () => {
    const { lan, a } = pair();
    const ping = a.rawSocket('ipv4', 1);
    expect(ping.send(at('10.0.0.2'), echoRequest(5))).toBeNull();
    await lan.settle();
    const [reply] = ping.datagrams;
    expect(ping.datagrams.length).toBe(1);
    expect(reply!.from).toEqual(at('10.0.0.2'));
    expect(ipv4.check(reply!.data)).toBeNull();
    expect(lan.book.ipv4(reply!.data, ipv4.OFFSET.destination).text).toBe('10.0.0.1');
    const start = ipv4.headerLength(reply!.data, 0);
    expect(icmp.type(reply!.data, start)).toBe(icmp.TYPE.echoReply);
    expect(icmp.sequence(reply!.data, start)).toBe(5);
    expect(reply!.info).toMatchObject({ destination: at('10.0.0.1'), interfaceIndex: 2, hopLimit: 128 });
  });

  it('over IPv6: without the header, and the stack fills the checksum in', async () => {
    const { lan, a } = pair();
    const ping = a.rawSocket('ipv6', 58);
    const request = echoRequest(6);
    icmpv6.setType(request, 0, icmpv6.TYPE.echoRequest);
    request.fill(0xee, 2, 4);
    expect(ping.send(at('fd00::2'), request)).toBeNull();
    await lan.settle();
    const [reply] = ping.datagrams;
    expect(icmpv6.type(reply!.data, 0)).toBe(icmpv6.TYPE.echoReply);
    expect(icmpv6.sequence(reply!.data, 0)).toBe(6);
    expect(ping.send(at('fd00::2'), [128, 0])).toBe('EINVAL');
  });

  it('to an own address answers too', async () => {
    const { lan, a } = pair();
    const ping = a.rawSocket('ipv4', 1);
    ping.send(at('127.0.0.1'), echoRequest(1));
    await lan.settle();
    const types = ping.datagrams.map(({ data }) => icmp.type(data, 20));
    expect(types).toContain(icmp.TYPE.echoReply);
  });

  it('hears that a port is unreachable, as every ICMP message', async () => {
    const { lan, a } = pair();
    const listener = a.rawSocket('ipv4', 1);
    expect(listener.bind('0.0.0.0')).toBeNull();
    a.datagram().send(at('10.0.0.2', 99));
    await lan.settle();
    expect(listener.datagrams.map(({ data }) => icmp.type(data, 20))).toEqual([icmp.TYPE.unreachable]);
  });
});

describe('which packets a raw socket is shown', () => {
  it('those of its protocol, or all; by the address bound to, and by the peer', async () => {
    const { lan, a, b } = pair();
    const open = (protocol: number, bound: string, peer?: string) => {
      const probe = b.rawSocket('ipv4', protocol);
      expect(probe.bind(bound)).toBeNull();
      if (peer !== undefined) expect(probe.socket.connect(at(peer))).toBeNull();
      return probe;
    };
    const shown = [open(253, '0.0.0.0'), open(253, '10.0.0.2'), open(253, '0.0.0.0', '10.0.0.1'), open(0, '0.0.0.0')];
    const hidden = [open(254, '0.0.0.0'), open(253, '127.0.0.1'), open(253, '0.0.0.0', '10.0.0.3')];
    const six = b.rawSocket('ipv6', 253);
    six.bind('::');
    const sender = a.rawSocket('ipv4', 253);
    expect(sender.send(at('10.0.0.2'), [9])).toBeNull();
    await lan.settle();
    expect(shown.map(({ datagrams }) => datagrams.length)).toEqual([1, 1, 1, 1]);
    expect([...hidden, six].map(({ datagrams }) => datagrams.length)).toEqual([0, 0, 0, 0]);
    // Somebody wanted it, so the sender is not told that the protocol is unknown.
    expect(lan.sent.length).toBe(1);
  });

  it('a packet of a protocol that nobody knows is complained about', async () => {
    const { lan, a } = pair();
    const listener = a.rawSocket('ipv4', 1);
    listener.bind('0.0.0.0');
    a.rawSocket('ipv4', 253).send(at('10.0.0.2'), [9]);
    await lan.settle();
    expect(listener.datagrams.map(({ data }) => [icmp.type(data, 20), icmp.code(data, 20)])).toEqual([[3, 2]]);
  });

  it('UDP is seen by a raw socket and by its own, with the checksum filled in', async () => {
    const { lan, b } = pair();
    const listener = b.rawSocket('ipv4', 17);
    listener.bind('0.0.0.0');
    const own = b.bound('127.0.0.1', 9);
    b.datagram().send(at('127.0.0.1', 9), [5]);
    await lan.settle();
    expect(own.heard).toEqual([5]);
    const { data } = listener.datagrams[0]!;
    const pseudo = pseudoSum(data.subarray(12, 16), data.subarray(16, 20), 17, data.length - 20);
    expect(udp.checksum(data, 20)).not.toBe(0);
    expect(good(data, 20, data.length, pseudo)).toBe(true);
  });

  it('no group’s but those that it joined', async () => {
    const { lan, a, b } = pair();
    const [member, other] = [b.rawSocket('ipv4', 253), b.rawSocket('ipv4', 253)];
    for (const probe of [member, other]) expect(probe.bind('10.0.0.2')).toBeNull();
    expect(member.socket.join({ group: '239.1.1.1', interface: '2', source: null })).toBeNull();
    a.rawSocket('ipv4', 253).send(at('239.1.1.1'), [9]);
    await lan.settle();
    expect([member.datagrams.length, other.datagrams.length]).toEqual([1, 0]);
  });

  it('nothing once closed, or once the host is down', async () => {
    const { lan, a, b } = pair();
    const [closed, halted] = [b.rawSocket('ipv4', 253), b.rawSocket('ipv4', 253)];
    for (const probe of [closed, halted]) probe.bind('0.0.0.0');
    const sender = a.rawSocket('ipv4', 253);
    closed.socket.close();
    sender.send(at('10.0.0.2'), [1]);
    await lan.settle();
    b.raw.halt();
    sender.send(at('10.0.0.2'), [2]);
    await lan.settle();
    expect([closed.datagrams.length, halted.datagrams.length]).toEqual([0, 1]);
    expect(b.rawSocket('ipv4', 253).bind('0.0.0.0')).toBe('ENETDOWN');
  });
});

describe('sending', () => {
  it('no TCP, with or without a header of one’s own', () => {
    const { lan, a } = pair();
    const tcp = a.rawSocket('ipv4', 6);
    expect(tcp.bind('0.0.0.0')).toBeNull();
    expect(tcp.send(at('10.0.0.2'), new Uint8Array(20))).toBe('EACCES');
    const any = a.rawSocket('ipv4', 0);
    any.socket.set('headerIncluded', 1);
    expect(any.send(at('10.0.0.2'), whole(6, '10.0.0.1', '10.0.0.2', 40))).toBe('EACCES');
    expect(lan.sent).toEqual([]);
  });

  it('a header of one’s own goes out as it is, with length, id, checksum and a missing source filled in', async () => {
    const { lan, a, b } = pair();
    const receiver = b.bound('0.0.0.0', 9);
    const sender = a.rawSocket('ipv4', 17);
    sender.socket.set('headerIncluded', 1);
    const packet = whole(17, '0.0.0.0', '10.0.0.2');
    ipv4.setTotalLength(packet, 0, 0);
    expect(sender.send(at('10.0.0.2'), packet)).toBeNull();
    await lan.settle();
    const [sent] = lan.sent;
    expect(ipv4.check(sent!.bytes)).toBeNull();
    expect(ipv4.ttl(sent!.bytes, 0)).toBe(33);
    expect(ipv4.identification(sent!.bytes, 0)).not.toBe(0);
    expect(receiver.datagrams[0]!.from).toEqual(at('10.0.0.1', 7));
    expect(sender.send(at('10.0.0.2'), new Uint8Array(19))).toBe('EINVAL');
    expect(sender.send(at('10.0.0.2'), new Uint8Array(40))).toBe('EINVAL');
  });

  it('UDP from a foreign address is dropped in silence, other protocols may lie', () => {
    const { lan, a } = pair();
    const sender = a.rawSocket('ipv4', 17);
    sender.socket.set('headerIncluded', 1);
    expect(sender.send(at('10.0.0.2'), whole(17, '10.0.0.99', '10.0.0.2'))).toBeNull();
    expect(lan.sent).toEqual([]);
    expect(sender.send(at('10.0.0.2'), whole(253, '10.0.0.99', '10.0.0.2'))).toBeNull();
    expect(lan.sent.length).toBe(1);
  });

  it('IPv6 headers can be one’s own too', async () => {
    const { lan, a, b } = pair();
    const receiver = b.rawSocket('ipv6', 253);
    receiver.bind('::');
    const sender = a.rawSocket('ipv6', 253);
    sender.socket.set('headerIncluded', 1);
    const packet = new Uint8Array(42);
    ipv6.write(packet, 0, 0, 253, 9, lan.book.parse('fd00::1').bytes, lan.book.parse('fd00::2').bytes);
    packet.set([4, 2], 40);
    expect(sender.send(at('fd00::2'), packet)).toBeNull();
    await lan.settle();
    expect([...receiver.datagrams[0]!.data]).toEqual([4, 2]);
    expect(receiver.datagrams[0]!.info?.hopLimit).toBe(9);
  });

  it('the largest packet has 65535 bytes', async () => {
    const { lan, a, b } = pair();
    const receiver = b.rawSocket('ipv4', 253);
    receiver.bind('0.0.0.0');
    const sender = a.rawSocket('ipv4', 253);
    expect(sender.send(at('10.0.0.2'), new Uint8Array(65_516))).toBe('EMSGSIZE');
    expect(sender.send(at('10.0.0.2'), new Uint8Array(65_515))).toBeNull();
    await lan.settle();
    expect(receiver.datagrams[0]!.data.length).toBe(65_535);
  });
});

describe('SIO_RCVALL', () => {
  it('needs a socket that is bound to one address', () => {
    const { a } = pair();
    const { socket } = a.rawSocket('ipv4', 0);
    expect(socket.set('receiveAll', 1)).toBe('EINVAL');
    socket.bind(at('0.0.0.0'), { v6Only: false, shared: false });
    expect(socket.set('receiveAll', 1)).toBe('EINVAL');
    const bound = a.rawSocket('ipv4', 0);
    bound.bind('10.0.0.1');
    for (const mode of [1, 2, 3, 0]) expect(bound.socket.set('receiveAll', mode)).toBeNull();
    expect(bound.socket.set('receiveAll', 4)).toBe('EINVAL');
  });

  it('shows what comes and goes on the interface, whole and once, until it is switched off', async () => {
    const { lan, a, b } = pair();
    const sniffer = a.rawSocket('ipv4', 0);
    sniffer.bind('10.0.0.1');
    expect(sniffer.socket.set('receiveAll', 1)).toBeNull();
    const receiver = b.bound('0.0.0.0', 9);
    const sender = a.bound('0.0.0.0', 7);
    sender.send(at('10.0.0.2', 9), [1]);
    await lan.settle();
    receiver.send(at('10.0.0.1', 7), [2]);
    await lan.settle();
    expect(sniffer.datagrams.map(({ data, from }) => [from.address, data[28]])).toEqual([
      ['10.0.0.1', 1],
      ['10.0.0.2', 2],
    ]);
    for (const { data } of sniffer.datagrams) {
      const pseudo = pseudoSum(data.subarray(12, 16), data.subarray(16, 20), 17, data.length - 20);
      expect(good(data, 20, data.length, pseudo)).toBe(true);
    }
    expect(sniffer.socket.set('receiveAll', 0)).toBeNull();
    receiver.send(at('10.0.0.1', 7), [3]);
    await lan.settle();
    expect(sender.heard).toEqual([2, 3]);
    // As an ordinary raw socket of every protocol it sees what is for its address.
    expect(sniffer.datagrams.map(({ data }) => data[28])).toEqual([1, 2, 3]);
  });

  it('a packet that passes is not told to a socket closed before', async () => {
    const { lan, a } = pair();
    const sniffer = a.rawSocket('ipv4', 0);
    sniffer.bind('10.0.0.1');
    sniffer.socket.set('receiveAll', 3);
    a.bound('0.0.0.0', 7).send(at('10.0.0.2', 9), [1]);
    sniffer.socket.close();
    await lan.settle();
    expect(sniffer.datagrams).toEqual([]);
  });

  it('nothing more is told to a socket that its owner closes in between', async () => {
    const { lan, a, b } = pair();
    b.bound('0.0.0.0', 9);
    const sniffer = a.rawSocket('ipv4', 0);
    sniffer.bind('10.0.0.1');
    sniffer.socket.set('receiveAll', 1);
    const received = sniffer.received.bind(sniffer);
    sniffer.received = (data, from, info) => {
      received(data, from, info);
      sniffer.socket.set('receiveAll', 0);
    };
    const sender = a.bound('0.0.0.0', 7);
    sender.send(at('10.0.0.2', 9), [1]);
    sender.send(at('10.0.0.2', 9), [2]);
    await lan.settle();
    expect(sniffer.datagrams.map(({ data }) => data[28])).toEqual([1]);
  });
});
