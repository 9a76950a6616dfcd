import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROTOCOL, type Route } from '../../../../src/drivers/sim/ip/service.js';
import { type SimHost, SimNetwork } from '../../../../src/drivers/sim/network/index.js';
import { describe as line, facts } from '../../../../src/drivers/sim/wire/describe.js';
import { type Recorder, recorderOn, settle } from './recorder.js';

const DATA = [1, 2, 3, 4, 5, 6, 7, 8];

describe('forwarding', () => {
  let network: SimNetwork;
  let a: SimHost;
  let b: SimHost;
  let from: Recorder;
  let to: Recorder;

  /** a – near – r1 – middle – r2 – far – b */
  beforeEach(() => {
    network = new SimNetwork({ seed: 1 });
    for (const name of ['near', 'middle', 'far']) network.segment(name);
    const r1 = network.host('r1', { forwarding: true, interfaces: [{ segment: 'near' }, { segment: 'middle' }] });
    const r2 = network.host('r2', { forwarding: true, interfaces: [{ segment: 'middle' }, { segment: 'far' }] });
    a = network.host('a', { segment: 'near', gateway: 'r1' });
    b = network.host('b', { segment: 'far', gateway: 'r2' });
    r1.addGateway('r2');
    r2.addRoute('10.0.0.0/24', 'r1');
    r2.addRoute('fd00::/64', 'r1');
    from = recorderOn(a);
    to = recorderOn(b);
  });

  afterEach(() => {
    network.stop();
  });

  it.each(['ipv4', 'ipv6'] as const)('takes one from the hop limit at every router: %s', async (family) => {
    expect(from.send(b.address(family), DATA)).toBeNull();
    await settle(network);
    expect(to.arrivals).toEqual([
      { us: 3000, from: a.address(family), to: b.address(family), hopLimit: 126, toMany: false, data: DATA },
    ]);
    to.send(a.address(family), [9]);
    await settle(network);
    expect(from.data).toEqual([[9]]);
  });

  it.each(['ipv4', 'ipv6'] as const)('tells who the routers are, hop by hop: %s', async (family) => {
    for (const hopLimit of [1, 2, 3]) from.send(b.address(family), DATA, { hopLimit });
    await settle(network);
    const routers = family === 'ipv4' ? ['10.0.0.1', '10.0.1.2'] : ['fd00::1', 'fd00:0:0:1::2'];
    expect(from.reports.map(({ error, reporter }) => [error, reporter.text])).toEqual(
      routers.map((router) => ['ENETRESET', router]),
    );
    expect(to.arrivals.map(({ hopLimit }) => hopLimit)).toEqual([1]);
  });

  it('tells of the first fragment of a packet only, and of no error', async () => {
    from.send(b.address(), new Uint8Array(4000), { hopLimit: 1 });
    from.send(b.address('ipv6'), new Uint8Array(4000), { hopLimit: 1 });
    const icmp = recorderOn(a, PROTOCOL.icmp);
    icmp.send(b.address(), [3, 1, 0, 0, 0, 0, 0, 0], { hopLimit: 1 });
    const icmpv6 = recorderOn(a, PROTOCOL.icmpv6);
    icmpv6.send(b.address('ipv6'), [1, 0, 0, 0, 0, 0, 0, 0], { hopLimit: 1 });
    await settle(network, 100);
    expect(network.hosts.get('r1')!.stack.ip.counts.hopLimitExceeded).toBe(8);
    expect(from.reports.map(({ error, destination }) => [error, destination.family])).toEqual([
      ['ENETRESET', 'ipv4'],
      ['ENETRESET', 'ipv6'],
    ]);
    expect([icmp.reports, icmpv6.reports]).toEqual([[], []]);
  });

  it('leaves alone what the link delivered to everybody', async () => {
    // For this router 10.9.0.255 is a host like any other.
    network.segment('wide', { prefixes: ['10.9.0.0/16'] });
    const router = network.host('r3', { segment: 'wide', forwarding: true });
    const narrow = recorderOn(network.host('narrow', { segment: 'wide', addresses: ['10.9.0.7/24'] }));
    narrow.send('10.9.0.255', DATA);
    await settle(network, 100);
    expect(router.stack.ip.counts).toMatchObject({ notForUs: 1, forwarded: 0 });
    expect(narrow.reports).toEqual([]);
  });

  it('answers what it has no route for, and what nobody on the last segment has', async () => {
    for (const address of ['192.0.2.1', '2001:db8::1', '10.0.2.200', 'fd00:0:0:2::200']) from.send(address, DATA);
    await settle(network);
    expect(from.reports.map(({ error, reporter }) => [error, reporter.text])).toEqual([
      ['ENETUNREACH', '10.0.1.2'],
      ['ENETUNREACH', 'fd00:0:0:1::2'],
      ['EHOSTUNREACH', '10.0.1.2'],
      ['EHOSTUNREACH', 'fd00:0:0:1::2'],
    ]);
  });

  it('does not carry on link-local packets, broadcasts of other networks, or anything on a plain host', async () => {
    from.send('10.0.2.255', DATA);
    from.send('169.254.1.1', DATA);
    const plain = network.host('plain', { segment: 'near' });
    const confused = network.host('confused', { segment: 'near', gateway: 'plain' });
    recorderOn(confused).send(b.address(), DATA);
    await settle(network);
    expect(to.arrivals).toEqual([]);
    for (const router of ['r1', 'r2']) expect(network.hosts.get(router)!.stack.ip.counts.notForUs).toBe(1);
    expect(plain.stack.ip.counts).toMatchObject({ notForUs: 1, forwarded: 0 });
  });

  it('is not deceived by addresses that cannot be on a wire', async () => {
    const { ip } = a.stack;
    for (const [source, destination] of [
      [[127, 0, 0, 1], [10, 0, 2, 1]],
      [[10, 0, 0, 2], [127, 0, 0, 1]],
      [[224, 0, 0, 1], [10, 0, 0, 1]],
      [[10, 0, 0, 255], [10, 0, 0, 1]],
    ]) {
      const packet = Uint8Array.of(0x45, 0, 0, 20, 0, 0, 0, 0, 64, 253, 0, 0, ...source!, ...destination!);
      ip.transmitWhole(packet, ip.route(network.book.parse('10.0.0.1')) as Route);
    }
    await settle(network);
    expect(network.hosts.get('r1')!.stack.ip.counts).toMatchObject({ misplaced: 4, forwarded: 0 });
  });

  it('lets strong hosts be reached by the interface that has the address only', async () => {
    const two = network.host('two', { interfaces: [{ segment: 'near' }, { segment: 'far' }] });
    const heard = recorderOn(two);
    const { ip } = a.stack;
    const far = two.addresses.find((address) => address.text.startsWith('10.0.2.'))!;
    ip.router.addRoute({ address: far, prefixLength: 32 }, ip.router.interfaceAt(2)!, network.book.parse(two.address()));
    from.send(far.text, DATA);
    await settle(network);
    expect(heard.data).toEqual([]);
    expect(two.stack.ip.counts.notForUs).toBe(1);
  });

  describe('over a narrow link', () => {
    const mtuTo = (address: string): number => (a.stack.ip.route(network.book.parse(address)) as Route).mtu;

    beforeEach(() => {
      network.segment('narrow', { mtu: 1300 });
      network.segment('beyond');
      const r3 = network.host('r3', {
        forwarding: true,
        interfaces: [{ segment: 'near' }, { segment: 'narrow' }],
      });
      const r4 = network.host('r4', { forwarding: true, interfaces: [{ segment: 'narrow' }, { segment: 'beyond' }] });
      const c = network.host('c', { segment: 'beyond', gateway: 'r4' });
      r3.addGateway('r4');
      r4.addRoute('10.0.0.0/24', 'r3');
      r4.addRoute('fd00::/64', 'r3');
      a.addRoute('10.0.4.0/24', 'r3');
      a.addRoute('fd00:0:0:4::/64', 'r3');
      to = recorderOn(c);
      b = c;
    });

    it.each(['ipv4', 'ipv6'] as const)('is told what fits, remembers it for ten minutes, then tries again: %s', async (family) => {
      const large = new Uint8Array(1400);
      const address = b.address(family);
      const route = a.stack.ip.route(network.book.parse(address)) as Route;
      expect(from.send(address, large, { dontFragment: true })).toBeNull();
      await settle(network);
      expect(from.reports).toMatchObject([{ error: 'EMSGSIZE', mtu: 1300, destination: { text: address } }]);
      expect([route.mtu, mtuTo(address)]).toEqual([1300, 1300]);
      expect(from.send(address, large, { dontFragment: true })).toBe('EMSGSIZE');
      // What may be cut is cut by the sender now.
      expect(from.send(address, large)).toBeNull();
      await settle(network, 100);
      expect(to.data.map((data) => data.length)).toEqual([1400]);
      // The report was there after 2 ms, and 100 have passed since.
      await settle(network, 600_000 - 101);
      expect(mtuTo(address)).toBe(1300);
      await settle(network, 1);
      expect(mtuTo(address)).toBe(1500);
      expect(from.send(address, large, { dontFragment: true })).toBeNull();
    });

    it('is cut to pieces by the router if it may be', async () => {
      const sizes: (number | undefined)[] = [];
      network.tap((packet) => {
        if (packet.link === 'narrow') sizes.push(facts(packet.bytes)?.length);
      });
      from.send(b.address(), Uint8Array.from({ length: 2900 }, (_, i) => i));
      await settle(network);
      // Two fragments of 1500 and 1440 bytes: each is cut again.
      expect(sizes).toEqual([1300, 220, 1300, 160]);
      expect(to.data).toEqual([Array.from({ length: 2900 }, (_, i) => i & 0xff)]);
    });

    it('believes no router that it takes less than IP demands', async () => {
      const icmp = recorderOn(network.hosts.get('r3')!, PROTOCOL.icmpv6);
      from.send(b.address('ipv6'), new Uint8Array(1400), { dontFragment: true });
      network.rule({
        name: 'lie',
        from: 'r3',
        to: 'a',
        verdict: {
          rewrite: (bytes) => {
            bytes.set([0, 0, 0, 99], 44);
            return undefined;
          },
        },
      });
      await settle(network);
      expect(icmp.protocol).toBe(58);
      expect(mtuTo(b.address('ipv6'))).toBe(1280);
    });
  });

  it('shows taps on an interface what passes it, complete', async () => {
    const seen: string[] = [];
    const { ip } = network.hosts.get('r1')!.stack;
    const end = ip.tap(2, (packet, iface) => seen.push(`${iface.index} ${line(packet)}`));
    from.send(b.address(), DATA);
    await settle(network);
    to.send(a.address(), DATA);
    await settle(network);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toContain('2 IP 10.0.0.2 > 10.0.2.2');
    expect(seen[1]).toContain('2 IP 10.0.2.2 > 10.0.0.2');
    end();
    from.send(b.address(), DATA);
    await settle(network);
    expect(seen).toHaveLength(2);
  });
});
