// The registry name space: its contract, over a file and in memory; contexts; files that are none of its own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vitest from 'vitest';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  LUP_CONTAINERS,
  LUP_DEEP,
  LUP_RETURN_ALL,
  MemoryStore,
  NS_LOCALNAME,
  RNRSERVICE_REGISTER,
  WSANO_RECOVERY,
  WSASERVICE_NOT_FOUND,
  createProcess,
  type Process,
} from 'winsock2';
import { describeNameSpaceProvider, type NameSpaceProviderUnderTest } from 'winsock2/testing';
import { JsonStore } from '../../../src/catalog/json-store.js';
import { decodeServices, encodeServices } from '../../../src/providers/namespaces/registry/format.js';
import { NSPStartup } from '../../../src/providers/namespaces/registry/index.js';
import { Space } from '../../../src/testing/compliance/name-space/space.js';
import { CLASS, startRegistry } from './world.js';

const folder = mkdtempSync(join(tmpdir(), 'winsock2-registry-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let count = 0;
const newFile = (): string => {
  count += 1;
  return join(mkdtempSync(join(folder, 'each-')), `catalog-${String(count)}.json`);
};

const under: NameSpaceProviderUnderTest = {
  NSPStartup,
  nameSpace: NS_LOCALNAME,
  known: { lpServiceClassId: CLASS },
  service: { lpServiceClassId: CLASS, lpszServiceInstanceName: 'a service' },
  prepare: async (space) => {
    for (const lpszServiceInstanceName of ['one', 'two', 'three']) {
      expect(await space.set(RNRSERVICE_REGISTER, 0, { lpszServiceInstanceName })).toBe(0);
    }
  },
  lacks: { classes: 'WS2_32 keeps them in the catalog, which lasts as long' },
};
const onFile = (): Process => createProcess({ store: new JsonStore({ file: newFile() }) });
describeNameSpaceProvider(vitest, 'of the registry, in a file', { ...under, process: onFile });
describeNameSpaceProvider(vitest, 'of the registry, in memory', under);

describe('contexts', () => {
  let space: Space;
  beforeEach(async () => {
    space = new Space(createProcess({ store: new MemoryStore() }), under, [], expect);
    await space.start();
    for (const [lpszServiceInstanceName, lpszContext] of [['top', null], ['hall', 'House'], ['desk', 'house/first/office']] as const) {
      await space.set(RNRSERVICE_REGISTER, 0, { lpszServiceInstanceName, lpszContext });
    }
  });
  it.each<[string, string | null, number, string[]]>([
    ['only the one named', 'HOUSE', 0, ['hall']],
    ['the top', null, 0, ['top']],
    ['what lies below, with LUP_DEEP', 'house', LUP_DEEP, ['hall', 'desk']],
    ['everything, with LUP_DEEP from the top', null, LUP_DEEP, ['top', 'hall', 'desk']],
    ['containers of the top', null, LUP_CONTAINERS, ['House']],
    ['containers below, one of which holds only another', 'house', LUP_CONTAINERS, ['house/first']],
    ['all containers', null, LUP_CONTAINERS | LUP_DEEP, ['House', 'house/first', 'house/first/office']],
  ])('%s', async (_what, lpszContext, flags, expected) => {
    const { results } = await space.all({ lpServiceClassId: CLASS, lpszContext }, LUP_RETURN_ALL | flags);
    expect(results.map(({ lpszServiceInstanceName }) => lpszServiceInstanceName)).toEqual(expected);
  });
});

it('services outlive their process, and another process finds them at once', async () => {
  const file = newFile();
  const [one, other] = [await startRegistry(new JsonStore({ file })), await startRegistry(new JsonStore({ file }))];
  expect(await other.names()).toEqual([]);
  expect(await one.register('lasting')).toBe(0);
  await one.host.dispose();
  expect(await other.names()).toEqual(['lasting']);
  await other.host.dispose();
});

it('a registration that another process makes is told to who waits for changes', async () => {
  const file = newFile();
  const changed = new Promise<void>((resolve) => {
    const end = new JsonStore({ file }).document('registry.json').watch(() => {
      end();
      resolve();
    });
  });
  const other = await startRegistry(new JsonStore({ file }));
  expect(await other.register('new')).toBe(0);
  await changed;
  await other.host.dispose();
});

it.each(['not json', '{}', '{"format":"winsock2 registry","version":2,"services":[]}', '{"format":"winsock2 registry","version":1,"services":[{}]}'])(
  'a file that holds %s is refused and left as it is',
  async (text) => {
    const file = newFile();
    const registry = join(file, '..', 'registry.json');
    writeFileSync(registry, text);
    const space = new Space(createProcess({ store: new JsonStore({ file }) }), under, [], expect);
    await space.start();
    expect(await space.set(RNRSERVICE_REGISTER)).toBe(WSANO_RECOVERY);
    expect(await space.all()).toEqual({ results: [], error: WSANO_RECOVERY });
    expect(readFileSync(registry, 'utf8')).toBe(text);
  },
);

it('an empty registry has nothing for anybody', async () => {
  const space = new Space(onFile(), under, [], expect);
  await space.start();
  expect(await space.all()).toEqual({ results: [], error: WSASERVICE_NOT_FOUND });
  expect(decodeServices(encodeServices([]))).toEqual([]);
});
