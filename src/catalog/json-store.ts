// The catalog in a JSON file: finding it, refusing it when others can write to it, replacing it whole under a lock.
// With json-store/, which notices what others save, the only file of this folder that touches the disk; the text in the file is file-format.ts, the rule about foreign
// writers permissions.ts.
//
// A save writes a temporary file beside the catalog, syncs it, and renames it into place: killed at any instant, the
// catalog is the old one or the new one. Readers need no lock. Writers hold `<file>.lock`, whose age tells a dead
// holder's from a living one's; because a holder that was only stopped may wake up later, the file is compared once more
// just before the rename.

import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { WSAEACCES } from '../abi/index.js';
import type { Catalog } from './catalog.js';
import { defaultCatalog } from './defaults.js';
import { catalogError, isCatalogError } from './error.js';
import type { CatalogError } from './error.js';
import { decodeCatalog, encodeCatalog } from './file-format.js';
import { watchSaves } from './json-store/watch.js';
import { catalogLocation } from './location.js';
import { foreignWriter } from './permissions.js';
import { applyChange, toResult } from './store.js';
import type { CatalogChange, CatalogResult, CatalogStore } from './store.js';

/** The moments of a save, in order. */
export type SaveStep = 'locked' | 'temp-opened' | 'temp-written' | 'temp-synced' | 'renamed' | 'done';

/** How a JSON store works; everything has a default. */
export interface JsonStoreOptions {
  /** The file. Default: WINSOCK2_CATALOG, else `winsock2/catalog.json` in the user's configuration folder. */
  readonly file?: string;
  /** As process.platform; on 'win32' modes and owners are not looked at. */
  readonly platform?: string;
  /** How often a held lock is tried again, default 400. */
  readonly lockRetries?: number;
  /** Milliseconds between two tries, default 25. */
  readonly lockDelayMs?: number;
  /** Makes the temporary files' names unique, default a random UUID. */
  readonly uniqueName?: () => string;
  /** Told of each step of a save. */
  readonly onStep?: (step: SaveStep) => void;
}

/** A lock as old as this is a dead holder's. */
const STALE_MS = 2000;
/** How often a save starts again because the file changed under it, before it gives up. */
const MAX_ROUNDS = 5;
/** Far beyond any real catalog; keeps a wrong file from being read into memory. */
const MAX_BYTES = 16 * 1024 * 1024;
const NEW_FILE_MODE = 0o600;
const NEW_FOLDER_MODE = 0o700;
const NOT_FOR_OTHERS = 0o755;

interface Found {
  readonly bytes: Buffer;
  readonly mode: number;
}

/** Keeps the catalog in a JSON file. Objects and processes that name the same file share the catalog. */
export class JsonStore implements CatalogStore {
  /** The file's absolute path, or null when this user has no configuration folder. */
  readonly file: string | null;
  readonly #options: JsonStoreOptions;
  #lastUpdate: Promise<unknown> = Promise.resolve();

  /**
   * Touches nothing yet.
   *
   * @param options - see `JsonStoreOptions`
   */
  constructor(options: JsonStoreOptions = {}) {
    const file = options.file ?? defaultFile();
    this.file = file === null ? null : resolve(file);
    this.#options = options;
  }

  describe(): string {
    return this.file === null ? 'the built-in catalog (no configuration folder)' : `the catalog file ${this.file}`;
  }

  loadSync(): CatalogResult {
    if (this.file === null) return { ok: true, catalog: defaultCatalog() };
    const found = this.#read(this.file);
    return toResult(isCatalogError(found) ? found : decode(found, this.file));
  }

  load(): Promise<CatalogResult> {
    return Promise.resolve(this.loadSync());
  }

  update(change: CatalogChange): Promise<CatalogResult> {
    const result = this.#lastUpdate.then(() => this.#update(change));
    this.#lastUpdate = result.catch(() => undefined);
    return result;
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

  async #update(change: CatalogChange): Promise<CatalogResult> {
    const { file } = this;
    if (file === null) {
      return toResult(catalogError('io', 'there is no configuration folder to save it in; set WINSOCK2_CATALOG'));
    }
    const target = await this.#prepare(file);
    if (isCatalogError(target)) return toResult(target);

    for (let round = 0; round < MAX_ROUNDS; round++) {
      const lock = await this.#lock(target);
      if (isCatalogError(lock)) return toResult(lock);
      try {
        this.#step('locked');
        const outcome = await this.#save(file, target, change, lock);
        if (outcome !== 'changed meanwhile') return toResult(outcome);
      } finally {
        await lock.release();
      }
    }
    return toResult(catalogError('locked', 'keeps being changed by others', { file }));
  }

