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

  /** Loads the module and calls its WSPStartup for `entry`. Never rejects; see `error` and `message`. */
  async start(loader: ModuleLoader, entry: ProtocolEntry, upcalls: WSPUPCALLTABLE): Promise<void> {
    const loaded = await this.#withinTime(loader.load(this.module));
    if (loaded === 'timeout') { this.#failed(WSAEPROVIDERFAILEDINIT, 'its module did not load in time'); return; }
    if (!loaded.ok) { this.#failed(WSAEPROVIDERFAILEDINIT, loaded.message); return; }
    const startup = loaded.module.WSPStartup;
    if (startup === null) { this.#failed(WSAEPROVIDERFAILEDINIT, 'it exports no WSPStartup'); return; }
    // Provider authors start from a table that lacks nothing; what they leave out is then unsupported, not a crash.
    const table = {} as WSPPROC_TABLE;
    const data = new WSPDATA();
    try {
      // Loading took a while: the process that is starting is no longer the current one.
      const started = runOn(this.#process.mainThread, () =>
        startup(SPI_VERSION, data, toProtocolInfoW(entry), upcalls, table),
      );
      const result = await this.#withinTime(started);
      if (result === 'timeout') { this.#failed(WSAEPROVIDERFAILEDINIT, 'its WSPStartup did not return in time'); return; }
      const problem = startupProblem(result, data, table);
      if (problem !== null) { this.#failed(problem.error, problem.message); return; }
    } catch (error) {
      this.#failed(WSAEPROVIDERFAILEDINIT, `its WSPStartup threw ${String(error)}`); return;
    }
    this.#procs = Object.fromEntries(WSPPROC_NAMES.map((name) => [name, table[name]])) as unknown as WSPPROC_TABLE;
    this.error = 0;
    this.message = '';
  }

  /** Tells the provider that the process is through with it. */
  cleanup(): void {
    if (this.error === 0) this.tell('WSPCleanup', (procs) => procs.lpWSPCleanup(ref(0)));
  }

  /** Calls the entry `name` without waiting for its answer; should it throw or its promise fail, only the trace is told. */
  tell(name: string, entry: (procs: WSPPROC_TABLE) => unknown): void {
    const threw = (error: unknown): void => {
      this.#process.trace.note('ws2_32', `${name} threw`, [this.module, error], this.#process.clock.now());
    };
    try {
      const result = entry(this.procs);
      if (result instanceof Promise) result.catch(threw);
    } catch (error) {
      threw(error);
    }
  }

  #failed(error: number, message: string): void {
    this.error = error;
    this.message = message;
    this.#process.trace.note('ws2_32', 'provider failed to start', [this.module, this.id, message], this.#process.clock.now());
  }

  #withinTime<T>(result: T | Promise<T>): T | Promise<T | 'timeout'> {
    return withinTime(this.#process.clock, STARTUP_TIMEOUT, result);
  }
}
