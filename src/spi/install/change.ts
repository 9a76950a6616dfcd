// How installers change the catalog: one change under the store's lock, and what a page calls each failure. What the
// changes are is the neighbours' business.
import { MAX_PATH, WSAEINVAL, WSANO_RECOVERY } from '../../abi/index.js';
import { catalogError, type CatalogChange, type CatalogError, type CatalogResult, type CatalogStore } from '../../catalog/index.js';
import { resolveSpecifier } from '../specifier.js';

/** Gives a change up with a Winsock error. */
export function refuse(what: string, code: number = WSAEINVAL): CatalogError {
  return catalogError('invalid', what, { code });
}

/**
 * The error for a change that was not made. A change that is refused has its own; of a catalog that cannot be read or
 * written, for want of rights too, the pages say that the error is not recoverable.
 */
export function noRecovery({ trouble, code }: CatalogError): number {
  return trouble === 'invalid' ? code : WSANO_RECOVERY;
}

/**
 * Changes the catalog.
 *
 * @param store - where it is
 * @param change - may be called several times, see `CatalogChange`
 * @param errorOf - the page's error for a failure
 * @param saved - told of the result when all went well
 * @returns 0 or the error; never rejects
 */
export async function changeCatalog(
  store: CatalogStore,
  change: CatalogChange,
  errorOf: (error: CatalogError) => number = noRecovery,
  saved: (result: CatalogResult & { readonly ok: true }) => void = () => undefined,
): Promise<number> {
  const result = await store.update(change);
  if (!result.ok) return errorOf(result.error);
  saved(result);
  return 0;
}

/** Whether a text can stand in the catalog as a provider's module: no longer than a path may be, and one the loader takes. */
export function isModuleName(text: string): boolean {
  return text.length < MAX_PATH && resolveSpecifier(text).ok;
}
