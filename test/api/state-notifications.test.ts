// ProcessSocketNotifications: what a port is told of sockets' states, by every trigger, and what is refused.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ERROR_INVALID_PARAMETER,
  ERROR_NOT_FOUND,
  INFINITE,
  INVALID_HANDLE_VALUE,
  NULL_HANDLE,
  OVERLAPPED_ENTRY,
  SOCK_NOTIFY_EVENT_HANGUP as HANGUP,
  SOCK_NOTIFY_EVENT_ERR as ERR,
  SOCK_NOTIFY_EVENT_IN as IN,
  SOCK_NOTIFY_EVENT_OUT as OUT,
  SOCK_NOTIFY_EVENT_REMOVE as REMOVED,
  SOCK_NOTIFY_OP_DISABLE as DISABLE,
  SOCK_NOTIFY_OP_ENABLE as ENABLE,
  SOCK_NOTIFY_OP_NONE,
  SOCK_NOTIFY_OP_REMOVE as REMOVE,
  SOCK_NOTIFY_REGISTRATION,
  SOCK_NOTIFY_TRIGGER_EDGE as EDGE,
  SOCK_NOTIFY_TRIGGER_LEVEL as LEVEL,
  SOCK_NOTIFY_TRIGGER_ONESHOT as ONESHOT,
  SOCK_NOTIFY_TRIGGER_PERSISTENT as PERSISTENT,
  WAIT_TIMEOUT,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSANOTINITIALISED,
  WSA_INVALID_HANDLE,
  linger,
  ref,
  type HANDLE,
  type SOCKET,
} from '../../src/abi/index.js';
import { SocketNotificationRetrieveEvents } from '../../src/index.js';
import { connectedPair, freshWorld, listener, observersOf, startedWorld, tcp, turn, type World } from './world.js';

let world: World;
let port: HANDLE;
let a: SOCKET;
let b: SOCKET;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());
beforeEach(async () => {
  port = world.ws.CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL_HANDLE, 0, 0);
  ({ a, b } = await connectedPair(world));
});

interface Wish {
  readonly socket?: SOCKET;
  readonly filter?: number;
  readonly triggers?: number;
  readonly key?: number;
  readonly at?: HANDLE;
}

/** One registration's result. */
async function ask(operation: number, { socket = a, filter = IN, triggers = LEVEL, key = 7, at = port }: Wish = {}): Promise<number> {
  const info = new SOCK_NOTIFY_REGISTRATION({
    socket, completionKey: key, eventFilter: filter, operation, triggerFlags: triggers, registrationResult: 0xa5a5,
  });
  expect(await world.ws.ProcessSocketNotifications(at, 1, [info], 0, 0, null, null)).toBe(0);
  return info.registrationResult;
}

/** The next packet's key and events, or null if none comes in time. */
async function next(ms = 0): Promise<[key: number, events: number] | null> {
  const entries = [new OVERLAPPED_ENTRY({ lpCompletionKey: 0xa5, dwNumberOfBytesTransferred: 0xa5 })];
  const count = ref(0xa5);
  const error = await world.ws.ProcessSocketNotifications(port, 0, null, ms, 1, entries, count);
  expect([error, count.value]).toEqual(error === 0 ? [0, 1] : [WAIT_TIMEOUT, 0]);
  const [entry] = entries;
  return error === 0 && entry !== undefined ? [entry.lpCompletionKey, SocketNotificationRetrieveEvents(entry)] : null;
}

const send = (...bytes: number[]): Promise<number> => world.ws.send(b, Uint8Array.from(bytes), bytes.length, 0);

async function drain(): Promise<void> {
  await world.ws.recv(a, new Uint8Array(64), 64, 0);
}

