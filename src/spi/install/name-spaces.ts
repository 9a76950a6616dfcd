// Name space providers in the catalog: installing, removing, enabling, and their order.
import {
  GUID,
  NS_ALL,
  WSAEACCES,
  WSAEFAULT,
  WSAEINVAL,
  WSANO_RECOVERY,
  WSASYSCALLFAILURE,
  WSATRY_AGAIN,
  bytesOf,
  type BLOB,
} from '../../abi/index.js';
import { toHex } from '../../catalog/hex.js';
import type { CatalogError, CatalogStore } from '../../catalog/index.js';
import { changeCatalog, isModuleName, noRecovery, refuse } from './change.js';

/** A name space provider to install. */
export interface NewNameSpace {
  /** '{...}', upper case. */
  readonly providerId: string;
  /** What the loader imports. */
  readonly module: string;
  /** The name to show. */
  readonly name: string;
  /** NS_DNS, NS_NLA, ... */
  readonly nameSpace: number;
  readonly version: number;
  /** What WSAEnumNameSpaceProvidersEx shows of it; as hexadecimal text, '' for none. */
  readonly providerSpecific: string;
}

/** The caller's own data for a provider, as hexadecimal text; WSAEFAULT when there are not so many bytes as it says. */
export function readBlob(blob: BLOB | null): string | { readonly error: number } {
  if (blob === null || blob.cbSize === 0) return '';
  if (blob.pBlobData === null || !(blob.cbSize > 0)) return { error: WSAEFAULT };
  const bytes = bytesOf(blob.pBlobData);
  return bytes.length < blob.cbSize ? { error: WSAEFAULT } : toHex(bytes.subarray(0, blob.cbSize));
}

/** The pages of these functions tell a missing right apart. */
function withAccess(error: CatalogError): number {
  return error.code === WSAEACCES ? WSAEACCES : noRecovery(error);
}

/**
 * Adds a name space provider at the end of the order, enabled, and asked to keep service classes.
 *
 * @returns 0; WSAEINVAL (no name, no possible module name, NS_ALL or no number at all); WSANO_RECOVERY (installed already,
 *   or the catalog cannot be changed); WSAEACCES (no right to change it)
 */
export function installNameSpace(store: CatalogStore, wish: NewNameSpace): Promise<number> | number {
  const { providerId, module, name, nameSpace, version, providerSpecific } = wish;
  if (name === '' || nameSpace === NS_ALL || !isModuleName(module)) return WSAEINVAL;
  return changeCatalog(
    store,
    (current) => {
      if (current.namespaceById(providerId) !== null) return refuse('the provider is installed already', WSANO_RECOVERY);
      return current.withNamespace({
        providerId,
        module,
        lpszIdentifier: name,
        dwNameSpace: nameSpace,
        dwVersion: version,
        enabled: true,
        storesServiceClassInfo: true,
        providerSpecific,
      });
    },
    withAccess,
  );
}

/** Removes a name space provider. 0; WSAEINVAL (no such provider); WSANO_RECOVERY (the catalog cannot be changed). */
export function uninstallNameSpace(store: CatalogStore, providerId: string): Promise<number> {
  return changeCatalog(store, (current) => current.withoutNamespace(providerId));
}

/** Enables or disables one. 0; WSAEINVAL (no such provider); WSASYSCALLFAILURE (the catalog cannot be changed). */
export function enableNameSpace(store: CatalogStore, providerId: string, enabled: boolean): Promise<number> {
  return changeCatalog(
    store,
    (current) => {
      // Nothing to save, nobody to tell.
      if (current.namespaceById(providerId)?.enabled === enabled) return current;
      return current.withNamespaceEnabled(providerId, enabled);
    },
    (error) => (error.trouble === 'invalid' ? error.code : WSASYSCALLFAILURE),
  );
}

/**
 * Puts the name space providers in order.
 *
 * @param providerIds - every provider's id, once
 * @returns 0; WSAEINVAL (one is missing, unknown or there twice; nothing is changed); WSATRY_AGAIN (others are changing the
 *   catalog, for too long); WSANO_RECOVERY (it cannot be changed)
 */
export function writeNameSpaceOrder(store: CatalogStore, providerIds: readonly string[]): Promise<number> {
  return changeCatalog(
    store,
    (current) =>
      providerIds.length === current.namespaces.length
        ? current.withNamespaceOrder(providerIds)
        : refuse('not every name space is in the order'),
    (error) => (error.trouble === 'locked' ? WSATRY_AGAIN : noRecovery(error)),
  );
}

/** The first `count` identifiers of a caller's array; WSAEFAULT when it has not so many, WSAEINVAL for a count that is none. */
export function readGuids(list: ArrayLike<unknown> | null, count: number): readonly string[] | number {
  if (list === null) return WSAEFAULT;
  if (!Number.isInteger(count) || count < 0) return WSAEINVAL;
  if (count > list.length) return WSAEFAULT;
  const ids = Array.from({ length: count }, (_, index) => list[index]);
  return ids.every((id) => id instanceof GUID) ? ids.map((id) => id.toString()) : WSAEFAULT;
}
