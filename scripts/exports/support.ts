// What of the export list works, by the name without A or W; what is not listed is refused with its unsupported error.
// Edit this when a function starts to work, then run scripts/generate-exports.ts.

/** How much of a function is there; the note says what is not. */
export interface Support {
  readonly level: 'full' | 'partial';
  readonly note: string;
}

const full: readonly string[] = [
  ...['WSAStartup', 'WSACleanup', 'WSAGetLastError', 'WSASetLastError'],
  ...['socket', 'WSASocket', 'closesocket', 'bind', 'listen', 'accept', 'WSAAccept', 'connect', 'WSAConnect'],
  ...['send', 'recv', 'sendto', 'recvfrom', 'shutdown', 'WSASendDisconnect', 'WSARecvDisconnect'],
  ...['select', '__WSAFDIsSet', 'WSAPoll', 'ioctlsocket', 'getsockopt', 'setsockopt', 'getsockname', 'getpeername'],
  ...['WSADuplicateSocket', 'WSAEnumProtocols', 'WSCEnumProtocols', 'WSAEnumNameSpaceProviders'],
  ...['htonl', 'htons', 'ntohl', 'ntohs', 'htonll', 'ntohll', 'htonf', 'ntohf', 'htond', 'ntohd'],
  ...['WSAHtonl', 'WSAHtons', 'WSANtohl', 'WSANtohs', 'inet_addr', 'inet_ntoa', 'inet_ntop', 'inet_pton', 'InetNtop', 'InetPton'],
  ...['WSAAddressToString', 'WSAStringToAddress', 'getaddrinfo', 'GetAddrInfoW', 'freeaddrinfo', 'FreeAddrInfoW'],
  ...['getnameinfo', 'GetNameInfoW', 'gai_strerror', 'gethostname', 'GetHostNameW', 'gethostbyname', 'gethostbyaddr'],
  ...['getservbyname', 'getservbyport', 'getprotobyname', 'getprotobynumber'],
  ...['WSACreateEvent', 'WSASetEvent', 'WSAResetEvent', 'WSACloseEvent', 'WSAWaitForMultipleEvents'],
  ...['AcceptEx', 'GetAcceptExSockaddrs', 'ConnectEx', 'DisconnectEx', 'WSARecvEx', 'TransmitFile', 'TransmitPackets'],
  ...['setsourcefilter', 'getsourcefilter', 'setipv4sourcefilter', 'getipv4sourcefilter'],
  ...['RIORegisterBuffer', 'RIODeregisterBuffer', 'RIOCreateCompletionQueue', 'RIOResizeCompletionQueue', 'RIOCloseCompletionQueue'],
  ...['RIOCreateRequestQueue', 'RIOResizeRequestQueue', 'RIOSend', 'RIOReceive', 'RIODequeueCompletion', 'RIONotify'],
  ...['RtlEthernetAddressToString', 'RtlEthernetStringToAddress', 'RtlIpv4AddressToString', 'RtlIpv4AddressToStringEx'],
  ...['RtlIpv4StringToAddress', 'RtlIpv4StringToAddressEx', 'RtlIpv6AddressToString', 'RtlIpv6AddressToStringEx'],
  ...['RtlIpv6StringToAddress', 'RtlIpv6StringToAddressEx'],
  'WSAEnumNetworkEvents',
  ...['WSASend', 'WSARecv', 'WSASendTo', 'WSARecvFrom', 'WSAGetOverlappedResult'],
  ...['WSAGetIPUserMtu', 'WSASetIPUserMtu', 'WSAGetFailConnectOnIcmpError', 'WSASetFailConnectOnIcmpError'],
  ...['WSAGetRecvIPEcn', 'WSASetRecvIPEcn', 'WSAGetUdpSendMessageSize', 'WSASetUdpSendMessageSize', 'WSARevertImpersonation'],
  ...['WSAConnectByName', 'WSAConnectByList', 'WSAJoinLeaf'],
  ...['WSAAsyncGetHostByName', 'WSAAsyncGetHostByAddr', 'WSAAsyncGetServByName', 'WSAAsyncGetServByPort'],
  ...['WSAAsyncGetProtoByName', 'WSAAsyncGetProtoByNumber', 'WSACancelAsyncRequest'],
  ...['WSAProviderConfigChange', 'WPUCompleteOverlappedRequest'],
  ...['WSCInstallProvider', 'WSCInstallProviderAndChains', 'WSCUpdateProvider', 'WSCDeinstallProvider', 'WSCGetProviderPath'],
  ...['WPUGetProviderPathEx'],
  ...['WSCWriteProviderOrder', 'WSCWriteNameSpaceOrder', 'WSCInstallNameSpace', 'WSCInstallNameSpaceEx', 'WSCUnInstallNameSpace'],
  ...['WSCEnableNSProvider', 'WSCSetProviderInfo', 'WSCGetProviderInfo'],
  ...['WSCSetApplicationCategory', 'WSCGetApplicationCategory'],
  ...['WSASetBlockingHook', 'WSAUnhookBlockingHook', 'WSAIsBlocking', 'WSACancelBlockingCall'],
  ...['ProcessSocketNotifications', 'SocketNotificationRetrieveEvents'],
  ...['WSALookupServiceBegin', 'WSALookupServiceNext', 'WSALookupServiceEnd', 'WSANSPIoctl', 'WSASetService'],
  ...['WSAEnumNameSpaceProvidersEx', 'WSAProviderCompleteAsyncCall'],
  ...['EnumProtocols', 'GetAddressByName', 'GetNameByType', 'GetTypeByName', 'GetService', 'SetService'],
  ...['GetAddrInfoExCancel', 'GetAddrInfoExOverlappedResult', 'FreeAddrInfoEx', 'FreeAddrInfoExW', 'SetAddrInfoEx'],
  ...['WSAInstallServiceClass', 'WSARemoveServiceClass', 'WSAGetServiceClassInfo', 'WSAGetServiceClassNameByClassId'],
];

