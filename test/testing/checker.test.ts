// The checker: one program per mistake, and programs without one.
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  CloseHandle,
  CreateIoCompletionPort,
  CreateThread,
  INVALID_HANDLE_VALUE,
  INADDR_LOOPBACK,
  MAKEWORD,
  OVERLAPPED,
  SOCKET_ERROR,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSABUF,
  WSACleanup,
  WSACloseEvent,
  WSACreateEvent,
  WSADATA,
  WSAEINVAL,
  WSARecv,
  WSASend,
  WSAStartup,
  WSAWaitForMultipleEvents,
  WSA_INFINITE,
  WSA_WAIT_EVENT_0,
  accept,
  bind,
  closesocket,
  connect,
  getsockname,
  htonl,
  listen,
  recv,
  ref,
  send,
  sockaddr_in,
  socket,
  type SOCKET,
} from 'winsock2';
import { createNetwork, watch, type Problem, type ProblemKind } from 'winsock2/testing';
import './expect.js';

/** Runs a program in a process under watch; what the checker has to say at its end. */
async function problemsOf(program: () => Promise<void>): Promise<readonly Problem[]> {
  using net = createNetwork();
  const host = net.host('program');
  const watched = watch(host.process);
  await net.run(() => host.run(program));
  const problems = watched.problems();
  watched.stop();
  return problems;
}

async function started(program: () => Promise<void> | void): Promise<void> {
  expect(await WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0);
  await program();
  expect(await WSACleanup()).toBe(0);
}

/** A UDP socket that is connected to itself: what it sends it receives. */
async function echo(): Promise<SOCKET> {
  const s = socket(AF_INET, SOCK_DGRAM, 0);
  const name = new sockaddr_in();
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  expect(bind(s, name, sockaddr_in.size)).toSucceed();
  expect(getsockname(s, name, ref(sockaddr_in.size))).toSucceed();
  expect(await connect(s, name, sockaddr_in.size)).toSucceed();
  return s;
}

/** Two TCP sockets that are connected to each other. */
async function pair(): Promise<{ readonly client: SOCKET; readonly server: SOCKET }> {
  const [listener, client] = [socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0)];
  const name = new sockaddr_in();
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  expect(bind(listener, name, sockaddr_in.size)).toSucceed();
  expect(listen(listener, 1)).toSucceed();
  expect(getsockname(listener, name, ref(sockaddr_in.size))).toSucceed();
  expect(await connect(client, name, sockaddr_in.size)).toSucceed();
  const server = await accept(listener, null, null);
  expect(await closesocket(listener)).toSucceed();
  return { client, server };
}

/** More than the buffers on the way hold: it cannot be sent while nobody receives. */
const MUCH = 4_000_000;

const wsabuf = (bytes: Uint8Array): WSABUF[] => [new WSABUF(bytes.length, bytes)];

async function settled(overlapped: OVERLAPPED): Promise<void> {
  expect(await WSAWaitForMultipleEvents(1, [overlapped.hEvent], 1, WSA_INFINITE, 0)).toBe(WSA_WAIT_EVENT_0);
}

const kinds = (problems: readonly Problem[]): ProblemKind[] => problems.map(({ kind }) => kind);

