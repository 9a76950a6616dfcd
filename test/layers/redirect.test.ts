// The redirect layer and a SOCKS5 proxy on the simulated network: what the proxy is asked, what the socket sees of it, and what
// each of its answers becomes.
import { afterEach, describe, expect, it } from 'vitest';
import { LayeredWorld, api, endpoint, listenOn, must, start } from './world.js';

const PROXY_PORT = 1080;
const TARGET = '198.18.0.7';
const TARGET_PORT = 80;

let world: LayeredWorld;
afterEach(() => world.end());

type Bytes = readonly number[];

async function exactly(s: api.SOCKET, count: number): Promise<Bytes> {
  const buffer = new Uint8Array(count);
  expect(await api.recv(s, buffer, count, api.MSG_WAITALL)).toBe(count);
  return [...buffer];
}

const say = (s: api.SOCKET, bytes: Bytes): Promise<number> => Promise.resolve(api.send(s, Uint8Array.from(bytes), bytes.length, 0));
const text = (words: string): Bytes => [...new TextEncoder().encode(words)];
const GRANTED: Bytes = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

/** A proxy for one connection, which answers as `script` says and writes down what it was told. */
function proxy(query: string, script: (s: api.SOCKET, heard: Bytes[]) => Promise<void>): Bytes[] {
  const heard: Bytes[] = [];
  world = new LayeredWorld([`winsock2/layers/redirect?proxy=10.0.0.2:${String(PROXY_PORT)}${query}`]);
  expect(world.address('server')).toBe('10.0.0.2');
  world.server
    .run(async () => {
      await start();
      await script(await api.accept(listenOn(PROXY_PORT), null, null), heard);
    })
    .catch(() => undefined);
  return heard;
}

/** Takes greeting and request, grants it, and echoes one message. */
async function grant(s: api.SOCKET, heard: Bytes[], request = 10): Promise<void> {
  heard.push(await exactly(s, 3));
  await say(s, [5, 0]);
  heard.push(await exactly(s, request));
  await world.sleep(50);
  await say(s, [...GRANTED, ...text('hello')]);
  await say(s, await exactly(s, 4));
}

const target = endpoint(TARGET, TARGET_PORT);
const fresh = (): api.SOCKET => api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);

async function talk(s: api.SOCKET): Promise<void> {
  const peer = new api.sockaddr_in();
  must('getpeername', api.getpeername(s, peer, api.ref(api.sockaddr_in.size)));
  expect(peer.bytes).toEqual(target.bytes);
  expect(await exactly(s, 5)).toEqual(text('hello'));
  await say(s, text('ping'));
  expect(await exactly(s, 4)).toEqual(text('ping'));
}

const REQUEST: Bytes = [5, 1, 0, 1, 198, 18, 0, 7, 0, 80];

