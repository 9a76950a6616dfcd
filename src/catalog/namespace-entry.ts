// Name space entries: what one line of the name space catalog holds, and its way to WSANAMESPACE_INFOW and ...EXW.
// Which name spaces a query asks is ws2_32's business.

import { BLOB, WSANAMESPACE_INFOEXW, WSANAMESPACE_INFOW, guid } from '../abi/index.js';
import { fromHex } from './hex.js';

/** One installed name space provider. */
export interface NamespaceEntry {
  /** `NSProviderId` as '{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}', upper case; unique in the catalog. */
  readonly providerId: string;
  /** NS_DNS, NS_NLA, ... */
  readonly dwNameSpace: number;
  readonly dwVersion: number;
  /** The name to show. */
  readonly lpszIdentifier: string;
  /** `fActive`: queries ask it. */
  readonly enabled: boolean;
  /** Whether it keeps service classes itself. */
  readonly storesServiceClassInfo: boolean;
  /** `ProviderSpecific`, as hexadecimal text; '' for none. */
  readonly providerSpecific: string;
  /** What the loader imports to get the provider's NSPStartup or NSPv2Startup. */
  readonly module: string;
}

/**
 * The entry as WSAEnumNameSpaceProviders shows it.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsanamespace_infow
 */
export function toNamespaceInfoW(entry: NamespaceEntry): WSANAMESPACE_INFOW {
  return new WSANAMESPACE_INFOW(members(entry));
}

/**
 * The entry as WSAEnumNameSpaceProvidersEx shows it.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsanamespace_infoexw
 */
export function toNamespaceInfoExW(entry: NamespaceEntry): WSANAMESPACE_INFOEXW {
  const pBlobData = fromHex(entry.providerSpecific);
  const ProviderSpecific = new BLOB(pBlobData.length === 0 ? {} : { cbSize: pBlobData.length, pBlobData });
  return new WSANAMESPACE_INFOEXW({ ...members(entry), ProviderSpecific });
}

function members(entry: NamespaceEntry) {
  return {
    NSProviderId: guid(entry.providerId),
    dwNameSpace: entry.dwNameSpace,
    fActive: entry.enabled ? 1 : 0,
    dwVersion: entry.dwVersion,
    lpszIdentifier: entry.lpszIdentifier,
  };
}
