// The matrix of faults: every entry of a provider, reached by every function of the C face that reaches it, doing what no
// provider may do. The caller gets the documented error, the trace names the module, and an echo over msafd goes on.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  FD_SET,
  MAKEWORD,
  SOCK_STREAM,
  WSADATA,
  WSAPROTOCOL_INFOW,
  fd_set,
  ref,
  type Ref,
  type SOCKET,
  type WSANETWORKEVENTS,
} from '../../src/abi/index.js';
import { exportItem, type ExportName } from '../../src/api/exports.js';
import { unsupportedProcTable, WSPPROC_NAMES, type WSPPROC_TABLE } from '../../src/spi/index.js';
import { connectedPair, tcp, turn, type World } from '../api/world.js';
import { outcome } from '../win32/turns.js';
import { CALLS, MAY_WAIT, ROOM, type Entry } from './faulty-calls.js';
import { FAKE_FAMILY, fakeModule, fakeProvider, worldWith, type Given } from './fake-provider.js';

type Body = (...args: unknown[]) => unknown;

let world: World;
let given: Given;
let notes: string[];
/** The echo that goes on. */
let pair: { a: SOCKET; b: SOCKET };
/** The entry that misbehaves, and how. */
let fault: { entry: Entry; body: Body; hits: number } | null = null;

const unhandled: unknown[] = [];
const keep = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeAll(async () => {
  process.on('unhandledRejection', keep);
  const provider = fakeProvider((each) => {
    const closes: Partial<WSPPROC_TABLE> = {
      lpWSPSocket: (_af, _type, _protocol, _info, _g, _flags, lpErrno) =>
        each.upcalls?.lpWPUCreateSocketHandle(each.entryId, 77, lpErrno) ?? (-1 as SOCKET),
      lpWSPCloseSocket: (s, lpErrno) => each.upcalls?.lpWPUCloseSocketHandle(s, lpErrno) ?? -1,
    };
    const sound = { ...unsupportedProcTable(), ...closes };
    const switched = WSPPROC_NAMES.map((name) => [
      name,
      (...args: unknown[]) => {
        if (fault?.entry !== name) return (sound[name] as Body)(...args);
        fault.hits += 1;
        return fault.body(...args);
      },
    ]);
    return Object.fromEntries(switched) as Partial<WSPPROC_TABLE>;
  });
  given = provider.given;
  world = worldWith([provider.load]);
  await world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
  pair = await connectedPair(world);
  world.host.trace.listen(({ phase, name, args }) => {
    if (phase === 'note') notes.push(`${name} ${args.map((arg) => { try { return String(arg); } catch { return '?'; } }).join(' ')}`);
  });
});
beforeEach(() => {
  notes = [];
});
afterEach(() => {
  fault = null;
});
afterAll(async () => {
  await turn();
  process.off('unhandledRejection', keep);
  expect(unhandled).toEqual([]);
  await world.host.dispose();
});

/** Runs `body` while a byte goes round over msafd. */
async function duringEcho<T>(body: () => Promise<T>): Promise<T> {
  const buffer = new Uint8Array(1);
  const receiving = world.ws.recv(pair.b, buffer, 1, 0);
  const result = await body();
  expect(await world.ws.send(pair.a, Uint8Array.of(42), 1, 0)).toBe(1);
  expect([await receiving, buffer[0]]).toEqual([1, 42]);
  return result;
}

/** Calls a function while `entry` is faulty, on a socket of its own; nothing of it may be left afterwards. */
async function expectFault(entry: Entry, name: string, body: Body, error: string): Promise<void> {
  const handles = world.host.handles.size;
  const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
  await duringEcho(async () => {
    fault = { entry, body, hits: 0 };
    const made = (CALLS as Readonly<Record<string, Readonly<Record<string, (world: World, s: SOCKET) => unknown>>>>)[entry]?.[name]?.(world, s);
    const result = made instanceof Promise ? ((await made) as unknown) : made;
    expect([result, world.lastError()]).toEqual([exportItem(name as ExportName).failure, error]);
    expect(fault.hits, `${name} reaches ${entry}`).toBeGreaterThan(0);
    fault = null;
  });
  expect(notes.filter((note) => note.includes(fakeModule(0))).length, notes.join('\n')).toBeGreaterThan(0);
  await world.ws.closesocket(s);
  expect(world.host.handles.size).toBe(handles);
}

