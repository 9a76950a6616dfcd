// The one error table: every code that a Winsock call can give, its name and its meaning.
// Owns no translation: how a driver's errors become these codes is afd's business.

import { socketErrors } from './error-table.js';
import * as win32 from './constants/win32.js';

/** One name of one error code. */
export interface ErrorEntry {
  readonly name: string;
  /** Unsigned 32-bit. */
  readonly value: number;
  readonly category: string;
  /** The other name of the same number that this one stands for; null when this is the number's own name. */
  readonly aliasOf: string | null;
  /** What it means, in a few words. */
  readonly meaning: string;
}

const row = (name: keyof typeof win32, meaning: string): ErrorEntry => ({
  name,
  value: win32[name],
  category: 'win32',
  aliasOf: null,
  meaning,
});

// Codes that Winsock gives under a name of its own (6, 8, 87, 995 to 997) are in the other table only.
const win32Errors: readonly ErrorEntry[] = /* @__PURE__ */ (() => [
  row('ERROR_INVALID_FUNCTION', 'the request makes no sense for this object'),
  row('ERROR_FILE_NOT_FOUND', 'no such file, or no driver behind the handle'),
  row('ERROR_PATH_NOT_FOUND', 'no such folder'),
  row('ERROR_ACCESS_DENIED', 'not permitted'),
  row('ERROR_HANDLE_EOF', 'the end of the file was reached'),
  row('ERROR_NOT_SUPPORTED', 'the request is not supported'),
  row('ERROR_NETNAME_DELETED', 'the connection was reset while the operation was pending'),
  row('ERROR_SEM_TIMEOUT', 'no answer within the time limit'),
  row('ERROR_INSUFFICIENT_BUFFER', 'the buffer is too small'),
  row('ERROR_INVALID_NAME', 'the name is malformed'),
  row('ERROR_MOD_NOT_FOUND', 'the module could not be found'),
  row('ERROR_PROC_NOT_FOUND', 'the module does not export the function'),
  row('ERROR_ALREADY_EXISTS', 'the object exists already'),
  row('ERROR_MORE_DATA', 'the message was longer than the buffer; the rest is lost'),
  row('WAIT_TIMEOUT', 'the wait ended without a result'),
  row('ERROR_INVALID_ADDRESS', 'an address cannot be used'),
  row('ERROR_ABANDONED_WAIT_0', 'the completion port was closed during the wait'),
  row('ERROR_NOACCESS', 'memory cannot be accessed'),
  row('ERROR_NOT_FOUND', 'nothing to cancel was found'),
  row('ERROR_CONNECTION_REFUSED', 'nobody listens there'),
  row('ERROR_GRACEFUL_DISCONNECT', 'the peer closed the connection'),
  row('ERROR_ADDRESS_ALREADY_ASSOCIATED', 'the transport endpoint has an address already'),
  row('ERROR_ADDRESS_NOT_ASSOCIATED', 'the transport endpoint has no address'),
  row('ERROR_CONNECTION_INVALID', 'the connection does not exist'),
  row('ERROR_CONNECTION_ACTIVE', 'the connection exists already'),
  row('ERROR_NETWORK_UNREACHABLE', 'no route to the network'),
  row('ERROR_HOST_UNREACHABLE', 'no route to the host'),
  row('ERROR_PROTOCOL_UNREACHABLE', 'the host does not speak the protocol'),
  row('ERROR_PORT_UNREACHABLE', 'nobody receives at the port'),
  row('ERROR_REQUEST_ABORTED', 'the request was given up'),
  row('ERROR_CONNECTION_ABORTED', 'the connection was dropped by the local side'),
  row('ERROR_INVALID_WINDOW_HANDLE', 'no such window'),
  row('ERROR_TIMEOUT', 'the time limit passed'),
  row('STATUS_INVALID_PARAMETER', 'a parameter is wrong'),
])();

/** Every row of the error table: the Windows Sockets codes, then the Win32 ones. */
export const errorEntries: readonly ErrorEntry[] = /* @__PURE__ */ (() => [...socketErrors, ...win32Errors])();

const byValue: ReadonlyMap<number, ErrorEntry> = /* @__PURE__ */ (() => {
  const best = new Map<number, ErrorEntry>();
  for (const entry of errorEntries) {
    const known = best.get(entry.value);
    if (known === undefined || rank(entry) < rank(known)) best.set(entry.value, entry);
  }
  return best;
})();

// A number has many names; the one that the documentation of calls uses comes first.
function rank(entry: ErrorEntry): number {
  const family = entry.name.startsWith('WSAE') ? 0 : entry.name.startsWith('WSA') ? 1 : 2;
  return (entry.aliasOf === null ? 0 : 3) + family;
}

/**
 * The row of a code under its best name: WSAE..., else WSA..., else whatever it has.
 *
 * @param code the error code; signed and unsigned forms of one 32-bit value are the same
 * @returns the row, or null for a code that no table has
 */
export function errorEntry(code: number): ErrorEntry | null {
  return byValue.get(code >>> 0) ?? null;
}

/**
 * The name of an error code.
 *
 * @param code the error code, signed or unsigned
 * @returns the header's name, or the unsigned decimal number as text when there is none (so '0' for 0)
 */
export function errorName(code: number): string {
  return errorEntry(code)?.name ?? String(code >>> 0);
}

/**
 * What an error code means, in a few words.
 *
 * @param code the error code, signed or unsigned
 * @returns the meaning; 'no error' for 0; 'unknown error N' for a code that no table has
 */
export function errorText(code: number): string {
  if (code === 0) return 'no error';
  return errorEntry(code)?.meaning ?? `unknown error ${code >>> 0}`;
}
