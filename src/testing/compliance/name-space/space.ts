// Owns: the short ways to call a name space provider's entries in the compliance suite, and what its cases are made of.
// Does not own: the cases, nor the provider.
import {
  BLOB,
  CallFrame,
  GUID,
  LUP_RETURN_ALL,
  NULL_HANDLE,
  WSANAMESPACE_INFOEXW,
  WSAQUERYSETW,
  ref,
  type HANDLE,
  type Process,
} from '../../../index.js';
import { withNameSpaceStartup, type LPNSPSTARTUP, type MaybePending, type NSP_ROUTINE } from '../../../spi/index.js';
import type { Expect } from '../test-api.js';

/** What out-parameters hold beforehand. */
export const JUNK = 0x5ca1ab1e;
/** More than any result takes. */
export const ROOM = 0x100000;

/**
 * What a provider may lack: registration (NSPSetService), notification (SIO_NSP_NOTIFY_CHANGE), classes (the three entries of
 * service classes), containers, several results, for a name space in which no query has more than one, and results, for one that
 * never finds anything.
 */
export type NameSpaceFeature = 'registration' | 'notification' | 'classes' | 'containers' | 'several results' | 'results';

/** The name space under test, as the author describes it. */
export interface Described {
  /** The provider's export. */
  readonly NSPStartup: LPNSPSTARTUP;
  /** The name space that it is installed for: NS_DNS, NS_NLA and so on. */
  readonly nameSpace: number;
  /** Its module's name with its settings, for one that has settings. */
  readonly module?: string;
  /** What a query has to ask for to have results; two or more, unless it lacks `several results`. At least a class. */
  readonly known: Partial<WSAQUERYSETW>;
  /** Makes those results be there, for a name space that is empty at first. */
  readonly prepare?: (space: Space) => Promise<void>;
  /** A service that can be registered: class and name. Needed unless it lacks `registration`. */
  readonly service?: Partial<WSAQUERYSETW>;
  /** Makes something change about `known`; a registration of `service` if left out. */
  readonly change?: (space: Space) => Promise<void>;
}

/** What an entry gave. */
export interface Outcome {
  readonly value: unknown;
  /** The last error; JUNK when none was set. */
  readonly error: number;
}

const DONE: Outcome = { value: 0, error: JUNK };

/** A started provider and the ways to use it. */
export class Space {
  readonly table = {} as NSP_ROUTINE;
  readonly id = new GUID();
  readonly process: Process;
  readonly under: Described;
  readonly lacks: readonly NameSpaceFeature[];
  readonly expect: Expect;

  constructor(process: Process, under: Described, lacks: readonly NameSpaceFeature[], expect: Expect) {
    this.process = process;
    this.under = under;
    this.lacks = lacks;
    this.expect = expect;
    this.id.Data1 = 0xc0;
    const info = new WSANAMESPACE_INFOEXW({
      NSProviderId: this.id,
      dwNameSpace: under.nameSpace,
      fActive: 1,
      lpszIdentifier: 'under test',
      ProviderSpecific: new BLOB(),
    });
    withNameSpaceStartup(this.table, { info, module: under.module ?? '' });
  }

  /** Calls an entry as WS2_32 does, and waits if it does. */
  async call(entry: () => MaybePending<unknown>): Promise<Outcome> {
    const frame = new CallFrame(this.process.mainThread);
    frame.latest.set(JUNK);
    const value = await frame.run(entry);
    return { value, error: frame.error };
  }

  /** Calls one that must not wait. */
  now(entry: () => unknown): Outcome {
    const frame = new CallFrame(this.process.mainThread);
    frame.latest.set(JUNK);
    const value = frame.run(entry);
    if (value instanceof Promise) throw new Error('the entry waits where it must not');
    return { value, error: frame.error };
  }

  /** Success, whatever the last error is. */
  async done(entry: () => MaybePending<unknown>): Promise<void> {
    const { value, error } = await this.call(entry);
    if (value !== DONE.value) throw new Error(`the entry gave ${String(value)} with error ${String(error)}`);
  }

  start(): Promise<void> {
    return this.done(() => this.under.NSPStartup(this.id, this.table));
  }

  restrictions(init: Partial<WSAQUERYSETW> = this.under.known): WSAQUERYSETW {
    return new WSAQUERYSETW({ dwSize: WSAQUERYSETW.size, ...init });
  }

  /** Begins a query; the handle, or the error. */
  async tryBegin(init?: Partial<WSAQUERYSETW>, flags = LUP_RETURN_ALL): Promise<HANDLE | Outcome> {
    const handle = ref(NULL_HANDLE);
    const set = this.restrictions(init);
    const outcome = await this.call(() => this.table.NSPLookupServiceBegin(this.id, set, null, flags, handle));
    return outcome.value === 0 ? handle.value : outcome;
  }

  /** Begins a query that has to begin. */
  async begin(init?: Partial<WSAQUERYSETW>, flags = LUP_RETURN_ALL): Promise<HANDLE> {
    const handle = await this.tryBegin(init, flags);
    if (typeof handle === 'object' && 'error' in handle) throw new Error(`the query did not begin: error ${String(handle.error)}`);
    return handle;
  }

  /** The next result, or the error. */
  async next(handle: HANDLE, flags = LUP_RETURN_ALL, length = ref(ROOM)): Promise<WSAQUERYSETW | number> {
    const results = new WSAQUERYSETW();
    const { value, error } = await this.call(() => this.table.NSPLookupServiceNext(handle, flags, length, results));
    return value === 0 ? results : error;
  }

  end(handle: HANDLE): Outcome {
    return this.now(() => this.table.NSPLookupServiceEnd(handle));
  }

  /** The results of a whole query and the error that ends it. */
  async all(init?: Partial<WSAQUERYSETW>, flags = LUP_RETURN_ALL): Promise<{ results: WSAQUERYSETW[]; error: number }> {
    const handle = await this.tryBegin(init, flags);
    if (typeof handle === 'object' && 'error' in handle) return { results: [], error: handle.error };
    const results: WSAQUERYSETW[] = [];
    for (let i = 0; i < 10_000; i++) {
      const found = await this.next(handle, flags);
      if (typeof found === 'number') {
        this.end(handle);
        return { results, error: found };
      }
      results.push(found);
    }
    throw new Error('the query has no end');
  }

  /** Registers or removes the service; 0 or the error. */
  async set(operation: number, flags = 0, init: Partial<WSAQUERYSETW> = {}): Promise<number> {
    const info = this.restrictions({ ...this.under.service, ...init });
    const { value, error } = await this.call(() => this.table.NSPSetService(this.id, null, info, operation, flags));
    return value === 0 ? 0 : error;
  }
}

/** One requirement: a name that states it, and a body that shows it. */
export interface Case {
  readonly name: string;
  readonly needs?: readonly NameSpaceFeature[];
  readonly run: (space: Space) => void | Promise<void>;
}
