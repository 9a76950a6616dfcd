// Providers that misbehave, at startup and later: the documented error, a trace that names the module, and everybody
// else goes on.
import { afterEach, describe, expect, it } from 'vitest';
import {
  AF_INET,
  FD_SET,
  MAKEWORD,
  SOCK_STREAM,
  WSADATA,
  errorName,
  fd_set,
  timeval,
  type Ref,
  type SOCKET,
} from '../../src/abi/index.js';
import { unsupportedProcTable, type WSPPROC_TABLE, type WSPUPCALLTABLE } from '../../src/spi/index.js';
import { loopback, tcp, type World } from '../api/world.js';
import { FakeClock } from '../win32/fake-clock.js';
import { settle } from '../win32/turns.js';
import { FAKE_FAMILY, fakeModule, fakeProvider, worldWith } from './fake-provider.js';

let world: World;
afterEach(() => world.host.dispose());

/** Starts the process and keeps the notes of its trace. */
async function start(modules: readonly (() => Promise<unknown>)[]): Promise<string[]> {
  world = worldWith(modules);
  const notes = listen();
  expect(await world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0);
  return notes;
}

function listen(): string[] {
  const notes: string[] = [];
  world.host.trace.listen(({ phase, layer, name, args }) => {
    if (phase === 'note') notes.push(`${layer} ${name} ${args.map(String).join(' ')}`);
  });
  return notes;
}

const fakeSocket = (index = 0): SOCKET => world.ws.socket(FAKE_FAMILY + index, SOCK_STREAM, 0);

async function expectOthersWork(): Promise<void> {
  const s = tcp(world);
  expect(world.ws.bind(s, loopback(), 16)).toBe(0);
  expect(await world.ws.closesocket(s)).toBe(0);
}

type Startup = (version: number, data: { wVersion: number }, info: unknown, upcalls: unknown, table: object) => unknown;
const module = (WSPStartup: Startup) => () => Promise.resolve({ WSPStartup });

describe('while its module loads', () => {
  it('a provider that hangs costs its own sockets only', async () => {
    const clock = new FakeClock();
    world = worldWith([() => new Promise(() => undefined)], { clock });
    const starting = world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
    await settle();
    expect(clock.pending).toBe(1);
    clock.advance(10_000);
    expect(await starting).toBe(0);
    expect(fakeSocket()).toBe(-1);
    expect(world.lastError()).toBe('WSAEPROVIDERFAILEDINIT');
    await expectOthersWork();
  });
});

