// WSPJoinLeaf and WSPGetQOSByName: sessions of many, and templates of flows.
import {
  FALSE,
  INVALID_SOCKET,
  TRUE,
  WSAEFAULT,
  WSAENOTSOCK,
  WSANO_DATA,
  type Memory,
  type QOS,
  type Ref,
  type SOCKET,
  type WSABUF,
} from '../../../abi/index.js';
import { decodeAddress, type Endpoint } from '../../../afd/index.js';
import type { BOOL } from '../../../spi/index.js';
import { takeConnectData } from '../connect-data.js';
import { fail, type Msafd } from '../provider.js';

/** A leaf is its own socket in the session, so what comes back is the socket that was passed. */
export function joinLeaf(
  provider: Msafd,
  s: SOCKET,
  name: Memory | null,
  namelen: number,
  lpCallerData: WSABUF | null,
  lpCalleeData: WSABUF | null,
  lpSQOS: QOS | null,
  lpGQOS: QOS | null,
  dwFlags: number,
  lpErrno: Ref,
): SOCKET {
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, INVALID_SOCKET);
  const { address, error } = decodeAddress(endpoint.family, name, namelen);
  if (address === null) return fail(lpErrno, error, INVALID_SOCKET);
  const refused =
    takeConnectData(endpoint, lpCallerData, lpCalleeData, lpSQOS, lpGQOS) ||
    provider.afd.ops.joinLeaf(endpoint, address, dwFlags);
  return refused === 0 ? s : fail(lpErrno, refused, INVALID_SOCKET);
}

/** There is no template: asked for their names it gives the empty list, asked for one that there is no such. */
export function getQosByName(
  _provider: Msafd,
  _endpoint: Endpoint,
  lpQOSName: WSABUF | null,
  lpQOS: QOS | null,
  lpErrno: Ref,
): BOOL {
  if (lpQOSName === null) return fail(lpErrno, WSAEFAULT, FALSE);
  const { len, buf } = lpQOSName;
  if (buf === null || len <= 0 || len > buf.length) return fail(lpErrno, WSAEFAULT, FALSE);
  if (buf[0] === 0) {
    // The empty name that ends the list, in either width of characters.
    buf.fill(0, 0, Math.min(len, 2));
    return TRUE;
  }
  return fail(lpErrno, lpQOS === null ? WSAEFAULT : WSANO_DATA, FALSE);
}
