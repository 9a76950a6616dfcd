// The events of changes in the catalog (Microsoft-Windows-Winsock-WS2HELP), made in one place: a store in front of the
// process's own that compares the catalog before and after each change that was saved.
import { PFL_HIDDEN } from '../abi/index.js';
import type { Catalog, CatalogChange, CatalogResult, CatalogStore, ProtocolEntry } from '../catalog/index.js';
import { currentThread, programFile, type EventName, type Process } from '../win32/index.js';

/** There is one catalog, and it is that of 64-bit programs. */
const CATALOG = 64;

/** A store that tells of what is changed through it. It changes no answer. */
export class ReportingStore implements CatalogStore {
  readonly store: CatalogStore;
  readonly #process: Process;

  /**
   * @param store - where the catalog is
   * @param process - the process that changes it; the current one if left out
   */
  constructor(store: CatalogStore, process: Process = currentThread().process) {
    this.store = store;
    this.#process = process;
  }

  describe(): string {
    return this.store.describe();
  }

  loadSync(): CatalogResult {
    return this.store.loadSync();
  }

  load(): Promise<CatalogResult> {
    return this.store.load();
  }

  async update(change: CatalogChange): Promise<CatalogResult> {
    const seen: { before: Catalog | null } = { before: null };
    const result = await this.store.update((current) => {
      // The last time that it is asked is the one that is saved.
      seen.before = current;
      return change(current);
    });
    const { before } = seen;
    if (before !== null && result.ok && this.#process.events.ws2help) tellChanges(this.#process, before, result.catalog);
    return result;
  }

  watch(changed: () => void): () => void {
    return this.store.watch(changed);
  }
}

/** A store that can start anew. */
export interface Resettable<R extends { readonly ok: boolean }> {
  reset(): Promise<R>;
}

/**
 * Resets a catalog, and tells of it if that worked.
 *
 * @param store - whose catalog
 * @param process - the process that does it
 * @returns what the store answered
 */
export async function resetAndTell<R extends { readonly ok: boolean }>(
  store: Resettable<R>,
  process: Process,
): Promise<R> {
  const result = await store.reset();
  if (result.ok && process.events.ws2help) {
    process.events.write('WINSOCK_WS2HELP_LSP_RESET', currentThread().id, { Catalog: CATALOG });
  }
  return result;
}

/** Tells what became of the protocol entries, in the order of the catalog: first those that went. */
function tellChanges(process: Process, before: Catalog, after: Catalog): void {
  for (const entry of before.protocols) {
    if (after.byId(entry.dwCatalogEntryId) === null) tell(process, 'WINSOCK_WS2HELP_LSP_REMOVE', entry);
  }
  for (const entry of after.protocols) {
    const earlier = before.byId(entry.dwCatalogEntryId);
    if (earlier === null) tell(process, 'WINSOCK_WS2HELP_LSP_INSTALL', entry);
    else if (!isHidden(earlier) && isHidden(entry)) tell(process, 'WINSOCK_WS2HELP_LSP_DISABLE', entry);
  }
}

function isHidden({ dwProviderFlags }: ProtocolEntry): boolean {
  return (dwProviderFlags & PFL_HIDDEN) !== 0;
}

function tell(process: Process, name: EventName, entry: ProtocolEntry): void {
  process.events.write(name, currentThread().id, {
    'LSP Name': entry.szProtocol,
    Catalog: CATALOG,
    Installer: programFile(),
    GUID: entry.providerId,
    Category: entry.dwCatalogEntryId,
  });
}
