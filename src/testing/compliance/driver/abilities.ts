// Owns: the cases about what only some drivers can do. Each has two halves: with the capability it works, without it the
// driver refuses; there is nothing in between.
// Does not own: what every driver must do (the other files here).

import type { SendControl, StreamFigures } from '../../../drivers/sim/index.js';
import { type Bench, type Case, localOf, pattern, SOLE } from './bench.js';
import { DatagramProbe, type StreamProbe } from './probes.js';

const INTERNET = ['ipv4', 'ipv6'] as const;
const URGENT = 0x21;
/** TCPSTATE_ESTABLISHED. */
const ESTABLISHED = 4;
/** IPPROTO_ICMP, and an echo request of it: type, code, checksum, identifier, sequence number. */
const ICMP = 1;
const ECHO_REQUEST = Uint8Array.of(8, 0, 0xf7, 0xff - 0x2a, 0, 0x2a, 0, 0);
const IPV4_HEADER = 20;

/** Events until the urgent byte has come, as text. */
async function textUntil(probe: StreamProbe, length: number): Promise<string> {
  let text = '';
  while (text.length < length) {
    const event = await probe.next();
    if (event.type === 'received') text += new TextDecoder().decode(event.data);
    else if (event.type === 'urgent') text += `[${String.fromCharCode(event.byte)}]`;
    else throw new Error(`unexpected ${event.type}`);
  }
  return text;
}

/** An accepted end and its peer, on a listener that holds connections. */
async function held(bench: Bench): Promise<{ client: StreamProbe; server: StreamProbe }> {
  const { expect } = bench;
  const listener = bench.bound();
  expect(listener.transport.set('holdConnections', 1)).toBeNull();
  expect(listener.transport.listen(4)).toBeNull();
  const client = bench.stream();
  expect(client.transport.connect(localOf(listener))).toBeNull();
  const server = await listener.accept();
  expect(client.events).toEqual([]);
  return { client, server };
}

function able(bench: Bench, ability: 'urgentData' | 'deferredAccept' | 'pathFigures' | 'packetInfo' | 'sourceFilters' | 'raw'): boolean {
  return bench.driver.capabilities[ability];
}

export const streamAbilities: readonly Case[] = [
  {
    name: 'urgentData: an urgent byte comes at its place in the stream',
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      if (!able(bench, 'urgentData') || bench.family === 'unix') {
        expect(client.transport.writeUrgent(URGENT)).toBe('ENOTSUP');
        return;
      }
      await client.write(new TextEncoder().encode('ab'));
      expect(client.transport.writeUrgent(URGENT)).toBeNull();
      await client.write(new TextEncoder().encode('cd'));
      expect(await textUntil(server, 7)).toBe('ab[!]cd');
    },
  },
  {
    name: 'pathFigures: a connection tells its figures',
    families: INTERNET,
    async run(bench) {
      const { expect } = bench;
      const { client, server } = await bench.pair();
      expect(bench.stream().transport.figures()).toBeNull();
      if (!able(bench, 'pathFigures')) {
        expect([client.transport.figures(), client.transport.pathMtu()]).toEqual([null, null]);
        return;
      }
      await client.write(pattern(5000));
      await server.read(5000);
      const figures: Partial<StreamFigures> | null = server.transport.figures();
      expect(figures).toMatchObject({ state: ESTABLISHED, bytesIn: 5000, bytesOut: 0, bytesRetransmitted: 0 });
      expect(client.transport.pathMtu()).toBeGreaterThan(500);
    },
  },
  {
    name: 'deferredAccept: a held connection is made when it is attached',
    families: INTERNET,
    async run(bench) {
      const { expect } = bench;
      if (!able(bench, 'deferredAccept')) {
        expect(bench.bound().transport.set('holdConnections', 1)).toBe('ENOTSUP');
        return;
      }
      const { client, server } = await held(bench);
      server.transport.attach(server);
      expect(await client.next()).toEqual({ type: 'connected' });
      await server.write(pattern(10));
      expect(await client.read(10)).toEqual(pattern(10));
    },
  },
  {
    name: 'deferredAccept: a held connection that is turned away was refused',
    families: INTERNET,
    async run(bench) {
      const { expect } = bench;
      if (!able(bench, 'deferredAccept')) {
        expect(bench.bound().transport.set('holdConnections', 1)).toBe('ENOTSUP');
        return;
      }
      const { client, server } = await held(bench);
      server.transport.reset();
      expect(await client.next()).toEqual({ type: 'connectFailed', error: 'ECONNREFUSED' });
    },
  },
];

