// The contract of a name space provider, version 1: the table that NSPStartup fills, and NSPStartup. Types and order
// only; queries are routed by ws2_32.
import type { GUID, HANDLE, Memory, Ref, WSACOMPLETION, WSAQUERYSETW, WSASERVICECLASSINFOW, WSATHREADID } from '../abi/index.js';
import type { MaybePending } from './types.js';

// Rules that hold for every entry:
//
// - There is no lpErrno here: an entry that fails calls WSASetLastError and returns SOCKET_ERROR. Every entry may
//   report WSA_NOT_ENOUGH_MEMORY, and WSAEOPNOTSUPP where the provider does not serve the call; these are not repeated.
// - An entry that has to wait returns a promise of its value; one whose type has no promise in it must never wait.
// - What is passed belongs to the caller and is not kept beyond the value's arrival, unless the entry says so.

/**
 * Ends a provider; the counterpart of one successful NSPStartup.
 *
 * @param lpProviderId the provider
 * @returns 0; SOCKET_ERROR with WSAEINVAL (not started)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspcleanup
 */
export type LPNSPCLEANUP = (lpProviderId: GUID) => number;

/**
 * Starts a query. May block, though most providers only store the restrictions.
 *
 * @param lpProviderId the provider
 * @param lpqsRestrictions what is searched for; copied by the provider
 * @param lpServiceClassInfo the schema of the service class, or null when none is known
 * @param dwControlFlags LUP_ bits
 * @param lphLookup receives the query's handle, the provider's own number
 * @returns 0; SOCKET_ERROR with WSAEINVAL (a parameter is missing or wrong), WSANO_DATA or WSASERVICE_NOT_FOUND (this
 *   provider has nothing for it)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnsplookupservicebegin
 */
export type LPNSPLOOKUPSERVICEBEGIN = (
  lpProviderId: GUID,
  lpqsRestrictions: WSAQUERYSETW,
  lpServiceClassInfo: WSASERVICECLASSINFOW | null,
  dwControlFlags: number,
  lphLookup: Ref<HANDLE>,
) => MaybePending<number>;

/**
 * Gives the query's next result. May block.
 *
 * @param hLookup the query
 * @param dwControlFlags LUP_ bits of this step; LUP_FLUSHPREVIOUS skips a result that did not fit
 * @param lpdwBufferLength in: bytes that the caller can take; out, on WSAEFAULT: bytes needed
 * @param lpqsResults receives the result
 * @returns 0; SOCKET_ERROR with WSA_E_NO_MORE (the end), WSA_E_CANCELLED (the query was ended meanwhile), WSAEFAULT (the
 *   result does not fit), WSA_INVALID_HANDLE (no such query), WSAEINVAL, WSANO_DATA, WSASERVICE_NOT_FOUND
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnsplookupservicenext
 */
export type LPNSPLOOKUPSERVICENEXT = (
  hLookup: HANDLE,
  dwControlFlags: number,
  lpdwBufferLength: Ref,
  lpqsResults: WSAQUERYSETW | null,
) => MaybePending<number>;

/**
 * Ends a query, also one whose next result is being waited for.
 *
 * @param hLookup the query
 * @returns 0; SOCKET_ERROR with WSA_INVALID_HANDLE (no such query)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnsplookupserviceend
 */
export type LPNSPLOOKUPSERVICEEND = (hLookup: HANDLE) => number;

/**
 * Registers or removes a service. May block.
 *
 * @param lpProviderId the provider
 * @param lpServiceClassInfo the schema of the service class, or null
 * @param lpqsRegInfo what to register
 * @param essOperation RNRSERVICE_REGISTER, RNRSERVICE_DEREGISTER or RNRSERVICE_DELETE
 * @param dwControlFlags SERVICE_MULTIPLE or 0
 * @returns 0; SOCKET_ERROR with WSAEACCES (not allowed), WSAEINVAL, WSASERVICE_NOT_FOUND (nothing to remove)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspsetservice
 */
export type LPNSPSETSERVICE = (
  lpProviderId: GUID,
  lpServiceClassInfo: WSASERVICECLASSINFOW | null,
  lpqsRegInfo: WSAQUERYSETW,
  essOperation: number,
  dwControlFlags: number,
) => MaybePending<number>;

/**
 * Stores the schema of a service class.
 *
 * @param lpProviderId the provider
 * @param lpServiceClassInfo the schema; copied
 * @returns 0; SOCKET_ERROR with WSAEALREADY (the class is there), WSAEACCES, WSAEINVAL, WSA_INVALID_PARAMETER, WSANO_DATA
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspinstallserviceclass
 */
export type LPNSPINSTALLSERVICECLASS = (lpProviderId: GUID, lpServiceClassInfo: WSASERVICECLASSINFOW) => number;