describe('a program that does everything right', () => {
  it('is told nothing, with waiting and overlapped calls under way', async () => {
    const problems = await problemsOf(() =>
      started(async () => {
        const s = await echo();
        const overlapped = new OVERLAPPED({ hEvent: WSACreateEvent() });
        const [first, second] = [new Uint8Array(4), new Uint8Array(4)];
        expect(WSARecv(s, wsabuf(first), 1, null, ref(0), overlapped, null)).toBePending();
        const waiting = recv(s, second, 4, 0);
        const data = Uint8Array.of(1, 2, 3, 4);
        // The same data twice at once: both only read it.
        await Promise.all([send(s, data, 4, 0), send(s, data, 4, 0)]);
        expect(await waiting).toBe(4);
        await settled(overlapped);
        // The memory is the program's again.
        data.fill(0);
        first.fill(0);
        expect(WSARecv(s, wsabuf(first), 1, null, ref(0), overlapped, null)).toBePending();
        expect(await send(s, data, 4, 0)).toBe(4);
        await settled(overlapped);
        WSACloseEvent(overlapped.hEvent);
        expect(await closesocket(s)).toSucceed();
      }),
    );
    expect(problems).toEqual([]);
  });

  it('may close a socket while calls on it are under way', async () => {
    const problems = await problemsOf(() =>
      started(async () => {
        const s = await echo();
        const waiting = recv(s, new Uint8Array(4), 4, 0);
        expect(await closesocket(s)).toSucceed();
        expect(await waiting).toBe(SOCKET_ERROR);
      }),
    );
    expect(problems).toEqual([]);
  });
});

describe('handles', () => {
  it('that are left open are told with the call that made them', async () => {
    const problems = await problemsOf(async () => {
      await started(async () => {
        socket(AF_INET, SOCK_DGRAM, 0);
        await Promise.resolve();
      });
    });
    expect(kinds(problems)).toEqual(['handle-leaked']);
    expect(problems[0]?.text).toMatch(
      /^socket 0x[0-9a-f]+ was not closed; it was made by socket\(2, 2, 0\) at .*checker\.test\.ts:\d+:\d+ \(WSACleanup did it\)$/,
    );
  });

  it('are told with the file and line, also where a function with a name made the call', async () => {
    function namedFunction(): void {
      socket(AF_INET, SOCK_DGRAM, 0);
    }
    const problems = await problemsOf(() => started(namedFunction));
    expect(problems[0]?.text).toMatch(/made by socket\(2, 2, 0\) at [^ ()]*checker\.test\.ts:\d+:\d+ /);
  });

  it('of every kind are found', async () => {
    const problems = await problemsOf(() =>
      started(() => {
        WSACreateEvent();
        CreateThread(null, 0, () => 0, null, 0, null);
        CreateIoCompletionPort(INVALID_HANDLE_VALUE, null, 0, 0);
      }),
    );
    expect(problems.map(({ text }) => text.replace(/ at .*/, ''))).toEqual([
      expect.stringMatching(/^event 0x[0-9a-f]+ was not closed; it was made by WSACreateEvent\(\)$/),
      expect.stringMatching(/^thread 0x[0-9a-f]+ was not closed$/),
      expect.stringMatching(/^port 0x[0-9a-f]+ was not closed$/),
    ]);
  });

  it('that were open before the watch began are not its concern', async () => {
    using net = createNetwork();
    const host = net.host('program');
    await host.run(async () => {
      await WSAStartup(MAKEWORD(2, 2), new WSADATA());
      const before = WSACreateEvent();
      const watched = watch(host.process);
      const during = WSACreateEvent();
      expect(watched.problems()).toHaveLength(1);
      CloseHandle(during);
      expect(watched.report()).toBe('');
      watched.assertClean();
      CloseHandle(before);
      await WSACleanup();
    });
  });
});

describe('WSAStartup and WSACleanup', () => {
  it('are counted against each other', async () => {
    const problems = await problemsOf(async () => {
      await started(async () => {
        await WSAStartup(MAKEWORD(2, 2), new WSADATA());
      });
    });
    expect(kinds(problems)).toEqual(['startup-unbalanced']);
    expect(problems[0]?.text).toMatch(/^no WSACleanup undid WSAStartup\(514, WSADATA\) at .*checker\.test\.ts/);
  });

  it('are told about when there is one cleanup too many', async () => {
    const problems = await problemsOf(async () => {
      await started(() => undefined);
      await WSACleanup();
    });
    expect(kinds(problems)).toEqual(['startup-unbalanced']);
    expect(problems[0]?.text).toMatch(/^no WSAStartup was left to undo for WSACleanup\(\) at /);
  });
});

