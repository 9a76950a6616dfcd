// Broadcasts: to the link (255.255.255.255) and to a network (10.0.0.255).
import { describe, expect, it } from 'vitest';
import { IPPROTO_IP, IP_RECEIVE_BROADCAST, SOL_SOCKET, SO_BROADCAST, SO_REUSEADDR } from 'winsock2';
import { createNetwork } from 'winsock2/testing';
import { Messenger } from './messages.js';
import { acrossRouter, threeHosts } from './topologies.js';

describe.each([
  ['the limited broadcast address', '255.255.255.255'],
  ['the broadcast address of the network', '10.0.0.255'],
])('%s', (_, everybody) => {
  it('reaches every host on the link, the own one included', async () => {
    using net = createNetwork();
    const { one, two, three } = threeHosts(net);
    await net.run(async () => {
      const ears = [];
      for (const host of [one, two, three]) ears.push(await Messenger.udp(host, '0.0.0.0', 7));
      const from = await Messenger.udp(one, '10.0.0.1', 9);
      from.must(from.set(SOL_SOCKET, SO_BROADCAST, 1));
      expect(await from.to(everybody, 7, 'all')).toBe(3);
      for (const ear of ears) expect(await ear.letter()).toBe('all from 10.0.0.1 9');
    });
  });

  it('is refused to a socket without SO_BROADCAST', async () => {
    using net = createNetwork();
    const { one, two } = threeHosts(net);
    await net.run(async () => {
      const ear = await Messenger.udp(two, '0.0.0.0', 7);
      const from = await Messenger.udp(one, '10.0.0.1');
      expect(await from.to(everybody, 7, 'all')).toBe('WSAEACCES');
      expect(await from.connect(everybody, 7)).toBe('WSAEACCES');
      expect(await ear.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('is for sockets that are bound to the address of their host as well', async () => {
    using net = createNetwork();
    const { one, two } = threeHosts(net);
    await net.run(async () => {
      const ear = await Messenger.udp(two, '10.0.0.2', 7);
      const deaf = await Messenger.udp(two, '127.0.0.1', 7);
      const from = await Messenger.udp(one, '10.0.0.1');
      from.must(from.set(SOL_SOCKET, SO_BROADCAST, 1));
      await from.to(everybody, 7, 'all');
      expect(await ear.text()).toBe('all');
      expect(await deaf.text()).toBe('WSAETIMEDOUT');
    });
  });

  it('is not for a socket that wants none (IP_RECEIVE_BROADCAST)', async () => {
    using net = createNetwork();
    const { one, two } = threeHosts(net);
    await net.run(async () => {
      const ear = await Messenger.udp(two, '0.0.0.0', 7);
      ear.must(ear.set(IPPROTO_IP, IP_RECEIVE_BROADCAST, 0));
      const from = await Messenger.udp(one, '10.0.0.1');
      from.must(from.set(SOL_SOCKET, SO_BROADCAST, 1));
      await from.to(everybody, 7, 'all');
      await from.to('10.0.0.2', 7, 'you');
      expect(await ear.text()).toBe('you');
      ear.must(ear.set(IPPROTO_IP, IP_RECEIVE_BROADCAST, 1));
      await from.to(everybody, 7, 'again');
      expect(await ear.text()).toBe('again');
    });
  });

  it('is not answered with an error by hosts that have nobody on the port', async () => {
    using net = createNetwork();
    const { one } = threeHosts(net);
    const capture = net.capture();
    await net.run(async () => {
      const from = await Messenger.udp(one, '10.0.0.1');
      from.must(from.set(SOL_SOCKET, SO_BROADCAST, 1));
      await from.to(everybody, 7, 'anybody?');
      expect(await from.text()).toBe('WSAETIMEDOUT');
    });
    expect(capture.packets.filter(({ from }) => from !== 'one')).toEqual([]);
  });

  it('reaches every socket that shares the port', async () => {
    using net = createNetwork();
    const { one, two } = threeHosts(net);
    await net.run(async () => {
      const ears = [];
      for (let i = 0; i < 2; i += 1) {
        const ear = await Messenger.udp(two);
        ear.must(ear.set(SOL_SOCKET, SO_REUSEADDR, 1));
        ear.must(ear.bind('0.0.0.0', 7));
        ears.push(ear);
      }
      const from = await Messenger.udp(one, '10.0.0.1');
      from.must(from.set(SOL_SOCKET, SO_BROADCAST, 1));
      await from.to(everybody, 7, 'all');
      for (const ear of ears) expect(await ear.text()).toBe('all');
    });
  });
});

it('no router carries a broadcast on', async () => {
  using net = createNetwork();
  const { here, router, there } = acrossRouter(net);
  await net.run(async () => {
    const ear = await Messenger.udp(there, '0.0.0.0', 7);
    const near = await Messenger.udp(router, '0.0.0.0', 7);
    const from = await Messenger.udp(here, '10.0.0.2');
    from.must(from.set(SOL_SOCKET, SO_BROADCAST, 1));
    await from.to('255.255.255.255', 7, 'link');
    // To its sender the other network's broadcast address is an address like any other.
    await from.to('10.0.1.255', 7, 'network');
    expect(await near.texts()).toEqual(['link']);
    expect(await ear.text()).toBe('WSAETIMEDOUT');
  });
});
