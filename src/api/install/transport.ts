// WSCInstallProvider, WSCUpdateProvider, WSCDeinstallProvider, WSCGetProviderPath: a transport provider's entries and
// module in the catalog. The arguments are read here; what the change is, in spi/install.
import { GUID, WSAEFAULT, WSAEINVAL, type Ref, type WSAPROTOCOL_INFOW } from '../../abi/index.js';
import {
  deinstallProvider,
  installProvider,
  moduleOf,
  readInfos,
  updateProvider,
  type TransportProvider,
} from '../../spi/install/transport.js';
import type { Environment, MaybePending } from '../../ws2_32/index.js';
import { putText } from '../text-buffer.js';
import { changing, reading } from './binding.js';

type Infos = readonly WSAPROTOCOL_INFOW[] | null;

function readProvider(id: GUID | null, path: string | null, list: Infos, count: number): TransportProvider | number {
  if (!(id instanceof GUID) || path === null || list === null) return WSAEFAULT;
  const infos = readInfos(list, count);
  return typeof infos === 'number' ? infos : { providerId: id.toString(), module: path, infos };
}

function install(
  { store }: Environment,
  lpProviderId: GUID | null,
  lpszProviderDllPath: string | null,
  lpProtocolInfoList: Infos,
  dwNumberOfEntries: number,
): MaybePending<number> {
  const provider = readProvider(lpProviderId, lpszProviderDllPath, lpProtocolInfoList, dwNumberOfEntries);
  return typeof provider === 'number' ? provider : installProvider(store, provider);
}

/**
 * Installs a transport provider: base protocols, a layer, or chains. Its entries come last in the order and get new
 * catalog ids, which WSCEnumProtocols tells; nothing is written into the caller's structures. Waits for others that are
 * changing the catalog.
 *
 * @param lpProviderId - the provider's identifier, which all entries get
 * @param lpszProviderDllPath - the module that serves it: a package name, an absolute path or a URL, shorter than MAX_PATH
 * @param lpProtocolInfoList - the entries; a chain names catalog ids that are there already
 * @param dwNumberOfEntries - how many they are
 * @param lpErrno - receives the error: WSAEFAULT (null, or fewer entries than that), WSAEINVAL (no entries, no possible
 *   module name, an entry that cannot be), WSANO_RECOVERY (installed already, or the catalog cannot be changed: no right
 *   to, damaged, others hold it for too long)
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallprovider
 */
export const WSCInstallProvider = changing('WSCInstallProvider', install);

/**
 * WSCInstallProvider for both of Windows' catalogs. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the provider's identifier
 * @param lpszProviderDllPath - the module that serves it
 * @param lpProtocolInfoList - the entries
 * @param dwNumberOfEntries - how many they are
 * @param lpErrno - receives the error, as WSCInstallProvider
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallprovider64_32
 */
export const WSCInstallProvider64_32 = changing('WSCInstallProvider64_32', install);

function update(
  { store }: Environment,
  lpProviderId: GUID | null,
  lpszProviderDllPath: string | null,
  lpProtocolInfoList: Infos,
  dwNumberOfEntries: number,
): MaybePending<number> {
  const provider = readProvider(lpProviderId, lpszProviderDllPath, lpProtocolInfoList, dwNumberOfEntries);
  return typeof provider === 'number' ? provider : updateProvider(store, provider);
}

/**
 * Changes the module of an installed provider and the entries that are given; the others keep what they say, and all keep
 * their place. Waits for others that are changing the catalog.
 *
 * @param lpProviderId - the provider's identifier
 * @param lpszProviderDllPath - its module from now on
 * @param lpProtocolInfoList - the entries as they are to be; each is known by its dwCatalogEntryId
 * @param dwNumberOfEntries - how many they are
 * @param lpErrno - receives the error: WSAEFAULT (null, or fewer entries than that), WSAEINVAL (no entries, no possible
 *   module name, no such provider, an entry that is not the provider's or cannot be), WSANO_RECOVERY (the catalog cannot be
 *   changed)
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscupdateprovider
 */
export const WSCUpdateProvider = changing('WSCUpdateProvider', update);

/**
 * WSCUpdateProvider for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the provider's identifier
 * @param lpszProviderDllPath - its module from now on
 * @param lpProtocolInfoList - the entries as they are to be
 * @param dwNumberOfEntries - how many they are
 * @param lpErrno - receives the error, as WSCUpdateProvider
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscupdateprovider32
 */
export const WSCUpdateProvider32 = changing('WSCUpdateProvider32', update);

function deinstall({ store }: Environment, lpProviderId: GUID | null): MaybePending<number> {
  // The page: no valid provider. Only lpErrno may be at fault.
  return lpProviderId instanceof GUID ? deinstallProvider(store, lpProviderId.toString()) : WSAEINVAL;
}

/**
 * Removes a transport provider: all its entries, the chains that begin with its layers or end in its base protocols, and
 * its category. Other providers' chains that led through it go on without it. Waits for others that are changing the
 * catalog.
 *
 * @param lpProviderId - the provider's identifier
 * @param lpErrno - receives the error: WSAEINVAL (no such provider, or null), WSANO_RECOVERY (the catalog cannot be changed)
 * @returns 0 or SOCKET_ERROR; with a null lpErrno just that
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscdeinstallprovider
 */
export const WSCDeinstallProvider = changing('WSCDeinstallProvider', deinstall);

/**
 * WSCDeinstallProvider for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the provider's identifier
 * @param lpErrno - receives the error, as WSCDeinstallProvider
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscdeinstallprovider32
 */
export const WSCDeinstallProvider32 = changing('WSCDeinstallProvider32', deinstall);

function getPath(
  { store }: Environment,
  lpProviderId: GUID | null,
  lpszProviderDllPath: Uint16Array | null,
  lpProviderDllPathLen: Ref | null,
): number {
  if (lpszProviderDllPath === null || lpProviderDllPathLen === null) return WSAEFAULT;
  const module = lpProviderId instanceof GUID ? moduleOf(store, lpProviderId.toString()) : WSAEINVAL;
  if (typeof module === 'number') return module;
  const room = lpProviderDllPathLen.value;
  lpProviderDllPathLen.value = module.length + 1;
  // Written so that a length that is no number at all is too short.
  return room >= 0 && putText(module, lpszProviderDllPath, room) ? 0 : WSAEFAULT;
}

/**
 * Tells the module of an installed provider, as it was installed. Does not block.
 *
 * @param lpProviderId - the provider's identifier
 * @param lpszProviderDllPath - receives the name and a null
 * @param lpProviderDllPathLen - in: room in characters; out: characters needed, with the null
 * @param lpErrno - receives the error: WSAEINVAL (no such provider, or null), WSAEFAULT (null, or too little room),
 *   WSANO_RECOVERY (the catalog cannot be read)
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetproviderpath
 */
export const WSCGetProviderPath = reading('WSCGetProviderPath', getPath);

/**
 * WSCGetProviderPath for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the provider's identifier
 * @param lpszProviderDllPath - receives the name and a null
 * @param lpProviderDllPathLen - in: room in characters; out: characters needed
 * @param lpErrno - receives the error, as WSCGetProviderPath
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetproviderpath32
 */
export const WSCGetProviderPath32 = reading('WSCGetProviderPath32', getPath);
