// When TCP sends what it was given: Nagle, acknowledgments that wait, windows that are closed.
import { describe, expect, it } from 'vitest';
import { IPPROTO_TCP, SIO_TCP_SET_ACK_FREQUENCY, SOL_SOCKET, SO_RCVBUF, TCP_NODELAY, ref } from 'winsock2';
import { DELAYED_ACK, LATENCY, ROUND_TRIP, accept, connected, dial, drain, figures, onTwoHosts, open, receive, send, set } from './tcp-world.js';
import '../testing/expect.js';

describe('small sends', () => {
  it(
    'are collected while something is on its way (Nagle), which the delayed acknowledgment makes slow',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      await net.sleep(1000);
      wire.clear();
      for (const word of ['one', 'two', 'three']) await send(c, word);
      await net.sleep(1000);
      const acknowledged = LATENCY + DELAYED_ACK;
      const second = acknowledged + LATENCY;
      expect(wire.take()).toEqual([
        '0 client P. 1:4(3) ack 1',
        `${acknowledged} server . 1 ack 4`,
        `${second} client P. 4:12(8) ack 1`,
        `${second + acknowledged} server . 1 ack 12`,
      ]);
    }),
  );

  it(
    'go out one by one with TCP_NODELAY, and every second one is acknowledged at once',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      set(c, IPPROTO_TCP, TCP_NODELAY, 1);
      await net.sleep(1000);
      wire.clear();
      for (const word of ['one', 'two', 'three']) await send(c, word);
      await net.sleep(1000);
      expect(wire.take()).toEqual([
        '0 client P. 1:4(3) ack 1',
        '0 client P. 4:7(3) ack 1',
        '0 client P. 7:12(5) ack 1',
        '10 server . 1 ack 7',
        `${LATENCY + DELAYED_ACK} server . 1 ack 12`,
      ]);
    }),
  );

  it(
    'that Nagle keeps back go out when TCP_NODELAY is set',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      await net.sleep(1000);
      wire.clear();
      await send(c, 'one');
      await send(c, 'two');
      expect(wire.take()).toEqual(['0 client P. 1:4(3) ack 1']);
      set(c, IPPROTO_TCP, TCP_NODELAY, 1);
      expect(wire.take()).toEqual(['0 client P. 4:7(3) ack 1']);
    }),
  );
});

describe('an acknowledgment', () => {
  it(
    'goes along with the answer if there is one in time',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      wire.clear();
      await send(c, 'ping');
      expect(await receive(s)).toBe('ping');
      await send(s, 'pong');
      expect(await receive(c)).toBe('pong');
      expect(wire.take()).toEqual(['0 client P. 1:5(4) ack 1', '10 server P. 1:5(4) ack 5']);
    }),
  );

  it(
    'is sent for each segment with SIO_TCP_SET_ACK_FREQUENCY 1',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      const { winsock } = server;
      const once = Uint8Array.of(1);
      expect(await winsock.WSAIoctl(s.socket, SIO_TCP_SET_ACK_FREQUENCY, once, 1, null, 0, ref(0), null, null)).toBe(0);
      await net.sleep(1000);
      wire.clear();
      await send(c, 'ping');
      await net.sleep(1000);
      expect(wire.take()).toEqual(['0 client P. 1:5(4) ack 1', '10 server . 1 ack 5']);
    }),
  );
});

describe('a program that does not read', () => {
  it(
    'closes the window: the sender asks ever less often, for as long as it is answered, and goes on when there is room',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const listener = await open(server, 80);
      set(listener, SOL_SOCKET, SO_RCVBUF, 8192);
      expect(server.winsock.listen(listener.socket, 1)).toBe(0);
      const c = await dial(client, server, 80);
      const s = await accept(listener);
      const SIZE = 60_000;
      const sending = send(c, new Uint8Array(SIZE));
      await net.sleep(1000);
      expect((await figures(c)).SndWnd).toBe(0);
      wire.clear();
      await net.sleep(300_000);
      const probes = wire.take().filter((line) => line.includes('client'));
      // Each of one byte, the same one every time.
      expect(new Set(probes.map((line) => line.replace(/^\S+ /, ''))).size).toBe(1);
      expect(probes[0]).toMatch(/\(1\) ack 1$/);
      const times = probes.map((line) => Number.parseFloat(line));
      const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
      expect(gaps).toEqual([1200, 2400, 4800, 9600, 19_200, 38_400, 60_000, 60_000, 60_000]);
      expect(client.netstat()).toHaveSocket({ foreignPort: 80, state: 'ESTABLISHED' });

      // The window is told of when the program reads, and not a byte is missing.
      const before = net.clock.now();
      expect(await drain(s, SIZE)).toBe(SIZE);
      expect(net.clock.now() - before).toBeLessThan(60_000);
      expect(await sending).toBe(SIZE);
      expect((await figures(c)).SndWnd).toBeGreaterThan(0);
    }),
  );

  it(
    'tells the sender as soon as it reads: no probe is waited for',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await open(server, 80);
      set(listener, SOL_SOCKET, SO_RCVBUF, 8192);
      expect(server.winsock.listen(listener.socket, 1)).toBe(0);
      const c = await dial(client, server, 80);
      const s = await accept(listener);
      const sending = send(c, new Uint8Array(40_000));
      await net.sleep(200_000);
      const before = net.clock.now();
      expect(await drain(s, 40_000)).toBe(40_000);
      // Some windows' worth, each a round trip.
      expect(net.clock.now() - before).toBeLessThan(20 * ROUND_TRIP);
      await sending;
    }),
  );

  it(
    'whose window update is lost is asked again by the next probe',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await open(server, 80);
      set(listener, SOL_SOCKET, SO_RCVBUF, 8192);
      expect(server.winsock.listen(listener.socket, 1)).toBe(0);
      const c = await dial(client, server, 80);
      const s = await accept(listener);
      const sending = send(c, new Uint8Array(40_000));
      await net.sleep(1000);
      const lost = net.rule({ name: 'window update lost', from: server, times: 1, verdict: 'drop' });
      expect(await drain(s, 40_000)).toBe(40_000);
      await sending;
      expect(lost.hits).toBe(1);
    }),
  );

  it(
    'is given up with WSAETIMEDOUT when it is gone',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c } = await connected(client, server);
      const sending = send(c, new Uint8Array(2_000_000));
      await net.sleep(1000);
      expect((await figures(c)).SndWnd).toBe(0);
      server.crash();
      expect(await sending).toBe('WSAETIMEDOUT');
    }),
  );

  it(
    'has the sending program wait: send is not done before what it sent fits the buffer',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      let done = false;
      const sending = send(c, new Uint8Array(2_000_000)).then((size) => {
        done = true;
        return size;
      });
      await net.sleep(100_000);
      expect(done).toBe(false);
      expect(await drain(s, 2_000_000)).toBe(2_000_000);
      expect(await sending).toBe(2_000_000);
    }),
  );
});
