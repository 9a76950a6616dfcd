// The fault layer: each rule hits the calls that it names and no others, and what then happens is the same for a call that
// blocks and for an overlapped one. All times are the simulated network's.
import { afterEach, describe, expect, it } from 'vitest';
import { FaultRule, faultLayer } from 'winsock2/layers/fault';
import { LayeredWorld, api, dial, endpoint, listenOn, must, start } from './world.js';

const FAULT = 'winsock2/layers/fault';
const size = api.sockaddr_in.size;
let world: LayeredWorld;
afterEach(() => world.end());

function ruled(...rules: readonly string[]): void {
  const query = rules.map((rule) => `rule=${encodeURIComponent(rule)}`).join('&');
  world = new LayeredWorld([`${FAULT}?${query}`], { ifs: false });
}

const bytes = (word: string): Uint8Array => new TextEncoder().encode(word);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);
const now = (): number => Math.round(world.network.clock.now());

/** What an overlapped call was, once it has ended: the count, or minus the error. Others of the thread run beside it. */
async function ended(overlapped: api.OVERLAPPED): Promise<number> {
  await api.WSAWaitForMultipleEvents(1, [overlapped.hEvent], 1, api.WSA_INFINITE, 0);
  return overlapped.Internal === 0 ? overlapped.InternalHigh : -overlapped.Internal;
}

const result = (status: number): number => (status === -1 ? -api.WSAGetLastError() : status);
const event = (): api.OVERLAPPED => new api.OVERLAPPED({ hEvent: api.WSACreateEvent() });

interface Way {
  /** The count, or minus the error. */
  readonly send: (s: api.SOCKET, data: Uint8Array) => Promise<number>;
  readonly receive: (s: api.SOCKET, room: Uint8Array) => Promise<number>;
}

const ways: Readonly<Record<'blocking' | 'overlapped', Way>> = {
  blocking: {
    send: async (s, data) => result(await api.send(s, data, data.length, 0)),
    receive: async (s, room) => result(await api.recv(s, room, room.length, 0)),
  },
  overlapped: {
    send: async (s, data) => {
      const overlapped = event();
      const status = api.WSASend(s, [new api.WSABUF(data.length, data)], 1, null, 0, overlapped, null);
      if (status !== 0 && api.WSAGetLastError() !== api.WSA_IO_PENDING) return -api.WSAGetLastError();
      return ended(overlapped);
    },
    receive: async (s, room) => {
      const overlapped = event();
      const status = api.WSARecv(s, [new api.WSABUF(room.length, room)], 1, null, api.ref(0), overlapped, null);
      if (status !== 0 && api.WSAGetLastError() !== api.WSA_IO_PENDING) return -api.WSAGetLastError();
      return ended(overlapped);
    },
  },
};

const both = Object.entries(ways);

/** Runs `client` with a connection to a server on the other machine, which does `serve` with its end. */
async function connected<T>(client: (s: api.SOCKET) => Promise<T>, serve: (s: api.SOCKET) => Promise<unknown>): Promise<T> {
  const listener = await world.server.run(async () => {
    await start();
    return listenOn(7000);
  });
  const served = world.server.run(async () => serve(await api.accept(listener, null, null)));
  const outcome = await world.client.run(async () => {
    await start();
    const { s, error } = await dial(world.address('server'), 7000);
    expect(error).toBe(0);
    return client(s);
  });
  await served;
  return outcome;
}

/** Sockets on the two machines for datagrams between them. */
async function datagrams<T>(client: (s: api.SOCKET) => Promise<T>, server: (s: api.SOCKET) => Promise<unknown>): Promise<T> {
  const make = async (peer: 'client' | 'server'): Promise<api.SOCKET> => {
    await start();
    const s = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
    must('bind', api.bind(s, endpoint('0.0.0.0', 9000), size));
    must('connect', await api.connect(s, endpoint(world.address(peer), 9000), size));
    return s;
  };
  const other = await world.server.run(() => make('client'));
  const own = await world.client.run(() => make('server'));
  const served = world.server.run(() => server(other));
  const outcome = await world.client.run(() => client(own));
  await served;
  return outcome;
}

