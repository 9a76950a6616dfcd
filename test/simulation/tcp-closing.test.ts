// How connections end: in order, by reset, at once or after waiting, and what stays behind.
import { describe, expect, it } from 'vitest';
import { FIONBIO, FD_ISSET, FD_SET, SD_SEND, SD_RECEIVE, SOL_SOCKET, SO_DONTLINGER, fd_set } from 'winsock2';
import {
  LATENCY,
  ROUND_TRIP,
  accept,
  call,
  close,
  connected,
  control,
  dial,
  drain,
  listen,
  onTwoHosts,
  open,
  receive,
  send,
  set,
  setLinger,
  shutdown,
} from './tcp-world.js';
import '../testing/expect.js';

const TIME_WAIT = 120_000;

describe('an end in order', () => {
  it(
    'is a FIN and its acknowledgment in each direction, and TIME_WAIT for the end that closed first',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      wire.clear();
      expect(await close(c)).toBe(0);
      expect(client.netstat()).toHaveSocket({ state: 'FIN_WAIT_1' });
      expect(await receive(s)).toBe('');
      expect(server.netstat()).toHaveSocket({ state: 'CLOSE_WAIT' });
      await net.sleep(1000);
      expect(client.netstat()).toHaveSocket({ state: 'FIN_WAIT_2' });
      expect(await close(s)).toBe(0);
      expect(server.netstat()).toHaveSocket({ state: 'LAST_ACK' });
      await net.sleep(1000);
      expect(client.netstat()).toHaveSocket({ state: 'TIME_WAIT' });
      expect(server.netstat().rows).toEqual([]);
      expect(wire.take()).toEqual([
        '0 client F. 1 ack 1',
        '10 server . 1 ack 2',
        '1010 server F. 1 ack 2',
        '1020 client . 2 ack 2',
      ]);
    }),
  );

  it(
    'leaves the other direction open after shutdown(SD_SEND)',
    onTwoHosts(async ({ client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await send(c, 'question');
      shutdown(c, SD_SEND);
      expect(await drain(s, 100)).toBe(8);
      expect(await send(s, 'answer')).toBe(6);
      expect(await receive(c)).toBe('answer');
      expect(await send(c, 'more')).toBe('WSAESHUTDOWN');
    }),
  );

  it(
    'delivers what was sent before closesocket, however long it takes',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      const partition = net.partition(client, server);
      await send(c, 'last words');
      expect(await close(c)).toBe(0);
      await net.sleep(5000);
      partition.heal();
      expect([await receive(s), await receive(s)]).toEqual(['last words', '']);
    }),
  );

  it(
    'of both ends at the same time goes through CLOSING to TIME_WAIT on both',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      wire.clear();
      await Promise.all([close(c), close(s)]);
      await net.sleep(15);
      expect(client.netstat()).toHaveSocket({ state: 'CLOSING' });
      expect(server.netstat()).toHaveSocket({ state: 'CLOSING' });
      await net.sleep(15);
      expect(client.netstat()).toHaveSocket({ state: 'TIME_WAIT' });
      expect(server.netstat()).toHaveSocket({ state: 'TIME_WAIT' });
      expect(wire.take()).toEqual([
        '0 client F. 1 ack 1',
        '0 server F. 1 ack 1',
        '10 server . 2 ack 2',
        '10 client . 2 ack 2',
      ]);
    }),
  );

  it(
    'is not waited for longer than two minutes after closesocket, if the peer never closes',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c } = await connected(client, server);
      await close(c);
      await net.sleep(119_000);
      expect(client.netstat()).toHaveSocket({ state: 'FIN_WAIT_2' });
      await net.sleep(2000);
      expect(client.netstat().rows).toEqual([]);
      expect(server.netstat()).toHaveSocket({ state: 'CLOSE_WAIT' });
    }),
  );

  it(
    'survives the loss of each of its packets',
    async () => {
      for (const skip of [0, 1, 2, 3]) {
        await onTwoHosts(async ({ net, client, server }) => {
          const { client: c, server: s } = await connected(client, server);
          await net.sleep(1000);
          const lost = net.rule({ name: `packet ${skip} lost`, skip, times: 1, verdict: 'drop' });
          await close(c);
          expect(await receive(s)).toBe('');
          await close(s);
          await net.sleep(10_000);
          expect(lost.hits).toBe(1);
          expect(client.netstat().rows.map(({ state }) => state)).toEqual(['TIME_WAIT']);
          expect(server.netstat().rows).toEqual([]);
        })();
      }
    },
  );
});

