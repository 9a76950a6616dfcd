// Hosts that carry packets for others: routers, static routes, NAT.
import { describe, expect, it } from 'vitest';
import { createNetwork, type Host, type Network } from 'winsock2/testing';
import { Messenger, factsOf } from './messages.js';
import { acrossRouter } from './topologies.js';

const PORT = 7;

describe('a router', () => {
  it.each(['ipv4', 'ipv6'] as const)('carries datagrams to another segment and back (%s)', async (family) => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    await net.run(async () => {
      const server = await Messenger.udp(there, there.address(family), PORT);
      const client = await Messenger.udp(here, here.address(family), 9);
      await client.to(there.address(family), PORT, 'question');
      expect(await server.letter()).toBe(`question from ${here.address(family)} 9`);
      await server.to(here.address(family), 9, 'answer');
      expect(await client.letter()).toBe(`answer from ${there.address(family)} 7`);
      // Two links there and two back.
      expect(net.clock.now()).toBe(4);
    });
  });

  it('is no router without forwarding', async () => {
    using net = createNetwork();
    const [near, far] = [net.segment('near'), net.segment('far')];
    net.host('both', { interfaces: [{ segment: near }, { segment: far }] });
    const here = net.host('here', { segment: near, gateway: 'both' });
    const there = net.host('there', { segment: far, gateway: 'both' });
    await net.run(async () => {
      const server = await Messenger.udp(there, '0.0.0.0', PORT);
      const client = await Messenger.udp(here, '0.0.0.0');
      expect(await client.to('10.0.1.2', PORT, 'x')).toBe(1);
      expect(await server.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('that crashes is missed, and does its work again after its restart', async () => {
    using net = createNetwork();
    const { here, router, there } = acrossRouter(net);
    await net.run(async () => {
      const server = await Messenger.udp(there, '0.0.0.0', PORT);
      const client = await Messenger.udp(here, '0.0.0.0');
      router.crash();
      await client.to('10.0.1.2', PORT, 'lost');
      expect(await server.text()).toBe('WSAETIMEDOUT');
      router.restart();
      await client.to('10.0.1.2', PORT, 'found');
      expect(await server.text()).toBe('found');
    });
  });
});

it('of several static routes the most special one is taken', async () => {
  using net = createNetwork();
  const [near, far] = [net.segment('near'), net.segment('far')];
  for (const name of ['short', 'long']) {
    net.host(name, { interfaces: [{ segment: near }, { segment: far }], forwarding: true });
  }
  const here = net.host('here', { segment: near, gateway: 'long' });
  const there = net.host('there', { segment: far, addresses: ['10.0.1.10/24', '10.0.1.20/24'] });
  here.sim.addRoute('10.0.1.20/32', 'short');
  const capture = net.capture({ link: 'near' });
  await net.run(async () => {
    const server = await Messenger.udp(there, '0.0.0.0', PORT);
    const client = await Messenger.udp(here, '0.0.0.0');
    for (const last of [10, 20]) await client.to(`10.0.1.${last}`, PORT, 'x');
    expect(await server.texts()).toEqual(['x', 'x']);
  });
  expect(capture.packets.map(({ to }) => to)).toEqual(['long', 'short']);
});

it('packets that run in circles die of their hop limit', async () => {
  using net = createNetwork();
  const [near, middle] = [net.segment('near'), net.segment('middle')];
  for (const name of ['first', 'second']) {
    net.host(name, { interfaces: name === 'first' ? [{ segment: near }, { segment: middle }] : [{ segment: middle }], forwarding: true });
  }
  const here = net.host('here', { segment: near, gateway: 'first' });
  net.sim.hosts.get('first')!.addGateway('second');
  net.sim.hosts.get('second')!.addGateway('first');
  const capture = net.capture({ link: 'middle', when: (packet) => factsOf(packet).transport.kind === 'udp' });
  await net.run(async () => {
    const client = await Messenger.udp(here, '0.0.0.0');
    expect(await client.to('192.0.2.1', PORT, 'x')).toBe(1);
    expect(await client.text()).toBe('WSAENETRESET');
  });
  expect(capture.packets.map((packet) => factsOf(packet).hopLimit)).toEqual(Array.from({ length: 127 }, (_, index) => 127 - index));
});

describe('NAT', () => {
  /** Two hosts inside 192.168.0.0/24, one outside at 203.0.113.2, and the NAT between them at 203.0.113.1. */
  function home(net: Network, ...forwards: { protocol: 'udp'; port: number; to: string; toPort?: number }[]): { one: Host; two: Host; server: Host } {
    const inside = net.segment('inside', { prefixes: ['192.168.0.0/24'] });
    const outside = net.segment('outside', { prefixes: ['203.0.113.0/24'] });
    net.host('nat', {
      interfaces: [{ segment: inside }, { segment: outside }],
      nat: { inside: 'inside', outside: 'outside', forwards },
    });
    return {
      one: net.host('one', { segment: inside, gateway: 'nat' }),
      two: net.host('two', { segment: inside, gateway: 'nat' }),
      server: net.host('server', { segment: outside }),
    };
  }

  it('lets inside hosts share the outside address, and answers find their way', async () => {
    using net = createNetwork();
    const { one, two, server } = home(net);
    await net.run(async () => {
      const s = await Messenger.udp(server, '0.0.0.0', PORT);
      const clients = [await Messenger.udp(one, '0.0.0.0', 9), await Messenger.udp(two, '0.0.0.0', 9)];
      const ports: number[] = [];
      for (const client of clients) {
        await client.to('203.0.113.2', PORT, client.host.name);
        const [, name, port] = /^(\w+) from 203\.0\.113\.1 (\d+)$/.exec(await s.letter())!;
        expect(name).toBe(client.host.name);
        ports.push(Number(port));
      }
      expect(new Set(ports).size).toBe(2);
      for (const [index, port] of ports.entries()) await s.to('203.0.113.1', port, `answer ${index}`);
      expect(await clients[0]!.letter()).toBe('answer 0 from 203.0.113.2 7');
      expect(await clients[1]!.letter()).toBe('answer 1 from 203.0.113.2 7');
    });
  });

  it('lets nobody in whom no inside host has sent to', async () => {
    using net = createNetwork();
    const { one, server } = home(net);
    await net.run(async () => {
      const inner = await Messenger.udp(one, '0.0.0.0', 9);
      const known = await Messenger.udp(server, '203.0.113.2', PORT);
      const stranger = await Messenger.udp(server, '203.0.113.2', 5);
      await inner.to('203.0.113.2', PORT, 'question');
      const port = Number(/\d+$/.exec(await known.letter())![0]);
      await stranger.to('203.0.113.1', port, 'let me in');
      await known.to('203.0.113.1', port, 'answer');
      expect(await inner.texts()).toEqual(['answer']);
      // Nor does anything lead from outside to inside addresses.
      server.sim.addGateway('nat');
      await stranger.to('192.168.0.2', 9, 'let me in');
      expect(await inner.texts()).toEqual([]);
      // It is not said whether somebody is there.
      expect(await stranger.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('leads forwarded ports to the inside host that they are for', async () => {
    using net = createNetwork();
    const { two, server } = home(net, { protocol: 'udp', port: 80, to: '192.168.0.3', toPort: 8080 });
    await net.run(async () => {
      const stranger = await Messenger.udp(server, '203.0.113.2', 5);
      const service = await Messenger.udp(two, '0.0.0.0', 8080);
      await stranger.to('203.0.113.1', 80, 'request');
      expect(await service.letter()).toBe('request from 203.0.113.2 5');
      // It is reached by the outside address, and speaks from it.
      await service.to('203.0.113.2', 5, 'reply');
      expect(await stranger.letter()).toBe('reply from 203.0.113.1 80');
    });
  });

  it('translates errors too: a port that nobody is bound to outside is reported inside', async () => {
    using net = createNetwork();
    const { one } = home(net);
    await net.run(async () => {
      const client = await Messenger.udp(one, '0.0.0.0', 9);
      await client.to('203.0.113.2', PORT, 'anybody?');
      expect(await client.text()).toBe('WSAECONNRESET');
    });
  });
});
