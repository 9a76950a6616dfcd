// What is known of a network as NLA_BLOB structures: one for each interface, then one about where it leads. The type and speed
// of an interface, and whether the internet is behind it, nobody tells; there is no wireless location and no shared connection.
import {
  NLA_BLOB,
  NLA_BLOB_data_interfaceData,
  NLA_CONNECTIVITY,
  NLA_INTERFACE,
  NLA_INTERNET_UNKNOWN,
  NLA_NETWORK_UNKNOWN,
} from '../../../abi/index.js';
import type { LogicalNetwork } from './networks.js';

const HEADER_SIZE = 12;
/** dwType and dwSpeed, in front of the adapter's name. */
const INTERFACE_FIXED = 8;
const CONNECTIVITY_SIZE = 8;
/** IF_TYPE_OTHER of ipifcons.h: an interface of a kind that has no number. */
const IF_TYPE_OTHER = 1;
const UNKNOWN_SPEED = 0;

function interfaceData(adapter: string): Uint8Array {
  const name = new TextEncoder().encode(`${adapter}\0`);
  // Structures stand at offsets that a DWORD may stand at.
  const bytes = new Uint8Array(Math.max(NLA_BLOB_data_interfaceData.size, Math.ceil((INTERFACE_FIXED + name.length) / 4) * 4));
  const data = new NLA_BLOB_data_interfaceData(bytes);
  data.dwType = IF_TYPE_OTHER;
  data.dwSpeed = UNKNOWN_SPEED;
  data.adapterName = adapter;
  return bytes;
}

function connectivityData(): Uint8Array {
  const blob = new NLA_BLOB();
  blob.data.connectivity.type = NLA_NETWORK_UNKNOWN;
  blob.data.connectivity.internet = NLA_INTERNET_UNKNOWN;
  return blob.data.bytes.slice(0, CONNECTIVITY_SIZE);
}

/** The chain of a network's structures: each nextOffset counts from its own structure, the last one's is 0. */
export function networkBlob({ adapters }: LogicalNetwork): Uint8Array {
  const parts: (readonly [number, Uint8Array])[] = [
    ...adapters.map((adapter) => [NLA_INTERFACE, interfaceData(adapter)] as const),
    [NLA_CONNECTIVITY, connectivityData()],
  ];
  const bytes = new Uint8Array(parts.reduce((sum, [, data]) => sum + HEADER_SIZE + data.length, 0));
  let at = 0;
  for (const [type, data] of parts) {
    const size = HEADER_SIZE + data.length;
    const { header } = new NLA_BLOB(bytes.subarray(at, at + size));
    header.type = type;
    header.dwSize = size;
    header.nextOffset = at + size < bytes.length ? size : 0;
    bytes.set(data, at + HEADER_SIZE);
    at += size;
  }
  return bytes;
}
