// The store contract: where a catalog is kept. Owns the contract and what every store does before it saves;
// memory-store.ts and json-store.ts are the two kept here, a third party's has the same compliance suite.

import { Catalog } from './catalog.js';
import { catalogError } from './error.js';
import type { StoredDocument } from './document.js';
import type { CatalogError } from './error.js';
import { parseContent } from './schema.js';

/** A catalog, or why there is none. */
export type CatalogResult =
  | { readonly ok: true; readonly catalog: Catalog }
  | { readonly ok: false; readonly error: CatalogError };

/**
 * A change: from the catalog as it is to the one wanted, or an error to give up with. The catalog itself as the answer
 * means that there is nothing to save. It may be called again with a newer catalog if somebody else saved meanwhile, so
 * it should do nothing but compute.
 */
export type CatalogChange = (current: Catalog) => Catalog | CatalogError;

/**
 * Keeps one catalog, which several processes may share.
 *
 * Rules for every store: a failure is a value, never a throw; a store that cannot read what is there says so and leaves
 * it as it is; a saved change is whole or not there at all; no saved change is lost to another one made at the same time;
 * every saved change raises `serial` by one.
 */
export interface CatalogStore {
  /** What it is, for messages: 'the catalog file …'. */
  describe(): string;
  /** The catalog as it is now, at once; blocks for the time of reading one small file. Errors as for `load`. */
  loadSync(): CatalogResult;
  /**
   * The catalog as it is now; the built-in one if nothing was ever saved. Does not wait for writers.
   * Errors: `corrupt`, `newer`, `insecure`, `io`.
   */
  load(): Promise<CatalogResult>;
  /**
   * Changes the catalog: reads it, has it changed, checks the answer and saves it, with everybody else kept out.
   * Waits for others that are saving.
   *
   * @param change - see `CatalogChange`; if it throws, nothing is saved and the promise is rejected with what it threw
   * @returns the catalog saved. Errors: those of `load`; the change's own; `invalid` (the answer is no valid catalog);
   *   `locked` (others kept it locked too long); `io` (could not be written)
   */
  update(change: CatalogChange): Promise<CatalogResult>;
  /**
   * Watches for saves from this moment on, whoever makes them: this object, another one on the same place, or another
   * process. It keeps the program running until it is ended.
   *
   * @param changed - called after a save, never from inside this call; one call may stand for several saves. What it was
   *   is not told: load the catalog
   * @returns ends it: `changed` is not called any more
   */
  watch(changed: () => void): () => void;
  /**
   * A text of somebody else that is kept beside the catalog with the same safety. A store that has none leaves it out; such
   * texts are then kept in memory.
   *
   * @param name - a file's name; a path means another place, where there are places. The same name is the same document
   */
  document?(name: string): StoredDocument;
}

/**
 * Has a catalog changed and makes sure that the answer may be saved. Shared by all stores.
 *
 * @param current - what is stored
 * @param change - the caller's change
 * @returns the catalog to save with its serial counted up, or `current` itself when there is nothing to save, or an error
 */
export function applyChange(current: Catalog, change: CatalogChange): Catalog | CatalogError {
  const next = change(current);
  if (!(next instanceof Catalog) || next === current) return next;
  if (next.nextEntryId < current.nextEntryId) {
    return catalogError('invalid', 'must not go back, or an id would be given out twice', { path: 'nextEntryId' });
  }
  const parsed = parseContent(next.content());
  if (!parsed.ok) return catalogError('invalid', parsed.problems[0].what, { path: parsed.problems[0].path });
  return new Catalog({ ...parsed.content, serial: current.serial + 1 });
}

/** A catalog or an error, as a result. */
export function toResult(outcome: Catalog | CatalogError): CatalogResult {
  return outcome instanceof Catalog ? { ok: true, catalog: outcome } : { ok: false, error: outcome };
}