describe('at startup', () => {
  const good = (table: object, data: { wVersion: number }): void => {
    data.wVersion = 0x0202;
    void fakeProvider().load().then(() => table);
  };
  const failing: readonly [string, () => Promise<unknown>, string][] = [
    ['cannot be loaded', () => Promise.reject(new Error('no such file')), 'WSAEPROVIDERFAILEDINIT'],
    ['is no provider', () => Promise.resolve({ hello: 1 }), 'WSAEPROVIDERFAILEDINIT'],
    ['is a name space provider only', () => Promise.resolve({ NSPStartup: () => 0 }), 'WSAEPROVIDERFAILEDINIT'],
    ['throws in WSPStartup', module(() => { throw new Error('broken'); }), 'WSAEPROVIDERFAILEDINIT'],
    ['rejects from WSPStartup', module(() => Promise.reject(new Error('broken'))), 'WSAEPROVIDERFAILEDINIT'],
    ['returns an error', module(() => 10091), 'WSAEPROVIDERFAILEDINIT'],
    ['returns an error later', module(() => Promise.resolve(10091)), 'WSAEPROVIDERFAILEDINIT'],
    ['returns nothing', module(() => undefined), 'WSAEPROVIDERFAILEDINIT'],
    ['returns a text', module(() => Promise.resolve('0')), 'WSAEPROVIDERFAILEDINIT'],
    ['speaks another version', module((_v, data) => { data.wVersion = 0x0101; return 0; }), 'WSAEINVALIDPROVIDER'],
    ['tells no version', module(() => 0), 'WSAEINVALIDPROVIDER'],
    ['leaves its table empty', module((_v, data, _i, _u, table) => { good(table, data); return 0; }), 'WSAEINVALIDPROCTABLE'],
    [
      'fills its table with garbage',
      module((_v, data, _i, _u, table) => {
        data.wVersion = 0x0202;
        Object.assign(table, { lpWSPSocket: 42, lpWSPRecv: 'text' });
        return 0;
      }),
      'WSAEINVALIDPROCTABLE',
    ],
    [
      'has an entry that throws when it is looked at',
      module((_v, data, _i, _u, table) => {
        data.wVersion = 0x0202;
        Object.defineProperty(table, 'lpWSPAccept', { get: () => { throw new Error('trap'); } });
        return 0;
      }),
      'WSAEINVALIDPROCTABLE',
    ],
  ];

  it.each(failing)('a provider that %s costs its own sockets only', async (_name, load, error) => {
    const notes = await start([load, fakeProvider().load]);
    expect(fakeSocket()).toBe(-1);
    expect(world.lastError()).toBe(error);
    const failed = notes.filter((note) => note.includes('failed to start'));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain(fakeModule(0));
    expect(fakeSocket(1)).not.toBe(-1);
    await expectOthersWork();
  });

  it('a provider that never answers is given up after ten seconds', async () => {
    const clock = new FakeClock();
    world = worldWith([module(() => new Promise(() => {}))], { clock });
    const notes = listen();
    let started: number | null = null;
    const starting = world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA()).then((error) => {
      started = error;
    });
    while (clock.pending === 0) await settle();
    clock.advance(9999);
    await settle();
    expect(started).toBeNull();
    clock.advance(1);
    await starting;
    expect(started).toBe(0);
    expect(fakeSocket()).toBe(-1);
    expect(world.lastError()).toBe('WSAEPROVIDERFAILEDINIT');
    expect(notes.join('\n')).toContain(fakeModule(0));
    await expectOthersWork();
  });

  it('a provider that succeeds too late, or cannot be used, gets the WSPCleanup that belongs to its start', async () => {
    const ended: string[] = [];
    let finish: (value: number) => void = () => undefined;
    const clock = new FakeClock();
    const cleanup = (name: string) => (): number => ended.push(name);
    world = worldWith(
      [
        module((_v, _d, _i, _u, table) => {
          Object.assign(table, { lpWSPCleanup: cleanup('late') });
          return new Promise<number>((resolve) => { finish = resolve; });
        }),
        module((_v, _d, _i, _u, table) => {
          Object.assign(table, { lpWSPCleanup: cleanup('another version') });
          return 0;
        }),
        module((_v, data, _i, _u, table) => {
          data.wVersion = 0x0202;
          Object.assign(table, { lpWSPCleanup: cleanup('no table') });
          return 0;
        }),
      ],
      { clock },
    );
    const starting = world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
    while (clock.pending === 0) await settle();
    await settle();
    clock.advance(10_000);
    expect(await starting).toBe(0);
    expect(ended).toEqual(['another version', 'no table']);
    finish(0);
    await settle();
    expect(ended).toEqual(['another version', 'no table', 'late']);
    expect(clock.pending).toBe(0);
  });

  it('what throws when it is looked at, or is no text, breaks no start', async () => {
    const sound = fakeProvider();
    let looks = 0;
    const shy: Startup = (_v, data, _i, _u, table) => {
      data.wVersion = 0x0202;
      // Sound at the first look, and a trap at every further one.
      for (const [name, entry] of Object.entries(unsupportedProcTable())) {
        let seen = false;
        Object.defineProperty(table, name, {
          get: () => {
            looks += 1;
            if (seen) throw new Error('trap');
            seen = true;
            return entry as unknown;
          },
        });
      }
      return 0;
    };
     
    const mute: Startup = () => { throw Object.create(null); };
    const odd: Startup = () => Object.create(null) as unknown;
    const liar: Startup = (_v, data) => {
      Object.defineProperty(data, 'wVersion', { get: () => { throw new Error('trap'); } });
      return 0;
    };
    await start([module(shy), module(mute), module(odd), module(liar), sound.load]);
    expect(looks).toBe(30);
    expect([fakeSocket(0), world.lastError()]).toEqual([-1, 'WSAEOPNOTSUPP']);
    for (const index of [1, 2, 3]) expect([fakeSocket(index), world.lastError()]).toEqual([-1, 'WSAEPROVIDERFAILEDINIT']);
    expect(fakeSocket(4)).not.toBe(-1);
    await expectOthersWork();
  });

  it('a table that is changed, or a module that is unloaded, while calls are under way changes nothing', async () => {
    let table: Record<string, unknown> = {};
    let finish: (value: number) => void = () => undefined;
    const sound = fakeProvider(() => ({ lpWSPRecv: () => new Promise<number>((resolve) => { finish = resolve; }) }));
    const exported = (await sound.load()) as { WSPStartup: Startup | null };
    const begin = exported.WSPStartup;
    exported.WSPStartup = (version, data, info, upcalls, given) => {
      table = given as Record<string, unknown>;
      return begin?.(version, data, info, upcalls, given);
    };
    await start([() => Promise.resolve(exported)]);
    const s = fakeSocket();
    const receiving = world.ws.recv(s, new Uint8Array(1), 1, 0);
    for (const name of Object.keys(table)) table[name] = null;
    exported.WSPStartup = null;
    finish(0);
    expect(await receiving).toBe(0);
    expect(await world.ws.closesocket(s)).toBe(0);
    await expectOthersWork();
  });

  it('a provider that failed to start makes no sockets through the upcalls that it kept', async () => {
    let kept: WSPUPCALLTABLE | null = null;
    let entryId = 0;
    await start([
      module((_v, _d, info, upcalls) => {
        [kept, entryId] = [upcalls as WSPUPCALLTABLE, (info as { dwCatalogEntryId: number }).dwCatalogEntryId];
        return 10091;
      }),
    ]);
    const lpErrno = { value: 0 };
    expect((kept as WSPUPCALLTABLE | null)?.lpWPUCreateSocketHandle(entryId, 0, lpErrno)).toBe(-1);
    expect(errorName(lpErrno.value)).toBe('WSAEINVAL');
  });

  it('each provider is started once, and ended once by the last WSACleanup', async () => {
    const { given, load } = fakeProvider();
    await start([load]);
    expect(await world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0);
    await world.ws.WSACleanup();
    expect(given.cleanups).toBe(0);
    await world.ws.WSACleanup();
    expect(given.cleanups).toBe(1);
  });
});

