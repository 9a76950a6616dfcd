// ICMP and ICMPv6 errors that have come, as those who sent the packets that are spoken of understand them.
import type { DriverError } from '../../contract.js';
import * as icmp from '../wire/icmp.js';
import * as icmpv6 from '../wire/icmpv6.js';
import * as ipv4 from '../wire/ipv4.js';
import { HeaderChain } from '../wire/ipv6-extensions.js';
import * as ipv6 from '../wire/ipv6.js';
import type { AddressBook } from './address.js';
import type { Arrival, IcmpReport } from './service.js';

const { UNREACHABLE } = icmp;

/** By code; others say that the host cannot be reached (RFC 1122 section 3.2.2.1). */
const IPV4_UNREACHABLE: ReadonlyMap<number, DriverError> = new Map([
  [UNREACHABLE.network, 'ENETUNREACH'],
  [UNREACHABLE.protocol, 'ENOPROTOOPT'],
  [UNREACHABLE.port, 'ECONNREFUSED'],
  [UNREACHABLE.fragmentationNeeded, 'EMSGSIZE'],
  [UNREACHABLE.networkUnknown, 'ENETUNREACH'],
  [UNREACHABLE.networkProhibited, 'EACCES'],
  [UNREACHABLE.hostProhibited, 'EACCES'],
  [UNREACHABLE.networkForClass, 'ENETUNREACH'],
  [UNREACHABLE.prohibited, 'EACCES'],
]);

const IPV6_UNREACHABLE: ReadonlyMap<number, DriverError> = new Map([
  [icmpv6.UNREACHABLE.noRoute, 'ENETUNREACH'],
  [icmpv6.UNREACHABLE.prohibited, 'EACCES'],
  [icmpv6.UNREACHABLE.port, 'ECONNREFUSED'],
  [icmpv6.UNREACHABLE.sourcePolicy, 'EACCES'],
  [icmpv6.UNREACHABLE.rejectRoute, 'EACCES'],
]);

/** What a message means, or null for one that nobody above IP needs to hear. */
function meaningIpv4(type: number, code: number): DriverError | null {
  if (type === icmp.TYPE.unreachable) return IPV4_UNREACHABLE.get(code) ?? 'EHOSTUNREACH';
  if (type === icmp.TYPE.timeExceeded && code === icmp.TIME_EXCEEDED.inTransit) return 'ENETRESET';
  return null;
}

function meaningIpv6(type: number, code: number): DriverError | null {
  if (type === icmpv6.TYPE.unreachable) return IPV6_UNREACHABLE.get(code) ?? 'EHOSTUNREACH';
  if (type === icmpv6.TYPE.packetTooBig) return 'EMSGSIZE';
  if (type === icmpv6.TYPE.timeExceeded && code === icmpv6.TIME_EXCEEDED.inTransit) return 'ENETRESET';
  if (type === icmpv6.TYPE.parameterProblem && code === icmpv6.PARAMETER_PROBLEM.nextHeader) return 'ENOPROTOOPT';
  return null;
}

/** A report, and how large the packet was that it speaks of. */
export interface ReadReport extends IcmpReport {
  readonly size: number;
}

/** Reads an error message whose checksum is right; null for what is malformed or of no consequence. */
export function readReport(book: AddressBook, arrival: Arrival): ReadReport | null {
  const { packet, start } = arrival;
  const four = arrival.source.family === 'ipv4';
  const error = (four ? meaningIpv4 : meaningIpv6)(icmp.type(packet, start), icmp.code(packet, start));
  if (error === null) return null;
  const quote = packet.subarray(start + icmp.HEADER_LENGTH);
  return four ? quotedIpv4(book, arrival, error, quote) : quotedIpv6(book, arrival, error, quote);
}

function quotedIpv4(book: AddressBook, arrival: Arrival, error: DriverError, quote: Uint8Array): ReadReport | null {
  const header = ipv4.headerLength(quote, 0);
  if (ipv4.version(quote) !== 4 || header < ipv4.HEADER_LENGTH) return null;
  if (quote.length < header + icmp.QUOTED_TRANSPORT) return null;
  return {
    error,
    reporter: arrival.source,
    mtu: error === 'EMSGSIZE' ? icmp.nextHopMtu(arrival.packet, arrival.start) : 0,
    source: book.ipv4(quote, ipv4.OFFSET.source),
    destination: book.ipv4(quote, ipv4.OFFSET.destination),
    protocol: ipv4.protocol(quote, 0),
    quoted: quote.subarray(header),
    size: ipv4.totalLength(quote, 0),
  };
}

function quotedIpv6(book: AddressBook, arrival: Arrival, error: DriverError, quote: Uint8Array): ReadReport | null {
  if (quote.length < ipv6.HEADER_LENGTH || ipv6.version(quote) !== 6) return null;
  const chain = new HeaderChain().read(quote, 0, quote.length);
  if (chain.fault !== null || quote.length < chain.start + icmp.QUOTED_TRANSPORT) return null;
  return {
    error,
    reporter: arrival.source,
    mtu: error === 'EMSGSIZE' ? icmpv6.mtu(arrival.packet, arrival.start) : 0,
    source: book.ipv6(quote, ipv6.OFFSET.source),
    destination: book.ipv6(quote, ipv6.OFFSET.destination),
    protocol: chain.protocol,
    quoted: quote.subarray(chain.start),
    size: ipv6.totalLength(quote, 0),
  };
}
