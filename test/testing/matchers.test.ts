// The matchers: what counts as a failure of a call, whose last error is meant, and what is said when it is another.
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  AI_NUMERICHOST,
  INVALID_SOCKET,
  IPPROTO_TCP,
  MAKEWORD,
  MemoryStore,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSACleanup,
  WSACreateEvent,
  WSADATA,
  WSAECONNREFUSED,
  WSAEINVAL,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSAHOST_NOT_FOUND,
  WSANOTINITIALISED,
  WSASetEvent,
  WSASetLastError,
  WSAStartup,
  WSAVERNOTSUPPORTED,
  WSA_INVALID_EVENT,
  WSA_IO_PENDING,
  addrinfo,
  closesocket,
  createProcess,
  getaddrinfo,
  listen,
  recv,
  ref,
  send,
  socket,
  type SOCKET,
  type WSAEVENT,
} from 'winsock2';
import { Netstat, winsockMatchers } from 'winsock2/testing';
import { IpAddress } from '../../src/drivers/sim/index.js';
import './expect.js';

const NOBODY = 0x7ffffff0 as SOCKET;

/** Runs `body` in a process of its own that has been started. */
async function inProcess(body: () => Promise<void>): Promise<void> {
  await using host = createProcess({ store: new MemoryStore() });
  await host.run(async () => {
    expect(await WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0);
    await body();
    expect(await WSACleanup()).toBe(0);
  });
}

