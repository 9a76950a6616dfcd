// How a function of registered I/O reaches its provider: nothing is made for a call, as these are called for every packet.
import { WSAEINVAL, WSANOTINITIALISED, WSASYSCALLFAILURE, ref, type Ref } from '../abi/index.js';
import { WinsockProcess, rioFunctions, type RioFunctions } from '../ws2_32/index.js';
import type { LastErrorCell } from '../win32/index.js';

/** Where providers put their errors. They return at once, so that one place serves all calls. */
const lpErrno: Ref = ref(0);

/** The functions for a call that names a queue or buffer: without WSAStartup there can be none, so its name is wrong. */
function tableFor(cell: LastErrorCell, names: boolean): RioFunctions | null {
  const functions = WinsockProcess.of(cell.thread.process).rio ?? rioFunctions(cell);
  if (functions === null && names && cell.value === WSANOTINITIALISED) cell.value = WSAEINVAL;
  return functions;
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
    const result = entry(functions, lpErrno);
    cell.value = result === failure ? lpErrno.value || WSASYSCALLFAILURE : 0;
    return result;
  } catch (error) {
    return crashed(cell, error, failure);
  }
}

/** Calls a provider's function that cannot fail. */
export function rioTell(cell: LastErrorCell, entry: (functions: RioFunctions) => void): void {
  const before = cell.value;
  rioCall(cell, -1, true, (functions) => {
    entry(functions);
    return 0;
  });
  cell.value = before;
}

/** The provider threw where it should have returned an error. */
function crashed<R>(cell: LastErrorCell, error: unknown, failure: R): R {
  WinsockProcess.of(cell.thread.process).note('the provider threw', 'registered I/O', error);
  return cell.fail(WSASYSCALLFAILURE, failure);
}
