// Saving: every change to the file goes through here, with the lock held. Owns the order of the steps and starting again
// when the file changed under it; the lock itself is claim.ts, reading read.ts.
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { catalogError, isCatalogError, type CatalogError } from '../error.js';
import type { Claim, Claims } from './claim.js';
import { nameOf } from './claim.js';
import { attempt, type StoreFiles } from './files.js';
import { ioError, prepareTarget, readCatalogFile, sameBytes, type Found, type Reading } from './read.js';

/** The moments of a save, in order. */
export type SaveStep = 'locked' | 'written' | 'synced' | 'renamed' | 'done';

/** How a save works. */
export interface Saving extends Reading {
  readonly claims: Claims;
  /** How often a held lock is tried again. */
  readonly lockRetries: number;
  /** Milliseconds between two tries, on average. */
  readonly lockDelayMs: number;
  readonly onStep: (step: SaveStep) => void;
}

/** The lock is held, and somebody else has saved nevertheless: to be tried again. */
export const AGAIN = Symbol('again');
/** How often a save starts again before it gives up. */
const MAX_ROUNDS = 5;
const PRIVATE_FILE = 0o600;
const NOT_FOR_OTHERS = 0o755;

/**
 * Does something with the lock held.
 *
 * @param file - the catalog file
 * @param saving - how
 * @param body - told the file's path without links, and the lock; `AGAIN` has it called again
 * @returns what `body` answered, or why it could not be called
 */
export async function underLock<T>(
  file: string,
  saving: Saving,
  body: (target: string, claim: Claim) => Promise<T | typeof AGAIN>,
): Promise<T | CatalogError> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const target = prepareTarget(file, saving);
    if (typeof target !== 'string') return target;
    const claim = await lock(target, saving);
    if (isCatalogError(claim)) return claim;
    try {
      saving.onStep('locked');
      const outcome = await body(target, claim);
      if (outcome !== AGAIN) return outcome;
    } finally {
      saving.claims.drop(claim);
    }
  }
  return catalogError('locked', 'keeps being changed by others', { file });
}

async function lock(target: string, { claims, lockRetries, lockDelayMs }: Saving): Promise<Claim | CatalogError> {
  let waited = 0;
  for (let tries = 0; tries <= lockRetries; tries += 1) {
    if (tries > 0) {
      waited = lockDelayMs * (0.5 + spread(tries));
      await setTimeout(waited);
    }
    try {
      const claim = claims.take(target, waited);
      if (claim !== null) return claim;
    } catch (error) {
      return ioError(error, 'could not be locked', target);
    }
  }
  return catalogError('locked', `is being changed by ${holderOf(target, claims)}`, { file: target });
}

function holderOf(target: string, claims: Claims): string {
  let holder = 'somebody else';
  attempt(() => {
    const [one] = claims.all(target);
    if (one !== undefined) holder = `${nameOf(one)}, which holds ${one.path}`;
  });
  return holder;
}

/** From 0 to 1, different for each process and each try, so that those who wait do not come at the same moments. */
function spread(tries: number): number {
  const turns = (process.pid * 7 + tries) * 0.618_033_988_749;
  return turns - Math.floor(turns);
}

/**
 * Writes a catalog and puts it in the file's place.
 *
 * @param text - the new file
 * @param before - the file as it was read with the lock held, or null for none
 * @returns null when it is done, else why not, or `AGAIN`; then the file is what it was
 */
export async function replaceFile(
  file: string,
  text: string,
  before: Found | null,
  held: { readonly target: string; readonly claim: Claim },
  saving: Saving,
): Promise<CatalogError | typeof AGAIN | null> {
  const { target, claim } = held;
  try {
    await claim.fill(text, (before?.mode ?? PRIVATE_FILE) & NOT_FOR_OTHERS, () => { saving.onStep('written'); });
    saving.onStep('synced');
    // Not everybody who edits the file by hand knows of the lock.
    const now = readCatalogFile(file, saving);
    if (isCatalogError(now)) return now;
    if (!sameBytes(before, now) || !claim.save()) return AGAIN;
  } catch (error) {
    return ioError(error, 'could not be written', file);
  }
  saving.onStep('renamed');
  await syncFolder(dirname(target), saving.files);
  saving.onStep('done');
  return null;
}

/** Makes the rename last through a power cut. Where folders cannot be synced, old or new is still all that can be found. */
export async function syncFolder(folder: string, files: StoreFiles): Promise<void> {
  let fd: number | null = null;
  try {
    fd = files.open(folder);
    await files.sync(fd);
  } catch {
    // The catalog is saved already; told of an error, an installer would install a second time.
  }
  const opened = fd;
  if (opened !== null) attempt(() => { files.close(opened); });
}
