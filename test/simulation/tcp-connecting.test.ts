// How connections come about, or not, as programs on two hosts see it.
import { describe, expect, it } from 'vitest';
import {
  FD_ISSET,
  FD_SET,
  FIONBIO,
  IPPROTO_TCP,
  SIO_TCP_INITIAL_RTO,
  SOL_SOCKET,
  SO_ERROR,
  TCP_FAIL_CONNECT_ON_ICMP_ERROR,
  TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS,
  TCP_INITIAL_RTO_PARAMETERS,
  TCP_MAXRT,
  TCP_MAXRTMS,
  TCP_NOSYNRETRIES,
  WSAECONNREFUSED,
  fd_set,
  ref,
} from 'winsock2';
import { createNetwork } from 'winsock2/testing';
import {
  LATENCY,
  ROUND_TRIP,
  Wire,
  accept,
  call,
  close,
  control,
  dial,
  get,
  listen,
  onTwoHosts,
  open,
  receive,
  send,
  set,
} from './tcp-world.js';

describe('connect', () => {
  it(
    'is done after one round trip, and accept half of one later',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const accepting = accept(await listen(server, 80)).then(() => net.clock.now());
      await dial(client, server, 80);
      expect(net.clock.now()).toBe(ROUND_TRIP);
      expect(await accepting).toBe(ROUND_TRIP + LATENCY);
      // Nothing else, however long one waits.
      await net.sleep(1000);
      expect(wire.take()).toEqual(['0 client S 0', '10 server S. 0 ack 1', '20 client . 1 ack 1']);
    }),
  );

  it(
    'sends its SYN at 0, 3 and 9 seconds and is given up with WSAETIMEDOUT after 21',
    onTwoHosts(async ({ net, client, server, wire }) => {
      net.partition(client, server);
      expect(await call(await open(client), server, 80)).toBe('WSAETIMEDOUT');
      expect(net.clock.now()).toBe(21_000);
      expect(wire.take()).toEqual(['0 client S 0 !', '3000 client S 0 !', '9000 client S 0 !']);
      expect(client.netstat().filter({ foreignPort: 80 })).toEqual([]);
    }),
  );

  it(
    'to an address that nobody has takes 21 seconds too',
    onTwoHosts(async ({ net, client }) => {
      expect(await call(await open(client), '10.0.0.99', 80)).toBe('WSAETIMEDOUT');
      expect(net.clock.now()).toBe(21_000);
    }),
  );

  it(
    'is refused with WSAECONNREFUSED by a host on which nobody listens, and may be tried again on the same socket',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const s = await open(client);
      expect(await call(s, server, 80)).toBe('WSAECONNREFUSED');
      expect(net.clock.now()).toBe(ROUND_TRIP);
      expect(wire.take()).toEqual(['0 client S 0', '10 server R. 0 ack 1']);
      await listen(server, 80);
      expect(await call(s, server, 80)).toBe(0);
    }),
  );

  it(
    'without a route fails at once with WSAENETUNREACH, and not a packet is sent',
    onTwoHosts(async ({ net, client, wire }) => {
      expect(await call(await open(client), '192.0.2.1', 80)).toBe('WSAENETUNREACH');
      expect(net.clock.now()).toBe(0);
      expect(wire.take()).toEqual([]);
    }),
  );

  it(
    'comes about although the first SYN is lost, after three seconds more',
    onTwoHosts(async ({ net, client, server }) => {
      await listen(server, 80);
      net.rule({ name: 'SYN lost', from: client, when: ({ syn }) => syn, times: 1, verdict: 'drop' });
      await dial(client, server, 80);
      expect(net.clock.now()).toBe(3000 + ROUND_TRIP);
    }),
  );

  it(
    'comes about although the answer to the SYN is lost: both ends repeat theirs',
    onTwoHosts(async ({ net, client, server, wire }) => {
      await listen(server, 80);
      net.rule({ name: 'SYN-ACK lost', from: server, when: ({ syn }) => syn, times: 1, verdict: 'drop' });
      await dial(client, server, 80);
      expect(wire.take().slice(0, 5)).toEqual([
        '0 client S 0',
        '10 server S. 0 ack 1 !',
        '3000 client S 0',
        '3010 server S. 0 ack 1',
        '3010 server S. 0 ack 1',
      ]);
    }),
  );

  it.each([
    ['TCP_MAXRT', TCP_MAXRT, 5, 5000, 2],
    ['TCP_MAXRT', TCP_MAXRT, 60, 60_000, 5],
    ['TCP_MAXRTMS', TCP_MAXRTMS, 1500, 3000, 1],
  ] as const)('%s (%#) says when it is given up', async (_name, option, value, ms, syns) => {
    await onTwoHosts(async ({ net, client, server, wire }) => {
      net.partition(client, server);
      const s = await open(client);
      set(s, IPPROTO_TCP, option, value);
      expect(await call(s, server, 80)).toBe('WSAETIMEDOUT');
      expect(net.clock.now()).toBe(ms);
      expect(wire.take()).toHaveLength(syns);
    })();
  });

  it(
    'with TCP_NOSYNRETRIES is given up after three seconds',
    onTwoHosts(async ({ net, client, server, wire }) => {
      net.partition(client, server);
      const s = await open(client);
      set(s, IPPROTO_TCP, TCP_NOSYNRETRIES, 1);
      expect(await call(s, server, 80)).toBe('WSAETIMEDOUT');
      expect(net.clock.now()).toBe(3000);
      expect(wire.take()).toHaveLength(1);
    }),
  );

  it(
    'with SIO_TCP_INITIAL_RTO is given up when that says so',
    onTwoHosts(async ({ net, client, server }) => {
      net.partition(client, server);
      const s = await open(client);
      const wish = new TCP_INITIAL_RTO_PARAMETERS();
      wish.Rtt = 700;
      wish.MaxSynRetransmissions = TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS;
      const size = TCP_INITIAL_RTO_PARAMETERS.size;
      const set = client.winsock.WSAIoctl(s.socket, SIO_TCP_INITIAL_RTO, wish, size, null, 0, ref(0), null, null);
      expect(await set).toBe(0);
      expect(await call(s, server, 80)).toBe('WSAETIMEDOUT');
      expect(net.clock.now()).toBe(700);
    }),
  );

  it(
    'on a non-blocking socket is told by select: writable when it succeeds, an exception when it fails',
    onTwoHosts(async ({ net, client, server }) => {
      await listen(server, 80);
      const attempt = async (port: number): Promise<unknown> => {
        const s = await open(client);
        control(s, FIONBIO, 1);
        expect(await call(s, server, port)).toBe('WSAEWOULDBLOCK');
        const [writable, failed] = [new fd_set(), new fd_set()];
        for (const set of [writable, failed]) FD_SET(s.socket, set);
        const before = net.clock.now();
        expect(await client.winsock.select(0, null, writable, failed, null)).toBe(1);
        expect(net.clock.now() - before).toBe(ROUND_TRIP);
        return [FD_ISSET(s.socket, writable), FD_ISSET(s.socket, failed), get(s, SOL_SOCKET, SO_ERROR)];
      };
      expect(await attempt(80)).toEqual([true, false, 0]);
      expect(await attempt(81)).toEqual([false, true, WSAECONNREFUSED]);
    }),
  );
});