/** What a matcher that does not pass says. */
function complaint(expectation: () => unknown): string {
  try {
    expectation();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the expectation held');
}

describe('toSucceed', () => {
  it('takes a count, a handle, TRUE and the 0 of a call that succeeded', () =>
    inProcess(async () => {
      const s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      expect(s).toSucceed();
      const event = WSACreateEvent();
      expect(event).toSucceed();
      expect(WSASetEvent(event)).toSucceed();
      expect(5).toSucceed();
      expect(await closesocket(s)).toSucceed();
    }));

  it('does not take SOCKET_ERROR, INVALID_SOCKET, FALSE, a null handle or a null pointer', () =>
    inProcess(async () => {
      expect(await closesocket(NOBODY)).not.toSucceed();
      expect(socket(77, 77, 77)).not.toSucceed();
      expect(WSASetEvent(NOBODY as WSAEVENT)).not.toSucceed();
      expect(WSA_INVALID_EVENT).not.toSucceed();
      expect(null).not.toSucceed();
    }));

  it('does not take an error that a function returns itself', () =>
    inProcess(async () => {
      const hints = new addrinfo({ ai_flags: AI_NUMERICHOST });
      expect(await getaddrinfo('no number', '', hints, ref<addrinfo | null>(null))).not.toSucceed();
    }));

  it('says with which error the call failed', () =>
    inProcess(async () => {
      const result = await send(NOBODY, new Uint8Array(1), 1, 0);
      expect(complaint(() => expect(result).toSucceed())).toBe(
        `expected the call to succeed; it returned -1 with WSAENOTSOCK (${WSAENOTSOCK}, handle is not a socket)`,
      );
    }));
});

describe('toFailWith', () => {
  it('wants the very error', () =>
    inProcess(async () => {
      const s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      expect(await recv(s, new Uint8Array(1), 1, 0)).toFailWith(WSAENOTCONN);
      expect(listen(s, 5)).toFailWith(WSAEINVAL);
      expect(listen(s, 5)).not.toFailWith(WSAENOTCONN);
      await closesocket(s);
    }));

  it('takes an error that a function returns itself', () =>
    inProcess(async () => {
      expect(await WSAStartup(0, new WSADATA())).toFailWith(WSAVERNOTSUPPORTED);
      const hints = new addrinfo({ ai_flags: AI_NUMERICHOST });
      expect(await getaddrinfo('no number', '', hints, ref<addrinfo | null>(null))).toFailWith(WSAHOST_NOT_FOUND);
    }));

  it('names both errors', () => {
    WSASetLastError(WSAECONNREFUSED);
    const text = complaint(() => expect(-1).toFailWith(WSAENOTCONN));
    expect(text).toContain(`to fail with WSAENOTCONN (${WSAENOTCONN}, `);
    expect(text).toContain(`it returned -1 with WSAECONNREFUSED (${WSAECONNREFUSED}, `);
    WSASetLastError(0);
  });

  it('does not hold for a call that succeeded', () => {
    expect(complaint(() => expect(12).toFailWith(WSAENOTCONN))).toContain('it returned 12');
  });

  it('knows pending operations by their own name', () => {
    WSASetLastError(WSA_IO_PENDING);
    expect(-1).toBePending();
    expect(-1).not.toSucceed();
    WSASetLastError(0);
    expect(0).not.toBePending();
  });
});

describe('whose last error', () => {
  it('is that of the call which was awaited, whatever others were under way', () =>
    inProcess(async () => {
      const unconnected = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      const unbound = socket(AF_INET, SOCK_DGRAM, 0);
      const byte = new Uint8Array(1);
      const calls = [recv(unconnected, byte, 1, 0), recv(unbound, byte, 1, 0), recv(NOBODY, byte, 1, 0)] as const;
      await Promise.all([
        (async () => expect(await recv(unconnected, byte, 1, 0)).toFailWith(WSAENOTCONN))(),
        (async () => expect(await recv(unbound, byte, 1, 0)).toFailWith(WSAEINVAL))(),
      ]);
      await Promise.all(calls);
      await closesocket(unconnected);
      await closesocket(unbound);
    }));

  it('is found for a promise, too', () =>
    inProcess(async () => {
      const s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      await Promise.all([
        expect(recv(s, new Uint8Array(1), 1, 0)).toFailWith(WSAENOTCONN),
        expect(recv(NOBODY, new Uint8Array(1), 1, 0)).toFailWith(WSAENOTSOCK),
      ]);
      await expect(closesocket(s)).toSucceed();
      await expect(expect(closesocket(s)).toSucceed()).rejects.toThrow('WSAENOTSOCK');
    }));

  it('is that of the host which the call was made through, when it is named', async () => {
    await using one = createProcess({ store: new MemoryStore() });
    await using other = createProcess({ store: new MemoryStore() });
    const [a, b] = [one.bind(), other.bind()];
    expect(await a.WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0);
    expect(a.socket(77, 77, 77)).toBe(INVALID_SOCKET);
    const result = b.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    expect(result).toFailWith(WSANOTINITIALISED, b);
    expect(result).toFailWith(WSANOTINITIALISED, { winsock: b });
    expect(result).not.toFailWith(WSANOTINITIALISED, a);
  });

  it('is asked for, when it was forgotten', async () => {
    await using host = createProcess({ store: new MemoryStore() });
    const result = host.bind().socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    expect(complaint(() => expect(result).toSucceed())).toContain("name the host: toSucceed(host)");
  });
});

describe('toHaveSocket', () => {
  const address = new IpAddress(new Uint8Array(4));
  const shared = { protocol: 'TCP', family: 'ipv4', remote: null, state: 'LISTENING', received: 0, unsent: 0 } as const;
  const netstat = new Netstat([{ ...shared, local: { address, port: 80 } }]);

  it('finds a row by its parts', () => {
    expect(netstat).toHaveSocket({ localPort: 80, state: 'LISTENING' });
    expect(netstat).not.toHaveSocket({ localPort: 81 });
  });

  it('shows the whole netstat when there is none', () => {
    const text = complaint(() => expect(netstat).toHaveSocket({ localPort: 81 }));
    expect(text).toContain('a socket with {"localPort":81}');
    expect(text).toContain('0.0.0.0:80 ');
  });
});

it('needs nothing of vitest', () => {
  WSASetLastError(WSAHOST_NOT_FOUND);
  expect(winsockMatchers.toFailWith(-1, WSAHOST_NOT_FOUND)).toMatchObject({ pass: true });
  WSASetLastError(0);
});
