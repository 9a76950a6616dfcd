// What name space providers say about hosts and services, read out of their results by the conventions of the SPI: names in
// lpszServiceInstanceName, addresses in CSADDR_INFO, or all of it as a hostent or servent in the blob, offsets for pointers.
import {
  AF_INET,
  AF_INET6,
  RESULT_IS_ALIAS,
  bytesOf,
  hostent,
  servent,
  sockaddr_in6,
  type CSADDR_INFO,
  type GUID,
  type SOCKET_ADDRESS,
  type WSAQUERYSETW,
} from '../../abi/index.js';
import { sockaddrSize } from '../../abi/address-text.js';
import type { HostAddress } from '../routes.js';

/** An address and who told of it. */
export interface FoundAddress {
  readonly address: HostAddress;
  /** Null for the process's own resolver. */
  readonly provider: GUID | null;
  /** What the provider said beside the address; null for nothing. */
  readonly blob: Uint8Array | null;
}

/** A host. */
export interface FoundHost {
  /** The canonical name, '' if nobody told it. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly addresses: readonly FoundAddress[];
}

function addressAt({ lpSockaddr }: SOCKET_ADDRESS): HostAddress | null {
  if (lpSockaddr === null) return null;
  const bytes = bytesOf(lpSockaddr);
  const family = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  const size = sockaddrSize(family);
  if (size === 0 || bytes.length < size) return null;
  if (family === AF_INET) return { family, bytes: bytes.slice(4, 8), scopeId: 0 };
  return { family, bytes: bytes.slice(8, 24), scopeId: new sockaddr_in6(bytes).sin6_scope_id };
}

/** Where a client connects to; of a service that only says where it listens, that. */
function addressOf({ RemoteAddr, LocalAddr }: CSADDR_INFO): HostAddress | null {
  return addressAt(RemoteAddr) ?? addressAt(LocalAddr);
}

function blobOf({ lpBlob }: WSAQUERYSETW): Uint8Array | null {
  return lpBlob === null || lpBlob.pBlobData === null ? null : bytesOf(lpBlob.pBlobData);
}

/** The blob as a structure; null where there is none, or it is something else. */
function packed<T>(result: WSAQUERYSETW, Type: (new (memory: Uint8Array) => T) & { readonly size: number }): T | null {
  const blob = blobOf(result);
  if (blob === null || blob.length < Type.size) return null;
  try {
    return new Type(blob);
  } catch {
    return null;
  }
}

/** The addresses of a hostent, which must be all of it or it is none. */
function addressesIn({ h_addrtype: family, h_length: length, h_addr_list: list }: hostent): readonly HostAddress[] {
  if ((family !== AF_INET || length !== 4) && (family !== AF_INET6 || length !== 16)) return [];
  return list.filter((bytes) => bytes.length === length).map((bytes) => ({ family, bytes, scopeId: 0 }));
}

/** Each address once. */
export function unique(addresses: readonly FoundAddress[]): readonly FoundAddress[] {
  const seen = new Set<string>();
  return addresses.filter(({ address: { bytes, scopeId } }) => {
    const key = `${bytes.join()}%${scopeId}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The host that the results of one provider are about. */
export function hostIn(results: readonly WSAQUERYSETW[], provider: GUID): FoundHost {
  const names: string[] = [];
  const aliases: string[] = [];
  const addresses: FoundAddress[] = [];
  for (const result of results) {
    const name = result.lpszServiceInstanceName;
    if ((result.dwOutputFlags & RESULT_IS_ALIAS) !== 0) {
      if (name !== null) aliases.push(name);
      continue;
    }
    if (name !== null) names.push(name);
    const listed = (result.lpcsaBuffer ?? []).map(addressOf).filter((address) => address !== null);
    const host = packed(result, hostent);
    if (host !== null) aliases.push(...host.h_aliases);
    const known = listed.length > 0 || host === null ? listed : addressesIn(host);
    addresses.push(...known.map((address) => ({ address, provider, blob: listed.length > 0 ? blobOf(result) : null })));
    if (name === null && host?.h_name) names.push(host.h_name);
  }
  return { name: names[0] ?? '', aliases: [...new Set(aliases)], addresses };
}

/** The service that the results are about, or null. */
export function serviceIn(results: readonly WSAQUERYSETW[]): servent | null {
  for (const result of results) {
    const service = packed(result, servent);
    if (service?.s_name) return service;
  }
  return null;
}
