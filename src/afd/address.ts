// Between sockaddr bytes, which callers pass, and the addresses that drivers speak. Text forms are abi's.
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  WSAEAFNOSUPPORT,
  WSAEFAULT,
  WSAEINVAL,
  bytesOf,
  formatIpv4,
  formatIpv6,
  parseIpv4,
  parseIpv6,
  type Memory,
} from '../abi/index.js';
import type { Family, NetAddress } from '../drivers/contract.js';

/** sizeof(sockaddr_in), sizeof(sockaddr_in6), sizeof(sockaddr_un). */
const SIZE_IPV4 = 16;
const SIZE_IPV6 = 28;
const SIZE_UNIX = 110;

/** The AF_ number of a driver's family. */
export function familyNumber(family: Family): number {
  if (family === 'ipv4') return AF_INET;
  return family === 'ipv6' ? AF_INET6 : AF_UNIX;
}

/** The driver's family of an AF_ number, or null. */
export function familyName(af: number): Family | null {
  if (af === AF_INET) return 'ipv4';
  if (af === AF_INET6) return 'ipv6';
  return af === AF_UNIX ? 'unix' : null;
}

/** The size of a whole address of the family; for AF_UNIX the size of its structure. */
export function addressSize(family: Family): number {
  if (family === 'ipv4') return SIZE_IPV4;
  return family === 'ipv6' ? SIZE_IPV6 : SIZE_UNIX;
}

/** The smallest length that a caller may pass for an address of the family. */
function leastSize(family: Family): number {
  return family === 'unix' ? 2 : addressSize(family);
}

/** The unspecified address of a family, port 0. */
export function anyAddress(family: Family): NetAddress {
  return { family, address: family === 'ipv4' ? '0.0.0.0' : family === 'ipv6' ? '::' : '', port: 0, scopeId: 0 };
}

/** Whether this is the unspecified address of its family. */
export function isAny(address: NetAddress): boolean {
  return address.address === '0.0.0.0' || address.address === '::';
}

/** What reading a caller's address gave: the address, or the error that the call fails with. */
export type DecodedAddress =
  | { readonly error: 0; readonly address: NetAddress }
  | { readonly error: number; readonly address: null };

const failed = (error: number): DecodedAddress => ({ error, address: null });

/** AF_UNSPEC in the family field, as used to dissolve a datagram socket's association. */
export function isUnspecified(memory: Memory | null, length: number): boolean {
  if (memory === null || length < 2) return false;
  const bytes = bytesOf(memory);
  return bytes.length >= 2 && ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)) === AF_UNSPEC;
}

/**
 * Reads a caller's sockaddr for a socket of `family`: WSAEFAULT for no or too little memory, WSAEAFNOSUPPORT for another
 * family's address.
 */
export function decodeAddress(family: Family, memory: Memory | null, length: number): DecodedAddress {
  if (memory === null) return failed(WSAEFAULT);
  const bytes = bytesOf(memory);
  if (length < leastSize(family) || bytes.length < Math.min(length, addressSize(family))) return failed(WSAEFAULT);
  if (((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)) !== familyNumber(family)) return failed(WSAEAFNOSUPPORT);
  if (family === 'unix') return decodePath(bytes.subarray(2, Math.min(length, SIZE_UNIX)));
  const port = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  if (family === 'ipv4') return { error: 0, address: { family, address: formatIpv4(bytes, 4), port, scopeId: 0 } };
  const scopeId = new DataView(bytes.buffer, bytes.byteOffset, SIZE_IPV6).getUint32(24, true);
  return { error: 0, address: { family, address: formatIpv6(bytes, 8), port, scopeId } };
}

function decodePath(bytes: Uint8Array): DecodedAddress {
  const end = bytes.indexOf(0);
  const path = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  // A leading NUL with more behind it would be Linux's abstract name space, which Windows has not.
  if (path === '' && bytes.some((byte) => byte !== 0)) return failed(WSAEINVAL);
  return { error: 0, address: { family: 'unix', address: path, port: 0, scopeId: 0 } };
}

// Drivers hand out the same address object for the same peer, so most encodings are looked up.
const encoded = new WeakMap<NetAddress, Uint8Array>();

/** The sockaddr bytes of an address. Shared and not to be written to. */
export function encodeAddress(address: NetAddress): Uint8Array {
  let bytes = encoded.get(address);
  if (bytes === undefined) {
    bytes = encode(address);
    encoded.set(address, bytes);
  }
  return bytes;
}

function encode({ family, address, port, scopeId }: NetAddress): Uint8Array {
  if (family === 'unix') {
    const path = new TextEncoder().encode(address).subarray(0, SIZE_UNIX - 3);
    const bytes = new Uint8Array(path.length === 0 ? 2 : path.length + 3);
    bytes[0] = AF_UNIX;
    bytes.set(path, 2);
    return bytes;
  }
  const bytes = new Uint8Array(addressSize(family));
  bytes[0] = familyNumber(family);
  bytes[2] = port >> 8;
  bytes[3] = port & 0xff;
  if (family === 'ipv4') {
    bytes.set(parseIpv4(address) ?? [0, 0, 0, 0], 4);
    return bytes;
  }
  bytes.set(parseIpv6(address) ?? new Uint8Array(16), 8);
  new DataView(bytes.buffer).setUint32(24, scopeId, true);
  return bytes;
}