/** Receives until the end or until a second has passed. */
async function all(s: api.SOCKET): Promise<string[]> {
  const words: string[] = [];
  must('setsockopt', api.setsockopt(s, api.SOL_SOCKET, api.SO_RCVTIMEO, new Uint8Array(new Uint32Array([1000]).buffer), 4));
  for (;;) {
    const room = new Uint8Array(64);
    const count = await api.recv(s, room, room.length, 0);
    if (count <= 0) return words;
    words.push(text(room.subarray(0, count)));
  }
}

const nothing = (): Promise<void> => Promise.resolve();

describe.each(both)('on a stream, %s', (_name, way) => {
  it('fails the nth send with an error by name, and sends nothing of it', async () => {
    ruled('send:nth=2:fail=WSAENOBUFS');
    let came: string[] = [];
    const sent = await connected(
      async (s) => {
        const counts = [];
        for (const word of ['one', 'two', 'three']) counts.push(await way.send(s, bytes(word)));
        await api.closesocket(s);
        return counts;
      },
      async (s) => (came = await all(s)),
    );
    expect(sent).toEqual([3, -api.WSAENOBUFS, 5]);
    expect(came.join('')).toBe('onethree');
  });

  it('delays what is sent', async () => {
    ruled('send:nth=1:delay=250');
    let arrived = 0;
    await connected(
      async (s) => {
        const before = now();
        expect(await way.send(s, bytes('x'))).toBe(1);
        expect(now() - before).toBeGreaterThanOrEqual(250);
        arrived -= before;
      },
      async (s) => {
        await api.recv(s, new Uint8Array(1), 1, 0);
        arrived += now();
      },
    );
    expect(arrived).toBeGreaterThanOrEqual(250);
    expect(arrived).toBeLessThan(1000);
  });

  it('delays what has come', async () => {
    ruled('recv:delay=250');
    await connected(
      async (s) => {
        const [room, before] = [new Uint8Array(8), now()];
        expect(await way.receive(s, room)).toBe(4);
        expect(text(room.subarray(0, 4))).toBe('data');
        expect(now() - before).toBeGreaterThanOrEqual(350);
      },
      async (s) => {
        await world.sleep(100);
        must('send', await api.send(s, bytes('data'), 4, 0));
      },
    );
  });

  it('cuts the connection: WSAECONNRESET from then on, and the end for the other side', async () => {
    ruled('send:nth=2:cut');
    let came: string[] = [];
    const counts = await connected(
      async (s) => {
        const waiting = way.receive(s, new Uint8Array(8));
        const sent = [await way.send(s, bytes('one')), await way.send(s, bytes('two')), await way.send(s, bytes('three'))];
        return [...sent, await waiting, await way.receive(s, new Uint8Array(8))];
      },
      async (s) => {
        came = await all(s);
        // The end, and not the limit of time.
        expect(await api.recv(s, new Uint8Array(1), 1, 0)).toBe(0);
        await api.closesocket(s);
      },
    );
    expect(counts).toEqual([3, ...Array<number>(4).fill(-api.WSAECONNRESET)]);
    expect(came).toEqual(['one']);
  });

  it('corrupts a bit of what is sent, and leaves the program its own bytes', async () => {
    ruled('send:corrupt=1');
    let came = new Uint8Array(0);
    const data = new Uint8Array(64);
    await connected(
      async (s) => {
        expect(await way.send(s, data)).toBe(64);
        await api.closesocket(s);
      },
      async (s) => {
        came = new Uint8Array(64);
        must('recv', await api.recv(s, came, 64, api.MSG_WAITALL));
      },
    );
    expect(data.every((byte) => byte === 0)).toBe(true);
    expect(bitsIn(came)).toBe(1);
  });

  it('corrupts a bit of what has come', async () => {
    ruled('recv:corrupt=1');
    await connected(
      async (s) => {
        const room = new Uint8Array(64);
        expect(await way.receive(s, room)).toBe(16);
        expect(bitsIn(room.subarray(0, 16))).toBe(1);
        expect(bitsIn(room)).toBe(1);
      },
      (s) => Promise.resolve(api.send(s, new Uint8Array(16), 16, 0)),
    );
  });

  it('reads short, and the rest is there for the next receive', async () => {
    ruled('recv:nth=1:short=3');
    await connected(
      async (s) => {
        const room = new Uint8Array(16);
        expect([await way.receive(s, room), text(room.subarray(0, 3))]).toEqual([3, 'sho']);
        expect([await way.receive(s, room), text(room.subarray(0, 9))]).toEqual([9, 'rt of fit']);
      },
      (s) => Promise.resolve(api.send(s, bytes('short of fit'), 12, 0)),
    );
  });
});

