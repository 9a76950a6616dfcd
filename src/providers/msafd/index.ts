// The base transport provider: the module that the catalog names for TCP/IP and AF_UNIX. It puts the SPI's entries over
// afd and holds no socket semantics of its own.
import {
  FALSE,
  INVALID_SOCKET,
  SOCKET_ERROR,
  WSAEFAULT,
  WSASYSNOTREADY,
  WSAVERNOTSUPPORTED,
  type QOS,
  type WSABUF,
} from '../../abi/index.js';
import { AFD_DEVICE, Afd } from '../../afd/index.js';
import { unsupportedProcTable, type LPWSPSTARTUP, type WSPPROC_TABLE } from '../../spi/index.js';
import { currentThread } from '../../win32/index.js';
import { accept, connect, listen, recvDisconnect, sendDisconnect, shutdown } from './entries/connection.js';
import { ioctl } from './entries/ioctl.js';
import { asyncSelect, enumNetworkEvents, eventSelect } from './entries/network-events.js';
import { getQosByName, joinLeaf } from './entries/join-leaf.js';
import { bind, getPeerName, getSockName } from './entries/names.js';
import { getSockOpt, setSockOpt } from './entries/options.js';
import { select } from './entries/select.js';
import { cleanup, closeSocket, duplicateSocket, socket } from './entries/sockets.js';
import { addressToString, stringToAddress } from './entries/text.js';
import { recv, recvFrom, send, sendTo } from './entries/transfer.js';
import { extensionFunctions } from './extension-functions.js';
import { getOverlappedResult } from './overlapped.js';
import { Msafd } from './provider.js';

/** The SPI version spoken: 2.2. */
const VERSION = 0x0202;

/**
 * Starts the base provider in the current process, whose `\Device\Afd` it stands on.
 *
 * @returns 0; WSAVERNOTSUPPORTED (version below 2.2 asked for), WSASYSNOTREADY (no socket device in this process),
 *   WSAEFAULT (null pointer)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wspstartup
 */
export const WSPStartup: LPWSPSTARTUP = (wVersionRequested, lpWSPData, lpProtocolInfo, UpcallTable, lpProcTable) => {
  if ((lpProcTable as unknown) === null || (lpWSPData as unknown) === null) return WSAEFAULT;
  if ((wVersionRequested & 0xff) < 2) return WSAVERNOTSUPPORTED;
  const { process } = currentThread();
  const afd = process.openDevice(AFD_DEVICE);
  if (!(afd instanceof Afd)) return WSASYSNOTREADY;
  lpWSPData.wVersion = VERSION;
  lpWSPData.wHighVersion = VERSION;
  lpWSPData.szDescription = 'MSAFD over afd';
  Object.assign(lpProcTable, createTable(new Msafd(process, afd, UpcallTable, lpProtocolInfo.dwCatalogEntryId)));
  return 0;
};

/**
 * The 30 entries; those that later parts bring are refused as unsupported. The transfers name their parameters one by one:
 * collecting them in an array would be felt there.
 */
function createTable(provider: Msafd): WSPPROC_TABLE {
  provider.extensions = extensionFunctions(provider);
  return {
    ...unsupportedProcTable(),
    lpWSPAccept: provider.onEndpoint(INVALID_SOCKET, accept),
    lpWSPAddressToString: addressToString,
    lpWSPAsyncSelect: (...args) => asyncSelect(provider, ...args),
    lpWSPBind: provider.onEndpoint(SOCKET_ERROR, bind),
    lpWSPCancelBlockingCall: (lpErrno) => provider.blocking.cancel(lpErrno),
    lpWSPCleanup: () => cleanup(provider),
    lpWSPCloseSocket: (s, lpErrno) => closeSocket(provider, s, lpErrno),
    lpWSPConnect: provider.onEndpoint(SOCKET_ERROR, connect),
    lpWSPDuplicateSocket: (...args) => duplicateSocket(provider, ...args),
    lpWSPEnumNetworkEvents: provider.onEndpoint(SOCKET_ERROR, enumNetworkEvents),
    lpWSPEventSelect: provider.onEndpoint(SOCKET_ERROR, eventSelect),
    lpWSPGetOverlappedResult: (...args) => getOverlappedResult(provider, ...args),
    lpWSPGetPeerName: provider.onEndpoint(SOCKET_ERROR, getPeerName),
    lpWSPGetQOSByName: provider.onEndpoint<[WSABUF | null, QOS | null], number>(FALSE, getQosByName),
    lpWSPGetSockName: provider.onEndpoint(SOCKET_ERROR, getSockName),
    lpWSPGetSockOpt: provider.onEndpoint(SOCKET_ERROR, getSockOpt),
    lpWSPIoctl: (...args) => ioctl(provider, ...args),
    lpWSPJoinLeaf: (...args) => joinLeaf(provider, ...args),
    lpWSPListen: provider.onEndpoint(SOCKET_ERROR, listen),
    lpWSPRecv: (s, a, b, c, d, e, f, g, h) => recv(provider, s, a, b, c, d, e, f, g, h),
    lpWSPRecvDisconnect: provider.onEndpoint(SOCKET_ERROR, recvDisconnect),
    lpWSPRecvFrom: (s, a, b, c, d, e, f, g, h, i, j) => recvFrom(provider, s, a, b, c, d, e, f, g, h, i, j),
    lpWSPSelect: (_nfds, ...args) => select(provider, ...args),
    lpWSPSend: (s, a, b, c, d, e, f, g, h) => send(provider, s, a, b, c, d, e, f, g, h),
    lpWSPSendDisconnect: provider.onEndpoint(SOCKET_ERROR, sendDisconnect),
    lpWSPSendTo: (s, a, b, c, d, e, f, g, h, i, j) => sendTo(provider, s, a, b, c, d, e, f, g, h, i, j),
    lpWSPSetSockOpt: provider.onEndpoint(SOCKET_ERROR, setSockOpt),
    lpWSPShutdown: provider.onEndpoint(SOCKET_ERROR, shutdown),
    lpWSPSocket: (...args) => socket(provider, ...args),
    lpWSPStringToAddress: stringToAddress,
  };
}
