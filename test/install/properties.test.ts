// Whatever is installed, removed and put in order, in whatever sequence: the catalog stays valid, ids stay unique and are
// never given out again, no chain is broken, and a call that is refused changes nothing.
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { guid, ref, type GUID } from '../../src/abi/index.js';
import { MemoryStore, parseContent, type Catalog } from '../../src/catalog/index.js';
import type { Winsock } from '../../src/winsock.js';
import { entry, installed, installerWorld } from './world.js';

const provider = (index: number): GUID => guid(`{77777777-0000-0000-0000-00000000000${String(index)}}`);
const which = fc.integer({ min: 0, max: 5 });
const ids = fc.array(fc.integer({ min: 1000, max: 1040 }), { maxLength: 4 });

type Step = (ws: Winsock) => Promise<number>;

const step: fc.Arbitrary<Step> = fc.oneof(
  which.map((n): Step => (ws) => ws.WSCInstallProviderAndChains(provider(n), 'm', `layer ${String(n)}`, 0, [entry('')], 1, null, ref(0))),
  which.map((n): Step => (ws) => ws.WSCInstallProviderAndChains(provider(n), 'm', `layer ${String(n)}`, 0x20000, null, 0, null, ref(0))),
  fc.tuple(which, ids).map(([n, links]): Step => (ws) => ws.WSCInstallProvider(provider(n), 'm', [entry('e', links)], 1, ref(0))),
  which.map((n): Step => (ws) => ws.WSCDeinstallProvider(provider(n), ref(0))),
  fc.nat({ max: 40 }).map((n): Step => (ws) => ws.WSCDeinstallProvider(installed(ws)[n]?.ProviderId ?? null, ref(0))),
  fc.tuple(which, ids).map(([n, [id = 1008, ...links]]): Step => (ws) => {
    const info = entry('updated', links);
    info.dwCatalogEntryId = id;
    return ws.WSCUpdateProvider(provider(n), 'm2', [info], 1, ref(0));
  }),
  fc.array(fc.nat(), { minLength: 1, maxLength: 5 }).map((keys): Step => (ws) => {
    const all = installed(ws).map((info) => info.dwCatalogEntryId);
    const order = all.toSorted((a, b) => (a * 7919 + (keys[a % keys.length] ?? 0)) % 101 - (b * 7919 + (keys[b % keys.length] ?? 0)) % 101);
    return ws.WSCWriteProviderOrder(order, order.length);
  }),
  ids.map((list): Step => (ws) => ws.WSCWriteProviderOrder(list, list.length)),
);

function now(store: { loadSync: MemoryStore['loadSync'] }): Catalog {
  const loaded = store.loadSync();
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.catalog;
}

test.prop([fc.array(step, { maxLength: 25 })], { numRuns: process.env['WINSOCK2_FULL'] === '1' ? 2000 : 150 })(
  'installers keep the catalog valid',
  async (steps) => {
    const { ws, store, host } = installerWorld(new MemoryStore());
    const given = new Set(now(store).protocols.map((each) => each.dwCatalogEntryId));
    for (const take of steps) {
      const before = now(store);
      const result = await take(ws);
      const after = now(store);
      if (result !== 0) expect(after).toBe(before);
      expect(parseContent(after.content())).toMatchObject({ ok: true });
      const added = after.protocols.map((each) => each.dwCatalogEntryId).filter((id) => before.byId(id) === null);
      expect(added.filter((id) => given.has(id))).toEqual([]);
      for (const id of added) given.add(id);
    }
    await host.dispose();
  },
);