describe('connect through a router that knows no way', () => {
  const beyond = async (failOnIcmp: boolean): Promise<{ error: number | string; ms: number; lines: readonly string[] }> => {
    using net = createNetwork({ latencyMs: LATENCY });
    net.segment('lan');
    net.host('router', { forwarding: true });
    const client = net.host('client', { gateway: 'router' });
    const wire = new Wire(net);
    return await net.run(async () => {
      const s = await open(client);
      if (failOnIcmp) set(s, IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR, 1);
      const error = await call(s, '192.0.2.1', 80);
      return { error, ms: net.clock.now(), lines: wire.take() };
    });
  };

  it('goes on trying, and tells in the end what the router said', async () => {
    const { error, ms, lines } = await beyond(false);
    expect(error).toBe('WSAENETUNREACH');
    expect(ms).toBe(21_000);
    expect(lines).toHaveLength(6);
  });

  it('fails at once with TCP_FAIL_CONNECT_ON_ICMP_ERROR', async () => {
    const { error, ms, lines } = await beyond(true);
    expect(error).toBe('WSAENETUNREACH');
    expect(ms).toBe(ROUND_TRIP);
    expect(lines).toHaveLength(2);
  });
});

describe('two hosts that call each other at the same time', () => {
  it(
    'get one connection, and nobody has listened',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const [a, b] = [await open(client, 1000), await open(server, 2000)];
      expect(await Promise.all([call(a, server, 2000), call(b, client, 1000)])).toEqual([0, 0]);
      expect(net.clock.now()).toBe(ROUND_TRIP);
      expect(wire.take().slice(0, 4)).toEqual([
        '0 client S 0',
        '0 server S 0',
        '10 server S. 0 ack 1',
        '10 client S. 0 ack 1',
      ]);
      expect(client.netstat().rows.map(({ state }) => state)).toEqual(['ESTABLISHED']);
      expect(server.netstat().rows.map(({ state }) => state)).toEqual(['ESTABLISHED']);
      expect(await Promise.all([send(a, 'from a'), send(b, 'and b')])).toEqual([6, 5]);
      expect(await Promise.all([receive(a), receive(b)])).toEqual(['and b', 'from a']);
    }),
  );
});

describe('a full backlog', () => {
  it(
    'has the next caller refused with WSAECONNREFUSED, until somebody is accepted',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const listener = await listen(server, 80, 2);
      await dial(client, server, 80);
      await dial(client, server, 80);
      await net.sleep(100);
      wire.clear();
      expect(await call(await open(client), server, 80)).toBe('WSAECONNREFUSED');
      expect(wire.take()).toEqual(['0 client S 0', '10 server R. 0 ack 1']);
      await accept(listener);
      await dial(client, server, 80);
      expect(await call(await open(client), server, 80)).toBe('WSAECONNREFUSED');
    }),
  );

  it(
    'leaves those who are in it alone: what they have sent is there when they are accepted, or gone',
    onTwoHosts(async ({ client, server }) => {
      const listener = await listen(server, 80, 2);
      const [first, second] = [await dial(client, server, 80), await dial(client, server, 80)];
      await send(first, 'hello');
      await send(second, 'goodbye');
      expect(await close(second)).toBe(0);
      expect(await receive(await accept(listener))).toBe('hello');
      const late = await accept(listener);
      expect([await receive(late), await receive(late)]).toEqual(['goodbye', '']);
    }),
  );
});
