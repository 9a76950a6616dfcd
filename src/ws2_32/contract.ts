// What WS2_32 makes of answers that break the SPI's contract: how one is recognised, what it is called in the trace, and
// how a promise that nobody will wait for is kept from ending the program. docs/faulty-providers.md tells it to people.
import { SOCKET_ERROR, WSASYSCALLFAILURE, type Ref } from '../abi/index.js';
import type { WSPPROC_TABLE } from '../spi/index.js';
import type { WinsockProcess } from './process.js';
import type { Provider } from './provider.js';

/** Takes an answer that nobody will look at: should it be a promise that is rejected, nobody has to hear of it. */
export function discard(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null) Promise.resolve(answer).catch(() => undefined);
}

/** The error that a provider left, if it is one; WSASYSCALLFAILURE in its place otherwise. */
export function errorLeft(lpErrno: Ref): number {
  const error: unknown = lpErrno.value;
  return typeof error === 'number' && error > 0 && (error | 0) === error ? error : WSASYSCALLFAILURE;
}

/** The error of an entry that has failed, as `errorLeft`; noted when it has not said which. */
export function errorOf(process: WinsockProcess, provider: Provider, lpErrno: Ref): number {
  const error = errorLeft(lpErrno);
  if (error !== lpErrno.value) noteBreach(process, provider, 'it failed without saying why');
  return error;
}

/** Whether `value` is what a count or length may be: a whole number from 0 to `most`. */
export function isCount(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most && Math.trunc(value) === value;
}

/** Text for people of anything that a provider may throw or return, which may refuse to be made into text. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}

/** Notes that a provider did what its contract does not allow. */
export function noteBreach(process: WinsockProcess, provider: Provider, what: string): void {
  process.note('the provider broke its contract', provider.module, what);
}

/**
 * Calls an entry that answers at once with 0 or SOCKET_ERROR, for WS2_32's own purposes.
 *
 * @param process - the process
 * @param provider - whose entry
 * @param lpErrno - what the entry is given to put its error in
 * @param entry - makes the call
 * @returns 0 or the error
 */
export function ask(
  process: WinsockProcess,
  provider: Provider,
  lpErrno: Ref,
  entry: (procs: WSPPROC_TABLE) => unknown,
): number {
  try {
    const status = entry(provider.procs);
    if (status === 0) return 0;
    discard(status);
    if (status === SOCKET_ERROR) return errorOf(process, provider, lpErrno);
    noteBreach(process, provider, `it answered ${textOf(status)}`);
    return WSASYSCALLFAILURE;
  } catch (error) {
    process.note('the provider threw', provider.module, error);
    return WSASYSCALLFAILURE;
  }
}
