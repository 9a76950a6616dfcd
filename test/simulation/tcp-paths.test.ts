// Connections over more than one link: routers, small MTUs, NAT; and over IPv6.
import { describe, expect, it } from 'vitest';
import {
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SOCK_STREAM,
  inet_ntop,
  ntohs,
  ref,
  sockaddr_in6,
  sockaddr_storage,
  sockaddr_in,
  AF_INET,
} from 'winsock2';
import { createNetwork, socketAddress, type Host, type HostSocket, type Network } from 'winsock2/testing';
import {
  LATENCY,
  ROUND_TRIP,
  Wire,
  accept,
  call,
  close,
  connected,
  dial,
  drain,
  figures,
  listen,
  onTwoHosts,
  open,
  outcome,
  receive,
  send,
  set,
} from './tcp-world.js';
import '../testing/expect.js';

/** Two segments and a router between them, whose far side takes packets up to `mtu`. */
function across(net: Network, mtu = 1500): { client: Host; router: Host; server: Host } {
  const [near, far] = [net.segment('near'), net.segment('far')];
  const router = net.host('router', { interfaces: [{ segment: near }, { segment: far, mtu }], forwarding: true });
  const client = net.host('client', { segment: near, gateway: 'router' });
  return { client, router, server: net.host('server', { segment: far, gateway: 'router' }) };
}

/** Sends so much from one end to the other, and gives how many bytes arrived. */
async function transfer(from: HostSocket, to: HostSocket, size: number): Promise<number | string> {
  const sending = send(from, new Uint8Array(size));
  const arrived = await drain(to, size);
  await sending;
  return arrived;
}

/** Who an end is connected to: address, or address%scope, and port. */
function peerOf({ host, socket }: HostSocket): string {
  const name = new sockaddr_storage();
  expect(host.winsock.getpeername(socket, name, ref(sockaddr_storage.size))).toBe(0);
  const six = name.ss_family === AF_INET6;
  const view = six ? new sockaddr_in6(name) : new sockaddr_in(name);
  const address = view instanceof sockaddr_in6 ? view.sin6_addr : view.sin_addr;
  const text = inet_ntop(six ? AF_INET6 : AF_INET, address, new Uint8Array(64), 64) ?? '';
  const scope = view instanceof sockaddr_in6 && view.sin6_scope_id !== 0 ? `%${view.sin6_scope_id}` : '';
  return `${text}${scope}.${ntohs(new sockaddr_in(name).sin_port)}`;
}

describe('through a router', () => {
  it('a connection has the latency of both links, and a TTL less by one behind it', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, server } = across(net);
    const hops: number[] = [];
    net.rule({ name: 'seen', to: server, when: ({ hopLimit }) => hops.push(hopLimit) > 0, verdict: 'pass' });
    await net.run(async () => {
      await listen(server, 80);
      await dial(client, server, 80);
      expect(net.clock.now()).toBe(2 * ROUND_TRIP);
    });
    expect(hops[0]).toBe(127);
  });

  it('data reach the other side whole', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, server } = across(net);
    await net.run(async () => {
      const { client: c, server: s } = await connected(client, server);
      expect(await transfer(c, s, 500_000)).toBe(500_000);
      expect(await transfer(s, c, 500_000)).toBe(500_000);
      expect((await figures(c)).BytesRetrans).toBe(0);
    });
  });

  it('that crashes nothing gets through, and what was on the way arrives when it is up again', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, router, server } = across(net);
    await net.run(async () => {
      const { client: c, server: s } = await connected(client, server);
      router.crash();
      await send(c, 'hello');
      await net.sleep(3000);
      router.restart();
      expect(await receive(s)).toBe('hello');
    });
  });
});

