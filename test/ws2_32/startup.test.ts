// WSAStartup and WSACleanup: versions, counting, starts at the same time, catalogs that are refused.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIONBIO, MAKEWORD, SOCK_STREAM, SOL_SOCKET, SO_LINGER, WSADATA, errorName, linger, ref } from '../../src/abi/index.js';
import { defaultCatalog, encodeCatalog } from '../../src/catalog/index.js';
import { JsonStore } from '../../src/catalog/json-store.js';
import { WinsockProcess } from '../../src/ws2_32/index.js';
import { freshWorld, listener, startedWorld, tcp, type World } from '../api/world.js';
import { FakeClock } from '../win32/fake-clock.js';
import { settle } from '../win32/turns.js';
import { FAKE_FAMILY, fakeProvider, worldWith } from './fake-provider.js';

let world: World;
afterEach(() => world.host.dispose());

const junkData = (): WSADATA => {
  const data = new WSADATA();
  data.wVersion = 0xa5a5;
  data.wHighVersion = 0xa5a5;
  data.szDescription = 'junk';
  data.szSystemStatus = 'junk';
  return data;
};

describe('the version', () => {
  it.each([
    [MAKEWORD(0, 0), null],
    [MAKEWORD(0, 9), null],
    [MAKEWORD(1, 0), MAKEWORD(1, 0)],
    [MAKEWORD(1, 1), MAKEWORD(1, 1)],
    [MAKEWORD(1, 9), MAKEWORD(1, 1)],
    [MAKEWORD(2, 0), MAKEWORD(2, 0)],
    [MAKEWORD(2, 1), MAKEWORD(2, 1)],
    [MAKEWORD(2, 2), MAKEWORD(2, 2)],
    [MAKEWORD(2, 9), MAKEWORD(2, 2)],
    [MAKEWORD(255, 255), MAKEWORD(2, 2)],
  ])('asked for as %i gives %s', async (asked, granted) => {
    world = freshWorld();
    const data = junkData();
    const error = await world.ws.WSAStartup(asked, data);
    expect(error === 0 ? null : errorName(error)).toBe(granted === null ? 'WSAVERNOTSUPPORTED' : null);
    expect(data.wVersion).toBe(granted ?? MAKEWORD(2, 2));
    expect(data.wHighVersion).toBe(MAKEWORD(2, 2));
    expect([data.szDescription, data.szSystemStatus]).toEqual(['WinSock 2.0', 'Running']);
  });
});

describe('counting', () => {
  it('is ended by as many WSACleanup calls as there were starts', async () => {
    world = freshWorld();
    for (let i = 0; i < 3; i++) await world.ws.WSAStartup(MAKEWORD(2, 2), junkData());
    for (let i = 0; i < 2; i++) expect(await world.ws.WSACleanup()).toBe(0);
    expect(tcp(world)).toBeGreaterThan(0);
    expect(await world.ws.WSACleanup()).toBe(0);
    expect(world.ws.socket(2, 1, 6)).toBe(-1);
    expect(world.lastError()).toBe('WSANOTINITIALISED');
    expect(await world.ws.WSACleanup()).toBe(-1);
    expect(world.lastError()).toBe('WSANOTINITIALISED');
  });

  it('does not count a start that failed', async () => {
    world = freshWorld();
    expect(errorName(await world.ws.WSAStartup(MAKEWORD(2, 2), null))).toBe('WSAEFAULT');
    await world.ws.WSAStartup(MAKEWORD(0, 1), junkData());
    expect(await world.ws.WSACleanup()).toBe(-1);
  });

  it('holds for starts made at the same time, which share one loading', async () => {
    let loads = 0;
    const provider = fakeProvider();
    world = worldWith([
      () => {
        loads += 1;
        return provider.load();
      },
    ]);
    const starts = Array.from({ length: 5 }, () => world.ws.WSAStartup(MAKEWORD(2, 2), junkData()));
    expect(await Promise.all(starts)).toEqual([0, 0, 0, 0, 0]);
    expect(loads).toBe(1);
    for (let i = 0; i < 4; i++) await world.ws.WSACleanup();
    expect(provider.given.cleanups).toBe(0);
    await world.ws.WSACleanup();
    expect(provider.given.cleanups).toBe(1);
  });

  it('starts again after the last cleanup, with the sockets of before gone', async () => {
    world = freshWorld();
    await world.ws.WSAStartup(MAKEWORD(2, 2), junkData());
    const s = tcp(world);
    await world.ws.WSACleanup();
    await world.ws.WSAStartup(MAKEWORD(2, 2), junkData());
    expect(await world.ws.closesocket(s)).toBe(-1);
    expect(world.lastError()).toBe('WSAENOTSOCK');
    expect(tcp(world)).not.toBe(s);
  });
});

