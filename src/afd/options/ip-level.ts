// IPPROTO_IP: the options of IPv4, which IPv6 sockets have too for their IPv4 half. What goes to the driver goes there
// from IPv4 sockets only: below an IPv6 socket there is one set of settings, and it is IPv6's.
import * as abi from '../../abi/index.js';
import { WSAENOPROTOOPT } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { ANY, command, DATAGRAM, handed, keyOf, kept, MESSAGES, range, RAW, type Place } from './builders.js';
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
  fromMreq,
  fromMreqSource,
  interfaceByAddress,
  IP_MREQ_SIZE,
  IP_MREQ_SOURCE_SIZE,
} from './multicast.js';
import type { BytesRule, OptionRule, SocketKind } from './rule.js';
import type { MembershipVerb } from './source-filter.js';

const DEFAULT_TTL = 128;
const family = 'ipv4';
const byte = range(0, 255);

function at(name: number, kinds: readonly SocketKind[] = ANY): Place {
  return { level: abi.IPPROTO_IP, name, kinds };
}

/** Windows sets DF on streams and leaves it off datagrams. */
function dontFragment(endpoint: Endpoint): number {
  return endpoint.isDatagram ? 0 : 1;
}

function fromNetworkOrder(value: number): number {
  return ((value & 0xff) << 24 | (value & 0xff00) << 8 | (value >>> 8) & 0xff00 | value >>> 24) >>> 0;
}

function membership(name: number, verb: MembershipVerb): OptionRule {
  return command(at(name, MESSAGES), IP_MREQ_SIZE, (endpoint, value) =>
    changeMembership(endpoint, verb, fromMreq(endpoint, value)),
  );
}

function sourceMembership(name: number, verb: MembershipVerb): OptionRule {
  return command(at(name, MESSAGES), IP_MREQ_SOURCE_SIZE, (endpoint, value) =>
    changeMembership(endpoint, verb, fromMreqSource(endpoint, value)),
  );
}

const MULTICAST_IF = keyOf(abi.IPPROTO_IP, abi.IP_MULTICAST_IF);

/** Handed back as it was given: as an address or as a number. */
const multicastInterface: BytesRule = {
  ...at(abi.IP_MULTICAST_IF, MESSAGES),
  shape: 'bytes',
  support: 'real',
  least: 4,
  read: (endpoint) => endpoint.options.blobs.get(MULTICAST_IF) ?? new Uint8Array(4),
  write(endpoint, value) {
    const error = chooseMulticastInterface(endpoint, family, interfaceByAddress(endpoint, value, 0));
    if (error === 0) endpoint.options.blobs.set(MULTICAST_IF, Uint8Array.from(value.subarray(0, 4)));
    return error;
  },
};

/** Header options: there are none, and none can be had; clearing them is no trouble. */
const headerOptions: BytesRule = {
  ...at(abi.IP_OPTIONS),
  shape: 'bytes',
  support: 'refused',
  least: 0,
  read: () => new Uint8Array(0),
  write: (_endpoint, value) => (value.length === 0 ? 0 : WSAENOPROTOOPT),
};

/** The rows of IPPROTO_IP. */
export const ipLevel: readonly OptionRule[] = [
  headerOptions,
  handed(at(abi.IP_HDRINCL, RAW), 'flag', { initial: 0, setting: 'headerIncluded', family }),
  handed(at(abi.IP_TOS), 'number', { initial: 0, check: byte, setting: 'typeOfService', family }),
  handed(at(abi.IP_TTL), 'number', { initial: DEFAULT_TTL, check: byte, setting: 'ttl', family }),
  handed(at(abi.IP_DONTFRAGMENT), 'flag', { initial: dontFragment, setting: 'dontFragment', family }),
  kept(at(abi.IP_TCLASS), 'number', { initial: 0, check: byte }),
  // An index in network order; 0 leaves the choice to the routing table.
  handed(at(abi.IP_UNICAST_IF), 'dword', { initial: 0, setting: 'unicastInterface', family, told: fromNetworkOrder }),
  ...mtuRows(at, abi.IP_MTU_DISCOVER, abi.IP_USER_MTU, family),
  pathMtu(at(abi.IP_MTU)),
  protection(at(abi.IP_PROTECTION_LEVEL)),
  handed(at(abi.IP_RECEIVE_BROADCAST, DATAGRAM), 'flag', { initial: 1, setting: 'receiveBroadcast', family }),

  multicastInterface,
  handed(at(abi.IP_MULTICAST_TTL, MESSAGES), 'number', { initial: 1, check: byte, setting: 'multicastTtl', family }),
  handed(at(abi.IP_MULTICAST_LOOP, MESSAGES), 'flag', { initial: 1, setting: 'multicastLoop', family }),
  membership(abi.IP_ADD_MEMBERSHIP, 'join'),
  membership(abi.IP_DROP_MEMBERSHIP, 'leave'),
  sourceMembership(abi.IP_ADD_SOURCE_MEMBERSHIP, 'join'),
  sourceMembership(abi.IP_DROP_SOURCE_MEMBERSHIP, 'leave'),
  sourceMembership(abi.IP_BLOCK_SOURCE, 'block'),
  sourceMembership(abi.IP_UNBLOCK_SOURCE, 'unblock'),
  ...groupRows(at, family),

  information(at(abi.IP_PKTINFO, MESSAGES)),
  // IP_HOPLIMIT and IP_RECVTCLASS are the same numbers as these two.
  information(at(abi.IP_RECVTTL, MESSAGES)),
  information(at(abi.IP_RECVTOS, MESSAGES)),
  information(at(abi.IP_RECVIF, MESSAGES)),
  information(at(abi.IP_RECVDSTADDR, MESSAGES)),
  information(at(abi.IP_RECVECN, DATAGRAM)),
  information(at(abi.IP_ORIGINAL_ARRIVAL_IF, MESSAGES)),
  ...interfaceListRows(at),
  ...unknownRows(at),
];
