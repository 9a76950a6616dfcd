// Starting name space providers: those that answer too late, and how the last error of one finds its way.
import { afterEach, describe, expect, it } from 'vitest';
import { MAKEWORD, SOCKET_ERROR, WSADATA, WSAEACCES, WSATRY_AGAIN, WSA_E_NO_MORE, type HANDLE } from '../../src/abi/index.js';
import { MemoryStore, defaultCatalog } from '../../src/catalog/index.js';
import {
  NSP_ROUTINE_SIZE,
  createModuleLoader,
  unsupportedNspRoutine,
  unsupportedNspv2Routine,
  type LPNSPSTARTUP,
  type NSP_ROUTINE,
} from '../../src/spi/index.js';
import { SetLastError } from '../../src/win32/index.js';
import { freshWorld, type World } from '../api/world.js';
import { FakeClock } from '../win32/fake-clock.js';
import { settle } from '../win32/turns.js';
import { begin, begun, everything, idOf, moduleOf, spaces } from './world.js';

let world: World;
afterEach(() => world.host.dispose());

describe('a provider that starts too late', () => {
  /** A process that starts with this module while its clock is moved past the limit. */
  async function startLate(module: unknown, answer: () => void): Promise<void> {
    const clock = new FakeClock();
    const [entry] = defaultCatalog().namespaces;
    if (entry === undefined) throw new Error('the catalog is empty');
    const namespaces = [{ ...entry, providerId: idOf(0).toString(), module: moduleOf(0) }];
    const store = new MemoryStore(defaultCatalog().with({ namespaces, protocols: [] }));
    const builtin = new Map([[moduleOf(0), () => Promise.resolve(module)]]);
    const loader = createModuleLoader({ builtin, importer: () => Promise.reject(new Error('not here')) });
    world = freshWorld({ store, loader, clock });
    const starting = world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
    await settle();
    clock.advance(10_000);
    expect(await starting).toBe(0);
    expect(await begin(world)).toBe('WSASERVICE_NOT_FOUND');
    answer();
    await settle();
  }

  it('is ended again (version 1)', async () => {
    let cleanups = 0;
    let answer = (): void => undefined;
    const NSPStartup: LPNSPSTARTUP = (_id, table) => {
      const NSPCleanup = (): number => (cleanups += 1) * 0;
      Object.assign(table, unsupportedNspRoutine(SetLastError), { NSPCleanup });
      return new Promise((resolve) => {
        answer = () => { resolve(0); };
      });
    };
    await startLate({ NSPStartup }, () => { answer(); });
    expect(cleanups).toBe(1);
  });

  it('has its session run down (version 2)', async () => {
    const rundowns: unknown[] = [];
    let answer = (): void => undefined;
    const module = {
      ...unsupportedNspv2Routine(SetLastError, () => 0),
      NSPv2Startup: (_id: unknown, session: { value: unknown }) =>
        new Promise((resolve) => {
          answer = () => {
            session.value = 'late';
            resolve(0);
          };
        }),
      NSPv2ClientSessionRundown: (_id: unknown, session: unknown) => rundowns.push(session),
    };
    await startLate(module, () => { answer(); });
    expect(rundowns).toEqual(['late']);
  });
});

describe('the last error of an entry', () => {
  const handle = 4 as HANDLE;
  function module(next: () => number | Promise<number>): { readonly NSPStartup: LPNSPSTARTUP } {
    return {
      NSPStartup: (_id, table) => {
        const entries: Partial<NSP_ROUTINE> = {
          NSPLookupServiceBegin: (_provider, _restrictions, _classInfo, _flags, lphLookup) => {
            lphLookup.value = handle;
            return 0;
          },
          NSPLookupServiceNext: next,
        };
        Object.assign(table, unsupportedNspRoutine(SetLastError), entries, { cbSize: NSP_ROUTINE_SIZE });
        return 0;
      },
    };
  }

  it.each<[string, (set: (error: number) => void) => number | Promise<number>]>([
    ['set at once', (set) => {
      set(WSATRY_AGAIN);
      return SOCKET_ERROR;
    }],
    ['set later', async (set) => {
      await Promise.resolve();
      set(WSATRY_AGAIN);
      return SOCKET_ERROR;
    }],
    ['set after calls of its own, which have errors of their own', async (set) => {
      // Each of them gives its caller's flow a cell of its own.
      for (let i = 0; i < 3; i++) await world.host.run(() => world.ws.WSALookupServiceNextW(12 as HANDLE, 0, null, null));
      set(WSATRY_AGAIN);
      return SOCKET_ERROR;
    }],
  ])('%s', async (_name, next) => {
    world = await spaces([{ module: module(() => next(SetLastError)) }]);
    expect(await everything(world, await begun(world))).toEqual(['WSATRY_AGAIN', 'WSA_E_NO_MORE']);
  });

  it('is that of the call that failed in it, when it sets none itself', async () => {
    const { closesocket } = await import('../../src/api/index.js');
    world = await spaces([{ module: module(() => closesocket(8 as never)) }]);
    expect(await everything(world, await begun(world))).toEqual(['WSAENOTSOCK', 'WSA_E_NO_MORE']);
  });

  it('does not leak from one query into another', async () => {
    let count = 0;
    const errors = [WSAEACCES, WSATRY_AGAIN, WSA_E_NO_MORE];
    const next = async (): Promise<number> => {
      const error = errors[count++ % errors.length] ?? 0;
      await Promise.resolve();
      SetLastError(error);
      return SOCKET_ERROR;
    };
    world = await spaces([{ module: module(next) }]);
    const handles = await Promise.all(errors.map(() => begun(world)));
    const found = await Promise.all(handles.map(async (each) => (await everything(world, each))[0]));
    expect(found).toEqual(['WSAEACCES', 'WSATRY_AGAIN', 'WSA_E_NO_MORE']);
  });
});
