// The table that forwards all 30 entries as they came, each to the link below that its arguments belong to. Which link that
// is, and what a layer has to do about new sockets, is its caller's business.
import { ref, type SOCKET, type WSAPROTOCOL_INFOW, type fd_set } from '../../abi/index.js';
import type { WSPPROC_TABLE } from '../../spi/index.js';

/** Whose entries a call goes to. */
export interface Below {
  /** Those of the link that a socket belongs to; for a handle that is none of ours, any link's. */
  readonly ofSocket: (s: SOCKET) => WSPPROC_TABLE;
  /** Those of the link that serves a catalog entry, and the entry as that link knows it. */
  readonly ofInfo: (info: WSAPROTOCOL_INFOW | null) => {
    readonly procs: WSPPROC_TABLE;
    readonly info: WSAPROTOCOL_INFOW | null;
  };
  /** Those of every link. */
  readonly all: () => readonly WSPPROC_TABLE[];
}

function firstSocket(sets: readonly (fd_set | null)[]): SOCKET {
  for (const set of sets) if (set !== null && set.fd_count > 0) return set.fd_array[0] as SOCKET;
  return 0 as SOCKET;
}

/**
 * Makes the table.
 *
 * @param below - where the calls go
 * @returns a new table, the caller's to change
 */
export function forwardingTable({ ofSocket, ofInfo, all }: Below): WSPPROC_TABLE {
  // Parameters are named one by one: collecting them in an array would be felt in every transfer.
  return {
    lpWSPAccept: (s, a, b, c, d, e) => ofSocket(s).lpWSPAccept(s, a, b, c, d, e),
    lpWSPAddressToString: (address, length, chain, text, textLength, lpErrno) => {
      const { procs, info } = ofInfo(chain);
      return procs.lpWSPAddressToString(address, length, info, text, textLength, lpErrno);
    },
    lpWSPAsyncSelect: (s, a, b, c, d) => ofSocket(s).lpWSPAsyncSelect(s, a, b, c, d),
    lpWSPBind: (s, a, b, c) => ofSocket(s).lpWSPBind(s, a, b, c),
    lpWSPCancelBlockingCall: (lpErrno) => {
      // Nothing says which link the thread waits in; those where it does not refuse.
      const refused = ref(0);
      const statuses = all().map((procs) => procs.lpWSPCancelBlockingCall(refused));
      if (statuses.includes(0)) return 0;
      lpErrno.value = refused.value;
      return statuses[0] ?? 0;
    },
    lpWSPCleanup: (lpErrno) => {
      const statuses = all().map((procs) => procs.lpWSPCleanup(lpErrno));
      return statuses.find((status) => status !== 0) ?? 0;
    },
    lpWSPCloseSocket: (s, a) => ofSocket(s).lpWSPCloseSocket(s, a),
    lpWSPConnect: (s, a, b, c, d, e, f, g) => ofSocket(s).lpWSPConnect(s, a, b, c, d, e, f, g),
    lpWSPDuplicateSocket: (s, a, b, c) => ofSocket(s).lpWSPDuplicateSocket(s, a, b, c),
    lpWSPEnumNetworkEvents: (s, a, b, c) => ofSocket(s).lpWSPEnumNetworkEvents(s, a, b, c),
    lpWSPEventSelect: (s, a, b, c) => ofSocket(s).lpWSPEventSelect(s, a, b, c),
    lpWSPGetOverlappedResult: (s, a, b, c, d, e) => ofSocket(s).lpWSPGetOverlappedResult(s, a, b, c, d, e),
    lpWSPGetPeerName: (s, a, b, c) => ofSocket(s).lpWSPGetPeerName(s, a, b, c),
    lpWSPGetSockName: (s, a, b, c) => ofSocket(s).lpWSPGetSockName(s, a, b, c),
    lpWSPGetSockOpt: (s, a, b, c, d, e) => ofSocket(s).lpWSPGetSockOpt(s, a, b, c, d, e),
    lpWSPGetQOSByName: (s, a, b, c) => ofSocket(s).lpWSPGetQOSByName(s, a, b, c),
    lpWSPIoctl: (s, a, b, c, d, e, f, g, h, i, j) => ofSocket(s).lpWSPIoctl(s, a, b, c, d, e, f, g, h, i, j),
    lpWSPJoinLeaf: (s, a, b, c, d, e, f, g, h) => ofSocket(s).lpWSPJoinLeaf(s, a, b, c, d, e, f, g, h),
    lpWSPListen: (s, a, b) => ofSocket(s).lpWSPListen(s, a, b),
    lpWSPRecv: (s, a, b, c, d, e, f, g, h) => ofSocket(s).lpWSPRecv(s, a, b, c, d, e, f, g, h),
    lpWSPRecvDisconnect: (s, a, b) => ofSocket(s).lpWSPRecvDisconnect(s, a, b),
    lpWSPRecvFrom: (s, a, b, c, d, e, f, g, h, i, j) => ofSocket(s).lpWSPRecvFrom(s, a, b, c, d, e, f, g, h, i, j),
    lpWSPSelect: (nfds, a, b, c, d, e) => ofSocket(firstSocket([a, b, c])).lpWSPSelect(nfds, a, b, c, d, e),
    lpWSPSend: (s, a, b, c, d, e, f, g, h) => ofSocket(s).lpWSPSend(s, a, b, c, d, e, f, g, h),
    lpWSPSendDisconnect: (s, a, b) => ofSocket(s).lpWSPSendDisconnect(s, a, b),
    lpWSPSendTo: (s, a, b, c, d, e, f, g, h, i, j) => ofSocket(s).lpWSPSendTo(s, a, b, c, d, e, f, g, h, i, j),
    lpWSPSetSockOpt: (s, a, b, c, d, e) => ofSocket(s).lpWSPSetSockOpt(s, a, b, c, d, e),
    lpWSPShutdown: (s, a, b) => ofSocket(s).lpWSPShutdown(s, a, b),
    lpWSPSocket: (af, type, protocol, chain, g, flags, lpErrno) => {
      const { procs, info } = ofInfo(chain);
      return procs.lpWSPSocket(af, type, protocol, info, g, flags, lpErrno);
    },
    lpWSPStringToAddress: (text, family, chain, address, length, lpErrno) => {
      const { procs, info } = ofInfo(chain);
      return procs.lpWSPStringToAddress(text, family, info, address, length, lpErrno);
    },
  };
}
