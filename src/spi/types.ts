// What the contracts of this folder share: the waiting rule and scalar names. The callbacks' types are abi's.

export type {
  LPBLOCKINGCALLBACK,
  LPCONDITIONPROC,
  LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  LPWSAUSERAPC,
} from '../abi/index.js';

/**
 * The result of an entry that may block: the value itself when the entry completed at once, a promise of it when the
 * entry has to wait. A caller that gets a number must use it as it is: awaiting it would cost a turn of the event loop
 * for every layer of a chain. The promise never rejects; a failure arrives as the entry's failure value, with the
 * code in `lpErrno` by the time the promise resolves.
 */
export type MaybePending<T> = T | Promise<T>;

/** A C BOOL: `TRUE` (1) or `FALSE` (0). */
export type BOOL = number;

/**
 * An integer as wide as a pointer that the callee only hands back. C programs put a pointer there, so any value is
 * taken here.
 */
export type DWORD_PTR = unknown;
