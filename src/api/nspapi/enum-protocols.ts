// EnumProtocols: the catalog's protocols in the form of Winsock 1.1.
import {
  PROTOCOL_INFOA,
  PROTOCOL_INFOW,
  SOCKET_ERROR,
  WSAEFAULT,
  XP_BANDWIDTH_ALLOCATION,
  XP_CONNECTIONLESS,
  XP_CONNECT_DATA,
  XP_DISCONNECT_DATA,
  XP_EXPEDITED_DATA,
  XP_GRACEFUL_CLOSE,
  XP_GUARANTEED_DELIVERY,
  XP_GUARANTEED_ORDER,
  XP_MESSAGE_ORIENTED,
  XP_PSEUDO_STREAM,
  XP_SUPPORTS_BROADCAST,
  XP_SUPPORTS_MULTICAST,
  XP1_CONNECTIONLESS,
  XP1_CONNECT_DATA,
  XP1_DISCONNECT_DATA,
  XP1_EXPEDITED_DATA,
  XP1_GRACEFUL_CLOSE,
  XP1_GUARANTEED_DELIVERY,
  XP1_GUARANTEED_ORDER,
  XP1_MESSAGE_ORIENTED,
  XP1_PSEUDO_STREAM,
  XP1_QOS_SUPPORTED,
  XP1_SUPPORT_BROADCAST,
  XP1_SUPPORT_MULTIPOINT,
  type Ref,
  type WSAPROTOCOL_INFOW,
} from '../../abi/index.js';
import type { LastErrorCell } from '../../win32/index.js';
import { enumerateProtocols, type WinsockProcess } from '../../ws2_32/index.js';
import { immediate, started } from '../define.js';
import { textUnits } from '../text-buffer.js';
import { ERROR_INSUFFICIENT_BUFFER } from './errors.js';

/** The service flags of the two versions: their bits stand elsewhere. */
const FLAGS: readonly (readonly [now: number, then: number])[] = [
  [XP1_CONNECTIONLESS, XP_CONNECTIONLESS],
  [XP1_GUARANTEED_DELIVERY, XP_GUARANTEED_DELIVERY],
  [XP1_GUARANTEED_ORDER, XP_GUARANTEED_ORDER],
  [XP1_MESSAGE_ORIENTED, XP_MESSAGE_ORIENTED],
  [XP1_PSEUDO_STREAM, XP_PSEUDO_STREAM],
  [XP1_GRACEFUL_CLOSE, XP_GRACEFUL_CLOSE],
  [XP1_EXPEDITED_DATA, XP_EXPEDITED_DATA],
  [XP1_CONNECT_DATA, XP_CONNECT_DATA],
  [XP1_DISCONNECT_DATA, XP_DISCONNECT_DATA],
  [XP1_SUPPORT_BROADCAST, XP_SUPPORTS_BROADCAST],
  [XP1_SUPPORT_MULTIPOINT, XP_SUPPORTS_MULTICAST],
  [XP1_QOS_SUPPORTED, XP_BANDWIDTH_ALLOCATION],
];

function toOldForm(info: WSAPROTOCOL_INFOW): PROTOCOL_INFOW {
  return new PROTOCOL_INFOW({
    dwServiceFlags: FLAGS.reduce((flags, [now, then]) => ((info.dwServiceFlags1 & now) === 0 ? flags : flags | then), 0),
    iAddressFamily: info.iAddressFamily,
    iMaxSockAddr: info.iMaxSockAddr,
    iMinSockAddr: info.iMinSockAddr,
    iSocketType: info.iSocketType,
    iProtocol: info.iProtocol,
    dwMessageSize: info.dwMessageSize,
    lpProtocol: info.szProtocol,
  });
}

function list(
  cell: LastErrorCell,
  process: WinsockProcess,
  protocols: ArrayLike<number> | null,
  buffer: PROTOCOL_INFOW[] | PROTOCOL_INFOA[] | null,
  length: Ref | null,
  wide: boolean,
): number {
  if (length === null || buffer === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const infos = enumerateProtocols(process, protocols).map(toOldForm);
  const needed = infos.reduce((sum, { lpProtocol }) => sum + PROTOCOL_INFOW.size + textUnits(lpProtocol ?? '', wide).byteLength, 0);
  const fits = length.value >= needed;
  length.value = needed;
  if (!fits) return cell.fail(ERROR_INSUFFICIENT_BUFFER, SOCKET_ERROR);
  for (const [index, info] of infos.entries()) buffer[index] = wide ? info : new PROTOCOL_INFOA(info);
  return cell.fail(0, infos.length);
}

/**
 * Lists the protocols that sockets can be made for, in the form of Winsock 1.1. Does not block.
 *
 * @param lpiProtocols - only these protocols (up to a 0), or null for all
 * @param lpProtocolBuffer - an array that receives the structures, which hold pointers and so are objects
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need on x64
 * @returns how many there are, or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null), ERROR_INSUFFICIENT_BUFFER (122:
 *   too small)
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-enumprotocolsw
 */
export const EnumProtocolsW = immediate(
  'EnumProtocolsW',
  started(
    SOCKET_ERROR as number,
    (cell, process, lpiProtocols: ArrayLike<number> | null, lpProtocolBuffer: PROTOCOL_INFOW[] | null, lpdwBufferLength: Ref | null) =>
      list(cell, process, lpiProtocols, lpProtocolBuffer, lpdwBufferLength, true),
  ),
);

/**
 * The ANSI form of EnumProtocolsW: its texts count in bytes of UTF-8.
 *
 * @param lpiProtocols - only these protocols (up to a 0), or null for all
 * @param lpProtocolBuffer - an array that receives the structures
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need on x64
 * @returns how many there are, or SOCKET_ERROR with the errors of EnumProtocolsW
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-enumprotocolsa
 */
export const EnumProtocolsA = immediate(
  'EnumProtocolsA',
  started(
    SOCKET_ERROR as number,
    (cell, process, lpiProtocols: ArrayLike<number> | null, lpProtocolBuffer: PROTOCOL_INFOA[] | null, lpdwBufferLength: Ref | null) =>
      list(cell, process, lpiProtocols, lpProtocolBuffer, lpdwBufferLength, false),
  ),
);

/** EnumProtocolsA under its plain name. */
export const EnumProtocols = EnumProtocolsA;
