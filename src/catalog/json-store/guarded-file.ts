// One file that several processes may share: read with the check of who can write it, changed with the lock held and saved
// whole or not at all. What stands in it is told by whoever keeps it: the catalog, or a document beside it.
import { dirname } from 'node:path';
import { isCatalogError, type CatalogError } from '../error.js';
import type { Claim } from './claim.js';
import { attempt } from './files.js';
import { foreignFolder, readCatalogFile, type Found } from './read.js';
import { replaceFile, underLock, type AGAIN, type Saving } from './save.js';
import { watchSaves } from './watch.js';

/** What a file's bytes mean. */
export interface FileContent<T> {
  /** While there is no file. */
  readonly none: () => T;
  readonly decode: (bytes: Uint8Array, file: string) => T | CatalogError;
  readonly encode: (value: T) => string;
}

/** A file and what it means. */
export class GuardedFile<T extends object> {
  readonly file: string;
  readonly saving: Saving;
  readonly #content: FileContent<T>;
  #lastUpdate: Promise<unknown> = Promise.resolve();
  /** What the file held last, which it mostly still does: reading the same again is spared. */
  #known: { readonly bytes: Buffer; readonly value: T } | null = null;

  constructor(file: string, saving: Saving, content: FileContent<T>) {
    this.file = file;
    this.saving = saving;
    this.#content = content;
  }

  /** What it holds now. */
  load(): T | CatalogError {
    const found = readCatalogFile(this.file, this.saving);
    if (isCatalogError(found)) return found;
    this.#sweep();
    return this.#decode(found);
  }

  /**
   * Changes it, after the changes that were asked for before.
   *
   * @param change - told what it holds; the same value as the answer means that there is nothing to save. It may be called again
   */
  update(change: (current: T) => T | CatalogError): Promise<T | CatalogError> {
    const body = (target: string, claim: Claim): Promise<T | CatalogError | typeof AGAIN> => this.#change(change, { target, claim });
    return this.afterOthers(() => underLock(this.file, this.saving, body));
  }

  /** Does something to the file once what was asked for before is done. */
  afterOthers<R>(work: () => Promise<R>): Promise<R> {
    const result = this.#lastUpdate.then(work);
    this.#lastUpdate = result.catch(() => undefined);
    return result;
  }

  /**
   * Watches for saves, whoever makes them.
   *
   * @param mark - what differs between two values that are not the same
   */
  watch(mark: (value: T) => string | number, changed: () => void): () => void {
    const now = (): string | number | null => {
      const value = this.load();
      return isCatalogError(value) ? null : mark(value);
    };
    return watchSaves(this.file, now, changed);
  }

  /** One try at a change, with the lock held. */
  async #change(
    change: (current: T) => T | CatalogError,
    held: { readonly target: string; readonly claim: Claim },
  ): Promise<T | CatalogError | typeof AGAIN> {
    const before = readCatalogFile(this.file, this.saving);
    if (isCatalogError(before)) return before;
    const current = this.#decode(before);
    if (isCatalogError(current)) return current;
    const next = change(current);
    if (isCatalogError(next) || next === current) return next;
    const text = this.#content.encode(next);
    const failed = await replaceFile(this.file, text, before, held, this.saving);
    if (failed !== null) return failed;
    this.#known = { bytes: Buffer.from(text), value: next };
    return next;
  }

  #decode(found: Found | null): T | CatalogError {
    if (found === null) return this.#content.none();
    const { bytes } = found;
    if (this.#known?.bytes.equals(bytes) === true) return this.#known.value;
    const value = this.#content.decode(bytes, this.file);
    if (!isCatalogError(value)) this.#known = { bytes, value };
    return value;
  }

  /** Removes what killed writers have left. */
  #sweep(): void {
    const { files, claims } = this.saving;
    attempt(() => {
      const target = files.entry(this.file) === null ? this.file : files.realPath(this.file);
      if (foreignFolder(dirname(target), this.saving) === null) claims.sweep(target);
    });
  }
}
