// The part of a diagnosis that looks at what a catalog names: the modules, and entries that are right but of no use.
import { PFL_HIDDEN } from '../../abi/index.js';
import type { CatalogContent } from '../catalog.js';
import { isBase, isChain, isLayer } from '../entry.js';
import type { Finding } from '../finding.js';
import { locateModule, objectionToModule } from './module-file.js';

/** What is known about names of modules; the loader's rules, which are not the catalog's. */
export interface ModuleNames {
  /** Whether a name, or what it resolves to, is one of the modules that come with the library. */
  readonly isBuiltin: (name: string) => boolean;
  /** What `import()` is given for a name, or why the loader would refuse it. */
  readonly resolve: (name: string) => { readonly ok: true; readonly target: string } | { readonly ok: false; readonly message: string };
}

/**
 * What is wrong with what a catalog names.
 *
 * @param content - the catalog, which is right in itself
 * @param file - its file, or null
 * @param names - how modules are found; null to leave them out
 * @param platform - as process.platform
 */
export function contentFindings(
  content: CatalogContent,
  file: string | null,
  names: ModuleNames | null,
  platform: string,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [module, path] of modulesOf(content)) {
    if (names === null) break;
    for (const found of moduleFindings(module, names, platform)) findings.push({ ...found, file, path });
  }
  return [...findings, ...uselessEntries(content).map((found) => ({ ...found, file }))];
}

/** Each module once, and the first place that names it. */
function modulesOf({ protocols, namespaces }: CatalogContent): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [list, entries] of Object.entries({ protocols, namespaces })) {
    for (const [index, { module }] of entries.entries()) {
      if (!places.has(module)) places.set(module, `${list}[${index}].module`);
    }
  }
  return places;
}

type Found = Omit<Finding, 'file' | 'path'>;

function moduleFindings(module: string, names: ModuleNames, platform: string): readonly Found[] {
  if (names.isBuiltin(module)) return [];
  const resolved = names.resolve(module);
  if (!resolved.ok) {
    const remedy = 'install the provider again with a name that can be loaded, or remove its entries';
    return [{ name: 'refused-module-name', severity: 'error', reason: `'${module}' is not loaded: ${resolved.message}`, remedy }];
  }
  const { target } = resolved;
  if (names.isBuiltin(target)) return [];
  const located = locateModule(target);
  if (located.kind === 'missing') {
    const remedy = "put the module back, or remove the provider's entries";
    return [{ name: 'missing-module', severity: 'error', reason: `'${module}' is not there: ${located.reason}`, remedy }];
  }
  const writable = objectionToModule(target, platform);
  if (writable === null) return [];
  const remedy = 'look at the module, as others may have changed it; then take their right to write away (chmod go-w)';
  return [{ name: 'writable-module', severity: 'error', reason: `'${module}' is not loaded: ${writable}`, remedy }];
}

function uselessEntries({ protocols, namespaces }: CatalogContent): readonly Omit<Finding, 'file'>[] {
  const linked = new Set(protocols.flatMap((entry) => entry.chainEntries));
  const found: Omit<Finding, 'file'>[] = [];
  if (!protocols.some((entry) => isBase(entry))) {
    const remedy = 'reset the catalog, which keeps the old one beside it, or install a base provider';
    found.push({ name: 'no-base', severity: 'error', path: 'protocols', reason: 'holds no base protocol, so that no socket can be had', remedy });
  }
  for (const [index, entry] of protocols.entries()) {
    const path = `protocols[${index}]`;
    if (isLayer(entry) && !linked.has(entry.dwCatalogEntryId)) {
      const remedy = 'install a chain that names it, or remove it';
      found.push({ name: 'unused-layer', severity: 'note', path, reason: `layer '${entry.szProtocol}' is in no chain`, remedy });
    }
    if (isChain(entry) && (entry.dwProviderFlags & PFL_HIDDEN) !== 0) {
      const reason = `chain '${entry.szProtocol}' is hidden: no enumeration shows it to applications`;
      found.push({ name: 'hidden-chain', severity: 'note', path, reason, remedy: 'nothing, if that is meant; else install it without PFL_HIDDEN' });
    }
  }
  for (const [index, entry] of namespaces.entries()) {
    if (entry.enabled) continue;
    const reason = `name space '${entry.lpszIdentifier}' is disabled: no query asks it`;
    found.push({ name: 'disabled-name-space', severity: 'note', path: `namespaces[${index}]`, reason, remedy: 'nothing, if that is meant; else enable it' });
  }
  return found;
}
