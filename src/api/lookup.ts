// WSALookupServiceBegin, WSALookupServiceNext, WSALookupServiceEnd: queries over the name spaces. What a query is, and how the
// providers' results become one list, is ws2_32's.
import {
  LUP_API_ANSI,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAQUERYSETW,
  WSA_INVALID_HANDLE,
  type HANDLE,
  type Ref,
  type WSAQUERYSETA,
} from '../abi/index.js';
import { toQuerySetAnsi, toQuerySetWide } from '../abi/query-set.js';
import type { LastErrorCell } from '../win32/index.js';
import { Query, type Found, type MaybePending, type WinsockProcess } from '../ws2_32/index.js';
import { blocking, immediate, started } from './define.js';

type QuerySet = WSAQUERYSETW | WSAQUERYSETA;

/** The caller's structure as a copy in Unicode, or null for one that C would read nonsense from. */
export function readQuerySet(set: QuerySet): WSAQUERYSETW | null {
  try {
    return toQuerySetWide(set);
  } catch {
    return null;
  }
}

function begin(
  cell: LastErrorCell,
  process: WinsockProcess,
  lpqsRestrictions: QuerySet | null,
  flags: number,
  lphLookup: Ref<HANDLE> | null,
): MaybePending<number> {
  const restrictions = lpqsRestrictions === null ? null : readQuerySet(lpqsRestrictions);
  if (restrictions === null || lphLookup === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  if (!(restrictions.dwSize >= WSAQUERYSETW.size)) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const { nameSpaces } = process;
  if (nameSpaces === null || restrictions.lpServiceClassId === null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
  const chosen = nameSpaces.choose(restrictions.lpNSProviderId, restrictions.dwNameSpace);
  if (chosen.error !== 0) return cell.fail(chosen.error, SOCKET_ERROR);

  const classInfo = nameSpaces.classes.byId(restrictions.lpServiceClassId);
  const { query, handle } = nameSpaces.openQuery(chosen.providers);
  const begun = (error: number): number => {
    if (error === 0) lphLookup.value = handle;
    else process.kernel.handles.close(handle);
    return cell.fail(error, error === 0 ? 0 : SOCKET_ERROR);
  };
  const answer = query.begin(restrictions, classInfo, flags >>> 0);
  return answer instanceof Promise ? answer.then(begun) : begun(answer);
}

function queryOf(process: WinsockProcess, hLookup: HANDLE): Query | null {
  const object = process.kernel.handles.get(hLookup);
  return object instanceof Query ? object : null;
}

function next(
  cell: LastErrorCell,
  process: WinsockProcess,
  hLookup: HANDLE,
  flags: number,
  length: Ref | null,
  results: QuerySet | null,
  wide: boolean,
): MaybePending<number> {
  const query = queryOf(process, hLookup);
  if (query === null) return cell.fail(WSA_INVALID_HANDLE, SOCKET_ERROR);
  if (length === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const deliver = ({ error, result, needed }: Found): number => {
    if (error === WSAEFAULT) length.value = needed;
    if (result === null || results === null) return cell.fail(error, SOCKET_ERROR);
    Object.assign(results, wide ? result : toQuerySetAnsi(result));
    return cell.fail(0, 0);
  };
  // Nobody can put a result nowhere: without a structure there is only the length to be told.
  const answer = query.next(flags >>> 0, results === null ? 0 : length.value, wide);
  return answer instanceof Promise ? answer.then(deliver) : deliver(answer);
}

/**
 * Starts a query. All providers that it is for are asked at the same time. May block: until each provider has begun, but no
 * more than two seconds once one has.
 *
 * @param lpqsRestrictions - what is searched for. dwSize must be the structure's size and lpServiceClassId be set; a
 *   provider in lpNSProviderId is asked alone, whatever dwNameSpace says, else all of that name space (NS_ALL for all)
 * @param dwControlFlags - LUP_ bits: what is to be returned and how to search
 * @param lphLookup - receives the query's handle, which WSALookupServiceEnd closes
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null, or dwSize is too small), WSAEINVAL (no service
 *   class; no enabled provider of this id; the parameters are none for this provider), WSASERVICE_NOT_FOUND (no provider
 *   serves the name space, or none knows the service), WSAEPROVIDERFAILEDINIT (the provider has not started), WSANO_DATA
 *   (nothing matches), WSAETIMEDOUT (no provider answered), WSASYSCALLFAILURE (the provider failed), and the providers' own;
 *   of several the one that tells most
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupservicebeginw
 */
export const WSALookupServiceBeginW = blocking(
  'WSALookupServiceBeginW',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (cell, process, lpqsRestrictions: WSAQUERYSETW | null, dwControlFlags: number, lphLookup: Ref<HANDLE> | null) =>
      begin(cell, process, lpqsRestrictions, dwControlFlags, lphLookup),
  ),
);

/**
 * The ANSI form of WSALookupServiceBeginW.
 *
 * @param lpqsRestrictions - what is searched for
 * @param dwControlFlags - LUP_ bits
 * @param lphLookup - receives the query's handle
 * @returns 0 or SOCKET_ERROR with the errors of WSALookupServiceBeginW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupservicebegina
 */
export const WSALookupServiceBeginA = blocking(
  'WSALookupServiceBeginA',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (cell, process, lpqsRestrictions: WSAQUERYSETA | null, dwControlFlags: number, lphLookup: Ref<HANDLE> | null) =>
      begin(cell, process, lpqsRestrictions, dwControlFlags | LUP_API_ANSI, lphLookup),
  ),
);

/** WSALookupServiceBeginA under its plain name. */
export const WSALookupServiceBegin = WSALookupServiceBeginA;

/**
 * Gives a query's next result; results come in the order of the providers in the catalog. May block: while a provider takes
 * more than two seconds, those behind it go first; one that takes more than thirty is left out. When everything is handed
 * out, one call tells why something is missing, if something is; those after it give WSA_E_NO_MORE.
 *
 * @param hLookup - the query
 * @param dwControlFlags - LUP_ bits for this call: what is returned is what the query's flags and these have in common.
 *   LUP_FLUSHPREVIOUS drops a result that did not fit and goes on to the next
 * @param lpdwBufferLength - in: the bytes that the caller has set aside; out, on WSAEFAULT: the bytes that the result takes
 *   in C on x64 with all that it points to
 * @param lpqsResults - filled with the result, which holds pointers and so is an object and not bytes; null to learn the
 *   length. Untouched on failure
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSA_INVALID_HANDLE, WSAEFAULT (null, or the result takes more),
 *   WSA_E_NO_MORE (the end), WSA_E_CANCELLED (WSALookupServiceEnd was called meanwhile); why providers gave nothing:
 *   WSANO_DATA, WSASERVICE_NOT_FOUND, WSAETIMEDOUT (no answer in time), WSASYSCALLFAILURE (the provider failed) and the
 *   providers' own
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupservicenextw
 */
export const WSALookupServiceNextW = blocking(
  'WSALookupServiceNextW',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (cell, process, hLookup: HANDLE, dwControlFlags: number, lpdwBufferLength: Ref | null, lpqsResults: WSAQUERYSETW | null) =>
      next(cell, process, hLookup, dwControlFlags, lpdwBufferLength, lpqsResults, true),
  ),
);

