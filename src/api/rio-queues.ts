// Registered I/O: buffers, completion queues, request queues, notifications and results. Sends and receives are in
// rio-transfers.ts. All of it is the provider's; these are its functions by name, for programs that do not want to go by
// the table of SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER. The queues and buffers belong to the process.
import {
  FALSE,
  RIO_CORRUPT_CQ,
  RIO_INVALID_BUFFERID,
  RIO_INVALID_CQ,
  RIO_INVALID_RQ,
  WSAEINVAL,
  type HANDLE,
  type Memory,
  type RIORESULT,
  type RIO_NOTIFICATION_COMPLETION,
} from '../abi/index.js';
import { isCount, rioFunctionsOf, type RioContext } from '../ws2_32/index.js';
import { currentCell } from '../win32/index.js';
import { immediate, onSocket } from './define.js';
import { crashed, directTable, finish, lpErrno, rioCall, rioTell } from './rio-call.js';

const NO_BUFFER = RIO_INVALID_BUFFERID as HANDLE;
const NO_CQ = RIO_INVALID_CQ as HANDLE;
const NO_RQ = RIO_INVALID_RQ as HANDLE;

const { isArray } = Array;

/** An answer of RIODequeueCompletion; NaN stands for every one that cannot be. */
function dequeued(count: number, ArraySize: number): number {
  return count === RIO_CORRUPT_CQ || isCount(count, ArraySize >>> 0) ? count : NaN;
}

const dequeueChecked = immediate(
  'RIODequeueCompletion',
  (cell, CQ: HANDLE, results: readonly RIORESULT[] | null, ArraySize: number): number =>
    rioCall(cell, RIO_CORRUPT_CQ as number, true, (rio, errno) =>
      dequeued(rio.RIODequeueCompletion(CQ, results, ArraySize, errno), ArraySize),
    ),
);

/**
 * Registers a buffer for registered I/O. Does not block.
 *
 * @param DataBuffer - the memory, which must stay as it is until it is deregistered
 * @param DataLength - how many of its bytes to register, 1 or more
 * @returns the buffer's identifier, or RIO_INVALID_BUFFERID. Errors: WSANOTINITIALISED, WSAEFAULT (null, or fewer bytes
 *   than said), WSAEINVAL (no bytes), WSAEOPNOTSUPP (the provider of UDP sockets has no registered I/O)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioregisterbuffer
 */
export const RIORegisterBuffer = immediate(
  'RIORegisterBuffer',
  (cell, DataBuffer: Memory | null, DataLength: number): HANDLE =>
    rioCall(cell, NO_BUFFER, false, (rio, lpErrno) => rio.RIORegisterBuffer(DataBuffer, DataLength, lpErrno)),
);

/**
 * Ends the registration of a buffer. Requests that are under way go on in its memory; those held back with RIO_MSG_DEFER
 * fail. Does not block.
 *
 * @param BufferId - the buffer; any other number is ignored
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioderegisterbuffer
 */
export const RIODeregisterBuffer = immediate('RIODeregisterBuffer', (cell, BufferId: HANDLE): void => {
  rioTell(cell, (rio): unknown => rio.RIODeregisterBuffer(BufferId));
});

/**
 * Makes a completion queue. Does not block.
 *
 * @param QueueSize - how many results fit, 1 to RIO_MAX_CQ_SIZE; memory is taken as they come
 * @param NotificationCompletion - how RIONotify tells: by an event (`Event`) or by a packet at a completion port (`Iocp`, whose
 *   CompletionKey is a number and whose Overlapped is not null); null for a queue that is only asked
 * @returns the queue, or RIO_INVALID_CQ. Errors: WSANOTINITIALISED, WSAEINVAL (the size, an unknown type, a handle that is no
 *   event or port), WSAEFAULT (a port without an OVERLAPPED), WSAEOPNOTSUPP
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riocreatecompletionqueue
 */
export const RIOCreateCompletionQueue = immediate(
  'RIOCreateCompletionQueue',
  (cell, QueueSize: number, NotificationCompletion: RIO_NOTIFICATION_COMPLETION | null): HANDLE =>
    rioCall(cell, NO_CQ, false, (rio, lpErrno) => rio.RIOCreateCompletionQueue(QueueSize, NotificationCompletion, lpErrno)),
);

/**
 * Changes the size of a completion queue. Results that wait stay. Does not block.
 *
 * @param CQ - the queue
 * @param QueueSize - how many results are to fit, 1 to RIO_MAX_CQ_SIZE
 * @returns TRUE, or FALSE. Errors: WSAEINVAL (no queue, or the size), WSAETOOMANYREFS (its request queues need more)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioresizecompletionqueue
 */
export const RIOResizeCompletionQueue = immediate(
  'RIOResizeCompletionQueue',
  (cell, CQ: HANDLE, QueueSize: number): number =>
    rioCall(cell, FALSE as number, true, (rio, lpErrno) => rio.RIOResizeCompletionQueue(CQ, QueueSize, lpErrno)),
);

/**
 * Closes a completion queue. Results that wait are gone, later ones are dropped, and request queues that report to it take
 * no more requests in that direction. Does not block.
 *
 * @param CQ - the queue; any other number is ignored
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioclosecompletionqueue
 */
