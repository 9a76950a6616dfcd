// What WSASendMsg reads out of the control buffer: what one datagram is to have that the socket's settings do not say.
import * as abi from '../../abi/index.js';
import { WSAEINVAL, formatIpv4, formatIpv6, type WSABUF } from '../../abi/index.js';
import type { DatagramEndpoint, SendControl } from '../../afd/index.js';
import { numberOption } from '../../afd/options/get.js';

type Change = { -readonly [K in keyof SendControl]: SendControl[K] } & { ecn: number | null };

/** Takes a message's data; false for data that makes no sense. */
type Reader = (data: Uint8Array, into: Change) => boolean;

const ECN_BITS = 3;
/** "Congestion experienced" is for routers to say. */
const MOST_ECN = 2;

/** A number of four bytes from 0 to `most`; null for anything else. */
function number(data: Uint8Array, most: number): number | null {
  if (data.length !== 4) return null;
  const value = new DataView(data.buffer, data.byteOffset, 4).getInt32(0, true);
  return value < 0 || value > most ? null : value;
}

function reading(field: 'hopLimit' | 'typeOfService' | 'ecn', most: number): Reader {
  return (data, into) => {
    into[field] = number(data, most);
    return into[field] !== null;
  };
}

/** in_pktinfo or in6_pktinfo; all zero leaves address or interface to the socket. */
function packetInfo(addressSize: number, format: (bytes: Uint8Array, offset: number) => string): Reader {
  return (data, into) => {
    if (data.length !== addressSize + 4) return false;
    const index = new DataView(data.buffer, data.byteOffset, data.length).getUint32(addressSize, true);
    into.interfaceIndex = index === 0 ? null : index;
    into.source = data.subarray(0, addressSize).every((byte) => byte === 0) ? null : format(data, 0);
    return true;
  };
}

const IPV4: ReadonlyMap<number, Reader> = new Map([
  [abi.IP_PKTINFO, packetInfo(4, formatIpv4)],
  [abi.IP_TTL, reading('hopLimit', 255)],
  [abi.IP_HOPLIMIT, reading('hopLimit', 255)],
  [abi.IP_TOS, reading('typeOfService', 255)],
  [abi.IP_TCLASS, reading('typeOfService', 255)],
  [abi.IP_ECN, reading('ecn', MOST_ECN)],
]);

const IPV6: ReadonlyMap<number, Reader> = new Map([
  [abi.IPV6_PKTINFO, packetInfo(16, formatIpv6)],
  [abi.IPV6_HOPLIMIT, reading('hopLimit', 255)],
  [abi.IPV6_TCLASS, reading('typeOfService', 255)],
  [abi.IPV6_ECN, reading('ecn', MOST_ECN)],
]);

/** The readers of a level: IPv6 sockets have IPv4's too, for their IPv4 half. */
function readersOf(endpoint: DatagramEndpoint, level: number): ReadonlyMap<number, Reader> | undefined {
  if (level === abi.IPPROTO_IP) return IPV4;
  return level === abi.IPPROTO_IPV6 && endpoint.family === 'ipv6' ? IPV6 : undefined;
}

/** The byte with its ECN bits replaced; what the other bits are, the socket's option says unless a message did. */
function withEcn(endpoint: DatagramEndpoint, { typeOfService, ecn }: Change): number | null {
  if (ecn === null) return typeOfService;
  const [level, name] = endpoint.family === 'ipv4' ? [abi.IPPROTO_IP, abi.IP_TOS] : [abi.IPPROTO_IPV6, abi.IPV6_TCLASS];
  return ((typeOfService ?? numberOption(endpoint, level, name)) & ~ECN_BITS) | ecn;
}

/** What a control buffer asks for, null for nothing; WSAEINVAL for what is no control data, or of a kind not known. */
export function readControl(endpoint: DatagramEndpoint, control: WSABUF): SendControl | number | null {
  const { buf, len } = control;
  if (buf === null || len === 0) return null;
  const change: Change = { source: null, interfaceIndex: null, hopLimit: null, typeOfService: null, ecn: null };
  for (let at = 0; at < len; ) {
    if (at + abi.WSACMSGHDR.size > len) return WSAEINVAL;
    const header = new abi.WSACMSGHDR(buf, at);
    const size = header.cmsg_len;
    if (size < abi.WSACMSGHDR.size || at + size > len) return WSAEINVAL;
    const read = readersOf(endpoint, header.cmsg_level)?.get(header.cmsg_type);
    if (read?.(abi.WSA_CMSG_DATA(header), change) !== true) return WSAEINVAL;
    at += abi.WSA_CMSGHDR_ALIGN(size);
  }
  const { source, interfaceIndex, hopLimit } = change;
  return { source, interfaceIndex, hopLimit, typeOfService: withEcn(endpoint, change) };
}
