import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Arrival, PROTOCOL, type Route } from '../../../../src/drivers/sim/ip/service.js';
import { type NatOptions, type SimHost, SimNetwork } from '../../../../src/drivers/sim/network/index.js';
import * as checksums from '../../../../src/drivers/sim/wire/checksum.js';
import { describe as line } from '../../../../src/drivers/sim/wire/describe.js';
import * as ipv4 from '../../../../src/drivers/sim/wire/ipv4.js';
import * as tcp from '../../../../src/drivers/sim/wire/tcp.js';
import * as udp from '../../../../src/drivers/sim/wire/udp.js';
import { type Recorder, recorderOn, settle } from '../ip/recorder.js';

/** UDP or TCP as far as NAT knows them; hears what the stack's own layers hear too. */
class Ports {
  readonly heard: string[] = [];
  readonly errors: string[] = [];
  readonly #host: SimHost;

  constructor(host: SimHost) {
    this.#host = host;
    host.stack.ip.register(0, {
      arrived: (arrival) => this.#hear(arrival),
      reported: ({ error, destination, quoted, mtu }) =>
        void this.errors.push(`${error} ${destination.text}:${udp.destinationPort(quoted, 0)} from ${udp.sourcePort(quoted, 0)}, ${mtu}`),
    });
  }

  /** With the checksum left to be filled in, or filled in already. */
  send(port: number, to: string, toPort: number, text = 'x', options: { flags?: number; full?: boolean; df?: boolean } = {}): void {
    const { ip } = this.#host.stack;
    const destination = ip.book.parse(to);
    const route = ip.route(destination) as Route;
    const data = new TextEncoder().encode(text);
    const protocol = options.flags === undefined ? PROTOCOL.udp : PROTOCOL.tcp;
    const header = protocol === PROTOCOL.udp ? udp.HEADER_LENGTH : tcp.HEADER_LENGTH;
    const packet = ip.packet('ipv4', header + data.length);
    const { bytes, start } = packet;
    bytes.set(data, start + header);
    udp.setSourcePort(bytes, start, port);
    udp.setDestinationPort(bytes, start, toPort);
    if (options.flags === undefined) udp.setLength(bytes, start, header + data.length);
    else bytes.set([5 << 4, options.flags], start + 12);
    const field = options.flags === undefined ? udp.OFFSET.checksum : tcp.OFFSET.checksum;
    if (options.full === true) {
      const pseudo = checksums.pseudoSum(route.source.bytes, destination.bytes, protocol, header + data.length);
      checksums.fill(bytes, start + field, start, bytes.length, pseudo);
    }
    const checksumAt = options.full === true ? null : field;
    const { source } = route;
    const dontFragment = options.df ?? false;
    ip.transmit(packet, { source, destination, protocol, hopLimit: 64, trafficClass: 0, dontFragment, checksumAt }, route);
  }

  #hear({ source, destination, protocol, packet, start, checksumGood }: Arrival): boolean {
    if (protocol !== PROTOCOL.udp && protocol !== PROTOCOL.tcp) return false;
    const header = protocol === PROTOCOL.udp ? udp.HEADER_LENGTH : tcp.HEADER_LENGTH;
    const pseudo = ipv4.pseudoSum(packet, 0, protocol, packet.length - start);
    const sound = checksumGood || checksums.good(packet, start, packet.length, pseudo);
    const text = new TextDecoder().decode(packet.subarray(start + header));
    this.heard.push(
      `${source.text}:${udp.sourcePort(packet, start)} > ${destination.text}:${udp.destinationPort(packet, start)} ${sound ? text : 'damaged'}`,
    );
    return true;
  }
}

