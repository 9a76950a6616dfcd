// The upcall table that a provider is given: events, socket handles, threads and APCs, paths.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FD_SET,
  GUID,
  MAKEWORD,
  OVERLAPPED,
  SOCK_STREAM,
  WAIT_IO_COMPLETION,
  WSAECONNRESET,
  WSAEINTR,
  WSADATA,
  WSATHREADID,
  WSA_INFINITE,
  WSS_OPERATION_IN_PROGRESS,
  errorName,
  fd_set,
  ref,
  type HANDLE,
  type SOCKET,
} from '../../src/abi/index.js';
import type { WSPUPCALLTABLE } from '../../src/spi/index.js';
import { tcp, type World } from '../api/world.js';
import { FAKE_FAMILY, fakeModule, fakeProvider, worldWith, type Given } from './fake-provider.js';

let world: World;
let given: Given;
let up: WSPUPCALLTABLE;
const lpErrno = ref(0);
beforeEach(async () => {
  const provider = fakeProvider();
  given = provider.given;
  world = worldWith([provider.load]);
  await world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
  up = given.upcalls as WSPUPCALLTABLE;
  lpErrno.value = 4242;
});
afterEach(() => world.host.dispose());

const error = (): string => errorName(lpErrno.value);

describe('events', () => {
  it('made by WPUCreateEvent are manual-reset, unset, and ordinary ones', async () => {
    const event = up.lpWPUCreateEvent(lpErrno);
    const state = (): Promise<number> => world.ws.WSAWaitForMultipleEvents(1, [event], 0, 0, 0);
    expect(await state()).toBe(258);
    expect(up.lpWPUSetEvent(event, lpErrno)).toBe(1);
    expect([await state(), await state()]).toEqual([0, 0]);
    expect(up.lpWPUResetEvent(event, lpErrno)).toBe(1);
    expect(await state()).toBe(258);
    expect(up.lpWPUCloseEvent(event, lpErrno)).toBe(1);
    expect(lpErrno.value).toBe(4242);
  });

  it('are refused when they are closed or something else', () => {
    const event = up.lpWPUCreateEvent(lpErrno);
    up.lpWPUCloseEvent(event, lpErrno);
    for (const handle of [event, tcp(world) as never]) {
      for (const entry of [up.lpWPUSetEvent, up.lpWPUResetEvent, up.lpWPUCloseEvent]) {
        lpErrno.value = 0;
        expect(entry(handle, lpErrno)).toBe(0);
        expect(error()).toBe('WSA_INVALID_HANDLE');
      }
    }
  });
});

