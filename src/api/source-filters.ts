// setsourcefilter and its three relatives (RFC 3678): inline functions of ws2tcpip.h, which put their arguments into one
// structure for a control code. What the code does is the provider's business.
import {
  GROUP_FILTER,
  GROUP_FILTER_SIZE,
  IP_MSFILTER,
  IP_MSFILTER_SIZE,
  SIOCGIPMSFILTER,
  SIOCGMSFILTER,
  SIOCSIPMSFILTER,
  SIOCSMSFILTER,
  SOCKADDR_STORAGE,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOBUFS,
  WSASYSCALLFAILURE,
  bytesOf,
  in_addr,
  ref,
  type Memory,
  type Ref,
  type SOCKET,
} from '../abi/index.js';
import type { SocketCall } from '../ws2_32/index.js';
import { immediate, onSocket } from './define.js';

/** More sources than any machine keeps: a longer list has no memory to be put into. */
const MOST_SOURCES = 1 << 16;

/** Sends a code down whose input and output are the same structure. */
function control(call: SocketCall, s: SOCKET, code: number, memory: Uint8Array, answers: boolean): number {
  const { procs, lpErrno } = call;
  const [output, room] = answers ? [memory, memory.length] : [null, 0];
  const status = procs.lpWSPIoctl(s, code, memory, memory.length, output, room, ref(0), null, null, null, lpErrno);
  // These codes are answered on the spot.
  if (typeof status !== 'number') return call.fail(WSASYSCALLFAILURE, SOCKET_ERROR);
  return call.finish(status, SOCKET_ERROR);
}

/** Why a list of sources cannot be passed on; 0 if it can. */
function listError(list: Memory | null, count: number, size: number): number {
  if (count > MOST_SOURCES) return WSAENOBUFS;
  return count > 0 && (list === null || bytesOf(list).length < count * size) ? WSAEFAULT : 0;
}

function groupError(group: Memory | null, length: number): number {
  if (group === null || bytesOf(group).length < length) return WSAEFAULT;
  return length < 0 || length > SOCKADDR_STORAGE.size ? WSAEINVAL : 0;
}

/** Copies the sources that there is room for and tells how many there are. */
function tellSources(found: Uint8Array, total: number, size: number, list: Memory | null, count: Ref): void {
  const told = Math.min(total, count.value >>> 0);
  if (list !== null) bytesOf(list).set(found.subarray(0, told * size));
  count.value = total;
}

/**
 * Sets the source filter of an IPv4 multicast group: joins it, leaves it (no sources, MCAST_INCLUDE) or changes who is
 * heard. Does not block.
 *
 * @param Socket - a datagram or raw socket
 * @param Interface - an address of the interface, 0.x.x.x for its index, or 0.0.0.0 for the default
 * @param Group - the group's address
 * @param FilterMode - MCAST_INCLUDE (only the sources are heard) or MCAST_EXCLUDE (all but them)
 * @param SourceCount - how many sources
 * @param SourceList - their addresses, four bytes each; null for none
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (a list too short), WSAENOBUFS (too many
 *   sources), WSAEINVAL (no multicast address, another mode), WSAEADDRNOTAVAIL (no such interface), WSAENOPROTOOPT (a
 *   stream, or an IPv6 socket), WSAEOPNOTSUPP (the transport has no source filters)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setipv4sourcefilter
 */
export const setipv4sourcefilter = immediate(
  'setipv4sourcefilter',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      Socket,
      Interface: in_addr | null,
      Group: in_addr | null,
      FilterMode: number,
      SourceCount: number,
      SourceList: Memory | null,
    ): number => {
      if (Interface === null || Group === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
      const count = SourceCount >>> 0;
      const wrong = listError(SourceList, count, in_addr.size);
      if (wrong !== 0) return call.fail(wrong, SOCKET_ERROR);
      const memory = new Uint8Array(IP_MSFILTER_SIZE(count));
      const filter = ipFilter(memory, Interface, Group, count);
      filter.imsf_fmode = FilterMode;
      if (SourceList !== null) memory.set(bytesOf(SourceList).subarray(0, count * in_addr.size), IP_MSFILTER_SIZE(0));
      return control(call, Socket, SIOCSIPMSFILTER, memory, false);
    },
  ),
);

function ipFilter(memory: Uint8Array, face: in_addr, group: in_addr, count: number): IP_MSFILTER {
  const filter = new IP_MSFILTER(memory);
  filter.imsf_multiaddr = group;
  filter.imsf_interface = face;
  filter.imsf_numsrc = count;
  return filter;
}

/**
 * Tells the source filter of an IPv4 multicast group. Does not block.
 *
 * @param Socket - a datagram or raw socket
 * @param Interface - as for setipv4sourcefilter
 * @param Group - the group's address
 * @param FilterMode - receives MCAST_INCLUDE or MCAST_EXCLUDE
 * @param SourceCount - in: how many sources there is room for; out: how many there are
 * @param SourceList - receives the addresses that there is room for, four bytes each; null with a count of 0
 * @returns 0 or SOCKET_ERROR. Errors: those of setipv4sourcefilter, and WSAEADDRNOTAVAIL (the socket is not in the group)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getipv4sourcefilter
 */
