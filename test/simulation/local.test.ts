// AF_UNIX: between programs of one host, and not beyond it.
import { describe, expect, it } from 'vitest';
import { AF_UNIX, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, SOMAXCONN, SO_LINGER, WSAECONNREFUSED, WSAEADDRINUSE, WSAECONNRESET, WSAESOCKTNOSUPPORT, ref, sockaddr_un, type SOCKET } from 'winsock2';
import { createNetwork, type Host } from 'winsock2/testing';
import '../testing/expect.js';

const PATH = 'C:\\temp\\test.sock';

function pathAddress(path: string): sockaddr_un {
  const name = new sockaddr_un();
  name.sun_family = AF_UNIX;
  name.sun_path = path;
  return name;
}

async function open(host: Host): Promise<SOCKET> {
  await host.start();
  const s = host.winsock.socket(AF_UNIX, SOCK_STREAM, 0);
  expect(s).toSucceed(host);
  return s;
}

async function listening(host: Host): Promise<SOCKET> {
  const s = await open(host);
  expect(host.winsock.bind(s, pathAddress(PATH), sockaddr_un.size)).toSucceed(host);
  expect(host.winsock.listen(s, SOMAXCONN)).toSucceed(host);
  return s;
}

/** A connected socket. */
async function dial(host: Host): Promise<SOCKET> {
  const s = await open(host);
  expect(await host.winsock.connect(s, pathAddress(PATH), sockaddr_un.size)).toSucceed(host);
  return s;
}

/** Tries to connect where nobody listens. */
async function isRefused(host: Host): Promise<void> {
  const s = await open(host);
  expect(await host.winsock.connect(s, pathAddress(PATH), sockaddr_un.size)).toFailWith(WSAECONNREFUSED, host);
}

describe('a local socket', () => {
  it('is reached by its path from the same host, without a packet and in no time', async () => {
    using net = createNetwork();
    const host = net.host('host');
    using capture = net.capture();
    await net.run(async () => {
      const { winsock } = host;
      const listener = await listening(host);
      const name = new sockaddr_un();
      const accepting = winsock.accept(listener, null, null);
      const s = await dial(host);
      const accepted = await accepting;
      expect(accepted).toSucceed(host);
      expect(winsock.getpeername(s, name, ref(sockaddr_un.size))).toSucceed(host);
      expect(name.sun_path).toBe(PATH);

      const buffer = new Uint8Array(10);
      expect(await winsock.send(s, new TextEncoder().encode('hello'), 5, 0)).toBe(5);
      expect(await winsock.recv(accepted, buffer, 10, 0)).toBe(5);
      expect(new TextDecoder().decode(buffer.subarray(0, 5))).toBe('hello');
      expect(await winsock.closesocket(accepted)).toSucceed(host);
      expect(await winsock.recv(s, buffer, 10, 0)).toBe(0);
    });
    expect(net.clock.now()).toBe(0);
    expect(capture.packets).toEqual([]);
  });

  it('is not reached from another host', async () => {
    using net = createNetwork();
    const [here, there] = [net.host('here'), net.host('there')];
    await net.run(async () => {
      await listening(here);
      await isRefused(there);
      // Each host has its own paths.
      await listening(there);
      await dial(there);
      await dial(here);
    });
  });

  it('has its path for itself, until it is closed', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      const first = await listening(host);
      const second = await open(host);
      expect(host.winsock.bind(second, pathAddress(PATH), sockaddr_un.size)).toFailWith(WSAEADDRINUSE, host);
      await host.winsock.closesocket(first);
      await isRefused(host);
      expect(host.winsock.bind(second, pathAddress(PATH), sockaddr_un.size)).toSucceed(host);
    });
  });

  it('tells its peer of a connection that is cut', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      const { winsock } = host;
      const listener = await listening(host);
      const accepting = winsock.accept(listener, null, null);
      const s = await dial(host);
      const accepted = await accepting;
      const linger = Uint8Array.of(1, 0, 0, 0);
      expect(winsock.setsockopt(accepted, SOL_SOCKET, SO_LINGER, linger, 4)).toSucceed(host);
      expect(await winsock.closesocket(accepted)).toSucceed(host);
      expect(await winsock.recv(s, new Uint8Array(1), 1, 0)).toFailWith(WSAECONNRESET, host);
    });
  });

  it('is gone after a crash', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      await listening(host);
      host.crash();
      host.restart();
      await isRefused(host);
    });
  });

  it('is none for datagrams', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      await host.start();
      expect(host.winsock.socket(AF_UNIX, SOCK_DGRAM, 0)).toFailWith(WSAESOCKTNOSUPPORT, host);
    });
  });
});
