// WSPBind, WSPGetSockName, WSPGetPeerName: the addresses of a socket.
import { SOCKET_ERROR, WSAEFAULT, WSAEINVAL, WSAENOTCONN, type Memory, type Ref } from '../../../abi/index.js';
import { decodeAddress, encodeAddress, type DatagramEndpoint, type Endpoint, type StreamEndpoint, type NetAddress } from '../../../afd/index.js';
import { addressFits, putAddress } from '../buffers.js';
import { fail, status, type Msafd } from '../provider.js';

export function bind(provider: Msafd, endpoint: Endpoint, name: Memory | null, namelen: number, lpErrno: Ref): number {
  const decoded = decodeAddress(endpoint.family, name, namelen);
  if (decoded.address === null) return fail(lpErrno, decoded.error, SOCKET_ERROR);
  return status(lpErrno, provider.afd.ops.bind(endpoint, decoded.address));
}

function tell(
  address: NetAddress | null,
  unnamed: number,
  name: Memory | null,
  namelen: Ref | null,
  lpErrno: Ref,
): number {
  if (address === null) return fail(lpErrno, unnamed, SOCKET_ERROR);
  if (name === null || namelen === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  const bytes = encodeAddress(address);
  if (!addressFits(bytes.length, name, namelen)) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  putAddress(bytes, name, namelen);
  return 0;
}

export function getSockName(
  _provider: Msafd,
  endpoint: Endpoint,
  name: Memory | null,
  namelen: Ref | null,
  lpErrno: Ref,
): number {
  return tell(endpoint.local, WSAEINVAL, name, namelen, lpErrno);
}

export function getPeerName(
  _provider: Msafd,
  endpoint: Endpoint,
  name: Memory | null,
  namelen: Ref | null,
  lpErrno: Ref,
): number {
  const { remote } = endpoint as StreamEndpoint | DatagramEndpoint;
  return tell(remote, WSAENOTCONN, name, namelen, lpErrno);
}