describe('an entry', () => {
  const boom = (): never => {
    throw new Error('boom');
  };
  const call: Readonly<Record<string, (s: SOCKET) => unknown>> = {
    bind: (s) => world.ws.bind(s, loopback(), 16),
    recv: (s) => world.ws.recv(s, new Uint8Array(1), 1, 0),
    send: (s) => world.ws.send(s, new Uint8Array(1), 1, 0),
    accept: (s) => world.ws.accept(s, null, null),
    connect: (s) => world.ws.connect(s, loopback(1), 16),
    getsockopt: (s) => world.ws.getsockopt(s, 0xffff, 4, new Uint8Array(4), { value: 4 }),
    closesocket: (s) => world.ws.closesocket(s),
  };
  const entries: Readonly<Record<string, keyof WSPPROC_TABLE>> = {
    bind: 'lpWSPBind',
    recv: 'lpWSPRecv',
    send: 'lpWSPSend',
    accept: 'lpWSPAccept',
    connect: 'lpWSPConnect',
    getsockopt: 'lpWSPGetSockOpt',
    closesocket: 'lpWSPCloseSocket',
  };
  const names = Object.keys(call);
  const bad: readonly [string, () => unknown, readonly string[]][] = [
    ['throws', boom, names],
    ['rejects', () => Promise.reject(new Error('boom')), names.filter((name) => name !== 'bind' && name !== 'getsockopt')],
    ['fails without saying why', () => -1, names],
    ['answers with a text', () => 'fine', names],
    ['answers with nothing', () => undefined, names],
    ['promises nothing', () => Promise.resolve(), names.filter((name) => name !== 'bind' && name !== 'getsockopt')],
  ];

  it.each(bad.flatMap(([how, body, which]) => which.map((name) => [name, how, body] as const)))(
    'for %s that %s is WSASYSCALLFAILURE',
    async (name, _how, body) => {
      const entry = entries[name] as keyof WSPPROC_TABLE;
      await start([fakeProvider(() => ({ [entry]: body })).load]);
      const s = fakeSocket();
      expect(s).not.toBe(-1);
      expect(await call[name]?.(s)).toBe(-1);
      expect(world.lastError()).toBe('WSASYSCALLFAILURE');
      await expectOthersWork();
    },
  );

  it.each([
    ['throws', boom],
    ['fails without saying why', () => -1],
    ['answers with a promise', () => Promise.resolve(8)],
    ['answers with nothing', () => undefined],
  ])('for socket that %s is WSASYSCALLFAILURE', async (_how, body) => {
    await start([fakeProvider(() => ({ lpWSPSocket: body as never })).load]);
    expect(fakeSocket()).toBe(-1);
    expect(world.lastError()).toBe('WSASYSCALLFAILURE');
    await expectOthersWork();
  });

  it('that throws is noted with the module it is in', async () => {
    const notes = await start([fakeProvider(() => ({ lpWSPRecv: boom, lpWSPBind: boom })).load]);
    const s = fakeSocket();
    await world.ws.recv(s, new Uint8Array(1), 1, 0);
    world.ws.bind(s, loopback(), 16);
    const about = notes.filter((note) => note.includes('boom'));
    expect(about).toHaveLength(2);
    for (const note of about) expect(note).toContain(fakeModule(0));
  });

  it("of a provider's own error reaches the caller unchanged, now or later", async () => {
    const refuse = (error: number) => (...args: unknown[]): number => {
      (args.at(-1) as Ref).value = error;
      return -1;
    };
    const later = refuse(10060);
    await start([
      fakeProvider(() => ({ lpWSPBind: refuse(10048), lpWSPRecv: async (...args: unknown[]) => Promise.resolve(later(...args)) })).load,
    ]);
    const s = fakeSocket();
    expect(world.ws.bind(s, loopback(), 16)).toBe(-1);
    expect(world.lastError()).toBe('WSAEADDRINUSE');
    expect(await world.ws.recv(s, new Uint8Array(1), 1, 0)).toBe(-1);
    expect(world.lastError()).toBe('WSAETIMEDOUT');
  });

  it('WSPCloseSocket and WSPCleanup that throw do not keep WSACleanup from its work', async () => {
    await start([fakeProvider(() => ({ lpWSPCloseSocket: boom, lpWSPCleanup: boom })).load, fakeProvider().load]);
    fakeSocket();
    tcp(world);
    expect(await world.ws.WSACleanup()).toBe(0);
    expect(world.afd.endpoints.size).toBe(0);
    expect(await world.ws.WSACleanup()).toBe(-1);
    expect(world.lastError()).toBe('WSANOTINITIALISED');
  });
});

