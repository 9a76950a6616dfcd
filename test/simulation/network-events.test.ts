// Network events through the C functions on a simulated host: each FD_* bit with each call that re-enables it, and with
// those that do not; errors, inheritance, replacing and cancelling.
import { describe, expect, test } from 'vitest';
import { networkEventRules } from '../../src/afd/network-event-table.js';
import { EventsBench } from './events-bench.js';
import { api, endpoint, must } from './world.js';

const { ref } = api;
const ALL = api.FD_ALL_EVENTS;

const on = (body: (bench: EventsBench) => Promise<void>) => () => EventsBench.run(body);
const buffer = (size: number): Uint8Array => new Uint8Array(size);
const wsabuf = (size: number): api.WSABUF => new api.WSABUF(size, buffer(size));
const error = (): string => api.errorName(api.WSAGetLastError());

type Call = (s: api.SOCKET) => unknown;

/** The receives, by Microsoft's names; each takes two bytes. */
const RECEIVES: Readonly<Record<string, Call>> = {
  recv: (s) => api.recv(s, buffer(2), 2, 0),
  recvfrom: (s) => api.recvfrom(s, buffer(2), 2, 0, null, null),
  WSARecv: (s) => api.WSARecv(s, [wsabuf(2)], 1, ref(0), ref(0), null, null),
  WSARecvFrom: (s) => api.WSARecvFrom(s, [wsabuf(2)], 1, ref(0), ref(0), null, null, null, null),
};

const FAILING: Readonly<Record<string, Call>> = {
  'recv into nothing': (s) => api.recv(s, null, 2, 0),
  'recv with unknown flags': (s) => api.recv(s, buffer(2), 2, 0x4000_0000),
  'WSARecv without buffers': (s) => api.WSARecv(s, null, 1, ref(0), ref(0), null, null),
  'WSARecv without flags': (s) => api.WSARecv(s, [wsabuf(2)], 1, ref(0), null, null, null),
};

/** What re-enables nothing of what `s` can read. */
const OTHERS: Readonly<Record<string, Call>> = {
  send: (s) => api.send(s, buffer(1), 1, 0),
  'ioctlsocket(FIONREAD)': (s) => api.ioctlsocket(s, api.FIONREAD, ref(0)),
  select: (s) => {
    const set = new api.fd_set();
    api.FD_SET(s, set);
    return api.select(0, set, null, null, new api.timeval());
  },
  WSAPoll: (s) => {
    const entry = new api.WSAPOLLFD();
    Object.assign(entry, { fd: s, events: api.POLLRDNORM });
    return api.WSAPoll([entry], 1, 0);
  },
  WSAEnumNetworkEvents: (s) => api.WSAEnumNetworkEvents(s, api.WSA_INVALID_EVENT, new api.WSANETWORKEVENTS()),
};

