// The JSON store: the contract, refusals that leave the file alone, and saves that are whole whatever happens.

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import * as vitest from 'vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeCatalogStore } from 'winsock2/testing';
import { WSAEACCES, WSANO_RECOVERY, WSATRY_AGAIN } from '../../src/abi/index.js';
import { defaultCatalog, encodeCatalog } from '../../src/catalog/index.js';
import { JsonStore } from '../../src/catalog/json-store.js';
import type { JsonStoreOptions, SaveStep } from '../../src/catalog/json-store.js';
import { STALE_MS } from '../../src/catalog/json-store/claim.js';
import { realFiles, type StoreFiles } from '../../src/catalog/json-store/files.js';
import { thisPlace } from '../../src/catalog/json-store/place.js';
import { fullCatalog, layer } from '../../src/testing/compliance/store/samples.js';

const isWindows = process.platform === 'win32';
const isRoot = process.geteuid?.() === 0;
const good = encodeCatalog(fullCatalog());

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-catalog-'));
  file = join(folder, 'catalog.json');
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const store = (options: JsonStoreOptions = {}): JsonStore => new JsonStore({ file, ...options });
const addLayer = (target: JsonStore) => target.update((current) => current.withProtocols([layer]));

/** Puts down a claim on the catalog: of a process that lives, of one that is dead, or of one on another machine. */
function claimOf(whose: 'alive' | 'dead' | 'elsewhere'): string {
  // The greatest number that any system gives to a process is far below.
  const pid = whose === 'dead' ? 0x7fff_fffe : process.pid;
  const place = whose === 'elsewhere' ? 'another~machine' : thisPlace();
  const claim = `${file}.lock-${pid}.test@${place}`;
  writeFileSync(claim, '{');
  return claim;
}

/** Neither loading nor changing works, and the file stays byte for byte what it is. */
async function expectRefusal(error: object): Promise<void> {
  const before = readFileSync(file);
  expect(store().loadSync()).toMatchObject({ ok: false, error });
  expect(await store().load()).toMatchObject({ ok: false, error });
  expect(await addLayer(store())).toMatchObject({ ok: false, error });
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(folder)).not.toContainEqual(expect.stringMatching(/\.lock-/));
}

describeCatalogStore(vitest, 'JSON file', {
  place: () => {
    const place = mkdtempSync(join(tmpdir(), 'winsock2-store-'));
    return {
      open: () => new JsonStore({ file: join(place, 'deep', 'er', 'catalog.json') }),
      close: () => rmSync(place, { recursive: true }),
    };
  },
});

