// Where the export list departs from functions.json, each with its reason.

/** May block although the reference says otherwise. */
export const BLOCKING = new Set([
  // Provider modules are imported here.
  'WSAStartup',
  // Without an OVERLAPPED it waits until the disconnect is done.
  'DisconnectEx',
  // Without an OVERLAPPED it waits for the change.
  'idealsendbacklognotify',
  // They change the catalog, and wait for others that do.
  ...['WSCInstallProvider', 'WSCInstallProvider64_32', 'WSCInstallProviderAndChains', 'WSCInstallProviderAndChains64_32'],
  ...['WSCUpdateProvider', 'WSCUpdateProvider32', 'WSCDeinstallProvider', 'WSCDeinstallProvider32'],
  ...['WSCWriteProviderOrder', 'WSCWriteProviderOrder32', 'WSCWriteNameSpaceOrder', 'WSCWriteNameSpaceOrder32'],
  ...['WSCInstallNameSpace', 'WSCInstallNameSpace32', 'WSCInstallNameSpaceEx', 'WSCInstallNameSpaceEx32'],
  ...['WSCUnInstallNameSpace', 'WSCUnInstallNameSpace32', 'WSCEnableNSProvider', 'WSCEnableNSProvider32'],
  ...['WSCSetProviderInfo', 'WSCSetProviderInfo32', 'WSCSetApplicationCategory'],
  // It calls NSPv2Startup, which may block.
  'WSAAdvertiseProvider',
  // The catalog is written.
  'WSAInstallServiceClass',
  'WSARemoveServiceClass',
]);

/** Works before WSAStartup: arithmetic, text, memory, and the last error itself. By the name without A or W. */
export const BEFORE_STARTUP = new Set([
  ...['WSAStartup', 'WSAGetLastError', 'WSASetLastError', '__WSAFDIsSet', 'gai_strerror', 'SocketNotificationRetrieveEvents'],
  ...['htonl', 'htons', 'ntohl', 'ntohs', 'htonll', 'ntohll', 'htonf', 'ntohf', 'htond', 'ntohd'],
  ...['inet_addr', 'inet_ntoa', 'inet_ntop', 'inet_pton', 'InetNtop', 'InetPton'],
  ...['freeaddrinfo', 'FreeAddrInfoW', 'FreeAddrInfoEx', 'GetAcceptExSockaddrs', 'SetSocketMediaStreamingMode'],
]);

/** Installers whose pages ask for WSAStartup. */
export const AFTER_STARTUP = new Set([
  'WSCEnumNameSpaceProviders32',
  'WSCEnumNameSpaceProvidersEx32',
  // They ask the providers that WSAStartup starts.
  ...['EnumProtocols', 'GetAddressByName', 'GetNameByType', 'GetTypeByName', 'GetService', 'SetService'],
]);

/** No socket handle to check although a parameter is a SOCKET. */
export const NO_SOCKET_CHECK = new Set([
  // Only looked for in the set.
  '__WSAFDIsSet',
  // Any other handle is one that WS2_32 did not make: WSAEINVAL.
  'WPUCompleteOverlappedRequest',
]);

/** Functions whose LPWSAOVERLAPPED is not what makes the call asynchronous. */
export const NOT_OVERLAPPED = new Set([
  // It names the operation asked about.
  'WSAGetOverlappedResult',
]);

/** The refusal of functions that do not report WSAEOPNOTSUPP, as a number or a constant's name. */
export const UNSUPPORTED_ERROR: ReadonlyMap<string, string> = new Map([
  // An HRESULT: E_NOTIMPL.
  ['SetSocketMediaStreamingMode', '0x80004001 | 0'],
]);

/** The value of failure where the kind of return value does not tell it. */
export const FAILURE: ReadonlyMap<string, number> = new Map([
  ['inet_addr', 0xffffffff],
  ['WSAWaitForMultipleEvents', 0xffffffff],
  ['RIODequeueCompletion', 0xffffffff],
  ['RIORegisterBuffer', 0xffffffff],
  // An int in the header, which is TRUE or FALSE by its page.
  ['RIOReceiveEx', 0],
]);

/**
 * Names that the headers define for another function. A plain name is the ANSI function, as in a build without UNICODE;
 * the pairs of functions.json get theirs from the generator.
 */
export const ALIASES: ReadonlyMap<string, string> = new Map([
  ['GetAddrInfoA', 'getaddrinfo'],
  ['GetAddrInfo', 'getaddrinfo'],
  ['FreeAddrInfoA', 'freeaddrinfo'],
  ['FreeAddrInfo', 'freeaddrinfo'],
  ['FreeAddrInfoExA', 'FreeAddrInfoEx'],
  ['GetNameInfoA', 'getnameinfo'],
  ['GetNameInfo', 'getnameinfo'],
  ['InetNtopA', 'inet_ntop'],
  ['InetNtop', 'inet_ntop'],
  ['InetPtonA', 'inet_pton'],
  ['InetPton', 'inet_pton'],
]);

/** Functions of other layers that WS2_32 exports for providers. */
export const PROVIDER_EXPORTS = new Set([
  'WSAAdvertiseProvider',
  'WSAUnadvertiseProvider',
  'WSAProviderCompleteAsyncCall',
  'WPUCompleteOverlappedRequest',
]);

/** Reference pages where functions.json names another function's. */
export const DOC: ReadonlyMap<string, string> = new Map([['RIOCreateCompletionQueue', 'nc-mswsock-lpfn_riocreatecompletionqueue']]);
