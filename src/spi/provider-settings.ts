// A provider's own settings: the query of its module's name in the catalog, as in `winsock2/layers/firewall?allow=::1`.
import { ref, type GUID, type WSAPROTOCOL_INFOW } from '../abi/index.js';
import { chainServices } from './chain.js';
import type { WSPUPCALLTABLE } from './wpu.js';

/** More than any path that a catalog may hold. */
const LONGEST_PATH = 32_768;

/** The module of a provider as the catalog names it, by lpWPUGetProviderPath; empty when the catalog has no such one. */
export function providerPath(id: GUID, upcalls: WSPUPCALLTABLE): string {
  for (const length of [260, LONGEST_PATH]) {
    const text = new Uint16Array(length);
    if (upcalls.lpWPUGetProviderPath(id, text, ref(length), ref(0)) !== 0) continue;
    return String.fromCharCode(...text.subarray(0, text.indexOf(0)));
  }
  return '';
}

/**
 * Reads the settings of the provider that is starting.
 *
 * @param lpProtocolInfo - as WSPStartup got it
 * @param upcalls - as WSPStartup got them
 * @returns the query of the name that the provider is installed under; empty without one
 */
export function providerSettings(lpProtocolInfo: WSAPROTOCOL_INFOW, upcalls: WSPUPCALLTABLE): URLSearchParams {
  // Inside a chain, what WSPStartup is given is the chain's entry, and the provider's own is the link.
  const services = chainServices(upcalls);
  const own = services?.protocols().find(({ dwCatalogEntryId }) => dwCatalogEntryId === services.link);
  const path = providerPath((own ?? lpProtocolInfo).ProviderId, upcalls);
  return settingsOf(path);
}

/** The settings in a module's name. */
export function settingsOf(module: string): URLSearchParams {
  const query = module.indexOf('?');
  return new URLSearchParams(query === -1 ? '' : module.slice(query + 1));
}
