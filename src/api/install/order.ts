// WSCWriteProviderOrder: which protocol comes first.
import { readIds, writeProviderOrder } from '../../spi/install/order.js';
import type { Environment, MaybePending } from '../../ws2_32/index.js';
import { changingByResult } from './binding.js';

function writeOrder(
  { store }: Environment,
  lpwdCatalogEntryId: ArrayLike<number> | null,
  dwNumberOfEntries: number,
): MaybePending<number> {
  const ids = readIds(lpwdCatalogEntryId, dwNumberOfEntries);
  return typeof ids === 'number' ? ids : writeProviderOrder(store, ids);
}

/**
 * Puts the protocol entries in order: that of enumerations, and of the search for a socket's provider. Waits for others
 * that are changing the catalog.
 *
 * @param lpwdCatalogEntryId - the catalog ids of all entries, as WSCEnumProtocols lists them, each once
 * @param dwNumberOfEntries - how many they are
 * @returns 0, or the error itself: WSAEINVAL (null, an id missing, unknown or there twice; nothing is changed),
 *   WSANO_RECOVERY (the catalog cannot be changed)
 * @see https://learn.microsoft.com/windows/win32/api/sporder/nf-sporder-wscwriteproviderorder
 */
export const WSCWriteProviderOrder = changingByResult('WSCWriteProviderOrder', writeOrder);

/**
 * WSCWriteProviderOrder for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpwdCatalogEntryId - the catalog ids of all entries
 * @param dwNumberOfEntries - how many they are
 * @returns 0, or the error itself, as WSCWriteProviderOrder
 * @see https://learn.microsoft.com/windows/win32/api/sporder/nf-sporder-wscwriteproviderorder32
 */
export const WSCWriteProviderOrder32 = changingByResult('WSCWriteProviderOrder32', writeOrder);
