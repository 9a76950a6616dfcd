// Owns: the cases about starting, querying and ending.
// Does not own: registrations (registrations.ts), notices and classes (further.ts).
import {
  LUP_CONTAINERS,
  LUP_FLUSHPREVIOUS,
  LUP_RETURN_ALL,
  LUP_RETURN_NAME,
  NULL_HANDLE,
  SIO_NSP_NOTIFY_CHANGE,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSAQUERYSETW,
  WSASERVICE_NOT_FOUND,
  WSA_E_CANCELLED,
  WSA_E_NO_MORE,
  WSA_INVALID_HANDLE,
  ref,
  type HANDLE,
} from '../../../index.js';
import { validateNspRoutine } from '../../../spi/index.js';
import { ROOM, type Case, type Outcome, type Space } from './space.js';

const refused = (error: number): object => ({ value: SOCKET_ERROR, error });
const NO_HANDLE = 0x7ffffff0 as HANDLE;

/** What tells one result from another. */
const nameOf = (result: WSAQUERYSETW | number): unknown =>
  typeof result === 'number' ? result : [result.lpszServiceInstanceName, result.dwOutputFlags, result.lpszContext, result.lpszComment];

async function names(space: Space): Promise<unknown[]> {
  return (await space.all()).results.map(nameOf);
}

