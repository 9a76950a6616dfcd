// WSASetService: registering and removing services.
import { SOCKET_ERROR, WSAEFAULT, WSAEINVAL, type WSAQUERYSETA, type WSAQUERYSETW } from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { setService, type MaybePending, type WinsockProcess } from '../ws2_32/index.js';
import { blocking, started } from './define.js';
import { readQuerySet } from './lookup.js';

function set(
  cell: LastErrorCell,
  { nameSpaces, kernel }: WinsockProcess,
  lpqsRegInfo: WSAQUERYSETW | WSAQUERYSETA | null,
  operation: number,
  flags: number,
): MaybePending<number> {
  if (lpqsRegInfo === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const info = readQuerySet(lpqsRegInfo);
  if (info === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  if (nameSpaces === null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
  const done = (error: number): number => cell.fail(error, error === 0 ? 0 : SOCKET_ERROR);
  const answer = setService({ nameSpaces, clock: kernel.clock }, info, operation, flags >>> 0);
  return answer instanceof Promise ? answer.then(done) : done(answer);
}

/**
 * Registers a service in one or more name spaces, or removes it. All providers that it is for do so at the same time; it has
 * succeeded when one of them has, and the trace tells of those that have not. May block.
 *
 * @param lpqsRegInfo - the service. dwSize must be the structure's size, lpServiceClassId and lpszServiceInstanceName be set;
 *   lpNSProviderId names one provider, whatever dwNameSpace says, else dwNameSpace all of a name space (NS_ALL for all)
 * @param essoperation - RNRSERVICE_REGISTER, RNRSERVICE_DEREGISTER (its addresses go) or RNRSERVICE_DELETE (it goes itself)
 * @param dwControlFlags - SERVICE_MULTIPLE: only for the addresses given, the others stay; or 0: all addresses are one group
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null, or dwSize is too small), WSAEINVAL (no class, name
 *   or such operation; no enabled provider of this id), WSASERVICE_NOT_FOUND (nothing to remove, or no provider serves the
 *   name space), WSAEACCES, WSAEOPNOTSUPP (nothing can be registered there), WSAEPROVIDERFAILEDINIT, WSAETIMEDOUT,
 *   WSASYSCALLFAILURE, and the providers' own; of several the one that tells most
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetservicew
 */
export const WSASetServiceW = blocking(
  'WSASetServiceW',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (cell, process, lpqsRegInfo: WSAQUERYSETW | null, essoperation: number, dwControlFlags: number) =>
      set(cell, process, lpqsRegInfo, essoperation, dwControlFlags),
  ),
);

/**
 * The ANSI form of WSASetServiceW.
 *
 * @param lpqsRegInfo - the service
 * @param essoperation - RNRSERVICE_REGISTER, RNRSERVICE_DEREGISTER or RNRSERVICE_DELETE
 * @param dwControlFlags - SERVICE_MULTIPLE or 0
 * @returns 0 or SOCKET_ERROR with the errors of WSASetServiceW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetservicea
 */
export const WSASetServiceA = blocking(
  'WSASetServiceA',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (cell, process, lpqsRegInfo: WSAQUERYSETA | null, essoperation: number, dwControlFlags: number) =>
      set(cell, process, lpqsRegInfo, essoperation, dwControlFlags),
  ),
);

/** WSASetServiceA under its plain name. */
export const WSASetService = WSASetServiceA;
