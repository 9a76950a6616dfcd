// How an API function is made: the one prologue (type check, last-error cell, trace, start-up and handle checks) and the
// one epilogue (the last error, the trace, the turn that others get). Bodies hold only what is their own.
import { WSAEINPROGRESS, WSAEWOULDBLOCK, WSANOTINITIALISED, type Ref, type SOCKET } from '../abi/index.js';
import { currentCell, enterCall, type LastErrorCell } from '../win32/index.js';
import { closeCall, openCall, WinsockProcess, type MaybePending, type SocketCall } from '../ws2_32/index.js';
import { argumentCheck } from './arguments.js';
import { exportItem, type ExportItem, type ExportName } from './exports.js';
import { mayNest, waitsFor11 } from './nesting.js';

type PlainBody<A extends unknown[], R> = (cell: LastErrorCell, ...args: A) => MaybePending<R>;
type CallBody<A extends unknown[], R> = (call: SocketCall, s: SOCKET, ...args: A) => MaybePending<R>;

/** A body on a socket: it is run with the start-up and handle checks done and the provider at hand. */
export class SocketBody<A extends unknown[], R> {
  readonly failure: R;
  readonly body: CallBody<A, R>;

  constructor(failure: R, body: CallBody<A, R>) {
    this.failure = failure;
    this.body = body;
  }

  /** `atOnce`: for a function that returns at once. */
  run(cell: LastErrorCell, args: [s: SOCKET, ...args: A], atOnce: boolean): MaybePending<R> {
    const call = openCall(cell, args[0], atOnce);
    if (call === null) return this.failure;
    try {
      const result = this.body(call, ...args);
      if (!(result instanceof Promise)) closeCall(call);
      return result;
    } catch (error) {
      return call.crashed(error, this.failure);
    }
  }
}

type AnyBody<R> = PlainBody<never[], R> | SocketBody<never[], R>;
type Run<R> = (cell: LastErrorCell, args: unknown[]) => MaybePending<R>;

/** How to run a body. Few layers and one spread: this is on the way of every call. */
function runner<R>(body: AnyBody<R>, atOnce: boolean): Run<R> {
  if (body instanceof SocketBody) return (cell, args) => body.run(cell, args as [SOCKET, ...never[]], atOnce);
  return (cell, args) => body(cell, ...(args as never[]));
}

function traced<R>(name: ExportName, cell: LastErrorCell, run: Run<R>, args: unknown[]): MaybePending<R> {
  const { process, id: thread } = cell.thread;
  const { trace, clock } = process;
  const id = trace.enter('api', name, args, clock.now(), thread);
  const leave = (result: R): R => {
    trace.leave(id, 'api', name, result, cell.value, clock.now(), thread);
    return result;
  };
  const result = run(cell, args);
  return result instanceof Promise ? result.then(leave) : leave(result);
}

/** A function that returns at once. */
export function immediate<A extends unknown[], R>(name: ExportName, body: SocketBody<A, R>): (s: SOCKET, ...args: A) => R;
export function immediate<A extends unknown[], R>(
  name: ExportName,
  body: (cell: LastErrorCell, ...args: A) => R,
): (...args: A) => R;
export function immediate<R>(name: ExportName, body: AnyBody<R>): (...args: unknown[]) => R {
  const call = immediateCall(name, body);
  return (...args) => call(args);
}

/** As `immediate`, for arguments that are in an array already: each spread would be felt in the calls made most. */
function immediateCall<R>(name: ExportName, body: AnyBody<R>): (args: unknown[]) => R {
  const check = argumentCheck(name);
  const run = runner(body, true);
  return (args) => {
    check(args);
    const cell = currentCell();
    if (cell.thread.blocked && !mayNest(name)) return refused(exportItem(name), cell, args, WSAEINPROGRESS) as R;
    return (cell.thread.process.trace.on ? traced(name, cell, run, args) : run(cell, args)) as R;
  };
}