export const queryCases: readonly Case[] = [
  {
    name: 'the table is complete',
    run({ expect, table }) {
      expect(validateNspRoutine(table)).toBeNull();
    },
  },
  {
    name: 'a query without a service class is refused',
    async run(space) {
      space.expect(await space.tryBegin({ ...space.under.known, lpServiceClassId: null })).toEqual(refused(WSAEINVAL));
    },
  },
  {
    name: 'a query begins and gives results, and then WSA_E_NO_MORE each time',
    needs: ['results'],
    async run(space) {
      const handle = await space.begin();
      let count = 0;
      let found = await space.next(handle);
      for (; typeof found !== 'number'; count++) found = await space.next(handle);
      space.expect(found).toBe(WSA_E_NO_MORE);
      space.expect(await space.next(handle)).toBe(WSA_E_NO_MORE);
      space.expect(count).toBeGreaterThan(0);
    },
  },
  {
    name: 'a name space that never finds anything says so when a query begins, and ends once',
    async run(space) {
      if (!space.lacks.includes('results')) return;
      const { value, error } = (await space.tryBegin()) as Outcome;
      space.expect(value).toBe(SOCKET_ERROR);
      space.expect([WSASERVICE_NOT_FOUND, WSAHOST_NOT_FOUND, WSANO_DATA]).toContain(error);
      const cleanup = () => space.now(() => space.table.NSPCleanup(space.id));
      space.expect(cleanup().value).toBe(0);
      space.expect(cleanup()).toEqual(refused(WSAEINVAL));
    },
  },
  {
    name: 'a query has several results, each once',
    needs: ['several results'],
    async run(space) {
      const found = await names(space);
      space.expect(found.length).toBeGreaterThan(1);
      space.expect(new Set(found.map((each) => JSON.stringify(each))).size).toBe(found.length);
    },
  },
  {
    name: 'results say which size, name space and provider they are of',
    needs: ['results'],
    async run(space) {
      const { results } = await space.all();
      for (const result of results) {
        space.expect(result).toMatchObject({ dwSize: WSAQUERYSETW.size, dwNameSpace: space.under.nameSpace });
        space.expect(String(result.lpNSProviderId)).toBe(space.id.toString());
      }
    },
  },
  {
    name: 'the restrictions are copied: what becomes of them afterwards changes nothing',
    needs: ['results'],
    async run(space) {
      const expected = await names(space);
      const set = space.restrictions();
      const handle = ref(NULL_HANDLE);
      await space.done(() => space.table.NSPLookupServiceBegin(space.id, set, null, LUP_RETURN_ALL, handle));
      Object.assign(set, new WSAQUERYSETW({ lpszServiceInstanceName: 'something else' }));
      const found: unknown[] = [];
      for (let each = await space.next(handle.value); typeof each !== 'number'; each = await space.next(handle.value)) {
        found.push(nameOf(each));
      }
      space.expect(found).toEqual(expected);
    },
  },
  {
    name: 'results are the caller\'s: what becomes of them changes no later one',
    needs: ['results'],
    async run(space) {
      const { results } = await space.all();
      const before = results.map(nameOf);
      for (const result of results) {
        for (const address of result.lpcsaBuffer ?? []) address.iProtocol = 99;
        result.lpszServiceInstanceName = 'spoilt';
        result.lpServiceClassId?.bytes.fill(0xff);
        result.lpNSProviderId?.bytes.fill(0xff);
      }
      const again = await space.all();
      space.expect(again.results.map(nameOf)).toEqual(before);
      for (const result of again.results) {
        space.expect((result.lpcsaBuffer ?? []).some(({ iProtocol }) => iProtocol === 99)).toBe(false);
        space.expect(String(result.lpNSProviderId)).toBe(space.id.toString());
      }
    },
  },
  ...[0, 1, 119, 120].map((room): Case => ({
    name: `a room of ${String(room)} bytes is too small: WSAEFAULT tells what is needed, and nothing is lost`,
    needs: ['results'],
    async run(space) {
      const expected = await names(space);
      const handle = await space.begin();
      const length = ref(room);
      space.expect(await space.next(handle, LUP_RETURN_ALL, length)).toBe(WSAEFAULT);
      space.expect(length.value).toBeGreaterThan(room);
      const needed = length.value;
      space.expect(await space.next(handle, LUP_RETURN_ALL, ref(needed - 1))).toBe(WSAEFAULT);
      space.expect(nameOf(await space.next(handle, LUP_RETURN_ALL, ref(needed)))).toEqual(expected[0]);
    },
  })),
  {
    name: 'LUP_FLUSHPREVIOUS drops the result that did not fit',
    needs: ['several results'],
    async run(space) {
      const expected = await names(space);
      const handle = await space.begin();
      space.expect(await space.next(handle, LUP_RETURN_ALL, ref(0))).toBe(WSAEFAULT);
      space.expect(nameOf(await space.next(handle, LUP_RETURN_ALL | LUP_FLUSHPREVIOUS))).toEqual(expected[1]);
    },
  },
  {
    name: 'what is returned is what the flags of both calls have in common',
    needs: ['results'],
    async run(space) {
      const nothing = { lpServiceClassId: null, lpszComment: null, lpVersion: null, lpcsaBuffer: null, lpBlob: null };
      const handle = await space.begin(undefined, LUP_RETURN_NAME);
      const named = await space.next(handle, LUP_RETURN_ALL);
      space.expect(named).toMatchObject(nothing);
      const other = await space.begin();
      space.expect(await space.next(other, 0)).toMatchObject({ ...nothing, lpszServiceInstanceName: null });
    },
  },
  {
    name: 'a name space without containers has no data for who asks for them',
    async run(space) {
      if (!space.lacks.includes('containers')) return;
      const { results, error } = await space.all(undefined, LUP_RETURN_ALL | LUP_CONTAINERS);
      space.expect({ count: results.length, error }).toEqual({ count: 0, error: WSANO_DATA });
    },
  },
  {
    name: 'LUP_CONTAINERS gives containers, or says that there are none',
    needs: ['containers'],
    async run(space) {
      const { error } = await space.all(undefined, LUP_RETURN_ALL | LUP_CONTAINERS);
      space.expect([WSA_E_NO_MORE, WSANO_DATA]).toContain(error);
    },
  },
  {
    name: 'a handle that is none is refused',
    async run(space) {
      space.expect(await space.next(NO_HANDLE)).toBe(WSA_INVALID_HANDLE);
      space.expect(space.end(NO_HANDLE)).toEqual(refused(WSA_INVALID_HANDLE));
      const control = await space.call(() =>
        space.table.NSPIoctl(NO_HANDLE, SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, ref(0), null, null),
      );
      space.expect(control).toEqual(refused(WSA_INVALID_HANDLE));
    },
  },
  {
    name: 'a query ends once, and its handle is none any more',
    needs: ['results'],
    async run(space) {
      const handle = await space.begin();
      space.expect(space.end(handle).value).toBe(0);
      space.expect(space.end(handle)).toEqual(refused(WSA_INVALID_HANDLE));
      space.expect(await space.next(handle)).toBe(WSA_INVALID_HANDLE);
    },
  },
  {
    name: 'ending a query ends a call that waits with WSA_E_CANCELLED, if it waits',
    needs: ['results'],
    async run(space) {
      const handle = await space.begin();
      const results = new WSAQUERYSETW();
      const waiting = space.call(() => space.table.NSPLookupServiceNext(handle, LUP_RETURN_ALL, ref(ROOM), results));
      space.end(handle);
      const { value, error } = await waiting;
      space.expect(value === 0 || error === WSA_E_CANCELLED || error === WSA_E_NO_MORE).toBe(true);
    },
  },
  {
    name: 'queries do not disturb each other',
    needs: ['results'],
    async run(space) {
      const expected = await names(space);
      const handles = await Promise.all(Array.from({ length: 8 }, () => space.begin()));
      space.expect(new Set(handles).size).toBe(handles.length);
      space.end(handles[0] as HANDLE);
      const rest = await Promise.all(handles.slice(1).map(async (handle) => nameOf(await space.next(handle))));
      space.expect(rest).toEqual(Array.from({ length: 7 }, () => expected[0]));
    },
  },
  {
    name: 'calls made at once give each result once',
    needs: ['results'],
    async run(space) {
      const expected = await names(space);
      const handle = await space.begin();
      const found = await Promise.all(Array.from({ length: expected.length + 2 }, () => space.next(handle)));
      space.expect(found.map(nameOf)).toEqual([...expected, WSA_E_NO_MORE, WSA_E_NO_MORE]);
    },
  },
  {
    name: 'NSPCleanup ends it once, with the queries that are open',
    needs: ['results'],
    async run(space) {
      const handle = await space.begin();
      const cleanup = () => space.now(() => space.table.NSPCleanup(space.id));
      space.expect(cleanup().value).toBe(0);
      space.expect(await space.next(handle)).toBe(WSA_INVALID_HANDLE);
      space.expect(cleanup()).toEqual(refused(WSAEINVAL));
    },
  },
];
