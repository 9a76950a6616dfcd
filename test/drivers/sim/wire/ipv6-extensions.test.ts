import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import * as extensions from '../../../../src/drivers/sim/wire/ipv6-extensions.js';
import * as fragment from '../../../../src/drivers/sim/wire/ipv6-fragment.js';
import * as ipv6 from '../../../../src/drivers/sim/wire/ipv6.js';
import { amidJunk, concat, hex, overJunk } from './golden.js';

const { EXTENSION, HeaderChain } = extensions;
const UDP = 17;

function packet(firstHeader: number, ...rest: Uint8Array[]): Uint8Array {
  const payload = concat(...rest);
  const bytes = new Uint8Array(40);
  ipv6.write(bytes, 0, payload.length, firstHeader, 1, new Uint8Array(16), new Uint8Array(16));
  return concat(bytes, payload);
}

const read = (bytes: Uint8Array): extensions.HeaderChain => new HeaderChain().read(bytes, 0, bytes.length);

describe('the chain of IPv6 headers', () => {
  it('has nothing in it for most packets', () => {
    const chain = read(packet(UDP, hex('0001000200080000')));
    expect(chain).toMatchObject({ protocol: UDP, start: 40, protocolAt: 6, unfragmentableEnd: 40, fault: null });
    expect(chain).toMatchObject({ hopByHop: -1, routing: -1, fragment: -1, destination: -1 });
  });

  it('leads through every kind to the transport', () => {
    const chain = read(
      packet(
        EXTENSION.hopByHop,
        hex('2b 00 0502 0000 0100'), // at 40: router alert
        hex('2c 02 0000 00000000 fd000000000000000000000000000009'), // at 48: routing, worked off
        hex('33 00 0000 00000007'), // at 72: fragment, atomic
        hex('3c 01 0000 00000001 00000002'), // at 80: authentication, 12 bytes
        hex('11 00 0104 00000000'), // at 92: destination options
        hex('0001000200080000'), // at 100
      ),
    );
    expect(chain).toMatchObject({ protocol: UDP, start: 100, protocolAt: 92, unfragmentableEnd: 72, fault: null });
    expect(chain).toMatchObject({ hopByHop: 40, routing: 48, fragment: 72, destination: 92 });
  });

  it('leads to nothing but says where', () => {
    expect(read(packet(EXTENSION.destination, hex('3b 00 0104 00000000')))).toMatchObject({
      protocol: EXTENSION.none,
      start: 48,
      fault: null,
    });
  });

  it('ends at a fragment from the middle, whose bytes are no header', () => {
    const chain = read(packet(EXTENSION.fragment, hex('3c 00 0009 00000007'), hex('ffff ffff ffff ffff')));
    expect(chain).toMatchObject({ protocol: EXTENSION.destination, start: 48, fragment: 40, fault: null });
    expect(chain.unfragmentableEnd).toBe(40);
  });

  it('goes on behind a first fragment', () => {
    const chain = read(packet(EXTENSION.fragment, hex('3c 00 0001 00000007'), hex('11 00 0104 00000000')));
    expect(chain).toMatchObject({ protocol: UDP, start: 56, fragment: 40, unfragmentableEnd: 40, fault: null });
  });

  it('lets fragments repeat nothing that stands behind the fragment header', () => {
    const chain = read(packet(EXTENSION.fragment, hex('2b 00 0001 00000007'), hex('11 00 0000 00000000')));
    expect(chain).toMatchObject({ protocol: UDP, routing: 48, unfragmentableEnd: 40 });
  });

  it('says where the wrong next header stands when hop-by-hop is not in first place', () => {
    const chain = read(packet(EXTENSION.destination, hex('00 00 0104 00000000'), hex('11 00 0104 00000000')));
    expect(chain.fault).toBe('hop-by-hop header not in first place');
    expect(chain).toMatchObject({ protocol: 0, start: 48, protocolAt: 40 });
  });

  it.each([
    ['it has not even eight bytes', hex('11 00 0104 000000')],
    ['it is longer than the packet', hex('11 01 0104 00000000 00000000')],
  ])('does not follow a header if %s', (_, header) => {
    const chain = read(packet(EXTENSION.destination, header));
    expect(chain).toMatchObject({ fault: 'extension header runs past the end', start: 40 });
  });

  it('forgets the packet before', () => {
    const chain = read(packet(EXTENSION.hopByHop, hex('2c 00 0104 00000000'), hex('00 00 0000 00000000')));
    expect(chain.fault).not.toBeNull();
    const plain = packet(UDP, hex('0001000200080000'));
    expect(chain.read(plain, 0, plain.length)).toEqual(read(plain));
  });

  it.prop([fc.uint8Array({ minLength: 40, maxLength: 200 })])('never leads past the end', (bytes) => {
    const chain = read(bytes);
    expect(chain.start).toBeGreaterThanOrEqual(40);
    expect(chain.start).toBeLessThanOrEqual(Math.max(40, bytes.length));
  });
});

