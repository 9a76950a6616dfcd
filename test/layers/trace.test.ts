// The trace layer: what it prints of calls that return, wait, fail and go on overlapped, and where to.
import { afterEach, describe, expect, it } from 'vitest';
import { traceLayer } from 'winsock2/layers/trace';
import { LayeredWorld, api, endpoint, listenOn, must, start, type LayeredOptions } from './world.js';

let world: LayeredWorld;
afterEach(() => world.end());

/** A client whose trace layer writes into the list given back. */
function traced(query = '', options: LayeredOptions = {}): string[] {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
  };
  world = new LayeredWorld([`own${query}`], { modules: { own: traceLayer({ write }) }, ...options });
  return lines;
}

/** The client connects to the server, which sends `hello` 20 ms later; how the client takes it is the test's. */
async function exchange(receive: (s: api.SOCKET, buffer: Uint8Array) => Promise<void>): Promise<void> {
  const served = world.server.run(async () => {
    await start();
    const listener = listenOn(7000);
    const s = await api.accept(listener, null, null);
    await world.sleep(20);
    must('send', await api.send(s, new TextEncoder().encode('hello'), 5, 0));
    await api.recv(s, new Uint8Array(1), 1, 0);
  });
  await world.client.run(async () => {
    await start();
    const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
    must('connect', await api.connect(s, endpoint(world.address('server'), 7000), api.sockaddr_in.size));
    await receive(s, new Uint8Array(16));
    await api.closesocket(s);
  });
  await served;
}

const receiveBlocking = async (s: api.SOCKET, buffer: Uint8Array): Promise<void> => {
  expect(await api.recv(s, buffer, 16, 0)).toBe(5);
};

/** Lines without times. */
const bare = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/^ *[\d.]+ /, '').replace(/ \([\d.]+ ms\)$/, ''));

describe('a call', () => {
  it('is printed with names and addresses, and once more when it has waited', async () => {
    const lines = traced();
    await exchange(receiveBlocking);
    const server = world.address('server');
    const s = /WSPSocket.* = (\d+)/.exec(lines.join('\n'))?.[1] ?? '';
    const texts = bare(lines);
    expect(texts[0]).toBe('WSPStartup for "over [MSAFD Tcpip [TCP/IP]]"');
    expect(texts).toContain(`WSPSocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, WSAPROTOCOL_INFOW, 0, WSA_FLAG_OVERLAPPED) = ${s}`);
    expect(texts).toContain(`WSPConnect(${s}, ${server}:7000, 16) waits`);
    expect(texts).toContain(`WSPConnect(${s}) = 0`);
    expect(texts).toContain(`WSPRecv(${s}) = 0, 5 bytes`);
    expect(lines.find((line) => line.includes(`WSPRecv(${s}) = 0`))).toMatch(/\(20(\.\d+)? ms\)$|\(2\d(\.\d+)? ms\)$/);
    expect(texts.at(-1)).toBe(`WSPCloseSocket(${s}) = 0`);
  });

  it('shows the bytes that were asked for', async () => {
    const lines = traced('?data=4&calls=WSPRecv');
    await exchange(receiveBlocking);
    const texts = bare(lines).slice(1);
    expect(texts).toHaveLength(2);
    expect(texts[1]).toMatch(/^WSPRecv\(\d+\) = 0, 5 bytes, "hell"$/);
  });

  it('shows its error by name', async () => {
    const lines = traced('?calls=WSPBind');
    await world.client.run(async () => {
      await start();
      const s = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
      expect(api.bind(s, endpoint('203.0.113.9', 1), api.sockaddr_in.size)).toBe(api.SOCKET_ERROR);
    });
    expect(bare(lines)[1]).toMatch(/^WSPBind\(\d+, 203\.0\.113\.9:1, 16\) = WSAEADDRNOTAVAIL$/);
  });

  it('that is overlapped is printed at its end too, with its data', async () => {
    const lines = traced('?data=16&calls=WSPRecv');
    await exchange(async (s, buffer) => {
      const overlapped = new api.WSAOVERLAPPED({ hEvent: api.WSACreateEvent() });
      const before = lines.length;
      const result = api.WSARecv(s, [new api.WSABUF(16, buffer)], 1, null, api.ref(0), overlapped, null);
      expect([result, api.WSAGetLastError()]).toEqual([api.SOCKET_ERROR, api.WSA_IO_PENDING]);
      await api.WSAWaitForMultipleEvents(1, [overlapped.hEvent], 1, api.WSA_INFINITE, 0);
      expect(bare(lines.slice(before))).toEqual([
        `WSPRecv(${String(s)}, [16 bytes], 1) = WSA_IO_PENDING`,
        `WSPRecv(${String(s)}) is over = 0, 5 bytes, "hello"`,
      ]);
    });
  });

  it('by an extension function is printed like any other', async () => {
    const lines = traced('?calls=ConnectEx');
    world.server.run(async () => {
      await start();
      listenOn(7000);
    }).catch(() => undefined);
    await world.client.run(async () => {
      await start();
      const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
      must('bind', api.bind(s, endpoint('0.0.0.0', 0), api.sockaddr_in.size));
      const overlapped = new api.OVERLAPPED({ hEvent: api.WSACreateEvent() });
      api.ConnectEx(s, endpoint(world.address('server'), 7000), api.sockaddr_in.size, null, 0, null, overlapped);
      await api.WSAWaitForMultipleEvents(1, [overlapped.hEvent], 1, api.WSA_INFINITE, 0);
      const to = `${world.address('server')}:7000`;
      expect(bare(lines).slice(1)).toEqual([
        `ConnectEx(${String(s)}, ${to}, 16, 0) = WSA_IO_PENDING`,
        `ConnectEx(${String(s)}) is over = 0, 0 bytes`,
      ]);
    });
  });
});