describe('TIME_WAIT', () => {
  it(
    'ends after two minutes',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await close(c);
      await receive(s);
      await close(s);
      await net.sleep(TIME_WAIT);
      expect(client.netstat().rows.map(({ state }) => state)).toEqual(['TIME_WAIT']);
      expect(client.netstat().toString()).toMatch(/^ {2}TCP {4}10\.0\.0\.1:\d+ +10\.0\.0\.2:80 +TIME_WAIT$/m);
      await net.sleep(100);
      expect(client.netstat().rows).toEqual([]);
    }),
  );

  it(
    'keeps the same connection from being made again meanwhile, and nothing else',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await listen(server, 80);
      const c = await open(client, 5000);
      expect(await call(c, server, 80)).toBe(0);
      const s = await accept(listener);
      await close(c);
      await receive(s);
      await close(s);
      await net.sleep(1000);
      // From another port.
      await dial(client, server, 80);
      // From the same port.
      expect(await call(await open(client, 5000), server, 80)).toBe('WSAEADDRINUSE');
      await net.sleep(TIME_WAIT);
      expect(client.netstat().filter({ state: 'TIME_WAIT' })).toEqual([]);
    }),
  );

  it(
    'is over with its time, and the same connection can be made again',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await listen(server, 80);
      const once = async (): Promise<void> => {
        const c = await open(client, 5000);
        expect(await call(c, server, 80)).toBe(0);
        const s = await accept(listener);
        await close(c);
        expect(await receive(s)).toBe('');
        await close(s);
      };
      await once();
      await net.sleep(TIME_WAIT + 1000);
      await once();
    }),
  );

  it(
    'on a server gives way to the same client that calls again',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await listen(server, 80);
      const once = async (): Promise<void> => {
        const c = await open(client, 5000);
        expect(await call(c, server, 80)).toBe(0);
        const s = await accept(listener);
        await close(s);
        expect(await receive(c)).toBe('');
        await close(c);
        await net.sleep(1000);
        expect(server.netstat()).toHaveSocket({ state: 'TIME_WAIT' });
      };
      await once();
      await once();
    }),
  );

  it(
    'does not keep a server from listening again',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await listen(server, 80);
      const c = await dial(client, server, 80);
      const s = await accept(listener);
      await close(s);
      await receive(c);
      await close(c);
      await close(listener);
      await net.sleep(1000);
      expect(server.netstat()).toHaveSocket({ state: 'TIME_WAIT', localPort: 80 });
      await listen(server, 80);
    }),
  );
});

describe('SO_LINGER', () => {
  it(
    'with no time resets: what was not delivered is lost, and the peer is told WSAECONNRESET',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      setLinger(c, true, 0);
      wire.clear();
      const before = net.clock.now();
      expect(await close(c)).toBe(0);
      expect(await receive(s)).toBe('<WSAECONNRESET>');
      expect(net.clock.now() - before).toBe(LATENCY);
      expect(wire.take()).toEqual(['0 client R. 1 ack 1']);
      expect(client.netstat().rows).toEqual([]);
      expect(server.netstat().rows).toEqual([]);
    }),
  );

  it(
    'with a time has closesocket wait until the peer has everything',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      setLinger(c, true, 10);
      await send(c, 'last words');
      const before = net.clock.now();
      expect(await close(c)).toBe(0);
      expect(net.clock.now() - before).toBe(ROUND_TRIP);
      expect([await receive(s), await receive(s)]).toEqual(['last words', '']);
    }),
  );

  it(
    'with a time that is too short resets in the end',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      await net.sleep(1000);
      setLinger(c, true, 3);
      const partition = net.partition(client, server);
      await send(c, 'unheard');
      const before = net.clock.now();
      // What closesocket says, Microsoft leaves open; the time is documented.
      await close(c);
      expect(net.clock.now() - before).toBe(3000);
      expect(wire.take().at(-1)).toMatch(/client R\. /);
      expect(client.netstat().rows).toEqual([]);
      // The reset was lost as well: the peer knows nothing yet.
      partition.heal();
      await net.sleep(60_000);
      expect(wire.take()).toEqual([]);
      expect(server.netstat()).toHaveSocket({ state: 'ESTABLISHED' });
    }),
  );

  it(
    'with a time on a non-blocking socket with data on the way is WSAEWOULDBLOCK, and the socket stays',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      setLinger(c, true, 5);
      control(c, FIONBIO, 1);
      const size = 200_000;
      expect(await send(c, new Uint8Array(size))).toBe(size);
      expect(await close(c)).toBe('WSAEWOULDBLOCK');
      expect(await drain(s, size)).toBe(size);
      await net.sleep(1000);
      expect(await close(c)).toBe(0);
    }),
  );

  it(
    'off (SO_DONTLINGER) is the default: closesocket is done at once, and what was sent is delivered',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      setLinger(c, true, 5);
      set(c, SOL_SOCKET, SO_DONTLINGER, 1);
      const before = net.clock.now();
      await send(c, 'all of it');
      expect(await close(c)).toBe(0);
      expect(net.clock.now()).toBe(before);
      expect([await receive(s), await receive(s)]).toEqual(['all of it', '']);
    }),
  );
});

