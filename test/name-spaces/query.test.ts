// Queries over several name space providers, through the C face: order, lengths, flags, ends, and providers that misbehave.
import { afterEach, describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AFPROTOCOLS,
  COMP_EQUAL,
  COMP_NOTLESS,
  CSADDR_INFO,
  IPPROTO_TCP,
  LUP_CONTAINERS,
  LUP_FLUSHPREVIOUS,
  LUP_NOCONTAINERS,
  LUP_RETURN_ADDR,
  LUP_RETURN_ALIASES,
  LUP_RETURN_ALL,
  LUP_RETURN_NAME,
  MAKEWORD,
  NULL_HANDLE,
  RESULT_IS_ALIAS,
  SOCKET_ADDRESS,
  SOCKET_ERROR,
  WSADATA,
  WSAEINVAL,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSAQUERYSETA,
  WSAQUERYSETW,
  WSASERVICE_NOT_FOUND,
  WSATRY_AGAIN,
  WSAVERSION,
  ref,
  sockaddr_in,
  sockaddr_in6,
} from '../../src/abi/index.js';
import { NSP_ROUTINE_SIZE, unsupportedNspRoutine, type LPNSPSTARTUP, type NSP_ROUTINE } from '../../src/spi/index.js';
import { SetLastError } from '../../src/win32/index.js';
import type { Answer, NameSpace } from '../../src/providers/namespaces/kit/index.js';
import { FakeClock } from '../win32/fake-clock.js';
import { settle } from '../win32/turns.js';
import type { World } from '../api/world.js';
import { CLASS, answering, begin, begun, everything, idOf, moduleOf, nameSpaceOf, next, spaces, type TestSpace } from './world.js';

let world: World;
afterEach(() => world.host.dispose());

const space = (...answers: readonly (string | number)[]): TestSpace => ({ open: answering(...answers) });

/** A provider written by hand, whose table is `unsupported` but for what is given. */
function raw(table: Partial<NSP_ROUTINE>): TestSpace {
  const NSPStartup: LPNSPSTARTUP = (_id, routines) => {
    Object.assign(routines, unsupportedNspRoutine(SetLastError), table, { cbSize: NSP_ROUTINE_SIZE });
    return 0;
  };
  return { module: { NSPStartup } };
}

const begins: NSP_ROUTINE['NSPLookupServiceBegin'] = (_id, _restrictions, _classInfo, _flags, lphLookup) => {
  lphLookup.value = 4 as never;
  return 0;
};
const fails = (error: number) => (): number => {
  SetLastError(error);
  return SOCKET_ERROR;
};
const never = (): Promise<number> => new Promise(() => undefined);

describe('results', () => {
  it('come in the order of the catalog, and then WSA_E_NO_MORE', async () => {
    world = await spaces([space('a', 'b'), space(), space('c'), space('d')]);
    const handle = await begun(world);
    expect(await everything(world, handle)).toEqual(['a', 'b', 'c', 'd', 'WSA_E_NO_MORE']);
    expect(await next(world, handle)).toBe('WSA_E_NO_MORE');
  });

  it('carry name space, provider and class', async () => {
    world = await spaces([space('a'), space('b')]);
    const handle = await begun(world);
    await next(world, handle);
    const found = (await next(world, handle)) as WSAQUERYSETW;
    expect(found).toMatchObject({ dwSize: WSAQUERYSETW.size, dwNameSpace: nameSpaceOf(1), dwOutputFlags: 0 });
    expect(String(found.lpNSProviderId)).toBe(idOf(1).toString());
    expect(String(found.lpServiceClassId)).toBe(CLASS.toString());
  });

  it('come from promises in the same order', async () => {
    const later = (name: string): TestSpace => ({
      open: () => ({
        async *query() {
          await Promise.resolve();
          yield { name };
          yield { name: `${name}2` };
        },
      }),
    });
    world = await spaces([later('a'), space('b'), later('c')]);
    expect(await everything(world, await begun(world))).toEqual(['a', 'a2', 'b', 'c', 'c2', 'WSA_E_NO_MORE']);
  });

  it('are each given once, however many calls wait at once', async () => {
    world = await spaces([space('a', 'b'), space('c', 'd')]);
    const handle = await begun(world);
    const found = await Promise.all(Array.from({ length: 5 }, () => next(world, handle)));
    expect(found.map((each) => (typeof each === 'string' ? each : each.lpszServiceInstanceName))).toEqual([
      'a', 'b', 'c', 'd', 'WSA_E_NO_MORE',
    ]);
  });
});

