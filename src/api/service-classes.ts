// WSAInstallServiceClass, WSARemoveServiceClass, WSAGetServiceClassInfo, WSAGetServiceClassNameByClassId: the schemas that
// services register under.
import {
  GUID,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSANO_DATA,
  WSASERVICECLASSINFOW,
  type Ref,
  type WSASERVICECLASSINFOA,
} from '../abi/index.js';
import { serviceClassInfoSize, toServiceClassAnsi, toServiceClassWide } from '../abi/service-class-info.js';
import type { LastErrorCell } from '../win32/index.js';
import type { MaybePending, WinsockProcess } from '../ws2_32/index.js';
import { blocking, immediate, started } from './define.js';
import { putText, textUnits, type TextBuffer } from './text-buffer.js';

type ClassInfo = WSASERVICECLASSINFOW | WSASERVICECLASSINFOA;

/** Programs in plain JavaScript may pass any object for a structure. */
const isGuid = (value: unknown): value is GUID => value instanceof GUID;

function readClassInfo(info: ClassInfo | null): WSASERVICECLASSINFOW | null {
  if (info === null) return null;
  try {
    return toServiceClassWide(info);
  } catch {
    return null;
  }
}

const ended =
  (cell: LastErrorCell) =>
  (error: number): number =>
    cell.fail(error, error === 0 ? 0 : SOCKET_ERROR);

