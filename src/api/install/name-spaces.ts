// WSCInstallNameSpace(Ex), WSCUnInstallNameSpace, WSCEnableNSProvider, WSCWriteNameSpaceOrder: name space providers in the
// catalog. Programs that have started go on with what they have.
import { BLOB, GUID, WSAEFAULT, WSAEINVAL } from '../../abi/index.js';
import {
  enableNameSpace,
  installNameSpace,
  readBlob,
  readGuids,
  uninstallNameSpace,
  writeNameSpaceOrder,
} from '../../spi/install/name-spaces.js';
import type { Environment, MaybePending } from '../../ws2_32/index.js';
import { changingByLastError, changingByResult } from './binding.js';

function install(
  { store }: Environment,
  lpszIdentifier: string | null,
  lpszPathName: string | null,
  dwNameSpace: number,
  dwVersion: number,
  lpProviderId: GUID | null,
  lpProviderSpecific: BLOB | null = null,
): MaybePending<number> {
  if (lpszIdentifier === null || lpszPathName === null || !(lpProviderId instanceof GUID)) return WSAEINVAL;
  const providerSpecific = readBlob(lpProviderSpecific);
  if (typeof providerSpecific !== 'string') return providerSpecific.error;
  return installNameSpace(store, {
    providerId: lpProviderId.toString(),
    module: lpszPathName,
    name: lpszIdentifier,
    nameSpace: dwNameSpace,
    version: dwVersion,
    providerSpecific,
  });
}

type InstallArguments = [
  lpszIdentifier: string | null,
  lpszPathName: string | null,
  dwNameSpace: number,
  dwVersion: number,
  lpProviderId: GUID | null,
];
type InstallExArguments = [...InstallArguments, lpProviderSpecific: BLOB | null];

/**
 * Installs a name space provider, enabled and last in the order. A provider of several name spaces is installed for each,
 * with an identifier each. Waits for others that are changing the catalog.
 *
 * @param lpszIdentifier - the name to show
 * @param lpszPathName - the module that serves it: a package name, an absolute path or a URL, shorter than MAX_PATH
 * @param dwNameSpace - the name space: NS_DNS and so on, or a number of your own; not NS_ALL
 * @param dwVersion - the provider's version
 * @param lpProviderId - the provider's identifier
 * @returns 0 or SOCKET_ERROR. Errors: WSAEINVAL (null, no name, no possible module name, NS_ALL), WSANO_RECOVERY (installed
 *   already, or the catalog cannot be changed), WSAEACCES (no right to change it)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallnamespace
 */
export const WSCInstallNameSpace = changingByLastError<InstallArguments>('WSCInstallNameSpace', install);

/**
 * WSCInstallNameSpace for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpszIdentifier - the name to show
 * @param lpszPathName - the module that serves it
 * @param dwNameSpace - the name space
 * @param dwVersion - the provider's version
 * @param lpProviderId - the provider's identifier
 * @returns 0 or SOCKET_ERROR with the errors of WSCInstallNameSpace
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallnamespace32
 */
export const WSCInstallNameSpace32 = changingByLastError<InstallArguments>('WSCInstallNameSpace32', install);

function installEx(environment: Environment, ...args: InstallExArguments): MaybePending<number> {
  return args[5] === null || args[5] instanceof BLOB ? install(environment, ...args) : WSAEFAULT;
}

/**
 * WSCInstallNameSpace with data of the provider's own, which WSAEnumNameSpaceProvidersEx shows.
 *
 * @param lpszIdentifier - the name to show
 * @param lpszPathName - the module that serves it
 * @param dwNameSpace - the name space
 * @param dwVersion - the provider's version
 * @param lpProviderId - the provider's identifier
 * @param lpProviderSpecific - the data, copied; or null
 * @returns 0 or SOCKET_ERROR with the errors of WSCInstallNameSpace, and WSAEFAULT (the data is shorter than it says)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallnamespaceex
 */
export const WSCInstallNameSpaceEx = changingByLastError<InstallExArguments>('WSCInstallNameSpaceEx', installEx);

