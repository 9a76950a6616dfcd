// Owns: the cases about multicast, none of which leaves the machine.
// Does not own: other datagrams (datagrams.ts).

import type { Membership, NetAddress } from '../../../drivers/sim/index.js';
import { type Bench, type Case, localOf, pattern, SOLE } from './bench.js';
import type { DatagramProbe } from './probes.js';

/** A group of these tests alone, by the number that the bench has for that. */
function group({ family, multicast, groupNumber }: Bench, source: string | null = null): Membership {
  const ipv4 = `239.255.${(groupNumber >> 8) & 0xff}.${groupNumber & 0xff}`;
  const ipv6 = `ff12::4d07:${(groupNumber & 0xffff).toString(16)}`;
  return { group: family === 'ipv4' ? ipv4 : ipv6, interface: multicast, source };
}

function groupAddress(bench: Bench, port: number): NetAddress {
  const scopeId = bench.family === 'ipv6' ? Number(bench.multicast) : 0;
  return { family: bench.family, address: group(bench).group, port, scopeId };
}

function receiver(bench: Bench): DatagramProbe {
  const probe = bench.datagram();
  bench.expect(probe.transport.bind(bench.any(), SOLE)).toBeNull();
  return probe;
}

/** Sends into the group without leaving the machine. */
function sender(bench: Bench): DatagramProbe {
  const probe = bench.datagram();
  bench.expect(probe.transport.bind(bench.any(), SOLE)).toBeNull();
  return confine(bench, probe);
}

function confine(bench: Bench, probe: DatagramProbe): DatagramProbe {
  bench.expect(probe.transport.setMulticastInterface(bench.multicast)).toBeNull();
  bench.expect(probe.transport.set('multicastTtl', 0)).toBeNull();
  return probe;
}

export const multicastCases: readonly Case[] = [
  {
    multicast: true,
    name: 'a member hears the group until it leaves',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [sender(bench), receiver(bench)];
      const { port } = localOf(b);
      expect(b.transport.join(group(bench))).toBeNull();
      expect(await a.send(groupAddress(bench, port), pattern(3))).toBeNull();
      expect((await b.receive()).data).toEqual(pattern(3));
      expect(b.transport.leave(group(bench))).toBeNull();
      await a.send(groupAddress(bench, port), pattern(4));
      await a.send(bench.address(port), pattern(5));
      expect((await b.receive()).data).toEqual(pattern(5));
    },
  },
  {
    multicast: true,
    name: 'a membership and an interface asked for before bind hold after it',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.datagram(), bench.datagram()];
      expect(b.transport.join(group(bench))).toBeNull();
      expect(b.transport.bind(bench.any(), SOLE)).toBeNull();
      confine(bench, a);
      expect(a.transport.bind(bench.any(), SOLE)).toBeNull();
      await a.send(groupAddress(bench, localOf(b).port), pattern(3));
      expect((await b.receive()).data).toEqual(pattern(3));
    },
  },
  {
    multicast: true,
    name: 'a membership survives connecting and disconnecting',
    async run(bench) {
      const { expect } = bench;
      const [a, b, peer] = [sender(bench), receiver(bench), bench.boundDatagram()];
      expect(b.transport.join(group(bench))).toBeNull();
      expect(b.transport.connect(localOf(peer))).toBeNull();
      expect(b.transport.disconnect()).toBeNull();
      await a.send(groupAddress(bench, localOf(b).port), pattern(3));
      expect((await b.receive()).data).toEqual(pattern(3));
    },
  },
  {
    multicast: true,
    name: 'joining twice, leaving what was not joined, and joining no group fail',
    run(bench) {
      const { expect } = bench;
      for (const { transport } of [bench.datagram(), receiver(bench)]) {
        expect(transport.leave(group(bench))).toBe('EADDRNOTAVAIL');
        expect(transport.join(group(bench))).toBeNull();
        expect(transport.join(group(bench))).toBe('EADDRINUSE');
        expect(transport.join({ ...group(bench), group: bench.address().address })).not.toBeNull();
      }
    },
  },
  {
    multicast: true,
    name: 'an interface that is not there is refused',
    run(bench) {
      const face = bench.family === 'ipv4' ? '203.0.113.7' : '999999';
      for (const { transport } of [bench.datagram(), receiver(bench)]) {
        bench.expect(transport.setMulticastInterface(face)).not.toBeNull();
      }
    },
  },
  {
    multicast: true,
    name: 'a source-specific member hears only its source',
    families: ['ipv4'],
    async run(bench) {
      const { expect } = bench;
      const b = receiver(bench);
      const { port } = localOf(b);
      const [wanted, other] = [confine(bench, bench.boundDatagram()), bench.datagram()];
      const elsewhere = { ...bench.address(), address: '127.0.0.2' };
      expect(other.transport.bind(elsewhere, SOLE)).toBeNull();
      confine(bench, other);
      expect(b.transport.join(group(bench, '127.0.0.1'))).toBeNull();
      await other.send(groupAddress(bench, port), pattern(1));
      await wanted.send(groupAddress(bench, port), pattern(2));
      expect((await b.receive()).data).toEqual(pattern(2));
      expect(b.transport.leave(group(bench, '127.0.0.1'))).toBeNull();
    },
  },
  {
    multicast: true,
    name: 'without loopback the own machine hears nothing',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [sender(bench), receiver(bench)];
      const { port } = localOf(b);
      expect(b.transport.join(group(bench))).toBeNull();
      expect(a.transport.set('multicastLoop', 0)).toBeNull();
      await a.send(groupAddress(bench, port), pattern(1));
      expect(a.transport.set('multicastLoop', 1)).toBeNull();
      await a.send(groupAddress(bench, port), pattern(2));
      expect((await b.receive()).data).toEqual(pattern(2));
    },
  },
];
