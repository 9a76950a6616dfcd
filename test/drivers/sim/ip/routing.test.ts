import { describe, expect, it } from 'vitest';
import type { Route } from '../../../../src/drivers/sim/ip/service.js';
import type { SimHost } from '../../../../src/drivers/sim/network/host.js';
import { SimNetwork } from '../../../../src/drivers/sim/network/network.js';

/** Two segments, and a host on both with a router on each. */
function world(): { network: SimNetwork; host: SimHost } {
  const network = new SimNetwork();
  network.segment('left', { prefixes: ['10.1.0.0/16', 'fd01::/64'] });
  network.segment('right', { prefixes: ['10.2.0.0/16', 'fd02::/64'], mtu: 1400 });
  const host = network.host('host', {
    interfaces: [
      { segment: 'left', addresses: ['10.1.0.5/16', 'fd01::5/64'] },
      { segment: 'right', addresses: ['10.2.0.5/16', 'fd02::5/64'] },
    ],
  });
  return { network, host };
}

function way(host: SimHost, to: string, wish: { source?: string; interfaceIndex?: number } = {}): string {
  const { ip } = host.stack;
  const source = wish.source === undefined ? null : ip.book.parse(wish.source);
  const route = ip.route(ip.book.parse(to), { source, interfaceIndex: wish.interfaceIndex ?? 0 });
  return typeof route === 'string' ? route : `${route.source.text} > ${route.nextHop.text} by ${route.iface.index}`;
}

