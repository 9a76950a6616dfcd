// The catalog in a JSON file, as a store: what the contract asks for, made of json-store/. With that folder the only file
// of this one that touches the disk; the text in the file is file-format.ts, the rule about foreign writers permissions.ts.
//
// A save writes a temporary file, syncs it, and renames it into place: killed at any instant, the catalog is the old one
// or the new one. Readers need no lock.

import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Catalog } from './catalog.js';
import { defaultCatalog } from './defaults.js';
import { MemoryDocument, type StoredDocument } from './document.js';
import { catalogError } from './error.js';
import { decodeCatalog, encodeCatalog } from './file-format.js';
import { Claims } from './json-store/claim.js';
import { DocumentFile } from './json-store/document-file.js';
import { realFiles } from './json-store/files.js';
import type { StoreFiles } from './json-store/files.js';
import { GuardedFile, type FileContent } from './json-store/guarded-file.js';
import { resetFile } from './json-store/reset.js';
import type { ResetResult } from './json-store/reset.js';
import type { SaveStep, Saving } from './json-store/save.js';
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
  readonly #catalog: GuardedFile<Catalog> | null;
  readonly #documents = new Map<string, StoredDocument>();

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
    this.#catalog = this.file === null ? null : new GuardedFile(this.file, this.#saving, catalogContent);
  }

  describe(): string {
    return this.file === null ? 'the built-in catalog (no configuration folder)' : `the catalog file ${this.file}`;
  }

  loadSync(): CatalogResult {
    return toResult(this.#catalog?.load() ?? defaultCatalog());
  }

  load(): Promise<CatalogResult> {
    return Promise.resolve(this.loadSync());
  }

  async update(change: CatalogChange): Promise<CatalogResult> {
    if (this.#catalog === null) return toResult(catalogError('io', NO_FOLDER));
    return toResult(await this.#catalog.update((current) => applyChange(current, change)));
  }

  /**
   * Goes back to the built-in catalog, also from a file that is damaged, newer, or can be written by others. The old file
   * is kept beside it, byte for byte, as `<file>.backup-<number>`. Ids that were given out once are not given out again.
   *
   * @returns the catalog and the backup's path. Errors: `insecure` (others can write to the folder), `locked`, `io`
   */
  reset(): Promise<ResetResult> {
    const catalog = this.#catalog;
    if (catalog === null) return Promise.resolve({ ok: true, catalog: defaultCatalog(), backup: null });
    return catalog.afterOthers(() => resetFile(catalog.file, this.#saving));
  }

  watch(changed: () => void): () => void {
    // Where nothing can be saved, nothing will be.
    return this.#catalog?.watch(({ serial }) => serial, changed) ?? ((): void => undefined);
  }

  document(name: string): StoredDocument {
    const known = this.#documents.get(name) ?? this.#newDocument(name);
    this.#documents.set(name, known);
    return known;
  }

  /** Without a folder for the catalog there is none for what stands beside it. */
  #newDocument(name: string): StoredDocument {
    return this.file === null ? new MemoryDocument(name) : new DocumentFile(resolve(dirname(this.file), name), this.#saving);
  }
}

const catalogContent: FileContent<Catalog> = { none: defaultCatalog, decode: decodeCatalog, encode: encodeCatalog };

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
