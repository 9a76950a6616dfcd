// What WS2_32 lends to layered providers beside the upcalls: a look at the catalog, and the loader.
import { WSAEPROVIDERFAILEDINIT } from '../abi/index.js';
import { toProtocolInfoW } from '../catalog/index.js';
import {
  WSPPROC_NAMES,
  unsupportedProcTable,
  type ChainServices,
  type LPWSPSTARTUP,
  type WSPPROC_TABLE,
} from '../spi/index.js';
import { runOn, type Process } from '../win32/index.js';
import type { WinsockProcess } from './process.js';
import { tracedTable } from './traced-table.js';

/** How long a link may take to load and to start, as a part of the time that the one above it has. */
const PART_OF_TIME = 0.8;

/** A started provider's entries; while somebody listens, those that report every call. */
class WatchedTable {
  private readonly process: Process;
  private readonly trace: Process['trace'];
  private readonly module: string;
  private readonly plain: WSPPROC_TABLE;
  private traced: WSPPROC_TABLE | null = null;

  constructor(process: Process, module: string, procs: WSPPROC_TABLE) {
    this.process = process;
    this.trace = process.trace;
    this.module = module;
    // A copy of the names alone, in an object that has its final shape from the start: it is asked with every call.
    this.plain = unsupportedProcTable();
    for (const name of WSPPROC_NAMES) Object.assign(this.plain, { [name]: procs[name] });
  }

  get procs(): WSPPROC_TABLE {
    if (!this.trace.on) return this.plain;
    return (this.traced ??= tracedTable(this.plain, this.process, this.module));
  }
}

/** What `work` gives, or `late` when it takes longer than `milliseconds`. */
function inTime<T>({ kernel }: WinsockProcess, milliseconds: number, work: Promise<T>, late: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = kernel.clock.setTimer(milliseconds, () => {
      resolve(late);
    });
    work.then(resolve, reject).finally(() => {
      timer.cancel();
    });
  });
}

/** A link's WSPStartup, made to run in the process and to end in time without throwing. */
function guarded(process: WinsockProcess, module: string, milliseconds: number, startup: LPWSPSTARTUP): LPWSPSTARTUP {
  const refuse = (why: string, ...details: unknown[]): number => {
    process.note(`a link's WSPStartup ${why}`, module, ...details);
    return WSAEPROVIDERFAILEDINIT;
  };
  return async (...args) => {
    try {
      // Loading took a while: the process that is starting is no longer the current one.
      const started = runOn(process.kernel.mainThread, () => startup(...args));
      if (!(started instanceof Promise)) return started;
      const result = await inTime(process, milliseconds, started, null);
      return result ?? refuse('did not return in time');
    } catch (error) {
      return refuse('threw', error);
    }
  };
}

/**
 * The services for the provider of one link.
 *
 * @param process - whose catalog and loader they stand on
 * @param link - the catalog entry that the provider is started for
 * @param milliseconds - how long its own start may take
 * @param above - the link of the layer that starts it, or null for WS2_32
 */
export function createChainServices(
  process: WinsockProcess,
  link: number,
  milliseconds: number,
  above: number | null = null,
): ChainServices {
  const limit = milliseconds * PART_OF_TIME;
  return {
    link,
    above,
    protocols: () => process.catalog?.protocols.map(toProtocolInfoW) ?? [],
    async load(module) {
      const { environment } = process;
      const failure = (message: string) => ({ ok: false, error: 'failed', message }) as const;
      if (environment === null) return failure('this process has no loader');
      const late = failure(`the provider module '${module}' did not load in time`);
      const loaded = await inTime(process, limit, environment.loader.load(module), late);
      if (!loaded.ok || loaded.module.WSPStartup === null) return loaded;
      const WSPStartup = guarded(process, module, limit, loaded.module.WSPStartup);
      return { ok: true, module: { ...loaded.module, WSPStartup } };
    },
    watch: (module, procs) => new WatchedTable(process.kernel, module, procs),
    below: (below) => createChainServices(process, below, limit, link),
  };
}
