// The entry `winsock2/spi/install`: the installer functions as a program of their own calls them, before or without
// WSAStartup, and the headers' structures and constants. What they do is said at the functions of api.
import * as api from '../../api/index.js';
import { furnished } from '../../winsock.js';

export * from '../../abi/index.js';

export const WSCDeinstallProvider = furnished(api.WSCDeinstallProvider);
export const WSCDeinstallProvider32 = furnished(api.WSCDeinstallProvider32);
export const WSCEnableNSProvider = furnished(api.WSCEnableNSProvider);
export const WSCEnableNSProvider32 = furnished(api.WSCEnableNSProvider32);
export const WSCEnumNameSpaceProviders32 = furnished(api.WSCEnumNameSpaceProviders32);
export const WSCEnumNameSpaceProvidersEx32 = furnished(api.WSCEnumNameSpaceProvidersEx32);
export const WSCEnumProtocols = furnished(api.WSCEnumProtocols);
export const WSCEnumProtocols32 = furnished(api.WSCEnumProtocols32);
export const WSCGetApplicationCategory = furnished(api.WSCGetApplicationCategory);
export const WSCGetProviderInfo = furnished(api.WSCGetProviderInfo);
export const WSCGetProviderInfo32 = furnished(api.WSCGetProviderInfo32);
export const WSCGetProviderPath = furnished(api.WSCGetProviderPath);
export const WSCGetProviderPath32 = furnished(api.WSCGetProviderPath32);
export const WSCInstallNameSpace = furnished(api.WSCInstallNameSpace);
export const WSCInstallNameSpace32 = furnished(api.WSCInstallNameSpace32);
export const WSCInstallNameSpaceEx = furnished(api.WSCInstallNameSpaceEx);
export const WSCInstallNameSpaceEx32 = furnished(api.WSCInstallNameSpaceEx32);
export const WSCInstallProvider = furnished(api.WSCInstallProvider);
export const WSCInstallProvider64_32 = furnished(api.WSCInstallProvider64_32);
export const WSCInstallProviderAndChains = furnished(api.WSCInstallProviderAndChains);
export const WSCInstallProviderAndChains64_32 = furnished(api.WSCInstallProviderAndChains64_32);
export const WSCSetApplicationCategory = furnished(api.WSCSetApplicationCategory);
export const WSCSetProviderInfo = furnished(api.WSCSetProviderInfo);
export const WSCSetProviderInfo32 = furnished(api.WSCSetProviderInfo32);
export const WSCUnInstallNameSpace = furnished(api.WSCUnInstallNameSpace);
export const WSCUnInstallNameSpace32 = furnished(api.WSCUnInstallNameSpace32);
export const WSCUpdateProvider = furnished(api.WSCUpdateProvider);
export const WSCUpdateProvider32 = furnished(api.WSCUpdateProvider32);
export const WSCWriteNameSpaceOrder = furnished(api.WSCWriteNameSpaceOrder);
export const WSCWriteNameSpaceOrder32 = furnished(api.WSCWriteNameSpaceOrder32);
export const WSCWriteProviderOrder = furnished(api.WSCWriteProviderOrder);
export const WSCWriteProviderOrder32 = furnished(api.WSCWriteProviderOrder32);
