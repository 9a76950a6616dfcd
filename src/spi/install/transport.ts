// Transport providers in the catalog: installing, changing and removing the entries of one provider. Layers with their
// chains in one step are chains.ts, the order is order.ts.
import { WSAEFAULT, WSAEINVAL, WSANO_RECOVERY, WSAPROTOCOL_INFOW } from '../../abi/index.js';
import {
  fromProtocolInfoW,
  isChain,
  type Catalog,
  type CatalogError,
  type CatalogStore,
  type ProtocolEntry,
} from '../../catalog/index.js';
import { changeCatalog, isModuleName, refuse } from './change.js';

/** What one provider has in the catalog. */
export interface TransportProvider {
  /** '{...}', upper case. */
  readonly providerId: string;
  /** What the loader imports. */
  readonly module: string;
  /** Its entries; the provider id in them is not looked at. */
  readonly infos: readonly WSAPROTOCOL_INFOW[];
}

/**
 * The first `count` structures of a caller's array.
 *
 * @returns the structures; WSAEFAULT when the array has not so many, WSAEINVAL for a count that is none
 */
export function readInfos(list: ArrayLike<unknown>, count: number): readonly WSAPROTOCOL_INFOW[] | number {
  if (!Number.isInteger(count) || count <= 0) return WSAEINVAL;
  if (count > list.length) return WSAEFAULT;
  const infos = Array.from({ length: count }, (_, index) => list[index]);
  return infos.every((info) => info instanceof WSAPROTOCOL_INFOW) ? infos : WSAEFAULT;
}

function entryOf(info: WSAPROTOCOL_INFOW, { providerId, module }: TransportProvider): ProtocolEntry {
  return { ...fromProtocolInfoW(info, module), providerId };
}

/**
 * Adds the entries of a provider at the end of the catalog, under new ids.
 *
 * @returns 0; WSAEINVAL (the module's name is none, or an entry cannot be: a chain over something that is not there);
 *   WSANO_RECOVERY (the provider is installed already, or the catalog cannot be changed)
 */
export function installProvider(store: CatalogStore, provider: TransportProvider): Promise<number> | number {
  if (!isModuleName(provider.module)) return WSAEINVAL;
  const drafts = provider.infos.map((info) => entryOf(info, provider));
  return changeCatalog(store, (current) => {
    if (current.byProvider(provider.providerId).length > 0) return refuse('the provider is installed already', WSANO_RECOVERY);
    return current.withProtocols(drafts);
  });
}

/**
 * Replaces the module of a provider, and those of its entries that are given; each is known by its catalog id.
 *
 * @returns 0; WSAEINVAL (no such provider, an entry that is not its own or cannot be, the module's name is none);
 *   WSANO_RECOVERY (the catalog cannot be changed)
 */
export function updateProvider(store: CatalogStore, provider: TransportProvider): Promise<number> | number {
  const { providerId, module, infos } = provider;
  if (!isModuleName(module)) return WSAEINVAL;
  const changed = new Map(infos.map((info) => [info.dwCatalogEntryId, entryOf(info, provider)]));
  return changeCatalog(store, (current) => {
    const own = new Set(current.byProvider(providerId).map((entry) => entry.dwCatalogEntryId));
    if (own.size === 0) return refuse('there is no such provider');
    if ([...changed.keys()].some((id) => !own.has(id))) return refuse('an entry is not the provider’s');
    return current.with({
      protocols: current.protocols.map((entry) =>
        own.has(entry.dwCatalogEntryId) ? (changed.get(entry.dwCatalogEntryId) ?? { ...entry, module }) : entry,
      ),
    });
  });
}

/**
 * The module of an installed provider; WSAEINVAL when there is no such provider, WSANO_RECOVERY when the catalog cannot be
 * read.
 */
export function moduleOf(store: CatalogStore, providerId: string): string | number {
  const loaded = store.loadSync();
  if (!loaded.ok) return WSANO_RECOVERY;
  return loaded.catalog.byProvider(providerId)[0]?.module ?? WSAEINVAL;
}

/**
 * Removes the entries of a provider and what cannot be without them; see `withoutProvider`.
 *
 * @returns 0; WSAEINVAL (no such provider); WSANO_RECOVERY (the catalog cannot be changed)
 */
export function deinstallProvider(store: CatalogStore, providerId: string): Promise<number> {
  return changeCatalog(store, (current) => withoutProvider(current, providerId));
}

/**
 * The catalog without a provider. A chain that begins with one of its layers, or ends in one of its base protocols, goes
 * with it; from a chain in whose middle a layer of its stood, only that link goes.
 */
function withoutProvider(current: Catalog, providerId: string): Catalog | CatalogError {
  const gone = new Set(current.byProvider(providerId).map((entry) => entry.dwCatalogEntryId));
  if (gone.size === 0) return refuse('there is no such provider');
  const falls = ({ dwCatalogEntryId: id, chainEntries: links }: ProtocolEntry): boolean =>
    !gone.has(id) && (gone.has(links[0] ?? 0) || gone.has(links.at(-1) ?? 0));
  // A chain may be a link of another one, so each that falls can bring more down.
  for (let next = current.protocols.find(falls); next !== undefined; next = current.protocols.find(falls)) {
    gone.add(next.dwCatalogEntryId);
  }
  const protocols = current.protocols.filter((entry) => !gone.has(entry.dwCatalogEntryId)).map((entry) => withoutLinks(entry, gone));
  const left = new Set(protocols.map((entry) => entry.providerId));
  const wasTransport = new Set(current.protocols.map((entry) => entry.providerId));
  return current.with({
    protocols,
    providerCategories: current.providerCategories.filter(({ providerId: id }) => left.has(id) || !wasTransport.has(id)),
  });
}

function withoutLinks(entry: ProtocolEntry, gone: ReadonlySet<number>): ProtocolEntry {
  if (!isChain(entry)) return entry;
  const chainEntries = entry.chainEntries.filter((id) => !gone.has(id));
  return { ...entry, chainEntries, chainLen: chainEntries.length };
}
