// The shaper layer on virtual time: what arrives when, to the microsecond; backpressure, half-closing, and its settings.
import { afterEach, describe, expect, it } from 'vitest';
import { LayeredWorld, api, bytesAt, endpoint, listenOn, must, start } from './world.js';

const PORT = 7000;
/** 800,000 bits per second are 100 bytes in a millisecond. */
const RATE = '800k';
const BYTES_PER_MS = 100;
const PACKET = 1460;

let world: LayeredWorld;
afterEach(() => world.end());

const now = (): number => world.network.clock.now();

/** A client over the shaper; `serve` and `use` get each end of one connection. */
async function connection(
  query: string,
  serve: (s: api.SOCKET) => Promise<void>,
  use: (s: api.SOCKET) => Promise<void>,
): Promise<void> {
  world = new LayeredWorld([`winsock2/layers/shaper${query}`]);
  const served = world.server.run(async () => {
    await start();
    const s = await api.accept(listenOn(PORT), null, null);
    await serve(s);
  });
  await world.client.run(async () => {
    await start();
    const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
    must('connect', await api.connect(s, endpoint(world.address('server'), PORT), api.sockaddr_in.size));
    await use(s);
  });
  await served;
}

/** Receives to the end; what came, and when the first and the last of it did. */
async function drain(s: api.SOCKET): Promise<{ bytes: Uint8Array; first: number; last: number }> {
  const pieces: number[] = [];
  const buffer = new Uint8Array(4096);
  let [first, last] = [-1, -1];
  for (;;) {
    const count = must('recv', await api.recv(s, buffer, buffer.length, 0));
    if (count === 0) return { bytes: Uint8Array.from(pieces), first, last };
    last = now();
    if (first < 0) first = last;
    pieces.push(...buffer.subarray(0, count));
  }
}

async function sendAll(s: api.SOCKET, bytes: Uint8Array): Promise<void> {
  expect(await api.send(s, bytes, bytes.length, 0)).toBe(bytes.length);
  expect(api.shutdown(s, api.SD_SEND)).toBe(0);
}

/** How long `size` bytes take one way, from the send to the last of them, and from the first to the last. */
async function timed(query: string, size: number, way: 'up' | 'down'): Promise<{ all: number; spread: number }> {
  const sent = bytesAt(1, 0, size);
  let began = 0;
  let got: Awaited<ReturnType<typeof drain>> = { bytes: new Uint8Array(0), first: 0, last: 0 };
  const sender = async (s: api.SOCKET): Promise<void> => {
    await world.sleep(1000);
    began = now();
    await sendAll(s, sent);
  };
  const receiver = async (s: api.SOCKET): Promise<void> => {
    got = await drain(s);
  };
  await (way === 'up' ? connection(query, receiver, sender) : connection(query, sender, receiver));
  expect(got.bytes).toEqual(sent);
  await world.end();
  return { all: got.last - began, spread: got.last - got.first };
}

describe.each(['up', 'down'] as const)('the way %s', (way) => {
  it('lets through what the bucket holds, and the rest at the rate', async () => {
    const packets = 10;
    const bare = await timed('', PACKET, way);
    const shaped = await timed(`?${way}=${RATE}`, packets * PACKET, way);
    expect(shaped.spread).toBeCloseTo(((packets - 1) * PACKET) / BYTES_PER_MS, 2);
    if (way === 'up') expect(shaped.all - bare.all).toBeCloseTo(((packets - 1) * PACKET) / BYTES_PER_MS, 2);
  });

  it('lets through a burst at once', async () => {
    const bare = await timed('', 4 * PACKET, way);
    const shaped = await timed(`?${way}=${RATE}&burst=${String(4 * PACKET)}`, 4 * PACKET, way);
    expect(shaped.all).toBeCloseTo(bare.all, 2);
  });

  it('takes as long as was asked for, and no more bandwidth for it', async () => {
    const bare = await timed('', PACKET, way);
    expect((await timed(`?${way}delay=250`, PACKET, way)).all).toBeCloseTo(bare.all + 250, 2);
    const other = way === 'up' ? 'down' : 'up';
    expect((await timed(`?${other}delay=250`, PACKET, way)).all).toBeCloseTo(bare.all, 2);
    const both = await timed(`?${way}=${RATE}&delay=250`, 3 * PACKET, way);
    expect(both.spread).toBeCloseTo((2 * PACKET) / BYTES_PER_MS, 2);
  });
});

