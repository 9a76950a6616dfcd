// GetAddressByName: a service's addresses, in one call.
import {
  CSADDR_INFO,
  GUID,
  LUP_DEEP,
  LUP_RES_SERVICE,
  LUP_RETURN_ADDR,
  LUP_RETURN_ALIASES,
  LUP_RETURN_NAME,
  RESULT_IS_ALIAS,
  RES_FIND_MULTIPLE,
  RES_SERVICE,
  RES_SOFT_SEARCH,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSANO_DATA,
  type Ref,
  type SERVICE_ASYNC_INFO,
  type WSAQUERYSETW,
} from '../../abi/index.js';
import type { LastErrorCell } from '../../win32/index.js';
import type { MaybePending, WinsockProcess } from '../../ws2_32/index.js';
import { blocking, started } from '../define.js';
import { textUnits, type TextBuffer } from '../text-buffer.js';
import { ERROR_INSUFFICIENT_BUFFER } from './errors.js';
import { findServices } from './find.js';

interface Arguments {
  readonly dwNameSpace: number;
  readonly lpServiceType: GUID | null;
  readonly lpServiceName: string | null;
  readonly lpiProtocols: ArrayLike<number> | null;
  readonly dwResolution: number;
  readonly lpServiceAsyncInfo: SERVICE_ASYNC_INFO | null;
  readonly lpCsaddrBuffer: CSADDR_INFO[] | null;
  readonly lpdwBufferLength: Ref | null;
  readonly lpAliasBuffer: TextBuffer | null;
  readonly lpdwAliasBufferLength: Ref | null;
}

const sizeOf = ({ LocalAddr, RemoteAddr }: CSADDR_INFO): number =>
  CSADDR_INFO.size + LocalAddr.iSockaddrLength + RemoteAddr.iSockaddrLength;

const isAlias = ({ dwOutputFlags }: WSAQUERYSETW): boolean => (dwOutputFlags & RESULT_IS_ALIAS) !== 0;
const hasAddresses = ({ dwNumberOfCsAddrs }: WSAQUERYSETW): boolean => dwNumberOfCsAddrs > 0;

/** The primary name and then the aliases, each with a null, and one more null; of no names two nulls. */
function namesOf(results: readonly WSAQUERYSETW[]): string {
  const names = results.flatMap(({ lpszServiceInstanceName: name }) => (name === null || name === '' ? [] : [name]));
  const aliases = results.filter(isAlias).flatMap(({ lpszServiceInstanceName: name }) => name ?? []);
  const distinct = [...new Set([...names.filter((name) => !aliases.includes(name)).slice(0, 1), ...aliases])];
  return distinct.length === 0 ? '\0' : distinct.map((name) => `${name}\0`).join('');
}

