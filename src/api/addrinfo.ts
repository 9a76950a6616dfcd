// getaddrinfo and freeaddrinfo: a host and a service to what socket and connect want. The finding is in address-info.ts.
import { WSANOTINITIALISED, addrinfo, addrinfoW, type Ref } from '../abi/index.js';
import { addressInfo, type Result } from './address-info.js';
import { blocking, immediate, started } from './define.js';
import { release } from './free-list.js';

/**
 * Finds the addresses of a host, with the port of a service. The name spaces are asked one after the other, in the order of
 * the catalog, until one knows the name; behind one that takes longer than two seconds the next is asked too. Blocks while
 * somebody is asked; addresses, `localhost`, this machine and no host at all are answered at once.
 *
 * @param pNodeName - a name; or IPv4 in any of inet_addr's forms, or IPv6 with scope (a number or an interface's name)
 *   and brackets or without; empty for this machine; null for the loopback addresses, or with AI_PASSIVE for the
 *   unspecified ones. Letters beyond ASCII are encoded as DNS has them (Punycode)
 * @param pServiceName - a port, or a service's name; null or empty for port 0
 * @param pHints - family, type and protocol wanted (0 for any) and flags; all else in it must be 0 or null; null for any.
 *   Flags: AI_PASSIVE, AI_CANONNAME or AI_FQDN (the name on the first entry), AI_NUMERICHOST and AI_NUMERICSERV (no names),
 *   AI_V4MAPPED (IPv4 addresses as IPv6 ones where there are no others), with AI_ALL always, AI_DISABLE_IDN_ENCODING;
 *   AI_ADDRCONFIG (no addresses of a family of which this machine has none but loopback and link-local ones; not for
 *   literals and `localhost`), AI_DNS_ONLY (only name spaces for DNS); AI_NON_AUTHORITATIVE, AI_SECURE,
 *   AI_RETURN_PREFERRED_NAMES and AI_FILESERVER are passed on to the name spaces
 * @param ppResult - receives a list linked by `ai_next`, in the order in which to try (RFC 6724), or null on failure. Type
 *   and protocol of an entry are those of the hints; only a service's name puts the types that the service is listed with
 *   in the place of 0
 * @returns 0, or the error itself, which is the last error too: WSANOTINITIALISED, WSAEFAULT (null `ppResult`),
 *   WSAHOST_NOT_FOUND (neither host nor service, no such host, or a name where a number is wanted), WSAEAFNOSUPPORT (family
 *   other than IPv4 and IPv6), WSAESOCKTNOSUPPORT (no such socket type), WSATYPE_NOT_FOUND (no such service for the type, or
 *   a port above 65535), WSAEINVAL (unknown flags, or AI_CANONNAME with AI_FQDN), WSANO_RECOVERY (hints with more in them,
 *   a name asked for without a host, the resolver failed, or the process has none), WSANO_DATA (no address of
 *   the family, or with AI_ADDRCONFIG nothing configured), WSATRY_AGAIN (no answer now), WSAENETDOWN, WSA_NOT_ENOUGH_MEMORY
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfo
 */
export const getaddrinfo = blocking(
  'getaddrinfo',
  started(
    WSANOTINITIALISED as Result,
    (
      cell,
      _process,
      pNodeName: string | null,
      pServiceName: string | null,
      pHints: addrinfo | null,
      ppResult: Ref<addrinfo | null> | null,
    ): Result => addressInfo(addrinfo, cell, pNodeName, pServiceName, pHints, ppResult),
  ),
);

export { getaddrinfo as GetAddrInfo, getaddrinfo as GetAddrInfoA };

/**
 * As getaddrinfo, for UTF-16 text. Blocks likewise.
 *
 * @param pNodeName - as for getaddrinfo
 * @param pServiceName - as for getaddrinfo
 * @param pHints - as for getaddrinfo
 * @param ppResult - receives a list linked by `ai_next`, or null on failure
 * @returns 0, or the error itself, which is the last error too; those of getaddrinfo
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfow
 */
export const GetAddrInfoW = blocking(
  'GetAddrInfoW',
  started(
    WSANOTINITIALISED as Result,
    (
      cell,
      _process,
      pNodeName: string | null,
      pServiceName: string | null,
      pHints: addrinfoW | null,
      ppResult: Ref<addrinfoW | null> | null,
    ): Result => addressInfo(addrinfoW, cell, pNodeName, pServiceName, pHints, ppResult),
  ),
);

/**
 * Gives back what getaddrinfo returned; its entries are empty then. Does not block, cannot fail, and works before
 * WSAStartup.
 *
 * @param pAddrInfo - the first entry; null for nothing
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfo
 */
export const freeaddrinfo = immediate('freeaddrinfo', (_cell, pAddrInfo: addrinfo | null): void => release(pAddrInfo));

export { freeaddrinfo as FreeAddrInfo, freeaddrinfo as FreeAddrInfoA };

/**
 * Gives back what GetAddrInfoW returned; its entries are empty then. Does not block, cannot fail, and works before
 * WSAStartup.
 *
 * @param pAddrInfo - the first entry; null for nothing
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfow
 */
export const FreeAddrInfoW = immediate('FreeAddrInfoW', (_cell, pAddrInfo: addrinfoW | null): void =>
  release(pAddrInfo),
);
