// Function pointers: the numbers that SIO_GET_EXTENSION_FUNCTION_POINTER writes into a buffer, and the functions they
// stand for. A provider gives out pointers to its own functions; WS2_32 and programs follow them. And the extension
// functions that there are, as providers write them: as the entries of wsp-data.ts, with the thread and lpErrno at the end.
import type { OVERLAPPED, Ref, SOCKET, WSAMSG, WSATHREADID } from '../abi/index.js';
import type { LPWSAOVERLAPPED_COMPLETION_ROUTINE, MaybePending } from './types.js';

/** WSARecvMsg of a provider. May block; see LPWSPRECVFROM. */
export type LPWSPRECVMSG = (
  s: SOCKET,
  lpMsg: WSAMSG | null,
  lpdwNumberOfBytesRecvd: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
) => MaybePending<number>;

/** WSASendMsg of a provider. May block; see LPWSPSENDTO. */
export type LPWSPSENDMSG = (
  s: SOCKET,
  lpMsg: WSAMSG | null,
  dwFlags: number,
  lpNumberOfBytesSent: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
) => MaybePending<number>;

/** A function that a pointer may lead to. */
export type ExtensionFunction = (...args: never[]) => unknown;

/** The part of a process that is needed here. */
export interface PointerSpace {
  moduleData<T>(key: symbol, make: () => T): T;
}

const KEY = Symbol('function pointers');
/** Pointers look like addresses that no program would take for a handle. */
const BASE = 0x7ff80000;
const STEP = 0x10;

/** The function pointers of one process. */
export class FunctionPointers {
  readonly #functions: ExtensionFunction[] = [];

  /** Those of `process`. */
  static of(process: PointerSpace): FunctionPointers {
    return process.moduleData(KEY, () => new FunctionPointers());
  }

  /** The pointer to a function; the same one each time. */
  to(target: ExtensionFunction): number {
    const known = this.#functions.indexOf(target);
    return BASE + STEP * (known < 0 ? this.#functions.push(target) - 1 : known);
  }

  /** What a pointer leads to; null for one that was never given out. */
  at(pointer: number): ExtensionFunction | null {
    return this.#functions[(pointer - BASE) / STEP] ?? null;
  }
}
