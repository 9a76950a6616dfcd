// Urgent data over a link: MSG_OOB, SO_OOBINLINE, SIOCATMARK and select, as Windows has them.
import { describe, expect, it } from 'vitest';
import { FD_ISSET, FD_SET, FIONREAD, MSG_OOB, MSG_PEEK, SIOCATMARK, SOL_SOCKET, SO_OOBINLINE, fd_set, FIONBIO } from 'winsock2';
import { LATENCY, connected, control, onTwoHosts, receive, send, set } from './tcp-world.js';

describe('an urgent byte', () => {
  it(
    'has the URG flag and a pointer on the wire, and goes out though Nagle would wait',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      await net.sleep(1000);
      wire.clear();
      await send(c, 'abc');
      expect(await send(c, '!', MSG_OOB)).toBe(1);
      // It points behind the byte, as BSD and Windows have it.
      expect(wire.take()).toEqual(['0 client P. 1:4(3) ack 1', '0 client P.U 4:5(1) ack 1 urg 1']);
    }),
  );

  it(
    'is received apart from the stream',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await send(c, 'before ');
      await send(c, '!', MSG_OOB);
      await send(c, 'after');
      await net.sleep(1000);
      expect(control(s, FIONREAD)).toBeGreaterThan(0);
      expect(await receive(s, 10, MSG_OOB)).toBe('!');
      expect(await receive(s)).toBe('before ');
      expect(await receive(s)).toBe('after');
    }),
  );

  it(
    'of a send of several is the last one',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      expect(await send(c, 'stop!', MSG_OOB)).toBe(5);
      await net.sleep(1000);
      expect(await receive(s, 10, MSG_OOB)).toBe('!');
      expect(await receive(s)).toBe('stop');
    }),
  );

  it(
    'lies in the stream with SO_OOBINLINE: a receive ends before it, and it is read alone',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      set(s, SOL_SOCKET, SO_OOBINLINE, 1);
      await send(c, 'before');
      await send(c, '!', MSG_OOB);
      await send(c, 'after');
      await net.sleep(1000);
      expect(await receive(s)).toBe('before');
      expect(control(s, SIOCATMARK)).toBe(1);
      expect(await receive(s)).toBe('!');
      expect(await receive(s)).toBe('after');
      expect(await receive(s, 10, MSG_OOB)).toBe('<WSAEINVAL>');
    }),
  );

  it(
    'has SIOCATMARK tell FALSE while it waits outside the stream',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      expect(control(s, SIOCATMARK)).toBe(1);
      await send(c, 'before');
      await send(c, '!', MSG_OOB);
      await net.sleep(1000);
      expect(control(s, SIOCATMARK)).toBe(0);
      expect(await receive(s, 10, MSG_OOB)).toBe('!');
      expect(control(s, SIOCATMARK)).toBe(1);
    }),
  );

  it(
    'is told by select among the exceptions, once it has come, until it is read',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      const exceptions = new fd_set();
      FD_SET(s.socket, exceptions);
      const before = net.clock.now();
      const selecting = server.winsock.select(0, null, null, exceptions, null);
      await send(c, '!', MSG_OOB);
      expect(await selecting).toBe(1);
      expect(net.clock.now() - before).toBe(LATENCY);
      expect(FD_ISSET(s.socket, exceptions)).toBe(true);
      expect(await receive(s, 10, MSG_OOB | MSG_PEEK)).toBe('!');
      expect(await receive(s, 10, MSG_OOB)).toBe('!');
      control(s, FIONBIO, 1);
      expect(await receive(s, 10, MSG_OOB)).toMatch(/^<WSAE(INVAL|WOULDBLOCK)>$/);
    }),
  );

  it(
    'is announced ahead of data that the peer has no room for',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const { client: c } = await connected(client, server);
      const sending = send(c, new Uint8Array(2_000_000));
      await net.sleep(10_000);
      wire.clear();
      await send(c, '!', MSG_OOB);
      await net.sleep(1);
      expect(wire.take().some((line) => line.includes('U'))).toBe(true);
      void sending;
    }),
  );

  it(
    'arrives once although its segment is lost, and stands at its place',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      net.rule({ name: 'urgent lost', from: client, when: ({ flags }) => (flags & 0x20) !== 0, times: 1, verdict: 'drop' });
      await send(c, 'before');
      await send(c, '!', MSG_OOB);
      await send(c, 'after');
      await net.sleep(3000);
      expect(await receive(s, 10, MSG_OOB)).toBe('!');
      expect([await receive(s), await receive(s)]).toEqual(['before', 'after']);
    }),
  );

  it(
    'that nobody has read gives way to a newer one',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      await send(c, '1', MSG_OOB);
      await net.sleep(1000);
      await send(c, '2', MSG_OOB);
      await net.sleep(1000);
      expect(await receive(s, 10, MSG_OOB)).toBe('2');
    }),
  );
});
