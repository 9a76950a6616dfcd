// How a function of registered I/O reaches its provider: nothing is made for a call, as these are called for every packet.
import { WSAEINVAL, WSANOTINITIALISED, WSASYSCALLFAILURE, ref, type HANDLE, type RIO_BUF, type Ref } from '../abi/index.js';
import {
  WinsockProcess,
  discard,
  errorLeft,
  noteBreach,
  rioFunctions,
  textOf,
  type RioContext,
  type RioFunctions,
} from '../ws2_32/index.js';
import type { LastErrorCell } from '../win32/index.js';

/** Where providers put their errors. They return at once, so that one place serves all calls. */
export const lpErrno: Ref = ref(0);

/** The functions for a call that names a queue or buffer: without WSAStartup there can be none, so its name is wrong. */
function tableFor(cell: LastErrorCell, names: boolean): RioFunctions | null {
  const functions = WinsockProcess.of(cell.thread.process).rio ?? rioFunctions(cell);
  if (functions === null && names && cell.value === WSANOTINITIALISED) cell.value = WSAEINVAL;
  return functions;
}

/** The functions for a call that may go straight to them: it is allowed, and nobody wants to hear of it; else null. */
export function directTable({ thread }: LastErrorCell): RioFunctions | null {
  if (thread.blocked || thread.process.trace.on) return null;
  return WinsockProcess.of(thread.process).rio;
}

/** Whether these can be the data and context of a transfer; for those that cannot, the slow way knows what to say. */
export function areTransfer(queue: HANDLE, data: readonly RIO_BUF[] | null, count: number, flags: number, context: RioContext): boolean {
  if (typeof queue !== 'number' || typeof count !== 'number' || typeof flags !== 'number') return false;
  return (data === null || Array.isArray(data)) && (typeof context === 'number' || context === null);
}

/** Whether this can be a slice or null. */
export function isSlice(slice: RIO_BUF | null): boolean {
  return typeof slice === 'object';
}

/** What a call comes to: the last error is what the provider left, 0 after success. */
export function finish<R extends number>(cell: LastErrorCell, result: R, failure: R): R {
  if (typeof result !== 'number' || Number.isNaN(result)) return broken(cell, result, failure);
  cell.value = result === failure ? errorLeft(lpErrno) : 0;
  return result;
}

/**
 * Calls a provider's function: the last error is what it left, 0 after success.
 * @param names whether the call names a queue or buffer that was made earlier.
 */
export function rioCall<R extends number>(
  cell: LastErrorCell,
  failure: R,
  names: boolean,
  entry: (functions: RioFunctions, lpErrno: Ref) => R,
): R {
  const functions = tableFor(cell, names);
  if (functions === null) return failure;
  lpErrno.value = 0;
  try {
    return finish(cell, entry(functions, lpErrno), failure);
  } catch (error) {
    return crashed(cell, error, failure);
  }
}

/** Calls a provider's function that cannot fail. */
export function rioTell(cell: LastErrorCell, entry: (functions: RioFunctions) => unknown): void {
  const before = cell.value;
  rioCall(cell, -1, true, (functions) => {
    discard(entry(functions));
    return 0;
  });
  cell.value = before;
}

/** The provider threw where it should have returned an error. */
export function crashed<R>(cell: LastErrorCell, error: unknown, failure: R): R {
  const process = WinsockProcess.of(cell.thread.process);
  process.note('the provider threw', process.rioProvider?.module, error);
  return cell.fail(WSASYSCALLFAILURE, failure);
}

/** The provider answered with something that is no result. */
function broken<R>(cell: LastErrorCell, answer: unknown, failure: R): R {
  const process = WinsockProcess.of(cell.thread.process);
  discard(answer);
  if (process.rioProvider !== null) noteBreach(process, process.rioProvider, `it answered ${textOf(answer)}`);
  return cell.fail(WSASYSCALLFAILURE, failure);
}
