// WSAConnectByName and WSAConnectByList: one connection to the first of several addresses that takes it. They stand on the
// provider's connect and know no protocol but the two internet families.
import {
  AF_INET,
  AF_INET6,
  AI_ALL,
  AI_V4MAPPED,
  FALSE,
  FD_SET,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SOCKET_ERROR,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_ERROR,
  TRUE,
  WSAEAFNOSUPPORT,
  WSAEALREADY,
  WSAEFAULT,
  WSAEINTR,
  WSAEINVAL,
  WSAEISCONN,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
  addrinfo,
  bytesOf,
  fd_set,
  ref,
  sockaddr_in,
  sockaddr_in6,
  type Memory,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type SOCKET_ADDRESS_LIST,
  type timeval,
} from '../abi/index.js';
import { sockaddrBytes } from '../abi/address-text.js';
import { discard, errorLeft, isCount, type MaybePending, type SocketCall } from '../ws2_32/index.js';
import { addressInfo } from './address-info.js';
import { blocking, onSocket } from './define.js';
import type { ExportName } from './exports.js';

/** A sockaddr that a caller wants: where to, and how much room is there. */
interface Wanted {
  readonly target: Memory | null;
  readonly length: Ref | null;
}

/** What a call is to do besides connecting. */
interface Wish {
  readonly local: Wanted;
  readonly remote: Wanted;
  readonly timeout: timeval | null;
}

/** Errors that say something of the socket and not of the address: another address would not help. */
const FINAL: ReadonlySet<number> = new Set([WSAEISCONN, WSAEALREADY, WSAEINVAL, WSAEINTR, WSAENOTSOCK]);

/** The error in what was passed, or 0. */
function wishError({ local, remote, timeout }: Wish, reserved: OVERLAPPED | null, family: number, type: number): number {
  if (reserved !== null) return WSAEINVAL;
  if (timeout !== null && (timeout.tv_sec < 0 || timeout.tv_usec < 0)) return WSAEINVAL;
  const size = family === AF_INET6 ? sockaddr_in6.size : sockaddr_in.size;
  for (const { target, length } of [local, remote]) {
    if (target !== null && (length === null || length.value < size || bytesOf(target).length < size)) return WSAEFAULT;
  }
  if (type !== SOCK_STREAM) return WSAEOPNOTSUPP;
  return family === AF_INET || family === AF_INET6 ? 0 : WSAEAFNOSUPPORT;
}

/** Whether an entry that answers at once has done so, and well. */
function isDone(status: unknown): boolean {
  discard(status);
  return status === 0;
}

/** The number that an option of four bytes has; 0 where the socket does not have it. */
function option(call: SocketCall, s: SOCKET, level: number, name: number): number {
  const memory = new Uint8Array(4);
  const status = call.procs.lpWSPGetSockOpt(s, level, name, memory, ref(memory.length), call.lpErrno);
  return isDone(status) ? new DataView(memory.buffer).getInt32(0, true) : 0;
}

/** Whether an IPv6 socket takes IPv4 addresses too, in their mapped form. */
function isDualStack(call: SocketCall, s: SOCKET): boolean {
  return call.socket.entry.iAddressFamily === AF_INET6 && option(call, s, IPPROTO_IPV6, IPV6_V6ONLY) === 0;
}

function isBound(call: SocketCall, s: SOCKET): boolean {
  const memory = new Uint8Array(sockaddr_in6.size);
  return isDone(call.procs.lpWSPGetSockName(s, memory, ref(memory.length), call.lpErrno));
}

/** An IPv4 address as a dual-stack socket takes it; any other as it is. */
function mappedFor(dualStack: boolean, bytes: Uint8Array): Uint8Array {
  if (!dualStack || bytes.length < sockaddr_in.size || bytes[0] !== AF_INET) return bytes;
  const { sin_addr, sin_port } = new sockaddr_in(bytes);
  const address = new Uint8Array(16).fill(0xff, 10, 12);
  address.set(sin_addr.bytes, 12);
  const port = ((sin_port & 0xff) << 8) | (sin_port >>> 8);
  return sockaddrBytes(AF_INET6, { bytes: address, scopeId: 0, port });
}

/** One attempt; 0 or the error. It waits for its end on a non-blocking socket too. */
async function attempt(call: SocketCall, s: SOCKET, address: Uint8Array): Promise<number> {
  const { procs, lpErrno } = call;
  if ((await procs.lpWSPConnect(s, address, address.length, null, null, null, null, lpErrno)) === 0) return 0;
  if (lpErrno.value !== WSAEWOULDBLOCK) return errorLeft(lpErrno);
  const [done, failed] = [new fd_set(), new fd_set()];
  FD_SET(s, done);
  FD_SET(s, failed);
  if ((await procs.lpWSPSelect(0, null, done, failed, null, lpErrno)) === SOCKET_ERROR) return errorLeft(lpErrno);
  return option(call, s, SOL_SOCKET, SO_ERROR);
}

