// Name look-ups over name space providers: whom getaddrinfo and its relatives ask, in which order, and what becomes of those
// that fail or hang. The providers are the test's own, or the one in memory.
import { afterEach, describe, expect, test } from 'vitest';
import {
  ADDRINFOEX_VERSION_2,
  ADDRINFOEX_VERSION_3,
  ADDRINFOEX_VERSION_7,
  AF_INET,
  AF_INET6,
  AI_ADDRCONFIG,
  AI_CANONNAME,
  AI_DNS_ONLY,
  AI_EXCLUSIVE_CUSTOM_SERVERS,
  AI_EXTENDED,
  AI_FQDN,
  AI_REQUIRE_SECURE,
  CSADDR_INFO,
  NS_ALL,
  NS_DNS,
  NULL_HANDLE,
  OVERLAPPED,
  SOCKET_ADDRESS,
  SVCID_INET_HOSTADDRBYINETSTRING,
  SVCID_INET_HOSTADDRBYNAME,
  SVCID_INET_SERVICEBYNAME,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSASERVICE_NOT_FOUND,
  WSATRY_AGAIN,
  WSA_IO_PENDING,
  addrinfo,
  addrinfoex2W,
  addrinfoex3,
  addrinfoex7,
  bytesOf,
  errorName,
  hostent,
  ref,
  servent,
  timeval,
  type BLOB,
  type addrinfoexA,
  type addrinfoexW,
} from '../../src/abi/index.js';
import { parseSockaddr, sockaddrText } from '../../src/abi/address-text.js';
import { packHostent, packServent } from '../../src/abi/pack-database.js';
import { createNullDriver } from '../../src/drivers/null.js';
import type { InterfaceAddress, Resolver } from '../../src/drivers/contract.js';
import type { Answer, NameSpace, OpenNameSpace, Question } from '../../src/providers/namespaces/kit/index.js';
import { memoryNameSpace } from '../../src/providers/namespaces/memory/index.js';
import type { Clock } from '../../src/win32/index.js';
import type { World } from '../api/world.js';
import { idOf, spaces, type TestSpace } from './world.js';

const started: World[] = [];
afterEach(async () => {
  for (const world of started.splice(0)) await world.host.dispose();
});