const boom = (): never => {
  throw new Error('boom');
};
const noText = (): never => {
   
  throw Object.create(null);
};
const returnsBool = (entry: string): boolean => /GetOverlappedResult|GetQOSByName/.test(entry);

interface Kind {
  /** As the table of docs/faulty-providers.md calls it. */
  readonly name: string;
  readonly body: (entry: string) => Body;
  readonly applies?: (entry: string, name: string) => boolean;
}

const KINDS: readonly Kind[] = [
  { name: 'throws', body: () => boom },
  { name: 'throws what cannot be made into text', body: () => noText },
  { name: 'returns failure without a code', body: (entry) => () => (returnsBool(entry) ? 0 : -1) },
  {
    name: 'leaves a code that is none',
    body: (entry) => (...args) => {
      (args.at(-1) as { value: unknown }).value = entry.length % 2 === 0 ? 'WSAEINTR' : NaN;
      return returnsBool(entry) ? 0 : -1;
    },
  },
  { name: 'returns a text', body: () => () => 'fine' },
  { name: 'returns nothing', body: () => () => undefined },
  { name: 'returns NaN', body: () => () => NaN },
  { name: 'returns an object', body: () => () => Object.create(null) as unknown },
  { name: 'returns a number that means nothing', body: () => () => 7, applies: (entry) => !returnsBool(entry) },
  // ioctlsocket cannot have the codes that wait, and says so.
  { name: 'returns a promise that is rejected', body: () => () => Promise.reject(new Error('boom')), applies: (_, name) => name !== 'ioctlsocket' },
  {
    name: 'returns a promise where it may not wait',
    body: () => () => Promise.resolve(0),
    applies: (entry) => !MAY_WAIT.has(entry),
  },
];

const rows = KINDS.flatMap((kind) =>
  Object.entries(CALLS).flatMap(([entry, calls]) =>
    Object.keys(calls)
      .filter((name) => kind.applies?.(entry, name) ?? true)
      .map((name) => [`${entry.slice(2)} that ${kind.name}`, name, entry as Entry, kind] as const),
  ),
);

it('the matrix has every entry but the two that answer to nobody', () => {
  const missing = WSPPROC_NAMES.filter((name) => !Object.hasOwn(CALLS, name));
  expect(missing).toEqual(['lpWSPCancelBlockingCall', 'lpWSPCleanup']);
});

it.each(rows)('%s: %s is WSASYSCALLFAILURE', async (_what, name, entry, kind) => {
  await expectFault(entry, name, kind.body(entry), 'WSASYSCALLFAILURE');
});

it('a promise for ioctlsocket is WSAEOPNOTSUPP', async () => {
  const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
  fault = { entry: 'lpWSPIoctl', body: () => Promise.reject(new Error('boom')), hits: 0 };
  expect(world.ws.ioctlsocket(s, 1, ref(0))).toBe(-1);
  expect(world.lastError()).toBe('WSAEOPNOTSUPP');
  await world.ws.closesocket(s);
});

describe('an entry that never completes', () => {
  const waiting = Object.entries(CALLS).flatMap(([entry, calls]) =>
    Object.keys(calls).filter((name) => MAY_WAIT.has(entry) && exportItem(name as ExportName).mayBlock).map((name) => [entry as Entry, name] as const),
  ).filter(([entry, name]) => entry !== 'lpWSPIoctl' || name === 'WSAIoctl' || name === 'WSAPoll' || name === 'idealsendbacklognotify');

  it.each(waiting)('%s: %s waits, others go on, and the socket can be closed', async (entry, name) => {
    const handles = world.host.handles.size;
    const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
    const call = await duringEcho(() => {
      fault = { entry, body: () => new Promise(() => undefined), hits: 0 };
      const made = (CALLS as Readonly<Record<string, Readonly<Record<string, (world: World, s: SOCKET) => unknown>>>>)[entry]?.[name]?.(world, s);
      fault = null;
      return Promise.resolve({ made });
    });
    expect(await outcome(call.made as Promise<unknown>)).toBe('waiting');
    if (entry === 'lpWSPCloseSocket') {
      // The handle means nothing to anybody any more; WSACleanup gives it back.
      expect(await world.ws.closesocket(s)).toBe(-1);
      expect(world.lastError()).toBe('WSAENOTSOCK');
      given.upcalls?.lpWPUCloseSocketHandle(s, ref(0));
    } else {
      expect(await world.ws.closesocket(s)).toBe(0);
    }
    expect(world.host.handles.size).toBe(handles);
  });
});

