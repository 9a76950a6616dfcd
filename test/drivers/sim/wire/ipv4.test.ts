import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import * as options from '../../../../src/drivers/sim/wire/ipv4-options.js';
import * as ipv4 from '../../../../src/drivers/sim/wire/ipv4.js';
import { amidJunk, concat, hex, overJunk } from './golden.js';

const [SOURCE, DESTINATION] = [hex('c0a80001'), hex('c0a800c7')];
const GOLDEN = hex('45 00 0014 0000 4000 40 11 b8c0 c0a80001 c0a800c7');

function goldenWith(changes: Readonly<Record<number, number>>, length = 20): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(GOLDEN.subarray(0, length));
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}

describe('an IPv4 header', () => {
  it('is written over junk', () => {
    const bytes = overJunk(20, (bytes, at) => {
      ipv4.write(bytes, at, 20, 17, 64, SOURCE, DESTINATION);
      ipv4.setFragment(bytes, at, true, false, 0);
      ipv4.fillChecksum(bytes, at);
    });
    expect(bytes).toEqual(GOLDEN);
  });

  it('is read amid junk', () => {
    const { bytes, at } = amidJunk(hex('46 b9 05dc beef 2005 07 06 1234 0a000001 e0000016 94040000'));
    expect(ipv4.version(bytes, at)).toBe(4);
    expect(ipv4.headerLength(bytes, at)).toBe(24);
    expect(ipv4.trafficClass(bytes, at)).toBe(0xb9);
    expect(ipv4.ecn(bytes, at)).toBe(1);
    expect(ipv4.totalLength(bytes, at)).toBe(1500);
    expect(ipv4.identification(bytes, at)).toBe(0xbeef);
    expect(ipv4.dontFragment(bytes, at)).toBe(false);
    expect(ipv4.moreFragments(bytes, at)).toBe(true);
    expect(ipv4.fragmentOffset(bytes, at)).toBe(40);
    expect(ipv4.ttl(bytes, at)).toBe(7);
    expect(ipv4.protocol(bytes, at)).toBe(6);
    expect(ipv4.checksum(bytes, at)).toBe(0x1234);
    expect(ipv4.source(bytes, at)).toBe(0x0a000001);
    expect(ipv4.destination(bytes, at)).toBe(0xe0000016);
  });

  const byte = fc.nat(0xff);
  const word = fc.nat(0xffff);
  const address = fc.uint8Array({ minLength: 4, maxLength: 4 });
  it.prop([word, word, byte, byte, byte, fc.boolean(), fc.boolean(), fc.nat(0x1fff), address, address])(
    'gives back what was written',
    (total, id, tos, ttl, protocol, dont, more, units, source, destination) => {
      const bytes = overJunk(20, (bytes, at) => {
        ipv4.write(bytes, at, total, protocol, ttl, source, destination);
        ipv4.setTrafficClass(bytes, at, tos);
        ipv4.setIdentification(bytes, at, id);
        ipv4.setFragment(bytes, at, dont, more, units * 8);
        ipv4.fillChecksum(bytes, at);
      });
      expect([ipv4.version(bytes), ipv4.headerLength(bytes, 0), ipv4.totalLength(bytes, 0)]).toEqual([4, 20, total]);
      expect([ipv4.identification(bytes, 0), ipv4.trafficClass(bytes, 0), ipv4.ttl(bytes, 0)]).toEqual([id, tos, ttl]);
      expect([ipv4.protocol(bytes, 0), ipv4.fragmentOffset(bytes, 0)]).toEqual([protocol, units * 8]);
      expect([ipv4.dontFragment(bytes, 0), ipv4.moreFragments(bytes, 0)]).toEqual([dont, more]);
      expect(ipv4.isFragment(bytes, 0)).toBe(more || units > 0);
      expect(bytes.subarray(12, 16)).toEqual(source);
      expect(bytes.subarray(16, 20)).toEqual(destination);
      expect(ipv4.checksumGood(bytes, 0)).toBe(true);
    },
  );

  it('keeps its checksum right when a router takes one off the TTL', () => {
    const header = GOLDEN.slice();
    for (let ttl = 63; ttl >= 0; ttl -= 1) {
      ipv4.decrementTtl(header, 0);
      expect(ipv4.ttl(header, 0)).toBe(ttl);
      expect(ipv4.check(header)).toBeNull();
    }
    expect(ipv4.protocol(header, 0)).toBe(17);
  });

  it('gives the pseudo-header', () => {
    // c0a8 + 0001 + c0a8 + 00c7 + 0011 + 0008, and the carry of 1
    expect(ipv4.pseudoSum(GOLDEN, 0, 17, 8)).toBe(0x8232);
  });
});

describe('the first look at an IPv4 packet', () => {
  it.each<[ipv4.Ipv4Fault | null, Uint8Array]>([
    [null, GOLDEN],
    [null, concat(GOLDEN, hex('ffff'))],
    ['shorter than an IPv4 header', GOLDEN.subarray(0, 19)],
    ['shorter than an IPv4 header', new Uint8Array(0)],
    ['not version 4', goldenWith({ 0: 0x55 })],
    ['header length below 20', goldenWith({ 0: 0x44 })],
    ['header runs past the end', goldenWith({ 0: 0x46 })],
    ['total length below header length', goldenWith({ 3: 19 })],
    ['total length runs past the end', goldenWith({ 3: 21 })],
    ['wrong header checksum', goldenWith({ 8: 63 })],
  ])('finds: %s', (fault, bytes) => {
    expect(ipv4.check(bytes)).toBe(fault);
    expect(ipv4.check(concat(hex('a5a5a5'), bytes), 3)).toBe(fault);
  });
});

describe('IPv4 options', () => {
  // No operation, record route (7 bytes), router alert, loose source route (7 bytes), end, filling.
  const OPTIONS = hex('01 07070400000000 94040000 83070400000000 00');
  const header = concat(hex('4a 00 0028 0000 0000 01 02 0000 0a000001 e0000016'), OPTIONS);

  it('are found by kind', () => {
    expect(options.find(header, 0, options.OPTION.recordRoute)).toBe(21);
    expect(options.find(header, 0, options.OPTION.routerAlert)).toBe(28);
    expect(options.find(header, 0, options.OPTION.looseSourceRoute)).toBe(32);
    expect(options.find(header, 0, options.OPTION.timestamp)).toBe(-1);
    expect(options.find(GOLDEN, 0, options.OPTION.routerAlert)).toBe(-1);
  });

  it.each([
    ['a length that no option has', '94010000 00000000'],
    ['a length of 0', '94000000 00000000'],
    ['a length past the end', '01010101 94050000'],
    ['no room for a length', '01010101 01010194'],
    ['one before that is malformed', '07ff0000 94040000'],
    ['the end of the list before', '00940400 00000000'],
  ])('are not found: %s', (_, text) => {
    const bytes = concat(hex('47 00 001c 0000 0000 01 02 0000 0a000001 e0000016'), hex(text));
    expect(options.find(bytes, 0, options.OPTION.routerAlert)).toBe(-1);
  });

  it('go into later fragments if their copied bit says so', () => {
    let length = 0;
    const bytes = overJunk(12, (bytes, at) => {
      length = options.writeCopied(header, 0, bytes, at);
    });
    expect(length).toBe(12);
    expect(bytes).toEqual(hex('94040000 83070400000000 00'));
  });

  it('can be router alert', () => {
    expect(overJunk(4, options.writeRouterAlert)).toEqual(hex('94040000'));
  });
});
