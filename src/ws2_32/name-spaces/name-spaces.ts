// The name spaces of one process: the providers that WSAStartup started for the catalog's enabled entries, in the catalog's
// order, and the queries that are open. State only; what is done with it is in the files beside it.
import { NS_ALL, WSAEINVAL, WSASERVICE_NOT_FOUND, type GUID, type HANDLE } from '../../abi/index.js';
import type { Catalog } from '../../catalog/index.js';
import type { Process } from '../../win32/index.js';
import type { Environment } from '../process.js';
import { AsyncCalls } from './async-calls.js';
import { NameSpaceProvider } from './provider.js';
import { Query } from './query.js';
import { ServiceClasses } from './service-classes.js';

/** Which providers a query or a registration is for: those, or the error when there are none. */
export type Chosen =
  | { readonly error: 0; readonly providers: readonly NameSpaceProvider[] }
  | { readonly error: number; readonly providers: readonly [] };

/** The name spaces of a started process. */
export class NameSpaces {
  /** In the catalog's order, whether they have started or not. */
  readonly providers: readonly NameSpaceProvider[];
  readonly asyncCalls = new AsyncCalls();
  /** Those that the program serves itself; see advertise.ts. */
  readonly advertised = new Set<NameSpaceProvider>();
  readonly classes: ServiceClasses;
  /** Registrations that SetService was asked to put off, oldest first; each does its own and gives the error. */
  readonly deferred: (() => Promise<number>)[] = [];
  readonly #process: Process;
  readonly #environment: Environment;
  readonly #queries = new Map<Query, HANDLE>();

  constructor(process: Process, environment: Environment, catalog: Catalog) {
    this.#process = process;
    this.#environment = environment;
    const enabled = catalog.namespaces.filter((entry) => entry.enabled);
    this.providers = enabled.map((entry) => new NameSpaceProvider(process, this.asyncCalls, entry));
    this.classes = new ServiceClasses(environment.store, this.providers, catalog.serviceClasses);
  }

  /** Starts all providers at the same time; never rejects. */
  async start(): Promise<void> {
    await Promise.all(
      this.providers.map(async (provider) => {
        await provider.start(this.#environment.loader);
        if (provider.error === 0) provider.note('name space provider started', provider.entry.lpszIdentifier);
      }),
    );
  }

  /** The provider of this id, or null. */
  byId(id: GUID): NameSpaceProvider | null {
    const text = id.toString();
    return this.providers.find(({ entry }) => entry.providerId === text) ?? null;
  }

  /**
   * The started providers that a request names: the one of the id, if there is one, whatever the name space; else all of
   * the name space, NS_ALL for all there are. Errors: WSAEINVAL (no enabled provider of this id), the provider's error
   * (it has not started), WSASERVICE_NOT_FOUND (no provider serves the name space)
   */
  choose(id: GUID | null, nameSpace: number): Chosen {
    if (id !== null) {
      const provider = this.byId(id);
      if (provider === null) return { error: WSAEINVAL, providers: [] };
      if (provider.error !== 0) return { error: provider.error, providers: [] };
      return { error: 0, providers: [provider] };
    }
    const providers = this.providers.filter(
      ({ entry, error }) => error === 0 && (nameSpace === NS_ALL || entry.dwNameSpace === nameSpace),
    );
    return providers.length === 0 ? { error: WSASERVICE_NOT_FOUND, providers: [] } : { error: 0, providers };
  }

  /** A query of these providers, which lives until its handle is closed. */
  openQuery(providers: readonly NameSpaceProvider[]): { readonly query: Query; readonly handle: HANDLE } {
    const query = new Query(providers, this.#process.clock, (ended) => this.#queries.delete(ended));
    const handle = this.#process.handles.open(query);
    this.#queries.set(query, handle);
    return { query, handle };
  }

  /** The last WSACleanup: queries end, providers are told. */
  cleanup(): void {
    for (const handle of [...this.#queries.values()]) this.#process.handles.close(handle);
    for (const provider of this.providers) provider.cleanup();
  }
}
