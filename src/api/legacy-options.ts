// The numbers that winsock.h gives options of IPPROTO_IP, which are others in ws2tcpip.h: what a program means that has
// negotiated 1.1.
import * as abi from '../abi/index.js';

const { legacy11 } = abi;

const IP_OPTIONS: ReadonlyMap<number, number> = new Map<number, number>([
  [legacy11.IP_MULTICAST_IF, abi.IP_MULTICAST_IF],
  [legacy11.IP_MULTICAST_TTL, abi.IP_MULTICAST_TTL],
  [legacy11.IP_MULTICAST_LOOP, abi.IP_MULTICAST_LOOP],
  [legacy11.IP_ADD_MEMBERSHIP, abi.IP_ADD_MEMBERSHIP],
  [legacy11.IP_DROP_MEMBERSHIP, abi.IP_DROP_MEMBERSHIP],
  [legacy11.IP_TTL, abi.IP_TTL],
  [legacy11.IP_TOS, abi.IP_TOS],
  [legacy11.IP_DONTFRAGMENT, abi.IP_DONTFRAGMENT],
]);

/** The option that a 1.1 program means. Numbers that winsock.h does not have are taken as they are. */
export function optionOf11(level: number, optname: number): number {
  return level === abi.IPPROTO_IP ? (IP_OPTIONS.get(optname) ?? optname) : optname;
}
