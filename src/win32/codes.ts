// Windows constants of threads and object names. Owns only those that abi does not have.
import type { HANDLE } from '../abi/index.js';

/** GetExitCodeThread's answer for a thread that has not ended. */
export const STILL_ACTIVE = 259;
/** CreateThread: the thread does not run before ResumeThread. */
export const CREATE_SUSPENDED = 0x4;
/** CreateThread: how to read the stack size. */
export const STACK_SIZE_PARAM_IS_A_RESERVATION = 0x10000;
/** The thread is ending. */
export const ERROR_GEN_FAILURE = 31;
/** The name is longer than MAX_PATH. */
export const ERROR_FILENAME_EXCED_RANGE = 206;
/** The pseudo-handle of GetCurrentThread, which the headers do not name. */
export const CURRENT_THREAD = -2 as HANDLE;
