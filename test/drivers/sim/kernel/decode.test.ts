// Owns: that what decodes the simulation's packets reads a kernel's packets, byte for byte as they were, as they are.
import { describe, expect, it } from 'vitest';
import { decode, type Seen } from './decode.js';

const SYN = '45000034a29640004006842b0a0000010a000002c3501b586ec56b06000000008002faf0a7a60000020405b4010104020103030a';
const SYN_ACK = '4500003400004000400626c20a0000020a0000011b58c3509133b7106ec56b078012faf05f510000020405b4010104020103030a';
const SACK =
  '4500003ccaea400040065bcf0a0000020a0000011b58c3509133b7116ec5d763a0100050757a0000010105126ec5ee336ec5f3e76ec5dd176ec5e87f';

function seen(from: 'client' | 'server', atMs: number, hex: string): Seen {
  return { from, atMs, lost: false, bytes: new Uint8Array(Buffer.from(hex, 'hex')) };
}

const packets = [seen('client', 70, SYN), seen('server', 75, SYN_ACK), seen('server', 400, SACK)];
const common = { lost: false, length: 0, urgentPointer: 0, ttl: 64, tos: 0, dontFragment: true, ipChecksumGood: true, tcpChecksumGood: true };
const options = { mss: 1460, sackPermitted: true, windowScale: 10 };

describe('decoding', () => {
  it('reads a handshake and a SACK of a kernel, counting from the SYN of each end', () => {
    expect(decode(packets)).toEqual([
      { ...common, at: 0, from: 'client', flags: 'S', seq: 0, ack: null, ackFieldZero: true, window: 64240, options },
      { ...common, at: 5, from: 'server', flags: 'SA', seq: 0, ack: 1, window: 64240, options },
      {
        ...common,
        ...{ at: 330, from: 'server', flags: 'A', seq: 1, ack: 27741, window: 80 },
        options: { sack: [[33581, 35041], [29201, 32121]] },
      },
    ]);
  });

  it.each([
    ['the IP header', 8, { ipChecksumGood: false, tcpChecksumGood: true }],
    ['the addresses', 12, { ipChecksumGood: false, tcpChecksumGood: false }],
    ['the TCP header', 35, { ipChecksumGood: true, tcpChecksumGood: false }],
  ] as const)('finds a damaged byte of %s by its checksum', (_, at, sums) => {
    const damaged = seen('client', 0, SYN);
    damaged.bytes[at]! ^= 0x40;
    expect(decode([damaged])).toMatchObject([sums]);
  });

  it('passes over what is not TCP', () => {
    const udp = seen('client', 0, SYN);
    udp.bytes[9] = 17;
    expect(decode([udp])).toEqual([]);
  });
});
