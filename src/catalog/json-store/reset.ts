// Back to the built-in catalog, whatever the file holds. Owns the backup: the old file itself, under another name.
import { dirname } from 'node:path';
import { type Catalog } from '../catalog.js';
import { defaultCatalog } from '../defaults.js';
import { isCatalogError, type CatalogError } from '../error.js';
import { encodeCatalog } from '../file-format.js';
import type { Claim } from './claim.js';
import { attempt, systemCode, type StoreFiles } from './files.js';
import { ioError, readAnyway } from './read.js';
import { AGAIN, syncFolder, underLock, type Saving } from './save.js';

/** A reset's outcome; `backup` is the old file's new path, or null where there was no file. */
export type ResetResult =
  | { readonly ok: true; readonly catalog: Catalog; readonly backup: string | null }
  | { readonly ok: false; readonly error: CatalogError };

const PRIVATE_FILE = 0o600;
/** Backups are numbered from 1; who has so many may clean up first. */
const MAX_BACKUPS = 10_000;

/** Resets a file, with the lock held; see JsonStore.reset. */
export async function resetFile(file: string, saving: Saving): Promise<ResetResult> {
  const outcome = await underLock<ResetResult>(file, saving, (target, claim) => reset(file, target, claim, saving));
  return isCatalogError(outcome) ? { ok: false, error: outcome } : outcome;
}

async function reset(file: string, target: string, claim: Claim, saving: Saving): Promise<ResetResult | typeof AGAIN> {
  const { files } = saving;
  try {
    const catalog = afterReset(file, files);
    if (files.entry(target) === null) return { ok: true, catalog: defaultCatalog(), backup: null };
    await claim.fill(encodeCatalog(catalog), PRIVATE_FILE, () => { saving.onStep('written'); });
    saving.onStep('synced');
    const backup = keepOld(target, files);
    let saved = false;
    try {
      saved = claim.save();
    } finally {
      if (!saved) attempt(() => { putBack(backup, target, files); });
    }
    if (!saved) return AGAIN;
    saving.onStep('renamed');
    await syncFolder(dirname(target), files);
    saving.onStep('done');
    return { ok: true, catalog, backup };
  } catch (error) {
    return { ok: false, error: ioError(error, 'could not be reset', file) };
  }
}

/**
 * Gives the old file its second name, which costs no copy and cannot go half-way. Where that is impossible (a folder, or a
 * file system without links) it is moved; until the new file is there, the built-in catalog serves, as it will then.
 */
function keepOld(target: string, files: StoreFiles): string {
  for (let number = 1; number < MAX_BACKUPS; number += 1) {
    const backup = `${target}.backup-${number}`;
    if (files.entry(backup) !== null) continue;
    try {
      files.link(target, backup);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue;
      files.rename(target, backup);
    }
    return backup;
  }
  throw Object.assign(new Error('there are too many backups'), { code: 'EEXIST' });
}

function putBack(backup: string, target: string, files: StoreFiles): void {
  // Renaming one name of a file onto another name of it does nothing.
  if (files.entry(target) === null) files.rename(backup, target);
  else files.remove(backup);
}

/** Beyond these a number in a damaged file is not believed. */
const BELIEVED_SERIAL = 2 ** 48;
const BELIEVED_ID = 2 ** 31;

/** The built-in catalog, whose counters go on from the old ones, as no id may be given out twice. */
function afterReset(file: string, files: StoreFiles): Catalog {
  const start = defaultCatalog();
  // A damaged file may still tell; latin1, because it need not be text.
  const old = readAnyway(file, files)?.toString('latin1') ?? '';
  const nextEntryId = Math.max(start.nextEntryId, numberIn(old, 'nextEntryId', BELIEVED_ID));
  return start.with({ nextEntryId }).withSerial(numberIn(old, 'serial', BELIEVED_SERIAL) + 1);
}

function numberIn(text: string, member: string, limit: number): number {
  const value = Number(new RegExp(`"${member}": ?(\\d{1,20})`).exec(text)?.[1] ?? 0);
  return value < limit ? value : 0;
}
