// Winsock's tracing events, row by row: which call makes each, and what its fields say.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { LATENCY, api, connected, dial, endpoint, eventsOf, listenOn, onNetwork, type Net } from './world.js';

type Row = readonly [
  event: api.EventName,
  what: string,
  cause: (net: Net) => Promise<unknown>,
  id: number,
  data: (net: Net) => Readonly<Record<string, unknown>>,
];

const udp = (): api.SOCKET => api.socket(api.AF_INET, api.SOCK_DGRAM, api.IPPROTO_UDP);
const tcp = (): api.SOCKET => api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
const hundred = new Uint8Array(100);
const { eventStatus } = await import('../../src/win32/index.js');

function boundUdp(port: number): api.SOCKET {
  const s = udp();
  api.bind(s, endpoint('0.0.0.0', port), api.sockaddr_in.size);
  return s;
}

/** A message of `bytes` to `name`. */
function message(bytes: Uint8Array, name: api.sockaddr_in | null): api.WSAMSG {
  const namelen = name === null ? 0 : api.sockaddr_in.size;
  return new api.WSAMSG({ name, namelen, lpBuffers: [new api.WSABUF(bytes.length, bytes)], dwBufferCount: 1 });
}

/** `a` sends 100 bytes to port 7 of `b`, which takes them with `receive`. */
async function datagram({ a, b }: Net, receive: (s: api.SOCKET) => Promise<unknown>): Promise<void> {
  const s = b.run(() => boundUdp(7));
  await a.run(() => api.sendto(boundUdp(5000), hundred, 100, 0, endpoint(b.address, 7), api.sockaddr_in.size));
  await b.run(() => receive(s));
}

const recvfrom = (s: api.SOCKET): Promise<number> =>
  api.recvfrom(s, new Uint8Array(200), 200, 0, new api.sockaddr_in(), api.ref(api.sockaddr_in.size));

async function exchange(net: Net): Promise<void> {
  const { client, server } = await connected(net);
  await net.a.run(() => api.send(client, hundred, 100, 0));
  await net.b.run(() => api.recv(server, new Uint8Array(200), 200, 0));
}

/** `b` closes with something unread, which `a` is told of by a reset. */
async function closedUnread(net: Net): Promise<void> {
  const { client, server } = await connected(net);
  await net.a.run(() => api.send(client, hundred, 100, 0));
  await net.world.sleep(100);
  await net.b.run(() => api.closesocket(server));
}

async function refusedConnect({ a, b }: Net): Promise<void> {
  await a.run(() => dial(b.address, 81));
}

async function selecting({ b }: Net): Promise<void> {
  await b.run(async () => {
    const set = new api.fd_set();
    api.FD_SET(boundUdp(7), set);
    const timeout = new api.timeval();
    timeout.tv_usec = 20_000;
    await api.select(0, set, null, null, timeout);
  });
}

const sendMsg = (s: api.SOCKET, bytes: Uint8Array, name: api.sockaddr_in | null): Promise<number> | number =>
  api.WSASendMsg(s, message(bytes, name), 0, api.ref(0), null, null);

const none = {};

