// What Windows keeps raw sockets from: TCP is not to be forged with them.
import { IPPROTO_TCP, WSAEACCES, WSAEINVAL } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';

/** Where an IP header tells the protocol of what it carries. */
const PROTOCOL_AT = { ipv4: 9, ipv6: 6, unix: 0 } as const;

/** Why a raw socket may not be bound; 0 if it may. As documented, one for TCP cannot be. */
export function bindRefusal({ protocol }: Endpoint): number {
  return protocol === IPPROTO_TCP ? WSAEINVAL : 0;
}

/** Why a raw socket may not send this; 0 if it may. */
export function sendRefusal(endpoint: Endpoint, chunks: readonly Uint8Array[]): number {
  const included = endpoint.options.driverSettings.get('headerIncluded') === 1;
  const protocol = included ? byteAt(chunks, PROTOCOL_AT[endpoint.family]) : endpoint.protocol;
  return protocol === IPPROTO_TCP ? WSAEACCES : 0;
}

function byteAt(chunks: readonly Uint8Array[], position: number): number | undefined {
  let rest = position;
  for (const chunk of chunks) {
    if (rest < chunk.length) return chunk[rest];
    rest -= chunk.length;
  }
  return undefined;
}
