import { it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import * as wire from '../../../../src/drivers/sim/wire/describe.js';
import * as ipv4 from '../../../../src/drivers/sim/wire/ipv4.js';
import * as ipv6 from '../../../../src/drivers/sim/wire/ipv6.js';
import { concat, hex } from './golden.js';
import * as packets from './packets.js';

/** A packet with one byte changed. */
function damaged(packet: Uint8Array, at: number): Uint8Array {
  const bytes = packet.slice();
  bytes[at]! ^= 0x10;
  return bytes;
}

describe('a packet in one line', () => {
  it.each([
    ['IP 10.0.0.1.49152 > 10.0.0.2.53: UDP, length 3', packets.UDP_IPV4],
    ['IP6 fd00::1.49152 > fd00::2.53: UDP, length 3', packets.UDP_IPV6],
    [
      'IP 10.0.0.1.49152 > 10.0.0.2.80: Flags [S], seq 100, win 65535, options [mss 1460,wscale 8,sackOK], length 0',
      packets.SYN,
    ],
    [
      'IP6 fd00::2.80 > fd00::1.49152: Flags [P.U], seq 4294967295:2, ack 101, win 256, urg 1, ' +
        'options [TS val 1 ecr 2,sack {10:20}], length 3',
      packets.TCP_DATA,
    ],
    ['IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 4660, seq 1, length 12', packets.ECHO_IPV4],
    ['IP6 fd00::1 > fd00::2: ICMP6 echo request, id 4660, seq 1, length 12', packets.ECHO_IPV6],
    [
      'IP 10.0.0.2 > 10.0.0.1: ICMP port unreachable (IP 10.0.0.1.49152 > 10.0.0.2.9: UDP), length 36',
      packets.PORT_UNREACHABLE,
    ],
    [
      'IP 10.0.0.254 > 10.0.0.1: ICMP unreachable, fragmentation needed, mtu 1300 ' +
        '(IP 10.0.0.1.49153 > 10.9.0.2.80: TCP), length 36',
      packets.FRAGMENTATION_NEEDED,
    ],
    [
      'IP6 fd00::fe > fd00::1: ICMP6 packet too big, mtu 1280 (IP6 fd00::1.49152 > fd00::2.9: UDP), length 56',
      packets.PACKET_TOO_BIG,
    ],
    ['IP 10.0.0.1 > 239.1.2.3: IGMP v2 report 239.1.2.3, length 8', packets.IGMP_REPORT_V2],
    [
      'IP 10.0.0.1 > 224.0.0.22: IGMP v3 report [239.1.2.3 to-exclude {}] ' +
        '[239.1.2.4 is-include {10.0.0.5 10.0.0.6}], length 32',
      packets.IGMP_REPORT_V3,
    ],
    [
      'IP 10.0.0.1 > 224.0.0.1: IGMP v3 query 239.1.2.3, max response 10000 ms, ' +
        'sources {10.0.0.5 10.0.0.6}, length 20',
      packets.IGMP_QUERY_V3,
    ],
    [
      'IP6 fe80::1 > ff02::16: MLD v2 report [ff15::1 to-exclude {}] [ff15::1 to-include {fd00::5}], length 64',
      packets.MLD_REPORT_V2,
    ],
    ['IP 10.0.0.1.1000 > 10.0.0.2.2000: UDP, length 16, fragment 7 bytes 0-16+', packets.FIRST_FRAGMENT_IPV4],
    ['IP 10.0.0.1 > 10.0.0.2: UDP, length 8, fragment 7 bytes 16-24', packets.LAST_FRAGMENT_IPV4],
    [
      'IP6 fd00::1.1000 > fd00::2.2000: UDP, length 16, fragment 3735928559 bytes 0-16+',
      packets.FIRST_FRAGMENT_IPV6,
    ],
    ['IP6 fd00::1 > fd00::2: UDP, length 8, fragment 3735928559 bytes 16-24', packets.LAST_FRAGMENT_IPV6],
    ['IP 10.0.0.1 > 10.0.0.2: protocol 132, length 2', hex('45 00 0016 0000 0000 80 84 2662 0a000001 0a000002 abcd')],
    ['no IP packet, length 3', hex('450000')],
    ['no IP packet, length 0', new Uint8Array(0)],
  ])('reads: %s', (line, packet) => {
    expect(wire.describe(packet)).toBe(line);
  });

  it.each([
    ['IP 10.0.0.1.49152 > 10.0.0.2.53: UDP, length 3, bad checksum', damaged(packets.UDP_IPV4, 29)],
    ['IP6 fd00::1.49152 > fd00::2.53: UDP, length 3, bad checksum', damaged(packets.UDP_IPV6, 49)],
    [
      'IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 4660, seq 1, length 12, bad checksum',
      damaged(packets.ECHO_IPV4, 29),
    ],
    [
      'IP6 fd00::1 > fd00::2: ICMP6 echo request, id 4660, seq 1, length 12, bad checksum',
      damaged(packets.ECHO_IPV6, 49),
    ],
    [
      'IP 10.0.0.1.49152 > 10.0.0.2.53: UDP, length 3, header length below 20',
      concat(hex('44'), packets.UDP_IPV4.subarray(1)),
    ],
    ['IP 10.0.0.1.49152 > 10.0.0.2.53: UDP, length 3, wrong header checksum', damaged(packets.UDP_IPV4, 5)],
    [
      'IP 10.0.0.1.49152 > 10.0.0.2.53: UDP, length 3, total length runs past the end',
      packets.UDP_IPV4.subarray(0, 30),
    ],
    [
      'IP 10.0.0.1.49152 > 10.0.0.2.80: shorter than a TCP header, length 12, total length runs past the end',
      packets.SYN.subarray(0, 32),
    ],
    [
      'IP6 fd00::1 > fd00::2: shorter than an ICMPv6 header, length 3, payload length runs past the end',
      packets.ECHO_IPV6.subarray(0, 43),
    ],
  ])('tells what is wrong: %s', (line, packet) => {
    expect(wire.describe(packet)).toBe(line);
  });
});

describe('the facts of a packet', () => {
  it('are all there is in an IPv4 header', () => {
    expect(wire.facts(packets.UDP_IPV4)).toEqual({
      family: 'ipv4',
      source: '10.0.0.1',
      destination: '10.0.0.2',
      length: 31,
      hopLimit: 128,
      trafficClass: 0,
      flowLabel: null,
      identification: 0x1234,
      dontFragment: true,
      fragment: null,
      routerAlert: false,
      protocol: 17,
      fault: null,
      transport: { kind: 'udp', sourcePort: 49152, destinationPort: 53, length: 3, checksumGood: true },
    });
  });

  it('are all there is in an IPv6 header', () => {
    expect(wire.facts(packets.UDP_IPV6)).toEqual({
      family: 'ipv6',
      source: 'fd00::1',
      destination: 'fd00::2',
      length: 51,
      hopLimit: 128,
      trafficClass: 0xb8,
      flowLabel: 0x12345,
      identification: null,
      dontFragment: false,
      fragment: null,
      routerAlert: false,
      protocol: 17,
      fault: null,
      transport: { kind: 'udp', sourcePort: 49152, destinationPort: 53, length: 3, checksumGood: true },
    });
  });

  it('are all there is in a TCP header and its options', () => {
    expect(wire.facts(packets.SYN)?.transport).toEqual({
      kind: 'tcp',
      sourcePort: 49152,
      destinationPort: 80,
      sequence: 100,
      acknowledgment: 0,
      flags: ['SYN'],
      window: 65535,
      urgentPointer: 0,
      options: {
        maxSegmentSize: 1460,
        windowScale: 8,
        sackPermitted: true,
        sackBlocks: [],
        timestamps: null,
        malformed: false,
      },
      length: 0,
      checksumGood: true,
    });
    expect(wire.facts(packets.TCP_DATA)?.transport).toMatchObject({
      flags: ['PSH', 'ACK', 'URG'],
      sequence: 0xffffffff,
      urgentPointer: 1,
      options: { sackBlocks: [{ start: 10, end: 20 }], timestamps: { value: 1, echo: 2 } },
      length: 3,
      checksumGood: true,
    });
  });

  it('follow the packet that an error quotes', () => {
    expect(wire.facts(packets.PORT_UNREACHABLE)?.transport).toMatchObject({
      type: 3,
      code: 3,
      mtu: null,
      checksumGood: true,
      quoted: {
        source: '10.0.0.1',
        fault: null,
        transport: { kind: 'udp', destinationPort: 9, length: 3, checksumGood: null },
      },
    });
    expect(wire.facts(packets.FRAGMENTATION_NEEDED)?.transport).toMatchObject({
      mtu: 1300,
      quoted: {
        length: 1500,
        dontFragment: true,
        transport: { kind: 'truncated', sourcePort: 49153, destinationPort: 80 },
      },
    });
    expect(wire.facts(packets.PACKET_TOO_BIG)?.transport).toMatchObject({
      mtu: 1280,
      checksumGood: true,
      quoted: { length: 1448, fault: null, transport: { destinationPort: 9, length: 1400 } },
    });
  });

  it('take no offence at the header checksum of a quotation, which may be that of another hop', () => {
    const quoted = damaged(packets.UDP_IPV4, 8);
    expect(wire.facts(quoted)?.fault).toBe('wrong header checksum');
    const error = concat(packets.PORT_UNREACHABLE.subarray(0, 28), quoted);
    expect(wire.facts(error)?.transport).toMatchObject({ quoted: { fault: null, transport: { kind: 'udp' } } });
  });

  it('do not follow what a quotation quotes', () => {
    // The header checksums of a quotation are not looked at.
    const inner = packets.PORT_UNREACHABLE.subarray(0, 28);
    const outer = concat(packets.PORT_UNREACHABLE.subarray(0, 28), inner, packets.UDP_IPV4);
    expect(wire.facts(outer)?.transport).toMatchObject({ quoted: { transport: { kind: 'icmp', quoted: null } } });
  });

  it('tell what a membership report asks of routers', () => {
    expect(wire.facts(packets.IGMP_REPORT_V3)).toMatchObject({
      routerAlert: true,
      transport: {
        version: 3,
        name: 'report',
        group: null,
        query: null,
        records: [
          { type: 'to-exclude', group: '239.1.2.3', sources: [] },
          { type: 'is-include', group: '239.1.2.4', sources: ['10.0.0.5', '10.0.0.6'] },
        ],
        checksumGood: true,
      },
    });
    expect(wire.facts(packets.MLD_REPORT_V2)).toMatchObject({
      routerAlert: true,
      protocol: 58,
      hopLimit: 1,
      transport: { kind: 'mld', version: 2, checksumGood: true, records: [{}, { sources: ['fd00::5'] }] },
    });
  });

  it('tell what a query asks', () => {
    expect(wire.facts(packets.IGMP_QUERY_V3)?.transport).toMatchObject({
      name: 'query',
      group: '239.1.2.3',
      query: {
        maxResponse: 10000,
        suppressRouters: true,
        robustness: 2,
        interval: 125,
        sources: ['10.0.0.5', '10.0.0.6'],
      },
    });
  });

  it('name only those sources that are there', () => {
    const cutOff = packets.IGMP_QUERY_V3.subarray(0, packets.IGMP_QUERY_V3.length - 1);
    expect(wire.facts(cutOff)?.transport).toMatchObject({ query: { sources: ['10.0.0.5'] } });
  });

  it('say which part of a packet a fragment is', () => {
    expect(wire.facts(packets.FIRST_FRAGMENT_IPV4)).toMatchObject({
      identification: 7,
      fragment: { offset: 0, length: 16, more: true },
      transport: { kind: 'udp', sourcePort: 1000, length: 16, checksumGood: null },
    });
    expect(wire.facts(packets.LAST_FRAGMENT_IPV6)).toMatchObject({
      identification: 0xdeadbeef,
      fragment: { offset: 16, length: 8, more: false },
      transport: { kind: 'data', length: 8 },
    });
  });

  it('leave a checksum unverified that covers more than the fragment', () => {
    const four = packets.ECHO_IPV4.slice();
    ipv4.setFragment(four, 0, false, true, 0);
    ipv4.fillChecksum(four, 0);
    expect(wire.facts(four)).toMatchObject({ fault: null, transport: { kind: 'icmp', checksumGood: null } });
    const atomic = concat(packets.ECHO_IPV6.subarray(0, 40), hex('3a 00 0000 00000001'), packets.ECHO_IPV6.subarray(40));
    ipv6.setPayloadLength(atomic, 0, 20);
    ipv6.setNextHeader(atomic, 0, 44);
    expect(wire.facts(atomic)).toMatchObject({ fault: null, transport: { kind: 'icmpv6', checksumGood: true } });
    const first = atomic.slice();
    first[43] = 1;
    expect(wire.facts(first)).toMatchObject({ fault: null, transport: { kind: 'icmpv6', checksumGood: null } });
  });

  it('know no checksum where UDP has none', () => {
    const bytes = packets.UDP_IPV4.slice();
    bytes.fill(0, 26, 28);
    expect(wire.facts(bytes)?.transport).toMatchObject({ kind: 'udp', checksumGood: null });
  });

  it('go by the length of UDP, not by that of IP', () => {
    const bytes = concat(packets.UDP_IPV6, hex('ffffff'));
    bytes[5]! += 3;
    expect(wire.facts(bytes)?.transport).toMatchObject({ length: 3, checksumGood: true });
  });

  it('leave a checksum unverified whose pseudo-header depends on a routing header', () => {
    const routing = hex('11 02 04 01 00000000 fd000000000000000000000000000009');
    const bytes = concat(packets.UDP_IPV6.subarray(0, 40), routing, packets.UDP_IPV6.subarray(40));
    bytes[5]! += 24;
    bytes[6] = 43;
    expect(wire.facts(bytes)?.transport).toMatchObject({ kind: 'udp', checksumGood: null });
    bytes[43] = 0;
    expect(wire.facts(bytes)?.transport).toMatchObject({ kind: 'udp', checksumGood: true });
  });
});