const rows: readonly Row[] = [
  [
    'AFD_EVENT_CREATE',
    'socket begins',
    ({ a }) => Promise.resolve(a.run(udp)),
    1,
    () => ({ EnterExit: 0, AddressFamily: 2, SocketType: 2, Protocol: 17, UserModePid: 4, Status: 0 }),
  ],
  ['AFD_EVENT_CREATE', 'socket ends', ({ a }) => Promise.resolve(a.run(tcp)), 1, () => ({ EnterExit: 1, SocketType: 1, Status: 0 })],
  ['AFD_EVENT_CREATE', 'accept', connected, 1, () => ({ EnterExit: 2, SocketType: 1, Protocol: 6 })],
  ['AFD_EVENT_BIND', 'bind', ({ b }) => Promise.resolve(b.run(() => boundUdp(7))), 2, () => ({ Address: '0.0.0.0', Port: 7, Status: 0 })],
  ['AFD_EVENT_BIND', 'connect', connected, 2, ({ a }) => ({ Address: a.address, Status: 0 })],
  [
    'AFD_EVENT_BIND_FAILED',
    'bind to what is taken',
    ({ b }) => Promise.resolve(b.run(() => [listenOn(80), boundUdp(7), boundUdp(7)])),
    40,
    () => ({ Error: eventStatus(api.WSAEADDRINUSE) }),
  ],
  ['AFD_EVENT_CONNECT', 'connect', connected, 4, ({ b }) => ({ Address: b.address, Port: 80 })],
  ['AFD_EVENT_CONNECT_COMPLETED', 'connect', connected, 6, () => ({ Error: 0 })],
  ['AFD_EVENT_CONNECT_COMPLETED', 'connect that is refused', refusedConnect, 6, () => ({ Error: eventStatus(api.WSAECONNREFUSED) })],
  ['AFD_EVENT_ABORT', 'closesocket with unread data', closedUnread, 7, () => ({ Reason: 'closed with unread data' })],
  ['AFD_EVENT_TRANSPORT_ABORT', 'a reset from the peer', closedUnread, 8, () => ({ Reason: eventStatus(api.WSAECONNRESET) })],
  ['AFD_EVENT_SEND_FAILED', 'send', ({ a }) => a.run(() => api.send(tcp(), hundred, 1, 0)), 9, () => ({ Error: eventStatus(api.WSAENOTCONN) })],
  [
    'AFD_EVENT_SENDMSG_FAILED',
    'WSASendMsg',
    async ({ a }) => a.run(() => sendMsg(boundUdp(7), hundred, null)),
    10,
    () => ({ Error: eventStatus(api.WSAENOTCONN) }),
  ],
  ['AFD_EVENT_RECV_FAILED', 'recv', ({ a }) => a.run(() => api.recv(tcp(), hundred, 1, 0)), 11, () => ({ Error: eventStatus(api.WSAENOTCONN) })],
  ['AFD_EVENT_RECVFROM_FAILED', 'recvfrom', ({ a }) => a.run(() => recvfrom(udp())), 12, () => ({ Error: eventStatus(api.WSAEINVAL) })],
  ['AFD_EVENT_CLOSE', 'closesocket begins', ({ a }) => a.run(() => api.closesocket(udp())), 13, () => ({ EnterExit: 0, Error: 0 })],
  ['AFD_EVENT_CLOSE', 'closesocket ends', ({ a }) => a.run(() => api.closesocket(udp())), 13, () => ({ EnterExit: 1, Error: 0 })],
  [
    'AFD_EVENT_CLEANUP',
    'shutdown',
    async (net) => {
      const { client } = await connected(net);
      net.a.run(() => api.shutdown(client, api.SD_SEND));
    },
    14,
    () => ({ Error: 0 }),
  ],
  ['AFD_EVENT_ACCEPT', 'accept', connected, 15, ({ a }) => ({ Address: a.address, Status: 0 })],
  [
    'AFD_EVENT_ACCEPT_FAILED',
    'accept',
    ({ b }) => b.run(() => api.accept(tcp(), null, null)),
    17,
    () => ({ Error: eventStatus(api.WSAEINVAL) }),
  ],
  ['AFD_EVENT_SEND_POSTED', 'send', exchange, 18, () => ({ FastPath: false, BufferCount: 1, BufferLength: 100 })],
  ['AFD_EVENT_RECV_POSTED', 'recv', exchange, 19, () => ({ FastPath: false, BufferCount: 1, BufferLength: 200 })],
  ['AFD_EVENT_RECVFROM_POSTED', 'recvfrom', (net) => datagram(net, recvfrom), 20, () => ({ BufferCount: 1, BufferLength: 200 })],
  [
    'AFD_EVENT_SENDTO_POSTED',
    'sendto',
    (net) => datagram(net, recvfrom),
    21,
    ({ b }) => ({ BufferCount: 1, BufferLength: 100, Address: b.address, Port: 7 }),
  ],
  ['AFD_EVENT_RECV_COMPLETED', 'recv', exchange, 23, () => ({ BufferLength: 100 })],
  ['AFD_EVENT_SEND_COMPLETED', 'send', exchange, 24, () => ({ BufferLength: 100 })],
  [
    'AFD_EVENT_SENDMSG_COMPLETED',
    'WSASendMsg',
    async ({ a, b }) => a.run(() => sendMsg(udp(), hundred, endpoint(b.address, 7))),
    25,
    ({ b }) => ({ BufferCount: 1, BufferLength: 100, Address: b.address, Port: 7 }),
  ],
  [
    'AFD_EVENT_RECVFROM_COMPLETED',
    'recvfrom',
    (net) => datagram(net, recvfrom),
    26,
    ({ a }) => ({ BufferCount: 1, BufferLength: 100, Address: a.address, Port: 5000 }),
  ],
  ['AFD_EVENT_SENDTO_COMPLETED', 'sendto', (net) => datagram(net, recvfrom), 28, ({ b }) => ({ BufferLength: 100, Address: b.address, Port: 7 })],
  [
    'AFD_EVENT_OPTION_SET',
    'setsockopt',
    ({ a }) => Promise.resolve(a.run(() => api.setsockopt(udp(), api.SOL_SOCKET, api.SO_RCVBUF, new Uint8Array([0, 4, 0, 0]), 4))),
    29,
    () => ({ Option: 'SO_RCVBUF', Value: 1024 }),
  ],
  [
    'AFD_EVENT_OPTION_SET',
    'ioctlsocket',
    ({ a }) => Promise.resolve(a.run(() => api.ioctlsocket(udp(), api.FIONBIO, api.ref(1)))),
    29,
    () => ({ Option: 'FIONBIO', Value: 1 }),
  ],
  ['AFD_EVENT_POLL_POSTED', 'select', selecting, 30, () => ({ HandleCount: 1, Timeout: 20 })],
  ['AFD_EVENT_POLL_COMPLETED', 'select that finds nothing', selecting, 31, () => ({ Endpoint: 0, Error: 0 })],
  [
    'AFD_EVENT_EVENT_SELECT',
    'WSAEventSelect',
    ({ a }) => Promise.resolve(a.run(() => api.WSAEventSelect(udp(), api.WSACreateEvent(), api.FD_READ | api.FD_WRITE))),
    32,
    () => ({ EventMask: api.FD_READ | api.FD_WRITE }),
  ],
  [
    'AFD_EVENT_DATAGRAM_DROPPED',
    'a datagram and no room for it',
    async (net) => {
      net.b.run(() => api.setsockopt(boundUdp(7), api.SOL_SOCKET, api.SO_RCVBUF, new Uint8Array([150, 0, 0, 0]), 4));
      await net.a.run(async () => {
        const s = boundUdp(5000);
        for (let i = 0; i < 2; i += 1) await api.sendto(s, hundred, 100, 0, endpoint(net.b.address, 7), api.sockaddr_in.size);
      });
    },
    33,
    ({ a }) => ({ PacketSize: 100, Address: a.address, Port: 5000, Reason: eventStatus(api.WSAENOBUFS) }),
  ],
  ['AFD_EVENT_CONNECTION_INDICATED', 'a connection', connected, 35, ({ a }) => ({ Address: a.address })],
  ['AFD_EVENT_DATA_INDICATED', 'bytes', exchange, 37, () => ({ BytesIndicated: 100 })],
  [
    'AFD_EVENT_TRANSPORT_DATA_INDICATED',
    'a datagram',
    (net) => datagram(net, recvfrom),
    38,
    ({ a }) => ({ Address: a.address, Port: 5000, BytesIndicated: 100 }),
  ],
  [
    'AFD_EVENT_DISCONNECT_INDICATED',
    'the end of the stream',
    async (net) => {
      const { client } = await connected(net);
      await net.a.run(() => api.closesocket(client));
    },
    41,
    () => none,
  ],
];

