// Transport provider entries for names, options, control codes and address texts. The rules that all entries share
// are in wsp.ts.
import type { Memory, OVERLAPPED, QOS, Ref, SOCKET, WSABUF, WSAPROTOCOL_INFOW, WSATHREADID } from '../abi/index.js';
import type { BOOL, LPWSAOVERLAPPED_COMPLETION_ROUTINE, MaybePending } from './types.js';

/**
 * Writes an address as text. Does not block.
 *
 * @param lpsaAddress the address
 * @param dwAddressLength bytes at `lpsaAddress`
 * @param lpProtocolInfo the catalog entry in use, or null
 * @param lpszAddressString receives the text and a terminating null, in UTF-16 units
 * @param lpdwAddressStringLength in: units that fit; out: units of the text with its null, also on WSAEFAULT
 * @param lpErrno WSAEFAULT (too short a buffer or a null pointer), WSAEINVAL (no address of this provider)
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspaddresstostring
 */
export type LPWSPADDRESSTOSTRING = (
  lpsaAddress: Memory | null,
  dwAddressLength: number,
  lpProtocolInfo: WSAPROTOCOL_INFOW | null,
  lpszAddressString: Uint16Array | null,
  lpdwAddressStringLength: Ref | null,
  lpErrno: Ref,
) => number;

/**
 * Tells the peer's address. Does not block.
 *
 * @param s a connected socket
 * @param name receives the address
 * @param namelen in: bytes at `name`; out: bytes of the address
 * @param lpErrno WSAENOTCONN, WSAEFAULT (too short), WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspgetpeername
 */
export type LPWSPGETPEERNAME = (s: SOCKET, name: Memory | null, namelen: Ref | null, lpErrno: Ref) => number;

/**
 * Tells the local address. Does not block.
 *
 * @param s a bound or connected socket
 * @param name receives the address
 * @param namelen in: bytes at `name`; out: bytes of the address
 * @param lpErrno WSAEINVAL (not bound), WSAEFAULT (too short), WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspgetsockname
 */
export type LPWSPGETSOCKNAME = (s: SOCKET, name: Memory | null, namelen: Ref | null, lpErrno: Ref) => number;

/**
 * Reads an option. Does not block.
 *
 * @param s the socket
 * @param level level of the option
 * @param optname the option
 * @param optval receives the value, in the option's own layout
 * @param optlen in: bytes at `optval`; out: bytes of the value
 * @param lpErrno WSAENOPROTOOPT (option unknown here), WSAEFAULT (null or too short), WSAEINVAL (level unknown),
 *   WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspgetsockopt
 */
export type LPWSPGETSOCKOPT = (
  s: SOCKET,
  level: number,
  optname: number,
  optval: Memory | null,
  optlen: Ref | null,
  lpErrno: Ref,
) => number;

/**
 * Sets an option. Does not block.
 *
 * @param s the socket
 * @param level level of the option
 * @param optname the option
 * @param optval the value, in the option's own layout; not kept
 * @param optlen bytes at `optval`
 * @param lpErrno WSAENOPROTOOPT (option unknown here), WSAEFAULT (null or too short), WSAEINVAL (level unknown or value
 *   out of range), WSAENETRESET, WSAENOTCONN (the connection it needs is gone or never was), WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspsetsockopt
 */
export type LPWSPSETSOCKOPT = (
  s: SOCKET,
  level: number,
  optname: number,
  optval: Memory | null,
  optlen: number,
  lpErrno: Ref,
) => number;

/**
 * Reads a template of flow specifications by name. Does not block.
 *
 * @param s the socket
 * @param lpQOSName the template's name
 * @param lpQOS receives the specifications
 * @param lpErrno WSAEINVAL (no such template), WSAEFAULT
 * @returns TRUE; FALSE on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspgetqosbyname
 */
export type LPWSPGETQOSBYNAME = (s: SOCKET, lpQOSName: WSABUF | null, lpQOS: QOS | null, lpErrno: Ref) => BOOL;

/**
 * Runs a control code. May block: some codes wait for a change.
 *
 * @param s the socket
 * @param dwIoControlCode the code
 * @param lpvInBuffer input, or null
 * @param cbInBuffer bytes of input
 * @param lpvOutBuffer receives output, or null
 * @param cbOutBuffer bytes that fit
 * @param lpcbBytesReturned receives the bytes of output
 * @param lpOverlapped null for a non-overlapped call; with it the call returns at once and the buffers are kept until
 *   completion
 * @param lpCompletionRoutine runs in the thread `lpThreadId` on completion, or null
 * @param lpThreadId the calling thread; kept until completion
 * @param lpErrno WSAEOPNOTSUPP (code unknown, or not for this socket), WSAEINVAL (input not acceptable), WSAEFAULT (a
 *   buffer is null or too short), WSAEWOULDBLOCK (non-blocking and it would wait), WSAEINPROGRESS, WSA_IO_PENDING
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspioctl
 */
export type LPWSPIOCTL = (
  s: SOCKET,
  dwIoControlCode: number,
  lpvInBuffer: Memory | null,
  cbInBuffer: number,
  lpvOutBuffer: Memory | null,
  cbOutBuffer: number,
  lpcbBytesReturned: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
) => MaybePending<number>;

/**
 * Reads an address from text. Does not block.
 *
 * @param AddressString the text
 * @param AddressFamily the family it is of
 * @param lpProtocolInfo the catalog entry in use, or null
 * @param lpAddress receives the address
 * @param lpAddressLength in: bytes at `lpAddress`; out: bytes of the address, also on WSAEFAULT
 * @param lpErrno WSAEINVAL (no address in that text, or a family of another provider), WSAEFAULT (too short or a null
 *   pointer)
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspstringtoaddress
 */
export type LPWSPSTRINGTOADDRESS = (
  AddressString: string | null,
  AddressFamily: number,
  lpProtocolInfo: WSAPROTOCOL_INFOW | null,
  lpAddress: Memory | null,
  lpAddressLength: Ref | null,
  lpErrno: Ref,
) => number;