/** Tries the addresses in order, looking at the time in between; 0 or the error of the last attempt. */
async function tryAll(
  call: SocketCall,
  s: SOCKET,
  addresses: readonly Uint8Array[],
  timeout: timeval | null,
): Promise<number> {
  const { clock } = call.process.kernel;
  const patience = timeout === null ? Infinity : timeout.tv_sec * 1000 + timeout.tv_usec / 1000;
  const begin = clock.now();
  let error = WSAEINVAL;
  for (const [index, address] of addresses.entries()) {
    if (index > 0 && clock.now() - begin >= patience) return WSAETIMEDOUT;
    error = await attempt(call, s, address);
    if (error === 0 || FINAL.has(error)) return error;
  }
  return error;
}

/** Asks for one end's address, if somebody wants it. A length that cannot be is told as no address. */
function tellName({ target, length }: Wish['local'], entry: (target: Memory, length: Ref) => number): void {
  if (target === null || length === null) return;
  const room = length.value;
  if (!isDone(entry(target, length)) || !isCount(length.value, room)) length.value = 0;
}

/** Connects and tells the addresses that it came to. */
async function connectToAny(call: SocketCall, s: SOCKET, addresses: readonly Uint8Array[], wish: Wish): Promise<number> {
  try {
    const error = await tryAll(call, s, addresses, wish.timeout);
    call.lpErrno.value = error;
    if (error !== 0) return call.finish(FALSE, FALSE);
    const { procs, lpErrno } = call;
    const { local, remote } = wish;
    tellName(local, (target, length) => procs.lpWSPGetSockName(s, target, length, lpErrno));
    tellName(remote, (target, length) => procs.lpWSPGetPeerName(s, target, length, lpErrno));
    return call.finish(TRUE, FALSE);
  } catch (error) {
    return call.crashed(error, FALSE);
  }
}

/** The sockaddrs that a host and a service stand for, of the kinds that the socket takes; or the error. */
async function addressesOf(call: SocketCall, s: SOCKET, node: string, service: string): Promise<readonly Uint8Array[] | number> {
  const hints = new addrinfo();
  hints.ai_family = call.socket.entry.iAddressFamily;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = isDualStack(call, s) ? AI_V4MAPPED | AI_ALL : 0;
  const result = ref<addrinfo | null>(null);
  const error = await addressInfo(addrinfo, call.cell, node, service, hints, result);
  if (error !== 0) return error;
  const addresses: Uint8Array[] = [];
  for (let entry = result.value; entry !== null; entry = entry.ai_next) {
    if (entry.ai_addr !== null) addresses.push(bytesOf(entry.ai_addr));
  }
  return addresses;
}

async function connectByName(call: SocketCall, s: SOCKET, node: string, service: string, wish: Wish): Promise<number> {
  let addresses;
  try {
    addresses = await addressesOf(call, s, node, service);
  } catch (error) {
    return call.crashed(error, FALSE);
  }
  return typeof addresses === 'number' ? call.fail(addresses, FALSE) : connectToAny(call, s, addresses, wish);
}

function byName(name: ExportName) {
  return blocking(
    name,
    onSocket(
      FALSE,
      (
        call,
        s,
        nodename: string | null,
        servicename: string | null,
        LocalAddressLength: Ref | null,
        LocalAddress: Memory | null,
        RemoteAddressLength: Ref | null,
        RemoteAddress: Memory | null,
        timeout: timeval | null,
        Reserved: OVERLAPPED | null,
      ): MaybePending<number> => {
        if (nodename === null || servicename === null) return call.fail(WSAEINVAL, FALSE);
        const local = { target: LocalAddress, length: LocalAddressLength };
        const wish: Wish = { local, remote: { target: RemoteAddress, length: RemoteAddressLength }, timeout };
        const { iAddressFamily, iSocketType } = call.socket.entry;
        const error = wishError(wish, Reserved, iAddressFamily, iSocketType);
        return error === 0 ? connectByName(call, s, nodename, servicename, wish) : call.fail(error, FALSE);
      },
    ),
  );
}

/**
 * Resolves a host and a service and connects to the first of the addresses that takes the connection. Blocks until then, on
 * a non-blocking socket too. The options of the socket hold from the start: SO_UPDATE_CONNECT_CONTEXT may be set and is not
 * needed.
 *
 * @param s - an unconnected stream socket, IPv4 or IPv6; an IPv6 one goes to IPv4 addresses too once IPV6_V6ONLY is off
 * @param nodename - a host's name, or an address
 * @param servicename - a service's name, or a port
 * @param LocalAddressLength - in: bytes at `LocalAddress`; out: bytes written; ignored if that is null
 * @param LocalAddress - receives the own sockaddr, as getsockname tells it; null for no interest
 * @param RemoteAddressLength - in: bytes at `RemoteAddress`; out: bytes written; ignored if that is null
 * @param RemoteAddress - receives the peer's sockaddr; null for no interest
 * @param timeout - after how long no further address is tried; an attempt that is under way is not cut off; null for never
 * @param Reserved - must be null
 * @returns TRUE or FALSE. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (no host or service, `Reserved` not null, a
 *   negative time, a listening socket), WSAEFAULT (an address without room), WSAEOPNOTSUPP (no stream), WSAEAFNOSUPPORT (a
 *   local socket), those of getaddrinfo (WSAHOST_NOT_FOUND, WSATYPE_NOT_FOUND, ...), WSAETIMEDOUT (the time is over with
 *   addresses left), and of the last attempt those of `connect` (WSAECONNREFUSED, WSAEHOSTUNREACH, WSAETIMEDOUT, ...)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaconnectbynamew
 */