describe('each event', () => {
  it.each(rows)('%s: %s', async (name, _what, cause, id, data) => {
    let expected: Readonly<Record<string, unknown>> = {};
    const heard = await eventsOf(async (net) => {
      expected = data(net);
      await cause(net);
    });
    const { level, fields } = api.winsockEvents[name];
    const ofName = heard.filter((event) => event.name === name);
    for (const event of ofName) expect(Object.keys(event.data)).toEqual(fields);
    expect(ofName.map((event) => event.data)).toContainEqual(expect.objectContaining(expected));
    expect(ofName[0]).toMatchObject({ provider: 'Microsoft-Windows-Winsock-AFD', id, level, process: { id: 4 } });
  });

  it('is in this table', () => {
    const known = Object.entries(api.winsockEvents).filter(([, { provider }]) => provider === 'afd');
    expect([...new Set(rows.map(([name]) => name))].sort()).toEqual(known.map(([name]) => name).sort());
  });
});

describe('a failure', () => {
  it('is an HRESULT of the Winsock error', () => {
    expect([eventStatus(0), eventStatus(api.WSAECONNREFUSED)]).toEqual([0, 0x8007274d]);
    expect(api.errorOfStatus(0x8007274d)).toBe(api.WSAECONNREFUSED);
  });

  it('of an overlapped call is told once', async () => {
    const heard = await eventsOf(async ({ a }) => {
      await Promise.resolve(a.run(() => api.WSASend(tcp(), [new api.WSABUF(1, hundred)], 1, null, 0, new api.OVERLAPPED(), null)));
    });
    expect(heard.filter(({ name }) => name === 'AFD_EVENT_SEND_FAILED')).toHaveLength(1);
  });
});

