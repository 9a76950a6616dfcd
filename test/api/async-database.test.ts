// WSAAsyncGet… and WSACancelAsyncRequest: one message for each request or none, what it says, and what is in the buffer.
import { afterEach, describe, expect, test } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  MAXGETHOSTSTRUCT,
  WM_USER,
  WSAGETASYNCBUFLEN,
  WSAGETASYNCERROR,
  errorName,
  hostent,
  in_addr,
  protoent,
  servent,
  type HANDLE,
  type HWND,
} from '../../src/abi/index.js';
import type { Resolver } from '../../src/drivers/contract.js';
import { createNullDriver } from '../../src/drivers/null.js';
import type { MSG } from '../../src/win32/index.js';
import { settle } from '../win32/turns.js';
import { freshWorld, startedWorld, swap, type World } from './world.js';

const MESSAGE = WM_USER + 1;
const JUNK = 0xa5;

/** Answers when it is told to. */
class SlowResolver implements Resolver {
  readonly waiting: (() => void)[] = [];
  hostName = (): string => 'me.example';

  lookup: Resolver['lookup'] = (name) =>
    new Promise((resolve) => {
      this.waiting.push(() => {
        const addresses = ['192.0.2.4', '192.0.2.5'].map((address) => ({ family: 'ipv4' as const, address, port: 0, scopeId: 0 }));
        resolve(name === 'host.example' ? { ok: true, value: addresses } : { ok: false, error: 'EAI_AGAIN' });
      });
    });

  reverse: Resolver['reverse'] = () => Promise.resolve({ ok: true, value: ['host.example', 'alias.example'] });

