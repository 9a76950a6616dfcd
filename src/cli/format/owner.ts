// Whose an entry is, and which entry or provider a word on the command line means.
import { parseGuid, type Catalog, type NamespaceEntry, type ProtocolEntry } from '../../index.js';
import { kindOf, linksOf } from './entry.js';

/**
 * The provider that an entry belongs to. Each chain of a layer has a provider id of its own, as WSCInstallProviderAndChains
 * gives it, and still is the layer's: the one that is its top.
 */
export function ownerOf(catalog: Pick<Catalog, 'byId'>, entry: ProtocolEntry): string {
  if (kindOf(entry) !== 'chain') return entry.providerId;
  const [top = 0] = linksOf(catalog, entry);
  return catalog.byId(top)?.providerId ?? entry.providerId;
}

/** What a word can mean. */
export type Named =
  | { readonly kind: 'protocol'; readonly entry: ProtocolEntry }
  | { readonly kind: 'namespace'; readonly entry: NamespaceEntry }
  | null;

/** Finds a protocol entry by its catalog id, or anything by its provider's GUID (with braces or without, in any case). */
export function named(catalog: Catalog, word: string): Named {
  const entry = /^\d+$/.test(word) ? catalog.byId(Number(word)) : entryOfProvider(catalog, word);
  if (entry !== null) return { kind: 'protocol', entry };
  const space = nameSpaceNamed(catalog, word);
  return space === null ? null : { kind: 'namespace', entry: space };
}

/** Finds a name space by its GUID. */
export function nameSpaceNamed(catalog: Catalog, word: string): NamespaceEntry | null {
  const providerId = guidText(word);
  return providerId === null ? null : catalog.namespaceById(providerId);
}

function entryOfProvider(catalog: Catalog, word: string): ProtocolEntry | null {
  const providerId = guidText(word);
  return providerId === null ? null : (catalog.byProvider(providerId)[0] ?? null);
}

/** A GUID in the catalog's form; null for what is none. */
export function guidText(word: string): string | null {
  return parseGuid(word)?.toString() ?? null;
}
