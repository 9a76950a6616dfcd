// Packets made by the writers of one layer after the other, then read by somebody who sees bytes only.
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { IpAddress } from '../../../../src/drivers/sim/ip/address.js';
import * as wire from '../../../../src/drivers/sim/wire/describe.js';
import * as icmp from '../../../../src/drivers/sim/wire/icmp.js';
import * as icmpv6 from '../../../../src/drivers/sim/wire/icmpv6.js';
import * as ipv4 from '../../../../src/drivers/sim/wire/ipv4.js';
import * as ipv6 from '../../../../src/drivers/sim/wire/ipv6.js';
import * as tcpOptions from '../../../../src/drivers/sim/wire/tcp-options.js';
import * as tcp from '../../../../src/drivers/sim/wire/tcp.js';
import * as udp from '../../../../src/drivers/sim/wire/udp.js';

const address = fc.constantFrom(4, 16).chain((length) => {
  const one = fc.uint8Array({ minLength: length, maxLength: length });
  return fc.tuple(one, one);
});
const word = fc.nat(0xffff);
const number = fc.nat(0xffffffff);
const data = fc.uint8Array({ maxLength: 300 });

interface Packet {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** The sum of the pseudo-header. */
  readonly pseudo: number;
}

/** A packet over junk with its IP header written and `length` bytes left to write. */
function packet([source, destination]: readonly Uint8Array[], protocol: number, length: number): Packet {
  const four = source!.length === 4;
  const start = four ? ipv4.HEADER_LENGTH : ipv6.HEADER_LENGTH;
  const bytes = new Uint8Array(start + length).fill(0xa5);
  if (four) {
    ipv4.write(bytes, 0, bytes.length, protocol, 128, source!, destination!);
    ipv4.fillChecksum(bytes, 0);
  } else ipv6.write(bytes, 0, length, protocol, 128, source!, destination!);
  const pseudo = (four ? ipv4 : ipv6).pseudoSum(bytes, 0, protocol, length);
  return { bytes, start, end: bytes.length, pseudo };
}

const text = (bytes: Uint8Array): string => new IpAddress(bytes).text;

describe('a packet that was built', () => {
  it.prop([address, word, word, data])('reads the same: UDP', (addresses, sourcePort, destinationPort, data) => {
    const { bytes, start, end, pseudo } = packet(addresses, 17, 8 + data.length);
    udp.write(bytes, start, sourcePort, destinationPort, 8 + data.length);
    bytes.set(data, start + 8);
    udp.fillChecksum(bytes, start, end, pseudo);
    expect(wire.facts(bytes)).toMatchObject({
      source: text(addresses[0]),
      destination: text(addresses[1]),
      hopLimit: 128,
      fault: null,
      transport: { kind: 'udp', sourcePort, destinationPort, length: data.length, checksumGood: true },
    });
  });

  it.prop([address, word, word, number, number, fc.nat(0xff), word, number, data])(
    'reads the same: TCP',
    (addresses, sourcePort, destinationPort, sequence, acknowledgment, flags, window, time, data) => {
      const header = tcp.HEADER_LENGTH + tcpOptions.TIMESTAMPS_LENGTH;
      const { bytes, start, end, pseudo } = packet(addresses, 6, header + data.length);
      tcp.write(bytes, start, sourcePort, destinationPort, sequence, acknowledgment, header, flags, window);
      tcpOptions.writeTimestamps(bytes, start + tcp.HEADER_LENGTH, time, 7);
      bytes.set(data, start + header);
      tcp.fillChecksum(bytes, start, end, pseudo);
      const facts = wire.facts(bytes)?.transport;
      expect(facts).toMatchObject({ kind: 'tcp', sourcePort, destinationPort, sequence, acknowledgment, window });
      expect(facts).toMatchObject({ options: { timestamps: { value: time, echo: 7 } }, length: data.length });
      expect(facts).toMatchObject({ urgentPointer: 0, checksumGood: true });
      const bits = Object.entries(tcp.FLAG).filter(([, bit]) => (flags & bit) !== 0);
      expect(facts).toMatchObject({ flags: bits.map(([name]) => name.toUpperCase()) });
    },
  );

  it.prop([address, word, word, data])('reads the same: an echo', (addresses, identifier, sequence, data) => {
    const four = addresses[0].length === 4;
    const { bytes, start, end, pseudo } = packet(addresses, four ? 1 : 58, 8 + data.length);
    icmp.write(bytes, start, four ? 8 : 128, 0, 0);
    icmp.setIdentifier(bytes, start, identifier);
    icmp.setSequence(bytes, start, sequence);
    bytes.set(data, start + icmp.OFFSET.body);
    if (four) icmp.fillChecksum(bytes, start, end);
    else icmpv6.fillChecksum(bytes, start, end, pseudo);
    expect(wire.facts(bytes)?.transport).toMatchObject({
      kind: four ? 'icmp' : 'icmpv6',
      name: 'echo request',
      identifier,
      sequence,
      length: 8 + data.length,
      checksumGood: true,
    });
  });
});