describe('FD_READ', () => {
  /** A socket with bytes to read, of which it has been told. */
  async function told(bench: EventsBench): Promise<{ b: api.SOCKET; event: api.WSAEVENT }> {
    const { a, b } = await bench.pair();
    const event = bench.select(b, api.FD_READ);
    await api.send(a, buffer(5), 5, 0);
    await bench.settle();
    const before = await bench.isSet(event);
    expect([before, bench.fetch(b, event), await bench.isSet(event)]).toEqual([true, 'FD_READ/0', false]);
    return { b, event };
  }

  test.each(Object.entries({ ...RECEIVES, ...FAILING }))('comes again at once after %s', (_name, call) =>
    EventsBench.run(async (bench) => {
      const { b, event } = await told(bench);
      await call(b);
      expect([await bench.isSet(event), bench.fetch(b, event)]).toEqual([true, 'FD_READ/0']);
    }),
  );

  test.each(Object.entries(OTHERS))('does not after %s', (_name, call) =>
    EventsBench.run(async (bench) => {
      const { b, event } = await told(bench);
      await call(b);
      await bench.settle();
      expect([await bench.isSet(event), bench.fetch(b, event)]).toEqual([false, '']);
    }),
  );

  test('does not when more comes, nor when all has been taken', on(async (bench) => {
    const { a, b } = await bench.pair();
    const event = bench.select(b, api.FD_READ);
    for (const expected of ['FD_READ/0', '']) {
      await api.send(a, buffer(2), 2, 0);
      await bench.settle();
      expect(bench.fetch(b, event)).toBe(expected);
    }
    expect(await api.recv(b, buffer(4), 4, 0)).toBe(4);
    expect([await bench.isSet(event), bench.fetch(b, event)]).toEqual([false, '']);
  }));

  test('that is recorded and not fetched goes with the data; the event object stays set', on(async (bench) => {
    const { a, b } = await bench.pair();
    const event = bench.select(b, api.FD_READ);
    await api.send(a, buffer(2), 2, 0);
    await bench.settle();
    await api.recv(b, buffer(2), 2, 0);
    expect([await bench.isSet(event), bench.fetch(b, event), await bench.isSet(event)]).toEqual([true, '', false]);
  }));

  test('of datagrams comes for each one, and for errors', on(async (bench) => {
    const [from, to] = [bench.udp(), bench.udp()];
    const event = bench.select(to.s, api.FD_READ);
    await api.sendto(from.s, buffer(3), 3, 0, to.name, 16);
    await api.sendto(from.s, buffer(3), 3, 0, to.name, 16);
    await bench.settle();
    expect(bench.fetch(to.s, event)).toBe('FD_READ/0');
    // Too short a buffer loses the rest of a datagram, and re-enables.
    expect([await api.recv(to.s, buffer(1), 1, 0), error()]).toEqual([-1, 'WSAEMSGSIZE']);
    expect(bench.fetch(to.s, event)).toBe('FD_READ/0');
    const message = new api.WSAMSG({ lpBuffers: [wsabuf(8)], dwBufferCount: 1 });
    expect(await api.WSARecvMsg(to.s, message, ref(0), null, null)).toBe(0);
    expect(bench.fetch(to.s, event)).toBe('');
    await api.closesocket(from.s);
    await api.sendto(to.s, buffer(3), 3, 0, from.name, 16);
    await bench.settle();
    expect(bench.fetch(to.s, event)).toBe('FD_READ/0');
    expect([await api.recv(to.s, buffer(1), 1, 0), error()]).toEqual([-1, 'WSAECONNRESET']);
  }));

  test('does not tell of what an overlapped receive takes', on(async (bench) => {
    const { a, b } = await bench.pair();
    const event = bench.select(b, api.FD_READ);
    const started = api.WSARecv(b, [wsabuf(2)], 1, null, ref(0), new api.OVERLAPPED(), null);
    expect([started, error()]).toEqual([-1, 'WSA_IO_PENDING']);
    await api.send(a, buffer(2), 2, 0);
    await bench.settle();
    expect([await bench.isSet(event), bench.fetch(b, event)]).toEqual([false, '']);
  }));
});

describe('FD_OOB', () => {
  test.each(Object.entries(RECEIVES))('comes again after %s while the urgent byte is there', (_name, call) =>
    EventsBench.run(async (bench) => {
      const { a, b } = await bench.pair();
      const event = bench.select(b, api.FD_READ | api.FD_OOB);
      await api.send(a, buffer(1), 1, api.MSG_OOB);
      await bench.settle();
      expect(bench.fetch(b, event)).toBe('FD_OOB/0');
      await call(b);
      expect([await bench.isSet(event), bench.fetch(b, event)]).toEqual([true, 'FD_OOB/0']);
      expect(await api.recv(b, buffer(1), 1, api.MSG_OOB)).toBe(1);
      expect([await bench.isSet(event), bench.fetch(b, event)]).toEqual([false, '']);
    }),
  );

  test('is FD_READ where urgent data is inline', on(async (bench) => {
    const { a, b } = await bench.pair();
    must('setsockopt', api.setsockopt(b, api.SOL_SOCKET, api.SO_OOBINLINE, Uint8Array.of(1, 0, 0, 0), 4));
    const event = bench.select(b, api.FD_READ | api.FD_OOB);
    await api.send(a, buffer(1), 1, api.MSG_OOB);
    await bench.settle();
    expect(bench.fetch(b, event)).toBe('FD_READ/0');
  }));
});

