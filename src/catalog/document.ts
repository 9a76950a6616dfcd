// Documents: texts that others keep beside the catalog, with the same safety. Owns the contract, and documents in memory; what
// stands in one is its keeper's business.
import type { CatalogError } from './error.js';

/** A document's text, or why it cannot be had. */
export type DocumentResult =
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: false; readonly error: CatalogError };

/** A text that several processes may share. Nothing here throws but what a change throws. */
export interface StoredDocument {
  /** What it is, for messages. */
  describe(): string;
  /** The text as it is now; null while there is none. Errors: `corrupt` (no text), `insecure`, `io`. */
  loadSync(): DocumentResult;
  /**
   * Changes the text with everybody else kept out, and saves it whole or not at all.
   *
   * @param change - told the text; the answer is the new one, null to leave it. It may be called again with a newer text
   * @returns the text as it is then. Errors: those of `loadSync`, and `locked`
   */
  update(change: (text: string | null) => string | null): Promise<DocumentResult>;
  /** Watches for saves, whoever makes them; `changed` is never called from inside this call. Returns what ends it. */
  watch(changed: () => void): () => void;
}

/** A document that is gone with its process. */
export class MemoryDocument implements StoredDocument {
  readonly #name: string;
  readonly #watchers = new Set<() => void>();
  #text: string | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  describe(): string {
    return `${this.#name}, in memory`;
  }

  loadSync(): DocumentResult {
    return { ok: true, text: this.#text };
  }

  async update(change: (text: string | null) => string | null): Promise<DocumentResult> {
    // A later turn, as with a file: who can wait has to.
    await Promise.resolve();
    const next = change(this.#text);
    if (next !== null && next !== this.#text) {
      this.#text = next;
      for (const changed of [...this.#watchers]) changed();
    }
    return this.loadSync();
  }

  watch(changed: () => void): () => void {
    const tell = (): void => {
      changed();
    };
    this.#watchers.add(tell);
    return () => {
      this.#watchers.delete(tell);
    };
  }
}

/** Documents in memory by their names. */
export class MemoryDocuments {
  readonly #documents = new Map<string, MemoryDocument>();

  document(name: string): StoredDocument {
    const known = this.#documents.get(name) ?? new MemoryDocument(name);
    this.#documents.set(name, known);
    return known;
  }
}
