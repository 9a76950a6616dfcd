// WSAJoinLeaf and WSAGetQOSByName: sessions of many, and templates of quality of service.
import { FALSE, INVALID_SOCKET, type Memory, type QOS, type WSABUF } from '../abi/index.js';
import { blocking, immediate, onSocket } from './define.js';

/**
 * Makes a multipoint socket a leaf of a session, which for IP is a multicast group. May block, and does not with UDP. An
 * unbound socket is bound to a port of the system's choice. The membership ends with the socket, or by IP_DROP_MEMBERSHIP.
 *
 * @param s - a datagram socket made by WSASocketW with WSA_FLAG_MULTIPOINT_C_LEAF and WSA_FLAG_MULTIPOINT_D_LEAF
 * @param name - the group's sockaddr; the scope of an IPv6 one chooses the interface
 * @param namelen - its length in bytes
 * @param lpCallerData - data for the session; must be null or empty
 * @param lpCalleeData - receives data of the session: its `len` becomes 0
 * @param lpSQOS - flow specifications; null or best effort
 * @param lpGQOS - reserved, null
 * @param dwFlags - JL_SENDER_ONLY (the group is not listened to), JL_RECEIVER_ONLY or JL_BOTH
 * @returns `s` itself, or INVALID_SOCKET; FD_CONNECT is told too. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null or
 *   too short), WSAEAFNOSUPPORT (another family), WSAEADDRNOTAVAIL (no group; no such interface), WSAEINVAL (a socket
 *   without the two flags; other `dwFlags`; `lpGQOS` not null), WSAEISCONN (a member already), WSAEOPNOTSUPP (a stream; the
 *   quality of service asked for cannot be given), WSAEPROTONOSUPPORT (caller data given)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsajoinleaf
 */
export const WSAJoinLeaf = blocking(
  'WSAJoinLeaf',
  onSocket(
    INVALID_SOCKET,
    (
      call,
      s,
      name: Memory | null,
      namelen: number,
      lpCallerData: WSABUF | null,
      lpCalleeData: WSABUF | null,
      lpSQOS: QOS | null,
      lpGQOS: QOS | null,
      dwFlags: number,
    ) => {
      const { procs, lpErrno } = call;
      const result = procs.lpWSPJoinLeaf(s, name, namelen, lpCallerData, lpCalleeData, lpSQOS, lpGQOS, dwFlags, lpErrno);
      return call.newSocket(result, true);
    },
  ),
);

/**
 * Fills a QOS structure from a named template, or lists the names of templates, of which there are none here. Does not block.
 *
 * @param s - the socket, whose provider has the templates
 * @param lpQOSName - a name; or a buffer that begins with an empty one, which receives the list of names, ended by an empty one
 * @param lpQOS - receives the flow specifications; not used for the list
 * @returns TRUE or FALSE. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null, or no memory where it tells a length),
 *   WSANO_DATA (no such template)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetqosbyname
 */
export const WSAGetQOSByName = immediate(
  'WSAGetQOSByName',
  onSocket(FALSE as number, (call, s, lpQOSName: WSABUF | null, lpQOS: QOS | null): number =>
    call.finish(call.procs.lpWSPGetQOSByName(s, lpQOSName, lpQOS, call.lpErrno), FALSE),
  ),
);
