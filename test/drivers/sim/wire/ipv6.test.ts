import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import * as ipv6 from '../../../../src/drivers/sim/wire/ipv6.js';
import { amidJunk, concat, hex, overJunk } from './golden.js';

const SOURCE = hex('fd00 0000 0000 0000 0000 0000 0000 0001');
const DESTINATION = hex('fd00 0000 0000 0000 0000 0000 0000 0002');
const GOLDEN = concat(hex('6b812345 0002 11 80'), SOURCE, DESTINATION, hex('abcd'));

describe('an IPv6 header', () => {
  it('is written over junk', () => {
    const bytes = overJunk(40, (bytes, at) => {
      ipv6.write(bytes, at, 2, 17, 128, SOURCE, DESTINATION);
      ipv6.setClassAndFlow(bytes, at, 0xb8, 0x12345);
    });
    expect(bytes).toEqual(GOLDEN.subarray(0, 40));
  });

  it('is read amid junk', () => {
    const { bytes, at } = amidJunk(GOLDEN);
    expect(ipv6.version(bytes, at)).toBe(6);
    expect(ipv6.trafficClass(bytes, at)).toBe(0xb8);
    expect(ipv6.ecn(bytes, at)).toBe(0);
    expect(ipv6.flowLabel(bytes, at)).toBe(0x12345);
    expect(ipv6.payloadLength(bytes, at)).toBe(2);
    expect(ipv6.totalLength(bytes, at)).toBe(42);
    expect(ipv6.nextHeader(bytes, at)).toBe(17);
    expect(ipv6.hopLimit(bytes, at)).toBe(128);
  });

  const byte = fc.nat(0xff);
  const address = fc.uint8Array({ minLength: 16, maxLength: 16 });
  it.prop([byte, fc.nat(0xfffff), fc.nat(0xffff), byte, byte, address, address])(
    'gives back what was written',
    (trafficClass, flow, length, next, hops, source, destination) => {
      const bytes = overJunk(40, (bytes, at) => {
        ipv6.write(bytes, at, length, next, hops, source, destination);
        ipv6.setClassAndFlow(bytes, at, trafficClass, flow);
      });
      expect(ipv6.version(bytes)).toBe(6);
      expect([ipv6.trafficClass(bytes, 0), ipv6.flowLabel(bytes, 0)]).toEqual([trafficClass, flow]);
      expect([ipv6.payloadLength(bytes, 0), ipv6.nextHeader(bytes, 0)]).toEqual([length, next]);
      expect(ipv6.hopLimit(bytes, 0)).toBe(hops);
      expect(ipv6.ecn(bytes, 0)).toBe(trafficClass & 3);
      expect(bytes.subarray(8, 24)).toEqual(source);
      expect(bytes.subarray(24, 40)).toEqual(destination);
    },
  );

  it('keeps its flow label when the traffic class changes', () => {
    const bytes = GOLDEN.slice();
    ipv6.setTrafficClass(bytes, 0, 0x03);
    expect(bytes.subarray(0, 4)).toEqual(hex('60312345'));
  });

  it('gives the pseudo-header', () => {
    // fd00 + 0001 + fd00 + 0002 + 0011 + 000b, and the carry of 1
    expect(ipv6.pseudoSum(GOLDEN, 0, 17, 11)).toBe(0xfa20);
  });
});

describe('the first look at an IPv6 packet', () => {
  it.each<[ipv6.Ipv6Fault | null, Uint8Array]>([
    [null, GOLDEN],
    [null, concat(GOLDEN, hex('ff'))],
    ['shorter than an IPv6 header', GOLDEN.subarray(0, 39)],
    ['not version 6', concat(hex('4b'), GOLDEN.subarray(1))],
    ['payload length runs past the end', GOLDEN.subarray(0, 41)],
  ])('finds: %s', (fault, bytes) => {
    expect(ipv6.check(bytes)).toBe(fault);
    expect(ipv6.check(concat(hex('a5a5a5'), bytes), 3)).toBe(fault);
  });
});
