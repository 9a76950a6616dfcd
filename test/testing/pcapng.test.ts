// The pcapng writer, against golden bytes, a strict reader, and Wireshark where it is installed.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { pcapng } from '../../src/testing/index.js';
import { readPcapng } from './pcapng-reader.js';
import { noTshark, tshark } from './tshark.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s+/g, ''), 'hex'));

/** UDP 10.0.0.1:1000 to 10.0.0.2:2000 saying 'hi', with its checksums. */
const DATAGRAM = hex('4500001e 00000000 801126cd 0a000001 0a000002 03e807d0 000a77b6 6869');
/** 2026-01-01 00:00:00 and 1.5 s. */
const NEW_YEAR = 1_767_225_600_000_000 + 1_500_000;

describe('a capture', () => {
  it('is what the format says, byte for byte', () => {
    const file = pcapng([{ name: 'lan' }], [{ interface: 0, us: NEW_YEAR, bytes: Uint8Array.of(0x45), comment: 'lost' }]);
    const blocks = [
      '0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0800 77696e736f636b32 0000 0000 2c000000',
      '01000000 28000000 6500 0000 00000000 0200 0300 6c616e00 0900 0100 06000000 0000 0000 28000000',
      '06000000 30000000 00000000 48470600 60233746 01000000 01000000 45000000 0100 0400 6c6f7374 0000 0000 30000000',
    ];
    expect(Buffer.from(file).toString('hex')).toBe(blocks.join('').replaceAll(' ', ''));
  });

  test.prop([
    fc.array(fc.string(), { minLength: 1, maxLength: 4 }),
    fc.array(
      fc.record({
        us: fc.integer({ min: 0, max: 2 ** 52 }),
        bytes: fc.uint8Array({ maxLength: 9000 }),
        comment: fc.option(fc.string({ maxLength: 1000 }), { nil: null }),
        interface: fc.nat(),
      }),
    ),
  ])('gives back what was put in', (names, packets) => {
    const wanted = packets.map((packet) => ({ ...packet, interface: packet.interface % names.length }));
    const given = wanted.map(({ comment, ...rest }) => (comment === null ? rest : { ...rest, comment }));
    const read = readPcapng(pcapng(names.map((name) => ({ name })), given));
    expect(read.interfaces).toEqual(names.map((name) => ({ name, linkType: 101, resolution: 6 })));
    expect(read.packets).toEqual(wanted.map((packet) => ({ ...packet, interface: names[packet.interface] })));
  });

  it('is read by Wireshark as it was meant', async (context) => {
    context.skip(noTshark !== null, noTshark ?? '');
    const file = pcapng(
      [{ name: 'first' }, { name: 'second' }],
      [
        { interface: 0, us: NEW_YEAR, bytes: DATAGRAM },
        { interface: 1, us: NEW_YEAR + 1, bytes: DATAGRAM, comment: 'dropped by a rule' },
      ],
    );
    const fields = ['frame.time_epoch', 'frame.interface_name', 'ip.src', 'udp.dstport', 'frame.comment', 'udp.checksum.status'];
    expect(await tshark(file, '', fields)).toEqual([
      ['1767225601.500000000', 'first', '10.0.0.1', '2000', '', '1'],
      ['1767225601.500001000', 'second', '10.0.0.1', '2000', 'dropped by a rule', '1'],
    ]);
    expect(await tshark(file, '_ws.malformed', ['frame.number'])).toEqual([]);
  });
});