  answer(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}

let world: World;
let resolver: SlowResolver;
afterEach(() => world.host.dispose());

async function start(): Promise<HWND> {
  resolver = new SlowResolver();
  world = await startedWorld({ driver: { ...createNullDriver(), resolver } });
  return makeWindow();
}

const makeWindow = (): HWND =>
  world.ws.CreateWindowExW(0, 'Message', null, 0, 0, 0, 0, 0, world.ws.HWND_MESSAGE, null, null, null);

const buffer = (size = MAXGETHOSTSTRUCT): Uint8Array => new Uint8Array(size).fill(JUNK);

/** The messages that are there, with the error by name. */
function messages(): { task: number; error: string; needed: number; message: number; hwnd: number }[] {
  const taken: MSG = { hwnd: 0 as HWND, message: 0, wParam: 0, lParam: 0, time: 0 };
  const all = [];
  while (world.ws.PeekMessageW(taken, null, 0, 0, world.ws.PM_REMOVE) !== 0) {
    const { hwnd, message, wParam, lParam } = taken;
    const error = WSAGETASYNCERROR(lParam);
    all.push({ task: wParam, error: error === 0 ? '' : errorName(error), needed: WSAGETASYNCBUFLEN(lParam), message, hwnd });
  }
  return all;
}

const pointer = (bytes: Uint8Array, at: number): number => Number(new DataView(bytes.buffer).getBigUint64(at, true));

describe('the packed result', () => {
  test('is the x64 structure with offsets for pointers, and reads back as what the blocking function gives', async () => {
    const hwnd = await start();
    const buf = buffer();
    const task = world.ws.WSAAsyncGetHostByName(hwnd, MESSAGE, 'host.example', buf, buf.length);
    expect(task).not.toBe(0);
    await settle();
    expect(messages()).toEqual([]);
    expect(buf.every((byte) => byte === JUNK)).toBe(true);
    resolver.answer();
    await settle();
    const [told, ...more] = messages();
    expect(more).toEqual([]);
    expect(told).toEqual({ hwnd, message: MESSAGE, task, error: '', needed: told?.needed });
    const found = new hostent(buf);
    const blocking = world.ws.gethostbyname('host.example');
    await settle();
    resolver.answer();
    expect(found).toEqual(await blocking);
    expect(found.h_addr_list.map((bytes) => [...bytes])).toEqual([[192, 0, 2, 4], [192, 0, 2, 5]]);
    // What is written ends where the message says.
    expect(buf.subarray(told?.needed).every((byte) => byte === JUNK)).toBe(true);
    const view = new DataView(buf.buffer);
    expect([view.getInt16(16, true), view.getInt16(18, true)]).toEqual([AF_INET, 4]);
    const list = pointer(buf, 24);
    expect([...buf.subarray(pointer(buf, list + 8), pointer(buf, list + 8) + 4)]).toEqual([192, 0, 2, 5]);
    expect(pointer(buf, list + 16)).toBe(0);
    expect(pointer(buf, pointer(buf, 8))).toBe(0);
    const name = pointer(buf, 0);
    expect(Buffer.from(buf.subarray(name, name + 13)).toString()).toBe('host.example\0');
  });

  test('of a resolver that throws is WSANO_RECOVERY', async () => {
    const hwnd = await start();
    resolver.reverse = () => Promise.reject(new Error('broken'));
    const buf = buffer();
    const task = world.ws.WSAAsyncGetHostByAddr(hwnd, MESSAGE, Uint8Array.of(192, 0, 2, 4), 4, AF_INET, buf, buf.length);
    await settle();
    expect(messages()).toEqual([{ hwnd, message: MESSAGE, task, error: 'WSANO_RECOVERY', needed: 0 }]);
  });

  test('of an address has its aliases', async () => {
    const hwnd = await start();
    const buf = buffer();
    const address = new in_addr();
    address.bytes.set([192, 0, 2, 4]);
    world.ws.WSAAsyncGetHostByAddr(hwnd, MESSAGE, address, 4, AF_INET, buf, buf.length);
    // The address is read now: the program may use its memory for something else.
    address.bytes.fill(9);
    await settle();
    expect(messages()).toMatchObject([{ error: '' }]);
    expect(new hostent(buf)).toEqual(
      new hostent({ h_name: 'host.example', h_aliases: ['alias.example'], h_addrtype: AF_INET, h_length: 4, h_addr_list: [Uint8Array.of(192, 0, 2, 4)] }),
    );
  });

  test('of services and protocols is what the blocking functions give', async () => {
    const hwnd = await start();
    const { ws } = world;
    const bufs = Array.from({ length: 5 }, () => buffer());
    const [a, b, c, d, e] = bufs as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const tasks = [
      ws.WSAAsyncGetServByName(hwnd, MESSAGE, 'HTTP', 'tcp', a, a.length),
      ws.WSAAsyncGetServByName(hwnd, MESSAGE, 'domain', null, b, b.length),
      ws.WSAAsyncGetServByPort(hwnd, MESSAGE, swap(53), 'udp', c, c.length),
      ws.WSAAsyncGetProtoByName(hwnd, MESSAGE, 'TCP', d, d.length),
      ws.WSAAsyncGetProtoByNumber(hwnd, MESSAGE, 17, e, e.length),
    ];
    await settle();
    expect(messages().map(({ task, error }) => [task, error])).toEqual(tasks.map((task) => [task, '']));
    expect(new servent(a)).toEqual(await ws.getservbyname('http', 'tcp'));
    expect(new servent(b)).toEqual(await ws.getservbyname('domain', null));
    expect(new servent(c)).toEqual(await ws.getservbyport(swap(53), 'udp'));
    expect(new servent(c).s_port).toBe(swap(53));
    expect(new protoent(d)).toEqual(await ws.getprotobyname('tcp'));
    expect(new protoent(e)).toEqual(await ws.getprotobynumber(17));
  });

  test('reads as nothing where a pointer leads out of the memory', () => {
    const bytes = new Uint8Array(32).fill(0xff);
    expect(new hostent(bytes)).toMatchObject({ h_name: null, h_aliases: [], h_addr_list: [] });
    expect(() => new servent(new Uint8Array(31))).toThrow(RangeError);
    const endless = new Uint8Array(40).fill(65);
    endless.set([32, 0, 0, 0, 0, 0, 0, 0]);
    expect(new protoent(endless).p_name).toBe('AAAAAAAA');
  });

  test('that does not fit leaves the buffer alone and tells how much is needed', async () => {
    const hwnd = await start();
    const whole = buffer();
    world.ws.WSAAsyncGetProtoByNumber(hwnd, MESSAGE, 6, whole, whole.length);
    await settle();
    const needed = messages()[0]?.needed ?? 0;
    for (const [size, length] of [[needed - 1, needed - 1], [needed, needed - 1], [needed - 1, needed], [needed, -1], [needed, 0]] as const) {
      const buf = buffer(size);
      world.ws.WSAAsyncGetProtoByNumber(hwnd, MESSAGE, 6, buf, length);
      await settle();
      expect(messages()).toMatchObject([{ error: 'WSAENOBUFS', needed }]);
      expect(buf.every((byte) => byte === JUNK)).toBe(true);
    }
    const exact = buffer(needed);
    world.ws.WSAAsyncGetProtoByNumber(hwnd, MESSAGE, 6, exact, needed);
    await settle();
    expect(messages()).toMatchObject([{ error: '', needed }]);
    expect(new protoent(exact).p_name).toBe('tcp');
  });
});

describe('errors', () => {
  type Ask = (hwnd: HWND, buf: Uint8Array | null) => HANDLE;
  const MOST = MAXGETHOSTSTRUCT;
  test.each<[string, Ask, string]>([
    ['no such host now', (hwnd, buf) => world.ws.WSAAsyncGetHostByName(hwnd, MESSAGE, 'nobody.example', buf, MOST), 'WSATRY_AGAIN'],
    ['no host name', (hwnd, buf) => world.ws.WSAAsyncGetHostByName(hwnd, MESSAGE, null, buf, MOST), 'WSAEFAULT'],
    ['a family without names', (hwnd, buf) => world.ws.WSAAsyncGetHostByAddr(hwnd, MESSAGE, new Uint8Array(4), 4, 1, buf, MOST), 'WSAEAFNOSUPPORT'],
    ['an address too short', (hwnd, buf) => world.ws.WSAAsyncGetHostByAddr(hwnd, MESSAGE, new Uint8Array(4), 4, AF_INET6, buf, MOST), 'WSAEFAULT'],
    ['no address', (hwnd, buf) => world.ws.WSAAsyncGetHostByAddr(hwnd, MESSAGE, null, 4, AF_INET, buf, MOST), 'WSAEFAULT'],
    ['no such service', (hwnd, buf) => world.ws.WSAAsyncGetServByName(hwnd, MESSAGE, 'nothing', null, buf, MOST), 'WSANO_DATA'],
    ['no service name', (hwnd, buf) => world.ws.WSAAsyncGetServByName(hwnd, MESSAGE, null, null, buf, MOST), 'WSAEFAULT'],
    ['nothing at the port', (hwnd, buf) => world.ws.WSAAsyncGetServByPort(hwnd, MESSAGE, 1, 'tcp', buf, MOST), 'WSANO_DATA'],
    ['no such protocol', (hwnd, buf) => world.ws.WSAAsyncGetProtoByName(hwnd, MESSAGE, 'nothing', buf, MOST), 'WSANO_DATA'],
    ['no protocol name', (hwnd, buf) => world.ws.WSAAsyncGetProtoByName(hwnd, MESSAGE, null, buf, MOST), 'WSAEFAULT'],
    ['no such number', (hwnd, buf) => world.ws.WSAAsyncGetProtoByNumber(hwnd, MESSAGE, 9999, buf, MOST), 'WSANO_DATA'],
    ['no buffer', (hwnd) => world.ws.WSAAsyncGetProtoByNumber(hwnd, MESSAGE, 6, null, MOST), 'WSAEFAULT'],
  ])('come in the message: %s', async (_name, ask, error) => {
    const hwnd = await start();
    const buf = buffer();
    const task = ask(hwnd, buf);
    expect(task).not.toBe(0);
    await settle();
    resolver.answer();
    await settle();
    expect(messages()).toMatchObject([{ task, error }]);
    expect(buf.every((byte) => byte === JUNK)).toBe(true);
  });

  test('of starting it come at once: no window, no start-up', async () => {
    await start();
    expect(world.ws.WSAAsyncGetProtoByNumber(0xdead as HWND, MESSAGE, 6, buffer(), MOST)).toBe(0);
    expect(world.lastError()).toBe('WSAEINVAL');
    const other = freshWorld();
    expect(other.ws.WSAAsyncGetProtoByNumber(4 as HWND, MESSAGE, 6, buffer(), MOST)).toBe(0);
    expect(other.lastError()).toBe('WSANOTINITIALISED');
    await other.host.dispose();
  });
});

describe('cancelling', () => {
  const ask = (hwnd: HWND, buf: Uint8Array): HANDLE => world.ws.WSAAsyncGetHostByName(hwnd, MESSAGE, 'host.example', buf, buf.length);

  test('means no message and an untouched buffer, now and later', async () => {
    const hwnd = await start();
    const [first, second] = [buffer(), buffer()];
    const cancelled = ask(hwnd, first);
    const kept = ask(hwnd, second);
    await settle();
    expect(world.ws.WSACancelAsyncRequest(cancelled)).toBe(0);
    resolver.answer();
    await settle();
    expect(messages()).toMatchObject([{ task: kept, error: '' }]);
    expect(first.every((byte) => byte === JUNK)).toBe(true);
    expect([world.ws.WSACancelAsyncRequest(cancelled), world.lastError()]).toEqual([-1, 'WSAEALREADY']);
  });

  test('before it has begun asks nobody', async () => {
    const hwnd = await start();
    expect(world.ws.WSACancelAsyncRequest(ask(hwnd, buffer()))).toBe(0);
    await settle();
    expect(resolver.waiting).toEqual([]);
  });

  test('what is done is WSAEALREADY, its message taken or not; what never was is WSAEINVAL', async () => {
    const hwnd = await start();
    const task = world.ws.WSAAsyncGetProtoByNumber(hwnd, MESSAGE, 6, buffer(), MAXGETHOSTSTRUCT);
    await settle();
    expect([world.ws.WSACancelAsyncRequest(task), world.lastError()]).toEqual([-1, 'WSAEALREADY']);
    expect(messages().length).toBe(1);
    expect([world.ws.WSACancelAsyncRequest(task), world.lastError()]).toEqual([-1, 'WSAEALREADY']);
    for (const handle of [0, -1, task + 4, task - 1, hwnd, Number.NaN]) {
      expect([world.ws.WSACancelAsyncRequest(handle as HANDLE), world.lastError()]).toEqual([-1, 'WSAEINVAL']);
    }
  });

  test('the last WSACleanup ends all without a message', async () => {
    const hwnd = await start();
    ask(hwnd, buffer());
    await settle();
    await world.ws.WSACleanup();
    resolver.answer();
    await settle();
    expect(messages()).toEqual([]);
  });

  test('a window that goes meanwhile hears nothing, and nobody minds', async () => {
    const hwnd = await start();
    const task = ask(hwnd, buffer());
    await settle();
    world.ws.DestroyWindow(hwnd);
    resolver.answer();
    await settle();
    expect(messages()).toEqual([]);
    expect([world.ws.WSACancelAsyncRequest(task), world.lastError()]).toEqual([-1, 'WSAEALREADY']);
  });
});
