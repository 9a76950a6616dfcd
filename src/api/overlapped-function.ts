// The type of functions that may be overlapped. What they do is in the topic files.
import type { LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED } from '../abi/index.js';

/** A completion routine, or none. */
export type Routine = LPWSAOVERLAPPED_COMPLETION_ROUTINE | null;

/**
 * A function whose last two parameters are an OVERLAPPED and a completion routine. Without an OVERLAPPED it may wait and
 * returns a promise; with one it returns at once.
 */
export interface OverlappedFunction<P extends unknown[]> {
  (...args: [...before: P, lpOverlapped: null, lpCompletionRoutine: Routine]): Promise<number>;
  (...args: [...before: P, lpOverlapped: OVERLAPPED, lpCompletionRoutine: Routine]): number;
}
