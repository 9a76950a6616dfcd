// WSAEnumProtocols, WSCEnumProtocols and its 32-bit form, WSAEnumNameSpaceProviders: what the catalog lists.
import {
  SOCKET_ERROR,
  WSAEFAULT,
  WSAENOBUFS,
  WSANAMESPACE_INFOA,
  WSANAMESPACE_INFOW,
  WSANO_RECOVERY,
  bytesOf,
  toProtocolInfoAnsi,
  type Memory,
  type Ref,
} from '../abi/index.js';
import { currentThread, type LastErrorCell } from '../win32/index.js';
import { WinsockProcess, enumerateNamespaces, enumerateProtocols, installedProtocols } from '../ws2_32/index.js';
import { immediate, started } from './define.js';

type Protocols = readonly number[] | Int32Array | null;

/** Writes structures one behind the other; the error instead if they do not fit, with the room needed in `length`. */
function putAll(items: readonly Uint8Array[], target: Memory | null, length: Ref): number {
  const needed = items.reduce((sum, item) => sum + item.length, 0);
  const room = target === null ? 0 : Math.min(length.value, bytesOf(target).length);
  // Written so that a length that is no number at all is too short.
  if (!(room >= needed) || (target === null && needed > 0)) {
    length.value = needed;
    return WSAENOBUFS;
  }
  let position = 0;
  for (const item of items) {
    if (target !== null) bytesOf(target).set(item, position);
    position += item.length;
  }
  length.value = needed;
  return 0;
}

/**
 * Lists the protocols that sockets can be made for. Does not block.
 *
 * @param lpiProtocols - only these protocols (up to a 0), or null for all
 * @param lpProtocolBuffer - receives WSAPROTOCOL_INFOW structures, 628 bytes each
 * @param lpdwBufferLength - in: room in bytes; out: bytes needed
 * @returns how many were written, or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (no length), WSAENOBUFS (too small)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumprotocolsw
 */
