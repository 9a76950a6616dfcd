// The order of the catalog: which protocol entry is tried first for a socket, which name space first for a query.
import { WSAEINVAL } from '../../abi/index.js';
import type { CatalogStore } from '../../catalog/index.js';
import { changeCatalog, refuse } from './change.js';

/**
 * Puts the protocol entries in order.
 *
 * @param ids - every entry's id, once
 * @returns 0; WSAEINVAL (one is missing, unknown or there twice; nothing is changed); WSANO_RECOVERY (the catalog cannot be
 *   changed)
 */
export function writeProviderOrder(store: CatalogStore, ids: readonly number[]): Promise<number> {
  return changeCatalog(store, (current) =>
    ids.length === current.protocols.length ? current.withProtocolOrder(ids) : refuse('not every entry is in the order'),
  );
}

/**
 * The first `count` numbers of a caller's array; WSAEINVAL when it has not so many.
 */
export function readIds(list: ArrayLike<number> | null, count: number): readonly number[] | number {
  if (list === null || !Number.isInteger(count) || count < 0 || count > list.length) return WSAEINVAL;
  return Array.from({ length: count }, (_, index) => list[index] ?? 0);
}