describe('a count or length that cannot be', () => {
  const writes: readonly [Entry, string, number, (() => unknown)?][] = [
    ['lpWSPRecv', 'recv', 3],
    ['lpWSPRecv', 'WSARecv', 3],
    ['lpWSPRecv', 'WSARecvEx', 3],
    ['lpWSPRecvFrom', 'recvfrom', 3],
    ['lpWSPRecvFrom', 'recvfrom', 6],
    ['lpWSPRecvFrom', 'WSARecvFrom', 3],
    ['lpWSPRecvFrom', 'WSARecvFrom', 6],
    ['lpWSPSend', 'send', 3],
    ['lpWSPSend', 'WSASend', 3],
    ['lpWSPSendTo', 'sendto', 3],
    ['lpWSPSendTo', 'WSASendTo', 3],
    ['lpWSPIoctl', 'WSAIoctl', 6],
    ['lpWSPGetSockName', 'getsockname', 2],
    ['lpWSPGetPeerName', 'getpeername', 2],
    ['lpWSPGetSockOpt', 'getsockopt', 4],
    ['lpWSPAddressToString', 'WSAAddressToStringA', 4],
    ['lpWSPAddressToString', 'WSAAddressToStringW', 4],
    ['lpWSPStringToAddress', 'WSAStringToAddressA', 4],
    ['lpWSPStringToAddress', 'WSAStringToAddressW', 4],
    ['lpWSPGetOverlappedResult', 'WSAGetOverlappedResult', 2, () => 1],
    ['lpWSPAccept', 'accept', 2, () => given.upcalls?.lpWPUCreateSocketHandle(given.entryId, 1, ref(0))],
    ['lpWSPAccept', 'WSAAccept', 2, () => given.upcalls?.lpWPUCreateSocketHandle(given.entryId, 1, ref(0))],
  ];
  const values: readonly unknown[] = [ROOM + 1, 0x7fffffff, -1, NaN, 1.5, 'many', null];
  const cases = writes.flatMap(([entry, name, index, result = () => 0]) =>
    values
      // The operation's buffers are not known to the call that asks for its result.
      .filter((value) => name !== 'WSAGetOverlappedResult' || typeof value !== 'number' || !(value > ROOM))
      .map((value) => [name, value, entry, index, result] as const),
  );

  it.each(cases)('%s told %s is WSASYSCALLFAILURE', async (name, value, entry, index, result) => {
    for (const later of MAY_WAIT.has(entry) ? [false, true] : [false]) {
      const body: Body = (...args) => {
        (args[index] as { value: unknown }).value = value;
        return later ? Promise.resolve(result()) : result();
      };
      await expectFault(entry, name, body, 'WSASYSCALLFAILURE');
    }
  });

  it('is told as it is when it can be', async () => {
    const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
    for (const count of [0, 1, ROOM]) {
      fault = { entry: 'lpWSPRecv', body: (...args) => { (args[3] as Ref).value = count; return 0; }, hits: 0 };
      expect(await world.ws.recv(s, new Uint8Array(ROOM), ROOM, 0)).toBe(count);
    }
    fault = null;
    await world.ws.closesocket(s);
  });
});

describe('a socket that is none of its new ones', () => {
  it.each(['lpWSPAccept', 'lpWSPJoinLeaf', 'lpWSPSocket'] as const)('from %s is WSASYSCALLFAILURE, and harms nobody', async (entry) => {
    const foreign = tcp(world);
    const event = world.ws.WSACreateEvent();
    const own = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
    for (const answer of [foreign, event, own, pair.a, 4, 1.5, 2 ** 40, 0]) {
      for (const name of Object.keys(CALLS[entry])) await expectFault(entry, name, () => answer, 'WSASYSCALLFAILURE');
    }
    for (const s of [foreign, own]) expect(await world.ws.closesocket(s)).toBe(0);
    world.ws.WSACloseEvent(event);
  });
});

