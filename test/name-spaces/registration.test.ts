// Registrations, service classes and notices of changes, through the C face and the name space in memory.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CSADDR_INFO,
  type GUID,
  LUP_RETURN_ALL,
  NSP_NOTIFY_APC,
  NSP_NOTIFY_EVENT,
  NSP_NOTIFY_HWND,
  NSP_NOTIFY_IMMEDIATELY,
  NSP_NOTIFY_PORT,
  OVERLAPPED,
  RNRSERVICE_DELETE,
  RNRSERVICE_DEREGISTER,
  RNRSERVICE_REGISTER,
  SERVICE_MULTIPLE,
  SIO_NSP_NOTIFY_CHANGE,
  SOCKET_ADDRESS,
  SOCKET_ERROR,
  SVCID_FTP_TCP,
  WSACOMPLETION,
  WSAEACCES,
  WSAEOPNOTSUPP,
  WSANSCLASSINFOW,
  type WSAQUERYSETW,
  WSASERVICECLASSINFOA,
  WSASERVICECLASSINFOW,
  WSA_OPERATION_ABORTED,
  ref,
  type HANDLE,
  type HWND,
} from '../../src/abi/index.js';
import { memoryNameSpace } from '../../src/providers/namespaces/memory/index.js';
import type { World } from '../api/world.js';
import { loopback } from '../api/world.js';
import { CLASS, answering, begin, begun, everything, idOf, nameSpaceOf, next, restrictions, spaces, type TestSpace } from './world.js';

let world: World;
beforeEach(async () => {
  world = await spaces([{ open: memoryNameSpace }]);
});
afterEach(() => world.host.dispose());

function address(port: number): CSADDR_INFO {
  const end = (): SOCKET_ADDRESS => new SOCKET_ADDRESS({ lpSockaddr: loopback(port), iSockaddrLength: 16 });
  return new CSADDR_INFO({ LocalAddr: end(), RemoteAddr: end(), iSocketType: 1, iProtocol: 6 });
}

async function set(name: string | null, ports: readonly number[], operation: number, flags = 0, init: Partial<WSAQUERYSETW> = {}): Promise<string> {
  const lpcsaBuffer = ports.map(address);
  const info = restrictions({ lpszServiceInstanceName: name, dwNumberOfCsAddrs: lpcsaBuffer.length, lpcsaBuffer, ...init });
  const status = await world.ws.WSASetServiceW(info, operation, flags);
  return status === 0 ? 'ok' : world.lastError();
}

/** The ports that a service is found with, or the error. */
async function ports(name: string): Promise<number[] | string> {
  const handle = await begin(world, { lpszServiceInstanceName: name });
  if (typeof handle === 'string') return handle;
  const found = await next(world, handle);
  world.ws.WSALookupServiceEnd(handle);
  if (typeof found === 'string') return found;
  return (found.lpcsaBuffer ?? []).map(({ RemoteAddr }) => {
    const bytes = RemoteAddr.lpSockaddr as Uint8Array;
    return ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  });
}

const NOWHERE = 'WSASERVICE_NOT_FOUND';

