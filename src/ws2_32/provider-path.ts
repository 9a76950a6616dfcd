// WPUGetProviderPath: where a provider's module is, as the catalog names it.
import { GUID, WSAEFAULT, WSAEINVAL, type Ref } from '../abi/index.js';
import type { Catalog } from '../catalog/index.js';

/**
 * Writes the name of a provider's module and a terminating null.
 *
 * @param catalog - what is asked, or null when there is none
 * @param id - the provider
 * @param path - receives the text, in UTF-16 units
 * @param length - in: units that fit; out: units needed
 * @returns 0; WSAEFAULT for a null pointer or too short a buffer, WSAEINVAL for a provider that the catalog does not have
 */
export function providerPath(catalog: Catalog | null, id: GUID | null, path: Uint16Array | null, length: Ref | null): number {
  if (!(id instanceof GUID) || path === null || length === null) return WSAEFAULT;
  const module = catalog?.byProvider(id.toString())[0]?.module;
  if (module === undefined) return WSAEINVAL;
  const needed = module.length + 1;
  const fits = length.value >= needed && path.length >= needed;
  length.value = needed;
  if (!fits) return WSAEFAULT;
  for (let i = 0; i < module.length; i++) path[i] = module.charCodeAt(i);
  path[module.length] = 0;
  return 0;
}
