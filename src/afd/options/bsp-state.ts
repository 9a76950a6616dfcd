// SO_BSP_STATE: a socket's addresses, type and protocol in one CSADDR_INFO.
import type { NetAddress } from '../../drivers/contract.js';
import { encodeAddress } from '../address.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Place } from './builders.js';
import type { BytesRule } from './rule.js';

/** sizeof(CSADDR_INFO) and where its members are, on x64. */
const SIZE = 40;
const LOCAL = 0;
const REMOTE = 16;
const TYPE = 32;
const PROTOCOL = 36;

function remoteOf(endpoint: Endpoint): NetAddress | null {
  return endpoint instanceof StreamEndpoint || endpoint instanceof DatagramEndpoint ? endpoint.remote : null;
}

/**
 * The structure followed by the addresses that it points to. Memory here has no addresses, so a pointer is the offset of
 * its target in the same buffer; 0, which is the structure itself, is the null pointer of an address that is not there.
 */
function stateOf(endpoint: Endpoint): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = SIZE;
  const head = new Uint8Array(SIZE);
  const view = new DataView(head.buffer);
  const point = (member: number, address: NetAddress | null): void => {
    if (address === null) return;
    const bytes = encodeAddress(address);
    view.setBigUint64(member, BigInt(size), true);
    view.setInt32(member + 8, bytes.length, true);
    parts.push(bytes);
    size += bytes.length;
  };
  point(LOCAL, endpoint.local);
  point(REMOTE, remoteOf(endpoint));
  view.setInt32(TYPE, endpoint.type, true);
  view.setInt32(PROTOCOL, endpoint.protocol, true);
  const whole = new Uint8Array(size);
  whole.set(head);
  let offset = SIZE;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** SO_BSP_STATE. */
export function bspState(place: Place): BytesRule {
  return { ...place, shape: 'bytes', support: 'real', least: SIZE, read: stateOf, write: null };
}
