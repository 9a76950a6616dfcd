// What a catalog's entries must mean together: unique ids, chains that lead to a base, one module per provider.
// Types and ranges of single values are schema.ts; both say where the problem is in the same words.

import type { CatalogContent } from './catalog.js';
import { isBase, isChain, isLayer } from './entry.js';
import type { ProtocolEntry } from './entry.js';
import type { Problem } from './schema.js';

/**
 * Looks for entries that contradict each other.
 *
 * @param content - content whose single values are known to be right
 * @returns the first problem in catalog order, or null
 */
export function checkContent(content: CatalogContent): Problem | null {
  const { protocols, namespaces, serviceClasses, providerCategories, applicationCategories } = content;
  return (
    unique(protocols, 'protocols', 'dwCatalogEntryId', (entry) => entry.dwCatalogEntryId) ??
    nextIdIsNew(content) ??
    oneModulePerProvider(protocols) ??
    chainsHold(protocols) ??
    unique(namespaces, 'namespaces', 'providerId', (entry) => entry.providerId) ??
    unique(serviceClasses, 'serviceClasses', 'serviceClassId', (entry) => entry.serviceClassId) ??
    unique(providerCategories, 'providerCategories', 'providerId', (entry) => entry.providerId) ??
    unique(applicationCategories, 'applicationCategories', 'path', (entry) => `${entry.path}\0${entry.extra}`)
  );
}

function unique<T>(
  list: readonly T[],
  listName: string,
  member: string,
  keyOf: (item: T) => string | number,
): Problem | null {
  const seen = new Map<string | number, number>();
  for (const [index, item] of list.entries()) {
    const first = seen.get(keyOf(item));
    if (first !== undefined) {
      return { path: `${listName}[${index}].${member}`, what: `is already that of ${listName}[${first}]` };
    }
    seen.set(keyOf(item), index);
  }
  return null;
}

function nextIdIsNew({ protocols, nextEntryId }: CatalogContent): Problem | null {
  const index = protocols.findIndex((entry) => entry.dwCatalogEntryId >= nextEntryId);
  if (index === -1) return null;
  return { path: 'nextEntryId', what: `must be greater than every id in use, but protocols[${index}] has a greater or equal one` };
}

function oneModulePerProvider(protocols: readonly ProtocolEntry[]): Problem | null {
  const modules = new Map<string, string>();
  for (const [index, { providerId, module }] of protocols.entries()) {
    const known = modules.get(providerId);
    if (known !== undefined && known !== module) {
      return { path: `protocols[${index}].module`, what: `must be '${known}', as in the provider's other entries` };
    }
    modules.set(providerId, module);
  }
  return null;
}

function chainsHold(protocols: readonly ProtocolEntry[]): Problem | null {
  const byId = new Map(protocols.map((entry) => [entry.dwCatalogEntryId, entry]));
  for (const [index, entry] of protocols.entries()) {
    const problem = chainHolds(entry, byId);
    if (problem !== null) return { ...problem, path: `protocols[${index}].${problem.path}` };
  }
  return null;
}

function chainHolds(entry: ProtocolEntry, byId: ReadonlyMap<number, ProtocolEntry>): Problem | null {
  const { chainEntries, chainLen } = entry;
  const wanted = isChain(entry) ? chainLen : 0;
  if (chainEntries.length !== wanted) {
    return { path: 'chainEntries', what: `must have ${wanted} ids when chainLen is ${chainLen}` };
  }
  for (const [link, id] of chainEntries.entries()) {
    const path = `chainEntries[${link}]`;
    const target = byId.get(id);
    if (target === undefined) return { path, what: `names entry ${id}, which is not in the catalog` };
    if (reaches(target, entry.dwCatalogEntryId, byId)) return { path, what: 'leads back to this chain' };
    const isLast = link === chainEntries.length - 1;
    if (isLast && isLayer(target)) return { path, what: `must be a base protocol, but entry ${id} is a layer` };
    if (!isLast && isBase(target)) return { path, what: `must be a layer or a chain, but entry ${id} is a base protocol` };
  }
  return null;
}

/** Whether `wanted` is `from` itself or anything below it. */
function reaches(from: ProtocolEntry, wanted: number, byId: ReadonlyMap<number, ProtocolEntry>): boolean {
  const seen = new Set<ProtocolEntry>();
  const open = [from];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (entry.dwCatalogEntryId === wanted) return true;
    if (seen.has(entry)) continue;
    seen.add(entry);
    for (const id of entry.chainEntries) {
      const next = byId.get(id);
      if (next !== undefined) open.push(next);
    }
  }
  return false;
}
