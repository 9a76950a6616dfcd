// RIOSend, RIOSendEx, RIOReceive and RIOReceiveEx: what a call asks for, checked, becomes a request on its way. What the
// socket makes of it is the result's business, not the call's.
import {
  FALSE,
  RIO_CMSG_BASE_SIZE,
  RIO_MSG_COMMIT_ONLY,
  RIO_MSG_DEFER,
  RIO_MSG_DONT_NOTIFY,
  RIO_MSG_WAITALL,
  SOCKADDR_INET,
  TRUE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOBUFS,
  type RIO_BUF,
} from '../../../abi/index.js';
import type { RioContext, RioFunctions, RioTransferEx } from '../../../spi/index.js';
import { fail } from '../provider.js';
import { highHalf, lowHalf } from './context.js';
import { sliceOf, type RegisteredBuffer, type RegisteredBuffers } from './registered-buffer.js';
import type { RegisteredIo } from './registered-io.js';
import type { RequestSide, RioRequest } from './request-side.js';
import type { Ticket } from './requests.js';

const SEND_FLAGS = RIO_MSG_DONT_NOTIFY | RIO_MSG_DEFER;
const RECEIVE_FLAGS = SEND_FLAGS | RIO_MSG_WAITALL;
const FLAGS_SIZE = 4;

type Names = 'RIOSend' | 'RIOSendEx' | 'RIOReceive' | 'RIOReceiveEx';

/** A slice, null for none, or the error. */
function optionalSlice(buffers: RegisteredBuffers, wish: RIO_BUF | null, least: number): Uint8Array | null | number {
  return wish === null ? null : sliceOf(buffers, wish, least);
}

/** Where the data of a call is, null for a datagram's call without any, or the error. */
function dataOf(
  buffers: RegisteredBuffers,
  pData: readonly RIO_BUF[] | null,
  count: number,
  isDatagram: boolean,
): Uint8Array | null | number {
  if (pData === null) return count === 0 && isDatagram ? null : WSAEINVAL;
  if (count !== 1) return WSAEINVAL;
  const data = pData[0];
  return data === undefined ? WSAEFAULT : sliceOf(buffers, data);
}

/** Notes in the request what the call names beside the data; returns 0 or the error. */
function noteExtras(
  buffers: RegisteredBuffers,
  ticket: Ticket,
  local: RIO_BUF | null,
  remote: RIO_BUF | null,
  control: RIO_BUF | null,
  flags: RIO_BUF | null,
): number {
  const localAddress = optionalSlice(buffers, local, SOCKADDR_INET.size);
  if (typeof localAddress === 'number') return localAddress;
  const remoteAddress = optionalSlice(buffers, remote, SOCKADDR_INET.size);
  if (typeof remoteAddress === 'number') return remoteAddress;
  const controlBuffer = optionalSlice(buffers, control, RIO_CMSG_BASE_SIZE);
  if (typeof controlBuffer === 'number') return controlBuffer;
  const flagsBuffer = optionalSlice(buffers, flags, FLAGS_SIZE);
  if (typeof flagsBuffer === 'number') return flagsBuffer;
  ticket.localAddress = localAddress;
  ticket.remoteAddress = remoteAddress;
  ticket.control = controlBuffer;
  ticket.flags = flagsBuffer;
  return 0;
}

const isNull = (context: RioContext): boolean => context === null || Number(context) === 0;

/** Starts what is held back, if the call says that and nothing else; returns 0 or the error. */
function commit<R extends RioRequest>(side: RequestSide<R>, count: number, flags: number, context: RioContext, bare: boolean): number {
  if (flags !== RIO_MSG_COMMIT_ONLY || count !== 0 || !bare || !isNull(context)) return WSAEINVAL;
  side.commit();
  return 0;
}

const NO_BUFFERS: readonly RegisteredBuffer[] = [];

function buffersNamed(buffers: RegisteredBuffers, named: readonly (RIO_BUF | null)[]): RegisteredBuffer[] {
  return named.flatMap((one) => (one === null ? [] : (buffers.get(one.BufferId) ?? [])));
}

/** One request, from the call to its start; returns 0 or the error. */
function submit<R extends RioRequest>(
  { buffers }: RegisteredIo,
  side: RequestSide<R>,
  isDatagram: boolean,
  known: number,
  pData: readonly RIO_BUF[] | null,
  count: number,
  local: RIO_BUF | null,
  remote: RIO_BUF | null,
  control: RIO_BUF | null,
  flagsAt: RIO_BUF | null,
  flags: number,
  context: RioContext,
): number {
  if (side.queue.closed) return WSAEINVAL;
  const plain = local === null && remote === null && control === null && flagsAt === null;
  if ((flags & RIO_MSG_COMMIT_ONLY) !== 0) return commit(side, count, flags, context, plain && pData === null);
  const waitAll = (flags & RIO_MSG_WAITALL) !== 0;
  if ((flags & ~known) !== 0 || (waitAll && isDatagram)) return WSAEINVAL;
  const data = dataOf(buffers, pData, count, isDatagram);
  if (typeof data === 'number') return data;
  if (side.outstanding >= side.most) return WSAENOBUFS;
  const request = side.acquire();
  const { ticket } = request;
  const wrong = plain ? 0 : noteExtras(buffers, ticket, local, remote, control, flagsAt);
  if (wrong !== 0) {
    side.giveBack(request);
    return wrong;
  }
  if (plain) ticket.forgetExtras();
  ticket.loud = (flags & RIO_MSG_DONT_NOTIFY) === 0;
  ticket.contextLow = lowHalf(context);
  ticket.contextHigh = highHalf(context);
  const defer = (flags & RIO_MSG_DEFER) !== 0;
  ticket.buffers = defer ? buffersNamed(buffers, [pData?.[0] ?? null, local, remote, control, flagsAt]) : NO_BUFFERS;
  request.prepare(data, waitAll);
  side.submit(request, defer);
  return 0;
}

/** The four functions. */
export function transferFunctions(rio: RegisteredIo): Pick<RioFunctions, Names> {
  const { socketQueues } = rio;
  const sendEx: RioTransferEx = (RQ, pData, count, local, remote, control, flags, Flags, context, lpErrno) => {
    const queue = socketQueues.get(RQ);
    // The local address is reserved, as documented.
    const error =
      queue === undefined || local !== null
        ? WSAEINVAL
        : submit(rio, queue.sends, queue.isDatagram, SEND_FLAGS, pData, count, local, remote, control, flags, Flags, context);
    return error === 0 ? TRUE : fail(lpErrno, error, FALSE);
  };
  const receiveEx: RioTransferEx = (RQ, pData, count, local, remote, control, flags, Flags, context, lpErrno) => {
    const queue = socketQueues.get(RQ);
    const error =
      queue === undefined
        ? WSAEINVAL
        : submit(rio, queue.receives, queue.isDatagram, RECEIVE_FLAGS, pData, count, local, remote, control, flags, Flags, context);
    return error === 0 ? TRUE : fail(lpErrno, error, FALSE);
  };
  return {
    RIOSend: (RQ, pData, count, Flags, context, lpErrno) =>
      sendEx(RQ, pData, count, null, null, null, null, Flags, context, lpErrno),
    RIOSendEx: sendEx,
    RIOReceive: (RQ, pData, count, Flags, context, lpErrno) =>
      receiveEx(RQ, pData, count, null, null, null, null, Flags, context, lpErrno),
    RIOReceiveEx: receiveEx,
  };
}
