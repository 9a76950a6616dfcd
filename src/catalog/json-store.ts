// The catalog in a JSON file, as a store: what the contract asks for, made of json-store/. With that folder the only file
// of this one that touches the disk; the text in the file is file-format.ts, the rule about foreign writers permissions.ts.
//
// A save writes a temporary file, syncs it, and renames it into place: killed at any instant, the catalog is the old one
// or the new one. Readers need no lock.

import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Catalog } from './catalog.js';
import { defaultCatalog } from './defaults.js';
import { catalogError, isCatalogError } from './error.js';
import type { CatalogError } from './error.js';
import { decodeCatalog, encodeCatalog } from './file-format.js';
import { Claims } from './json-store/claim.js';
import type { Claim } from './json-store/claim.js';
import { attempt, realFiles } from './json-store/files.js';
import type { StoreFiles } from './json-store/files.js';
import { foreignFolder, readCatalogFile } from './json-store/read.js';
import type { Found } from './json-store/read.js';
import { resetFile } from './json-store/reset.js';
import type { ResetResult } from './json-store/reset.js';
import { type AGAIN, replaceFile, underLock } from './json-store/save.js';
import type { SaveStep, Saving } from './json-store/save.js';
import { watchSaves } from './json-store/watch.js';
import { catalogLocation } from './location.js';
import { applyChange, toResult } from './store.js';
import type { CatalogChange, CatalogResult, CatalogStore } from './store.js';

export type { SaveStep } from './json-store/save.js';

/** How a JSON store works; everything has a default. */
export interface JsonStoreOptions {
  /** The file. Default: WINSOCK2_CATALOG, else `winsock2/catalog.json` in the user's configuration folder. */
  readonly file?: string;
  /** As process.platform; on 'win32' modes and owners are not looked at. */
  readonly platform?: string;
  /** How often a held lock is tried again, default 1000. */
  readonly lockRetries?: number;
  /** Milliseconds between two tries, default 10. */
  readonly lockDelayMs?: number;
  /** After how many milliseconds without a sign of life a lock counts as a dead process's, where nobody can tell. */
  readonly staleMs?: number;
  /** Makes the temporary files' names unique, default a random UUID. */
  readonly uniqueName?: () => string;
  /** Told of each step of a save. */
  readonly onStep?: (step: SaveStep) => void;
  /** The file system, default the machine's. */
  readonly files?: StoreFiles;
}

const LOCK_RETRIES = 1000;
const LOCK_DELAY_MS = 10;
const NO_FOLDER = 'there is no configuration folder to save it in; set WINSOCK2_CATALOG';

/** Keeps the catalog in a JSON file. Objects and processes that name the same file share the catalog. */
export class JsonStore implements CatalogStore {
  /** The file's absolute path, or null when this user has no configuration folder. */
  readonly file: string | null;
  readonly #saving: Saving;
  #lastUpdate: Promise<unknown> = Promise.resolve();
  /** What the file held last, which it mostly still does: reading the same again is spared. */
  #known: { readonly bytes: Buffer; readonly catalog: Catalog } | null = null;

  /**
   * Touches nothing yet.
   *
   * @param options - see `JsonStoreOptions`
   */
  constructor(options: JsonStoreOptions = {}) {
    const file = options.file ?? defaultCatalogFile();
    this.file = file === null ? null : resolve(file);
    const { files = realFiles } = options;
    this.#saving = {
      files,
      platform: options.platform ?? process.platform,
      claims: new Claims(files, options.uniqueName, options.staleMs),
      lockRetries: options.lockRetries ?? LOCK_RETRIES,
      lockDelayMs: options.lockDelayMs ?? LOCK_DELAY_MS,
      onStep: options.onStep ?? (() => undefined),
    };
  }

  describe(): string {
    return this.file === null ? 'the built-in catalog (no configuration folder)' : `the catalog file ${this.file}`;
  }

  loadSync(): CatalogResult {
    if (this.file === null) return { ok: true, catalog: defaultCatalog() };
    const found = readCatalogFile(this.file, this.#saving);
    if (isCatalogError(found)) return toResult(found);
    this.#sweep(this.file);
    return toResult(this.#decode(found, this.file));
  }

  load(): Promise<CatalogResult> {
    return Promise.resolve(this.loadSync());
  }

  update(change: CatalogChange): Promise<CatalogResult> {
    return this.#afterOthers(() => this.#update(change));
  }

  /**
   * Goes back to the built-in catalog, also from a file that is damaged, newer, or can be written by others. The old file
   * is kept beside it, byte for byte, as `<file>.backup-<number>`. Ids that were given out once are not given out again.
   *
   * @returns the catalog and the backup's path. Errors: `insecure` (others can write to the folder), `locked`, `io`
   */
  reset(): Promise<ResetResult> {
    const { file } = this;
    if (file === null) return Promise.resolve({ ok: true, catalog: defaultCatalog(), backup: null });
    return this.#afterOthers(() => resetFile(file, this.#saving));
  }

  watch(changed: () => void): () => void {
    const { file } = this;
    // Where nothing can be saved, nothing will be.
    if (file === null) return () => undefined;
    const serial = (): number | null => {
      const loaded = this.loadSync();
      return loaded.ok ? loaded.catalog.serial : null;
    };
    return watchSaves(file, serial, changed);
  }

  #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lastUpdate.then(work);
    this.#lastUpdate = result.catch(() => undefined);
    return result;
  }

  async #update(change: CatalogChange): Promise<CatalogResult> {
    const { file } = this;
    if (file === null) return toResult(catalogError('io', NO_FOLDER));
    const body = (target: string, claim: Claim): Promise<Catalog | CatalogError | typeof AGAIN> =>
      this.#change(file, change, { target, claim });
    return toResult(await underLock(file, this.#saving, body));
  }

  /** One try at a change, with the lock held. */
  async #change(
    file: string,
    change: CatalogChange,
    held: { readonly target: string; readonly claim: Claim },
  ): Promise<Catalog | CatalogError | typeof AGAIN> {
    const before = readCatalogFile(file, this.#saving);
    if (isCatalogError(before)) return before;
    const current = this.#decode(before, file);
    if (isCatalogError(current)) return current;
    const next = applyChange(current, change);
    if (isCatalogError(next) || next === current) return next;
    const text = encodeCatalog(next);
    const failed = await replaceFile(file, text, before, held, this.#saving);
    if (failed !== null) return failed;
    this.#known = { bytes: Buffer.from(text), catalog: next };
    return next;
  }

  /** What the bytes mean; no file means the built-in catalog. */
  #decode(found: Found | null, file: string): Catalog | CatalogError {
    if (found === null) return defaultCatalog();
    const { bytes } = found;
    if (this.#known?.bytes.equals(bytes) === true) return this.#known.catalog;
    const catalog = decodeCatalog(bytes, file);
    if (!isCatalogError(catalog)) this.#known = { bytes, catalog };
    return catalog;
  }

  /** Removes what killed writers have left. */
  #sweep(file: string): void {
    const { files, claims } = this.#saving;
    attempt(() => {
      const target = files.entry(file) === null ? file : files.realPath(file);
      if (foreignFolder(dirname(target), this.#saving) === null) claims.sweep(target);
    });
  }
}

/** Where the catalog file of this user is, or null when there is no configuration folder. */
export function defaultCatalogFile(): string | null {
  return catalogLocation({ env: process.env, platform: process.platform, home: homeOrNone() });
}

function homeOrNone(): string {
  try {
    return homedir();
  } catch {
    // A user that the system does not know, as in many containers.
    return '';
  }
}
