// What WSARecvMsg puts into the control buffer: one message for each kind of information that an option asks for and the
// driver knows.
import * as abi from '../../abi/index.js';
import type { WSABUF } from '../../abi/index.js';
import { encodeAddress, type DatagramEndpoint, type NetAddress, type PacketInfo } from '../../afd/index.js';
import { numberOption } from '../../afd/options/get.js';

/** One kind of information: the option that asks for it, the type of its message, and its data; null where unknown. */
interface Kind {
  readonly option: number;
  readonly type: number;
  readonly data: (info: PacketInfo) => Uint8Array | null;
}

function int32(value: number | null): Uint8Array | null {
  if (value === null) return null;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

/** The bare address out of a sockaddr. */
function bareAddress(address: NetAddress): Uint8Array {
  return address.family === 'ipv4' ? encodeAddress(address).subarray(4, 8) : encodeAddress(address).subarray(8, 24);
}

/** in_pktinfo or in6_pktinfo: the address, then the interface. */
function packetInfo({ destination, interfaceIndex }: PacketInfo): Uint8Array | null {
  if (destination === null) return null;
  const address = bareAddress(destination);
  const bytes = new Uint8Array(address.length + 4);
  bytes.set(address);
  new DataView(bytes.buffer).setUint32(address.length, interfaceIndex ?? 0, true);
  return bytes;
}

const ECN_BITS = 3;
const ecn = ({ typeOfService }: PacketInfo): Uint8Array | null => int32(typeOfService === null ? null : typeOfService & ECN_BITS);
const wholeByte = ({ typeOfService }: PacketInfo): Uint8Array | null => int32(typeOfService);
const hops = ({ hopLimit }: PacketInfo): Uint8Array | null => int32(hopLimit);
const face = ({ interfaceIndex }: PacketInfo): Uint8Array | null => int32(interfaceIndex);
const address = ({ destination }: PacketInfo): Uint8Array | null => (destination === null ? null : bareAddress(destination));

/** In the order of the messages. IP_HOPLIMIT and IP_RECVTCLASS are the numbers of IP_RECVTTL and IP_RECVTOS. */
const IPV4: readonly Kind[] = [
  { option: abi.IP_PKTINFO, type: abi.IP_PKTINFO, data: packetInfo },
  { option: abi.IP_RECVDSTADDR, type: abi.IP_RECVDSTADDR, data: address },
  { option: abi.IP_RECVIF, type: abi.IP_RECVIF, data: face },
  { option: abi.IP_ORIGINAL_ARRIVAL_IF, type: abi.IP_ORIGINAL_ARRIVAL_IF, data: face },
  { option: abi.IP_RECVTTL, type: abi.IP_TTL, data: hops },
  { option: abi.IP_RECVTOS, type: abi.IP_TOS, data: wholeByte },
  { option: abi.IP_RECVECN, type: abi.IP_ECN, data: ecn },
];

const IPV6: readonly Kind[] = [
  { option: abi.IPV6_PKTINFO, type: abi.IPV6_PKTINFO, data: packetInfo },
  { option: abi.IPV6_RECVDSTADDR, type: abi.IPV6_RECVDSTADDR, data: address },
  { option: abi.IPV6_RECVIF, type: abi.IPV6_RECVIF, data: face },
  { option: abi.IP_ORIGINAL_ARRIVAL_IF, type: abi.IP_ORIGINAL_ARRIVAL_IF, data: face },
  { option: abi.IPV6_HOPLIMIT, type: abi.IPV6_HOPLIMIT, data: hops },
  { option: abi.IPV6_RECVTCLASS, type: abi.IPV6_TCLASS, data: wholeByte },
  { option: abi.IPV6_RECVECN, type: abi.IPV6_ECN, data: ecn },
];

const MAPPED = '::ffff:';

/** What a datagram's information looks like at the level of its own protocol: IPv4's that came to an IPv6 socket is IPv4's. */
function byProtocol(info: PacketInfo): PacketInfo {
  const { destination } = info;
  if (destination?.family !== 'ipv6' || !destination.address.startsWith(MAPPED)) return info;
  return { ...info, destination: { ...destination, family: 'ipv4', address: destination.address.slice(MAPPED.length), scopeId: 0 } };
}

/** Fills the buffer and sets its length to what is in it; false when not everything fitted. */
export function writeControl(endpoint: DatagramEndpoint, info: PacketInfo | null, control: WSABUF): boolean {
  const room = control.len;
  control.len = 0;
  if (info === null) return true;
  const told = byProtocol(info);
  const ipv4 = (told.destination?.family ?? endpoint.family) === 'ipv4';
  const [level, kinds] = ipv4 ? [abi.IPPROTO_IP, IPV4] : [abi.IPPROTO_IPV6, IPV6];
  for (const { option, type, data } of kinds) {
    const bytes = numberOption(endpoint, level, option) === 0 ? null : data(told);
    if (bytes === null) continue;
    if (!append(control, room, level, type, bytes)) return false;
  }
  return true;
}

function append(control: WSABUF, room: number, level: number, type: number, data: Uint8Array): boolean {
  const space = abi.WSA_CMSG_SPACE(data.length);
  if (control.buf === null || control.len + space > room) return false;
  const header = new abi.WSACMSGHDR(control.buf, control.len);
  header.cmsg_len = abi.WSA_CMSG_LEN(data.length);
  header.cmsg_level = level;
  header.cmsg_type = type;
  abi.WSA_CMSG_DATA(header).set(data);
  control.len += space;
  return true;
}
