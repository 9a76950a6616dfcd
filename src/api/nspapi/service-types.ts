// GetNameByType and GetTypeByName: service types and their names, which are the service classes of Winsock 2.
import { GUID, SOCKET_ERROR, WSAEFAULT } from '../../abi/index.js';
import type { LastErrorCell } from '../../win32/index.js';
import type { WinsockProcess } from '../../ws2_32/index.js';
import { immediate, started } from '../define.js';
import { putText, type TextBuffer } from '../text-buffer.js';
import { ERROR_INSUFFICIENT_BUFFER, ERROR_SERVICE_DOES_NOT_EXIST } from './errors.js';

function nameOf(cell: LastErrorCell, { nameSpaces }: WinsockProcess, type: GUID | null, buffer: TextBuffer | null, bytes: number): number {
  if (!(type instanceof GUID) || buffer === null) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const name = nameSpaces?.classes.byId(type)?.lpszServiceClassName ?? null;
  if (name === null) return cell.fail(ERROR_SERVICE_DOES_NOT_EXIST, SOCKET_ERROR);
  const fits = putText(name, buffer, bytes / buffer.BYTES_PER_ELEMENT);
  return fits ? cell.fail(0, 0) : cell.fail(ERROR_INSUFFICIENT_BUFFER, SOCKET_ERROR);
}

function typeOf(cell: LastErrorCell, { nameSpaces }: WinsockProcess, name: string | null, type: GUID | null): number {
  if (name === null || !(type instanceof GUID)) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  const id = nameSpaces?.classes.idOf(name) ?? null;
  if (id === null) return cell.fail(ERROR_SERVICE_DOES_NOT_EXIST, SOCKET_ERROR);
  type.bytes.set(id.bytes);
  return cell.fail(0, 0);
}

/**
 * Tells the name of a service type. Does not block.
 *
 * @param lpServiceType - the type
 * @param lpServiceName - receives the name with its null
 * @param dwNameLength - the room there, in bytes
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null), ERROR_SERVICE_DOES_NOT_EXIST (1060: no such type),
 *   ERROR_INSUFFICIENT_BUFFER (122: the name does not fit)
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-getnamebytypew
 */
export const GetNameByTypeW = immediate(
  'GetNameByTypeW',
  started(SOCKET_ERROR as number, (cell, process, lpServiceType: GUID | null, lpServiceName: Uint16Array | null, dwNameLength: number) =>
    nameOf(cell, process, lpServiceType, lpServiceName, dwNameLength),
  ),
);

/**
 * The ANSI form of GetNameByTypeW.
 *
 * @param lpServiceType - the type
 * @param lpServiceName - receives the name with its null
 * @param dwNameLength - the room there, in bytes
 * @returns 0 or SOCKET_ERROR with the errors of GetNameByTypeW
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-getnamebytypea
 */
export const GetNameByTypeA = immediate(
  'GetNameByTypeA',
  started(SOCKET_ERROR as number, (cell, process, lpServiceType: GUID | null, lpServiceName: Uint8Array | null, dwNameLength: number) =>
    nameOf(cell, process, lpServiceType, lpServiceName, dwNameLength),
  ),
);

/** GetNameByTypeA under its plain name. */
export const GetNameByType = GetNameByTypeA;

/**
 * Finds a service type by its name: an installed one, or one that svcguid.h defines, as `ftp`. Does not block.
 *
 * @param lpServiceName - the name, in any case
 * @param lpServiceType - receives the type
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null), ERROR_SERVICE_DOES_NOT_EXIST (1060: no such type)
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-gettypebynamew
 */
export const GetTypeByNameW = immediate(
  'GetTypeByNameW',
  started(SOCKET_ERROR as number, (cell, process, lpServiceName: string | null, lpServiceType: GUID | null) =>
    typeOf(cell, process, lpServiceName, lpServiceType),
  ),
);

/**
 * The ANSI form of GetTypeByNameW.
 *
 * @param lpServiceName - the name, in any case
 * @param lpServiceType - receives the type
 * @returns 0 or SOCKET_ERROR with the errors of GetTypeByNameW
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-gettypebynamea
 */
export const GetTypeByNameA = immediate(
  'GetTypeByNameA',
  started(SOCKET_ERROR as number, (cell, process, lpServiceName: string | null, lpServiceType: GUID | null) =>
    typeOf(cell, process, lpServiceName, lpServiceType),
  ),
);

/** GetTypeByNameA under its plain name. */
export const GetTypeByName = GetTypeByNameA;
