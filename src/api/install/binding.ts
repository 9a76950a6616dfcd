// How an installer function is made: the current process's catalog store is put under it, and its error goes where its
// page says. Functions that change the catalog wait for others that do, so they return promises; those that only read it
// return at once. None needs WSAStartup.
import { SOCKET_ERROR, WSANO_RECOVERY, type Ref } from '../../abi/index.js';
import type { LastErrorCell } from '../../win32/index.js';
import { WinsockProcess, type Environment, type MaybePending } from '../../ws2_32/index.js';
import { blocking, immediate } from '../define.js';
import type { ExportName } from '../exports.js';

type LpErrno = Ref | null;
type Change<A extends unknown[]> = (environment: Environment, ...args: A) => MaybePending<number>;

/** Makes the change. Files are written in real time, and no clock of a simulation may run away meanwhile. */
function make<A extends unknown[]>(cell: LastErrorCell, change: Change<A>, args: A): MaybePending<number> {
  const { environment, kernel } = WinsockProcess.of(cell.thread.process);
  if (environment === null) return WSANO_RECOVERY;
  const result = change(environment, ...args);
  return typeof result === 'number' ? result : result.finally(kernel.clock.hold());
}

function then(error: MaybePending<number>, tell: (error: number) => number): MaybePending<number> {
  return typeof error === 'number' ? tell(error) : error.then(tell);
}

function told(lpErrno: Ref, error: number): number {
  if (error === 0) return 0;
  lpErrno.value = error;
  return SOCKET_ERROR;
}

/** A function that changes the catalog and has lpErrno as its last parameter. */
export function changing<A extends unknown[]>(name: ExportName, change: Change<A>): (...args: [...A, lpErrno: LpErrno]) => Promise<number> {
  return blocking(name, (cell, ...args: [...A, lpErrno: LpErrno]) => {
    const lpErrno = args.at(-1) as LpErrno;
    // WSAEFAULT, and nowhere to say so.
    if (lpErrno === null) return SOCKET_ERROR;
    return then(make(cell, change, args.slice(0, -1) as A), (error) => told(lpErrno, error));
  });
}

/** A function that changes the catalog and leaves its error with the thread. */
export function changingByLastError<A extends unknown[]>(name: ExportName, change: Change<A>): (...args: A) => Promise<number> {
  return blocking(name, (cell, ...args: A) =>
    then(make(cell, change, args), (error) => cell.fail(error, error === 0 ? 0 : SOCKET_ERROR)),
  );
}

/** A function that changes the catalog and returns the error itself. */
export function changingByResult<A extends unknown[]>(name: ExportName, change: Change<A>): (...args: A) => Promise<number> {
  return blocking(name, (cell, ...args: A) => make(cell, change, args));
}

/** A function that reads the catalog as it is now and has lpErrno as its last parameter. */
export function reading<A extends unknown[]>(
  name: ExportName,
  read: (environment: Environment, ...args: A) => number,
): (...args: [...A, lpErrno: LpErrno]) => number {
  return immediate(name, (cell, ...args: [...A, lpErrno: LpErrno]) => {
    const lpErrno = args.at(-1) as LpErrno;
    if (lpErrno === null) return SOCKET_ERROR;
    const { environment } = WinsockProcess.of(cell.thread.process);
    return told(lpErrno, environment === null ? WSANO_RECOVERY : read(environment, ...(args.slice(0, -1) as A)));
  });
}