describe('a connection through the proxy', () => {
  it('is made by a blocking connect', async () => {
    const heard = proxy('', grant);
    await world.client.run(async () => {
      await start();
      const s = fresh();
      must('connect', await api.connect(s, target, api.sockaddr_in.size));
      await talk(s);
    });
    expect(heard).toEqual([[5, 1, 0], REQUEST]);
  });

  it('is made by a non-blocking connect; select tells of it when the proxy has granted it', async () => {
    proxy('', grant);
    await world.client.run(async () => {
      await start();
      const s = fresh();
      must('ioctlsocket', api.ioctlsocket(s, api.FIONBIO, api.ref(1)));
      const began = world.network.clock.now();
      expect(await api.connect(s, target, api.sockaddr_in.size)).toBe(api.SOCKET_ERROR);
      expect(api.WSAGetLastError()).toBe(api.WSAEWOULDBLOCK);
      const writable = new api.fd_set();
      api.FD_SET(s, writable);
      expect(await api.select(0, null, writable, null, null)).toBe(1);
      expect(world.network.clock.now() - began).toBeGreaterThanOrEqual(50);
      must('ioctlsocket', api.ioctlsocket(s, api.FIONBIO, api.ref(0)));
      await talk(s);
    });
  });

  it('tells FD_CONNECT', async () => {
    proxy('', grant);
    await world.client.run(async () => {
      await start();
      const s = fresh();
      const event = api.WSACreateEvent();
      must('WSAEventSelect', api.WSAEventSelect(s, event, api.FD_CONNECT));
      await api.connect(s, target, api.sockaddr_in.size);
      await api.WSAWaitForMultipleEvents(1, [event], 1, api.WSA_INFINITE, 0);
      const events = new api.WSANETWORKEVENTS();
      must('WSAEnumNetworkEvents', api.WSAEnumNetworkEvents(s, event, events));
      expect([events.lNetworkEvents, events.iErrorCode[api.FD_CONNECT_BIT]]).toEqual([api.FD_CONNECT, 0]);
    });
  });

  it('is made by ConnectEx, which sends its data behind the request', async () => {
    const heard = proxy('', grant);
    await world.client.run(async () => {
      await start();
      const s = fresh();
      must('bind', api.bind(s, endpoint('0.0.0.0', 0), api.sockaddr_in.size));
      const overlapped = new api.OVERLAPPED({ hEvent: api.WSACreateEvent() });
      const data = Uint8Array.from(text('ping'));
      api.ConnectEx(s, target, api.sockaddr_in.size, data, data.length, null, overlapped);
      await api.WSAWaitForMultipleEvents(1, [overlapped.hEvent], 1, api.WSA_INFINITE, 0);
      expect([overlapped.Internal, overlapped.InternalHigh]).toEqual([0, 4]);
      expect(await exactly(s, 9)).toEqual(text('helloping'));
    });
    expect(heard[1]).toEqual(REQUEST);
  });

  it('is asked for by name where there is one', async () => {
    const name = 'www.example.com';
    const heard = proxy(`&name=${TARGET}%3D${name}`, (s, told) => grant(s, told, 7 + name.length));
    await world.client.run(async () => {
      await start();
      const s = fresh();
      must('connect', await api.connect(s, target, api.sockaddr_in.size));
      await talk(s);
    });
    expect(heard[1]).toEqual([5, 1, 0, 3, name.length, ...text(name), 0, 80]);
  });

  it('says who asks, to a proxy that wants to know', async () => {
    const heard = proxy('&user=me&password=secret', async (s, told) => {
      told.push(await exactly(s, 4));
      await say(s, [5, 2]);
      told.push(await exactly(s, 11));
      await say(s, [1, 0]);
      told.push(await exactly(s, 10));
      // Byte by byte, as a network may bring it.
      for (const byte of GRANTED) {
        await say(s, [byte]);
        await world.sleep(1);
      }
    });
    await world.client.run(async () => {
      await start();
      must('connect', await api.connect(fresh(), target, api.sockaddr_in.size));
    });
    expect(heard).toEqual([[5, 2, 0, 2], [1, 2, ...text('me'), 6, ...text('secret')], REQUEST]);
  });

  it('is not used for addresses that are direct', async () => {
    world = new LayeredWorld(['winsock2/layers/redirect?proxy=203.0.113.1:1080&direct=10.0.0.0/8']);
    await world.server.run(async () => {
      await start();
      listenOn(TARGET_PORT);
    });
    await world.client.run(async () => {
      await start();
      must('connect', await api.connect(fresh(), endpoint(world.address('server'), TARGET_PORT), api.sockaddr_in.size));
    });
  });
});

/** What connect fails with, and the reason in the trace. */
async function failure(): Promise<readonly [error: number, notes: string]> {
  world.listen();
  return world.client.run(async () => {
    await start();
    expect(await api.connect(fresh(), target, api.sockaddr_in.size)).toBe(api.SOCKET_ERROR);
    const error = api.WSAGetLastError();
    return [error, world.notes.filter(({ layer }) => layer === 'winsock2/layers/redirect').map(({ name }) => name).join()] as const;
  });
}

