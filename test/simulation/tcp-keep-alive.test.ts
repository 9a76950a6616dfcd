// Peers that are gone without a word: keep-alive, and what the other ways of noticing are.
import { describe, expect, it } from 'vitest';
import {
  IPPROTO_TCP,
  SIO_KEEPALIVE_VALS,
  SOL_SOCKET,
  SO_KEEPALIVE,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  ref,
  tcp_keepalive,
} from 'winsock2';
import type { HostSocket } from 'winsock2/testing';
import { accept, call, connected, dial, listen, onTwoHosts, open, receive, send, set } from './tcp-world.js';
import '../testing/expect.js';

const HOUR = 3_600_000;

async function keepAliveValues({ host, socket }: HostSocket, idle: number, interval: number): Promise<void> {
  const values = new tcp_keepalive();
  values.onoff = 1;
  values.keepalivetime = idle;
  values.keepaliveinterval = interval;
  const { winsock } = host;
  const size = tcp_keepalive.size;
  expect(await winsock.WSAIoctl(socket, SIO_KEEPALIVE_VALS, values, size, null, 0, ref(0), null, null)).toBe(0);
}

describe('keep-alive', () => {
  it(
    'asks after two hours, ten times a second apart, and ends the connection with WSAENETRESET',
    onTwoHosts(
      async ({ net, client, server, wire }) => {
        const { client: c } = await connected(client, server);
        set(c, SOL_SOCKET, SO_KEEPALIVE, 1);
        net.partition(client, server);
        wire.clear();
        const before = net.clock.now();
        expect(await receive(c)).toBe('<WSAENETRESET>');
        expect(net.clock.now() - before).toBe(2 * HOUR + 10_000);
        const times = Array.from({ length: 10 }, (_, i) => 2 * HOUR + i * 1000);
        expect(wire.take()).toEqual(times.map((ms) => `${ms} client . 0:1(1) ack 1 !`));
        expect(await send(c, 'hello')).toBe('WSAENETRESET');
      },
      { limitMs: 3 * HOUR },
    ),
  );

  it(
    'with SIO_KEEPALIVE_VALS asks when that says',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      await keepAliveValues(c, 5000, 500);
      net.partition(client, server);
      wire.clear();
      const before = net.clock.now();
      expect(await receive(c)).toBe('<WSAENETRESET>');
      expect(net.clock.now() - before).toBe(5000 + 10 * 500);
      expect(wire.take()).toHaveLength(10);
    }),
  );

  it(
    'with TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT asks when and as often as those say',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      set(c, IPPROTO_TCP, TCP_KEEPIDLE, 30);
      set(c, IPPROTO_TCP, TCP_KEEPINTVL, 5);
      set(c, IPPROTO_TCP, TCP_KEEPCNT, 3);
      set(c, SOL_SOCKET, SO_KEEPALIVE, 1);
      net.partition(client, server);
      wire.clear();
      const before = net.clock.now();
      expect(await receive(c)).toBe('<WSAENETRESET>');
      expect(net.clock.now() - before).toBe(45_000);
      expect(wire.take().map((line) => Number.parseFloat(line))).toEqual([30_000, 35_000, 40_000]);
    }),
  );

  it(
    'is answered by a peer that lives, and goes on for ever',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      await keepAliveValues(c, 10_000, 1000);
      wire.clear();
      await net.sleep(25_000);
      // It counts from when the peer was last heard.
      expect(wire.take()).toEqual([
        '10000 client . 0:1(1) ack 1',
        '10010 server . 1 ack 1',
        '20020 client . 0:1(1) ack 1',
        '20030 server . 1 ack 1',
      ]);
      await send(s, 'still here');
      expect(await receive(c)).toBe('still here');
    }),
  );

  it(
    'outlives a partition that is shorter than its patience',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await keepAliveValues(c, 5000, 1000);
      const partition = net.partition(client, server);
      await net.sleep(10_000);
      partition.heal();
      await net.sleep(60_000);
      await send(s, 'hello');
      expect(await receive(c)).toBe('hello');
    }),
  );

  it(
    'finds out that the peer has restarted: its reset ends the connection with WSAECONNRESET',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c } = await connected(client, server);
      await keepAliveValues(c, 5000, 1000);
      const before = net.clock.now();
      server.restart();
      expect(await receive(c)).toBe('<WSAECONNRESET>');
      expect(net.clock.now() - before).toBeLessThan(5100);
    }),
  );

  it(
    'of a listener is that of its connections',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await listen(server, 80);
      set(listener, IPPROTO_TCP, TCP_KEEPIDLE, 10);
      set(listener, IPPROTO_TCP, TCP_KEEPCNT, 2);
      set(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
      const accepting = server.winsock.accept(listener.socket, null, null);
      await dial(client, server, 80);
      const s = { host: server, socket: await accepting };
      const before = net.clock.now();
      client.crash();
      expect(await receive(s)).toBe('<WSAENETRESET>');
      expect(net.clock.now() - before).toBe(12_000);
    }),
  );
});

describe('without keep-alive', () => {
  it(
    'a connection whose peer is gone stays for ever, until something is sent',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c } = await connected(client, server);
      server.crash();
      await net.sleep(500_000);
      expect(client.netstat()).toHaveSocket({ foreignPort: 80, state: 'ESTABLISHED' });
      await send(c, 'anybody there?');
      expect(await receive(c)).toBe('<WSAETIMEDOUT>');
    }),
  );
});

describe('a peer that has crashed and come up again', () => {
  it(
    'answers what is sent on the old connection by a reset: WSAECONNRESET',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      await net.sleep(1000);
      server.restart();
      await net.sleep(1000);
      expect(client.netstat()).toHaveSocket({ foreignPort: 80, state: 'ESTABLISHED' });
      wire.clear();
      expect(await send(c, 'hello')).toBe(5);
      expect(await receive(c)).toBe('<WSAECONNRESET>');
      expect(wire.take()).toEqual(['0 client P. 1:6(5) ack 1', '10 server R 1']);
      expect(await send(c, 'hello')).toBe('WSAECONNRESET');
      expect(client.netstat().rows).toEqual([]);
    }),
  );

  it(
    'and calls from the same port again finds the old connection in its way, has it reset, and gets through',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const listener = await listen(server, 80);
      const first = server.winsock.accept(listener.socket, null, null);
      expect(await call(await open(client, 5000), server, 80)).toBe(0);
      const old = { host: server, socket: await first };
      await net.sleep(1000);
      client.restart();
      wire.clear();
      const accepting = accept(listener);
      expect(await call(await open(client, 5000), server, 80)).toBe(0);
      // The answer to the SYN is an acknowledgment of the old connection, and the answer to that a reset.
      expect(wire.take().map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
        '0 client S',
        '10 server .',
        '20 client R',
        '3000 client S',
        '3010 server S.',
        '3020 client .',
      ]);
      expect(await receive(old)).toBe('<WSAECONNRESET>');
      await accepting;
    }),
  );
});
