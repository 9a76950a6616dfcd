// WSCInstallProviderAndChains: a layered provider and its chains in one step.
import { GUID, WSAEFAULT, WSAEINVAL, type Ref, type WSAPROTOCOL_INFOW } from '../../abi/index.js';
import { installLayer } from '../../spi/install/chains.js';
import { readInfos } from '../../spi/install/transport.js';
import type { Environment, MaybePending } from '../../ws2_32/index.js';
import { changing } from './binding.js';

type Infos = readonly WSAPROTOCOL_INFOW[] | null;

function install(
  { store, newGuid }: Environment,
  lpProviderId: GUID | null,
  lpszProviderDllPath: string | null,
  lpszLspName: string | null,
  dwServiceFlags: number,
  lpProtocolInfoList: Infos,
  dwNumberOfEntries: number,
  lpdwCatalogEntryId: Ref | null,
): MaybePending<number> {
  if (lpProviderId === null || lpszProviderDllPath === null || lpszLspName === null) return WSAEINVAL;
  if (!(lpProviderId instanceof GUID)) return WSAEFAULT;
  const over = lpProtocolInfoList === null ? null : readInfos(lpProtocolInfoList, dwNumberOfEntries);
  if (typeof over === 'number') return over;
  const layer = {
    providerId: lpProviderId.toString(),
    module: lpszProviderDllPath,
    name: lpszLspName,
    serviceFlags: dwServiceFlags,
    over,
  };
  return installLayer(store, layer, {
    newGuid,
    installed: (id) => {
      if (lpdwCatalogEntryId !== null) lpdwCatalogEntryId.value = id;
    },
  });
}

/**
 * Installs a layered provider: a hidden entry for the layer itself, and a chain over each protocol that it is to stand on.
 * The chains come first in the order, so the next WSAStartup makes sockets by them; each gets a provider identifier of its
 * own. Waits for others that are changing the catalog.
 *
 * @param lpProviderId - the layer's identifier
 * @param lpszProviderDllPath - the module that serves it: a package name, an absolute path or a URL, shorter than MAX_PATH
 * @param lpszLspName - its name, at most WSAPROTOCOL_LEN characters; a chain is called "name over [protocol]"
 * @param dwServiceFlags - XP1_IFS_HANDLES when it hands on the handles of the provider below; 0 when it makes its own
 * @param lpProtocolInfoList - what to stand on: the first entry, be it a chain, of each family, socket type and protocol
 *   listed, nothing else in the structures being looked at; null for every base protocol, past all layers already there
 * @param dwNumberOfEntries - how many are listed
 * @param lpdwCatalogEntryId - receives the catalog id of the hidden entry; or null
 * @param lpErrno - receives the error: WSAEINVAL (a null, no possible module name, name or flags, an empty list, an
 *   identifier or a name that is installed already, no entry for a protocol listed), WSAEFAULT (the list is shorter than
 *   that, or holds something else), WSANO_RECOVERY (no base protocol, a chain would have more than MAX_PROTOCOL_CHAIN
 *   links, or the catalog cannot be changed), WSAEINPROGRESS (others are changing it, for too long). WSAEINVALIDPROCTABLE
 *   does not come from here but from socket(): nothing is loaded by installing it
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallproviderandchains
 */
export const WSCInstallProviderAndChains = changing('WSCInstallProviderAndChains', install);

/**
 * WSCInstallProviderAndChains for both of Windows' catalogs. There is one catalog here, which gets the first module; the
 * second is looked at and not kept.
 *
 * @param lpProviderId - the layer's identifier
 * @param lpszProviderDllPath - the module that serves it
 * @param lpszProviderDllPath32 - what would serve 32-bit programs
 * @param lpszLspName - its name
 * @param dwServiceFlags - XP1_IFS_HANDLES or 0
 * @param lpProtocolInfoList - what to stand on; null for every base protocol
 * @param dwNumberOfEntries - how many are listed
 * @param lpdwCatalogEntryId - receives the catalog id of the hidden entry; or null
 * @param lpErrno - receives the error, as WSCInstallProviderAndChains; WSAEINVAL for a null lpszProviderDllPath32 too
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallproviderandchains64_32
 */
export const WSCInstallProviderAndChains64_32 = changing(
  'WSCInstallProviderAndChains64_32',
  (
    environment: Environment,
    lpProviderId: GUID | null,
    lpszProviderDllPath: string | null,
    lpszProviderDllPath32: string | null,
    lpszLspName: string | null,
    dwServiceFlags: number,
    lpProtocolInfoList: Infos,
    dwNumberOfEntries: number,
    lpdwCatalogEntryId: Ref | null,
  ): MaybePending<number> => {
    if (lpszProviderDllPath32 === null) return WSAEINVAL;
    const [id, path, name] = [lpProviderId, lpszProviderDllPath, lpszLspName];
    return install(environment, id, path, name, dwServiceFlags, lpProtocolInfoList, dwNumberOfEntries, lpdwCatalogEntryId);
  },
);
