// Whole packets, byte by byte, with all checksums right; Wireshark reads them without complaint.
import { concat, hex } from './golden.js';

const ONE = hex('fd00 0000 0000 0000 0000 0000 0000 0001');
const TWO = hex('fd00 0000 0000 0000 0000 0000 0000 0002');
const ROUTER = hex('fd00 0000 0000 0000 0000 0000 0000 00fe');
const LINK_LOCAL = hex('fe80 0000 0000 0000 0000 0000 0000 0001');
const GROUP = hex('ff15 0000 0000 0000 0000 0000 0000 0001');
const ALL_V2_ROUTERS = hex('ff02 0000 0000 0000 0000 0000 0000 0016');

export const UDP_IPV4 = hex(`
  45 00 001f 1234 4000 80 11 d497 0a000001 0a000002
  c000 0035 000b 673d 616263`);

export const UDP_IPV6 = concat(hex('6b812345 000b 11 80'), ONE, TWO, hex('c000 0035 000b 813b 616263'));

export const ECHO_IPV4 = hex(`
  45 00 0020 0000 0000 80 01 26db 0a000001 0a000002
  08 00 06fa 1234 0001 70696e67`);

export const ECHO_IPV6 = concat(hex('60000000 000c 3a 80'), ONE, TWO, hex('80 00 94ae 1234 0001 70696e67'));

export const PORT_UNREACHABLE = hex(`
  45 00 0038 0000 0000 80 01 26c3 0a000002 0a000001
  03 03 d57e 00000000
  45 00 001f 0000 0000 80 11 26cc 0a000001 0a000002
  c000 0009 000b 6769`);

/** It quotes the first eight bytes of a TCP header. */
export const FRAGMENTATION_NEEDED = hex(`
  45 00 0038 0000 0000 80 01 25c7 0a0000fe 0a000001
  03 04 3795 0000 0514
  45 00 05dc 0000 4000 80 06 e110 0a000001 0a090002
  c001 0050 00000001`);

export const PACKET_TOO_BIG = concat(
  hex('60000000 0038 3a 80'),
  ROUTER,
  ONE,
  hex('02 00 8c1d 00000500'),
  hex('60000000 0580 11 80'),
  ONE,
  TWO,
  hex('c000 0009 0580 3ae0'),
);

export const IGMP_REPORT_V2 = hex(`
  46 00 0020 0000 0000 01 02 29d3 0a000001 ef010203 94040000
  16 00 f8fa ef010203`);

export const IGMP_REPORT_V3 = hex(`
  46 c0 0038 0000 0000 01 02 39e9 0a000001 e0000016 94040000
  22 00 e2e5 0000 0002  04 00 0000 ef010203  01 00 0002 ef010204 0a000005 0a000006`);

export const IGMP_QUERY_V3 = hex(`
  46 00 002c 0000 0000 01 02 3aca 0a000001 e0000001 94040000
  11 64 df0c ef010203 0a 7d 0002 0a000005 0a000006`);

export const MLD_REPORT_V2 = concat(
  hex('60000000 0048 00 01'),
  LINK_LOCAL,
  ALL_V2_ROUTERS,
  hex('3a 00 0502 0000 0100'),
  hex('8f 00 70b3 0000 0002 04 00 0000'),
  GROUP,
  hex('03 00 0001'),
  GROUP,
  hex('fd00 0000 0000 0000 0000 0000 0000 0005'),
);

export const FIRST_FRAGMENT_IPV4 = hex(`
  45 00 0024 0007 2000 80 11 06c0 0a000001 0a000002
  03e8 07d0 0018 a7c3 0001020304050607`);

export const LAST_FRAGMENT_IPV4 = hex(`
  45 00 001c 0007 0002 80 11 26c6 0a000001 0a000002
  08090a0b0c0d0e0f`);

export const FIRST_FRAGMENT_IPV6 = concat(
  hex('60000000 0018 2c 80'),
  ONE,
  TWO,
  hex('11 00 0001 deadbeef'),
  hex('03e8 07d0 0018 c1c1 0001020304050607'),
);

export const LAST_FRAGMENT_IPV6 = concat(
  hex('60000000 0010 2c 80'),
  ONE,
  TWO,
  hex('11 00 0010 deadbeef 08090a0b0c0d0e0f'),
);

export const SYN = hex(`
  45 00 0034 0000 4000 80 06 e6c1 0a000001 0a000002
  c000 0050 00000064 00000000 80 02 ffff 9a59 0000 020405b4 01030308 01010402`);

/** Urgent data with timestamps and a SACK block; its sequence number is the last one before 0. */
export const TCP_DATA = concat(
  hex('60000000 002f 06 80'),
  TWO,
  ONE,
  hex('0050 c000 ffffffff 00000065 b0 38 0100 9225 0001'),
  hex('0101080a 00000001 00000002 0101050a 0000000a 00000014 78797a'),
);
