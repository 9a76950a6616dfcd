// Owns: the cases about catalog stores: what every store must do, whatever it keeps the catalog in.
// Does not own: how they are declared (suite.ts), nor the entries that they store (samples.ts).
import { catalogError, defaultCatalog, type Catalog, type CatalogContent, type CatalogResult, type CatalogStore } from '../../../index.js';
import type { Expect } from '../test-api.js';
import { chain, fullCatalog, layer } from './samples.js';

/** What a case works with: a place where nothing was ever saved. */
export interface StoreBench {
  /** Opens a store on the place. */
  readonly open: () => CatalogStore;
  readonly expect: Expect;
}

/** One requirement: a name that states it, and a body that shows it. */
export interface StoreCase {
  readonly name: string;
  readonly run: (bench: StoreBench) => void | Promise<void>;
}

export const storeCases: readonly StoreCase[] = [
  {
    name: 'has a description',
    async run({ open, expect }) {
      expect(open().describe()).not.toBe('');
      return Promise.resolve();
    },
  },
  {
    name: 'serves the built-in catalog while nothing is saved',
    async run({ open, expect }) {
      expect(contentOf(await open().load())).toEqual(defaultCatalog().content());
    },
  },
  {
    name: 'loads the same at once and by promise',
    async run({ open, expect }) {
      const store = open();
      await store.update((current) => current.withProtocols([layer]));
      expect(store.loadSync()).toEqual(await store.load());
    },
  },
  {
    name: 'keeps everything, in order, for whoever opens it next',
    async run({ open, expect }) {
      const wanted = fullCatalog().withProtocolOrder([1009, 1004]) as Catalog;
      const saved = catalogOf(await open().update(() => wanted));
      expect(saved.content()).toEqual({ ...wanted.content(), serial: 1 });
      expect(contentOf(await open().load())).toEqual(saved.content());
    },
  },
  {
    name: 'counts every save and nothing else',
    async run({ open, expect }) {
      const store = open();
      await store.update((current) => current.withProtocols([layer]));
      await store.update((current) => current);
      await store.update(() => catalogError('invalid', 'no'));
      expect(catalogOf(await store.update((current) => current.withSerial(77))).serial).toBe(2);
    },
  },
  {
    name: 'hands the change what is stored now',
    async run({ open, expect }) {
      await open().update((current) => current.withProtocols([layer]));
      await open().update((current) => {
        expect(current.byId(1008)?.szProtocol).toBe(layer.szProtocol);
        return current.withProtocols([chain(1008, 1001)]);
      });
      expect(catalogOf(open().loadSync()).byId(1009)?.chainEntries).toEqual([1008, 1001]);
    },
  },
  {
    name: "gives the change's own error back and saves nothing",
    async run({ open, expect }) {
      const store = open();
      const error = catalogError('invalid', 'not today');
      expect(await store.update(() => error)).toEqual({ ok: false, error });
      expect(contentOf(store.loadSync())).toEqual(defaultCatalog().content());
    },
  },
  {
    name: 'rejects when the change throws, saves nothing, and goes on',
    async run({ open, expect }) {
      const store = open();
      const bug = new Error('a bug in the caller');
      await expect(store.update(() => { throw bug; })).rejects.toBe(bug);
      expect(catalogOf(await store.update((current) => current.withProtocols([layer]))).serial).toBe(1);
    },
  },
  {
    name: 'refuses to save what could not be loaded again',
    async run({ open, expect }) {
      const store = open();
      const result = await store.update((current) => current.withProtocols([chain(4711, 1001)]));
      expect(result).toMatchObject({ ok: false, error: { trouble: 'invalid', path: 'protocols[7].chainEntries[0]' } });
      expect(contentOf(store.loadSync())).toEqual(defaultCatalog().content());
    },
  },
  {
    name: 'never gives an id out twice',
    async run({ open, expect }) {
      const store = open();
      await store.update((current) => current.withProtocols([layer]));
      await store.update((current) => current.withoutProtocols([1008]));
      const again = catalogOf(await store.update((current) => current.withProtocols([layer])));
      expect(again.protocols.at(-1)?.dwCatalogEntryId).toBe(1009);
      expect(await store.update((current) => current.with({ protocols: [], nextEntryId: 1 }))).toMatchObject({
        ok: false,
        error: { trouble: 'invalid', path: 'nextEntryId' },
      });
    },
  },
  {
    name: 'loses none of many changes made at the same time',
    async run({ open, expect }) {
      const [one, other] = [open(), open()];
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).update((current) => current.withProtocols([layer]))),
      );
      expect(results.every((result) => result.ok)).toBe(true);
      const { serial, protocols } = catalogOf(open().loadSync());
      expect(serial).toBe(10);
      expect(new Set(protocols.map((entry) => entry.dwCatalogEntryId)).size).toBe(7 + 10);
    },
  },
  {
    name: 'tells whoever watches of a save, by whichever store it is made',
    async run({ open, expect }) {
      const [one, other] = [open(), open()];
      for (const saver of [one, other]) {
        const before = catalogOf(one.loadSync()).serial;
        const watch = watchOf(one);
        await saver.update((current) => current.withProtocols([layer]));
        expect(await watch.told).toBe(before + 1);
        watch.end();
      }
    },
  },
  {
    name: 'tells every watch by itself, from its beginning to its end',
    async run({ open, expect }) {
      const store = open();
      let ended = 0;
      const count = (): void => { ended += 1; };
      const [first, second] = [store.watch(count), store.watch(count)];
      first();
      second();
      const all = [watchOf(store), watchOf(store)];
      await store.update((current) => current.withProtocols([layer]));
      expect(await Promise.all(all.map((watch) => watch.told))).toEqual([1, 1]);
      for (const watch of all) watch.end();
      expect(ended).toBe(0);
    },
  },
  {
    name: 'tells nobody of what was saved before, or not saved at all',
    async run({ open, expect }) {
      const store = open();
      await store.update((current) => current.withProtocols([layer]));
      const watch = watchOf(store);
      await store.update((current) => current);
      await store.update(() => catalogError('invalid', 'no'));
      await store.update((current) => current.withProtocols([layer]));
      expect(await watch.told).toBe(2);
      watch.end();
    },
  },
];

/** Watches a store: `told` is the serial at the first call. */
function watchOf(store: CatalogStore): { readonly told: Promise<number>; readonly end: () => void } {
  let end = (): void => undefined;
  const told = new Promise<number>((resolve) => {
    end = store.watch(() => {
      resolve(catalogOf(store.loadSync()).serial);
    });
  });
  return { told, end };
}

function catalogOf(result: CatalogResult): Catalog {
  if (!result.ok) throw new Error(result.error.message);
  return result.catalog;
}

function contentOf(result: CatalogResult): CatalogContent {
  return catalogOf(result).content();
}
