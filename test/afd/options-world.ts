// A driver that remembers what it was told and does nothing, and sockets over it.
import { IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM, AF_INET, AF_INET6, AF_UNIX } from '../../src/abi/index.js';
import type {
  Capabilities,
  DatagramTransport,
  Driver,
  Family,
  InterfaceAddress,
  Membership,
  NetAddress,
  Setting,
  SourceFilter,
  StreamFigures,
  StreamTransport,
} from '../../src/drivers/contract.js';
import { createNullDriver } from '../../src/drivers/null.js';
import { DatagramEndpoint } from '../../src/afd/datagram-endpoint.js';
import { Afd } from '../../src/afd/device.js';
import type { Endpoint } from '../../src/afd/endpoint.js';
import { StreamEndpoint } from '../../src/afd/stream-endpoint.js';
import { Process, type Clock } from '../../src/win32/index.js';

const ALL_SETTINGS: readonly Setting[] = [
  'noDelay', 'keepAlive', 'keepAliveIdleMs', 'keepAliveIntervalMs', 'keepAliveCount', 'ttl', 'multicastTtl',
  'multicastLoop', 'broadcast', 'receiveBuffer', 'sendBuffer', 'dontFragment', 'typeOfService', 'backlog', 'holdConnections',
  'retransmitMs', 'initialTimeoutMs', 'noSynRetries', 'failOnIcmp', 'timestamps', 'initialWindow', 'ackFrequency',
  'unicastInterface', 'userMtu', 'mtuDiscover', 'noChecksum', 'receiveBroadcast', 'reportHopLimit',
];

const face = (fields: Partial<InterfaceAddress>): InterfaceAddress => ({
  name: 'lo', index: 1, family: 'ipv4', address: '127.0.0.1', netmask: '255.0.0.0', prefixLength: 8, scopeId: 0,
  loopback: true, up: true, multicast: true, ...fields,
});

export const LOOPBACK = face({});
export const LAN = face({
  name: 'eth0', index: 2, address: '192.0.2.5', netmask: '255.255.255.0', prefixLength: 24, loopback: false,
});

/** What one transport was told. */
export class Told {
  local: NetAddress | null = null;
  remote: NetAddress | null = null;
  readonly settings: [Setting, number][] = [];
  members: Membership[] = [];
  multicastInterface: string | null = null;
  resumed = 0;
  readonly listens: number[] = [];
  filters: SourceFilter[] = [];
  /** What the transport answers to `pathMtu` and `figures`. */
  mtu: number | null = null;
  figures: StreamFigures | null = null;
  /** What the next setSourceFilter fails with. */
  filterError: string | null = null;
}

/** A clock that stands still until it is turned. */
export class HandClock implements Clock {
  time = 0;
  #timers: { at: number; expired: () => void }[] = [];
  now(): number {
    return this.time;
  }
  wallTime(): number {
    return this.time;
  }
  get timers(): number {
    return this.#timers.length;
  }
  setTimer(ms: number, expired: () => void): { cancel(): void } {
    const timer = { at: this.time + ms, expired };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }
  nextTurn(turn: () => void): void {
    this.setTimer(0, turn);
  }
  soon(turn: () => void): void {
    this.nextTurn(turn);
  }
  hold(): () => void {
    return () => undefined;
  }
  turn(ms: number): void {
    this.time += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.time);
    this.#timers = this.#timers.filter((timer) => timer.at > this.time);
    for (const timer of due) timer.expired();
  }
}

/** A process with its device, and the transports below in the order they were opened. */
export class World {
  readonly clock = new HandClock();
  readonly process = new Process({ clock: this.clock });
  interfaces: readonly InterfaceAddress[] = [
    LOOPBACK,
    LAN,
    face({ family: 'ipv6', address: '::1', netmask: '', prefixLength: 128 }),
  ];
  readonly afd: Afd;
  readonly #told = new Map<object, Told>();