/**
 * The ANSI form of WSALookupServiceNextW: its texts count in bytes of UTF-8.
 *
 * @param hLookup - the query
 * @param dwControlFlags - LUP_ bits for this call
 * @param lpdwBufferLength - in: the bytes that the caller has set aside; out, on WSAEFAULT: the bytes that the result takes
 * @param lpqsResults - filled with the result, or null to learn the length
 * @returns 0 or SOCKET_ERROR with the errors of WSALookupServiceNextW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupservicenexta
 */
export const WSALookupServiceNextA = blocking(
  'WSALookupServiceNextA',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (cell, process, hLookup: HANDLE, dwControlFlags: number, lpdwBufferLength: Ref | null, lpqsResults: WSAQUERYSETA | null) =>
      next(cell, process, hLookup, dwControlFlags, lpdwBufferLength, lpqsResults, false),
  ),
);

/** WSALookupServiceNextA under its plain name. */
export const WSALookupServiceNext = WSALookupServiceNextA;

/**
 * Ends a query. Calls of WSALookupServiceNext that wait end with WSA_E_CANCELLED, notifications that wait with
 * WSA_OPERATION_ABORTED. Does not block.
 *
 * @param hLookup - the query
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSA_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupserviceend
 */
export const WSALookupServiceEnd = immediate(
  'WSALookupServiceEnd',
  started(SOCKET_ERROR as number, (cell, process, hLookup: HANDLE): number => {
    if (queryOf(process, hLookup) === null) return cell.fail(WSA_INVALID_HANDLE, SOCKET_ERROR);
    process.kernel.handles.close(hLookup);
    return cell.fail(0, 0);
  }),
);
