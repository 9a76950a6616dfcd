// The driver of a process on a simulated host. It opens sockets on the host's stack and owns none of them.
import type {
  Capabilities,
  DatagramSink,
  Driver,
  DriverError,
  Family,
  InterfaceAddress,
  NetAddress,
  Setting,
  StreamSink,
} from '../contract.js';
import type { InterfacePrefix, IpInterface } from './ip/service.js';
import type { HostStack, SimHost } from './network/index.js';
import { simResolver } from './resolver.js';
import { scopeOf } from './sockets/addresses.js';
import { SimDatagram } from './sockets/datagram.js';
import { SimLocal } from './sockets/local.js';
import { SimRaw } from './sockets/raw.js';
import { SimStream } from './sockets/stream.js';

const SETTINGS: readonly Setting[] = [
  'noDelay',
  'keepAlive',
  'keepAliveIdleMs',
  'keepAliveIntervalMs',
  'keepAliveCount',
  'ttl',
  'multicastTtl',
  'multicastLoop',
  'broadcast',
  'receiveBuffer',
  'sendBuffer',
  'dontFragment',
  'typeOfService',
  'backlog',
  'holdConnections',
  'retransmitMs',
  'initialTimeoutMs',
  'noSynRetries',
  'failOnIcmp',
  'timestamps',
  'initialWindow',
  'ackFrequency',
  'unicastInterface',
  'userMtu',
  'mtuDiscover',
  'noChecksum',
  'receiveBroadcast',
  'reportHopLimit',
  'headerIncluded',
  'receiveAll',
];

const CAPABILITIES: Capabilities = {
  urgentData: true,
  raw: true,
  packetInfo: true,
  families: ['ipv4', 'ipv6', 'unix'],
  unconnectedPortUnreachable: true,
  deferredAccept: true,
  sourceFilters: true,
  pathFigures: true,
  pullDatagrams: false,
  settings: SETTINGS,
};

/**
 * The driver for a process on `host`, as the host is now: after a crash it opens nothing any more, and the restarted host
 * needs a driver of its own.
 */
export function simDriver(host: SimHost): Driver {
  const { stack } = host;
  const gone = (): boolean => host.stack !== stack || !host.up;
  return {
    name: 'sim',
    capabilities: CAPABILITIES,
    resolver: simResolver(host),
    openStream(family: Family, sink: StreamSink) {
      if (gone()) return 'ENETDOWN';
      return family === 'unix' ? new SimLocal(stack.local, sink) : new SimStream(stack.tcp, family, sink);
    },
    openDatagram(family: Family, sink: DatagramSink) {
      if (gone()) return 'ENETDOWN';
      return family === 'unix' ? 'EAFNOSUPPORT' : new SimDatagram(stack.udp, family, sink);
    },
    openRaw(family: Family, protocol: number, sink: DatagramSink) {
      if (gone()) return 'ENETDOWN';
      return family === 'unix' ? 'EAFNOSUPPORT' : new SimRaw(stack.raw, family, protocol, sink);
    },
    interfaces: () => stack.ip.interfaces.flatMap((face) => face.addresses.map((prefix) => described(face, prefix))),
    watch: (changed) => stack.ip.router.watch(changed),
    sourceFor: (destination) => sourceFor(stack, destination),
  };
}

function sourceFor({ ip, udp }: HostStack, destination: NetAddress): NetAddress | DriverError {
  const { family } = destination;
  if (family === 'unix') return 'EAFNOSUPPORT';
  const address = udp.addresses.inward(family, false, destination);
  if (typeof address === 'string') return address;
  const route = ip.route(address, { source: null, interfaceIndex: scopeOf(destination, address) });
  return typeof route === 'string' ? route : udp.addresses.outward(family, route.source, 0, route.iface.index);
}

function described(face: IpInterface, { address, prefixLength }: InterfacePrefix): InterfaceAddress {
  return {
    name: face.name,
    index: face.index,
    family: address.family,
    address: address.text,
    netmask: address.family === 'ipv4' ? ipv4Mask(prefixLength) : '',
    prefixLength,
    scopeId: address.family === 'ipv6' && address.isLinkLocal ? face.index : 0,
    loopback: face.loopback,
    up: face.up,
    multicast: true,
  };
}

function ipv4Mask(prefixLength: number): string {
  const octets = [0, 8, 16, 24].map((before) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefixLength - before))));
  return octets.join('.');
}
