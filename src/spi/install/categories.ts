// Categories in the catalog: what a layered provider does, and which layers a program lets into its process. What follows
// from them is ws2_32's.
import { WSAEINVAL, WSANO_RECOVERY, WSASERVICE_NOT_FOUND } from '../../abi/index.js';
import { isLayer, isSameApplication, type Catalog, type CatalogStore } from '../../catalog/index.js';
import { changeCatalog, refuse } from './change.js';

const hasLayer = (catalog: Catalog, providerId: string): boolean => catalog.byProvider(providerId).some(isLayer);

/**
 * The LSP_* bits of a layered provider; 0 while none were set.
 *
 * @returns the bits, or an error: `unknown` (no layer of this provider is installed), WSANO_RECOVERY (the catalog cannot be
 *   read)
 */
export function providerCategories(store: CatalogStore, providerId: string, unknown: number): { categories: number } | number {
  const loaded = store.loadSync();
  if (!loaded.ok) return WSANO_RECOVERY;
  const { catalog } = loaded;
  if (!hasLayer(catalog, providerId)) return unknown;
  return { categories: catalog.providerCategories.find((each) => each.providerId === providerId)?.categories ?? 0 };
}

/** Sets them. 0; WSAEINVAL (no layer of this provider is installed); WSANO_RECOVERY (the catalog cannot be changed). */
export function setProviderCategories(store: CatalogStore, providerId: string, categories: number): Promise<number> {
  return changeCatalog(store, (current) => {
    if (!hasLayer(current, providerId)) return refuse('there is no such layered provider');
    const others = current.providerCategories.filter((each) => each.providerId !== providerId);
    return current.with({ providerCategories: [...others, { providerId, categories: categories >>> 0 }] });
  });
}

/** A program as installers name it. */
export interface ApplicationName {
  readonly path: string;
  /** Its command line, where that tells programs at one path apart; '' for all of them. */
  readonly extra: string;
}

/**
 * The start of a text of the caller's.
 *
 * @param text - the text, or null
 * @param length - how many characters of it; all that it may have, without a null
 * @returns the text; WSAEINVAL for a length that is none or more than there is
 */
export function readText(text: string | null, length: number): string | number {
  if (!Number.isInteger(length) || length < 0 || length > (text ?? '').length) return WSAEINVAL;
  return (text ?? '').slice(0, length);
}

/**
 * The layers that a program permits, as LSP_* bits.
 *
 * @returns the bits, or an error: WSASERVICE_NOT_FOUND (nothing was set for it), WSANO_RECOVERY (the catalog cannot be read)
 */
export function applicationCategories(store: CatalogStore, name: ApplicationName): { categories: number } | number {
  const loaded = store.loadSync();
  if (!loaded.ok) return WSANO_RECOVERY;
  const found = loaded.catalog.applicationCategories.find((each) => isSameApplication(each, name));
  return found === undefined ? WSASERVICE_NOT_FOUND : { categories: found.permittedLspCategories };
}

/**
 * Permits a program further layers: the bits are added to those set before.
 *
 * @param before - told the bits that were set before, 0 for none
 * @returns 0; WSAEINVAL (a text that the catalog cannot hold); WSANO_RECOVERY (the catalog cannot be changed)
 */
export function permitCategories(
  store: CatalogStore,
  name: ApplicationName,
  categories: number,
  before: (categories: number) => void,
): Promise<number> {
  let previous = 0;
  return changeCatalog(
    store,
    (current) => {
      const known = current.applicationCategories.find((each) => isSameApplication(each, name));
      previous = known?.permittedLspCategories ?? 0;
      const permittedLspCategories = (previous | categories) >>> 0;
      const entry = known === undefined ? { ...name, permittedLspCategories } : { ...known, permittedLspCategories };
      return current.with({ applicationCategories: [...current.applicationCategories.filter((each) => each !== known), entry] });
    },
    undefined,
    () => {
      before(previous);
    },
  );
}
