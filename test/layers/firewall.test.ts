// The firewall layer: what may not pass is refused, rejected or dropped in every way that there is to it, and what may goes on.
import { afterEach, describe, expect, it } from 'vitest';
import { AddressRule } from 'winsock2/layers/firewall';
import { LayeredWorld, api, dial, endpoint, listenOn, must, start } from './world.js';

const FIREWALL = 'winsock2/layers/firewall';
let world: LayeredWorld;
afterEach(() => world.end());

function guarded(query: string): void {
  world = new LayeredWorld([`${FIREWALL}${query}`], { ifs: false });
}

const any = endpoint('0.0.0.0', 0);
const size = api.sockaddr_in.size;
const text = (bytes: Uint8Array, length: number): string => new TextDecoder().decode(bytes.subarray(0, length));

function datagramSocket(port: number): api.SOCKET {
  const s = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
  must('bind', api.bind(s, endpoint('0.0.0.0', port), size));
  return s;
}

async function sendFrom(port: number, word: string): Promise<void> {
  const s = datagramSocket(port);
  must('sendto', await api.sendto(s, new TextEncoder().encode(word), word.length, 0, endpoint(world.address('client'), 9000), size));
}

describe('what goes out', () => {
  it('is refused with WSAEACCES where the list does not have it', async () => {
    guarded('?allow=127.0.0.0/8');
    const to = endpoint(world.address('server'), 7000);
    await world.server.run(async () => {
      await start();
      listenOn(7000);
    });
    await world.client.run(async () => {
      await start();
      expect(await dial(world.address('server'), 7000)).toMatchObject({ error: api.WSAEACCES });
      const s = api.socket(api.AF_INET, api.SOCK_STREAM, 0);
      must('bind', api.bind(s, any, size));
      expect(api.ConnectEx(s, to, size, null, 0, null, new api.OVERLAPPED())).toBe(0);
      expect(api.WSAGetLastError()).toBe(api.WSAEACCES);
      const d = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
      expect([await api.sendto(d, new Uint8Array(1), 1, 0, to, size), api.WSAGetLastError()]).toEqual([-1, api.WSAEACCES]);
      const message = new api.WSAMSG({ name: to, namelen: size, lpBuffers: [new api.WSABUF(1, new Uint8Array(1))], dwBufferCount: 1 });
      expect([await api.WSASendMsg(d, message, 0, api.ref(0), null, null), api.WSAGetLastError()]).toEqual([-1, api.WSAEACCES]);
      expect([api.bind(d, endpoint(world.address('client'), 0), size), api.WSAGetLastError()]).toEqual([-1, api.WSAEACCES]);
      listenOn(7000);
      expect(await dial('127.0.0.1', 7000)).toMatchObject({ error: 0 });
    });
  });

  it('passes by port, and what is denied does not whatever is allowed', async () => {
    guarded('?allow=*:7000-7001&deny=*:7001');
    await world.server.run(async () => {
      await start();
      for (const port of [6999, 7000, 7001]) listenOn(port);
    });
    await world.client.run(async () => {
      await start();
      const errors: number[] = [];
      for (const port of [6999, 7000, 7001]) errors.push((await dial(world.address('server'), port)).error);
      expect(errors).toEqual([api.WSAEACCES, 0, api.WSAEACCES]);
    });
  });

  it('has no way round by registered I/O', async () => {
    guarded('?allow=127.0.0.0/8');
    await world.client.run(async () => {
      await start();
      const s = api.WSASocketW(api.AF_INET, api.SOCK_DGRAM, 0, null, 0, api.WSA_FLAG_REGISTERED_IO);
      const output = new Uint8Array(128);
      const code = api.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
      const id = api.WSAID_MULTIPLE_RIO.bytes;
      expect([await api.WSAIoctl(s, code, id, 16, output, 128, api.ref(0), null, null), api.WSAGetLastError()]).toEqual([-1, api.WSAEOPNOTSUPP]);
    });
  });
});

describe('a connection that comes in', () => {
  /** What a server behind the firewall gives each of the two machines that dial it. */
  async function dialled(accept: (listener: api.SOCKET) => Promise<api.SOCKET>): Promise<{ server: number; own: number; peer: string }> {
    const listener = await world.client.run(async () => {
      await start();
      return listenOn(7000);
    });
    const accepted = world.client.run(() => accept(listener));
    const server = await world.server.run(async () => {
      await start();
      const { s } = await dial(world.address('client'), 7000);
      // However it is told, the connection is over at once.
      return api.recv(s, new Uint8Array(1), 1, 0);
    });
    const own = await world.client.run(() => dial('127.0.0.1', 7000));
    const peer = new api.sockaddr_in();
    const s = await accepted;
    world.client.run(() => must('getpeername', api.getpeername(s, peer, api.ref<number>(size))));
    return { server, own: own.error, peer: api.inet_ntoa(peer.sin_addr) ?? '' };
  }

  it('is rejected where it may not pass, and accept waits for the next', async () => {
    guarded('?allow=127.0.0.0/8');
    const outcome = await dialled((listener) => Promise.resolve(api.accept(listener, null, null)));
    expect(outcome).toMatchObject({ own: 0, peer: '127.0.0.1' });
    expect(outcome.server).toBeLessThanOrEqual(0);
  });

  it('ends AcceptEx with WSAECONNRESET, and its data is not shown', async () => {
    guarded('?allow=127.0.0.0/8');
    await world.client.run(async () => {
      await start();
      const listener = listenOn(7000);
      const s = api.socket(api.AF_INET, api.SOCK_STREAM, 0);
      const overlapped = new api.OVERLAPPED({ hEvent: api.WSACreateEvent() });
      const output = new Uint8Array(72);
      expect(api.AcceptEx(listener, s, output, 8, 32, 32, null, overlapped)).toBe(0);
      expect(api.WSAGetLastError()).toBe(api.WSA_IO_PENDING);
      const served = world.server.run(async () => {
        await start();
        const peer = await dial(world.address('client'), 7000);
        await api.send(peer.s, new TextEncoder().encode('secret'), 6, 0);
        return api.recv(peer.s, new Uint8Array(1), 1, 0);
      });
      await api.WSAWaitForMultipleEvents(1, [overlapped.hEvent], 1, api.WSA_INFINITE, 0);
      expect(await api.WSAGetOverlappedResult(listener, overlapped, api.ref(0), 0, api.ref(0))).toBe(0);
      expect(api.WSAGetLastError()).toBe(api.WSAECONNRESET);
      expect(output.every((byte) => byte === 0)).toBe(true);
      expect(await served).toBeLessThanOrEqual(0);
    });
  });
});

