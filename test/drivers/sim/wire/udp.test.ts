import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { pseudoSum } from '../../../../src/drivers/sim/wire/checksum.js';
import * as udp from '../../../../src/drivers/sim/wire/udp.js';
import { amidJunk, concat, hex, overJunk } from './golden.js';

const DATA = hex('616263');
const OVER_IPV4 = hex('c000 0035 000b 673d 616263');
const OVER_IPV6 = hex('c000 0035 000b 813b 616263');
const PSEUDO_IPV4 = pseudoSum(hex('0a000001'), hex('0a000002'), 17, 11);
const PSEUDO_IPV6 = pseudoSum(
  hex('fd000000000000000000000000000001'),
  hex('fd000000000000000000000000000002'),
  17,
  11,
);

describe('a UDP datagram', () => {
  it.each([
    ['IPv4', OVER_IPV4, PSEUDO_IPV4],
    ['IPv6', OVER_IPV6, PSEUDO_IPV6],
  ])('over %s is written over junk', (_, golden, pseudo) => {
    const bytes = overJunk(11, (bytes, at) => {
      udp.write(bytes, at, 49152, 53, 11);
      bytes.set(DATA, at + udp.OFFSET.data);
      udp.fillChecksum(bytes, at, at + 11, pseudo);
    });
    expect(bytes).toEqual(golden);
  });

  it('is read amid junk', () => {
    const { bytes, at, end } = amidJunk(OVER_IPV4);
    expect(udp.sourcePort(bytes, at)).toBe(49152);
    expect(udp.destinationPort(bytes, at)).toBe(53);
    expect(udp.length(bytes, at)).toBe(11);
    expect(udp.checksum(bytes, at)).toBe(0x673d);
    expect(udp.checksumGood(bytes, at, end, PSEUDO_IPV4)).toBe(true);
    expect(udp.checksumGood(bytes, at, end, PSEUDO_IPV6)).toBe(false);
  });

  const word = fc.nat(0xffff);
  it.prop([word, word, fc.uint8Array({ maxLength: 100 }), word])(
    'gives back what was written',
    (source, destination, data, pseudo) => {
      const length = 8 + data.length;
      const bytes = overJunk(length, (bytes, at) => {
        udp.write(bytes, at, source, destination, length);
        bytes.set(data, at + 8);
        udp.fillChecksum(bytes, at, at + length, pseudo);
      });
      expect([udp.sourcePort(bytes, 0), udp.destinationPort(bytes, 0)]).toEqual([source, destination]);
      expect(udp.check(bytes, 0, length)).toBeNull();
      expect(udp.checksumGood(bytes, 0, length, pseudo)).toBe(true);
    },
  );

  it('sends a checksum that comes to 0 as all ones, because 0 says that there is none', () => {
    const bytes = hex('0000 0000 0008 0000');
    udp.fillChecksum(bytes, 0, 8, 0xffff - 8);
    expect(udp.checksum(bytes, 0)).toBe(0xffff);
    expect(udp.checksumGood(bytes, 0, 8, 0xffff - 8)).toBe(true);
  });

  it.each<[udp.UdpFault | null, Uint8Array]>([
    [null, OVER_IPV4],
    [null, concat(OVER_IPV4, hex('00'))],
    ['shorter than a UDP header', OVER_IPV4.subarray(0, 7)],
    ['UDP length below 8', hex('c000 0035 0007 0000 616263')],
    ['UDP length runs past the end', OVER_IPV4.subarray(0, 10)],
  ])('is looked at first: %s', (fault, bytes) => {
    expect(udp.check(bytes, 0, bytes.length)).toBe(fault);
    expect(udp.check(concat(bytes, hex('a5a5')), 0, bytes.length)).toBe(fault);
  });
});