describe('sockets used by AcceptEx and ConnectEx', () => {
  it('are created for their connection, and tell of it', async () => {
    const heard = await eventsOf(async ({ a, b, world }) => {
      const accepting = new api.OVERLAPPED();
      b.run(() => api.AcceptEx(listenOn(80), tcp(), new Uint8Array(64), 0, 32, 32, api.ref(0), accepting));
      a.run(() => {
        const s = tcp();
        api.bind(s, endpoint('0.0.0.0', 0), api.sockaddr_in.size);
        api.ConnectEx(s, endpoint(b.address, 80), api.sockaddr_in.size, null, 0, null, new api.OVERLAPPED());
      });
      await world.sleep(100);
      expect(accepting.Internal).toBe(0);
    });
    const created = heard.filter(({ name, data }) => name === 'AFD_EVENT_CREATE' && data['EnterExit'] === 2);
    expect(created.map(({ process }) => process.name).sort()).toEqual(['a', 'b']);
    const names = heard.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['AFD_EVENT_CONNECT', 'AFD_EVENT_CONNECT_COMPLETED', 'AFD_EVENT_ACCEPT']));
  });
});

const hard = new Uint8Array([1, 0, 0, 0]);

const aborts: readonly (readonly [reason: string, cause: (net: Net) => Promise<unknown>])[] = [
  [
    'closed with a linger time of zero',
    async (net) => {
      const { client } = await connected(net);
      await net.a.run(() => {
        api.setsockopt(client, api.SOL_SOCKET, api.SO_LINGER, hard, 4);
        return api.closesocket(client);
      });
    },
  ],
  [
    'receiving was shut down',
    async (net) => {
      const { client, server } = await connected(net);
      net.b.run(() => api.shutdown(server, api.SD_RECEIVE));
      await net.a.run(() => api.send(client, hundred, 100, 0));
    },
  ],
  [
    'listener takes no more',
    async ({ a, b, world }) => {
      b.run(() => api.setsockopt(listenOn(80), api.SOL_SOCKET, api.SO_PAUSE_ACCEPT, hard, 4));
      await a.run(() => dial(b.address, 80));
      await world.sleep(100);
    },
  ],
  [
    'accept refused it',
    async ({ a, b }) => {
      const refused = b.run(() => api.WSAAccept(listenOn(80), null, null, () => api.CF_REJECT, 0));
      await Promise.all([refused, a.run(() => dial(b.address, 80))]);
    },
  ],
];

describe('an abort', () => {
  it.each(aborts)('says why: %s', async (reason, cause) => {
    const heard = await eventsOf(cause);
    expect(heard.filter(({ name }) => name === 'AFD_EVENT_ABORT').map(({ data }) => data['Reason'])).toEqual([reason]);
  });
});

describe('over IPv6', () => {
  it('has the ids that are its own', async () => {
    const heard = await eventsOf(async ({ a }) => {
      await a.run(async () => {
        const name = new api.sockaddr_in6();
        name.sin6_family = api.AF_INET6;
        name.sin6_port = api.htons(80);
        name.sin6_addr.bytes[15] = 1;
        const size = api.sockaddr_in6.size;
        const [listener, s] = [api.socket(api.AF_INET6, api.SOCK_STREAM, 0), api.socket(api.AF_INET6, api.SOCK_STREAM, 0)];
        api.bind(listener, name, size);
        api.listen(listener, 1);
        await Promise.all([api.accept(listener, null, null), api.connect(s, name, size)]);
        const [from, to] = [api.socket(api.AF_INET6, api.SOCK_DGRAM, 0), api.socket(api.AF_INET6, api.SOCK_DGRAM, 0)];
        api.bind(to, name, size);
        api.setsockopt(to, api.SOL_SOCKET, api.SO_RCVBUF, new Uint8Array(4), 4);
        for (let i = 0; i < 3; i += 1) await api.sendto(from, hundred, 1, 0, name, size);
        await api.recvfrom(to, new Uint8Array(1), 1, 0, new api.sockaddr_in6(), api.ref(size));
      });
    });
    const ids = new Set(heard.map(({ id }) => id));
    for (const { idIpv6, id } of Object.values<api.EventKind>(api.winsockEvents)) {
      if (idIpv6 !== null) expect([ids.has(idIpv6), ids.has(id)], String(idIpv6)).toEqual([true, false]);
    }
  });
});