describe('the settings', () => {
  it('send lines into a new file, and never into one that is there', async () => {
    world = new LayeredWorld(['winsock2/layers/trace?file=a.log&calls=WSPSocket']);
    world.files.open('a.log', { read: false, write: true, disposition: api.CREATE_NEW });
    await world.client.run(async () => {
      await start();
      api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
    });
    expect(world.content('a.log')).toEqual(new Uint8Array(0));
    expect(new TextDecoder().decode(world.content('a-2.log') ?? undefined)).toMatch(/WSPStartup.*\n.*WSPSocket\(AF_INET, SOCK_DGRAM.*\n$/);
  });

  it('send lines into the trace', async () => {
    world = new LayeredWorld(['winsock2/layers/trace?to=trace&calls=WSPSocket']);
    world.listen();
    await world.client.run(async () => {
      await start();
      api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
    });
    const own = world.notes.filter(({ layer }) => layer === 'winsock2/layers/trace');
    expect(own.map(({ name }) => name.trim())).toEqual([expect.stringContaining('WSPStartup'), expect.stringContaining('WSPSocket(AF_INET')]);
  });

  it.each([
    ['?to=paper', "the setting 'to' is 'paper' and not one of console, trace"],
    ['?to=trace&to=trace', "the setting 'to' comes more than once"],
    ['?file=', "the setting 'file' has no value"],
    ['?data=lots', "the setting 'data' is 'lots' and not a number from 0 to 65536"],
    ['?calls=WSPRead', "the setting 'calls' names 'WSPRead', which no provider has"],
    ['?level=3', "there is no setting 'level'; there are calls, data, file, to"],
  ])('%s fails the start with a reason', async (query, reason) => {
    world = new LayeredWorld([`winsock2/layers/trace${query}`]);
    world.listen();
    await world.client.run(async () => {
      await start();
      expect(api.socket(api.AF_INET, api.SOCK_STREAM, 0)).toBe(api.INVALID_SOCKET);
      expect(api.WSAGetLastError()).toBe(api.WSAEPROVIDERFAILEDINIT);
    });
    expect(world.notes.flatMap(({ args }) => args).some((arg) => String(arg).includes(reason))).toBe(true);
  });
});