describe('level-triggered', () => {
  it('tells as long as the condition holds, and not of what is over', async () => {
    expect(await ask(ENABLE)).toBe(0);
    expect(await next()).toBeNull();
    await send(1);
    expect([await next(INFINITE), await next(), await next()]).toEqual([[7, IN], [7, IN], [7, IN]]);
    await drain();
    expect(await next()).toBeNull();
    expect(await ask(ENABLE, { filter: IN | OUT, key: 9 })).toBe(0);
    expect(await next()).toEqual([7, OUT]);
  });

  it('once, until it is enabled again', async () => {
    await ask(ENABLE, { triggers: LEVEL | ONESHOT });
    await send(1);
    expect([await next(INFINITE), await next()]).toEqual([[7, IN], null]);
    expect(await ask(ENABLE, { triggers: LEVEL | ONESHOT })).toBe(0);
    expect([await next(), await next()]).toEqual([[7, IN], null]);
  });

  it('tells of connections to accept, and comes out of the functions of the port as well', async () => {
    const from = listener(world);
    await ask(ENABLE, { socket: from.s, key: 11 });
    const client = tcp(world);
    await world.ws.connect(client, from.name, 16);
    const entries = [new OVERLAPPED_ENTRY(), new OVERLAPPED_ENTRY()];
    const count = ref(0);
    expect(await world.ws.GetQueuedCompletionStatusEx(port, entries, 2, count, INFINITE, 0)).toBe(1);
    expect([count.value, entries[0]?.lpCompletionKey, entries[0]?.dwNumberOfBytesTransferred]).toEqual([1, 11, IN]);
    await world.ws.accept(from.s, null, null);
    expect(await next()).toBeNull();
  });

  it('tells of a peer that has ended, and of a connection that was cut, whatever is asked for', async () => {
    await ask(ENABLE, { filter: HANGUP, triggers: LEVEL | ONESHOT });
    const other = await connectedPair(world);
    await ask(ENABLE, { socket: other.a, filter: IN, triggers: LEVEL | ONESHOT, key: 8 });
    await world.ws.closesocket(b);
    expect(await next(INFINITE)).toEqual([7, HANGUP]);
    const hard = new linger();
    hard.l_onoff = 1;
    world.ws.setsockopt(other.b, 0xffff, 0x80, hard, 4);
    await world.ws.closesocket(other.b);
    expect(await next(INFINITE)).toEqual([8, ERR]);
  });
});

describe('edge-triggered', () => {
  it('tells when a condition begins to hold while it is enabled', async () => {
    await send(1);
    while ((await world.ws.recv(a, new Uint8Array(1), 1, 2)) !== 1) await turn();
    await ask(ENABLE, { triggers: EDGE | PERSISTENT });
    expect(await next()).toBeNull();
    await drain();
    await send(2);
    expect([await next(INFINITE), await next()]).toEqual([[7, IN], null]);
    await send(3);
    await turn();
    expect(await next()).toBeNull();
    await drain();
    await ask(DISABLE);
    await send(4);
    await turn();
    await ask(ENABLE, { triggers: EDGE });
    expect(await next()).toBeNull();
  });

  it('puts events that come together into one packet', async () => {
    await ask(ENABLE, { filter: IN | HANGUP, triggers: EDGE });
    await send(1);
    await world.ws.closesocket(b);
    let events = 0;
    while ((events & HANGUP) === 0) events |= (await next(INFINITE))?.[1] ?? 0;
    expect([events, await next()]).toEqual([IN | HANGUP, null]);
  });
});

describe('removing', () => {
  it('is told, with what was queued before, and ends it', async () => {
    await ask(ENABLE, { triggers: EDGE });
    await send(1);
    while ((await world.ws.recv(a, new Uint8Array(1), 1, 2)) !== 1) await turn();
    expect(await ask(REMOVE)).toBe(0);
    expect([await next(), await next()]).toEqual([[7, IN | REMOVED], null]);
    expect([await ask(REMOVE), await ask(DISABLE)]).toEqual([ERROR_NOT_FOUND, ERROR_NOT_FOUND]);
    expect(await ask(ENABLE, { key: 8 })).toBe(0);
    expect(await next()).toEqual([8, IN]);
  });

  it('happens without a word when the socket is closed; what is queued is still delivered', async () => {
    await ask(ENABLE);
    await send(1);
    while ((await world.ws.recv(a, new Uint8Array(1), 1, 2)) !== 1) await turn();
    await world.ws.closesocket(a);
    expect([await next(), await next()]).toEqual([[7, IN], null]);
  });
});