describe('select', () => {
  it('takes sockets of one provider only', async () => {
    const provider = fakeProvider(() => ({ lpWSPSelect: () => 0 }));
    await start([provider.load]);
    const [ours, foreign] = [tcp(world), fakeSocket()];
    const both = new fd_set();
    FD_SET(ours, both);
    FD_SET(foreign, both);
    expect(await world.ws.select(0, both, null, null, new timeval())).toBe(-1);
    expect(world.lastError()).toBe('WSAEINVAL');
    const other = new fd_set();
    FD_SET(foreign, other);
    expect(await world.ws.select(0, null, other, null, new timeval())).toBe(0);
    const first = new fd_set();
    FD_SET(ours, first);
    expect(await world.ws.select(0, first, other, null, new timeval())).toBe(-1);
    expect(errorName(world.ws.WSAGetLastError())).toBe('WSAEINVAL');
  });

  it('takes IPv4 and IPv6 together, which are two providers of one module', async () => {
    await start([]);
    const set = new fd_set();
    FD_SET(tcp(world), set);
    FD_SET(world.ws.socket(23, SOCK_STREAM, 0), set);
    expect(world.ws.socket(AF_INET, SOCK_STREAM, 0)).not.toBe(-1);
    expect(await world.ws.select(0, set, null, null, new timeval())).toBe(0);
  });
});
