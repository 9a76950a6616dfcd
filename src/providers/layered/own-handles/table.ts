// The 30 entries of a passthrough layer with socket handles of its own: what such layers start from.
import type { WSAPROTOCOL_INFOW } from '../../../abi/index.js';
import type { WSPPROC_TABLE } from '../../../spi/index.js';
import { forwardingTable, type Below } from '../forwarding-table.js';
import { accept, joinLeaf } from './entries/connection.js';
import { ioctl } from './entries/ioctl.js';
import { getSockOpt, setSockOpt } from './entries/options.js';
import { plainEntries } from './entries/plain.js';
import { select } from './entries/select.js';
import { cleanup, closeSocket, duplicateSocket, socket } from './entries/sockets.js';
import { recv, recvFrom, send, sendTo } from './entries/transfer.js';
import type { OwnHandles } from './layer.js';
import { getOverlappedResult } from './overlapped.js';

/**
 * Makes the table of a passthrough layer with handles of its own.
 *
 * @param layer - the layer
 * @param ended - called at WSPCleanup, before the links below are told
 * @returns a new table, the caller's to change
 */
export function ownHandleTable(layer: OwnHandles, ended: () => void): WSPPROC_TABLE {
  const { links } = layer;
  const ofInfo = (info: WSAPROTOCOL_INFOW | null): ReturnType<Below['ofInfo']> => {
    const { link } = (info === null ? null : links.of(info)) ?? links.first;
    return { procs: link.procs, info: info === null ? null : link.info };
  };
  // For the entries that name no socket: nothing of the layer's is in their parameters.
  const down = forwardingTable({
    ofSocket: () => links.first.link.procs,
    ofInfo,
    all: () => links.started.map(({ procs }) => procs),
  });
  return {
    ...down,
    ...plainEntries(layer),
    lpWSPAccept: accept(layer),
    lpWSPCleanup: cleanup(layer, down.lpWSPCleanup, ended),
    lpWSPCloseSocket: closeSocket(layer),
    lpWSPDuplicateSocket: duplicateSocket(layer),
    lpWSPGetOverlappedResult: (s, overlapped, count, wait, flags, lpErrno) =>
      getOverlappedResult(layer, s, overlapped, count, wait, flags, lpErrno),
    lpWSPGetSockOpt: getSockOpt(layer),
    lpWSPIoctl: ioctl(layer),
    lpWSPJoinLeaf: joinLeaf(layer),
    lpWSPRecv: recv(layer),
    lpWSPRecvFrom: recvFrom(layer),
    lpWSPSelect: select(layer),
    lpWSPSend: send(layer),
    lpWSPSendTo: sendTo(layer),
    lpWSPSetSockOpt: setSockOpt(layer),
    lpWSPSocket: socket(layer),
  };
}
