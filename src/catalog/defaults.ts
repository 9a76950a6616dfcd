// The built-in catalog: what serves while nothing is installed. The values are those of a stock Windows; listed is only
// what this package's own providers serve, so that no entry pretends.

import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  BASE_PROTOCOL,
  BIGENDIAN,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NS_DNS,
  PFL_HIDDEN,
  PFL_MATCHES_PROTOCOL_ZERO,
  SECURITY_PROTOCOL_NONE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  XP1_CONNECTIONLESS,
  XP1_EXPEDITED_DATA,
  XP1_GRACEFUL_CLOSE,
  XP1_GUARANTEED_DELIVERY,
  XP1_GUARANTEED_ORDER,
  XP1_IFS_HANDLES,
  XP1_MESSAGE_ORIENTED,
  XP1_SUPPORT_BROADCAST,
  XP1_SUPPORT_MULTIPOINT,
} from '../abi/index.js';
import { Catalog } from './catalog.js';
import type { ProtocolDraft } from './entry.js';
import type { NamespaceEntry } from './namespace-entry.js';

/** The module of the base transport provider. */
export const MSAFD_MODULE = 'winsock2/msafd';
/** The module of the DNS name space provider. */
export const DNS_MODULE = 'winsock2/namespaces/dns';

/** The id of the first entry ever; Windows counts from it too. */
export const FIRST_ENTRY_ID = 1001;

/** The provider ids of the base protocols, as on Windows. */
export const MSAFD_IPV4_PROVIDER = '{E70F1AA0-AB8B-11CF-8CA3-00805F48A192}';
export const MSAFD_IPV6_PROVIDER = '{F9EAB0C0-26D4-11D0-BBBF-00AA006C34E4}';
export const AF_UNIX_PROVIDER = '{A00943D9-9C2E-4633-9B59-0057A3160994}';
/** The provider id of the DNS name space. */
export const DNS_PROVIDER = '{22059D40-7E9E-11CF-AE5A-00AA00A7112B}';

const SIMPLE_STREAM = XP1_GUARANTEED_DELIVERY | XP1_GUARANTEED_ORDER | XP1_GRACEFUL_CLOSE | XP1_IFS_HANDLES;
const TCP_FLAGS = SIMPLE_STREAM | XP1_EXPEDITED_DATA;
const DATAGRAM_FLAGS =
  XP1_CONNECTIONLESS | XP1_MESSAGE_ORIENTED | XP1_SUPPORT_BROADCAST | XP1_SUPPORT_MULTIPOINT | XP1_IFS_HANDLES;

/** WINSOCK_SPI_VERSION as entries carry it. */
const SPI_VERSION = 2;
const NO_MESSAGE_LIMIT = 0;
/** What Windows lists for UDP: its largest datagram less room for options. */
const UDP_MESSAGE_SIZE = 0xffbb;
const RAW_MESSAGE_SIZE = 0x8000;
const ANY_PROTOCOL_BYTE = 255;

type Kind = Pick<
  ProtocolDraft,
  'szProtocol' | 'iSocketType' | 'iProtocol' | 'iProtocolMaxOffset' | 'dwServiceFlags1' | 'dwProviderFlags' | 'dwMessageSize'
>;
type Family = Pick<ProtocolDraft, 'providerId' | 'iAddressFamily' | 'iMaxSockAddr' | 'iMinSockAddr'>;

const IPV4: Family = { providerId: MSAFD_IPV4_PROVIDER, iAddressFamily: AF_INET, iMaxSockAddr: 16, iMinSockAddr: 16 };
const IPV6: Family = { providerId: MSAFD_IPV6_PROVIDER, iAddressFamily: AF_INET6, iMaxSockAddr: 28, iMinSockAddr: 28 };
const UNIX: Family = { providerId: AF_UNIX_PROVIDER, iAddressFamily: AF_UNIX, iMaxSockAddr: 110, iMinSockAddr: 2 };

function tcp(szProtocol: string): Kind {
  return {
    szProtocol,
    iSocketType: SOCK_STREAM,
    iProtocol: IPPROTO_TCP,
    iProtocolMaxOffset: 0,
    dwServiceFlags1: TCP_FLAGS,
    dwProviderFlags: PFL_MATCHES_PROTOCOL_ZERO,
    dwMessageSize: NO_MESSAGE_LIMIT,
  };
}

function udp(szProtocol: string): Kind {
  return {
    szProtocol,
    iSocketType: SOCK_DGRAM,
    iProtocol: IPPROTO_UDP,
    iProtocolMaxOffset: 0,
    dwServiceFlags1: DATAGRAM_FLAGS,
    dwProviderFlags: PFL_MATCHES_PROTOCOL_ZERO,
    dwMessageSize: UDP_MESSAGE_SIZE,
  };
}

function raw(szProtocol: string): Kind {
  return {
    szProtocol,
    iSocketType: SOCK_RAW,
    iProtocol: 0,
    iProtocolMaxOffset: ANY_PROTOCOL_BYTE,
    dwServiceFlags1: DATAGRAM_FLAGS,
    dwProviderFlags: PFL_HIDDEN | PFL_MATCHES_PROTOCOL_ZERO,
    dwMessageSize: RAW_MESSAGE_SIZE,
  };
}

function unixStream(): Kind {
  return {
    szProtocol: 'AF_UNIX',
    iSocketType: SOCK_STREAM,
    iProtocol: 0,
    iProtocolMaxOffset: 0,
    dwServiceFlags1: SIMPLE_STREAM,
    dwProviderFlags: PFL_MATCHES_PROTOCOL_ZERO,
    dwMessageSize: NO_MESSAGE_LIMIT,
  };
}

function base(family: Family, kind: Kind): ProtocolDraft {
  return {
    ...family,
    ...kind,
    dwServiceFlags2: 0,
    dwServiceFlags3: 0,
    dwServiceFlags4: 0,
    chainLen: BASE_PROTOCOL,
    chainEntries: [],
    iVersion: SPI_VERSION,
    iNetworkByteOrder: BIGENDIAN,
    iSecurityScheme: SECURITY_PROTOCOL_NONE,
    dwProviderReserved: 0,
    module: MSAFD_MODULE,
  };
}

const TCPIP_NAMESPACE: NamespaceEntry = {
  providerId: DNS_PROVIDER,
  dwNameSpace: NS_DNS,
  dwVersion: 0,
  lpszIdentifier: 'Tcpip',
  enabled: true,
  storesServiceClassInfo: true,
  providerSpecific: '',
  module: DNS_MODULE,
};

/** A new copy of the built-in catalog; serial 0, as nothing was saved yet. */
export function defaultCatalog(): Catalog {
  return new Catalog({
    serial: 0,
    nextEntryId: FIRST_ENTRY_ID,
    protocols: [],
    namespaces: [TCPIP_NAMESPACE],
    serviceClasses: [],
    providerCategories: [],
    applicationCategories: [],
  }).withProtocols([
    base(IPV4, tcp('MSAFD Tcpip [TCP/IP]')),
    base(IPV4, udp('MSAFD Tcpip [UDP/IP]')),
    base(IPV4, raw('MSAFD Tcpip [RAW/IP]')),
    base(IPV6, tcp('MSAFD Tcpip [TCP/IPv6]')),
    base(IPV6, udp('MSAFD Tcpip [UDP/IPv6]')),
    base(IPV6, raw('MSAFD Tcpip [RAW/IPv6]')),
    base(UNIX, unixStream()),
  ]);
}