function install(cell: LastErrorCell, { nameSpaces }: WinsockProcess, lpServiceClassInfo: ClassInfo | null): MaybePending<number> {
  const info = readClassInfo(lpServiceClassInfo);
  if (info === null || nameSpaces === null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
  return nameSpaces.classes.install(info).then(ended(cell));
}

function getInfo(
  cell: LastErrorCell,
  { nameSpaces }: WinsockProcess,
  lpProviderId: GUID | null,
  lpServiceClassId: GUID | null,
  lpdwBufSize: Ref | null,
  lpServiceClassInfo: ClassInfo | null,
  wide: boolean,
): number {
  const done = ended(cell);
  if (!isGuid(lpProviderId) || !isGuid(lpServiceClassId) || lpdwBufSize === null || lpServiceClassInfo === null) return done(WSAEINVAL);
  const provider = nameSpaces?.byId(lpProviderId) ?? null;
  if (provider === null || nameSpaces === null) return done(WSAEINVAL);
  if (provider.error !== 0) return done(provider.error);
  const found = new WSASERVICECLASSINFOW();
  const length = { value: wide ? lpdwBufSize.value : 0x7fffffff };
  const error = nameSpaces.classes.read(provider, new GUID(lpServiceClassId.bytes.slice()), length, found, wide);
  const needed = error === 0 ? serviceClassInfoSize(found, wide) : length.value;
  if (error === WSAEFAULT || (error === 0 && !(lpdwBufSize.value >= needed))) {
    lpdwBufSize.value = needed;
    return done(WSAEFAULT);
  }
  if (error === 0) Object.assign(lpServiceClassInfo, wide ? found : toServiceClassAnsi(found));
  return done(error);
}

function getName(
  cell: LastErrorCell,
  { nameSpaces }: WinsockProcess,
  lpServiceClassId: GUID | null,
  buffer: TextBuffer | null,
  length: Ref | null,
  wide: boolean,
): number {
  const done = ended(cell);
  if (!isGuid(lpServiceClassId)) return done(WSAEINVAL);
  if (length === null) return done(WSAEFAULT);
  const name = nameSpaces?.classes.byId(lpServiceClassId)?.lpszServiceClassName ?? null;
  if (name === null) return done(WSANO_DATA);
  const room = length.value;
  length.value = textUnits(name, wide).length;
  return done(buffer !== null && putText(name, buffer, room) ? 0 : WSAEFAULT);
}

/**
 * Stores the schema of a service class in the catalog, and with the providers that keep classes. May block, as the catalog is
 * written.
 *
 * @param lpServiceClassInfo - the class: its id, its name and its values
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (null, without id or name, or not to be stored),
 *   WSAEALREADY (the class is installed: remove it first), WSAEACCES (the catalog may not be written), WSATRY_AGAIN (others
 *   keep it locked), WSANO_RECOVERY (it cannot be read or written)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsainstallserviceclassw
 */
export const WSAInstallServiceClassW = blocking(
  'WSAInstallServiceClassW',
  started(SOCKET_ERROR as MaybePending<number>, (cell, process, lpServiceClassInfo: WSASERVICECLASSINFOW | null) =>
    install(cell, process, lpServiceClassInfo),
  ),
);

/**
 * The ANSI form of WSAInstallServiceClassW.
 *
 * @param lpServiceClassInfo - the class
 * @returns 0 or SOCKET_ERROR with the errors of WSAInstallServiceClassW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsainstallserviceclassa
 */
export const WSAInstallServiceClassA = blocking(
  'WSAInstallServiceClassA',
  started(SOCKET_ERROR as MaybePending<number>, (cell, process, lpServiceClassInfo: WSASERVICECLASSINFOA | null) =>
    install(cell, process, lpServiceClassInfo),
  ),
);

/** WSAInstallServiceClassA under its plain name. */
export const WSAInstallServiceClass = WSAInstallServiceClassA;

/**
 * Removes the schema of a service class from the catalog, and from the providers that keep classes. May block, as the catalog
 * is written.
 *
 * @param lpServiceClassId - the class
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (null), WSATYPE_NOT_FOUND (no such class is installed),
 *   WSAEACCES, WSATRY_AGAIN and WSANO_RECOVERY as for WSAInstallServiceClassW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaremoveserviceclass
 */
export const WSARemoveServiceClass = blocking(
  'WSARemoveServiceClass',
  started(SOCKET_ERROR as MaybePending<number>, (cell, { nameSpaces }, lpServiceClassId: GUID | null): MaybePending<number> => {
    if (!isGuid(lpServiceClassId) || nameSpaces === null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
    return nameSpaces.classes.remove(lpServiceClassId).then(ended(cell));
  }),
);

/**
 * Reads the schema of a service class as a name space provider knows it. Does not block.
 *
 * @param lpProviderId - the provider
 * @param lpServiceClassId - the class
 * @param lpdwBufSize - in: the bytes that the caller has set aside; out, on WSAEFAULT: the bytes that the class takes in C
 * @param lpServiceClassInfo - filled with the class
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (null, or no enabled provider of this id), WSAEFAULT (it
 *   takes more), WSATYPE_NOT_FOUND (no such class), WSAEPROVIDERFAILEDINIT (the provider has not started), and the provider's
 *   own
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetserviceclassinfow
 */
export const WSAGetServiceClassInfoW = immediate(
  'WSAGetServiceClassInfoW',
  started(
    SOCKET_ERROR as number,
    (
      cell,
      process,
      lpProviderId: GUID | null,
      lpServiceClassId: GUID | null,
      lpdwBufSize: Ref | null,
      lpServiceClassInfo: WSASERVICECLASSINFOW | null,
    ) => getInfo(cell, process, lpProviderId, lpServiceClassId, lpdwBufSize, lpServiceClassInfo, true),
  ),
);

/**
 * The ANSI form of WSAGetServiceClassInfoW.
 *
 * @param lpProviderId - the provider
 * @param lpServiceClassId - the class
 * @param lpdwBufSize - in: the bytes that the caller has set aside; out, on WSAEFAULT: the bytes that the class takes in C
 * @param lpServiceClassInfo - filled with the class
 * @returns 0 or SOCKET_ERROR with the errors of WSAGetServiceClassInfoW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetserviceclassinfoa
 */
export const WSAGetServiceClassInfoA = immediate(
  'WSAGetServiceClassInfoA',
  started(
    SOCKET_ERROR as number,
    (
      cell,
      process,
      lpProviderId: GUID | null,
      lpServiceClassId: GUID | null,
      lpdwBufSize: Ref | null,
      lpServiceClassInfo: WSASERVICECLASSINFOA | null,
    ) => getInfo(cell, process, lpProviderId, lpServiceClassId, lpdwBufSize, lpServiceClassInfo, false),
  ),
);

/** WSAGetServiceClassInfoA under its plain name. */
export const WSAGetServiceClassInfo = WSAGetServiceClassInfoA;

/**
 * Tells the name of a service class: an installed one's, or that of one which svcguid.h has an identifier for. Does not block.
 *
 * @param lpServiceClassId - the class
 * @param lpszServiceClassName - receives the name with its null, in UTF-16 units; untouched on failure
 * @param lpdwBufferLength - in: units that fit; out: units that the name takes with its null
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (no class id), WSAEFAULT (null, or it takes more),
 *   WSANO_DATA (no such class)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetserviceclassnamebyclassidw
 */
export const WSAGetServiceClassNameByClassIdW = immediate(
  'WSAGetServiceClassNameByClassIdW',
  started(
    SOCKET_ERROR as number,
    (cell, process, lpServiceClassId: GUID | null, lpszServiceClassName: Uint16Array | null, lpdwBufferLength: Ref | null) =>
      getName(cell, process, lpServiceClassId, lpszServiceClassName, lpdwBufferLength, true),
  ),
);

/**
 * The ANSI form of WSAGetServiceClassNameByClassIdW: it counts bytes of UTF-8.
 *
 * @param lpServiceClassId - the class
 * @param lpszServiceClassName - receives the name with its null; untouched on failure
 * @param lpdwBufferLength - in: bytes that fit; out: bytes that the name takes with its null
 * @returns 0 or SOCKET_ERROR with the errors of WSAGetServiceClassNameByClassIdW
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetserviceclassnamebyclassida
 */
export const WSAGetServiceClassNameByClassIdA = immediate(
  'WSAGetServiceClassNameByClassIdA',
  started(
    SOCKET_ERROR as number,
    (cell, process, lpServiceClassId: GUID | null, lpszServiceClassName: Uint8Array | null, lpdwBufferLength: Ref | null) =>
      getName(cell, process, lpServiceClassId, lpszServiceClassName, lpdwBufferLength, false),
  ),
);

/** WSAGetServiceClassNameByClassIdA under its plain name. */
export const WSAGetServiceClassNameByClassId = WSAGetServiceClassNameByClassIdA;
