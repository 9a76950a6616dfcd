// Owns: a driver that carries everything inside this process, in a fixed order, and can be disturbed at will.
// Does not own: the wire and its disturbances (fake-network.ts), the transports (fake-stream.ts, fake-datagram.ts).

import type { Capabilities, Driver, DriverError, Family, InterfaceAddress, Setting } from '../../src/drivers/contract.js';
import { createNullDriver } from '../../src/drivers/null.js';
import { FakeDatagram, type DatagramHost } from './fake-datagram.js';
import { FakeNetwork } from './fake-network.js';
import { FakeRaw, type RawHost } from './fake-raw.js';
import { FakeStream, type StreamHost } from './fake-stream.js';

const SETTINGS: readonly Setting[] = ['noDelay', 'keepAlive', 'ttl', 'multicastTtl', 'multicastLoop', 'broadcast'];

const LOOPBACK: InterfaceAddress = {
  name: 'lo',
  index: 1,
  family: 'ipv4',
  address: '127.0.0.1',
  netmask: '255.0.0.0',
  prefixLength: 8,
  scopeId: 0,
  loopback: true,
  up: true,
  multicast: true,
};

/** A driver and the network under it. */
export class FakeDriver implements Driver, StreamHost, DatagramHost, RawHost {
  readonly name = 'fake';
  readonly net = new FakeNetwork();
  readonly capabilities: Capabilities;
  readonly resolver = createNullDriver().resolver;
  /** Everything open, for a look from outside. */
  readonly streams = new Set<FakeStream>();
  readonly datagrams = new Set<FakeDatagram>();
  readonly raws = new Set<FakeRaw>();

  constructor(differences: Partial<Capabilities> = {}) {
    this.capabilities = {
      urgentData: true,
      raw: false,
      packetInfo: false,
      families: ['ipv4', 'ipv6', 'unix'],
      unconnectedPortUnreachable: false,
      deferredAccept: false,
      sourceFilters: false,
      pathFigures: false,
      pullDatagrams: false,
      settings: SETTINGS,
      ...differences,
    };
  }

  get urgentData(): boolean {
    return this.capabilities.urgentData;
  }

  get sourceFilters(): boolean {
    return this.capabilities.sourceFilters;
  }

  get packetInfo(): boolean {
    return this.capabilities.packetInfo;
  }

  get pullDatagrams(): boolean {
    return this.capabilities.pullDatagrams;
  }

  get unconnectedPortUnreachable(): boolean {
    return this.capabilities.unconnectedPortUnreachable;
  }

  get settings(): readonly Setting[] {
    return this.capabilities.settings;
  }

  openStream(family: Family, sink: ConstructorParameters<typeof FakeStream>[2]): FakeStream {
    return new FakeStream(this, family, sink);
  }

  openDatagram(family: Family, sink: ConstructorParameters<typeof FakeDatagram>[2]): FakeDatagram {
    return new FakeDatagram(this, family, sink);
  }

  openRaw(family: Family, protocol: number, sink: ConstructorParameters<typeof FakeRaw>[3]): FakeRaw | DriverError {
    if (!this.capabilities.raw) return 'ENOTSUP';
    return new FakeRaw(this, family, protocol, sink);
  }

  sourceFor(): DriverError {
    return 'ENOTSUP';
  }

  watch(): null {
    return null;
  }

  interfaces(): readonly InterfaceAddress[] {
    return [LOOPBACK, { ...LOOPBACK, family: 'ipv6', address: '::1', netmask: '', prefixLength: 128 }];
  }
}
