import { describe, expect, it } from 'vitest';
import * as ipv4 from '../../../../src/drivers/sim/wire/ipv4.js';
import * as ipv6 from '../../../../src/drivers/sim/wire/ipv6.js';
import { at, Lan } from './lan.js';

const NO_CONTROL = { source: null, interfaceIndex: null, hopLimit: null, typeOfService: null };

function pair(): { lan: Lan; a: ReturnType<Lan['host']>; b: ReturnType<Lan['host']> } {
  const lan = new Lan();
  return { lan, a: lan.host('10.0.0.1/24', 'fd00::1/64', 'fe80::1/64'), b: lan.host('10.0.0.2/24', 'fd00::2/64', 'fe80::2/64') };
}

describe('what a datagram is sent with', () => {
  it('settings and control show in the header and in what the receiver is told', async () => {
    const { lan, a, b } = pair();
    const receiver = b.bound('0.0.0.0', 9);
    const sender = a.datagram();
    sender.send(at('10.0.0.2', 9), [1]);
    sender.socket.set('ttl', 5);
    sender.socket.set('typeOfService', 0x28);
    sender.send(at('10.0.0.2', 9), [2]);
    sender.send(at('10.0.0.2', 9), [3], { ...NO_CONTROL, hopLimit: 9, typeOfService: 1 });
    await lan.settle();
    const destination = at('10.0.0.2', 9);
    expect(receiver.datagrams.map(({ info }) => info)).toEqual([
      { destination, interfaceIndex: 2, hopLimit: 128, typeOfService: 0 },
      { destination, interfaceIndex: 2, hopLimit: 5, typeOfService: 0x28 },
      { destination, interfaceIndex: 2, hopLimit: 9, typeOfService: 1 },
    ]);
  });

  it('the same sender is the same address object, so that nothing is made per datagram', async () => {
    const { lan, a, b } = pair();
    const [one, two] = [b.bound('0.0.0.0', 9), b.bound('0.0.0.0', 10)];
    const sender = a.bound('0.0.0.0', 7);
    for (const port of [9, 9, 10]) sender.send(at('10.0.0.2', port));
    await lan.settle();
    expect(one.datagrams[1]!.from).toBe(one.datagrams[0]!.from);
    expect(one.datagrams[1]!.info).toBe(one.datagrams[0]!.info);
    expect(two.datagrams[0]!.from).toBe(one.datagrams[0]!.from);
  });

  it('a source of its own choice must be an own address', async () => {
    const lan = new Lan();
    const [a, b] = [lan.host('10.0.0.1/24', '10.0.0.7/24'), lan.host('10.0.0.2/24')];
    const receiver = b.bound('0.0.0.0', 9);
    const sender = a.bound('0.0.0.0', 7);
    expect(sender.send(at('10.0.0.2', 9), [1], { ...NO_CONTROL, source: '10.0.0.7' })).toBeNull();
    expect(sender.send(at('10.0.0.2', 9), [1], { ...NO_CONTROL, source: '10.0.0.2' })).toBe('EADDRNOTAVAIL');
    expect(sender.send(at('10.0.0.2', 9), [1], { ...NO_CONTROL, source: 'fd00::1' })).toBe('EADDRNOTAVAIL');
    await lan.settle();
    expect(receiver.datagrams.map(({ from }) => from)).toEqual([at('10.0.0.7', 7)]);
  });

  it('link-local peers have the scope of the interface they were met on', async () => {
    const { lan, a, b } = pair();
    const receiver = b.bound('::', 9);
    const sender = a.bound('::', 7);
    expect(sender.send(at('fe80::2', 9, 2), [1])).toBeNull();
    await lan.settle();
    expect(receiver.datagrams[0]!.from).toEqual(at('fe80::1', 7, 2));
    expect(receiver.send(receiver.datagrams[0]!.from, [2])).toBeNull();
    await lan.settle();
    expect(sender.heard).toEqual([2]);
  });

  it('the same link-local address on two interfaces is two peers', () => {
    const { lan, a, b } = pair();
    const receiver = b.bound('::', 9);
    a.bound('::', 7).send(at('fe80::2', 9, 2), [1]);
    const packet = lan.sent[0]!.bytes;
    for (const index of [2, 3]) {
      b.udp.arrived({
        source: lan.book.parse('fe80::1'),
        destination: lan.book.parse('fe80::2'),
        protocol: 17,
        hopLimit: 1,
        trafficClass: 0,
        iface: { index, name: '', mtu: 1500, loopback: false, up: true, addresses: [] },
        toMany: false,
        packet,
        start: ipv6.HEADER_LENGTH,
        checksumGood: true,
      });
    }
    expect(receiver.datagrams.map(({ from, info }) => [from.scopeId, info?.destination?.scopeId])).toEqual([
      [2, 2],
      [3, 3],
    ]);
  });

  it('broadcasts need permission, for connecting too', () => {
    const { a } = pair();
    const sender = a.datagram();
    expect(sender.send(at('255.255.255.255', 9))).toBe('EACCES');
    expect(sender.socket.connect(at('10.0.0.255', 9))).toBe('EACCES');
    sender.socket.set('broadcast', 1);
    expect(sender.send(at('10.0.0.255', 9))).toBeNull();
    expect(sender.socket.connect(at('10.0.0.255', 9))).toBeNull();
  });

  it('the unspecified address and unroutable ones cannot be sent to', () => {
    const { a } = pair();
    const sender = a.datagram();
    expect(sender.send(at('0.0.0.0', 9))).toBe('EADDRNOTAVAIL');
    expect(sender.send(at('192.0.2.1', 9))).toBe('ENETUNREACH');
    expect(sender.socket.connect(at('192.0.2.1', 9))).toBe('ENETUNREACH');
    expect(sender.socket.remote).toBeNull();
  });

  it('a setting that no socket for messages has is refused', () => {
    const { a } = pair();
    expect(a.datagram().socket.set('noDelay', 1)).toBe('ENOPROTOOPT');
  });
});

