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
  ...['setsourcefilter', 'getsourcefilter', 'setipv4sourcefilter', 'getipv4sourcefilter'],
  ...['RtlEthernetAddressToString', 'RtlEthernetStringToAddress', 'RtlIpv4AddressToString', 'RtlIpv4AddressToStringEx'],
  ...['RtlIpv4StringToAddress', 'RtlIpv4StringToAddressEx', 'RtlIpv6AddressToString', 'RtlIpv6AddressToStringEx'],
  ...['RtlIpv6StringToAddress', 'RtlIpv6StringToAddressEx'],
  'WSAEnumNetworkEvents',
  ...['WSASend', 'WSARecv', 'WSASendTo', 'WSARecvFrom', 'WSAGetOverlappedResult'],
];

const noQuality = 'FD_QOS and FD_GROUP_QOS can be asked for and never happen';

/** The support level of each function that works. */
export const SUPPORT: ReadonlyMap<string, Support> = new Map<string, Support>([
  ...full.map((name): [string, Support] => [name, { level: 'full', note: '' }]),
  ['WSARecvMsg', { level: 'partial', note: 'control information is what the driver knows of packets' }],
  ['WSASendMsg', { level: 'partial', note: 'control information is refused where the driver cannot honour it' }],
  ['WSAEventSelect', { level: 'partial', note: noQuality }],
  ['WSAAsyncSelect', { level: 'partial', note: noQuality }],
  ['WSAIoctl', { level: 'partial', note: 'a code that the provider does not serve is refused' }],
]);
