// WSAAdvertiseProvider and WSAUnadvertiseProvider: a program serves an installed name space itself.
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  LUP_RETURN_NAME,
  SOCKET_ERROR,
  WSADATA,
  WSAQUERYSETW,
  WSA_E_NO_MORE,
  guid,
  ref,
  type GUID,
  type HANDLE,
} from '../../src/abi/index.js';
import { NSPV2_ROUTINE_SIZE, type NSPV2_ROUTINE } from '../../src/spi/index.js';
import type { Winsock } from '../../src/winsock.js';
import { NOBODY, installerWorld } from './world.js';

const MINE = guid('{44444444-0000-0000-0000-000000000001}');

let world: ReturnType<typeof installerWorld>;
let ws: Winsock;
let given: Set<HANDLE>;

/** A provider that answers every query with one name; what it may leave out is null. */
function provider(change: Partial<Record<keyof NSPV2_ROUTINE, unknown>> = {}): NSPV2_ROUTINE {
  return {
    cbSize: NSPV2_ROUTINE_SIZE,
    dwMajorVersion: 2,
    dwMinorVersion: 0,
    NSPv2Startup: null,
    NSPv2Cleanup: null,
    NSPv2LookupServiceBegin: (_id: GUID, _set: unknown, _flags: number, _session: unknown, handle: { value: HANDLE }) => {
      handle.value = 4 as HANDLE;
      return 0;
    },
    NSPv2LookupServiceNextEx: (call: HANDLE, lookup: HANDLE, _flags: number, _length: unknown, results: WSAQUERYSETW) => {
      if (given.has(lookup)) {
        ws.WSAProviderCompleteAsyncCall(call, WSA_E_NO_MORE);
        return;
      }
      given.add(lookup);
      results.lpszServiceInstanceName = 'answered here';
      ws.WSAProviderCompleteAsyncCall(call, 0);
    },
    NSPv2LookupServiceEnd: () => 0,
    NSPv2SetServiceEx: null,
    NSPv2ClientSessionRundown: null,
    ...change,
  } as unknown as NSPV2_ROUTINE;
}

beforeEach(async () => {
  given = new Set();
  world = installerWorld();
  ({ ws } = world);
  await ws.WSCInstallNameSpace('Mine', 'served-by-the-program', 4711, 1, MINE);
  await ws.WSAStartup(0x0202, new WSADATA());
});
afterEach(() => world.host.dispose());

async function advertised(id: GUID | null, table: NSPV2_ROUTINE | null): Promise<string> {
  return (await ws.WSAAdvertiseProvider(id, table)) === SOCKET_ERROR ? world.lastError() : 'ok';
}

/** The first name that a query of the name space gives, or the error. */
async function query(): Promise<string | null> {
  const set = new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size,
    lpszServiceInstanceName: 'anything',
    lpServiceClassId: NOBODY,
    dwNameSpace: 4711,
    lpNSProviderId: MINE,
  });
  const handle = ref(0 as HANDLE);
  if ((await ws.WSALookupServiceBeginW(set, LUP_RETURN_NAME, handle)) !== 0) return world.lastError();
  const results = new WSAQUERYSETW();
  const found = await ws.WSALookupServiceNextW(handle.value, LUP_RETURN_NAME, ref(4096), results);
  const error = world.lastError();
  ws.WSALookupServiceEnd(handle.value);
  return found === 0 ? results.lpszServiceInstanceName : error;
}

it('is found by queries from then on, until it is taken back', async () => {
  expect(await query()).toBe('WSAEPROVIDERFAILEDINIT');
  expect(await advertised(MINE, provider())).toBe('ok');
  expect(await query()).toBe('answered here');
  expect(ws.WSAUnadvertiseProvider(MINE)).toBe(0);
  expect(await query()).toBe('WSAEPROVIDERFAILEDINIT');
  expect(ws.WSAUnadvertiseProvider(MINE)).toBe(SOCKET_ERROR);
  expect(world.lastError()).toBe('WSAEINVAL');
});

it('opens a session, and closes it', async () => {
  const calls: string[] = [];
  const NSPv2Startup = (): number => calls.push('startup') * 0;
  const NSPv2Cleanup = (): number => calls.push('cleanup') * 0;
  expect(await advertised(MINE, provider({ NSPv2Startup, NSPv2Cleanup }))).toBe('ok');
  expect(ws.WSAUnadvertiseProvider(MINE)).toBe(0);
  expect(calls).toEqual(['startup', 'cleanup']);
});

it.each([
  ['a null identifier', null, {}, 'WSAEINVAL'],
  ['a provider that is not installed', NOBODY, {}, 'WSAEINVALIDPROVIDER'],
  ['no function that begins a query', MINE, { NSPv2LookupServiceBegin: null }, 'WSAEINVAL'],
  ['no function that gives results', MINE, { NSPv2LookupServiceNextEx: null }, 'WSAEINVAL'],
  ['no function that ends a query', MINE, { NSPv2LookupServiceEnd: null }, 'WSAEINVAL'],
  ['something else among the rest', MINE, { NSPv2SetServiceEx: 7 }, 'WSAEFAULT'],
  ['an NSPv2Startup that fails', MINE, { NSPv2Startup: () => SOCKET_ERROR }, 'WSAEFAULT'],
  ['an NSPv2Startup that throws', MINE, { NSPv2Startup: () => { throw new Error('on purpose'); } }, 'WSAEFAULT'],
])('refuses %s', async (_what, id, change, error) => {
  expect(await advertised(id, provider(change))).toBe(error);
  expect(await query()).toMatch(/^WSAE(PROVIDERFAILEDINIT|INVALIDPROCTABLE)$/);
});

it('refuses null', async () => {
  expect(await advertised(MINE, null)).toBe('WSAEINVAL');
  expect(ws.WSAUnadvertiseProvider(null)).toBe(SOCKET_ERROR);
  expect(world.lastError()).toBe('WSAEINVAL');
});
