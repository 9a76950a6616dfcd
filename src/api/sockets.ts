// socket, WSASocket, closesocket, WSADuplicateSocket: handles that begin and end. Which provider makes a socket is
// ws2_32's business.
import {
  INVALID_SOCKET,
  SOCKET_ERROR,
  WSAEFAULT,
  toProtocolInfoAnsi,
  toProtocolInfoWide,
  type WSAPROTOCOL_INFOA,
  WSAPROTOCOL_INFOW,
  WSA_FLAG_OVERLAPPED,
  type GROUP,
  type SOCKET,
} from '../abi/index.js';
import { createSocket } from '../ws2_32/index.js';
import { blocking, immediate, onSocket, started } from './define.js';

/**
 * Creates a socket with the first provider that serves family, type and protocol. Does not block.
 *
 * @param af - address family: AF_INET, AF_INET6, AF_UNIX, or AF_UNSPEC if the protocol says enough
 * @param type - SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, or 0 for any
 * @param protocol - IPPROTO_TCP, IPPROTO_UDP, ..., or 0 to let the provider choose
 * @returns the socket, or INVALID_SOCKET. Errors: WSANOTINITIALISED (no WSAStartup), WSAEAFNOSUPPORT (family not served),
 *   WSAESOCKTNOSUPPORT (family has no such type), WSAEPROTONOSUPPORT (type has no such protocol), WSAEINVAL (nothing
 *   given to choose by), WSAEACCES (raw sockets are not for this process), WSAEPROVIDERFAILEDINIT, WSAEINVALIDPROVIDER,
 *   WSAEINVALIDPROCTABLE (the provider that serves it did not start)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-socket
 */
export const socket = immediate(
  'socket',
  started(INVALID_SOCKET, (cell, _process, af: number, type: number, protocol: number): SOCKET =>
    createSocket(cell, { af, type, protocol, info: null, group: 0, flags: WSA_FLAG_OVERLAPPED }),
  ),
);

/**
 * As `socket`, with a catalog entry of the caller's choice, a group and flags. Does not block.
 *
 * @param af - address family, or FROM_PROTOCOL_INFO
 * @param type - socket type, or FROM_PROTOCOL_INFO
 * @param protocol - protocol, or FROM_PROTOCOL_INFO
 * @param lpProtocolInfo - an entry of WSAEnumProtocolsW, or what WSADuplicateSocketW filled (once); null to search
 * @param g - 0; 1 for a new group, 2 for a new one that leads to one host only, or the number of a group (SO_GROUP_ID)
 * @param dwFlags - WSA_FLAG_OVERLAPPED and others
 * @returns the socket, or INVALID_SOCKET. Errors: those of `socket`, and WSAEINVAL (the entry is not in the catalog, the
 *   duplicate was used up, or there is no such group)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasocketw
 */
export const WSASocketW = immediate(
  'WSASocketW',
  started(
    INVALID_SOCKET,
    (
      cell,
      _process,
      af: number,
      type: number,
      protocol: number,
      lpProtocolInfo: WSAPROTOCOL_INFOW | null,
      g: GROUP,
      dwFlags: number,
    ): SOCKET => createSocket(cell, { af, type, protocol, info: lpProtocolInfo, group: g, flags: dwFlags }),
  ),
);

/**
 * The ANSI form of WSASocketW.
 *
 * @param af - address family, or FROM_PROTOCOL_INFO
 * @param type - socket type, or FROM_PROTOCOL_INFO
 * @param protocol - protocol, or FROM_PROTOCOL_INFO
 * @param lpProtocolInfo - as for WSASocketW, in its ANSI form
 * @param g - 0; 1 for a new group, 2 for a new one that leads to one host only, or the number of a group (SO_GROUP_ID)
 * @param dwFlags - WSA_FLAG_OVERLAPPED and others
 * @returns the socket, or INVALID_SOCKET with the errors of WSASocketW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasocketa
 */
export const WSASocketA = immediate(
  'WSASocketA',
  started(
    INVALID_SOCKET,
    (
      cell,
      _process,
      af: number,
      type: number,
      protocol: number,
      lpProtocolInfo: WSAPROTOCOL_INFOA | null,
      g: GROUP,
      dwFlags: number,
    ): SOCKET => {
      const info = lpProtocolInfo === null ? null : toProtocolInfoWide(lpProtocolInfo);
      return createSocket(cell, { af, type, protocol, info, group: g, flags: dwFlags });
    },
  ),
);

/** WSASocketA under its plain name. */
export const WSASocket = WSASocketA;

/**
 * Closes a socket handle; with the last one the socket goes. Blocks only under SO_LINGER with a time, until what was
 * sent has been taken or the time is over.
 *
 * @param s - the socket
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK (no socket), WSAEWOULDBLOCK (non-blocking, SO_LINGER
 *   with a time, and data still on its way: the socket stays open)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-closesocket
 */
export const closesocket = blocking(
  'closesocket',
  onSocket(SOCKET_ERROR, (call, s) => call.closed(call.procs.lpWSPCloseSocket(s, call.lpErrno))),
);

/**
 * Describes a socket so that WSASocketW can open a second handle to it. From now on the socket stays open for that one,
 * also when `s` is closed before; a description that is never used keeps it open until WSACleanup. Does not block.
 *
 * @param s - the socket
 * @param dwProcessId - the process that will open it: this one (`GetCurrentProcessId()`)
 * @param lpProtocolInfo - filled; good for one WSASocketW call
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAEINVAL (another process:
 *   a socket cannot leave the one it is in)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaduplicatesocketw
 */
export const WSADuplicateSocketW = immediate(
  'WSADuplicateSocketW',
  onSocket(SOCKET_ERROR, (call, s, dwProcessId: number, lpProtocolInfo: WSAPROTOCOL_INFOW | null): number => {
    const result = call.procs.lpWSPDuplicateSocket(s, dwProcessId, lpProtocolInfo, call.lpErrno);
    return call.finish(result, SOCKET_ERROR);
  }),
);

/**
 * The ANSI form of WSADuplicateSocketW.
 *
 * @param s - the socket
 * @param dwProcessId - the process that will open it: this one
 * @param lpProtocolInfo - filled; good for one WSASocketA call
 * @returns 0 or SOCKET_ERROR with the errors of WSADuplicateSocketW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaduplicatesocketa
 */
export const WSADuplicateSocketA = immediate(
  'WSADuplicateSocketA',
  onSocket(SOCKET_ERROR, (call, s, dwProcessId: number, lpProtocolInfo: WSAPROTOCOL_INFOA | null): number => {
    if (lpProtocolInfo === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
    const wide = new WSAPROTOCOL_INFOW();
    const result = call.procs.lpWSPDuplicateSocket(s, dwProcessId, wide, call.lpErrno);
    if (result === 0) lpProtocolInfo.bytes.set(toProtocolInfoAnsi(wide).bytes);
    return call.finish(result, SOCKET_ERROR);
  }),
);

/** WSADuplicateSocketA under its plain name. */
export const WSADuplicateSocket = WSADuplicateSocketA;
