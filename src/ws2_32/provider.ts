// One transport provider in one process: loading its module, WSPStartup, its table, WSPCleanup. A provider that
// misbehaves here costs its own sockets and nobody else's.
import { WSAEPROVIDERFAILEDINIT, WSPDATA, ref } from '../abi/index.js';
import { toProtocolInfoW, type ProtocolEntry } from '../catalog/index.js';
import {
  SPI_VERSION,
  startupProblem,
  unsupportedProcTable,
  WSPPROC_NAMES,
  type ModuleLoader,
  type WSPPROC_TABLE,
  type WSPUPCALLTABLE,
} from '../spi/index.js';
import { runOn, type Process } from '../win32/index.js';
import { textOf } from './contract.js';
import { tracedTable } from './traced-table.js';
import { withinTime } from './within-time.js';

/** How long loading the module, and then WSPStartup, may take before the provider counts as failed, in milliseconds. */
export const STARTUP_TIMEOUT = 10_000;

/** A started provider, or one that failed to start and why. */
export class Provider {
  readonly id: string;
  readonly module: string;
  /** The error that socket() gives for this provider; 0 once it has started. */
  error = WSAEPROVIDERFAILEDINIT;
  /** For people: what went wrong. */
  message = 'it was not started';
  readonly #process: Process;
  #procs: WSPPROC_TABLE = unsupportedProcTable();
  #traced: WSPPROC_TABLE | null = null;
  #hasFailed = false;

  constructor(process: Process, id: string, module: string) {
    this.#process = process;
    this.id = id;
    this.module = module;
  }

  /** The entries; while somebody listens, those that report every call. */
  get procs(): WSPPROC_TABLE {
    if (!this.#process.trace.on) return this.#procs;
    return (this.#traced ??= tracedTable(this.#procs, this.#process, this.module));
  }

  /** Whether the start is over and came to nothing. */
  get failed(): boolean {
    return this.#hasFailed;
  }

  /** Loads the module and calls its WSPStartup for `entry`. Never rejects; see `error` and `message`. */
  async start(loader: ModuleLoader, entry: ProtocolEntry, upcalls: WSPUPCALLTABLE): Promise<void> {
    try {
      await this.#start(loader, entry, upcalls);
    } catch (error) {
      // Looking at what a provider has left can run its code too.
      this.#fail(WSAEPROVIDERFAILEDINIT, textOf(error));
    }
  }

  async #start(loader: ModuleLoader, entry: ProtocolEntry, upcalls: WSPUPCALLTABLE): Promise<void> {
    const loaded = await this.#withinTime(loader.load(this.module));
    if (loaded === 'timeout') { this.#fail(WSAEPROVIDERFAILEDINIT, 'its module did not load in time'); return; }
    if (!loaded.ok) { this.#fail(WSAEPROVIDERFAILEDINIT, loaded.message); return; }
    const startup = loaded.module.WSPStartup;
    if (startup === null) { this.#fail(WSAEPROVIDERFAILEDINIT, 'it exports no WSPStartup'); return; }
    // Provider authors start from a table that lacks nothing; what they leave out is then unsupported, not a crash.
    const table = {} as WSPPROC_TABLE;
    const data = new WSPDATA();
    try {
      // Loading took a while: the process that is starting is no longer the current one.
      const started = runOn(this.#process.mainThread, () =>
        startup(SPI_VERSION, data, toProtocolInfoW(entry), upcalls, table),
      );
      const result: unknown = await this.#withinTime(started);
      if (result === 'timeout') {
        this.#fail(WSAEPROVIDERFAILEDINIT, 'its WSPStartup did not return in time');
        this.#endLate(started, table);
        return;
      }
      // Read once: what the provider does to its table later, and what a getter would say then, is of no account.
      const copy = copyOf(table);
      const problem = startupProblem(result, data, copy);
      if (problem !== null) {
        this.#fail(problem.error, problem.message);
        if (result === 0) this.#end(copy);
        return;
      }
      this.#procs = copy;
    } catch (error) {
      this.#fail(WSAEPROVIDERFAILEDINIT, `its WSPStartup threw ${textOf(error)}`); return;
    }
    this.error = 0;
    this.message = '';
  }

  /** A WSPStartup that was given up may still succeed: it gets the WSPCleanup that belongs to it. */
  #endLate(started: unknown, table: WSPPROC_TABLE): void {
    Promise.resolve(started).then(
      (result) => { if (result === 0) this.#end(table); },
      () => undefined,
    );
  }

  /** WSPCleanup for a provider that has started and cannot be used. */
  #end(table: Partial<WSPPROC_TABLE>): void {
    this.#tell('WSPCleanup', () => table.lpWSPCleanup?.(ref(0)));
  }

  /** Tells the provider that the process is through with it. */
  cleanup(): void {
    if (this.error === 0) this.tell('WSPCleanup', (procs) => procs.lpWSPCleanup(ref(0)));
  }

  /** Calls the entry `name` without waiting for its answer; should it throw or its promise fail, only the trace is told. */
  tell(name: string, entry: (procs: WSPPROC_TABLE) => unknown): void {
    this.#tell(name, () => entry(this.procs));
  }

  #tell(name: string, entry: () => unknown): void {
    const threw = (error: unknown): void => {
      this.#process.trace.note('ws2_32', `${name} threw`, [this.module, error], this.#process.clock.now());
    };
    try {
      const result = entry();
      if (typeof result === 'object' && result !== null) Promise.resolve(result).catch(threw);
    } catch (error) {
      threw(error);
    }
  }

  #fail(error: number, message: string): void {
    this.#hasFailed = true;
    this.error = error;
    this.message = message;
    this.#process.trace.note('ws2_32', 'provider failed to start', [this.module, this.id, message], this.#process.clock.now());
  }

  #withinTime<T>(result: T | Promise<T>): T | Promise<T | 'timeout'> {
    return withinTime(this.#process.clock, STARTUP_TIMEOUT, result);
  }
}

/** The entries of a table, each looked at once; what throws when it is looked at is not there. */
function copyOf(table: WSPPROC_TABLE): WSPPROC_TABLE {
  const entries = WSPPROC_NAMES.map((name) => {
    try {
      return [name, table[name]];
    } catch {
      return [name, undefined];
    }
  });
  return Object.fromEntries(entries) as WSPPROC_TABLE;
}
