// Thousands of damaged catalog files: each gets a diagnosis that names the damage and its place, is refused and left as it
// is, and can be reset, which keeps it. WINSOCK2_FULL=1 makes it ten thousand; WINSOCK2_SEED chooses others.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diagnoseCatalog, resetCatalog } from '../../src/index.js';
import { defaultCatalog } from '../../src/catalog/index.js';
import { JsonStore } from '../../src/catalog/json-store.js';
import { layer } from '../../src/testing/compliance/store/samples.js';
import { kinds, type Choose } from './damage.js';

const full = process.env['WINSOCK2_FULL'] === '1';
const COUNT = full ? 10_000 : 540;
const seed = Number(process.env['WINSOCK2_SEED'] ?? 1);

/** A generator of the same numbers for the same seed: a multiply-with-shift, enough for choosing places. */
function chooser(start: number): Choose {
  let state = start >>> 0;
  return (count) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

it.each(Object.entries(kinds))('%s: is diagnosed, refused, kept and reset', async (kind, damage) => {
  const folder = mkdtempSync(join(tmpdir(), 'winsock2-damage-'));
  const file = join(folder, 'catalog.json');
  const choose = chooser(seed);
  try {
    for (let round = 0; round < COUNT / Object.keys(kinds).length; round += 1) {
      const { bytes, name, path } = damage(choose);
      const label = `${kind}, seed ${seed}, round ${round}`;
      writeFileSync(file, bytes, { mode: 0o600 });

      const findings = diagnoseCatalog(file);
      expect(findings, label).toContainEqual(expect.objectContaining({ name, path, file, severity: 'error' }));
      for (const { reason, remedy } of findings) expect([reason, remedy], label).not.toContain('');

      const loaded = new JsonStore({ file }).loadSync();
      if (loaded.ok) return expect.unreachable(label);
      expect(loaded.error, label).toMatchObject({ file, trouble: name === 'newer-version' ? 'newer' : 'corrupt' });
      expect(findings, label).toContainEqual(expect.objectContaining({ path: loaded.error.path }));
      expect(await new JsonStore({ file }).update((current) => current.withProtocols([layer])), label).toEqual(loaded);
      expect(readFileSync(file).equals(bytes), label).toBe(true);

      const reset = await resetCatalog(file);
      if (!reset.ok || reset.backup === null) return expect.unreachable(label);
      expect(readFileSync(reset.backup).equals(bytes), label).toBe(true);
      expect(reset.catalog.protocols).toEqual(defaultCatalog().protocols);
      expect(new JsonStore({ file }).loadSync(), label).toEqual({ ok: true, catalog: reset.catalog });
      expect(readdirSync(folder).sort()).toEqual(['catalog.json', 'catalog.json.backup-1']);
      rmSync(reset.backup);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, full ? 300_000 : 30_000);
