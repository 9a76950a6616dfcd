import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { hex, junk, reference } from './reference.js';

interface Sample {
  readonly n: number;
  readonly x64: { readonly hdrAlign: number; readonly dataAlign: number; readonly space: number; readonly len: number };
}

const { cmsg } = reference('structs') as { cmsg: { samples: readonly Sample[] } };

test.each(cmsg.samples.map((sample) => [sample.n, sample.x64] as const))('arithmetic for %d bytes', (n, x64) => {
  expect({
    hdrAlign: abi.WSA_CMSGHDR_ALIGN(n),
    dataAlign: abi.WSA_CMSGDATA_ALIGN(n),
    space: abi.WSA_CMSG_SPACE(n),
    len: abi.WSA_CMSG_LEN(n),
  }).toEqual(x64);
});

function messageOf(bytes: Uint8Array, len = bytes.length): abi.WSAMSG {
  return new abi.WSAMSG({ Control: new abi.WSABUF(len, bytes) });
}

function put(header: abi.WSACMSGHDR | null, type: number, data: readonly number[]): void {
  if (header === null) throw new Error('no room');
  header.cmsg_len = abi.WSA_CMSG_LEN(data.length);
  header.cmsg_level = abi.IPPROTO_IP;
  header.cmsg_type = type;
  abi.WSA_CMSG_DATA(header).set(data);
}

describe('walking control messages', () => {
  test('two messages are written where the macros say, and nothing else', () => {
    const whole = junk(8 + 48 + 8);
    const control = whole.subarray(8, 56);
    const message = messageOf(control);
    const first = abi.WSA_CMSG_FIRSTHDR(message);
    put(first, abi.IP_HOPLIMIT, [64, 0, 0, 0]);
    const second = abi.WSA_CMSG_NXTHDR(message, first);
    put(second, abi.IP_PKTINFO, [127, 0, 0, 1, 1, 0, 0, 0]);
    const fill = (count: number): string => new Array<string>(count).fill('cc').join(' ');
    expect(hex(whole)).toBe(
      [
        fill(8),
        '14 00 00 00 00 00 00 00 00 00 00 00 15 00 00 00 40 00 00 00',
        fill(4),
        '18 00 00 00 00 00 00 00 00 00 00 00 13 00 00 00 7f 00 00 01 01 00 00 00',
        fill(8),
      ].join(' '),
    );
    expect(abi.WSA_CMSG_NXTHDR(message, second)).toBeNull();
    expect(abi.WSA_CMSG_NXTHDR(message, null)?.cmsg_type).toBe(abi.IP_HOPLIMIT);
    expect(hex(abi.WSA_CMSG_DATA(second as abi.WSACMSGHDR))).toBe('7f 00 00 01 01 00 00 00');
  });

  test('no room, no header', () => {
    expect(abi.WSA_CMSG_FIRSTHDR(messageOf(new Uint8Array(15)))).toBeNull();
    expect(abi.WSA_CMSG_FIRSTHDR(messageOf(new Uint8Array(64), 15))).toBeNull();
    expect(abi.WSA_CMSG_FIRSTHDR(new abi.WSAMSG())).toBeNull();
    expect(abi.WSA_CMSG_FIRSTHDR(messageOf(new Uint8Array(16)))).not.toBeNull();
  });

  test('a header that is too short or too long ends the walk', () => {
    const message = messageOf(new Uint8Array(64));
    const header = abi.WSA_CMSG_FIRSTHDR(message) as abi.WSACMSGHDR;
    header.cmsg_len = 15;
    expect(abi.WSA_CMSG_NXTHDR(message, header)).toBeNull();
    header.cmsg_len = 49;
    expect(abi.WSA_CMSG_NXTHDR(message, header)).toBeNull();
    header.cmsg_len = 48;
    expect(abi.WSA_CMSG_NXTHDR(message, header)?.bytes.byteOffset).toBe(48);
  });

  test('data never reaches beyond the memory', () => {
    const header = new abi.WSACMSGHDR(new Uint8Array(24));
    header.cmsg_len = 1000;
    expect(abi.WSA_CMSG_DATA(header)).toHaveLength(8);
    header.cmsg_len = 3;
    expect(abi.WSA_CMSG_DATA(header)).toHaveLength(0);
    expect(abi.WSA_CMSG_DATA(new abi.WSACMSGHDR())).toHaveLength(0);
  });

  test('registered I/O keeps its messages after a length', () => {
    const buffer = new Uint8Array(8 + 24);
    new abi.RIO_CMSG_BUFFER(buffer.subarray(0, 4)).TotalLength = buffer.length;
    const first = abi.RIO_CMSG_FIRSTHDR(buffer);
    put(first, abi.IP_TTL, [1, 2, 3, 4]);
    expect(hex(buffer.subarray(8, 16))).toBe('14 00 00 00 00 00 00 00');
    expect(abi.RIO_CMSG_NEXTHDR(buffer, first)).toBeNull();
    expect(abi.RIO_CMSG_NEXTHDR(buffer, null)?.cmsg_type).toBe(abi.IP_TTL);
    new abi.RIO_CMSG_BUFFER(buffer.subarray(0, 4)).TotalLength = 7;
    expect(abi.RIO_CMSG_FIRSTHDR(buffer)).toBeNull();
  });
});
