// The null driver: opens everything, does nothing, says so.

import { describe, expect, it } from 'vitest';
import type { NetAddress } from '../../src/drivers/contract.js';
import { createNullDriver } from '../../src/drivers/null.js';
import { Answer, DatagramProbe, StreamProbe, Watch } from '../../src/testing/compliance/driver/probes.js';

const ADDRESS: NetAddress = { family: 'ipv4', address: '127.0.0.1', port: 80, scopeId: 0 };
const OPTIONS = { v6Only: false, shared: false };
const DOWN = 'ENETDOWN';

describe('the null driver', () => {
  it('refuses everything a stream is asked to do, and closes', async () => {
    const watch = new Watch(null);
    const probe = StreamProbe.open(watch, createNullDriver(), 'ipv4');
    const { transport } = probe;
    expect([transport.bind(ADDRESS, OPTIONS), transport.listen(1), transport.connect(ADDRESS)]).toEqual([DOWN, DOWN, DOWN]);
    expect([transport.set('noDelay', 1), transport.writeUrgent(1)]).toEqual(['ENOTSUP', 'ENOTSUP']);
    expect(await probe.write(Uint8Array.of(1))).toBe(DOWN);
    transport.attach(probe);
    transport.pause();
    transport.resume();
    transport.shutdownWrite();
    expect(await probe.close()).toBeNull();
    transport.reset();
    expect([transport.local, transport.remote]).toEqual([null, null]);
    expect(watch.breaches).toEqual([]);
  });

  it('refuses everything a datagram transport is asked to do, and closes', () => {
    const watch = new Watch(null);
    const { transport } = DatagramProbe.open(watch, createNullDriver(), 'ipv6');
    const membership = { group: '239.0.0.1', interface: '', source: null };
    expect([
      transport.bind(ADDRESS, OPTIONS),
      transport.connect(ADDRESS),
      transport.disconnect(),
      transport.join(membership),
      transport.leave(membership),
      transport.setMulticastInterface(''),
    ]).toEqual([DOWN, DOWN, DOWN, DOWN, DOWN, DOWN]);
    expect(transport.set('ttl', 1)).toBe('ENOTSUP');
    const answer = new Answer(watch);
    transport.send([], ADDRESS, null, answer.done);
    expect(answer.value).toBe(DOWN);
    transport.close();
  });

  it('knows nobody', async () => {
    const driver = createNullDriver();
    const { resolver, capabilities } = driver;
    expect(resolver.hostName()).toBe('localhost');
    expect(await resolver.lookup('localhost', null)).toEqual({ ok: false, error: 'EAI_AGAIN' });
    expect(await resolver.reverse(ADDRESS)).toEqual({ ok: false, error: 'EAI_AGAIN' });
    expect(driver.interfaces()).toEqual([]);
    expect(capabilities.settings).toEqual([]);
  });
});
