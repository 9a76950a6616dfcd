// Owns: an in-memory datagram transport, with multicast that never leaves the machine.
// Does not own: the wire (fake-network.ts).

import type {
  BindOptions,
  DatagramSink,
  DatagramTransport,
  DriverError,
  Family,
  Membership,
  NetAddress,
  PacketInfo,
  SendControl,
  Setting,
  SourceFilter,
} from '../../src/drivers/contract.js';
import { isAnyText, plainFor, type FakeNetwork } from './fake-network.js';

type Done = (error: DriverError | null) => void;

/** What has come and has not been told of. */
export type Arrival = { readonly data: Uint8Array; readonly from: NetAddress; readonly info: PacketInfo | null } | DriverError;

/** What datagram transports of one machine share. */
export interface DatagramHost {
  readonly net: FakeNetwork;
  readonly datagrams: Set<FakeDatagram>;
  readonly unconnectedPortUnreachable: boolean;
  readonly packetInfo: boolean;
  readonly pullDatagrams: boolean;
  readonly sourceFilters: boolean;
  readonly settings: readonly Setting[];
}

const LARGEST = { ipv4: 65_507, ipv6: 65_527, unix: 0 } as const;
const BROADCAST: readonly string[] = ['255.255.255.255', '127.255.255.255'];
const INTERFACES: readonly string[] = ['', '127.0.0.1', '10.0.0.1', '1'];

function isGroup(address: string): boolean {
  return /^(22[4-9]|23\d)\./.test(address) || address.startsWith('ff');
}

export class FakeDatagram implements DatagramTransport {
  readonly family: Family;
  readonly host: DatagramHost;
  local: NetAddress | null = null;
  remote: NetAddress | null = null;
  v6Only = true;
  readonly applied = new Map<Setting, number>();
  #bound: NetAddress | null = null;
  #shared = false;
  #closed = false;
  readonly #sink: DatagramSink;
  readonly #members: Membership[] = [];
  /** Where datagrams can be pulled they lie here until their turn. */
  readonly #arrivals: Arrival[] = [];
  /** How often it was pulled at, found or not. */
  pulls = 0;
  /** The filters as they were set, the latest of each group; empty ones too. */
  readonly filters = new Map<string, SourceFilter>();

  constructor(host: DatagramHost, family: Family, sink: DatagramSink) {
    this.host = host;
    this.family = family;
    this.#sink = sink;
    host.datagrams.add(this);
  }

  bind(address: NetAddress, options: BindOptions): DriverError | null {
    const { net, datagrams } = this.host;
    const wrong = net.checkBind(this.family, address, this.local);
    if (wrong !== null) return wrong;
    for (const other of datagrams) {
      const held = other.#bound;
      if (held?.address !== address.address || held.port !== address.port) continue;
      if (!other.#shared || !options.shared) return 'EADDRINUSE';
    }
    this.#bound = net.withPort(address);
    this.local = this.#bound;
    this.#shared = options.shared;
    this.v6Only = options.v6Only;
    return null;
  }

  #bindToAny(): void {
    if (this.local !== null) return;
    this.bind({ family: this.family, address: this.family === 'ipv4' ? '0.0.0.0' : '::', port: 0, scopeId: 0 }, { v6Only: false, shared: false });
  }

  set(setting: Setting, value: number): DriverError | null {
    if (!this.host.settings.includes(setting)) return 'ENOTSUP';
    this.applied.set(setting, value);
    return null;
  }

  connect(remote: NetAddress): DriverError | null {
    if (remote.family !== this.family) return 'EAFNOSUPPORT';
    if (remote.port === 0) return 'EADDRNOTAVAIL';
    this.#bindToAny();
    this.remote = remote;
    if (this.local !== null && isAnyText(this.local.address)) {
      this.local = this.host.net.sourceFor(remote, this.local.port);
    }
    return null;
  }

  disconnect(): DriverError | null {
    if (this.remote === null) return 'ENOTCONN';
    this.remote = null;
    this.local = this.#bound;
    return null;
  }

  send(chunks: readonly Uint8Array[], to: NetAddress | null, control: SendControl | null, done: Done): void {
    const target = to ?? this.remote;
    const error = control !== null && !this.host.packetInfo ? 'ENOTSUP' : this.#sendError(chunks, target);
    const { net } = this.host;
    if (error !== null || target === null) {
      net.later(() => done(error));
      return;
    }
    this.#bindToAny();
    const own = this.#source(target);
    const from = { ...own, address: control?.source ?? own.address };
    const info: PacketInfo | null = !this.host.packetInfo
      ? null
      : {
          destination: target,
          interfaceIndex: control?.interfaceIndex ?? 1,
          hopLimit: control?.hopLimit ?? this.applied.get('ttl') ?? 128,
          typeOfService: control?.typeOfService ?? this.applied.get('typeOfService') ?? 0,
        };
    const heardHere = this.applied.get('multicastLoop') !== 0;
    const connected = this.remote !== null;
    const go = (): void => {
      // Read late: the memory is the caller's to leave alone until it is told.
      const data = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
      net.later(() => {
        if (!isGroup(target.address)) this.#arrive(data, from, target, info, connected);
        else if (heardHere) this.#arriveAtGroup(data, from, target, info);
      });
      done(null);
    };
    if (net.holding) net.onRelease(go);
    else go();
  }

