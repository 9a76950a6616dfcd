// The name space in memory keeps the contract; and the suite finds what is wrong with one that does not.
import * as vitest from 'vitest';
import { describe, expect, it } from 'vitest';
import { CallFrame, MemoryStore, NS_LOCALNAME, RNRSERVICE_REGISTER, WSAEALREADY, createProcess, guid, runIn } from 'winsock2';
import { nameSpaceProvider, type NameSpace } from 'winsock2/namespaces';
import type { LPNSPSTARTUP, NSP_ROUTINE } from 'winsock2/spi';
import { describeNameSpaceProvider, type NameSpaceProviderUnderTest, type TestApi, type TestBody } from 'winsock2/testing';
import { NSPStartup, memoryNameSpace } from '../../src/providers/namespaces/memory/index.js';

const CLASS = guid('{5AFEC1A5-0000-4000-8000-000000000002}');

const memory: NameSpaceProviderUnderTest = {
  NSPStartup,
  nameSpace: NS_LOCALNAME,
  known: { lpServiceClassId: CLASS },
  service: { lpServiceClassId: CLASS, lpszServiceInstanceName: 'a service' },
  prepare: async (space) => {
    for (const lpszServiceInstanceName of ['one', 'two', 'three']) {
      expect(await space.set(RNRSERVICE_REGISTER, 0, { lpszServiceInstanceName })).toBe(0);
    }
  },
  lacks: { containers: 'services are in one list' },
};
describeNameSpaceProvider(vitest, 'in memory', memory);

// The same answers from an async generator, and nothing else that a name space may have.
const answersOnly: NameSpace = {
  async *query() {
    await Promise.resolve();
    yield { name: 'one' };
    await Promise.resolve();
    yield { name: 'two' };
  },
};
describeNameSpaceProvider(vitest, 'of answers that come later', {
  NSPStartup: nameSpaceProvider(() => answersOnly).NSPStartup,
  nameSpace: NS_LOCALNAME,
  known: { lpServiceClassId: CLASS },
  lacks: {
    registration: 'the answers are constant',
    notification: 'nothing changes',
    classes: 'it keeps none',
    containers: 'it is flat',
  },
});

/** Runs the suite over a provider: the names of the cases that fail. */
async function failures(under: NameSpaceProviderUnderTest): Promise<string[]> {
  const failed: string[] = [];
  const cases: [string, TestBody][] = [];
  const around: { before: TestBody; after: TestBody } = { before: () => undefined, after: () => undefined };
  const declare = Object.assign((name: string, body: TestBody) => cases.push([name, body]), { skip: () => undefined });
  const api: TestApi = {
    describe: (_name, body) => { body(); },
    it: declare,
    beforeEach: (body) => (around.before = body),
    afterEach: (body) => (around.after = body),
    expect: expect,
  };
  describeNameSpaceProvider(api, 'broken', under);
  for (const [name, body] of cases) {
    try {
      await around.before();
      await body();
      await around.after();
    } catch {
      failed.push(name);
    }
  }
  return failed;
}

/** The name space in memory with entries replaced. */
function broken(change: (table: NSP_ROUTINE) => Partial<NSP_ROUTINE>): NameSpaceProviderUnderTest {
  const start: LPNSPSTARTUP = (id, table) => {
    const status = nameSpaceProvider(memoryNameSpace).NSPStartup(id, table);
    Object.assign(table, change({ ...table }));
    return status;
  };
  return { ...memory, NSPStartup: start };
}

describe('the suite finds', () => {
  it.each<[string, NameSpaceProviderUnderTest, RegExp]>([
    ['nothing wrong with the one in memory', memory, /^$/],
    ['a table without an entry', broken(() => ({ NSPSetService: undefined as never })), /the table is complete/],
    ['a handle that stays good', broken(() => ({ NSPLookupServiceEnd: () => 0 })), /a query ends once/],
    [
      'a length that is ignored',
      broken((table) => ({
        NSPLookupServiceNext: (handle, flags, _length, results) => table.NSPLookupServiceNext(handle, flags, { value: 1e9 }, results),
      })),
      /is too small/,
    ],
    [
      'flags that are ignored',
      broken((table) => ({
        NSPLookupServiceNext: (handle, _flags, length, results) => table.NSPLookupServiceNext(handle, 0xff0, length, results),
      })),
      /flags of both calls/,
    ],
    ['classes stored twice', broken(() => ({ NSPInstallServiceClass: () => 0 })), /service classes/],
    ['a change that nobody is told of', broken(() => ({ NSPIoctl: () => -1 })), /a poll tells/],
    ['a cleanup that does nothing', broken(() => ({ NSPCleanup: () => 0 })), /NSPCleanup ends it once/],
  ])('%s', async (_name, under, expected) => {
    expect((await failures(under)).join('\n')).toMatch(expected);
  });
});

it('a start that fails has its error', async () => {
  const { NSPStartup: start } = nameSpaceProvider(() => WSAEALREADY);
  const process = createProcess({ store: new MemoryStore() });
  const frame = new CallFrame(process.mainThread);
  expect(await runIn(process, () => frame.run(() => start(CLASS, {} as NSP_ROUTINE)))).toBe(-1);
  expect(frame.error).toBe(WSAEALREADY);
});
