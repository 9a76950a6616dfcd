// Between the addresses of a SERVICE_INFO and those of a WSAQUERYSET.
import {
  CSADDR_INFO,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IS_SVCID_TCP,
  IS_SVCID_UDP,
  SERVICE_ADDRESS,
  SERVICE_ADDRESSES,
  SOCKET_ADDRESS,
  SOCK_DGRAM,
  SOCK_STREAM,
  bytesOf,
  type GUID,
} from '../../abi/index.js';

/** A type that names its transport is all that says which one an address is of. */
function transportOf(type: GUID): { readonly iSocketType: number; readonly iProtocol: number } {
  if (IS_SVCID_TCP(type)) return { iSocketType: SOCK_STREAM, iProtocol: IPPROTO_TCP };
  if (IS_SVCID_UDP(type)) return { iSocketType: SOCK_DGRAM, iProtocol: IPPROTO_UDP };
  return { iSocketType: 0, iProtocol: 0 };
}

/** A service's addresses as pairs; both ends are the address that it listens at. */
export function toPairs(addresses: SERVICE_ADDRESSES | null, type: GUID): CSADDR_INFO[] {
  return (addresses?.Addresses ?? []).slice(0, addresses?.dwAddressCount ?? 0).flatMap(({ lpAddress, dwAddressLength }) => {
    if (lpAddress === null) return [];
    const end = (): SOCKET_ADDRESS =>
      new SOCKET_ADDRESS({ lpSockaddr: bytesOf(lpAddress).slice(0, dwAddressLength), iSockaddrLength: dwAddressLength });
    return [new CSADDR_INFO({ LocalAddr: end(), RemoteAddr: end(), ...transportOf(type) })];
  });
}

/** The addresses that a service is reached at. */
export function fromPairs(pairs: readonly CSADDR_INFO[]): SERVICE_ADDRESSES | null {
  const Addresses = pairs.flatMap(({ RemoteAddr: { lpSockaddr, iSockaddrLength } }) => {
    if (lpSockaddr === null) return [];
    const lpAddress = bytesOf(lpSockaddr).slice(0, iSockaddrLength);
    const dwAddressType = (lpAddress[0] ?? 0) | ((lpAddress[1] ?? 0) << 8);
    return [new SERVICE_ADDRESS({ dwAddressType, dwAddressLength: lpAddress.length, lpAddress })];
  });
  return Addresses.length === 0 ? null : new SERVICE_ADDRESSES({ dwAddressCount: Addresses.length, Addresses });
}