export const WSAConnectByNameW = byName('WSAConnectByNameW');

/**
 * The ANSI form of WSAConnectByNameW, which Microsoft advises against. Blocks likewise.
 *
 * @param s - as for WSAConnectByNameW
 * @param nodename - a host's name, or an address
 * @param servicename - a service's name, or a port
 * @param LocalAddressLength - as for WSAConnectByNameW
 * @param LocalAddress - as for WSAConnectByNameW
 * @param RemoteAddressLength - as for WSAConnectByNameW
 * @param RemoteAddress - as for WSAConnectByNameW
 * @param timeout - as for WSAConnectByNameW
 * @param Reserved - must be null
 * @returns TRUE or FALSE, with the errors of WSAConnectByNameW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaconnectbynamea
 */
export const WSAConnectByNameA = byName('WSAConnectByNameA');

/** WSAConnectByNameA under its plain name. */
export const WSAConnectByName = WSAConnectByNameA;

/**
 * Connects to the first of several addresses that takes the connection. Blocks until then, on a non-blocking socket too.
 *
 * @param s - an unbound and unconnected stream socket, IPv4 or IPv6; an IPv6 one goes to IPv4 addresses too once
 *   IPV6_V6ONLY is off, in their mapped form or in their own
 * @param SocketAddress - the addresses with their ports, tried in order
 * @param LocalAddressLength - in: bytes at `LocalAddress`; out: bytes written; ignored if that is null
 * @param LocalAddress - receives the own sockaddr, as getsockname tells it; null for no interest
 * @param RemoteAddressLength - in: bytes at `RemoteAddress`; out: bytes written; ignored if that is null
 * @param RemoteAddress - receives the peer's sockaddr; null for no interest
 * @param timeout - after how long no further address is tried; an attempt that is under way is not cut off; null for never
 * @param Reserved - must be null
 * @returns TRUE or FALSE. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (no addresses, fewer than told, `Reserved` not
 *   null, a negative time, a bound or listening socket), WSAEISCONN, WSAEFAULT (an address without room), WSAEOPNOTSUPP (no
 *   stream), WSAEAFNOSUPPORT (a local socket), WSAETIMEDOUT (the time is over with addresses left), and of the last attempt
 *   those of `connect` (WSAECONNREFUSED, WSAEHOSTUNREACH, WSAETIMEDOUT, WSAEAFNOSUPPORT, ...)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaconnectbylist
 */
export const WSAConnectByList = blocking(
  'WSAConnectByList',
  onSocket(
    FALSE,
    (
      call,
      s,
      SocketAddress: SOCKET_ADDRESS_LIST | null,
      LocalAddressLength: Ref | null,
      LocalAddress: Memory | null,
      RemoteAddressLength: Ref | null,
      RemoteAddress: Memory | null,
      timeout: timeval | null,
      Reserved: OVERLAPPED | null,
    ): MaybePending<number> => {
      const given = SocketAddress?.Address.slice(0, Math.max(0, SocketAddress.iAddressCount)) ?? [];
      if (given.length === 0 || given.length !== SocketAddress?.iAddressCount) return call.fail(WSAEINVAL, FALSE);
      const local = { target: LocalAddress, length: LocalAddressLength };
      const wish: Wish = { local, remote: { target: RemoteAddress, length: RemoteAddressLength }, timeout };
      const { iAddressFamily, iSocketType } = call.socket.entry;
      const error = wishError(wish, Reserved, iAddressFamily, iSocketType);
      if (error !== 0) return call.fail(error, FALSE);
      const memory = new Uint8Array(sockaddr_in6.size);
      const connected = isDone(call.procs.lpWSPGetPeerName(s, memory, ref(memory.length), call.lpErrno));
      if (connected) return call.fail(WSAEISCONN, FALSE);
      if (isBound(call, s)) return call.fail(WSAEINVAL, FALSE);
      const dualStack = isDualStack(call, s);
      const addresses = given.map(({ lpSockaddr, iSockaddrLength }) => {
        const bytes = lpSockaddr === null ? new Uint8Array(0) : bytesOf(lpSockaddr);
        return mappedFor(dualStack, bytes.subarray(0, Math.max(0, iSockaddrLength)));
      });
      return connectToAny(call, s, addresses, wish);
    },
  ),
);
