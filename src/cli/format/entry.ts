// What an entry of the protocol catalog is called, and what it stands on.
import { BASE_PROTOCOL, LAYERED_PROTOCOL, PFL_HIDDEN, type Catalog, type ProtocolEntry } from '../../index.js';

/** What an entry is. */
export type EntryKind = 'base' | 'layer' | 'chain';

export function kindOf({ chainLen }: Pick<ProtocolEntry, 'chainLen'>): EntryKind {
  if (chainLen === LAYERED_PROTOCOL) return 'layer';
  return chainLen === BASE_PROTOCOL ? 'base' : 'chain';
}

/** Whether applications' listings leave it out. */
export function isHidden({ dwProviderFlags }: Pick<ProtocolEntry, 'dwProviderFlags'>): boolean {
  return (dwProviderFlags & PFL_HIDDEN) !== 0;
}

/**
 * The links of a chain as layers' definitions down to the base: a link may be named by a chain that begins with the layer
 * meant, as the installer of the LSP sample does.
 */
export function linksOf(catalog: Pick<Catalog, 'byId'>, entry: ProtocolEntry): readonly number[] {
  if (kindOf(entry) !== 'chain') return [entry.dwCatalogEntryId];
  return entry.chainEntries.map((id) => layerNamed(catalog, id, new Set([entry.dwCatalogEntryId])));
}

function layerNamed(catalog: Pick<Catalog, 'byId'>, id: number, seen: Set<number>): number {
  const target = catalog.byId(id);
  const [first] = target?.chainEntries ?? [];
  if (target === null || kindOf(target) !== 'chain' || first === undefined || seen.has(id)) return id;
  return layerNamed(catalog, first, seen.add(id));
}
