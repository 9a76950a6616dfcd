// A name space provider of version 2, by its table and one client session. Version 2 has no service classes and no control
// codes: those are WSAEOPNOTSUPP.
import {
  WSAEOPNOTSUPP,
  WSAQUERYSET2W,
  type WSAQUERYSETW,
  WSASYSCALLFAILURE,
  type GUID,
  type HANDLE,
  type Ref,
  type WSASERVICECLASSINFOW,
} from '../../abi/index.js';
import { fromQuerySet2, toQuerySet2 } from '../../abi/query-set.js';
import type { ClientSession, MaybePending, NSPV2_ROUTINE } from '../../spi/index.js';
import type { AsyncCalls } from './async-calls.js';
import type { GuardedCalls } from './guarded-calls.js';
import type { Routines } from './routines.js';

/** A provider of version 2 with a session that its NSPv2Startup has opened. */
export class RoutinesV2 implements Routines {
  readonly #calls: GuardedCalls;
  readonly #async: AsyncCalls;
  readonly #id: GUID;
  readonly #table: NSPV2_ROUTINE;
  readonly #session: ClientSession;

  constructor(calls: GuardedCalls, asyncCalls: AsyncCalls, id: GUID, table: NSPV2_ROUTINE, session: ClientSession) {
    this.#calls = calls;
    this.#async = asyncCalls;
    this.#id = id;
    this.#table = table;
    this.#session = session;
  }

  begin(
    restrictions: WSAQUERYSETW,
    _classInfo: WSASERVICECLASSINFOW | null,
    flags: number,
    handle: Ref<HANDLE>,
  ): MaybePending<number> {
    const set = toQuerySet2(restrictions);
    return this.#calls.call('NSPv2LookupServiceBegin', [this.#id, set, flags, this.#session, handle], () =>
      this.#table.NSPv2LookupServiceBegin(this.#id, set, flags, this.#session, handle),
    );
  }

  next(handle: HANDLE, flags: number, length: Ref, results: WSAQUERYSETW): MaybePending<number> {
    const set = new WSAQUERYSET2W();
    const answer = this.#asyncCall('NSPv2LookupServiceNextEx', [handle, flags, length, set], (call) =>
      this.#table.NSPv2LookupServiceNextEx(call, handle, flags, length, set),
    );
    const taken = (error: number): number => {
      if (error === 0) Object.assign(results, fromQuerySet2(set));
      return error;
    };
    return answer instanceof Promise ? answer.then(taken) : taken(answer);
  }

  end(handle: HANDLE): number {
    return this.#calls.now('NSPv2LookupServiceEnd', [handle], () => this.#table.NSPv2LookupServiceEnd(handle));
  }

  setService(
    _classInfo: WSASERVICECLASSINFOW | null,
    info: WSAQUERYSETW,
    operation: number,
    flags: number,
  ): MaybePending<number> {
    const set = toQuerySet2(info);
    return this.#asyncCall('NSPv2SetServiceEx', [this.#id, set, operation, flags, this.#session], (call) =>
      this.#table.NSPv2SetServiceEx(call, this.#id, set, operation, flags, this.#session),
    );
  }

  control(): number {
    return WSAEOPNOTSUPP;
  }

  installClass(): number {
    return WSAEOPNOTSUPP;
  }

  removeClass(): number {
    return WSAEOPNOTSUPP;
  }

  classInfo(): number {
    return WSAEOPNOTSUPP;
  }

  cleanup(): void {
    this.#calls.now('NSPv2Cleanup', [this.#id, this.#session], () => this.#table.NSPv2Cleanup(this.#id, this.#session));
  }

  /** The session goes without an NSPv2Cleanup: nobody waits for it any more. */
  rundown(): void {
    void this.#calls.tell('NSPv2ClientSessionRundown', [this.#id, this.#session], () => {
      this.#table.NSPv2ClientSessionRundown(this.#id, this.#session);
    });
  }

  #asyncCall(name: string, args: readonly unknown[], entry: (call: HANDLE) => unknown): MaybePending<number> {
    return this.#async.start((call) => {
      // It can complete the call and throw afterwards; then the call stays what it was.
      const begun = (error: number): void => {
        if (error !== 0) this.#async.complete(call, WSASYSCALLFAILURE);
      };
      const error = this.#calls.tell(name, [call, ...args], () => entry(call));
      if (error instanceof Promise) void error.then(begun);
      else begun(error);
    });
  }
}