describe('a NAT', () => {
  let network: SimNetwork;
  let server: Ports;
  let one: Ports;
  let two: Ports;
  let bad: string[];

  function build(options: Partial<NatOptions> = {}): void {
    network = new SimNetwork({ seed: 1 });
    network.segment('outside', { prefixes: ['203.0.113.0/24'] });
    network.segment('inside', { prefixes: ['192.168.1.0/24'] });
    network.host('nat', {
      interfaces: [{ segment: 'inside' }, { segment: 'outside' }],
      nat: { inside: 'inside', outside: 'outside', ...options },
    });
    server = new Ports(network.host('server', { segment: 'outside' }));
    one = new Ports(network.host('one', { segment: 'inside', gateway: 'nat' }));
    two = new Ports(network.host('two', { segment: 'inside', gateway: 'nat' }));
    // The stacks know nothing of these connections: what they answer by themselves does not count.
    network.rule({ name: 'own resets', verdict: 'drop', when: (p) => p.rst && p.payloadLength === 0 });
    bad = [];
    network.tap(({ bytes }) => {
      const text = line(bytes);
      if (text.includes('bad checksum')) bad.push(text);
    });
  }

  beforeEach(() => build());

  afterEach(() => {
    expect(bad).toEqual([]);
    network.stop();
  });

  it.each([{ full: false }, { full: true }, { full: false, flags: 2 }, { full: true, flags: 2 }])(
    'puts its own address in the place of inside ones, and back: %o',
    async (options) => {
      one.send(5000, '203.0.113.2', 80, 'hello', options);
      await settle(network);
      expect(server.heard).toEqual(['203.0.113.1:5000 > 203.0.113.2:80 hello']);
      server.send(80, '203.0.113.1', 5000, 'welcome', options);
      await settle(network);
      expect(one.heard).toEqual(['203.0.113.2:80 > 192.168.1.2:5000 welcome']);
      expect(two.heard).toEqual([]);
    },
  );

  it('gives another port to whoever wants one that is taken, one mapping for all peers', async () => {
    const other = new Ports(network.host('other', { segment: 'outside' }));
    one.send(5000, '203.0.113.2', 80);
    two.send(5000, '203.0.113.2', 80);
    two.send(5000, '203.0.113.3', 80);
    await settle(network);
    const port = /:(\d+) >/.exec(server.heard[1]!)![1]!;
    expect(Number(port)).toBeGreaterThanOrEqual(49152);
    expect(server.heard).toEqual(['203.0.113.1:5000 > 203.0.113.2:80 x', `203.0.113.1:${port} > 203.0.113.2:80 x`]);
    expect(other.heard).toEqual([`203.0.113.1:${port} > 203.0.113.3:80 x`]);
    server.send(80, '203.0.113.1', Number(port), 'for two');
    await settle(network);
    expect(two.heard).toEqual(['203.0.113.2:80 > 192.168.1.3:5000 for two']);
    expect(network.hosts.get('nat')!.nat!.mappings).toHaveLength(2);
  });

  it('keeps a zero checksum, which says that there is none', async () => {
    network.rule({
      name: 'none',
      from: 'one',
      verdict: { checksums: 'keep', rewrite: (bytes) => (bytes.fill(0, 26, 28), undefined) },
    });
    const sums: number[] = [];
    network.tap(({ link, bytes }) => {
      if (link === 'outside') sums.push(udp.checksum(bytes, 20));
    });
    one.send(5000, '203.0.113.2', 80);
    await settle(network);
    expect(sums).toEqual([0]);
  });

  it('lets nobody in whom the inside has not sent to, nor straight to inside addresses', async () => {
    const other = new Ports(network.host('other', { segment: 'outside' }));
    network.hosts.get('server')!.addRoute('192.168.1.0/24', 'nat');
    one.send(5000, '203.0.113.2', 80);
    await settle(network);
    other.send(80, '203.0.113.1', 5000);
    server.send(81, '203.0.113.1', 5000);
    server.send(80, '192.168.1.2', 5000);
    await settle(network);
    expect(one.heard).toEqual([]);
    expect(network.hosts.get('nat')!.stack.ip.counts.untranslated).toBe(3);
  });

  it.each([
    ['anybody', ['203.0.113.2:80', '203.0.113.2:81', '203.0.113.3:80']],
    ['address', ['203.0.113.2:80', '203.0.113.2:81']],
    ['address and port', ['203.0.113.2:80']],
  ] as const)('filters by %s', async (filtering, admitted) => {
    network.stop();
    build({ filtering });
    const other = new Ports(network.host('other', { segment: 'outside' }));
    one.send(5000, '203.0.113.2', 80);
    await settle(network);
    server.send(80, '203.0.113.1', 5000);
    server.send(81, '203.0.113.1', 5000);
    other.send(80, '203.0.113.1', 5000);
    await settle(network);
    expect(one.heard).toEqual(admitted.map((peer) => `${peer} > 192.168.1.2:5000 x`));
  });

  it('leads forwarded ports inside, for inside hosts too', async () => {
    network.stop();
    build({ forwards: [{ protocol: 'udp', port: 80, to: '192.168.1.2', toPort: 8080 }] });
    server.send(7, '203.0.113.1', 80, 'in');
    await settle(network);
    one.send(8080, '203.0.113.2', 7, 'out');
    two.send(9, '203.0.113.1', 80, 'hairpin');
    await settle(network);
    expect(one.heard).toEqual(['203.0.113.2:7 > 192.168.1.2:8080 in', '203.0.113.1:9 > 192.168.1.2:8080 hairpin']);
    expect(server.heard).toEqual(['203.0.113.1:80 > 203.0.113.2:7 out']);
    one.send(8080, '203.0.113.1', 9, 'back');
    await settle(network);
    expect(two.heard).toEqual(['203.0.113.1:80 > 192.168.1.3:9 back']);
  });

  it('forgets mappings that nobody uses', async () => {
    one.send(5000, '203.0.113.2', 80);
    await settle(network, 299_000);
    server.send(80, '203.0.113.1', 5000, 'in time');
    await settle(network, 299_000);
    server.send(80, '203.0.113.1', 5000, 'in time again');
    await settle(network, 300_002);
    server.send(80, '203.0.113.1', 5000, 'late');
    await settle(network);
    expect(one.heard.map((text) => text.split(' ').slice(3).join(' '))).toEqual(['in time', 'in time again']);
    expect(network.hosts.get('nat')!.nat!.mappings).toEqual([]);
  });

  it('keeps connections for longer once both ends have answered, until one ends them', async () => {
    const { syn, ack, rst } = tcp.FLAG;
    one.send(5000, '203.0.113.2', 80, '', { flags: syn });
    await settle(network, 10);
    server.send(80, '203.0.113.1', 5000, '', { flags: syn | ack });
    await settle(network, 10);
    one.send(5000, '203.0.113.2', 80, '', { flags: ack });
    await settle(network, 3_600_000);
    server.send(80, '203.0.113.1', 5000, 'after an hour', { flags: ack });
    await settle(network, 10);
    expect(one.heard.at(-1)).toMatch(/after an hour$/);
    server.send(80, '203.0.113.1', 5000, 'reset', { flags: rst });
    await settle(network, 240_002);
    server.send(80, '203.0.113.1', 5000, 'after the end', { flags: ack });
    await settle(network, 10);
    expect(one.heard.join()).not.toContain('after the end');
  });

  it('translates echoes and tells apart who asked', async () => {
    const ask = (host: string): Recorder => {
      const recorder = recorderOn(network.hosts.get(host)!, PROTOCOL.icmp);
      const request = Uint8Array.of(8, 0, 0, 0, 0, 42, 0, 1);
      checksums.fill(request, 2, 0, 8);
      recorder.send('203.0.113.2', request);
      return recorder;
    };
    const recorders = [ask('one'), ask('two')];
    await settle(network);
    for (const { arrivals } of recorders) {
      expect(arrivals.map(({ from, data }) => [from, data[0], data[5]])).toEqual([['203.0.113.2', 0, 42]]);
    }
  });

  it('translates errors with the packet that they quote, both ways', async () => {
    network.stop();
    build({ forwards: [{ protocol: 'udp', port: 80, to: '192.168.1.50' }] });
    // Hosts on which nobody hears UDP.
    network.host('deaf', { segment: 'outside', addresses: ['203.0.113.50/24'] });
    network.host('deaf inside', { segment: 'inside', addresses: ['192.168.1.50/24'], gateway: 'nat' });
    one.send(5000, '203.0.113.50', 81, 'to a closed port');
    server.send(7, '203.0.113.1', 80, 'to a closed port inside');
    await settle(network);
    expect(one.errors).toEqual(['ECONNREFUSED 203.0.113.50:81 from 5000, 0']);
    expect(server.errors).toEqual(['ECONNREFUSED 203.0.113.1:80 from 7, 0']);
    one.errors.length = 0;
    one.send(5000, '203.0.113.77', 81, 'to nobody');
    await settle(network);
    expect(one.errors).toEqual(['EHOSTUNREACH 203.0.113.77:81 from 5000, 0']);
  });

  it('passes on what routers outside say, so that the path MTU is found', async () => {
    network.segment('beyond', { prefixes: ['198.51.100.0/24'], mtu: 1000 });
    const far = network.host('far', { segment: 'beyond', addresses: ['198.51.100.9/24'] });
    network.host('router', {
      forwarding: true,
      interfaces: [{ segment: 'outside' }, { segment: 'beyond', addresses: ['198.51.100.1/24'] }],
    });
    network.hosts.get('nat')!.addRoute('198.51.100.0/24', 'router');
    far.addGateway('198.51.100.1');
    const there = new Ports(far);
    one.send(5000, '198.51.100.9', 80, 'y'.repeat(1200), { df: true });
    await settle(network);
    expect(one.errors).toEqual(['EMSGSIZE 198.51.100.9:80 from 5000, 1000']);
    one.send(5000, '198.51.100.9', 80, 'z'.repeat(1200));
    await settle(network, 100);
    expect(there.heard).toEqual([`203.0.113.1:5000 > 198.51.100.9:80 ${'z'.repeat(1200)}`]);
    // Fragments are joined before they are translated.
    there.send(80, '203.0.113.1', 5000, 'w'.repeat(2500));
    await settle(network, 100);
    expect(one.heard).toEqual([`198.51.100.9:80 > 192.168.1.2:5000 ${'w'.repeat(2500)}`]);
  });

  it('loses its mappings in a crash', async () => {
    one.send(5000, '203.0.113.2', 80);
    await settle(network);
    network.hosts.get('nat')!.restart();
    server.send(80, '203.0.113.1', 5000);
    await settle(network);
    expect(one.heard).toEqual([]);
    one.send(5000, '203.0.113.2', 80, 'again');
    await settle(network);
    expect(server.heard.at(-1)).toBe('203.0.113.1:5000 > 203.0.113.2:80 again');
  });
});
