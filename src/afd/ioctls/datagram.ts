// The codes of datagram sockets: which errors are told, what a full queue loses, multicast by other names.
import * as abi from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { DATAGRAM, MESSAGES } from '../options/builders.js';
import { tellDriver } from '../options/inherit.js';
import { changeMembership, interfaceByIndex, isGroup } from '../options/multicast.js';
import { setOption } from '../options/set.js';
import type { MembershipVerb } from '../options/source-filter.js';
import { code, INTERNET, IPV4, kept, taking } from './builders.js';
import { DONE, outcome, type ControlRule } from './rule.js';

const MESSAGE_SOCKETS = { kinds: MESSAGES, families: INTERNET };
const IPV4_MESSAGES = { kinds: MESSAGES, families: IPV4 };

function fourBytes(value: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, littleEndian);
  return bytes;
}

/** Sets one of two options, by the socket's family. */
function setByFamily(endpoint: Endpoint, ipv4: number, ipv6: number, value: number): number {
  const [level, name] = endpoint.family === 'ipv6' ? [abi.IPPROTO_IPV6, ipv6] : [abi.IPPROTO_IP, ipv4];
  return setOption(endpoint, level, name, fourBytes(value, true), 4);
}

/** An IP_MREQ whose interface is a number, in host order. */
function membershipByIndex(number: number, verb: MembershipVerb): ControlRule {
  return code(number, IPV4_MESSAGES, { input: 8 }, (endpoint, input) => {
    const group = abi.formatIpv4(input, 0);
    const face = interfaceByIndex(endpoint, 'ipv4', new DataView(input.buffer, input.byteOffset, 8).getUint32(4, true));
    if (!isGroup('ipv4', group)) return outcome(abi.WSAEINVAL);
    if (face === null) return outcome(abi.WSAEADDRNOTAVAIL);
    return outcome(changeMembership(endpoint, verb, { group, interface: face, source: null }));
  });
}

/** Their rows. */
export const datagramControls: readonly ControlRule[] = [
  code(abi.SIO_ENABLE_CIRCULAR_QUEUEING, MESSAGE_SOCKETS, {}, (endpoint) => {
    endpoint.options.circularQueue = true;
    return DONE;
  }),
  taking(abi.SIO_UDP_CONNRESET, { kinds: DATAGRAM, families: INTERNET }, (endpoint, value) => {
    endpoint.options.reportPortUnreachable = value !== 0;
    return 0;
  }),
  {
    ...taking(abi.SIO_UDP_NETRESET, { kinds: DATAGRAM, families: INTERNET }, (endpoint, value) =>
      tellDriver(endpoint, 'reportHopLimit', value === 0 ? 0 : 1),
    ),
    support: 'driver',
  },
  taking(abi.SIO_MULTIPOINT_LOOPBACK, MESSAGE_SOCKETS, (endpoint, value) =>
    setByFamily(endpoint, abi.IP_MULTICAST_LOOP, abi.IPV6_MULTICAST_LOOP, value),
  ),
  taking(abi.SIO_MULTICAST_SCOPE, MESSAGE_SOCKETS, (endpoint, value) =>
    setByFamily(endpoint, abi.IP_MULTICAST_TTL, abi.IPV6_MULTICAST_HOPS, value),
  ),
  kept(abi.SIO_LIMIT_BROADCASTS, IPV4_MESSAGES, 4),
  // A number in host order, as IP_MULTICAST_IF and IP_UNICAST_IF take it in network order.
  taking(abi.SIO_INDEX_MCASTIF, IPV4_MESSAGES, (endpoint, value) =>
    setOption(endpoint, abi.IPPROTO_IP, abi.IP_MULTICAST_IF, fourBytes(value, false), 4),
  ),
  taking(abi.SIO_UCAST_IF, { families: IPV4 }, (endpoint, value) =>
    setOption(endpoint, abi.IPPROTO_IP, abi.IP_UNICAST_IF, fourBytes(value, false), 4),
  ),
  membershipByIndex(abi.SIO_INDEX_ADD_MCAST, 'join'),
  membershipByIndex(abi.SIO_INDEX_DEL_MCAST, 'leave'),
];
