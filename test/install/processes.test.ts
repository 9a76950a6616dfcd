// Two processes over one catalog file: what one installs, the other is told of and sees from its next WSAStartup on; and
// two that install at once both succeed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OVERLAPPED, WSADATA, WSA_WAIT_EVENT_0, guid, ref, type HANDLE } from '../../src/abi/index.js';
import { JsonStore } from '../../src/catalog/json-store.js';
import type { World } from '../api/world.js';
import { LAYER, OTHER_LAYER, entry, installLayer, installed, installerWorld, outcome } from './world.js';

let folder: string;
let worlds: World[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-install-'));
  // A store each, as two processes have: nothing but the file is shared.
  worlds = [0, 1].map(() => installerWorld(new JsonStore({ file: join(folder, 'catalog.json') })));
});
afterEach(async () => {
  await Promise.all(worlds.map(({ host }) => host.dispose()));
  rmSync(folder, { recursive: true, force: true });
});

it('an install ends the wait for a change, blocking and overlapped, in the same process and in another', async () => {
  const [here, there] = worlds as [World, World];
  const blocked: Promise<number>[] = [];
  const events: number[] = [];
  for (const { ws } of [here, there]) {
    await ws.WSAStartup(0x0202, new WSADATA());
    const handle = ref(0 as HANDLE);
    await ws.WSAProviderConfigChange(handle, null, null);
    const hEvent = ws.WSACreateEvent();
    events.push(hEvent);
    ws.WSAProviderConfigChange(handle, new OVERLAPPED({ hEvent }), null);
    blocked.push(ws.WSAProviderConfigChange(handle, null, null));
  }
  await installLayer(here.ws, LAYER, 'layer');
  expect(await Promise.all(blocked)).toEqual([0, 0]);
  for (const [index, { ws }] of [here, there].entries()) {
    expect(await ws.WSAWaitForMultipleEvents(1, [events[index] as never], 1, 10_000, 0)).toBe(WSA_WAIT_EVENT_0);
    expect(installed(ws)).toHaveLength(9);
    expect(ws.WSAEnumProtocolsW(null, new Uint8Array(628 * 9), ref(628 * 9))).toBe(5);
    await ws.WSACleanup();
    await ws.WSAStartup(0x0202, new WSADATA());
    expect(ws.WSAEnumProtocolsW(null, new Uint8Array(628 * 9), ref(628 * 9))).toBe(6);
  }
});

it('both that install at once succeed, with ids of their own', async () => {
  const providers = Array.from({ length: 20 }, (_, index) => guid(`{88888888-0000-0000-0000-0000000000${String(index + 10)}}`));
  const results = await Promise.all(
    providers.map((id, index) =>
      outcome((e) => (worlds[index % 2] as World).ws.WSCInstallProvider(id, 'm', [entry(String(index))], 1, e)),
    ),
  );
  expect(results.filter((result) => result !== 'ok')).toEqual([]);
  const ids = installed((worlds[0] as World).ws).map((info) => info.dwCatalogEntryId);
  expect(ids).toHaveLength(27);
  expect(new Set(ids).size).toBe(27);
});

it('an order that misses what another process has just installed is refused, and one made anew is not', async () => {
  const [here, there] = worlds as [World, World];
  await installLayer(here.ws, LAYER, 'one');
  const order = installed(here.ws).map((info) => info.dwCatalogEntryId).toReversed();
  await installLayer(there.ws, OTHER_LAYER, 'two');
  expect(await here.ws.WSCWriteProviderOrder(order, order.length)).toBe(10022);
  const anew = installed(here.ws).map((info) => info.dwCatalogEntryId).toReversed();
  expect(await here.ws.WSCWriteProviderOrder(anew, anew.length)).toBe(0);
  expect(installed(there.ws).map((info) => info.dwCatalogEntryId)).toEqual(anew);
});
