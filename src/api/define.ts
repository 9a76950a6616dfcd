// How an API function is made: the one prologue (type check, last-error cell, trace, start-up and handle checks) and the
// one epilogue (the last error, the trace, a provider that threw). Bodies hold only what is their own.
import { WSAEWOULDBLOCK, WSANOTINITIALISED, WSASYSCALLFAILURE, type Ref, type SOCKET } from '../abi/index.js';
import { currentCell, enterCall, type LastErrorCell } from '../win32/index.js';
import { openCall, WinsockProcess, type MaybePending, type SocketCall } from '../ws2_32/index.js';
import { argumentCheck } from './arguments.js';
import { exportItem, type ExportItem, type ExportName } from './exports.js';

type Body<A extends unknown[], R> = (cell: LastErrorCell, ...args: A) => MaybePending<R>;

/** What every function has in common; `cell` is where its error goes. */
function run<A extends unknown[], R>(name: ExportName, cell: LastErrorCell, body: Body<A, R>, args: A): MaybePending<R> {
  const { process } = cell.thread;
  if (process.trace.on) return traced(name, cell, body, args);
  try {
    const result = body(cell, ...args);
    return result instanceof Promise ? result.catch((error: unknown) => crashed(name, cell, error)) : result;
  } catch (error) {
    return crashed(name, cell, error);
  }
}

/** A provider threw where it should have returned an error: the call fails, the application goes on. */
function crashed<R>(name: ExportName, cell: LastErrorCell, error: unknown): R {
  const { process } = cell.thread;
  process.trace.note('api', `${name} failed inside`, [error], process.clock.now());
  const { returns, failure } = exportItem(name);
  return cell.fail(WSASYSCALLFAILURE, (returns === 'error' ? WSASYSCALLFAILURE : failure) as R);
}

function traced<A extends unknown[], R>(name: ExportName, cell: LastErrorCell, body: Body<A, R>, args: A): MaybePending<R> {
  const { process, id: thread } = cell.thread;
  const { trace, clock } = process;
  const id = trace.enter('api', name, args, clock.now(), thread);
  const leave = (result: R): R => {
    trace.leave(id, 'api', name, result, cell.value, clock.now(), thread);
    return result;
  };
  try {
    const result = body(cell, ...args);
    if (!(result instanceof Promise)) return leave(result);
    return result.then(leave, (error: unknown) => leave(crashed(name, cell, error)));
  } catch (error) {
    return leave(crashed(name, cell, error));
  }
}

/** A function that returns at once. */
export function immediate<A extends unknown[], R>(
  name: ExportName,
  body: (cell: LastErrorCell, ...args: A) => R,
): (...args: A) => R {
  const check = argumentCheck(name);
  return (...args) => {
    check(args);
    return run(name, currentCell(), body, args) as R;
  };
}

/** A function that may block: it returns a promise, and its error is what the code that awaits it will find. */
export function blocking<A extends unknown[], R>(name: ExportName, body: Body<A, R>): (...args: A) => Promise<R> {
  const check = argumentCheck(name);
  return (...args) => {
    check(args);
    const cell = enterCall();
    const result = run(name, cell, body, args);
    const { turns } = cell.thread.process;
    if (!(result instanceof Promise)) return turns.answer(result, cell.value === WSAEWOULDBLOCK);
    turns.waited();
    return result;
  };
}

/**
 * A function that may block unless it is given an OVERLAPPED: with one (argument `overlapped`) it returns at once, and
 * its error is in the last error as after any other call.
 */
export function overlappable<A extends unknown[], R>(name: ExportName, overlapped: number, body: Body<A, R>): (...args: A) => MaybePending<R> {
  const wait = blocking(name, body);
  const atOnce = immediate(name, body as (cell: LastErrorCell, ...args: A) => R);
  return (...args) => (args[overlapped] == null ? wait(...args) : atOnce(...args));
}

/** A function that needs WSAStartup to have been called; the body gets WS2_32's process. */
export function started<A extends unknown[], R>(
  failure: R,
  body: (cell: LastErrorCell, process: WinsockProcess, ...args: A) => R,
): (cell: LastErrorCell, ...args: A) => R {
  return (cell, ...args) => {
    const process = WinsockProcess.of(cell.thread.process);
    return process.started ? body(cell, process, ...args) : cell.fail(WSANOTINITIALISED, failure);
  };
}

/** A body on a socket: the start-up and handle checks are done, and the provider is at hand. */
export function onSocket<A extends unknown[], R>(
  failure: R,
  body: (call: SocketCall, s: SOCKET, ...args: A) => MaybePending<R>,
): (cell: LastErrorCell, s: SOCKET, ...args: A) => MaybePending<R> {
  return (cell, s, ...args) => {
    const call = openCall(cell, s);
    return call === null ? failure : body(call, s, ...args);
  };
}

/** `onSocket` for entries that never wait. */
export function onSocketAtOnce<A extends unknown[], R>(
  failure: R,
  body: (call: SocketCall, s: SOCKET, ...args: A) => R,
): (cell: LastErrorCell, s: SOCKET, ...args: A) => R {
  return onSocket(failure, body) as (cell: LastErrorCell, s: SOCKET, ...args: A) => R;
}

/**
 * A function that is listed and not built yet. After the start-up and handle checks it fails with the error that the
 * export list names for it; it never succeeds.
 */
export function notYet<F extends (...args: never[]) => unknown>(name: ExportName): F {
  const item = exportItem(name);
  const refuse = (cell: LastErrorCell, ...args: unknown[]): unknown => {
    const error = refusal(cell, item, args);
    if (item.errors === 'return') return error;
    const lpErrno = item.errors === 'lpErrno' ? (args.at(-1) as Ref | null) : cell;
    if (lpErrno !== null) lpErrno.value = error;
    return item.failure;
  };
  const { mayBlock, overlappedParam } = item;
  if (!mayBlock) return immediate(name, refuse) as unknown as F;
  const wait = overlappedParam === null ? blocking(name, refuse) : overlappable(name, overlappedParam, refuse);
  return wait as unknown as F;
}

function refusal(cell: LastErrorCell, item: ExportItem, args: readonly unknown[]): number {
  const process = WinsockProcess.of(cell.thread.process);
  if (item.needsStartup && !process.started) return WSANOTINITIALISED;
  if (item.socketParam !== null && openCall(cell, args[item.socketParam] as SOCKET) === null) return cell.value;
  return item.unsupportedError;
}
