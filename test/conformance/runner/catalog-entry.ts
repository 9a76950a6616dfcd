// How a protocol catalog entry is shown.
import type { WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW } from '../../../src/abi/index.js';
import { familyText, maskText, protocolText, typeText } from './format.js';

/** `XP1_` flags from the lowest bit up. */
const SERVICE_FLAGS: readonly string[] = [
  'XP1_CONNECTIONLESS', 'XP1_GUARANTEED_DELIVERY', 'XP1_GUARANTEED_ORDER', 'XP1_MESSAGE_ORIENTED', 'XP1_PSEUDO_STREAM',
  'XP1_GRACEFUL_CLOSE', 'XP1_EXPEDITED_DATA', 'XP1_CONNECT_DATA', 'XP1_DISCONNECT_DATA', 'XP1_SUPPORT_BROADCAST',
  'XP1_SUPPORT_MULTIPOINT', 'XP1_MULTIPOINT_CONTROL_PLANE', 'XP1_MULTIPOINT_DATA_PLANE', 'XP1_QOS_SUPPORTED',
  'XP1_INTERRUPT', 'XP1_UNI_SEND', 'XP1_UNI_RECV', 'XP1_IFS_HANDLES', 'XP1_PARTIAL_MESSAGE', 'XP1_SAN_SUPPORT_SDP',
];
/** `PFL_` flags from the lowest bit up. */
const PROVIDER_FLAGS: readonly string[] = [
  'PFL_MULTIPLE_PROTO_ENTRIES', 'PFL_RECOMMENDED_PROTO_ENTRY', 'PFL_HIDDEN', 'PFL_MATCHES_PROTOCOL_ZERO',
  'PFL_NETWORKDIRECT_PROVIDER',
];

/** A catalog entry of either kind. */
export type ProtocolInfo = WSAPROTOCOL_INFOA | WSAPROTOCOL_INFOW;

/** Family, type and protocol by name, with `between` between them. */
export function protocolTriple(entry: ProtocolInfo, between: string): string {
  return [familyText(entry.iAddressFamily), typeText(entry.iSocketType), protocolText(entry.iProtocol)].join(between);
}

/** The members that scenarios show. */
export function entryText(entry: ProtocolInfo): string {
  const members: readonly (readonly [string, number | string])[] = [
    ['version', entry.iVersion],
    ['minaddr', entry.iMinSockAddr],
    ['maxaddr', entry.iMaxSockAddr],
    ['maxoffset', entry.iProtocolMaxOffset],
    ['byteorder', entry.iNetworkByteOrder],
    ['security', entry.iSecurityScheme],
    ['msgsize', entry.dwMessageSize >>> 0],
    ['chain', entry.ProtocolChain.ChainLen],
    ['flags', maskText(entry.dwServiceFlags1, SERVICE_FLAGS)],
    ['provider', maskText(entry.dwProviderFlags, PROVIDER_FLAGS)],
  ];
  return `${protocolTriple(entry, ' ')} ${members.map(([name, value]) => `${name}=${String(value)}`).join(' ')}`;
}