describe('routes', () => {
  it('lead to connected networks directly, and elsewhere over the gateway', () => {
    const { host } = world();
    host.addGateway('10.1.0.1');
    expect(way(host, '10.2.9.9')).toBe('10.2.0.5 > 10.2.9.9 by 3');
    expect(way(host, '8.8.8.8')).toBe('10.1.0.5 > 10.1.0.1 by 2');
    expect(way(host, '2001:db8::1')).toBe('ENETUNREACH');
  });

  it('follow the longest prefix, whatever the order in which they were added', () => {
    const { host } = world();
    host.addRoute('192.0.2.128/25', '10.2.0.1');
    host.addGateway('10.1.0.1');
    expect(way(host, '192.0.2.1')).toBe('10.1.0.5 > 10.1.0.1 by 2');
    host.addRoute('192.0.2.0/24', '10.1.0.2');
    host.addRoute('192.0.2.200/32', '10.2.0.3');
    expect(way(host, '192.0.2.1')).toBe('10.1.0.5 > 10.1.0.2 by 2');
    expect(way(host, '192.0.2.129')).toBe('10.2.0.5 > 10.2.0.1 by 3');
    expect(way(host, '192.0.2.200')).toBe('10.2.0.5 > 10.2.0.3 by 3');
    expect(way(host, '198.51.100.1')).toBe('10.1.0.5 > 10.1.0.1 by 2');
  });

  it('lead to own addresses over loopback, from the address itself', () => {
    const { host } = world();
    expect(way(host, '127.0.0.1')).toBe('127.0.0.1 > 127.0.0.1 by 1');
    expect(way(host, '127.9.9.9')).toBe('127.0.0.1 > 127.9.9.9 by 1');
    expect(way(host, '::1')).toBe('::1 > ::1 by 1');
    expect(way(host, '10.2.0.5')).toBe('10.2.0.5 > 10.2.0.5 by 1');
    expect(way(host, '127.0.0.1', { source: '10.1.0.5' })).toBe('10.1.0.5 > 127.0.0.1 by 1');
  });

  it('leave by the interface that has the chosen source, or by the one that is wished for', () => {
    const { host } = world();
    host.addGateway('10.1.0.1');
    host.addRoute('0.0.0.0/0', '10.2.0.1');
    expect(way(host, '8.8.8.8')).toBe('10.1.0.5 > 10.1.0.1 by 2');
    expect(way(host, '8.8.8.8', { source: '10.2.0.5' })).toBe('10.2.0.5 > 10.2.0.1 by 3');
    expect(way(host, '8.8.8.8', { source: '0.0.0.0' })).toBe('10.1.0.5 > 10.1.0.1 by 2');
    expect(way(host, '8.8.8.8', { interfaceIndex: 3 })).toBe('10.2.0.5 > 10.2.0.1 by 3');
    expect(way(host, '239.1.1.1')).toBe('10.1.0.5 > 239.1.1.1 by 2');
    expect(way(host, '239.1.1.1', { interfaceIndex: 3 })).toBe('10.2.0.5 > 239.1.1.1 by 3');
    expect(way(host, '255.255.255.255', { source: '10.2.0.5' })).toBe('10.2.0.5 > 255.255.255.255 by 3');
  });

  it('refuse a source that is not ours, and one that cannot be used there', () => {
    const { host } = world();
    expect(way(host, '10.1.0.9', { source: '10.1.0.6' })).toBe('EADDRNOTAVAIL');
    expect(way(host, '10.1.0.9', { source: '127.0.0.1' })).toBe('EADDRNOTAVAIL');
    expect(way(host, '10.1.0.9', { source: 'fd01::5' })).toBe('EADDRNOTAVAIL');
    expect(way(host, '0.0.0.0')).toBe('EADDRNOTAVAIL');
    expect(way(host, '10.1.0.9', { source: '10.2.0.5' })).toBe('ENETUNREACH');
    expect(way(host, '10.1.0.9', { interfaceIndex: 9 })).toBe('ENETUNREACH');
  });

  it('speak to link-local addresses from a link-local one, to others from the nearest', () => {
    const { host } = world();
    host.addAddress('fd01:0:0:7::5/64', 2);
    host.addGateway('fd01:0:0:7::1');
    expect(way(host, 'fe80::1234')).toBe('fe80::ff:fe00:1 > fe80::1234 by 2');
    expect(way(host, 'fe80::1234', { interfaceIndex: 3 })).toBe('fe80::ff:fe00:2 > fe80::1234 by 3');
    expect(way(host, 'ff02::1')).toBe('fe80::ff:fe00:1 > ff02::1 by 2');
    expect(way(host, 'ff0e::1')).toMatch(/^fd01::5 /);
    expect(way(host, 'fd01::9')).toBe('fd01::5 > fd01::9 by 2');
    expect(way(host, '2001:db8::1')).toBe('fd01:0:0:7::5 > fd01:0:0:7::1 by 2');
  });

  it('change with the addresses and the state of interfaces', () => {
    const { host } = world();
    const { ip } = host.stack;
    expect(way(host, '10.1.9.9')).toBe('10.1.0.5 > 10.1.9.9 by 2');
    ip.setUp(2, false);
    expect(way(host, '10.1.9.9')).toBe('ENETUNREACH');
    ip.setUp(2, true);
    host.removeAddress('10.1.0.5', 2);
    expect(way(host, '10.1.9.9')).toBe('ENETUNREACH');
    expect(ip.isOwn(ip.book.parse('10.1.0.5'))).toBe(false);
    expect(ip.isBroadcast(ip.book.parse('10.1.255.255'))).toBe(false);
    host.addAddress('10.1.0.6/16', 2);
    expect(way(host, '10.1.9.9')).toBe('10.1.0.6 > 10.1.9.9 by 2');
  });

  it('tell those above of changes', () => {
    const { host } = world();
    let told = 0;
    const handler = { arrived: () => true, reported: () => undefined, addressesChanged: () => (told += 1) };
    host.stack.ip.register(200, handler);
    host.stack.ip.register(201, handler);
    host.addAddress('10.1.0.6/16', 2);
    host.removeAddress('10.1.0.6', 2);
    expect(told).toBe(2);
  });

  it('know which addresses are own, bindable and broadcast', () => {
    const { network, host } = world();
    const { ip } = host.stack;
    const facts = (text: string): boolean[] => {
      const address = network.book.parse(text);
      return [ip.isOwn(address), ip.isBindable(address), ip.isBroadcast(address)];
    };
    expect(facts('10.1.0.5')).toEqual([true, true, false]);
    expect(facts('127.3.4.5')).toEqual([true, true, false]);
    expect(facts('10.1.0.6')).toEqual([false, false, false]);
    expect(facts('10.1.255.255')).toEqual([true, false, true]);
    expect(facts('255.255.255.255')).toEqual([true, false, true]);
    expect(facts('0.0.0.0')).toEqual([false, true, false]);
    expect(facts('::')).toEqual([false, true, false]);
    expect(facts('239.1.1.1')).toEqual([false, true, false]);
    ip.joinGroup(network.book.parse('239.1.1.1'), 2);
    expect(facts('239.1.1.1')).toEqual([true, true, false]);
    expect(facts('fd01::5')).toEqual([true, true, false]);
  });

  it('have the MTU of their interface', () => {
    const { network, host } = world();
    const mtu = (text: string): number => (host.stack.ip.route(network.book.parse(text)) as Route).mtu;
    expect([mtu('127.0.0.1'), mtu('10.1.0.9'), mtu('10.2.0.9')]).toEqual([65535, 1500, 1400]);
  });
});
