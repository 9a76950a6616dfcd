// The 30 entries of the base provider over one socket device.
import { FALSE, INVALID_SOCKET, SOCKET_ERROR, type QOS, type WSABUF } from '../../abi/index.js';
import type { Afd } from '../../afd/index.js';
import { unsupportedProcTable, type WSPPROC_TABLE, type WSPUPCALLTABLE } from '../../spi/index.js';
import type { Process } from '../../win32/index.js';
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

/**
 * Makes the entries. Those that later parts bring are refused as unsupported. The transfers name their parameters one by one:
 * collecting them in an array would be felt there.
 *
 * @param process - the process that the provider is started in
 * @param afd - the device that its sockets are of
 * @param upcalls - as WSPStartup got them
 * @param entryId - the catalog entry that it was started for
 * @returns a new table
 */
export function msafdTable(process: Process, afd: Afd, upcalls: WSPUPCALLTABLE, entryId: number): WSPPROC_TABLE {
  const provider = new Msafd(process, afd, upcalls, entryId);
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
