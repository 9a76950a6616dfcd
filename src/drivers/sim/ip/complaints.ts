// ICMP and ICMPv6 errors that this host sends about packets that it cannot deliver or carry on: which message, about
// which packets none may be sent (RFC 1122 section 3.2.2, RFC 1812 section 4.3.2, RFC 4443 section 2.4), and how much of
// the packet it quotes. Their number is not limited: a test that provokes an error gets it.
import * as icmp from '../wire/icmp.js';
import * as icmpv6 from '../wire/icmpv6.js';
import * as ipv4 from '../wire/ipv4.js';
import { HeaderChain } from '../wire/ipv6-extensions.js';
import * as fragmentHeader from '../wire/ipv6-fragment.js';
import * as ipv6 from '../wire/ipv6.js';
import type { AddressBook, IpAddress, IpFamily } from './address.js';
import type { HostInterface } from './interface.js';
import { PROTOCOL } from './service.js';

/** What is complained about. */
export type Complaint =
  | 'port unreachable'
  | 'protocol unreachable'
  | 'no route'
  | 'host unreachable'
  | 'too big'
  | 'hop limit exceeded'
  | 'reassembly time exceeded'
  | 'wrong field'
  | 'unknown option';

/** Type and code in one number. */
function of(type: number, code: number): number {
  return type * 256 + code;
}

const IPV4: Readonly<Record<Complaint, number>> = {
  'port unreachable': of(icmp.TYPE.unreachable, icmp.UNREACHABLE.port),
  'protocol unreachable': of(icmp.TYPE.unreachable, icmp.UNREACHABLE.protocol),
  'no route': of(icmp.TYPE.unreachable, icmp.UNREACHABLE.network),
  'host unreachable': of(icmp.TYPE.unreachable, icmp.UNREACHABLE.host),
  'too big': of(icmp.TYPE.unreachable, icmp.UNREACHABLE.fragmentationNeeded),
  'hop limit exceeded': of(icmp.TYPE.timeExceeded, icmp.TIME_EXCEEDED.inTransit),
  'reassembly time exceeded': of(icmp.TYPE.timeExceeded, icmp.TIME_EXCEEDED.reassembly),
  'wrong field': of(icmp.TYPE.parameterProblem, 0),
  'unknown option': of(icmp.TYPE.parameterProblem, 0),
};

const IPV6: Readonly<Record<Complaint, number>> = {
  'port unreachable': of(icmpv6.TYPE.unreachable, icmpv6.UNREACHABLE.port),
  'protocol unreachable': of(icmpv6.TYPE.parameterProblem, icmpv6.PARAMETER_PROBLEM.nextHeader),
  'no route': of(icmpv6.TYPE.unreachable, icmpv6.UNREACHABLE.noRoute),
  'host unreachable': of(icmpv6.TYPE.unreachable, icmpv6.UNREACHABLE.address),
  'too big': of(icmpv6.TYPE.packetTooBig, 0),
  'hop limit exceeded': of(icmpv6.TYPE.timeExceeded, icmpv6.TIME_EXCEEDED.inTransit),
  'reassembly time exceeded': of(icmpv6.TYPE.timeExceeded, icmpv6.TIME_EXCEEDED.reassembly),
  'wrong field': of(icmpv6.TYPE.parameterProblem, icmpv6.PARAMETER_PROBLEM.field),
  'unknown option': of(icmpv6.TYPE.parameterProblem, icmpv6.PARAMETER_PROBLEM.option),
};

/** How long an error message may become in all (RFC 1812 section 4.3.2.3, RFC 4443 section 2.4). */
const MOST = { ipv4: 576, ipv6: ipv6.MIN_MTU } as const;

/** The message itself, without IP's header. */
export interface ComplaintMessage {
  readonly family: IpFamily;
  readonly protocol: number;
  /** To whom it goes: the source of the packet. */
  readonly target: IpAddress;
  /** Where the packet was going. */
  readonly destination: IpAddress;
  readonly type: number;
  readonly code: number;
  /** The four bytes behind the checksum. */
  readonly rest: number;
  readonly quote: Uint8Array;
}

/**
 * The message about `packet`, which came by `iface`, or null if none may be sent. `detail` is the MTU of "too big" and
 * the offset of the byte at fault of "wrong field", "unknown option" and, for IPv6, "protocol unreachable".
 */
export function complain(
  book: AddressBook,
  about: Complaint,
  packet: Uint8Array,
  iface: HostInterface,
  detail = 0,
): ComplaintMessage | null {
  const four = ipv4.version(packet) === 4;
  const family = four ? 'ipv4' : 'ipv6';
  const target = four ? book.ipv4(packet, ipv4.OFFSET.source) : book.ipv6(packet, ipv6.OFFSET.source);
  const destination = four ? book.ipv4(packet, ipv4.OFFSET.destination) : book.ipv6(packet, ipv6.OFFSET.destination);
  const what = (four ? IPV4 : IPV6)[about];
  // That a packet to a group is too big, or its option unknown, its sender must hear (RFC 4443 section 2.4 (e)).
  const forGroups = !four && (about === 'too big' || about === 'unknown option');
  if (target.isAny || iface.isToMany(target) || (iface.isToMany(destination) && !forGroups)) return null;
  if (four ? !deservesIpv4(packet) : !deservesIpv6(packet)) return null;
  return {
    family,
    protocol: four ? PROTOCOL.icmp : PROTOCOL.icmpv6,
    target,
    destination,
    type: what >>> 8,
    code: what & 0xff,
    rest: restOf(about, four, detail),
    quote: packet.subarray(0, MOST[family] - (four ? ipv4 : ipv6).HEADER_LENGTH - icmp.HEADER_LENGTH),
  };
}

function restOf(about: Complaint, four: boolean, detail: number): number {
  // IPv4 has one byte for the pointer, the first one.
  if (four) return about === 'wrong field' || about === 'unknown option' ? detail * 0x1000000 : detail;
  return detail;
}

/** Not about errors, and only about the first fragment. */
function deservesIpv4(packet: Uint8Array): boolean {
  if (ipv4.fragmentOffset(packet, 0) > 0) return false;
  if (ipv4.protocol(packet, 0) !== PROTOCOL.icmp) return true;
  return !icmp.isError(icmp.type(packet, ipv4.headerLength(packet, 0)));
}

function deservesIpv6(packet: Uint8Array): boolean {
  const chain = new HeaderChain().read(packet, 0, packet.length);
  if (chain.fragment >= 0 && fragmentHeader.fragmentOffset(packet, chain.fragment) > 0) return false;
  if (chain.protocol !== PROTOCOL.icmpv6) return true;
  const type = icmpv6.type(packet, chain.start);
  return !icmpv6.isError(type) && type !== icmpv6.TYPE.redirect;
}
