// The store for tests, simulated hosts and browsers: a catalog in memory, gone with its owner.

import { Catalog } from './catalog.js';
import { defaultCatalog } from './defaults.js';
import { MemoryDocuments, type StoredDocument } from './document.js';
import { applyChange, toResult } from './store.js';
import type { CatalogChange, CatalogResult, CatalogStore } from './store.js';

/** Keeps a catalog in memory. Processes that share the object share the catalog. */
export class MemoryStore implements CatalogStore {
  #catalog: Catalog;
  readonly #watches = new Set<() => void>();
  readonly #documents = new MemoryDocuments();

  /**
   * @param initial - what it holds at first; the built-in catalog if left out
   */
  constructor(initial: Catalog = defaultCatalog()) {
    this.#catalog = initial;
  }

  describe(): string {
    return 'a catalog in memory';
  }

  loadSync(): CatalogResult {
    return { ok: true, catalog: this.#catalog };
  }

  load(): Promise<CatalogResult> {
    return Promise.resolve(this.loadSync());
  }

  // Async so that a change that throws rejects, as in every store.
  // eslint-disable-next-line @typescript-eslint/require-await
  async update(change: CatalogChange): Promise<CatalogResult> {
    const outcome = applyChange(this.#catalog, change);
    if (outcome instanceof Catalog && outcome !== this.#catalog) {
      this.#catalog = outcome;
      for (const tell of [...this.#watches]) tell();
    }
    return toResult(outcome);
  }

  watch(changed: () => void): () => void {
    let watching = true;
    // One of its own each time: the same function may be given twice.
    const tell = (): void => {
      if (watching) changed();
    };
    this.#watches.add(tell);
    return () => {
      watching = false;
      this.#watches.delete(tell);
    };
  }

  document(name: string): StoredDocument {
    return this.#documents.document(name);
  }
}