describe('WSASetService', () => {
  // The table of its page.
  it.each<[string, readonly [number, number, readonly number[]][], string, number[] | string]>([
    ['REGISTER creates', [[RNRSERVICE_REGISTER, 0, [1, 2]]], 'ok', [1, 2]],
    ['REGISTER overwrites', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_REGISTER, 0, [3]]], 'ok', [3]],
    ['REGISTER MULTIPLE creates', [[RNRSERVICE_REGISTER, SERVICE_MULTIPLE, [1]]], 'ok', [1]],
    ['REGISTER MULTIPLE adds', [[RNRSERVICE_REGISTER, 0, [1]], [RNRSERVICE_REGISTER, SERVICE_MULTIPLE, [2, 1]]], 'ok', [2, 1]],
    ['DEREGISTER of nothing', [[RNRSERVICE_DEREGISTER, 0, [1]]], NOWHERE, NOWHERE],
    ['DEREGISTER MULTIPLE of nothing', [[RNRSERVICE_DEREGISTER, SERVICE_MULTIPLE, [1]]], NOWHERE, NOWHERE],
    ['DEREGISTER takes all', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_DEREGISTER, 0, []]], 'ok', NOWHERE],
    ['DEREGISTER MULTIPLE takes some', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_DEREGISTER, SERVICE_MULTIPLE, [1]]], 'ok', [2]],
    ['DEREGISTER MULTIPLE takes the last', [[RNRSERVICE_REGISTER, 0, [1]], [RNRSERVICE_DEREGISTER, SERVICE_MULTIPLE, [1]]], 'ok', NOWHERE],
    ['DELETE of nothing', [[RNRSERVICE_DELETE, 0, []]], NOWHERE, NOWHERE],
    ['DELETE removes', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_DELETE, 0, []]], 'ok', NOWHERE],
    ['DELETE MULTIPLE takes some', [[RNRSERVICE_REGISTER, 0, [1, 2]], [RNRSERVICE_DELETE, SERVICE_MULTIPLE, [2]]], 'ok', [1]],
    ['DELETE after DEREGISTER', [[RNRSERVICE_REGISTER, 0, [1]], [RNRSERVICE_DEREGISTER, 0, []], [RNRSERVICE_DELETE, 0, []]], 'ok', NOWHERE],
    ['DELETE twice', [[RNRSERVICE_REGISTER, 0, [1]], [RNRSERVICE_DELETE, 0, []], [RNRSERVICE_DELETE, 0, []]], NOWHERE, NOWHERE],
  ])('%s', async (_name, steps, last, found) => {
    let outcome = '';
    for (const [operation, flags, list] of steps) outcome = await set('service', list, operation, flags);
    expect(outcome).toBe(last);
    expect(await ports('service')).toEqual(found);
  });

  it.each<[string, string | null, number, Partial<WSAQUERYSETW>, string]>([
    ['no name', null, RNRSERVICE_REGISTER, {}, 'WSAEINVAL'],
    ['no class', 'a', RNRSERVICE_REGISTER, { lpServiceClassId: null }, 'WSAEINVAL'],
    ['no such operation', 'a', 3, {}, 'WSAEINVAL'],
    ['half an operation', 'a', 0.5, {}, 'WSAEINVAL'],
    ['too small a size', 'a', RNRSERVICE_REGISTER, { dwSize: 8 }, 'WSAEFAULT'],
    ['an unknown provider', 'a', RNRSERVICE_REGISTER, { lpNSProviderId: idOf(7) }, 'WSAEINVAL'],
    ['an unknown name space', 'a', RNRSERVICE_REGISTER, { dwNameSpace: 4711 }, 'WSASERVICE_NOT_FOUND'],
  ])('%s is refused', async (_name, name, operation, init, error) => {
    expect(await set(name, [1], operation, 0, init)).toBe(error);
  });

  it('has succeeded when one provider has; else the error that tells most counts', async () => {
    const refusing = (error: number): TestSpace => ({ open: () => ({ query: () => [], register: () => error }) });
    const throwing: TestSpace = {
      open: () => ({
        query: () => [],
        register: () => {
          throw new Error('bug');
        },
      }),
    };
    await world.host.dispose();
    world = await spaces([refusing(WSAEOPNOTSUPP), refusing(WSAEACCES), throwing, { open: memoryNameSpace }, { open: answering() }]);
    expect(await set('a', [1], RNRSERVICE_REGISTER)).toBe('ok');
    expect(await ports('a')).toEqual([1]);
    expect(await set('a', [1], RNRSERVICE_REGISTER, 0, { dwNameSpace: nameSpaceOf(1) })).toBe('WSAEACCES');
    expect(await set('a', [1], RNRSERVICE_REGISTER, 0, { lpNSProviderId: idOf(2) })).toBe('WSASYSCALLFAILURE');
    expect(await set('a', [1], RNRSERVICE_REGISTER, 0, { lpNSProviderId: idOf(4) })).toBe('WSAEOPNOTSUPP');
  });
});

