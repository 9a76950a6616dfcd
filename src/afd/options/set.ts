// setsockopt as afd answers it: finds the row, reads the caller's bytes, has the row take the value.
import { WSAEFAULT, WSAENOPROTOOPT } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { optionSet } from '../events/options.js';
import type { NumberShape } from './rule.js';
import { findOption } from './table.js';

const NOTHING = new Uint8Array(0);

/**
 * Sets an option. Never blocks.
 *
 * @param level - SOL_SOCKET or IPPROTO_*; signed or unsigned 32 bits
 * @param name - the option; signed or unsigned 32 bits
 * @param value - the caller's buffer, or null
 * @param length - optlen: how many bytes of it count
 * @returns 0, or WSAEFAULT (no value, or too short), WSAEINVAL (a level that no protocol of the socket's provider has, an
 * option for another type of socket, a value out of range, or a socket in the wrong state), WSAENOPROTOOPT (an option
 * that the protocol does not know or that cannot be set), WSAEADDRNOTAVAIL (no such interface or membership),
 * WSAENOTCONN (an option of a connection, and there is none), WSAEOPNOTSUPP (the driver has no way to do it)
 * @see https://learn.microsoft.com/windows/win32/api/winsock/nf-winsock-setsockopt
 */
export function setOption(
  endpoint: Endpoint,
  level: number,
  name: number,
  value: Uint8Array | null,
  length: number,
): number {
  const error = set(endpoint, level, name, value, length);
  if (error === 0 && endpoint.afd.events.verbose) optionSet(endpoint, level, name, value);
  return error;
}

function set(endpoint: Endpoint, level: number, name: number, value: Uint8Array | null, length: number): number {
  const rule = findOption(endpoint, level, name);
  if (typeof rule === 'number') return rule;
  if (rule.shape === 'none') return rule.error(endpoint);
  if (rule.write === null) return WSAENOPROTOOPT;
  const size = value === null ? 0 : Math.min(length, value.length);
  if (rule.shape === 'bytes') {
    if (size < rule.least || length < 0) return WSAEFAULT;
    return rule.write(endpoint, value === null ? NOTHING : value.subarray(0, size));
  }
  const number = value === null ? null : readNumber(rule.shape, value, size);
  return number === null ? WSAEFAULT : rule.write(endpoint, number);
}

/** The number in the first bytes, or null if there are too few. */
function readNumber(shape: NumberShape, bytes: Uint8Array, size: number): number | null {
  const strict = shape === 'dword' || shape === 'flag4';
  if (size < (strict ? 4 : 1)) return null;
  const value = size < 4 ? (bytes[0] ?? 0) : new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
  if (shape === 'dword' || shape === 'number') return value;
  return value === 0 ? 0 : 1;
}