describe('the last cleanup', () => {
  const socketOf = (): number => world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);

  it('does not wait for a provider whose close never ends', async () => {
    const provider = fakeProvider(() => ({ lpWSPCloseSocket: () => new Promise(() => undefined) }));
    world = worldWith([provider.load]);
    await world.ws.WSAStartup(MAKEWORD(2, 2), junkData());
    expect(socketOf()).toBeGreaterThan(0);
    expect(await world.ws.WSACleanup()).toBe(0);
    expect(provider.given.cleanups).toBe(1);
  });

  it('does not wait for a socket that lingers, and what was sent still arrives', async () => {
    const other = await startedWorld();
    const from = listener(other);
    world = await startedWorld({ clock: new FakeClock() });
    const s = tcp(world);
    const accepting = other.ws.accept(from.s, null, null);
    expect(await world.ws.connect(s, from.name, 16)).toBe(0);
    const peer = await accepting;
    const option = new linger();
    option.l_onoff = 1;
    option.l_linger = 60;
    expect(world.ws.setsockopt(s, SOL_SOCKET, SO_LINGER, option, linger.size)).toBe(0);
    const much = new Uint8Array(8_000_000);
    // Non-blocking, so that the data is the socket's own and not on loan from a send that waits.
    expect(world.ws.ioctlsocket(s, FIONBIO, ref(1))).toBe(0);
    expect(await world.ws.send(s, much, much.length, 0)).toBe(much.length);
    expect(world.ws.ioctlsocket(s, FIONBIO, ref(0))).toBe(0);
    expect(await world.ws.WSACleanup()).toBe(0);
    let total = 0;
    for (let got = 1; got > 0; total += got) got = await other.ws.recv(peer, new Uint8Array(65_536), 65_536, 0);
    expect(total).toBe(much.length);
    await other.host.dispose();
  });

  it.each(['lpWSPCleanup', 'lpWSPCloseSocket'])('survives a promise of %s that fails, and tells the trace', async (name) => {
    world = worldWith([fakeProvider(() => ({ [name]: () => Promise.reject(new Error('no')) })).load]);
    await world.ws.WSAStartup(MAKEWORD(2, 2), junkData());
    socketOf();
    const notes: string[] = [];
    world.host.trace.listen((report) => {
      if (report.phase === 'note') notes.push(report.name);
    });
    expect(await world.ws.WSACleanup()).toBe(0);
    await settle();
    expect(notes).toEqual([`${name.slice(2)} threw`]);
  });
});

describe('starts at the same time', () => {
  it('are all told what is wrong', async () => {
    const file = join(tmpdir(), 'ws2-there-is-no-such-folder', '\0');
    world = freshWorld({ store: new JsonStore({ file }) });
    const all = [junkData(), junkData()];
    const errors = await Promise.all(all.map((data) => world.ws.WSAStartup(MAKEWORD(2, 2), data)));
    expect(errors.map(errorName)).toEqual(['WSASYSNOTREADY', 'WSASYSNOTREADY']);
    expect(all[0]?.szSystemStatus).not.toBe('');
    expect(all[1]?.szSystemStatus).toBe(all[0]?.szSystemStatus);
  });

  it('do not outlive a process that is disposed of meanwhile', async () => {
    const provider = fakeProvider();
    world = worldWith([provider.load]);
    const starting = world.ws.WSAStartup(MAKEWORD(2, 2), junkData());
    await world.host.dispose();
    await starting;
    expect(provider.given.cleanups).toBe(1);
    expect(WinsockProcess.of(world.host).started).toBe(false);
  });
});

describe('a catalog file that cannot be used', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ws2-'));
    file = join(folder, 'c.json');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const good = encodeCatalog(defaultCatalog());
  const changed = (change: (content: Record<string, unknown>) => void): string => {
    const content = JSON.parse(good) as Record<string, unknown>;
    change(content);
    return JSON.stringify(content);
  };
  const spoilt: readonly [string, string, string][] = [
    ['is cut short', good.slice(0, 200), ''],
    ['is no JSON at all', 'hello', ''],
    ['is newer', changed((content) => { content['version'] = 999; }), 'version'],
    [
      'has a wrong value deep inside',
      changed((content) => { (content['protocols'] as { iSocketType: unknown }[])[1]!.iSocketType = 'stream'; }),
      'protocols[1].iSocketType',
    ],
  ];

  async function expectRefusal(path: string): Promise<void> {
    world = freshWorld({ store: new JsonStore({ file }) });
    const notes: string[] = [];
    world.host.trace.listen(({ phase, name, args }) => {
      if (phase === 'note') notes.push(`${name}: ${args.join(' ')}`);
    });
    const data = junkData();
    expect(errorName(await world.ws.WSAStartup(MAKEWORD(2, 2), data))).toBe('WSASYSNOTREADY');
    expect(data.szSystemStatus).not.toBe('Running');
    expect(data.szSystemStatus).toContain(file);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(file);
    expect(notes[0]).toContain(path);
    expect(world.ws.socket(2, 1, 6)).toBe(-1);
    expect(world.lastError()).toBe('WSANOTINITIALISED');
  }

  it.each(spoilt)('because it %s keeps Winsock from starting', async (_how, text, path) => {
    writeFileSync(file, text, { mode: 0o600 });
    await expectRefusal(path);
  });

  it.skipIf(process.platform === 'win32')('because others can write to it keeps Winsock from starting', async () => {
    writeFileSync(file, good);
    chmodSync(file, 0o666);
    await expectRefusal('');
  });

  it('starts as soon as it is repaired, in the same process', async () => {
    writeFileSync(file, 'hello', { mode: 0o600 });
    world = freshWorld({ store: new JsonStore({ file }) });
    expect(await world.ws.WSAStartup(MAKEWORD(2, 2), junkData())).not.toBe(0);
    writeFileSync(file, good, { mode: 0o600 });
    expect(await world.ws.WSAStartup(MAKEWORD(2, 2), junkData())).toBe(0);
  });
});
