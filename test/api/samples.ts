// Arguments for any function of the export list, made from its row alone: plausible ones, and ones of a type that C's
// compiler would refuse. What the functions make of them is the tests' business.
import {
  OVERLAPPED,
  SOCKET_ADDRESS,
  SOCKET_ADDRESS_LIST,
  WSABUF,
  WSADATA,
  WSAMSG,
  WSAPOLLFD,
  WSAPROTOCOL_INFOA,
  WSAPROTOCOL_INFOW,
  addrinfo,
  fd_set,
  in6_addr,
  in_addr,
  ref,
  sockaddr_in,
  sockaddr_in6,
  POLLRDNORM,
} from '../../src/abi/index.js';
import type { ExportItem, ExportParam } from '../../src/api/exports.js';
import { loopback } from './world.js';

/** Bytes in every sample buffer. */
export const BUFFER_SIZE = 64;
/** What sample buffers are filled with before a call. */
export const JUNK = 0xa5;

/** The handles that sample arguments use. */
export interface SampleHandles {
  readonly socket: number;
  readonly event: number;
}

const isLength = /len|size|length|^cb|bytes/i;
const isCount = /count|^fds$|^cEvents$|^number/i;

/** A buffer that begins with a loopback sockaddr and is junk behind it, so that it serves as either. */
function buffer(): Uint8Array {
  const bytes = new Uint8Array(BUFFER_SIZE).fill(JUNK);
  bytes.set(loopback(9).bytes);
  return bytes;
}

function structFor(item: ExportItem, param: ExportParam): unknown {
  const { name } = item;
  if (param.name === 'lpWSAData') return new WSADATA();
  if (param.name === 'lpOverlapped') return new OVERLAPPED();
  if (param.name === 'lpProtocolInfo') return name.endsWith('W') ? new WSAPROTOCOL_INFOW() : new WSAPROTOCOL_INFOA();
  if (param.name === 'lpQOSName') return new WSABUF(16, buffer());
  if (param.name === 'SocketAddress') {
    const address = new SOCKET_ADDRESS({ lpSockaddr: buffer(), iSockaddrLength: sockaddr_in.size });
    return new SOCKET_ADDRESS_LIST({ iAddressCount: 1, Address: [address] });
  }
  if (param.name === 'pHints') return new addrinfo();
  if (param.name === 'lpMsg') return new WSAMSG({ lpBuffers: [new WSABUF(16, buffer())], dwBufferCount: 1 });
  if (name.endsWith('ipv4sourcefilter')) return new in_addr();
  if (name.startsWith('RtlIpv6')) return new in6_addr();
  if (name.startsWith('Rtl') || name === 'inet_ntoa') return new in_addr();
  return {};
}

function arrayFor(param: ExportParam, handles: SampleHandles): unknown {
  if (param.name === 'lpBuffers') return [new WSABUF(16, buffer())];
  if (param.name === 'fdArray') {
    const entry = new WSAPOLLFD();
    entry.fd = handles.socket as never;
    entry.events = POLLRDNORM;
    return [entry];
  }
  return param.name === 'lphEvents' ? [handles.event] : [];
}

function intFor(param: ExportParam): number {
  if (isCount.test(param.name)) return 1;
  return isLength.test(param.name) ? sockaddr_in.size : 0;
}

/** A plausible argument; null where null is documented. */
export function sampleFor(item: ExportItem, param: ExportParam, handles: SampleHandles): unknown {
  if (param.optional && isPointer(param)) return null;
  switch (param.kind) {
    case 'socket':
      return handles.socket;
    case 'handle':
      return handles.event;
    case 'int':
      return intFor(param);
    case 'int64':
      return 0n;
    case 'memory':
      return buffer();
    case 'chars':
      return new Uint8Array(BUFFER_SIZE).fill(JUNK);
    case 'wchars':
      return new Uint16Array(BUFFER_SIZE).fill(JUNK);
    case 'string':
      return '127.0.0.1';
    case 'ref':
      return ref(sockaddr_in6.size);
    case 'fdset':
      return new fd_set();
    case 'function':
      return () => 0;
    case 'struct':
      return structFor(item, param);
    case 'array':
      return arrayFor(param, handles);
    case 'word':
    case 'any':
      return 0;
  }
}

/** Plausible arguments for a whole call. */
export function samplesFor(item: ExportItem, handles: SampleHandles): unknown[] {
  return item.params.map((param) => sampleFor(item, param, handles));
}

/** A value that C's compiler would refuse for the parameter; undefined for one that takes anything. */
export function wrongTypeFor(param: ExportParam): unknown {
  switch (param.kind) {
    case 'any':
      return undefined;
    case 'socket':
    case 'handle':
    case 'int':
    case 'word':
      return 'a text';
    case 'int64':
      return 7;
    case 'string':
      return new Uint8Array(4);
    case 'function':
      return {};
    default:
      return 7;
  }
}

/** Whether null is a value of the parameter's type. */
export function isPointer(param: ExportParam): boolean {
  return !['socket', 'handle', 'int', 'int64', 'word', 'any'].includes(param.kind);
}

/** Whether the parameter is a number of bytes or elements that belongs to a buffer. */
export function isSize(param: ExportParam): boolean {
  const sized = isLength.test(param.name) || isCount.test(param.name);
  return sized && (param.kind === 'int' || param.kind === 'ref');
}
