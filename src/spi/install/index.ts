// The entry `winsock2/spi/install`: the installer functions as a program of their own calls them, before or without
// WSAStartup, and the headers' structures and constants. What they do is said at the functions of api.
import * as api from '../../api/index.js';
import { furnished } from '../../winsock.js';

export * from '../../abi/index.js';

export const WSCDeinstallProvider = furnished(api.WSCDeinstallProvider);
export const WSCDeinstallProvider32 = furnished(api.WSCDeinstallProvider32);
export const WSCEnumProtocols = furnished(api.WSCEnumProtocols);
export const WSCEnumProtocols32 = furnished(api.WSCEnumProtocols32);
export const WSCGetProviderPath = furnished(api.WSCGetProviderPath);
export const WSCGetProviderPath32 = furnished(api.WSCGetProviderPath32);
export const WSCInstallProvider = furnished(api.WSCInstallProvider);
export const WSCInstallProvider64_32 = furnished(api.WSCInstallProvider64_32);
export const WSCInstallProviderAndChains = furnished(api.WSCInstallProviderAndChains);
export const WSCInstallProviderAndChains64_32 = furnished(api.WSCInstallProviderAndChains64_32);
export const WSCUpdateProvider = furnished(api.WSCUpdateProvider);
export const WSCUpdateProvider32 = furnished(api.WSCUpdateProvider32);
export const WSCWriteProviderOrder = furnished(api.WSCWriteProviderOrder);
export const WSCWriteProviderOrder32 = furnished(api.WSCWriteProviderOrder32);