describe('a reset', () => {
  it(
    'answers data that were not read when the socket was closed',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await send(c, 'are you listening?');
      await net.sleep(1000);
      wire.clear();
      expect(await close(s)).toBe(0);
      expect(await receive(c)).toBe('<WSAECONNRESET>');
      expect(wire.take()).toEqual(['0 server R. 1 ack 19']);
    }),
  );

  it(
    'answers data that come after closesocket',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await close(s);
      await net.sleep(1000);
      wire.clear();
      // The peer's end is not a failure: sending is still possible, once.
      expect(await send(c, 'hello')).toBe(5);
      await net.sleep(1000);
      expect(wire.take().map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(['0 client P.', '10 server R.']);
      expect(await send(c, 'hello')).toBe('WSAECONNABORTED');
      expect(server.netstat().rows).toEqual([]);
    }),
  );

  it(
    'answers what is sent while the closing end has not been acknowledged yet',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      const [, sent] = [await close(s), await send(c, 'crossing')];
      expect(sent).toBe(8);
      await net.sleep(1000);
      expect(await send(c, 'more')).toBe('WSAECONNABORTED');
      expect(server.netstat().rows).toEqual([]);
    }),
  );

  it(
    'follows shutdown(SD_RECEIVE) when data come',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      shutdown(s, SD_RECEIVE);
      await send(c, 'nobody hears this');
      await net.sleep(1000);
      expect(await receive(c)).toBe('<WSAECONNRESET>');
    }),
  );

  it(
    'ends everything that waits on the connection, and select tells of it',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      const receiving = receive(c);
      const sending = send(c, new Uint8Array(5_000_000));
      const [readable, writable] = [new fd_set(), new fd_set()];
      FD_SET(c.socket, readable);
      const selecting = client.winsock.select(0, readable, null, null, null);
      await net.sleep(1000);
      setLinger(s, true, 0);
      await close(s);
      expect(await selecting).toBe(1);
      expect(await Promise.all([receiving, sending])).toEqual(['<WSAECONNRESET>', 'WSAECONNRESET']);
      FD_SET(c.socket, writable);
      expect(await client.winsock.select(0, null, writable, null, null)).toBe(1);
      expect(FD_ISSET(c.socket, writable)).toBe(true);
    }),
  );

  it(
    'with a number that is not exactly the next one is doubted: the peer asks, and is told again',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      const rewrite = (bytes: Uint8Array): undefined => {
        // The sequence number, behind the IPv4 header.
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        view.setUint32(24, (view.getUint32(24) + 100) >>> 0);
      };
      net.rule({ name: 'forged', from: client, when: ({ rst }) => rst, times: 1, verdict: { rewrite } });
      setLinger(c, true, 0);
      wire.clear();
      await close(c);
      expect(await receive(s)).toBe('<WSAECONNRESET>');
      expect(wire.take()).toEqual(['0 client R. 101 ack 1', '10 server . 1 ack 1', '20 client R 1']);
    }),
  );

  it(
    'takes what was received and not read along: WSAECONNRESET, not the data',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await send(s, 'too late');
      await net.sleep(1000);
      setLinger(s, true, 0);
      await close(s);
      await net.sleep(1000);
      expect(await receive(c)).toBe('<WSAECONNRESET>');
    }),
  );

  it(
    'of a listener that is closed ends the connections that nobody has accepted',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await listen(server, 80);
      const c = await dial(client, server, 80);
      await net.sleep(1000);
      await close(listener);
      expect(await receive(c)).toBe('<WSAECONNRESET>');
      expect(await call(await open(client), server, 80)).toBe('WSAECONNREFUSED');
    }),
  );
});