function bitsIn(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}

describe.each(both)('datagrams, %s', (_name, way) => {
  it('drops and duplicates what is sent', async () => {
    ruled('send:nth=1:drop', 'send:nth=3:duplicate');
    let came: string[] = [];
    await datagrams(
      async (s) => {
        for (const word of ['one', 'two', 'three']) expect(await way.send(s, bytes(word))).toBe(word.length);
      },
      async (s) => (came = await all(s)),
    );
    expect(came).toEqual(['two', 'three', 'three']);
  });

  it('drops what has come, and goes on receiving', async () => {
    ruled('recv:nth=1:times=2:drop');
    await datagrams(
      async (s) => {
        const room = new Uint8Array(8);
        expect([await way.receive(s, room), text(room.subarray(0, 5))]).toEqual([5, 'three']);
      },
      async (s) => {
        for (const word of ['one', 'two', 'three']) must('send', await api.send(s, bytes(word), word.length, 0));
      },
    );
  });

  it('never cuts or shortens them', async () => {
    ruled('*:cut', 'recv:short=1');
    await datagrams(
      async (s) => {
        expect(await way.send(s, bytes('ping'))).toBe(4);
        expect(await way.receive(s, new Uint8Array(8))).toBe(4);
      },
      async (s) => {
        must('recv', await api.recv(s, new Uint8Array(8), 8, 0));
        must('send', await api.send(s, bytes('pong'), 4, 0));
      },
    );
  });
});

describe('order', () => {
  /** Starts overlapped sends at once, and returns when all have ended. */
  async function sendAll(s: api.SOCKET, words: readonly string[]): Promise<number[]> {
    return Promise.all(words.map((word) => ways.overlapped.send(s, bytes(word))));
  }

  it('is kept by sends of which one is delayed, and by the end of sending', async () => {
    ruled('send:nth=2:delay=100');
    let came: string[] = [];
    await connected(
      async (s) => {
        const sent = sendAll(s, ['a', 'b', 'c']);
        must('shutdown', api.shutdown(s, api.SD_SEND));
        expect(await sent).toEqual([1, 1, 1]);
      },
      async (s) => (came = await all(s)),
    );
    expect(came.join('')).toBe('abc');
  });

  it('is kept by receives, of which the first is delayed', async () => {
    ruled('recv:nth=1:delay=100');
    await connected(
      async (s) => {
        const order: string[] = [];
        await Promise.all(
          [0, 1].map(async () => {
            const room = new Uint8Array(1);
            await ways.overlapped.receive(s, room);
            order.push(text(room));
          }),
        );
        expect(order).toEqual(['a', 'b']);
      },
      (s) => Promise.resolve(api.send(s, bytes('ab'), 2, 0)),
    );
  });

  it('is each direction\'s own', async () => {
    ruled('send:nth=1:delay=500');
    await connected(
      async (s) => {
        const before = now();
        const sent = ways.overlapped.send(s, bytes('x'));
        await ways.blocking.receive(s, new Uint8Array(1));
        expect(now() - before).toBeLessThan(400);
        expect(await sent).toBe(1);
      },
      async (s) => {
        must('send', await api.send(s, bytes('y'), 1, 0));
        await api.recv(s, new Uint8Array(1), 1, 0);
      },
    );
  });
});

