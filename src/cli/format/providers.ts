// Transport providers as rows: entries of the catalog gathered by the provider that installed them.
import type { Catalog, ProtocolEntry } from '../../index.js';
import { kindOf, type EntryKind } from './entry.js';

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

/** Every transport provider, in the order of its first entry. */
export function providerRows({ protocols, providerCategories }: Pick<Catalog, 'protocols' | 'providerCategories'>): ProviderRow[] {
  const byId = new Map<string, ProtocolEntry[]>();
  for (const entry of protocols) byId.set(entry.providerId, [...(byId.get(entry.providerId) ?? []), entry]);
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
