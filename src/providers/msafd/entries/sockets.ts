// WSPSocket, WSPCloseSocket, WSPDuplicateSocket, WSPCleanup: handles and the endpoints behind them.
import {
  INVALID_SOCKET,
  SOCK_DGRAM,
  WSA_FLAG_ACCESS_SYSTEM_SECURITY,
  WSA_FLAG_MULTIPOINT_C_LEAF,
  WSA_FLAG_MULTIPOINT_C_ROOT,
  WSA_FLAG_MULTIPOINT_D_LEAF,
  WSA_FLAG_MULTIPOINT_D_ROOT,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSA_FLAG_OVERLAPPED,
  WSA_FLAG_REGISTERED_IO,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINTR,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEWOULDBLOCK,
  type GROUP,
  type Ref,
  type SOCKET,
  type WSAPROTOCOL_INFOW,
} from '../../../abi/index.js';
import { DatagramEndpoint, Endpoint, StreamEndpoint } from '../../../afd/index.js';
import type { MaybePending } from '../../../spi/index.js';
import { blockedOn, fail, type Msafd } from '../provider.js';
import { endRegisteredIo } from '../rio/index.js';

/** Opens a handle for an endpoint and associates it with the catalog entry it was made for. */
export function openHandle(provider: Msafd, endpoint: Endpoint, info: WSAPROTOCOL_INFOW, lpErrno: Ref): SOCKET {
  const handle = provider.process.handles.open(endpoint) as SOCKET;
  provider.own(endpoint, info);
  return announce(provider, handle, info, lpErrno);
}

/** Associates a handle with its catalog entry; one that nobody will know of is closed again. */
function announce(provider: Msafd, handle: SOCKET, info: WSAPROTOCOL_INFOW, lpErrno: Ref): SOCKET {
  const s = provider.upcalls.lpWPUModifyIFSHandle(info.dwCatalogEntryId, handle, lpErrno);
  if (s === INVALID_SOCKET) provider.process.handles.close(handle);
  return s;
}

const MULTIPOINT_ROOT = WSA_FLAG_MULTIPOINT_C_ROOT | WSA_FLAG_MULTIPOINT_D_ROOT;
const MULTIPOINT_LEAF = WSA_FLAG_MULTIPOINT_C_LEAF | WSA_FLAG_MULTIPOINT_D_LEAF;
const KNOWN_FLAGS =
  MULTIPOINT_ROOT |
  MULTIPOINT_LEAF |
  WSA_FLAG_OVERLAPPED |
  WSA_FLAG_ACCESS_SYSTEM_SECURITY |
  WSA_FLAG_NO_HANDLE_INHERIT |
  WSA_FLAG_REGISTERED_IO;

/** Whether the flags make sense: IP multicast is unrooted in both planes, and only datagrams have it. */
function flagsFit(type: number, flags: number): boolean {
  if ((flags & ~KNOWN_FLAGS) !== 0 || (flags & MULTIPOINT_ROOT) !== 0) return false;
  const leaf = flags & MULTIPOINT_LEAF;
  return leaf === 0 || (leaf === MULTIPOINT_LEAF && type === SOCK_DGRAM);
}

export function socket(
  provider: Msafd,
  af: number,
  type: number,
  protocol: number,
  lpProtocolInfo: WSAPROTOCOL_INFOW | null,
  g: GROUP,
  dwFlags: number,
  lpErrno: Ref,
): SOCKET {
  if (lpProtocolInfo === null) return fail(lpErrno, WSAEFAULT, INVALID_SOCKET);
  if (lpProtocolInfo.dwProviderReserved !== 0) return openDuplicate(provider, lpProtocolInfo, lpErrno);
  if (!flagsFit(type, dwFlags)) return fail(lpErrno, WSAEINVAL, INVALID_SOCKET);
  const endpoint = provider.afd.createEndpoint(af, type, protocol);
  if (typeof endpoint === 'number') return fail(lpErrno, endpoint, INVALID_SOCKET);
  const strange = provider.afd.groups.join(endpoint, g);
  if (strange !== 0) {
    endpoint.lastHandleClosed();
    return fail(lpErrno, strange, INVALID_SOCKET);
  }
  if (endpoint instanceof DatagramEndpoint) endpoint.isLeaf = (dwFlags & MULTIPOINT_LEAF) !== 0;
  endpoint.registeredIo = (dwFlags & WSA_FLAG_REGISTERED_IO) !== 0;
  return openHandle(provider, endpoint, lpProtocolInfo, lpErrno);
}

function openDuplicate(provider: Msafd, info: WSAPROTOCOL_INFOW, lpErrno: Ref): SOCKET {
  const token = info.dwProviderReserved;
  const handle = provider.duplicates.get(token);
  // The description is good for one socket only.
  provider.duplicates.delete(token);
  if (handle === undefined || provider.endpoint(handle) === null) return fail(lpErrno, WSAEINVAL, INVALID_SOCKET);
  return announce(provider, handle, info, lpErrno);
}

export function duplicateSocket(
  provider: Msafd,
  s: SOCKET,
  dwProcessId: number,
  lpProtocolInfo: WSAPROTOCOL_INFOW | null,
  lpErrno: Ref,
): number {
  const endpoint = provider.endpoint(s);
  const info = endpoint === null ? null : provider.infoOf(endpoint);
  if (info === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  if (lpProtocolInfo === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  // Sockets cannot leave this process: there is no kernel to carry them.
  if (dwProcessId !== provider.process.id) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  const handle = provider.process.handles.duplicate(s);
  if (handle === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  provider.lastToken += 1;
  provider.duplicates.set(provider.lastToken, handle as SOCKET);
  lpProtocolInfo.bytes.set(info.bytes);
  lpProtocolInfo.dwProviderReserved = provider.lastToken;
  return 0;
}

/** Whether closing will wait for the peer: SO_LINGER with a time, on a connection with a graceful end ahead. */
function lingers(endpoint: Endpoint): endpoint is StreamEndpoint {
  const { lingerOn, lingerSeconds } = endpoint.options;
  return endpoint instanceof StreamEndpoint && endpoint.isConnected && lingerOn && lingerSeconds > 0;
}

export function closeSocket(provider: Msafd, s: SOCKET, lpErrno: Ref): MaybePending<number> {
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  const waits = lingers(endpoint);
  if (waits && endpoint.nonBlocking && endpoint.unsent > 0) return fail(lpErrno, WSAEWOULDBLOCK, SOCKET_ERROR);
  provider.process.handles.close(s);
  const { lingering } = endpoint;
  if (!waits || lingering === null || endpoint.nonBlocking) return 0;
  lingering.expireAfter(provider.afd.clock, endpoint.options.lingerSeconds * 1000, WSAEWOULDBLOCK);
  return blockedOn(provider, null, lingering, () => {
    if (lingering.error === WSAEINTR) return fail(lpErrno, WSAEINTR, SOCKET_ERROR);
    // The time is up and the peer has not taken everything: what is left is thrown away.
    if (lingering.error === WSAEWOULDBLOCK) endpoint.transport.reset();
    return 0;
  });
}

/** Ends every socket that was opened through this provider's table, those duplicated and not opened again too. */
export function cleanup(provider: Msafd): number {
  const { handles } = provider.process;
  for (const [handle, object] of [...handles.entries()]) {
    if (!(object instanceof Endpoint) || provider.infoOf(object) === null) continue;
    object.pending.silence();
    handles.close(handle);
  }
  provider.duplicates.clear();
  endRegisteredIo(provider);
  return 0;
}
