// The contract of a transport provider: the 30 entries, the table that WSPStartup fills, and WSPStartup itself.
// The entries' own types and documentation are in wsp-*.ts by topic; this file owns their order.
import type { WSAPROTOCOL_INFOW, WSPDATA } from '../abi/index.js';
import type { MaybePending } from './types.js';
import type { WSPUPCALLTABLE } from './wpu.js';
import type { LPWSPRECV, LPWSPRECVDISCONNECT, LPWSPRECVFROM, LPWSPSEND, LPWSPSENDDISCONNECT, LPWSPSENDTO } from './wsp-data.js';
import type { LPWSPASYNCSELECT, LPWSPENUMNETWORKEVENTS, LPWSPEVENTSELECT, LPWSPGETOVERLAPPEDRESULT, LPWSPSELECT } from './wsp-events.js';
import type {
  LPWSPADDRESSTOSTRING,
  LPWSPGETPEERNAME,
  LPWSPGETQOSBYNAME,
  LPWSPGETSOCKNAME,
  LPWSPGETSOCKOPT,
  LPWSPIOCTL,
  LPWSPSETSOCKOPT,
  LPWSPSTRINGTOADDRESS,
} from './wsp-options.js';
import type {
  LPWSPACCEPT,
  LPWSPBIND,
  LPWSPCANCELBLOCKINGCALL,
  LPWSPCLEANUP,
  LPWSPCLOSESOCKET,
  LPWSPCONNECT,
  LPWSPDUPLICATESOCKET,
  LPWSPJOINLEAF,
  LPWSPLISTEN,
  LPWSPSHUTDOWN,
  LPWSPSOCKET,
} from './wsp-socket.js';

export { WSPDATA } from '../abi/index.js';
export type * from './types.js';
export type * from './wsp-data.js';
export type * from './wsp-events.js';
export type * from './wsp-options.js';
export type * from './wsp-socket.js';

// Rules that hold for every entry:
//
// - Waiting. An entry that completes at once returns its value; one that has to wait returns a promise of it
//   (MaybePending). Entries whose type has no promise in it must never wait.
// - Errors. The code goes into lpErrno.value and the entry returns its failure value: SOCKET_ERROR, INVALID_SOCKET or
//   FALSE. The last error is not touched, nothing is thrown, no promise rejects. On success lpErrno is left alone.
//   Any entry but WSPStartup may report WSAENETDOWN (the provider has failed) and, where it takes a socket,
//   WSAENOTSOCK; these two are not repeated below. WSAEFAULT is for a null pointer or too short a length.
// - Memory. Whatever is passed belongs to the caller. It may be read and written until the value has been returned or
//   the promise has resolved, and for an overlapped operation until its completion has been reported; nothing is kept
//   longer. Where a type says "keeps", the callee holds on to it and says until when.
// - A buffer array is paired with dwBufferCount; only that many elements are looked at.

/**
 * The table that a transport provider fills, in ws2spi.h order.
 *
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-wspproc_table
 */
