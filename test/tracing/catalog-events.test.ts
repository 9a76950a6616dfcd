// The events of changes in the catalog: what each change through a process's store tells, whichever store is behind it.
import { describe, expect, it } from 'vitest';
import {
  Catalog,
  MemoryStore,
  PFL_HIDDEN,
  WSADATA,
  createProcess,
  ReportingStore,
  listenToEvents,
  resetCatalog,
  winsockEvents,
  type CatalogChange,
  type CatalogStore,
  type WinsockEvent,
} from '../../src/index.js';
import { catalogError, defaultCatalog } from '../../src/catalog/index.js';
import { WinsockProcess } from '../../src/ws2_32/index.js';

/** What a change tells. */
async function told(...changes: readonly CatalogChange[]): Promise<WinsockEvent[]> {
  const process = createProcess({ store: new MemoryStore(), name: 'installer' });
  const heard: WinsockEvent[] = [];
  const stop = listenToEvents((event) => heard.push(event), { providers: ['ws2help'] });
  try {
    const { environment } = WinsockProcess.of(process);
    for (const change of changes) await environment?.store.update(change);
  } finally {
    stop();
    await process.dispose();
  }
  return heard;
}

const changed = (current: Catalog, protocols: Catalog['protocols']): Catalog => new Catalog({ ...current.content(), protocols });

/** The first entry once more, under an id of its own. */
const install: CatalogChange = (current) => {
  const { nextEntryId } = current;
  const entry = { ...current.protocols[0]!, dwCatalogEntryId: nextEntryId, szProtocol: 'one more' };
  return new Catalog({ ...current.content(), nextEntryId: nextEntryId + 1, protocols: [...current.protocols, entry] });
};
const removeLast: CatalogChange = (current) => changed(current, current.protocols.slice(0, -1));
const hideLast: CatalogChange = (current) =>
  changed(
    current,
    current.protocols.map((entry, index, { length }) =>
      index === length - 1 ? { ...entry, dwProviderFlags: entry.dwProviderFlags | PFL_HIDDEN } : entry,
    ),
  );
const reverse: CatalogChange = (current) => changed(current, [...current.protocols].reverse());

describe('a change that was saved', () => {
  it('tells of entries that were installed, hidden and removed', async () => {
    const heard = await told(install, hideLast, removeLast);
    expect(heard.map(({ name, id }) => [name, id])).toEqual([
      ['WINSOCK_WS2HELP_LSP_INSTALL', 1],
      ['WINSOCK_WS2HELP_LSP_DISABLE', 3],
      ['WINSOCK_WS2HELP_LSP_REMOVE', 2],
    ]);
    for (const { name, data, provider, level, process } of heard) {
      expect(Object.keys(data)).toEqual(winsockEvents[name].fields);
      expect(data).toMatchObject({ 'LSP Name': 'one more', Catalog: 64, Installer: globalThis.process.argv[1] });
      expect([provider, level, process.name]).toEqual(['Microsoft-Windows-Winsock-WS2HELP', 4, 'installer']);
    }
    const { GUID, Category } = heard[0]!.data;
    const [first] = new MemoryStore().loadSync().ok ? (new MemoryStore().loadSync() as { catalog: Catalog }).catalog.protocols : [];
    expect([GUID, Category]).toEqual([first?.providerId, expect.any(Number)]);
  });

  it.each([
    ['another order', reverse],
    ['nothing at all', (current: Catalog): Catalog => current],
    ['a refusal', (): ReturnType<CatalogChange> => ({ kind: 'invalid', message: 'no', code: 10022 }) as never],
  ])('of %s tells nothing', async (_what, change) => {
    expect(await told(change)).toEqual([]);
  });
});

it('a reset that worked is told', async () => {
  const process = createProcess({ store: new MemoryStore() });
  const heard: WinsockEvent[] = [];
  const stop = listenToEvents((event) => heard.push(event));
  const done = { ok: true, catalog: defaultCatalog(), backup: 'file' } as const;
  const refused = { ok: false, error: catalogError('locked', 'is in use') } as const;
  const works = { reset: () => Promise.resolve(done) };
  expect(await resetCatalog({ reset: () => Promise.resolve(refused) }, process)).toEqual(refused);
  expect(await resetCatalog(works, process)).toEqual(done);
  stop();
  await resetCatalog(works, process);
  expect(heard.map(({ name, id, data }) => [name, id, data])).toEqual([['WINSOCK_WS2HELP_LSP_RESET', 4, { Catalog: 64 }]]);
  await process.dispose();
});

it('what a store answers goes through unchanged', async () => {
  const inner: CatalogStore = new MemoryStore();
  const process = createProcess({ store: inner });
  const store = new ReportingStore(inner, process);
  expect(store.describe()).toBe(inner.describe());
  expect(store.loadSync()).toEqual(inner.loadSync());
  let told = 0;
  const stop = store.watch(() => {
    told += 1;
  });
  expect(await store.update(install)).toEqual(await inner.load());
  stop();
  expect(told).toBe(1);
  const fault = new Error('a change that throws');
  await expect(store.update(() => { throw fault; })).rejects.toBe(fault);
  expect(await process.bind().WSAStartup(0x0202, new WSADATA())).toBe(0);
  await process.dispose();
});
