// inspectSocket and explainSocket: they tell what is so and why, and change nothing. The page about them shows what the
// first test prints.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { explainSocket, inspectSocket } from '../../src/index.js';
import { WinsockProcess } from '../../src/ws2_32/index.js';
import { EventsBench } from './events-bench.js';
import { api } from './world.js';

const { ref } = api;
const page = readFileSync('docs/recipes/why-is-my-event-not-signalled.md', 'utf8');

const on = (body: (bench: EventsBench) => Promise<void>) => () => EventsBench.run(body);
const buffer = (size: number): Uint8Array => new Uint8Array(size);

/** The lines under `why:`. */
function why(s: api.SOCKET): readonly string[] {
  const lines = explainSocket(s).split('\n');
  return lines.slice(lines.indexOf('why:') + 1).map((line) => line.trim());
}

/** A text with the numbers that depend on the run as letters: handles by name, ports. */
function named(text: string, names: Readonly<Record<string, number>>): string {
  let result = text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
  for (const [name, value] of Object.entries(names)) result = result.replaceAll(new RegExp(`\\b${value}\\b`, 'g'), name);
  return result;
}

test('the text on the page is what is printed', on(async (bench) => {
  const { a, b } = await bench.pair();
  const event = bench.select(b, api.FD_READ | api.FD_CLOSE);
  await api.send(a, buffer(500), 500, 0);
  await bench.settle();
  bench.fetch(b, event);
  const text = named(explainSocket(b), { SOCKET: b, EVENT: event });
  expect(page).toContain(`\`\`\`text\n${text}\n\`\`\``);
}));

describe('the diagnosis', () => {
  test('of a socket without a selection', on(async (bench) => {
    const { b } = await bench.pair();
    expect(why(b)).toEqual(['no network events are selected: call WSAEventSelect or WSAAsyncSelect']);
  }));

  test('of what is recorded, and of an event that was reset by hand', on(async (bench) => {
    const { a, b } = await bench.pair();
    const event = bench.select(b, api.FD_READ);
    await api.send(a, buffer(5), 5, 0);
    await bench.settle();
    expect(why(b)[0]).toBe('FD_READ is recorded and the event is set: WSAEnumNetworkEvents fetches it');
    api.WSAResetEvent(event);
    expect(why(b)[0]).toMatch(/^FD_READ is recorded, and the event was reset by something else/);
    bench.fetch(b, event);
    expect(why(b)[0]).toMatch(/^FD_READ was reported and none of its functions has been called since: call recv, /);
    await api.recv(b, buffer(5), 5, 0);
    expect(why(b)[0]).toBe('FD_READ waits for data');
    api.WSARecv(b, [new api.WSABUF(8, buffer(8))], 1, null, ref(0), new api.OVERLAPPED(), null);
    expect(why(b)[0]).toBe('FD_READ waits for data; 1 receive under way will have what comes first');
  }));

  test('of a connecting socket, before, during and after', on(async (bench) => {
    const { name } = bench.listener();
    const s = bench.tcp();
    const event = bench.select(s, api.FD_CONNECT | api.FD_WRITE | api.FD_QOS | api.FD_ADDRESS_LIST_CHANGE);
    expect(why(s)).toEqual([
      'FD_WRITE waits for a connection',
      'FD_CONNECT does not come: connect has not been called',
      'FD_QOS never happens here',
      'FD_ADDRESS_LIST_CHANGE does not come: no change has been asked for with WSAIoctl',
    ]);
    await api.connect(s, name, 16);
    await bench.settle();
    bench.fetch(s, event);
    await api.WSAIoctl(s, api.SIO_ADDRESS_LIST_CHANGE, null, 0, null, 0, ref(0), null, null);
    expect(why(s)).toEqual([
      'FD_WRITE was reported and no send has given WSAEWOULDBLOCK since: sends are still possible, so call send',
      'FD_CONNECT was reported, and comes once for a connection',
      'FD_QOS never happens here',
      'FD_ADDRESS_LIST_CHANGE waits for the change that was asked for',
    ]);
  }));

  test('of the end of a stream that a window waits for', on(async (bench) => {
    const { a, b } = await bench.pair();
    bench.post(b, api.FD_CLOSE);
    await api.send(a, buffer(7), 7, 0);
    await api.closesocket(a);
    await bench.settle();
    expect(why(b)).toEqual([
      'FD_CLOSE comes when what has been received is read: 7 bytes',
      'FD_READ would be told, and is not among the events selected',
    ]);
    api.DestroyWindow(bench.window);
    expect(why(b).at(-1)).toBe('the window is gone: nobody hears of anything');
  }));

  test('of listeners, of what is shut down, and of an event that nobody can wait for', on(async (bench) => {
    const { s } = bench.listener();
    const event = bench.select(s, api.FD_ACCEPT | api.FD_READ);
    expect(why(s)).toEqual(['FD_READ does not come: there is no connection', 'FD_ACCEPT waits for a connection']);
    api.WSACloseEvent(event);
    expect(why(s).at(-1)).toBe('the handle of the event has been closed: nobody can wait for it');
    const { b } = await bench.pair();
    api.shutdown(b, api.SD_BOTH);
    bench.select(b, api.FD_READ | api.FD_WRITE | api.FD_OOB | api.FD_CONNECT | api.FD_ACCEPT);
    expect(why(b)).toEqual([
      'FD_READ does not come: receiving is shut down',
      'FD_WRITE does not come: sending is shut down',
      'FD_OOB waits for urgent data',
      'FD_ACCEPT does not come: the socket is not listening',
      'FD_CONNECT does not come: the connection was accepted, not made by connect',
    ]);
  }));
});

