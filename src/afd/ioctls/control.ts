// ioctlsocket and WSAIoctl as afd answers them: finds the row, checks the buffers' sizes, has the row do it.
import { WSAEFAULT, WSAENOPROTOOPT, WSAEOPNOTSUPP } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { codeSet } from '../events/options.js';
import { kindOf } from '../options/rule.js';
import { outcome, type ControlOutcome } from './rule.js';
import { controlTable } from './table.js';

const NOTHING = new Uint8Array(0);

/**
 * Carries out a control code. What comes back is either the result or, for the codes that tell of a change, a request
 * that will be done when it comes; on a non-blocking socket without an overlapped structure the caller is to abort such
 * a request with WSAEWOULDBLOCK. The count of bytes is for the caller, whose pointer to it is not afd's business.
 *
 * @param code - FIO*, SIOC* or SIO_*; signed or unsigned 32 bits
 * @param input - the input buffer, cut to its length, or null
 * @param output - the output buffer, cut to its length, or null
 * @returns error 0 and the bytes written, or: WSAEFAULT (a buffer is missing or too short), WSAEINVAL (a value out of
 * range, or a socket in the wrong state), WSAENOPROTOOPT (a code for another type of socket), WSAENOTCONN (a code for a
 * connection, and there is none), WSAENETUNREACH and WSAEADDRNOTAVAIL (no interface for an address), WSAEOPNOTSUPP (a
 * code that nobody handles)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaioctl
 */
export function control(
  endpoint: Endpoint,
  code: number,
  input: Uint8Array | null,
  output: Uint8Array | null,
): ControlOutcome {
  const rule = controlTable.get(code >>> 0);
  if (rule === undefined || rule.support === 'above') return outcome(WSAEOPNOTSUPP);
  if (rule.needs !== null && !rule.needs(endpoint.afd.driver.capabilities)) return outcome(WSAEOPNOTSUPP);
  if (!rule.kinds.includes(kindOf(endpoint)) || !rule.families.includes(endpoint.family)) return outcome(WSAENOPROTOOPT);
  const given = input ?? NOTHING;
  const room = output ?? NOTHING;
  if (given.length < rule.input || room.length < rule.output) return outcome(WSAEFAULT);
  const result = rule.run(endpoint, given, room);
  const worked = 'error' in result && result.error === 0;
  if (worked && endpoint.afd.events.verbose) codeSet(endpoint, code, input);
  return result;
}
