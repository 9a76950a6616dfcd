// The entry `winsock2/spi/install`, used as a setup program does: in the default process, without WSAStartup, over the
// catalog file of the user.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as winsock from 'winsock2';
import * as installers from 'winsock2/spi/install';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { exportItems } from '../../src/api/exports.js';
import { JsonStore } from '../../src/catalog/json-store.js';
import { LAYER, entry, installed, outcome } from './world.js';

const folder = mkdtempSync(join(tmpdir(), 'winsock2-install-'));
const file = join(folder, 'catalog.json');

beforeAll(() => {
  vi.stubEnv('WINSOCK2_CATALOG', file);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('installs, lists, orders and removes without WSAStartup, in the file', async () => {
  const { WSCInstallProviderAndChains, WSCWriteProviderOrder, WSCDeinstallProvider } = installers;
  const id = installers.ref(0);
  expect(installed(installers)).toHaveLength(7);
  expect(existsSync(file)).toBe(false);
  expect(await outcome((e) => WSCInstallProviderAndChains(LAYER, 'm', 'layer', 0, [entry('')], 1, id, e))).toBe('ok');
  const inFile = new JsonStore({ file }).loadSync();
  expect(inFile.ok && inFile.catalog.protocols.map(({ szProtocol }) => szProtocol)).toEqual(installed(winsock).map((info) => info.szProtocol));
  const order = installed(installers).map((info) => info.dwCatalogEntryId).toReversed();
  expect(await WSCWriteProviderOrder(order, order.length)).toBe(0);
  expect(installed(winsock)[1]?.dwCatalogEntryId).toBe(1007);
  expect(installed(winsock)[0]?.dwCatalogEntryId).toBe(id.value);
  expect(await outcome((e) => WSCDeinstallProvider(LAYER, e))).toBe('ok');
  expect(installed(installers)).toHaveLength(7);
});

it('has every installer that works, the same function as winsock2’s', () => {
  const works = exportItems().filter((item) => item.layer === 'spi-install' && item.support !== 'none').map((item) => item.name);
  const functionsOf = (module: object): Record<string, unknown> => module as Record<string, unknown>;
  expect(works.length).toBeGreaterThan(10);
  expect(works.filter((name) => typeof functionsOf(installers)[name] !== 'function')).toEqual([]);
  expect(works.filter((name) => functionsOf(installers)[name] !== functionsOf(winsock)[name])).toEqual([]);
});
