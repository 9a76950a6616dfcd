// The functions of registered I/O that make, resize and close queues and buffers, ask for a notification and take results.
import {
  FALSE,
  RIORESULT,
  RIO_CORRUPT_CQ,
  RIO_INVALID_BUFFERID,
  RIO_INVALID_CQ,
  RIO_INVALID_RQ,
  RIO_MAX_CQ_SIZE,
  TRUE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOBUFS,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAETOOMANYREFS,
  bytesOf,
  type HANDLE,
} from '../../../abi/index.js';
import type { Endpoint } from '../../../afd/index.js';
import type { RioFunctions } from '../../../spi/index.js';
import { fail, type Msafd } from '../provider.js';
import { CompletionQueue } from './completion-queue.js';
import { highHalf, lowHalf } from './context.js';
import { notificationOf } from './notification.js';
import { RegisteredBuffer } from './registered-buffer.js';
import type { RegisteredIo } from './registered-io.js';
import { SocketQueue } from './socket-queue.js';

/** Data buffers of one request: there is no list of them so far, as on every Windows. */
const DATA_BUFFERS = 1;

const NO_CQ = RIO_INVALID_CQ as HANDLE;
const NO_RQ = RIO_INVALID_RQ as HANDLE;
const NO_BUFFER = RIO_INVALID_BUFFERID as HANDLE;

type Names =
  | 'RIORegisterBuffer'
  | 'RIODeregisterBuffer'
  | 'RIOCreateCompletionQueue'
  | 'RIOResizeCompletionQueue'
  | 'RIOCloseCompletionQueue'
  | 'RIOCreateRequestQueue'
  | 'RIOResizeRequestQueue'
  | 'RIONotify'
  | 'RIODequeueCompletion';

/** Why a socket can have no request queue; 0 if it can. */
function unfit(endpoint: Endpoint): number {
  if (endpoint.closed) return WSAEINVAL;
  return endpoint.isRaw || endpoint.family === 'unix' || !endpoint.registeredIo ? WSAEOPNOTSUPP : 0;
}

function isQueueSize(size: number): boolean {
  return size >= 1 && size <= RIO_MAX_CQ_SIZE;
}

/** The functions for a provider. */
export function queueFunctions(provider: Msafd, rio: RegisteredIo): Pick<RioFunctions, Names> {
  const { completionQueues, socketQueues, buffers } = rio;
  return {
    RIORegisterBuffer: (DataBuffer, DataLength, lpErrno) => {
      if (DataBuffer === null) return fail(lpErrno, WSAEFAULT, NO_BUFFER);
      const bytes = bytesOf(DataBuffer);
      const length = DataLength >>> 0;
      if (length === 0) return fail(lpErrno, WSAEINVAL, NO_BUFFER);
      if (length > bytes.length) return fail(lpErrno, WSAEFAULT, NO_BUFFER);
      const id = rio.nextId();
      buffers.set(id, new RegisteredBuffer(bytes.subarray(0, length)));
      return id as HANDLE;
    },

    RIODeregisterBuffer: (BufferId) => {
      const buffer = buffers.get(BufferId);
      if (buffer === undefined) return;
      buffer.registered = false;
      buffers.delete(BufferId);
    },

    RIOCreateCompletionQueue: (QueueSize, NotificationCompletion, lpErrno) => {
      const size = QueueSize >>> 0;
      if (!isQueueSize(size)) return fail(lpErrno, WSAEINVAL, NO_CQ);
      const wish = NotificationCompletion;
      const notification = wish === null ? null : notificationOf(provider.process, wish);
      if (typeof notification === 'number') return fail(lpErrno, notification, NO_CQ);
      const id = rio.nextId();
      completionQueues.set(id, new CompletionQueue(size, notification));
      return id as HANDLE;
    },

    RIOResizeCompletionQueue: (CQ, QueueSize, lpErrno) => {
      const queue = completionQueues.get(CQ);
      const size = QueueSize >>> 0;
      if (queue === undefined || !isQueueSize(size)) return fail(lpErrno, WSAEINVAL, FALSE);
      if (size < queue.reserved) return fail(lpErrno, WSAETOOMANYREFS, FALSE);
      queue.resize(size);
      return TRUE;
    },

    RIOCloseCompletionQueue: (CQ) => {
      completionQueues.get(CQ)?.close();
      completionQueues.delete(CQ);
    },

    RIOCreateRequestQueue: (Socket, receives, receiveBuffers, sends, sendBuffers, ReceiveCQ, SendCQ, context, lpErrno) => {
      const endpoint = provider.endpoint(Socket);
      if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, NO_RQ);
      const wrong = unfit(endpoint);
      if (wrong !== 0) return fail(lpErrno, wrong, NO_RQ);
      const receiveQueue = completionQueues.get(ReceiveCQ);
      const sendQueue = completionQueues.get(SendCQ);
      if (receiveQueue === undefined || sendQueue === undefined) return fail(lpErrno, WSAEINVAL, NO_RQ);
      if (receiveBuffers !== DATA_BUFFERS || sendBuffers !== DATA_BUFFERS) return fail(lpErrno, WSAEINVAL, NO_RQ);
      const mostReceives = receives >>> 0;
      const mostSends = sends >>> 0;
      if (mostReceives === 0 && mostSends === 0) return fail(lpErrno, WSAEINVAL, NO_RQ);
      // One for each socket.
      if (rio.served.has(endpoint)) return fail(lpErrno, WSAEINVAL, NO_RQ);
      const id = rio.nextId();
      const contexts = { contextLow: lowHalf(context), contextHigh: highHalf(context) };
      const made = SocketQueue.open({ endpoint, ...contexts, mostReceives, mostSends, receiveQueue, sendQueue }, () => {
        socketQueues.delete(id);
      });
      if (made === null) return fail(lpErrno, WSAENOBUFS, NO_RQ);
      socketQueues.set(id, made);
      rio.served.add(endpoint);
      return id as HANDLE;
    },

    RIOResizeRequestQueue: (RQ, MaxOutstandingReceive, MaxOutstandingSend, lpErrno) => {
      const error = socketQueues.get(RQ)?.resize(MaxOutstandingReceive >>> 0, MaxOutstandingSend >>> 0) ?? WSAEINVAL;
      return error === 0 ? TRUE : fail(lpErrno, error, FALSE);
    },

    RIONotify: (CQ) => completionQueues.get(CQ)?.notify() ?? WSAEINVAL,

    RIODequeueCompletion: (CQ, Array, ArraySize, lpErrno) => {
      const queue = completionQueues.get(CQ);
      if (queue === undefined) return fail(lpErrno, WSAEINVAL, RIO_CORRUPT_CQ);
      const most = ArraySize >>> 0;
      if (Array === null || Array.length < most) return fail(lpErrno, WSAEFAULT, RIO_CORRUPT_CQ);
      // A program that polls need not wait for the event loop to tell of what is there.
      if (queue.count === 0 && most > 0) queue.sources.poll(most);
      const count = Math.min(most, queue.count);
      for (let i = 0; i < count; i++) {
        if (!(Array[i] instanceof RIORESULT)) return fail(lpErrno, WSAEFAULT, RIO_CORRUPT_CQ);
      }
      return queue.take(Array, count);
    },
  };
}
