// The thread pool functions of Windows that call back when I/O is over. The pool itself is thread-pool.ts's.
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  FALSE,
  STATUS_INVALID_HANDLE,
  STATUS_INVALID_PARAMETER,
  TRUE,
  type HANDLE,
  type OVERLAPPED,
} from '../../abi/index.js';
import { isAssociable, type PacketSink } from '../completion-port.js';
import { currentCell, enterCall } from '../current.js';
import { ThreadPool, TP_IO, type PTP_CALLBACK_INSTANCE, type PTP_WIN32_IO_CALLBACK } from '../thread-pool.js';
import type { BOOL } from './types.js';

export type { PTP_CALLBACK_INSTANCE, PTP_WIN32_IO_CALLBACK, TP_IO };

/** What CreateThreadpoolIo returns. */
export type PTP_IO = TP_IO;

/** The callback of BindIoCompletionCallback. */
export type LPOVERLAPPED_COMPLETION_ROUTINE = (
  dwErrorCode: number,
  dwNumberOfBytesTransfered: number,
  lpOverlapped: OVERLAPPED | null,
) => unknown;

const INSTANCE: PTP_CALLBACK_INSTANCE = Object.freeze({});

/** Ties the file behind a handle to a sink; 0, or why not. */
function tie(file: HANDLE, sink: PacketSink): number {
  const object = currentCell().thread.process.handles.get(file);
  if (object === null || !isAssociable(object)) return ERROR_INVALID_HANDLE;
  return object.completion.associate(sink, 0) ? 0 : ERROR_INVALID_PARAMETER;
}

/**
 * Ties a socket to the process's thread pool: a pool thread calls a function for each overlapped operation on it that
 * ends, except those that fail within their call. The socket stays tied until it is closed. Never blocks.
 * @param FileHandle the socket.
 * @param Function called with the Win32 error or 0, the count and the OVERLAPPED; a promise it returns keeps its thread.
 * @param Flags 0.
 * @returns TRUE, or FALSE with the last error, which is an NTSTATUS here as documented:
 *   STATUS_INVALID_PARAMETER: Flags is not 0, there is no function, or the socket is tied to a port or pool already;
 *   STATUS_INVALID_HANDLE: it is no handle to a socket.
 * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-bindiocompletioncallback
 */
export function BindIoCompletionCallback(
  FileHandle: HANDLE,
  Function: LPOVERLAPPED_COMPLETION_ROUTINE | null,
  Flags: number,
): number {
  const cell = currentCell();
  if (Flags !== 0 || Function === null) return cell.fail(STATUS_INVALID_PARAMETER, FALSE);
  const pool = ThreadPool.of(cell.thread.process);
  const error = tie(FileHandle, {
    post: ({ error: code, bytes, overlapped }) => {
      pool.run(() => Function(code, bytes, overlapped));
    },
  });
  if (error === 0) return TRUE;
  return cell.fail(error === ERROR_INVALID_HANDLE ? STATUS_INVALID_HANDLE : STATUS_INVALID_PARAMETER, FALSE);
}

/**
 * Makes an I/O completion object for a socket: a pool thread calls its callback for each overlapped operation that was
 * announced by StartThreadpoolIo. The socket stays tied until it is closed. Never blocks.
 * @param fl the socket.
 * @param pfnio the callback; a promise it returns keeps its thread.
 * @param pv handed to it as its context.
 * @param _pcbe NULL: there is one pool per process and no environment to choose another.
 * @returns the object, or NULL with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a socket;
 *   ERROR_INVALID_PARAMETER: the socket is tied to a port or pool already, or there is no callback.
 * @see https://learn.microsoft.com/windows/win32/api/threadpoolapiset/nf-threadpoolapiset-createthreadpoolio
 */
export function CreateThreadpoolIo<P>(
  fl: HANDLE,
  pfnio: PTP_WIN32_IO_CALLBACK<P> | null,
  pv: P,
  _pcbe: null,
): PTP_IO | null {
  const cell = currentCell();
  if (pfnio === null) return cell.fail(ERROR_INVALID_PARAMETER, null);
  const io = new TP_IO(cell.thread.process, ({ overlapped, error: code, bytes }, own) =>
    pfnio(INSTANCE, pv, overlapped, code, bytes, own),
  );
  const error = tie(fl, io);
  return error === 0 ? io : cell.fail(error, null);
}

/**
 * Announces one overlapped operation, whose end will be called back; one that was not announced is not. Never blocks.
 * @param pio the I/O completion object.
 * @see https://learn.microsoft.com/windows/win32/api/threadpoolapiset/nf-threadpoolapiset-startthreadpoolio
 */
export function StartThreadpoolIo(pio: PTP_IO): void {
  pio.announce();
}

/**
 * Takes back one StartThreadpoolIo: the operation failed within its call, or succeeded there on a socket with
 * FILE_SKIP_COMPLETION_PORT_ON_SUCCESS. Never blocks.
 * @param pio the I/O completion object.
 * @see https://learn.microsoft.com/windows/win32/api/threadpoolapiset/nf-threadpoolapiset-cancelthreadpoolio
 */
export function CancelThreadpoolIo(pio: PTP_IO): void {
  pio.takeBack();
}

/**
 * Waits until no callback of the object is running or still to come. Blocks.
 * @param pio the I/O completion object.
 * @param fCancelPendingCallbacks TRUE: callbacks that have not begun never will, those of operations still under way
 *   included; the operations go on.
 * @see https://learn.microsoft.com/windows/win32/api/threadpoolapiset/nf-threadpoolapiset-waitforthreadpooliocallbacks
 */
export async function WaitForThreadpoolIoCallbacks(pio: PTP_IO, fCancelPendingCallbacks: BOOL): Promise<void> {
  enterCall();
  await pio.finished(Boolean(fCancelPendingCallbacks));
}

/**
 * Gives the object up: operations that end from now on are not called back, callbacks that are queued or running are
 * finished. Never blocks.
 * @param pio the I/O completion object.
 * @see https://learn.microsoft.com/windows/win32/api/threadpoolapiset/nf-threadpoolapiset-closethreadpoolio
 */
export function CloseThreadpoolIo(pio: PTP_IO): void {
  pio.close();
}
