// Which file of src/abi/structs each structure goes to.

export interface Topic {
  readonly what: string;
  readonly headers?: readonly string[];
  readonly names?: readonly string[];
}

/** Structures whose file is written by hand, and that file. */
export const byHand: Readonly<Record<string, string>> = {
  GUID: 'guid',
  OVERLAPPED: 'overlapped',
  in_addr: 'address',
  in6_addr: 'address',
  fd_set: 'fd-set',
  WSABUF: 'buffer',
  WSADATA: 'startup',
  hostent: 'database',
  servent: 'database',
  protoent: 'database',
  PROCESSOR_NUMBER: 'foreign',
  SdpQueryUuid: 'foreign',
  SdpAttributeRange: 'foreign',
};

/** A structure belongs to the topic that names it, else to the topic of its header. */
export const topics: Readonly<Record<string, Topic>> = {
  sockaddr: {
    what: 'Socket addresses of the families that everybody uses, IPv6 apart.',
    names: ['sockaddr', 'sockaddr_storage', 'sockaddr_storage_xp', 'sockaddr_in', 'sockaddr_dl', 'sockaddr_un'],
  },
  'sockaddr-in6': {
    what: 'IPv6 socket addresses and the unions over both IP families.',
    names: ['SCOPE_ID', 'sockaddr_in6', 'sockaddr_in6_old', 'sockaddr_in6_w2ksp1', 'sockaddr_gen', 'SOCKADDR_INET', 'SOCKADDR_IN6_PAIR'],
  },
  'socket-address': {
    what: 'Addresses by reference, address lists and interface lists.',
    names: ['SOCKET_ADDRESS', 'SOCKET_ADDRESS_LIST', 'CSADDR_INFO', 'SOCKET_PROCESSOR_AFFINITY', 'INTERFACE_INFO', 'INTERFACE_INFO_EX'],
  },
  message: {
    what: 'Messages with control information, and the control information itself.',
    names: ['WSAMSG', 'WSACMSGHDR', 'WSASENDMSG', 'in_pktinfo', 'in6_pktinfo', 'in_pktinfo_ex', 'in6_pktinfo_ex', 'in_recverr', 'ICMP_ERROR_INFO'],
  },
  addrinfo: {
    what: 'Results of getaddrinfo and GetAddrInfoEx.',
    names: ['addrinfo', 'addrinfoW', 'addrinfoexA', 'addrinfoexW', 'addrinfoex2A', 'addrinfoex2W'],
  },
  'addrinfo-ex': {
    what: 'Results of GetAddrInfoExW from version 3 on.',
    names: ['addrinfoex3', 'addrinfoex4', 'addrinfoex5', 'ADDRINFO_DNS_SERVER', 'addrinfoex6', 'addrinfoex7'],
  },
  resolver: { what: 'Networks, of which 1.1 had a database too.', names: ['netent'] },
  socket: {
    what: 'What socket calls take and give: times, lingering, network events, polling, completion choices.',
    names: ['timeval', 'sockproto', 'linger', 'WSANETWORKEVENTS', 'WSAPOLLFD', 'WSAPOLLDATA', 'SOCK_NOTIFY_REGISTRATION', 'WSACOMPLETION'],
  },
  catalog: { what: 'Protocol catalog entries.', names: ['WSAPROTOCOLCHAIN', 'WSAPROTOCOL_INFOA', 'WSAPROTOCOL_INFOW'] },
  query: {
    what: 'Name space queries and service registrations.',
    names: ['BLOB', 'AFPROTOCOLS', 'WSAVERSION', 'WSAQUERYSETA', 'WSAQUERYSETW', 'WSAQUERYSET2A', 'WSAQUERYSET2W'],
  },
  namespace: {
    what: 'Service classes and name space catalog entries.',
    names: [
      'WSANSCLASSINFOA', 'WSANSCLASSINFOW', 'WSASERVICECLASSINFOA', 'WSASERVICECLASSINFOW', 'WSANAMESPACE_INFOA', 'WSANAMESPACE_INFOW',
      'WSANAMESPACE_INFOEXA', 'WSANAMESPACE_INFOEXW',
    ],
  },
  multicast: {
    what: 'Multicast memberships and source filters.',
    names: ['ip_mreq', 'ip_mreq_source', 'ip_msfilter', 'ipv6_mreq', 'group_req', 'group_source_req', 'group_filter'],
  },
  tcp: {
    what: 'What TCP and raw socket ioctls take and give; statistics are in tcp-info.ts.',
    names: [
      'tcp_keepalive', 'RCVALL_IF', 'TCP_INITIAL_RTO_PARAMETERS', 'TCP_ICW_PARAMETERS', 'TCP_ACK_FREQUENCY_PARAMETERS', 'RSS_SCALABILITY_INFO',
      'INET_PORT_RANGE', 'INET_PORT_RESERVATION_TOKEN', 'INET_PORT_RESERVATION_INSTANCE', 'INET_PORT_RESERVATION_INFORMATION',
    ],
  },
  'tcp-info': { what: 'TCP statistics of SIO_TCP_INFO.', names: ['TCP_INFO_v0', 'TCP_INFO_v1', 'TCP_INFO_v2'] },
  'transport-setting': {
    what: 'Transport settings, time stamping, priorities and compatibility modes.',
    names: [
      'TRANSPORT_SETTING_ID', 'REAL_TIME_NOTIFICATION_SETTING_INPUT', 'REAL_TIME_NOTIFICATION_SETTING_INPUT_EX', 'REAL_TIME_NOTIFICATION_SETTING_OUTPUT',
      'ASSOCIATE_NAMERES_CONTEXT_INPUT', 'TIMESTAMPING_CONFIG', 'PRIORITY_STATUS', 'WSA_COMPATIBILITY_MODE',
    ],
  },
  'socket-security': {
    what: 'What the secure socket functions take and give.',
    names: [
      'SOCKET_SECURITY_SETTINGS', 'SOCKET_SECURITY_SETTINGS_IPSEC', 'SOCKET_PEER_TARGET_NAME', 'SOCKET_SECURITY_QUERY_TEMPLATE',
      'SOCKET_SECURITY_QUERY_TEMPLATE_IPSEC2', 'SOCKET_SECURITY_QUERY_INFO', 'SOCKET_SECURITY_QUERY_INFO_IPSEC2',
    ],
  },
  extension: { what: 'What the Microsoft extension functions and completion ports use.', names: ['OVERLAPPED_ENTRY', 'TRANSMIT_FILE_BUFFERS', 'TRANSMIT_PACKETS_ELEMENT'] },
  nla: { what: 'Network location awareness.', names: ['NLA_BLOB'] },
  rio: {
    what: 'Registered I/O.',
    names: ['RIORESULT', 'RIO_BUF', 'RIO_CMSG_BUFFER', 'RIO_NOTIFICATION_COMPLETION', 'RIO_EXTENSION_FUNCTION_TABLE'],
  },
  'spi-transport': {
    what: 'What ws2spi.h gives transport providers; the order of the tables is the header\'s.',
    names: ['WSPDATA', 'WSATHREADID', 'WSPPROC_TABLE', 'WSPUPCALLTABLE', 'WSC_PROVIDER_AUDIT_INFO'],
  },
  'spi-namespace': { what: 'What ws2spi.h gives name space providers.', names: ['NSP_ROUTINE', 'NSPV2_ROUTINE'] },
  qos: { what: 'Quality of service: flow specifications and objects.', headers: ['qos.h'], names: ['QOS'] },
  rsvp: {
    what: 'Quality of service: reservations, filters and policies.',
    names: [
      'IN_ADDR_IPV4', 'IN_ADDR_IPV6', 'RSVP_FILTERSPEC_V4', 'RSVP_FILTERSPEC_V6', 'RSVP_FILTERSPEC_V6_FLOW', 'RSVP_FILTERSPEC_V4_GPI',
      'RSVP_FILTERSPEC_V6_GPI', 'RSVP_FILTERSPEC', 'FLOWDESCRIPTOR', 'RSVP_POLICY', 'RSVP_POLICY_INFO', 'RSVP_RESERVE_INFO', 'RSVP_STATUS_INFO',
    ],
  },
  'qos-path': {
    what: 'Quality of service: what a path can do, and destinations.',
    names: ['QOS_DESTADDR', 'AD_GENERAL_PARAMS', 'AD_GUARANTEED', 'PARAM_BUFFER', 'CONTROL_SERVICE', 'RSVP_ADSPEC'],
  },
  pgm: { what: 'Reliable multicast.', headers: ['wsrm.h'] },
  irda: { what: 'Infrared sockets: addresses and devices; attributes are in irda-ias.ts.', headers: ['af_irda.h'] },
  'irda-ias': { what: 'Infrared sockets: attributes of the information access service.', names: ['WINDOWS_IAS_SET', 'WINDOWS_IAS_QUERY'] },
  'service-types': {
    what: 'The 1.1 service functions: name spaces and service types.',
    names: [
      'NS_INFOA', 'NS_INFOW', 'SERVICE_TYPE_VALUE', 'SERVICE_TYPE_VALUE_ABSA', 'SERVICE_TYPE_VALUE_ABSW', 'SERVICE_TYPE_INFO',
      'SERVICE_TYPE_INFO_ABSA', 'SERVICE_TYPE_INFO_ABSW',
    ],
  },
  'service-info': { what: 'The 1.1 service functions: services, addresses and protocols.', headers: ['nspapi.h'] },
  ipx: { what: 'IPX and SPX.', headers: ['wsipx.h', 'wsnwlink.h'] },
  'other-families': {
    what: 'Addresses of ISO transports, NetBIOS, VINES and Hyper-V.',
    headers: ['wshisotp.h', 'wsnetbs.h', 'wsvns.h', 'hvsocket.h'],
  },
  email: { what: 'The e-mail name space.', headers: ['nsemail.h'] },
  atm: { what: 'ATM: addresses and virtual circuits; information elements are in atm-elements.ts.', names: ['ATM_ADDRESS', 'ATM_BLLI', 'ATM_BHLI', 'sockaddr_atm', 'ATM_CONNECTION_ID', 'ATM_PVC_PARAMS'] },
  'atm-elements': { what: 'ATM: information elements.', headers: ['ws2atm.h'] },
  bluetooth: { what: 'Bluetooth: addresses and service queries; RFCOMM commands are in rfcomm.ts.', headers: ['ws2bth.h'] },
  rfcomm: { what: 'Bluetooth: RFCOMM commands and L2CAP tests.', names: ['RFCOMM_MSC_DATA', 'RFCOMM_RLS_DATA', 'RFCOMM_RPN_DATA', 'RFCOMM_COMMAND', 'BTH_PING_REQ', 'BTH_PING_RSP', 'BTH_INFO_REQ', 'BTH_INFO_RSP'] },
};

/** The topic of a structure that is not written by hand. */
export function topicOf(name: string, header: string): string {
  for (const [topic, { names }] of Object.entries(topics)) {
    if (names?.includes(name) === true) return topic;
  }
  for (const [topic, { headers }] of Object.entries(topics)) {
    if (headers?.includes(header) === true) return topic;
  }
  throw new Error(`${name} (${header}) belongs to no topic`);
}
