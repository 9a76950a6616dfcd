// The facts of a packet: of its IP header, and of what it carries by the reader for its protocol.
import { formatIpv4, formatIpv6 } from '../../../abi/index.js';
import { PROTOCOL } from '../ip/service.js';
import type { TransportReader } from './contents.js';
import type { FragmentFacts, PacketFacts, TransportFacts } from './facts.js';
import { igmpFacts } from './group-facts.js';
import { icmpFacts, icmpv6Facts } from './icmp-facts.js';
import * as options from './ipv4-options.js';
import * as ipv4 from './ipv4.js';
import * as extensions from './ipv6-extensions.js';
import * as fragments from './ipv6-fragment.js';
import * as ipv6 from './ipv6.js';
import { tcpFacts } from './tcp-facts.js';
import { udpFacts } from './udp-facts.js';

const READERS: Readonly<Record<number, TransportReader>> = {
  [PROTOCOL.icmp]: icmpFacts,
  [PROTOCOL.igmp]: igmpFacts,
  [PROTOCOL.tcp]: tcpFacts,
  [PROTOCOL.udp]: udpFacts,
  [PROTOCOL.icmpv6]: icmpv6Facts,
};

/** What the packet says; null if there is no IP header that could be read. Takes any bytes and never throws. */
export function packetFacts(bytes: Uint8Array): PacketFacts | null {
  return factsAt(bytes, 0, false);
}

function factsAt(bytes: Uint8Array, at: number, isQuotation: boolean): PacketFacts | null {
  const room = bytes.length - at;
  if (ipv4.version(bytes, at) === 4 && room >= ipv4.HEADER_LENGTH) return ipv4Facts(bytes, at, isQuotation);
  if (ipv6.version(bytes, at) === 6 && room >= ipv6.HEADER_LENGTH) return ipv6Facts(bytes, at, isQuotation);
  return null;
}

function ipv4Facts(bytes: Uint8Array, at: number, isQuotation: boolean): PacketFacts {
  const start = at + Math.max(ipv4.HEADER_LENGTH, ipv4.headerLength(bytes, at));
  const end = Math.max(start, at + ipv4.totalLength(bytes, at));
  const protocol = ipv4.protocol(bytes, at);
  const fault = withoutExpected(ipv4.check(bytes, at), isQuotation);
  const fragment = ipv4.isFragment(bytes, at)
    ? { offset: ipv4.fragmentOffset(bytes, at), length: end - start, more: ipv4.moreFragments(bytes, at) }
    : null;
  const verifiable = fault === null && fragment === null && !isQuotation;
  const addressSum = verifiable ? ipv4.pseudoSum(bytes, at, protocol, 0) : null;
  return {
    family: 'ipv4',
    source: formatIpv4(bytes, at + ipv4.OFFSET.source),
    destination: formatIpv4(bytes, at + ipv4.OFFSET.destination),
    length: ipv4.totalLength(bytes, at),
    hopLimit: ipv4.ttl(bytes, at),
    trafficClass: ipv4.trafficClass(bytes, at),
    flowLabel: null,
    identification: ipv4.identification(bytes, at),
    dontFragment: ipv4.dontFragment(bytes, at),
    fragment,
    routerAlert: options.find(bytes, at, options.OPTION.routerAlert) >= 0,
    protocol,
    fault,
    transport: transportFacts(bytes, start, end, protocol, fragment, addressSum, isQuotation),
  };
}

function ipv6Facts(bytes: Uint8Array, at: number, isQuotation: boolean): PacketFacts {
  const claimedEnd = at + ipv6.totalLength(bytes, at);
  const chain = new extensions.HeaderChain().read(bytes, at, claimedEnd);
  const { protocol, start } = chain;
  const end = Math.max(start, claimedEnd);
  const fault = withoutExpected(ipv6.check(bytes, at), isQuotation) ?? chain.fault;
  const fragment = chain.fragment < 0 ? null : fragmentFacts(bytes, chain.fragment, end - start);
  const whole = fragment === null || fragments.isAtomic(bytes, chain.fragment);
  // With segments left the pseudo-header has the final address, which only the routing type knows where to find.
  const arrived = chain.routing < 0 || extensions.segmentsLeft(bytes, chain.routing) === 0;
  const verifiable = fault === null && whole && arrived && !isQuotation;
  const addressSum = verifiable ? ipv6.pseudoSum(bytes, at, protocol, 0) : null;
  return {
    family: 'ipv6',
    source: formatIpv6(bytes, at + ipv6.OFFSET.source),
    destination: formatIpv6(bytes, at + ipv6.OFFSET.destination),
    length: ipv6.totalLength(bytes, at),
    hopLimit: ipv6.hopLimit(bytes, at),
    trafficClass: ipv6.trafficClass(bytes, at),
    flowLabel: ipv6.flowLabel(bytes, at),
    identification: chain.fragment < 0 ? null : fragments.identification(bytes, chain.fragment),
    dontFragment: false,
    fragment,
    routerAlert: hasRouterAlert(bytes, chain.hopByHop),
    protocol,
    fault,
    transport: transportFacts(bytes, start, end, protocol, fragment, addressSum, isQuotation),
  };
}

/** A quotation is cut off by its nature, and its header checksum may be that of another hop. */
function withoutExpected<F extends ipv4.Ipv4Fault | ipv6.Ipv6Fault>(fault: F | null, isQuotation: boolean): F | null {
  if (!isQuotation) return fault;
  switch (fault) {
    case 'total length runs past the end':
    case 'payload length runs past the end':
    case 'wrong header checksum':
      return null;
    default:
      return fault;
  }
}

function fragmentFacts(bytes: Uint8Array, at: number, length: number): FragmentFacts {
  return {
    offset: fragments.fragmentOffset(bytes, at),
    length,
    more: fragments.moreFragments(bytes, at),
  };
}

function hasRouterAlert(bytes: Uint8Array, hopByHop: number): boolean {
  if (hopByHop < 0) return false;
  const length = extensions.length(bytes, hopByHop, extensions.EXTENSION.hopByHop);
  return extensions.findOption(bytes, hopByHop, length, extensions.OPTION.routerAlert) >= 0;
}

function transportFacts(
  bytes: Uint8Array,
  start: number,
  end: number,
  protocol: number,
  fragment: FragmentFacts | null,
  addressSum: number | null,
  isQuotation: boolean,
): TransportFacts {
  const reader = READERS[protocol];
  if (reader === undefined || (fragment !== null && fragment.offset > 0)) return { kind: 'data', length: end - start };
  const stop = Math.min(end, bytes.length);
  const quoted = isQuotation ? null : (at: number) => factsAt(bytes, at, true);
  return reader({ bytes, start, end, stop, partial: fragment !== null || stop < end, addressSum, quoted });
}