  #sendError(chunks: readonly Uint8Array[], target: NetAddress | null): DriverError | null {
    if (this.#closed) return 'EBADF';
    if (target === null) return 'EDESTADDRREQ';
    const { sendError } = this.host.net;
    if (sendError !== null) return sendError;
    if (target.family !== this.family) return 'EAFNOSUPPORT';
    if (target.port === 0) return 'EADDRNOTAVAIL';
    if (chunks.reduce((sum, chunk) => sum + chunk.length, 0) > LARGEST[this.family]) return 'EMSGSIZE';
    return BROADCAST.includes(target.address) && this.applied.get('broadcast') !== 1 ? 'EACCES' : null;
  }

  #source(target: NetAddress): NetAddress {
    const { local } = this;
    if (local === null) throw new Error('bound just now');
    return isAnyText(local.address) ? this.host.net.sourceFor(target, local.port) : local;
  }

  #arrive(data: Uint8Array, from: NetAddress, target: NetAddress, info: PacketInfo | null, connected: boolean): void {
    if (BROADCAST.includes(target.address)) return;
    const receiver = this.#receiverFor(target, from);
    if (receiver !== null) receiver.#receive(data, from, info);
    else if (connected || this.host.unconnectedPortUnreachable) this.#fail('ECONNREFUSED');
  }

  #arriveAtGroup(data: Uint8Array, from: NetAddress, target: NetAddress, info: PacketInfo | null): void {
    for (const other of [...this.host.datagrams]) {
      if (other.local?.port === target.port && other.#isMember(target.address, from)) other.#receive(data, from, info);
    }
  }

  #receiverFor(target: NetAddress, from: NetAddress): FakeDatagram | null {
    let found: FakeDatagram | null = null;
    for (const other of this.host.datagrams) {
      const reach = this.host.net.reach(other, target);
      if (reach === null) continue;
      const { remote } = other;
      // A connected transport in the way keeps the datagram from being unreachable, and does not hear it.
      if (remote !== null && (remote.address !== from.address || remote.port !== from.port)) {
        found ??= NOBODY_LISTENS;
        continue;
      }
      if (reach === 'exact') return other;
      found = other;
    }
    return found;
  }

  #isMember(group: string, from: NetAddress): boolean {
    const filter = this.filters.get(group);
    if (filter !== undefined) return filter.sources.includes(from.address) === (filter.mode === 'include');
    return this.#members.some((member) => member.group === group && (member.source === null || member.source === from.address));
  }

  #receive(data: Uint8Array, from: NetAddress, info: PacketInfo | null): void {
    if (this.#closed || this === NOBODY_LISTENS) return;
    this.arrive({ data: Uint8Array.from(data), from, info });
  }

  #fail(error: DriverError): void {
    if (!this.#closed) this.arrive(error);
  }

  /** Something comes, of which the sink is told now, or soon where it can be pulled meanwhile. */
  arrive(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    if (this.host.pullDatagrams) this.host.net.later(() => this.tell());
    else this.tell();
  }

  /** Tells the sink of what came first. */
  tell(): void {
    const arrival = this.#arrivals.shift();
    if (arrival === undefined || this.#closed) return;
    if (typeof arrival === 'string') {
      this.#sink.failed(arrival);
      return;
    }
    this.#sink.received(arrival.data, plainFor(this.family, arrival.from), arrival.info);
    arrival.data.fill(0xee);
  }

  pull(into: Uint8Array): number | DriverError | null {
    this.pulls += 1;
    const arrival = this.host.pullDatagrams && !this.#closed ? this.#arrivals.shift() : undefined;
    if (arrival === undefined || typeof arrival === 'string') return arrival ?? null;
    const length = Math.min(arrival.data.length, into.length);
    into.set(arrival.data.subarray(0, length));
    return length;
  }

  join(membership: Membership): DriverError | null {
    if (!isGroup(membership.group)) return 'EINVAL';
    if (this.#find(membership) >= 0) return 'EADDRINUSE';
    this.#members.push(membership);
    return null;
  }

  setSourceFilter(filter: SourceFilter): DriverError | null {
    if (!this.host.sourceFilters) return 'ENOTSUP';
    this.filters.set(filter.group, filter);
    return null;
  }

  pathMtu(): null {
    return null;
  }

  leave(membership: Membership): DriverError | null {
    const index = this.#find(membership);
    if (index < 0) return 'EADDRNOTAVAIL';
    this.#members.splice(index, 1);
    return null;
  }

  #find(wanted: Membership): number {
    return this.#members.findIndex(
      (each) => each.group === wanted.group && each.interface === wanted.interface && each.source === wanted.source,
    );
  }

  setMulticastInterface(address: string): DriverError | null {
    return INTERFACES.includes(address) ? null : 'EADDRNOTAVAIL';
  }

  close(): void {
    this.#closed = true;
    this.host.datagrams.delete(this);
  }
}

/** Stands for connected transports that a datagram came to and that do not want it. */
const NOBODY_LISTENS: FakeDatagram = new FakeDatagram(
  { net: null as never, datagrams: new Set(), unconnectedPortUnreachable: false, packetInfo: false, pullDatagrams: false, sourceFilters: false, settings: [] },
  'ipv4',
  null as never,
);
