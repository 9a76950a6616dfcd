// CSADDR_INFO of services to endpoints of records, and back.
import {
  AF_INET,
  AF_INET6,
  CSADDR_INFO,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCKET_ADDRESS,
  SOCK_DGRAM,
  SOCK_STREAM,
  bytesOf,
} from '../../../abi/index.js';
import { sockaddrBytes } from '../../../abi/address-text.js';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../../abi/inet-text.js';
import type { Endpoint, Protocol } from './service-records.js';

interface End {
  readonly address: string;
  readonly port: number;
}

const IPV4_SIZE = 16;
const IPV6_SIZE = 28;

/** Where clients reach the address: the remote end, or where there is none the local one, which the service listens at. */
export function endpointOf(info: CSADDR_INFO): Endpoint | null {
  const protocol = protocolOf(info);
  const end = endOf(info.RemoteAddr) ?? endOf(info.LocalAddr);
  return protocol === null || end === null ? null : { protocol, ...end };
}

function protocolOf({ iProtocol, iSocketType }: CSADDR_INFO): Protocol | null {
  if (iProtocol === IPPROTO_UDP) return 'udp';
  if (iProtocol === IPPROTO_TCP) return 'tcp';
  if (iProtocol !== 0) return null;
  return iSocketType === SOCK_DGRAM ? 'udp' : 'tcp';
}

/** The end's address; null when it has none that others can use, as the wildcard. */
function endOf({ lpSockaddr }: SOCKET_ADDRESS): End | null {
  const bytes = lpSockaddr === null ? new Uint8Array() : bytesOf(lpSockaddr);
  if (bytes.length < IPV4_SIZE) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, true);
  const port = view.getUint16(2);
  if (family === AF_INET) return usable(bytes.subarray(4, 8), formatIpv4(bytes, 4), port);
  return family === AF_INET6 && bytes.length >= IPV6_SIZE ? usable(bytes.subarray(8, 24), formatIpv6(bytes, 8), port) : null;
}

const usable = (bytes: Uint8Array, address: string, port: number): End | null =>
  bytes.every((byte) => byte === 0) ? null : { address, port };

/** An address pair for clients: bound anywhere, connected to the service. */
export function csaddrOf({ protocol, address, port }: Endpoint): CSADDR_INFO {
  const family = address.includes(':') ? AF_INET6 : AF_INET;
  const bytes = (family === AF_INET6 ? parseIpv6(address) : parseIpv4(address)) ?? new Uint8Array(family === AF_INET6 ? 16 : 4);
  const end = (host: Uint8Array, of: number): SOCKET_ADDRESS => {
    const lpSockaddr = sockaddrBytes(family, { bytes: host, port: of, scopeId: 0 });
    return new SOCKET_ADDRESS({ lpSockaddr, iSockaddrLength: lpSockaddr.length });
  };
  return new CSADDR_INFO({
    LocalAddr: end(new Uint8Array(bytes.length), 0),
    RemoteAddr: end(bytes, port),
    iSocketType: protocol === 'udp' ? SOCK_DGRAM : SOCK_STREAM,
    iProtocol: protocol === 'udp' ? IPPROTO_UDP : IPPROTO_TCP,
  });
}

export const sameEndpoint = (a: Endpoint, b: Endpoint): boolean =>
  a.protocol === b.protocol && a.address === b.address && a.port === b.port;