function find(cell: LastErrorCell, process: WinsockProcess, given: Arguments): MaybePending<number> {
  const { lpServiceType: type, lpCsaddrBuffer: buffer, lpdwBufferLength: length, lpAliasBuffer, lpdwAliasBufferLength } = given;
  if (buffer === null || length === null || !(type instanceof GUID)) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  if (lpAliasBuffer !== null && lpdwAliasBufferLength === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  if (given.lpServiceAsyncInfo !== null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
  const { dwResolution } = given;
  const toBind = given.lpServiceName === null || (dwResolution & RES_SERVICE) !== 0;
  const deep = (dwResolution & RES_SOFT_SEARCH) === 0 ? LUP_DEEP : 0;
  const aliases = lpAliasBuffer === null ? 0 : LUP_RETURN_ALIASES;
  const all = (dwResolution & RES_FIND_MULTIPLE) !== 0;
  return findServices(process, {
    nameSpace: given.dwNameSpace,
    type,
    name: toBind ? null : given.lpServiceName,
    protocols: given.lpiProtocols,
    flags: LUP_RETURN_NAME | LUP_RETURN_ADDR | aliases | deep | (toBind ? LUP_RES_SERVICE : 0),
    // Aliases stand behind the result that they are of.
    enough: (found) => !all && aliases === 0 && found.some(hasAddresses),
  }).then(({ results, error }) => {
    if (error !== 0) return cell.fail(error, SOCKET_ERROR);
    const sources = results.filter(hasAddresses);
    const addresses = (all ? sources : sources.slice(0, 1)).flatMap(({ lpcsaBuffer }) => lpcsaBuffer ?? []);
    if (addresses.length === 0) return cell.fail(WSANO_DATA, SOCKET_ERROR);
    return deliver(cell, given, addresses, results, { buffer, length });
  });
}

function deliver(
  cell: LastErrorCell,
  { lpAliasBuffer, lpdwAliasBufferLength }: Arguments,
  addresses: readonly CSADDR_INFO[],
  results: readonly WSAQUERYSETW[],
  { buffer, length }: { readonly buffer: CSADDR_INFO[]; readonly length: Ref },
): number {
  const needed = addresses.reduce((sum, address) => sum + sizeOf(address), 0);
  let fits = length.value >= needed;
  length.value = needed;
  if (lpAliasBuffer !== null && lpdwAliasBufferLength !== null) {
    const units = textUnits(namesOf(results), lpAliasBuffer instanceof Uint16Array);
    fits &&= Math.min(lpdwAliasBufferLength.value, lpAliasBuffer.length) >= units.length;
    lpdwAliasBufferLength.value = units.length;
    if (fits) lpAliasBuffer.set(units);
  }
  if (!fits) return cell.fail(ERROR_INSUFFICIENT_BUFFER, SOCKET_ERROR);
  for (const [index, address] of addresses.entries()) buffer[index] = address;
  return cell.fail(0, addresses.length);
}

/**
 * Finds the addresses of a service, or those that one has to bind to. May block, as queries do.
 *
 * @param dwNameSpace - where to look: NS_DEFAULT (all) or one name space, as NS_DNS
 * @param lpServiceType - the service's type
 * @param lpServiceName - its name; null as with RES_SERVICE
 * @param lpiProtocols - only addresses of these protocols (up to a 0), or null for all
 * @param dwResolution - RES_SERVICE: the addresses to bind to, in LocalAddr; RES_FIND_MULTIPLE: of every name space that has
 *   some, and not of the first one only; RES_SOFT_SEARCH: only what is easily found (without it: LUP_DEEP)
 * @param lpServiceAsyncInfo - must be null
 * @param lpCsaddrBuffer - an array that receives the structures, which hold pointers and so are objects
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need on x64
 * @param lpAliasBuffer - receives the service's name and its aliases, each with a null, and one more null; or null
 * @param lpdwAliasBufferLength - in: its room in characters; out: characters needed. May be null where there is no buffer
 * @returns how many addresses there are, or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null), WSAEINVAL
 *   (lpServiceAsyncInfo), ERROR_INSUFFICIENT_BUFFER (122: one of the two is too small; both lengths tell what is needed),
 *   WSASERVICE_NOT_FOUND, WSAHOST_NOT_FOUND, WSANO_DATA (no address), and the other errors of a query
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-getaddressbynamew
 */
export const GetAddressByNameW = blocking(
  'GetAddressByNameW',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (
      cell, process,
      dwNameSpace: number,
      lpServiceType: GUID | null,
      lpServiceName: string | null,
      lpiProtocols: ArrayLike<number> | null,
      dwResolution: number,
      lpServiceAsyncInfo: SERVICE_ASYNC_INFO | null,
      lpCsaddrBuffer: CSADDR_INFO[] | null,
      lpdwBufferLength: Ref | null,
      lpAliasBuffer: Uint16Array | null,
      lpdwAliasBufferLength: Ref | null,
    ) =>
      find(cell, process, {
        dwNameSpace, lpServiceType, lpServiceName, lpiProtocols, dwResolution, lpServiceAsyncInfo, lpCsaddrBuffer, lpdwBufferLength,
        lpAliasBuffer, lpdwAliasBufferLength,
      }),
  ),
);

/**
 * The ANSI form of GetAddressByNameW: characters of names are bytes of UTF-8.
 *
 * @param dwNameSpace - where to look
 * @param lpServiceType - the service's type
 * @param lpServiceName - its name; null as with RES_SERVICE
 * @param lpiProtocols - only addresses of these protocols (up to a 0), or null for all
 * @param dwResolution - RES_ bits
 * @param lpServiceAsyncInfo - must be null
 * @param lpCsaddrBuffer - an array that receives the structures
 * @param lpdwBufferLength - in: the room that the caller has set aside, in bytes; out: bytes that C would need on x64
 * @param lpAliasBuffer - receives names, or null
 * @param lpdwAliasBufferLength - in: its room in characters; out: characters needed
 * @returns how many addresses there are, or SOCKET_ERROR with the errors of GetAddressByNameW
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-getaddressbynamea
 */
export const GetAddressByNameA = blocking(
  'GetAddressByNameA',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (
      cell, process,
      dwNameSpace: number,
      lpServiceType: GUID | null,
      lpServiceName: string | null,
      lpiProtocols: ArrayLike<number> | null,
      dwResolution: number,
      lpServiceAsyncInfo: SERVICE_ASYNC_INFO | null,
      lpCsaddrBuffer: CSADDR_INFO[] | null,
      lpdwBufferLength: Ref | null,
      lpAliasBuffer: Uint8Array | null,
      lpdwAliasBufferLength: Ref | null,
    ) =>
      find(cell, process, {
        dwNameSpace, lpServiceType, lpServiceName, lpiProtocols, dwResolution, lpServiceAsyncInfo, lpCsaddrBuffer, lpdwBufferLength,
        lpAliasBuffer, lpdwAliasBufferLength,
      }),
  ),
);

/** GetAddressByNameA under its plain name. */
export const GetAddressByName = GetAddressByNameA;