export const RIOCloseCompletionQueue = immediate('RIOCloseCompletionQueue', (cell, CQ: HANDLE): void => {
  rioTell(cell, (rio): unknown => rio.RIOCloseCompletionQueue(CQ));
});

/**
 * Makes the request queue of a socket, which ends with the socket. Does not block.
 *
 * @param Socket - a TCP or UDP socket made with WSA_FLAG_REGISTERED_IO, or accepted on a listener that was
 * @param MaxOutstandingReceive - how many receives there may be whose results have not been taken
 * @param MaxReceiveDataBuffers - 1
 * @param MaxOutstandingSend - how many sends there may be
 * @param MaxSendDataBuffers - 1
 * @param ReceiveCQ - where receives report
 * @param SendCQ - where sends report; may be the same
 * @param SocketContext - comes back with every result
 * @returns the queue, or RIO_INVALID_RQ. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEOPNOTSUPP (a socket of another type, or
 *   made without the flag), WSAEINVAL (no completion queue, more than one data buffer, no requests at all, or the socket has
 *   a queue), WSAENOBUFS (a completion queue has no room for so many results)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riocreaterequestqueue
 */
export const RIOCreateRequestQueue = immediate(
  'RIOCreateRequestQueue',
  onSocket(
    NO_RQ,
    (
      call,
      Socket,
      MaxOutstandingReceive: number,
      MaxReceiveDataBuffers: number,
      MaxOutstandingSend: number,
      MaxSendDataBuffers: number,
      ReceiveCQ: HANDLE,
      SendCQ: HANDLE,
      SocketContext: RioContext,
    ): HANDLE => {
      const rio = rioFunctionsOf(call, Socket);
      if (rio === null) return NO_RQ;
      const made = rio.RIOCreateRequestQueue(
        Socket,
        MaxOutstandingReceive,
        MaxReceiveDataBuffers,
        MaxOutstandingSend,
        MaxSendDataBuffers,
        ReceiveCQ,
        SendCQ,
        SocketContext,
        call.lpErrno,
      );
      return call.finish(made, NO_RQ) as HANDLE;
    },
  ),
);

/**
 * Changes how many requests a request queue takes. Does not block.
 *
 * @param RQ - the request queue
 * @param MaxOutstandingReceive - how many receives there may be
 * @param MaxOutstandingSend - how many sends there may be
 * @returns TRUE, or FALSE. Errors: WSAEINVAL (no queue, or no requests at all), WSAETOOMANYREFS (there are more requests
 *   already), WSAENOBUFS (a completion queue has no room for so many results)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioresizerequestqueue
 */
export const RIOResizeRequestQueue = immediate(
  'RIOResizeRequestQueue',
  (cell, RQ: HANDLE, MaxOutstandingReceive: number, MaxOutstandingSend: number): number =>
    rioCall(cell, FALSE as number, true, (rio, lpErrno) =>
      rio.RIOResizeRequestQueue(RQ, MaxOutstandingReceive, MaxOutstandingSend, lpErrno),
    ),
);

/**
 * Asks to be told, once, when a completion queue has a result of a request without RIO_MSG_DONT_NOTIFY: at once if it has
 * one already. Does not block; an event with NotifyReset is reset first.
 *
 * @param CQ - the queue
 * @returns 0 or the error: WSAEINVAL (no queue, or made without a notification), WSAEALREADY (asked, and not told yet)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rionotify
 */
export const RIONotify = immediate('RIONotify', (cell, CQ: HANDLE): number =>
  rioCall(cell, WSAEINVAL as number, true, (rio, lpErrno) => {
    const error = rio.RIONotify(CQ);
    lpErrno.value = error;
    return error;
  }),
);

/**
 * Takes results out of a completion queue, the oldest first. Each gives its request's place back. Does not block.
 *
 * @param CQ - the queue
 * @param Array - at least `ArraySize` structures. Status is 0 or a Winsock error: WSA_OPERATION_ABORTED for a socket that was
 *   closed, WSAEMSGSIZE for a datagram that did not fit, and what send and recv fail with
 * @param ArraySize - how many results to take at most
 * @returns how many were taken, 0 for none, or RIO_CORRUPT_CQ with nothing taken. Errors: WSAEINVAL (no queue), WSAEFAULT
 *   (null, or fewer structures than said)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riodequeuecompletion
 */
export const RIODequeueCompletion = (CQ: HANDLE, Array: readonly RIORESULT[] | null, ArraySize: number): number => {
  const cell = currentCell();
  const rio = directTable(cell);
  const fits = typeof CQ === 'number' && typeof ArraySize === 'number' && isArray(Array);
  if (rio === null || !fits) return dequeueChecked(CQ, Array, ArraySize);
  lpErrno.value = 0;
  try {
    const count = rio.RIODequeueCompletion(CQ, Array, ArraySize, lpErrno);
    return finish(cell, dequeued(count, ArraySize), RIO_CORRUPT_CQ as number);
  } catch (error) {
    return crashed(cell, error, RIO_CORRUPT_CQ as number);
  }
};
