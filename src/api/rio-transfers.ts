// Registered I/O: sends and receives. Queues and results are in rio-queues.ts.
import { FALSE, type HANDLE, type RIO_BUF } from '../abi/index.js';
import type { RioContext, RioFunctions } from '../ws2_32/index.js';
import { currentCell } from '../win32/index.js';
import { immediate } from './define.js';
import { areTransfer, crashed, directTable, finish, isSlice, lpErrno, rioCall } from './rio-call.js';

const FAILED: number = FALSE;

/** RIOSend or RIOReceive. */
type Transfer = (
  SocketQueue: HANDLE,
  pData: readonly RIO_BUF[] | null,
  DataBufferCount: number,
  Flags: number,
  RequestContext: RioContext,
) => number;

/** RIOSendEx or RIOReceiveEx. */
type TransferEx = (
  SocketQueue: HANDLE,
  pData: readonly RIO_BUF[] | null,
  DataBufferCount: number,
  pLocalAddress: RIO_BUF | null,
  pRemoteAddress: RIO_BUF | null,
  pControlContext: RIO_BUF | null,
  pFlags: RIO_BUF | null,
  Flags: number,
  RequestContext: RioContext,
) => number;

/** A function that goes straight to `entry` while it can, and else as every other function. */
function transfer(name: 'RIOSend' | 'RIOReceive', entry: (rio: RioFunctions) => RioFunctions['RIOSend']): Transfer {
  const checked = immediate(name, (cell, ...[queue, data, count, flags, context]: Parameters<Transfer>): number =>
    rioCall(cell, FAILED, true, (rio, errno) => entry(rio)(queue, data, count, flags, context, errno)),
  );
  return (queue, data, count, flags, context) => {
    const cell = currentCell();
    const rio = directTable(cell);
    if (rio === null || !areTransfer(queue, data, count, flags, context)) return checked(queue, data, count, flags, context);
    lpErrno.value = 0;
    try {
      return finish(cell, entry(rio)(queue, data, count, flags, context, lpErrno), FAILED);
    } catch (error) {
      return crashed(cell, error, FAILED);
    }
  };
}

/** As `transfer`. */
function transferEx(name: 'RIOSendEx' | 'RIOReceiveEx', entry: (rio: RioFunctions) => RioFunctions['RIOSendEx']): TransferEx {
  const checked = immediate(name, (cell, ...args: Parameters<TransferEx>): number =>
    rioCall(cell, FAILED, true, (rio, errno) => entry(rio)(...args, errno)),
  );
  return (queue, data, count, local, remote, control, flagsAt, flags, context) => {
    const cell = currentCell();
    const rio = directTable(cell);
    const slices = isSlice(local) && isSlice(remote) && isSlice(control) && isSlice(flagsAt);
    if (rio === null || !slices || !areTransfer(queue, data, count, flags, context)) {
      return checked(queue, data, count, local, remote, control, flagsAt, flags, context);
    }
    lpErrno.value = 0;
    try {
      const result = entry(rio)(queue, data, count, local, remote, control, flagsAt, flags, context, lpErrno);
      return finish(cell, result, FAILED);
    } catch (error) {
      return crashed(cell, error, FAILED);
    }
  };
}

/**
 * Sends from a registered buffer. Does not block: what becomes of it is a result in the completion queue, also what
 * `send` would refuse at once.
 *
 * @param SocketQueue - the request queue of a connected socket
 * @param pData - one slice of a registered buffer, to be left alone until the result; null for an empty datagram
 * @param DataBufferCount - 1, or 0 with null
 * @param Flags - RIO_MSG_DONT_NOTIFY, and RIO_MSG_DEFER to wait for a call without it; or RIO_MSG_COMMIT_ONLY alone, with nothing
 *   else, to start what waits
 * @param RequestContext - comes back with the result
 * @returns TRUE when there is or will be a result, or FALSE. Errors: WSAEINVAL (no queue, its completion queue is closed,
 *   flags, counts, a slice beyond the buffer), WSAEFAULT (a buffer that is not registered), WSAENOBUFS (as many sends as the
 *   queue takes wait for their results to be taken)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riosend
 */
export const RIOSend = transfer('RIOSend', (rio) => rio.RIOSend);

/**
 * As RIOSend, to an address and with control information. The slices belong to the send until its result.
 *
 * @param SocketQueue - the request queue
 * @param pData - one slice of a registered buffer; null for an empty datagram
 * @param DataBufferCount - 1, or 0 with null
 * @param pLocalAddress - null
 * @param pRemoteAddress - a slice with a SOCKADDR_INET; null for the peer of a connected socket. A stream ignores it
 * @param pControlContext - a slice with a RIO_CMSG_BUFFER and its messages, as WSASendMsg takes them; or null
 * @param pFlags - a slice of four bytes that gets 0 with a good result; or null
 * @param Flags - as for RIOSend
 * @param RequestContext - comes back with the result
 * @returns TRUE when there is or will be a result, or FALSE. Errors: those of RIOSend, also for a slice that is too short
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riosendex
 */
export const RIOSendEx = transferEx('RIOSendEx', (rio) => rio.RIOSendEx);

/**
 * Receives into a registered buffer. Does not block: what came, or what `recv` would refuse at once, is a result in the
 * completion queue.
 *
 * @param SocketQueue - the request queue of a connected stream or bound datagram socket
 * @param pData - one slice of a registered buffer, to be left alone until the result; null for a datagram whose data is not
 *   wanted
 * @param DataBufferCount - 1, or 0 with null
 * @param Flags - RIO_MSG_DONT_NOTIFY; on a stream RIO_MSG_WAITALL to have the slice filled; RIO_MSG_DEFER to wait for a call
 *   without it; or RIO_MSG_COMMIT_ONLY alone, with nothing else, to start what waits
 * @param RequestContext - comes back with the result
 * @returns TRUE when there is or will be a result, or FALSE. Errors: WSAEINVAL (no queue, its completion queue is closed,
 *   flags, counts, a slice beyond the buffer), WSAEFAULT (a buffer that is not registered), WSAENOBUFS (as many receives as
 *   the queue takes wait for their results to be taken)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioreceive
 */
export const RIOReceive = transfer('RIOReceive', (rio) => rio.RIOReceive);

/**
 * As RIOReceive, with addresses, control information and flags, each in a slice of a registered buffer that belongs to the
 * receive until its result, or null.
 *
 * @param SocketQueue - the request queue
 * @param pData - one slice of a registered buffer; null for a datagram whose data is not wanted
 * @param DataBufferCount - 1, or 0 with null
 * @param pLocalAddress - a slice for a SOCKADDR_INET: where the datagram was sent to; the socket's own address where the
 *   transport does not know that
 * @param pRemoteAddress - a slice for a SOCKADDR_INET: the sender
 * @param pControlContext - a slice for a RIO_CMSG_BUFFER: what options such as IP_PKTINFO ask for
 * @param pFlags - a slice of four bytes for MSG_TRUNC, MSG_CTRUNC, MSG_BCAST and MSG_MCAST
 * @param Flags - as for RIOReceive
 * @param RequestContext - comes back with the result
 * @returns TRUE when there is or will be a result, or FALSE. Errors: those of RIOReceive, also for a slice that is too short
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioreceiveex
 */
export const RIOReceiveEx = transferEx('RIOReceiveEx', (rio) => rio.RIOReceiveEx);