it('a cut ends what is held back at once, and no rule looks at the connection afterwards', async () => {
  const rules = ['recv:delay=60000', 'recv:nth=2:fail=WSAEINTR', 'send:delay=1', 'send:nth=1:cut'].map((rule) => FaultRule.parse(rule));
  world = new LayeredWorld(['own'], { ifs: false, modules: { own: faultLayer({ rules }) } });
  await connected(
    async (s) => {
      const held = ways.overlapped.receive(s, new Uint8Array(1));
      await world.sleep(100);
      const before = now();
      expect(await ways.blocking.send(s, bytes('x'))).toBe(-api.WSAECONNRESET);
      expect(await held).toBe(-api.WSAECONNRESET);
      expect(await ways.blocking.send(s, bytes('x'))).toBe(-api.WSAECONNRESET);
      expect(await ways.blocking.receive(s, new Uint8Array(1))).toBe(-api.WSAECONNRESET);
      expect(now() - before).toBeLessThan(1000);
    },
    (s) => Promise.resolve(api.send(s, bytes('x'), 1, 0)),
  );
  expect(rules.map(({ seen }) => seen)).toEqual([1, 1, 1, 1]);
});

describe('a delayed send', () => {
  it.each([
    ['is cancelled', (s: api.SOCKET) => Promise.resolve(api.CancelIoEx(s, null))],
    ['loses its socket', (s: api.SOCKET) => Promise.resolve(api.closesocket(s))],
  ])('that %s ends at once with WSA_OPERATION_ABORTED, and nothing is sent', async (_name, end) => {
    ruled('send:delay=60000');
    let came: string[] = [];
    await connected(
      async (s) => {
        const [overlapped, before] = [event(), now()];
        expect(api.WSASend(s, [new api.WSABUF(1, bytes('x'))], 1, null, 0, overlapped, null)).toBe(-1);
        expect(api.WSAGetLastError()).toBe(api.WSA_IO_PENDING);
        await end(s);
        expect(await ended(overlapped)).toBe(-api.WSA_OPERATION_ABORTED);
        expect(now() - before).toBeLessThan(1000);
      },
      async (s) => (came = await all(s)),
    );
    expect(came).toEqual([]);
  });
});

it('a blocking receive that is held back gives what came when its socket is closed, and a send WSAEINTR', async () => {
  ruled('send,recv:delay=60000');
  await connected(
    async (s) => {
      const [room, before] = [new Uint8Array(1), now()];
      const calls = [ways.blocking.receive(s, room), Promise.resolve(api.send(s, room, 1, 0))];
      await world.sleep(100);
      await api.closesocket(s);
      expect((await Promise.all(calls)).map((count) => Math.max(count, -1))).toEqual([1, -1]);
      expect(text(room)).toBe('x');
      expect(now() - before).toBeLessThan(1000);
    },
    (s) => Promise.resolve(api.send(s, bytes('x'), 1, 0)),
  );
});