describe('a router with a small MTU', () => {
  it('says so, and the sender sends the same again in smaller segments: no timeout, no fragment', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, server } = across(net, 600);
    await net.run(async () => {
      const { client: c, server: s } = await connected(client, server);
      await net.sleep(1000);
      const [near, far] = [new Wire(net, 'near'), new Wire(net, 'far')];
      const before = net.clock.now();
      expect(await transfer(c, s, 10_000)).toBe(10_000);
      expect(net.clock.now() - before).toBeLessThan(300);
      const said = near.take().filter((line) => line.includes('unreachable'));
      expect(said[0]).toBe('10 router unreachable, fragmentation needed');
      // The largest segment behind the router: 600 less two headers.
      const lengths = far.take().map((line) => Number(/\((\d+)\)/.exec(line)?.[1] ?? 0));
      expect(Math.max(...lengths)).toBe(560);
      expect(await figures(c)).toMatchObject({ TimeoutEpisodes: 0, FastRetrans: 0, Mss: 560 });
    });
  });

  it('is remembered: the next connection to the same host begins with segments that fit', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, server } = across(net, 600);
    await net.run(async () => {
      const first = await connected(client, server);
      expect(await transfer(first.client, first.server, 10_000)).toBe(10_000);
      const second = await connected(client, server);
      const near = new Wire(net, 'near');
      expect(await transfer(second.client, second.server, 10_000)).toBe(10_000);
      expect(near.take().filter((line) => line.includes('fragmentation'))).toEqual([]);
      expect((await figures(second.client)).BytesRetrans).toBe(0);
    });
  });

  it('says so over IPv6 too (packet too big)', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, server } = across(net, 1300);
    await net.run(async () => {
      const { client: c, server: s } = await connected(client, server, server.address('ipv6'));
      expect(await transfer(c, s, 20_000)).toBe(20_000);
      expect(await figures(c)).toMatchObject({ TimeoutEpisodes: 0, Mss: 1240 });
    });
  });

  it('whose messages are lost is a black hole: what is small gets through, what is large ends in WSAETIMEDOUT', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, router, server } = across(net, 600);
    const filtered = net.rule({ name: 'ICMP filtered', from: router, to: client, when: ({ isTcp }) => !isTcp, verdict: 'drop' });
    await net.run(async () => {
      const { client: c, server: s } = await connected(client, server);
      await send(c, 'small');
      expect(await receive(s)).toBe('small');
      expect(await send(c, new Uint8Array(10_000))).toBe(10_000);
      expect(await receive(c)).toBe('<WSAETIMEDOUT>');
    });
    // Each segment of the flight and each retransmission was answered; nobody heard it.
    expect(filtered.hits).toBeGreaterThan(5);
  });

  it('is a passing black hole if its messages get through at last', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, router, server } = across(net, 600);
    const filtered = net.rule({ name: 'ICMP filtered', from: router, to: client, when: ({ isTcp }) => !isTcp, verdict: 'drop' });
    await net.run(async () => {
      const { client: c, server: s } = await connected(client, server);
      const sending = transfer(c, s, 10_000);
      await net.sleep(2000);
      filtered.remove();
      expect(await sending).toBe(10_000);
    });
  });
});

describe('through a NAT', () => {
  function home(net: Network, forwards = false): { client: Host; nat: Host; server: Host } {
    net.segment('inside', { prefixes: ['192.168.1.0/24'] });
    net.segment('outside', { prefixes: ['203.0.113.0/24'] });
    const nat = net.host('nat', {
      interfaces: [{ segment: 'inside' }, { segment: 'outside' }],
      nat: {
        inside: 'inside',
        outside: 'outside',
        ...(forwards ? { forwards: [{ protocol: 'tcp' as const, port: 8080, to: '192.168.1.2', toPort: 80 }] } : {}),
      },
    });
    const client = net.host('client', { segment: 'inside', gateway: 'nat' });
    return { client, nat, server: net.host('server', { segment: 'outside' }) };
  }

  it('a host inside connects to one outside, which sees the address of the NAT', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, server } = home(net);
    await net.run(async () => {
      const { client: c, server: s } = await connected(client, server, server.address());
      expect(peerOf(s)).toMatch(/^203\.0\.113\.1\.\d+$/);
      expect(server.netstat()).toHaveSocket({ foreignAddress: '203.0.113.1', state: 'ESTABLISHED' });
      expect(client.netstat()).toHaveSocket({ localAddress: '192.168.1.2', foreignAddress: '203.0.113.2' });
      expect(await transfer(c, s, 100_000)).toBe(100_000);
      expect(await transfer(s, c, 100_000)).toBe(100_000);
    });
  });

  it('nobody outside reaches a host inside, but through a forwarded port', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, nat, server } = home(net, true);
    await net.run(async () => {
      const listener = await listen(client, 80);
      expect(await call(await open(server), '203.0.113.1', 80)).toBe('WSAECONNREFUSED');
      const accepting = accept(listener);
      const c = await dial(server, nat.addresses.find((text) => text.startsWith('203')) ?? '', 8080);
      const s = await accepting;
      await send(c, 'hello');
      expect(await receive(s)).toBe('hello');
      expect(peerOf(s)).toMatch(/^203\.0\.113\.2\./);
    });
  });

  it('that restarts has forgotten the connection: what the host inside sends next is reset', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const { client, nat, server } = home(net);
    await net.run(async () => {
      const { client: c, server: s } = await connected(client, server);
      nat.restart();
      // From outside nothing leads in any more; the NAT itself answers.
      expect(await send(s, 'are you there?')).toBe(14);
      expect(await receive(s)).toBe('<WSAECONNRESET>');
      await send(c, 'hello');
      expect(await receive(c)).toBe('<WSAECONNRESET>');
    });
  });
});

