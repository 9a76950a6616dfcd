// SetAddrInfoEx: a name and its addresses, registered where GetAddrInfoEx finds them.
import {
  CSADDR_INFO,
  RNRSERVICE_DEREGISTER,
  RNRSERVICE_REGISTER,
  SOCKET_ADDRESS,
  SVCID_INET_HOSTADDRBYNAME,
  WSAEINVAL,
  WSANOTINITIALISED,
  WSAQUERYSETW,
  bytesOf,
  type BLOB,
  type GUID,
  type HANDLE,
  type LPLOOKUPSERVICE_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type Ref,
  type timeval,
} from '../abi/index.js';
import { setService, type MaybePending } from '../ws2_32/index.js';
import { overlappable, started } from './define.js';
import type { ExportName } from './exports.js';
import { asciiName } from './idn.js';

/** The caller's addresses as a service's; null for a list with something else in it, or shorter than told. */
function addressesOf(given: readonly SOCKET_ADDRESS[] | null, count: number): CSADDR_INFO[] | null {
  const used = (given ?? []).slice(0, Math.max(0, count));
  if (used.length !== count) return null;
  const addresses: CSADDR_INFO[] = [];
  for (const { lpSockaddr, iSockaddrLength } of used) {
    const bytes = lpSockaddr === null ? null : bytesOf(lpSockaddr);
    if (bytes === null || iSockaddrLength < 2 || iSockaddrLength > bytes.length) return null;
    const end = (): SOCKET_ADDRESS =>
      new SOCKET_ADDRESS({ lpSockaddr: bytes.slice(0, iSockaddrLength), iSockaddrLength });
    // One's own address, and the one by which others come.
    addresses.push(new CSADDR_INFO({ LocalAddr: end(), RemoteAddr: end() }));
  }
  return addresses;
}

type Parameters = [
  pName: string | null,
  pServiceName: string | null,
  pAddresses: readonly SOCKET_ADDRESS[] | null,
  dwAddressCount: number,
  lpBlob: BLOB | null,
  dwFlags: number,
  dwNameSpace: number,
  lpNspId: GUID | null,
];

type Routine = LPLOOKUPSERVICE_COMPLETION_ROUTINE | null;

/** SetAddrInfoEx: what its last parameters are for is not done by Windows either. */
interface SetAddrInfoExFunction {
  (
    ...args: [
      ...before: Parameters,
      timeout: timeval | null,
      lpOverlapped: OVERLAPPED,
      lpCompletionRoutine: Routine,
      lpNameHandle: Ref<HANDLE> | null,
    ]
  ): number;
  (
    ...args: [
      ...before: Parameters,
      timeout: timeval | null,
      lpOverlapped: null,
      lpCompletionRoutine: Routine,
      lpNameHandle: Ref<HANDLE> | null,
    ]
  ): Promise<number>;
}

const OVERLAPPED_PARAMETER = 9;

function setAddrInfo(name: ExportName): SetAddrInfoExFunction {
  return overlappable(
    name,
    OVERLAPPED_PARAMETER,
    started(
      WSANOTINITIALISED as MaybePending<number>,
      (
        cell,
        { nameSpaces, kernel },
        pName: string | null,
        pServiceName: string | null,
        pAddresses: readonly SOCKET_ADDRESS[] | null,
        dwAddressCount: number,
        lpBlob: BLOB | null,
        dwFlags: number,
        dwNameSpace: number,
        lpNspId: GUID | null,
        timeout: timeval | null,
        lpOverlapped: OVERLAPPED | null,
        lpCompletionRoutine: Routine,
        lpNameHandle: Ref<HANDLE> | null,
      ): MaybePending<number> => {
        const done = (error: number): number => cell.fail(error, error);
        const reserved = [timeout, lpOverlapped, lpCompletionRoutine, lpNameHandle];
        const addresses = addressesOf(pAddresses, dwAddressCount);
        // As look-ups ask for it.
        const host = pName === null ? null : asciiName(pName);
        if (reserved.some((each) => each !== null) || addresses === null || host === null) return done(WSAEINVAL);
        if (nameSpaces === null) return done(WSAEINVAL);
        const info = new WSAQUERYSETW({
          dwSize: WSAQUERYSETW.size,
          lpszServiceInstanceName: host,
          lpServiceClassId: SVCID_INET_HOSTADDRBYNAME,
          dwNameSpace: dwNameSpace >>> 0,
          lpNSProviderId: lpNspId,
          lpszQueryString: pServiceName,
          dwNumberOfCsAddrs: addresses.length,
          lpcsaBuffer: addresses.length === 0 ? null : addresses,
          lpBlob,
        });
        const operation = addresses.length === 0 ? RNRSERVICE_DEREGISTER : RNRSERVICE_REGISTER;
        const error = setService({ nameSpaces, clock: kernel.clock }, info, operation, dwFlags >>> 0);
        return error instanceof Promise ? error.then(done) : done(error);
      },
    ),
  ) as SetAddrInfoExFunction;
}

/**
 * Registers a name with its addresses in name spaces, or removes it. All providers that it is for do so at the same time; it
 * has succeeded when one of them has. GetAddrInfoEx and getaddrinfo find it then. Blocks.
 *
 * @param pName - the name
 * @param pServiceName - a service, for providers to whom that says something; or null
 * @param pAddresses - its addresses from now on; null for none
 * @param dwAddressCount - how many; 0 to deregister the name
 * @param lpBlob - what else the provider is to know; or null
 * @param dwFlags - flags of the provider; those of ours take SERVICE_MULTIPLE, which leaves other addresses of the name alone
 * @param dwNameSpace - whose providers to register with; NS_ALL for all
 * @param lpNspId - the one provider, whatever the name space; null for all of it
 * @param timeout - must be null
 * @param lpOverlapped - must be null
 * @param lpCompletionRoutine - must be null
 * @param lpNameHandle - must be null
 * @returns 0, or the error itself, which is the last error too: WSANOTINITIALISED, WSAEINVAL (no name; addresses missing or
 *   too short; no such provider; not null what must be), WSASERVICE_NOT_FOUND (nobody serves the name space, or nothing is
 *   registered), WSAEOPNOTSUPP (nothing can be registered there), WSAEACCES, WSATRY_AGAIN, WSANO_RECOVERY, WSAENOBUFS,
 *   WSA_NOT_ENOUGH_MEMORY, WSAETIMEDOUT, WSAEPROVIDERFAILEDINIT, WSASYSCALLFAILURE and the providers' own; of several the
 *   one that tells most
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setaddrinfoexw
 */
export const SetAddrInfoExW = setAddrInfo('SetAddrInfoExW');

/**
 * The ANSI form of SetAddrInfoExW. Blocks.
 *
 * @param pName - the name
 * @param pServiceName - a service; or null
 * @param pAddresses - its addresses from now on; null for none
 * @param dwAddressCount - how many; 0 to deregister the name
 * @param lpBlob - what else the provider is to know; or null
 * @param dwFlags - flags of the provider
 * @param dwNameSpace - whose providers to register with; NS_ALL for all
 * @param lpNspId - the one provider; or null
 * @param timeout - must be null
 * @param lpOverlapped - must be null
 * @param lpCompletionRoutine - must be null
 * @param lpNameHandle - must be null
 * @returns 0 or the error itself, as SetAddrInfoExW
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setaddrinfoexa
 */
export const SetAddrInfoExA = setAddrInfo('SetAddrInfoExA');

export { SetAddrInfoExA as SetAddrInfoEx };
