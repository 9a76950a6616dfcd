// The compliance suite of the catalog store contract: what every store must do, whatever it keeps the catalog in.

import { describe, expect, it } from 'vitest';
import { catalogError, defaultCatalog } from '../../src/catalog/index.js';
import type { Catalog, CatalogResult, CatalogStore } from '../../src/catalog/index.js';
import { chain, fullCatalog, layer } from './samples.js';

/** One place that a catalog is kept in. */
export interface StorePlace {
  /** A store on that place; each call may give a new object or the same one. */
  open(): CatalogStore;
  close(): Promise<void>;
}

/**
 * Declares the suite.
 *
 * @param name - the store's name
 * @param newPlace - makes a place where nothing was ever saved
 */
export function describeStore(name: string, newPlace: () => Promise<StorePlace>): void {
  const test = (title: string, body: (place: StorePlace) => Promise<void>): void => {
    it(title, async () => {
      const place = await newPlace();
      try {
        await body(place);
      } finally {
        await place.close();
      }
    });
  };

  describe(`catalog store: ${name}`, () => {
    test('has a description', async (place) => {
      expect(place.open().describe()).not.toBe('');
      return Promise.resolve();
    });

    test('serves the built-in catalog while nothing is saved', async (place) => {
      expect(contentOf(await place.open().load())).toEqual(defaultCatalog().content());
    });

    test('loads the same at once and by promise', async (place) => {
      const store = place.open();
      await store.update((current) => current.withProtocols([layer]));
      expect(store.loadSync()).toEqual(await store.load());
    });

    test('keeps everything, in order, for whoever opens it next', async (place) => {
      const wanted = fullCatalog().withProtocolOrder([1009, 1004]) as Catalog;
      const saved = catalogOf(await place.open().update(() => wanted));
      expect(saved.content()).toEqual({ ...wanted.content(), serial: 1 });
      expect(contentOf(await place.open().load())).toEqual(saved.content());
    });

    test('counts every save and nothing else', async (place) => {
      const store = place.open();
      await store.update((current) => current.withProtocols([layer]));
      await store.update((current) => current);
      await store.update(() => catalogError('invalid', 'no'));
      expect(catalogOf(await store.update((current) => current.withSerial(77))).serial).toBe(2);
    });

    test('hands the change what is stored now', async (place) => {
      await place.open().update((current) => current.withProtocols([layer]));
      await place.open().update((current) => {
        expect(current.byId(1008)?.szProtocol).toBe(layer.szProtocol);
        return current.withProtocols([chain(1008, 1001)]);
      });
      expect(catalogOf(place.open().loadSync()).byId(1009)?.chainEntries).toEqual([1008, 1001]);
    });

    test("gives the change's own error back and saves nothing", async (place) => {
      const store = place.open();
      const error = catalogError('invalid', 'not today');
      expect(await store.update(() => error)).toEqual({ ok: false, error });
      expect(contentOf(store.loadSync())).toEqual(defaultCatalog().content());
    });

    test('rejects when the change throws, saves nothing, and goes on', async (place) => {
      const store = place.open();
      const bug = new Error('a bug in the caller');
      await expect(store.update(() => { throw bug; })).rejects.toBe(bug);
      expect(catalogOf(await store.update((current) => current.withProtocols([layer]))).serial).toBe(1);
    });

    test('refuses to save what could not be loaded again', async (place) => {
      const store = place.open();
      const result = await store.update((current) => current.withProtocols([chain(4711, 1001)]));
      expect(result).toMatchObject({ ok: false, error: { trouble: 'invalid', path: 'protocols[7].chainEntries[0]' } });
      expect(contentOf(store.loadSync())).toEqual(defaultCatalog().content());
    });

    test('never gives an id out twice', async (place) => {
      const store = place.open();
      await store.update((current) => current.withProtocols([layer]));
      await store.update((current) => current.withoutProtocols([1008]));
      const again = catalogOf(await store.update((current) => current.withProtocols([layer])));
      expect(again.protocols.at(-1)?.dwCatalogEntryId).toBe(1009);
      expect(await store.update((current) => current.with({ protocols: [], nextEntryId: 1 }))).toMatchObject({
        ok: false,
        error: { trouble: 'invalid', path: 'nextEntryId' },
      });
    });

    test('loses none of many changes made at the same time', async (place) => {
      const [one, other] = [place.open(), place.open()];
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).update((current) => current.withProtocols([layer]))),
      );
      expect(results.every((result) => result.ok)).toBe(true);
      const { serial, protocols } = catalogOf(place.open().loadSync());
      expect(serial).toBe(10);
      expect(new Set(protocols.map((entry) => entry.dwCatalogEntryId)).size).toBe(7 + 10);
    });
  });
}

function catalogOf(result: CatalogResult): Catalog {
  if (!result.ok) throw new Error(result.error.message);
  return result.catalog;
}

function contentOf(result: CatalogResult) {
  return catalogOf(result).content();
}
