// Which layers a process loads: the catalog without those that the program does not permit, and without the chains that
// lead through them. The rules are catalog/category.ts's.
import { isChain, isLayer, permits, permittedCategories, type Catalog, type ProtocolEntry } from '../catalog/index.js';
import type { WinsockProcess } from './process.js';

const KEY = Symbol('permitted layers');

/** The program's categories, as they were at its first WSAStartup: later changes are for the next time that it is run. */
function permittedIn(process: WinsockProcess, catalog: Catalog): number | null {
  const application = process.environment?.application;
  const find = (): { categories: number | null } => ({
    categories: application === undefined ? null : permittedCategories(catalog.applicationCategories, application),
  });
  return process.kernel.moduleData(KEY, find).categories;
}

/**
 * The catalog as a process may use it.
 *
 * @param process - a process that is starting
 * @param catalog - what is installed
 * @returns the catalog itself when nothing is left out
 */
export function withoutForbiddenLayers(process: WinsockProcess, catalog: Catalog): Catalog {
  const permitted = permittedIn(process, catalog);
  if (permitted === null) return catalog;
  const categories = new Map(catalog.providerCategories.map((each) => [each.providerId, each.categories]));
  const forbidden = new Set<number>();
  for (const entry of catalog.protocols.filter(isLayer)) {
    if (!permits(permitted, categories.get(entry.providerId) ?? 0)) forbidden.add(entry.dwCatalogEntryId);
  }
  const isLost = (entry: ProtocolEntry): boolean =>
    isChain(entry) && !forbidden.has(entry.dwCatalogEntryId) && entry.chainEntries.some((id) => forbidden.has(id));
  // A chain may be a link of another one.
  for (let lost = catalog.protocols.find(isLost); lost !== undefined; lost = catalog.protocols.find(isLost)) {
    forbidden.add(lost.dwCatalogEntryId);
  }
  if (forbidden.size === 0) return catalog;
  for (const id of forbidden) process.note('layer not permitted', id, catalog.byId(id)?.szProtocol);
  return catalog.with({ protocols: catalog.protocols.filter((entry) => !forbidden.has(entry.dwCatalogEntryId)) });
}
