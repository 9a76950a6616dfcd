// A test file as a user writes it: an echo service and its client, written with the functions of `winsock2` and nothing
// of the test's, on two hosts, over a bad link, through a partition and a crash. No real time passes.
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  INVALID_SOCKET,
  MAKEWORD,
  SOCKET_ERROR,
  SOCK_STREAM,
  SOMAXCONN,
  Sleep,
  WSACleanup,
  WSADATA,
  WSAECONNRESET,
  WSAETIMEDOUT,
  WSAGetLastError,
  WSAStartup,
  accept,
  addrinfo,
  bind,
  closesocket,
  connect,
  freeaddrinfo,
  getaddrinfo,
  listen,
  recv,
  ref,
  send,
  socket,
  type SOCKET,
} from 'winsock2';
import { HostCrashed, createNetwork, socketAddress, withSeeds, type Host, type Network } from 'winsock2/testing';
import './expect.js';

const PORT = 7;

// The service.

/** Sends back what comes, connection by connection, until it is killed. */
async function serve(): Promise<void> {
  expect(await WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0);
  const listener = socket(AF_INET, SOCK_STREAM, 0);
  expect(bind(listener, socketAddress('0.0.0.0', PORT), 16)).toSucceed();
  expect(listen(listener, SOMAXCONN)).toSucceed();
  for (;;) {
    const connection = await accept(listener, null, null);
    if (connection === INVALID_SOCKET) return;
    void echo(connection);
  }
}

async function echo(connection: SOCKET): Promise<void> {
  const buffer = new Uint8Array(4096);
  for (;;) {
    const length = await recv(connection, buffer, buffer.length, 0);
    if (length === 0 || length === SOCKET_ERROR) break;
    if ((await send(connection, buffer, length, 0)) === SOCKET_ERROR) break;
  }
  await closesocket(connection);
}

// The client.

async function dial(host: string): Promise<SOCKET> {
  const found = ref<addrinfo | null>(null);
  const hints = new addrinfo({ ai_family: AF_INET, ai_socktype: SOCK_STREAM });
  expect(await getaddrinfo(host, String(PORT), hints, found)).toBe(0);
  const { ai_addr: address, ai_addrlen: length } = found.value!;
  const s = socket(AF_INET, SOCK_STREAM, 0);
  const connected = await connect(s, address, length);
  const error = WSAGetLastError();
  freeaddrinfo(found.value);
  if (connected === 0) return s;
  await closesocket(s);
  throw new Error(`connect: ${error}`);
}

/** Sends a text and waits for all of it to come back; the error if it does not. */
async function ask(s: SOCKET, text: string): Promise<string | number> {
  const question = new TextEncoder().encode(text);
  if ((await send(s, question, question.length, 0)) === SOCKET_ERROR) return WSAGetLastError();
  const answer = new Uint8Array(question.length);
  for (let length = 0; length < answer.length; ) {
    const more = await recv(s, answer.subarray(length), answer.length - length, 0);
    if (more === SOCKET_ERROR) return WSAGetLastError();
    if (more === 0) return 'the connection was closed';
    length += more;
  }
  return new TextDecoder().decode(answer);
}

// The test.

const LINK = { latencyMs: 20, loss: 0.05 };

interface World {
  readonly server: Host;
  readonly client: Host;
}

/** Two hosts, the service running on one, Winsock started on the other. */
async function world(net: Network): Promise<World> {
  const [server, client] = [net.host('server'), net.host('client')];
  void server.run(serve);
  await client.run(async () => expect(await WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0));
  await net.sleep(1);
  expect(server.netstat()).toHaveSocket({ local: '0.0.0.0:7', state: 'LISTENING' });
  return { server, client };
}

describe('the echo service', () => {
  it('answers over a link that loses every twentieth packet, whatever the seed', async () => {
    await withSeeds(
      10,
      async (net) => {
        const { client } = await world(net);
        await client.run(async () => {
          const s = await dial('server');
          const text = 'all of it, and in order. '.repeat(1000);
          expect(await ask(s, text)).toBe(text);
          expect(await closesocket(s)).toSucceed();
          expect(await WSACleanup()).toSucceed();
        });
      },
      LINK,
    );
  });

  it('outlives a partition, and its client learns of a crash', async () => {
    using net = createNetwork({ seed: 42, ...LINK });
    const { server, client } = await world(net);
    await net.run(async () => {
      const s = await client.run(() => dial('server'));

      // A partition that heals: the answer is late, and nothing else.
      const partition = net.partition('client', 'server');
      const answer = client.run(() => ask(s, 'are you there?'));
      await net.sleep(3000);
      expect(client.netstat()).toHaveSocket({ foreignPort: PORT, state: 'ESTABLISHED', unsent: 14 });
      partition.heal();
      expect(await answer).toBe('are you there?');
      expect(partition.hits).toBeGreaterThan(1);

      // A crash: the server is silent, until it is up again and knows nothing of the connection.
      const serving = server.run(() => Sleep(1_000_000));
      server.crash();
      await expect(serving).rejects.toThrow(HostCrashed);
      const unanswered = client.run(() => ask(s, 'and now?'));
      await net.sleep(1000);
      server.restart();
      expect(await unanswered).toBe(WSAECONNRESET);
      expect(await client.run(() => closesocket(s))).toSucceed(client);

      // The new server is as good as the old one.
      void server.run(serve);
      await client.run(async () => {
        const again = await dial('server');
        expect(await ask(again, 'again')).toBe('again');
        expect(await closesocket(again)).toSucceed();
      });
    });
    // Not a second of this was real.
    expect(net.clock.now()).toBeGreaterThan(4000);
  });

  it('is given up by a client that hears nothing more', async () => {
    using net = createNetwork(LINK);
    const { server, client } = await world(net);
    await net.run(async () => {
      const s = await client.run(() => dial('server'));
      server.crash();
      const before = net.clock.now();
      expect(await client.run(() => ask(s, 'hello?'))).toBe(WSAETIMEDOUT);
      expect(net.clock.now() - before).toBeGreaterThan(5000);
      await expect(client.run(() => dial('server'))).rejects.toThrow(`connect: ${WSAETIMEDOUT}`);
      expect(await client.run(() => closesocket(s))).toSucceed(client);
    });
  });
});
