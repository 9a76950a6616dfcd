// Pseudo-blocking of Winsock 1.1: hooks, cancelling, and what is forbidden while a call blocks.
import { afterEach, describe, expect, it, test } from 'vitest';
import {
  AF_INET,
  FD_SET,
  MSG_WAITALL,
  NULL_HANDLE,
  SD_SEND,
  SOCKET_ADDRESS,
  SOCKET_ADDRESS_LIST,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_RCVBUF,
  TF_DISCONNECT,
  TF_REUSE_SOCKET,
  TRANSMIT_FILE_BUFFERS,
  WM_USER,
  WSADATA,
  WSAPOLLFD,
  errorName,
  fd_set,
  linger,
  SO_LINGER,
  sockaddr_in,
  type HANDLE,
  type HWND,
  type SOCKET,
} from '../../src/abi/index.js';
import { exportItems, type ExportItem } from '../../src/api/exports.js';
import { createNullDriver } from '../../src/drivers/null.js';
import { FakeClock } from '../win32/fake-clock.js';
import { outcome, settle } from '../win32/turns.js';
import { DRIVERS, VERSION_1_1, VERSION_2_2, negotiate } from './legacy-world.js';
import { samplesFor } from './samples.js';
import { boundUdp, connectedPair, freshWorld, listener, tcp, turn, type World } from './world.js';

let world: World;
afterEach(() => world.host.dispose());

/** A call's result with its own error. */
const withError = async <T>(call: Promise<T>): Promise<[T, string]> => [await call, world.lastError()];
const errorOf = <T>(result: T): [T, string] => [result, world.lastError()];

/** A connected pair, made before 1.1's rule forbids two calls at a time: connecting first, then accepting. */
async function pair(): Promise<{ a: SOCKET; b: SOCKET }> {
  const from = listener(world);
  const a = tcp(world);
  expect(await world.ws.connect(a, from.name, sockaddr_in.size)).toBe(0);
  return { a, b: await world.ws.accept(from.s, null, null) };
}

