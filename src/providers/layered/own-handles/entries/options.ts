// WSPGetSockOpt and WSPSetSockOpt: the options that describe the provider, and the one whose value is a handle. The others
// go down.
import {
  SOCKET_ERROR,
  SOL_SOCKET,
  SO_PROTOCOL_INFOA,
  SO_PROTOCOL_INFOW,
  SO_UPDATE_ACCEPT_CONTEXT,
  WSAEFAULT,
  bytesOf,
  toProtocolInfoAnsi,
  type Memory,
  type Ref,
} from '../../../../abi/index.js';
import type { LPWSPGETSOCKOPT, LPWSPSETSOCKOPT } from '../../../../spi/index.js';
import { fail, notSocket, type OwnHandles } from '../layer.js';
import type { OwnSocket } from '../socket.js';

/** sizeof(SOCKET) on x64. */
const SOCKET_SIZE = 8;

export function getSockOpt(layer: OwnHandles): LPWSPGETSOCKOPT {
  return (s, level, optname, optval, optlen, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    if (level === SOL_SOCKET && (optname === SO_PROTOCOL_INFOW || optname === SO_PROTOCOL_INFOA)) {
      return protocolInfo(socket, optname, optval, optlen, lpErrno);
    }
    return socket.procs.lpWSPGetSockOpt(socket.lower, level, optname, optval, optlen, lpErrno);
  };
}

/** The socket is one of the chain, not of what lies below. */
function protocolInfo(
  { chain }: OwnSocket,
  optname: number,
  optval: Memory | null,
  optlen: Ref | null,
  lpErrno: Ref,
): number {
  const info = optname === SO_PROTOCOL_INFOW ? chain.info.bytes : toProtocolInfoAnsi(chain.info).bytes;
  const out = optval === null || optlen === null ? null : bytesOf(optval);
  const room = Math.min(out?.length ?? 0, optlen?.value ?? 0);
  if (out === null || optlen === null || room < info.length) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  out.set(info);
  optlen.value = info.length;
  return 0;
}

export function setSockOpt(layer: OwnHandles): LPWSPSETSOCKOPT {
  return (s, level, optname, optval, optlen, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const named = level === SOL_SOCKET && optname === SO_UPDATE_ACCEPT_CONTEXT;
    const value = named ? handleBelow(layer, optval, optlen) : optval;
    return socket.procs.lpWSPSetSockOpt(socket.lower, level, optname, value, optlen, lpErrno);
  };
}

/** A handle in memory, as the next provider knows it. What is none goes down as it is, to be refused there. */
function handleBelow(layer: OwnHandles, memory: Memory | null, length: number): Memory | null {
  const bytes = memory === null ? null : bytesOf(memory);
  if (bytes === null || length < SOCKET_SIZE || bytes.length < SOCKET_SIZE) return memory;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer, copy.byteOffset, SOCKET_SIZE);
  const listener = layer.of(Number(view.getBigInt64(0, true)) as never);
  if (listener !== null) view.setBigInt64(0, BigInt(listener.lower), true);
  return copy;
}
