// One name space provider in one process: loading its module, NSPStartup or NSPv2Startup, its table, its cleanup. A provider
// that fails here is left out of every query and nothing else. What its entries do wrong later is guarded-calls.ts's.
import { type GUID, WSAEINVALIDPROCTABLE, WSAEPROVIDERFAILEDINIT, guid, ref } from '../../abi/index.js';
import { toNamespaceInfoExW, type NamespaceEntry } from '../../catalog/index.js';
import {
  NSP_ROUTINE_NAMES,
  validateNspRoutine,
  validateNspv2Routine,
  withNameSpaceStartup,
  type ClientSession,
  type LPNSPSTARTUP,
  type ModuleLoader,
  type NameSpaceStartup,
  type NSP_ROUTINE,
  type NSPV2_ROUTINE,
} from '../../spi/index.js';
import { runOn, type Process } from '../../win32/index.js';
import { STARTUP_TIMEOUT } from '../provider.js';
import { withinTime } from '../within-time.js';
import type { AsyncCalls } from './async-calls.js';
import { GuardedCalls } from './guarded-calls.js';
import { RoutinesV2 } from './routines-v2.js';
import { RoutinesV1, type Routines } from './routines.js';

/** A started name space provider, or one that failed to start and why. */
export class NameSpaceProvider {
  readonly entry: NamespaceEntry;
  readonly id: GUID;
  /** The error of calls that ask for this provider by its id; 0 once it has started. */
  error = WSAEPROVIDERFAILEDINIT;
  /** For people: what went wrong. */
  message = 'it was not started';
  /** Null until it has started. */
  routines: Routines | null = null;
  readonly #process: Process;
  readonly #calls: GuardedCalls;
  readonly #async: AsyncCalls;

  constructor(process: Process, asyncCalls: AsyncCalls, entry: NamespaceEntry) {
    this.#process = process;
    this.#async = asyncCalls;
    this.entry = entry;
    this.id = guid(entry.providerId);
    this.#calls = new GuardedCalls(process, entry.module);
  }

  /** Loads the module and starts the provider. Never rejects; see `error` and `message`. */
  async start(loader: ModuleLoader): Promise<void> {
    const loaded = await this.#withinTime(loader.load(this.entry.module));
    if (loaded === 'timeout') { this.#failed('its module did not load in time'); return; }
    if (!loaded.ok) { this.#failed(loaded.message); return; }
    const { NSPStartup, NSPv2 } = loaded.module;
    if (NSPStartup !== null) await this.#startV1(NSPStartup);
    else if (NSPv2 !== null) await this.startV2(NSPv2);
    else this.#failed('it exports neither NSPStartup nor NSPv2Startup');
  }

  /** Opens a session with a provider of version 2, which was loaded or advertised. */
  async startV2(table: NSPV2_ROUTINE): Promise<void> {
    const bad = validateNspv2Routine(table);
    if (bad !== null) { this.#failed(`its table's ${bad} is wrong`, WSAEINVALIDPROCTABLE); return; }
    const session = withNameSpaceStartup(ref<ClientSession>(null), this.#startup());
    const routines = (): RoutinesV2 => new RoutinesV2(this.#calls, this.#async, this.id, table, session.value);
    const begun = await this.#called('NSPv2Startup', [this.id, session], () => table.NSPv2Startup(this.id, session), () => {
      routines().rundown();
    });
    if (begun) this.#started(routines());
  }

  async #startV1(startup: LPNSPSTARTUP): Promise<void> {
    const table = withNameSpaceStartup({} as NSP_ROUTINE, this.#startup());
    const begun = await this.#called('NSPStartup', [this.id, table], () => startup(this.id, table), () => {
      if (validateNspRoutine(table) === null) new RoutinesV1(this.#calls, this.id, table).cleanup();
    });
    if (!begun) return;
    const bad = validateNspRoutine(table);
    if (bad !== null) { this.#failed(`its table's ${bad} is wrong`, WSAEINVALIDPROCTABLE); return; }
    // What the provider does with its table afterwards is nobody's business.
    const entries = Object.fromEntries(['cbSize', ...NSP_ROUTINE_NAMES].map((name) => [name, table[name as 'cbSize']]));
    this.#started(new RoutinesV1(this.#calls, this.id, entries as unknown as NSP_ROUTINE));
  }

  /** Tells the provider that the process is through with it. */
  cleanup(): void {
    this.routines?.cleanup();
    this.routines = null;
    this.error = WSAEPROVIDERFAILEDINIT;
  }

  /** Leaves a line in the trace that names the provider. */
  note(what: string, ...details: readonly unknown[]): void {
    this.#calls.note(what, ...details);
  }

  #startup(): NameSpaceStartup {
    return { info: toNamespaceInfoExW(this.entry), module: this.entry.module };
  }

  #started(routines: Routines): void {
    this.routines = routines;
    this.error = 0;
    this.message = '';
  }

  /** Calls the provider's start; `tooLate` undoes one that succeeds after it was given up. */
  async #called(name: string, args: readonly unknown[], entry: () => unknown, tooLate: () => void): Promise<boolean> {
    // Loading took a while: the process that is starting is no longer the current one.
    const answer = runOn(this.#process.mainThread, () => this.#calls.call(name, args, entry));
    const error = await this.#withinTime(answer);
    if (error === 'timeout') {
      this.#failed(`its ${name} did not return in time`);
      void Promise.resolve(answer).then((late) => {
        if (late === 0) tooLate();
      });
    } else if (error !== 0) {
      this.#failed(`its ${name} failed with ${String(error)}`);
    }
    return error === 0;
  }

  #failed(message: string, error = WSAEPROVIDERFAILEDINIT): void {
    this.error = error;
    this.message = message;
    this.#calls.note('name space provider failed to start', this.entry.providerId, message);
  }

  #withinTime<T>(result: T | Promise<T>): T | Promise<T | 'timeout'> {
    return withinTime(this.#process.clock, STARTUP_TIMEOUT, result);
  }
}