describe('WSPSelect', () => {
  const choose = (change: (set: fd_set) => void, result: number): Body => (...args) => {
    change(args[1] as fd_set);
    return result;
  };
  const foreign: readonly [string, Body][] = [
    ['a foreign socket', choose((set) => { set.fd_array[0] = pair.a; }, 1)],
    ['more sockets than were passed', choose((set) => { set.fd_array.push(pair.a); set.fd_count = 2; }, 1)],
    ['one socket twice', choose((set) => { set.fd_array.push(set.fd_array[0] as SOCKET); set.fd_count = 2; }, 1)],
    ['a count beyond its sockets', choose((set) => { set.fd_count = 60; }, 1)],
    ['a count that is none', choose((set) => { set.fd_count = NaN; }, 1)],
    ['another number than in its sets', choose((set) => { set.fd_count = 0; }, 1)],
  ];
  it.each(foreign)('that chooses %s is WSASYSCALLFAILURE', async (_what, body) => {
    await expectFault('lpWSPSelect', 'select', body, 'WSASYSCALLFAILURE');
    await expectFault('lpWSPSelect', 'select', (...args) => Promise.resolve(body(...args)), 'WSASYSCALLFAILURE');
  });

  it('leaves the sets of such a call as they were', async () => {
    const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
    const set = new fd_set();
    FD_SET(s, set);
    fault = { entry: 'lpWSPSelect', body: choose((each) => { each.fd_array[0] = pair.a; }, 1), hits: 0 };
    expect(await world.ws.select(0, set, null, null, null)).toBe(-1);
    expect([set.fd_count, set.fd_array[0]]).toEqual([1, s]);
    fault = null;
    await world.ws.closesocket(s);
  });
});

it('WSPEnumNetworkEvents that tells of events that there are not is WSASYSCALLFAILURE, and tells none', async () => {
  const body: Body = (...args) => {
    (args[2] as WSANETWORKEVENTS).bytes.fill(0xa5);
    return 0;
  };
  await expectFault('lpWSPEnumNetworkEvents', 'WSAEnumNetworkEvents', body, 'WSASYSCALLFAILURE');
});

it('WSPIoctl that fills what WSAPoll passes with junk is WSASYSCALLFAILURE', async () => {
  const body: Body = (...args) => {
    (args[4] as Uint8Array).fill(0xa5);
    return 0;
  };
  await expectFault('lpWSPIoctl', 'WSAPoll', body, 'WSASYSCALLFAILURE');
});

it.each(['AcceptEx', 'ConnectEx', 'WSARecvMsg', 'RIOCreateRequestQueue'] as const)(
  'a pointer that leads nowhere is WSAEOPNOTSUPP for %s',
  async (name) => {
    const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
    fault = { entry: 'lpWSPIoctl', body: (...args) => { (args[4] as Uint8Array).fill(0xa5); return 0; }, hits: 0 };
    expect(await CALLS.lpWSPIoctl[name]?.(world, s)).toBe(exportItem(name).failure);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
    fault = null;
    await world.ws.closesocket(s);
  },
);

it('what WSPDuplicateSocket fills with junk makes no socket', async () => {
  const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
  fault = { entry: 'lpWSPDuplicateSocket', body: (...args) => { (args[2] as { bytes: Uint8Array }).bytes.fill(0xa5); return 0; }, hits: 0 };
  const info = new WSAPROTOCOL_INFOW();
  expect(world.ws.WSADuplicateSocketW(s, 4, info)).toBe(0);
  fault = null;
  expect(world.ws.WSASocketW(-1, -1, -1, info, 0, 1)).toBe(-1);
  expect(world.lastError()).toBe('WSAEINVAL');
  await world.ws.closesocket(s);
});

it('docs/faulty-providers.md has a row for each of these', () => {
  const page = readFileSync(new URL('../../docs/faulty-providers.md', import.meta.url), 'utf8');
  for (const { name } of KINDS) expect(page).toContain(`| ${name} | WSASYSCALLFAILURE |`);
});