export const WSAEnumProtocolsW = immediate(
  'WSAEnumProtocolsW',
  started(
    SOCKET_ERROR as number,
    (cell, process, lpiProtocols: Protocols, lpProtocolBuffer: Memory | null, lpdwBufferLength: Ref | null): number => {
      if (lpdwBufferLength === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
      const infos = enumerateProtocols(process, lpiProtocols).map((info) => info.bytes);
      const error = putAll(infos, lpProtocolBuffer, lpdwBufferLength);
      return error === 0 ? cell.fail(0, infos.length) : cell.fail(error, SOCKET_ERROR);
    },
  ),
);

/**
 * The ANSI form of WSAEnumProtocolsW.
 *
 * @param lpiProtocols - only these protocols (up to a 0), or null for all
 * @param lpProtocolBuffer - receives WSAPROTOCOL_INFOA structures, 372 bytes each
 * @param lpdwBufferLength - in: room in bytes; out: bytes needed
 * @returns how many were written, or SOCKET_ERROR with the errors of WSAEnumProtocolsW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumprotocolsa
 */
export const WSAEnumProtocolsA = immediate(
  'WSAEnumProtocolsA',
  started(
    SOCKET_ERROR as number,
    (cell, process, lpiProtocols: Protocols, lpProtocolBuffer: Memory | null, lpdwBufferLength: Ref | null): number => {
      if (lpdwBufferLength === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
      const infos = enumerateProtocols(process, lpiProtocols).map((info) => toProtocolInfoAnsi(info).bytes);
      const error = putAll(infos, lpProtocolBuffer, lpdwBufferLength);
      return error === 0 ? cell.fail(0, infos.length) : cell.fail(error, SOCKET_ERROR);
    },
  ),
);

/** WSAEnumProtocolsA under its plain name. */
export const WSAEnumProtocols = WSAEnumProtocolsA;

function enumerateInstalled(
  _cell: LastErrorCell,
  lpiProtocols: Protocols,
  lpProtocolBuffer: Memory | null,
  lpdwBufferLength: Ref | null,
  lpErrno: Ref | null,
): number {
  const fail = (error: number): number => {
    if (lpErrno !== null) lpErrno.value = error;
    return SOCKET_ERROR;
  };
  if (lpErrno === null || lpdwBufferLength === null) return fail(WSAEFAULT);
  const infos = installedProtocols(WinsockProcess.of(currentThread().process), lpiProtocols);
  if (infos === null) return fail(WSANO_RECOVERY);
  const error = putAll(
    infos.map((info) => info.bytes),
    lpProtocolBuffer,
    lpdwBufferLength,
  );
  return error === 0 ? infos.length : fail(error);
}

/**
 * Lists the whole protocol catalog, hidden entries and layers too. Does not block, and works before WSAStartup.
 *
 * @param lpiProtocols - only these protocols (up to a 0), or null for all
 * @param lpProtocolBuffer - receives WSAPROTOCOL_INFOW structures, 628 bytes each
 * @param lpdwBufferLength - in: room in bytes; out: bytes needed
 * @param lpErrno - receives the error: WSAEFAULT (no length), WSAENOBUFS (too small), WSANO_RECOVERY (the catalog cannot be
 *   read)
 * @returns how many were written, or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumprotocols
 */
export const WSCEnumProtocols = immediate('WSCEnumProtocols', enumerateInstalled);

/**
 * WSCEnumProtocols for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpiProtocols - only these protocols (up to a 0), or null for all
 * @param lpProtocolBuffer - receives WSAPROTOCOL_INFOW structures, 628 bytes each
 * @param lpdwBufferLength - in: room in bytes; out: bytes needed
 * @param lpErrno - receives the error, as WSCEnumProtocols
 * @returns how many were written, or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumprotocols32
 */
export const WSCEnumProtocols32 = immediate('WSCEnumProtocols32', enumerateInstalled);

/** What a name space listing needs in C: the structures and the text they point to. */
function namespaceSize(info: WSANAMESPACE_INFOW, bytesPerCharacter: number): number {
  return WSANAMESPACE_INFOW.size + ((info.lpszIdentifier ?? '').length + 1) * bytesPerCharacter;
}

const enumerateNamespacesW = started(
  SOCKET_ERROR as number,
  (cell, process, lpdwBufferLength: Ref | null, lpnspBuffer: WSANAMESPACE_INFOW[] | null): number => {
    if (lpdwBufferLength === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
    const infos = enumerateNamespaces(process);
    const needed = infos.reduce((sum, info) => sum + namespaceSize(info, 2), 0);
    const room = lpdwBufferLength.value;
    lpdwBufferLength.value = needed;
    if (lpnspBuffer === null || room < needed) return cell.fail(WSAEFAULT, SOCKET_ERROR);
    for (const [index, info] of infos.entries()) lpnspBuffer[index] = info;
    return cell.fail(0, infos.length);
  },
);

/**
 * Lists the name space providers. Does not block.
 *
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need
 * @param lpnspBuffer - an array that receives the structures; they hold pointers, so they are objects and not bytes
 * @returns how many there are, or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null, or too small a room)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnamespaceprovidersw
 */
export const WSAEnumNameSpaceProvidersW = immediate('WSAEnumNameSpaceProvidersW', enumerateNamespacesW);

/**
 * WSAEnumNameSpaceProvidersW for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need
 * @param lpnspBuffer - an array that receives the structures
 * @returns how many there are, or SOCKET_ERROR with the errors of WSAEnumNameSpaceProvidersW
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumnamespaceproviders32
 */
export const WSCEnumNameSpaceProviders32 = immediate('WSCEnumNameSpaceProviders32', enumerateNamespacesW);

/**
 * The ANSI form of WSAEnumNameSpaceProvidersW.
 *
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need
 * @param lpnspBuffer - an array that receives the structures
 * @returns how many there are, or SOCKET_ERROR with the errors of WSAEnumNameSpaceProvidersW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnamespaceprovidersa
 */
export const WSAEnumNameSpaceProvidersA = immediate(
  'WSAEnumNameSpaceProvidersA',
  started(
    SOCKET_ERROR as number,
    (cell, process, lpdwBufferLength: Ref | null, lpnspBuffer: WSANAMESPACE_INFOA[] | null): number => {
      if (lpdwBufferLength === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
      const infos = enumerateNamespaces(process);
      const needed = infos.reduce((sum, info) => sum + namespaceSize(info, 1), 0);
      const room = lpdwBufferLength.value;
      lpdwBufferLength.value = needed;
      if (lpnspBuffer === null || room < needed) return cell.fail(WSAEFAULT, SOCKET_ERROR);
      for (const [index, info] of infos.entries()) lpnspBuffer[index] = new WSANAMESPACE_INFOA(info);
      return cell.fail(0, infos.length);
    },
  ),
);

/** WSAEnumNameSpaceProvidersA under its plain name. */
export const WSAEnumNameSpaceProviders = WSAEnumNameSpaceProvidersA;