describe('a connection', () => {
  it('is made a round trip later', async () => {
    const times: number[] = [];
    for (const query of ['', '?updelay=30&downdelay=70']) {
      await connection(query, () => Promise.resolve(), () => Promise.resolve(times.push(now())).then(() => undefined));
      await world.end();
    }
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeCloseTo(100, 2);
  });

  it('that is refused says so, a round trip later', async () => {
    world = new LayeredWorld(['winsock2/layers/shaper?delay=500']);
    await world.client.run(async () => {
      await start();
      const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
      const began = now();
      expect(await api.connect(s, endpoint(world.address('server'), PORT), api.sockaddr_in.size)).toBe(api.SOCKET_ERROR);
      expect(api.WSAGetLastError()).toBe(api.WSAECONNREFUSED);
      expect(now() - began).toBeGreaterThanOrEqual(1000);
    });
  });

  it('shares the line with others', async () => {
    world = new LayeredWorld([`winsock2/layers/shaper?up=${RATE}`]);
    const size = 10 * PACKET;
    const ends: number[] = [];
    const served = world.server.run(async () => {
      await start();
      const listener = listenOn(PORT);
      const sockets = [await api.accept(listener, null, null), await api.accept(listener, null, null)];
      await Promise.all(sockets.map(async (s) => ends.push((await drain(s)).last)));
    });
    let began = 0;
    await world.client.run(async () => {
      await start();
      const sockets = [0, 1].map(() => api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP));
      for (const s of sockets) must('connect', await api.connect(s, endpoint(world.address('server'), PORT), api.sockaddr_in.size));
      began = now();
      await Promise.all(sockets.map((s) => sendAll(s, bytesAt(1, 0, size))));
    });
    await served;
    const [first = 0, second = 0] = ends.sort((a, b) => a - b);
    // Neither has to wait until the other is through.
    expect(second - began).toBeGreaterThan((2 * size - PACKET) / BYTES_PER_MS);
    expect(second - first).toBeLessThan((3 * PACKET) / BYTES_PER_MS);
  });

  it('is writable again when the line has taken what was sent', async () => {
    const size = 400 * PACKET;
    await connection(`?up=${RATE}`, (s) => drain(s).then(() => undefined), async (s) => {
      must('ioctlsocket', api.ioctlsocket(s, api.FIONBIO, api.ref(1)));
      const bytes = bytesAt(1, 0, size);
      expect(await api.send(s, bytes, size, 0)).toBe(size);
      expect(await api.send(s, bytes, size, 0)).toBe(api.SOCKET_ERROR);
      expect(api.WSAGetLastError()).toBe(api.WSAEWOULDBLOCK);
      const began = now();
      const writable = new api.fd_set();
      api.FD_SET(s, writable);
      expect(await api.select(0, null, writable, null, null)).toBe(1);
      expect(now() - began).toBeGreaterThan(4000);
      await api.closesocket(s);
    });
  });

  it('that nobody reads stops its sender', async () => {
    let sent = 0;
    await connection(`?down=80M`, async (s) => {
      must('ioctlsocket', api.ioctlsocket(s, api.FIONBIO, api.ref(1)));
      const piece = bytesAt(1, 0, 65_536);
      for (let i = 0; i < 200; i++) {
        const count = await api.send(s, piece, piece.length, 0);
        if (count > 0) sent += count;
        await world.sleep(20);
      }
      await api.closesocket(s);
    }, async (s) => {
      await world.sleep(10_000);
      expect(sent).toBeLessThan(4_000_000);
      expect((await drain(s)).bytes.length).toBe(sent);
    });
  });

  it('delivers what was sent before closesocket and WSACleanup', async () => {
    const sent = bytesAt(1, 0, 20 * PACKET);
    let got: Uint8Array = new Uint8Array(0);
    await connection(`?up=${RATE}&delay=100`, async (s) => {
      got = (await drain(s)).bytes;
    }, async (s) => {
      must('ioctlsocket', api.ioctlsocket(s, api.FIONBIO, api.ref(1)));
      must('send', await api.send(s, sent, sent.length, 0));
      must('closesocket', await api.closesocket(s));
      must('WSACleanup', await api.WSACleanup());
    });
    expect(got).toEqual(sent);
  });
});

describe('the settings', () => {
  it.each([
    ['?up=fast', "the setting 'up' is 'fast' and no number of bits per second, as 64000, 512k, 1.5M or 1G"],
    ['?down=0', "the setting 'down' is '0' and no number of bits per second, as 64000, 512k, 1.5M or 1G"],
    ['?delay=1.5', "the setting 'delay' is '1.5' and not a number from 0 to 600000"],
    ['?burst=0', "the setting 'burst' is '0' and not a number from 1 to 16777216"],
    ['?speed=1', "there is no setting 'speed'"],
  ])('%s fails the start with a reason', async (query, reason) => {
    world = new LayeredWorld([`winsock2/layers/shaper${query}`]);
    world.listen();
    await world.client.run(async () => {
      await start();
      expect(api.socket(api.AF_INET, api.SOCK_STREAM, 0)).toBe(api.INVALID_SOCKET);
      expect(api.WSAGetLastError()).toBe(api.WSAEPROVIDERFAILEDINIT);
    });
    expect(world.notes.flatMap(({ args }) => args).some((arg) => String(arg).includes(reason))).toBe(true);
  });
});
