// What whoever starts a transport provider (WS2_32, or the layer above it) checks about its answer before trusting it.
import { WSAEINVALIDPROCTABLE, WSAEINVALIDPROVIDER, WSAEPROVIDERFAILEDINIT, type WSPDATA } from '../abi/index.js';
import { validateProcTable } from './tables.js';

/** The SPI version that is spoken here: 2.2. */
export const SPI_VERSION = 0x0202;

/** What is wrong with a start: an error for socket(), and a sentence for people that begins after the provider's name. */
export interface StartupProblem {
  readonly error: number;
  readonly message: string;
}

/**
 * Looks at how a WSPStartup ended.
 *
 * @param result - what it returned
 * @param data - the WSPDATA that it filled
 * @param table - the table that it filled
 * @returns what is wrong, or null: WSAEPROVIDERFAILEDINIT (it failed), WSAEINVALIDPROVIDER (another version than 2.2),
 *   WSAEINVALIDPROCTABLE (an entry is missing)
 */
export function startupProblem(result: unknown, data: WSPDATA, table: unknown): StartupProblem | null {
  if (result !== 0) return { error: WSAEPROVIDERFAILEDINIT, message: `its WSPStartup failed with ${String(result)}` };
  if (data.wVersion !== SPI_VERSION) {
    return { error: WSAEINVALIDPROVIDER, message: `it speaks version ${String(data.wVersion)}` };
  }
  const bad = validateProcTable(table);
  return bad === null ? null : { error: WSAEINVALIDPROCTABLE, message: `its table has no ${bad}` };
}
