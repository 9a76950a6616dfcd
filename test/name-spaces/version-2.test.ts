// Name space providers of version 2: the session, calls that they complete later, and what they do wrong.
import { afterEach, describe, expect, it } from 'vitest';
import { RNRSERVICE_REGISTER, SOCKET_ERROR, WSAEACCES, WSAQUERYSET2W, WSA_E_NO_MORE, type HANDLE } from '../../src/abi/index.js';
import { nameSpaceStartup, unsupportedNspv2Routine, type NSPV2_ROUTINE } from '../../src/spi/index.js';
import { SetLastError } from '../../src/win32/index.js';
import type { World } from '../api/world.js';
import { FakeClock } from '../win32/fake-clock.js';
import { settle } from '../win32/turns.js';
import { begin, begun, everything, next, restrictions, spaces } from './world.js';

let world: World;
afterEach(() => world.host.dispose());

/** What a provider of the test was called with. */
interface Seen {
  readonly sessions: unknown[];
  readonly handles: HANDLE[];
  module: string | null;
}

/** A provider that gives 'x' and 'y' and has its calls completed by `complete`, at once or later. */
function provider(change: (seen: Seen, complete: (call: HANDLE, code: number) => void) => Partial<NSPV2_ROUTINE> = () => ({})) {
  const seen: Seen = { sessions: [], handles: [], module: null };
  const complete = (call: HANDLE, code: number): void => {
    world.ws.WSAProviderCompleteAsyncCall(call, code);
  };
  const left = ['x', 'y'];
  const module: Partial<NSPV2_ROUTINE> = {
    ...unsupportedNspv2Routine(SetLastError, (call, code) => world.ws.WSAProviderCompleteAsyncCall(call, code)),
    NSPv2Startup: (_id, session) => {
      seen.module = nameSpaceStartup(session)?.module ?? null;
      session.value = 'the session';
      return 0;
    },
    NSPv2Cleanup: (_id, session) => {
      seen.sessions.push(session);
      return 0;
    },
    NSPv2LookupServiceBegin: (_id, set, _flags, session, lphLookup) => {
      expect(set).toBeInstanceOf(WSAQUERYSET2W);
      expect(session).toBe('the session');
      lphLookup.value = 12 as HANDLE;
      return 0;
    },
    NSPv2LookupServiceNextEx: (call, _handle, _flags, _length, results) => {
      const lpszServiceInstanceName = left.shift();
      if (lpszServiceInstanceName === undefined) complete(call, WSA_E_NO_MORE);
      else {
        Object.assign(results ?? {}, { lpszServiceInstanceName });
        queueMicrotask(() => { complete(call, 0); });
      }
    },
    NSPv2LookupServiceEnd: (handle) => {
      seen.handles.push(handle);
      return 0;
    },
    ...change(seen, complete),
  };
  return { seen, module };
}

describe('a provider of version 2', () => {
  it('opens a session, answers later, and ends what it began', async () => {
    const { seen, module } = provider();
    world = await spaces([{ module, entry: { module: 'test-space-0' } }]);
    expect(seen.module).toBe('test-space-0');
    const handle = await begun(world);
    expect(await everything(world, handle)).toEqual(['x', 'y', 'WSA_E_NO_MORE']);
    world.ws.WSALookupServiceEnd(handle);
    expect(seen.handles).toEqual([12]);
    await world.ws.WSACleanup();
    expect(seen.sessions).toEqual(['the session']);
  });

  it('registers through WSAProviderCompleteAsyncCall', async () => {
    let code = 0;
    const { module } = provider((_seen, complete) => ({
      NSPv2SetServiceEx: (call) => {
        queueMicrotask(() => { complete(call, code); });
      },
    }));
    world = await spaces([{ module }]);
    const info = restrictions({ lpszServiceInstanceName: 'x' });
    expect(await world.ws.WSASetServiceW(info, RNRSERVICE_REGISTER, 0)).toBe(0);
    code = WSAEACCES;
    expect(await world.ws.WSASetServiceW(info, RNRSERVICE_REGISTER, 0)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEACCES');
  });

  it.each<[string, Partial<NSPV2_ROUTINE>, string]>([
    ['throws', { NSPv2LookupServiceNextEx: () => { throw new Error('bug'); } }, 'WSASYSCALLFAILURE'],
    ['rejects', { NSPv2LookupServiceNextEx: () => Promise.reject(new Error('bug')) as never }, 'WSASYSCALLFAILURE'],
  ])('that %s fails its call', async (_name, table, error) => {
    world = await spaces([{ module: provider(() => table).module }]);
    expect(await everything(world, await begun(world))).toEqual([error, 'WSA_E_NO_MORE']);
  });

  it('that never completes its call is left out in the end', async () => {
    const clock = new FakeClock();
    world = await spaces([{ module: provider(() => ({ NSPv2LookupServiceNextEx: () => undefined })).module }], { clock });
    const found = next(world, await begun(world));
    await settle();
    clock.advance(30_000);
    expect(await found).toBe('WSAETIMEDOUT');
  });

  it('that refuses its session is asked for nothing', async () => {
    world = await spaces([{ module: provider(() => ({ NSPv2Startup: () => -1 })).module }]);
    expect(await begin(world)).toBe('WSASERVICE_NOT_FOUND');
  });

  it('completes a call once, and no other', async () => {
    const calls: HANDLE[] = [];
    const { module } = provider(() => ({ NSPv2LookupServiceNextEx: (call) => { calls.push(call); } }));
    world = await spaces([{ module }]);
    const { ws } = world;
    const found = next(world, await begun(world));
    await settle();
    const [call] = calls as [HANDLE];
    expect(ws.WSAProviderCompleteAsyncCall(call, WSA_E_NO_MORE)).toBe(0);
    expect(await found).toBe('WSA_E_NO_MORE');
    for (const handle of [call, 0 as HANDLE, 3 as HANDLE]) {
      expect(ws.WSAProviderCompleteAsyncCall(handle, 0)).toBe(SOCKET_ERROR);
      expect(world.lastError()).toBe('WSAEINVAL');
    }
  });
});