describe('FD_ACCEPT', () => {
  const ACCEPTS: Readonly<Record<string, Call>> = {
    accept: (s) => api.accept(s, null, null),
    WSAAccept: (s) => api.WSAAccept(s, null, null, null, 0),
    'WSAAccept that rejects': (s) => api.WSAAccept(s, null, null, () => api.CF_REJECT, 0),
    'accept without room for the address': (s) => api.accept(s, endpoint('0.0.0.0', 0), ref(4)),
  };

  test.each(Object.entries(ACCEPTS))('comes again after %s while somebody waits', (_name, call) =>
    EventsBench.run(async (bench) => {
      const { s, name } = bench.listener();
      const event = bench.select(s, api.FD_ACCEPT);
      await bench.caller(name);
      await bench.caller(name);
      await bench.settle();
      expect([bench.fetch(s, event), bench.fetch(s, event)]).toEqual(['FD_ACCEPT/0', '']);
      await call(s);
      expect([await bench.isSet(event), bench.fetch(s, event)]).toEqual([true, 'FD_ACCEPT/0']);
    }),
  );

  test('does not when the condition function defers', on(async (bench) => {
    const { s, name } = bench.listener();
    const event = bench.select(s, api.FD_ACCEPT);
    await bench.caller(name);
    await bench.settle();
    bench.fetch(s, event);
    const deferred = await api.WSAAccept(s, null, null, () => api.CF_DEFER, 0);
    expect([deferred, error()]).toEqual([api.INVALID_SOCKET, 'WSATRY_AGAIN']);
    expect([await bench.isSet(event), bench.fetch(s, event)]).toEqual([false, '']);
  }));
});

describe('FD_WRITE', () => {
  const SENDS: Readonly<Record<string, Call>> = {
    send: (s) => api.send(s, buffer(4096), 4096, 0),
    sendto: (s) => api.sendto(s, buffer(4096), 4096, 0, null, 0),
    WSASend: (s) => api.WSASend(s, [wsabuf(4096)], 1, ref(0), 0, null, null),
    WSASendTo: (s) => api.WSASendTo(s, [wsabuf(4096)], 1, ref(0), 0, null, 0, null, null),
  };

  test.each(Object.entries(SENDS))('comes when there is room after %s gave WSAEWOULDBLOCK', (_name, call) =>
    EventsBench.run(async (bench) => {
      const { a, b } = await bench.pair();
      const event = bench.select(a, api.FD_WRITE);
      expect(bench.fetch(a, event)).toBe('FD_WRITE/0');
      // A send that succeeds re-enables nothing.
      await call(a);
      await bench.settle();
      expect([await bench.isSet(event), bench.fetch(a, event)]).toEqual([false, '']);
      for (;;) {
        if ((await call(a)) !== -1) continue;
        expect(error()).toBe('WSAEWOULDBLOCK');
        await bench.settle();
        // The buffers between the two ends may have taken something more by now.
        if (bench.fetch(a, event) === '') break;
      }
      expect(await bench.isSet(event)).toBe(false);
      must('ioctlsocket', api.ioctlsocket(b, api.FIONBIO, ref(1)));
      while ((await api.recv(b, buffer(65_536), 65_536, 0)) > 0) await bench.settle();
      expect([await bench.isSet(event), bench.fetch(a, event)]).toEqual([true, 'FD_WRITE/0']);
    }),
  );

  test('is not promised after the end of sending', on(async (bench) => {
    const { a } = await bench.pair();
    must('shutdown', api.shutdown(a, api.SD_SEND));
    expect(bench.fetch(a, bench.select(a, api.FD_WRITE))).toBe('');
  }));
});

describe('FD_CONNECT', () => {
  test('comes once, with FD_WRITE, and again for another try', on(async (bench) => {
    const dead = bench.bound(bench.tcp());
    const s = bench.tcp();
    const event = bench.select(s, ALL);
    for (const [name, expected] of [
      [dead.name, 'FD_CONNECT/WSAECONNREFUSED'],
      [dead.name, 'FD_CONNECT/WSAECONNREFUSED'],
      [bench.listener().name, 'FD_WRITE/0 FD_CONNECT/0'],
    ] as const) {
      expect([await api.connect(s, name, 16), error()]).toEqual([-1, 'WSAEWOULDBLOCK']);
      await api.WSAWaitForMultipleEvents(1, [event], api.FALSE, 10_000, api.FALSE);
      expect([bench.fetch(s, event), bench.fetch(s, event)]).toEqual([expected, '']);
    }
  }));

  test('tells those who ask later, of connections that the socket made itself', on(async (bench) => {
    const { a, b } = await bench.pair();
    expect([bench.fetch(a, bench.select(a, ALL)), bench.fetch(b, bench.select(b, ALL))]).toEqual([
      'FD_WRITE/0 FD_CONNECT/0',
      'FD_WRITE/0',
    ]);
  }));

  test('of a datagram socket comes with connect', on(async (bench) => {
    const { s, name } = bench.udp();
    bench.post(s, api.FD_CONNECT);
    for (let times = 0; times < 2; times++) {
      expect(await api.connect(s, name, 16)).toBe(0);
      expect(bench.messages(s)).toBe('FD_CONNECT/0');
    }
  }));

  test('tells of a way that is not there', on(async (bench) => {
    const s = bench.tcp();
    const event = bench.select(s, api.FD_CONNECT);
    // Whether the function or the event tells is the network's to say; both must not.
    const result = await api.connect(s, endpoint('203.0.113.1', 9), 16);
    const atOnce = error();
    await bench.settle();
    expect([result, atOnce, bench.fetch(s, event)]).toEqual([-1, 'WSAENETUNREACH', '']);
  }));
});

