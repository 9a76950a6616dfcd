// Owns: the compliance suite of the catalog store contract: what a store's author calls.
// Does not own: the cases (cases.ts), nor how a case is skipped (declare.ts).
import type { CatalogStore } from '../../../index.js';
import { declareCase, declareSkipCheck, type Skip } from '../declare.js';
import type { TestApi } from '../test-api.js';
import { storeCases } from './cases.js';

/** One place that a catalog is kept in. */
export interface StorePlace {
  /** A store on that place; each call may give a new object or the same one. */
  readonly open: () => CatalogStore;
  /** Called after the case, whatever came of it. */
  readonly close?: () => void | Promise<void>;
}

/** A kind of store, as the suite wants it. */
export interface StoreUnderTest {
  /** Makes a place where nothing was ever saved. */
  readonly place: () => StorePlace | Promise<StorePlace>;
  readonly skip?: readonly Skip[];
}

/**
 * Declares the whole suite for one kind of store.
 *
 * @param api - the test runner: `import * as vitest from 'vitest'`, or an object with the same functions
 * @param name - the store's name
 * @param under - how to make one
 */
export function describeCatalogStore(api: TestApi, name: string, under: StoreUnderTest): void {
  const { skip = [] } = under;
  api.describe(`catalog store ${name}`, () => {
    for (const each of storeCases) {
      declareCase(api, each.name, skip.find((entry) => entry.case === each.name), async () => {
        const place = await under.place();
        try {
          await each.run({ open: place.open, expect: api.expect });
        } finally {
          await place.close?.();
        }
      });
    }
    declareSkipCheck(api, storeCases.map((each) => each.name), skip);
  });
}
