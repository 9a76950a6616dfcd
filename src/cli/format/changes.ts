// What a command changed, or would change: two catalogs side by side.
import { isDeepStrictEqual } from 'node:util';
import type { Catalog, NamespaceEntry, ProtocolEntry } from '../../index.js';
import { kindOf } from './entry.js';
import { nameSpaceName } from './name-space.js';

/** The difference between two catalogs. */
export interface CatalogChanges {
  readonly added: readonly ProtocolEntry[];
  readonly removed: readonly ProtocolEntry[];
  readonly changed: readonly { readonly before: ProtocolEntry; readonly after: ProtocolEntry }[];
  readonly addedNamespaces: readonly NamespaceEntry[];
  readonly removedNamespaces: readonly NamespaceEntry[];
  readonly changedNamespaces: readonly NamespaceEntry[];
  /** Whether what was there before and after stands in another order. */
  readonly reordered: boolean;
}

/** Compares two catalogs. */
export function changesBetween(before: Catalog, after: Catalog): CatalogChanges {
  return {
    added: after.protocols.filter(({ dwCatalogEntryId: id }) => before.byId(id) === null),
    removed: before.protocols.filter(({ dwCatalogEntryId: id }) => after.byId(id) === null),
    changed: before.protocols.flatMap((old) => {
      const entry = after.byId(old.dwCatalogEntryId);
      return entry !== null && !isDeepStrictEqual(old, entry) ? [{ before: old, after: entry }] : [];
    }),
    addedNamespaces: after.namespaces.filter(({ providerId }) => before.namespaceById(providerId) === null),
    removedNamespaces: before.namespaces.filter(({ providerId }) => after.namespaceById(providerId) === null),
    changedNamespaces: after.namespaces.filter((entry) => {
      const old = before.namespaceById(entry.providerId);
      return old !== null && !isDeepStrictEqual(old, entry);
    }),
    reordered: isReordered(before.protocols, after.protocols, idOf) || isReordered(before.namespaces, after.namespaces, providerOf),
  };
}

const idOf = (entry: ProtocolEntry): number => entry.dwCatalogEntryId;
const providerOf = (entry: NamespaceEntry): string => entry.providerId;

function isReordered<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string | number): boolean {
  const [old, now] = [before.map(keyOf), after.map(keyOf)];
  const kept = (keys: readonly (string | number)[], others: readonly (string | number)[]): string =>
    keys.filter((key) => others.includes(key)).join();
  return kept(old, now) !== kept(now, old);
}

/** Whether nothing differs. */
export function isNothing(changes: CatalogChanges): boolean {
  const { reordered, ...lists } = changes;
  return !reordered && Object.values(lists).every((list) => list.length === 0);
}

/** The difference as lines: `+` what came, `-` what went, `~` what is otherwise. */
export function changeLines(changes: CatalogChanges): string[] {
  const lines = [
    ...changes.added.map((entry) => `+ ${entryText(entry)}`),
    ...changes.removed.map((entry) => `- ${entryText(entry)}`),
    ...changes.changed.map(({ before, after }) => `~ ${after.dwCatalogEntryId} ${after.szProtocol}: ${whatChanged(before, after)}`),
    ...changes.addedNamespaces.map((entry) => `+ ${nameSpaceText(entry)}`),
    ...changes.removedNamespaces.map((entry) => `- ${nameSpaceText(entry)}`),
    ...changes.changedNamespaces.map((entry) => `~ ${nameSpaceText(entry)}, ${entry.enabled ? 'enabled' : 'disabled'}`),
  ];
  if (changes.reordered) lines.push('~ the order');
  return lines.length === 0 ? ['nothing to change'] : lines;
}

function entryText(entry: ProtocolEntry): string {
  const { dwCatalogEntryId, szProtocol, chainEntries, module } = entry;
  const kind = kindOf(entry);
  return `${dwCatalogEntryId} ${szProtocol} (${kind === 'chain' ? `chain ${chainEntries.join(' > ')}` : `${kind}, ${module}`})`;
}

function nameSpaceText({ providerId, lpszIdentifier, dwNameSpace }: NamespaceEntry): string {
  return `name space ${lpszIdentifier} (${nameSpaceName(dwNameSpace)}, ${providerId})`;
}

function whatChanged(before: ProtocolEntry, after: ProtocolEntry): string {
  if (before.chainEntries.join() !== after.chainEntries.join()) {
    return `chain ${before.chainEntries.join(' > ')} becomes ${after.chainEntries.join(' > ')}`;
  }
  const names = (Object.keys(after) as (keyof ProtocolEntry)[]).filter((name) => before[name] !== after[name] && name !== 'chainEntries');
  return names.map((name) => `${name} ${String(before[name])} becomes ${String(after[name])}`).join(', ');
}
