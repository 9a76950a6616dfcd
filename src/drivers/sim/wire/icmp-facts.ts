// The facts of ICMP and ICMPv6, and their messages' names in words.
import { truncated, type Contents } from './contents.js';
import type { IcmpFacts, TransportFacts } from './facts.js';
import { groupFactsOfMld } from './group-facts.js';
import * as icmp from './icmp.js';
import * as icmpv6 from './icmpv6.js';

type Names = Readonly<Record<number, string | readonly string[]>>;

/** By type; where the code matters, by code. */
const NAMES: Names = {
  [icmp.TYPE.echoReply]: 'echo reply',
  [icmp.TYPE.unreachable]: [
    'network unreachable',
    'host unreachable',
    'protocol unreachable',
    'port unreachable',
    'unreachable, fragmentation needed',
    'source route failed',
    'network unknown',
    'host unknown',
    'source isolated',
    'network prohibited',
    'host prohibited',
    'network unreachable for this class',
    'host unreachable for this class',
    'administratively prohibited',
  ],
  [icmp.TYPE.sourceQuench]: 'source quench',
  [icmp.TYPE.redirect]: 'redirect',
  [icmp.TYPE.echoRequest]: 'echo request',
  [icmp.TYPE.routerAdvertisement]: 'router advertisement',
  [icmp.TYPE.routerSolicitation]: 'router solicitation',
  [icmp.TYPE.timeExceeded]: ['time exceeded in transit', 'reassembly time exceeded'],
  [icmp.TYPE.parameterProblem]: 'parameter problem',
  [icmp.TYPE.timestampRequest]: 'timestamp request',
  [icmp.TYPE.timestampReply]: 'timestamp reply',
};

const NAMES_V6: Names = {
  [icmpv6.TYPE.unreachable]: [
    'no route to destination',
    'administratively prohibited',
    'beyond scope of source address',
    'address unreachable',
    'port unreachable',
    'source address failed policy',
    'route rejected',
  ],
  [icmpv6.TYPE.packetTooBig]: 'packet too big',
  [icmpv6.TYPE.timeExceeded]: ['time exceeded in transit', 'reassembly time exceeded'],
  [icmpv6.TYPE.parameterProblem]: ['parameter problem', 'unknown next header', 'unknown option'],
  [icmpv6.TYPE.echoRequest]: 'echo request',
  [icmpv6.TYPE.echoReply]: 'echo reply',
  [icmpv6.TYPE.routerSolicitation]: 'router solicitation',
  [icmpv6.TYPE.routerAdvertisement]: 'router advertisement',
  [icmpv6.TYPE.neighborSolicitation]: 'neighbor solicitation',
  [icmpv6.TYPE.neighborAdvertisement]: 'neighbor advertisement',
  [icmpv6.TYPE.redirect]: 'redirect',
};

function nameOf(names: Names, type: number, code: number): string {
  const found = names[type];
  if (typeof found === 'string') return found;
  return found?.[code] ?? (found === undefined ? `type ${type}` : `type ${type} code ${code}`);
}

export function icmpFacts(contents: Contents): TransportFacts {
  const { bytes, start, end, stop, addressSum } = contents;
  if (stop - start < icmp.HEADER_LENGTH) return truncated(contents, 'shorter than an ICMP header', false);
  const type = icmp.type(bytes, start);
  const code = icmp.code(bytes, start);
  const echo = type === icmp.TYPE.echoRequest || type === icmp.TYPE.echoReply;
  const tooBig = type === icmp.TYPE.unreachable && code === icmp.UNREACHABLE.fragmentationNeeded;
  return {
    kind: 'icmp',
    type,
    code,
    name: nameOf(NAMES, type, code),
    identifier: echo ? icmp.identifier(bytes, start) : null,
    sequence: echo ? icmp.sequence(bytes, start) : null,
    mtu: tooBig ? icmp.nextHopMtu(bytes, start) : null,
    pointer: type === icmp.TYPE.parameterProblem ? icmp.pointer(bytes, start) : null,
    quoted: icmp.isError(type) ? quotation(contents, start + icmp.OFFSET.body) : null,
    length: end - start,
    checksumGood: addressSum === null ? null : icmp.checksumGood(bytes, start, end),
  };
}

export function icmpv6Facts(contents: Contents): TransportFacts {
  const { bytes, start, stop } = contents;
  if (stop - start < icmpv6.HEADER_LENGTH) return truncated(contents, 'shorter than an ICMPv6 header', false);
  switch (icmpv6.type(bytes, start)) {
    case icmpv6.TYPE.listenerQuery:
    case icmpv6.TYPE.listenerReport:
    case icmpv6.TYPE.listenerDone:
    case icmpv6.TYPE.listenerReportV2:
      return groupFactsOfMld(contents);
    default:
      return plainIcmpv6Facts(contents);
  }
}

function plainIcmpv6Facts(contents: Contents): IcmpFacts {
  const { bytes, start, end, addressSum } = contents;
  const type = icmpv6.type(bytes, start);
  const code = icmpv6.code(bytes, start);
  const echo = type === icmpv6.TYPE.echoRequest || type === icmpv6.TYPE.echoReply;
  return {
    kind: 'icmpv6',
    type,
    code,
    name: nameOf(NAMES_V6, type, code),
    identifier: echo ? icmpv6.identifier(bytes, start) : null,
    sequence: echo ? icmpv6.sequence(bytes, start) : null,
    mtu: type === icmpv6.TYPE.packetTooBig ? icmpv6.mtu(bytes, start) : null,
    pointer: type === icmpv6.TYPE.parameterProblem ? icmpv6.pointer(bytes, start) : null,
    quoted: icmpv6.isError(type) ? quotation(contents, start + icmpv6.OFFSET.body) : null,
    length: end - start,
    checksumGood: addressSum === null ? null : icmpv6.checksumGood(bytes, start, end, addressSum + end - start),
  };
}

function quotation({ quoted }: Contents, at: number): IcmpFacts['quoted'] {
  return quoted === null ? null : quoted(at);
}
