// The "everything unsupported" tables: the smallest providers there are, and what other providers start from by
// overriding what they serve. Every entry fails with WSAEOPNOTSUPP and touches nothing else.
import { FALSE, INVALID_SOCKET, SOCKET_ERROR, WSAEOPNOTSUPP, type HANDLE, type Ref } from '../abi/index.js';
import { NSP_ROUTINE_SIZE, type NSP_ROUTINE } from './nsp.js';
import { NSPV2_ROUTINE_SIZE, type NSPV2_ROUTINE } from './nspv2.js';
import type { WSPPROC_TABLE } from './wsp.js';

/** An entry that stores WSAEOPNOTSUPP through its last parameter, lpErrno, and returns `failure`. */
function refusing<R>(failure: R): (...parameters: [...unknown[], Ref]) => R {
  return (...parameters) => {
    (parameters.at(-1) as Ref).value = WSAEOPNOTSUPP;
    return failure;
  };
}

/**
 * A transport provider's table in which every entry stores WSAEOPNOTSUPP in lpErrno and returns its failure value.
 *
 * @returns a new table, the caller's to change
 */
export function unsupportedProcTable(): WSPPROC_TABLE {
  const error = refusing(SOCKET_ERROR);
  const noSocket = refusing(INVALID_SOCKET);
  const no = refusing(FALSE);
  return {
    lpWSPAccept: noSocket,
    lpWSPAddressToString: error,
    lpWSPAsyncSelect: error,
    lpWSPBind: error,
    lpWSPCancelBlockingCall: error,
    lpWSPCleanup: error,
    lpWSPCloseSocket: error,
    lpWSPConnect: error,
    lpWSPDuplicateSocket: error,
    lpWSPEnumNetworkEvents: error,
    lpWSPEventSelect: error,
    lpWSPGetOverlappedResult: no,
    lpWSPGetPeerName: error,
    lpWSPGetSockName: error,
    lpWSPGetSockOpt: error,
    lpWSPGetQOSByName: no,
    lpWSPIoctl: error,
    lpWSPJoinLeaf: noSocket,
    lpWSPListen: error,
    lpWSPRecv: error,
    lpWSPRecvDisconnect: error,
    lpWSPRecvFrom: error,
    lpWSPSelect: error,
    lpWSPSend: error,
    lpWSPSendDisconnect: error,
    lpWSPSendTo: error,
    lpWSPSetSockOpt: error,
    lpWSPShutdown: error,
    lpWSPSocket: noSocket,
    lpWSPStringToAddress: error,
  };
}

/**
 * A name space provider's table in which every entry sets WSAEOPNOTSUPP and returns SOCKET_ERROR.
 *
 * @param setLastError how an entry reports its code: WSASetLastError
 * @returns a new table, the caller's to change
 */
export function unsupportedNspRoutine(setLastError: (iError: number) => void): NSP_ROUTINE {
  const error = () => {
    setLastError(WSAEOPNOTSUPP);
    return SOCKET_ERROR;
  };
  return {
    cbSize: NSP_ROUTINE_SIZE,
    dwMajorVersion: 1,
    dwMinorVersion: 1,
    NSPCleanup: error,
    NSPLookupServiceBegin: error,
    NSPLookupServiceNext: error,
    NSPLookupServiceEnd: error,
    NSPSetService: error,
    NSPInstallServiceClass: error,
    NSPRemoveServiceClass: error,
    NSPGetServiceClassInfo: error,
    NSPIoctl: error,
  };
}

/**
 * A version 2 name space provider's table in which every call fails with WSAEOPNOTSUPP. Startup fails too: override it,
 * or the provider serves nobody.
 *
 * @param setLastError how an entry reports its code: WSASetLastError
 * @param completeAsyncCall how the Ex entries report theirs: WSAProviderCompleteAsyncCall
 * @returns a new table, the caller's to change
 */
export function unsupportedNspv2Routine(
  setLastError: (iError: number) => void,
  completeAsyncCall: (hAsyncCall: HANDLE, iRetCode: number) => number,
): NSPV2_ROUTINE {
  const error = () => {
    setLastError(WSAEOPNOTSUPP);
    return SOCKET_ERROR;
  };
  const completed = (hAsyncCall: HANDLE) => {
    completeAsyncCall(hAsyncCall, WSAEOPNOTSUPP);
  };
  return {
    cbSize: NSPV2_ROUTINE_SIZE,
    dwMajorVersion: 2,
    dwMinorVersion: 0,
    NSPv2Startup: error,
    NSPv2Cleanup: error,
    NSPv2LookupServiceBegin: error,
    NSPv2LookupServiceNextEx: completed,
    NSPv2LookupServiceEnd: error,
    NSPv2SetServiceEx: completed,
    NSPv2ClientSessionRundown: () => undefined,
  };
}