/** A function that may block: it returns a promise, and its error is what the code that awaits it will find. */
export function blocking<A extends unknown[], R>(
  name: ExportName,
  body: SocketBody<A, R>,
): (s: SOCKET, ...args: A) => Promise<R>;
export function blocking<A extends unknown[], R>(name: ExportName, body: PlainBody<A, R>): (...args: A) => Promise<R>;
export function blocking<R>(name: ExportName, body: AnyBody<R>): (...args: unknown[]) => Promise<R> {
  const call = blockingCall(name, body);
  return (...args) => call(args);
}

/** As `immediateCall`. */
function blockingCall<R>(name: ExportName, body: AnyBody<R>): (args: unknown[]) => Promise<R> {
  const check = argumentCheck(name);
  const run = runner(body, false);
  return (args) => {
    check(args);
    const cell = enterCall();
    if (cell.thread.blocked && !mayNest(name)) {
      return Promise.resolve(refused(exportItem(name), cell, args, WSAEINPROGRESS) as R);
    }
    const { trace, turns } = cell.thread.process;
    const result = trace.on ? traced(name, cell, run, args) : run(cell, args);
    if (!(result instanceof Promise)) return turns.answer(result, cell.value === WSAEWOULDBLOCK);
    turns.waited();
    const { blockingCalls } = WinsockProcess.of(cell.thread.process);
    return blockingCalls === null || !waitsFor11(name) ? result : blockingCalls.wait(cell.thread, result);
  };
}

/**
 * A function that may block unless it is given an OVERLAPPED: with one (argument `overlapped`) it returns at once, and
 * its error is in the last error as after any other call.
 */
export function overlappable<A extends unknown[], R>(
  name: ExportName,
  overlapped: number,
  body: SocketBody<A, R>,
): (s: SOCKET, ...args: A) => MaybePending<R>;
export function overlappable<A extends unknown[], R>(
  name: ExportName,
  overlapped: number,
  body: PlainBody<A, R>,
): (...args: A) => MaybePending<R>;
export function overlappable<R>(
  name: ExportName,
  overlapped: number,
  body: AnyBody<R>,
): (...args: unknown[]) => MaybePending<R> {
  const wait = blockingCall(name, body);
  const atOnce = immediateCall(name, body);
  return (...args) => ((args[overlapped] ?? null) === null ? wait(args) : atOnce(args));
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

/** A body on a socket. */
export function onSocket<A extends unknown[], R>(failure: R, body: CallBody<A, R>): SocketBody<A, R> {
  return new SocketBody(failure, body);
}

/**
 * A function that is listed and not built yet. After the start-up and handle checks it fails with the error that the
 * export list names for it; it never succeeds.
 */
// The type is the caller's word: the generated list names each function's real parameters, which nothing here could infer.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function notYet<F extends (...args: never[]) => unknown>(name: ExportName): F {
  const item = exportItem(name);
  const refuse = (cell: LastErrorCell, ...args: unknown[]): unknown => refused(item, cell, args, refusal(cell, item, args));
  const { mayBlock, overlappedParam } = item;
  if (!mayBlock) return immediate(name, refuse) as unknown as F;
  const wait = overlappedParam === null ? blocking(name, refuse) : overlappable(name, overlappedParam, refuse);
  return wait as unknown as F;
}

/** Ends a call with `error` before anything of it has happened. */
function refused(item: ExportItem, cell: LastErrorCell, args: readonly unknown[], error: number): unknown {
  if (item.errors === 'return') return error;
  const lpErrno = item.errors === 'lpErrno' ? (args.at(-1) as Ref | null) : cell;
  if (lpErrno !== null) lpErrno.value = error;
  return item.failure;
}

function refusal(cell: LastErrorCell, item: ExportItem, args: readonly unknown[]): number {
  const process = WinsockProcess.of(cell.thread.process);
  if (item.needsStartup && !process.started) return WSANOTINITIALISED;
  if (item.socketParam !== null && openCall(cell, args[item.socketParam] as SOCKET, true) === null) return cell.value;
  return item.unsupportedError;
}
