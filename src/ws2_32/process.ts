// What WS2_32 keeps per process: the startup count, the catalog as it was at startup, the providers, the open sockets.
// Version negotiation and loading are in startup.ts, a provider's own life in provider.ts.
import { LRUCache } from 'lru-cache';
import { HIBYTE, LOBYTE, ref, type WSAPROTOCOL_INFOW } from '../abi/index.js';
import {
  toProtocolInfoW,
  type Application,
  type Catalog,
  type CatalogStore,
  type ProtocolEntry,
  type Selection,
} from '../catalog/index.js';
import type { ModuleLoader, RioFunctions } from '../spi/index.js';
import { HandleMap, type Process } from '../win32/index.js';
import { AsyncRequests } from './async-requests.js';
import { BlockingCalls } from './blocking-calls.js';
import type { ConfigChange } from './config-change.js';
import type { SocketCall } from './dispatch.js';
import type { NameLookup } from './name-lookups.js';
import type { NameSpaces } from './name-spaces/name-spaces.js';
import type { Provider } from './provider.js';
import type { SocketRecord } from './socket.js';

/** What the composition root puts under a process: where its catalog is and how modules are loaded. */
export interface Environment {
  readonly store: CatalogStore;
  readonly loader: ModuleLoader;
  /** Which program the process is; categories permit it layers. */
  readonly application: Application;
  /** Makes an identifier that nobody else has: '{...}', upper case. */
  readonly newGuid: () => string;
}

/** How a start ended: 0 or WSAStartup's error, and what its callers are told in szSystemStatus. */
export interface StartOutcome {
  readonly error: number;
  readonly status: string;
}

const KEY = Symbol('ws2_32');
/** Programs ask for a handful of kinds; one that tries every number must not be remembered for ever. */
const MOST_SELECTIONS = 256;

/** WS2_32's own state in one process. */
export class WinsockProcess {
  readonly kernel: Process;
  environment: Environment | null = null;
  /** Successful WSAStartup calls that no WSACleanup has undone. */
  startupCount = 0;
  /** The startup that is loading, which others made meanwhile wait for. */
  starting: Promise<StartOutcome> | null = null;
  /** The highest version negotiated since the first WSAStartup, as MAKEWORD makes it. */
  version = 0;
  /** Null unless somebody has negotiated 1.x. */
  blockingCalls: BlockingCalls | null = null;
  catalog: Catalog | null = null;
  /** Whoever holds this was given the upcall table since the first WSAStartup; null while nobody can have been. */
  session: object | null = null;
  readonly #selections = new LRUCache<string, Selection>({ max: MOST_SELECTIONS });
  readonly #infos = new Map<ProtocolEntry, WSAPROTOCOL_INFOW>();
  /** Started providers, by provider id. */
  readonly providers = new Map<string, Provider>();
  readonly sockets = new HandleMap<SocketRecord>();
  /** A call that is over, for the next one: making one for each is felt. */
  spareCall: SocketCall | null = null;
  /** The name spaces, from the first WSAStartup to the last WSACleanup. */
  nameSpaces: NameSpaces | null = null;
  readonly asyncRequests: AsyncRequests;
  /** What waits for changes of the catalog; see config-change.ts. */
  readonly configChanges = new Set<ConfigChange>();
  /** Overlapped name look-ups that are under way. */
  readonly nameLookups = new Set<NameLookup>();
  /** Registered I/O's functions, once somebody has asked for them; see rio-functions.ts. */
  rio: RioFunctions | null = null;
  /** Whose they are. */
  rioProvider: Provider | null = null;

  private constructor(kernel: Process) {
    this.kernel = kernel;
    this.asyncRequests = new AsyncRequests(kernel);
    // CloseHandle is allowed on a socket, and no provider is asked then; but the socket that a provider keeps behind a handle
    // of WPUCreateSocketHandle would stay open for ever.
    kernel.handles.whenClosed = (handle) => {
      const record = this.sockets.get(handle);
      if (record?.made === true) {
        record.provider.tell('WSPCloseSocket', (procs) => procs.lpWSPCloseSocket(record.handle, ref(0)));
      }
      this.sockets.delete(handle);
    };
  }

  /** The state of this process, made on first use. */
  static of(process: Process): WinsockProcess {
    return process.dataOf<WinsockProcess>(KEY) ?? process.moduleData(KEY, () => new WinsockProcess(process));
  }

  get started(): boolean {
    return this.startupCount > 0;
  }

  /** Whether everybody in the process is a Winsock 1.1 program. */
  get isVersion1(): boolean {
    return LOBYTE(this.version) === 1;
  }

  /**
   * Somebody has negotiated a version. One 1.x program is enough for blocking hooks; one 2.x program, which is promised
   * that nothing is forbidden while a call waits, ends what else is different for 1.1.
   */
  negotiated(version: number): void {
    if (LOBYTE(version) === 1) this.blockingCalls ??= new BlockingCalls();
    if (HIBYTE(version) + (LOBYTE(version) << 8) > HIBYTE(this.version) + (LOBYTE(this.version) << 8)) this.version = version;
    if (!this.isVersion1) this.blockingCalls?.lift();
  }

  /** The last WSACleanup: the next WSAStartup negotiates anew. */
  forgetVersions(): void {
    this.version = 0;
    this.blockingCalls?.lift();
    this.blockingCalls = null;
  }

  /** The started provider that serves a catalog entry, or null. */
  providerOf(entry: ProtocolEntry): Provider | null {
    return this.providers.get(entry.providerId) ?? null;
  }

  /** The catalog's choice for a socket. It does not change while the process runs, so it is made once for each wish. */
  select(af: number, type: number, protocol: number): Selection | null {
    if (this.catalog === null) return null;
    const wish = `${String(af)} ${String(type)} ${String(protocol)}`;
    let selection = this.#selections.get(wish);
    if (selection === undefined) {
      selection = this.catalog.select(af, type, protocol);
      this.#selections.set(wish, selection);
    }
    return selection;
  }

  /** A catalog entry as providers are shown it. */
  infoOf(entry: ProtocolEntry): WSAPROTOCOL_INFOW {
    let info = this.#infos.get(entry);
    if (info === undefined) {
      info = toProtocolInfoW(entry);
      this.#infos.set(entry, info);
    }
    return info;
  }

  /** The catalog goes with the last WSACleanup, and what was made of it. */
  forgetCatalog(): void {
    this.catalog = null;
    this.session = null;
    this.rio = null;
    this.rioProvider = null;
    this.#selections.clear();
    this.#infos.clear();
  }

  /** Leaves a line in the trace. */
  note(name: string, ...args: readonly unknown[]): void {
    if (this.kernel.trace.on) this.kernel.trace.note('ws2_32', name, args, this.kernel.clock.now());
  }
}
