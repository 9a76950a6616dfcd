// SIO_RCVALL and its kin: a raw socket hears everything that passes the interface it is bound to.
import * as abi from '../../abi/index.js';
import { WSAEINVAL, formatIpv4 } from '../../abi/index.js';
import type { Family, PacketInfo } from '../../drivers/contract.js';
import { isAny } from '../address.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import { RAW } from '../options/builders.js';
import { tellDriver } from '../options/inherit.js';
import { isGroup } from '../options/multicast.js';
import { able } from './builders.js';
import { outcome, type ControlRule } from './rule.js';

/** Where an IPv4 header has the protocol, and the address that the packet is for. */
const PROTOCOL_AT = 9;
const DESTINATION_AT = 16;

/** RCVALL_* as the caller passes it, one byte being enough; null for what is none. */
function modeIn(input: Uint8Array): number | null {
  const mode =
    input.length < 4 ? input[0] : new DataView(input.buffer, input.byteOffset, input.length).getUint32(0, true);
  return mode === undefined || mode > abi.RCVALL_MAX ? null : mode;
}

/** Lets in what went to a group, of every protocol or of the socket's own, and what would have come without the code. */
function multicastOnly(everyProtocol: boolean) {
  return ({ local, protocol }: DatagramEndpoint) =>
    (data: Uint8Array, info: PacketInfo | null): boolean => {
      const own = data[PROTOCOL_AT] === protocol;
      const destination = info?.destination?.address ?? formatIpv4(data, DESTINATION_AT);
      if (destination === local?.address) return own;
      return (own || everyProtocol) && isGroup('ipv4', destination);
    };
}

/** A code for sockets of one protocol (by family), as documented; every other socket is told WSAEINVAL. */
function receivingAll(
  number: number,
  protocols: Readonly<Partial<Record<Family, number>>>,
  admitting: ((endpoint: DatagramEndpoint) => NonNullable<DatagramEndpoint['admits']>) | null,
): ControlRule {
  const families = Object.keys(protocols) as Family[];
  return able(({ settings }) => settings.includes('receiveAll'), number, { kinds: RAW, families }, {}, (endpoint, input) => {
    const mode = modeIn(input);
    const { local } = endpoint;
    if (mode === null || endpoint.protocol !== protocols[endpoint.family]) return outcome(WSAEINVAL);
    // An interface is named by one of its addresses.
    if (!(endpoint instanceof DatagramEndpoint) || local === null || isAny(local)) return outcome(WSAEINVAL);
    // Never implemented on Windows: setting it has no effect.
    if (mode === abi.RCVALL_SOCKETLEVELONLY) return outcome(0);
    const error = tellDriver(endpoint, 'receiveAll', mode);
    if (error !== 0) return outcome(error);
    endpoint.admits = mode === abi.RCVALL_OFF || admitting === null ? null : admitting(endpoint);
    return outcome(0);
  });
}

/** Their rows. */
export const rawControls: readonly ControlRule[] = [
  receivingAll(abi.SIO_RCVALL, { ipv4: abi.IPPROTO_IP, ipv6: abi.IPPROTO_IPV6 }, null),
  receivingAll(abi.SIO_RCVALL_MCAST, { ipv4: abi.IPPROTO_UDP }, multicastOnly(true)),
  receivingAll(abi.SIO_RCVALL_IGMPMCAST, { ipv4: abi.IPPROTO_IGMP }, multicastOnly(false)),
];
