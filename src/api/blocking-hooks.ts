// WSASetBlockingHook, WSAUnhookBlockingHook, WSAIsBlocking, WSACancelBlockingCall: what a Winsock 1.1 program does about calls
// that block. They are refused in processes where nobody has negotiated 1.x.
import {
  FALSE,
  SOCKET_ERROR,
  TRUE,
  WSAEFAULT,
  WSAEOPNOTSUPP,
} from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { defaultBlockingHook, type BlockingHook, type ThreadCalls, type WinsockProcess } from '../ws2_32/index.js';
import { immediate, started } from './define.js';

/** A blocking hook. */
export type FARPROC = BlockingHook;

/** The body of such a function: it gets the calling thread's state. */
function for11<A extends unknown[], R>(
  failure: R,
  body: (cell: LastErrorCell, calls: ThreadCalls, process: WinsockProcess, ...args: A) => R,
): (cell: LastErrorCell, ...args: A) => R {
  return started(failure, (cell, process, ...args: A) => {
    const { blockingCalls } = process;
    if (blockingCalls === null) return cell.fail(WSAEOPNOTSUPP, failure);
    return body(cell, blockingCalls.of(cell.thread), process, ...args);
  });
}

/**
 * Sets the function that is called while a call of this thread blocks: on the next turn of the event loop, then every 10
 * milliseconds, and again at once as long as it returns true. From it only WSACancelBlockingCall and WSAIsBlocking may be
 * called. Does not block.
 *
 * @param lpBlockFunc - the hook; a promise it returns holds up its next call. Without a hook nothing is called, as on every
 *   Windows that schedules threads: other flows of the event loop run anyway
 * @returns the hook before, to be set again later: at first one that hands out a message and returns TRUE if there was
 *   one; setting that is WSAUnhookBlockingHook. Null on failure. Errors: WSANOTINITIALISED, WSAEOPNOTSUPP (nobody in the
 *   process has negotiated 1.x), WSAEFAULT (null), WSAEINPROGRESS (a call blocks)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetblockinghook
 */
export const WSASetBlockingHook = immediate(
  'WSASetBlockingHook',
  for11(null, (cell, calls, _process, lpBlockFunc: FARPROC | null): FARPROC | null => {
    if (lpBlockFunc === null) return cell.fail(WSAEFAULT, null);
    const before = calls.hook ?? defaultBlockingHook;
    calls.hook = lpBlockFunc === defaultBlockingHook ? null : lpBlockFunc;
    return cell.fail(0, before);
  }),
);

/**
 * Takes the thread's hook away, whichever was set before it. Does not block.
 *
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEOPNOTSUPP (nobody in the process has negotiated 1.x),
 *   WSAEINPROGRESS (a call blocks)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaunhookblockinghook
 */
export const WSAUnhookBlockingHook = immediate(
  'WSAUnhookBlockingHook',
  for11(SOCKET_ERROR, (cell, calls): number => {
    calls.hook = null;
    return cell.fail(0, 0);
  }),
);

/**
 * Tells whether a call of this thread blocks. Does not block.
 *
 * @returns TRUE or FALSE; FALSE also on failure. Errors: WSANOTINITIALISED, WSAEOPNOTSUPP (nobody in the process has
 *   negotiated 1.x)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaisblocking
 */
export const WSAIsBlocking = immediate(
  'WSAIsBlocking',
  for11(FALSE as number, (cell, calls): number => cell.fail(0, calls.waiting > 0 ? TRUE : FALSE)),
);

/**
 * Cancels what blocks on this thread: the call ends with WSAEINTR, unless it is done before. accept and select leave their
 * sockets as they were, and so does a receive: what it has taken is there for the next one. A connect is given up. A send
 * leaves the stream in pieces: the connection is reset, and everything but closesocket fails with WSAECONNABORTED. Does not
 * block.
 *
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEOPNOTSUPP (nobody in the process has negotiated 1.x),
 *   WSAEINVAL (nothing blocks)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacancelblockingcall
 */
export const WSACancelBlockingCall = immediate(
  'WSACancelBlockingCall',
  for11(SOCKET_ERROR, (cell, calls, process): number => {
    const error = calls.cancel(process.providers.values());
    // The call that it ended has set its error by now, maybe in this very cell.
    return error === 0 ? 0 : cell.fail(error, SOCKET_ERROR);
  }),
);