const CONTROL: SendControl = { source: null, interfaceIndex: null, hopLimit: 7, typeOfService: 0x2a };

export const datagramAbilities: readonly Case[] = [
  {
    name: 'packetInfo: a datagram carries the hop limit and type of service that it was sent with',
    async run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      const sent = await a.sendWith(CONTROL, localOf(b), pattern(3));
      if (!able(bench, 'packetInfo')) {
        expect(sent).toBe('ENOTSUP');
        return;
      }
      expect(sent).toBeNull();
      await b.receive();
      expect(b.info).toMatchObject({ hopLimit: 7, typeOfService: 0x2a });
      expect(b.info?.destination?.address).toBe(bench.address().address);
      expect(b.info?.interfaceIndex).toBeGreaterThan(0);
    },
  },
  {
    name: 'packetInfo: a datagram leaves from the address that it names',
    families: ['ipv4'],
    async run(bench) {
      const { expect } = bench;
      const a = bench.datagram();
      expect(a.transport.bind(bench.any(), SOLE)).toBeNull();
      const b = bench.boundDatagram();
      const sent = await a.sendWith({ ...CONTROL, source: '127.0.0.1' }, localOf(b), pattern(3));
      expect(sent).toBe(able(bench, 'packetInfo') ? null : 'ENOTSUP');
      if (sent !== null) return;
      expect((await b.receive()).from.address).toBe('127.0.0.1');
      expect(await a.sendWith({ ...CONTROL, source: '203.0.113.9' }, localOf(b), pattern(3))).toBe('EADDRNOTAVAIL');
    },
  },
  {
    name: 'sourceFilters: only the sources that the filter lets through are heard',
    multicast: true,
    families: ['ipv4'],
    async run(bench) {
      const { expect } = bench;
      // IPv4 names an interface by its address, which is also the source of what is sent by it.
      const filter = { group: '239.77.1.1', interface: bench.multicast, sources: [bench.multicast] };
      const [a, b] = [bench.datagram(), bench.datagram()];
      for (const { transport } of [a, b]) expect(transport.bind(bench.any(), SOLE)).toBeNull();
      const joined = b.transport.setSourceFilter({ ...filter, mode: 'exclude' });
      if (!able(bench, 'sourceFilters')) {
        expect(joined).toBe('ENOTSUP');
        return;
      }
      expect(joined).toBeNull();
      expect(a.transport.setMulticastInterface(bench.multicast)).toBeNull();
      const { port } = localOf(b);
      const to = { ...bench.any(port), address: filter.group };
      await a.send(to, pattern(1));
      await a.send(bench.address(port), pattern(9));
      expect((await b.receive()).data).toEqual(pattern(9));
      expect(b.transport.setSourceFilter({ ...filter, mode: 'include' })).toBeNull();
      await a.send(to, pattern(2));
      expect((await b.receive()).data).toEqual(pattern(2));
    },
  },
  {
    name: 'pathFigures: a connected socket knows the MTU of its path',
    run(bench) {
      const { expect } = bench;
      const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
      expect(a.transport.pathMtu()).toBeNull();
      expect(a.transport.connect(localOf(b))).toBeNull();
      if (able(bench, 'pathFigures')) expect(a.transport.pathMtu()).toBeGreaterThan(500);
      else expect(a.transport.pathMtu()).toBeNull();
    },
  },
  {
    name: 'raw: an echo request is answered, and the answer comes with its IP header',
    families: ['ipv4'],
    async run(bench) {
      const { expect } = bench;
      if (!able(bench, 'raw')) {
        expect(bench.driver.openRaw('ipv4', ICMP, bench.datagram())).toBe('ENOTSUP');
        return;
      }
      const a = DatagramProbe.raw(bench.watch, bench.driver, 'ipv4', ICMP);
      expect(await a.send(bench.address(), ECHO_REQUEST)).toBeNull();
      const types: (number | undefined)[] = [];
      // The request itself is heard too, as every ICMP packet is.
      while (!types.includes(0)) types.push((await a.receive()).data[IPV4_HEADER]);
      expect(types).toEqual([8, 0]);
    },
  },
];
