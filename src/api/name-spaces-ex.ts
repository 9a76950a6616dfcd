// WSAEnumNameSpaceProvidersEx: the name space providers with their own data.
import { SOCKET_ERROR, WSAEFAULT, WSANAMESPACE_INFOEXA, WSANAMESPACE_INFOEXW, bytesOf, type Ref } from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { enumerateNamespacesEx, type WinsockProcess } from '../ws2_32/index.js';
import { immediate, started } from './define.js';
import { textUnits } from './text-buffer.js';

/** What a listing needs in C: the structures, the texts and the data that they point to. */
function sizeOf({ lpszIdentifier, ProviderSpecific }: WSANAMESPACE_INFOEXW, wide: boolean): number {
  const text = lpszIdentifier === null ? 0 : textUnits(lpszIdentifier, wide).byteLength;
  const data = ProviderSpecific.pBlobData === null ? 0 : bytesOf(ProviderSpecific.pBlobData).length;
  return WSANAMESPACE_INFOEXW.size + text + data;
}

function list<T>(
  cell: LastErrorCell,
  process: WinsockProcess,
  length: Ref | null,
  buffer: T[] | null,
  wide: boolean,
  make: (info: WSANAMESPACE_INFOEXW) => T,
): number {
  if (length === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const infos = enumerateNamespacesEx(process);
  const needed = infos.reduce((sum, info) => sum + sizeOf(info, wide), 0);
  const fits = length.value >= needed;
  length.value = needed;
  if (buffer === null || !fits) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  for (const [index, info] of infos.entries()) buffer[index] = make(info);
  return cell.fail(0, infos.length);
}

const listW = started(
  SOCKET_ERROR as number,
  (cell, process, lpdwBufferLength: Ref | null, lpnspBuffer: WSANAMESPACE_INFOEXW[] | null): number =>
    list(cell, process, lpdwBufferLength, lpnspBuffer, true, (info) => info),
);

/**
 * Lists the name space providers with what their installers left for them. Does not block.
 *
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need
 * @param lpnspBuffer - an array that receives the structures; they hold pointers, so they are objects and not bytes
 * @returns how many there are, or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null, or too small a room)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnamespaceprovidersexw
 */
export const WSAEnumNameSpaceProvidersExW = immediate('WSAEnumNameSpaceProvidersExW', listW);

/**
 * WSAEnumNameSpaceProvidersExW for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need
 * @param lpnspBuffer - an array that receives the structures
 * @returns how many there are, or SOCKET_ERROR with the errors of WSAEnumNameSpaceProvidersExW
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumnamespaceprovidersex32
 */
export const WSCEnumNameSpaceProvidersEx32 = immediate('WSCEnumNameSpaceProvidersEx32', listW);

/**
 * The ANSI form of WSAEnumNameSpaceProvidersExW.
 *
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need
 * @param lpnspBuffer - an array that receives the structures
 * @returns how many there are, or SOCKET_ERROR with the errors of WSAEnumNameSpaceProvidersExW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnamespaceprovidersexa
 */
export const WSAEnumNameSpaceProvidersExA = immediate(
  'WSAEnumNameSpaceProvidersExA',
  started(
    SOCKET_ERROR as number,
    (cell, process, lpdwBufferLength: Ref | null, lpnspBuffer: WSANAMESPACE_INFOEXA[] | null): number =>
      list(cell, process, lpdwBufferLength, lpnspBuffer, false, (info) => new WSANAMESPACE_INFOEXA(info)),
  ),
);

/** WSAEnumNameSpaceProvidersExA under its plain name. */
export const WSAEnumNameSpaceProvidersEx = WSAEnumNameSpaceProvidersExA;
