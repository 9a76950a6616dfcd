// How a function of registered I/O reaches its provider: nothing is made for a call, as these are called for every packet.
import { WSAEINVAL, WSANOTINITIALISED, WSASYSCALLFAILURE, ref, type Ref } from '../abi/index.js';
import { WinsockProcess, discard, errorLeft, noteBreach, rioFunctions, textOf, type RioFunctions } from '../ws2_32/index.js';
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
    if (typeof result !== 'number' || Number.isNaN(result)) return broken(cell, result, failure);
    cell.value = result === failure ? errorLeft(lpErrno) : 0;
    return result;
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
function crashed<R>(cell: LastErrorCell, error: unknown, failure: R): R {
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
