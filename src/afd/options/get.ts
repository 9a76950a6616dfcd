// getsockopt as afd answers it: finds the row, reads the value, fits it into the caller's buffer.
import { WSAEFAULT, WSAENOPROTOOPT } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import type { NumberShape } from './rule.js';
import { findOption } from './table.js';

/** What asking for an option gave; `length` is for *optlen, and what the caller passed when there is an error. */
export interface OptionAnswer {
  readonly error: number;
  readonly length: number;
}

/**
 * Reads an option. Never blocks.
 *
 * @param level - SOL_SOCKET or IPPROTO_*; signed or unsigned 32 bits
 * @param name - the option; signed or unsigned 32 bits
 * @param out - the caller's buffer, or null
 * @param length - *optlen: how many bytes of it may be written
 * @returns error 0, or WSAEFAULT (no buffer, or too short for the value), WSAEINVAL (a level that no protocol of the
 * socket's provider has, or an option for another type of socket), WSAENOPROTOOPT (an option that the protocol does not
 * know or that cannot be read)
 * @see https://learn.microsoft.com/windows/win32/api/winsock/nf-winsock-getsockopt
 */
export function getOption(
  endpoint: Endpoint,
  level: number,
  name: number,
  out: Uint8Array | null,
  length: number,
): OptionAnswer {
  const failed = (error: number): OptionAnswer => ({ error, length });
  const rule = findOption(endpoint, level, name);
  if (typeof rule === 'number') return failed(rule);
  if (rule.shape === 'none') return failed(rule.error(endpoint));
  if (rule.read === null) return failed(WSAENOPROTOOPT);
  if (out === null) return failed(WSAEFAULT);
  const room = Math.min(length, out.length);
  if (rule.shape !== 'bytes') {
    const written = writeNumber(rule.shape, rule.read(endpoint), out, room);
    return written === 0 ? failed(WSAEFAULT) : { error: 0, length: written };
  }
  const value = rule.read(endpoint);
  if (typeof value === 'number') return failed(value);
  if (room < value.length) return failed(WSAEFAULT);
  out.set(value);
  return { error: 0, length: value.length };
}

/**
 * The value of an option with a number, as getsockopt would give it; 0 where the socket does not have it. For the other
 * parts of afd and its provider, which look at what is only remembered here (IP_PKTINFO and its like).
 */
export function numberOption(endpoint: Endpoint, level: number, name: number): number {
  const rule = findOption(endpoint, level, name);
  if (typeof rule === 'number' || rule.shape === 'none' || rule.shape === 'bytes' || rule.read === null) return 0;
  return rule.read(endpoint);
}

/** Returns how many bytes were written, 0 if there is too little room. */
function writeNumber(shape: NumberShape, value: number, out: Uint8Array, room: number): number {
  const strict = shape === 'dword' || shape === 'flag4';
  if (room < (strict ? 4 : 1)) return 0;
  if (room < 4 || shape === 'flag1') {
    out[0] = value;
    return 1;
  }
  new DataView(out.buffer, out.byteOffset, 4).setInt32(0, value, true);
  return 4;
}