const nothingSecured = 'arguments are checked as documented; no host here has security to give: WSAEOPNOTSUPP';
const noSuchOption = 'the option is not there: WSAENOPROTOOPT';
const constantBacklog = 'the number is a constant, so it never changes';
const oneCatalog = 'there is one catalog for all programs: the same as without the number';
const noOwnServers = 'own DNS servers, an interface and secure names cannot be asked for; time to live and response flags are 0';
const noQuality = 'FD_QOS and FD_GROUP_QOS can be asked for and never happen';

/** The support level of each function that works. */
export const SUPPORT: ReadonlyMap<string, Support> = new Map<string, Support>([
  ...full.map((name): [string, Support] => [name, { level: 'full', note: '' }]),
  ['WSARecvMsg', { level: 'partial', note: 'control information is what the driver knows of packets' }],
  ['WSASendMsg', { level: 'partial', note: 'control information is refused where the driver cannot honour it' }],
  ['WSAEventSelect', { level: 'partial', note: noQuality }],
  ['WSAAsyncSelect', { level: 'partial', note: noQuality }],
  ['WSAIoctl', { level: 'partial', note: 'a code that the provider does not serve is refused' }],
  ...[
    ...['WSASetSocketSecurity', 'WSAQuerySocketSecurity', 'WSASetSocketPeerTargetName'],
    ...['WSADeleteSocketPeerTargetName', 'WSAImpersonateSocketPeer'],
  ].map((name): [string, Support] => [name, { level: 'partial', note: nothingSecured }]),
  ...[
    ...['WSAGetReceivedProcessorOption', 'WSASetReceivedProcessorOption'],
    ...['WSAGetUnicastReceiveSharing', 'WSASetUnicastReceiveSharing'],
  ].map((name): [string, Support] => [name, { level: 'partial', note: noSuchOption }]),
  ...[
    ...['WSCEnumProtocols32', 'WSCInstallProvider64_32', 'WSCInstallProviderAndChains64_32', 'WSCUpdateProvider32'],
    ...['WSCDeinstallProvider32', 'WSCGetProviderPath32', 'WSCWriteProviderOrder32', 'WSCWriteNameSpaceOrder32'],
    ...['WSCInstallNameSpace32', 'WSCInstallNameSpaceEx32', 'WSCUnInstallNameSpace32', 'WSCEnableNSProvider32'],
    ...['WSCEnumNameSpaceProviders32', 'WSCEnumNameSpaceProvidersEx32', 'WSCSetProviderInfo32', 'WSCGetProviderInfo32'],
  ].map((name): [string, Support] => [name, { level: 'partial', note: oneCatalog }]),
  ...['WSAAdvertiseProvider', 'WSAUnadvertiseProvider'].map(
    (name): [string, Support] => [name, { level: 'partial', note: 'only the program itself finds the provider, and no other one' }],
  ),
  ['GetAddrInfoEx', { level: 'partial', note: noOwnServers }],
  ['WSAGetQOSByName', { level: 'partial', note: 'there is no template: the list of names is empty' }],
  ['WSAGetIcmpErrorInfo', { level: 'partial', note: 'no driver tells which ICMP error it was: WSANO_DATA' }],
  ['WSAGetUdpRecvMaxCoalescedSize', { level: 'partial', note: 'the size is kept; datagrams are never joined' }],
  ['WSASetUdpRecvMaxCoalescedSize', { level: 'partial', note: 'the size is kept; datagrams are never joined' }],
  ['SetSocketMediaStreamingMode', { level: 'partial', note: 'there is no wireless network card to tell of it' }],
  ['idealsendbacklogquery', { level: 'partial', note: constantBacklog }],
  ['idealsendbacklognotify', { level: 'partial', note: constantBacklog }],
  ['RIOSendEx', { level: 'partial', note: 'control information is refused where the driver cannot honour it' }],
  ['RIOReceiveEx', { level: 'partial', note: 'control information and the address sent to are what the driver knows of packets' }],
]);