  constructor(settings: readonly Setting[] = ALL_SETTINGS, abilities: Partial<Capabilities> = {}) {
    const plain = createNullDriver();
    const driver: Driver = {
      ...plain,
      capabilities: { ...plain.capabilities, settings, ...abilities },
      interfaces: () => this.interfaces,
      openStream: (family, sink) => this.#listen(plain.openStream(family, sink) as StreamTransport, new Told()),
      openDatagram: (family, sink) => this.#openDatagram(plain.openDatagram(family, sink) as DatagramTransport),
    };
    this.afd = new Afd(driver, this.process);
  }

  #listen<T extends object>(base: T, told: Told): T {
    const transport = Object.defineProperties({ ...base }, {
      local: { get: () => told.local },
      remote: { get: () => told.remote },
      bind: {
        value: (address: NetAddress) => {
          told.local = { ...address, port: address.port === 0 ? 50000 : address.port };
          return null;
        },
      },
      listen: {
        value: (backlog: number) => {
          told.listens.push(backlog);
          return null;
        },
      },
      pathMtu: { value: () => told.mtu },
      figures: { value: () => told.figures },
      connect: {
        value: (remote: NetAddress) => {
          told.remote = remote;
          return null;
        },
      },
      resume: { value: () => (told.resumed += 1) },
      set: {
        value: (setting: Setting, value: number) => {
          told.settings.push([setting, value]);
          return null;
        },
      },
    });
    this.#told.set(transport, told);
    return transport;
  }

  #openDatagram(base: DatagramTransport): DatagramTransport {
    const told = new Told();
    return Object.assign(this.#listen(base, told), {
      join: (membership: Membership) => {
        told.members.push(membership);
        return null;
      },
      leave: (membership: Membership) => {
        const { group, interface: face, source } = membership;
        told.members = told.members.filter(
          (member) => member.group !== group || member.interface !== face || member.source !== source,
        );
        return null;
      },
      setSourceFilter: (filter: SourceFilter) => {
        if (told.filterError !== null) return told.filterError;
        told.filters.push(filter);
        return null;
      },
      setMulticastInterface: (address: string) => {
        told.multicastInterface = address;
        return null;
      },
    });
  }

  told(endpoint: Endpoint): Told {
    return this.#told.get(endpoint.transport)!;
  }

  open(af: number, type: number, protocol = 0): Endpoint {
    const endpoint = this.afd.createEndpoint(af, type, protocol);
    if (typeof endpoint === 'number') throw new Error(`no socket: ${endpoint}`);
    return endpoint;
  }

  #stream(af: number, protocol: number): StreamEndpoint {
    const endpoint = this.open(af, SOCK_STREAM, protocol);
    if (endpoint instanceof StreamEndpoint) return endpoint;
    throw new Error('no stream');
  }
  #datagram(af: number): DatagramEndpoint {
    const endpoint = this.open(af, SOCK_DGRAM, IPPROTO_UDP);
    if (endpoint instanceof DatagramEndpoint) return endpoint;
    throw new Error('no datagram socket');
  }

  tcp4(): StreamEndpoint {
    return this.#stream(AF_INET, IPPROTO_TCP);
  }
  tcp6(): StreamEndpoint {
    return this.#stream(AF_INET6, IPPROTO_TCP);
  }
  udp4(): DatagramEndpoint {
    return this.#datagram(AF_INET);
  }
  udp6(): DatagramEndpoint {
    return this.#datagram(AF_INET6);
  }
  unix(): StreamEndpoint {
    return this.#stream(AF_UNIX, 0);
  }

  /** A stream socket that has just been connected. */
  connected(): StreamEndpoint {
    const endpoint = this.tcp4();
    const peer: NetAddress = { family: 'ipv4', address: '127.0.0.1', port: 7, scopeId: 0 };
    endpoint.transport.bind({ ...peer, port: 0 }, { v6Only: true, shared: false });
    endpoint.transport.connect(peer);
    endpoint.move('connect');
    endpoint.connected();
    return endpoint;
  }
}

export const loopback = (port = 0, family: Family = 'ipv4'): NetAddress => ({
  family, address: family === 'ipv4' ? '127.0.0.1' : '::1', port, scopeId: 0,
});

/** Little-endian bytes of 32-bit numbers. */
export function dwords(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setInt32(4 * index, value, true);
  return bytes;
}
