// WSPGetSockOpt and WSPSetSockOpt: afd's option table, and the two options that describe the provider itself.
import {
  SOCKET_ERROR,
  SOL_SOCKET,
  SO_PROTOCOL_INFOA,
  SO_PROTOCOL_INFOW,
  WSAEFAULT,
  WSAPROTOCOL_INFOW,
  bytesOf,
  toProtocolInfoAnsi,
  type Memory,
  type Ref,
} from '../../../abi/index.js';
import type { Endpoint } from '../../../afd/index.js';
import { getOption } from '../../../afd/options/get.js';
import { setOption } from '../../../afd/options/set.js';
import { fail, status, type Msafd } from '../provider.js';

/** The memory behind an option or ioctl buffer, cut to the length given with it; null for a null or too short one. */
export function windowOf(memory: Memory | null, length: number): Uint8Array | null {
  if (memory === null || length < 0) return null;
  const bytes = bytesOf(memory);
  return length > bytes.length ? null : bytes.subarray(0, length);
}

export function getSockOpt(
  provider: Msafd,
  endpoint: Endpoint,
  level: number,
  optname: number,
  optval: Memory | null,
  optlen: Ref | null,
  lpErrno: Ref,
): number {
  if (optlen === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  const out = windowOf(optval, optlen.value);
  if (level === SOL_SOCKET && (optname === SO_PROTOCOL_INFOW || optname === SO_PROTOCOL_INFOA)) {
    return protocolInfo(provider, endpoint, optname, out, optlen, lpErrno);
  }
  const { error, length } = getOption(endpoint, level, optname, out, optlen.value);
  if (error === 0) optlen.value = length;
  return status(lpErrno, error);
}

function protocolInfo(
  provider: Msafd,
  endpoint: Endpoint,
  optname: number,
  out: Uint8Array | null,
  optlen: Ref,
  lpErrno: Ref,
): number {
  const wide = provider.infoOf(endpoint) ?? new WSAPROTOCOL_INFOW();
  const info = optname === SO_PROTOCOL_INFOW ? wide.bytes : toProtocolInfoAnsi(wide).bytes;
  if (out === null || out.length < info.length) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  out.set(info);
  optlen.value = info.length;
  return 0;
}

export function setSockOpt(
  _provider: Msafd,
  endpoint: Endpoint,
  level: number,
  optname: number,
  optval: Memory | null,
  optlen: number,
  lpErrno: Ref,
): number {
  const value = windowOf(optval, optlen);
  return status(lpErrno, setOption(endpoint, level, optname, value, optlen));
}