export interface WSPPROC_TABLE {
  lpWSPAccept: LPWSPACCEPT;
  lpWSPAddressToString: LPWSPADDRESSTOSTRING;
  lpWSPAsyncSelect: LPWSPASYNCSELECT;
  lpWSPBind: LPWSPBIND;
  lpWSPCancelBlockingCall: LPWSPCANCELBLOCKINGCALL;
  lpWSPCleanup: LPWSPCLEANUP;
  lpWSPCloseSocket: LPWSPCLOSESOCKET;
  lpWSPConnect: LPWSPCONNECT;
  lpWSPDuplicateSocket: LPWSPDUPLICATESOCKET;
  lpWSPEnumNetworkEvents: LPWSPENUMNETWORKEVENTS;
  lpWSPEventSelect: LPWSPEVENTSELECT;
  lpWSPGetOverlappedResult: LPWSPGETOVERLAPPEDRESULT;
  lpWSPGetPeerName: LPWSPGETPEERNAME;
  lpWSPGetSockName: LPWSPGETSOCKNAME;
  lpWSPGetSockOpt: LPWSPGETSOCKOPT;
  lpWSPGetQOSByName: LPWSPGETQOSBYNAME;
  lpWSPIoctl: LPWSPIOCTL;
  lpWSPJoinLeaf: LPWSPJOINLEAF;
  lpWSPListen: LPWSPLISTEN;
  lpWSPRecv: LPWSPRECV;
  lpWSPRecvDisconnect: LPWSPRECVDISCONNECT;
  lpWSPRecvFrom: LPWSPRECVFROM;
  lpWSPSelect: LPWSPSELECT;
  lpWSPSend: LPWSPSEND;
  lpWSPSendDisconnect: LPWSPSENDDISCONNECT;
  lpWSPSendTo: LPWSPSENDTO;
  lpWSPSetSockOpt: LPWSPSETSOCKOPT;
  lpWSPShutdown: LPWSPSHUTDOWN;
  lpWSPSocket: LPWSPSOCKET;
  lpWSPStringToAddress: LPWSPSTRINGTOADDRESS;
}

/** The table's field names, in ws2spi.h order. */
export const WSPPROC_NAMES = [
  'lpWSPAccept',
  'lpWSPAddressToString',
  'lpWSPAsyncSelect',
  'lpWSPBind',
  'lpWSPCancelBlockingCall',
  'lpWSPCleanup',
  'lpWSPCloseSocket',
  'lpWSPConnect',
  'lpWSPDuplicateSocket',
  'lpWSPEnumNetworkEvents',
  'lpWSPEventSelect',
  'lpWSPGetOverlappedResult',
  'lpWSPGetPeerName',
  'lpWSPGetSockName',
  'lpWSPGetSockOpt',
  'lpWSPGetQOSByName',
  'lpWSPIoctl',
  'lpWSPJoinLeaf',
  'lpWSPListen',
  'lpWSPRecv',
  'lpWSPRecvDisconnect',
  'lpWSPRecvFrom',
  'lpWSPSelect',
  'lpWSPSend',
  'lpWSPSendDisconnect',
  'lpWSPSendTo',
  'lpWSPSetSockOpt',
  'lpWSPShutdown',
  'lpWSPSocket',
  'lpWSPStringToAddress',
] as const satisfies readonly (keyof WSPPROC_TABLE)[];

/**
 * Starts a provider for one protocol chain, before any other entry of it. Called again for every further
 * `WSAStartup`; each success is paired with one `lpWSPCleanup`. May block.
 *
 * A layered provider looks up the next entry of `lpProtocolInfo.ProtocolChain`, loads it and calls its WSPStartup.
 *
 * @param wVersionRequested the highest SPI version the caller can use; MAKEWORD(2, 2)
 * @param lpWSPData filled by the provider
 * @param lpProtocolInfo the catalog entry that is wanted; of use during the call only, copy what is to be kept
 * @param UpcallTable the service functions of WS2_32, by value: the provider may keep it
 * @param lpProcTable filled by the provider with all 30 entries; the caller keeps it until lpWSPCleanup
 * @returns 0, or the error itself: WSASYSNOTREADY (the network below is not ready), WSAVERNOTSUPPORTED (the version
 *   asked for is not provided), WSAEINPROGRESS (a blocking 1.1 call runs), WSAEPROCLIM (too many processes),
 *   WSAEFAULT (a pointer is null)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wspstartup
 */
export type LPWSPSTARTUP = (
  wVersionRequested: number,
  lpWSPData: WSPDATA,
  lpProtocolInfo: WSAPROTOCOL_INFOW,
  UpcallTable: WSPUPCALLTABLE,
  lpProcTable: WSPPROC_TABLE,
) => MaybePending<number>;
