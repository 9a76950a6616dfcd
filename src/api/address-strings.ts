// WSAAddressToString and WSAStringToAddress: whole socket addresses as text, by the provider of the address's family.
import {
  SOCKET_ERROR,
  WSAEFAULT,
  WSASYSCALLFAILURE,
  bytesOf,
  ref,
  toProtocolInfoWide,
  type Memory,
  type Ref,
  type WSAPROTOCOL_INFOA,
  type WSAPROTOCOL_INFOW,
} from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { familyProvider } from '../ws2_32/family-provider.js';
import { ask, isCount, noteBreach, type Provider, type WinsockProcess } from '../ws2_32/index.js';
import { immediate, started } from './define.js';
import { putText, textUnits, type TextBuffer } from './text-buffer.js';

/** Has a provider do it: 0, or the error. A length that cannot be is taken back. */
function have(
  process: WinsockProcess,
  provider: Provider,
  length: Ref,
  entry: (procs: Provider['procs'], lpErrno: Ref) => unknown,
): number {
  const [lpErrno, room] = [ref(0), length.value];
  const error = ask(process, provider, lpErrno, (procs) => entry(procs, lpErrno));
  if (error !== 0 || Number.isNaN(room) || isCount(length.value, room >>> 0)) return error;
  noteBreach(process, provider, 'it told more than there is room for');
  length.value = room;
  return WSASYSCALLFAILURE;
}

/** Ends a call with an error or 0. */
function finish(cell: LastErrorCell, error: number): number {
  return cell.fail(error, error === 0 ? 0 : SOCKET_ERROR);
}