/**
 * Removes the schema of a service class.
 *
 * @param lpProviderId the provider
 * @param lpServiceClassId the class
 * @returns 0; SOCKET_ERROR with WSATYPE_NOT_FOUND (no such class), WSAEACCES, WSAEINVAL, WSA_INVALID_PARAMETER
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspremoveserviceclass
 */
export type LPNSPREMOVESERVICECLASS = (lpProviderId: GUID, lpServiceClassId: GUID) => number;

/**
 * Reads the schema of a service class.
 *
 * @param lpProviderId the provider
 * @param lpdwBufSize in: bytes that the caller can take; out, on WSAEFAULT: bytes needed
 * @param lpServiceClassInfo in: the class's id; out: its schema
 * @returns 0; SOCKET_ERROR with WSATYPE_NOT_FOUND (no such class), WSAEFAULT (does not fit), WSAEACCES, WSAEINVAL, WSANO_DATA
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspgetserviceclassinfo
 */
export type LPNSPGETSERVICECLASSINFO = (
  lpProviderId: GUID,
  lpdwBufSize: Ref,
  lpServiceClassInfo: WSASERVICECLASSINFOW | null,
) => number;

/**
 * Runs a control code on a query, as SIO_NSP_NOTIFY_CHANGE. May block.
 *
 * @param hLookup the query
 * @param dwControlCode the code
 * @param lpvInBuffer input, or null
 * @param cbInBuffer bytes of input
 * @param lpvOutBuffer receives output, or null
 * @param cbOutBuffer bytes that fit
 * @param lpcbBytesReturned receives the bytes of output
 * @param lpCompletion how to report the end of an asynchronous operation, kept until then; null to wait for it
 * @param lpThreadId the calling thread, kept likewise
 * @returns 0; SOCKET_ERROR with WSA_IO_PENDING (under way), WSAEOPNOTSUPP (code unknown), WSA_INVALID_HANDLE, WSAEFAULT,
 *   WSAEINVAL, WSAENETDOWN, WSAEWOULDBLOCK
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspioctl
 */
export type LPNSPIOCTL = (
  hLookup: HANDLE,
  dwControlCode: number,
  lpvInBuffer: Memory | null,
  cbInBuffer: number,
  lpvOutBuffer: Memory | null,
  cbOutBuffer: number,
  lpcbBytesReturned: Ref | null,
  lpCompletion: WSACOMPLETION | null,
  lpThreadId: WSATHREADID | null,
) => MaybePending<number>;

/**
 * The table that a version 1 provider fills, in ws2spi.h order.
 *
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-nsp_routine
 */
export interface NSP_ROUTINE {
  /** The table's size on x64: NSP_ROUTINE_SIZE, or NSP_ROUTINE_SIZE_NO_IOCTL for a provider without NSPIoctl. */
  cbSize: number;
  /** Major version of the SPI the provider is written to: 1 or 4, by its own history. */
  dwMajorVersion: number;
  dwMinorVersion: number;
  NSPCleanup: LPNSPCLEANUP;
  NSPLookupServiceBegin: LPNSPLOOKUPSERVICEBEGIN;
  NSPLookupServiceNext: LPNSPLOOKUPSERVICENEXT;
  NSPLookupServiceEnd: LPNSPLOOKUPSERVICEEND;
  NSPSetService: LPNSPSETSERVICE;
  NSPInstallServiceClass: LPNSPINSTALLSERVICECLASS;
  NSPRemoveServiceClass: LPNSPREMOVESERVICECLASS;
  NSPGetServiceClassInfo: LPNSPGETSERVICECLASSINFO;
  NSPIoctl: LPNSPIOCTL;
}

/** sizeof(NSP_ROUTINE) on x64. */
export const NSP_ROUTINE_SIZE = 88;
/** The size of the table before NSPIoctl was added: the offset of that field on x64. */
export const NSP_ROUTINE_SIZE_NO_IOCTL = 80;

/** The names of the table's functions, in ws2spi.h order. */
export const NSP_ROUTINE_NAMES = [
  'NSPCleanup',
  'NSPLookupServiceBegin',
  'NSPLookupServiceNext',
  'NSPLookupServiceEnd',
  'NSPSetService',
  'NSPInstallServiceClass',
  'NSPRemoveServiceClass',
  'NSPGetServiceClassInfo',
  'NSPIoctl',
] as const satisfies readonly (keyof NSP_ROUTINE)[];

/**
 * Starts a provider. May block: it returns a promise when it has something to open first.
 *
 * @param lpProviderId the provider that is wanted; one module may serve several
 * @param lpnspRoutines filled by the provider
 * @returns 0; SOCKET_ERROR with WSAEINVAL (not this module's provider), WSAEINVALIDPROCTABLE, WSASYSNOTREADY
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-nspstartup
 */
export type LPNSPSTARTUP = (lpProviderId: GUID, lpnspRoutines: NSP_ROUTINE) => MaybePending<number>;
