// Transport providers as rows: entries of the catalog gathered by the provider that installed them.
import type { Catalog, ProtocolEntry } from '../../index.js';
import { kindOf, type EntryKind } from './entry.js';
import { ownerOf } from './owner.js';

/** One provider and what it has in the catalog. */
export interface ProviderRow {
  readonly providerId: string;
  /** Its layer's name, else its first entry's. */
  readonly name: string;
  readonly kind: EntryKind;
  readonly module: string;
  readonly entries: readonly number[];
  /** LSP_* bits. */
  readonly categories: number;
}

/** Every transport provider, in the order of its first entry; a layer's chains are with the layer. */
export function providerRows(catalog: Catalog): ProviderRow[] {
  const { protocols, providerCategories } = catalog;
  const byId = new Map<string, ProtocolEntry[]>();
  for (const entry of protocols) {
    const owner = ownerOf(catalog, entry);
    byId.set(owner, [...(byId.get(owner) ?? []), entry]);
  }
  return [...byId].flatMap(([providerId, entries]) => {
    const main = entries.find((entry) => kindOf(entry) === 'layer') ?? entries[0];
    if (main === undefined) return [];
    return {
      providerId,
      name: main.szProtocol,
      kind: kindOf(main),
      module: main.module,
      entries: entries.map((entry) => entry.dwCatalogEntryId),
      categories: providerCategories.find((one) => one.providerId === providerId)?.categories ?? 0,
    };
  });
}
