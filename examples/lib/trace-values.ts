// How an argument of any layer looks on one line of the printed trace: constants by name, addresses as text, buffers as
// their length. What says nothing to a reader (null pointers, result cells, callbacks) is left out.
import {
  AF_INET,
  AF_INET6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MAKEWORD,
  SD_BOTH,
  SD_RECEIVE,
  SD_SEND,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOMAXCONN,
  Struct,
  WSABUF,
  addrinfo,
  formatIpv4,
  formatIpv6,
  sockaddr_in,
  sockaddr_in6,
  sockaddr_storage,
} from 'winsock2';

const families = { AF_INET, AF_INET6 };
const types = { SOCK_STREAM, SOCK_DGRAM };
const protocols = { IPPROTO_TCP, IPPROTO_UDP };
const kind = [families, types, protocols];

/** Functions with constants among their arguments: the names to choose from, argument by argument. */
const constants: Readonly<Record<string, readonly (Readonly<Record<string, number>> | null)[]>> = {
  socket: kind,
  WSPSocket: kind,
  create: kind,
  listen: [null, { SOMAXCONN }],
  WSPListen: [null, { SOMAXCONN }],
  WSAStartup: [{ 'MAKEWORD(2, 2)': MAKEWORD(2, 2) }],
  shutdown: [null, { SD_RECEIVE, SD_SEND, SD_BOTH }],
  WSPShutdown: [null, { SD_RECEIVE, SD_SEND, SD_BOTH }],
};

/** The arguments of a call of that name, those worth showing, separated by commas. */
export function argumentText(name: string, args: readonly unknown[]): string {
  // The driver's buffer is larger than what has come.
  if (name.endsWith('.received') && typeof args[1] === 'number') return `${args[1]} bytes`;
  const names = constants[name];
  return args
    .map((arg, index) => constantName(names?.[index], arg) ?? valueText(arg))
    .filter((text) => text !== '')
    .join(', ');
}

function constantName(names: Readonly<Record<string, number>> | null | undefined, value: unknown): string | undefined {
  return Object.entries(names ?? {}).find(([, number]) => number === value)?.[0];
}

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
function addressText(bytes: Uint8Array): string | null {
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
  return '';
}

function netAddress({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
