// IPPROTO_IPV6: the options of IPv6 sockets. Interfaces are plain numbers here, in host order.
import * as abi from '../../abi/index.js';
import { WSAEINVAL } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import {
  ANY,
  command,
  DATAGRAM,
  field,
  handed,
  keyOf,
  kept,
  MESSAGES,
  range,
  RAW,
  refused,
  type Place,
} from './builders.js';
import {
  groupRows,
  information,
  interfaceListRows,
  mtuRows,
  pathMtu,
  protection,
  unknownRows,
} from './internet-rows.js';
import {
  changeMembership,
  chooseMulticastInterface,
  fromIpv6Mreq,
  interfaceByIndex,
  IPV6_MREQ_SIZE,
} from './multicast.js';
import type { NumberRule, OptionRule, SocketKind } from './rule.js';
import type { MembershipVerb } from './source-filter.js';

const DEFAULT_HOPS = 128;
const DEFAULT_MULTICAST_HOPS = 1;
const byte = range(0, 255);

function at(name: number, kinds: readonly SocketKind[] = ANY): Place {
  return { level: abi.IPPROTO_IPV6, name, kinds };
}

/** As for IPv4: streams do not let themselves be fragmented. */
function dontFragment(endpoint: Endpoint): number {
  return endpoint.isDatagram ? 0 : 1;
}

/** A hop limit, where -1 stands for the default. */
function hops(place: Place, initial: number, setting: 'ttl' | 'multicastTtl'): NumberRule {
  const rule = handed(place, 'number', { initial, check: byte, setting });
  return { ...rule, write: (endpoint, value) => rule.write?.(endpoint, value === -1 ? initial : value) ?? 0 };
}

const v6Only: NumberRule = field(
  at(abi.IPV6_V6ONLY),
  'flag1',
  (endpoint) => (endpoint.options.v6Only ? 1 : 0),
  (endpoint, value) => {
    if (endpoint.local !== null) return WSAEINVAL;
    endpoint.options.v6Only = value !== 0;
    return 0;
  },
);

const MULTICAST_IF = keyOf(abi.IPPROTO_IPV6, abi.IPV6_MULTICAST_IF);

const multicastInterface: NumberRule = field(
  at(abi.IPV6_MULTICAST_IF, MESSAGES),
  'dword',
  (endpoint) => endpoint.options.others.get(MULTICAST_IF) ?? 0,
  (endpoint, value) => {
    const error = chooseMulticastInterface(endpoint, 'ipv6', interfaceByIndex(endpoint, 'ipv6', value >>> 0));
    if (error === 0) endpoint.options.others.set(MULTICAST_IF, value);
    return error;
  },
);

function membership(name: number, verb: MembershipVerb): OptionRule {
  return command(at(name, MESSAGES), IPV6_MREQ_SIZE, (endpoint, value) =>
    changeMembership(endpoint, verb, fromIpv6Mreq(endpoint, value)),
  );
}

/** The rows of IPPROTO_IPV6. */
export const ipv6Level: readonly OptionRule[] = [
  v6Only,
  hops(at(abi.IPV6_UNICAST_HOPS), DEFAULT_HOPS, 'ttl'),
  handed(at(abi.IPV6_DONTFRAG), 'flag', { initial: dontFragment, setting: 'dontFragment' }),
  handed(at(abi.IPV6_TCLASS), 'number', { initial: 0, check: byte, setting: 'typeOfService' }),
  handed(at(abi.IPV6_UNICAST_IF), 'dword', { initial: 0, setting: 'unicastInterface' }),
  ...mtuRows(at, abi.IPV6_MTU_DISCOVER, abi.IPV6_USER_MTU, 'ipv6'),
  pathMtu(at(abi.IPV6_MTU)),
  protection(at(abi.IPV6_PROTECTION_LEVEL)),

  multicastInterface,
  hops(at(abi.IPV6_MULTICAST_HOPS, MESSAGES), DEFAULT_MULTICAST_HOPS, 'multicastTtl'),
  handed(at(abi.IPV6_MULTICAST_LOOP, MESSAGES), 'flag', { initial: 1, setting: 'multicastLoop' }),
  // IPV6_JOIN_GROUP and IPV6_LEAVE_GROUP are the same numbers.
  membership(abi.IPV6_ADD_MEMBERSHIP, 'join'),
  membership(abi.IPV6_DROP_MEMBERSHIP, 'leave'),
  ...groupRows(at, 'ipv6'),

  information(at(abi.IPV6_PKTINFO, MESSAGES)),
  information(at(abi.IPV6_HOPLIMIT, MESSAGES)),
  information(at(abi.IPV6_RECVTCLASS, MESSAGES)),
  information(at(abi.IPV6_RECVIF, MESSAGES)),
  information(at(abi.IPV6_RECVDSTADDR, MESSAGES)),
  information(at(abi.IPV6_RECVECN, DATAGRAM)),
  information(at(abi.IP_ORIGINAL_ARRIVAL_IF, MESSAGES)),
  ...interfaceListRows(at),

  handed(at(abi.IPV6_HDRINCL, RAW), 'flag', { initial: 0, setting: 'headerIncluded' }),
  kept(at(abi.IPV6_CHECKSUM, RAW), 'dword', { initial: -1 }),
  refused(at(abi.IPV6_HOPOPTS)),
  ...unknownRows(at),
];
