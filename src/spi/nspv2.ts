// The contract of a name space provider, version 2 (Windows Vista): one table of functions, advertised as it is.
// Types and order only; the session and asynchronous calls are kept by ws2_32.
import type { GUID, HANDLE, Ref, WSAQUERYSET2W } from '../abi/index.js';
import type { MaybePending } from './types.js';

// Errors and memory are as in nsp.ts. The two Ex functions return nothing: they report their end, at once or later, by
// calling WSAProviderCompleteAsyncCall exactly once with the handle they were given.

/** What a provider keeps per client, made by NSPv2Startup and handed to its other functions. */
export type ClientSession = unknown;

/**
 * Opens a client session. May block.
 *
 * @param lpProviderId the provider
 * @param ppvClientSessionArg receives the session
 * @returns 0; SOCKET_ERROR with WSAEACCES, WSAEINVAL, WSASERVICE_NOT_FOUND
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspv2startup
 */
export type LPNSPV2STARTUP = (lpProviderId: GUID, ppvClientSessionArg: Ref<ClientSession>) => MaybePending<number>;

/**
 * Ends a client session.
 *
 * @param lpProviderId the provider
 * @param pvClientSessionArg the session
 * @returns 0; SOCKET_ERROR with WSAEACCES, WSAEINVAL, WSASERVICE_NOT_FOUND
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspv2cleanup
 */
export type LPNSPV2CLEANUP = (lpProviderId: GUID, pvClientSessionArg: ClientSession) => number;

/**
 * Starts a query. May block.
 *
 * @param lpProviderId the provider
 * @param lpqsRestrictions what is searched for; copied by the provider
 * @param dwControlFlags LUP_ bits
 * @param lpvClientSessionArg the session
 * @param lphLookup receives the query's handle, the provider's own number
 * @returns 0; SOCKET_ERROR with WSAEINVAL, WSANO_DATA, WSASERVICE_NOT_FOUND
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspv2lookupservicebegin
 */
export type LPNSPV2LOOKUPSERVICEBEGIN = (
  lpProviderId: GUID,
  lpqsRestrictions: WSAQUERYSET2W,
  dwControlFlags: number,
  lpvClientSessionArg: ClientSession,
  lphLookup: Ref<HANDLE>,
) => MaybePending<number>;

/**
 * Gives the query's next result, through WSAProviderCompleteAsyncCall.
 *
 * @param hAsyncCall the call to complete; the result pointers are kept until then
 * @param hLookup the query
 * @param dwControlFlags LUP_ bits of this step
 * @param lpdwBufferLength in: bytes that the caller can take; out, on WSAEFAULT: bytes needed
 * @param lpqsResults receives the result
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspv2lookupservicenextex
 */
export type LPNSPV2LOOKUPSERVICENEXTEX = (
  hAsyncCall: HANDLE,
  hLookup: HANDLE,
  dwControlFlags: number,
  lpdwBufferLength: Ref,
  lpqsResults: WSAQUERYSET2W | null,
) => void;

/**
 * Ends a query.
 *
 * @param hLookup the query
 * @returns 0; SOCKET_ERROR with WSA_INVALID_HANDLE (no such query)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspv2lookupserviceend
 */
export type LPNSPV2LOOKUPSERVICEEND = (hLookup: HANDLE) => number;

/**
 * Registers or removes a service, reporting through WSAProviderCompleteAsyncCall.
 *
 * @param hAsyncCall the call to complete
 * @param lpProviderId the provider
 * @param lpqsRegInfo what to register
 * @param essOperation RNRSERVICE_REGISTER, RNRSERVICE_DEREGISTER or RNRSERVICE_DELETE
 * @param dwControlFlags SERVICE_MULTIPLE or 0
 * @param lpvClientSessionArg the session
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspv2setserviceex
 */
export type LPNSPV2SETSERVICEEX = (
  hAsyncCall: HANDLE,
  lpProviderId: GUID,
  lpqsRegInfo: WSAQUERYSET2W,
  essOperation: number,
  dwControlFlags: number,
  lpvClientSessionArg: ClientSession,
) => void;

/**
 * Tells the provider that a client went away without NSPv2Cleanup.
 *
 * @param lpProviderId the provider
 * @param pvClientSessionArg the session
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpnspv2clientsessionrundown
 */
export type LPNSPV2CLIENTSESSIONRUNDOWN = (lpProviderId: GUID, pvClientSessionArg: ClientSession) => void;

/**
 * The table of a version 2 provider, in ws2spi.h order. WS2_32 keeps it while the provider is advertised.
 *
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-nspv2_routine
 */
export interface NSPV2_ROUTINE {
  /** The table's size on x64: NSPV2_ROUTINE_SIZE. */
  cbSize: number;
  /** Major version of the SPI the provider is written to: 2. */
  dwMajorVersion: number;
  dwMinorVersion: number;
  NSPv2Startup: LPNSPV2STARTUP;
  NSPv2Cleanup: LPNSPV2CLEANUP;
  NSPv2LookupServiceBegin: LPNSPV2LOOKUPSERVICEBEGIN;
  NSPv2LookupServiceNextEx: LPNSPV2LOOKUPSERVICENEXTEX;
  NSPv2LookupServiceEnd: LPNSPV2LOOKUPSERVICEEND;
  NSPv2SetServiceEx: LPNSPV2SETSERVICEEX;
  NSPv2ClientSessionRundown: LPNSPV2CLIENTSESSIONRUNDOWN;
}

/** sizeof(NSPV2_ROUTINE) on x64. */
export const NSPV2_ROUTINE_SIZE = 72;

/** The names of the table's functions, in ws2spi.h order. */
export const NSPV2_ROUTINE_NAMES = [
  'NSPv2Startup',
  'NSPv2Cleanup',
  'NSPv2LookupServiceBegin',
  'NSPv2LookupServiceNextEx',
  'NSPv2LookupServiceEnd',
  'NSPv2SetServiceEx',
  'NSPv2ClientSessionRundown',
] as const satisfies readonly (keyof NSPV2_ROUTINE)[];