describe('the size of packets', () => {
  it('what may not be cut must fit', async () => {
    const { lan, a, b } = pair();
    const receiver = b.bound('0.0.0.0', 9);
    const sender = a.datagram();
    sender.socket.set('dontFragment', 1);
    expect(sender.send(at('10.0.0.2', 9), new Uint8Array(1472))).toBeNull();
    expect(sender.send(at('10.0.0.2', 9), new Uint8Array(1473))).toBe('EMSGSIZE');
    expect(ipv4.dontFragment(lan.sent[0]!.bytes, 0)).toBe(true);
    sender.socket.set('mtuDiscover', 2);
    expect(sender.send(at('10.0.0.2', 9), new Uint8Array(1473))).toBeNull();
    await lan.settle();
    expect(receiver.datagrams.map(({ data }) => data.length)).toEqual([1472, 1473]);
  });

  it('IP_USER_MTU lowers the size of packets, and not what a connected socket is told of its path', async () => {
    const { lan, a, b } = pair();
    const receiver = b.bound('::', 9);
    const sender = a.datagram('ipv6');
    expect(sender.socket.pathMtu()).toBeNull();
    expect(sender.socket.connect(at('fd00::2', 9))).toBeNull();
    expect(sender.socket.pathMtu()).toBe(1500);
    sender.socket.set('userMtu', 1280);
    expect(sender.socket.pathMtu()).toBe(1500);
    expect(sender.send(null, new Uint8Array(1400))).toBeNull();
    await lan.settle();
    expect(receiver.datagrams[0]!.data.length).toBe(1400);
    expect(lan.sent.every(({ bytes }) => bytes.length <= 1280)).toBe(true);
    sender.socket.set('userMtu', 9000);
    expect(sender.socket.pathMtu()).toBe(1500);
  });

  it('probing looks past what was learned of the path', () => {
    const { a } = pair();
    const sender = a.datagram();
    expect(sender.socket.connect(at('10.0.0.2', 9))).toBeNull();
    a.ip.router.learned.learn(a.lan.book.parse('10.0.0.2'), 576, 1500);
    expect(sender.socket.pathMtu()).toBe(576);
    sender.socket.set('dontFragment', 1);
    expect(sender.send(null, new Uint8Array(1000))).toBe('EMSGSIZE');
    sender.socket.set('mtuDiscover', 3);
    expect(sender.send(null, new Uint8Array(1000))).toBeNull();
    expect(sender.send(null, new Uint8Array(1473))).toBe('EMSGSIZE');
  });
});

