// GetService: what the name spaces know of a service, in one call.
import {
  BLOB,
  GUID,
  LUP_RETURN_ALIASES,
  LUP_RETURN_ALL,
  NS_DEFAULT,
  NS_SERVICE_INFOA,
  NS_SERVICE_INFOW,
  PROP_ADDRESSES,
  PROP_ALL,
  PROP_COMMENT,
  PROP_SD,
  PROP_VERSION,
  SERVICE_ADDRESS,
  SERVICE_INFOA,
  SERVICE_INFOW,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSASERVICE_NOT_FOUND,
  WSA_E_NO_MORE,
  type Ref,
  type SERVICE_ASYNC_INFO,
  type WSAQUERYSETW,
} from '../../abi/index.js';
import type { LastErrorCell } from '../../win32/index.js';
import type { MaybePending, WinsockProcess } from '../../ws2_32/index.js';
import { blocking, started } from '../define.js';
import { textUnits } from '../text-buffer.js';
import { ERROR_INSUFFICIENT_BUFFER, ERROR_SERVICE_NOT_FOUND } from './errors.js';
import { findServices } from './find.js';
import { fromPairs } from './service-address.js';

/** What a query ends with that found no such service. */
const NOT_FOUND: readonly number[] = [WSASERVICE_NOT_FOUND, WSAHOST_NOT_FOUND, WSANO_DATA, WSA_E_NO_MORE];

/** Where the list of a SERVICE_ADDRESSES begins. */
const ADDRESSES_HEADER = 8;

function infoOf(set: WSAQUERYSETW, properties: number): NS_SERVICE_INFOW {
  const has = (property: number): boolean => (properties & (property | PROP_ALL)) !== 0;
  const ServiceInfo = new SERVICE_INFOW({
    lpServiceType: set.lpServiceClassId,
    lpServiceName: set.lpszServiceInstanceName,
    lpComment: has(PROP_COMMENT) ? set.lpszComment : null,
    dwVersion: has(PROP_VERSION) ? (set.lpVersion?.dwVersion ?? 0) : 0,
    lpServiceAddress: has(PROP_ADDRESSES) ? fromPairs(set.lpcsaBuffer ?? []) : null,
    ServiceSpecificInfo: has(PROP_SD) && set.lpBlob !== null ? set.lpBlob : new BLOB(),
  });
  return new NS_SERVICE_INFOW({ dwNameSpace: set.dwNameSpace, ServiceInfo });
}

/** The bytes that a structure takes in C on x64 with all that it points to. */
function sizeOf({ ServiceInfo: info }: NS_SERVICE_INFOW, wide: boolean): number {
  const texts = [info.lpServiceName, info.lpComment].reduce((sum, text) => sum + (text === null ? 0 : textUnits(text, wide).byteLength), 0);
  const list = info.lpServiceAddress?.Addresses ?? [];
  const addresses = list.reduce((sum, { dwAddressLength }) => sum + SERVICE_ADDRESS.size + dwAddressLength, 0);
  const header = info.lpServiceAddress === null ? 0 : ADDRESSES_HEADER;
  const type = info.lpServiceType === null ? 0 : GUID.size;
  return NS_SERVICE_INFOW.size + type + texts + header + addresses + info.ServiceSpecificInfo.cbSize;
}