describe('the data', () => {
  test('show an operation of several steps once', on(async (bench) => {
    const { a } = await bench.pair();
    const size = 5_000_000;
    const head = new api.TRANSMIT_FILE_BUFFERS({ Head: buffer(size), HeadLength: size });
    const sending = api.TransmitFile(a, api.NULL_HANDLE, 0, 0, null, head, 0);
    await bench.settle();
    expect(inspectSocket(a)?.requests).toEqual([{ kind: 'transmit', bytes: 0, overlapped: false, reportsTo: 'caller' }]);
    await api.closesocket(a);
    await sending;

    const { name } = bench.listener();
    const { s } = bench.bound(bench.tcp());
    api.ConnectEx(s, name, 16, null, 0, null, new api.OVERLAPPED());
    expect(inspectSocket(s)?.requests).toEqual([{ kind: 'connect', bytes: 0, overlapped: true, reportsTo: 'nobody' }]);
    await api.closesocket(s);
  }));

  test('tell of queues, requests and the completion port', on(async (bench) => {
    const { a, b } = await bench.pair();
    const port = api.CreateIoCompletionPort(api.INVALID_HANDLE_VALUE, null, 0, 0);
    api.CreateIoCompletionPort(b as number as api.HANDLE, port, 77, 0);
    api.WSARecv(b, [new api.WSABUF(8, buffer(8))], 1, null, ref(0), new api.OVERLAPPED(), null);
    const waiting = api.recv(a, buffer(3), 3, 0);
    expect(inspectSocket(b)).toMatchObject({
      type: 'stream', family: 'ipv4', state: 'connected', nonBlocking: false, hasConnected: false,
      requests: [{ kind: 'receive', bytes: 8, overlapped: true, reportsTo: 'port' }],
      completionPort: { handle: port, key: 77 },
    });
    expect(inspectSocket(a)).toMatchObject({
      hasConnected: true,
      requests: [{ kind: 'receive', bytes: 3, overlapped: false, reportsTo: 'caller' }],
      completionPort: null,
    });
    await api.send(a, buffer(20), 20, 0);
    await bench.settle();
    expect(inspectSocket(b)).toMatchObject({ requests: [], queues: { unread: 12 } });
    expect(explainSocket(b)).toContain(`completion port ${String(port)}, key 77`);
    await api.send(b, buffer(3), 3, 0);
    await waiting;
  }));

  test('are had through a provider that makes handles of its own', on(async (bench) => {
    const { b } = await bench.pair();
    const { sockets } = WinsockProcess.of(bench.process);
    const record = sockets.get(b)!;
    const { procs } = record.provider;
    // A layer answers with the base's handle: it passes the code on, with the handle that the base knows.
    const layer = { ...procs, lpWSPIoctl: ((_s, ...rest) => procs.lpWSPIoctl(b, ...rest)) as typeof procs.lpWSPIoctl };
    const s = bench.process.handles.open({ kind: 'socket', lastHandleClosed: () => undefined }) as number as api.SOCKET;
    const provider = Object.create(record.provider, { procs: { value: layer } }) as typeof record.provider;
    sockets.set(s, { ...record, handle: s, provider });
    expect(inspectSocket(s)).toEqual(inspectSocket(b));
  }));

  test('are had without changing anything, the last error included', on(async (bench) => {
    const { a, b } = await bench.pair();
    const event = bench.select(b, api.FD_READ);
    await api.send(a, buffer(5), 5, 0);
    await bench.settle();
    api.WSASetLastError(1234);
    expect(inspectSocket(b)).toEqual(inspectSocket(b));
    expect([inspectSocket(0xdead as api.SOCKET), inspectSocket(event as number as api.SOCKET)]).toEqual([null, null]);
    expect(explainSocket(0xdead as api.SOCKET)).toBe('57005 is no socket that can be looked into');
    expect([api.WSAGetLastError(), await bench.isSet(event), bench.fetch(b, event)]).toEqual([1234, true, 'FD_READ/0']);
  }));
});
