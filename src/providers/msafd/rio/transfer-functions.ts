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
import type { RioContext, RioFunctions } from '../../../spi/index.js';
import { fail } from '../provider.js';
import { highHalf, lowHalf } from './context.js';
import { sliceOf, type RegisteredBuffer, type RegisteredBuffers } from './registered-buffer.js';
import type { RegisteredIo } from './registered-io.js';
import type { RequestSide, RioRequest } from './request-side.js';

const SEND_FLAGS = RIO_MSG_DONT_NOTIFY | RIO_MSG_DEFER;
const RECEIVE_FLAGS = SEND_FLAGS | RIO_MSG_WAITALL;
const FLAGS_SIZE = 4;

type Names = 'RIOSend' | 'RIOSendEx' | 'RIOReceive' | 'RIOReceiveEx';

/** What a call names beside the data. */
interface Extras {
  readonly local: RIO_BUF | null;
  readonly remote: RIO_BUF | null;
  readonly control: RIO_BUF | null;
  readonly flags: RIO_BUF | null;
}

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
function noteExtras(buffers: RegisteredBuffers, { ticket }: RioRequest, { local, remote, control, flags }: Extras): number {
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
function commit<R extends RioRequest>(
  side: RequestSide<R>,
  pData: readonly RIO_BUF[] | null,
  count: number,
  extras: Extras | null,
  flags: number,
  context: RioContext,
): number {
  const bare = extras === null || Object.values(extras).every((extra) => extra === null);
  if (flags !== RIO_MSG_COMMIT_ONLY || pData !== null || count !== 0 || !bare || !isNull(context)) return WSAEINVAL;
  side.commit();
  return 0;
}

function buffersNamed(buffers: RegisteredBuffers, pData: readonly RIO_BUF[] | null, extras: Extras | null): RegisteredBuffer[] {
  const named = [pData?.[0] ?? null, ...(extras === null ? [] : (Object.values(extras) as (RIO_BUF | null)[]))];
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
  extras: Extras | null,
  flags: number,
  context: RioContext,
): number {
  if (side.queue.closed) return WSAEINVAL;
  if ((flags & RIO_MSG_COMMIT_ONLY) !== 0) return commit(side, pData, count, extras, flags, context);
  const waitAll = (flags & RIO_MSG_WAITALL) !== 0;
  if ((flags & ~known) !== 0 || (waitAll && isDatagram)) return WSAEINVAL;
  const data = dataOf(buffers, pData, count, isDatagram);
  if (typeof data === 'number') return data;
  if (side.outstanding >= side.most) return WSAENOBUFS;
  const request = side.acquire();
  const wrong = extras === null ? 0 : noteExtras(buffers, request, extras);
  if (wrong !== 0) {
    side.giveBack(request);
    return wrong;
  }
  if (extras === null) request.ticket.forgetExtras();
  request.ticket.loud = (flags & RIO_MSG_DONT_NOTIFY) === 0;
  request.ticket.contextLow = lowHalf(context);
  request.ticket.contextHigh = highHalf(context);
  const defer = (flags & RIO_MSG_DEFER) !== 0;
  request.ticket.buffers = defer ? buffersNamed(buffers, pData, extras) : NO_BUFFERS;
  request.prepare(data, waitAll);
  side.submit(request, defer);
  return 0;
}

const NO_BUFFERS: readonly RegisteredBuffer[] = [];

/** The four functions. */
export function transferFunctions(rio: RegisteredIo): Pick<RioFunctions, Names> {
  const send = (id: number, data: readonly RIO_BUF[] | null, count: number, extras: Extras | null, flags: number, context: RioContext): number => {
    const queue = rio.socketQueues.get(id);
    if (queue === undefined) return WSAEINVAL;
    return submit(rio, queue.sends, queue.endpoint.isDatagram, SEND_FLAGS, data, count, extras, flags, context);
  };
  const receive = (id: number, data: readonly RIO_BUF[] | null, count: number, extras: Extras | null, flags: number, context: RioContext): number => {
    const queue = rio.socketQueues.get(id);
    if (queue === undefined) return WSAEINVAL;
    return submit(rio, queue.receives, queue.endpoint.isDatagram, RECEIVE_FLAGS, data, count, extras, flags, context);
  };
  return {
    RIOSend: (RQ, pData, count, Flags, context, lpErrno) => {
      const error = send(RQ, pData, count, null, Flags, context);
      return error === 0 ? TRUE : fail(lpErrno, error, FALSE);
    },
    RIOSendEx: (RQ, pData, count, local, remote, control, flags, Flags, context, lpErrno) => {
      // Reserved, as documented.
      const error = local === null ? send(RQ, pData, count, { local, remote, control, flags }, Flags, context) : WSAEINVAL;
      return error === 0 ? TRUE : fail(lpErrno, error, FALSE);
    },
    RIOReceive: (RQ, pData, count, Flags, context, lpErrno) => {
      const error = receive(RQ, pData, count, null, Flags, context);
      return error === 0 ? TRUE : fail(lpErrno, error, FALSE);
    },
    RIOReceiveEx: (RQ, pData, count, local, remote, control, flags, Flags, context, lpErrno) => {
      const error = receive(RQ, pData, count, { local, remote, control, flags }, Flags, context);
      return error === 0 ? TRUE : fail(lpErrno, error, FALSE);
    },
  };
}
