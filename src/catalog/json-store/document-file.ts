// A document in a file beside the catalog's: the same lock, the same way of saving, the same check of who can write it.
import { catalogError, isCatalogError, type CatalogError } from '../error.js';
import type { DocumentResult, StoredDocument } from '../document.js';
import { GuardedFile, type FileContent } from './guarded-file.js';
import type { Saving } from './save.js';

interface Text {
  readonly text: string | null;
}

const asText: FileContent<Text> = {
  none: () => ({ text: null }),
  decode: (bytes, file) => {
    try {
      return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch {
      return catalogError('corrupt', 'is not UTF-8 text', { file });
    }
  },
  encode: ({ text }) => text ?? '',
};

const toResult = (outcome: Text | CatalogError): DocumentResult =>
  isCatalogError(outcome) ? { ok: false, error: outcome } : { ok: true, text: outcome.text };

/** A document, by its file. */
export class DocumentFile implements StoredDocument {
  readonly #file: GuardedFile<Text>;

  constructor(file: string, saving: Saving) {
    this.#file = new GuardedFile(file, saving, asText);
  }

  describe(): string {
    return `the file ${this.#file.file}`;
  }

  loadSync(): DocumentResult {
    return toResult(this.#file.load());
  }

  async update(change: (text: string | null) => string | null): Promise<DocumentResult> {
    const outcome = await this.#file.update((current) => {
      const next = change(current.text);
      return next === null || next === current.text ? current : { text: next };
    });
    return toResult(outcome);
  }

  watch(changed: () => void): () => void {
    return this.#file.watch(({ text }) => text ?? '', changed);
  }
}