describe('a proxy that', () => {
  it.each([
    [1, api.WSAECONNREFUSED, 'general SOCKS server failure'],
    [2, api.WSAEACCES, 'connection not allowed by ruleset'],
    [3, api.WSAENETUNREACH, 'network unreachable'],
    [4, api.WSAEHOSTUNREACH, 'host unreachable'],
    [5, api.WSAECONNREFUSED, 'connection refused'],
    [6, api.WSAETIMEDOUT, 'TTL expired'],
    [8, api.WSAENETUNREACH, 'address type not supported'],
    [99, api.WSAECONNREFUSED, '99'],
  ])('replies %i fails the connect', async (reply, error, reason) => {
    proxy('', async (s) => {
      await exactly(s, 3);
      await say(s, [5, 0]);
      await exactly(s, 10);
      await say(s, [5, reply, 0, 1, 0, 0, 0, 0, 0, 0]);
    });
    expect(await failure()).toEqual([error, `the proxy says: ${reason}`]);
  });

  it.each([
    ['takes nobody without a password', [5, 2], api.WSAEACCES, 'the proxy wants to know who asks'],
    ['takes no method', [5, 0xff], api.WSAEACCES, 'the proxy wants to know who asks'],
    ['speaks something else', [0x48, 0x54], api.WSAECONNREFUSED, 'the proxy does not speak SOCKS5'],
    ['hangs up', [], api.WSAECONNREFUSED, 'the proxy hangs up'],
  ] as const)('%s fails the connect', async (_what, answer, error, reason) => {
    proxy('', async (s) => {
      await exactly(s, 3);
      if (answer.length > 0) await say(s, answer);
      else await api.closesocket(s);
    });
    expect(await failure()).toEqual([error, reason]);
  });

  it('is not there fails the connect with the reason', async () => {
    world = new LayeredWorld(['winsock2/layers/redirect?proxy=10.0.0.2:1080']);
    expect(await failure()).toEqual([api.WSAECONNREFUSED, 'the proxy cannot be reached: ECONNREFUSED']);
  });

  it('never answers fails the connect in time, and the socket connects again', async () => {
    proxy('&timeout=3&direct=10.0.0.2', async (s) => {
      await exactly(s, 3);
    });
    const began = world.network.clock.now();
    world.listen();
    await world.client.run(async () => {
      await start();
      const s = fresh();
      expect(await api.connect(s, target, api.sockaddr_in.size)).toBe(api.SOCKET_ERROR);
      expect(api.WSAGetLastError()).toBe(api.WSAETIMEDOUT);
      expect(world.network.clock.now() - began).toBeGreaterThanOrEqual(3000);
      must('connect', await api.connect(s, endpoint('10.0.0.2', PROXY_PORT), api.sockaddr_in.size));
    });
  });
});

describe('the settings', () => {
  it('others=refuse refuses what a SOCKS5 connect cannot carry', async () => {
    world = new LayeredWorld(['winsock2/layers/redirect?proxy=10.0.0.2:1080&others=refuse']);
    await world.client.run(async () => {
      await start();
      expect(api.socket(api.AF_INET, api.SOCK_DGRAM, 0)).toBe(api.INVALID_SOCKET);
      expect(api.WSAGetLastError()).toBe(api.WSAESOCKTNOSUPPORT);
      const s = fresh();
      must('bind', api.bind(s, endpoint('0.0.0.0', 0), api.sockaddr_in.size));
      expect(api.listen(s, 1)).toBe(api.SOCKET_ERROR);
      expect(api.WSAGetLastError()).toBe(api.WSAEOPNOTSUPP);
    });
  });

  it.each([
    ['', "the setting 'proxy' is '' and no address with a port"],
    ['?proxy=example.com:80', "the setting 'proxy' is 'example.com:80' and no address with a port"],
    ['?proxy=10.0.0.2:1080&user=me', "the settings 'user' and 'password' come together"],
    ['?proxy=10.0.0.2:1080&name=x', "the setting 'name' is 'x' and no address with a name"],
    ['?proxy=10.0.0.2:1080&others=maybe', "the setting 'others' is 'maybe' and not one of pass, refuse"],
    ['?proxy=10.0.0.2:1080&port=1', "there is no setting 'port'"],
  ])('%s fails the start with a reason', async (query, reason) => {
    world = new LayeredWorld([`winsock2/layers/redirect${query}`]);
    world.listen();
    await world.client.run(async () => {
      await start();
      expect(fresh()).toBe(api.INVALID_SOCKET);
      expect(api.WSAGetLastError()).toBe(api.WSAEPROVIDERFAILEDINIT);
    });
    expect(world.notes.flatMap(({ args }) => args).some((arg) => String(arg).includes(reason))).toBe(true);
  });
});