function addressToText(
  cell: LastErrorCell,
  process: WinsockProcess,
  address: Memory | null,
  addressLength: number,
  info: WSAPROTOCOL_INFOW | null,
  buffer: TextBuffer | null,
  length: Ref | null,
): number {
  if (address === null || length === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const bytes = bytesOf(address);
  if (addressLength < 2 || bytes.length < addressLength) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const provider = familyProvider(process, (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8), info);
  if (typeof provider === 'number') return cell.fail(provider, SOCKET_ERROR);
  const write = (wide: Uint16Array | null): number =>
    have(process, provider, length, ({ lpWSPAddressToString }, lpErrno) =>
      lpWSPAddressToString(address, addressLength, info, wide, length, lpErrno),
    );
  if (buffer === null || buffer instanceof Uint16Array) {
    return finish(cell, write(buffer));
  }
  const wide = new Uint16Array(Math.max(Math.min(length.value, buffer.length), 0));
  const error = write(wide);
  if (error !== 0) return finish(cell, error);
  const end = wide.indexOf(0);
  const text = String.fromCharCode(...(end < 0 ? wide : wide.subarray(0, end)));
  length.value = textUnits(text, false).length;
  return putText(text, buffer, wide.length) ? cell.fail(0, 0) : cell.fail(WSAEFAULT, SOCKET_ERROR);
}

/**
 * Writes a socket address as text: `1.2.3.4`, `1.2.3.4:80`, `fe80::1%4`, `[fe80::1%4]:80`. Does not block.
 *
 * @param lpsaAddress - the sockaddr
 * @param dwAddressLength - its length in bytes
 * @param lpProtocolInfo - the catalog entry whose provider is to do it; null for the first one of the family
 * @param lpszAddressString - receives the text with its null, one byte a character; untouched on failure
 * @param lpdwAddressStringLength - in: characters that fit; out: characters of the text and its null, also when they did
 *   not fit
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null, or the buffer is too small), WSAEINVAL (a family
 *   that no provider knows, a sockaddr too short for it, or an entry of another family)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaaddresstostringa
 */
export const WSAAddressToStringA = immediate(
  'WSAAddressToStringA',
  started(
    SOCKET_ERROR,
    (
      cell,
      process,
      lpsaAddress: Memory | null,
      dwAddressLength: number,
      lpProtocolInfo: WSAPROTOCOL_INFOA | null,
      lpszAddressString: Uint8Array | null,
      lpdwAddressStringLength: Ref | null,
    ): number => {
      const info = lpProtocolInfo === null ? null : toProtocolInfoWide(lpProtocolInfo);
      return addressToText(cell, process, lpsaAddress, dwAddressLength, info, lpszAddressString, lpdwAddressStringLength);
    },
  ),
);

export { WSAAddressToStringA as WSAAddressToString };

/**
 * As WSAAddressToStringA, into UTF-16. Does not block.
 *
 * @param lpsaAddress - the sockaddr
 * @param dwAddressLength - its length in bytes
 * @param lpProtocolInfo - the catalog entry whose provider is to do it; null for the first one of the family
 * @param lpszAddressString - receives the text with its null, in UTF-16 units; untouched on failure
 * @param lpdwAddressStringLength - in: units that fit; out: units of the text and its null, also when they did not fit
 * @returns 0 or SOCKET_ERROR. Errors: those of WSAAddressToStringA
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaaddresstostringw
 */
export const WSAAddressToStringW = immediate(
  'WSAAddressToStringW',
  started(
    SOCKET_ERROR,
    (
      cell,
      process,
      lpsaAddress: Memory | null,
      dwAddressLength: number,
      lpProtocolInfo: WSAPROTOCOL_INFOW | null,
      lpszAddressString: Uint16Array | null,
      lpdwAddressStringLength: Ref | null,
    ): number =>
      addressToText(
        cell,
        process,
        lpsaAddress,
        dwAddressLength,
        lpProtocolInfo,
        lpszAddressString,
        lpdwAddressStringLength,
      ),
  ),
);

function textToAddress(
  cell: LastErrorCell,
  process: WinsockProcess,
  text: string | null,
  family: number,
  info: WSAPROTOCOL_INFOW | null,
  address: Memory | null,
  length: Ref | null,
): number {
  if (text === null || address === null || length === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const provider = familyProvider(process, family, info);
  if (typeof provider === 'number') return cell.fail(provider, SOCKET_ERROR);
  const error = have(process, provider, length, ({ lpWSPStringToAddress }, lpErrno) =>
    lpWSPStringToAddress(text, family, info, address, length, lpErrno),
  );
  return finish(cell, error);
}

/**
 * Reads a socket address from text: an IPv4 address in any of inet_addr's forms, with `:port` or without; an IPv6 address
 * with `%scope` or without, and in brackets with `:port`. A port is decimal, octal (0…) or hexadecimal (0x…) and not 0.
 * Names are not looked up. Does not block.
 *
 * @param AddressString - the text
 * @param AddressFamily - AF_INET, AF_INET6 or another family of the catalog
 * @param lpProtocolInfo - the catalog entry whose provider is to do it; null for the first one of the family
 * @param lpAddress - receives the sockaddr; untouched on failure
 * @param lpAddressLength - in: bytes at `lpAddress`; out: bytes of the sockaddr, also when they did not fit
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null, or too little memory), WSAEINVAL (no address in
 *   the text, a family that no provider knows, or an entry of another family)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsastringtoaddressa
 */
export const WSAStringToAddressA = immediate(
  'WSAStringToAddressA',
  started(
    SOCKET_ERROR,
    (
      cell,
      process,
      AddressString: string | null,
      AddressFamily: number,
      lpProtocolInfo: WSAPROTOCOL_INFOA | null,
      lpAddress: Memory | null,
      lpAddressLength: Ref | null,
    ): number => {
      const info = lpProtocolInfo === null ? null : toProtocolInfoWide(lpProtocolInfo);
      return textToAddress(cell, process, AddressString, AddressFamily, info, lpAddress, lpAddressLength);
    },
  ),
);

export { WSAStringToAddressA as WSAStringToAddress };

/**
 * As WSAStringToAddressA, for UTF-16 text. Does not block.
 *
 * @param AddressString - the text
 * @param AddressFamily - AF_INET, AF_INET6 or another family of the catalog
 * @param lpProtocolInfo - the catalog entry whose provider is to do it; null for the first one of the family
 * @param lpAddress - receives the sockaddr; untouched on failure
 * @param lpAddressLength - in: bytes at `lpAddress`; out: bytes of the sockaddr, also when they did not fit
 * @returns 0 or SOCKET_ERROR. Errors: those of WSAStringToAddressA
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsastringtoaddressw
 */
export const WSAStringToAddressW = immediate(
  'WSAStringToAddressW',
  started(
    SOCKET_ERROR,
    (
      cell,
      process,
      AddressString: string | null,
      AddressFamily: number,
      lpProtocolInfo: WSAPROTOCOL_INFOW | null,
      lpAddress: Memory | null,
      lpAddressLength: Ref | null,
    ): number =>
      textToAddress(cell, process, AddressString, AddressFamily, lpProtocolInfo, lpAddress, lpAddressLength),
  ),
);