describe('what ICMP says of datagrams', () => {
  it('nobody at the port: sockets with and without a peer hear of it', async () => {
    const { lan, a } = pair();
    const [loose, fixed, other] = [a.bound('0.0.0.0', 7), a.bound('::', 8), a.bound('0.0.0.0', 9)];
    loose.send(at('10.0.0.2', 99));
    expect(fixed.socket.connect(at('fd00::2', 99))).toBeNull();
    fixed.send(null);
    await lan.settle();
    expect([loose.errors, fixed.errors, other.errors]).toEqual([['ECONNREFUSED'], ['ECONNREFUSED'], []]);
  });

  it('a spent hop limit is told to those who asked, other troubles to nobody', () => {
    const { a } = pair();
    const socket = a.bound('10.0.0.1', 7);
    const { book } = a.lan;
    const report = (error: string): void =>
      a.udp.reported({
        error,
        reporter: book.parse('10.0.0.254'),
        mtu: 0,
        source: book.parse('10.0.0.1'),
        destination: book.parse('192.0.2.1'),
        protocol: 17,
        quoted: Uint8Array.of(0, 7, 0, 9, 0, 8, 0, 0),
      });
    report('ENETRESET');
    report('EHOSTUNREACH');
    socket.socket.set('reportHopLimit', 1);
    report('ENETRESET');
    report('EMSGSIZE');
    expect(socket.errors).toEqual(['ENETRESET']);
  });
});

describe('checksums', () => {
  it('are right on the wire, and left out over IPv4 only', () => {
    const { lan, a } = pair();
    const sender = a.datagram();
    sender.send(at('10.0.0.2', 9), [1, 2, 3]);
    sender.socket.set('noChecksum', 1);
    sender.send(at('10.0.0.2', 9), [1, 2, 3]);
    const six = a.datagram('ipv6');
    six.socket.set('noChecksum', 1);
    six.send(at('fd00::2', 9), [1, 2, 3]);
    const [first, second, third] = lan.sent.map(({ bytes }) => {
      const start = ipv4.version(bytes) === 4 ? ipv4.HEADER_LENGTH : ipv6.HEADER_LENGTH;
      return (bytes[start + 6]! << 8) | bytes[start + 7]!;
    });
    expect(first).not.toBe(0);
    expect(second).toBe(0);
    expect(third).not.toBe(0);
  });

  it.each([
    { address: '10.0.0', family: 'ipv4', harm: 'damaged', heard: false },
    { address: '10.0.0', family: 'ipv4', harm: 'without a checksum', heard: true },
    { address: 'fd00::', family: 'ipv6', harm: 'damaged', heard: false },
    { address: 'fd00::', family: 'ipv6', harm: 'without a checksum', heard: false },
    { address: 'fd00::', family: 'ipv6', harm: 'unharmed', heard: true },
  ])('$family, $harm: heard is $heard, and nobody is told', ({ family, harm, heard }) => {
    const { lan, a, b } = pair();
    const four = family === 'ipv4';
    const receiver = b.bound(four ? '0.0.0.0' : '::', 9);
    a.bound(four ? '0.0.0.0' : '::', 7).send(at(four ? '10.0.0.2' : 'fd00::2', 9), [1, 2, 3]);
    const packet = lan.sent[0]!.bytes;
    const start = four ? ipv4.HEADER_LENGTH : ipv6.HEADER_LENGTH;
    if (harm === 'damaged') packet[start + 8]! ^= 0x10;
    if (harm === 'without a checksum') packet.fill(0, start + 6, start + 8);
    const { book } = lan;
    const taken = b.udp.arrived({
      source: book.parse(four ? '10.0.0.1' : 'fd00::1'),
      destination: book.parse(four ? '10.0.0.2' : 'fd00::2'),
      protocol: 17,
      hopLimit: 1,
      trafficClass: 0,
      iface: b.iface,
      toMany: false,
      packet,
      start,
      checksumGood: false,
    });
    expect(taken).toBe(true);
    expect(receiver.heard).toEqual(heard ? [1] : []);
  });
});
