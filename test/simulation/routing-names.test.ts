// What a program on a host finds out about the network: names, own addresses, interfaces, ways.
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IFF_BROADCAST,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_UP,
  INTERFACE_INFO,
  NI_NAMEREQD,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SIO_ADDRESS_LIST_QUERY,
  SIO_GET_INTERFACE_LIST,
  SIO_ROUTING_INTERFACE_QUERY,
  SOCK_DGRAM,
  WSAGetLastError,
  WSAHOST_NOT_FOUND,
  addrinfo,
  gethostbyaddr,
  gethostbyname,
  gethostname,
  getaddrinfo,
  getnameinfo,
  inet_ntop,
  ref,
  sockaddr_in,
  sockaddr_in6,
  type Memory,
} from 'winsock2';
import { createNetwork, socketAddress, type Host } from 'winsock2/testing';
import { Messenger, ip } from './messages.js';
import { acrossRouter } from './topologies.js';

/** A numeric address as text, out of any sockaddr. */
function textOf(name: Memory): string {
  const family = new sockaddr_in(name).sin_family;
  const address = family === AF_INET ? new sockaddr_in(name).sin_addr : new sockaddr_in6(name).sin6_addr;
  return inet_ntop(family, address, new Uint8Array(64), 64) ?? '?';
}

function cString(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}

describe('names', () => {
  /** What getaddrinfo finds on a host. */
  async function lookUp(host: Host, name: string, family = AF_UNSPEC): Promise<string[] | number> {
    return await host.run(async () => {
      const found = ref<addrinfo | null>(null);
      const error = await getaddrinfo(name, '7', new addrinfo({ ai_family: family, ai_socktype: SOCK_DGRAM }), found);
      if (error !== 0) return error;
      const all: string[] = [];
      for (let one = found.value; one !== null; one = one.ai_next) all.push(textOf(one.ai_addr!));
      return all.sort();
    });
  }

  it('getaddrinfo finds every host by its name, from every host, on whichever segment', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    await net.run(async () => {
      await here.start();
      await there.start();
      expect(await lookUp(here, 'there')).toEqual(['10.0.1.2', 'fd00:0:0:1::2']);
      expect(await lookUp(here, 'THERE.', AF_INET)).toEqual(['10.0.1.2']);
      expect(await lookUp(there, 'here', AF_INET6)).toEqual(['fd00::2']);
      expect(await lookUp(there, 'router', AF_INET)).toEqual(['10.0.0.1', '10.0.1.1']);
      expect(await lookUp(here, 'localhost', AF_INET)).toEqual(['127.0.0.1']);
      expect(await lookUp(here, 'nobody')).toBe(WSAHOST_NOT_FOUND);
    });
  });

  it('getnameinfo finds the name of an address', async () => {
    using net = createNetwork();
    const { here, there } = acrossRouter(net);
    await net.run(async () => {
      await here.start();
      const ask = async (address: string, flags: number): Promise<string | number> => {
        const name = socketAddress(address, 7);
        const node = new Uint8Array(64);
        const error = await here.run(() => getnameinfo(name, name.bytes.length, node, 64, null, 0, flags));
        return error === 0 ? cString(node) : error;
      };
      expect(await ask(there.address(), NI_NAMEREQD)).toBe('there');
      expect(await ask(there.address('ipv6'), 0)).toBe('there');
      expect(await ask('192.0.2.1', NI_NAMEREQD)).toBe(WSAHOST_NOT_FOUND);
      expect(await ask('192.0.2.1', 0)).toBe('192.0.2.1');
      expect(await ask(there.address(), NI_NUMERICHOST | NI_NUMERICSERV)).toBe('10.0.1.2');
    });
  });

  it('gethostbyname and gethostbyaddr find IPv4 addresses and names', async () => {
    using net = createNetwork();
    const { here } = acrossRouter(net);
    await net.run(async () => {
      await here.start();
      await here.run(async () => {
        const found = (await gethostbyname('router'))!;
        expect([found.h_name, found.h_addrtype, found.h_length]).toEqual(['router', AF_INET, 4]);
        expect(found.h_addr_list.map((address) => [...address])).toEqual([[10, 0, 0, 1], [10, 0, 1, 1]]);
        expect((await gethostbyaddr(ip('10.0.1.2'), 4, AF_INET))?.h_name).toBe('there');
        expect(await gethostbyname('nobody')).toBeNull();
        expect(WSAGetLastError()).toBe(WSAHOST_NOT_FOUND);
        expect(await gethostbyaddr(ip('192.0.2.1'), 4, AF_INET)).toBeNull();
        expect(WSAGetLastError()).toBe(WSAHOST_NOT_FOUND);
      });
    });
  });

  it('gethostname gives a host its own', async () => {
    using net = createNetwork();
    const host = net.host('somebody');
    await net.run(async () => {
      await host.start();
      const name = new Uint8Array(64);
      expect(await host.run(() => gethostname(name, 64))).toBe(0);
      expect(cString(name)).toBe('somebody');
    });
  });
});