/** Time that a test moves. */
class HandClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly expired: () => void }>();
  now(): number {
    return this.#now;
  }
  wallTime(): number {
    return this.#now;
  }
  setTimer(ms: number, expired: () => void): { cancel(): void } {
    const timer = { at: this.#now + ms, expired };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }
  nextTurn(turn: () => void): void {
    setImmediate(turn);
  }
  soon(turn: () => void): void {
    setImmediate(turn);
  }
  hold(): () => void {
    return () => undefined;
  }
  get pending(): number {
    return this.#timers.size;
  }
  async pass(ms: number): Promise<void> {
    await turns();
    this.#now += ms;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.expired();
    }
    await turns();
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
}

const sockaddr = (text: string): Uint8Array => {
  const bytes = parseSockaddr(text.includes('.') ? AF_INET : AF_INET6, text);
  if (bytes === null) throw new Error(text);
  return bytes;
};
const end = (text: string): SOCKET_ADDRESS => new SOCKET_ADDRESS({ lpSockaddr: sockaddr(text), iSockaddrLength: sockaddr(text).length });
const at = (text: string): CSADDR_INFO => new CSADDR_INFO({ RemoteAddr: end(text) });

type Hosts = Readonly<Record<string, readonly string[] | number>>;

/** A name space that knows hosts, and keeps what it is asked. */
function knowing(hosts: Hosts, asked: Question[] = [], further: Partial<Answer> = {}): OpenNameSpace {
  return (): NameSpace => ({
    query: (question) => {
      asked.push(question);
      const found = hosts[question.name];
      if (found === undefined) return WSASERVICE_NOT_FOUND;
      return typeof found === 'number' ? found : [{ name: question.name, addresses: found.map(at), ...further }];
    },
  });
}

/** One that answers later, or never. */
const slow = (hosts: Hosts, until: Promise<unknown>): OpenNameSpace => () => ({
  query: async function* (question) {
    await until;
    const found = hosts[question.name];
    yield found === undefined || typeof found === 'number' ? (found ?? WSASERVICE_NOT_FOUND) : { name: question.name, addresses: found.map(at) };
  },
});
const never = new Promise<never>(() => undefined);

const silent: Resolver & { readonly questions: string[] } = {
  questions: [],
  hostName: () => 'me.example',
  lookup: (name) => {
    silent.questions.push(name);
    return Promise.resolve({ ok: false, error: 'ENOTFOUND' });
  },
  reverse: ({ address }) => {
    silent.questions.push(address);
    return Promise.resolve({ ok: false, error: 'ENOTFOUND' });
  },
};

const face = (family: 'ipv4' | 'ipv6', address: string): InterfaceAddress => ({
  name: 'eth0', index: 7, family, address, netmask: '', prefixLength: 24, scopeId: 0, loopback: false, up: true, multicast: true,
});

async function worldOf(providers: readonly TestSpace[], faces: readonly InterfaceAddress[] = [], clock?: Clock): Promise<World> {
  silent.questions.length = 0;
  const driver = { ...createNullDriver(), resolver: silent, interfaces: () => faces };
  const world = await spaces(providers, { driver, ...(clock === undefined ? {} : { clock }) });
  started.push(world);
  return world;
}

interface Listed {
  readonly ai_addr: unknown;
  readonly ai_next: Listed | null;
}

function textsOf(first: Listed | null): string[] {
  const texts: string[] = [];
  for (let entry = first; entry !== null; entry = entry.ai_next) texts.push(sockaddrText(bytesOf(entry.ai_addr as Uint8Array)) ?? '?');
  return texts;
}

/** What getaddrinfo finds, in one line. */
async function look(world: World, name: string, hints: Partial<addrinfo> = {}, service: string | null = null): Promise<string> {
  const result = ref<addrinfo | null>(null);
  const error = await world.ws.getaddrinfo(name, service, new addrinfo(hints), result);
  return error === 0 ? textsOf(result.value).join(' ') : errorName(error);
}

describe('getaddrinfo', () => {
  test('asks providers in the order of the catalog, and stops at the first that knows the name', async () => {
    const asked: Question[][] = [[], [], []];
    const world = await worldOf([
      { open: knowing({}, asked[0]) },
      { open: knowing({ host: ['192.0.2.1'] }, asked[1]) },
      { open: knowing({ host: ['192.0.2.2'] }, asked[2]) },
    ]);
    expect(await look(world, 'host')).toBe('192.0.2.1');
    expect(asked.map(({ length }) => length)).toEqual([1, 1, 0]);
    expect(asked[0]?.[0]?.serviceClassId.toString()).toBe(SVCID_INET_HOSTADDRBYNAME.toString());
    expect(asked[0]?.[0]?.restrictions.lpafpProtocols?.map(({ iAddressFamily }) => iAddressFamily)).toEqual([AF_INET6, AF_INET]);
    expect(silent.questions).toEqual([]);
  });

  test.each([
    ['nobody knows it', [{}, {}], 'WSAHOST_NOT_FOUND', 1],
    ['it has no address', [{ host: WSANO_DATA }, { host: ['192.0.2.1'] }], 'WSANO_DATA', 0],
    ['one fails', [{ host: WSATRY_AGAIN }, { host: ['192.0.2.1'] }], '192.0.2.1', 0],
    ['all fail', [{ host: WSAHOST_NOT_FOUND }, { host: WSATRY_AGAIN }], 'WSATRY_AGAIN', 1],
    ['a provider breaks', [{ host: 12345 }, {}], 'WSANO_RECOVERY', 1],
  ] as const)('%s', async (_what, known, expected, toResolver) => {
    const world = await worldOf(known.map((hosts) => ({ open: knowing(hosts) })));
    const found = await look(world, 'host');
    // With no provider for DNS the resolver has the last word.
    expect(found).toBe(toResolver === 1 ? 'WSAHOST_NOT_FOUND' : expected);
    expect(silent.questions.length).toBe(toResolver);
  });

  test('where a provider serves DNS the resolver is not asked what that has answered', async () => {
    const world = await worldOf([{ open: knowing({ host: WSATRY_AGAIN }), entry: { dwNameSpace: NS_DNS } }]);
    expect(await look(world, 'host')).toBe('WSATRY_AGAIN');
    expect(silent.questions).toEqual([]);
    expect(await look(world, 'other')).toBe('WSAHOST_NOT_FOUND');
    expect(silent.questions).toEqual(['other']);
  });

  test('a provider that throws or hangs does not keep the answer of another back', async () => {
    const clock = new HandClock();
    const world = await worldOf(
      [
        { open: () => ({ query: () => { throw new Error('broken'); } }) },
        { open: slow({}, never) },
        { open: knowing({ host: ['192.0.2.1'] }) },
      ],
      [],
      clock,
    );
    const found = look(world, 'host');
    await clock.pass(1_999);
    let done = false;
    void found.then(() => { done = true; });
    await turns();
    expect(done).toBe(false);
    await clock.pass(1);
    expect(await found).toBe('192.0.2.1');
    expect(clock.pending).toBe(0);
  });

  test('one that all hang in ends', async () => {
    const clock = new HandClock();
    const world = await worldOf([{ open: slow({}, never), entry: { dwNameSpace: NS_DNS } }], [], clock);
    const found = look(world, 'host');
    await clock.pass(30_000);
    expect(await found).toBe('WSATRY_AGAIN');
    expect(clock.pending).toBe(0);
  });

  test('addresses come in the order in which they are to be tried, each once', async () => {
    const hosts = { host: ['192.0.2.9', '2001:db8::1', '192.0.2.9', 'fd00::1'] };
    const world = await worldOf([{ open: knowing(hosts) }], [face('ipv6', '2001:db8::5'), face('ipv4', '192.0.2.5')]);
    expect(await look(world, 'host')).toBe('2001:db8::1 192.0.2.9 fd00::1');
  });

  test.each([
    [[], 'WSANO_DATA', 0],
    [[face('ipv4', '169.254.1.1'), face('ipv6', 'fe80::1')], 'WSANO_DATA', 0],
    [[face('ipv4', '192.0.2.5')], '192.0.2.9', 1],
    [[face('ipv4', '192.0.2.5'), face('ipv6', '2001:db8::5')], '2001:db8::1 192.0.2.9', 1],
  ])('AI_ADDRCONFIG with %j', async (faces, expected, questions) => {
    const asked: Question[] = [];
    const world = await worldOf([{ open: knowing({ host: ['192.0.2.9', '2001:db8::1'] }, asked) }], faces);
    expect(await look(world, 'host', { ai_flags: AI_ADDRCONFIG })).toBe(expected);
    expect(asked.length).toBe(questions);
    expect(await look(world, 'localhost', { ai_flags: AI_ADDRCONFIG })).toBe('::1 127.0.0.1');
  });

  test('this machine is its interfaces; nobody is asked', async () => {
    const asked: Question[] = [];
    const faces = [face('ipv4', '192.0.2.5'), face('ipv6', 'fe80::5')];
    const world = await worldOf([{ open: knowing({}, asked) }], faces);
    for (const name of ['', '..localmachine', 'ME.example']) expect(await look(world, name)).toBe('192.0.2.5');
    expect([asked.length, silent.questions.length]).toEqual([0, 0]);
  });

  test('literals, this machine and ports make no question', async () => {
    const asked: Question[] = [];
    const world = await worldOf([{ open: knowing({}, asked) }], [face('ipv6', 'fe80::5')]);
    expect(await look(world, '192.0.2.1', {}, '80')).toBe('192.0.2.1:80');
    expect(await look(world, 'fe80::1%3', {}, '80')).toBe('[fe80::1%3]:80');
    expect(await look(world, 'fe80::1%eth0', {}, '80')).toBe('[fe80::1%7]:80');
    expect(await look(world, '[fe80::1%eth0]')).toBe('fe80::1%7');
    expect(await look(world, 'localhost')).toBe('::1 127.0.0.1');
    expect(asked).toEqual([]);
    expect(await look(world, 'fe80::1%eth9')).toBe('WSAHOST_NOT_FOUND');
  });

  test('services are asked for at once', async () => {
    const asked: Question[] = [];
    const blob = packServent(new servent({ s_name: 'chat', s_aliases: [], s_port: 0x3412, s_proto: 'tcp' }));
    const open: OpenNameSpace = () => ({
      query: (question) => {
        asked.push(question);
        return question.name === 'chat/tcp' || question.name === '4660/tcp' ? [{ name: 'chat', blob }] : WSASERVICE_NOT_FOUND;
      },
    });
    const world = await worldOf([{ open }]);
    expect(await look(world, '192.0.2.1', {}, 'chat')).toBe('192.0.2.1:4660');
    expect(asked.map(({ name }) => name)).toEqual(['chat/tcp', 'chat/udp']);
    expect(asked[0]?.serviceClassId.toString()).toBe(SVCID_INET_SERVICEBYNAME.toString());
    expect((await world.ws.getservbyname('chat', 'tcp'))?.s_port).toBe(0x3412);
    expect((await world.ws.getservbyport(0x3412, 'tcp'))?.s_name).toBe('chat');
    expect((await world.ws.getservbyname('http', 'tcp'))?.s_port).toBe(0x5000);
    expect(await world.ws.getservbyname('http/tcp', null)).toBeNull();
  });

  test.each([
    ['b\u00fccher.example', 'xn--bcher-kva.example'],
    ['B\u00dcCHER.example', 'xn--bcher-kva.example'],
    ['\u30c6\u30b9\u30c8', 'xn--zckzah'],
    ['under_score.example', 'under_score.example'],
  ])('%s is asked for as %s', async (name, ascii) => {
    const asked: Question[] = [];
    const world = await worldOf([{ open: knowing({ [ascii]: ['192.0.2.1'] }, asked) }]);
    expect(await look(world, name)).toBe('192.0.2.1');
    expect(asked.map((question) => question.name)).toEqual([ascii]);
  });

  test.each(['\uff11\uff12\uff17.0.0.1', 'b\u00fc/cher', 'b\u00fc cher', '\u00fc@host', '\u00fc:80', '\u00fc%41', `\u00fc${'x'.repeat(300)}`])(
    '%j is no name',
    async (name) => {
      const asked: Question[] = [];
      const world = await worldOf([{ open: knowing({}, asked) }]);
      expect(await look(world, name)).toBe('WSAHOST_NOT_FOUND');
    },
  );

  test('AI_DNS_ONLY asks the providers of DNS', async () => {
    const asked: Question[] = [];
    const world = await worldOf([
      { open: knowing({ host: ['192.0.2.1'] }, asked) },
      { open: knowing({ host: ['192.0.2.2'] }), entry: { dwNameSpace: NS_DNS } },
    ]);
    expect(await look(world, 'host', { ai_flags: AI_DNS_ONLY })).toBe('192.0.2.2');
    expect(await look(world, 'other', { ai_flags: AI_DNS_ONLY })).toBe('WSAHOST_NOT_FOUND');
    expect(asked).toEqual([]);
  });

  test('AI_CANONNAME is the name that the provider tells', async () => {
    const world = await worldOf([{ open: () => ({ query: () => [{ name: 'real.example', addresses: [at('192.0.2.1')], aliases: ['host'] }] }) }]);
    const result = ref<addrinfo | null>(null);
    await world.ws.getaddrinfo('host', null, new addrinfo({ ai_flags: AI_CANONNAME }), result);
    expect(result.value?.ai_canonname).toBe('real.example');
    const found = await world.ws.gethostbyname('host');
    expect([found?.h_name, found?.h_aliases]).toEqual(['real.example', ['host']]);
  });

  test('a provider may answer with a hostent', async () => {
    const host = new hostent({ h_name: 'real', h_aliases: ['alias'], h_addrtype: AF_INET, h_length: 4, h_addr_list: [Uint8Array.of(192, 0, 2, 1)] });
    const blob = packHostent(host);
    const world = await worldOf([{ open: () => ({ query: () => [{ blob }] }) }]);
    expect(await look(world, 'host')).toBe('192.0.2.1');
    const found = await world.ws.gethostbyname('host');
    expect([found?.h_name, found?.h_aliases]).toEqual(['real', ['alias']]);
    // Whatever else it may be.
    const garbage = await worldOf([{ open: () => ({ query: () => [{ blob: new Uint8Array(64).fill(0xff) }] }) }]);
    expect(await look(garbage, 'host')).toBe('WSANO_DATA');
  });

  test('a provider without end is stopped', async () => {
    const world = await worldOf([{ open: () => ({ query: function* () { for (;;) yield { name: 'host', addresses: [at('192.0.2.1')] }; } }) }]);
    expect(await look(world, 'host')).toBe('192.0.2.1');
  });
});

test('names of addresses', async () => {
  const asked: Question[] = [];
  const open: OpenNameSpace = () => ({
    query: (question) => {
      asked.push(question);
      return question.name === '192.0.2.1' ? [{ name: 'real.example', aliases: ['other.example'] }] : WSASERVICE_NOT_FOUND;
    },
  });
  const world = await worldOf([{ open }]);
  const found = await world.ws.gethostbyaddr(Uint8Array.of(192, 0, 2, 1), 4, AF_INET);
  expect([found?.h_name, found?.h_aliases]).toEqual(['real.example', ['other.example']]);
  expect(asked[0]?.serviceClassId.toString()).toBe(SVCID_INET_HOSTADDRBYINETSTRING.toString());
  const host = new Uint8Array(64);
  expect(await world.ws.getnameinfo(sockaddr('192.0.2.1'), 16, host, 64, null, 0, 0)).toBe(0);
  expect(new TextDecoder().decode(host.subarray(0, 12))).toBe('real.example');
});

/** Hints of any version, as a C program casts them. */
const cast = (hints: object): addrinfoexW => hints as addrinfoexW;

/** What GetAddrInfoExW finds. */
async function lookEx(world: World, name: string | null, nameSpace = NS_ALL, hints: addrinfoexW | null = null, id = -1): Promise<string> {
  const result = ref<addrinfoexW | null>(null);
  const error = await world.ws.GetAddrInfoExW(name, null, nameSpace, id < 0 ? null : idOf(id), hints, result, null, null, null, null);
  return error === 0 ? textsOf(result.value).join(' ') : errorName(error);
}

describe('GetAddrInfoEx', () => {
  test('gives what all providers know, or those of the name space, or the one', async () => {
    const world = await worldOf([
      { open: knowing({ host: ['192.0.2.1', '192.0.2.3'] }) },
      { open: knowing({ host: ['192.0.2.2', '192.0.2.1'] }) },
    ]);
    expect(await lookEx(world, 'host')).toBe('192.0.2.1 192.0.2.3 192.0.2.2');
    expect(await lookEx(world, 'host', 1001)).toBe('192.0.2.2 192.0.2.1');
    expect(await lookEx(world, 'host', NS_ALL, null, 1)).toBe('192.0.2.2 192.0.2.1');
    expect(await lookEx(world, 'other', 1001)).toBe('WSASERVICE_NOT_FOUND');
    expect(await lookEx(world, 'host', 999)).toBe('WSASERVICE_NOT_FOUND');
    expect(await lookEx(world, 'host', NS_ALL, null, 9)).toBe('WSAEINVAL');
    expect(await lookEx(world, 'other')).toBe('WSAHOST_NOT_FOUND');
    expect(await lookEx(world, null)).toBe('WSAHOST_NOT_FOUND');
    expect(await lookEx(world, '192.0.2.7', 1001)).toBe('192.0.2.7');
  });

  test('waits two seconds for those that are slow, once one has answered', async () => {
    const clock = new HandClock();
    const world = await worldOf([{ open: slow({}, never) }, { open: knowing({ host: ['192.0.2.1'] }) }], [], clock);
    const found = lookEx(world, 'host');
    await clock.pass(2_000);
    expect(await found).toBe('192.0.2.1');
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['version 2', new addrinfoex2W({ ai_version: ADDRINFOEX_VERSION_2 }), addrinfoex2W],
    ['version 3', new addrinfoex3({ ai_version: ADDRINFOEX_VERSION_3 }), addrinfoex3],
    ['version 7', new addrinfoex7({ ai_version: ADDRINFOEX_VERSION_7 }), addrinfoex7],
  ])('%s', async (_name, hints, Type) => {
    const world = await worldOf([{ open: knowing({ host: ['192.0.2.1'] }, [], { blob: Uint8Array.of(1, 2) }) }]);
    hints.ai_flags = AI_EXTENDED | AI_CANONNAME | AI_FQDN;
    const result = ref<addrinfoexW | null>(null);
    expect(await world.ws.GetAddrInfoExW('host', null, NS_ALL, null, cast(hints), result, null, null, null, null)).toBe(0);
    const first = result.value as unknown as InstanceType<typeof addrinfoex2W>;
    expect(first).toBeInstanceOf(Type);
    expect([first.ai_version, first.ai_canonname, first.ai_fqdn]).toEqual([hints.ai_version, 'host', 'host']);
    expect([first.ai_provider?.toString(), first.ai_bloblen, first.ai_blob]).toEqual([idOf(0).toString(), 2, Uint8Array.of(1, 2)]);
    world.ws.FreeAddrInfoExW(cast(first));
    expect([first.ai_addr, first.ai_blob, first.ai_provider, first.ai_canonname]).toEqual([null, null, null, null]);
  });

  test.each([
    [{ ai_flags: AI_CANONNAME | AI_FQDN }, 'WSAEINVAL'],
    [{ ai_flags: AI_EXTENDED, ai_version: 99 }, 'WSAEINVAL'],
    [{ ai_flags: AI_EXTENDED }, 'WSAEINVAL'],
    [{ ai_flags: AI_REQUIRE_SECURE }, 'WSA_SECURE_HOST_NOT_FOUND'],
    [{ ai_flags: AI_EXCLUSIVE_CUSTOM_SERVERS }, 'WSAEOPNOTSUPP'],
    [{ ai_flags: AI_EXTENDED, ai_version: ADDRINFOEX_VERSION_3, ai_interfaceindex: 1 }, 'WSAEOPNOTSUPP'],
    [{ ai_family: 99 }, 'WSAEAFNOSUPPORT'],
    [{ ai_addrlen: 1 }, 'WSANO_RECOVERY'],
  ])('%j is %s', async (hints, expected) => {
    const world = await worldOf([{ open: knowing({ host: ['192.0.2.1'] }) }]);
    expect(await lookEx(world, 'host', NS_ALL, cast(Object.assign(new addrinfoex7(), { ai_version: 0 }, hints)))).toBe(expected);
  });

  test('the ANSI form has no time limit and is never overlapped', async () => {
    const world = await worldOf([{ open: knowing({ host: ['192.0.2.1'] }) }]);
    const result = ref<addrinfoexA | null>(null);
    const { GetAddrInfoExA } = world.ws;
    expect(await GetAddrInfoExA('host', null, NS_ALL, null, null, result, null, null, null, null)).toBe(0);
    expect(textsOf(result.value)).toEqual(['192.0.2.1']);
    expect(errorName(await GetAddrInfoExA('host', null, NS_ALL, null, null, result, new timeval(), null, null, null))).toBe('WSAEINVAL');
    expect(errorName(GetAddrInfoExA('host', null, NS_ALL, null, null, result, null, new OVERLAPPED(), null, null))).toBe('WSAEINVAL');
    expect(errorName(await GetAddrInfoExA('host', null, NS_ALL, null, null, result, null, null, null, ref(NULL_HANDLE)))).toBe('WSAEINVAL');
    expect(errorName(await GetAddrInfoExA('host', null, NS_ALL, null, null, null, null, null, null, null))).toBe('WSAEFAULT');
  });

  test('gives up when the time is over', async () => {
    const clock = new HandClock();
    const world = await worldOf([{ open: slow({}, never) }], [], clock);
    const result = ref<addrinfoexW | null>(null);
    const time = Object.assign(new timeval(), { tv_sec: 1, tv_usec: 500_000 });
    const call = world.ws.GetAddrInfoExW('host', null, NS_ALL, null, null, result, time, null, null, null);
    await clock.pass(1_500);
    expect(errorName(await call)).toBe('WSAETIMEDOUT');
    expect([result.value, clock.pending]).toEqual([null, 0]);
    time.tv_sec = -1;
    expect(errorName(await world.ws.GetAddrInfoExW('host', null, NS_ALL, null, null, result, time, null, null, null))).toBe('WSAEINVAL');
  });
});

describe('GetAddrInfoEx overlapped', () => {
  /** A look-up under way, ended by `answer`. */
  async function under(routine: ((...args: unknown[]) => void) | null, clock?: Clock, seconds = 0) {
    let answer = (): void => undefined;
    const until = new Promise<void>((resolve) => { answer = resolve; });
    const world = await worldOf([{ open: slow({ host: ['192.0.2.1'] }, until) }], [], clock);
    const { ws } = world;
    const event = ws.WSACreateEvent();
    const overlapped = new OVERLAPPED(routine === null ? { hEvent: event } : {});
    const [result, handle] = [ref<addrinfoexW | null>(null), ref(NULL_HANDLE)];
    const time = seconds === 0 ? null : Object.assign(new timeval(), { tv_sec: seconds });
    const error = ws.GetAddrInfoExW('host', null, NS_ALL, null, null, result, time, overlapped, routine, handle);
    expect(error).toBe(WSA_IO_PENDING);
    expect(errorName(ws.GetAddrInfoExOverlappedResult(overlapped))).toBe('WSAEINPROGRESS');
    const isSet = async (): Promise<boolean> => (await ws.WSAWaitForMultipleEvents(1, [event], 1, 0, 0)) === 0;
    const status = (): string => errorName(ws.GetAddrInfoExOverlappedResult(overlapped));
    return { world, ws, answer, overlapped, result, handle, isSet, status };
  }

  test('sets the event at the end', async () => {
    const { answer, result, overlapped, isSet, status, handle, ws } = await under(null);
    expect(await isSet()).toBe(false);
    answer();
    await turns();
    expect([await isSet(), status(), overlapped.Pointer === result]).toEqual([true, errorName(0), true]);
    expect(textsOf(result.value)).toEqual(['192.0.2.1']);
    expect(errorName(ws.GetAddrInfoExCancel(handle))).toBe('WSA_INVALID_HANDLE');
  });

  test('calls the routine at the end, without anybody waiting alertably', async () => {
    const calls: unknown[][] = [];
    const { answer, overlapped, result } = await under((...args) => { calls.push(args); });
    answer();
    await turns();
    expect(calls).toEqual([[0, 0, overlapped]]);
    expect(textsOf(result.value)).toEqual(['192.0.2.1']);
  });

  test('is cancelled by its handle', async () => {
    const calls: unknown[][] = [];
    const { answer, ws, handle, result, status } = await under((...args) => { calls.push(args); });
    expect(ws.GetAddrInfoExCancel(handle)).toBe(0);
    expect(status()).toBe('WSA_E_CANCELLED');
    answer();
    await turns();
    expect([calls.length, errorName(calls[0]?.[0] as number), result.value]).toEqual([1, 'WSA_E_CANCELLED', null]);
    expect(errorName(ws.GetAddrInfoExCancel(handle))).toBe('WSA_INVALID_HANDLE');
    expect(errorName(ws.GetAddrInfoExCancel(null))).toBe('WSAEFAULT');
  });

  test('ends when its time is over', async () => {
    const clock = new HandClock();
    const { isSet, status, result } = await under(null, clock, 3);
    await clock.pass(3_000);
    expect([await isSet(), status(), result.value]).toEqual([true, 'WSAETIMEDOUT', null]);
    expect(clock.pending).toBe(0);
  });

  test('the last WSACleanup ends it', async () => {
    const calls: unknown[][] = [];
    const { ws, world, answer } = await under((...args) => { calls.push(args); });
    await ws.WSACleanup();
    answer();
    await turns();
    expect(calls.map(([error]) => errorName(error as number))).toEqual(['WSA_E_CANCELLED']);
    expect(await ws.WSAStartup(0x0202, null)).not.toBe(0);
    expect(world.host.handles.size).toBe(1);
  });

  test('what needs no asking is answered at once', async () => {
    const world = await worldOf([]);
    const [result, overlapped] = [ref<addrinfoexW | null>(null), new OVERLAPPED()];
    const routine = (): void => { throw new Error('nobody waits for this'); };
    expect(world.ws.GetAddrInfoExW('127.0.0.1', '80', NS_ALL, null, null, result, null, overlapped, routine, null)).toBe(0);
    expect(textsOf(result.value)).toEqual(['127.0.0.1:80']);
    expect(world.ws.GetAddrInfoExOverlappedResult(overlapped)).toBe(0);
    await turns();
  });

  test('refuses what cannot be told', async () => {
    const { ws, overlapped, answer } = await under(null);
    const result = ref<addrinfoexW | null>(null);
    const call = (to: OVERLAPPED, routine: (() => void) | null): string =>
      errorName(ws.GetAddrInfoExW('host', null, NS_ALL, null, null, result, null, to, routine, null));
    const routine = (): void => undefined;
    expect(call(overlapped, null)).toBe('WSAEINVAL');
    expect(call(new OVERLAPPED(), null)).toBe('WSAEINVAL');
    expect(call(new OVERLAPPED({ hEvent: overlapped.hEvent }), routine)).toBe('WSAEINVAL');
    expect(errorName(await ws.GetAddrInfoExW('host', null, NS_ALL, null, null, result, null, null, routine, null))).toBe('WSAEINVAL');
    expect(errorName(ws.GetAddrInfoExOverlappedResult(null))).toBe('WSAEINVAL');
    answer();
    await turns();
  });
});

describe('SetAddrInfoEx', () => {
  const set = async (world: World, name: string | null, addresses: readonly string[], id = -1, blob: BLOB | null = null): Promise<string> =>
    errorName(
      await world.ws.SetAddrInfoExW(name, null, addresses.map(end), addresses.length, blob, 0, NS_ALL, id < 0 ? null : idOf(id), null, null, null, null),
    );

  test('what is registered is found until it is deregistered', async () => {
    const world = await worldOf([{ open: memoryNameSpace }, { open: knowing({}) }]);
    expect(await set(world, 'Host.Example', ['192.0.2.1', '2001:db8::1'])).toBe(errorName(0));
    expect(await look(world, 'host.example')).toBe('2001:db8::1 192.0.2.1');
    expect(await look(world, 'host.example', { ai_family: AF_INET6 })).toBe('2001:db8::1');
    expect(await lookEx(world, 'HOST.example', 1000)).toBe('2001:db8::1 192.0.2.1');
    expect((await world.ws.gethostbyname('host.example'))?.h_addr_list).toEqual([Uint8Array.of(192, 0, 2, 1)]);
    expect(await set(world, 'host.example', ['192.0.2.2'])).toBe(errorName(0));
    expect(await look(world, 'host.example')).toBe('192.0.2.2');
    expect(await set(world, 'host.example', [])).toBe(errorName(0));
    expect(await look(world, 'host.example')).toBe('WSAHOST_NOT_FOUND');
  });

  test('a name of other letters is found again', async () => {
    const world = await worldOf([{ open: memoryNameSpace }]);
    expect(await set(world, 'b\u00fccher', ['192.0.2.1'])).toBe(errorName(0));
    expect(await look(world, 'b\u00fccher')).toBe('192.0.2.1');
  });

  test('what is refused', async () => {
    const world = await worldOf([{ open: memoryNameSpace }, { open: knowing({}) }]);
    const { SetAddrInfoExW } = world.ws;
    expect(await set(world, null, ['192.0.2.1'])).toBe('WSAEINVAL');
    expect(await set(world, 'host', [], 0)).toBe('WSASERVICE_NOT_FOUND');
    expect(await set(world, 'host', ['192.0.2.1'], 1)).toBe('WSAEOPNOTSUPP');
    expect(await set(world, 'host', ['192.0.2.1'], 9)).toBe('WSAEINVAL');
    expect(errorName(await SetAddrInfoExW('host', null, null, 1, null, 0, NS_ALL, null, null, null, null, null))).toBe('WSAEINVAL');
    expect(errorName(await SetAddrInfoExW('host', null, [new SOCKET_ADDRESS()], 1, null, 0, NS_ALL, null, null, null, null, null))).toBe('WSAEINVAL');
    expect(errorName(await SetAddrInfoExW('host', null, [], 0, null, 0, NS_ALL, null, new timeval(), null, null, null))).toBe('WSAEINVAL');
    expect(errorName(SetAddrInfoExW('host', null, [], 0, null, 0, NS_ALL, null, null, new OVERLAPPED(), null, null))).toBe('WSAEINVAL');
  });
});
