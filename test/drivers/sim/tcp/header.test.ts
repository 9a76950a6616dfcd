// TCP headers and options as bytes, both ways and over junk.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import * as tcp from '../../../../src/drivers/sim/wire/tcp.js';
import { parse, synLength, writeSack, writeSyn, writeTimestamps } from '../../../../src/drivers/sim/wire/tcp-options.js';

const SYN = Uint8Array.of(
  ...[0xc0, 0x00, 0x00, 0x50, 0xfe, 0xdc, 0xba, 0x98, 0, 0, 0, 0, 0x80, 0x02, 0xfa, 0xf0, 0, 0, 0, 0],
  ...[2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2],
);

describe('the header', () => {
  it('is written to the byte', () => {
    const bytes = new Uint8Array(32).fill(0xff);
    tcp.write(bytes, 0, 49_152, 80, 0xfedcba98, 0, 32, tcp.FLAG.syn, 64_240);
    writeSyn(bytes, 20, { mss: 1460, windowScale: 8, sackPermitted: true, timestamps: false }, 0, 0);
    expect(bytes).toEqual(SYN);
  });

  it('is read back', () => {
    expect(tcp.check(SYN, 0, 32)).toBeNull();
    expect([tcp.sourcePort(SYN, 0), tcp.destinationPort(SYN, 0)]).toEqual([49_152, 80]);
    expect([tcp.sequence(SYN, 0), tcp.acknowledgment(SYN, 0)]).toEqual([0xfedcba98, 0]);
    expect([tcp.headerLength(SYN, 0), tcp.flags(SYN, 0), tcp.window(SYN, 0)]).toEqual([32, tcp.FLAG.syn, 64_240]);
    expect([tcp.checksum(SYN, 0), tcp.urgentPointer(SYN, 0)]).toEqual([0, 0]);
  });

  it('has each field set by itself', () => {
    const bytes = new Uint8Array(24);
    tcp.setSourcePort(bytes, 4, 0x0102);
    tcp.setDestinationPort(bytes, 4, 0x0304);
    tcp.setSequence(bytes, 4, 0x05060708);
    tcp.setAcknowledgment(bytes, 4, 0x090a0b0c);
    tcp.setHeaderLength(bytes, 4, 20);
    tcp.setFlags(bytes, 4, tcp.FLAG.ack | tcp.FLAG.urg);
    tcp.setWindow(bytes, 4, 0x0d0e);
    tcp.setChecksum(bytes, 4, 0x0f10);
    tcp.setUrgentPointer(bytes, 4, 0x1112);
    expect([...bytes.subarray(4)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x50, 0x30, 13, 14, 15, 16, 17, 18]);
  });

  it('is refused when its lengths are wrong', () => {
    expect(tcp.check(SYN, 0, 19)).toBe('shorter than a TCP header');
    expect(tcp.check(SYN, 0, 31)).toBe('TCP options run past the end');
    const short = SYN.slice();
    tcp.setHeaderLength(short, 0, 16);
    expect(tcp.check(short, 0, 32)).toBe('TCP data offset below 5');
  });

  it('adds up with its checksum, and not when a bit has changed', () => {
    const bytes = SYN.slice();
    tcp.fillChecksum(bytes, 0, 32, 1234);
    expect(tcp.checksumGood(bytes, 0, 32, 1234)).toBe(true);
    bytes[31]! ^= 1;
    expect(tcp.checksumGood(bytes, 0, 32, 1234)).toBe(false);
  });
});

describe('options', () => {
  it('of a SYN are read back', () => {
    expect(parse(SYN, 20, 32)).toMatchObject({ mss: 1460, windowScale: 8, sackPermitted: true, malformed: false });
  });

  it('of a SYN with timestamps have SACK permitted in their padding', () => {
    const options = { mss: 9000, windowScale: null, sackPermitted: true, timestamps: true };
    const bytes = new Uint8Array(40);
    expect(writeSyn(bytes, 0, options, 0xfffffffe, 7)).toBe(synLength(options));
    expect([...bytes.subarray(0, 16)]).toEqual([2, 4, 0x23, 0x28, 4, 2, 8, 10, 255, 255, 255, 254, 0, 0, 0, 7]);
  });

  it('tell timestamps and SACK blocks', () => {
    const bytes = new Uint8Array(40);
    const end = writeSack(bytes, writeTimestamps(bytes, 0, 3_000_000_000, 9), [1, 2, 4_000_000_000, 4_000_000_001], 4);
    const options = parse(bytes, 0, end);
    expect(options).toMatchObject({ hasTimestamps: true, timestamp: 3_000_000_000, timestampEcho: 9, sackEdges: 4 });
    expect(options.sack.slice(0, 4)).toEqual([1, 2, 4_000_000_000, 4_000_000_001]);
  });

  it('end where the list says so, pass over what is unknown, and take a scale above 14 for 14', () => {
    expect(parse(Uint8Array.of(253, 4, 9, 9, 3, 3, 200, 0, 2, 4, 1, 1), 0, 12)).toMatchObject({ windowScale: 14, mss: null });
  });

  it.each([[[2]], [[2, 0]], [[2, 1]], [[2, 5, 1, 1]], [[1, 1, 8]]])('%j are malformed', (bytes) => {
    expect(parse(Uint8Array.from(bytes), 0, bytes.length).malformed).toBe(true);
  });

  test.prop([fc.uint8Array({ maxLength: 40 })])('are read from junk without an exception', (bytes) => {
    expect(() => parse(bytes, 0, bytes.length)).not.toThrow();
  });
});