describe('FD_CLOSE', () => {
  test('is told to an event object when the end comes, to a window when all has been read', on(async (bench) => {
    for (const how of ['event', 'window']) {
      const { a, b } = await bench.pair();
      const event = how === 'event' ? bench.select(b, api.FD_READ | api.FD_CLOSE) : api.WSA_INVALID_EVENT;
      if (how === 'window') bench.post(b, api.FD_READ | api.FD_CLOSE);
      const told = (): string => (how === 'event' ? bench.fetch(b, event) : bench.messages(b));
      await api.send(a, buffer(4), 4, 0);
      await api.closesocket(a);
      await bench.settle();
      const first = told();
      await api.recv(b, buffer(2), 2, 0);
      const second = told();
      await api.recv(b, buffer(2), 2, 0);
      const expected =
        how === 'event' ? ['FD_READ/0 FD_CLOSE/0', 'FD_READ/0', ''] : ['FD_READ/0', 'FD_READ/0', 'FD_CLOSE/0'];
      expect([first, second, told()]).toEqual(expected);
      expect([await api.recv(b, buffer(2), 2, 0), told()]).toEqual([0, '']);
    }
  }));

  test('says how it ended', on(async (bench) => {
    for (const [how, expected] of [
      ['event', 'FD_CLOSE/WSAECONNABORTED'],
      ['window', 'FD_CLOSE/WSAECONNRESET'],
    ]) {
      const { a, b } = await bench.pair();
      const event = how === 'event' ? bench.select(b, api.FD_CLOSE | api.FD_WRITE) : api.WSA_INVALID_EVENT;
      if (how === 'window') bench.post(b, api.FD_CLOSE | api.FD_WRITE);
      const told = (): string => (how === 'event' ? bench.fetch(b, event) : bench.messages(b));
      expect(told()).toBe('FD_WRITE/0');
      must('linger', api.setsockopt(a, api.SOL_SOCKET, api.SO_LINGER, Uint8Array.of(1, 0, 0, 0), 4));
      await api.closesocket(a);
      await bench.settle();
      expect(told()).toBe(expected);
      await api.recv(b, buffer(2), 2, 0);
      await api.send(b, buffer(2), 2, 0);
      expect(told()).toBe('');
    }
  }));

  test('is not told of one’s own closesocket', on(async (bench) => {
    const { a } = await bench.pair();
    const event = bench.select(a, api.FD_CLOSE);
    await api.closesocket(a);
    await bench.settle();
    expect(await bench.isSet(event)).toBe(false);
  }));
});

