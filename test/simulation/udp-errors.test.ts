// What the network reports of datagrams that did not arrive: ports nobody is bound to, hop limits that run out, hosts
// that cannot be reached.
import { describe, expect, it } from 'vitest';
import {
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_UNICAST_HOPS,
  IP_TTL,
  POLLRDNORM,
  SIO_UDP_CONNRESET,
  SIO_UDP_NETRESET,
  WSAPOLLFD,
} from 'winsock2';
import { createNetwork, type Host, type Network } from 'winsock2/testing';
import { Messenger } from './messages.js';
import { acrossRouter } from './topologies.js';

/** Two hosts on one segment. */
function twoHosts(net: Network): { here: Host; there: Host } {
  return { here: net.host('here'), there: net.host('there') };
}

describe.each(['ipv4', 'ipv6'] as const)('a datagram to a port that nobody is bound to, over %s', (family) => {
  it('makes the next receive of a connected socket fail with WSAECONNRESET, once', async () => {
    using net = createNetwork();
    const { here, there } = twoHosts(net);
    await net.run(async () => {
      const s = await Messenger.udp(here, here.address(family));
      expect(await s.connect(there.address(family), 9)).toBe(0);
      expect(await s.send('anybody?')).toBe(8);
      expect(await s.text()).toBe('WSAECONNRESET');
      expect(net.clock.now()).toBe(2);
      expect(await s.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('makes the next receive of a socket without a peer fail too', async () => {
    using net = createNetwork();
    const { here, there } = twoHosts(net);
    await net.run(async () => {
      const s = await Messenger.udp(here, here.address(family));
      const other = await Messenger.udp(there, there.address(family), 7);
      expect(await s.to(there.address(family), 9, 'anybody?')).toBe(8);
      expect(await other.to(here.address(family), s.port, 'me')).toBe(2);
      // In the order in which they came.
      expect(await s.text()).toBe('me');
      expect(await s.letter()).toBe('WSAECONNRESET');
      expect(await s.to(there.address(family), 7, 'thanks')).toBe(6);
      expect(await other.text()).toBe('thanks');
    });
  });

  it('is no news to a socket that wants none (SIO_UDP_CONNRESET)', async () => {
    using net = createNetwork();
    const { here, there } = twoHosts(net);
    await net.run(async () => {
      const s = await Messenger.udp(here, here.address(family));
      s.must(await s.control(SIO_UDP_CONNRESET, 0));
      expect(await s.to(there.address(family), 9, 'anybody?')).toBe(8);
      expect(await s.text()).toBe('WSAETIMEDOUT');
      s.must(await s.control(SIO_UDP_CONNRESET, 1));
      expect(await s.to(there.address(family), 9, 'anybody?')).toBe(8);
      expect(await s.text()).toBe('WSAECONNRESET');
    });
  });

  it('makes the socket readable', async () => {
    using net = createNetwork();
    const { here, there } = twoHosts(net);
    await net.run(async () => {
      const s = await Messenger.udp(here, here.address(family));
      expect(await s.to(there.address(family), 9, 'anybody?')).toBe(8);
      const fd = new WSAPOLLFD();
      [fd.fd, fd.events] = [s.s, POLLRDNORM];
      expect(await here.winsock.WSAPoll([fd], 1, 1000)).toBe(1);
      expect(fd.revents).toBe(POLLRDNORM);
      expect(await s.text()).toBe('WSAECONNRESET');
    });
  });
});

it('a datagram to a port of the own host that nobody is bound to is reported as well', async () => {
  using net = createNetwork();
  const host = net.host('host');
  await net.run(async () => {
    const s = await Messenger.udp(host, '127.0.0.1');
    expect(await s.to('127.0.0.1', 9, 'anybody?')).toBe(8);
    expect(await s.text()).toBe('WSAECONNRESET');
  });
});

describe.each([
  ['ipv4', IPPROTO_IP, IP_TTL],
  ['ipv6', IPPROTO_IPV6, IPV6_UNICAST_HOPS],
] as const)('a datagram whose hop limit runs out, over %s', (family, level, option) => {
  it('makes the next receive fail with WSAENETRESET', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    await net.run(async () => {
      const listener = await Messenger.udp(there, there.address(family), 7);
      const s = await Messenger.udp(here, here.address(family));
      s.must(s.set(level, option, 1));
      expect(await s.to(there.address(family), 7, 'near')).toBe(4);
      expect(await s.text()).toBe('WSAENETRESET');
      s.must(s.set(level, option, 2));
      expect(await s.to(there.address(family), 7, 'far')).toBe(3);
      expect(await listener.text()).toBe('far');
    });
  });

  it('is no news to a socket that wants none (SIO_UDP_NETRESET)', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    await net.run(async () => {
      const s = await Messenger.udp(here, here.address(family));
      s.must(s.set(level, option, 1));
      s.must(await s.control(SIO_UDP_NETRESET, 0));
      expect(await s.to(there.address(family), 7, 'near')).toBe(4);
      expect(await s.text()).toBe('WSAETIMEDOUT');
      s.must(await s.control(SIO_UDP_NETRESET, 1));
      expect(await s.to(there.address(family), 7, 'near')).toBe(4);
      expect(await s.text()).toBe('WSAENETRESET');
    });
  });
});

it('a datagram to a host that no router knows is sent, and not reported', async () => {
  using net = createNetwork();
  const { here } = acrossRouter(net);
  const capture = net.capture({ host: 'here' });
  await net.run(async () => {
    const s = await Messenger.udp(here, here.address());
    expect(await s.to('10.0.1.99', 7, 'hello')).toBe(5);
    expect(await s.text()).toBe('WSAETIMEDOUT');
  });
  // The router has said it: Windows tells datagram sockets of unreachable ports and of hop limits only.
  expect(capture.packets.map(({ from }) => from)).toEqual(['here', 'router']);
});

it('a datagram to a network that there is no route to is refused', async () => {
  using net = createNetwork();
  const { here } = twoHosts(net);
  await net.run(async () => {
    const s = await Messenger.udp(here, '0.0.0.0');
    expect(await s.to('192.0.2.1', 7, 'hello')).toBe('WSAENETUNREACH');
    expect(await s.connect('192.0.2.1', 7)).toBe('WSAENETUNREACH');
  });
});