describe('other calls', () => {
  it('connect is delayed and failed, by address and port', async () => {
    ruled('connect:with=*:7001:fail=WSAEHOSTUNREACH', 'connect:with=*:7002:delay=300');
    await world.server.run(async () => {
      await start();
      for (const port of [7000, 7001, 7002]) listenOn(port);
    });
    await world.client.run(async () => {
      await start();
      const address = world.address('server');
      expect(await dial(address, 7000)).toMatchObject({ error: 0 });
      expect(now()).toBeLessThan(300);
      expect(await dial(address, 7001)).toMatchObject({ error: api.WSAEHOSTUNREACH });
      const before = now();
      expect(await dial(address, 7002)).toMatchObject({ error: 0 });
      expect(now() - before).toBeGreaterThanOrEqual(300);
    });
  });

  it('ConnectEx, bind, accept and AcceptEx fail', async () => {
    ruled('connect:fail=WSAETIMEDOUT', 'accept:fail=WSAEMFILE', 'bind:with=*:80:fail=WSAEACCES');
    await world.client.run(async () => {
      await start();
      const s = api.socket(api.AF_INET, api.SOCK_STREAM, 0);
      expect(result(api.bind(s, endpoint('0.0.0.0', 80), size))).toBe(-api.WSAEACCES);
      must('bind', api.bind(s, endpoint('0.0.0.0', 0), size));
      expect(api.ConnectEx(s, endpoint(world.address('server'), 7000), size, null, 0, null, event())).toBe(0);
      expect(api.WSAGetLastError()).toBe(api.WSAETIMEDOUT);
      const listener = listenOn(7000);
      expect([await api.accept(listener, null, null), api.WSAGetLastError()]).toEqual([api.INVALID_SOCKET, api.WSAEMFILE]);
      const accepting = api.socket(api.AF_INET, api.SOCK_STREAM, 0);
      expect(api.AcceptEx(listener, accepting, new Uint8Array(64), 0, 32, 32, null, event())).toBe(0);
      expect(api.WSAGetLastError()).toBe(api.WSAEMFILE);
    });
  });

  it('sendto, WSASendMsg and WSARecvMsg are hit by whom they are about', async () => {
    ruled('sendto:with=*:9001:drop', 'recvfrom:with=*:5000:drop');
    const make = (port: number): api.SOCKET => {
      const s = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
      must('bind', api.bind(s, endpoint('0.0.0.0', port), size));
      return s;
    };
    const got = world.server.run(async () => {
      await start();
      const [first, second] = [make(9000), make(9001)];
      return [(await all(first)).sort(), await all(second)];
    });
    const message = (word: string, name: api.sockaddr_in): api.WSAMSG =>
      new api.WSAMSG({ name, namelen: size, lpBuffers: [new api.WSABUF(word.length, bytes(word))], dwBufferCount: 1 });
    await world.client.run(async () => {
      await start();
      const s = make(9000);
      for (const port of [9000, 9001]) {
        const to = endpoint(world.address('server'), port);
        expect(await api.sendto(s, bytes('sendto'), 6, 0, to, size)).toBe(6);
        must('WSASendMsg', await api.WSASendMsg(s, message('WSASendMsg', to), 0, api.ref(0), null, null));
      }
    });
    expect(await got).toEqual([['WSASendMsg', 'sendto'], []]);
    const received = world.client.run(async () => {
      const s = make(9002);
      const [room, count] = [new Uint8Array(16), api.ref(0)];
      const name = new api.sockaddr_in();
      const into = new api.WSAMSG({ name, namelen: size, lpBuffers: [new api.WSABUF(16, room)], dwBufferCount: 1 });
      must('WSARecvMsg', await api.WSARecvMsg(s, into, count, null, null));
      return [text(room.subarray(0, count.value)), api.ntohs(name.sin_port), into.namelen];
    });
    await world.server.run(async () => {
      await world.sleep(10);
      for (const port of [5000, 5001]) {
        const word = `from ${String(port)}`;
        must('sendto', await api.sendto(make(port), bytes(word), word.length, 0, endpoint(world.address('client'), 9002), size));
        await world.sleep(10);
      }
    });
    expect(await received).toEqual(['from 5001', 5001, size]);
  });

  it('TransmitPackets is a send', async () => {
    ruled('send:fail=WSAENETDOWN');
    await connected(
      async (s) => {
        const element = new api.TRANSMIT_PACKETS_ELEMENT();
        expect(await api.TransmitPackets(s, [element], 1, 0, null, 0)).toBe(0);
        expect(api.WSAGetLastError()).toBe(api.WSAENETDOWN);
      },
      nothing,
    );
  });
});

