// The lock. Whoever wants to save makes a file of its own beside the catalog, `<catalog>.lock-<who>`, its claim, and holds
// the lock if a look at the folder then shows no other. The claim is also the temporary file: the new catalog is written into it, and its
// rename onto the catalog both saves and unlocks. So a claim that was taken away cannot save any more, however long its
// owner stood still; and what a killed process leaves is a claim, which everybody can tell to be dead.
//
// Two cannot hold it at once: of two claims the one made later is made before its owner looks, and the other is there.
// Claims have names of their own, so that removing a dead one never hits a living one's.
//
// (A folder to lock by, or to hold the claims, would cost a save more than all the rest: file systems take their time to
// make a new folder last.)
//
// Owns claims and the judgement who lives. What is saved, and how long to wait, is the store's.
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { attempt, systemCode, type StoreFiles } from './files.js';
import { thisPlace } from './place.js';

/** A claim that shows no sign of life for so long is a dead one's, where its process cannot be asked for. */
export const STALE_MS = 1500;
/** Milliseconds between two signs of life. */
const BEAT_MS = 250;

/** Whose a claim is, for people. */
export function nameOf({ pid, place }: Claimant): string {
  return `process ${pid} on ${place.replace(/~[^~]*$/, '')}`;
}

/** Whose a claim is. */
export interface Claimant {
  readonly path: string;
  readonly pid: number;
  /** The machine, and the set of process ids on it, in which `pid` means something. */
  readonly place: string;
}

/** What the paths of the claims on a catalog begin with. */
function prefixOf(target: string): string {
  return `${target}.lock-`;
}

/** A claim that holds the lock. */
export class Claim {
  readonly path: string;
  readonly #target: string;
  readonly #files: StoreFiles;
  readonly #beat: NodeJS.Timeout;
  #fd: number | null;

  constructor(files: StoreFiles, target: string, path: string, fd: number) {
    this.#files = files;
    this.#target = target;
    this.path = path;
    this.#fd = fd;
    this.#beat = setInterval(() => {
      attempt(() => { files.touch(path); });
    }, BEAT_MS).unref();
  }

  /** Writes the text that is to become the catalog, and makes it last. */
  async fill(text: string, mode: number, written: () => void): Promise<void> {
    const fd = this.#fd;
    if (fd === null) throw new Error('this claim has been filled already');
    this.#files.write(fd, text);
    this.#files.setMode(fd, mode);
    written();
    await this.#files.sync(fd);
    this.#fd = null;
    this.#files.close(fd);
  }

  /** Puts the text in the catalog's place and so gives up the lock; false when the claim was taken away. */
  save(): boolean {
    try {
      this.#files.rename(this.path, this.#target);
      return true;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /** Gives up the lock, if it was not given up yet. Answers whether nothing is left of it. */
  drop(): boolean {
    clearInterval(this.#beat);
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) attempt(() => { this.#files.close(fd); });
    return removed(this.#files, this.path);
  }
}

/** The claims on catalogs, as one store sees and makes them. */
export class Claims {
  readonly #files: StoreFiles;
  readonly #uniqueName: () => string;
  readonly #staleMs: number;
  /** Since when a claim has not changed, in milliseconds that were waited. */
  readonly #still = new Map<string, { readonly stamp: number; ms: number }>();
  /** Claims of this store that could not be removed. */
  readonly #abandoned = new Set<string>();
  #place: string | null = null;

  constructor(files: StoreFiles, uniqueName: () => string = randomUUID, staleMs = STALE_MS) {
    this.#files = files;
    this.#uniqueName = uniqueName;
    this.#staleMs = staleMs;
  }

  /**
   * Tries to get the lock, at once.
   *
   * @param target - the catalog's path without links
   * @param waited - milliseconds since the last try of the same save
   * @returns the lock, or null when somebody else has it. Throws what the file system does
   */
  take(target: string, waited: number): Claim | null {
    // A claim that cannot win would only be in the way of others.
    if (waited > 0 && this.#rivals(target, null, waited)) return null;
    const path = `${prefixOf(target)}${process.pid}.${this.#uniqueName()}@${this.#here()}`;
    return this.#ifAlone(new Claim(this.#files, target, path, this.#files.create(path)), target);
  }

  /** Gives a lock back. */
  drop(claim: Claim): void {
    if (!claim.drop()) this.#abandoned.add(claim.path);
  }

  /** Removes what the dead have left, as far as it can be removed. Never throws. */
  sweep(target: string): void {
    attempt(() => { this.#rivals(target, null, 0); });
  }

  /** Everybody who has a claim, dead or alive. Throws what the file system does. */
  all(target: string): readonly (Claimant & { readonly dead: boolean })[] {
    return claimants(this.#files, target).map((one) => ({ ...one, dead: this.#isDead(one) }));
  }

  #ifAlone(claim: Claim, target: string): Claim | null {
    let alone = false;
    try {
      alone = !this.#rivals(target, claim.path, 0);
      return alone ? claim : null;
    } finally {
      if (!alone) this.drop(claim);
    }
  }

  #here(): string {
    return (this.#place ??= thisPlace());
  }

  /** Whether anybody else alive has a claim; the dead ones' are removed. */
  #rivals(target: string, own: string | null, waited: number): boolean {
    let found = false;
    for (const one of claimants(this.#files, target)) {
      if (one.path === own) continue;
      if ((this.#isDead(one) || this.#isStill(one, waited)) && removed(this.#files, one.path)) {
        this.#still.delete(one.path);
        this.#abandoned.delete(one.path);
      } else {
        found = true;
      }
    }
    return found;
  }

  #isDead({ path, pid, place }: Claimant): boolean {
    return this.#abandoned.has(path) || (place === this.#here() && !isAlive(pid));
  }

  /** Whether a claim has shown no sign of life while this store waited. No clock is asked: only waiting counts. */
  #isStill({ path }: Claimant, waited: number): boolean {
    const stamp = this.#files.entry(path)?.mtimeMs ?? Number.NaN;
    const known = this.#still.get(path);
    if (known?.stamp !== stamp) {
      this.#still.set(path, { stamp, ms: 0 });
      return false;
    }
    known.ms += waited;
    return known.ms >= this.#staleMs;
  }
}

const claimName = /^(\d{1,10})\.[^@]+@(.+)$/;

/** The claims on a catalog. What is named otherwise is nobody's. */
function claimants(files: StoreFiles, target: string): Claimant[] {
  const folder = dirname(target);
  const prefix = basename(prefixOf(target));
  return [...files.list(folder)].sort().flatMap((name) => {
    if (!name.startsWith(prefix)) return [];
    const [, pid, place] = claimName.exec(name.slice(prefix.length)) ?? [];
    return pid === undefined || place === undefined ? [] : [{ path: join(folder, name), pid: Number(pid), place }];
  });
}

/** Whether a file is gone, by this call or before it. */
function removed(files: StoreFiles, path: string): boolean {
  try {
    files.remove(path);
    return true;
  } catch (error) {
    return systemCode(error) === 'ENOENT';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, and it is another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