describe('an OVERLAPPED', () => {
  it('must not be used again while it is pending', async () => {
    const problems = await problemsOf(() =>
      started(async () => {
        const s = await echo();
        const overlapped = new OVERLAPPED();
        expect(WSARecv(s, wsabuf(new Uint8Array(4)), 1, null, ref(0), overlapped, null)).toBePending();
        // It is refused here; Windows would take it and lose the first operation, so it is a mistake to be told of.
        expect(WSARecv(s, wsabuf(new Uint8Array(4)), 1, null, ref(0), overlapped, null)).toFailWith(WSAEINVAL);
        await closesocket(s);
      }),
    );
    expect(kinds(problems)).toEqual(['overlapped-reused']);
    expect(problems[0]?.text).toMatch(/^WSARecv\(.*\) at .*:\d+ was given the OVERLAPPED of an operation under way: WSARecv\(/);
  });
});

describe('memory', () => {
  it('must not be received into twice at once, nor in part', async () => {
    const problems = await problemsOf(() =>
      started(async () => {
        const s = await echo();
        const memory = new Uint8Array(10);
        const calls = [recv(s, memory.subarray(0, 6), 6, 0), recv(s, memory.subarray(5), 5, 0), recv(s, memory.subarray(6), 4, 0)];
        await closesocket(s);
        await Promise.all(calls);
      }),
    );
    // The second with the first, the third with the second; the first and the third are neighbours.
    expect(kinds(problems)).toEqual(['buffer-shared', 'buffer-shared']);
    expect(problems[0]?.text).toContain('was given memory that an operation under way uses: recv(');
  });

  it('must not be changed before it has been sent', async () => {
    const problems = await problemsOf(() =>
      started(async () => {
        const { client, server } = await pair();
        const data = new Uint8Array(MUCH);
        const sending = send(client, data, MUCH, 0);
        data[0] = 9;
        await closesocket(server);
        expect(await sending).not.toSucceed();
        await closesocket(client);
      }),
    );
    expect(kinds(problems)).toEqual(['buffer-changed']);
    expect(problems[0]?.text).toMatch(/^the data of send\(\d+, \d+ bytes, \d+, 0\) at .*checker\.test\.ts:\d+:\d+ was changed/);
  });

  it('may be changed beyond the length that was given', async () => {
    const problems = await problemsOf(() =>
      started(async () => {
        const { client, server } = await pair();
        const data = new Uint8Array(MUCH + 1);
        const sending = send(client, data, MUCH, 0);
        data[MUCH] = 9;
        await closesocket(server);
        expect(await sending).not.toSucceed();
        await closesocket(client);
      }),
    );
    expect(problems).toEqual([]);
  });

  it.each([
    ['is the program’s again when an overlapped send has completed', 1, []],
    ['must be left alone until an overlapped send has completed', 0, ['buffer-changed']],
  ])('%s', async (_title, after, found) => {
    const problems = await problemsOf(() =>
      started(async () => {
        const { client, server } = await pair();
        const data = new Uint8Array(MUCH);
        const overlapped = new OVERLAPPED({ hEvent: WSACreateEvent() });
        expect(WSASend(client, wsabuf(data), 1, null, 0, overlapped, null)).toBePending();
        if (after === 0) data[1] = 9;
        await closesocket(server);
        await settled(overlapped);
        data[2] = 9;
        WSACloseEvent(overlapped.hEvent);
        await closesocket(client);
      }),
    );
    expect(kinds(problems)).toEqual(found);
  });
});

it('gives a report to read', async () => {
  using net = createNetwork();
  const host = net.host('untidy');
  const watched = watch(host.process);
  await host.run(async () => {
    await WSAStartup(MAKEWORD(2, 2), new WSADATA());
    WSACreateEvent();
  });
  expect(watched.report().split('\n')).toEqual([
    'untidy: 2 found by the checker',
    expect.stringMatching(/^ {2}event 0x/),
    expect.stringMatching(/^ {2}no WSACleanup undid/),
  ]);
  expect(() => watched.assertClean()).toThrow(watched.report());
});