function get(
  cell: LastErrorCell,
  process: WinsockProcess,
  wanted: { readonly nameSpace: number; readonly type: GUID | null; readonly name: string | null; readonly properties: number },
  buffer: NS_SERVICE_INFOW[] | NS_SERVICE_INFOA[] | null,
  length: Ref | null,
  asyncInfo: SERVICE_ASYNC_INFO | null,
  wide: boolean,
): MaybePending<number> {
  const { nameSpace, type, name, properties } = wanted;
  if (!(type instanceof GUID) || name === null || buffer === null || length === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  if (asyncInfo !== null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
  const only = nameSpace !== NS_DEFAULT;
  return findServices(process, {
    nameSpace, type, name, protocols: null, flags: LUP_RETURN_ALL & ~LUP_RETURN_ALIASES, enough: (found) => only && found.length > 0,
  }).then(({ results, error }) => {
    if (NOT_FOUND.includes(error)) return cell.fail(ERROR_SERVICE_NOT_FOUND, 0);
    if (error !== 0) return cell.fail(error, SOCKET_ERROR);
    const infos = results.map((set) => infoOf(set, properties));
    const needed = infos.reduce((sum, info) => sum + sizeOf(info, wide), 0);
    const fits = length.value >= needed;
    length.value = needed;
    if (!fits) return cell.fail(ERROR_INSUFFICIENT_BUFFER, SOCKET_ERROR);
    for (const [index, info] of infos.entries()) buffer[index] = wide ? info : toAnsi(info);
    return cell.fail(0, infos.length);
  });
}

const toAnsi = ({ dwNameSpace, ServiceInfo }: NS_SERVICE_INFOW): NS_SERVICE_INFOA =>
  new NS_SERVICE_INFOA({ dwNameSpace, ServiceInfo: new SERVICE_INFOA(ServiceInfo) });

/**
 * Tells what the name spaces know of a service. May block, as queries do.
 *
 * @param dwNameSpace - where to look: NS_DEFAULT (all, and one structure for each result) or one name space (one structure)
 * @param lpGuid - the service's type
 * @param lpServiceName - its name
 * @param dwProperties - PROP_ bits: what is wanted. PROP_LOCALE, PROP_DISPLAY_HINT, PROP_START_TIME and PROP_MACHINE give
 *   nothing, as no query tells them
 * @param lpBuffer - an array that receives the structures, which hold pointers and so are objects
 * @param lpdwBufferSize - in: the room that the caller has set aside, in bytes; out: bytes that C would need on x64
 * @param lpServiceAsyncInfo - must be null
 * @returns how many there are; 0 with the last error ERROR_SERVICE_NOT_FOUND (1243) for none; or SOCKET_ERROR. Errors:
 *   WSANOTINITIALISED, WSAEFAULT (null), WSAEINVAL (lpServiceAsyncInfo), ERROR_INSUFFICIENT_BUFFER (122: too small), and the
 *   other errors of a query
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-getservicew
 */
export const GetServiceW = blocking(
  'GetServiceW',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (
      cell, process,
      dwNameSpace: number,
      lpGuid: GUID | null,
      lpServiceName: string | null,
      dwProperties: number,
      lpBuffer: NS_SERVICE_INFOW[] | null,
      lpdwBufferSize: Ref | null,
      lpServiceAsyncInfo: SERVICE_ASYNC_INFO | null,
    ) => {
      const wanted = { nameSpace: dwNameSpace, type: lpGuid, name: lpServiceName, properties: dwProperties };
      return get(cell, process, wanted, lpBuffer, lpdwBufferSize, lpServiceAsyncInfo, true);
    },
  ),
);

/**
 * The ANSI form of GetServiceW: its texts count in bytes of UTF-8.
 *
 * @param dwNameSpace - where to look
 * @param lpGuid - the service's type
 * @param lpServiceName - its name
 * @param dwProperties - PROP_ bits
 * @param lpBuffer - an array that receives the structures
 * @param lpdwBufferSize - in: the room that the caller has set aside, in bytes; out: bytes that C would need on x64
 * @param lpServiceAsyncInfo - must be null
 * @returns how many there are, or SOCKET_ERROR with the errors of GetServiceW
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-getservicea
 */
export const GetServiceA = blocking(
  'GetServiceA',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (
      cell, process,
      dwNameSpace: number,
      lpGuid: GUID | null,
      lpServiceName: string | null,
      dwProperties: number,
      lpBuffer: NS_SERVICE_INFOA[] | null,
      lpdwBufferSize: Ref | null,
      lpServiceAsyncInfo: SERVICE_ASYNC_INFO | null,
    ) => {
      const wanted = { nameSpace: dwNameSpace, type: lpGuid, name: lpServiceName, properties: dwProperties };
      return get(cell, process, wanted, lpBuffer, lpdwBufferSize, lpServiceAsyncInfo, false);
    },
  ),
);

/** GetServiceA under its plain name. */
export const GetService = GetServiceA;