describe('a datagram that comes in', () => {
  const ways: Readonly<Record<string, (s: api.SOCKET, buffer: Uint8Array) => Promise<number>>> = {
    recv: (s, buffer) => Promise.resolve(api.recv(s, buffer, 16, 0)),
    recvfrom: (s, buffer) => Promise.resolve(api.recvfrom(s, buffer, 16, 0, new api.sockaddr_in(), api.ref<number>(size))),
    'recvfrom with MSG_PEEK': (s, buffer) => Promise.resolve(api.recvfrom(s, buffer, 16, api.MSG_PEEK, null, null)),
    WSARecvMsg: async (s, buffer) => {
      const received = api.ref(0);
      const message = new api.WSAMSG({ name: new api.sockaddr_in(), namelen: size, lpBuffers: [new api.WSABUF(16, buffer)], dwBufferCount: 1 });
      must('WSARecvMsg', await api.WSARecvMsg(s, message, received, null, null));
      return received.value;
    },
    'WSARecvFrom, overlapped': async (s, buffer) => {
      const overlapped = new api.OVERLAPPED({ hEvent: api.WSACreateEvent() });
      api.WSARecvFrom(s, [new api.WSABUF(16, buffer)], 1, null, api.ref(0), null, null, overlapped, null);
      expect(api.WSAGetLastError()).toBe(api.WSA_IO_PENDING);
      await api.WSAWaitForMultipleEvents(1, [overlapped.hEvent], 1, api.WSA_INFINITE, 0);
      const received = api.ref(0);
      expect(await api.WSAGetOverlappedResult(s, overlapped, received, 0, api.ref(0))).toBe(1);
      return received.value;
    },
  };

  it.each(Object.entries(ways))('is dropped where it may not pass: %s', async (_name, receive) => {
    guarded('?deny=*:5000');
    const received = world.client.run(async () => {
      await start();
      const [s, buffer] = [datagramSocket(9000), new Uint8Array(16)];
      return text(buffer, await receive(s, buffer));
    });
    await world.server.run(async () => {
      await start();
      await world.sleep(10);
      await sendFrom(5000, 'forbidden');
      await world.sleep(10);
      await sendFrom(5001, 'permitted');
    });
    expect(await received).toBe('permitted');
  });

  it('leaves a receive that was cancelled or whose socket was closed as one that was aborted', async () => {
    guarded('?deny=*:5000');
    await world.client.run(async () => {
      await start();
      for (const end of [(s: api.SOCKET) => api.CancelIoEx(s, null), (s: api.SOCKET) => api.closesocket(s)]) {
        const s = datagramSocket(0);
        const overlapped = new api.OVERLAPPED({ hEvent: api.WSACreateEvent() });
        api.WSARecvFrom(s, [new api.WSABUF(1, new Uint8Array(1))], 1, null, api.ref(0), null, null, overlapped, null);
        await end(s);
        expect(await api.WSAWaitForMultipleEvents(1, [overlapped.hEvent], 1, 1000, 0)).toBe(0);
        expect(overlapped.Internal).not.toBe(0);
      }
    });
  });
});

describe('a rule', () => {
  const of = (address: string): Uint8Array => endpoint(address, 0).sin_addr.bytes;

  it.each([
    ['10.0.0.0/8', '10.255.0.1', 1, true],
    ['10.0.0.0/8', '11.0.0.1', 1, false],
    ['10.0.0.0/9', '10.128.0.1', 1, false],
    ['10.0.0.1', '10.0.0.1', 1, true],
    ['10.0.0.1', '10.0.0.2', 1, false],
    ['10.0.0.1:80-81', '10.0.0.1', 81, true],
    ['10.0.0.1:80-81', '10.0.0.1', 82, false],
    ['0.0.0.0/0', '1.2.3.4', 1, true],
    ['fd00::/8', '1.2.3.4', 1, false],
    ['*:53', '1.2.3.4', 53, true],
  ])('%s of %s port %i: %s', (rule, address, port, expected) => {
    guarded('');
    expect(AddressRule.parse(rule).matches(of(address), [port])).toBe(expected);
  });

  it.each(['', 'localhost', '10.0.0', '10.0.0.0/33', '10.0.0.0/8/9', '10.0.0.1:0', '10.0.0.1:90-80', '10.0.0.1:x', '[fd00::/8', 'fd00::/129'])(
    '%j fails the start with a reason',
    async (value) => {
      guarded(`?allow=${encodeURIComponent(value)}`);
      world.listen();
      await world.client.run(async () => {
        await start();
        expect(api.socket(api.AF_INET, api.SOCK_STREAM, 0)).toBe(api.INVALID_SOCKET);
        expect(api.WSAGetLastError()).toBe(api.WSAEPROVIDERFAILEDINIT);
      });
      expect(world.notes.some(({ args }) => args.some((arg) => String(arg).includes('SettingError')))).toBe(true);
    },
  );
});