describe('who is asked', () => {
  it.each([
    ['all', {}, ['a', 'b', 'WSA_E_NO_MORE']],
    ['a name space', { dwNameSpace: nameSpaceOf(1) }, ['b', 'WSA_E_NO_MORE']],
    ['a provider', { lpNSProviderId: idOf(0) }, ['a', 'WSA_E_NO_MORE']],
    ['a provider, whatever the name space', { lpNSProviderId: idOf(1), dwNameSpace: nameSpaceOf(0) }, ['b', 'WSA_E_NO_MORE']],
  ])('%s', async (_name, init, expected) => {
    world = await spaces([space('a'), space('b')]);
    expect(await everything(world, await begun(world, init))).toEqual(expected);
  });

  it.each([
    ['a name space that nobody serves', { dwNameSpace: 77 }, 'WSASERVICE_NOT_FOUND'],
    ['a provider that is not installed', { lpNSProviderId: idOf(9) }, 'WSAEINVAL'],
    ['one that is disabled', { lpNSProviderId: idOf(1) }, 'WSAEINVAL'],
    ['one that cannot be loaded', { lpNSProviderId: idOf(2) }, 'WSAEPROVIDERFAILEDINIT'],
    ['no class', { lpServiceClassId: null }, 'WSAEINVAL'],
    ['a size that is too small', { dwSize: 60 }, 'WSAEFAULT'],
  ])('%s is refused', async (_name, init, error) => {
    world = await spaces([space('a'), { ...space('b'), entry: { enabled: false } }, {}]);
    expect(await begin(world, init)).toBe(error);
  });

  it('null and wrong handles are refused', async () => {
    world = await spaces([space('a')]);
    const { ws } = world;
    expect(await ws.WSALookupServiceBeginW(null, 0, ref(NULL_HANDLE))).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEFAULT');
    expect(await next(world, 4 as never)).toBe('WSA_INVALID_HANDLE');
    expect(ws.WSALookupServiceEnd(ws.WSACreateEvent() as never)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSA_INVALID_HANDLE');
    const handle = await begun(world);
    expect(await ws.WSALookupServiceNextW(handle, 0, null, null)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEFAULT');
    expect(ws.WSALookupServiceEnd(handle)).toBe(0);
    expect(ws.WSALookupServiceEnd(handle)).toBe(SOCKET_ERROR);
  });
});

describe('the length', () => {
  it.each([0, -1, Number.NaN, 10, 119])('%d is too short: WSAEFAULT tells what is needed, and nothing is lost', async (room) => {
    world = await spaces([space('a', 'b')]);
    const handle = await begun(world);
    const length = ref(room);
    const results = new WSAQUERYSETW({ lpszComment: 'junk' });
    expect(await world.ws.WSALookupServiceNextW(handle, LUP_RETURN_ALL, length, results)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEFAULT');
    expect(results).toEqual(new WSAQUERYSETW({ lpszComment: 'junk' }));
    // The structure, two identifiers, and "a" with its null rounded up.
    expect(length.value).toBe(120 + 16 + 16 + 8);
    expect(await next(world, handle, LUP_RETURN_ALL, ref(length.value - 1))).toBe('WSAEFAULT');
    expect(await next(world, handle, LUP_RETURN_ALL, length)).toMatchObject({ lpszServiceInstanceName: 'a' });
  });

  it('may be asked for without a structure', async () => {
    world = await spaces([space('a')]);
    const handle = await begun(world);
    const length = ref(0xffff);
    expect(await world.ws.WSALookupServiceNextW(handle, LUP_RETURN_ALL, length, null)).toBe(SOCKET_ERROR);
    expect([world.lastError(), length.value]).toEqual(['WSAEFAULT', 160]);
  });

  it('counts UTF-8 in the ANSI form', async () => {
    world = await spaces([space('ä'.repeat(8))]);
    const handle = ref(NULL_HANDLE);
    const wanted = new WSAQUERYSETA({ dwSize: WSAQUERYSETA.size, lpServiceClassId: CLASS });
    expect(await world.ws.WSALookupServiceBegin(wanted, LUP_RETURN_NAME, handle)).toBe(0);
    const length = ref(0);
    const results = new WSAQUERYSETA();
    await world.ws.WSALookupServiceNextA(handle.value, LUP_RETURN_NAME, length, results);
    // 17 bytes with the null, rounded up.
    expect(length.value).toBe(120 + 16 + 24);
    expect(await world.ws.WSALookupServiceNextA(handle.value, LUP_RETURN_NAME, length, results)).toBe(0);
    expect(results.lpszServiceInstanceName).toBe('ä'.repeat(8));
  });

  it('LUP_FLUSHPREVIOUS drops what did not fit', async () => {
    world = await spaces([space('a', 'b'), space('c')]);
    const handle = await begun(world);
    expect(await next(world, handle, LUP_RETURN_ALL, ref(0))).toBe('WSAEFAULT');
    expect(await next(world, handle, LUP_RETURN_ALL | LUP_FLUSHPREVIOUS)).toMatchObject({ lpszServiceInstanceName: 'b' });
    expect(await next(world, handle)).toMatchObject({ lpszServiceInstanceName: 'c' });
  });
});

function address(family: number, protocol: number): CSADDR_INFO {
  const sockaddr = family === AF_INET ? new sockaddr_in() : new sockaddr_in6();
  new DataView(sockaddr.bytes.buffer).setUint16(0, family, true);
  const RemoteAddr = new SOCKET_ADDRESS({ lpSockaddr: sockaddr, iSockaddrLength: sockaddr.bytes.length });
  return new CSADDR_INFO({ RemoteAddr, iSocketType: 1, iProtocol: protocol });
}

function version(dwVersion: number, ecHow: number): WSAVERSION {
  return Object.assign(new WSAVERSION(), { dwVersion, ecHow });
}

function protocol(iAddressFamily: number, iProtocol: number): AFPROTOCOLS {
  return Object.assign(new AFPROTOCOLS(), { iAddressFamily, iProtocol });
}

describe('flags and restrictions', () => {
  const full: Answer = {
    name: 'full', version: 5, comment: 'c', queryString: 'q', addresses: [address(AF_INET, IPPROTO_TCP)], blob: Uint8Array.of(1),
    aliases: ['other', 'further'],
  };
  const full6: Answer = { name: 'six', version: 7, addresses: [address(AF_INET6, IPPROTO_TCP), address(AF_INET6, 17)] };
  const container: Answer = { name: 'folder', version: 1, isContainer: true };
  const open = (): NameSpace => ({ query: () => [full, full6, container], hasContainers: true });

  it('what is returned is what both calls ask for', async () => {
    world = await spaces([{ open }]);
    const handle = await begun(world, {}, LUP_RETURN_NAME | LUP_RETURN_ADDR);
    const found = (await next(world, handle, LUP_RETURN_ALL)) as WSAQUERYSETW;
    expect(found).toMatchObject({ lpszServiceInstanceName: 'full', lpszComment: null, lpVersion: null, lpBlob: null, dwNumberOfCsAddrs: 1 });
    expect([found.lpServiceClassId, found.lpszQueryString]).toEqual([null, null]);
    const bare = (await next(world, handle, 0)) as WSAQUERYSETW;
    expect(bare).toMatchObject({ lpszServiceInstanceName: null, lpcsaBuffer: null, dwNumberOfCsAddrs: 0 });
  });

  it('everything is there with LUP_RETURN_ALL', async () => {
    world = await spaces([{ open }]);
    const found = (await next(world, await begun(world))) as WSAQUERYSETW;
    expect(found).toMatchObject({ lpszServiceInstanceName: 'full', lpszComment: 'c', lpszQueryString: 'q', dwNumberOfCsAddrs: 1 });
    expect(found.lpVersion?.dwVersion).toBe(5);
    expect(found.lpBlob).toMatchObject({ cbSize: 1, pBlobData: Uint8Array.of(1) });
  });

  const only = LUP_RETURN_NAME;
  it.each([
    ['nothing', {}, only, ['full', 'six', 'folder']],
    ['aliases', {}, only | LUP_RETURN_ALIASES, ['full', 'other', 'further', 'six', 'folder']],
    ['containers', {}, only | LUP_CONTAINERS, ['folder']],
    ['no containers', {}, only | LUP_NOCONTAINERS, ['full', 'six']],
    ['an exact version', { lpVersion: version(5, COMP_EQUAL) }, only, ['full']],
    ['a least version', { lpVersion: version(5, COMP_NOTLESS) }, only, ['full', 'six']],
    ['a version that nobody has', { lpVersion: version(9, COMP_NOTLESS) }, only, []],
    ['a protocol', { dwNumberOfProtocols: 1, lpafpProtocols: [protocol(AF_INET, IPPROTO_TCP)] }, only, ['full', 'folder']],
    ['another', { dwNumberOfProtocols: 1, lpafpProtocols: [protocol(AF_INET6, 17)] }, only, ['six', 'folder']],
  ])('%s', async (_name, init, flags, names) => {
    world = await spaces([{ open }]);
    expect(await everything(world, await begun(world, init, flags))).toEqual([...names, 'WSA_E_NO_MORE']);
  });

  it('aliases say that they are', async () => {
    world = await spaces([{ open }]);
    const handle = await begun(world);
    const flags = [];
    for (let i = 0; i < 4; i++) flags.push(((await next(world, handle)) as WSAQUERYSETW).dwOutputFlags);
    expect(flags).toEqual([0, RESULT_IS_ALIAS, RESULT_IS_ALIAS, 0]);
  });

  it('a name space without containers has no data for who asks for them', async () => {
    world = await spaces([space('a')]);
    expect(await begin(world, {}, LUP_CONTAINERS)).toBe('WSANO_DATA');
  });
});

describe('errors', () => {
  it.each([
    ['one that tells more than another', [WSASERVICE_NOT_FOUND, WSAHOST_NOT_FOUND, WSAEINVAL], 'WSAHOST_NOT_FOUND'],
    ['the first of equals', [WSATRY_AGAIN, WSAHOST_NOT_FOUND], 'WSATRY_AGAIN'],
    ['no data rather than no service', [WSASERVICE_NOT_FOUND, WSANO_DATA], 'WSANO_DATA'],
  ])('at the beginning: %s', async (_name, errors, expected) => {
    world = await spaces(errors.map((error) => ({ open: () => ({ query: () => error }) })));
    expect(await begin(world)).toBe(expected);
  });

  it('of a provider that found nothing are told only if nobody found anything', async () => {
    world = await spaces([space(WSANO_DATA), space('a')]);
    expect(await everything(world, await begun(world))).toEqual(['a', 'WSA_E_NO_MORE']);
    await world.host.dispose();
    world = await spaces([space(WSANO_DATA), space(WSASERVICE_NOT_FOUND)]);
    expect(await everything(world, await begun(world))).toEqual(['WSANO_DATA', 'WSA_E_NO_MORE']);
  });

  it('of a provider that failed are told once, after what the others found', async () => {
    world = await spaces([space('a', WSATRY_AGAIN), space('b')]);
    expect(await everything(world, await begun(world))).toEqual(['a', 'b', 'WSATRY_AGAIN', 'WSA_E_NO_MORE']);
  });
});

describe('a provider that misbehaves costs its own results only', () => {
  const thrown = (): never => {
    throw new Error('bug');
  };
  it.each<[string, Partial<NSP_ROUTINE>, string | null]>([
    ['throws in Begin', { NSPLookupServiceBegin: thrown }, 'WSASYSCALLFAILURE'],
    ['rejects in Begin', { NSPLookupServiceBegin: () => Promise.reject(new Error('bug')) }, 'WSASYSCALLFAILURE'],
    ['returns garbage from Begin', { NSPLookupServiceBegin: () => 'yes' as never }, 'WSASYSCALLFAILURE'],
    ['throws in Next', { NSPLookupServiceBegin: begins, NSPLookupServiceNext: thrown }, 'WSASYSCALLFAILURE'],
    ['rejects in Next', { NSPLookupServiceBegin: begins, NSPLookupServiceNext: () => Promise.reject(new Error('bug')) }, 'WSASYSCALLFAILURE'],
    ['fails without a reason', { NSPLookupServiceBegin: begins, NSPLookupServiceNext: () => SOCKET_ERROR }, 'WSASYSCALLFAILURE'],
    ['returns undefined', { NSPLookupServiceBegin: begins, NSPLookupServiceNext: () => undefined as never }, 'WSASYSCALLFAILURE'],
    [
      'asks for room that it has',
      { NSPLookupServiceBegin: begins, NSPLookupServiceNext: fails(10014) },
      'WSASYSCALLFAILURE',
    ],
    [
      'gives a number for a name',
      {
        NSPLookupServiceBegin: begins,
        NSPLookupServiceNext: (_handle, _flags, _length, results) => {
          Object.assign(results ?? {}, { lpszServiceInstanceName: 7 });
          return 0;
        },
      },
      'WSASYSCALLFAILURE',
    ],
    ['throws in End', { NSPLookupServiceBegin: begins, NSPLookupServiceNext: fails(10110), NSPLookupServiceEnd: thrown }, null],
    ['throws in NSPCleanup', { NSPLookupServiceBegin: fails(WSAEINVAL), NSPCleanup: thrown }, null],
  ])('that %s', async (_name, table, why) => {
    world = await spaces([space('a'), raw(table), space('c')]);
    const handle = await begun(world);
    expect(await everything(world, handle)).toEqual(['a', 'c', ...(why === null ? [] : [why]), 'WSA_E_NO_MORE']);
    expect(world.ws.WSALookupServiceEnd(handle)).toBe(0);
  });

  it.each([
    ['throws in NSPStartup', { NSPStartup: thrown }],
    ['fails in NSPStartup', { NSPStartup: fails(WSAEINVAL) }],
    ['leaves its table empty', { NSPStartup: () => 0 }],
    ['exports nothing', {}],
  ])('that %s, and the trace names it', async (_name, module) => {
    const notes: string[] = [];
    world = await spaces([space('a'), { module }, space('c')]);
    const { ws, host } = world;
    await ws.WSACleanup();
    const stop = host.trace.listen(({ phase, name, args }) => phase === 'note' && notes.push([name, ...args].join(' ')));
    expect(await ws.WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0);
    stop();
    expect(notes.filter((note) => note.includes('failed to start'))).toEqual([expect.stringContaining(moduleOf(1))]);
    expect(await everything(world, await begun(world))).toEqual(['a', 'c', 'WSA_E_NO_MORE']);
  });

  it('that gives a result longer than it was told fits: the caller still learns the length', async () => {
    world = await spaces([
      raw({
        NSPLookupServiceBegin: begins,
        NSPLookupServiceNext: (_handle, _flags, _length, results) => {
          if (results !== null) results.lpszServiceInstanceName = 'long'.repeat(100);
          return 0;
        },
      }),
    ]);
    const handle = await begun(world);
    const length = ref(200);
    expect(await next(world, handle, LUP_RETURN_ALL, length)).toBe('WSAEFAULT');
    expect(await next(world, handle, LUP_RETURN_ALL, length)).toMatchObject({ lpszServiceInstanceName: 'long'.repeat(100) });
  });
});

it.each([['WSAHOST_NOT_FOUND', WSAHOST_NOT_FOUND], ['WSASERVICE_NOT_FOUND', WSASERVICE_NOT_FOUND], ['WSANO_DATA', WSANO_DATA]])(
  'a provider that says %s is not worth a word where another has found something',
  async (name, error) => {
    world = await spaces([space('a'), space(error)]);
    expect(await everything(world, await begun(world))).toEqual(['a', 'WSA_E_NO_MORE']);
    await world.host.dispose();
    world = await spaces([space(error)]);
    expect(await everything(world, await begun(world))).toEqual([name, 'WSA_E_NO_MORE']);
  },
);

describe('a provider that hangs', () => {
  it.each<[string, Partial<NSP_ROUTINE>]>([
    ['in Begin', { NSPLookupServiceBegin: never }],
    ['in Next', { NSPLookupServiceBegin: begins, NSPLookupServiceNext: never }],
  ])('%s does not hang the others: their results arrive, and Next says why the rest is missing', async (_name, table) => {
    const clock = new FakeClock();
    world = await spaces([space('a'), raw(table), space('c')], { clock });
    const beginning = begun(world);
    await settle();
    clock.advance(2_000);
    const handle = await beginning;
    const all: (string | null)[] = [];
    const reading = everything(world, handle).then((found) => all.push(...found));
    await settle();
    clock.advance(2_000);
    await settle();
    expect(all).toEqual([]);
    clock.advance(30_000);
    await reading;
    expect(all).toEqual(['a', 'c', 'WSAETIMEDOUT', 'WSA_E_NO_MORE']);
    expect(clock.pending).toBe(0);
  });

  it('alone ends with WSAETIMEDOUT', async () => {
    const clock = new FakeClock();
    world = await spaces([raw({ NSPLookupServiceBegin: never })], { clock });
    const beginning = begin(world);
    await settle();
    clock.advance(2_000);
    await settle();
    clock.advance(28_000);
    expect(await beginning).toBe('WSAETIMEDOUT');
  });

  it('for a while comes after the others, and loses nothing', async () => {
    const clock = new FakeClock();
    let answer = (): void => undefined;
    const slow: TestSpace = {
      open: () => ({
        async *query() {
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
          yield { name: 'slow' };
          yield { name: 'slow too' };
        },
      }),
    };
    world = await spaces([slow, space('b', 'c')], { clock });
    const handle = await begun(world);
    const first = next(world, handle);
    await settle();
    clock.advance(2_000);
    expect(await first).toMatchObject({ lpszServiceInstanceName: 'b' });
    answer();
    await settle();
    expect(await everything(world, handle)).toEqual(['slow', 'slow too', 'c', 'WSA_E_NO_MORE']);
    expect(clock.pending).toBe(0);
  });
});

describe('WSALookupServiceEnd', () => {
  it('cancels the calls that wait, and tells the provider', async () => {
    let aborted = false;
    const hanging: TestSpace = {
      open: () => ({
        query: ({ signal }) => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
          return (async function* () {
            await new Promise(() => undefined);
            yield { name: 'never' };
          })();
        },
      }),
    };
    world = await spaces([hanging]);
    const handle = await begun(world);
    const waiting = [next(world, handle), next(world, handle)];
    await settle();
    expect(world.ws.WSALookupServiceEnd(handle)).toBe(0);
    expect(await Promise.all(waiting)).toEqual(['WSA_E_CANCELLED', 'WSA_E_CANCELLED']);
    expect(aborted).toBe(true);
    expect(await next(world, handle)).toBe('WSA_INVALID_HANDLE');
  });

  it('is done by the last WSACleanup', async () => {
    let closed = 0;
    world = await spaces([{ open: () => ({ query: () => [], close: () => (closed += 1) }) }]);
    const handle = await begun(world);
    const size = world.host.handles.size;
    await world.ws.WSACleanup();
    expect([closed, world.host.handles.get(handle), size - world.host.handles.size]).toEqual([1, null, 1]);
  });
});