describe.each(DRIVERS)('on the driver %s', (_driver, make) => {
  const begin = async (...versions: readonly number[]): Promise<void> => {
    world = make();
    await negotiate(world, ...(versions.length === 0 ? [VERSION_1_1] : versions));
  };

  describe('a hook', () => {
    it('is called while a call blocks, on its thread, and no longer', async () => {
      await begin();
      const { a, b } = await pair();
      const threads = new Set<number>();
      let calls = 0;
      const enough = new Promise<void>((resolve) => {
        world.ws.WSASetBlockingHook(() => {
          threads.add(world.ws.GetCurrentThreadId());
          calls += 1;
          if (calls === 3) resolve();
          return 0;
        });
      });
      const receiving = world.ws.recv(b, new Uint8Array(4), 4, 0);
      await enough;
      // Another thread is not bound by what this one waits for.
      const sent = await new Promise((resolve) => {
        world.ws.CreateThread(null, 0, async () => { resolve(await world.ws.send(a, Uint8Array.of(1), 1, 0)); }, null, 0, null);
      });
      expect(sent).toBe(1);
      expect(await receiving).toBe(1);
      const after = calls;
      await world.ws.Sleep(50);
      expect(calls).toBe(after);
      expect([...threads]).toEqual([world.ws.GetCurrentThreadId()]);
    });

    it('is not called for what is there at once, nor on a non-blocking socket', async () => {
      await begin();
      const { a, b } = await pair();
      let calls = 0;
      world.ws.WSASetBlockingHook(() => (calls += 1, 0));
      expect(await world.ws.send(a, Uint8Array.of(1), 1, 0)).toBe(1);
      await turn();
      const set = new fd_set();
      FD_SET(b, set);
      world.ws.WSAUnhookBlockingHook();
      await world.ws.select(0, set, null, null, null);
      world.ws.WSASetBlockingHook(() => (calls += 1, 0));
      expect(await world.ws.recv(b, new Uint8Array(1), 1, 0)).toBe(1);
      world.ws.ioctlsocket(b, 0x8004667e | 0, { value: 1 });
      expect(await withError(world.ws.recv(b, new Uint8Array(1), 1, 0))).toEqual([-1, 'WSAEWOULDBLOCK']);
      await world.ws.Sleep(30);
      expect(calls).toBe(0);
    });

    it('cancels from inside, the one call that it may make', async () => {
      await begin();
      const from = listener(world);
      const seen: unknown[] = [];
      world.ws.WSASetBlockingHook(() => {
        seen.push(world.ws.WSAIsBlocking());
        seen.push(...errorOf(world.ws.socket(AF_INET, SOCK_STREAM, 0)));
        seen.push(world.ws.WSACancelBlockingCall());
        return 1;
      });
      expect(await withError(world.ws.accept(from.s, null, null))).toEqual([-1, 'WSAEINTR']);
      expect(seen).toEqual([1, -1, 'WSAEINPROGRESS', 0]);
      expect(world.ws.WSAIsBlocking()).toBe(0);
    });
  });

  describe('cancelling', () => {
    /** Starts a call, cancels it when it waits, and gives what it ended with. */
    async function cancelled<T>(call: Promise<T>): Promise<[T, string]> {
      const result = withError(call);
      await settle();
      expect(world.ws.WSAIsBlocking()).toBe(1);
      expect(world.ws.WSACancelBlockingCall()).toBe(0);
      const ended = await result;
      expect(world.ws.WSAIsBlocking()).toBe(0);
      return ended;
    }
    const INTERRUPTED = [-1, 'WSAEINTR'];

    it('accept leaves the listener as it was', async () => {
      await begin();
      const from = listener(world);
      expect(await cancelled(world.ws.accept(from.s, null, null))).toEqual(INTERRUPTED);
      const { b } = await (async () => {
        const a = tcp(world);
        await world.ws.connect(a, from.name, sockaddr_in.size);
        return { b: await world.ws.accept(from.s, null, null) };
      })();
      expect(b).toBeGreaterThan(0);
    });

    it('select and WSAPoll leave their sockets and sets as they were', async () => {
      await begin();
      const { a, b } = await pair();
      const set = new fd_set();
      FD_SET(b, set);
      expect(await cancelled(world.ws.select(0, set, null, null, null))).toEqual(INTERRUPTED);
      expect(set.fd_count).toBe(1);
      const entry = new WSAPOLLFD();
      entry.fd = b;
      entry.events = 0x100;
      expect(await cancelled(world.ws.WSAPoll([entry], 1, -1))).toEqual(INTERRUPTED);
      await world.ws.send(a, Uint8Array.of(7), 1, 0);
      expect(await world.ws.select(0, set, null, null, null)).toBe(1);
      expect(await world.ws.recv(b, new Uint8Array(1), 1, 0)).toBe(1);
    });

    it('a receive that has taken nothing loses nothing', async () => {
      await begin();
      const { a, b } = await pair();
      expect(await cancelled(world.ws.recv(b, new Uint8Array(4), 4, 0))).toEqual(INTERRUPTED);
      await world.ws.send(a, Uint8Array.of(1, 2), 2, 0);
      const buffer = new Uint8Array(4);
      expect(await world.ws.recv(b, buffer, 4, 0)).toBe(2);
      expect([...buffer]).toEqual([1, 2, 0, 0]);
      const datagrams = boundUdp(world);
      expect(await cancelled(world.ws.recvfrom(datagrams, buffer, 4, 0, null, null))).toEqual(INTERRUPTED);
    });

    it('a receive that has taken a part gives it back', async () => {
      await begin();
      const { a, b } = await pair();
      await world.ws.send(a, Uint8Array.of(1), 1, 0);
      const set = new fd_set();
      FD_SET(b, set);
      await world.ws.select(0, set, null, null, null);
      expect(await cancelled(world.ws.recv(b, new Uint8Array(4), 4, MSG_WAITALL))).toEqual(INTERRUPTED);
      const buffer = new Uint8Array(4);
      expect(await world.ws.recv(b, buffer, 4, 0)).toBe(1);
      expect(buffer[0]).toBe(1);
    });

    it('a send cuts the connection', async () => {
      await begin();
      const { a } = await pair();
      world.ws.setsockopt(a, SOL_SOCKET, SO_RCVBUF, new Uint8Array(4), 4);
      expect(await cancelled(world.ws.send(a, new Uint8Array(30_000_000), 30_000_000, 0))).toEqual(INTERRUPTED);
      expect(await withError(world.ws.send(a, new Uint8Array(1), 1, 0))).toEqual([-1, 'WSAECONNABORTED']);
      expect(world.ws.shutdown(a, SD_SEND)).toBe(-1);
      expect(await world.ws.closesocket(a)).toBe(0);
    });

    it('a connect gives it up; the socket can be closed', async () => {
      await begin();
      const from = listener(world);
      const a = tcp(world);
      expect(await cancelled(world.ws.connect(a, from.name, sockaddr_in.size))).toEqual(INTERRUPTED);
      expect(await withError(world.ws.send(a, new Uint8Array(1), 1, 0))).toEqual([-1, 'WSAENOTCONN']);
      await turn();
      expect(await world.ws.closesocket(a)).toBe(0);
    });

    it('WSAConnectByList gives up all its addresses', async () => {
      await begin();
      const from = listener(world);
      const one = new SOCKET_ADDRESS({ lpSockaddr: from.name, iSockaddrLength: sockaddr_in.size });
      const addresses = new SOCKET_ADDRESS_LIST({ iAddressCount: 2, Address: [one, one] });
      const call = world.ws.WSAConnectByList(tcp(world), addresses, null, null, null, null, null, null);
      expect(await cancelled(call)).toEqual([0, 'WSAEINTR']);
    });

    it('is over with the call: the next one waits again, with a hook too', async () => {
      await begin();
      const { a, b } = await pair();
      world.ws.WSASetBlockingHook(() => 0);
      expect(await cancelled(world.ws.recv(b, new Uint8Array(4), 4, 0))).toEqual(INTERRUPTED);
      const receiving = withError(world.ws.recv(b, new Uint8Array(4), 4, 0));
      await new Promise((resolve) => {
        world.ws.CreateThread(null, 0, async () => {
          await world.ws.Sleep(25);
          resolve(await world.ws.send(a, Uint8Array.of(1), 1, 0));
        }, null, 0, null);
      });
      expect(await receiving).toEqual([1, '0']);
    });

    it('a lingering close ends the wait; the handle is gone', async () => {
      await begin();
      const { a } = await pair();
      const value = new linger();
      value.l_onoff = 1;
      value.l_linger = 60;
      expect(world.ws.setsockopt(a, SOL_SOCKET, SO_LINGER, value, 4)).toBe(0);
      world.ws.ioctlsocket(a, 0x8004667e | 0, { value: 1 });
      await world.ws.send(a, new Uint8Array(30_000_000), 30_000_000, 0);
      world.ws.ioctlsocket(a, 0x8004667e | 0, { value: 0 });
      expect(await cancelled(world.ws.closesocket(a))).toEqual(INTERRUPTED);
      expect(await withError(world.ws.closesocket(a))).toEqual([-1, 'WSAENOTSOCK']);
    });

    it('DisconnectEx and the end of TransmitFile leave the connection half closed', async () => {
      await begin();
      const calls = [
        (s: SOCKET) => world.ws.DisconnectEx(s, null, TF_REUSE_SOCKET, 0),
        (s: SOCKET) => world.ws.TransmitFile(s, 0 as HANDLE, 0, 0, null, null, TF_DISCONNECT | TF_REUSE_SOCKET),
      ];
      for (const call of calls) {
        const { a, b } = await pair();
        expect(await cancelled(Promise.resolve(call(a)))).toEqual([0, 'WSAEINTR']);
        expect(await world.ws.recv(b, new Uint8Array(1), 1, 0)).toBe(0);
        expect(await world.ws.send(b, new Uint8Array(1), 1, 0)).toBe(1);
        expect(await world.ws.recv(a, new Uint8Array(1), 1, 0)).toBe(1);
        // What was given up does not happen later either.
        await world.ws.closesocket(b);
        expect(await world.ws.recv(a, new Uint8Array(1), 1, 0)).toBe(0);
        await settle();
        expect(world.ws.getpeername(a, new sockaddr_in(), { value: 16 })).toBe(0);
      }
    });

    it('TransmitFile in the middle of a block cuts the connection', async () => {
      await begin();
      const { a } = await pair();
      const LENGTH = 30_000_000;
      const buffers = new TRANSMIT_FILE_BUFFERS({ Head: new Uint8Array(LENGTH), HeadLength: LENGTH });
      const sending = Promise.resolve(world.ws.TransmitFile(a, 0 as HANDLE, 0, 0, null, buffers, 0));
      expect(await cancelled(sending)).toEqual([0, 'WSAEINTR']);
      expect(await withError(world.ws.send(a, new Uint8Array(1), 1, 0))).toEqual([-1, 'WSAECONNABORTED']);
    });

    it('is WSAEINVAL when nothing blocks', async () => {
      await begin();
      expect(errorOf(world.ws.WSACancelBlockingCall())).toEqual([-1, 'WSAEINVAL']);
    });
  });

  it('everything that can fail is WSAEINPROGRESS while a call blocks, except the two functions made for that', async () => {
    await begin();
    const s = boundUdp(world);
    const event = world.ws.WSACreateEvent();
    const receiving = withError(world.ws.recvfrom(s, new Uint8Array(4), 4, 0, null, null));
    await settle();
    const call = async (item: ExportItem): Promise<string> => {
      const made = (world.ws as unknown as Record<string, (...args: unknown[]) => unknown>)[item.name];
      const args = samplesFor(item, { socket: s, event });
      const result = await made?.(...args);
      if (item.errors === 'return') return errorName(result as number);
      if (item.errors === 'lpErrno') return errorName((args.at(-1) as { value: number } | null)?.value ?? 0);
      return result === item.failure ? world.lastError() : '';
    };
    for (const item of exportItems()) {
      if (!item.exported || item.failure === undefined && item.errors !== 'return') continue;
      if (['WSAIsBlocking', 'WSACancelBlockingCall'].includes(item.name)) continue;
      const error = await call(item);
      if (item.needsStartup || item.name === 'WSAStartup') expect(error, item.name).toBe('WSAEINPROGRESS');
      else expect(error, item.name).not.toBe('WSAEINPROGRESS');
    }
    // An earlier error is found meanwhile as ever.
    world.ws.WSASetLastError(7);
    expect(world.ws.WSAGetLastError()).toBe(7);
    expect(world.ws.WSACancelBlockingCall()).toBe(0);
    expect(await receiving).toEqual([-1, 'WSAEINTR']);
    expect(world.ws.WSACloseEvent(event)).toBe(1);
    expect(await world.ws.closesocket(s)).toBe(0);
  });

  it('cancelling reaches the extension functions that block', async () => {
    await begin(VERSION_1_1, VERSION_2_2);
    const { a } = await pair();
    const disconnecting = withError(world.ws.DisconnectEx(a, null, TF_REUSE_SOCKET, 0));
    await settle();
    expect(world.ws.WSACancelBlockingCall()).toBe(0);
    expect(await disconnecting).toEqual([0, 'WSAEINTR']);

    const size = 20_000_000;
    const head = new TRANSMIT_FILE_BUFFERS({ Head: new Uint8Array(size), HeadLength: size });
    const { a: sender } = await pair();
    const transmitting = withError(world.ws.TransmitFile(sender, NULL_HANDLE, 0, 0, null, head, 0));
    await settle();
    expect(world.ws.WSACancelBlockingCall()).toBe(0);
    expect(await transmitting).toEqual([0, 'WSAEINTR']);
  });

  it('a process can be thrown away while a call blocks', async () => {
    await begin();
    world.ws.WSASetBlockingHook(() => 0);
    const receiving = withError(world.ws.recvfrom(boundUdp(world), new Uint8Array(4), 4, 0, null, null));
    await settle();
    await world.host.dispose();
    expect((await receiving)[0]).toBe(-1);
  });

  it('waits for events block nobody: it is other calls that end them', async () => {
    await begin();
    const event = world.ws.WSACreateEvent();
    const waiting = world.ws.WSAWaitForMultipleEvents(1, [event], 0, 0xffffffff, 0);
    await settle();
    expect(world.ws.WSAIsBlocking()).toBe(0);
    expect(world.ws.WSASetEvent(event)).toBe(1);
    expect(await waiting).toBe(0);
  });

  it('Winsock 2 programs have nothing of all this', async () => {
    await begin(VERSION_2_2);
    const { ws } = world;
    const refused = [ws.WSASetBlockingHook(() => 0), ws.WSAUnhookBlockingHook(), ws.WSAIsBlocking(), ws.WSACancelBlockingCall()];
    expect(refused).toEqual([null, -1, 0, -1]);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
    const { a, b } = await connectedPair(world);
    const receives = [1, 2, 3].map(() => ws.recv(b, new Uint8Array(1), 1, 0));
    expect(errorOf(ws.WSACancelBlockingCall())).toEqual([-1, 'WSAEOPNOTSUPP']);
    expect(await ws.send(a, Uint8Array.of(1, 2, 3), 3, 0)).toBe(3);
    expect(await Promise.all(receives)).toEqual([1, 1, 1]);
  });

  it('with a Winsock 2 program in the process hooks go on and nothing is forbidden', async () => {
    await begin(VERSION_1_1, VERSION_2_2);
    let calls = 0;
    expect(world.ws.WSASetBlockingHook(() => (calls += 1, 0))).toBeTypeOf('function');
    const { a, b } = await connectedPair(world);
    const receives = [1, 2].map(() => withError(world.ws.recv(b, new Uint8Array(1), 1, 0)));
    await turn();
    expect(await world.ws.send(a, Uint8Array.of(1), 1, 0)).toBe(1);
    expect(await receives[0]).toEqual([1, '0']);
    expect(world.ws.WSAIsBlocking()).toBe(1);
    expect(world.ws.WSACancelBlockingCall()).toBe(0);
    expect(await receives[1]).toEqual([-1, 'WSAEINTR']);
    expect(calls).toBeGreaterThan(0);
  });
});

