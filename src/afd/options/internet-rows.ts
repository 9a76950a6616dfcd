// Rows that IPPROTO_IP and IPPROTO_IPV6 both have, under the same numbers.
import * as abi from '../../abi/index.js';
import { WSAEINVAL, WSAENOPROTOOPT, WSAENOTCONN } from '../../abi/index.js';
import type { Family } from '../../drivers/contract.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { ANY, command, DATAGRAM, handed, keyOf, kept, MESSAGES, range, refused, type Check, type Place } from './builders.js';
import {
  changeMembership,
  fromGroupReq,
  GROUP_REQ_SIZE,
  GROUP_SOURCE_REQ_SIZE,
} from './multicast.js';
import type { BytesRule, NumberRule, OptionRule, SocketKind } from './rule.js';
import type { MembershipVerb } from './source-filter.js';

/** A place at one of the two levels. */
export type At = (name: number, kinds?: readonly SocketKind[]) => Place;

/** The number of IP_ADD_IFLIST and IPV6_ADD_IFLIST, and their companions. */
const LIST_ON = abi.IP_IFLIST;
const LIST_ADD = abi.IP_ADD_IFLIST;
const LIST_REMOVE = abi.IP_DEL_IFLIST;
const LIST_GET = abi.IP_GET_IFLIST;

/** A flag that asks for control information with each datagram, if the driver has it; four bytes, never fewer. */
export function information(place: Place): NumberRule {
  return { ...kept(place, 'flag4', { initial: 0 }), support: 'driver' };
}

/** The path's MTU: for connected sockets only, and known to drivers that keep figures. */
export function pathMtu(place: Place): BytesRule {
  return { ...place, shape: 'bytes', support: 'able', least: 0, read: currentPathMtu, write: null };
}

function currentPathMtu(endpoint: Endpoint): Uint8Array | number {
  if (!isConnected(endpoint)) return WSAENOTCONN;
  const mtu = endpoint.transport.pathMtu();
  if (mtu === null) return WSAENOPROTOOPT;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, mtu, true);
  return bytes;
}

function isConnected(endpoint: Endpoint): boolean {
  if (endpoint instanceof StreamEndpoint) return endpoint.isConnected;
  return endpoint instanceof DatagramEndpoint && endpoint.remote !== null;
}

/** Whose traffic is let in; four values. */
const protectionLevel: Check = (_endpoint, value) =>
  [
    abi.PROTECTION_LEVEL_UNRESTRICTED,
    abi.PROTECTION_LEVEL_EDGERESTRICTED,
    abi.PROTECTION_LEVEL_RESTRICTED,
    abi.PROTECTION_LEVEL_DEFAULT,
  ].some((level) => (level | 0) === value)
    ? 0
    : WSAEINVAL;

/** IP_PROTECTION_LEVEL and IPV6_PROTECTION_LEVEL. */
export function protection(place: Place): NumberRule {
  return kept(place, 'dword', { initial: abi.PROTECTION_LEVEL_DEFAULT | 0, check: protectionLevel });
}

/** The upper bound that a socket sets to its packets: none. */
const NO_USER_MTU = -1;

/** The two settings of the MTU. */
export function mtuRows(at: At, discover: number, userMtu: number, family: Family): readonly NumberRule[] {
  const check = range(0, abi.IP_PMTUDISC_PROBE);
  return [
    handed(at(discover), 'dword', { initial: abi.IP_PMTUDISC_NOT_SET, check, setting: 'mtuDiscover', family }),
    handed(at(userMtu), 'dword', {
      initial: NO_USER_MTU,
      setting: 'userMtu',
      family,
      told: (value) => (value === NO_USER_MTU ? 0 : value >>> 0),
    }),
  ];
}

function storedList(endpoint: Endpoint, key: string): Uint8Array {
  return endpoint.options.blobs.get(key) ?? new Uint8Array(0);
}

/** The interface list: which interfaces a socket receives on. It is remembered; drivers receive on all. */
export function interfaceListRows(at: At): readonly OptionRule[] {
  const key = keyOf(at(LIST_GET).level, LIST_GET);
  const switchKey = keyOf(at(LIST_ON).level, LIST_ON);
  const without = (list: Uint8Array, entry: Uint8Array): Uint8Array => {
    const rest: number[] = [];
    for (let i = 0; i < list.length; i += 4) {
      const item = list.subarray(i, i + 4);
      if (item.some((byte, index) => byte !== entry[index])) rest.push(...item);
    }
    return Uint8Array.from(rest);
  };
  const change = (name: number, apply: (list: Uint8Array, entry: Uint8Array) => Uint8Array): BytesRule => ({
    ...command(at(name, DATAGRAM), 4, (endpoint, value) => {
      endpoint.options.blobs.set(key, apply(storedList(endpoint, key), value.slice(0, 4)));
      return 0;
    }),
    support: 'kept',
  });
  return [
    kept(at(LIST_ON, DATAGRAM), 'flag4', { initial: 0 }),
    change(LIST_ADD, (list, entry) => Uint8Array.of(...without(list, entry), ...entry)),
    change(LIST_REMOVE, without),
    {
      ...at(LIST_GET, DATAGRAM),
      shape: 'bytes',
      support: 'kept',
      least: 0,
      read: (endpoint) => ((endpoint.options.others.get(switchKey) ?? 0) === 0 ? WSAEINVAL : storedList(endpoint, key)),
      write: null,
    },
  ];
}

/** The MCAST_* options, which name a group by a whole socket address. */
export function groupRows(at: At, family: Family): readonly OptionRule[] {
  const row = (name: number, verb: MembershipVerb, hasSource: boolean): OptionRule =>
    command(at(name, MESSAGES), hasSource ? GROUP_SOURCE_REQ_SIZE : GROUP_REQ_SIZE, (endpoint, value) =>
      changeMembership(endpoint, verb, fromGroupReq(endpoint, family, value, hasSource)),
    );
  return [
    row(abi.MCAST_JOIN_GROUP, 'join', false),
    row(abi.MCAST_LEAVE_GROUP, 'leave', false),
    row(abi.MCAST_JOIN_SOURCE_GROUP, 'join', true),
    row(abi.MCAST_LEAVE_SOURCE_GROUP, 'leave', true),
    row(abi.MCAST_BLOCK_SOURCE, 'block', true),
    row(abi.MCAST_UNBLOCK_SOURCE, 'unblock', true),
  ];
}

/** What is in the headers only, or a control message, and not to be had here; the numbers are those of IPv4. */
export function unknownRows(at: At): readonly OptionRule[] {
  return [
    abi.IP_RTHDR,
    abi.IP_RECVRTHDR,
    abi.IP_PKTINFO_EX,
    abi.IP_WFP_REDIRECT_RECORDS,
    abi.IP_WFP_REDIRECT_CONTEXT,
    abi.IP_NRT_INTERFACE,
    abi.IP_RECVERR,
  ].map((name) => refused(at(name, ANY)));
}