describe('a fragment header', () => {
  it('is written over junk', () => {
    const bytes = overJunk(8, (bytes, at) => fragment.write(bytes, at, UDP, 1232, true, 0xdeadbeef));
    expect(bytes).toEqual(hex('11 00 04d1 deadbeef'));
  });

  it('is read amid junk', () => {
    const { bytes, at } = amidJunk(hex('06 ff fff8 fedcba98'));
    expect(fragment.nextHeader(bytes, at)).toBe(6);
    expect(fragment.fragmentOffset(bytes, at)).toBe(65528);
    expect(fragment.moreFragments(bytes, at)).toBe(false);
    expect(fragment.identification(bytes, at)).toBe(0xfedcba98);
  });

  it.prop([fc.nat(0xff), fc.nat(0x1fff), fc.boolean(), fc.nat(0xffffffff)])(
    'gives back what was written',
    (next, units, more, id) => {
      const bytes = overJunk(8, (bytes, at) => fragment.write(bytes, at, next, units * 8, more, id));
      expect([fragment.nextHeader(bytes, 0), fragment.fragmentOffset(bytes, 0)]).toEqual([next, units * 8]);
      expect([fragment.moreFragments(bytes, 0), fragment.identification(bytes, 0)]).toEqual([more, id]);
      expect(fragment.isAtomic(bytes, 0)).toBe(!more && units === 0);
    },
  );
});

describe('options of extension headers', () => {
  it('can be router alert in a hop-by-hop header', () => {
    const bytes = overJunk(8, (bytes, at) => extensions.writeRouterAlert(bytes, at, 58, 0));
    expect(bytes).toEqual(hex('3a 00 0502 0000 0100'));
    const at = extensions.findOption(bytes, 0, 8, extensions.OPTION.routerAlert);
    expect(at).toBe(2);
    expect(extensions.routerAlertValue(bytes, at)).toBe(0);
  });

  it('are found behind padding of every length', () => {
    for (let padding = 0; padding <= 10; padding += 1) {
      const header = new Uint8Array(16).fill(0xa5);
      extensions.writePadding(header, 2, padding);
      header.set(hex('05020001'), 2 + padding);
      expect(extensions.findOption(header, 0, 16, extensions.OPTION.routerAlert)).toBe(2 + padding);
    }
  });

  it.each([
    [2, 'at once', '11 00 0504 0000 0000'],
    [-1, 'if it runs past the end', '11 00 0103 000000 05'],
    [-1, 'behind one that runs past the end', '11 00 01ff 0502 0000'],
  ])('are found at %i: %s', (where, _, text) => {
    expect(extensions.findOption(hex(text), 0, 8, extensions.OPTION.routerAlert)).toBe(where);
  });

  it('say what becomes of a packet with an unknown one', () => {
    expect([0x1e, 0x5e, 0x9e, 0xde].map(extensions.unknownOptionAction)).toEqual([
      extensions.UNKNOWN_OPTION.skip,
      extensions.UNKNOWN_OPTION.discard,
      extensions.UNKNOWN_OPTION.report,
      extensions.UNKNOWN_OPTION.reportUnlessMulticast,
    ]);
  });

  it('tell the length of the whole header', () => {
    const bytes = new Uint8Array(2);
    extensions.setLength(bytes, 0, 24);
    expect(bytes[1]).toBe(2);
    expect(extensions.length(bytes, 0, EXTENSION.routing)).toBe(24);
    expect(extensions.length(bytes, 0, EXTENSION.fragment)).toBe(8);
    expect(extensions.length(bytes, 0, EXTENSION.authentication)).toBe(16);
  });

  it('are not those of a routing header, which says how far it is worked off', () => {
    const header = hex('11 02 04 01 00000000 fd000000000000000000000000000009');
    expect(extensions.routingType(header, 0)).toBe(4);
    expect(extensions.segmentsLeft(header, 0)).toBe(1);
  });
});
