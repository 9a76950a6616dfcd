// The catalog file: opening it and saving it with 200 entries in it. Every program that starts opens it once.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Winsock, WorkRow } from '../row.js';

const ENTRIES = 200;

/** A catalog file with that many protocol entries, and how to take it away again. */
function sampleFile(api: Winsock): { readonly file: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'winsock2-bench-'));
  const file = join(folder, 'catalog.json');
  const start = api.defaultCatalog();
  const drafts = Array.from({ length: ENTRIES - start.protocols.length }, (_, index) => {
    const like = start.protocols[index % start.protocols.length];
    if (like === undefined) throw new Error('the built-in catalog is empty');
    return { ...like, szProtocol: `${like.szProtocol} ${index}` };
  });
  writeFileSync(file, api.encodeCatalog(start.withProtocols(drafts)));
  chmodSync(file, 0o600);
  return {
    file,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

function row(name: string, title: string, count: number, bench: (api: Winsock) => Bench): WorkRow {
  return { name, title, unit: 'ms', perCount: 1, count, warmup: count, pinned: true, memory: false, raw: null, ours: bench };
}

const open = row('catalog-open', `opening a catalog file of ${ENTRIES} entries`, 300, (api) => {
  const { file, remove } = sampleFile(api);
  return {
    run: (count) => {
      for (let i = 0; i < count; i += 1) {
        const loaded = new api.JsonStore({ file }).loadSync();
        if (!loaded.ok || loaded.catalog.protocols.length !== ENTRIES) throw new Error('the catalog was not opened');
      }
    },
    close: remove,
  };
});

const save = row('catalog-save', `saving a change to a catalog file of ${ENTRIES} entries, synced`, 200, (api) => {
  const { file, remove } = sampleFile(api);
  const store = new api.JsonStore({ file });
  return {
    run: async (count) => {
      for (let i = 0; i < count; i += 1) {
        const saved = await store.update((current) => current.withProtocol(api.defaultCatalog().nextEntryId, { dwMessageSize: i }));
        if (!saved.ok) throw new Error(saved.error.message);
      }
    },
    close: remove,
  };
});

export const catalogRows: readonly WorkRow[] = [open, save];
