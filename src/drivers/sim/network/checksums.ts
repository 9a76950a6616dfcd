// Makes a packet's checksums right after somebody has changed its bytes.
import { PROTOCOL } from '../ip/service.js';
import * as checksums from '../wire/checksum.js';
import * as icmp from '../wire/icmp.js';
import * as ipv4 from '../wire/ipv4.js';
import { HeaderChain } from '../wire/ipv6-extensions.js';
import * as ipv6 from '../wire/ipv6.js';
import * as tcp from '../wire/tcp.js';
import * as udp from '../wire/udp.js';

/** Where the checksum stands in each transport's header. */
const FIELD: Readonly<Record<number, number>> = {
  [PROTOCOL.tcp]: tcp.OFFSET.checksum,
  [PROTOCOL.udp]: udp.OFFSET.checksum,
  [PROTOCOL.icmp]: icmp.OFFSET.checksum,
  [PROTOCOL.igmp]: icmp.OFFSET.checksum,
  [PROTOCOL.icmpv6]: icmp.OFFSET.checksum,
};

/** IP's header checksum, and the transport's unless it is a fragment; what is no packet is left as it is. */
export function fixChecksums(bytes: Uint8Array): void {
  if (ipv4.version(bytes) === 4 && bytes.length >= ipv4.HEADER_LENGTH) fixIpv4(bytes);
  else if (ipv6.version(bytes) === 6 && bytes.length >= ipv6.HEADER_LENGTH) fixIpv6(bytes);
}

function fixIpv4(bytes: Uint8Array): void {
  ipv4.fillChecksum(bytes, 0);
  if (ipv4.isFragment(bytes, 0)) return;
  const protocol = ipv4.protocol(bytes, 0);
  const start = ipv4.headerLength(bytes, 0);
  const alone = protocol === PROTOCOL.icmp || protocol === PROTOCOL.igmp;
  fix(bytes, start, protocol, alone ? 0 : ipv4.pseudoSum(bytes, 0, protocol, bytes.length - start));
}

function fixIpv6(bytes: Uint8Array): void {
  const chain = new HeaderChain().read(bytes, 0, bytes.length);
  if (chain.fragment >= 0 || chain.fault !== null) return;
  const { protocol, start } = chain;
  fix(bytes, start, protocol, ipv6.pseudoSum(bytes, 0, protocol, bytes.length - start));
}

function fix(bytes: Uint8Array, start: number, protocol: number, initial: number): void {
  const field = FIELD[protocol];
  if (field === undefined || start + field + 2 > bytes.length) return;
  if (protocol === PROTOCOL.udp) udp.fillChecksum(bytes, start, bytes.length, initial);
  else checksums.fill(bytes, start + field, start, bytes.length, initial);
}