describe('FD_ADDRESS_LIST_CHANGE and FD_ROUTING_INTERFACE_CHANGE', () => {
  const IPV4 = (last: number): { text: string; bytes: Uint8Array } => ({
    text: `10.1.1.${String(last)}`,
    bytes: Uint8Array.of(10, 1, 1, last),
  });

  const CASES = [
    ['FD_ADDRESS_LIST_CHANGE/0', api.SIO_ADDRESS_LIST_CHANGE, null],
    ['FD_ROUTING_INTERFACE_CHANGE/0', api.SIO_ROUTING_INTERFACE_CHANGE, endpoint('10.1.1.9', 9)],
  ] as const;

  test.each(CASES)('%s comes once for each request', (expected, code, input) =>
    EventsBench.run(async (bench) => {
      const faces = changingFaces(bench);
      const { s } = bench.udp();
      const event = bench.select(s, ALL & ~api.FD_WRITE);
      const ask = async (): Promise<string> => {
        const size = input === null ? 0 : 16;
        await api.WSAIoctl(s, code, input, size, null, 0, ref(0), null, null);
        return error();
      };
      faces.add(IPV4(1).text);
      await bench.world.sleep(3000);
      expect(bench.fetch(s, event)).toBe('');
      for (const last of [2, 3]) {
        expect(await ask()).toBe('WSAEWOULDBLOCK');
        await bench.world.sleep(3000);
        expect(bench.fetch(s, event)).toBe('');
        faces.replace(IPV4(last).text);
        await bench.world.sleep(3000);
        expect([await bench.isSet(event), bench.fetch(s, event)]).toEqual([true, expected]);
        faces.replace(IPV4(last + 10).text);
        await bench.world.sleep(3000);
        expect(bench.fetch(s, event)).toBe('');
      }
    }),
  );

  test('a change before the selection is told with it', on(async (bench) => {
    const faces = changingFaces(bench);
    const { s } = bench.udp();
    must('ioctlsocket', api.ioctlsocket(s, api.FIONBIO, ref(1)));
    expect(await api.WSAIoctl(s, api.SIO_ADDRESS_LIST_CHANGE, null, 0, null, 0, ref(0), null, null)).toBe(-1);
    faces.add('10.1.1.1');
    expect(bench.fetch(s, bench.select(s, api.FD_ADDRESS_LIST_CHANGE))).toBe('FD_ADDRESS_LIST_CHANGE/0');
  }));

  test('a destination that nothing leads to any more is told with WSAENETUNREACH', on(async (bench) => {
    const faces = changingFaces(bench);
    faces.add('10.1.1.1');
    const { s } = bench.udp();
    const event = bench.select(s, api.FD_ROUTING_INTERFACE_CHANGE);
    const to = endpoint('10.1.1.9', 9);
    await api.WSAIoctl(s, api.SIO_ROUTING_INTERFACE_CHANGE, to, 16, null, 0, ref(0), null, null);
    faces.replace(null);
    await bench.world.sleep(3000);
    expect(bench.fetch(s, event)).toBe('FD_ROUTING_INTERFACE_CHANGE/WSAENETUNREACH');
  }));

  /** The addresses that the driver tells of, with one more that changes. */
  function changingFaces(bench: EventsBench): { add(address: string): void; replace(address: string | null): void } {
    const { driver } = bench.afd;
    const before = driver.interfaces().filter(({ loopback }) => loopback);
    let own: string | null = null;
    const face = (address: string): (typeof before)[number] => ({
      ...before[0]!,
      ...{ index: 9, family: 'ipv4', address, netmask: '255.255.255.0', prefixLength: 24, loopback: false, up: true },
    });
    driver.interfaces = () => (own === null ? before : [...before, face(own)]);
    // Routes are guessed from the addresses and changes are looked for, as over Node.
    driver.sourceFor = () => 'ENOTSUP';
    driver.watch = () => null;
    const replace = (address: string | null): void => {
      own = address;
    };
    return { add: replace, replace };
  }
});

