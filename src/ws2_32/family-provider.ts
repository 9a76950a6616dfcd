// Which provider answers for an address family: what calls that have no socket go by.
import { WSAEINVAL, type WSAPROTOCOL_INFOW } from '../abi/index.js';
import { isLayer } from '../catalog/index.js';
import type { WinsockProcess } from './process.js';
import type { Provider } from './provider.js';

/**
 * Finds the provider of a catalog entry, or of the catalog's first entry of a family.
 *
 * @param process - a started process
 * @param family - the address family, for when no entry is given
 * @param info - the entry that the caller chose, or null
 * @returns the provider; WSAEINVAL when the catalog has no such entry, else why the provider did not start
 */
export function familyProvider(
  process: WinsockProcess,
  family: number,
  info: WSAPROTOCOL_INFOW | null,
): Provider | number {
  const { catalog } = process;
  const entry =
    info === null
      ? catalog?.protocols.find((candidate) => candidate.iAddressFamily === family && !isLayer(candidate))
      : catalog?.byId(info.dwCatalogEntryId);
  if (entry === undefined || entry === null) return WSAEINVAL;
  const provider = process.providerOf(entry);
  if (provider === null) return WSAEINVAL;
  return provider.error === 0 ? provider : provider.error;
}
