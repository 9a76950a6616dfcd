// Datagram sockets on hosts: readiness, peers, shared ports, and what becomes of them in a crash.
import { describe, expect, it } from 'vitest';
import { FD_SET, POLLRDNORM, POLLWRNORM, SOL_SOCKET, SO_RCVBUF, WSAPOLLFD, fd_set, timeval } from 'winsock2';
import { createNetwork, datagramPair, type Network } from 'winsock2/testing';
import { Messenger } from './messages.js';
import { threeHosts } from './topologies.js';

const PORT = 7;

async function pair(net: Network): Promise<{ from: Messenger; to: Messenger }> {
  const [here, there] = [net.host('here'), net.host('there')];
  return { from: await Messenger.udp(here, '0.0.0.0', 9), to: await Messenger.udp(there, '0.0.0.0', PORT) };
}

describe('readiness', () => {
  it('WSAPoll tells when a datagram has come, and not before', async () => {
    using net = createNetwork({ latencyMs: 40 });
    await net.run(async () => {
      const { from, to } = await pair(net);
      const { winsock } = to.host;
      const fd = new WSAPOLLFD();
      [fd.fd, fd.events] = [to.s, POLLRDNORM | POLLWRNORM];
      expect([await winsock.WSAPoll([fd], 1, 0), fd.revents]).toEqual([1, POLLWRNORM]);
      fd.events = POLLRDNORM;
      expect([await winsock.WSAPoll([fd], 1, 100), fd.revents, net.clock.now()]).toEqual([0, 0, 100]);
      await from.to('10.0.0.2', PORT, 'x');
      expect([await winsock.WSAPoll([fd], 1, -1), fd.revents, net.clock.now()]).toEqual([1, POLLRDNORM, 140]);
      expect(await to.text()).toBe('x');
      expect(await winsock.WSAPoll([fd], 1, 0)).toBe(0);
    });
  });

  it('select tells it too', async () => {
    using net = createNetwork({ latencyMs: 40 });
    await net.run(async () => {
      const { from, to } = await pair(net);
      const { winsock } = to.host;
      const ready = async (ms: number): Promise<[number, number]> => {
        const [readable, time] = [new fd_set(), new timeval()];
        FD_SET(to.s, readable);
        [time.tv_sec, time.tv_usec] = [0, ms * 1000];
        return [await winsock.select(0, readable, null, null, time), net.clock.now()];
      };
      expect(await ready(100)).toEqual([0, 100]);
      await from.to('10.0.0.2', PORT, 'x');
      expect(await ready(100)).toEqual([1, 140]);
    });
  });
});

describe('a connected socket', () => {
  it('hears its peer only', async () => {
    using net = createNetwork();
    const { one, two, three } = threeHosts(net);
    await net.run(async () => {
      const s = await Messenger.udp(one, '0.0.0.0', PORT);
      const [peer, other] = [await Messenger.udp(two, '0.0.0.0', 9), await Messenger.udp(three, '0.0.0.0', 9)];
      await s.connect('10.0.0.2', 9);
      await other.to('10.0.0.1', PORT, 'other');
      await peer.to('10.0.0.1', PORT, 'peer');
      expect(await s.texts()).toEqual(['peer']);
    });
  });

  it('and its peer are made by a fixture', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const ends = await datagramPair(net, 'ipv6');
      const { client, server } = ends;
      expect(await client.host.winsock.send(client.socket, Uint8Array.of(1, 2, 3), 3, 0)).toBe(3);
      expect(await server.host.winsock.recv(server.socket, new Uint8Array(9), 9, 0)).toBe(3);
      await ends.close();
    });
  });
});

it('a full receive buffer loses what comes last', async () => {
  using net = createNetwork();
  await net.run(async () => {
    const { from, to } = await pair(net);
    to.must(to.set(SOL_SOCKET, SO_RCVBUF, 10));
    for (const text of ['12345', '67890', 'lost']) await from.to('10.0.0.2', PORT, text);
    await net.sleep(5);
    expect(await to.texts()).toEqual(['12345', '67890']);
  });
});

it('netstat shows a host\'s datagram sockets', async () => {
  using net = createNetwork();
  const host = net.host('host');
  await net.run(async () => {
    await Messenger.udp(host, '0.0.0.0', PORT);
    await Messenger.udp(host, 'fd00::1', 8);
  });
  expect(host.netstat().toString()).toContain('  UDP    0.0.0.0:7              *:*');
  expect(host.netstat().toString()).toContain('  UDP    [fd00::1]:8            *:*');
});

it('after a crash nobody is bound to the port any more', async () => {
  using net = createNetwork();
  await net.run(async () => {
    const { from, to } = await pair(net);
    to.host.crash();
    await from.to('10.0.0.2', PORT, 'anybody?');
    expect(await from.text()).toBe('WSAETIMEDOUT');
    to.host.restart();
    await from.to('10.0.0.2', PORT, 'anybody?');
    expect(await from.text()).toBe('WSAECONNRESET');
  });
});