describe('without a network', () => {
  const clock = new FakeClock();
  const begin = async (lookup: () => Promise<never> = () => new Promise(() => undefined)): Promise<World> => {
    const driver = { ...createNullDriver(), resolver: { hostName: () => 'me', lookup, reverse: lookup } };
    return (world = await negotiate(freshWorld({ driver, clock }), VERSION_1_1));
  };

  test('hooks are set and restored one upon the other', async () => {
    await begin();
    const { ws } = world;
    const [one, two] = [(): number => 0, (): number => 0];
    const system = ws.WSASetBlockingHook(one);
    expect(system).toBeTypeOf('function');
    expect(ws.WSASetBlockingHook(two)).toBe(one);
    expect(ws.WSASetBlockingHook(system)).toBe(two);
    expect(ws.WSASetBlockingHook(one)).toBe(system);
    expect(ws.WSAUnhookBlockingHook()).toBe(0);
    expect(ws.WSASetBlockingHook(two)).toBe(system);
    expect(errorOf(ws.WSASetBlockingHook(null))).toEqual([null, 'WSAEFAULT']);
    const other = await new Promise((resolve) => {
      ws.CreateThread(null, 0, () => { resolve(ws.WSASetBlockingHook(one)); }, null, 0, null);
    });
    expect(other).toBe(system);
  });

  test("the system's hook hands out one message", async () => {
    await begin();
    const { ws } = world;
    const seen: number[] = [];
    ws.RegisterClassW({ lpfnWndProc: (_hwnd, message) => (seen.push(message), 1), lpszClassName: 'x' });
    const hwnd: HWND = ws.CreateWindowExW(0, 'x', null, 0, 0, 0, 0, 0, ws.HWND_MESSAGE, null, null, null);
    seen.length = 0;
    const system = ws.WSASetBlockingHook(() => 0) as () => number;
    ws.PostMessageW(hwnd, WM_USER, 0, 0);
    const own = await new Promise((resolve) => {
      ws.CreateThread(null, 0, () => { resolve(system()); }, null, 0, null);
    });
    expect([own, world.host.run(system), world.host.run(system)]).toEqual([0, 1, 0]);
    expect(seen).toEqual([WM_USER]);
  });

  test('a hook that asks for more is called again, one that waits or throws is not', async () => {
    await begin();
    const { ws } = world;
    const answers: unknown[] = [1, true, 0];
    let calls = 0;
    let go = (): void => undefined;
    ws.WSASetBlockingHook(() => {
      calls += 1;
      if (calls <= 3) return answers[calls - 1];
      if (calls === 4) throw new Error('mine');
      return new Promise<number>((resolve) => (go = (): void => resolve(1)));
    });
    const asking = withError(ws.gethostbyname('host.example'));
    await settle();
    expect(calls).toBe(3);
    clock.advance(10);
    expect(calls).toBe(4);
    clock.advance(50);
    expect(calls).toBe(5);
    go();
    await settle();
    clock.advance(10);
    expect(calls).toBe(6);
    expect(ws.WSACancelBlockingCall()).toBe(0);
    expect(await asking).toEqual([null, 'WSAEINTR']);
    expect(clock.pending).toBe(0);
  });

  test('cancelled look-ups change nothing when their answer comes', async () => {
    const answers: ((answer: never) => void)[] = [];
    await begin(() => new Promise((resolve) => answers.push(resolve)));
    const asking = withError(world.ws.gethostbyname('host.example'));
    await settle();
    expect(world.ws.WSACancelBlockingCall()).toBe(0);
    expect(await asking).toEqual([null, 'WSAEINTR']);
    world.ws.WSASetLastError(4242);
    answers[0]?.({ ok: false, error: 'ENOTFOUND' } as never);
    await settle();
    expect(world.ws.WSAGetLastError()).toBe(4242);
  });

  test('asynchronous look-ups block nobody and cannot be cancelled so', async () => {
    await begin();
    const { ws } = world;
    const hwnd = ws.CreateWindowExW(0, 'Message', null, 0, 0, 0, 0, 0, ws.HWND_MESSAGE, null, null, null);
    const task = ws.WSAAsyncGetHostByName(hwnd, WM_USER, 'host.example', new Uint8Array(1024), 1024);
    await settle();
    expect([ws.WSAIsBlocking(), ws.WSACancelBlockingCall()]).toEqual([0, -1]);
    expect(ws.WSACancelAsyncRequest(task)).toBe(0);
  });

  test('WSAStartup itself is no blocking call', async () => {
    await begin();
    const starting = world.ws.WSAStartup(VERSION_1_1, new WSADATA());
    expect(world.ws.WSAIsBlocking()).toBe(0);
    expect(await outcome(starting)).toBe(0);
  });
});
