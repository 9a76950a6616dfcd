// The thread functions of Windows. A thread here is a flow of calls with a last error, APCs and a handle of its own;
// all threads take turns in one event loop.
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_NOACCESS,
  FALSE,
  NULL_HANDLE,
  TRUE,
  type HANDLE,
  type Ref,
} from '../../abi/index.js';
import { queueApc } from '../apc.js';
import { CREATE_SUSPENDED, CURRENT_THREAD, ERROR_GEN_FAILURE, STACK_SIZE_PARAM_IS_A_RESERVATION } from '../codes.js';
import { createThread, ThreadObject } from '../create-thread.js';
import { currentCell, currentThread } from '../current.js';
import type { LPTHREAD_START_ROUTINE, PAPCFUNC } from './types.js';

const CREATION_FLAGS = CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION;

/**
 * Starts a thread of the current process. It first runs after the caller has given up control. When its function has
 * ended, the handle becomes signaled; an exception ends the thread with exit code 0xE06D7363 and is told to the trace.
 * Never blocks.
 * @param _lpThreadAttributes NULL: security descriptors and inheritance have nothing here to act on.
 * @param _dwStackSize ignored, threads have no stack of their own.
 * @param lpStartAddress what to run; a promise it returns is waited for, its number is the exit code.
 * @param lpParameter handed to it.
 * @param dwCreationFlags 0, CREATE_SUSPENDED (4: wait for ResumeThread), STACK_SIZE_PARAM_IS_A_RESERVATION (0x10000).
 * @param lpThreadId receives the thread's id; may be NULL.
 * @returns the thread's handle, or NULL with the last error:
 *   ERROR_INVALID_PARAMETER: an unknown flag.
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createthread
 */
export function CreateThread<P>(
  _lpThreadAttributes: null,
  _dwStackSize: number,
  lpStartAddress: LPTHREAD_START_ROUTINE<P>,
  lpParameter: P,
  dwCreationFlags: number,
  lpThreadId: Ref | null,
): HANDLE {
  const cell = currentCell();
  if ((dwCreationFlags & ~CREATION_FLAGS) !== 0) return cell.fail(ERROR_INVALID_PARAMETER, NULL_HANDLE);
  const { process } = cell.thread;
  const suspended = (dwCreationFlags & CREATE_SUSPENDED) !== 0;
  const object = createThread(process, () => lpStartAddress(lpParameter), suspended);
  if (lpThreadId !== null) lpThreadId.value = object.thread.id;
  return process.handles.open(object);
}

/**
 * Lets a thread that was created suspended run. A running thread cannot be suspended here. Never blocks.
 * @param hThread the thread.
 * @returns how often it was suspended before: 1, or 0 for a thread that runs already. Or 0xFFFFFFFF with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a thread.
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-resumethread
 */
export function ResumeThread(hThread: HANDLE): number {
  const object = threadOf(hThread);
  if (object === null) return 0xffffffff;
  return object.start() ? 1 : 0;
}

/**
 * Ends the calling thread: its handle becomes signaled and its queued APCs are lost. The promise never settles, so that
 * the flow that awaits it (as `await ExitThread(0)` or `return ExitThread(0)`) goes no further.
 * @param dwExitCode the exit code, 32 bits.
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-exitthread
 */
export function ExitThread(dwExitCode: number): Promise<never> {
  ThreadObject.of(currentThread()).end(dwExitCode);
  return new Promise(() => undefined);
}

/**
 * Tells how a thread ended. Never blocks.
 * @param hThread the thread.
 * @param lpExitCode receives the exit code, or STILL_ACTIVE (259) for a thread that has not ended.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a thread;
 *   ERROR_NOACCESS: lpExitCode is NULL.
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getexitcodethread
 */
export function GetExitCodeThread(hThread: HANDLE, lpExitCode: Ref | null): number {
  const object = threadOf(hThread);
  if (object === null) return FALSE;
  if (lpExitCode === null) return currentCell().fail(ERROR_NOACCESS, FALSE);
  lpExitCode.value = object.exitCode;
  return TRUE;
}

/**
 * Queues a call to a thread, which makes it in its next alertable wait (SleepEx, the Ex wait functions,
 * WSAWaitForMultipleEvents), or before all else if it has not started. Never blocks.
 * @param pfnAPC what to call; a promise it returns is waited for before the next one is called.
 * @param hThread the thread; GetCurrentThread() for the caller.
 * @param dwData handed to it.
 * @returns nonzero, or 0 with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to a thread;
 *   ERROR_GEN_FAILURE (31): the thread has ended.
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-queueuserapc
 */
export function QueueUserAPC<P>(pfnAPC: PAPCFUNC<P>, hThread: HANDLE, dwData: P): number {
  const object = threadOf(hThread);
  if (object === null) return 0;
  if (object.ended) return currentCell().fail(ERROR_GEN_FAILURE, 0);
  queueApc(object.thread, () => pfnAPC(dwData));
  return 1;
}

/**
 * A pseudo-handle that stands for whatever thread uses it. QueueUserAPC, GetExitCodeThread and ResumeThread take it,
 * the wait functions do not. Never blocks, cannot fail.
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getcurrentthread
 */
export function GetCurrentThread(): HANDLE {
  return CURRENT_THREAD;
}

/**
 * The id of the calling thread, unique in its process. Never blocks, cannot fail.
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getcurrentthreadid
 */
export function GetCurrentThreadId(): number {
  return currentThread().id;
}

/**
 * The id of the current process. Never blocks, cannot fail.
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getcurrentprocessid
 */
export function GetCurrentProcessId(): number {
  return currentThread().process.id;
}

function threadOf(handle: HANDLE): ThreadObject | null {
  const cell = currentCell();
  if (handle === CURRENT_THREAD) return ThreadObject.of(cell.thread);
  const object = cell.thread.process.handles.get(handle);
  return object instanceof ThreadObject ? object : cell.fail(ERROR_INVALID_HANDLE, null);
}
