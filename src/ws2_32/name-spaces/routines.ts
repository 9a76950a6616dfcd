// What WS2_32 asks of a name space provider, whichever version of the SPI it is written to; and version 1's way of it.
// Every answer is an error code, 0 for success.
import {
  ref,
  type GUID,
  type HANDLE,
  type Memory,
  type Ref,
  type WSACOMPLETION,
  type WSAQUERYSETW,
  type WSASERVICECLASSINFOW,
  type WSATHREADID,
} from '../../abi/index.js';
import { WSAEOPNOTSUPP } from '../../abi/index.js';
import { NSP_ROUTINE_SIZE, type MaybePending, type NSP_ROUTINE } from '../../spi/index.js';
import type { GuardedCalls } from './guarded-calls.js';

/** The arguments of a control call, in its order. */
export interface ControlRequest {
  readonly code: number;
  readonly input: Memory | null;
  readonly inputSize: number;
  readonly output: Memory | null;
  readonly outputSize: number;
  readonly returned: Ref | null;
  readonly completion: WSACOMPLETION | null;
  readonly thread: WSATHREADID | null;
}

/** A provider's entries, each answering with an error code and never throwing. */
export interface Routines {
  /** Starts a query; `handle` receives the provider's own number for it. */
  begin(
    restrictions: WSAQUERYSETW,
    classInfo: WSASERVICECLASSINFOW | null,
    flags: number,
    handle: Ref<HANDLE>,
  ): MaybePending<number>;
  next(handle: HANDLE, flags: number, length: Ref, results: WSAQUERYSETW): MaybePending<number>;
  end(handle: HANDLE): number;
  setService(
    classInfo: WSASERVICECLASSINFOW | null,
    info: WSAQUERYSETW,
    operation: number,
    flags: number,
  ): MaybePending<number>;
  control(handle: HANDLE, request: ControlRequest): MaybePending<number>;
  installClass(info: WSASERVICECLASSINFOW): number;
  removeClass(id: GUID): number;
  classInfo(length: Ref, info: WSASERVICECLASSINFOW): number;
  cleanup(): void;
}

/** A provider of version 1, by the table that its NSPStartup filled. */
export class RoutinesV1 implements Routines {
  readonly #calls: GuardedCalls;
  readonly #id: GUID;
  readonly #table: NSP_ROUTINE;

  constructor(calls: GuardedCalls, id: GUID, table: NSP_ROUTINE) {
    this.#calls = calls;
    this.#id = id;
    this.#table = table;
  }

  begin(
    restrictions: WSAQUERYSETW,
    classInfo: WSASERVICECLASSINFOW | null,
    flags: number,
    handle: Ref<HANDLE>,
  ): MaybePending<number> {
    return this.#call('NSPLookupServiceBegin', this.#id, restrictions, classInfo, flags, handle);
  }

  next(handle: HANDLE, flags: number, length: Ref, results: WSAQUERYSETW): MaybePending<number> {
    return this.#call('NSPLookupServiceNext', handle, flags, length, results);
  }

  end(handle: HANDLE): number {
    return this.#now('NSPLookupServiceEnd', handle);
  }

  setService(
    classInfo: WSASERVICECLASSINFOW | null,
    info: WSAQUERYSETW,
    operation: number,
    flags: number,
  ): MaybePending<number> {
    return this.#call('NSPSetService', this.#id, classInfo, info, operation, flags);
  }

  control(handle: HANDLE, request: ControlRequest): MaybePending<number> {
    if (this.#table.cbSize < NSP_ROUTINE_SIZE) return WSAEOPNOTSUPP;
    const { code, input, inputSize, output, outputSize, returned, completion, thread } = request;
    const bytes = returned ?? ref(0);
    const args = [handle, code, input, inputSize, output, outputSize, bytes, completion, thread] as const;
    // Who is to be told later is not to be kept waiting now.
    return completion === null ? this.#call('NSPIoctl', ...args) : this.#now('NSPIoctl', ...args);
  }

  installClass(info: WSASERVICECLASSINFOW): number {
    return this.#now('NSPInstallServiceClass', this.#id, info);
  }

  removeClass(id: GUID): number {
    return this.#now('NSPRemoveServiceClass', this.#id, id);
  }

  classInfo(length: Ref, info: WSASERVICECLASSINFOW): number {
    return this.#now('NSPGetServiceClassInfo', this.#id, length, info);
  }

  cleanup(): void {
    this.#now('NSPCleanup', this.#id);
  }

  #call<N extends EntryName>(name: N, ...args: Parameters<NSP_ROUTINE[N]>): MaybePending<number> {
    return this.#calls.call(name, args, () => this.#invoke(name, args));
  }

  #now<N extends EntryName>(name: N, ...args: Parameters<NSP_ROUTINE[N]>): number {
    return this.#calls.now(name, args, () => this.#invoke(name, args));
  }

  #invoke<N extends EntryName>(name: N, args: Parameters<NSP_ROUTINE[N]>): unknown {
    const entry = this.#table[name] as (...args: Parameters<NSP_ROUTINE[N]>) => unknown;
    return entry(...args);
  }
}

type EntryName = Exclude<keyof NSP_ROUTINE, 'cbSize' | 'dwMajorVersion' | 'dwMinorVersion'>;
