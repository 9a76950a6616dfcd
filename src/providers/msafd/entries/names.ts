// WSPBind, WSPGetSockName, WSPGetPeerName: the addresses of a socket.
import { SOCKET_ERROR, WSAEFAULT, WSAEINVAL, WSAENOTCONN, type Memory, type Ref } from '../../../abi/index.js';
import { StreamEndpoint, decodeAddress, encodeAddress, type DatagramEndpoint, type Endpoint, type NetAddress } from '../../../afd/index.js';
import { addressFits, putAddress } from '../buffers.js';
import { fail, status, type Msafd } from '../provider.js';

export function bind(provider: Msafd, endpoint: Endpoint, name: Memory | null, namelen: number, lpErrno: Ref): number {
  const decoded = decodeAddress(endpoint.family, name, namelen);
  if (decoded.address === null) return fail(lpErrno, decoded.error, SOCKET_ERROR);
  return status(lpErrno, provider.afd.ops.bind(endpoint, decoded.address));
}

/** Whether AcceptEx or ConnectEx made the connection and the socket has not been told of it yet. */
function lacksContext(endpoint: Endpoint): endpoint is StreamEndpoint {
  return endpoint instanceof StreamEndpoint && endpoint.contextMissing;
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
  const local = lacksContext(endpoint) && endpoint.wasAccepted ? null : endpoint.local;
  return tell(local, WSAEINVAL, name, namelen, lpErrno);
}

export function getPeerName(
  _provider: Msafd,
  endpoint: Endpoint,
  name: Memory | null,
  namelen: Ref | null,
  lpErrno: Ref,
): number {
  const remote = lacksContext(endpoint) ? null : (endpoint as StreamEndpoint | DatagramEndpoint).remote;
  return tell(remote, WSAENOTCONN, name, namelen, lpErrno);
}
