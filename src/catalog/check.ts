// What a catalog's entries must mean together: unique ids, chains that lead to a base, one module per provider.
// Types and ranges of single values are schema.ts; both say where the problem is in the same words.

import type { CatalogContent } from './catalog.js';
import { isBase, isChain, isLayer } from './entry.js';
import type { ProtocolEntry } from './entry.js';
import type { Problem, ProblemName } from './shape.js';

/**
 * Looks for entries that contradict each other.
 *
 * @param content - content whose single values are known to be right
 * @returns all problems, list by list
 */
export function checkContent(content: CatalogContent): readonly Problem[] {
  const { protocols, namespaces, serviceClasses, providerCategories, applicationCategories } = content;
  return [
    ...unique(protocols, 'protocols', 'dwCatalogEntryId', (entry) => entry.dwCatalogEntryId),
    ...nextIdIsNew(content),
    ...oneModulePerProvider(protocols),
    ...chainsHold(protocols),
    ...unique(namespaces, 'namespaces', 'providerId', (entry) => entry.providerId),
    ...unique(serviceClasses, 'serviceClasses', 'serviceClassId', (entry) => entry.serviceClassId),
    ...unique(providerCategories, 'providerCategories', 'providerId', (entry) => entry.providerId),
    ...unique(applicationCategories, 'applicationCategories', 'path', (entry) => `${entry.path}\0${entry.extra}`),
  ];
}

function unique<T>(
  list: readonly T[],
  listName: string,
  member: string,
  keyOf: (item: T) => string | number,
): readonly Problem[] {
  const seen = new Map<string | number, number>();
  const problems: Problem[] = [];
  for (const [index, item] of list.entries()) {
    const first = seen.get(keyOf(item));
    if (first === undefined) seen.set(keyOf(item), index);
    else problems.push({ name: 'duplicate', path: `${listName}[${index}].${member}`, what: `is already that of ${listName}[${first}]` });
  }
  return problems;
}

function nextIdIsNew({ protocols, nextEntryId }: CatalogContent): readonly Problem[] {
  const index = protocols.findIndex((entry) => entry.dwCatalogEntryId >= nextEntryId);
  if (index === -1) return [];
  const what = `must be greater than every id in use, but protocols[${index}] has a greater or equal one`;
  return [{ name: 'next-id-in-use', path: 'nextEntryId', what }];
}

function oneModulePerProvider(protocols: readonly ProtocolEntry[]): readonly Problem[] {
  const modules = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [index, { providerId, module }] of protocols.entries()) {
    const known = modules.get(providerId);
    if (known === undefined) modules.set(providerId, module);
    else if (known !== module) {
      problems.push({ name: 'two-modules', path: `protocols[${index}].module`, what: `must be '${known}', as in the provider's other entries` });
    }
  }
  return problems;
}

function chainsHold(protocols: readonly ProtocolEntry[]): readonly Problem[] {
  const byId = new Map(protocols.map((entry) => [entry.dwCatalogEntryId, entry]));
  const problems: Problem[] = [];
  for (const [index, entry] of protocols.entries()) chainHolds(entry, `protocols[${index}].chainEntries`, byId, problems);
  return problems;
}

function chainHolds(entry: ProtocolEntry, path: string, byId: ReadonlyMap<number, ProtocolEntry>, problems: Problem[]): void {
  const { chainEntries, chainLen } = entry;
  const wanted = isChain(entry) ? chainLen : 0;
  if (chainEntries.length !== wanted) {
    problems.push({ name: 'wrong-chain-length', path, what: `must have ${wanted} ids when chainLen is ${chainLen}` });
    return;
  }
  for (const [link, id] of chainEntries.entries()) {
    const target = byId.get(id);
    const isLast = link === chainEntries.length - 1;
    const wrong = target === undefined ? missing(id, isLast) : misplaced(target, entry, isLast, byId);
    if (wrong !== null) problems.push({ name: wrong[0], path: `${path}[${link}]`, what: wrong[1] });
  }
}

type Wrong = readonly [name: ProblemName, what: string];

function missing(id: number, isLast: boolean): Wrong {
  return [isLast ? 'missing-base' : 'missing-entry', `names entry ${id}, which is not in the catalog`];
}

function misplaced(
  target: ProtocolEntry,
  chain: ProtocolEntry,
  isLast: boolean,
  byId: ReadonlyMap<number, ProtocolEntry>,
): Wrong | null {
  const id = target.dwCatalogEntryId;
  if (reaches(target, chain.dwCatalogEntryId, byId)) return ['cyclic-chain', 'leads back to this chain'];
  if (isLast && isLayer(target)) return ['missing-base', `must be a base protocol, but entry ${id} is a layer`];
  if (!isLast && isBase(target)) return ['base-above-base', `must be a layer or a chain, but entry ${id} is a base protocol`];
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