describe('over IPv6', () => {
  it(
    'a connection is as over IPv4, with segments of 1440 bytes',
    onTwoHosts(async ({ client, server }) => {
      const { client: c, server: s } = await connected(client, server, server.address('ipv6'));
      expect(await transfer(c, s, 100_000)).toBe(100_000);
      expect((await figures(c)).Mss).toBe(1440);
      expect(peerOf(s)).toMatch(/^fd00::1\.\d+$/);
      expect(client.netstat()).toHaveSocket({ family: 'ipv6', foreign: '[fd00::2]:80', state: 'ESTABLISHED' });
    }),
  );

  it(
    'a dual-stack listener takes callers of both families, and sees IPv4 ones as mapped addresses',
    onTwoHosts(async ({ client, server }) => {
      await server.start();
      const { winsock } = server;
      const socket = winsock.socket(AF_INET6, SOCK_STREAM, 0);
      const listener = { host: server, socket };
      set(listener, IPPROTO_IPV6, IPV6_V6ONLY, 0);
      const any = socketAddress('::', 80);
      expect(winsock.bind(socket, any, any.bytes.length)).toBe(0);
      expect(winsock.listen(socket, 5)).toBe(0);
      for (const [address, peer] of [
        ['10.0.0.2', /^::ffff:10\.0\.0\.1\.\d+$/],
        ['fd00::2', /^fd00::1\.\d+$/],
      ] as const) {
        const c = await dial(client, address, 80);
        const s = await accept(listener);
        expect(peerOf(s)).toMatch(peer);
        await send(c, 'hello');
        expect(await receive(s)).toBe('hello');
      }
    }),
  );

  it(
    'a listener that is not dual-stack, as by default, refuses IPv4',
    onTwoHosts(async ({ client, server }) => {
      await listen(server, 80, 5, '::');
      expect(await call(await open(client), '10.0.0.2', 80)).toBe('WSAECONNREFUSED');
      await dial(client, 'fd00::2', 80);
    }),
  );

  it(
    'a dual-stack socket connects to an IPv4 host through its mapped address',
    onTwoHosts(async ({ client, server }) => {
      const accepting = accept(await listen(server, 80));
      await client.start();
      const c = { host: client, socket: client.winsock.socket(AF_INET6, SOCK_STREAM, 0) };
      set(c, IPPROTO_IPV6, IPV6_V6ONLY, 0);
      expect(await call(c, '::ffff:10.0.0.2', 80)).toBe(0);
      expect(peerOf(c)).toBe('::ffff:10.0.0.2.80');
      await accepting;
      expect(server.netstat()).toHaveSocket({ family: 'ipv4', localPort: 80, state: 'ESTABLISHED' });
    }),
  );

  it(
    'link-local addresses need the scope id of the interface, and are seen with one',
    onTwoHosts(async ({ client, server }) => {
      const linkLocal = (host: Host): string =>
        host.sim.attachments.flatMap(({ addresses }) => addresses).find(({ address }) => address.isLinkLocal)!.address.text;
      const listener = await listen(server, 80, 5, '::');
      const accepting = accept(listener);
      await client.start();
      const { winsock } = client;
      const socket = winsock.socket(AF_INET6, SOCK_STREAM, 0);
      const name = socketAddress(linkLocal(server), 80) as sockaddr_in6;
      name.sin6_scope_id = 2;
      expect(await outcome(client, winsock.connect(socket, name, sockaddr_in6.size))).toBe(0);
      const s = await accepting;
      expect(peerOf(s)).toMatch(new RegExp(`^${linkLocal(client)}%2\\.\\d+$`));
      expect(peerOf({ host: client, socket })).toBe(`${linkLocal(server)}%2.80`);
      await send(s, 'hello');
      expect(await receive({ host: client, socket })).toBe('hello');
    }),
  );

  it('on a host with two interfaces the scope id chooses the link', async () => {
    using net = createNetwork({ latencyMs: LATENCY });
    const [one, two] = [net.segment('one'), net.segment('two')];
    const client = net.host('client', { interfaces: [{ segment: one }, { segment: two }] });
    const server = net.host('server', { segment: two });
    await net.run(async () => {
      await listen(server, 80, 5, '::');
      await client.start();
      const name = socketAddress(server.sim.attachments[0]!.addresses.find(({ address }) => address.isLinkLocal)!.address.text, 80);
      const attempt = (scope: number): Promise<number | string> => {
        const socket = client.winsock.socket(AF_INET6, SOCK_STREAM, 0);
        (name as sockaddr_in6).sin6_scope_id = scope;
        return outcome(client, client.winsock.connect(socket, name, sockaddr_in6.size));
      };
      expect(await attempt(3)).toBe(0);
      expect(await attempt(2)).toBe('WSAETIMEDOUT');
    });
  });
});

describe('over loopback', () => {
  it(
    'a connection takes no time and touches no link',
    onTwoHosts(async ({ net, client }) => {
      const wire = new Wire(net, 'lan');
      const { client: c, server: s } = await connected(client, client, '127.0.0.1');
      expect(await transfer(c, s, 300_000)).toBe(300_000);
      expect(await close(c)).toBe(0);
      expect(net.clock.now()).toBeLessThan(100);
      expect(wire.take()).toEqual([]);
    }),
  );
});