describe('socket handles', () => {
  const make = (): SOCKET => world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);

  it('made by WPUCreateSocketHandle keep their context and are sockets to the application', async () => {
    const s = make();
    const context = ref<unknown>(null);
    expect(up.lpWPUQuerySocketHandleContext(s, context as never, lpErrno)).toBe(0);
    expect(context.value).toBe(77);
    expect(await world.ws.recv(s, new Uint8Array(1), 1, 0)).toBe(-1);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
    expect(await world.ws.closesocket(s)).toBe(0);
    expect(up.lpWPUQuerySocketHandleContext(s, context as never, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAENOTSOCK');
    expect(up.lpWPUCloseSocketHandle(s, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAENOTSOCK');
    expect(world.host.handles.get(s)).toBeNull();
  });

  it('need an entry of the catalog', () => {
    expect(up.lpWPUCreateSocketHandle(987654, 0, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEINVAL');
    expect(up.lpWPUModifyIFSHandle(987654, 4 as SOCKET, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEINVAL');
  });

  it('that are refused leave no handle behind', () => {
    const before = world.host.handles.size;
    up.lpWPUCreateSocketHandle(987654, 0, lpErrno);
    expect(world.host.handles.size).toBe(before);
  });

  it('can be proposed by a provider of IFS handles', async () => {
    const proposed = world.host.handles.open({ kind: 'socket', lastHandleClosed: () => undefined }) as SOCKET;
    expect(up.lpWPUModifyIFSHandle(given.entryId, proposed, lpErrno)).toBe(proposed);
    expect(await world.ws.recv(proposed, new Uint8Array(1), 1, 0)).toBe(-1);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
  });

  it('a null context pointer is WSAEFAULT', () => {
    expect(up.lpWPUQuerySocketHandleContext(make(), null, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEFAULT');
  });
});

describe('WPUCompleteOverlappedRequest', () => {
  const make = (): SOCKET => up.lpWPUCreateSocketHandle(given.entryId, 0, lpErrno);

  it('fills the OVERLAPPED and sets its event, with a port or without', async () => {
    for (const port of [false, true]) {
      const [s, hEvent] = [make(), up.lpWPUCreateEvent(lpErrno)];
      if (port) world.ws.CreateIoCompletionPort(s, null, 0, 0);
      const overlapped = new OVERLAPPED({ hEvent, Internal: WSS_OPERATION_IN_PROGRESS });
      expect(world.ws.WPUCompleteOverlappedRequest(s, overlapped, WSAECONNRESET, 12, lpErrno)).toBe(0);
      expect([overlapped.Internal, overlapped.InternalHigh]).toEqual([WSAECONNRESET, 12]);
      expect(await world.ws.WaitForSingleObject(hEvent, 0)).toBe(0);
    }
  });

  it('queues a packet to the port of the handle, unless the low bit of hEvent forbids it', async () => {
    const s = make();
    const port = world.ws.CreateIoCompletionPort(s, null, 7, 0);
    const [quiet, loud] = [new OVERLAPPED({ hEvent: 1 as HANDLE }), new OVERLAPPED()];
    expect(world.ws.WPUCompleteOverlappedRequest(s, quiet, 0, 1, lpErrno)).toBe(0);
    expect(world.ws.WPUCompleteOverlappedRequest(s, loud, 0, 2, lpErrno)).toBe(0);
    const [bytes, key, which] = [ref(0), ref(0), ref<OVERLAPPED | null>(null)];
    expect(await world.ws.GetQueuedCompletionStatus(port, bytes, key, which, 0)).toBe(1);
    expect([bytes.value, key.value, which.value]).toEqual([2, 7, loud]);
    expect(await world.ws.GetQueuedCompletionStatus(port, bytes, key, which, 0)).toBe(0);
  });

  it('is for handles of WPUCreateSocketHandle only', () => {
    for (const handle of [tcp(world), up.lpWPUCreateEvent(lpErrno) as unknown as SOCKET, 4 as SOCKET]) {
      const overlapped = new OVERLAPPED();
      expect(world.ws.WPUCompleteOverlappedRequest(handle, overlapped, 0, 9, lpErrno)).toBe(-1);
      expect([error(), overlapped.InternalHigh]).toEqual(['WSAEINVAL', 0]);
    }
    expect(world.ws.WPUCompleteOverlappedRequest(make(), null, 0, 9, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEFAULT');
  });
});

it('WPUFDIsSet looks into a set', () => {
  const set = new fd_set();
  const [one, two] = [tcp(world), tcp(world)];
  FD_SET(one, set);
  expect([up.lpWPUFDIsSet(one, set), up.lpWPUFDIsSet(two, set), up.lpWPUFDIsSet(one, null)]).toEqual([1, 0, 0]);
});

describe('WPUGetProviderPath', () => {
  const path = (id: string, room: number): { result: number; text: string; length: number } => {
    const text = new Uint16Array(40).fill(0xa5a5);
    const length = ref(room);
    const result = up.lpWPUGetProviderPath(new GUID(guidBytes(id)), text, length, lpErrno);
    const end = text.indexOf(0);
    return { result, text: String.fromCharCode(...text.subarray(0, Math.max(end, 0))), length: length.value };
  };
  const guidBytes = (id: string): Uint8Array => {
    const hex = id.replace(/[{}-]/g, '');
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
    return Uint8Array.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15], (i) => bytes[i] ?? 0);
  };
  const ID = '{FAFAFAFA-0000-0000-0000-000000000000}';

  it('tells the module of a provider', () => {
    expect(path(ID, 40)).toEqual({ result: 0, text: fakeModule(0), length: fakeModule(0).length + 1 });
  });

  it('tells the room needed, writes nothing that does not fit, and knows no others', () => {
    expect(path(ID, fakeModule(0).length)).toEqual({ result: -1, text: '', length: fakeModule(0).length + 1 });
    expect(error()).toBe('WSAEFAULT');
    expect(path('{00000000-0000-0000-0000-000000000001}', 40).result).toBe(-1);
    expect(error()).toBe('WSAEINVAL');
  });
});

describe('threads', () => {
  it('are opened, get APCs in alertable waits, and are closed', async () => {
    const id = new WSATHREADID();
    // The test itself runs on no thread of this process.
    await world.host.run(async () => {
      expect(up.lpWPUOpenCurrentThread(id, lpErrno)).toBe(0);
      const ran: unknown[] = [];
      expect(up.lpWPUQueueApc(id, ((context: unknown) => ran.push(context)), 5, lpErrno)).toBe(0);
      expect(ran).toEqual([]);
      expect(await world.ws.SleepEx(WSA_INFINITE, 1)).toBe(WAIT_IO_COMPLETION);
      expect(ran).toEqual([5]);
      expect(up.lpWPUCloseThread(id, lpErrno)).toBe(0);
      expect(up.lpWPUCloseThread(id, lpErrno)).toBe(-1);
      expect(error()).toBe('WSAEFAULT');
    });
  });

  it('that are none are WSAEFAULT', () => {
    const nobody = new WSATHREADID();
    expect(up.lpWPUQueueApc(nobody, (() => {}), 0, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEFAULT');
    expect(up.lpWPUQueueApc(null, (() => {}), 0, lpErrno)).toBe(-1);
    expect(up.lpWPUOpenCurrentThread(null, lpErrno)).toBe(-1);
  });
});

describe('what one provider has made and another uses', () => {
  it('keeps its context, whatever it is, also when a layer passes the handle on as its own', () => {
    for (const value of [0, 77, -1, null, undefined, 'text', 5n, { deep: [1] }, () => 0]) {
      const s = up.lpWPUCreateSocketHandle(given.entryId, value, lpErrno);
      expect(up.lpWPUModifyIFSHandle(given.entryId, s, lpErrno)).toBe(s);
      const context = ref<unknown>('junk');
      expect(up.lpWPUQuerySocketHandleContext(s, context, lpErrno)).toBe(0);
      expect(context.value).toBe(value);
      expect(up.lpWPUCloseSocketHandle(s, lpErrno)).toBe(0);
      expect(up.lpWPUCloseSocketHandle(s, lpErrno)).toBe(-1);
      expect(error()).toBe('WSAENOTSOCK');
    }
  });

  it('is neither closed nor asked for a context when WPUCreateSocketHandle has not made it', async () => {
    const [s, event] = [tcp(world), Number(up.lpWPUCreateEvent(lpErrno)) as SOCKET];
    for (const handle of [s, event, 4 as SOCKET]) {
      lpErrno.value = 0;
      expect(up.lpWPUCloseSocketHandle(handle, lpErrno)).toBe(-1);
      expect(error()).toBe('WSAENOTSOCK');
      lpErrno.value = 0;
      const context = ref<unknown>('junk');
      expect(up.lpWPUQuerySocketHandleContext(handle, context, lpErrno)).toBe(-1);
      expect([error(), context.value]).toEqual(['WSAENOTSOCK', 'junk']);
    }
    expect(await world.ws.closesocket(s)).toBe(0);
  });

  it('is no handle to propose once it is closed, or when it is something else', () => {
    const closed = up.lpWPUCreateSocketHandle(given.entryId, 0, lpErrno);
    up.lpWPUCloseSocketHandle(closed, lpErrno);
    for (const handle of [closed, up.lpWPUCreateEvent(lpErrno), 4, -1, NaN]) {
      lpErrno.value = 0;
      expect(up.lpWPUModifyIFSHandle(given.entryId, handle as SOCKET, lpErrno)).toBe(-1);
      expect(error()).toBe('WSAEINVAL');
    }
  });
});

it('no upcall needs an lpErrno, and success leaves it alone', () => {
  const none = null as never;
  expect(up.lpWPUCloseSocketHandle(4 as SOCKET, none)).toBe(-1);
  expect(up.lpWPUCreateSocketHandle(987654, 0, none)).toBe(-1);
  expect(up.lpWPUSetEvent(4 as never, none)).toBe(0);
  expect(up.lpWPUCloseThread(null, none)).toBe(-1);
  const s = up.lpWPUCreateSocketHandle(given.entryId, 0, lpErrno);
  expect(up.lpWPUQuerySocketHandleContext(s, ref<unknown>(0), lpErrno)).toBe(0);
  expect(up.lpWPUCloseSocketHandle(s, lpErrno)).toBe(0);
  const id = new WSATHREADID();
  world.host.run(() => up.lpWPUOpenCurrentThread(id, lpErrno));
  expect(up.lpWPUCloseThread(id, lpErrno)).toBe(0);
  expect(lpErrno.value).toBe(4242);
});

describe('a thread', () => {
  it('that has ended takes no APCs', async () => {
    const id = new WSATHREADID();
    const thread = world.ws.CreateThread(null, 0, () => up.lpWPUOpenCurrentThread(id, lpErrno), null, 0, null);
    await world.ws.WaitForSingleObject(thread, WSA_INFINITE);
    expect(up.lpWPUQueueApc(id, (() => undefined), 0, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEFAULT');
    expect(up.lpWPUCloseThread(id, lpErrno)).toBe(0);
  });

  it("that came with a call is WS2_32's: a provider cannot close it, nor spoil it for the others", async () => {
    const seen: number[] = [];
    const answers: number[] = [];
    const provider = fakeProvider((each) => ({
      lpWSPRecv: (_s, _buffers, _count, _received, _flags, _overlapped, _routine, thread, errno) => {
        seen.push(Number(thread?.ThreadHandle));
        answers.push(each.upcalls?.lpWPUCloseThread(thread, errno) ?? 0);
        if (thread !== null) thread.ThreadHandle = 4 as HANDLE;
        errno.value = WSAECONNRESET;
        return -1;
      },
    }));
    const other = worldWith([provider.load]);
    await other.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
    const s = other.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
    for (let i = 0; i < 2; i++) other.ws.WSARecv(s, [], 0, null, ref(0), new OVERLAPPED(), () => undefined);
    expect(answers).toEqual([-1, -1]);
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]).not.toBe(4);
    await other.host.dispose();
  });
});

it('after the last WSACleanup, and after a new start, the old table makes nothing any more', async () => {
  const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
  const id = new WSATHREADID();
  world.host.run(() => up.lpWPUOpenCurrentThread(id, lpErrno));
  const old = up;
  await world.ws.WSACleanup();
  expect(world.host.handles.get(s)).toBeNull();
  const refuses = (): void => {
    expect(old.lpWPUCreateSocketHandle(given.entryId, 0, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEINVAL');
    expect(old.lpWPUQueryBlockingCallback(given.entryId, ref(null) as never, ref(0) as never, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEINVAL');
    for (const entry of [old.lpWPUOpenCurrentThread, old.lpWPUCloseThread]) {
      lpErrno.value = 0;
      expect(entry(id, lpErrno)).toBe(-1);
      expect(error()).toBe('WSANOTINITIALISED');
    }
  };
  refuses();
  expect(world.ws.WPUCompleteOverlappedRequest(s, new OVERLAPPED(), 0, 0, lpErrno)).toBe(-1);
  expect(error()).toBe('WSANOTINITIALISED');
  await world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
  refuses();
});

it('WPUGetProviderPathEx tells what WPUGetProviderPath tells', () => {
  const text = new Uint16Array(40);
  const id = new GUID(Uint8Array.from([0xfa, 0xfa, 0xfa, 0xfa, ...new Array<number>(12).fill(0)]));
  const length = ref(40);
  expect(world.ws.WPUGetProviderPathEx(id, text, length, lpErrno)).toBe(0);
  expect(String.fromCharCode(...text.subarray(0, length.value - 1))).toBe(fakeModule(0));
  expect(world.ws.WPUGetProviderPathEx(id, text, ref(NaN), lpErrno)).toBe(-1);
  expect(error()).toBe('WSAEFAULT');
});

it('there is no blocking hook and no message window', () => {
  const callback = ref<unknown>(1);
  const context = ref<unknown>(1);
  expect(up.lpWPUQueryBlockingCallback(given.entryId, callback as never, context as never, lpErrno)).toBe(0);
  expect([callback.value, context.value]).toEqual([null, 0]);
  expect(up.lpWPUPostMessage(4 as never, 1, 2, 3)).toBe(0);
});

describe('WPUQueryBlockingCallback', () => {
  const query = (id: number): { status: number; callback: (() => number) | null; context: unknown } => {
    const callback = ref<(() => number) | null>(null);
    const context = ref<unknown>(1);
    const status = up.lpWPUQueryBlockingCallback(id, callback, context, lpErrno);
    return { status, callback: callback.value, context: context.value };
  };

  it('knows who asks', () => {
    expect(query(given.entryId + 999).status).toBe(-1);
    expect(error()).toBe('WSAEINVAL');
    expect(up.lpWPUQueryBlockingCallback(given.entryId, null, ref(0) as never, lpErrno)).toBe(-1);
    expect(error()).toBe('WSAEFAULT');
  });

  it('gives the hook of the thread, and none without one', async () => {
    await world.ws.WSAStartup(MAKEWORD(1, 1), new WSADATA());
    expect(query(given.entryId).callback).toBeNull();
    let calls = 0;
    world.ws.WSASetBlockingHook(() => (calls += 1, calls < 3 ? 1 : 0));
    const { callback } = world.host.run(() => query(given.entryId));
    expect(callback?.()).toBe(1);
    expect(calls).toBe(3);
    world.ws.WSAUnhookBlockingHook();
    expect(world.host.run(() => query(given.entryId)).callback).toBeNull();
  });
});

it('a provider without WSPCancelBlockingCall learns from the callback that its call is cancelled', async () => {
  const { given: mine, load } = fakeProvider((each) => ({
    lpWSPRecv: (_s, _buffers, _count, _received, _flags, _overlapped, _routine, _thread, errno) => {
      const callback = ref<((context: unknown) => number) | null>(null);
      const context = ref<unknown>(0);
      each.upcalls?.lpWPUQueryBlockingCallback(each.entryId, callback, context, errno);
      return new Promise((resolve) => {
        const look = (): void => {
          if (callback.value?.(context.value) !== 0) { setImmediate(look); return; }
          errno.value = WSAEINTR;
          resolve(-1);
        };
        look();
      });
    },
  }));
  const other = worldWith([load]);
  await other.ws.WSAStartup(MAKEWORD(1, 1), new WSADATA());
  expect(mine.entryId).not.toBe(0);
  other.ws.WSASetBlockingHook(() => 0);
  const s = other.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
  const receiving = (async () => [await other.ws.recv(s, new Uint8Array(1), 1, 0), other.lastError()])();
  await new Promise((resolve) => setImmediate(resolve));
  expect(other.ws.WSACancelBlockingCall()).toBe(0);
  expect(await receiving).toEqual([-1, 'WSAEINTR']);
  await other.host.dispose();
});