/**
 * WSCInstallNameSpaceEx for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpszIdentifier - the name to show
 * @param lpszPathName - the module that serves it
 * @param dwNameSpace - the name space
 * @param dwVersion - the provider's version
 * @param lpProviderId - the provider's identifier
 * @param lpProviderSpecific - the data, copied; or null
 * @returns 0 or SOCKET_ERROR with the errors of WSCInstallNameSpaceEx
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallnamespaceex32
 */
export const WSCInstallNameSpaceEx32 = changingByLastError<InstallExArguments>('WSCInstallNameSpaceEx32', installEx);

function uninstall({ store }: Environment, lpProviderId: GUID | null): MaybePending<number> {
  return lpProviderId instanceof GUID ? uninstallNameSpace(store, lpProviderId.toString()) : WSAEFAULT;
}

/**
 * Removes a name space provider. Waits for others that are changing the catalog.
 *
 * @param lpProviderId - the provider's identifier
 * @returns 0 or SOCKET_ERROR. Errors: WSAEFAULT (null), WSAEINVAL (no such provider), WSANO_RECOVERY (the catalog cannot be
 *   changed)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscuninstallnamespace
 */
export const WSCUnInstallNameSpace = changingByLastError('WSCUnInstallNameSpace', uninstall);

/**
 * WSCUnInstallNameSpace for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the provider's identifier
 * @returns 0 or SOCKET_ERROR with the errors of WSCUnInstallNameSpace
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscuninstallnamespace32
 */
export const WSCUnInstallNameSpace32 = changingByLastError('WSCUnInstallNameSpace32', uninstall);

function enable({ store }: Environment, lpProviderId: GUID | null, fEnable: number): MaybePending<number> {
  return lpProviderId instanceof GUID ? enableNameSpace(store, lpProviderId.toString(), fEnable !== 0) : WSAEFAULT;
}

/**
 * Enables or disables a name space provider; a disabled one is asked by no query and for no registration. Waits for others
 * that are changing the catalog.
 *
 * @param lpProviderId - the provider's identifier
 * @param fEnable - TRUE or FALSE
 * @returns 0 or SOCKET_ERROR. Errors: WSAEFAULT (null), WSAEINVAL (no such provider), WSASYSCALLFAILURE (the catalog cannot
 *   be changed)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenablensprovider
 */
export const WSCEnableNSProvider = changingByLastError('WSCEnableNSProvider', enable);

/**
 * WSCEnableNSProvider for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the provider's identifier
 * @param fEnable - TRUE or FALSE
 * @returns 0 or SOCKET_ERROR with the errors of WSCEnableNSProvider
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenablensprovider32
 */
export const WSCEnableNSProvider32 = changingByLastError('WSCEnableNSProvider32', enable);

function writeOrder({ store }: Environment, lpProviderId: readonly GUID[] | null, dwNumberOfEntries: number): MaybePending<number> {
  const ids = readGuids(lpProviderId, dwNumberOfEntries);
  return typeof ids === 'number' ? ids : writeNameSpaceOrder(store, ids);
}

/**
 * Puts the name space providers in order: that of listings, and that in which a query's results come. Waits for others that
 * are changing the catalog.
 *
 * @param lpProviderId - the identifiers of all name space providers, each once
 * @param dwNumberOfEntries - how many they are
 * @returns 0, or the error itself: WSAEFAULT (null, or fewer than that), WSAEINVAL (one missing, unknown or there twice;
 *   nothing is changed), WSATRY_AGAIN (others are changing the catalog, for too long), WSANO_RECOVERY (it cannot be changed)
 * @see https://learn.microsoft.com/windows/win32/api/sporder/nf-sporder-wscwritenamespaceorder
 */
export const WSCWriteNameSpaceOrder = changingByResult('WSCWriteNameSpaceOrder', writeOrder);

/**
 * WSCWriteNameSpaceOrder for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the identifiers of all name space providers, each once
 * @param dwNumberOfEntries - how many they are
 * @returns 0, or the error itself, as WSCWriteNameSpaceOrder
 * @see https://learn.microsoft.com/windows/win32/api/sporder/nf-sporder-wscwritenamespaceorder32
 */
export const WSCWriteNameSpaceOrder32 = changingByResult('WSCWriteNameSpaceOrder32', writeOrder);
