// Owns: the cases about binding, listening, connecting and accepting streams.
// Does not own: data (transfer.ts), the end of connections (endings.ts).

import type { Family, NetAddress } from '../../../drivers/sim/index.js';
import { type Case, localOf, SOLE } from './bench.js';

const IP: readonly Family[] = ['ipv4', 'ipv6'];

/** Addresses set aside for documentation: no machine has them. */
function foreign(family: Family): NetAddress {
  return { family, address: family === 'ipv4' ? '203.0.113.7' : '2001:db8::7', port: 0, scopeId: 0 };
}

export const streamCases: readonly Case[] = [
  {
    name: 'bind to port 0 chooses a port and tells it at once',
    families: IP,
    run(bench) {
      const { expect } = bench;
      const { transport } = bench.stream();
      expect(transport.local).toBeNull();
      expect(transport.bind(bench.address(), SOLE)).toBeNull();
      expect(transport.local).toMatchObject({ ...bench.address(), port: expect.any(Number) as number });
      expect(transport.local?.port).toBeGreaterThan(0);
    },
  },
  {
    name: 'bind keeps a path',
    families: ['unix'],
    run(bench) {
      const { expect } = bench;
      const { transport } = bench.stream();
      const address = bench.address();
      expect(transport.bind(address, SOLE)).toBeNull();
      expect(transport.local).toEqual(address);
    },
  },
  {
    name: 'bind to the address of a listener fails at once',
    run(bench) {
      const { expect } = bench;
      const listener = bench.listener();
      const { transport } = bench.stream();
      expect(transport.bind(localOf(listener), SOLE)).toBe('EADDRINUSE');
      expect(transport.local).toBeNull();
    },
  },
  {
    name: 'after a failed bind another bind works',
    run(bench) {
      const listener = bench.listener();
      const { transport } = bench.stream();
      transport.bind(localOf(listener), SOLE);
      bench.expect(transport.bind(bench.address(), SOLE)).toBeNull();
    },
  },
  {
    name: 'a second bind fails',
    run(bench) {
      bench.expect(bench.bound().transport.bind(bench.address(), SOLE)).toBe('EINVAL');
    },
  },
  {
    name: 'bind to a foreign address fails at once',
    families: IP,
    run(bench) {
      bench.expect(bench.stream().transport.bind(foreign(bench.family), SOLE)).toBe('EADDRNOTAVAIL');
    },
  },
  {
    name: 'bind to an address of another family fails at once',
    run(bench) {
      const other = bench.family === 'ipv4' ? 'ipv6' : 'ipv4';
      const address: NetAddress = { family: other, address: other === 'ipv4' ? '127.0.0.1' : '::1', port: 0, scopeId: 0 };
      bench.expect(bench.stream().transport.bind(address, SOLE)).toBe('EAFNOSUPPORT');
    },
  },
  {
    name: 'a closed listener gives its port back',
    families: IP,
    async run(bench) {
      const { expect } = bench;
      const listener = bench.listener();
      const address = localOf(listener);
      await listener.close();
      const again = bench.stream();
      expect(again.transport.bind(address, SOLE)).toBeNull();
      expect(again.transport.listen(4)).toBeNull();
    },
  },
  {
    name: 'listen needs a bound transport',
    run(bench) {
      bench.expect(bench.stream().transport.listen(4)).toBe('EINVAL');
    },
  },
  {
    name: 'an unbound transport connects from an address of its own',
    async run(bench) {
      const { expect } = bench;
      const { client, server, listener } = await bench.pair();
      expect(client.transport.remote).toEqual(localOf(listener));
      expect(server.transport.local).toEqual(localOf(listener));
      expect(server.transport.remote).toEqual(localOf(client));
    },
  },
  {
    name: 'a bound transport connects from where it is bound',
    families: IP,
    async run(bench) {
      const { expect } = bench;
      const bound = bench.bound();
      const before = localOf(bound);
      const { client, server } = await bench.dial(bench.listener(), bound);
      expect(localOf(client)).toEqual(before);
      expect(server.transport.remote).toEqual(before);
    },
  },
  {
    name: 'a bound path does not keep a transport from connecting',
    families: ['unix'],
    async run(bench) {
      const bound = bench.bound();
      const before = localOf(bound);
      const { client } = await bench.dial(bench.listener(), bound);
      bench.expect(localOf(client)).toEqual(before);
    },
  },
  {
    name: 'a transport bound to the any address knows its address once connected',
    families: IP,
    async run(bench) {
      const { expect } = bench;
      const probe = bench.stream();
      expect(probe.transport.bind(bench.any(), SOLE)).toBeNull();
      const { port } = localOf(probe);
      await bench.dial(bench.listener(), probe);
      expect(localOf(probe)).toEqual(bench.address(port));
    },
  },
  {
    name: 'a connection accepted on the any address knows the address it came to',
    families: IP,
    async run(bench) {
      const { expect } = bench;
      const listener = bench.stream();
      expect(listener.transport.bind(bench.any(), SOLE)).toBeNull();
      expect(listener.transport.listen(4)).toBeNull();
      const target = bench.address(localOf(listener).port);
      const client = bench.stream();
      expect(client.transport.connect(target)).toBeNull();
      const server = await listener.accept();
      expect(server.transport.local).toEqual(target);
    },
  },
  {
    name: 'connecting to a bound address where nobody listens is refused',
    async run(bench) {
      const { expect } = bench;
      const deaf = bench.bound();
      const client = bench.stream();
      expect(client.transport.connect(localOf(deaf))).toBeNull();
      expect(await client.next()).toEqual({ type: 'connectFailed', error: 'ECONNREFUSED' });
    },
  },
  {
    name: 'a bound transport is refused like any other',
    async run(bench) {
      const { expect } = bench;
      const deaf = bench.bound();
      const client = bench.bound();
      expect(client.transport.connect(localOf(deaf))).toBeNull();
      expect(await client.next()).toEqual({ type: 'connectFailed', error: 'ECONNREFUSED' });
    },
  },
  {
    name: 'connect to an address of another family fails at once',
    run(bench) {
      const other = bench.family === 'ipv4' ? 'ipv6' : 'ipv4';
      const address: NetAddress = { family: other, address: other === 'ipv4' ? '127.0.0.1' : '::1', port: 9, scopeId: 0 };
      bench.expect(bench.stream().transport.connect(address)).toBe('EAFNOSUPPORT');
    },
  },
  {
    name: 'a listening transport does not connect',
    run(bench) {
      const listener = bench.listener();
      bench.expect(listener.transport.connect(localOf(bench.listener()))).toBe('EISCONN');
    },
  },
  {
    name: 'closing while connecting ends in silence',
    async run(bench) {
      const { expect } = bench;
      const listener = bench.listener();
      const client = bench.stream();
      expect(client.transport.connect(localOf(listener))).toBeNull();
      expect(await client.close()).toBeNull();
      // A later connection has come and gone: an event of the first would have been seen.
      const second = bench.stream();
      expect(second.transport.connect(localOf(listener))).toBeNull();
      expect(await second.next()).toEqual({ type: 'connected' });
      expect(client.events).toEqual([]);
    },
  },
  {
    name: 'a dual-stack listener takes IPv4 and reports it mapped',
    families: ['ipv6'],
    async run(bench) {
      const { expect } = bench;
      if (!bench.driver.capabilities.families.includes('ipv4')) return;
      const listener = bench.stream();
      expect(listener.transport.bind(bench.any(), SOLE)).toBeNull();
      expect(listener.transport.listen(4)).toBeNull();
      const { port } = localOf(listener);
      const client = bench.stream();
      expect(client.transport.connect({ family: 'ipv6', address: '::ffff:127.0.0.1', port, scopeId: 0 })).toBeNull();
      const server = await listener.accept();
      expect(server.transport.remote).toMatchObject({ family: 'ipv6', address: '::ffff:127.0.0.1' });
      expect(server.transport.local).toMatchObject({ family: 'ipv6', address: '::ffff:127.0.0.1', port });
    },
  },
  {
    name: 'an IPv6-only listener refuses IPv4',
    families: ['ipv6'],
    async run(bench) {
      const { expect } = bench;
      const listener = bench.stream();
      expect(listener.transport.bind(bench.any(), { v6Only: true, shared: false })).toBeNull();
      expect(listener.transport.listen(4)).toBeNull();
      const client = bench.stream();
      const { port } = localOf(listener);
      expect(client.transport.connect({ family: 'ipv6', address: '::ffff:127.0.0.1', port, scopeId: 0 })).toBeNull();
      expect(await client.next()).toEqual({ type: 'connectFailed', error: 'ECONNREFUSED' });
    },
  },
  {
    name: '200 connections are all accepted, each with its own peer',
    async run(bench) {
      const { expect } = bench;
      const listener = bench.listener(200);
      const clients = Array.from({ length: 200 }, () => bench.stream());
      for (const client of clients) expect(client.transport.connect(localOf(listener))).toBeNull();
      for (const client of clients) expect(await client.next()).toEqual({ type: 'connected' });
      const ports = new Set<number | undefined>();
      for (const [index] of clients.entries()) {
        const server = await listener.accept();
        server.transport.attach(server);
        ports.add(server.transport.remote?.port);
        expect(await server.write(Uint8Array.of(index))).toBeNull();
      }
      if (bench.family !== 'unix') expect(ports).toEqual(new Set(clients.map((client) => localOf(client).port)));
      const seen = await Promise.all(clients.map((client) => client.read(1)));
      expect(seen.map((data) => data[0]).sort((a, b) => Number(a) - Number(b))).toEqual([...clients.keys()]);
    },
  },
  {
    name: 'a setting that is not a capability answers ENOTSUP, one that is works at any time',
    async run(bench) {
      const { expect } = bench;
      const { settings } = bench.driver.capabilities;
      const { client } = await bench.pair();
      for (const { transport } of [bench.stream(), client]) {
        expect(transport.set('dontFragment', 1)).toBe(settings.includes('dontFragment') ? null : 'ENOTSUP');
        for (const setting of ['noDelay', 'keepAlive'] as const) {
          expect(transport.set(setting, 1)).toBe(settings.includes(setting) ? null : 'ENOTSUP');
          expect(transport.set(setting, 0)).toBe(settings.includes(setting) ? null : 'ENOTSUP');
        }
      }
    },
  },
];