describe('writing', () => {
  it('writes nothing until something is saved', async () => {
    await store().load();
    await store().update((current) => current);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves one private file and nothing else', async () => {
    expect(await addLayer(store())).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toEqual(['catalog.json']);
    if (!isWindows) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.skipIf(isWindows)('keeps the mode that the file has', async () => {
    writeFileSync(file, good, { mode: 0o644 });
    await addLayer(store());
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it('goes through its steps in order', async () => {
    const steps: SaveStep[] = [];
    await addLayer(store({ onStep: (step) => steps.push(step) }));
    expect(steps).toEqual(['locked', 'written', 'synced', 'renamed', 'done']);
  });

  it('never shows a reader anything but the old or the new catalog', async () => {
    const serials: number[] = [];
    const look = (): void => {
      const seen = store().loadSync();
      if (seen.ok) serials.push(seen.catalog.serial);
    };
    await addLayer(store({ onStep: look }));
    expect(serials).toEqual([0, 0, 0, 1, 1]);
  });

  it('starts again when the file changes under it', async () => {
    let edited = false;
    const edit = (step: SaveStep): void => {
      if (step !== 'synced' || edited) return;
      edited = true;
      writeFileSync(file, good, { mode: 0o600 });
    };
    const saved = await addLayer(store({ onStep: edit }));
    expect(saved.ok && saved.catalog.protocols.length).toBe(fullCatalog().protocols.length + 1);
  });

  it('sweeps what killed writers left, but not what is not its own', async () => {
    const others = ['catalog.json.bak', 'catalog.json.lock-mine', 'other.json.lock-1.test@here'];
    for (const name of others) writeFileSync(join(folder, name), '{');
    claimOf('dead');
    await addLayer(store());
    expect(readdirSync(folder).sort()).toEqual(['catalog.json', ...others].sort());
  });

  it('reports what the operating system refuses', async () => {
    writeFileSync(join(folder, 'plain'), '');
    const below = new JsonStore({ file: join(folder, 'plain', 'catalog.json') });
    expect(await addLayer(below)).toMatchObject({ ok: false, error: { code: WSANO_RECOVERY, trouble: 'io' } });
  });

  it.skipIf(isWindows || isRoot)('says WSAEACCES where it may not write', async () => {
    chmodSync(folder, 0o500);
    expect(await addLayer(store())).toMatchObject({ ok: false, error: { code: WSAEACCES, trouble: 'io' } });
  });
});

describe('a lock', () => {
  it('held by somebody else ends in an error that names it, and nothing is changed', async () => {
    claimOf('alive');
    const result = await addLayer(store({ lockRetries: 2, lockDelayMs: 1 }));
    expect(result).toMatchObject({ ok: false, error: { code: WSATRY_AGAIN, trouble: 'locked' } });
    expect(result.ok ? '' : result.error.message).toContain(`process ${process.pid} on `);
    expect(existsSync(file)).toBe(false);
  });

  it('does not keep readers out', () => {
    claimOf('alive');
    writeFileSync(file, good, { mode: 0o600 });
    expect(store().loadSync().ok).toBe(true);
  });

  it('of a dead process is taken at once, and swept by who only reads', async () => {
    claimOf('dead');
    expect(await addLayer(store({ lockRetries: 0 }))).toMatchObject({ ok: true });
    claimOf('dead');
    expect(store().loadSync()).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toEqual(['catalog.json']);
  });

  it('of a process that cannot be asked for is taken when it has not moved for long enough', async () => {
    claimOf('elsewhere');
    expect(await addLayer(store({ lockDelayMs: 2, staleMs: 10, lockRetries: 3 }))).toMatchObject({ ok: false });
    expect(await addLayer(store({ lockDelayMs: 2, staleMs: 10, lockRetries: 30 }))).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toEqual(['catalog.json']);
  });

  it('of a process that lives but does not move is taken as well, as its number may be a new process', async () => {
    claimOf('alive');
    expect(await addLayer(store({ lockDelayMs: 2, staleMs: 10, lockRetries: 30 }))).toMatchObject({ ok: true });
  });

  it('is not taken while its holder shows that it lives', async () => {
    const claim = claimOf('elsewhere');
    let beats = 0;
    const files: StoreFiles = {
      ...realFiles,
      entry: (path) => {
        if (path === claim) utimesSync(claim, (beats += 1), beats);
        return realFiles.entry(path);
      },
    };
    expect(await addLayer(store({ files, lockDelayMs: 1, staleMs: 5, lockRetries: 50 }))).toMatchObject({ ok: false });
    expect(beats).toBeGreaterThan(50);
  });

  it('gives a dead process two seconds at most', () => {
    expect(STALE_MS).toBeLessThan(2000);
  });

  it('that was taken away saves nothing: the change is made again on what the other one saved', async () => {
    let robbed = false;
    const rob = (step: SaveStep): void => {
      if (step !== 'synced' || robbed) return;
      robbed = true;
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
    };
    const seen: number[] = [];
    const result = await store({ onStep: rob }).update((current) => {
      seen.push(current.serial);
      return current.withProtocols([layer]);
    });
    expect(result).toMatchObject({ ok: true, catalog: { serial: 1 } });
    expect(seen).toEqual([0, 0]);
    expect(readdirSync(folder)).toEqual(['catalog.json']);
  });

  it('is waited for', async () => {
    const order: string[] = [];
    const first = store().update((current) => {
      order.push('first');
      return current.withProtocols([layer]);
    });
    const second = store().update((current) => {
      order.push('second');
      return current.withProtocols([layer]);
    });
    const [one, two] = await Promise.all([first, second]);
    expect([one.ok, two.ok]).toEqual([true, true]);
    expect(order.sort()).toEqual(['first', 'second']);
  });
});

describe('a file that is refused', () => {
  it.each<[string, string | Uint8Array, object]>([
    ['empty', '', { trouble: 'corrupt', code: WSANO_RECOVERY }],
    ['truncated', good.slice(0, 1000), { trouble: 'corrupt' }],
    ['not UTF-8', Uint8Array.of(0xff, 0xfe), { trouble: 'corrupt' }],
    ['with a wrong value', good.replace('"iSocketType": 1', '"iSocketType": "1"'), { trouble: 'corrupt', path: 'protocols[0].iSocketType' }],
    ['newer', good.replace('"version": 1', '"version": 9'), { trouble: 'newer', path: 'version' }],
    ['huge', new Uint8Array(16 * 1024 * 1024 + 1), { trouble: 'corrupt' }],
  ])('%s', async (_, content, error) => {
    writeFileSync(file, content, { mode: 0o600 });
    await expectRefusal({ ...error, file });
  });

  it.skipIf(isWindows).each([0o666, 0o620, 0o602])('of mode %o, as others can write to it', async (mode) => {
    writeFileSync(file, good);
    chmodSync(file, mode);
    await expectRefusal({ code: WSAEACCES, trouble: 'insecure', file });
  });

  it.skipIf(isWindows).each([0o777, 0o770])('in a folder of mode %o, as others can replace it', async (mode) => {
    writeFileSync(file, good, { mode: 0o600 });
    chmodSync(folder, mode);
    await expectRefusal({ code: WSAEACCES, trouble: 'insecure', file: folder });
  });

  it.skipIf(isWindows)('before it is first written in such a folder', async () => {
    chmodSync(folder, 0o777);
    expect(await addLayer(store())).toMatchObject({ ok: false, error: { trouble: 'insecure', file: folder } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!isRoot)('that belongs to another user (only root can make one)', async () => {
    writeFileSync(file, good, { mode: 0o600 });
    chownSync(file, 12345, 12345);
    await expectRefusal({ code: WSAEACCES, trouble: 'insecure', file });
  });

  it.skipIf(isWindows)('on a system with modes only', () => {
    writeFileSync(file, good);
    chmodSync(file, 0o666);
    expect(store({ platform: 'win32' }).loadSync().ok).toBe(true);
  });

  it('that is a folder', () => {
    mkdirSync(file);
    expect(store().loadSync()).toMatchObject({ ok: false, error: { trouble: 'corrupt', file } });
  });
});

describe.skipIf(isWindows)('a link', () => {
  let real = '';
  beforeEach(() => {
    mkdirSync(join(folder, 'real'), { mode: 0o700 });
    real = join(folder, 'real', 'data.json');
    symlinkSync(real, file);
  });

  it('is followed, and stays a link when the catalog is saved', async () => {
    writeFileSync(real, good, { mode: 0o600 });
    expect(await addLayer(store())).toMatchObject({ ok: true });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).not.toBe(good);
    expect(readdirSync(join(folder, 'real'))).toEqual(['data.json']);
  });

  it('is refused when others can write to either folder', async () => {
    writeFileSync(real, good, { mode: 0o600 });
    chmodSync(join(folder, 'real'), 0o777);
    await expectRefusal({ trouble: 'insecure', file: join(folder, 'real') });
    chmodSync(join(folder, 'real'), 0o700);
    chmodSync(folder, 0o777);
    await expectRefusal({ trouble: 'insecure', file: folder });
  });

  it('to nothing is an error, not an empty catalog', () => {
    expect(store().loadSync()).toMatchObject({ ok: false, error: { trouble: 'io', file } });
  });
});

test.prop([fc.string(), fc.nat(good.length - 1), fc.nat(20)], { numRuns: 60 })(
  'whatever is edited into the file, loading answers and leaves it alone',
  async (text, at, removed) => {
    writeFileSync(file, good.slice(0, at) + text + good.slice(at + removed), { mode: 0o600 });
    const before = readFileSync(file);
    const loaded = store().loadSync();
    expect(readFileSync(file).equals(before)).toBe(true);
    if (loaded.ok) return;
    expect(await addLayer(store())).toEqual(loaded);
    expect(readFileSync(file).equals(before)).toBe(true);
  },
);

it('reads the place of its file from WINSOCK2_CATALOG', () => {
  const before = process.env['WINSOCK2_CATALOG'];
  process.env['WINSOCK2_CATALOG'] = file;
  try {
    expect(new JsonStore().file).toBe(file);
    expect(new JsonStore().loadSync()).toEqual({ ok: true, catalog: defaultCatalog() });
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, 'WINSOCK2_CATALOG');
    else process.env['WINSOCK2_CATALOG'] = before;
  }
});