export const getipv4sourcefilter = immediate(
  'getipv4sourcefilter',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      Socket,
      Interface: in_addr | null,
      Group: in_addr | null,
      FilterMode: Ref | null,
      SourceCount: Ref | null,
      SourceList: Memory | null,
    ): number => {
      if (Interface === null || Group === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
      if (FilterMode === null || SourceCount === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
      const count = SourceCount.value >>> 0;
      const wrong = listError(SourceList, count, in_addr.size);
      if (wrong !== 0) return call.fail(wrong, SOCKET_ERROR);
      const memory = new Uint8Array(IP_MSFILTER_SIZE(count));
      const filter = ipFilter(memory, Interface, Group, count);
      const status = control(call, Socket, SIOCGIPMSFILTER, memory, true);
      if (status !== 0) return status;
      FilterMode.value = filter.imsf_fmode;
      tellSources(memory.subarray(IP_MSFILTER_SIZE(0)), filter.imsf_numsrc, in_addr.size, SourceList, SourceCount);
      return 0;
    },
  ),
);

/**
 * Sets the source filter of a multicast group of either family; see setipv4sourcefilter. Does not block.
 *
 * @param Socket - a datagram or raw socket
 * @param Interface - the interface's index, or 0 for the default
 * @param Group - the group's sockaddr
 * @param GroupLength - its length in bytes
 * @param FilterMode - MCAST_INCLUDE or MCAST_EXCLUDE
 * @param SourceCount - how many sources
 * @param SourceList - their addresses, a SOCKADDR_STORAGE each; null for none
 * @returns 0 or SOCKET_ERROR. Errors: those of setipv4sourcefilter; WSAEINVAL also for a group or source of another family
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setsourcefilter
 */
export const setsourcefilter = immediate(
  'setsourcefilter',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      Socket,
      Interface: number,
      Group: Memory | null,
      GroupLength: number,
      FilterMode: number,
      SourceCount: number,
      SourceList: Memory | null,
    ): number => {
      const count = SourceCount >>> 0;
      const wrong = groupError(Group, GroupLength) || listError(SourceList, count, SOCKADDR_STORAGE.size);
      if (wrong !== 0) return call.fail(wrong, SOCKET_ERROR);
      const memory = new Uint8Array(GROUP_FILTER_SIZE(count));
      const filter = groupFilter(memory, Interface, Group, GroupLength, count);
      filter.gf_fmode = FilterMode;
      const size = count * SOCKADDR_STORAGE.size;
      if (SourceList !== null) memory.set(bytesOf(SourceList).subarray(0, size), GROUP_FILTER_SIZE(0));
      return control(call, Socket, SIOCSMSFILTER, memory, false);
    },
  ),
);

function groupFilter(
  memory: Uint8Array,
  face: number,
  group: Memory | null,
  length: number,
  count: number,
): GROUP_FILTER {
  const filter = new GROUP_FILTER(memory);
  filter.gf_interface = face;
  if (group !== null) filter.gf_group.bytes.set(bytesOf(group).subarray(0, length));
  filter.gf_numsrc = count;
  return filter;
}

/**
 * Tells the source filter of a multicast group of either family. Does not block.
 *
 * @param Socket - a datagram or raw socket
 * @param Interface - the interface's index, or 0 for the default
 * @param Group - the group's sockaddr
 * @param GroupLength - its length in bytes
 * @param FilterMode - receives MCAST_INCLUDE or MCAST_EXCLUDE
 * @param SourceCount - in: how many sources there is room for; out: how many there are
 * @param SourceList - receives the addresses that there is room for, a SOCKADDR_STORAGE each; null with a count of 0
 * @returns 0 or SOCKET_ERROR. Errors: those of setsourcefilter, and WSAEADDRNOTAVAIL (the socket is not in the group)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getsourcefilter
 */
export const getsourcefilter = immediate(
  'getsourcefilter',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      Socket,
      Interface: number,
      Group: Memory | null,
      GroupLength: number,
      FilterMode: Ref | null,
      SourceCount: Ref | null,
      SourceList: Memory | null,
    ): number => {
      if (FilterMode === null || SourceCount === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
      const count = SourceCount.value >>> 0;
      const wrong = groupError(Group, GroupLength) || listError(SourceList, count, SOCKADDR_STORAGE.size);
      if (wrong !== 0) return call.fail(wrong, SOCKET_ERROR);
      const memory = new Uint8Array(GROUP_FILTER_SIZE(count));
      const filter = groupFilter(memory, Interface, Group, GroupLength, count);
      const status = control(call, Socket, SIOCGMSFILTER, memory, true);
      if (status !== 0) return status;
      FilterMode.value = filter.gf_fmode;
      const found = memory.subarray(GROUP_FILTER_SIZE(0));
      tellSources(found, filter.gf_numsrc, SOCKADDR_STORAGE.size, SourceList, SourceCount);
      return 0;
    },
  ),
);