describe('an endpoint', () => {
  it('has one number from its creation to its close, and no other socket has it', async () => {
    const heard = await eventsOf(async ({ a }) => {
      await a.run(async () => {
        for (let i = 0; i < 2; i += 1) await api.closesocket(boundUdp(7));
      });
    });
    const numbers = heard.map(({ name, data }) => `${name.slice(10)} ${String(data['Endpoint'])}`);
    const life = (number: number): string[] => ['CREATE', 'CREATE', 'BIND', 'CLOSE', 'CLOSE'].map((what) => `${what} ${number}`);
    expect(numbers).toEqual([...life(1), ...life(2)]);
  });

  it('whose buffer is used twice at a time shows it', async () => {
    const heard = await eventsOf(async (net) => {
      const { client } = await connected(net);
      const memory = new Uint8Array(64);
      await net.a.run(() => Promise.all([api.send(client, memory.subarray(0, 40), 40, 0), api.send(client, memory.subarray(32), 32, 0)]));
    });
    const [first, second] = heard.filter(({ name }) => name === 'AFD_EVENT_SEND_POSTED').map(({ data }) => data['Buffer']);
    expect(Number(second) - Number(first)).toBe(32);
  });
});

describe('levels', () => {
  it('information has no transfers, verbose has everything that information has', async () => {
    const information = await eventsOf(exchange, api.TRACE_LEVEL_INFORMATION);
    const verbose = await eventsOf(exchange);
    expect(information.length).toBeGreaterThan(5);
    expect(information.filter(({ level }) => level !== 4)).toEqual([]);
    const facts = ({ name, time, data }: api.WinsockEvent): unknown => ({ name, time, data: { ...data, Buffer: 0 } });
    expect(verbose.filter(({ level }) => level === 4).map(facts)).toEqual(information.map(facts));
  });

  it('go to listeners of both at the same time, to each its own', async () => {
    const heard: api.WinsockEvent[] = [];
    const stop = api.listenToEvents((event) => heard.push(event));
    const verbose = await eventsOf(exchange);
    stop();
    expect(heard).toEqual(verbose.filter(({ level }) => level === 4));
  });

  it('have a channel each', () => {
    expect(api.eventChannel('afd', 4)).toBe('winsock2:Microsoft-Windows-Winsock-AFD:information');
    expect(api.eventChannel('ws2help', 5)).toBe('winsock2:Microsoft-Windows-Winsock-WS2HELP:verbose');
  });
});

it('virtual time: what comes over the network is told when it comes', async () => {
  const heard = await eventsOf(exchange);
  const at = (name: api.EventName, process: string): number =>
    heard.find((event) => event.name === name && event.process.name === process)?.time ?? NaN;
  const begin = at('AFD_EVENT_CONNECT', 'a');
  expect(at('AFD_EVENT_CONNECT_COMPLETED', 'a') - begin).toBe(2 * LATENCY);
  expect(at('AFD_EVENT_DATA_INDICATED', 'b') - at('AFD_EVENT_SEND_POSTED', 'a')).toBe(LATENCY);
});

describe('nobody listening', () => {
  it('nothing is made, and afd hands out the bare operations', async () => {
    await onNetwork(async (net) => {
      const { AFD_DEVICE, Afd } = await import('../../src/afd/index.js');
      const afd = net.a.process.openDevice(AFD_DEVICE);
      if (!(afd instanceof Afd)) throw new Error('no device');
      const bare = afd.ops;
      const heard: unknown[] = [];
      const hear = (event: unknown): void => {
        heard.push(event);
      };
      const channel = api.eventChannel('afd', api.TRACE_LEVEL_INFORMATION);
      subscribe(channel, hear);
      expect(afd.ops).not.toBe(bare);
      unsubscribe(channel, hear);
      expect(afd.ops).toBe(bare);
      const write = net.a.process.events;
      const spied: unknown[] = [];
      write.write = (...args) => {
        spied.push(args);
      };
      await exchange(net);
      expect([heard, spied]).toEqual([[], []]);
    });
  });
});
