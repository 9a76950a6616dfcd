// The JSON store over files that fail: whichever operation of a save does, the catalog is the old one or the new one, the
// failure is a value that says what happened, and nothing that is left stays beyond the next save.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCatalog } from '../../src/catalog/index.js';
import { JsonStore } from '../../src/catalog/json-store.js';
import { realFiles, type StoreFiles } from '../../src/catalog/json-store/files.js';
import { fullCatalog, layer } from '../../src/testing/compliance/store/samples.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-faults-'));
  file = join(folder, 'catalog.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The machine's files, of which the calls with these numbers, counted from 1, fail. */
function failing(fails: (call: number) => boolean): { readonly files: StoreFiles; readonly calls: () => readonly string[] } {
  const calls: string[] = [];
  const wrapped = Object.entries(realFiles).map(([name, operation]: [string, (...args: never[]) => unknown]) => {
    const failable = (...args: never[]): unknown => {
      calls.push(name);
      if (fails(calls.length)) throw Object.assign(new Error('an injected failure'), { code: 'EIO' });
      return operation(...args);
    };
    return [name, failable] as const;
  });
  return { files: Object.fromEntries(wrapped) as unknown as StoreFiles, calls: () => calls };
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: { readonly trouble: string; readonly message: string } };
const install = (store: JsonStore): Promise<Outcome> => store.update((current) => current.withProtocols([layer]));
const reset = (store: JsonStore): Promise<Outcome> => store.reset();
const read = (store: JsonStore): Promise<Outcome> => store.load();

const old = encodeCatalog(fullCatalog());
const empty = (): void => undefined;
const full = (): void => { writeFileSync(file, old, { mode: 0o600 }); };
const damaged = (): void => { writeFileSync(file, old.slice(0, 99), { mode: 0o600 }); };

const works: readonly [name: string, before: () => void, work: (store: JsonStore) => Promise<Outcome>][] = [
  ['the first save', empty, install],
  ['a save', full, install],
  ['a reset', full, reset],
  ['a reset of a damaged file', damaged, reset],
  ['a load', full, read],
];

/** How many calls the work makes, and what the file holds after it. */
async function withoutFaults(before: () => void, work: (store: JsonStore) => Promise<Outcome>) {
  before();
  const { files, calls } = failing(() => false);
  expect(await work(new JsonStore({ file, files }))).toMatchObject({ ok: true });
  const after = contents();
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  return { count: calls().length, after };
}

function contents(): string | null {
  return readdirSync(folder).includes('catalog.json') ? readFileSync(file, 'latin1') : null;
}

/** What a reset writes differs in its counters when the old ones could not be read; the entries are the same. */
function protocols(text: string | null): string | null {
  return text?.replace(/^ {2}"(serial|nextEntryId)": \d+,$/gm, '') ?? null;
}

describe.each(works)('%s', (_, before, work) => {
  it.each([
    ['only the %ith operation fails', (n: number) => (call: number) => call === n],
    ['every operation from the %ith on fails', (n: number) => (call: number) => call >= n],
  ])('is whole or not there when %s', async (_how, failsAt) => {
    const { count, after } = await withoutFaults(before, work);
    expect(count).toBeGreaterThan(4);
    for (let n = 1; n <= count; n += 1) {
      before();
      const start = contents();
      let on = true;
      const fails = failsAt(n);
      const { files, calls } = failing((call) => on && fails(call));
      const store = new JsonStore({ file, files });
      const outcome = await work(store);
      on = false;

      const operation = `operation ${n}, ${String(calls()[n - 1])}`;
      const now = contents();
      expect([start, after].map(protocols), operation).toContain(protocols(now));
      if (outcome.ok) expect(protocols(now), operation).toBe(protocols(after));
      else {
        expect(now, operation).toBe(start);
        expect(outcome.error, operation).toMatchObject({ trouble: 'io', message: expect.stringMatching(/\(EIO\)/) as string });
      }

      // What failed leaves nothing behind that the next change does not sweep, nor keeps it waiting.
      expect(await store.reset()).toMatchObject({ ok: true });
      expect(readdirSync(folder).filter((name) => !name.includes('.backup-') && name !== 'catalog.json'), operation).toEqual([]);
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
    }
  });
});

it('saves and loads as before when only the folder cannot be synced', async () => {
  let syncs = 0;
  const files: StoreFiles = { ...realFiles, sync: (fd) => ((syncs += 1) === 2 ? Promise.reject(Object.assign(new Error('no'), { code: 'EINVAL' })) : realFiles.sync(fd)) };
  expect(await install(new JsonStore({ file, files }))).toMatchObject({ ok: true });
  expect(syncs).toBe(2);
});

it('keeps the old file by moving it where a file cannot have two names', async () => {
  full();
  const files: StoreFiles = { ...realFiles, link: () => { throw Object.assign(new Error('no'), { code: 'EPERM' }); } };
  expect(await new JsonStore({ file, files }).reset()).toMatchObject({ ok: true, backup: `${file}.backup-1` });
  expect(readFileSync(`${file}.backup-1`, 'utf8')).toBe(old);
});
