// Owns: turning what Node reports (libuv numbers, exceptions) into driver error names.
// Does not own: what a name means to Winsock; afd has that table.

import { getSystemErrorName } from 'node:util';
import type { DriverError } from '../contract.js';

/** Node's own codes that stand for something an operating system would have said. */
const NODE_CODES: Readonly<Record<string, DriverError>> = {
  ERR_SOCKET_BAD_PORT: 'EADDRNOTAVAIL',
  ERR_SOCKET_CLOSED: 'ENOTCONN',
  ERR_SOCKET_CLOSED_BEFORE_CONNECTION: 'ECONNABORTED',
  ERR_SOCKET_DGRAM_IS_CONNECTED: 'EISCONN',
  ERR_SOCKET_DGRAM_NOT_CONNECTED: 'ENOTCONN',
  ERR_SOCKET_DGRAM_NOT_RUNNING: 'EBADF',
  ERR_SOCKET_ALREADY_BOUND: 'EINVAL',
  ERR_STREAM_DESTROYED: 'ECANCELED',
  ERR_STREAM_WRITE_AFTER_END: 'EPIPE',
  ERR_STREAM_ALREADY_FINISHED: 'EPIPE',
  ERR_STREAM_PREMATURE_CLOSE: 'ECANCELED',
};

/**
 * The name of a libuv error number.
 * @param status a negative libuv status
 */
export function nameOfStatus(status: number): DriverError {
  return getSystemErrorName(status);
}

/**
 * The name of what Node threw or emitted. A system error keeps its name; Node's own codes go through a table; all other
 * argument complaints become 'EINVAL'.
 */
export function nameOfError(error: unknown): DriverError {
  const code = codeOf(error);
  if (code === null) return 'EIO';
  if (!code.startsWith('ERR_')) return code;
  return NODE_CODES[code] ?? 'EINVAL';
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
