// Owns: the cases about datagrams: binding, boundaries, connecting, errors.
// Does not own: multicast (multicast.ts).

import { type Case, localOf, pattern, SHARED, SOLE } from './bench.js';

/** The most that fits into a UDP datagram over IPv4 and IPv6. */
const LARGEST = { ipv4: 65_507, ipv6: 65_527 } as const;

export const datagramCases: readonly Case[] = [
  {
    name: 'bind to port 0 chooses a port and tells it at once',
    run(bench) {
      const { expect } = bench;
      const { transport } = bench.boundDatagram();
      expect(transport.local?.port).toBeGreaterThan(0);
      expect(transport.remote).toBeNull();
    },
  },
  {
    name: 'bind to an address in use fails at once, and another bind works',
    run(bench) {
      const { expect } = bench;
      const taken = localOf(bench.boundDatagram());
      const { transport } = bench.datagram();
      expect(transport.bind(taken, SOLE)).toBe('EADDRINUSE');
      expect(transport.local).toBeNull();
      expect(transport.bind(bench.address(), SOLE)).toBeNull();
    },
  },
  {
    name: 'an address can be shared by those who all ask for it',
    run(bench) {
      const first = localOf(bench.boundDatagram(SHARED));
      bench.expect(bench.datagram().transport.bind(first, SHARED)).toBeNull();
    },
  },
  {
    name: 'bind to a foreign address fails at once',
    run(bench) {
      const address = bench.family === 'ipv4' ? '203.0.113.7' : '2001:db8::7';
      const error = bench.datagram().transport.bind({ family: bench.family, address, port: 0, scopeId: 0 }, SOLE);
      bench.expect(error).toBe('EADDRNOTAVAIL');
    },
  },
  {
    name: 'a second bind fails',
    run(bench) {
      bench.expect(bench.boundDatagram().transport.bind(bench.address(), SOLE)).toBe('EINVAL');
    },
  },
  {
    name: 'datagrams keep their boundaries and tell their sender',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      for (const size of [1, 500, 0, 9000]) expect(await a.send(localOf(b), pattern(size, size))).toBeNull();
      for (const size of [1, 500, 0, 9000]) {
        expect(await b.receive()).toEqual({ type: 'datagram', data: pattern(size, size), from: localOf(a) });
      }
    },
  },
  {
    name: 'chunks make one datagram, and no chunks an empty one',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      expect(await a.send(localOf(b), Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3))).toBeNull();
      expect(await a.send(localOf(b))).toBeNull();
      expect((await b.receive()).data).toEqual(Uint8Array.of(1, 2, 3));
      expect((await b.receive()).data).toEqual(new Uint8Array(0));
    },
  },
  {
    name: 'the largest datagram passes, a larger one is refused',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      const largest = LARGEST[bench.family === 'ipv4' ? 'ipv4' : 'ipv6'];
      expect(await a.send(localOf(b), pattern(largest))).toBeNull();
      expect((await b.receive()).data.length).toBe(largest);
      expect(await a.send(localOf(b), pattern(largest + 1))).toBe('EMSGSIZE');
    },
  },
  {
    name: 'sending binds an unbound transport',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.datagram(), bench.boundDatagram()];
      expect(await a.send(localOf(b), pattern(1))).toBeNull();
      const { port } = localOf(a);
      expect(port).toBeGreaterThan(0);
      expect((await b.receive()).from).toEqual(bench.address(port));
      expect(await b.send(bench.address(port), pattern(2))).toBeNull();
      expect((await a.receive()).data).toEqual(pattern(2));
    },
  },
  {
    name: 'sending without a destination fails',
    async run(bench) {
      bench.expect(await bench.boundDatagram().send(null, pattern(1))).toBe('EDESTADDRREQ');
    },
  },
  {
    name: 'senders are told apart, also when one returns',
    async run(bench) {
      const target = bench.boundDatagram();
      const senders = Array.from({ length: 20 }, () => bench.boundDatagram());
      const rounds = [...senders, ...senders];
      for (const sender of rounds) {
        await sender.send(localOf(target), pattern(1));
        bench.expect((await target.receive()).from).toEqual(localOf(sender));
      }
    },
  },
  {
    name: 'senders with one port and two addresses are told apart',
    families: ['ipv4'],
    async run(bench) {
      const { expect } = bench;
      const [target, first, second] = [bench.boundDatagram(), bench.boundDatagram(), bench.datagram()];
      const elsewhere = { ...localOf(first), address: '127.0.0.2' };
      expect(second.transport.bind(elsewhere, SOLE)).toBeNull();
      for (const sender of [first, second, first]) {
        await sender.send(localOf(target), pattern(1));
        expect((await target.receive()).from).toEqual(localOf(sender));
      }
    },
  },
  {
    name: 'a connected transport sends to its peer and hears nobody else',
    async run(bench) {
      const { expect } = bench;
      const [a, b, stranger] = [bench.boundDatagram(), bench.boundDatagram(), bench.boundDatagram()];
      const before = localOf(a);
      expect(a.transport.connect(localOf(b))).toBeNull();
      expect(a.transport.remote).toEqual(localOf(b));
      expect(localOf(a)).toEqual(before);
      expect(await a.send(null, pattern(3))).toBeNull();
      expect((await b.receive()).from).toEqual(before);
      await stranger.send(before, pattern(1));
      await b.send(before, pattern(2));
      expect((await a.receive()).data).toEqual(pattern(2));
    },
  },
  {
    name: 'connecting an unbound transport gives it an address',
    run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.datagram(), bench.boundDatagram()];
      expect(a.transport.connect(localOf(b))).toBeNull();
      expect(localOf(a)).toEqual(bench.address(localOf(a).port));
    },
  },
  {
    name: 'disconnecting keeps the port and hears everybody again',
    async run(bench) {
      const { expect } = bench;
      const [b, stranger] = [bench.boundDatagram(), bench.boundDatagram()];
      const a = bench.datagram();
      expect(a.transport.bind(bench.any(), SOLE)).toBeNull();
      const { port } = localOf(a);
      expect(a.transport.connect(localOf(b))).toBeNull();
      expect(a.transport.disconnect()).toBeNull();
      expect(a.transport.remote).toBeNull();
      expect(localOf(a)).toEqual(bench.any(port));
      await stranger.send(bench.address(port), pattern(1));
      expect((await a.receive()).from).toEqual(localOf(stranger));
      expect(await a.send(null, pattern(1))).toBe('EDESTADDRREQ');
      expect(a.transport.disconnect()).toBe('ENOTCONN');
    },
  },
  {
    name: 'connecting again changes the peer',
    async run(bench) {
      const { expect } = bench;
      const [a, b, c] = [bench.boundDatagram(), bench.boundDatagram(), bench.boundDatagram()];
      const before = localOf(a);
      expect(a.transport.connect(localOf(b))).toBeNull();
      expect(a.transport.connect(localOf(c))).toBeNull();
      expect(localOf(a)).toEqual(before);
      await a.send(null, pattern(1));
      expect((await c.receive()).from).toEqual(before);
    },
  },
  {
    name: 'a connected transport can send elsewhere and stays connected',
    async run(bench) {
      const { expect } = bench;
      const [a, b, c] = [bench.boundDatagram(), bench.boundDatagram(), bench.boundDatagram()];
      const before = localOf(a);
      expect(a.transport.connect(localOf(b))).toBeNull();
      expect(await a.send(localOf(b), pattern(1))).toBeNull();
      expect(await a.send(localOf(c), pattern(2))).toBeNull();
      expect(await a.send(null, pattern(3))).toBeNull();
      expect((await c.receive()).data).toEqual(pattern(2));
      expect((await b.receive()).data).toEqual(pattern(1));
      expect((await b.receive()).data).toEqual(pattern(3));
      await c.send(before, pattern(4));
      await b.send(before, pattern(5));
      expect((await a.receive()).data).toEqual(pattern(5));
    },
  },
  {
    name: 'a connected transport learns that nobody is at the port, and lives on',
    async run(bench) {
      const { expect } = bench;
      const gone = bench.boundDatagram();
      const address = localOf(gone);
      gone.transport.close();
      const a = bench.boundDatagram();
      expect(a.transport.connect(address)).toBeNull();
      expect(await a.send(null, pattern(1))).toBeNull();
      expect(await a.next()).toEqual({ type: 'failed', error: 'ECONNREFUSED' });
      const b = bench.boundDatagram();
      expect(a.transport.connect(localOf(b))).toBeNull();
      expect(await a.send(null, pattern(2))).toBeNull();
      expect((await b.receive()).data).toEqual(pattern(2));
    },
  },
  {
    name: 'a datagram is not answered with the fate of an earlier one',
    async run(bench) {
      const { expect } = bench;
      const gone = bench.boundDatagram();
      const a = bench.boundDatagram();
      expect(a.transport.connect(localOf(gone))).toBeNull();
      gone.transport.close();
      const answers = await Promise.all([1, 2, 3].map((size) => a.send(null, pattern(size))));
      expect(answers).toEqual([null, null, null]);
      expect(await a.next()).toEqual({ type: 'failed', error: 'ECONNREFUSED' });
    },
  },
  {
    name: 'connect to another family, or to port 0, fails',
    run(bench) {
      const { expect } = bench;
      const { transport } = bench.boundDatagram();
      const other = bench.family === 'ipv4' ? 'ipv6' : 'ipv4';
      const address = other === 'ipv4' ? '127.0.0.1' : '::1';
      expect(transport.connect({ family: other, address, port: 9, scopeId: 0 })).toBe('EAFNOSUPPORT');
      expect(transport.connect(bench.address(0))).toBe('EADDRNOTAVAIL');
      expect(transport.remote).toBeNull();
    },
  },
  {
    name: 'sending to port 0, or to another family, is refused',
    async run(bench) {
      const { expect } = bench;
      const other = bench.family === 'ipv4' ? 'ipv6' : 'ipv4';
      const stranger = { family: other, address: other === 'ipv4' ? '127.0.0.1' : '::1', port: 9, scopeId: 0 } as const;
      expect(await bench.boundDatagram().send(stranger, pattern(1))).toBe('EAFNOSUPPORT');
      expect(await bench.boundDatagram().send(bench.address(0), pattern(1))).toBe('EADDRNOTAVAIL');
    },
  },
  {
    name: 'a broadcast needs permission, given before or after bind',
    families: ['ipv4'],
    async run(bench) {
      const { expect } = bench;
      if (!bench.driver.capabilities.settings.includes('broadcast')) return;
      // The loopback network's own broadcast address: it stays inside.
      const everybody = { family: 'ipv4', address: '127.255.255.255', port: 9, scopeId: 0 } as const;
      const [late, early] = [bench.boundDatagram(), bench.datagram()];
      expect(await late.send(everybody, pattern(1))).toBe('EACCES');
      expect(late.transport.set('broadcast', 1)).toBeNull();
      expect(await late.send(everybody, pattern(1))).toBeNull();
      expect(early.transport.set('broadcast', 1)).toBeNull();
      expect(early.transport.bind(bench.address(), SOLE)).toBeNull();
      expect(await early.send(everybody, pattern(1))).toBeNull();
    },
  },
  {
    name: 'a setting that is not a capability answers ENOTSUP, one that is works before and after bind',
    run(bench) {
      const { settings } = bench.driver.capabilities;
      const values = { ttl: 9, multicastTtl: 3, multicastLoop: 1, receiveBuffer: 20_000, sendBuffer: 20_000, dontFragment: 1 };
      for (const { transport } of [bench.datagram(), bench.boundDatagram()]) {
        for (const [setting, value] of Object.entries(values) as [keyof typeof values, number][]) {
          bench.expect(transport.set(setting, value)).toBe(settings.includes(setting) ? null : 'ENOTSUP');
        }
      }
    },
  },
  {
    name: 'a closed transport hears and sends no more, and gives its port back',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      const address = localOf(a);
      a.transport.close();
      await b.send(address, pattern(1));
      expect(await a.send(localOf(b), pattern(1))).toBe('EBADF');
      expect(bench.datagram().transport.bind(address, SOLE)).toBeNull();
    },
  },
  {
    name: 'a sink may close its transport from inside a call',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      const received = b.received.bind(b);
      b.received = (data, from, info) => {
        received(data, from, info);
        b.transport.close();
      };
      for (let i = 0; i < 5; i += 1) await a.send(localOf(b), pattern(1));
      await b.receive();
      // The others found nobody, and where an unconnected sender is told of that, it is told first.
      for (let i = 0; i < 4 && bench.driver.capabilities.unconnectedPortUnreachable; i += 1) {
        expect(await a.next()).toEqual({ type: 'failed', error: 'ECONNREFUSED' });
      }
      expect(await a.send(localOf(a), pattern(1))).toBeNull();
      await a.receive();
      expect(b.events).toEqual([]);
    },
  },
];
