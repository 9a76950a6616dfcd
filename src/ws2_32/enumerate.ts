// Listings of the catalog, as structures. Which entries an application may see is the catalog's rule.
import type { WSANAMESPACE_INFOEXW, WSANAMESPACE_INFOW, WSAPROTOCOL_INFOW } from '../abi/index.js';
import { FOR_APPLICATIONS, FOR_INSTALLERS, toNamespaceInfoExW, toNamespaceInfoW, toProtocolInfoW } from '../catalog/index.js';
import type { WinsockProcess } from './process.js';

/** The protocols that applications see, in a started process. */
export function enumerateProtocols(process: WinsockProcess, protocols: ArrayLike<number> | null): readonly WSAPROTOCOL_INFOW[] {
  return process.catalog?.enumerate(protocols, FOR_APPLICATIONS).map(toProtocolInfoW) ?? [];
}

/** Everything installed now, whether the process has started or not; null if the catalog cannot be read. */
export function installedProtocols(
  process: WinsockProcess,
  protocols: ArrayLike<number> | null,
): readonly WSAPROTOCOL_INFOW[] | null {
  const loaded = process.environment?.store.loadSync();
  if (loaded?.ok !== true) return null;
  return loaded.catalog.enumerate(protocols, FOR_INSTALLERS).map(toProtocolInfoW);
}

/** The name space providers that are enabled, in a started process. */
export function enumerateNamespaces(process: WinsockProcess): readonly WSANAMESPACE_INFOW[] {
  return process.catalog?.namespaces.map(toNamespaceInfoW) ?? [];
}

/** The same with what each provider's installer left for it. */
export function enumerateNamespacesEx(process: WinsockProcess): readonly WSANAMESPACE_INFOEXW[] {
  return process.catalog?.namespaces.map(toNamespaceInfoExW) ?? [];
}
