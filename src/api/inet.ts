// inet_addr, inet_ntoa, inet_pton, inet_ntop: internet addresses as text, without ports. They ask nobody.
import {
  AF_INET,
  AF_INET6,
  INADDR_NONE,
  STATUS_INVALID_PARAMETER,
  WSAEAFNOSUPPORT,
  WSAEFAULT,
  WSAEINVAL,
  bytesOf,
  formatIpv4,
  formatIpv6,
  parseIpv4,
  parseIpv4Loose,
  parseIpv6,
  type Memory,
  type in_addr,
} from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { immediate } from './define.js';
import { putText, type TextBuffer } from './text-buffer.js';

/**
 * Reads an IPv4 address of one to four parts, each decimal, octal (0…) or hexadecimal (0x…); the last part fills what the
 * others leave. Does not block, and works before WSAStartup.
 *
 * @param cp - the text; from the first white space behind the address on it is not looked at
 * @returns the address as the number that its network-order bytes are in memory; 0 for a single space; INADDR_NONE for
 *   anything else that is no address, and also for 255.255.255.255. The last error is set for null only: WSAEFAULT
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-inet_addr
 */
export const inet_addr = immediate('inet_addr', (cell, cp: string | null): number => {
  if (cp === null) return cell.fail(WSAEFAULT, INADDR_NONE);
  if (cp === ' ') return 0;
  const bytes = parseIpv4Loose(cp.split(/[\t-\r ]/, 1)[0] ?? '');
  return bytes === null ? INADDR_NONE : new DataView(bytes.buffer).getUint32(0, true);
});

/**
 * Writes an IPv4 address in dotted decimal. Does not block, and works before WSAStartup.
 *
 * @param in_ - the address
 * @returns the text (a string of its own: no later call overwrites it); null with WSAEFAULT for null
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-inet_ntoa
 */
export const inet_ntoa = immediate('inet_ntoa', (cell, in_: in_addr | null): string | null =>
  in_ === null ? cell.fail(WSAEFAULT, null) : formatIpv4(bytesOf(in_)),
);

function textToNetwork(cell: LastErrorCell, family: number, text: string | null, target: Memory | null): number {
  if (text === null || target === null) return cell.fail(WSAEFAULT, -1);
  if (family !== AF_INET && family !== AF_INET6) return cell.fail(WSAEAFNOSUPPORT, -1);
  const bytes = family === AF_INET ? parseIpv4(text) : parseIpv6(text);
  if (bytes === null) return 0;
  if (bytesOf(target).length < bytes.length) return cell.fail(WSAEFAULT, -1);
  bytesOf(target).set(bytes);
  return 1;
}

/**
 * Reads an address in its strict form: four decimal parts, or IPv6 without scope, brackets and port. Does not block, and
 * works before WSAStartup.
 *
 * @param Family - AF_INET or AF_INET6
 * @param pszAddrString - the text
 * @param pAddrBuf - receives 4 or 16 bytes in network order; untouched unless 1 is returned
 * @returns 1; 0 for text that is no such address, the last error then being what it was; -1 with WSAEAFNOSUPPORT (another
 *   family) or WSAEFAULT (null, or too little memory)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-inet_pton
 */
export const inet_pton = immediate(
  'inet_pton',
  (cell, Family: number, pszAddrString: string | null, pAddrBuf: Memory | null): number =>
    textToNetwork(cell, Family, pszAddrString, pAddrBuf),
);

export { inet_pton as InetPton, inet_pton as InetPtonA };

/**
 * As inet_pton, for UTF-16 text, and telling of text that is no address by the last error too. Does not block, and works
 * before WSAStartup.
 *
 * @param Family - AF_INET or AF_INET6
 * @param pszAddrString - the text
 * @param pAddrBuf - receives 4 or 16 bytes in network order; untouched unless 1 is returned
 * @returns 1; 0 with WSAEINVAL for text that is no such address; -1 with WSAEAFNOSUPPORT (another family) or WSAEFAULT
 *   (null, or too little memory)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-inetptonw
 */
export const InetPtonW = immediate(
  'InetPtonW',
  (cell, Family: number, pszAddrString: string | null, pAddrBuf: Memory | null): number => {
    const result = textToNetwork(cell, Family, pszAddrString, pAddrBuf);
    return result === 0 ? cell.fail(WSAEINVAL, 0) : result;
  },
);

function networkToText(
  cell: LastErrorCell,
  family: number,
  address: Memory | null,
  buffer: TextBuffer | null,
  room: number,
): string | null {
  // An NTSTATUS as last error: the page says ERROR_INVALID_PARAMETER, Windows 8 and later give this.
  if (buffer === null) return cell.fail(STATUS_INVALID_PARAMETER, null);
  if (family !== AF_INET && family !== AF_INET6) return cell.fail(WSAEAFNOSUPPORT, null);
  if (address === null) return cell.fail(STATUS_INVALID_PARAMETER, null);
  const bytes = bytesOf(address);
  if (bytes.length < (family === AF_INET ? 4 : 16)) return cell.fail(WSAEFAULT, null);
  const text = family === AF_INET ? formatIpv4(bytes) : formatIpv6(bytes);
  return putText(text, buffer, room) ? text : cell.fail(STATUS_INVALID_PARAMETER, null);
}

/**
 * Writes an address in its usual form. Does not block, and works before WSAStartup.
 *
 * @param Family - AF_INET or AF_INET6
 * @param pAddr - 4 or 16 bytes in network order
 * @param pStringBuf - receives the text with its null, one byte a character; untouched on failure
 * @param StringBufSize - characters that fit there: 16 for any IPv4 address, 46 for any IPv6 one
 * @returns the text, also in `pStringBuf`; null with WSAEAFNOSUPPORT (another family), STATUS_INVALID_PARAMETER (null
 *   buffer or address, or a buffer too small) or WSAEFAULT (fewer bytes at `pAddr` than the family has)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-inet_ntop
 */
export const inet_ntop = immediate(
  'inet_ntop',
  (cell, Family: number, pAddr: Memory | null, pStringBuf: Uint8Array | null, StringBufSize: number): string | null =>
    networkToText(cell, Family, pAddr, pStringBuf, StringBufSize),
);

export { inet_ntop as InetNtop, inet_ntop as InetNtopA };

/**
 * As inet_ntop, into UTF-16. Does not block, and works before WSAStartup.
 *
 * @param Family - AF_INET or AF_INET6
 * @param pAddr - 4 or 16 bytes in network order
 * @param pStringBuf - receives the text with its null, in UTF-16 units; untouched on failure
 * @param StringBufSize - units that fit there: 16 for any IPv4 address, 46 for any IPv6 one
 * @returns the text, also in `pStringBuf`; null with the errors of inet_ntop
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-inetntopw
 */
export const InetNtopW = immediate(
  'InetNtopW',
  (cell, Family: number, pAddr: Memory | null, pStringBuf: Uint16Array | null, StringBufSize: number): string | null =>
    networkToText(cell, Family, pAddr, pStringBuf, StringBufSize),
);