describe('a rule', () => {
  const occasion = { call: 'send', isStream: true, place: null, effects: ['fail', 'delay'] } as const;
  const hits = (rule: FaultRule, calls: number): string =>
    Array.from({ length: calls }, () => (rule.meets(occasion) ? 'x' : '.')).join('');

  it.each([
    ['send:fail=WSAEINTR', 'xxxxx'],
    ['send:nth=3:fail=WSAEINTR', '..x..'],
    ['send:nth=2:times=3:fail=WSAEINTR', '.xxx.'],
    ['send:times=2:fail=WSAEINTR', 'xx...'],
    ['recv,send:times=1:fail=WSAEINTR', 'x....'],
    ['recv:fail=WSAEINTR', '.....'],
    ['*:fail=WSAEINTR', 'xxxxx'],
    ['send:with=*:80:fail=WSAEINTR', '.....'],
    ['send:drop', '.....'],
  ])('%s hits %s', (rule, expected) => {
    ruled();
    expect(hits(FaultRule.parse(rule), 5)).toBe(expected);
  });

  it('hits by chance as often as it says, and the same calls for the same seed', () => {
    ruled();
    const make = (seed: number): string => hits(FaultRule.parse('send:chance=0.25:fail=WSAEINTR', seed), 1000);
    const first = make(7);
    expect(make(7)).toBe(first);
    expect(make(8)).not.toBe(first);
    const count = first.replaceAll('.', '').length;
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(300);
  });

  it('is counted by process, and the trace is told of each hit', async () => {
    const rule = 'connect:nth=2:fail=WSAECONNREFUSED';
    ruled(rule);
    world.listen();
    await world.client.run(async () => {
      await start();
      const d = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
      must('connect', await api.connect(d, endpoint(world.address('server'), 9), size));
      // Of another chain, through the same rules.
      expect(await dial(world.address('server'), 9)).toMatchObject({ error: api.WSAECONNREFUSED });
    });
    expect(world.notes.filter(({ layer }) => layer === FAULT).map(({ args }) => args)).toEqual([[`${rule} (hit 1 of 2 calls)`]]);
  });

  it('of a program\'s own tells it how often it was hit', async () => {
    const rule = FaultRule.parse('connect:nth=2:times=5:fail=WSAECONNREFUSED');
    world = new LayeredWorld(['own'], { ifs: false, modules: { own: faultLayer({ rules: [rule] }) } });
    await world.client.run(async () => {
      await start();
      const d = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
      must('connect', await api.connect(d, endpoint(world.address('server'), 9), size));
      for (let i = 0; i < 2; i += 1) expect(await dial(world.address('server'), 9)).toMatchObject({ error: api.WSAECONNREFUSED });
    });
    expect([rule.hits, rule.seen, String(rule)]).toEqual([2, 3, `${rule.text} (hit 2 of 3 calls)`]);
  });

  it.each(['seed=x', 'seed=-1', 'seed=1&seed=2', 'rules=send:cut'])('the setting %j fails the start, too', async (query) => {
    world = new LayeredWorld([`${FAULT}?${query}`], { ifs: false });
    await world.client.run(async () => {
      await start();
      expect(api.socket(api.AF_INET, api.SOCK_STREAM, 0)).toBe(api.INVALID_SOCKET);
    });
  });

  it.each([
    '', 'send', 'send:', 'send:nth=1', 'sends:cut', 'send:cut:drop', 'send:fail=WSAEWHAT', 'send:fail=ERROR_TIMEOUT', 'send:fail',
    'send:nth=0:cut', 'send:nth=x:cut', 'send:chance=2:cut', 'send:chance=0:cut', 'send:times=0:cut', 'send:delay=-1',
    'send:short=1', 'recv:duplicate', 'bind:delay=1', 'connect:cut', 'accept:with=*:fail=WSAEINTR', 'send:with=here:cut',
    'send:speed=1:cut', 'send:nth=1:nth=2:cut', 'send:cut=1', 'send:corrupt=0',
  ])('%j fails the start with a reason', async (rule) => {
    ruled(rule);
    world.listen();
    await world.client.run(async () => {
      await start();
      expect(api.socket(api.AF_INET, api.SOCK_STREAM, 0)).toBe(api.INVALID_SOCKET);
      expect(api.WSAGetLastError()).toBe(api.WSAEPROVIDERFAILEDINIT);
    });
    expect(world.notes.some(({ args }) => args.some((arg) => String(arg).includes('SettingError')))).toBe(true);
  });

  it('reads addresses of both families', () => {
    ruled();
    const place = (address: string, port: number) => ({ ...occasion, place: { address: Uint8Array.from(address.split('.').map(Number)), port } });
    const rule = FaultRule.parse('send:with=10.0.0.0/8:80-90:nth=1:fail=WSAEINTR');
    expect([rule.meets(place('10.1.1.1', 79)), rule.meets(place('11.1.1.1', 80)), rule.meets(place('10.1.1.1', 80))]).toEqual([false, false, true]);
    for (const address of ['fd00::cafe:1', '[fd00::dead]:80', '::1', '[::1]:80', '*']) {
      expect(FaultRule.parse(`send:with=${address}:nth=1:cut`).hasPlace).toBe(true);
    }
  });
});