describe('control codes', () => {
  it('SIO_ADDRESS_LIST_QUERY lists the addresses that a socket can be bound to', async () => {
    using net = createNetwork();
    const { router } = acrossRouter(net);
    await net.run(async () => {
      const list = async (family: number, size: number): Promise<string[]> => {
        const s = await Messenger.udp(router, undefined, 0, family);
        const answer = s.must(await s.control(SIO_ADDRESS_LIST_QUERY, null, 1000));
        const view = new DataView(answer.buffer, answer.byteOffset, answer.length);
        return Array.from({ length: view.getInt32(0, true) }, (_, index) => {
          const at = Number(view.getBigUint64(8 + 16 * index, true));
          return textOf(answer.slice(at, at + size));
        });
      };
      expect(await list(AF_INET, sockaddr_in.size)).toEqual(['10.0.0.1', '10.0.1.1']);
      expect(await list(AF_INET6, sockaddr_in6.size)).toEqual([
        'fd00::1',
        expect.stringMatching(/^fe80::/),
        'fd00:0:0:1::1',
        expect.stringMatching(/^fe80::/),
      ]);
    });
  });

  it('SIO_GET_INTERFACE_LIST tells the interfaces', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      const s = await Messenger.udp(host, '0.0.0.0');
      const answer = s.must(await s.control(SIO_GET_INTERFACE_LIST, null, 1000)).slice();
      const seen: unknown[] = [];
      for (let at = 0; at < answer.length; at += INTERFACE_INFO.size) {
        const info = new INTERFACE_INFO(answer, at);
        seen.push([info.iiFlags, textOf(info.iiAddress.AddressIn), textOf(info.iiNetmask.AddressIn)]);
      }
      expect(seen).toEqual([
        [IFF_UP | IFF_LOOPBACK | IFF_MULTICAST, '127.0.0.1', '255.0.0.0'],
        [IFF_UP | IFF_BROADCAST | IFF_MULTICAST, '10.0.0.1', '255.255.255.0'],
      ]);
    });
  });

  it('SIO_ROUTING_INTERFACE_QUERY tells the address that a destination is spoken to from', async () => {
    using net = createNetwork();
    const [left, right, beyond] = [net.segment('left'), net.segment('right'), net.segment('beyond')];
    net.host('router', { interfaces: [{ segment: right }, { segment: beyond }], forwarding: true });
    const host = net.host('host', { interfaces: [{ segment: left }, { segment: right }] });
    host.sim.addRoute('10.0.2.0/24', 'router');
    host.sim.addRoute('fd00:0:0:2::/64', 'router');
    await net.run(async () => {
      const ask = async (destination: string): Promise<string> => {
        const s = await Messenger.udp(host, undefined, 0, destination.includes(':') ? AF_INET6 : AF_INET);
        const answer = await s.control(SIO_ROUTING_INTERFACE_QUERY, socketAddress(destination, 0), 128);
        return typeof answer === 'string' ? answer : textOf(answer.slice());
      };
      expect(await ask('10.0.0.99')).toBe('10.0.0.1');
      expect(await ask('10.0.1.99')).toBe('10.0.1.2');
      expect(await ask('10.0.2.99')).toBe('10.0.1.2');
      expect(await ask('fd00:0:0:2::99')).toBe('fd00:0:0:1::2');
      expect(await ask('127.0.0.1')).toBe('127.0.0.1');
      expect(await ask('192.0.2.1')).toBe('WSAENETUNREACH');
    });
  });
});
