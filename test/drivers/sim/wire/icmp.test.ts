import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { pseudoSum } from '../../../../src/drivers/sim/wire/checksum.js';
import * as icmp from '../../../../src/drivers/sim/wire/icmp.js';
import * as icmpv6 from '../../../../src/drivers/sim/wire/icmpv6.js';
import { amidJunk, hex, overJunk } from './golden.js';

const DATA = hex('70696e67');
const ECHO = hex('08 00 06fa 1234 0001 70696e67');
const ECHO_V6 = hex('80 00 94ae 1234 0001 70696e67');
const PSEUDO = pseudoSum(
  hex('fd000000000000000000000000000001'),
  hex('fd000000000000000000000000000002'),
  58,
  12,
);

describe('an ICMP message', () => {
  it('can be an echo request, written over junk', () => {
    const bytes = overJunk(12, (bytes, at) => {
      icmp.write(bytes, at, icmp.TYPE.echoRequest, 0, 0);
      icmp.setIdentifier(bytes, at, 0x1234);
      icmp.setSequence(bytes, at, 1);
      bytes.set(DATA, at + icmp.OFFSET.body);
      icmp.fillChecksum(bytes, at, at + 12);
    });
    expect(bytes).toEqual(ECHO);
  });

  it('is read amid junk', () => {
    const { bytes, at, end } = amidJunk(ECHO);
    expect(icmp.type(bytes, at)).toBe(icmp.TYPE.echoRequest);
    expect(icmp.code(bytes, at)).toBe(0);
    expect(icmp.checksum(bytes, at)).toBe(0x06fa);
    expect(icmp.identifier(bytes, at)).toBe(0x1234);
    expect(icmp.sequence(bytes, at)).toBe(1);
    expect(icmp.rest(bytes, at)).toBe(0x12340001);
    expect(icmp.checksumGood(bytes, at, end)).toBe(true);
    expect(icmp.checksumGood(bytes, at, end - 1)).toBe(false);
  });

  it('says how large a packet may be where RFC 1191 puts it', () => {
    const bytes = overJunk(8, (bytes, at) => {
      icmp.write(bytes, at, icmp.TYPE.unreachable, icmp.UNREACHABLE.fragmentationNeeded, 0);
      icmp.setNextHopMtu(bytes, at, 1300);
    });
    expect(bytes).toEqual(hex('03 04 0000 0000 0514'));
    expect(icmp.nextHopMtu(bytes, 0)).toBe(1300);
  });

  it('points at a byte', () => {
    const bytes = overJunk(8, (bytes, at) => {
      icmp.write(bytes, at, icmp.TYPE.parameterProblem, 0, 0);
      icmp.setPointer(bytes, at, 20);
    });
    expect(bytes).toEqual(hex('0c 00 0000 14 000000'));
    expect(icmp.pointer(bytes, 0)).toBe(20);
  });

  it('is an error or a question', () => {
    const errors = Object.entries(icmp.TYPE).filter(([, type]) => icmp.isError(type));
    expect(errors.map(([name]) => name)).toEqual([
      'unreachable',
      'sourceQuench',
      'redirect',
      'timeExceeded',
      'parameterProblem',
    ]);
  });
});

describe('an ICMPv6 message', () => {
  it('can be an echo request, written over junk', () => {
    const bytes = overJunk(12, (bytes, at) => {
      icmpv6.write(bytes, at, icmpv6.TYPE.echoRequest, 0, 0);
      icmpv6.setIdentifier(bytes, at, 0x1234);
      icmpv6.setSequence(bytes, at, 1);
      bytes.set(DATA, at + icmpv6.OFFSET.body);
      icmpv6.fillChecksum(bytes, at, at + 12, PSEUDO);
    });
    expect(bytes).toEqual(ECHO_V6);
  });

  it('is read amid junk', () => {
    const { bytes, at, end } = amidJunk(ECHO_V6);
    expect(icmpv6.type(bytes, at)).toBe(icmpv6.TYPE.echoRequest);
    expect(icmpv6.identifier(bytes, at)).toBe(0x1234);
    expect(icmpv6.sequence(bytes, at)).toBe(1);
    expect(icmpv6.checksumGood(bytes, at, end, PSEUDO)).toBe(true);
    expect(icmpv6.checksumGood(bytes, at, end, 0)).toBe(false);
  });

  it('says in 32 bits how large a packet may be, or which byte is wrong', () => {
    const tooBig = overJunk(8, (bytes, at) => {
      icmpv6.write(bytes, at, icmpv6.TYPE.packetTooBig, 0, 0);
      icmpv6.setMtu(bytes, at, 0x10500);
    });
    expect(tooBig).toEqual(hex('02 00 0000 00010500'));
    expect(icmpv6.mtu(tooBig, 0)).toBe(0x10500);
    const problem = overJunk(8, (bytes, at) => {
      icmpv6.write(bytes, at, icmpv6.TYPE.parameterProblem, icmpv6.PARAMETER_PROBLEM.nextHeader, 0);
      icmpv6.setPointer(bytes, at, 40);
    });
    expect(problem).toEqual(hex('04 01 0000 00000028'));
    expect(icmpv6.pointer(problem, 0)).toBe(40);
  });

  it('is an error if its type is below 128', () => {
    expect([1, 2, 3, 4, 127, 128, 129, 143, 255].map(icmpv6.isError)).toEqual([
      ...[true, true, true, true, true],
      ...[false, false, false, false],
    ]);
  });
});

describe('messages of both', () => {
  const byte = fc.nat(0xff);
  it.prop([byte, byte, fc.nat(0xffffffff), fc.uint8Array({ maxLength: 64 }), fc.nat(0xffff)])(
    'give back what was written',
    (type, code, rest, body, pseudo) => {
      const length = 8 + body.length;
      const bytes = overJunk(length, (bytes, at) => {
        icmpv6.write(bytes, at, type, code, rest);
        bytes.set(body, at + 8);
        icmpv6.fillChecksum(bytes, at, at + length, pseudo);
      });
      expect([icmpv6.type(bytes, 0), icmpv6.code(bytes, 0), icmpv6.rest(bytes, 0)]).toEqual([type, code, rest]);
      expect(icmpv6.checksumGood(bytes, 0, length, pseudo)).toBe(true);
    },
  );

  it('have every part set alone', () => {
    const bytes = new Uint8Array(8).fill(0xa5);
    icmp.setType(bytes, 0, 1);
    icmp.setCode(bytes, 0, 2);
    icmp.setChecksum(bytes, 0, 0x0304);
    icmp.setRest(bytes, 0, 0xfffefdfc);
    expect(bytes).toEqual(hex('01 02 0304 fffefdfc'));
  });
});
