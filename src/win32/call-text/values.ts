// How a value of any layer looks on one line: addresses as text, buffers as their length. What says nothing to a reader
// (null pointers, result cells, callbacks) is left out. Constants are arguments.ts's.
import {
  AF_INET,
  AF_INET6,
  Struct,
  WSABUF,
  addrinfo,
  formatIpv4,
  formatIpv6,
  sockaddr_in,
  sockaddr_in6,
  sockaddr_storage,
} from '../../abi/index.js';

/** One value; '' for one not worth showing. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return listText(value);
  if (value instanceof Uint8Array) return addressText(value) ?? `${value.length} bytes`;
  if (value instanceof Struct) return addressText(value.bytes) ?? value.constructor.name;
  if (value instanceof WSABUF) return `${value.len} bytes`;
  if (value instanceof addrinfo) return value.ai_addr === null ? 'hints' : valueText(value.ai_addr);
  return typeof value === 'object' && value !== null ? objectText(value) : '';
}

function listText(list: readonly unknown[]): string {
  const texts = list.map(valueText).filter((text) => text !== '');
  return texts.length === 0 ? '' : `[${texts.join(', ')}]`;
}

/** A sockaddr's address and port; null for memory that holds none. The text is made without a call that would be traced. */
export function addressText(bytes: Uint8Array): string | null {
  if (bytes.length < sockaddr_in.size) return null;
  const storage = bytes.length === sockaddr_storage.size;
  const v4 = new sockaddr_in(bytes);
  if (v4.sin_family === AF_INET && (storage || bytes.length === sockaddr_in.size)) {
    return `${formatIpv4(v4.sin_addr.bytes)}:${portNumber(v4.sin_port)}`;
  }
  if (v4.sin_family !== AF_INET6 || !(storage || bytes.length === sockaddr_in6.size)) return null;
  const v6 = new sockaddr_in6(bytes);
  return `[${formatIpv6(v6.sin6_addr.bytes)}]:${portNumber(v6.sin6_port)}`;
}

function portNumber(networkOrder: number): number {
  return ((networkOrder & 0xff) << 8) | (networkOrder >>> 8);
}

/** Objects of the lower layers, known by their shape: a driver's address, an endpoint, a transport. */
function objectText(value: object): string {
  if ('address' in value && 'port' in value) return netAddress(value as { address: string; port: number });
  if ('local' in value) return valueText(value.local) || 'unbound';
  if (value instanceof Error) return value.message;
  return '';
}

function netAddress({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