describe('a selection', () => {
  test('is the listener’s on an accepted socket, with the socket’s own handle in messages', on(async (bench) => {
    const { s, name } = bench.listener();
    const event = bench.select(s, ALL);
    const a = await bench.caller(name);
    await bench.settle();
    expect(bench.fetch(s, event)).toBe('FD_ACCEPT/0');
    await api.send(a, buffer(1), 1, 0);
    await bench.settle();
    const b = await api.accept(s, null, null);
    await bench.settle();
    expect([await bench.isSet(event), bench.fetch(b, event)]).toEqual([true, 'FD_READ/0 FD_WRITE/0']);

    bench.post(s, ALL);
    await bench.caller(name);
    await bench.settle();
    expect(bench.messages(s)).toBe('FD_ACCEPT/0');
    const c = await api.accept(s, null, null);
    expect(bench.messages(c)).toBe('FD_WRITE/0');
    // Each goes its own way from here.
    must('WSAAsyncSelect', api.WSAAsyncSelect(c, bench.window, 0, 0));
    await bench.caller(name);
    await bench.settle();
    expect(bench.messages(s)).toBe('FD_ACCEPT/0');
  }));

  test('of a listener without one is nobody’s', on(async (bench) => {
    const { b } = await bench.pair();
    expect(bench.fetch(b)).toBe('');
    expect(api.ioctlsocket(b, api.FIONBIO, ref(0))).toBe(0);
  }));

  test('ends with no events, whatever the event; what was recorded is gone', on(async (bench) => {
    const { a, b } = await bench.pair();
    for (const none of [api.WSA_INVALID_EVENT, 0xdead as api.WSAEVENT]) {
      const event = bench.select(b, api.FD_READ);
      await api.send(a, buffer(1), 1, 0);
      await bench.settle();
      expect([api.ioctlsocket(b, api.FIONBIO, ref(0)), error()]).toEqual([-1, 'WSAEINVAL']);
      expect(api.WSAEventSelect(b, none, 0)).toBe(0);
      expect([await bench.isSet(event), bench.fetch(b)]).toEqual([true, '']);
      expect(api.ioctlsocket(b, api.FIONBIO, ref(0))).toBe(0);
      expect(await api.recv(b, buffer(1), 1, 0)).toBe(1);
    }
  }));

  test('makes the socket non-blocking even when it ends one', on(async (bench) => {
    const { b } = await bench.pair();
    expect(api.WSAEventSelect(b, api.WSA_INVALID_EVENT, 0)).toBe(0);
    expect([await api.recv(b, buffer(1), 1, 0), error()]).toEqual([-1, 'WSAEWOULDBLOCK']);
  }));

  test('takes the place of the one before; what was not fetched is told again', on(async (bench) => {
    const { a, b } = await bench.pair();
    const first = bench.select(b, api.FD_READ | api.FD_WRITE);
    await api.send(a, buffer(1), 1, 0);
    await bench.settle();
    const second = bench.select(b, api.FD_READ);
    const told = await bench.isSet(second);
    expect([told, bench.fetch(b, second), await bench.isSet(first)]).toEqual([true, 'FD_READ/0', true]);
    // Fetched, it is told to no other event object; a window has not heard of it.
    expect(bench.fetch(b, bench.select(b, api.FD_READ | api.FD_WRITE))).toBe('FD_WRITE/0');
    bench.post(b, api.FD_READ | api.FD_WRITE);
    expect([bench.messages(b), bench.fetch(b)]).toEqual(['FD_WRITE/0 FD_READ/0', '']);
    expect(bench.fetch(b, bench.select(b, api.FD_READ))).toBe('FD_READ/0');
  }));

  test('is refused with what does not exist, and then nothing changes', on(async (bench) => {
    const { b } = await bench.pair();
    const event = bench.select(b, api.FD_WRITE);
    const refused = [
      api.WSAEventSelect(b, api.WSA_INVALID_EVENT, api.FD_READ),
      api.WSAEventSelect(b, b as number as api.WSAEVENT, api.FD_READ),
      api.WSAEventSelect(b, event, 0x400),
      api.WSAEventSelect(b, event, -1),
      api.WSAAsyncSelect(b, 0 as api.HWND, 1, api.FD_READ),
      api.WSAAsyncSelect(b, event as number as api.HWND, 1, api.FD_READ),
      api.WSAEnumNetworkEvents(b, 0xdead as api.WSAEVENT, new api.WSANETWORKEVENTS()),
    ];
    expect([refused, error()]).toEqual([refused.map(() => -1), 'WSAEINVAL']);
    expect([api.WSAEnumNetworkEvents(b, event, null), error()]).toEqual([-1, 'WSAEFAULT']);
    expect([await bench.isSet(event), bench.fetch(b, event)]).toEqual([true, 'FD_WRITE/0']);
  }));

  test('outlives the handle of its event', on(async (bench) => {
    const { a, b } = await bench.pair();
    const event = bench.select(b, api.FD_READ);
    api.WSACloseEvent(event);
    await api.send(a, buffer(1), 1, 0);
    await bench.settle();
    expect(bench.fetch(b)).toBe('FD_READ/0');
  }));

  test('of a window that is gone does no harm', on(async (bench) => {
    const { a, b } = await bench.pair();
    bench.post(b, api.FD_READ);
    api.DestroyWindow(bench.window);
    await api.send(a, buffer(1), 1, 0);
    await bench.settle();
    expect(await api.recv(b, buffer(1), 1, 0)).toBe(1);
  }));
});

test('fetching leaves the errors of events that did not happen alone', on(async (bench) => {
  const { b } = await bench.pair();
  bench.select(b, api.FD_WRITE);
  const told = new api.WSANETWORKEVENTS(new Uint8Array(44).fill(0xa5));
  must('WSAEnumNetworkEvents', api.WSAEnumNetworkEvents(b, api.WSA_INVALID_EVENT, told));
  const junk = 0xa5a5a5a5 | 0;
  expect([told.lNetworkEvents, ...told.iErrorCode]).toEqual([api.FD_WRITE, junk, 0, ...new Array<number>(8).fill(junk)]);
}));

test('the table has a row for every bit, in the order of the bits', () => {
  const bits = Array.from({ length: api.FD_MAX_EVENTS }, (_, bit) => 1 << bit);
  expect(networkEventRules.map(({ event }) => event)).toEqual(bits);
});
