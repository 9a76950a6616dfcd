// What WS2_32 keeps per process: the startup count, the catalog as it was at startup, the providers, the open sockets.
// Version negotiation and loading are in startup.ts, a provider's own life in provider.ts.
import type { ProtocolEntry } from '../catalog/index.js';
import type { Catalog, CatalogStore } from '../catalog/index.js';
import type { ModuleLoader } from '../spi/index.js';
import type { Process } from '../win32/index.js';
import type { Provider } from './provider.js';
import type { SocketRecord } from './socket.js';

/** What the composition root puts under a process: where its catalog is and how modules are loaded. */
export interface Environment {
  readonly store: CatalogStore;
  readonly loader: ModuleLoader;
}

const KEY = Symbol('ws2_32');

/** WS2_32's own state in one process. */
export class WinsockProcess {
  readonly kernel: Process;
  environment: Environment | null = null;
  /** Successful WSAStartup calls that no WSACleanup has undone. */
  startupCount = 0;
  /** The startup that is loading, which others made meanwhile wait for. */
  starting: Promise<number> | null = null;
  /** The version last negotiated, as MAKEWORD makes it. */
  version = 0;
  catalog: Catalog | null = null;
  /** Started providers, by provider id. */
  readonly providers = new Map<string, Provider>();
  readonly sockets = new Map<number, SocketRecord>();

  private constructor(kernel: Process) {
    this.kernel = kernel;
  }

  /** The state of this process, made on first use. */
  static of(process: Process): WinsockProcess {
    return process.moduleData(KEY, () => new WinsockProcess(process));
  }

  get started(): boolean {
    return this.startupCount > 0;
  }

  /** The started provider that serves a catalog entry, or null. */
  providerOf(entry: ProtocolEntry): Provider | null {
    return this.providers.get(entry.providerId) ?? null;
  }

  /** Leaves a line in the trace. */
  note(name: string, ...args: readonly unknown[]): void {
    if (this.kernel.trace.on) this.kernel.trace.note('ws2_32', name, args, this.kernel.clock.now());
  }
}