describe('service classes', () => {
  function schema(name = 'printers'): WSASERVICECLASSINFOW {
    const value = (lpszName: string, dwNameSpace: number): WSANSCLASSINFOW =>
      new WSANSCLASSINFOW({ lpszName, dwNameSpace, dwValueType: 4, dwValueSize: 4, lpValue: Uint8Array.of(1, 2, 3, 4) });
    const lpClassInfos = [value('here', nameSpaceOf(0)), value('elsewhere', 99), value('everywhere', 0)];
    return new WSASERVICECLASSINFOW({ lpServiceClassId: CLASS, lpszServiceClassName: name, dwCount: 3, lpClassInfos });
  }
  const nameOf = (id: GUID, room = 32): string => {
    const buffer = new Uint16Array(32);
    const length = ref(room);
    const status = world.ws.WSAGetServiceClassNameByClassIdW(id, buffer, length);
    return status === 0 ? String.fromCharCode(...buffer.subarray(0, length.value - 1)) : `${world.lastError()} ${String(length.value)}`;
  };

  it('are installed once, named, and removed once', async () => {
    const { ws } = world;
    expect(nameOf(CLASS)).toBe('WSANO_DATA 32');
    expect(await ws.WSAInstallServiceClassW(schema())).toBe(0);
    expect(nameOf(CLASS)).toBe('printers');
    expect(nameOf(CLASS, 8)).toBe('WSAEFAULT 9');
    expect(await ws.WSAInstallServiceClassW(schema())).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEALREADY');
    expect(await ws.WSARemoveServiceClass(CLASS)).toBe(0);
    expect(await ws.WSARemoveServiceClass(CLASS)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSATYPE_NOT_FOUND');
  });

  it.each([
    ['null', null],
    ['no id', new WSASERVICECLASSINFOW({ lpszServiceClassName: 'x' })],
    ['no name', new WSASERVICECLASSINFOW({ lpServiceClassId: CLASS })],
    ['values that are none', { lpServiceClassId: CLASS, lpszServiceClassName: 'x', dwCount: 1, lpClassInfos: [null] } as never],
  ])('%s is refused', async (_name, info) => {
    expect(await world.ws.WSAInstallServiceClassW(info)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEINVAL');
  });

  it('are read with what is for the name space of the provider, by the two-call idiom', async () => {
    await world.ws.WSAInstallServiceClassW(schema());
    const length = ref(0);
    const info = new WSASERVICECLASSINFOW();
    const read = (): number => world.ws.WSAGetServiceClassInfoW(idOf(0), CLASS, length, info);
    expect(read()).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEFAULT');
    // The structure, the identifier, "printers"; two values with their names and data.
    expect(length.value).toBe(32 + 16 + 24 + (32 + 16 + 8) + (32 + 24 + 8));
    expect(read()).toBe(0);
    expect(info.lpClassInfos?.map(({ lpszName }) => lpszName)).toEqual(['here', 'everywhere']);
    const ansi = new WSASERVICECLASSINFOA();
    expect(world.ws.WSAGetServiceClassInfoA(idOf(0), CLASS, length, ansi)).toBe(0);
    expect(ansi).toMatchObject({ lpszServiceClassName: 'printers', dwCount: 2 });
    expect(world.ws.WSAGetServiceClassInfoW(idOf(5), CLASS, length, info)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEINVAL');
  });

  it('reach the providers that keep them', async () => {
    await world.host.dispose();
    world = await spaces([{ open: memoryNameSpace, entry: { storesServiceClassInfo: true } }]);
    await world.ws.WSAInstallServiceClassW(schema());
    const info = new WSASERVICECLASSINFOW();
    expect(world.ws.WSAGetServiceClassInfoW(idOf(0), CLASS, ref(0xffff), info)).toBe(0);
    // The provider's own copy is whole.
    expect(info.dwCount).toBe(3);
  });

  it('of ports are there without being installed', () => {
    expect(nameOf(SVCID_FTP_TCP)).toBe('ftp');
    const info = new WSASERVICECLASSINFOW();
    expect(world.ws.WSAGetServiceClassInfoW(idOf(0), SVCID_FTP_TCP, ref(0xffff), info)).toBe(0);
    expect(info.lpClassInfos?.[0]).toMatchObject({ lpszName: 'TcpPort', lpValue: Uint8Array.of(21, 0, 0, 0) });
  });

  it('come with queries, and survive the process', async () => {
    const store = world.host;
    expect(await world.ws.WSAInstallServiceClassW(schema())).toBe(0);
    let seen: string | null = null;
    const asking: TestSpace = {
      open: () => ({
        query: ({ classInfo }) => {
          seen = classInfo?.lpszServiceClassName ?? null;
          return [];
        },
      }),
    };
    await store.dispose();
    world = await spaces([asking]);
    await world.ws.WSAInstallServiceClassW(schema('again'));
    await begun(world);
    expect(seen).toBe('again');
  });
});

describe('SIO_NSP_NOTIFY_CHANGE', () => {
  let handle: HANDLE;
  beforeEach(async () => {
    await set('a', [1], RNRSERVICE_REGISTER);
    handle = await begun(world);
  });
  const ask = (completion: WSACOMPLETION): string =>
    world.ws.WSANSPIoctl(handle, SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, ref(0), completion) === 0 ? 'ok' : world.lastError();
  const poll = async (): Promise<string> =>
    (await world.ws.WSANSPIoctl(handle, SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, ref(0), null)) === 0 ? 'ok' : world.lastError();
  function completion(Type: number, change: (parameters: WSACOMPLETION['Parameters']) => void): WSACOMPLETION {
    const made = new WSACOMPLETION({ Type });
    change(made.Parameters);
    return made;
  }

  it('polls', async () => {
    expect(await poll()).toBe('WSAEWOULDBLOCK');
    expect(ask(completion(NSP_NOTIFY_IMMEDIATELY, () => undefined))).toBe('WSAEWOULDBLOCK');
    await set('b', [2], RNRSERVICE_REGISTER);
    expect(await poll()).toBe('ok');
  });

  it('lets a query that was told to its end go on', async () => {
    expect(await everything(world, handle)).toEqual(['a', 'WSA_E_NO_MORE']);
    expect(await everything(world, handle)).toEqual(['WSA_E_NO_MORE']);
    await set('b', [2], RNRSERVICE_REGISTER);
    expect(await everything(world, handle)).toEqual(['a', 'b', 'WSA_E_NO_MORE']);
    expect(await poll()).toBe('WSAEWOULDBLOCK');
  });

  it('signals an event', async () => {
    const overlapped = new OVERLAPPED();
    overlapped.hEvent = world.ws.WSACreateEvent();
    const asked = completion(NSP_NOTIFY_EVENT, ({ Event }) => (Event.lpOverlapped = overlapped));
    expect(ask(asked)).toBe('WSA_IO_PENDING');
    expect(ask(asked)).toBe('WSAEINVAL');
    expect(await world.ws.WaitForSingleObject(overlapped.hEvent, 0)).toBe(258);
    await set('b', [2], RNRSERVICE_REGISTER);
    expect(await world.ws.WaitForSingleObject(overlapped.hEvent, 0)).toBe(0);
    expect(overlapped.Internal).toBe(0);
  });

  it('runs a routine in an alertable wait', async () => {
    const overlapped = new OVERLAPPED();
    const calls: unknown[] = [];
    const asked = completion(NSP_NOTIFY_APC, ({ Apc }) => {
      Apc.lpOverlapped = overlapped;
      Apc.lpfnCompletionProc = (...args) => calls.push(args);
    });
    expect(ask(asked)).toBe('WSA_IO_PENDING');
    await set('b', [2], RNRSERVICE_REGISTER);
    await world.ws.SleepEx(0, 1);
    expect(calls).toEqual([[0, 0, overlapped, 0]]);
  });

  it('posts to a port, and to it once the query ends', async () => {
    const { ws } = world;
    const port = ws.CreateIoCompletionPort(-1 as HANDLE, 0 as HANDLE, 0, 0);
    const take = async (): Promise<unknown[]> => {
      const [bytes, key, overlapped] = [ref(9), ref(0), ref<OVERLAPPED | null>(null)];
      const ok = await ws.GetQueuedCompletionStatus(port, bytes, key, overlapped, 0);
      return [ok, bytes.value, key.value, overlapped.value?.Internal];
    };
    const asked = (): WSACOMPLETION =>
      completion(NSP_NOTIFY_PORT, ({ Port }) => Object.assign(Port, { lpOverlapped: new OVERLAPPED(), hPort: port, Key: 77 }));
    expect(ask(asked())).toBe('WSA_IO_PENDING');
    await set('b', [2], RNRSERVICE_REGISTER);
    expect(await take()).toEqual([1, 0, 77, 0]);
    // The results are wrong by now, which is told at once; a new query's are not.
    world.ws.WSALookupServiceEnd(handle);
    handle = await begun(world);
    expect(ask(asked())).toBe('WSA_IO_PENDING');
    ws.WSALookupServiceEnd(handle);
    expect(await take()).toEqual([0, 0, 77, WSA_OPERATION_ABORTED]);
  });

  it('posts a message, and none when the query ends', async () => {
    const { ws } = world;
    const hWnd = ws.CreateWindowExW(0, 'Message', null, 0, 0, 0, 0, 0, ws.HWND_MESSAGE, null, null, null);
    expect(hWnd).not.toBe(0);
    const asked = completion(NSP_NOTIFY_HWND, ({ WindowMessage }) => Object.assign(WindowMessage, { hWnd, uMsg: 0x400, context: 5 }));
    const message = { hwnd: 0 as HWND, message: 0, wParam: 0, lParam: 0, time: 0 };
    expect(ask(asked)).toBe('WSA_IO_PENDING');
    await set('b', [2], RNRSERVICE_REGISTER);
    expect(ws.PeekMessageW(message, hWnd, 0, 0, 1)).toBe(1);
    expect(message).toMatchObject({ message: 0x400, lParam: 5 });
    ws.WSALookupServiceEnd(handle);
    handle = await begun(world);
    ask(asked);
    ws.WSALookupServiceEnd(handle);
    expect(ws.PeekMessageW(message, hWnd, 0, 0, 1)).toBe(0);
  });

  it('is refused for wrong arguments and several providers', async () => {
    const { ws } = world;
    expect(ask(new WSACOMPLETION({ Type: 9 }))).toBe('WSAEINVAL');
    expect(ask(new WSACOMPLETION({ Type: NSP_NOTIFY_EVENT }))).toBe('WSAEFAULT');
    expect(ask({} as never)).toBe('WSAEINVAL');
    expect(await ws.WSANSPIoctl(4 as HANDLE, SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, ref(0), null)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSA_INVALID_HANDLE');
    expect(await ws.WSANSPIoctl(handle, 1, null, 0, null, 0, ref(0), null)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
    expect(await ws.WSANSPIoctl(handle, 1, null, 8, null, 0, ref(0), null)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEFAULT');
    await world.host.dispose();
    world = await spaces([{ open: answering('a') }, { open: answering('b') }]);
    handle = await begun(world, {}, LUP_RETURN_ALL);
    expect(await poll()).toBe('WSAEINVAL');
  });
});