  /** One try at a change, with the lock held. */
  async #save(
    file: string,
    target: string,
    change: CatalogChange,
    lock: HeldLock,
  ): Promise<Catalog | CatalogError | 'changed meanwhile'> {
    const before = this.#read(file);
    if (isCatalogError(before)) return before;
    const current = decode(before, file);
    if (isCatalogError(current)) return current;
    const next = applyChange(current, change);
    if (isCatalogError(next) || next === current) return next;

    const temp = `${target}.tmp-${(this.#options.uniqueName ?? randomUUID)()}`;
    try {
      await sweep(target);
      await this.#writeTemp(temp, encodeCatalog(next), before?.mode ?? NEW_FILE_MODE);
      const now = this.#read(file);
      if (isCatalogError(now)) return now;
      if (lock.lost() || !sameBytes(before, now)) return 'changed meanwhile';
      await rename(temp, target);
    } catch (error) {
      return ioError(error, 'could not be written', file);
    } finally {
      await rm(temp, { force: true }).catch(() => undefined);
    }
    this.#step('renamed');
    await syncFolder(dirname(target));
    this.#step('done');
    return next;
  }

  async #writeTemp(temp: string, text: string, mode: number): Promise<void> {
    const handle = await open(temp, 'wx', NEW_FILE_MODE);
    try {
      this.#step('temp-opened');
      await handle.writeFile(text);
      await handle.chmod(mode & NOT_FOR_OTHERS);
      this.#step('temp-written');
      await handle.sync();
      this.#step('temp-synced');
    } finally {
      await handle.close();
    }
  }

  /** Reads the file after making sure that only its owner can have written it; null when there is none. */
  #read(file: string): Found | null | CatalogError {
    try {
      const entry = lstatSync(file, { throwIfNoEntry: false });
      if (entry === undefined) return null;
      const target = realpathSync(file);
      const insecure = this.#foreignFolder(dirname(target)) ?? this.#foreignFolder(dirname(file));
      if (insecure !== null) return insecure;
      return this.#readChecked(file, target);
    } catch (error) {
      return ioError(error, 'could not be read', file);
    }
  }

  #readChecked(file: string, target: string): Found | CatalogError {
    // Checked by its descriptor, so that it cannot be exchanged in between; a pipe must not make the open wait.
    const fd = openSync(target, constants.O_RDONLY | flag('O_NONBLOCK') | flag('O_NOFOLLOW'));
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile()) return catalogError('corrupt', 'is not a regular file', { file });
      const foreign = this.#foreignWriter(stat, 'file');
      if (foreign !== null) return catalogError('insecure', foreign, { file });
      if (stat.size > MAX_BYTES) return catalogError('corrupt', `is larger than ${MAX_BYTES} bytes`, { file });
      return { bytes: readFileSync(fd), mode: stat.mode };
    } finally {
      closeSync(fd);
    }
  }

  /** Makes the folder if need be and answers the file's path without links. */
  async #prepare(file: string): Promise<string | CatalogError> {
    try {
      if (lstatSync(file, { throwIfNoEntry: false }) === undefined) {
        await mkdir(dirname(file), { recursive: true, mode: NEW_FOLDER_MODE });
        const folder = realpathSync(dirname(file));
        return this.#foreignFolder(folder) ?? join(folder, basename(file));
      }
      const target = realpathSync(file);
      return this.#foreignFolder(dirname(target)) ?? target;
    } catch (error) {
      return ioError(error, 'could not be made', file);
    }
  }

  async #lock(target: string): Promise<HeldLock | CatalogError> {
    // Loaded only here: the package sets up exit handlers when it is imported.
    const { lock } = await import('proper-lockfile');
    const { lockRetries = 400, lockDelayMs = 25 } = this.#options;
    let lost = false;
    const onCompromised = (): void => {
      lost = true;
    };
    for (let tries = 0; tries <= lockRetries; tries++) {
      if (tries > 0) await setTimeout(lockDelayMs);
      try {
        const release = await lock(target, { realpath: false, stale: STALE_MS, onCompromised });
        // Releasing a lost lock fails, and there is nothing left to release.
        return { lost: () => lost, release: () => release().catch(() => undefined) };
      } catch (error) {
        if (!hasCode(error, 'ELOCKED')) return ioError(error, 'could not be locked', target);
      }
    }
    return catalogError('locked', `is being changed by somebody else, who holds ${target}.lock`, { file: target });
  }

  #foreignFolder(folder: string): CatalogError | null {
    const foreign = this.#foreignWriter(statSync(folder), 'folder');
    return foreign === null ? null : catalogError('insecure', `the folder ${foreign}`, { file: folder });
  }

  #foreignWriter(stat: { readonly mode: number; readonly uid: number }, kind: 'file' | 'folder'): string | null {
    // Windows has access lists instead; Node shows none of them, and the mode it makes up says nothing about others.
    if ((this.#options.platform ?? process.platform) === 'win32') return null;
    const uid = process.geteuid?.();
    return uid === undefined ? null : foreignWriter(stat, kind, uid);
  }

  #step(step: SaveStep): void {
    this.#options.onStep?.(step);
  }
}

interface HeldLock {
  /** Whether somebody else took it, because this process stood still for too long. */
  readonly lost: () => boolean;
  readonly release: () => Promise<void>;
}

function decode(found: Found | null, file: string): Catalog | CatalogError {
  return found === null ? defaultCatalog() : decodeCatalog(found.bytes, file);
}

function sameBytes(a: Found | null, b: Found | null): boolean {
  if (a === null || b === null) return a === b;
  return a.bytes.equals(b.bytes);
}

/** Removes what killed writers left. Only with the lock held, when every temporary file is a dead one's. */
async function sweep(target: string): Promise<void> {
  const folder = dirname(target);
  const prefix = `${basename(target)}.tmp-`;
  const left = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

/** Makes the rename last through a power cut. Where folders cannot be synced, old or new is still all that can be found. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The catalog is saved already.
  }
}

function defaultFile(): string | null {
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

/** An open flag that not every platform has. */
function flag(name: 'O_NONBLOCK' | 'O_NOFOLLOW'): number {
  return (constants as Partial<Record<string, number>>)[name] ?? 0;
}

const NO_PERMISSION = ['EACCES', 'EPERM', 'EROFS'];

function ioError(error: unknown, what: string, file: string): CatalogError {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') throw error;
  const where = NO_PERMISSION.includes(code) ? { file, code: WSAEACCES } : { file };
  return catalogError('io', `${what} (${code})`, where);
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