describe('what is refused', () => {
  it.each([
    ['no trigger', ENABLE, { triggers: 0 }, ERROR_INVALID_PARAMETER],
    ['both triggers', ENABLE, { triggers: LEVEL | EDGE }, ERROR_INVALID_PARAMETER],
    ['once and always', ENABLE, { triggers: LEVEL | ONESHOT | PERSISTENT }, ERROR_INVALID_PARAMETER],
    ['unknown triggers', ENABLE, { triggers: LEVEL | 0x10 }, ERROR_INVALID_PARAMETER],
    ['unknown events', ENABLE, { filter: 0x40 }, ERROR_INVALID_PARAMETER],
    ['two operations', ENABLE | DISABLE, {}, ERROR_INVALID_PARAMETER],
    ['no socket', ENABLE, { socket: 0xdead as SOCKET }, WSAENOTSOCK],
    ['nothing to do, which is none', SOCK_NOTIFY_OP_NONE, { socket: 0xdead as SOCKET }, 0],
    ['no events, which are none either', ENABLE, { filter: 0 }, 0],
  ])('%s', async (_what, operation, wish: Wish, error) => {
    expect(await ask(operation, wish)).toBe(error);
  });

  it('a second port, as long as the first is open', async () => {
    const second = world.ws.CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL_HANDLE, 0, 0);
    await ask(ENABLE, { at: second });
    expect(await ask(ENABLE)).toBe(ERROR_INVALID_PARAMETER);
    world.ws.CloseHandle(second);
    await send(1);
    expect(await ask(ENABLE)).toBe(0);
    expect(await next(INFINITE)).toEqual([7, IN]);
    // One registration watches the socket, and once that is removed, none.
    expect(observersOf(world, a)).toBe(1);
    expect(await ask(REMOVE)).toBe(0);
    expect(observersOf(world, a)).toBe(0);
  });

  it('a whole call, which then changes nothing', async () => {
    const process = world.ws.ProcessSocketNotifications;
    const info = new SOCK_NOTIFY_REGISTRATION({ socket: a, operation: ENABLE, triggerFlags: LEVEL, registrationResult: 5 });
    const entry = new OVERLAPPED_ENTRY();
    const calls: [unknown, number][] = [
      [await process(port, 0, [info], 0, 0, null, null), WSAEINVAL],
      [await process(port, 1, null, 0, 0, null, null), WSAEFAULT],
      [await process(port, 2, [info], 0, 0, null, null), WSAEFAULT],
      [await process(port, 2, [info, null as never], 0, 0, null, null), WSAEFAULT],
      [await process(port, 1, [info], 0, 1, [null as never], ref(0)), WSAEFAULT],
      [await process(port, 1, [info], 1, 0, null, null), WSAEINVAL],
      [await process(port, 1, [info], 0, 0, [entry], null), WSAEINVAL],
      [await process(port, 1, [info], 0, 0, null, ref(0)), WSAEINVAL],
      [await process(port, 1, [info], 0, 1, null, ref(0)), WSAEFAULT],
      [await process(port, 1, [info], 0, 1, [entry], null), WSAEFAULT],
      [await process(0xdead as HANDLE, 1, [info], 0, 0, null, null), WSA_INVALID_HANDLE],
    ];
    expect(calls.map(([got]) => got)).toEqual(calls.map(([, wanted]) => wanted));
    expect(info.registrationResult).toBe(5);
    const fresh = freshWorld();
    expect(await fresh.ws.ProcessSocketNotifications(port, 0, null, 0, 0, null, null)).toBe(WSANOTINITIALISED);
    await fresh.host.dispose();
  });
});
