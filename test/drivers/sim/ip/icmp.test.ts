import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROTOCOL } from '../../../../src/drivers/sim/ip/service.js';
import { SimNetwork, type TappedPacket } from '../../../../src/drivers/sim/network/index.js';
import * as checksums from '../../../../src/drivers/sim/wire/checksum.js';
import { describe as line } from '../../../../src/drivers/sim/wire/describe.js';
import { type Recorder, recorderOn, settle } from './recorder.js';

/** An echo request of ICMP; of ICMPv6 the checksum needs the addresses. */
function echo(family: 'ipv4' | 'ipv6', network: SimNetwork, from: string, to: string): number[] {
  const bytes = Uint8Array.of(family === 'ipv4' ? 8 : 128, 0, 0, 0, 0x12, 0x34, 0, 7, 1, 2, 3);
  const [a, b] = [network.book.parse(from).bytes, network.book.parse(to).bytes];
  const pseudo = family === 'ipv4' ? 0 : checksums.pseudoSum(a, b, PROTOCOL.icmpv6, bytes.length);
  checksums.fill(bytes, 2, 0, bytes.length, pseudo);
  return [...bytes];
}

describe('ICMP', () => {
  let network: SimNetwork;
  let seen: string[];
  let a: Recorder;

  beforeEach(() => {
    network = new SimNetwork({ seed: 1 });
    a = recorderOn(network.host('a'));
    network.host('b');
    seen = [];
    network.tap((packet: TappedPacket) => seen.push(`${packet.from}: ${line(packet.bytes)}`));
  });

  afterEach(() => {
    network.stop();
  });

  it.each([
    ['ipv4', '10.0.0.1', '10.0.0.2', PROTOCOL.icmp],
    ['ipv6', 'fd00::1', 'fd00::2', PROTOCOL.icmpv6],
  ] as const)('answers echo requests with what they carry: %s', async (family, from, to, protocol) => {
    const icmp = recorderOn(network.hosts.get('a')!, protocol);
    icmp.send(to, echo(family, network, from, to), { trafficClass: 0x20, hopLimit: 9 });
    await settle(network);
    const reply = [family === 'ipv4' ? 0 : 129, 0];
    expect(icmp.arrivals).toHaveLength(1);
    expect(icmp.arrivals[0]).toMatchObject({ us: 2000, from: to, to: from, hopLimit: 128 });
    const { data } = icmp.arrivals[0]!;
    expect([...data.slice(0, 2), ...data.slice(4)]).toEqual([...reply, 0x12, 0x34, 0, 7, 1, 2, 3]);
    expect(seen).toHaveLength(2);
    expect(seen.join()).not.toContain('bad checksum');
  });

  it('leaves echo requests alone that are damaged, or that were sent to everybody', async () => {
    const icmp = recorderOn(network.hosts.get('a')!, PROTOCOL.icmp);
    const request = echo('ipv4', network, '10.0.0.1', '10.0.0.2');
    icmp.send('10.0.0.2', [...request.slice(0, -1), 99]);
    icmp.send('10.0.0.255', request);
    icmp.send('224.0.0.1', request);
    await settle(network);
    expect(seen.filter((one) => one.startsWith('b'))).toEqual([]);
    expect(network.hosts.get('b')!.stack.ip.counts.damagedMessages).toBe(1);
  });

  it('answers multicast echo requests of IPv6 from an address of its own', async () => {
    const icmp = recorderOn(network.hosts.get('a')!, PROTOCOL.icmpv6);
    const source = network.book.parse('fd00::1');
    icmp.send('ff02::1', echo('ipv6', network, 'fd00::1', 'ff02::1'), { source });
    await settle(network);
    // Its own request comes back to it as well, and is answered over loopback.
    expect(icmp.arrivals.map(({ from, data }) => [from, data[0]])).toEqual([
      ['fd00::1', 128],
      ['fd00::1', 129],
      ['fd00::2', 129],
    ]);
  });

  it('says that a protocol is unknown, and that a port is closed, to the protocol that sent', async () => {
    a.send('10.0.0.2', [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    a.send('fd00::2', [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await settle(network);
    expect(a.reports).toMatchObject([
      { error: 'ENOPROTOOPT', reporter: { text: '10.0.0.2' }, destination: { text: '10.0.0.2' }, protocol: 253 },
      { error: 'ENOPROTOOPT', reporter: { text: 'fd00::2' }, source: { text: 'fd00::1' }, protocol: 253 },
    ]);
    expect([...a.reports[0]!.quoted]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    recorderOn(network.hosts.get('b')!, 253, false);
    a.send('10.0.0.2', [1, 2, 3, 4, 5, 6, 7, 8]);
    a.send('fd00::2', [1, 2, 3, 4, 5, 6, 7, 8]);
    await settle(network);
    expect(a.reports.slice(2).map((report) => report.error)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
    expect(seen.join()).not.toContain('bad checksum');
  });

  it('reports on what a host sent to itself as well', async () => {
    const own = recorderOn(network.hosts.get('a')!, 252, false);
    own.send('127.0.0.1', [1, 2, 3, 4, 5, 6, 7, 8]);
    own.send('::1', [1, 2, 3, 4, 5, 6, 7, 8]);
    await settle(network);
    expect(own.reports.map(({ error, reporter }) => [error, reporter.text])).toEqual([
      ['ECONNREFUSED', '127.0.0.1'],
      ['ECONNREFUSED', '::1'],
    ]);
  });

  it('says nothing about packets to many, about errors, and about fragments but the first', async () => {
    const icmp = recorderOn(network.hosts.get('a')!, PROTOCOL.icmp);
    a.send('10.0.0.255', [1, 2, 3, 4, 5, 6, 7, 8]);
    a.send('255.255.255.255', [1, 2, 3, 4, 5, 6, 7, 8]);
    a.send('224.0.0.1', [1, 2, 3, 4, 5, 6, 7, 8]);
    a.send('ff02::1', [1, 2, 3, 4, 5, 6, 7, 8]);
    // An error about a packet that was never sent.
    const error = new Uint8Array(40);
    error[0] = 3;
    checksums.fill(error, 2, 0, error.length);
    icmp.send('10.0.0.2', error);
    await settle(network);
    expect(seen.filter((one) => one.startsWith('b'))).toEqual([]);
  });

  it('quotes no more than RFC 1812 and RFC 4443 allow', async () => {
    const lengths: number[] = [];
    network.tap((packet) => {
      if (packet.from === 'b') lengths.push(packet.bytes.length);
    });
    a.send('10.0.0.2', new Uint8Array(1400));
    a.send('fd00::2', new Uint8Array(1400));
    await settle(network);
    expect(lengths).toEqual([576, 1280]);
  });

  it('hears no report about a packet that it cannot have sent', async () => {
    const b = recorderOn(network.hosts.get('b')!, PROTOCOL.icmp);
    const quoted = new Uint8Array(28);
    quoted.set([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 253]);
    quoted.set([10, 0, 0, 99, 10, 0, 0, 2], 12);
    const error = Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0, ...quoted);
    checksums.fill(error, 2, 0, error.length);
    b.send('10.0.0.1', error);
    quoted.set([10, 0, 0, 1], 12);
    const about = Uint8Array.of(3, 1, 0, 0, 0, 0, 0, 0, ...quoted);
    checksums.fill(about, 2, 0, about.length);
    b.send('10.0.0.1', about);
    await settle(network);
    expect(a.reports.map(({ error: name }) => name)).toEqual(['EHOSTUNREACH']);
  });

  it('shows everything to handlers of protocol 0, whose wish for a packet is enough', async () => {
    const { ip } = network.hosts.get('b')!.stack;
    const all: number[] = [];
    ip.register(0, {
      arrived: (arrival) => {
        all.push(arrival.protocol);
        return arrival.protocol === 253;
      },
      reported: () => undefined,
    });
    const icmp = recorderOn(network.hosts.get('a')!, PROTOCOL.icmp);
    a.send('10.0.0.2', [1, 2, 3, 4, 5, 6, 7, 8]);
    icmp.send('10.0.0.2', echo('ipv4', network, '10.0.0.1', '10.0.0.2'));
    await settle(network);
    expect(all).toEqual([253, 1]);
    expect(a.reports).toEqual([]);
    expect(icmp.arrivals).toHaveLength(1);
  });
});
